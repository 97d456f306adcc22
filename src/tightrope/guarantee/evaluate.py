"""The model of one world: from solved stages to who signs, when it breaks and what it costs.

A pure function of one world's parameters, one compiled instrument and its terms, batched over
worlds by `jax.vmap` in ``assess``; gradients are taken of the same function.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.nn import sigmoid

from tightrope.guarantee import acceptance, crisis, forces, horizon, timeline, war
from tightrope.guarantee.contingency import StageTable
from tightrope.guarantee.forces import World
from tightrope.guarantee.horizon import Future, Path
from tightrope.guarantee.profile import AHEAD, Profile
from tightrope.guarantee.stages import UNSTATED, Stage
from tightrope.guarantee.timeline import Flows, Terms


class Tables(NamedTuple):
    """Stages of one world as seen by each observer; one that the plan lacks is ``bare``.

    One set starts wars from the line that the settlement holds, another from today's line.
    """

    interim: StageTable
    expired: StageTable
    undutied: StageTable  # the terms without any duty, where they change strengths
    branches: tuple[StageTable, ...]  # in force with the lead, without it, never in force
    bare: StageTable  # no duties at all


class Clock(NamedTuple):
    """The years ahead: the horizon reported, length of a step, and how far both sides look.

    ahead  horizons that values cover; with 1, attacks would gather before the end of the trends
    """

    years: float
    step: float
    ahead: float = AHEAD

    @property
    def steps(self) -> int:
        """Number of reported steps."""
        return round(self.years / self.step)

    @property
    def end(self) -> float:
        """The year after which everything stays as it is."""
        return self.years * self.ahead

    @property
    def middles(self) -> Array:
        """Mid-points of the reported steps."""
        return (jnp.arange(self.steps) + 0.5) * self.step

    @property
    def all_middles(self) -> Array:
        """Mid-points of all steps that values are computed over."""
        return (jnp.arange(round(self.end / self.step)) + 0.5) * self.step

    @property
    def year_end(self) -> Array:
        """1 for each step that ends a year, else 0, (steps,)."""
        ends = (jnp.arange(self.steps) + 1.0) * self.step
        return (jnp.abs(ends - jnp.round(ends)) < 1e-6).astype(float)


#: Factor on the challenger's precision that all but removes its per-moment shocks.
SHARP = 30.0


class Lives(NamedTuple):
    """One world's solved option: tables along the steps of each branch, futures and today's war."""

    laid: tuple[StageTable, ...]
    stages: tuple[Stage, ...]
    first: StageTable  # the first step from today's line, no step axis
    branches: Array  # chance of each branch given that it was signed
    own: Future  # own terms
    quiet: Future | None  # own terms, the challenger's shocks (almost) gone
    undutied: Future | None  # own terms, no duties
    equal: Future | None  # equal terms
    equal_undutied: Future | None  # the same without any duty
    bare: Future  # no duties, no terms
    bare_table: StageTable
    capability: Array  # protégé's own strength over the challenger's, (b, S)
    prizes: Array
    types: Array
    today: war.WarValues  # the war as it goes on now


def entry_time(world: World, profile: Profile) -> Array:
    """Years from signature until the instrument is in force (0 if at once)."""
    life = profile.life
    treaty = jnp.where(life.entry_years == UNSTATED, world["entry.years"], life.entry_years)
    path = jnp.where(
        life.accession_years == UNSTATED, world["accession.years"], life.accession_years
    )
    return jnp.maximum(treaty, path)


def war_today(world: World) -> war.WarValues:
    """The war that goes on without any draft: today's line, today's aid."""
    ratio = jnp.log(world["capability.protege"])
    lines = crisis.level_lines(world, world["line.today"])[2]
    return war.war_values(
        ratio, lines, world["alpha"], world["discount"], world["exit_hazard"], world["step_years"]
    )


def value_of_war(world: World, now: war.WarValues) -> Array:
    """What the protégé has if the war goes on: its line, the war's cost, aid in war and after."""
    aid = now.burden + (1.0 - now.burden) * world["aid_continuation"]
    return 1.0 - now.line - world["war_cost.protege"] * now.burden + world["value.aid"] * aid


def lay(
    profile: Profile,
    tables: Tables,
    start: Array,
    clock: Clock,
    nodes: timeline.Nodes,
    at: Array,
    fields: tuple[str, ...] | None = None,
) -> list[StageTable]:
    """Each branch's table at times ``at`` (entry, own stage, expiry); ``fields`` as in `along`."""
    end, horizon = jnp.asarray(clock.end), jnp.asarray(clock.years)
    duration = jnp.minimum(profile.life.duration, 1e6)
    before, over = (at < start).astype(float), (at >= duration).astype(float)
    zero = jnp.zeros(())
    early = timeline.along(tables.interim, nodes.matrix(zero, horizon, start, at), fields)
    gone = timeline.along(tables.expired, nodes.matrix(duration, horizon, end, at), fields)
    laid = []
    for table in tables.branches:
        here = timeline.along(table, nodes.matrix(start, horizon, end, at), fields)
        here = timeline.choose_stage(before, early, here)
        laid.append(timeline.choose_stage(over, gone, here))
    return laid


def branch_stages(profile: Profile) -> list[Stage]:
    """The stage that each branch is in once branches have parted."""
    plan = profile.plan
    stages = [profile.in_force] * (2 if plan.lead_optional else 1)
    return [*stages, profile.lapsed] if plan.accession else stages


def live(
    world: World,
    profile: Profile,
    terms: Terms,
    own: Tables,
    now: Tables,
    branches: Array,
    clock: Clock,
    nodes: timeline.Nodes,
    *,
    full: bool = True,
) -> Lives:
    """Lay the stages along the years and solve every horizon that the outcomes need.

    full      also solve what only the outcomes need, not acceptance (equal terms, no duties)
    own, now  tables for wars from the line the settlement holds and from today's line
    branches  chance of each branch once signed
    nodes     how many points the stages were solved at
    """
    at, end = clock.all_middles, jnp.asarray(clock.end)
    start = entry_time(world, profile)
    stages = branch_stages(profile)
    whole = nodes.matrix(jnp.zeros(()), jnp.asarray(clock.years), end, at)

    laid_at = partial(lay, profile, start=start, clock=clock, nodes=nodes)
    # Beyond the years reported only what the attack is decided by is used.
    decisive = timeline.DECISIVE
    laid, laid_now = (laid_at(t, at=at, fields=decisive) for t in (own, now))
    no_duties = (own.undutied, own.bare, now.undutied, now.bare)
    in_terms, no_terms, in_now, bare = (timeline.along(t, whole, decisive) for t in no_duties)
    before = (at < start).astype(float)
    over = (at >= jnp.minimum(profile.life.duration, 1e6)).astype(float)
    # Terms that change strengths weigh from entry into force to expiry, as their price does.
    beyond = jnp.maximum(before, over)
    undutied = timeline.choose_stage(beyond, no_terms, in_terms)
    undutied_now = timeline.choose_stage(beyond, bare, in_now)

    def pick(here: Array, early: Array, late: Array) -> Array:
        return jnp.where(before > 0, early, jnp.where(over > 0, late, here))

    def ratio_along(stage: Stage) -> Array:
        each = (stage, profile.interim, profile.expired)
        return pick(*[forces.strength_ratio(world, s, at) for s in each])[: clock.steps]

    def flow_along(stage: Stage, provoke: bool) -> Flows:
        def at_stage(which: Stage) -> Flows:
            flow = timeline.flows(world, which, terms, provoke=provoke)
            return Flows(*[jnp.broadcast_to(x, at.shape) for x in flow])

        each = (at_stage(stage), at_stage(profile.interim), at_stage(profile.expired))
        return Flows(*[pick(*one) for one in zip(*each, strict=True)])

    half = 0.5 * world["value.relief"]
    level = Flows(*[jnp.full(at.shape, v) for v in (half, 0.0, 0.0)])
    nothing = jax.tree.map(jnp.zeros_like, level)
    flow = [flow_along(s, True) for s in stages]
    prizes, types = acceptance.type_nodes(world)
    held: World = {**world, "line.today": world["line.held"]}

    def paths(here: World, tables: list[StageTable], given: list[Flows]) -> Path:
        each = [timeline.path(here, t, f) for t, f in zip(tables, given, strict=True)]
        return Path(*[jnp.stack(x) for x in zip(*each, strict=True)])

    def run(problems: list[tuple[World, Path]], early: Array, odds: Array) -> list[Future]:
        """Solve several horizons of one shape at once."""
        varied = ("line.today", "precision.challenger")
        own_keys = {k: jnp.stack([w[k] for w, _ in problems]) for k in varied}
        stacked = jax.tree.map(lambda *x: jnp.stack(x), *[p for _, p in problems])

        def one(keys: dict[str, Array], road: Path) -> Future:
            here, step = {**world, **keys}, jnp.asarray(clock.step)
            return horizon.solve(here, road, early, odds, prizes, step, clock.year_end)

        solved = jax.vmap(one)(own_keys, stacked)
        return [jax.tree.map(lambda x: x[k], solved) for k in range(len(problems))]  # noqa: B023

    sharp: World = {**held, "precision.challenger": SHARP * world["precision.challenger"]}
    dutiful = [(held, paths(held, laid, flow))]
    unbound = [(world, paths(world, [bare], [nothing]))]
    if full:
        equal = paths(world, laid_now, [level] * len(laid_now))
        dutiful += [(sharp, dutiful[0][1]), (world, equal)]
        terms_only = paths(held, [undutied], [flow_along(stages[0], False)])
        unbound += [(held, terms_only), (world, paths(world, [undutied_now], [level]))]
    with_duties = run(dutiful, before, branches)
    without = run(unbound, jnp.zeros_like(before), jnp.ones(1))

    first = laid_at(now, at=clock.middles[:1])[0]
    reported = nodes.matrix(jnp.zeros(()), jnp.asarray(clock.years), end, clock.middles)
    return Lives(
        laid=tuple(laid_at(own, at=clock.middles)),
        first=jax.tree.map(lambda x: x[0] if x.ndim else x, first),
        stages=tuple(stages),
        branches=branches,
        own=with_duties[0],
        quiet=with_duties[-2] if full else None,
        equal=with_duties[-1] if full else None,
        bare=without[0],
        undutied=without[-2] if full else None,
        equal_undutied=without[-1] if full else None,
        bare_table=timeline.along(now.bare, reported),
        capability=jnp.stack([ratio_along(s) for s in stages]),
        prizes=prizes,
        types=types,
        today=war_today(world),
    )


class Acceptance(NamedTuple):
    """Chance that each actor accepts, and what follows from it; θ types, n guarantors."""

    challenger_by_type: Array  # (θ,)
    challenger: Array  # ()
    protege: Array  # ()
    guarantors: Array  # (n,) ratifies (or signs, where nothing is ratified)
    rest: Array  # () everyone but the challenger whose consent is needed
    given_entry: Array  # (n,) chance of being a party, given entry into force
    later_entry: Array  # () chance that the path to membership ends in membership
    posterior: Array  # (θ,) types that sign
    value_guarantor: Array  # (n,) change against no draft, in own full wars
    value_challenger: Array  # ()
    value_protege: Array  # ()
    status_quo: Array  # (θ,) the challenger's value of today's war going on


def annual_exposure(
    world: World,
    laid: StageTable,
    future: Future,
    branch: int,
    types: Array,
    clock: Clock,
    *,
    party: bool,
) -> Array:
    """Present value of the crises that guarantors face in one branch, (ξ, n), in own full wars."""
    value = laid.party_value if party else laid.outsider_value  # (S, ξ, n, w, level)
    discount = jnp.exp(-world["discount"] * clock.middles)
    attack = jnp.einsum("swaq,q->swa", future.attack[branch], types)
    probe = jnp.einsum("swq,q->sw", future.probe[branch], types)
    events = jnp.concatenate([probe[:, :, None], attack], axis=2) * discount[:, None, None]
    return jnp.einsum("sxiwa,swa->xi", value, events)


def accept(world: World, profile: Profile, lives: Lives, clock: Clock) -> Acceptance:
    """Who accepts the draft, compared with no draft at all (the war goes on as now)."""
    life, plan = profile.life, profile.plan
    rho, lam = world["discount"], world["precision.signing"]
    now = lives.today
    refusing = lives.prizes * now.line - world["war_cost.challenger"] * now.burden
    # Started at once and unsought, the draft changes the war itself: refusing then means facing it.
    first = lives.first
    middle = first.line.shape[0] // 2
    facing = (
        lives.prizes * first.line[middle, 1]
        - world["war_cost.challenger"] * first.burden[middle, 1]
    )
    unsought = (1.0 - life.consent_challenger) * life.at_once
    outside = jnp.where(unsought > 0, facing, refusing)
    by_type = sigmoid(lam * (lives.own.challenger - outside))
    posterior = jax.nn.softmax(
        jnp.log(lives.types) + jax.nn.log_sigmoid(lam * (lives.own.challenger - outside))
    )

    stands = value_of_war(world, now)
    value_protege = posterior @ lives.own.protege
    protege = sigmoid(lam * (value_protege - stands))

    exposure = sum(
        lives.branches[b] * annual_exposure(world, t, lives.own, b, posterior, clock, party=True)
        for b, t in enumerate(lives.laid)
    )
    bare = lives.bare_table
    war_now = bare.outsider_value[0, :, :, middle, 2]
    after = annual_exposure(world, bare, lives.bare, 0, lives.types, clock, party=False)
    years = acceptance.annuity(rho, clock.years)
    cost = _standing(world, profile.in_force) * years
    cost_now = world["standing"] * now.burden / rho
    gains = exposure - (war_now + now.relief * after)  # (ξ, n)
    executive = jnp.asarray(crisis.UNITY_WEIGHTS) @ gains - cost + cost_now
    worst = gains.min(axis=0)
    # The pivotal legislator discounts what protection is worth and feels its failure more.
    worst = worst - world["pivot_spread"] * jnp.abs(worst)
    pivot = worst - cost + cost_now
    rule, named, quorum, consent, eligible = (
        jnp.asarray(x)
        for x in (life.rule, life.named, life.quorum, life.consent, profile.in_force.party)
    )
    logits = acceptance.ratification_logits(world, executive, pivot, rule)
    entry = acceptance.entry(world, logits, named, quorum, eligible)
    unvoted = acceptance.ratification_logits(world, executive, pivot, jnp.zeros_like(rule))
    signing = acceptance.entry(world, unvoted, consent, consent.sum(), eligible)
    if plan.accession:
        exits = (
            world["accession.decline"] * life.may_decline
            + world["accession.bargained"] * life.may_be_bargained
        )
        barred = jnp.exp(-exits * entry_time(world, profile))
        later = entry.in_force * barred
        others, later = signing.in_force, jnp.where(life.may_be_refused > 0, later, barred)
    else:
        others, later = entry.in_force, jnp.ones(())
    return Acceptance(
        challenger_by_type=by_type,
        challenger=lives.types @ by_type,
        protege=protege,
        guarantors=entry.ratifies,
        rest=protege * others,
        given_entry=entry.given_entry,
        later_entry=later,
        posterior=posterior,
        value_guarantor=executive,
        value_challenger=lives.types @ lives.own.challenger,
        value_protege=value_protege,
        status_quo=refusing,
    )


def _standing(world: World, stage: Stage) -> Array:
    """Yearly cost to each guarantor of what it keeps up, in own full wars, (n,).

    Aid in proportion to today's (at most twice), a presence as much as today's aid, and readiness:
    a promise of force costs standing·binding·measure a year whether or not it is tested.
    """
    today = jnp.maximum(world["aid"], 1e-9)
    ratio = jnp.where(stage.aid == UNSTATED, 1.0, jnp.minimum(2.0, stage.aid / today))
    present = jnp.any(stage.ready + stage.standby > 0, axis=1).astype(float)
    bind = forces.binding(world, stage)
    odds = jnp.stack([world["odds.guarantor"], 1.0 - world["odds.guarantor"]])
    ready = jnp.einsum("r,rna->na", odds, bind.weight) * bind.cover * stage.promised
    return world["standing"] * (stage.aid_promised * ratio + present + ready.max(axis=1))


def branch_chances(profile: Profile, accepted: Acceptance, lead: int) -> Array:
    """Chance of each branch once signed: in force with the lead, without it, never in force."""
    plan = profile.plan
    parts = [accepted.later_entry]
    if plan.lead_optional:
        joins = accepted.given_entry[lead]
        parts = [accepted.later_entry * joins, accepted.later_entry * (1.0 - joins)]
    if plan.accession:
        parts.append(1.0 - accepted.later_entry)
    return jnp.stack(parts)
