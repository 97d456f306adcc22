"""Logit choice from a menu, and what the choice is worth before its shocks are known."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

_OFF_MENU = -1e300
_LARGEST_EXPONENT = 700.0


def odds(exponent: Array) -> Array:
    """``exp(exponent)``, cut at exp(700) so that neither it nor its derivative overflows."""
    return jnp.exp(jnp.where(exponent < _LARGEST_EXPONENT, exponent, _LARGEST_EXPONENT))


def choose(utility: Array, menu: Array, precision: Array, axis: int = -1) -> Array:
    """Choice probabilities ``exp(λ U_a) / Σ_b exp(λ U_b)`` over the actions on the menu.

    utility    payoff of each action along ``axis``
    menu       1 where the action may be taken, else 0; broadcast against ``utility``
    precision  λ >= 0, inverse scale of the private extreme-value shocks; 0 is uniform choice
    Returns    probabilities, zero off the menu, summing to one along ``axis`` (all zero if the menu
               is empty)
    Source     McFadden (1974); McKelvey & Palfrey (1995)
    """
    logits = jnp.where(menu > 0, precision * utility, _OFF_MENU)
    logits = jnp.moveaxis(logits, axis, 0)
    allowed = jnp.moveaxis(jnp.broadcast_to(menu > 0, utility.shape), axis, 0)
    best = jnp.max(logits, axis=0)
    weight = jnp.where(allowed, odds(logits - best), 0.0)
    total = jnp.sum(weight, axis=0)
    return jnp.moveaxis(weight / jnp.where(total > 0, total, 1.0), 0, axis)


def choice_value(utility: Array, menu: Array, precision: Array, axis: int = -1) -> Array:
    """Expected best payoff ``(1/λ) log Σ_a exp(λ U_a)`` over the menu (Emax, mean-zero shocks).

    Same arguments as ``choose``; ``precision`` has the axis too (of size one) or broadcasts to it.
    At precision 0, where shocks swamp payoffs and the value has no finite limit, the mean payoff
    over the menu is returned: the limit net of ``log(J)/λ``. An empty menu is worth 0.
    Source     Rust (1987); Small & Rosen (1981)
    """
    allowed = jnp.broadcast_to(menu > 0, utility.shape)
    best = jnp.max(jnp.where(allowed, utility, _OFF_MENU), axis=axis, keepdims=True)
    best = jnp.where(best > _OFF_MENU, best, 0.0)
    gap = jnp.where(allowed, utility - best, 0.0)
    weight = jnp.where(allowed, jnp.exp(precision * gap), 0.0)
    total = jnp.sum(weight, axis=axis, keepdims=True)
    mean = jnp.sum(weight * gap, axis=axis, keepdims=True) / jnp.where(total > 0, total, 1.0)
    noisy = precision > 0
    shocks = jnp.log(jnp.where(total > 0, total, 1.0)) / jnp.where(noisy, precision, 1.0)
    return jnp.squeeze(best + jnp.where(noisy, shocks, mean), axis)
