"""Fixed points of many small maps at once: Anderson acceleration with memory two, early exit.

The map is given in two halves, ``y → x = prepare(y) → y' = image(x)``, and x is what crosses from
one pass of the loop to the next: a compiler that fuses loops would otherwise compute ``prepare``
again inside every use of x. Arrays are (rows, players, *batch); each game of the batch is solved
on its own and frozen once it has converged, so which games share a batch changes nothing.

Source: Anderson (1965); Walker & Ni (2011), type II.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from tightrope.game.folding import SUM, fold_reduce

_RIDGE = 1e-13
_TINY = 1e-300


class FixedPoint(NamedTuple):
    """A solved batch.

    point  last iterate: the image of the iterate whose change is reported
    extra  what ``image`` returned beside the point
    size   size of the last move, shape (*batch); at most the tolerance where converged
    steps  evaluations of the map, shape (*batch)
    """

    point: Array
    extra: Array
    size: Array
    steps: Array


def _mixing(move: Array, before: Array, gap: Array) -> tuple[Array, Array]:
    """Coefficients of the last two moves that best cancel the gap, by normal equations."""
    products = [move * move, move * before, before * before, move * gap, before * gap]
    flat = [p.reshape(-1, *p.shape[2:]) for p in products]
    aa, ab, bb, ag, bg = fold_reduce(flat, [SUM] * 5, axis=0)
    aa = aa * (1.0 + _RIDGE) + _TINY
    bb = bb * (1.0 + _RIDGE) + _TINY
    inverse = 1.0 / (aa * bb - ab * ab + _TINY)
    return (ag * bb - bg * ab) * inverse, (bg * aa - ag * ab) * inverse


def solve_fixed_point(
    image: Callable[[Array], tuple[Array, Array]],
    prepare: Callable[[Array], Array],
    size_of: Callable[[Array], Array],
    first: Array,
    tolerance: float,
    max_steps: int,
) -> FixedPoint:
    """Solve ``y = image(prepare(y))`` for every game of a batch.

    image      x to (y', extra): the heavy half, ``extra`` is passed through
    prepare    y to x
    size_of    size of a move of y, shape (*batch): what the tolerance is about
    first      x at which to begin
    """

    def unfinished(state: tuple[Array, ...]) -> Array:
        return (state[0] < max_steps) & jnp.any(state[8] > tolerance)

    def advance(state: tuple[Array, ...]) -> tuple[Array, ...]:
        k, point, last, gap_last, shift_last, move_last, x, extra, size, steps = state
        frozen = ~(size > tolerance)
        new, new_extra = image(x)
        opening = k == 0
        gap = jnp.where(opening, 0.0, new - point)
        move = jnp.where(k > 1, gap - gap_last, 0.0)
        shift = new - last
        now = jnp.where(opening, jnp.inf, size_of(gap))
        first_, second = _mixing(move, move_last, gap)
        proposal = new - first_ * shift - second * shift_last
        following = jnp.where(frozen, point, jnp.where(now > tolerance, proposal, new))
        return (
            k + 1,
            following,
            new,
            gap,
            shift,
            move,
            prepare(following),
            jnp.where(frozen, extra, new_extra),
            jnp.where(frozen, size, now),
            jnp.where(frozen, steps, k + 1),
        )

    shape, shape_extra = (s.shape for s in jax.eval_shape(image, first))
    zero = jnp.zeros(shape)
    batch = shape[2:]
    begin = (
        jnp.asarray(0, jnp.int32),
        zero,
        zero,
        zero,
        zero,
        zero,
        first,
        jnp.zeros(shape_extra),
        jnp.full(batch, jnp.inf),
        jnp.zeros(batch, jnp.int32),
    )
    final = lax.while_loop(unfinished, advance, begin)
    return FixedPoint(final[1], final[7], final[8], final[9])
