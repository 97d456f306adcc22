"""Slower and surer than acceleration: damped iteration, and Newton with a dense Jacobian."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array, lax

from tightrope.game.linear import solve

_SHORTEST = 2.0**-12


def dense_solve(matvec: Callable[[Array], Array], right: Array) -> Array:
    """Solve ``matvec(v) = right`` for every game from its matrix, made column by column.

    right  (rows, players, *batch); ``matvec`` acts on each game of the batch alone
    """
    unknowns = right.shape[0] * right.shape[1]
    batch = right.shape[2:]

    def column(k: Array) -> Array:
        unit = jnp.zeros((unknowns,)).at[k].set(1.0)
        unit = unit.reshape(*right.shape[:2], *(1,) * len(batch))
        return matvec(jnp.broadcast_to(unit, right.shape)).reshape(unknowns, -1)

    columns = lax.map(column, jnp.arange(unknowns))
    solution = solve(columns.swapaxes(0, 1), right.reshape(unknowns, -1))
    return jnp.where(jnp.isfinite(solution), solution, 0.0).reshape(right.shape)


def iterate(
    image: Callable[[Array], Array],
    size_of: Callable[[Array], Array],
    start: Array,
    size: Array,
    tolerance: float,
    steps: Array,
) -> tuple[Array, Array]:
    """``y ← y + β (image(y) − y)`` with β of 1, then 1/2, then 1/5, where ``size`` is too large.

    steps    how many, a third with each β
    Returns  the points and the size of their residuals
    """

    def advance(k: Array, state: tuple[Array, Array]) -> tuple[Array, Array]:
        point, size = state
        gap = image(point) - point
        size = jnp.where(size > tolerance, size_of(gap), size)
        damping = jnp.where(3 * k < steps, 1.0, jnp.where(3 * k < 2 * steps, 0.5, 0.2))
        return jnp.where(size > tolerance, point + damping * gap, point), size

    found: tuple[Array, Array] = lax.fori_loop(0, steps, advance, (start, size))
    return found


def newton(
    image: Callable[[Array], Array],
    size_of: Callable[[Array], Array],
    start: Array,
    size: Array,
    tolerance: float,
    max_steps: Array,
) -> tuple[Array, Array]:
    """Solve ``y = image(y)`` for the games whose ``size`` is above the tolerance.

    A step is halved until the residual falls; where no halving helps, the plain step ``image(y)``
    is taken instead, which leaves a local minimum of the residual. Returns the points and the size
    of their residuals.
    """

    def unfinished(state: tuple[Array, Array, Array]) -> Array:
        k, _, size = state
        return (k < max_steps) & jnp.any(size > tolerance)

    def advance(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        k, point, before = state
        new, linear = jax.linearize(image, point)
        gap = new - point
        frozen = ~(before > tolerance)
        size = jnp.where(frozen, before, size_of(gap))
        direction = dense_solve(lambda v: v - linear(v), gap)

        def missing(search: tuple[Array, Array, Array]) -> Array:
            length, _, open_ = search
            return (length > _SHORTEST) & jnp.any(open_)

        def shorten(search: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            length, best, open_ = search
            trial = point + length * direction
            better = open_ & (size_of(image(trial) - trial) < size)
            return 0.5 * length, jnp.where(better, trial, best), open_ & ~better

        active = size > tolerance
        begin = (jnp.asarray(1.0), new, active)
        _, nearer, _ = lax.while_loop(missing, shorten, begin)
        return k + 1, jnp.where(active, nearer, point), size

    begin = (jnp.asarray(0, jnp.int32), start, size)
    _, point, left = lax.while_loop(unfinished, advance, begin)
    return point, left
