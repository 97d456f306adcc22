"""Who comes: the crisis game of one stage, solved in every contingency.

Order of moves: the challenger attacks at a level; the protégé resists or yields; if it resists,
the guarantors choose at once to abstain, support or fight. Common events (the reading of vague
words, a blocked procedure, the unity of the guarantors ξ, the state of political will) are known
to the guarantors and the protégé when they choose, not to the challenger when it decides.

Trailing axes of everything sent to the solver are (contingency, cell):
contingency = (reading, ξ, will), cell = (block, level, time, world). Cells differ in forces and
share their work over contingencies, which differ in payoffs only.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.game import Basis, Game, fit_basis
from tightrope.guarantee import forces, war
from tightrope.guarantee.forces import World
from tightrope.guarantee.stages import DONE, Stage
from tightrope.treaty import LEVELS

#: States of common political will, in standard deviations.
WILLS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
#: Nodes and weights of the common shock ξ ~ N(0, 1) (Gauss–Hermite, exact to degree 5).
UNITY = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)])
UNITY_WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6.0


#: Values of the chain that are averaged over responses: the discounted line from the line that the
#: settlement holds and from today's line, the discounted burden and the length.
CHAIN = ("line", "line_now", "burden", "years")


class Setting(NamedTuple):
    """What is fixed for a case: positions among the guarantors and known dates."""

    lead: int
    helpers: tuple[int, ...]
    election_years: tuple[float, ...]


class Cells(NamedTuple):
    """Inputs of the solver for one stage and world, and functions to be averaged over forces."""

    game: Game
    chain: Array  # (4 functions, H, Z, block, 2 levels, time), in the order of CHAIN
    fit_error: Array  # (block, level, time): certificate of every expectation
    base_value: Array  # (level,): value of a state without stake or duty


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
    wills: np.ndarray = WILLS,
    unity: np.ndarray = UNITY,
) -> Cells:
    """Build the games of one stage in one world.

    years    times since the settlement, (time,)
    parties  chance that each named state is in fact a party, given entry into force, (n,)
    readings, blocks  1 or 2: how many states of the text and of the procedure must be solved
    """
    n, times = len(stage.party), years.shape[0]
    block = jnp.arange(float(blocks))  # 0 open, 1 blocked
    helper = np.isin(np.arange(n), setting.helpers)
    done = jnp.where(helper[:, None], jnp.array([0.25, 0.0, 0.0]), jnp.asarray(DONE))

    bind = forces.binding(world, stage)
    weight = bind.weight[:readings] if readings == 2 else bind.weight.mean(axis=0, keepdims=True)
    held = 1.0 - block[:, None, None] * stage.through_block  # (block, n, level)
    fade = _fading(world, stage, years)
    # duty (reading, block, n, level, time)
    duty = (weight[:, None] * bind.cover * held)[..., None] * fade

    may_fight = jnp.ones((n, 3)).at[:, 0].set(forces.may_fight_probe(world, stage))
    may_fight = jnp.where(helper[:, None], 0.0, may_fight)
    menu = jnp.stack([jnp.ones((n, 3)), jnp.ones((n, 3)), may_fight], axis=1)  # (n, action, level)
    exposure = jnp.stack([world[f"exposure.{a}"] for a in LEVELS])
    severity = jnp.stack([world[f"severity.{a}"] for a in LEVELS])
    short = jnp.maximum(0.0, stage.promised[:, :, None] - done[:, None, :]) / 0.75
    breach = world["audience"] * jnp.einsum("rbnat,nax->nxrbat", duty, short * exposure[:, None])
    losses = -jnp.expm1(
        -stage.tripwire * world["presence_per_thousand"] / world["tripwire_saturation"]
    )
    trip = world["tripwire"] * losses[:, None, None] * exposure * (1.0 - done)[:, :, None]
    trip = trip[:, :, None, None, :, None]
    cost = base_costs(world, may_fight).transpose(0, 2, 1)[:, :, None, None, :, None]
    bound = -jnp.minimum(world["penalty_cap"], breach + trip) - cost
    free = -jnp.minimum(world["penalty_cap"], trip) - cost + jnp.zeros_like(bound)
    shock = world["unity_sd"] * jnp.asarray(unity)[:, None, None, None, None]
    acting = jnp.array([0.0, 1.0, 1.0])[:, None, None, None, None, None, None]
    # private (n, type, action, reading, ξ, 1 will, block, level, time)
    private = jnp.stack([bound, free], axis=1)[:, :, :, :, None, None] + acting * shock
    private = private.reshape(n, 2, 3, weight.shape[0], len(unity), 1, blocks, 3, times)

    shift = (
        world["election_shift"][:, None]
        * -jnp.expm1(-years / jnp.array(setting.election_years)[:, None])
        - world["will.fatigue"] * years
    )
    love = -world["friendship"]
    feel = jnp.exp(
        world["will_sd"] * jnp.asarray(wills)[:, None, None, None] + shift[:, None, None, None, :]
    )  # (n, will, 1 block, 1 level, time)
    feel = jnp.where(helper[:, None, None, None, None], 1.0, feel)
    stake = jnp.where(helper, love, world["stake"])[:, None, None, None, None] * feel
    stake = stake * severity[:, None]

    strength, reserve, extent, contribution = _strengths(
        world, stage, years, setting, block, helper
    )
    risk = escalation(world)
    peer = world["peer"] * world["audience"] * duty.transpose(2, 0, 1, 3, 4)
    peer = jnp.stack([peer, jnp.zeros_like(peer)], axis=1)[:, :, :, None, None]
    middle = (weight.shape[0], len(unity), len(wills))
    cells = (blocks, 3, times)

    success_weights, chain, error = _fit(world, basis, strength, reserve, extent)
    game = Game(
        private=_spread(private, 3, middle, cells),
        type_weight=_spread(
            jnp.stack([parties, 1.0 - parties], axis=1)[:, :, None, None, None, None, None, None],
            2,
            middle,
            cells,
        ),
        menu=_spread(menu[:, :, None, None, None, None, :, None], 2, middle, cells),
        stake=_spread(stake[:, None, None], 1, middle, cells),
        contribution=_spread(contribution[:, :, :, None, None, None], 3, middle, cells),
        reserve=_spread(reserve[None, None, None, :, None, :], 0, middle, cells),
        extent=_spread(extent[None, None, None], 0, middle, cells),
        peer=_spread(peer, 2, middle, cells),
        omega=_spread(
            party_weights(world, stage, setting.helpers)[:, None, None, None, None, None, None],
            1,
            middle,
            cells,
        ),
        horror=_spread(
            (world["horror"] * world["horror_factor"])[:, None, None, None, None, None, None],
            1,
            middle,
            cells,
        ),
        escalation=_spread(risk[:, None, None, None, None, :, None], 1, middle, cells),
        precision=_spread(precision(world)[None, None, None, None, None, None], 0, middle, cells),
        weights=_spread(success_weights[:, :, None, None, None], 2, middle, cells),
    )
    base = base_costs(world, jnp.ones((1, 3)))[0]
    lam = precision(world)
    base_value = jnp.log(jnp.exp(-lam * base).sum(axis=-1)) / lam
    return Cells(game, chain, error, base_value)


def _fading(world: World, stage: Stage, years: Array) -> Array:
    """Share of the duty that no withdrawal has ended after ``years``, shape of years."""
    months = jnp.maximum(stage.withdrawal_months, 0.0)
    rate = world["withdrawal_rate"] * jnp.exp(-months / 12.0) * (stage.withdrawal_months >= 0.0)
    return jnp.exp(-rate * years)


def _strengths(
    world: World, stage: Stage, years: Array, setting: Setting, block: Array, helper: np.ndarray
) -> tuple[Array, Array, Array, Array]:
    """Challenger's strength (H, time), reserve K (block, time), extent R and contributions.

    contribution (lead's state, n, action, block, level, 1 time); extent (block, level, 1 time).
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
    contribution = (acts * command[:, None])[..., None]  # (state, n, action, block, level, 1)
    extent = jnp.maximum(contribution.max(axis=(0, 2)).sum(axis=0), 1e-12)  # (block, level, 1)
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
        (today - world["line.limited_loss"], today + world["line.limited_gain"]),
        (jnp.zeros(()), jnp.ones(())),
    ]
    return [
        war.line_values(war.STEPS[a], low, today, high)
        for a, (low, high) in zip(LEVELS, ends, strict=True)
    ]


def _fit(
    world: World, basis: Basis, strength: Array, reserve: Array, extent: Array
) -> tuple[Array, Array, Array]:
    """Weights of success (H, Z, block, level, time) and of the chain's values, and the certificate.

    The chain's values at the mean strength would be wrong (Jensen); they are averaged over
    responses through the same exponentials as success itself.
    """
    grid = jnp.asarray(basis.grid)[:, None, None, None]
    x = reserve[:, None, :] + extent * grid  # (grid, block, level, time)
    ratio = jnp.log(x[None] / strength[:, None, None, None, :])  # (H, grid, block, level, time)
    alpha = world["alpha"]
    pi = jnp.stack(
        [war.success(ratio[..., k, :], alpha, war.STEPS[a]) for k, a in enumerate(LEVELS)], axis=-2
    )

    def fought(today: Array) -> list[war.WarValues]:
        lines = level_lines(world, today)
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
    chain_weights, _ = fit_basis(basis, chain, axis=2)
    return weights, chain_weights, error.max(axis=0)


def _spread(
    value: Array, lead_axes: int, middle: tuple[int, int, int], cells: tuple[int, int, int]
) -> Array:
    """Reshape (…lead, reading, ξ, will, block, level, time) to (…lead, contingency, cell).

    Arrays that do not vary over contingencies keep a single one, so that their work is shared.
    """
    front = value.shape[:lead_axes]
    own = value.shape[lead_axes:-3]
    wide = middle if any(k > 1 for k in own) else own
    full = jnp.broadcast_to(value, (*front, *wide, *cells))
    return full.reshape(*front, int(np.prod(wide)), int(np.prod(cells)))
