"""The crisis-signalling game as a likelihood: what beliefs, or an equilibrium, say about each row.

Two likelihoods share their data. With *given* beliefs (p̂_R, p̂_F) each side's choice is a probit of
linear indices, so the pseudo-likelihood of parameters has cheap exact derivatives. At an
*equilibrium* beliefs are true, and move with the parameters (implicit function theorem).
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import log_ndtr

from tightrope.game.signalling import (
    Payoffs,
    cutoff,
    equilibrium_log_outcomes,
    log_outcomes,
    reply,
    resist_index,
    standing,
)
from tightrope.game.signalling_equilibria import follow
from tightrope.history.likelihood import Derivatives, Sums, sum_chunks

PARTS = ("SA", "VA", "CB", "barWA", "barWB", "bara", "VB")
"""Utilities in the order of the formula, named as in sigInt."""


class Rows(NamedTuple):
    """Data of n games, each played once or more.

    counts    (n, 4) how often each outcome was seen, in the order of ``game.signalling.OUTCOMES``
    z         (n,) Φ^{-1}(p_R): what A expects of B; at an equilibrium, the one followed
    log_firm  (n,) log p_F: what B expects of A; not used at an equilibrium
    parts     regressors (n, k_j) of each utility, in the order of `PARTS`
    """

    counts: Array
    z: Array
    log_firm: Array
    parts: tuple[Array, ...]


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


def _stacked(multipliers: list[list[Array | float]], rows: Rows) -> Array:
    """Regressors (i, n, k) of i indices, each a combination of the utilities."""
    ones = jnp.ones_like(rows.z)
    return jnp.stack(
        [
            jnp.concatenate(
                [part * (m * ones)[:, None] for m, part in zip(each, rows.parts, strict=True)],
                axis=1,
            )
            for each in multipliers
        ]
    )


def _assemble(
    design: Array, weights: Array, value: Array, slope: Array, curve: Array
) -> Derivatives:
    """Derivatives in θ from those in the indices: value (n,), slope (i, n), curve (i, i, n)."""
    counted = weights > 0.0

    def kept(a: Array) -> Array:
        return jnp.where(counted, weights * jnp.where(counted, a, 0.0), 0.0)

    slope, curve = kept(slope), kept(curve)
    gradient = jnp.einsum("ink,in->k", design, slope)
    bent = jnp.einsum("ijn,jnk->ink", curve, design)
    hessian = jnp.einsum("ink,inl->kl", design, bent)
    return Derivatives(jnp.sum(kept(value)), gradient, 0.5 * (hessian + hessian.T))


def _belief_piece(theta: Array, rows: Rows, weights: Array) -> Derivatives:
    """Beliefs given, x = W_A − c, d = W_A − a and z are linear in θ; (x, d) and z are separate."""
    r, q = jnp.exp(-log_ndtr(rows.z)), jnp.exp(-rows.log_firm)
    design = _stacked(
        [
            [-r, r - 1.0, 0.0, 1.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0],
            [0.0, 0.0, -q, 0.0, 1.0, 0.0, q - 1.0],
        ],
        rows,
    )
    index = design @ theta

    def value(at: Array) -> Array:
        return _seen(rows.counts, log_outcomes(at[:2], at[2]))

    def slope(at: Array) -> Array:
        return jax.grad(lambda i: jnp.sum(value(i)))(at)

    first, along = jax.linearize(slope, index)
    one, none = jnp.ones_like(rows.z), jnp.zeros_like(rows.z)
    by_x_and_z, by_d = along(jnp.stack([one, none, one])), along(jnp.stack([none, one, none]))
    curve = jnp.stack(
        [
            jnp.stack([by_x_and_z[0], by_x_and_z[1], none]),
            jnp.stack([by_d[0], by_d[1], none]),
            jnp.stack([none, none, by_x_and_z[2]]),
        ]
    )
    return _assemble(design, weights, value(index), first, curve)


def _equilibrium_piece(theta: Array, rows: Rows, weights: Array) -> Derivatives:
    """Through the seven payoffs u of each game, which alone its equilibrium depends on.

    With the constraint F(z, u) = reply(z) − z = 0 and its multiplier λ = −ℓ_z/F_z, the Lagrangian
    L = ℓ + λF has the derivatives of ℓ(z(u), u): the gradient is L_u, and the Hessian is that of L
    along the constraint, dz/du = −F_u/F_z.
    """
    eye = [[1.0 if i == j else 0.0 for j in range(len(PARTS))] for i in range(len(PARTS))]
    design = _stacked(eye, rows)  # type: ignore[arg-type]
    payoffs = payoffs_at(theta, rows)
    point = jnp.stack([follow(rows.z, payoffs), *payoffs])

    def value(at: Array) -> Array:
        return _seen(rows.counts, equilibrium_log_outcomes(at[0], Payoffs(*at[1:])))

    def gap(at: Array) -> Array:
        return reply(at[0], Payoffs(*at[1:])) - at[0]

    of_value = jax.grad(lambda at: jnp.sum(value(at)))(point)
    of_gap = jax.grad(lambda at: jnp.sum(gap(at)))(point)
    multiplier = -of_value[0] / of_gap[0]

    def slope(at: Array) -> Array:
        return jax.grad(lambda at: jnp.sum(value(at) + multiplier * gap(at)))(at)

    first, bend = jax.linearize(slope, point)
    units = jnp.eye(len(PARTS))[:, :, None] * jnp.ones_like(rows.z)
    moves = jnp.concatenate([(-of_gap[1:] / of_gap[0])[:, None], units], axis=1)
    bent = jax.lax.map(bend, moves)
    curve = bent[:, 1:] + bent[:, :1] * moves[None, :, 0]
    return _assemble(design, weights, value(point), first[1:], curve)


belief_sums: Sums = partial(sum_chunks, _belief_piece)
equilibrium_sums: Sums = partial(sum_chunks, _equilibrium_piece)
