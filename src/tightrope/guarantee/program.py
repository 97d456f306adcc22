"""From worlds and one compiled option to every outcome: the model, batched over worlds.

The crisis of each stage is solved for all worlds at once; the rest of the model is the function of
one world in ``evaluate`` and ``outcomes``, mapped over worlds. Nothing is written twice: gradients
and single worlds go through the same functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.case import Case, Settlement
from tightrope.game import QUICK, Basis, exponential_basis, jit_with
from tightrope.guarantee import evaluate, outcomes, timeline
from tightrope.guarantee.backstop import backstop, games_at_entry, multiplicity
from tightrope.guarantee.calls import filled, join, take
from tightrope.guarantee.contingency import StageTable, solve_stage
from tightrope.guarantee.crisis import Setting
from tightrope.guarantee.evaluate import Clock, Tables
from tightrope.guarantee.forces import World
from tightrope.guarantee.profile import Plan, Profile
from tightrope.guarantee.stages import Floats, Stage
from tightrope.guarantee.timeline import Terms


class Grid(NamedTuple):
    """How finely the model is solved.

    times  Chebyshev points per stage within the horizon;  beyond  further points beyond it
    step   length of a step of the horizon in years
    nodes, zmax  exponents of the basis in which expectations are taken
    """

    times: int = 6
    beyond: int = 3
    step: float = 0.25
    nodes: int = 16
    zmax: float = 100.0

    @property
    def points(self) -> timeline.Nodes:
        """Points in time of each stage."""
        return timeline.Nodes(self.times, self.beyond)

    @property
    def coarse(self) -> Grid:
        """Enough to find out who ratifies, which the fine solution then takes as given."""
        return self._replace(times=2, beyond=1)


FINE = Grid()
PICARD_ROUNDS = 2


@dataclass(frozen=True)
class Compiled:
    """One option ready to solve."""

    id: str
    profile: Profile
    settlement: Settlement

    @property
    def moved(self) -> bool:
        """Whether the settlement's line is not today's."""
        return self.settlement.line != "today"


def setting_of(case: Case) -> Setting:
    """Positions and dates that every option of a case shares."""
    ids = case.guarantor_ids
    years = []
    for actor in case.guarantors:
        ahead = [(e.latest - case.date).days / 365.25 for e in actor.elections]
        years.append(max(0.25, min([a for a in ahead if a > 0], default=2.5)))
    helpers = tuple(ids.index(f) for f in case.friends_of_challenger if f in ids)
    lead = ids.index(case.lead) if case.lead in ids else -1
    unarmed = tuple(i for i, actor in enumerate(case.guarantors) if not actor.armed_forces)
    return Setting(lead, helpers, unarmed, tuple(years))


@cache
def basis_for(grid: Grid) -> Basis:
    """The exponential basis of a grid; every expectation is certified in every draw."""
    return exponential_basis(grid.nodes, grid.zmax)


class Pieces(NamedTuple):
    """Solved stages of one option from the settlement's line and from today's, worlds first."""

    own: Tables
    now: Tables


class Model(NamedTuple):
    """What every option of a case is solved with."""

    setting: Setting
    clock: Clock
    grid: Grid = FINE


class Structure(NamedTuple):
    """What a compiled program depends on besides arrays: few, so that options share programs.

    lead_optional, accession  which branches part, see `evaluate.branch_stages`
    """

    lead_optional: bool
    accession: bool
    guarantors: tuple[str, ...]
    model: Model


def structure_of(profile: Profile, model: Model) -> Structure:
    """The programs that a profile is solved by."""
    plan = profile.plan
    return Structure(plan.lead_optional, plan.accession, profile.guarantors, model)


BareTables = dict[tuple[str, Grid], tuple[StageTable, StageTable]]


def solve_between(
    worlds: World,
    stage: Stage,
    start: Array,
    end: Array,
    parties: Array,
    block: Array,
    model: Model,
    *,
    moved: bool,
) -> tuple[StageTable, StageTable]:
    """Solve one stage that lasts from ``start`` to ``end`` (years, by world); see `solve_stage`."""
    grid = model.grid
    years = grid.points.times(start, jnp.asarray(model.clock.years), end)
    return solve_stage(
        worlds,
        stage,
        years,
        parties,
        block,
        basis_for(grid),
        setting=model.setting,
        readings=stage.readings,
        blocks=stage.blocks,
        moved=moved,
    )


def solve_pieces(
    worlds: World, option: Compiled, given_entry: Array, model: Model, bare: BareTables
) -> Pieces:
    """Solve every stage that the plan needs.

    given_entry  chance that each guarantor is a party, given entry into force, (D, n)
    bare         the crisis without duties, the same for all options on one line; filled as needed
    """
    profile, plan, lead = option.profile, option.profile.plan, model.setting.lead
    draws = given_entry.shape[0]
    zero, end = np.zeros(draws), np.full(draws, model.clock.end)
    start = entry_times(worlds, profile, draws)
    block, nobody = jnp.asarray(profile.life.block), np.zeros(given_entry.shape)

    def at(stage: Stage, a: Any, b: Any, chance: Any) -> tuple[StageTable, StageTable]:
        return solve_between(worlds, stage, a, b, chance, block, model, moved=option.moved)

    def bound(stage: Stage) -> Floats:
        return np.broadcast_to(stage.party, given_entry.shape)

    joins = [given_entry]
    if plan.lead_optional:
        given = jnp.asarray(given_entry)
        joins = [given.at[:, lead].set(1.0), given.at[:, lead].set(0.0)]
    branches = [at(profile.in_force, start, end, chance) for chance in joins]
    if plan.accession:
        branches.append(at(profile.lapsed, start, end, bound(profile.lapsed)))
    key = (option.settlement.line, model.grid)
    if key not in bare:
        bare[key] = at(profile.expired, zero, end, nobody)
    interim = at(profile.interim, zero, start, bound(profile.interim)) if plan.interim else None
    undutied = None
    if plan.shaped_terms:
        undutied = at(profile.terms_only, zero, end, nobody)
    over = np.full(draws, min(float(profile.life.duration), model.clock.end))
    expired = at(profile.expired, over, end, bound(profile.expired)) if plan.expires else None

    def side(k: int) -> Tables:
        each = (interim, expired, undutied)
        early, late, terms = (table[k] if table else bare[key][k] for table in each)
        return Tables(early, late, terms, tuple(b[k] for b in branches), bare[key][k])

    return Pieces(side(0), side(1))


def entry_times(worlds: World, profile: Profile, draws: int) -> Array:
    """Years from signature to entry into force by world, (D,)."""
    years = jax.vmap(lambda w: evaluate.entry_time(w, profile))(worlds)
    return jnp.broadcast_to(years, (draws,))


def first_guess(profile: Profile, draws: int) -> tuple[Array, Array]:
    """The first branch for certain, (D, b), and every named party a party, (D, n)."""
    count = len(evaluate.branch_stages(profile))
    odds = np.zeros((draws, count))
    odds[:, 0] = 1.0
    parties = np.broadcast_to(profile.in_force.party, (draws, len(profile.guarantors)))
    return jnp.asarray(odds), jnp.asarray(parties)


def arrays_of(profile: Profile) -> tuple[Any, ...]:
    """What of a profile is traced; the rest is in `Structure`."""
    p = profile
    return p.interim, p.in_force, p.lapsed, p.expired, p.terms_only, p.life


def profile_of(arrays: tuple[Any, ...], shape: Structure) -> Profile:
    """The profile again, inverse of `arrays_of`, with every stage that any option may have."""
    interim, in_force, lapsed, expired, terms_only, life = arrays
    plan = Plan(
        interim=True,
        accession=shape.accession,
        expires=True,
        lead_optional=shape.lead_optional,
        shaped_terms=True,
        agreement=True,
    )
    return Profile(shape.guarantors, interim, in_force, lapsed, expired, terms_only, life, plan)


def _one_world(
    world: World,
    pieces: Pieces,
    branches: Array,
    terms: Terms,
    profile: Profile,
    model: Model,
    *,
    full: bool,
) -> tuple[evaluate.Lives, evaluate.Acceptance]:
    lives = evaluate.live(
        world, profile, terms, pieces.own, pieces.now, branches, model.clock, model.grid.points,
        full=full,
    )  # fmt: skip
    return lives, evaluate.accept(world, profile, lives, model.clock)


#: Worlds whose horizons are solved in one call (a single world goes alone); see `calls.ROWS`.
WORLDS = 16


def in_calls(compiled: Callable[..., Any]) -> Callable[..., Any]:
    """A compiled function of worlds, applied to any number of them in calls of one shape."""

    @wraps(compiled)
    def whole(worlds: World, pieces: Pieces, branches: Any, *rest: Any, **fixed: Any) -> Any:
        draws = branches.shape[0]
        parts = [
            compiled(*take((worlds, pieces, branches), rows), *rest, **fixed)
            for rows in filled(draws, 1 if draws == 1 else WORLDS)
        ]
        return take(join(parts, axis=0), slice(0, draws))

    return whole


@in_calls
@jit_with(QUICK, static=("shape",))
def who_enters(
    worlds: World,
    pieces: Pieces,
    branches: Array,
    terms: Terms,
    arrays: tuple[Any, ...],
    *,
    shape: Structure,
) -> tuple[Array, Array]:
    """Chance of each guarantor being a party given entry (D, n), and of each branch (D, b)."""
    profile = profile_of(arrays, shape)

    def one(world: World, mine: Pieces, odds: Array) -> tuple[Array, Array]:
        _, accepted = _one_world(world, mine, odds, terms, profile, shape.model, full=False)
        chances = evaluate.branch_chances(profile, accepted, shape.model.setting.lead)
        return accepted.given_entry, chances

    return jax.vmap(one)(worlds, pieces, branches)


@in_calls
@jit_with(QUICK, static=("shape",))
def finish(
    worlds: World,
    pieces: Pieces,
    branches: Array,
    terms: Terms,
    arrays: tuple[Any, ...],
    *,
    shape: Structure,
) -> dict[str, Any]:
    """Every outcome of one option, leaves with the world first."""
    profile, clock = profile_of(arrays, shape), shape.model.clock

    def one(world: World, mine: Pieces, odds: Array) -> dict[str, Any]:
        lives, accepted = _one_world(world, mine, odds, terms, profile, shape.model, full=True)
        signed = outcomes.scalars(world, profile, lives, accepted, clock)
        unsigned = outcomes.no_agreement(world, lives, clock)
        own = mine.own
        tables = (own.interim, *own.branches, own.expired, own.undutied, own.bare)
        return {
            "scalars": {
                k: jnp.where(profile.life.agreement > 0, signed[k], unsigned[k]) for k in signed
            },
            "equal": outcomes.equal_terms(world, lives, accepted),
            "time": outcomes.over_time(lives, accepted),
            "respond": outcomes.respond_mean(lives, accepted),
            "accept": jnp.concatenate(
                [accepted.challenger[None], accepted.protege[None], accepted.guarantors]
            ),
            "value_guarantor": accepted.value_guarantor,
            "by_type": {
                "accept": accepted.challenger_by_type,
                "held": outcomes.held_by_type(lives.own, lives.branches),
                "value": lives.own.challenger,
            },
            "unsolved": jnp.sum(jnp.stack([t.unsolved for t in tables])),
            "residual": jnp.max(jnp.stack([t.residual for t in tables])),
            "certificate": jnp.max(jnp.stack([t.certificate for t in tables])),
        }

    return jax.vmap(one)(worlds, pieces, branches)


def evaluate_option(
    worlds: World, option: Compiled, model: Model, bare: BareTables
) -> dict[str, Any]:
    """All outcomes of one option in many worlds.

    worlds   parameters, leaves (D,) or (D, n)
    bare     cache of the crisis without duties in these worlds, filled as needed
    Returns  nested dict of arrays with the world first; see ``finish``
    """
    profile, plan = option.profile, option.profile.plan
    worlds = {**worlds, "line.held": timeline.held_line(worlds, option.settlement)}
    terms = timeline.terms_of(option.settlement)
    draws = worlds["line.held"].shape[0]
    arrays = arrays_of(profile)
    odds, parties = first_guess(profile, draws)
    shape = structure_of(profile, model)
    if profile.iterate or plan.accession or plan.lead_optional:
        rough = model._replace(grid=model.grid.coarse)
        for _ in range(PICARD_ROUNDS if profile.iterate else 1):
            pieces = solve_pieces(worlds, option, parties, rough, bare)
            parties, odds = who_enters(
                worlds, pieces, odds, terms, arrays, shape=shape._replace(model=rough)
            )
    pieces = solve_pieces(worlds, option, parties, model, bare)
    result: dict[str, Any] = finish(worlds, pieces, odds, terms, arrays, shape=shape)
    start = entry_times(worlds, profile, draws)
    entry = games_at_entry(worlds, profile, start, parties, model.setting, basis_for(model.grid))
    result["scalars"] |= backstop(worlds, jnp.asarray(profile.life.block), entry)
    result["scalars"]["multiplicity_flag"] = multiplicity(entry)
    return result
