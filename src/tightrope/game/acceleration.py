"""Fixed points of many small maps at once: Anderson acceleration with early exit.

Arrays are (*dims, *batch) with ``dims`` leading axes of unknowns. Each game of the batch is solved
on its own and frozen once converged, so results do not depend on which games share a batch.

Source: Anderson (1965); Walker & Ni (2011), type II.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

MEMORY = 3
_RIDGE = 1e-14


class FixedPoint(NamedTuple):
    """A solved batch: last iterate, its image, size of its last change, steps, converged."""

    point: Array
    image: Array
    change: Array
    steps: Array
    done: Array


def _small_solve(gram: list[list[Array]], right: list[Array]) -> list[Array]:
    """Solve a small symmetric positive definite system whose entries are batch arrays (LDL')."""
    size = len(right)
    trace = gram[0][0]
    for i in range(1, size):
        trace = trace + gram[i][i]
    ridge = _RIDGE * trace + 1e-300
    lower: list[list[Array]] = []
    pivot: list[Array] = []
    for i in range(size):
        row: list[Array] = []
        for j in range(i):
            entry = gram[i][j]
            for k in range(j):
                entry = entry - row[k] * lower[j][k] * pivot[k]
            row.append(entry / pivot[j])
        diagonal = gram[i][i] + ridge
        for k in range(i):
            diagonal = diagonal - row[k] * row[k] * pivot[k]
        lower.append(row)
        pivot.append(jnp.maximum(diagonal, ridge))
    solution = list(right)
    for i in range(size):
        for k in range(i):
            solution[i] = solution[i] - lower[i][k] * solution[k]
    solution = [value / pivot[i] for i, value in enumerate(solution)]
    for i in reversed(range(size)):
        for k in range(i + 1, size):
            solution[i] = solution[i] - lower[k][i] * solution[k]
    return solution


def solve_fixed_point(
    step: Callable[[Array], Array],
    change: Callable[[Array, Array], Array],
    start: Array,
    dims: int,
    tolerance: float,
    max_steps: int,
) -> FixedPoint:
    """Iterate ``y ← step(y)`` with Anderson acceleration until ``change(y, step(y)) <= tolerance``.

    step       the map, batched
    change     size of a move, shape (*batch); what the tolerance is about
    start      first iterate, shape (*dims, *batch)
    dims       number of leading axes of unknowns
    """
    axes = tuple(range(dims))

    def dot(a: Array, b: Array) -> Array:
        return jnp.sum(a * b, axis=axes)

    image = step(start)
    size = change(start, image)
    empty = jnp.zeros((MEMORY, *start.shape))

    def unfinished(state: tuple[Array, ...]) -> Array:
        k, done = state[0], state[4]
        return (k < max_steps) & ~jnp.all(done)

    def advance(state: tuple[Array, ...]) -> tuple[Array, ...]:
        k, point, image, size, done, moves, images, steps = state
        gap = image - point
        gram = [[dot(moves[i], moves[j]) for j in range(i + 1)] for i in range(MEMORY)]
        mixing = _small_solve(gram, [dot(moves[i], gap) for i in range(MEMORY)])
        proposal = image
        for i in range(MEMORY):
            proposal = proposal - mixing[i] * images[i]
        new_point = jnp.where(done, point, proposal)
        new_image = step(new_point)
        new_gap = new_image - new_point
        moves = jnp.concatenate([(new_gap - gap)[None], moves[:-1]])
        images = jnp.concatenate([(new_image - image)[None], images[:-1]])
        size = change(new_point, new_image)
        steps = steps + jnp.where(done, 0, 1)
        return k + 1, new_point, new_image, size, size <= tolerance, moves, images, steps

    begin = (
        jnp.asarray(1),
        start,
        image,
        size,
        size <= tolerance,
        empty,
        empty,
        jnp.ones(size.shape, dtype=jnp.int32),
    )
    final = lax.while_loop(unfinished, advance, begin)
    return FixedPoint(final[1], final[2], final[3], final[7], final[4])
