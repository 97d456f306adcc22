"""Mapping a function over a long batch in pieces that fit the processor's cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

_GAMES = 64
_VECTOR = 8


def chunk_length(batch: tuple[int, ...]) -> int:
    """Games of the last axis to take at once: some 24 alone, 8 if contingencies share lumps.

    Powers of two times the vector length above that make columns collide in the cache.
    """
    inner = 1
    for size in batch[:-1]:
        inner *= size
    wanted = max(_VECTOR, min(3 * _VECTOR, _GAMES // inner // _VECTOR * _VECTOR))
    return min(batch[-1], wanted)


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
