"""The games of one stage laid out for the solver, one world at a time.

Axes of everything that varies, in this order: ξ (s), will (w) | reading (r), block (b), level (a),
time (t); worlds come last. Cells (r, b, a, t) differ in forces or in duties, the contingencies
(s, w) of a cell in payoffs only, so a cell's forces and the work on them are shared by them.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.nn import logsumexp

from tightrope.game import Basis, Game, fit_basis
from tightrope.guarantee import crisis, forces, war
from tightrope.guarantee.crisis import UNITY, WILLS, Setting
from tightrope.guarantee.forces import World
from tightrope.guarantee.stages import DONE, Stage
from tightrope.treaty import LEVELS

#: Values of the chain that are averaged over responses: the discounted line from the line that the
#: settlement holds and from today's line, the discounted burden and the length.
CHAIN = ("line", "line_now", "burden", "years")


_CONTINGENCY, _CELL = "sw", "rbat"


class Cells(NamedTuple):
    """Inputs of the solver for one stage and world, and functions to be averaged over forces."""

    game: Game
    chain: Array  # (4 functions, H, Z, block, 2 levels, time), in the order of CHAIN
    fit_error: Array  # (block, level, time): certificate of every expectation
    base_value: Array  # (n, ξ, level): value of a state without stake or duty, its menu and mood


def prepare(
    world: World,
    stage: Stage,
    years: Array,
    setting: Setting,
    basis: Basis,
    parties: Array,
    *,
    readings: int,
    blocks: int,
) -> Cells:
    """Build the games of one stage in one world.

    years    times since the settlement, (time,)
    parties  chance that each named state is in fact a party, given entry into force, (n,)
    readings, blocks  1 or 2: how many states of the text and of the procedure must be solved
    Returns  cells whose game has the axes (…, contingency, cell)
    """
    n = len(stage.party)
    sizes = {
        "s": len(UNITY), "w": len(WILLS), "r": readings, "b": blocks, "a": 3, "t": years.shape[0],
    }  # fmt: skip
    block = jnp.arange(float(blocks))  # 0 open, 1 blocked
    helper = np.isin(np.arange(n), setting.helpers)

    def lay(value: Array, axes: str) -> Array:
        return _lay(value, axes, sizes)

    bind = forces.binding(world, stage)
    weight = bind.weight[:readings] if readings == 2 else bind.weight.mean(axis=0, keepdims=True)
    held = 1.0 - block[:, None, None] * stage.through_block
    fade = crisis.fading(world, stage, years)
    duty = jnp.einsum("rna,na,bna,t->nrbat", weight, bind.cover, held, fade)
    may_fight = jnp.ones((n, 3)).at[:, 0].set(forces.may_fight_probe(world, stage))
    unable = helper | np.isin(np.arange(n), setting.unarmed)
    may_fight = jnp.where(unable[:, None], 0.0, may_fight)
    menu = jnp.stack([jnp.ones((n, 3)), jnp.ones((n, 3)), may_fight], axis=1)

    done = jnp.where(helper[:, None], jnp.array([0.25, 0.0, 0.0]), jnp.asarray(DONE))
    exposure = jnp.stack([world[f"exposure.{a}"] for a in LEVELS])
    short = jnp.maximum(0.0, stage.promised[:, None, :] - done[:, :, None]) / 0.75
    breach = world["audience"] * jnp.einsum("nrbat,nxa,a->nxrbat", duty, short, exposure)
    lost = -stage.tripwire * world["presence_per_thousand"] / world["tripwire_saturation"]
    trip = jnp.einsum("n,a,nx->nxa", -jnp.expm1(lost), exposure, 1.0 - done) * world["tripwire"]
    trip = trip[:, :, None, None, :, None]
    base_cost = crisis.base_costs(world, may_fight).transpose(0, 2, 1)  # (n, action, level)
    cost = base_cost[:, :, None, None, :, None]
    bound = -jnp.minimum(world["penalty_cap"], breach + trip) - cost
    free = -jnp.minimum(world["penalty_cap"], trip) - cost + jnp.zeros_like(bound)
    shock = world["unity_sd"] * jnp.asarray(UNITY)
    acting = jnp.array([0.0, 1.0, 1.0])
    # Unity among those who defend the protégé moves nobody to help the challenger.
    mood = jnp.einsum("n,x,s->nxs", jnp.where(helper, 0.0, 1.0), acting, shock)
    private = (
        jnp.stack([bound, free], axis=1)[:, :, :, None]
        + mood[:, None, :, :, None, None, None, None]
    )

    shift = crisis.will_shift(world, setting, years)
    feel = jnp.exp(world["will_sd"] * jnp.asarray(WILLS)[:, None] + shift[:, None, :])
    feel = jnp.where(helper[:, None, None], 1.0, feel)
    severity = jnp.stack([world[f"severity.{a}"] for a in LEVELS])
    interest = jnp.where(helper, -world["friendship"], world["stake"])
    strength, reserve, extent, contribution = crisis.strengths(
        world, stage, years, setting, block, helper
    )
    peer = world["peer"] * world["audience"] * jnp.stack([duty, jnp.zeros_like(duty)], axis=1)
    success, chain, error = _fit(world, basis, strength, reserve, extent)
    lam = crisis.precision(world)
    game = Game(
        private=lay(private, "nkxsrbat"),
        type_weight=lay(jnp.stack([parties, 1.0 - parties], axis=1), "nk"),
        menu=lay(menu, "nxa"),
        stake=lay(jnp.einsum("n,nwt,a->nwat", interest, feel, severity), "nwat"),
        contribution=lay(contribution, "gnxba"),
        reserve=lay(reserve, "bt"),
        extent=lay(extent, "ba"),
        peer=lay(peer, "nkrbat"),
        omega=lay(crisis.party_weights(world, stage, setting.helpers), "n"),
        horror=lay(world["horror"] * world["horror_factor"], "n"),
        escalation=lay(crisis.escalation(world), "na"),
        precision=lay(lam, ""),
        weights=lay(success, "hzbat"),
    )
    # A state without stake or duty has the same mood, so that only what it has at stake counts.
    alone = mood[..., None] - base_cost[:, :, None]
    base = logsumexp(lam * alone, axis=1, b=menu[:, :, None]) / lam
    return Cells(game, chain, error, base)


def _lay(value: Array, axes: str, sizes: dict[str, int]) -> Array:
    """Bring an array with the named axes to (…others, contingency, cell).

    Axes that are missing are broadcast, but an array that varies over no contingency keeps one, so
    that its work is shared.
    """
    front = [x for x in axes if x not in _CONTINGENCY + _CELL]
    order = [*front, *(x for x in _CONTINGENCY + _CELL if x in axes)]
    value = jnp.transpose(value, [axes.index(x) for x in order])
    shape = [*value.shape[: len(front)]]
    present = iter(value.shape[len(front) :])
    full = [next(present) if x in axes else 1 for x in _CONTINGENCY + _CELL]
    wide = any(x in axes for x in _CONTINGENCY)
    target = [sizes[x] if (x in _CELL or wide) else 1 for x in _CONTINGENCY + _CELL]
    value = jnp.broadcast_to(value.reshape(*shape, *full), (*shape, *target))
    split = len(_CONTINGENCY)
    return value.reshape(*shape, int(np.prod(target[:split])), int(np.prod(target[split:])))


def _fit(
    world: World, basis: Basis, strength: Array, reserve: Array, extent: Array
) -> tuple[Array, Array, Array]:
    """Weights of success (H, Z, block, level, time) and of the chain's values, and the certificate.

    The chain's values at the mean strength would be wrong (Jensen); they are averaged over
    responses through the same exponentials as success itself.
    """
    grid = jnp.asarray(basis.grid)[:, None, None, None]
    x = reserve[:, None, :] + extent[:, :, None] * grid  # (grid, block, level, time)
    ratio = jnp.log(x[None] / strength[:, None, None, None, :])  # (H, grid, block, level, time)
    alpha = world["alpha"]
    pi = jnp.stack(
        [war.success(ratio[..., k, :], alpha, war.STEPS[a]) for k, a in enumerate(LEVELS)], axis=-2
    )

    def fought(today: Array) -> list[war.WarValues]:
        lines = crisis.level_lines(world, today)
        return [
            war.war_values(
                ratio[..., k, :],
                lines[k],
                alpha,
                world["discount"],
                world["exit_hazard"],
                world["step_years"],
            )
            for k in (1, 2)
        ]

    held, now = fought(world["line.held"]), fought(world["line.today"])
    chain = jnp.stack(
        [
            jnp.stack([getattr(v, name) for v in values], axis=-2)
            for values, name in ((held, "line"), (now, "line"), (held, "burden"), (held, "years"))
        ]
    )
    weights, error = fit_basis(basis, pi, axis=1)
    chain_weights, chain_error = fit_basis(basis, chain, axis=2)
    # Years may exceed 1 and count as a share of the longest war; the lowest level has no war.
    relative = chain_error / jnp.maximum(1.0, jnp.abs(chain).max(axis=2))
    of_chain = jnp.pad(relative.max(axis=(0, 1)), [(0, 0), (1, 0), (0, 0)])
    return weights, chain_weights, jnp.maximum(error.max(axis=0), of_chain)
