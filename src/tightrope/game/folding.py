"""Sums and products over a leading axis, shaped so that the batch axis becomes the vector axis.

XLA's loop over a reduced axis is innermost. Only when it is short does the compiler unroll it and
use vector instructions along the batch. So long axes are first folded, element by element, onto at
most eight rows, and the rows are reduced together.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array, lax

Operation = tuple[float, Callable[[Array, Array], Array]]
SUM: Operation = (0.0, lambda a, b: a + b)
PRODUCT: Operation = (1.0, lambda a, b: a * b)
LARGEST: Operation = (-jnp.inf, lambda a, b: jnp.where(a > b, a, b))

_ROWS = 8
_UNROLLED = 12


def rows_of(length: int) -> int:
    """Largest divisor of ``length`` up to eight: the rows onto which an axis is folded."""
    return max(d for d in range(1, _ROWS + 1) if length % d == 0)


def reduce_together(arrays: list[Array], operations: list[Operation], axis: int) -> list[Array]:
    """Reduce several arrays of one shape over one axis in a single pass, each by its operation."""
    starts = tuple(jnp.asarray(op[0], a.dtype) for a, op in zip(arrays, operations, strict=True))

    def combine(left: tuple[Array, ...], right: tuple[Array, ...]) -> tuple[Array, ...]:
        return tuple(op[1](a, b) for op, a, b in zip(operations, left, right, strict=True))

    return list(lax.reduce(tuple(arrays), starts, combine, (axis,)))


def fold(array: Array, operation: Operation, axis: int) -> Array:
    """Fold one axis onto ``rows_of`` its length; the axis stays, reduced below afterwards."""
    length = array.shape[axis]
    rows = length if length <= _UNROLLED else rows_of(length)
    folded = lax.slice_in_dim(array, 0, rows, axis=axis)
    for first in range(rows, length, rows):
        folded = operation[1](folded, lax.slice_in_dim(array, first, first + rows, axis=axis))
    return folded


def fold_reduce(arrays: list[Array], operations: list[Operation], axis: int) -> list[Array]:
    """Fold and reduce several arrays over one axis in a single pass."""
    folded = [fold(a, op, axis) for a, op in zip(arrays, operations, strict=True)]
    return reduce_together(folded, operations, axis)


def block_sums(arrays: list[Array], axis: int) -> list[Array]:
    """Sum several arrays over one axis in blocks of up to eight, then over the blocks."""
    length = arrays[0].shape[axis]
    rows = rows_of(length)
    blocks = [
        a.reshape(*a.shape[:axis], length // rows, rows, *a.shape[axis + 1 :]) for a in arrays
    ]
    inner = reduce_together(blocks, [SUM] * len(arrays), axis + 1)
    return reduce_together(inner, [SUM] * len(arrays), axis)
