"""Probability of each action at a node: logit, probit, and normal shocks of unequal size.

All functions take and return arrays of any one shape, one array for each action, and work with
logarithms, so that they are exact where a probability is 1e-300 and no floor is ever needed.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import log_ndtr

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
_STEPS = 12


def log_logit(values: Sequence[Array], scale: Array) -> list[Array]:
    """Log-probabilities of the actions: softmax of values over ``scale``.

    Errors in each action are extreme-value distributed (Luce 1959; McFadden 1974).
    """
    if len(values) == 2:
        gap = (values[1] - values[0]) / scale
        return [jax.nn.log_sigmoid(-gap), jax.nn.log_sigmoid(gap)]
    stacked = jnp.stack(jnp.broadcast_arrays(*values)) / scale
    return list(jax.nn.log_softmax(stacked, axis=0))


def log_binary(gap: Array, deviation: Array) -> list[Array]:
    """Log-probabilities of left and right; right is better by ``gap`` plus N(0, deviation²)."""
    ratio = gap / deviation
    return [log_ndtr(-ratio), log_ndtr(ratio)]


def log_normal(values: Sequence[Array], deviations: Sequence[Array]) -> list[Array]:
    """Log-probability that each action is best, its value disturbed by its own N(0, deviation²).

        P(a) = ∫ φ(z) Π_b Φ((V_a − V_b + s_a z) / s_b) dz

    The logarithm of the integrand is concave; Gauss–Hermite nodes are laid around its top, at its
    width (Liu & Pierce 1994), so that small probabilities are as exact as large ones. The
    logarithms are then shifted to add up to one. Every deviation must be above zero.
    """
    count = len(values)
    both = jnp.broadcast_arrays(*values, *deviations)
    values, deviations = both[:count], both[count:]
    found = []
    for own, value in enumerate(values):
        others = [b for b in range(len(values)) if b != own]
        gaps = [(value - values[b]) / deviations[b] for b in others]
        slopes = [deviations[own] / deviations[b] for b in others]
        found.append(_log_integral(gaps, slopes))
    return list(jax.nn.log_softmax(jnp.stack(found), axis=0))


@jax.jit
def _log_integral(gaps: list[Array], slopes: list[Array]) -> Array:
    """log ∫ φ(z) Π Φ(g + s z) dz, elementwise."""

    def exponent(z: Array) -> Array:
        total = -0.5 * z * z
        for gap, slope in zip(gaps, slopes, strict=True):
            total = total + log_ndtr(gap + slope * z)
        return total

    def first(z: Array) -> Array:
        slope: Array = jax.jvp(exponent, (z,), (jnp.ones_like(z),))[1]
        return slope

    def both(z: Array) -> tuple[Array, Array]:
        return jax.jvp(first, (z,), (jnp.ones_like(z),))

    top = jnp.zeros_like(gaps[0])
    for _ in range(_STEPS):
        slope, bend = both(top)
        top = top - slope / bend
    width = 1.0 / jnp.sqrt(-both(top)[1])
    top, width = jax.lax.stop_gradient((top, width))
    nodes = top[..., None] + width[..., None] * _NODES
    wide = [jnp.asarray(g)[..., None] for g in gaps]
    steep = [jnp.asarray(s)[..., None] for s in slopes]
    gaps, slopes = wide, steep
    terms = exponent(nodes) + 0.5 * _NODES**2 + np.log(_WEIGHTS)
    total: Array = jax.scipy.special.logsumexp(terms, axis=-1)
    found: Array = total + jnp.log(width) - 0.5 * np.log(2.0 * np.pi)
    return found
