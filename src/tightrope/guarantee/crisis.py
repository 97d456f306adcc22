"""Who comes: the crisis game of one stage, solved in every contingency.

Order of moves: the challenger attacks at a level; the protégé resists or yields; if it resists,
the guarantors choose at once to abstain, support or fight. Common events (the reading of vague
words, a blocked procedure, the unity of the guarantors ξ, the state of political will) are known
to the guarantors and the protégé when they choose, not to the challenger when it decides.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.guarantee import forces, war
from tightrope.guarantee.forces import World
from tightrope.guarantee.stages import Stage
from tightrope.treaty import LEVELS

#: States of common political will, in standard deviations.
WILLS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
#: Nodes and weights of the common shock ξ ~ N(0, 1) (Gauss–Hermite, exact to degree 5).
UNITY = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)])
UNITY_WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6.0


class Setting(NamedTuple):
    """What is fixed for a case: positions among the guarantors and known dates.

    lead     -1 for none
    helpers  friends of the challenger
    unarmed  states without armed forces, which cannot fight
    """

    lead: int
    helpers: tuple[int, ...]
    unarmed: tuple[int, ...]
    election_years: tuple[float, ...]


def precision(world: World) -> Array:
    """λ of the guarantors, set by the base rate of fighting a full war, whose own cost is 1."""
    fight, support = world["base.fight.full"], world["base.support.full"]
    return jnp.log((1.0 - fight - support) / fight)


def base_costs(world: World, may_fight: Array) -> Array:
    """Cost of each action that makes a state without stake or duty act at its base rate.

    may_fight  (guarantor, level), 1 where fighting is on the menu.
    Returns (guarantor, level, action) in own full wars: log(p_abstain/p_action)/λ.
    """
    lam = precision(world)
    support = jnp.stack([world[f"base.support.{a}"] for a in LEVELS])
    fight = jnp.stack([world[f"base.fight.{a}"] for a in LEVELS])
    stay = 1.0 - support - fight * may_fight
    ratio = jnp.stack(
        [jnp.zeros_like(stay), jnp.log(stay / support), jnp.log(stay / fight)], axis=-1
    )
    return ratio / lam


def party_weights(world: World, stage: Stage, helpers: tuple[int, ...]) -> Array:
    """Share of each state in the force that can come: of parties, or of all if none is bound."""
    able = jnp.ones(len(stage.party)).at[jnp.array(helpers, dtype=int)].set(0.0)
    force = world["force"] * able
    bound = force * stage.party
    chosen = jnp.where(bound.sum() > 0, bound, force)
    return chosen / jnp.maximum(chosen.sum(), 1e-300)


def fading(world: World, stage: Stage, years: Array) -> Array:
    """Share of the duty that no withdrawal has ended after ``years``, shape of years."""
    months = jnp.maximum(stage.withdrawal_months, 0.0)
    rate = world["withdrawal_rate"] * jnp.exp(-months / 12.0) * (stage.withdrawal_months >= 0.0)
    return jnp.exp(-rate * years)


def will_shift(world: World, setting: Setting, years: Array) -> Array:
    """Own part of each state's will, in log stake, (n, time): elections phased in, and fatigue."""
    term = jnp.array(setting.election_years)[:, None]
    elections = world["election_shift"][:, None] * -jnp.expm1(-years / term)
    return elections - world["will.fatigue"] * years


def strengths(
    world: World, stage: Stage, years: Array, setting: Setting, block: Array, helper: np.ndarray
) -> tuple[Array, Array, Array, Array]:
    """Challenger's strength (H, time), reserve K (block, time), extent R and contributions.

    contribution (lead's state, n, action, block, level); extent (block, level).
    A blocked procedure takes away the command bonus and the institution's share of a presence;
    national forces stay.
    """
    ready, standby = forces.presence(world, stage)
    open_share = 1.0 - world["institution_share"] * block * jnp.any(stage.through_block > 0)
    command = 1.0 + world["command_bonus"] * stage.coordinated * (1.0 - block)
    in_time = forces.timeliness(world, stage)
    lean = jnp.stack([1.0 - world["dependence"], jnp.ones(len(helper))])  # (state, n)
    if setting.lead < 0:
        lean = jnp.ones_like(lean)
    able = jnp.where(helper, 0.0, 1.0)
    fight = (world["force"] * lean)[:, :, None, None] * in_time[:, None, :] * able[:, None, None]
    fight = fight + (standby * able)[:, None, None] * open_share[:, None]
    support = (world["surge"] * able)[:, None, None] * in_time[:, None, :]
    acts = jnp.stack([jnp.zeros_like(fight), jnp.broadcast_to(support, fight.shape), fight], axis=2)
    contribution = acts * command[:, None]  # (state, n, action, block, level)
    extent = jnp.maximum(contribution.max(axis=(0, 2)).sum(axis=0), 1e-12)  # (block, level)
    reserve = (
        forces.protege_strength(world, stage, years) + (ready.sum() * open_share * command)[:, None]
    )
    bits = np.array([bin(h).count("1") for h in range(2 ** len(setting.helpers))], dtype=float)
    strength = forces.challenger_strength(world, stage, years) * (
        1.0 + world["helper_strength"] * bits[:, None]
    )
    return strength, reserve, extent, contribution


def escalation(world: World) -> Array:
    """Chance that i's fight escalates, (n, level): hazards add up in the force engaged.

    esc_i = 1 − (1 − esc_a)^{force_i / largest force}; esc_a: the chance when the largest fights.
    """
    at_level = world["escalation.full"] * jnp.stack(
        [world["escalation.probe_ratio"], world["escalation.limited_ratio"], jnp.ones(())]
    )
    share = world["force"] / jnp.maximum(world["force"].max(), 1e-300)
    return -jnp.expm1(share[:, None] * jnp.log1p(-at_level))


def level_lines(world: World, today: Array) -> list[Array]:
    """Line held in each state of the chain, by level: a limited attack moves it a little.

    today  line from which the war would start
    """
    ends = [
        (today, today),
        (
            jnp.maximum(0.0, today - world["line.limited_loss"]),
            jnp.minimum(1.0, today + world["line.limited_gain"]),
        ),
        (jnp.zeros(()), jnp.ones(())),
    ]
    return [
        war.line_values(war.STEPS[a], low, today, high)
        for a, (low, high) in zip(LEVELS, ends, strict=True)
    ]
