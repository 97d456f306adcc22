"""The statistical ultimatum game as a likelihood: rows, and derivatives through four indices.

A row depends on the parameters through its two mean reservation values and the logarithms of the
two scales alone. JAX differentiates in these four; the rest is products with the regressors.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from tightrope.game.ultimatum import Bargain, log_accept, log_offer
from tightrope.history.likelihood import CHUNK, Derivatives, LogRows

Floats = NDArray[np.float64]


class Rows(NamedTuple):
    """Data of n bargains.

    offer    (n,)
    accept   (n,) 1 accepted, 0 rejected; not used where only the offer is explained
    lowest, highest  (n,) 1 where the offer is 0, or the largest
    largest  (n,) the largest offer
    scale1, scale2  (n,) the scales, where they are fixed
    first, second   regressors (n, k1) of R1 and (n, k2) of R2
    """

    offer: Any
    accept: Any
    lowest: Any
    highest: Any
    largest: Any
    scale1: Any
    scale2: Any
    first: Any
    second: Any


def _row_values(index: Array, rows: Rows, answered: bool) -> Array:
    """Log-likelihood (n,) from μ1, μ2, log s1 and log s2 (4, n)."""
    mean1, mean2, log1, log2 = index
    bargain = Bargain(mean1, mean2, jnp.exp(log1), jnp.exp(log2), rows.largest)
    found: Array = log_offer(rows.offer, rows.lowest > 0.0, rows.highest > 0.0, bargain)
    if not answered:
        return found
    reject, accept = log_accept(rows.offer, bargain)
    return found + jnp.where(rows.accept > 0.0, accept, reject)


def indices(theta: Array, rows: Rows, free1: bool, free2: bool) -> Array:
    """μ1, μ2, log s1 and log s2 (4, n); a free scale is a parameter, behind the regressors'."""
    k1, k2 = rows.first.shape[1], rows.second.shape[1]
    ones = jnp.ones_like(rows.offer)
    log1 = theta[k1 + k2] * ones if free1 else jnp.log(rows.scale1)
    log2 = theta[k1 + k2 + free1] * ones if free2 else jnp.log(rows.scale2)
    return jnp.stack([rows.first @ theta[:k1], rows.second @ theta[k1 : k1 + k2], log1, log2])


@cache
def functions(free1: bool, free2: bool, answered: bool) -> tuple[LogRows, LogRows]:
    """Log-likelihood (n,) of each row, and log-probability (n, 2) that its offer is rejected or
    accepted; one pair of functions for each kind, so that compiled programs are reused."""

    def log_rows(theta: Array, rows: Rows) -> Array:
        return _row_values(indices(theta, rows, free1, free2), rows, answered)

    def answers(theta: Array, rows: Rows) -> Array:
        mean1, mean2, log1, log2 = indices(theta, rows, free1, free2)
        bargain = Bargain(mean1, mean2, jnp.exp(log1), jnp.exp(log2), rows.largest)
        return jnp.stack(log_accept(rows.offer, bargain), axis=1)

    return log_rows, answers


@partial(jax.jit, static_argnums=2)
def _by_index(index: Array, rows: Rows, answered: bool) -> tuple[Array, Array, Array]:
    """Value (n,), slope (4, n) and curvature (4, 4, n) of each row in its four indices."""

    def slope(at: Array) -> Array:
        found: Array = jax.grad(lambda i: jnp.sum(_row_values(i, rows, answered)))(at)
        return found

    first, along = jax.linearize(slope, index)
    units = jnp.eye(4)[:, :, None] * jnp.ones_like(rows.offer)
    return _row_values(index, rows, answered), first, jax.lax.map(along, units)


class UltimatumExact:
    """Derivatives of the ultimatum game (see ``likelihood.Exact``) for given rows."""

    def __init__(self, rows: Rows, free1: bool, free2: bool, answered: bool) -> None:
        self._kind = free1, free2
        self._answered = answered
        size = len(np.asarray(rows.offer))
        pieces = range(0, size, CHUNK)
        self._rows = [Rows(*[np.asarray(a)[i : i + CHUNK] for a in rows]) for i in pieces]
        self._places = [slice(i, min(i + CHUNK, size)) for i in pieces]

    def derivatives(self, thetas: Floats, weights: Floats) -> Derivatives:
        """At points (b, k), with weights (n,) or (b, n): (b,), (b, k) and (b, k, k)."""
        own = weights.ndim == 2
        with np.errstate(all="ignore"):  # far from any maximum a value may be −inf: refused
            found = [self._at(t, weights[b] if own else weights) for b, t in enumerate(thetas)]
        return Derivatives(*(np.stack(part) for part in zip(*found, strict=True)))

    def scores(self, theta: Floats) -> Floats:
        """Gradient of each row (n, k), unweighted."""
        found = []
        for rows in self._rows:
            _, slope, _ = self._parts(theta, rows)
            found.append(
                np.hstack([d * s[:, None] for d, s in zip(self._design(rows), slope, strict=True)])
            )
        return np.concatenate(found)

    def _design(self, rows: Rows) -> list[Floats]:
        """Regressors of the four indices; none where a scale is fixed."""
        ones = np.ones((len(rows.offer), 1))
        scales = [ones[:, : int(free)] for free in self._kind]
        return [np.asarray(rows.first), np.asarray(rows.second), *scales]

    def _parts(self, theta: Floats, rows: Rows) -> tuple[Floats, Floats, Floats]:
        index = indices(theta, rows, *self._kind)  # type: ignore[arg-type]
        value, slope, bend = _by_index(index, rows, self._answered)
        return np.asarray(value), np.asarray(slope), np.asarray(bend)

    def _at(self, theta: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
        total, size = np.zeros(()), len(theta)
        gradient, hessian = np.zeros(size), np.zeros((size, size))
        for rows, place in zip(self._rows, self._places, strict=True):
            weight = weights[place]
            counted = weight > 0.0
            value, slope, bend = (
                np.where(counted, weight * np.where(counted, part, 0.0), 0.0)
                for part in self._parts(theta, rows)
            )
            design = self._design(rows)
            total = total + value.sum()
            gradient += np.concatenate([d.T @ s for d, s in zip(design, slope, strict=True)])
            hessian += np.block(
                [[a.T @ (bend[i, j][:, None] * b) for j, b in enumerate(design)]
                 for i, a in enumerate(design)]
            )  # fmt: skip
        return total, gradient, 0.5 * (hessian + hessian.T)
