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


class _State(NamedTuple):
    """What crosses from one pass to the next: the iterate and its x, the last image, gap, and the
    shifts of image and gap of the two last moves, and what is reported."""

    passes: Array
    point: Array
    x: Array
    image: Array
    gap: Array
    shift: Array
    move: Array
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

    def unfinished(state: _State) -> Array:
        return (state.passes < max_steps) & jnp.any(state.size > tolerance)

    def advance(was: _State) -> _State:
        frozen = ~(was.size > tolerance)
        new, new_extra = image(was.x)
        opening = was.passes == 0
        gap = jnp.where(opening, 0.0, new - was.point)
        move = jnp.where(was.passes > 1, gap - was.gap, 0.0)
        shift = new - was.image
        size = jnp.where(opening, jnp.inf, size_of(gap))
        last, earlier = _mixing(move, was.move, gap)
        proposal = new - last * shift - earlier * was.shift
        following = jnp.where(frozen, was.point, jnp.where(size > tolerance, proposal, new))
        return _State(
            passes=was.passes + 1,
            point=following,
            x=prepare(following),
            image=new,
            gap=gap,
            shift=shift,
            move=move,
            extra=jnp.where(frozen, was.extra, new_extra),
            size=jnp.where(frozen, was.size, size),
            steps=jnp.where(frozen, was.steps, was.passes + 1),
        )

    shape, shape_extra = (s.shape for s in jax.eval_shape(image, first))
    zero = jnp.zeros(shape)
    begin = _State(
        passes=jnp.asarray(0, jnp.int32),
        point=zero,
        x=first,
        image=zero,
        gap=zero,
        shift=zero,
        move=zero,
        extra=jnp.zeros(shape_extra),
        size=jnp.full(shape[2:], jnp.inf),
        steps=jnp.zeros(shape[2:], jnp.int32),
    )
    final = lax.while_loop(unfinished, advance, begin)
    return FixedPoint(final.point, final.extra, final.size, final.steps)
