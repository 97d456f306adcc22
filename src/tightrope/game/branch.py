"""The principal branch: the equilibrium reached from uniform choice as precision rises.

The set of solutions (λ, equilibrium) holds one curve that starts at λ = 0 in uniform choice. Where
it folds, λ falls for a while along the curve, so the curve is followed in arc length and "the
equilibrium at λ" is where it first crosses λ.

Source: Turocy (2005); the stopping rule is that of Gambit's tracer. Predictor and corrector follow
Allgower & Georg (1990).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from tightrope.game.basis import Basis
from tightrope.game.crisis import Game
from tightrope.game.equilibrium import change_of, prepare, quieted, responses_to, sweep

Vector = NDArray[np.float64]

_FIRST_STEP = 0.02
_LONGEST_STEP = 0.2
_SHORTEST_STEP = 1e-7
_CORRECTIONS = 8
_SETTLED = 1e-8
_EXACT = 1e-8
_MAX_POINTS = 20_000


class Branch(NamedTuple):
    """A traced principal branch of one game.

    precision    (m,) λ along the curve, ending at the λ asked for if ``reached``
    probability  (m, n, 3) responses along the curve
    folds        how often λ turned
    reached      whether the curve was followed to λ, with a residual below 1e-8
    residual     bound on the change of any probability in one more sweep, at the last point
    """

    precision: Vector
    probability: Vector
    folds: int
    reached: bool
    residual: float


@partial(jax.jit, static_argnames=("lead", "helpers"))
def _gap_and_slopes(
    game: Game, exponents: Array, point: Array, lead: int, helpers: tuple[int, ...]
) -> tuple[Array, Array]:
    """F(y, t) − y and its derivatives in (y, t), point = (y, t) flat, λ taken times t."""

    def gap(point: Array) -> Array:
        rows = point[:-1].reshape(3, -1, 1)
        at = quieted(prepare(game, exponents, lead), point[-1])
        return (sweep(at, rows, lead, helpers)[:3] - rows).ravel()

    return gap(point), jax.jacfwd(gap)(point)


@partial(jax.jit, static_argnames=("lead", "helpers"))
def _at(
    game: Game, exponents: Array, point: Array, lead: int, helpers: tuple[int, ...]
) -> tuple[Array, Array]:
    """Responses (n, 3) at a point of the curve, and the size of one more sweep."""
    rows = point[:-1].reshape(3, -1, 1)
    at = quieted(prepare(game, exponents, lead), point[-1])
    size = change_of(at, sweep(at, rows, lead, helpers)[:3] - rows)
    return game.menu[:, :, 0] * responses_to(at, rows)[:, :, 0].T, size[0]


def _tangent(slopes: Vector, along: Vector) -> Vector:
    """Unit null vector of the derivatives that goes on in the direction ``along``."""
    bordered = np.vstack([slopes, along])
    right = np.zeros(along.size)
    right[-1] = 1.0
    tangent = np.linalg.lstsq(bordered, right, rcond=None)[0]
    return np.asarray(tangent / np.linalg.norm(tangent), dtype=np.float64)


def _correct(
    evaluate: Callable[[Vector], tuple[Vector, Vector]], guess: Vector, across: Vector
) -> tuple[Vector, bool]:
    """Newton in the plane through the guess normal to ``across``, down to the rounding of the map.

    Returns the point and whether it settled: moves that shrink until they are below ``_SETTLED``.
    """
    point, before = guess.copy(), np.inf
    for _ in range(_CORRECTIONS):
        gap, slopes = evaluate(point)
        right = np.concatenate([-gap, [0.0]])
        move = np.linalg.lstsq(np.vstack([slopes, across]), right, rcond=None)[0]
        size = float(np.linalg.norm(move))
        if size > 0.5 * before:
            return point, before < _SETTLED
        point, before = point + move, size
    return point, before < _SETTLED


def principal_branch(
    game: Game, *, lead: int, helpers: tuple[int, ...] = (), basis: Basis
) -> Branch:
    """Follow the principal branch of one game from uniform choice up to its precision.

    game     one game, batch axis of length one
    Returns  ``Branch``; its last responses may be given to ``respond`` as ``start``, which then
             carries derivatives
    Raises   ``ValueError`` if the batch holds more than one game
    """
    if game.precision.shape != (1,):
        raise ValueError("principal_branch follows one game: give arrays with batch (1,).")
    exponents = basis.exponents
    players = game.menu.shape[0]

    def evaluate(point: Vector) -> tuple[Vector, Vector]:
        gap, slopes = _gap_and_slopes(game, exponents, jnp.asarray(point), lead, helpers)
        return np.asarray(gap), np.asarray(slopes)

    def look(point: Vector) -> tuple[Vector, float]:
        probability, size = _at(game, exponents, jnp.asarray(point), lead, helpers)
        return np.asarray(probability), float(size)

    here = np.zeros(3 * players + 1)
    here[:-1] = evaluate(here)[0]  # at λ = 0 responses are uniform whatever y is
    upward = np.zeros_like(here)
    upward[-1] = 1.0
    along = _tangent(evaluate(here)[1], upward)
    points, folds, step, reached = [here], 0, _FIRST_STEP, False
    while len(points) < _MAX_POINTS and step > _SHORTEST_STEP:
        guess = here + step * along
        beyond = guess[-1] >= 1.0 and along[-1] > 0.0
        if beyond:
            guess = here + (1.0 - here[-1]) / along[-1] * along
        there, settled = _correct(evaluate, guess, upward if beyond else along)
        if not settled or float(np.linalg.norm(there - guess)) > 0.3 * step:
            step *= 0.5
            continue
        if there[-1] > 1.0 + 1e-12:
            step *= 0.5
            continue
        turned = _tangent(evaluate(there)[1], along)
        if float(turned @ along) < 0.9:
            step *= 0.5
            continue
        folds += int(turned[-1] * along[-1] < 0.0)
        here, along = there, turned
        points.append(here)
        if abs(here[-1] - 1.0) < 1e-12:
            reached = True
            break
        step = min(1.5 * step, _LONGEST_STEP)
    seen = [look(p) for p in points]
    return Branch(
        precision=float(game.precision[0]) * np.array([p[-1] for p in points]),
        probability=np.stack([s[0] for s in seen]),
        folds=folds,
        reached=reached and seen[-1][1] <= _EXACT,
        residual=seen[-1][1],
    )
