"""From worlds and one compiled option to every outcome: the model, batched over worlds.

The crisis of each stage is solved for all worlds at once; the rest of the model is the function of
one world in ``evaluate`` and ``outcomes``, mapped over worlds. Nothing is written twice: gradients
and single worlds go through the same functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.case import Case, Settlement
from tightrope.game import Basis, exponential_basis
from tightrope.guarantee import crisis, evaluate, outcomes, timeline
from tightrope.guarantee.backstop import backstop
from tightrope.guarantee.contingency import Solved, StageTable, solve_stage, tabulate
from tightrope.guarantee.crisis import Setting
from tightrope.guarantee.evaluate import Clock, Tables
from tightrope.guarantee.forces import World
from tightrope.guarantee.profile import Plan, Profile
from tightrope.guarantee.stages import Stage
from tightrope.guarantee.timeline import Terms


class Grid(NamedTuple):
    """How finely the model is solved.

    times   Chebyshev points per stage;  wills, unity  states of will (5 or 3) and of ξ (3)
    step    length of a step of the horizon in years
    """

    times: int = 6
    wills: int = 5
    unity: int = 3
    step: float = 0.25


FINE = Grid()
#: Enough to find out who ratifies, which the fine solution then takes as given.
COARSE = Grid(times=2, wills=3)
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
    return Setting(lead, helpers, tuple(years))


def basis_for(grid: Grid) -> Basis:
    """The exponential basis of a grid: 40 exponents up to 800, certified in every draw."""
    return exponential_basis(40, 800.0)


class Pieces(NamedTuple):
    """Solved stages of one option, leaves with the world first."""

    interim: Solved | None
    branches: tuple[Solved, ...]
    expired: Solved | None
    bare: Solved


def _solve(
    worlds: World,
    stage: Stage,
    start: Array,
    end: Array,
    parties: Array,
    setting: Setting,
    grid: Grid,
) -> Solved:
    years = jax.vmap(lambda a, b: timeline.node_years(a, b, grid.times))(start, end)
    solved: Solved = solve_stage(
        worlds,
        stage,
        years,
        parties,
        basis_for(grid),
        setting=setting,
        readings=2 if np.any(stage.bound) else 1,
        blocks=2 if np.any(stage.through_block) else 1,
        nodes=(grid.wills, grid.unity),
    )
    return solved


def solve_pieces(
    worlds: World,
    profile: Profile,
    given_entry: Array,
    setting: Setting,
    clock: Clock,
    grid: Grid,
    bare: Solved,
) -> Pieces:
    """Solve every stage that the plan needs.

    given_entry  chance that each guarantor is a party, given entry into force, (D, n)
    """
    draws = given_entry.shape[0]
    zero, end = jnp.zeros(draws), jnp.full(draws, clock.years)
    start = jax.vmap(lambda w: evaluate.entry_time(w, profile))(worlds)
    start = jnp.broadcast_to(start, (draws,))
    plan = profile.plan

    def at(stage: Stage, a: Array, b: Array, parties: Array) -> Solved:
        return _solve(worlds, stage, a, b, parties, setting, grid)

    def full(stage: Stage) -> Array:
        return jnp.broadcast_to(jnp.asarray(stage.party), given_entry.shape)

    branches = [given_entry]
    if plan.lead_optional:
        branches = [
            given_entry.at[:, setting.lead].set(1.0),
            given_entry.at[:, setting.lead].set(0.0),
        ]
    solved = [at(profile.in_force, start, end, p) for p in branches]
    if plan.accession:
        solved.append(at(profile.lapsed, start, end, full(profile.lapsed)))
    over = jnp.full(draws, min(float(profile.life.duration), clock.years))
    return Pieces(
        interim=at(profile.interim, zero, start, full(profile.interim)) if plan.interim else None,
        branches=tuple(solved),
        expired=at(profile.expired, over, end, full(profile.expired)) if plan.expires else None,
        bare=bare,
    )


def solve_bare(
    worlds: World, profile: Profile, setting: Setting, clock: Clock, grid: Grid
) -> Solved:
    """The crisis without any instrument, the same for all options on one line."""
    draws = next(iter(worlds.values())).shape[0]
    zero = jnp.zeros((draws, len(profile.guarantors)))
    return _solve(
        worlds, profile.expired, jnp.zeros(draws), jnp.full(draws, clock.years), zero, setting, grid
    )


def _arrays(profile: Profile) -> tuple[Any, ...]:
    return profile.interim, profile.in_force, profile.lapsed, profile.expired, profile.life


def _profile(arrays: tuple[Any, ...], static: Static) -> Profile:
    interim, in_force, lapsed, expired, life = arrays
    return Profile(static.guarantors, interim, in_force, lapsed, expired, life, static.plan)


def _tables(world: World, profile: Profile, pieces: Pieces, setting: Setting, grid: Grid) -> Tables:
    unity = jnp.asarray(crisis.UNITY_WEIGHTS if grid.unity == 3 else np.ones(1))

    def table(solved: Solved | None, stage: Stage) -> StageTable | None:
        if solved is None:
            return None
        made = tabulate(
            world, stage, solved, jnp.asarray(profile.life.block), unity, setting.helpers
        )
        return made if grid.wills == 5 else timeline.widen_will(made)

    stages = evaluate.branch_stages(profile)
    branches = [table(s, g) for s, g in zip(pieces.branches, stages, strict=True)]
    bare = table(pieces.bare, profile.expired)
    assert bare is not None
    return Tables(
        interim=table(pieces.interim, profile.interim),
        branches=tuple(b for b in branches if b is not None),
        expired=table(pieces.expired, profile.expired),
        bare=bare,
    )


class Static(NamedTuple):
    """What a compiled program depends on besides the arrays."""

    plan: Plan
    guarantors: tuple[str, ...]
    setting: Setting
    clock: Clock
    grid: Grid
    moved: bool


def _one_world(
    world: World,
    pieces: Pieces,
    branches: Array,
    terms: Terms,
    profile: Profile,
    static: Static,
    *,
    full: bool,
) -> tuple[evaluate.Lives, evaluate.Acceptance]:
    grid, setting = static.grid, static.setting
    now = pieces
    if static.moved:
        now = jax.tree.map(
            lambda s: s._replace(line=s.line_now), pieces, is_leaf=lambda x: isinstance(x, Solved)
        )
    held = {**world, "line.today": world["line.held"]}
    own_tables = _tables(held, profile, pieces, setting, grid)
    now_tables = _tables(world, profile, now, setting, grid) if static.moved else own_tables
    lives = evaluate.live(
        world,
        profile,
        terms,
        own_tables,
        now_tables,
        branches,
        static.clock,
        grid.times,
        full=full,
    )
    return lives, evaluate.accept(world, profile, lives, static.clock)


@partial(jax.jit, static_argnames=("static",))
def who_enters(
    worlds: World,
    pieces: Pieces,
    branches: Array,
    terms: Terms,
    arrays: tuple[Any, ...],
    *,
    static: Static,
) -> tuple[Array, Array]:
    """Chance of each guarantor being a party given entry (D, n), and of each branch (D, b)."""
    profile = _profile(arrays, static)

    def one(world: World, mine: Pieces, odds: Array) -> tuple[Array, Array]:
        _, accepted = _one_world(world, mine, odds, terms, profile, static, full=False)
        chances = evaluate.branch_chances(profile, accepted, static.setting.lead)
        return accepted.given_entry, chances

    return jax.vmap(one)(worlds, pieces, branches)


@partial(jax.jit, static_argnames=("static",))
def finish(
    worlds: World,
    pieces: Pieces,
    branches: Array,
    terms: Terms,
    arrays: tuple[Any, ...],
    *,
    static: Static,
) -> dict[str, Any]:
    """Every outcome of one option, leaves with the world first."""
    profile = _profile(arrays, static)

    def one(world: World, mine: Pieces, odds: Array) -> dict[str, Any]:
        lives, accepted = _one_world(world, mine, odds, terms, profile, static, full=True)
        if static.plan.agreement:
            plain = outcomes.scalars(world, profile, lives, accepted, static.clock)
        else:
            plain = outcomes.no_agreement(world, lives, static.clock)
        solved = [
            s for s in (mine.interim, *mine.branches, mine.expired, mine.bare) if s is not None
        ]
        return {
            "scalars": plain,
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
            "unsolved": sum(jnp.sum(s.status != 0) for s in solved),
            "residual": jnp.max(jnp.stack([s.residual.max() for s in solved])),
            "certificate": jnp.max(jnp.stack([s.fit_error.max() for s in solved])),
        }

    return jax.vmap(one)(worlds, pieces, branches)


def evaluate_option(
    worlds: World,
    option: Compiled,
    setting: Setting,
    clock: Clock,
    bare: dict[str, Solved],
    grid: Grid = FINE,
) -> dict[str, Any]:
    """All outcomes of one option in many worlds.

    worlds   parameters, leaves (D,) or (D, n)
    bare     cache of the crisis without duties by the settlement's line, filled as needed
    Returns  nested dict of arrays with the world first; see ``finish``
    """
    profile, plan = option.profile, option.profile.plan
    line = jax.vmap(lambda w: timeline.held_line(w, option.settlement))(worlds)
    worlds = {**worlds, "line.held": line}
    terms = timeline.terms_of(option.settlement)
    draws, n = line.shape[0], len(profile.guarantors)
    arrays = _arrays(profile)
    count = len(evaluate.branch_stages(profile))
    odds = jnp.zeros((draws, count)).at[:, 0].set(1.0)
    parties = jnp.broadcast_to(jnp.asarray(profile.in_force.party), (draws, n))
    fine = Static(plan, profile.guarantors, setting, clock, grid, option.moved)
    if profile.iterate or plan.accession or plan.lead_optional:
        rough = fine._replace(grid=COARSE)
        rough_bare = solve_bare(worlds, profile, setting, clock, COARSE)
        for _ in range(PICARD_ROUNDS):
            pieces = solve_pieces(worlds, profile, parties, setting, clock, COARSE, rough_bare)
            parties, odds = who_enters(worlds, pieces, odds, terms, arrays, static=rough)
    if option.settlement.line not in bare:
        bare[option.settlement.line] = solve_bare(worlds, profile, setting, clock, grid)
    pieces = solve_pieces(
        worlds, profile, parties, setting, clock, grid, bare[option.settlement.line]
    )
    result: dict[str, Any] = finish(worlds, pieces, odds, terms, arrays, static=fine)
    result["scalars"] |= backstop(worlds, profile, parties, setting)
    return result
