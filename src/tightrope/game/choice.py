"""Logit choice from a menu, and what the choice is worth before its shocks are known."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

_OFF_MENU = -1e300


def _exponents(utility: Array, menu: Array, precision: Array, axis: int) -> tuple[Array, Array]:
    """``exp(precision * (U - best U))`` over the menu, and the best utility (axis kept)."""
    allowed = menu > 0
    best = jnp.max(jnp.where(allowed, utility, _OFF_MENU), axis=axis, keepdims=True)
    gap = jnp.where(allowed, utility - best, 0.0)
    return jnp.where(allowed, jnp.exp(precision * gap), 0.0), best


def choose(utility: Array, menu: Array, precision: Array, axis: int = -1) -> Array:
    """Choice probabilities ``exp(λ U_a) / Σ_b exp(λ U_b)`` over the actions on the menu.

    utility    payoff of each action along ``axis``
    menu       1 where the action may be taken, else 0; broadcast against ``utility``
    precision  λ >= 0, inverse scale of the private extreme-value shocks; 0 is uniform choice
    Returns    probabilities, zero off the menu, summing to one along ``axis``
    Source     McFadden (1974); McKelvey & Palfrey (1995)
    """
    weight, _ = _exponents(utility, menu, precision, axis)
    return weight / jnp.maximum(jnp.sum(weight, axis=axis, keepdims=True), 1e-300)


def choice_value(utility: Array, menu: Array, precision: Array, axis: int = -1) -> Array:
    """Expected best payoff ``(1/λ) log Σ_a exp(λ U_a)`` over the menu (Emax, mean-zero shocks).

    Same arguments as ``choose``. At precision 0, where shocks swamp payoffs and the value has no
    finite limit, the mean payoff over the menu is returned: the limit net of ``log(J)/λ``.
    Source     Rust (1987); Small & Rosen (1981)
    """
    weight, best = _exponents(utility, menu, precision, axis)
    total = jnp.maximum(jnp.sum(weight, axis=axis), 1e-300)
    shape = jnp.broadcast_shapes(jnp.shape(precision), best.shape)
    scale = jnp.squeeze(jnp.broadcast_to(precision, shape), axis)
    positive = scale > 0
    emax = jnp.squeeze(best, axis) + jnp.log(total) / jnp.where(positive, scale, 1.0)
    mean = jnp.sum(jnp.where(weight > 0, utility, 0.0), axis=axis) / total
    return jnp.where(positive, emax, mean)
