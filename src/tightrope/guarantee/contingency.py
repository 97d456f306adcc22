"""From solved contingencies to what each observer expects.

Outcomes, never inputs, are mixed: the challenger's hazards with its odds of the strict reading,
the protégé's value with its own, a guarantor's value with the guarantors', and what happens
(responses, honour, direct clash) with nature's. The chance of a blocked procedure and the common
shock ξ are the same for all.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.nn import sigmoid

from tightrope.game import NOT_CONVERGED, Basis, Game, Responses, expect, respond
from tightrope.guarantee import crisis, forces
from tightrope.guarantee.cells import CHAIN, Cells, prepare
from tightrope.guarantee.crisis import UNITY, UNITY_WEIGHTS, WILLS, Setting
from tightrope.guarantee.forces import World
from tightrope.guarantee.stages import BLOCKS, Stage

#: Cells solved in one call: one compiled solver serves every stage of every option.
CALL = 192
#: Slow games finished in one call.
SLOW_CALL = 32


class _Solved(NamedTuple):
    """One world's solved games; axes (ξ, will, reading, block, level, time) unless said."""

    probability: Array  # (n, action, …)
    value: Array  # (n, type, …)
    success: Array  # (…)
    line: Array  # (…, two levels, time)
    burden: Array
    years: Array


class StageTable(NamedTuple):
    """What is expected of one stage in one world; w wills, T times, levels as in LEVELS.

    ``two`` marks arrays over limited and full only.
    """

    line: Array  # (w, two, T) the challenger's expectations
    burden: Array  # (w, two, T)
    lost: Array  # (w, two, T)
    snap: Array  # (w, two, T)
    answered: Array  # (w, T)
    protege: Array  # (w, two, T) the protégé's value of being attacked
    respond: Array  # (n, action, w, level, T) given that the protégé resists
    resist: Array  # (w, two, T)
    clash: Array  # (w, level, T) someone fights
    escalate: Array  # (w, level, T)
    years: Array  # (w, two, T)
    help_days: Array  # (w, level, T)
    met: Array  # (w, level, T) share of force whose duty is met
    owed: Array  # (w, level, T) share of force that is under a duty
    success: Array  # (w, level, T) challenger's success if resisted
    gap: Array  # (w, level, T) acting share under the strict less the loose reading
    party_value: Array  # (ξ, n, w, level, T) relative to a state without stake or duty
    outsider_value: Array  # (ξ, n, w, level, T)
    unsolved: Array  # () share of games not solved
    residual: Array  # () largest residual of a solved game
    certificate: Array  # () largest error bound of an expectation


def block_chance(world: World, block: Array) -> Array:
    """Chance that the procedure is blocked, by kind of blocking (index into BLOCKS)."""
    return jnp.stack([jnp.zeros(()), *(world[f"block.{name}"] for name in BLOCKS[1:])])[block]


@partial(jax.jit, static_argnames=("setting", "readings", "blocks"))
def build(
    worlds: World,
    stage: Stage,
    years: Array,
    parties: Array,
    basis: Basis,
    *,
    setting: Setting,
    readings: int,
    blocks: int,
) -> Cells:
    """Cells of many worlds, world last among the cells, filled up to whole calls of the solver."""
    cells: Cells = jax.vmap(
        lambda world, when, chance: prepare(
            world, stage, when, setting, basis, chance, readings=readings, blocks=blocks
        ),
        out_axes=-1,
    )(worlds, years, parties)

    def with_worlds(a: Array) -> Array:
        return a.reshape(*a.shape[:-2], -1)

    return cells._replace(game=fill_up(Game(*[with_worlds(a) for a in cells.game])))


def fill_up(game: Game) -> Game:
    """The games with the last cell repeated until they fill whole calls of the solver."""
    missing = -game.private.shape[-1] % CALL
    return Game(*[jnp.pad(a, [(0, 0)] * (a.ndim - 1) + [(0, missing)], mode="edge") for a in game])


def solve_games(game: Game, setting: Setting, basis: Basis) -> Responses:
    """Solve filled-up games call by call, so that every call has one shape.

    The few games on which the fast iteration is slow are gathered and finished apart; while
    derivatives are traced this cannot be known beforehand, and every call finishes its own.
    """
    traced = any(isinstance(a, jax.core.Tracer) for a in game)
    solve = partial(respond, lead=setting.lead, helpers=setting.helpers, basis=basis)
    parts = [
        solve(Game(*[a[..., k : k + CALL] for a in game]), polish=traced)
        for k in range(0, game.private.shape[-1], CALL)
    ]
    solved = Responses(*[jnp.concatenate(x, axis=-1) for x in zip(*parts, strict=True)])
    if traced:
        return solved
    slow = np.argwhere(np.asarray(solved.status) == NOT_CONVERGED)
    if not len(slow):
        return solved
    # Filled up by repetition, for one shape of the finishing call too.
    rows = np.resize(slow, (-(-len(slow) // SLOW_CALL) * SLOW_CALL, 2))
    for k in range(0, len(rows), SLOW_CALL):
        c, b = rows[k : k + SLOW_CALL].T
        one = Game(*[a[..., np.minimum(c, a.shape[-2] - 1), b] for a in game])
        finished = solve(one, polish=True)
        solved = Responses(
            *[old.at[..., c, b].set(new) for old, new in zip(solved, finished, strict=True)]
        )
    return solved


def solve_stage(
    worlds: World,
    stage: Stage,
    years: Array,
    parties: Array,
    block: Array,
    basis: Basis,
    *,
    setting: Setting,
    readings: int,
    blocks: int,
    moved: bool,
) -> tuple[StageTable, StageTable]:
    """Solve one stage in many worlds; leading axis of every result is the world.

    years    (D, time), parties (D, n): times and party chances by world
    block    what may block the procedure, index into BLOCKS
    moved    whether the settlement's line is not today's
    Returns  what is expected where wars start from the settlement's line, and from today's
    """
    cells = build(
        worlds, stage, years, parties, basis, setting=setting, readings=readings, blocks=blocks
    )
    solved = solve_games(cells.game, setting, basis)
    own, now = _observe(
        worlds,
        stage,
        cells,
        solved,
        block,
        basis,
        setting=setting,
        readings=readings,
        blocks=blocks,
        moved=moved,
    )
    return own, now


@partial(jax.jit, static_argnames=("setting", "readings", "blocks", "moved"))
def _observe(
    worlds: World,
    stage: Stage,
    cells: Cells,
    solved: Responses,
    block: Array,
    basis: Basis,
    *,
    setting: Setting,
    readings: int,
    blocks: int,
    moved: bool,
) -> tuple[StageTable, StageTable]:
    draws, times = cells.fit_error.shape[-1], cells.fit_error.shape[-2]
    contingencies = (len(UNITY), len(WILLS))
    shape = (*contingencies, readings, blocks, 3, times, draws)
    count = readings * blocks * 3 * times * draws
    game = Game(*[a[..., :count] for a in cells.game])

    def unfold(a: Array) -> Array:
        return jnp.moveaxis(a[..., :count].reshape(*a.shape[:-2], *shape), -1, 0)

    mean = partial(expect, lead=setting.lead, helpers=setting.helpers, basis=basis)
    acts = solved.probability[..., :count]
    success = mean(game, acts, game.weights)

    def upper(a: Array) -> Array:
        """Cells of the two upper levels only."""
        front = a.shape[:-1]
        wide = a.reshape(*front, readings * blocks, 3, times * draws)
        return wide[..., 1:, :].reshape(*front, -1)

    above, upper_acts = Game(*[upper(a) for a in game]), upper(acts)

    def chain(name: str) -> Array:
        weights = cells.chain[CHAIN.index(name)]  # (H, Z, block, two, time, D)
        both = jnp.broadcast_to(
            weights[:, :, None], (*weights.shape[:2], readings, *weights.shape[2:])
        )
        value = mean(above, upper_acts, both.reshape(*weights.shape[:2], 1, -1))
        value = value.reshape(*contingencies, readings, blocks, 2, times, draws)
        return jnp.moveaxis(value, -1, 0)

    burden, years = chain("burden"), chain("years")
    base_value = jnp.moveaxis(cells.base_value, -1, 0)
    relative = unfold(solved.value) - base_value[:, None, None, None, None, None, None, :, None]
    trust = {
        "unsolved": jnp.sum(unfold(solved.status) != 0, axis=tuple(range(1, 7))),
        "residual": jnp.max(unfold(solved.residual), axis=tuple(range(1, 7))),
        "certificate": jnp.max(jnp.moveaxis(cells.fit_error, -1, 0), axis=(1, 2, 3)),
    }

    def seen_from(line: Array, today: Array) -> StageTable:
        one_world = _Solved(unfold(acts), relative, unfold(success), line, burden, years)
        table: StageTable = jax.vmap(
            lambda world, start, one: tabulate(
                {**world, "line.today": start}, stage, one, block, setting.helpers
            )
        )(worlds, today, one_world)
        return table._replace(**trust)

    own = seen_from(chain("line"), worlds["line.held"])
    return own, seen_from(chain("line_now"), worlds["line.today"]) if moved else own


def tabulate(
    world: World, stage: Stage, solved: _Solved, block: Array, helpers: tuple[int, ...]
) -> StageTable:
    """Mix the contingencies of one world's stage for each observer."""
    readings, blocks = solved.success.shape[2:4]
    unity = jnp.asarray(UNITY_WEIGHTS)
    chance = block_chance(world, block)
    blocked = jnp.stack([1.0 - chance, chance]) if blocks == 2 else jnp.ones(1)

    def odds(who: str) -> Array:
        strict = world[f"odds.{who}"]
        return jnp.stack([strict, 1.0 - strict]) if readings == 2 else jnp.ones(1)

    def seen(value: Array, who: str) -> Array:
        """(…, ξ, will, reading, block, level, time) → (…, will, level, time)."""
        return jnp.einsum("...swrbat,r,s,b->...wat", value, odds(who), unity, blocked)

    p = solved.probability
    helper = jnp.isin(jnp.arange(p.shape[0]), jnp.array(helpers, dtype=int))
    friendly = jnp.where(helper, 0.0, 1.0)
    acts = (p[:, 1] + p[:, 2]) * friendly[:, None, None, None, None, None, None]
    omega = crisis.party_weights(world, stage, helpers)
    acting = jnp.einsum("i,i...->...", omega, acts)

    today = world["line.today"]
    ratio = jnp.stack([world["war_cost.limited_ratio"], jnp.ones(())])[:, None]
    concede = jnp.stack([world["concession.limited"], world["concession.full"]])[:, None]
    fought = -(solved.line - today) - world["war_cost.protege"] * ratio * solved.burden
    lam = world["precision.protege"]
    resist = sigmoid(lam * (fought + concede))
    worth = jnp.logaddexp(lam * fought, -lam * concede) / lam
    taken = jnp.minimum(today + concede, 1.0)
    upper = solved.success[..., 1:, :]
    economy = stage.sanctioner * world["economy"]
    snap_share = jnp.einsum(
        "i,i...->...", economy / jnp.maximum(world["economy"].sum(), 1e-300), acts
    )
    # A state that has nothing to bring cannot clash with anyone.
    ready, standby = forces.presence(world, stage)
    able = friendly * ((world["force"] > 0) | (ready + standby > 0))
    calm = 1.0 - p[:, 2] * able[:, None, None, None, None, None, None]
    risk = crisis.escalation(world)[:, None, None, None, None, :, None]
    safe = jnp.prod(1.0 - (1.0 - calm) * risk, axis=0)
    full_resist = jnp.concatenate([jnp.ones_like(resist[..., :1, :]), resist], axis=-2)
    days = forces.delay_days(world, stage)[:, None, None, None, None, :, None]
    weight = omega[:, None, None, None, None, None, None]
    wait = jnp.sum(weight * acts * days, axis=0) / jnp.maximum(
        jnp.sum(weight * acts, axis=0), 1e-12
    )
    bound = (stage.bound * omega[:, None])[:, None, None, None, None, :, None]
    owed = (stage.promised >= 0.8)[:, None, None, None, None, :, None]
    meets = jnp.where(owed, p[:, 2], acts)
    met = jnp.sum(bound * meets, axis=0)
    under = jnp.sum(bound, axis=0) + jnp.zeros_like(met)
    split = jnp.einsum("swrbat,s,b->rwat", acting, unity, blocked)
    worths = jnp.einsum("iksxrbat,r,b->ksixat", solved.value, odds("guarantor"), blocked)
    return StageTable(
        line=seen(resist * solved.line + (1.0 - resist) * taken, "challenger"),
        burden=seen(resist * solved.burden, "challenger"),
        lost=seen(1.0 - resist * (1.0 - upper), "challenger"),
        snap=seen(snap_share[..., 1:, :], "challenger") * world["snapback"] * stage.snapback,
        answered=seen(acting, "challenger")[:, 0],
        protege=seen(worth, "protege"),
        respond=seen(p, "nature"),
        resist=seen(resist, "nature"),
        clash=seen((1.0 - jnp.prod(calm, axis=0)) * full_resist, "nature"),
        escalate=seen((1.0 - safe) * full_resist, "nature"),
        years=seen(resist * solved.years, "nature"),
        help_days=seen(wait, "nature"),
        met=seen(met, "nature"),
        owed=seen(under, "nature"),
        success=seen(solved.success, "nature"),
        gap=split[0] - split[-1],
        party_value=worths[0],
        outsider_value=worths[1],
        unsolved=jnp.zeros(()),
        residual=jnp.zeros(()),
        certificate=jnp.zeros(()),
    )
