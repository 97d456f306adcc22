"""What a game says about each row of data: one interface, behind which every game looks alike.

A likelihood is a pure function of parameters and rows, with the rows beside it. Maximisation,
variances, bootstrap, profiles, tests and Bayesian fits know nothing else. Derivatives come from
JAX; a game may offer the same ones cheaper (`Exact`), and tests hold the two to one another.

Shapes: n rows, k free parameters, m outcomes. Every array of `data` has n as its first axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

import tightrope.game  # noqa: F401  (64-bit numbers)

Floats = NDArray[np.float64]

CHUNK = 16_384
"""Rows taken at once where there are more: memory stays flat in n."""
_BATCH = 64


class Derivatives(NamedTuple):
    """Weighted log-likelihood, its gradient (k,) and its Hessian (k, k), each with any batch."""

    value: Any
    gradient: Any
    hessian: Any


class Exact(Protocol):
    """Derivatives that a game works out by itself, without a compiler."""

    def derivatives(self, thetas: Floats, weights: Floats) -> Derivatives:
        """At points (b, k), with weights (n,) or (b, n): (b,), (b, k) and (b, k, k)."""
        ...

    def scores(self, theta: Floats) -> Floats:
        """Gradient of each row (n, k), unweighted."""
        ...


LogRows = Callable[[Array, Any], Array]
Sums = Callable[[Array, Any, Array], Derivatives]


@dataclass(frozen=True)
class Likelihood:
    """A game, its specification and its data, ready to be maximised.

    game               name, such as `egame12`
    names              of the k free parameters, R's, such as `u1(~esc):s_wt_re1`
    outcomes           labels of the m outcomes, from left to right
    data               pytree of arrays, each with n rows
    weights            (n,) weight of each row, >= 0
    log_rows           (θ, data) -> (n,) log-likelihood of each row, unweighted
    log_probabilities  (θ, data) -> (n, m) log-probability of each outcome
    start              (k,) where maximisation begins
    scales             (k,) size of a large difference in each parameter, for random starts and
                       penalties: one over the root mean square of its regressor
    sums               (θ, data, weights) -> Derivatives in JAX; None for the generic ones
    exact              derivatives without JAX, for these very rows; None where the game has none
    equations          label and parameter names of each equation, for tables
    counts             outcome -> weighted number of times it was seen
    The functions must be the same objects for the same game, so that compiled programs are reused.
    """

    game: str
    names: tuple[str, ...]
    outcomes: tuple[str, ...]
    data: Any
    weights: Array
    log_rows: LogRows
    log_probabilities: LogRows
    start: Array
    scales: Array
    sums: Sums | None = None
    exact: Exact | None = None
    equations: tuple[tuple[str, tuple[str, ...]], ...] = ()
    counts: tuple[tuple[str, float], ...] = ()

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self.weights.shape[0])

    def rows(self, theta: Array) -> Array:
        """Log-likelihood of each row (n,), without its weight."""
        found: Array = _rows(self.log_rows, theta, self.data)
        return found

    def loglik(self, theta: Array) -> Array:
        """Weighted sum of the rows."""
        return _weighted(self.rows(theta), self.weights)

    def probabilities(self, theta: Array) -> Array:
        """Probability of each outcome (n, m), summing to one."""
        logs = _rows(self.log_probabilities, theta, self.data)
        return jnp.exp(logs)

    def derivatives(self, theta: Any, weights: Any = None) -> Derivatives:
        """Log-likelihood, exact gradient (k,) and exact Hessian (k, k) at a point."""
        one = None if weights is None else np.asarray(weights, dtype=float)
        found = self.derivatives_at(np.asarray(theta, dtype=float)[None], one)
        return Derivatives(*(np.asarray(part)[0] for part in found))

    def derivatives_at(self, thetas: Floats, weights: Floats | None = None) -> Derivatives:
        """The same at points (b, k), with weights (n,) or (b, n); the likelihood's if None."""
        weights = np.asarray(self.weights) if weights is None else weights
        if self.exact is not None:
            return self.exact.derivatives(thetas, weights)
        parts = []
        for begin in range(0, len(thetas), _BATCH):
            some = slice(begin, begin + _BATCH)
            own = weights.ndim == 2
            each = weights[some] if own else weights
            parts.append(_batch(self.summer, own, thetas[some], self.data, each))
        return Derivatives(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    @property
    def summer(self) -> Sums:
        """The JAX function of (θ, data, weights) that gives derivatives, the game's or generic."""
        return self.sums or generic_sums(self.log_rows)

    def scores(self, theta: Any) -> Floats:
        """Gradient of each row's log-likelihood (n, k), without its weight."""
        if self.exact is not None:
            return self.exact.scores(np.asarray(theta, dtype=float))
        return np.asarray(_scores(self.log_rows, jnp.asarray(theta), self.data))

    def weighted(self, weights: Array) -> Likelihood:
        """The same rows with other weights."""
        return replace(self, weights=jnp.asarray(weights, dtype=float))

    def on(self, data: Any, count: int) -> Likelihood:
        """The same game on ``count`` other rows, each once: to predict with, not to maximise."""
        return replace(self, data=data, weights=jnp.ones(count), exact=None)


_SUMS: dict[LogRows, Sums] = {}


def generic_sums(log_rows: LogRows) -> Sums:
    """Derivatives of any row function by JAX, chunk by chunk; one object for each function."""
    if log_rows not in _SUMS:

        def value(theta: Array, data: Any, weights: Array) -> Array:
            return _weighted(log_rows(theta, data), weights)

        def piece(theta: Array, data: Any, weights: Array) -> Derivatives:
            both = jax.value_and_grad(value)(theta, data, weights)
            return Derivatives(*both, jax.hessian(value)(theta, data, weights))

        _SUMS[log_rows] = partial(sum_chunks, piece)
    return _SUMS[log_rows]


def sum_chunks(piece: Sums, theta: Array, data: Any, weights: Array) -> Derivatives:
    """Sum `piece` over chunks of rows; a last, short chunk is filled up with weight zero."""
    size = weights.shape[0]
    if size <= CHUNK:
        return piece(theta, data, weights)
    chunks, split = _splitter(size)
    zero = jax.tree.map(
        lambda a: jnp.zeros(a.shape, a.dtype),
        jax.eval_shape(piece, theta, data, weights),
    )

    def add(total: Derivatives, part: tuple[Any, Array]) -> tuple[Derivatives, None]:
        return jax.tree.map(jnp.add, total, piece(theta, *part)), None

    filled = jnp.pad(weights, (0, chunks * CHUNK - size)).reshape(chunks, CHUNK)
    total, _ = lax.scan(add, zero, (jax.tree.map(split, data), filled))
    return Derivatives(*total)


def _splitter(size: int) -> tuple[int, Callable[[Array], Array]]:
    chunks = -(-size // CHUNK)

    def split(a: Array) -> Array:
        room = [(0, chunks * CHUNK - size)] + [(0, 0)] * (a.ndim - 1)
        return jnp.pad(a, room, mode="edge").reshape(chunks, CHUNK, *a.shape[1:])

    return chunks, split


def _weighted(rows: Array, weights: Array) -> Array:
    """Σ w·ℓ, where a row of weight zero counts nothing even if its ℓ is infinite."""
    return jnp.sum(jnp.where(weights > 0.0, weights * jnp.where(weights > 0.0, rows, 0.0), 0.0))


@partial(jax.jit, static_argnums=0)
def _rows(function: LogRows, theta: Array, data: Any) -> Array:
    size = jax.tree.leaves(data)[0].shape[0]
    if size <= CHUNK:
        return function(theta, data)
    chunks, split = _splitter(size)
    found = lax.map(lambda part: function(theta, part), jax.tree.map(split, data))
    joined: Array = found.reshape(chunks * CHUNK, *found.shape[2:])
    return joined[:size]


def _batch(
    sums: Sums, own: bool, thetas: Floats, data: Any, weights: Floats
) -> tuple[Floats, Floats, Floats]:
    """A batch filled up to a power of two, so that few sizes are ever compiled."""
    size = len(thetas)
    full = 1 << (size - 1).bit_length()
    room = [(0, full - size), (0, 0)]
    thetas = np.pad(thetas, room, mode="edge")
    weights = np.pad(weights, room, mode="edge") if own else weights
    found = _derivatives(sums, own, thetas, data, weights)
    value, gradient, hessian = (np.asarray(part)[:size] for part in found)
    return value, gradient, hessian


@partial(jax.jit, static_argnums=(0, 1))
def _derivatives(sums: Sums, own: bool, thetas: Array, data: Any, weights: Array) -> Derivatives:
    if thetas.shape[0] == 1:
        found = sums(thetas[0], data, weights[0] if own else weights)
        return Derivatives(*(part[None] for part in found))
    many = jax.vmap(sums, in_axes=(0, None, 0 if own else None))
    return Derivatives(*many(thetas, data, weights))


@partial(jax.jit, static_argnums=0)
def _scores(function: LogRows, theta: Array, data: Any) -> Array:
    size = jax.tree.leaves(data)[0].shape[0]

    def piece(part: Any) -> Array:
        slopes: Array = jax.jacfwd(function)(theta, part)
        return slopes

    if size <= CHUNK:
        return piece(data)
    chunks, split = _splitter(size)
    found = lax.map(piece, jax.tree.map(split, data))
    joined: Array = found.reshape(chunks * CHUNK, -1)
    return joined[:size]
