"""From solved contingencies to what each observer expects.

Outcomes, never inputs, are mixed: the challenger's hazards with its odds of the strict reading,
the protégé's value with its own, a guarantor's value with the guarantors', and what happens
(responses, honour, direct clash) with nature's. The chance of a blocked procedure and the common
shock ξ are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.nn import sigmoid

from tightrope.game import QUICK, Basis, Responses, expect, jit_with, traced
from tightrope.guarantee import crisis, forces
from tightrope.guarantee.calls import build, by_pair, solve_games, take
from tightrope.guarantee.cells import Cells
from tightrope.guarantee.crisis import UNITY, UNITY_WEIGHTS, WILLS, Setting
from tightrope.guarantee.forces import World
from tightrope.guarantee.stages import BLOCKS, Stage
from tightrope.treaty import LEVELS


class _Solved(NamedTuple):
    """The solved games of one call; axes (ξ, will, reading, block, level, pair) unless said."""

    probability: Array  # (n, action, …)
    value: Array  # (n, type, …), relative to a state without stake or duty
    success: Array  # (…)
    burden: Array  # (…, two levels, pair)
    years: Array


class StageTable(NamedTuple):
    """What is expected of one stage in one world; w wills, T times, levels as in LEVELS.

    While a call is observed the last axis is not T but the pair of world and time.

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


def block_parameters(worlds: World) -> World:
    """The parameters that `block_chance` reads."""
    return {name: value for name, value in worlds.items() if name.startswith("block.")}


block_chances = jax.vmap(block_chance, in_axes=(0, None))
"""`block_chance` in many worlds, (D,)."""


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
    draws, times = years.shape
    built = build(
        worlds, stage, years, parties, basis, setting=setting, readings=readings, blocks=blocks
    )
    solved = solve_games([b.cells.game for b in built], setting, basis)
    seen = [
        _observe(
            take(worlds, b.world), stage, b.cells, one, block, basis,
            setting=setting, readings=readings, blocks=blocks, moved=moved,
        )
        for b, one in zip(built, solved, strict=True)
    ]  # fmt: skip

    def gather(tables: Sequence[StageTable]) -> StageTable:
        def laid(leaves: Any) -> Any:
            """(…, pair) → (D, …, time)."""
            value = by_pair(leaves, draws, times)
            return (jnp if traced(value) else np).moveaxis(value, -2, 0)

        table = StageTable(*[laid(leaves) for leaves in zip(*tables, strict=True)])
        return table._replace(
            unsolved=table.unsolved.sum(axis=-1),
            residual=table.residual.max(axis=-1),
            certificate=table.certificate.max(axis=-1),
        )

    own = gather([s[0] for s in seen])
    return own, gather([s[1] for s in seen]) if moved else own


@jit_with(QUICK, static=("setting", "readings", "blocks", "moved"))
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
    """What is expected at each pair of world and time of one call, the pair on the last axis.

    Without a moved line both tables are the same.
    """
    game, pairs = cells.game, cells.fit_error.shape[-1]
    shape = (len(UNITY), len(WILLS), readings, blocks, len(LEVELS), pairs)

    def unfold(a: Array) -> Array:
        return a.reshape(*a.shape[:-2], *shape)

    # One pass over the responses serves success and the chain, which is 0 at the lowest level.
    chain = jnp.pad(cells.chain, [(0, 0)] * 4 + [(1, 0), (0, 0), (0, 0)])
    chain = jnp.broadcast_to(
        chain[:, :, :, None], (*chain.shape[:3], readings, *chain.shape[3:])
    ).reshape(*chain.shape[:3], 1, -1)
    means = expect(
        game, solved.probability, jnp.concatenate([game.weights[None], chain]),
        lead=setting.lead, helpers=setting.helpers, basis=basis,
    )  # fmt: skip
    success, line, line_now, burden, years = (unfold(m) for m in means)
    value = unfold(solved.value) - cells.base_value[:, None, :, None, None, None]
    one = _Solved(unfold(solved.probability), value, success, burden[..., 1:, :], years[..., 1:, :])
    trust = {
        "unsolved": jnp.sum(unfold(solved.status) != 0, axis=tuple(range(5))),
        "residual": jnp.max(unfold(solved.residual), axis=tuple(range(5))),
        "certificate": jnp.max(cells.fit_error, axis=(0, 1, 2)),
    }

    def seen_from(ends: Array, today: Array) -> StageTable:
        table = tabulate(worlds, today, stage, one, ends[..., 1:, :], block, setting.helpers)
        return table._replace(**trust)

    own = seen_from(line, worlds["line.held"])
    return own, seen_from(line_now, worlds["line.today"]) if moved else own


def _mixed(value: Array, weights: Array, axes: Sequence[int]) -> Array:
    """Weighted sum over a few short axes, term by term, so that loops run along the pairs.

    weights  shape that broadcasts against ``value``;  axes  counted from the end, all negative
    """
    whole = jnp.broadcast_to(weights, (1,) * (value.ndim - weights.ndim) + weights.shape)
    total: Array = jnp.zeros(())
    for place in product(*[range(value.shape[k]) for k in axes]):
        picked, share = value, whole
        for k, at in zip(axes, place, strict=True):
            picked = lax.slice_in_dim(picked, at, at + 1, axis=value.ndim + k)
            if share.shape[k] > 1:
                share = lax.slice_in_dim(share, at, at + 1, axis=value.ndim + k)
        total = total + picked * share
    return jnp.squeeze(total, axis=tuple(axes))


def tabulate(
    worlds: World,
    today: Array,
    stage: Stage,
    solved: _Solved,
    line: Array,
    block: Array,
    helpers: tuple[int, ...],
) -> StageTable:
    """Mix the contingencies of one stage for each observer; the pair is the last axis throughout.

    today  line from which wars start, (pair,);  line  discounted line, (…, two levels, pair)
    """

    def each(function: Callable[[World], Array]) -> Array:
        """A quantity of one world for all pairs, pair last."""
        found: Array = jax.vmap(function, out_axes=-1)(worlds)
        return found

    readings, blocks = solved.success.shape[2:4]
    unity = jnp.asarray(UNITY_WEIGHTS)[:, None, None, None, None, None]
    chance = each(lambda w: block_chance(w, block))
    blocked = jnp.stack([1.0 - chance, chance]) if blocks == 2 else jnp.ones((1, 1))
    blocked = blocked[:, None]  # (block, level, pair)

    def odds(who: str) -> Array:
        """(reading, block, level, pair)."""
        strict = worlds[f"odds.{who}"]
        odds = jnp.stack([strict, 1.0 - strict]) if readings == 2 else jnp.ones((1, 1))
        return odds[:, None, None]

    def seen(value: Array, who: str) -> Array:
        """(…, ξ, will, reading, block, level, pair) → (…, will, level, pair)."""
        return _mixed(value, unity * odds(who) * blocked, (-6, -4, -3))

    p = solved.probability
    helper = np.isin(np.arange(p.shape[0]), np.array(helpers, dtype=int))
    friendly = jnp.asarray(np.where(helper, 0.0, 1.0))
    wide = (slice(None), *(None,) * 5)  # (n, pair) to (n, ξ, will, …, pair)
    acts = (p[:, 1] + p[:, 2]) * friendly[:, None][wide]
    omega = each(lambda w: crisis.party_weights(w, stage, helpers))
    weight = omega[wide]
    acting = jnp.sum(weight * acts, axis=0)

    ratio = jnp.stack([worlds["war_cost.limited_ratio"], jnp.ones_like(today)])
    concede = jnp.stack([worlds["concession.limited"], worlds["concession.full"]])
    fought = -(line - today) - worlds["war_cost.protege"] * ratio * solved.burden
    lam = worlds["precision.protege"]
    resist = sigmoid(lam * (fought + concede))
    worth = jnp.logaddexp(lam * fought, -lam * concede) / lam
    taken = jnp.minimum(today + concede, 1.0)
    upper = solved.success[..., 1:, :]
    economy = worlds["economy"] * jnp.asarray(stage.sanctioner)  # (pair, n)
    part = economy / jnp.maximum(worlds["economy"].sum(axis=-1, keepdims=True), 1e-300)
    snap_share = jnp.sum(part.T[wide] * acts, axis=0)
    # A state that has nothing to bring cannot clash with anyone.
    present = each(lambda w: sum(forces.presence(w, stage), start=jnp.zeros(())))
    able = friendly[:, None] * ((worlds["force"].T > 0) | (present > 0))
    calm = 1.0 - p[:, 2] * able[wide]
    level = (slice(None), *(None,) * 4)  # (n, level, pair)
    risk = each(crisis.escalation)[level]
    safe = jnp.prod(1.0 - (1.0 - calm) * risk, axis=0)
    full_resist = jnp.concatenate([jnp.ones_like(resist[..., :1, :]), resist], axis=-2)
    days = each(lambda w: forces.delay_days(w, stage))[level]
    wait = jnp.sum(weight * acts * days, axis=0) / jnp.maximum(acting, 1e-12)
    bound = (jnp.asarray(stage.bound)[..., None] * omega[:, None])[level]
    owed = jnp.asarray(stage.promised >= 0.8)[..., None][level]
    meets = jnp.where(owed, p[:, 2], acts)
    met = jnp.sum(bound * meets, axis=0)
    under = jnp.sum(bound, axis=0) + jnp.zeros_like(met)
    split = _mixed(acting, unity * blocked, (-6, -3))  # (will, reading, level, pair)
    worths = jnp.moveaxis(  # (type, ξ, n, will, level, pair)
        _mixed(solved.value, odds("guarantor") * blocked, (-4, -3)), (1, 2), (0, 1)
    )
    none = jnp.zeros_like(today)
    return StageTable(
        line=seen(resist * line + (1.0 - resist) * taken, "challenger"),
        burden=seen(resist * solved.burden, "challenger"),
        lost=seen(1.0 - resist * (1.0 - upper), "challenger"),
        snap=seen(snap_share[..., 1:, :], "challenger") * worlds["snapback"] * stage.snapback,
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
        gap=split[:, 0] - split[:, -1],
        party_value=worths[0],
        outsider_value=worths[1],
        unsolved=none,
        residual=none,
        certificate=none,
    )
