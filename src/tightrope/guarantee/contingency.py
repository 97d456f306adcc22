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
from jax import Array
from jax.nn import sigmoid

from tightrope.game import Basis, Game, Responses, expect, respond
from tightrope.guarantee import crisis, forces
from tightrope.guarantee.crisis import Cells, Setting
from tightrope.guarantee.forces import World
from tightrope.guarantee.stages import BLOCKS, Stage


class Solved(NamedTuple):
    """A solved stage in one world; axes (reading, ξ, will, block, level, time) unless said."""

    probability: Array  # (n, action, …)
    value: Array  # (n, type, …)
    success: Array  # (…)
    line: Array  # (…, two levels, time), from the line the settlement holds
    line_now: Array  # the same from today's line
    burden: Array
    years: Array
    status: Array  # (…) 0 where solved
    residual: Array
    fit_error: Array  # (block, level, time)
    base_value: Array  # (level,)


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
    certificate: Array  # () largest error bound of an expectation


def block_chance(world: World, block: Array) -> Array:
    """Chance that the procedure is blocked, by kind of blocking (index into BLOCKS)."""
    return jnp.stack([jnp.zeros(()), *(world[f"block.{name}"] for name in BLOCKS[1:])])[block]


@partial(jax.jit, static_argnames=("setting", "readings", "blocks", "nodes"))
def solve_stage(
    worlds: World,
    stage: Stage,
    years: Array,
    parties: Array,
    basis: Basis,
    *,
    setting: Setting,
    readings: int,
    blocks: int,
    nodes: tuple[int, int],
) -> Solved:
    """Solve one stage in many worlds; leading axis of every result is the world.

    years    (D, time), parties (D, n): times and party chances by world
    nodes    how many states of will (5 or 3) and of ξ (3 or 1) are solved
    """
    wills = crisis.WILLS if nodes[0] == 5 else crisis.WILLS[::2]
    unity = crisis.UNITY if nodes[1] == 3 else crisis.UNITY[1:2]
    build = partial(
        crisis.prepare,
        setting=setting,
        basis=basis,
        readings=readings,
        blocks=blocks,
        wills=wills,
        unity=unity,
    )
    cells: Cells = jax.vmap(
        lambda world, when, chance: build(world, stage, when, parties=chance),
        in_axes=(0, 0, 0),
        out_axes=-1,
    )(worlds, years, parties)
    draws, times = years.shape
    game = Game(*[a.reshape(*a.shape[:-2], -1) for a in cells.game])
    solved: Responses = respond(game, lead=setting.lead, helpers=setting.helpers, basis=basis)
    middle = (readings, len(unity), len(wills))
    shape = (*middle, blocks, 3, times, draws)

    def unfold(a: Array) -> Array:
        a = jnp.broadcast_to(a, (*a.shape[:-2], middle[0] * middle[1] * middle[2], a.shape[-1]))
        return jnp.moveaxis(a.reshape(*a.shape[:-2], *shape), -1, 0)

    mean = partial(expect, lead=setting.lead, helpers=setting.helpers, basis=basis)
    success = mean(game, solved.probability, game.weights)

    def upper(a: Array) -> Array:
        """Cells of the two upper levels only."""
        front = a.shape[:-1]
        wide = jnp.broadcast_to(a, (*front, blocks * 3 * times * draws))
        return wide.reshape(*front, blocks, 3, times * draws)[..., 1:, :].reshape(*front, -1)

    above = Game(*[upper(a) for a in game])
    acts = upper(solved.probability)

    def chain(k: int) -> Array:
        weights = cells.chain[k]  # (H, Z, block, two, time, D)
        flat = weights.reshape(*weights.shape[:2], 1, -1)
        value = mean(above, acts, flat)
        return jnp.moveaxis(value.reshape(*middle, blocks, 2, times, draws), -1, 0)

    return Solved(
        probability=unfold(solved.probability),
        value=unfold(solved.value),
        success=unfold(success),
        **{name: chain(k) for k, name in enumerate(crisis.CHAIN)},
        status=unfold(solved.status),
        residual=unfold(solved.residual),
        fit_error=jnp.moveaxis(cells.fit_error, -1, 0),
        base_value=jnp.moveaxis(cells.base_value, -1, 0),
    )


def tabulate(
    world: World, stage: Stage, solved: Solved, block: Array, unity: Array, helpers: tuple[int, ...]
) -> StageTable:
    """Mix the contingencies of one world's stage for each observer."""
    readings, blocks = solved.success.shape[0], solved.success.shape[3]
    chance = block_chance(world, block)
    blocked = jnp.stack([1.0 - chance, chance]) if blocks == 2 else jnp.ones(1)

    def odds(who: str) -> Array:
        strict = world[f"odds.{who}"]
        return jnp.stack([strict, 1.0 - strict]) if readings == 2 else jnp.ones(1)

    def seen(value: Array, who: str) -> Array:
        """(…, reading, ξ, will, block, level, time) → (…, will, level, time)."""
        return jnp.einsum("...rxwbat,r,x,b->...wat", value, odds(who), unity, blocked)

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
    calm = 1.0 - p[:, 2] * friendly[:, None, None, None, None, None, None]
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
    split = jnp.einsum("rxwbat,x,b->rwat", acting, unity, blocked)
    worths = jnp.einsum(
        "ikrxwbat,r,b->kxiwat",
        solved.value - solved.base_value[:, None],
        odds("guarantor"),
        blocked,
    )
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
        unsolved=jnp.mean(solved.status != 0),
        certificate=solved.fit_error.max(),
    )
