"""Equilibria of a long batch, differentiable by the implicit function theorem.

At a fixed point y = F(y, θ), dy = (I − ∂F/∂y)^{-1} (∂F/∂θ) dθ. The linear system is solved by the
same accelerated iteration as the game, and by LU where that is slow. Derivatives are taken chunk by
chunk, and recomputed rather than stored for the reverse pass, so memory stays that of a chunk.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from tightrope.game.acceleration import solve_fixed_point
from tightrope.game.chunks import chunk_length, map_chunks
from tightrope.game.crisis import Game, batch_shape
from tightrope.game.equilibrium import prepare, solve_chunk, sweep
from tightrope.game.newton import dense_solve

_TOLERANCE = 1e-12
_MAX_STEPS = 100

Solved = tuple[Array, Array, Array]


def _pieces(game: Game, lead: int) -> tuple[int, int]:
    """Length of the last batch axis, and how much of it fits the cache at once."""
    batch = batch_shape(game)
    players = game.stake.shape[0]
    nodes = game.weights.shape[1] - 1
    states = 1 if lead < 0 else 2
    lumps = 2 * states * players * nodes
    sums = states * nodes * (1 + 3 * players // 8) + 40 * players
    return batch[-1], chunk_length(batch, 8 * lumps, 8 * sums)


@partial(jax.custom_jvp, nondiff_argnums=(3, 4, 5))
def equilibrium(
    game: Game,
    exponents: Array,
    start: Array,
    lead: int,
    helpers: tuple[int, ...],
    polish: bool,
) -> Solved:
    """Interplay (4, n, *B) at the equilibrium, size of the last change and steps, both (*B)."""

    def solve(piece: tuple[Game, Array]) -> Solved:
        return solve_chunk(prepare(piece[0], exponents, lead), piece[1], lead, helpers, polish)

    return map_chunks(solve, (game, start), *_pieces(game, lead))  # type: ignore[no-any-return]


def _solve_linear(matvec: Callable[[Array], Array], right: Array) -> Array:
    scale = jnp.max(jnp.abs(right), axis=(0, 1)) + 1e-300
    spare = jnp.zeros(right.shape[1:])
    fast = solve_fixed_point(
        image=lambda v: (v - matvec(v) + right, spare),
        prepare=lambda v: v,
        size_of=lambda move: jnp.max(jnp.abs(move), axis=(0, 1)) / scale,
        first=right,
        tolerance=_TOLERANCE,
        max_steps=_MAX_STEPS,
    )
    slow = fast.size > _TOLERANCE
    solution: Array = lax.cond(
        jnp.any(slow),
        lambda: jnp.where(slow, dense_solve(matvec, right), fast.point),
        lambda: fast.point,
    )
    return solution


@equilibrium.defjvp
def _equilibrium_jvp(
    lead: int, helpers: tuple[int, ...], polish: bool, primals: Any, tangents: Any
) -> tuple[Solved, Any]:
    game, exponents, start = primals
    interplay, size, steps = equilibrium(game, exponents, start, lead, helpers, polish)

    @jax.checkpoint
    def tangent(piece: tuple[Game, Game, Array]) -> Array:
        game, moved, interplay = piece

        def by_game(game: Game, exponents: Array) -> Array:
            return sweep(prepare(game, exponents, lead), interplay[:3], lead, helpers)

        def by_interplay(interplay: Array) -> Array:
            return sweep(prepare(game, exponents, lead), interplay[:3], lead, helpers)

        _, right = jax.jvp(by_game, (game, exponents), (moved, tangents[1]))
        _, linear = jax.linearize(by_interplay, interplay)
        moved_by: Array = lax.custom_linear_solve(
            lambda v: v - linear(v), right, solve=_solve_linear, transpose_solve=_solve_linear
        )
        return moved_by

    moved = map_chunks(tangent, (game, tangents[0], interplay), *_pieces(game, lead))
    still = (jnp.zeros_like(size), np.zeros(steps.shape, jax.dtypes.float0))
    return (interplay, size, steps), (moved, *still)
