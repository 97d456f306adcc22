"""Mapping a function over a long batch in pieces that fit the processor's cache."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

_CACHE_BYTES = 800_000
_VECTOR = 8
_LONGEST = 13 * _VECTOR


def chunk_length(batch: tuple[int, ...], shared_bytes: int, own_bytes: int) -> int:
    """Games of the last axis to take at once.

    batch         shape of the batch axes; those before the last share ``shared_bytes``
    shared_bytes  working memory of one game of the last axis, whatever its contingencies
    own_bytes     working memory of each contingency
    Returns an odd multiple of the vector length: even ones make columns collide in the cache.
    """
    each = shared_bytes + own_bytes * math.prod(batch[:-1])
    vectors = min(_CACHE_BYTES // (each * _VECTOR), _LONGEST // _VECTOR)
    vectors = max(1, vectors - (vectors + 1) % 2)
    return min(batch[-1], vectors * _VECTOR)


def map_chunks(function: Callable[[Any], Any], arrays: Any, length: int, chunk: int) -> Any:
    """Apply ``function`` to slices of the last axis and join what it returns.

    arrays    pytree; the last axis of each array has ``length`` games
    function  from a pytree of slices (..., chunk) to a pytree of arrays with the same last axis
    """
    pieces = -(-length // chunk)

    def split(a: Array) -> Array:
        room = [(0, 0)] * (a.ndim - 1) + [(0, pieces * chunk - length)]
        padded = jnp.pad(a, room, mode="edge") if room[-1][1] else a
        return jnp.moveaxis(padded.reshape(*a.shape[:-1], pieces, chunk), -2, 0)

    def join(a: Array) -> Array:
        joined = jnp.moveaxis(a, 0, -2)
        return joined.reshape(*joined.shape[:-2], pieces * chunk)[..., :length]

    if pieces == 1:
        return function(arrays)
    return jax.tree.map(join, lax.map(function, jax.tree.map(split, arrays)))
