"""Strengths over time, delays and binding: from one stage and one world to the crisis's numbers.

All functions take one world (scalars and arrays over guarantors) and one :class:`Stage`, and are
pure. Strength is measured in units of the challenger's strength today; time in years from the
settlement, delays in days.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from tightrope.guarantee.stages import PROMISED, RULES, THRESHOLDS, UNSTATED, WORDINGS, Stage
from tightrope.treaty import LEVELS

World = Mapping[str, Array]


class Binding(NamedTuple):
    """How much of a duty binds, in [0, 1]: (reading, guarantor, level), strict reading first."""

    weight: Array
    cover: Array  # share of attacks at the level that the trigger reaches, (guarantor, level)


def binding(world: World, stage: Stage) -> Binding:
    """Binding under the strict and the loose reading.

    Geometric mean of four published weights (grade, modality, procedure, specificity), so that a
    single weak word lowers the whole but no factor is discounted twice. Vagueness is the gap
    between the two readings.
    """
    table = jnp.stack(
        [
            jnp.stack([world[f"binding.{row}.{reading}"] for row in WORDINGS])
            for reading in ("strict", "loose")
        ]
    )
    weight = jnp.exp(jnp.log(table)[:, stage.wording].mean(axis=-1)) * stage.bound
    reach = jnp.stack([world[f"cover.{t}"] for t in THRESHOLDS])[stage.cover] * stage.bound
    named = 1.0 - stage.unnamed * (1.0 - world["attribution.unnamed"])
    # A deniable act needs attribution; an invasion does not hide.
    hidden = jnp.array([1.0, 0.5, 0.0])
    checked = 1.0 - stage.unverified * hidden * (1.0 - world["attribution.unverified"])
    return Binding(weight, reach * named * checked)


def delay_days(world: World, stage: Stage) -> Array:
    """Days from the attack until the response is decided and there, (guarantor, level).

    Stated procedure time where the text gives it, else the parameter of the rule; a deadline caps
    it; attribution takes its own time (capped by the monitors' deadline), then forces move.
    """
    rules = jnp.stack([world[f"delay.{rule}"] for rule in RULES])[stage.procedure]
    decide = jnp.where(stage.procedure_days == UNSTATED, rules, stage.procedure_days)
    decide = jnp.where(
        stage.within_days == UNSTATED, decide, jnp.minimum(decide, stage.within_days)
    )
    # Without any duty a state decides for itself.
    decide = jnp.where(stage.bound > 0, decide, world["delay.national-decision"])
    report = world["delay.attribution"]
    report = jnp.where(
        stage.report_days == UNSTATED, report, jnp.minimum(report, stage.report_days)
    )
    return decide + report + world["deploy_days"][:, None]


def timeliness(world: World, stage: Stage) -> Array:
    """Share of mobilised strength that still counts, (guarantor, level).

    exp(−max(0, delay − warning)/tempo).
    """
    warning = world["warning_days"] + stage.intelligence * world["warning_intelligence_days"]
    tempo = jnp.stack([world[f"tempo.{level}"] for level in LEVELS])
    return jnp.exp(-jnp.maximum(0.0, delay_days(world, stage) - warning) / tempo)


def presence(world: World, stage: Stage) -> tuple[Array, Array]:
    """Strength of forces that may fire where they stand, and of those that wait, (guarantor,)."""
    unit = jnp.stack(
        [world["presence_per_thousand"], world["presence_per_aircraft"], world["presence_per_ship"]]
    )
    return jnp.asarray(stage.ready) @ unit, jnp.asarray(stage.standby) @ unit


def aid_delivered(world: World, stage: Stage) -> Array:
    """Standing aid that arrives, EUR bn a year by guarantor, (guarantor,).

    What is promised arrives in the delivered share; an aid promise without an amount means as
    today; without a promise only the share ``aid_continuation`` of today's aid goes on. Training
    and joint production raise what the aid achieves.
    """
    share = jnp.where(stage.delivered == UNSTATED, world["delivery_share"], stage.delivered)
    amount = jnp.where(stage.aid == UNSTATED, world["aid"], stage.aid)
    kept = jnp.maximum(amount * share, world["aid_continuation"] * world["aid"])
    arrives = jnp.where(stage.aid_promised > 0, kept, world["aid_continuation"] * world["aid"])
    return arrives * (
        1.0
        + stage.training * world["pillar.training"]
        + stage.production * world["pillar.production"]
    )


def protege_strength(world: World, stage: Stage, years: Array) -> Array:
    """The protégé's own strength after ``years`` of peace, shape of years.

    Today's strength K_0 holds about one year of today's aid A_0 (what arrives in war is used up in
    about a year); peace lets deliveries pile up and decay at the rate d:
    K_t = (K_0 − s_0)·cap + s_0·e^{−d·t} + aid_effect·aid·(1 − e^{−d·t})/d,
    s_0 = aid_effect·A_0 ≤ K_0/2.
    """
    cap = jnp.where(
        stage.troop_cap == UNSTATED,
        1.0,
        jnp.minimum(1.0, stage.troop_cap / world["troop_cap_full"]),
    )
    now = world["capability.protege"]
    built = jnp.minimum(0.5 * now, world["aid_effect"] * world["aid"].sum())
    decay = world["capability_decay"]
    fresh = world["aid_effect"] * aid_delivered(world, stage).sum() / decay
    left = jnp.exp(-decay * years)
    return (now - built) * cap + built * left + fresh * (1.0 - left)


def challenger_strength(world: World, stage: Stage, years: Array) -> Array:
    """The challenger's strength, M_0 = 1 today: rearmament and backers less sanctions."""
    drag = world["sanctions_drag"] * stage.sanctions
    return jnp.exp((world["rearmament"] + world["backers_growth"] - drag) * years)


def strength_ratio(world: World, stage: Stage, years: Array) -> Array:
    """The protégé's own strength over the challenger's, K_t/M_t, shape of years."""
    return protege_strength(world, stage, years) / challenger_strength(world, stage, years)


def may_fight_probe(world: World, stage: Stage) -> Array:
    """1 where fighting over a grey-zone probe is on the menu at all, (guarantor,)."""
    ready, standby = presence(world, stage)
    promised = (stage.promised[:, 0] >= PROMISED["air"]) & (stage.bound[:, 0] > 0)
    return ((ready + standby > 0) | promised).astype(float)
