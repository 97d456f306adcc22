"""Newton's method with a dense Jacobian, for the few games on which acceleration is slow."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array, lax

_STEPS = 40
_HALVINGS = 12


def dense_solve(matvec: Callable[[Array], Array], right: Array) -> Array:
    """Solve ``matvec(v) = right`` for every game by LU of the matrix column by column.

    right  (rows, players, *batch); ``matvec`` acts on each game of the batch alone
    """
    unknowns = right.shape[0] * right.shape[1]
    batch = right.shape[2:]

    def column(k: Array) -> Array:
        unit = jnp.zeros((unknowns,)).at[k].set(1.0)
        unit = unit.reshape(*right.shape[:2], *(1,) * len(batch))
        return matvec(jnp.broadcast_to(unit, right.shape)).reshape(unknowns, -1)

    columns = lax.map(column, jnp.arange(unknowns))
    matrix = jnp.moveaxis(columns, 2, 0).swapaxes(1, 2)
    solution = jnp.linalg.solve(matrix, right.reshape(unknowns, -1).T[:, :, None])[:, :, 0]
    solution = jnp.where(jnp.isfinite(solution), solution, 0.0)
    return solution.T.reshape(right.shape)


def newton(
    image: Callable[[Array], Array],
    size_of: Callable[[Array], Array],
    start: Array,
    size: Array,
    tolerance: float,
) -> tuple[Array, Array, Array]:
    """Solve ``y = image(y)`` for the games whose ``size`` is above the tolerance.

    Steps are halved until the residual falls. Returns the points, the size of their residuals and
    the number of steps taken, (*batch).
    """

    def unfinished(state: tuple[Array, Array, Array, Array]) -> Array:
        k, _, size, _ = state
        return (k < _STEPS) & jnp.any(size > tolerance)

    def advance(
        state: tuple[Array, Array, Array, Array],
    ) -> tuple[Array, Array, Array, Array]:
        k, point, size, steps = state
        new, linear = jax.linearize(image, point)
        gap = new - point
        direction = dense_solve(lambda v: v - linear(v), gap)

        def shorten(_: Array, found: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            length, best, best_size = found
            trial = point + length * direction
            trial_size = size_of(image(trial) - trial)
            better = (best_size >= size) & (trial_size < size)
            return (
                0.5 * length,
                jnp.where(better, trial, best),
                jnp.where(better, trial_size, best_size),
            )

        begin = (jnp.asarray(1.0), point, size)
        _, nearer, smaller = lax.fori_loop(0, _HALVINGS, shorten, begin)
        active = size > tolerance
        return (
            k + 1,
            jnp.where(active, nearer, point),
            jnp.where(active, smaller, size),
            steps + active,
        )

    now = size_of(image(start) - start)
    zero = jnp.zeros(size.shape, jnp.int32)
    begin = (jnp.asarray(0, jnp.int32), start, jnp.where(size > tolerance, now, size), zero)
    _, point, left, steps = lax.while_loop(unfinished, advance, begin)
    return point, left, steps
