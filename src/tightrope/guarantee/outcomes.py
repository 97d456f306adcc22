"""All outcomes under their stable names (design §6), in one world.

Signing selects types: what holds is judged among the types that would sign. Where an outcome has
no meaning (what 'no agreement' is worth once signed; how often a promise is honoured where nothing
was promised) it is missing, carried as NaN inside and shown as null outside, never scored.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

from tightrope.guarantee import crisis, forces, war
from tightrope.guarantee.contingency import StageTable
from tightrope.guarantee.evaluate import Acceptance, Clock, Lives, value_of_war
from tightrope.guarantee.forces import World
from tightrope.guarantee.horizon import Future
from tightrope.guarantee.profile import Profile
from tightrope.guarantee.stages import Stage

#: Outcomes with one number per world: name → (unit, meaning).
SCALARS: dict[str, tuple[str, str]] = {
    "concluded": ("chance", "all whose consent is needed give it and the text enters into force"),
    "signed": ("chance", "the same number as concluded, under the other name in use"),
    "settled": ("chance", "concluded, and the challenger stops fighting"),
    "held": ("chance", "no limited or full attack within the horizon, given settled"),
    "held_prior": ("chance", "the same if every type of challenger signed"),
    "held_terms": ("chance", "held on the same terms without any duty"),
    "deterrence": ("chance", "held less held_terms: what the duties add"),
    "selection": ("chance", "held less held_prior: who signs changes what holds"),
    "durable": ("chance", "settled and held"),
    "frozen": ("chance", "held, but probed in every year"),
    "attack_limited": ("chance", "the first attack is limited, given settled"),
    "attack_full": ("chance", "the first attack is full, given settled"),
    "attack_limited_terms": ("chance", "attack_limited on the same terms without any duty"),
    "attack_full_terms": ("chance", "attack_full on the same terms without any duty"),
    "probes_per_year": ("per year", "grey-zone probes, given settled"),
    "honoured": (
        "share",
        "force whose duty, in force when attacked, is met (what a dispute list would show)",
    ),
    "honour_if_tested": ("share", "the same if tested at any time"),
    "resist_if_tested": ("chance", "the protégé resists rather than yields, if attacked any time"),
    "days_to_help": ("days", "until those who act arrive, given an attack"),
    "direct_clash": ("chance", "a guarantor fights the challenger within the horizon"),
    "nuclear_risk": ("chance", "a direct fight escalates to nuclear use within the horizon"),
    "clash_in_force": ("chance", "direct_clash, given that the cover has begun"),
    "nuclear_in_force": ("chance", "nuclear_risk, given that the cover has begun"),
    "lives_lost": ("thousand", "deaths in war within the horizon or until the war ends"),
    "war_months": ("months", "months of war ahead"),
    "capability_end": ("ratio", "protégé's own strength over the challenger's at the end"),
    "cost_standing": ("EUR bn a year", "aid and forces that the guarantors keep up"),
    "cost_expected": ("EUR bn", "the same over the horizon, discounted, while peace lasts"),
    "will_end": ("sd", "common political will at the end, given no attack"),
    "value_challenger": ("prize", "average flow of the package to the challenger"),
    "value_protege": ("prize", "average flow of the package to the protégé"),
    "reading_gap": ("share", "force that acts under the strict less the loose reading"),
    "noise_share": ("chance", "part of the attacks that the challenger's passing shocks explain"),
}
#: No step of the war is taken to be shorter than this, in years.
SHORTEST_STEP = 0.05

#: Outcomes at equal terms: half relief, no restraint, no provocation.
EQUAL: dict[str, tuple[str, str]] = {
    "held": ("chance", "held at equal terms, all types"),
    "held_terms": ("chance", "the same without any duty"),
    "deterrence": ("chance", "what the duties add at equal terms"),
    "accept_challenger": ("chance", "the challenger accepts at equal terms"),
    "value_challenger": ("prize", "value to the challenger at equal terms"),
}

#: Outcomes with one number per world and step, given no attack before the step.
PATHS: dict[str, tuple[str, str]] = {
    "hazard_limited": ("chance per step", "a first attack comes at this step and is limited"),
    "hazard_full": ("chance per step", "a first attack comes at this step and is full"),
    "survival": ("chance", "no attack before this step"),
    "will": ("sd", "common political will"),
    "capability": ("ratio", "protégé's own strength over the challenger's"),
}

BY_ACTOR: dict[str, tuple[str, str]] = {
    "accept": ("chance", "the actor signs; for a guarantor, ratifies"),
    "value_guarantor": ("own full wars", "change against no draft"),
    "respond": ("chance", "what it would do if the protégé resists, averaged while peace lasts"),
}
"""Outcomes with an actor; `respond` with a level and an action too."""


def _attacks(future: Future, branches: Array, types: Array) -> Array:
    """Chance of the first attack by branch, step, will and level, (b, S, w, 2)."""
    return jnp.einsum("bswaq,q,b->bswa", future.attack, types, branches)


def held_by_type(future: Future, branches: Array) -> Array:
    """Chance of no attack within the horizon, by type (θ,)."""
    return jnp.einsum("b,bwq->q", branches, future.at_end)


def _over(tables: tuple[StageTable, ...], name: str, weight: Array) -> Array:
    """Sum of a table's entry over branches, steps, wills and levels with the given weights."""
    total = jnp.zeros(())
    for b, table in enumerate(tables):
        value = getattr(table, name)
        if value.shape[-1] == 3 and weight.shape[-1] == 2:
            value = value[..., 1:]
        total = total + jnp.sum(value * weight[b])
    return total


def scalars(
    world: World, profile: Profile, lives: Lives, accepted: Acceptance, clock: Clock
) -> dict[str, Array]:
    """Every scalar outcome of one world."""
    assert lives.quiet is not None and lives.undutied is not None
    signers, everyone, branches = accepted.posterior, lives.types, lives.branches
    by_type = held_by_type(lives.own, branches)
    stops = accepted.challenger
    held, held_prior = signers @ by_type, everyone @ by_type
    settled = accepted.rest * stops
    required = profile.life.consent_challenger
    concluded = accepted.rest * jnp.where(required > 0, stops, 1.0)
    held_terms = signers @ held_by_type(lives.undutied, jnp.ones(1))
    attacks = _attacks(lives.own, branches, signers)
    undutied = _attacks(lives.undutied, jnp.ones(1), signers)
    probes = jnp.einsum("bswq,q,b->bsw", lives.own.probe, signers, branches)
    alive = jnp.einsum("bswq,q,b->bsw", lives.own.alive, signers, branches)
    any_attack = jnp.maximum(attacks.sum(), 1e-300)
    promised = jnp.any(profile.in_force.bound > 0)
    tested = jnp.stack([alive, alive], axis=-1) / (2.0 * jnp.maximum(alive.sum(), 1e-300))
    missing = jnp.nan

    first, middle = lives.first, lives.first.line.shape[0] // 2
    facing = (concluded - settled) * profile.life.at_once
    now, lives_full = lives.today, world["lives_per_month.full"]
    toll = jnp.stack([world["lives_per_month.limited"], lives_full])
    years = [jnp.einsum("swa,swa->a", attacks[b], t.years) for b, t in enumerate(lives.laid)]
    later_years = jnp.sum(jnp.stack(years), axis=0)
    clash = _chance(lives, attacks, probes, "clash")
    nuclear = _chance(lives, attacks, probes, "escalate")
    clash_now, nuclear_now = first.clash[middle, 2], first.escalate[middle, 2]
    # Share of those who face today's full attack among those covered: 0 but where cover is at once.
    now_share = facing / jnp.maximum(settled + facing, 1e-300)
    standing = standing_cost(world, profile.in_force)
    discount = jnp.exp(-world["discount"] * clock.middles)
    peace = jnp.einsum("bsw,s->", alive, discount) * clock.step
    end = jnp.asarray(clock.years)
    capability = branches @ jnp.stack([forces.strength_ratio(world, s, end) for s in lives.stages])
    will = jnp.asarray(crisis.WILLS)
    left = jnp.einsum("bwq,q,b->w", lives.own.at_end, signers, branches)
    quiet = held_by_type(lives.quiet, branches)
    return {
        "concluded": concluded,
        "signed": concluded,
        "settled": settled,
        "held": held,
        "held_prior": held_prior,
        "held_terms": held_terms,
        "deterrence": held - held_terms,
        "selection": held - held_prior,
        "durable": settled * held,
        "frozen": jnp.einsum("bq,q,b->", lives.own.frozen, signers, branches),
        "attack_limited": attacks[..., 0].sum(),
        "attack_full": attacks[..., 1].sum(),
        "attack_limited_terms": undutied[..., 0].sum(),
        "attack_full_terms": undutied[..., 1].sum(),
        "probes_per_year": probes.sum() / clock.years,
        "honoured": jnp.where(promised, _honour(lives, attacks), missing),
        "honour_if_tested": jnp.where(promised, _honour(lives, tested), missing),
        "resist_if_tested": _over(lives.laid, "resist", tested),
        "days_to_help": _over(lives.laid, "help_days", attacks) / any_attack,
        "direct_clash": settled * clash + facing * clash_now,
        "nuclear_risk": settled * nuclear + facing * nuclear_now,
        "clash_in_force": (1.0 - now_share) * clash + now_share * clash_now,
        "nuclear_in_force": (1.0 - now_share) * nuclear + now_share * nuclear_now,
        "lives_lost": 12.0
        * (settled * (later_years @ toll) + (1.0 - settled) * now.years * lives_full),
        "war_months": 12.0 * (settled * later_years.sum() + (1.0 - settled) * now.years),
        "capability_end": capability,
        "cost_standing": standing,
        "cost_expected": standing * peace,
        "will_end": (left @ will) / jnp.maximum(left.sum(), 1e-300),
        "value_challenger": accepted.value_challenger,
        "value_protege": accepted.value_protege,
        "reading_gap": _over(lives.laid, "gap", tested),
        "noise_share": signers @ (quiet - by_type),
    }


def _honour(lives: Lives, weight: Array) -> Array:
    """Share of owed force whose duty is met, over the moments that the weights pick."""
    met, owed = (_over(lives.laid, name, weight) for name in ("met", "owed"))
    return jnp.clip(met / jnp.maximum(owed, 1e-300), 0.0, 1.0)


def _chance(lives: Lives, attacks: Array, probes: Array, name: str) -> Array:
    """Chance that something happens at the first attack or at any probe before it."""
    at_attack = _over(lives.laid, name, attacks)
    at_probes = sum(jnp.sum(getattr(t, name)[..., 0] * probes[b]) for b, t in enumerate(lives.laid))
    return 1.0 - (1.0 - jnp.clip(at_attack, 0.0, 1.0)) * jnp.exp(-at_probes)


def standing_cost(world: World, stage: Stage) -> Array:
    """EUR bn a year for the aid delivered and the forces kept in place."""
    unit = jnp.stack(
        [world["cost.per_thousand_troops"], world["cost.per_aircraft"], world["cost.per_ship"]]
    )
    kept = jnp.asarray(stage.ready + stage.standby).sum(axis=0)
    return forces.aid_delivered(world, stage).sum() + kept @ unit


def no_agreement(world: World, lives: Lives, clock: Clock) -> dict[str, Array]:
    """Outcomes where nothing is signed: the war goes on, may end by settlement, and may return.

    held = P(the war ends by settlement within the horizon, then no attack to its end).
    """
    step = world["step_years"]
    periods = round(clock.years / SHORTEST_STEP)
    ends = war.settlement_times(
        jnp.log(world["capability.protege"]),
        world["alpha"],
        world["exit_hazard"],
        step,
        war.STEPS["full"],
        periods,
    )
    alive = jnp.einsum("bswq,q->s", lives.bare.alive, lives.types)
    survive = jnp.concatenate([alive, (lives.bare.at_end.sum(axis=1) @ lives.types)])
    left = jnp.clip(clock.years - (jnp.arange(periods) + 1.0) * step, 0.0, clock.years)
    held = jnp.interp(left, jnp.arange(survive.shape[0]) * clock.step, survive)
    ends = jnp.where((jnp.arange(periods) + 1.0) * step <= clock.years + 1e-9, ends, 0.0)
    settled, durable = ends.sum(), ends @ held
    now, none = lives.today, jnp.nan
    outcome = dict.fromkeys(SCALARS, jnp.asarray(none))
    return outcome | {
        "settled": settled,
        "held": durable,
        "durable": durable,
        "held_prior": durable,
        "lives_lost": 12.0 * now.years * world["lives_per_month.full"],
        "war_months": 12.0 * now.years,
        "capability_end": world["capability.protege"],
        "cost_standing": world["aid"].sum(),
        "cost_expected": world["aid"].sum() * now.burden / world["discount"],
        "direct_clash": jnp.zeros(()),
        "nuclear_risk": jnp.zeros(()),
        "value_challenger": lives.types
        @ (lives.prizes * now.line - world["war_cost.challenger"] * now.burden),
        "value_protege": value_of_war(world, now),
    }


def equal_terms(world: World, lives: Lives, accepted: Acceptance) -> dict[str, Array]:
    """Outcomes at equal terms, over all types: what the duties do.

    The challenger compares with today's war for every text alike, also for one that would change
    the war itself: else a threat to fight at once would count as a peace gladly accepted.
    """
    assert lives.equal is not None and lives.equal_undutied is not None
    gain = lives.equal.challenger - accepted.status_quo
    accepts = jax.nn.sigmoid(world["precision.signing"] * gain)
    held = lives.types @ held_by_type(lives.equal, lives.branches)
    without = lives.types @ held_by_type(lives.equal_undutied, jnp.ones(1))
    return {
        "held": held,
        "held_terms": without,
        "deterrence": held - without,
        "accept_challenger": lives.types @ accepts,
        "value_challenger": lives.types @ lives.equal.challenger,
    }


def over_time(lives: Lives, accepted: Acceptance) -> dict[str, Array]:
    """The outcomes of ``PATHS`` along the steps, (S,)."""
    attack = jnp.einsum("bswaq,q,b->sa", lives.own.attack, accepted.posterior, lives.branches)
    standing = jnp.einsum("bswq,q,b->bsw", lives.own.alive, accepted.posterior, lives.branches)
    alive = standing.sum(axis=0)
    total = jnp.maximum(alive.sum(axis=1), 1e-300)
    return {
        "hazard_limited": attack[:, 0] / total,
        "hazard_full": attack[:, 1] / total,
        "survival": alive.sum(axis=1),
        "will": alive @ jnp.asarray(crisis.WILLS) / total,
        "capability": jnp.einsum("bsw,bs->s", standing, lives.capability) / total,
    }


def respond_mean(lives: Lives, accepted: Acceptance) -> Array:
    """Responses averaged over the years while peace lasts, (n, level, action)."""
    alive = jnp.einsum("bswq,q,b->bsw", lives.own.alive, accepted.posterior, lives.branches)
    weight = alive / jnp.maximum(alive.sum(), 1e-300)
    total = sum(jnp.einsum("sixwa,sw->iax", t.respond, weight[b]) for b, t in enumerate(lives.laid))
    return jnp.asarray(total)
