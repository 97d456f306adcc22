"""What a game says about each row of data: one interface, behind which every game looks alike.

A likelihood is a pure function of parameters and rows, with the rows beside it. Maximisation,
variances, bootstrap, profiles, tests and Bayesian fits know nothing else. A game may offer exact
derivatives cheaper than generic ones (`derivatives`); the answer must be the same.

Shapes: n rows, k free parameters, m outcomes. Every array of `data` has n as its first axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

import tightrope.game  # noqa: F401  (64-bit numbers)

CHUNK = 16_384
"""Rows taken at once where there are more: memory stays flat in n."""


class Derivatives(NamedTuple):
    """Weighted log-likelihood, its gradient (k,) and its Hessian (k, k)."""

    value: Array
    gradient: Array
    hessian: Array


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
    sums               (θ, data, weights) -> Derivatives; None for the generic ones
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
    equations: tuple[tuple[str, tuple[str, ...]], ...] = ()
    counts: tuple[tuple[str, float], ...] = ()

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self.weights.shape[0])

    def rows(self, theta: Array) -> Array:
        """Log-likelihood of each row (n,), without its weight."""
        return _rows(self.log_rows, theta, self.data)

    def loglik(self, theta: Array) -> Array:
        """Weighted sum of the rows."""
        return _weighted(self.rows(theta), self.weights)

    def probabilities(self, theta: Array) -> Array:
        """Probability of each outcome (n, m), summing to one."""
        return jnp.exp(_rows(self.log_probabilities, theta, self.data))

    def derivatives(self, theta: Array, weights: Array | None = None) -> Derivatives:
        """Log-likelihood, exact gradient and exact Hessian at a point."""
        weights = self.weights if weights is None else weights
        return _derivatives(self.summer, theta, self.data, weights)

    @property
    def summer(self) -> Sums:
        """The function of (θ, data, weights) that gives the derivatives, the game's or generic."""
        return self.sums or generic_sums(self.log_rows)

    def scores(self, theta: Array) -> Array:
        """Gradient of each row's log-likelihood (n, k), without its weight."""
        return _scores(self.log_rows, theta, self.data)

    def weighted(self, weights: Array) -> Likelihood:
        """The same rows with other weights."""
        return replace(self, weights=jnp.asarray(weights, dtype=float))

    def on(self, data: Any, weights: Array) -> Likelihood:
        """The same specification on other rows."""
        return replace(self, data=data, weights=jnp.asarray(weights, dtype=float))


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
    return found.reshape(chunks * CHUNK, *found.shape[2:])[:size]


@partial(jax.jit, static_argnums=0)
def _derivatives(sums: Sums, theta: Array, data: Any, weights: Array) -> Derivatives:
    return sums(theta, data, weights)


@partial(jax.jit, static_argnums=0)
def _scores(function: LogRows, theta: Array, data: Any) -> Array:
    size = jax.tree.leaves(data)[0].shape[0]

    def piece(part: Any) -> Array:
        return jax.jacfwd(function)(theta, part)

    if size <= CHUNK:
        return piece(data)
    chunks, split = _splitter(size)
    found = lax.map(piece, jax.tree.map(split, data))
    return found.reshape(chunks * CHUNK, -1)[:size]
