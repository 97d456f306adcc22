"""Many small linear systems at once, without a library call.

The batched LAPACK calls of JAX on a CPU split their batch over XLA's pool of threads and wait for
the pieces inside one of these threads. Two programs that solve side by side can take all threads
of the pool and then wait for each other for ever (seen with JAX 0.10.2 on two cores). What is done
here is plain arithmetic, so nothing waits.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax


def solve(matrix: Array, right: Array) -> Array:
    """Solve ``matrix @ x = right`` for every system of a batch, on the last axes.

    matrix   (n, n, *B)
    right    (n, *B)
    Returns  x (n, *B); not finite where a matrix is singular. Differentiable.
    Source   Gauss–Jordan elimination, pivots by column (Golub and Van Loan 2013, 3.4)
    """

    def product(x: Array) -> Array:
        return jnp.sum(matrix * x[None], axis=1)

    def forward(_: object, b: Array) -> Array:
        return _eliminate(lax.stop_gradient(matrix), b)

    def backward(_: object, b: Array) -> Array:
        return _eliminate(lax.stop_gradient(matrix).swapaxes(0, 1), b)

    answer: Array = lax.custom_linear_solve(product, right, forward, backward)
    return answer


def _eliminate(matrix: Array, right: Array) -> Array:
    """Rows stay in their places; which of them served as the pivot of a column is remembered."""
    n = right.shape[0]
    place = jnp.arange(n).reshape(n, *(1,) * (right.ndim - 1))

    def clear(
        k: Array, state: tuple[Array, Array, Array, Array]
    ) -> tuple[Array, Array, Array, Array]:
        left, b, free, chosen = state
        column = left[:, k]
        pivot = jnp.argmax(jnp.where(free, jnp.abs(column), -1.0), axis=0)
        mark = place == pivot
        one = mark.astype(left.dtype)
        row, value = jnp.sum(one[:, None] * left, axis=0), jnp.sum(one * b, axis=0)
        row, value = row / row[k], value / row[k]
        factor = column - one
        left, b = left - factor[:, None] * row, b - factor * value
        return left, b, free & ~mark, chosen.at[k].set(pivot)

    begin = (matrix, right, jnp.ones(right.shape, bool), jnp.zeros(right.shape, int))
    _, answer, _, chosen = lax.fori_loop(0, n, clear, begin)
    return jnp.take_along_axis(answer, chosen, axis=0)
