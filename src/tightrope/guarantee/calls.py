"""Games laid out and solved in calls of one shape.

Whatever the number of worlds and times, work is cut into calls of ROWS pairs of world and time, so
that a handful of compiled programs, kept on disk, serves every option, any number of draws and any
grid of times. Between the calls arrays are handled by NumPy, which compiles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from tightrope.game import (
    NOT_CONVERGED,
    QUICK,
    Basis,
    Game,
    Responses,
    jit_with,
    respond,
    respond_slow,
    traced,
)
from tightrope.guarantee.cells import Cells, prepare
from tightrope.guarantee.crisis import Setting
from tightrope.guarantee.forces import World
from tightrope.guarantee.stages import Stage

#: Pairs of world and time that are laid out and observed in one call: with calls of one shape, one
#: compiled program serves any number of worlds and times. Few pairs (one world) go in half a call.
ROWS, FEW = 64, 32
#: Cells solved in one call: one compiled solver serves every stage of every option.
CALL = 3 * ROWS
#: Slow games finished in one call.
SLOW_CALL = 32


def take(tree: Any, rows: Any) -> Any:
    """The given rows of every leaf; by NumPy unless derivatives are traced (nothing to compile)."""
    return jax.tree.map(lambda a: (a if traced(a) else np.asarray(a))[rows], tree)


def join(parts: Sequence[Any], axis: int) -> Any:
    """Trees joined leaf by leaf along an axis, as `take`."""

    def one(*leaves: Any) -> Any:
        if traced(leaves):
            return jnp.concatenate(leaves, axis=axis)
        laid = [np.asarray(a) for a in leaves]
        return laid[0] if len(laid) == 1 else np.concatenate(laid, axis=axis)

    return jax.tree.map(one, *parts)


def filled(count: int, size: int) -> NDArray[np.int64]:
    """Indices 0 … count − 1 in calls of ``size``, the last one repeated, (calls, size)."""
    calls = -(-count // size)
    return np.minimum(np.arange(calls * size), count - 1).reshape(calls, size)


@jit_with(QUICK, static=("setting", "readings", "blocks"))
def _build(
    worlds: World,
    stage: Stage,
    years: Array,
    parties: Array,
    basis: Basis,
    *,
    setting: Setting,
    readings: int,
    blocks: int,
) -> Cells:
    """Cells of one call's pairs of world and time, the pair last among the cells."""
    cells: Cells = jax.vmap(
        lambda world, when, chance: prepare(
            world, stage, when[None], setting, basis, chance, readings=readings, blocks=blocks
        ),
        out_axes=-1,
    )(worlds, years, parties)

    def with_pairs(a: Array) -> Array:
        return a.reshape(*a.shape[:-2], -1)

    return cells._replace(game=Game(*[with_pairs(a) for a in cells.game]))


class Built(NamedTuple):
    """Cells of one call, and the world that each pair of world and time belongs to, (pair,)."""

    cells: Cells
    world: NDArray[np.int64]


def build(
    worlds: World,
    stage: Stage,
    years: Any,
    parties: Any,
    basis: Basis,
    *,
    setting: Setting,
    readings: int,
    blocks: int,
) -> list[Built]:
    """The games of one stage at the given years (D, time) of many worlds, in calls of one shape.

    Every call holds ROWS pairs of world and time (FEW, if there are no more), worlds in turn; the
    last pair is repeated to fill up the last call. Cells run over reading, block, level and pair.
    """
    draws, times = years.shape
    built = []
    for pairs in filled(draws * times, FEW if draws * times <= FEW else ROWS):
        world, time = pairs // times, pairs % times
        cells = _build(
            take(worlds, world), stage, take(years, (world, time)), take(parties, world), basis,
            setting=setting, readings=readings, blocks=blocks,
        )  # fmt: skip
        built.append(Built(cells, world))
    return built


def by_pair(parts: Sequence[Any], draws: int, times: int) -> Any:
    """What calls say of their pairs, (…, pair) each, as (…, D, time)."""
    flat = join(parts, axis=-1)[..., : draws * times]
    return flat.reshape(*flat.shape[:-1], draws, times)


def solve_games(games: Sequence[Game], setting: Setting, basis: Basis) -> list[Responses]:
    """Solve batches of games in calls of CALL cells.

    The few games on which the fast iteration is slow are gathered from all batches and finished
    apart; while derivatives are traced this cannot be known beforehand, and every call finishes
    its own.
    """
    differentiated = traced(games)
    solve = partial(respond, lead=setting.lead, helpers=setting.helpers, basis=basis)

    def whole(game: Game) -> Responses:
        count = game.private.shape[-1]
        if count == CALL:
            return solve(game, polish=differentiated)
        pieces = [
            tuple(solve(Game(*take(tuple(game), (..., cells))), polish=differentiated))
            for cells in filled(count, CALL)
        ]
        return Responses(*take(join(pieces, axis=-1), (..., slice(0, count))))

    solved = [whole(game) for game in games]
    slow = partial(respond_slow, lead=setting.lead, helpers=setting.helpers, basis=basis)
    return solved if differentiated else _finished(games, solved, slow)


def _finished(
    games: Sequence[Game], solved: Sequence[Responses], solve_slow: Callable[..., Responses]
) -> list[Responses]:
    """The same with the slow games finished, SLOW_CALL at a time."""
    slow = [np.argwhere(np.asarray(one.status) == NOT_CONVERGED) for one in solved]
    which = np.repeat(np.arange(len(games)), [len(s) for s in slow])
    if not len(which):
        return list(solved)
    # Filled up by repetition, for one shape of the finishing call too.
    rows = np.column_stack([which, np.concatenate(slow)])[filled(len(which), SLOW_CALL)]
    answer: list[Any] = [[np.array(a) for a in one] for one in solved]
    for call in rows:
        gathered = []
        for k in dict.fromkeys(call[:, 0]):
            _, c, b = call[call[:, 0] == k].T
            fields = [np.asarray(a) for a in games[k]]
            gathered.append(tuple(a[..., np.minimum(c, a.shape[-2] - 1), b] for a in fields))
        finished = [np.asarray(a) for a in solve_slow(Game(*join(gathered, axis=-1)))]
        for place, (k, c, b) in enumerate(call):
            for old, new in zip(answer[k], finished, strict=True):
                old[..., c, b] = new[..., place]
    return [Responses(*one) for one in answer]
