"""Who signs: consent, ratification and entry into force, in one world.

All functions are pure. Acceptance of a change in value ΔV is Λ(λ·ΔV), the logit choice between
the draft and no draft; ratification adds the chamber's pivot and the share of signed texts of the
form that were ratified in the past, so that an indifferent state is as likely to ratify as history
says and twelve of them do not give ½¹². Sources: Putnam (1988) for the two levels, Fearon (1998)
for the value of later play in today's bargain.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.nn import sigmoid
from jax.scipy.stats import norm

from tightrope.guarantee.forces import World

#: Nodes and weights of the shock common to all ratifications (Gauss–Hermite, exact to degree 5).
SHOCK = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)])
SHOCK_WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6.0
#: Share of the chamber that must agree, by rule: executive alone, simple majority, two thirds.
PIVOTS = np.array([0.5, 0.5, 2.0 / 3.0])


class Entry(NamedTuple):
    """Entry into force: chance, each state's own chance, and its chance given entry."""

    in_force: Array  # ()
    ratifies: Array  # (n,) averaged over the common shock
    given_entry: Array  # (n,)


def soft_minimum(first: Array, second: Array, precision: Array) -> Array:
    """Smooth minimum, −log((e^{−κa} + e^{−κb})/2)/κ: a where a = b, never above the larger."""
    pair = jnp.stack([-precision * first, -precision * second])
    return -(jax.nn.logsumexp(pair, axis=0) - jnp.log(2.0)) / precision


def ratification_logits(world: World, executive: Array, pivot: Array, rule: Array) -> Array:
    """Log-odds that each state ratifies, before the common shock, (n,).

    executive, pivot  change in value for the government and for the pivotal legislator, (n,), in
                      own full wars
    rule              index into the rules executive, majority, two-thirds
    log-odds = λ_R·(softmin(ΔV_exec, ΔV_pivot) + σ·Φ⁻¹(1−τ)) + logit p0, where σ is the spread of
    what members of the chamber gain and τ the share that must agree; an executive has no pivot.
    """
    lam = world["precision.ratification"]
    both = soft_minimum(executive, pivot, world["softmin_precision"])
    voted = jnp.asarray(rule) > 0
    value = jnp.where(voted, both, executive)
    hurdle = lam * world["ratification_spread"] * norm.ppf(1.0 - jnp.asarray(PIVOTS)[rule])
    base = world["base.ratification"]
    history = jnp.log(base) - jnp.log1p(-base)
    return lam * value + jnp.where(voted, hurdle, 0.0) + history


def counts(chances: Array) -> Array:
    """Chance of each number of successes among independent trials, (n+1,) (Poisson-binomial)."""

    def add(mass: Array, p: Array) -> tuple[Array, None]:
        return mass * (1.0 - p) + jnp.roll(mass, 1).at[0].set(0.0) * p, None

    start = jnp.zeros(chances.shape[0] + 1).at[0].set(1.0)
    mass, _ = jax.lax.scan(add, start, chances)
    return mass


def in_force_chance(chances: Array, named: Array, quorum: Array, eligible: Array) -> Array:
    """Chance that every named state and at least ``quorum`` states in all ratify."""
    must = jnp.prod(jnp.where(named > 0, chances, 1.0))
    others = jnp.where((named > 0) | (eligible == 0), 0.0, chances)
    mass = counts(others)
    need = quorum - jnp.sum(named)
    return must * jnp.sum(jnp.where(jnp.arange(mass.shape[0]) >= need, mass, 0.0))


def entry(world: World, logits: Array, named: Array, quorum: Array, eligible: Array) -> Entry:
    """Entry into force with a shock common to all ratifications.

    logits           from :func:`ratification_logits`
    named, eligible  0/1 over guarantors;  quorum counts named and others
    """
    shock = world["ratification_shock_sd"] * jnp.asarray(SHOCK)

    def at(z: Array) -> tuple[Array, Array, Array]:
        chances = sigmoid(logits + z) * eligible
        force = in_force_chance(chances, named, quorum, eligible)
        both = jax.vmap(
            lambda j: in_force_chance(
                jnp.where(jnp.arange(chances.shape[0]) == j, 1.0, chances), named, quorum, eligible
            )
        )(jnp.arange(chances.shape[0]))
        return force, chances, both * chances

    force, chances, joint = jax.vmap(at)(shock)
    weights = jnp.asarray(SHOCK_WEIGHTS)
    total = weights @ force
    given = (weights @ joint) / jnp.maximum(total, 1e-300)
    return Entry(total, weights @ chances, jnp.clip(given, 0.0, 1.0) * eligible)


def type_nodes(world: World) -> tuple[Array, Array]:
    """Value of winning to each type of challenger, e^{σθ−σ²/2}, and the type's weight (7 nodes)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(7)
    spread = world["type_sd"]
    prizes = jnp.exp(spread * jnp.asarray(nodes) - 0.5 * spread**2)
    return prizes, jnp.asarray(weights / weights.sum())


def annuity(rate: Array, years: float) -> Array:
    """Present value of one a year for ``years`` years at ``rate``."""
    return -jnp.expm1(-rate * years) / rate
