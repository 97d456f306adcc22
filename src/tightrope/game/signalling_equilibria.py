"""All equilibria of the crisis-signalling game, and one followed as the payoffs move.

Equilibria are fixed points of B's ``reply``, a monotone map of one number. Where it falls there is
exactly one. Where it rises, all lie between the replies to the two ends of the line, taken again
and again; and a cell [l, u] of what is left holds none if reply(l) > u or reply(u) < l. Cells that
cannot be ruled out are cut until they are `_WIDTH` wide. What then is left are small clusters of
cells: one whose ends lie on opposite sides of the diagonal holds an equilibrium, one whose ends lie
on the same side touches the diagonal (a fold) and is reported as such.

The indices sign(1 − reply′) of all equilibria sum to one (Poincaré–Hopf), which is checked. Besides
the equilibria counted there can be one at which p_R is zero, or below the smallest number there is:
B never resists, because it thinks that hardly any challenger would stand firm. It is flagged as the
`corner`, and its index is +1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.scipy.special import ndtr
from numpy.typing import NDArray

from tightrope.game.signalling import Payoffs, log_stand_firm, reply, rising

LOWEST = -37.0
"""Smallest index looked at: p_R of 1e-299, about the smallest number that there is."""
TOLERANCE = 1e-12
"""Residual at which a followed equilibrium counts as found, measured as in ``residual_of``."""
_SURE = 9.0
_ROUNDS = 20
_BLOCK = 2048
_PARTS = 16
_WIDTH = 1e-6
_STEPS = 80

Floats = NDArray[np.float64]


class Equilibria(NamedTuple):
    """Equilibria of n games, up to m each, from the lowest p_R to the highest; NaN fills up.

    z          (n, m) B's index, p_R = Φ(z)
    slope      (n, m) derivative of B's reply: the equilibrium is stable under mutual replies, and
               its index is +1, where it is below 1
    number     (n,) how many there are
    corner     (n,) whether p_R = 0 (B never resists, or less often than 1e-298) is one more
    fold       (n,) whether the reply touches the diagonal so nearly that a pair may be hidden
    residual   largest of all, as in ``residual_of``, or the width of what is known to hold it
    """

    z: Floats
    slope: Floats
    number: NDArray[np.int64]
    corner: NDArray[np.bool_]
    fold: NDArray[np.bool_]
    residual: float

    @property
    def stable(self) -> NDArray[np.bool_]:
        """(n, m) whether small mistakes in what is expected die out in mutual replies."""
        return np.abs(self.slope) < 1.0

    @property
    def indices(self) -> Floats:
        """(n, m) +1 or −1, summing to one over all equilibria (the corner counts +1)."""
        return np.asarray(np.sign(1.0 - self.slope))


def find_equilibria(payoffs: Payoffs) -> Equilibria:
    """All equilibria of each game.

    payoffs  of n games, each field (n,)
    Raises   FloatingPointError if the indices of a game without fold do not sum to one
    """
    games = Payoffs(*np.broadcast_arrays(*[np.atleast_1d(np.asarray(p, float)) for p in payoffs]))
    count = len(games.sa)
    lowest = np.full(count, LOWEST)
    corner = _padded(_reply, count, lowest, games) < LOWEST
    owner, low, high, fold = _brackets(games, corner)
    mine = _take(games, owner)
    z, slope, residual = _padded(_polish, len(owner), low, high, mine)
    number = np.bincount(owner, minlength=count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(number) - number, number)
    table = np.full((2, count, max(1, int(number.max(initial=0)))), np.nan)
    table[:, owner, place] = z, slope
    worst = float(np.max(residual, initial=0.0))
    found = Equilibria(table[0], table[1], number, corner, fold, worst)
    wrong = (np.nansum(found.indices, axis=1) + corner != 1.0) & ~fold
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise FloatingPointError(f"equilibria of game {row} are missing: {_take(games, row)}")
    return found


def residual_of(gap: Array, z: Array, slope: Array) -> Array:
    """|reply(z) − z| / (1 + |z|), over |1 − slope| where the reply is steep.

    Near p_R = 0 the reply can rise by 1e200 within the last digit of z; there the step that Newton
    would still take says how near the equilibrium is, and the bare residual nothing.
    """
    return jnp.abs(gap) / ((1.0 + jnp.abs(z)) * jnp.maximum(1.0, jnp.abs(1.0 - slope)))


def _brackets(
    games: Payoffs, corner: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], Floats, Floats, NDArray[np.bool_]]:
    """Game, lower and upper end of every interval that holds one equilibrium; folds by game."""
    count = len(games.sa)
    certain = _padded(_reply, count, np.full(count, np.inf), games)
    top = np.maximum(_SURE, certain + 1.0)
    several = np.asarray(rising(games))
    single = np.flatnonzero(~several & ~corner)
    owner, low, high = single, np.full(len(single), LOWEST), top[single]
    fold = np.zeros(count, bool)
    cells = _first_cells(np.flatnonzero(several), games, top)
    whose, left, right, crosses = _narrowed(games, *cells)
    fold[whose[~crosses]] = True
    owner = np.concatenate([owner, whose[crosses]])
    low = np.concatenate([low, left[crosses]])
    high = np.concatenate([high, right[crosses]])
    order = np.lexsort((low, owner))
    return owner[order], low[order], high[order], fold


def _first_cells(
    rows: NDArray[np.int64], games: Payoffs, top: Floats
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """A stretch for each game that holds all its equilibria: replies to the ends, again and again.

    A rising map sends a point below all fixed points to another one below them, but nearer.
    """
    low, high = _padded(_squeeze, len(rows), top[rows] + 1.0, _take(games, rows))
    margin = 0.1 * _WIDTH
    low = np.maximum(low - margin * (1.0 + np.abs(low)), LOWEST)
    return rows, low, high + margin * (1.0 + np.abs(high))


Clusters = tuple[NDArray[np.int64], Floats, Floats, NDArray[np.bool_]]


def _narrowed(games: Payoffs, owner: NDArray[np.int64], left: Floats, right: Floats) -> Clusters:
    """Cut the cells that may hold an equilibrium until they are narrow; then join neighbours.

    Returns the game, lower and upper end of each cluster, and whether it crosses the diagonal.
    """
    narrow: list[tuple[NDArray[Any], ...]] = []
    while len(owner):
        mine = _take(games, owner)
        at_left, at_right = (_padded(_reply, len(owner), end, mine) for end in (left, right))
        held = (at_left <= right) & (at_right >= left)
        done = held & (right - left <= _WIDTH * (1.0 + np.abs(left)))
        narrow.append((owner[done], left[done], right[done], (at_left > left)[done],
                       (at_right > right)[done]))  # fmt: skip
        wide = held & ~done
        owner, left, right = owner[wide], left[wide], right[wide]
        edges = left[:, None] + (right - left)[:, None] * (np.arange(_PARTS + 1) / _PARTS)
        owner = np.repeat(owner, _PARTS)
        left, right = edges[:, :-1].ravel(), edges[:, 1:].ravel()
    if not narrow:
        none = np.zeros(0)
        return np.zeros(0, np.int64), none, none, np.zeros(0, bool)
    whose, left, right, below, above = (np.concatenate(p) for p in zip(*narrow, strict=True))
    order = np.lexsort((left, whose))
    owner, left, right = whose[order], left[order], right[order]
    below, above = below[order], above[order]
    fresh = np.ones(len(owner), bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (left[1:] > right[:-1] + 0.1 * _WIDTH)
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(owner))[: len(first)].astype(np.int64) - 1
    return owner[first], left[first], right[last], below[first] != above[last]


def _take(games: Payoffs, rows: NDArray[np.int64] | int) -> Payoffs:
    return Payoffs(*[np.asarray(p)[rows] for p in games])


def _padded(function: Callable[..., object], size: int, *given: object) -> Any:
    """Call block by block, the last filled up, so that one size is compiled."""
    found = []
    for begin in range(0, max(size, 1), _BLOCK):
        rows = np.minimum(np.arange(begin, begin + _BLOCK), max(size - 1, 0))
        block = jax.tree.map(lambda a, r=rows: a[r] if size else np.zeros(_BLOCK), given)
        found.append(jax.tree.map(np.asarray, function(*block)))
    return jax.tree.map(lambda *parts: np.concatenate(parts)[:size], *found)


@jax.jit
def _reply(z: Array, payoffs: Payoffs) -> Array:
    return reply(z, payoffs)


def _slope(z: Array, payoffs: Payoffs) -> tuple[Array, Array]:
    return jax.jvp(lambda at: reply(at, payoffs), (z,), (jnp.ones_like(z),))


@jax.jit
def _squeeze(top: Array, payoffs: Payoffs) -> tuple[Array, Array]:
    """Ends between which all equilibria of rising games lie, from `LOWEST` and ``top``."""

    def nearer(_: int, ends: Array) -> Array:
        low, high = jax.vmap(lambda z: reply(z, payoffs))(ends)
        return jnp.stack([jnp.maximum(low, LOWEST), jnp.minimum(high, ends[1])])

    low, high = lax.fori_loop(0, _ROUNDS, nearer, jnp.stack([jnp.full_like(top, LOWEST), top]))
    return low, high


@jax.jit
def _polish(low: Array, high: Array, payoffs: Payoffs) -> tuple[Array, Array, Array]:
    """The crossing between ``low`` and ``high``: halving and Newton's steps in turn."""
    falls = reply(low, payoffs) > low

    def step(number: int, state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        low, high, z = state
        image, slope = _slope(z, payoffs)
        gap = image - z
        before = (gap > 0.0) == falls
        low, high = jnp.where(before, z, low), jnp.where(before, high, z)
        newton = z + gap / (1.0 - slope)
        inside = (newton > low) & (newton < high) & (number % 2 == 1)
        return low, high, jnp.where(inside, newton, 0.5 * (low + high))

    begin = (low, high, 0.5 * (low + high))
    low, high, z = lax.fori_loop(0, _STEPS, step, begin)
    image, slope = _slope(z, payoffs)
    known = (high - low) / (1.0 + jnp.abs(z))
    return z, slope, jnp.minimum(known, residual_of(image - z, z, slope))


@jax.custom_jvp
def follow(start: Array, payoffs: Payoffs) -> Array:
    """The equilibrium near ``start`` as an index z (*B), differentiable in the payoffs.

    Newton on z = reply(z); NaN where it does not reach the tolerance. The derivative is that of the
    implicit function theorem, dz = (∂reply/∂payoffs) dpayoffs / (1 − ∂reply/∂z).
    """

    def unfinished(state: tuple[Array, Array, Array]) -> Array:
        _, size, steps = state
        return jnp.any(size > TOLERANCE) & (steps < _STEPS)

    def step(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        z, _, steps = state
        image, slope = _slope(z, payoffs)
        gap = image - z
        size = residual_of(gap, z, slope)
        longest = 1.0 + jnp.abs(z)
        move = jnp.clip(gap / (1.0 - slope), -longest, longest)
        return jnp.where(size > TOLERANCE, z + move, z), size, steps + 1

    begin = (start, jnp.full_like(start, jnp.inf), jnp.asarray(0))
    z, size, _ = lax.while_loop(unfinished, step, begin)
    return jnp.where(size > TOLERANCE, jnp.nan, z)


@follow.defjvp
def _follow_jvp(
    primals: tuple[Array, Payoffs], tangents: tuple[Array, Payoffs]
) -> tuple[Array, Array]:
    start, payoffs = primals
    z = follow(start, payoffs)
    _, slope = _slope(z, payoffs)
    _, pushed = jax.jvp(lambda p: reply(z, p), (payoffs,), (tangents[1],))
    return z, pushed / (1.0 - slope)


def chances(z: Array, payoffs: Payoffs) -> tuple[Array, Array]:
    """Chances that B resists and that A then stands firm, (p_R, p_F), at index ``z``."""
    return ndtr(z), jnp.exp(log_stand_firm(z, payoffs))
