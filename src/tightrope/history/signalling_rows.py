"""The crisis-signalling game as a likelihood: what beliefs, or an equilibrium, say about each row.

Two likelihoods share their data. With *given* beliefs (p̂_R, p̂_F) each side replies to what it
expects. At an *equilibrium* beliefs are true, and move with the parameters (implicit function
theorem). The derivatives of both are worked out in ``signalling_exact``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

from tightrope.game.signalling import (
    Payoffs,
    cutoff,
    equilibrium_log_outcomes,
    log_outcomes,
    resist_index,
    standing,
)
from tightrope.game.signalling_equilibria import follow

PARTS = ("SA", "VA", "CB", "barWA", "barWB", "bara", "VB")
"""Utilities in the order of the formula, named as in sigInt."""


class Rows(NamedTuple):
    """Data of n games, each played once or more.

    counts    (n, 4) how often each outcome was seen, in the order of ``game.signalling.OUTCOMES``
    z         (n,) Φ^{-1}(p_R): what A expects of B; at an equilibrium, the one followed
    log_firm  (n,) log p_F: what B expects of A; not used at an equilibrium
    parts     regressors (n, k_j) of each utility, in the order of `PARTS`
    """

    counts: Any
    z: Any
    log_firm: Any
    parts: tuple[Any, ...]


def payoffs_at(theta: Array, rows: Rows) -> Payoffs:
    """Mean payoffs (n,) of each game."""
    found, begin = [], 0
    for part in rows.parts:
        found.append(part @ theta[begin : begin + part.shape[1]])
        begin += part.shape[1]
    return Payoffs(*found)


def _seen(counts: Array, log_probability: Array) -> Array:
    """Σ counts · log p over outcomes; an outcome never seen adds nothing, whatever its chance."""
    counts = counts.T
    return jnp.sum(jnp.where(counts > 0.0, counts * log_probability, 0.0), axis=0)


def belief_log_probabilities(theta: Array, rows: Rows) -> Array:
    """(n, 4) log-probabilities when both reply to the beliefs in the rows."""
    payoffs = payoffs_at(theta, rows)
    where = standing(cutoff(rows.z, payoffs), payoffs)
    return log_outcomes(where, resist_index(rows.log_firm, payoffs)).T


def belief_log_rows(theta: Array, rows: Rows) -> Array:
    """(n,) log pseudo-likelihood of each game, without multinomial coefficients."""
    return _seen(rows.counts, belief_log_probabilities(theta, rows).T)


def equilibrium_log_probabilities(theta: Array, rows: Rows) -> Array:
    """(n, 4) log-probabilities at the equilibrium that continues the one in the rows."""
    payoffs = payoffs_at(theta, rows)
    return equilibrium_log_outcomes(follow(rows.z, payoffs), payoffs).T


def equilibrium_log_rows(theta: Array, rows: Rows) -> Array:
    """(n,) log-likelihood of each game at that equilibrium."""
    return _seen(rows.counts, equilibrium_log_probabilities(theta, rows).T)
