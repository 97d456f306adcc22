"""When it breaks: the challenger's choice over the years, one world at a time.

At moments that arrive at rate r the challenger holds, probes or attacks. All values are average
flows (a constant flow q for ever is worth q). With δ = e^{−ρ·dt} and o = 1 − e^{−r·dt}:

    U_hold  = q(1−δ) + δ E V'
    U_probe = q(1−δ) + g_w(1−e^{−ρ}) − k + δ E V'_probe
    U_stay  = lse_{λp}(U_hold, U_probe),   λp = λ_C/(1−e^{−ρ})
    V       = o · lse_{λC}(U_stay, W_limited, W_full) + (1−o) · U_hold
    with lse_λ(U) = log Σ e^{λU} / λ.

Stay and attack are nested because a probe decides about one year's flow only. The terminal value
solves the same equation with the last parameters frozen. The challenger's type θ is private and
persists; the crisis does not depend on it, war values are linear in its prize.

Values are computed over more years than are reported: were everything frozen at the end of the
years reported, waiting would stop paying there and attacks would gather before it.

Sources: Rust (1987) for the value function; Fearon (1995) for the type; McKelvey and Palfrey
(1995) for the logit choice.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from tightrope.game import linear
from tightrope.guarantee.forces import World

#: Newton steps for the terminal value; convergence is quadratic and from below (convex map).
NEWTON_STEPS = 14


class Path(NamedTuple):
    """What the challenger and the protégé face at each step of one branch; S steps, w wills.

    flow         other flows than the line while holding (S,)
    war_flow     flows besides the line that an attack leaves in place (S,)
    line, burden, lost  discounted line, share of time at war, chance that other flows end,
                 each (S, w, 2) for limited and full
    snap         cost of sanctions that return on attack (S, w, 2)
    answered     share of the parties that act on a probe (S, w)
    protege      the protégé's value of being attacked, besides its flow (S, w, 2)
    protege_flow the protégé's flow while holding (S,)
    """

    flow: Array
    war_flow: Array
    line: Array
    burden: Array
    lost: Array
    snap: Array
    answered: Array
    protege: Array
    protege_flow: Array


class Future(NamedTuple):
    """Solution over branches b, reported steps S, wills w and types θ.

    challenger   value on signing, by type (θ,)
    protege      the protégé's value if the challenger is of type θ (θ,)
    attack       chance that the first attack comes at this step, will and level (b, S, w, 2, θ)
    probe        expected probes at this step (b, S, w, θ)
    alive        chance of no attack before this step, by will (b, S, w, θ)
    at_end       the same after the last step (b, w, θ)
    frozen       chance of no attack and at least one probe in every year (b, θ)
    """

    challenger: Array
    protege: Array
    attack: Array
    probe: Array
    alive: Array
    at_end: Array
    frozen: Array


def lse(precision: Array, *values: Array) -> Array:
    """Expected best of several actions with extreme-value shocks, log Σ exp(λU)/λ."""
    return jax.nn.logsumexp(precision * jnp.stack(values), axis=0) / precision


def will_moves(world: World, step: Array, states: int) -> Array:
    """Chance that common will moves between its states in one step, (from, to), rows sum to 1."""
    place = jnp.linspace(-1.0, 1.0, states)
    rate = 0.5 * world["will.move_rate"] * step
    rise = (rate * (1.0 - world["will.reversion"] * place)).at[-1].set(0.0)
    fall = (rate * (1.0 + world["will.reversion"] * place)).at[0].set(0.0)
    return jnp.diag(rise[:-1], 1) + jnp.diag(fall[1:], -1) + jnp.diag(1.0 - rise - fall)


def after_probe(world: World, answered: Array) -> Array:
    """Move of will after a probe, (from, to): up if answered, down if not, by chance of a step."""
    states = answered.shape[0]
    up = jnp.eye(states, k=1).at[-1, -1].set(1.0)
    down = jnp.eye(states, k=-1).at[0, 0].set(1.0)
    step = world["will.probe_step"]
    moved = answered[:, None] * up + (1.0 - answered[:, None]) * down
    return (1.0 - step) * jnp.eye(states) + step * moved


class _Policy(NamedTuple):
    attack: Array  # (w, 2, θ) chance in this step, given no attack before
    probe: Array  # (w, θ)
    mix: Array  # (w, θ) odds of probing at a moment, given staying


def _move(
    world: World, path: Path, prizes: Array, value: Array, moves: Array, step: Array
) -> tuple[Array, _Policy]:
    """One step back in time: the challenger's values (w, θ) and what it does.

    path  one step of a Path (no step axis);  value  next step's values (w, θ)
    """
    rho, lam = world["discount"], world["precision.challenger"]
    keep, moment = jnp.exp(-rho * step), -jnp.expm1(-world["moments_per_year"] * step)
    year = -jnp.expm1(-rho)
    lam_probe = lam / year
    base = world["probe.base_rate"]
    reluctance = (jnp.log1p(-base) - jnp.log(base)) / lam_probe
    gain = world["probe.gain"] - world["probe.price"] * path.answered  # (w,)
    flow = (prizes * world["line.today"] + path.flow) * (1.0 - keep)  # (θ,)
    later = moves @ value
    hold = flow + keep * later
    probed = (
        flow
        + (gain * year - reluctance)[:, None]
        + keep * (after_probe(world, path.answered) @ later)
    )
    stay = lse(lam_probe, hold, probed)
    war = attack_values(world, path, prizes)  # (w, 2, θ)
    best = lse(lam, stay, war[:, 0], war[:, 1])
    odds = jnp.exp(lam * (war - best[:, None]))
    mix = jax.nn.sigmoid(lam_probe * (probed - hold))
    calm = jnp.exp(lam * (stay - best))
    policy = _Policy(moment * odds, moment * calm * mix, mix)
    return moment * best + (1.0 - moment) * hold, policy


def attack_values(world: World, path: Path, prizes: Array) -> Array:
    """Average flow of attacking now, (w, 2, θ): linear in the prize.

    W = prize·line − cost·burden + other flows·(1 − lost) − returning sanctions. Flows besides
    the line survive an attack unless the challenger wins, or attacking would cancel provocation.
    """
    ratio = jnp.stack([world["war_cost.limited_ratio"], jnp.ones(())])
    cost = world["war_cost.challenger"] * ratio * path.burden + path.snap
    other = path.war_flow * (1.0 - path.lost)
    return prizes * path.line[..., None] + (other - cost)[..., None]


def _terminal(world: World, path: Path, prizes: Array, moves: Array, step: Array) -> Array:
    """Value when the last step's parameters hold for ever, (w, θ), by Newton's method."""
    states = moves.shape[0]

    def gap(value: Array, prize: Array) -> Array:
        new, _ = _move(world, path, prize[None], value[:, None], moves, step)
        return new[:, 0] - value

    def refine(value: Array, prize: Array) -> Array:
        slope = jax.jacfwd(gap)(value, prize)
        return value - linear.solve(slope, gap(value, prize))

    start = jnp.broadcast_to(prizes * world["line.today"] + path.flow, (states, prizes.shape[0]))
    each = jax.vmap(refine, in_axes=(1, 0), out_axes=1)
    value: Array = lax.fori_loop(0, NEWTON_STEPS, lambda _, v: each(v, prizes), start)
    return value


def _protege_step(
    world: World, path: Path, policy: _Policy, value: Array, moves: Array, step: Array
) -> Array:
    """The protégé's value one step back, (w, θ), given what the challenger does."""
    keep = jnp.exp(-world["discount"] * step)
    year = -jnp.expm1(-world["discount"])
    attack = policy.attack.sum(axis=1)
    later = moves @ value
    after = after_probe(world, path.answered) @ later
    quiet = 1.0 - attack - policy.probe
    harm = world["probe.harm"] * year * policy.probe
    flow = path.protege_flow * (1.0 - keep)
    hit = jnp.einsum("wa,waq->wq", path.protege, policy.attack)
    return (
        hit
        + attack * path.protege_flow
        + (1.0 - attack) * flow
        - harm
        + keep * (quiet * later + policy.probe * after)
    )


def _protege_terminal(
    world: World, path: Path, policy: _Policy, moves: Array, step: Array
) -> Array:
    """The protégé's value when the last step is repeated for ever: a linear system, (w, θ)."""

    def once(value: Array, chosen: _Policy) -> Array:
        wide = jax.tree.map(lambda x: x[..., None], chosen)
        return _protege_step(world, path, wide, value[:, None], moves, step)[:, 0]

    def solve(chosen: _Policy) -> Array:
        zero = jnp.zeros(moves.shape[0])
        matrix = jax.jacfwd(once)(zero, chosen)
        return linear.solve(jnp.eye(moves.shape[0]) - matrix, once(zero, chosen))

    value: Array = jax.vmap(solve, in_axes=-1, out_axes=-1)(policy)
    return value


def solve(
    world: World,
    paths: Path,
    before: Array,
    branches: Array,
    prizes: Array,
    step: Array,
    year_end: Array,
) -> Future:
    """Solve the horizon over all branches.

    paths     leaves (branch, step, …)
    before    1 for steps before the branches part, (S,)
    branches  chance of each branch when they part, (b,), summing to 1
    prizes    value of the whole to each type, (θ,)
    step      length of a step in years
    year_end  1 for steps that end a year, for the first steps, which are reported
    """
    moves = will_moves(world, step, paths.answered.shape[-1])
    last = jax.tree.map(lambda x: x[:, -1], paths)
    end = jax.vmap(lambda p: _terminal(world, p, prizes, moves, step))(last)

    def end_policy(path: Path, value: Array) -> _Policy:
        return _move(world, path, prizes, value, moves, step)[1]

    final = jax.vmap(end_policy)(last, end)
    end_protege = jax.vmap(lambda p, c: _protege_terminal(world, p, c, moves, step))(last, final)

    def mix(value: Array, early: Array) -> Array:
        common = jnp.einsum("b,b...->...", branches, value)
        return jnp.where(early > 0, common, value)

    def back(
        carry: tuple[Array, Array], here: tuple[Path, Array]
    ) -> tuple[tuple[Array, Array], _Policy]:
        (value, own), (path, early) = carry, here
        value, own = mix(value, early), mix(own, early)
        new, policy = jax.vmap(lambda p, v: _move(world, p, prizes, v, moves, step))(path, value)
        safe = jax.vmap(lambda p, c, v: _protege_step(world, p, c, v, moves, step))(
            path, policy, own
        )
        return (new, safe), policy

    by_step = jax.tree.map(lambda x: jnp.moveaxis(x, 1, 0), paths)
    (value, own), policy = lax.scan(back, (end, end_protege), (by_step, before), reverse=True)
    middle = moves.shape[0] // 2
    first = jnp.einsum("b,bq->q", branches, value[:, middle])
    safe = jnp.einsum("b,bq->q", branches, own[:, middle])
    reported = year_end.shape[0]
    road, chosen = jax.tree.map(lambda x: x[:reported], (by_step, policy))
    return _forward(world, road, chosen, moves, first, safe, year_end)


def _forward(
    world: World,
    by_step: Path,
    policy: _Policy,
    moves: Array,
    first: Array,
    safe: Array,
    year_end: Array,
) -> Future:
    """Follow the chance of each state from signing; three tallies per year: probed, not, lapsed."""
    _, count, states, types = policy.probe.shape
    start = jnp.zeros((count, 3, states, types)).at[:, 1, states // 2].set(1.0)

    def ahead(mass: Array, here: tuple[Path, _Policy, Array]) -> tuple[Array, tuple[Array, ...]]:
        path, chosen, closes = here
        total = mass.sum(axis=1)
        attack = total[:, :, None] * chosen.attack
        probe = total * chosen.probe
        quiet = 1.0 - chosen.attack.sum(axis=2) - chosen.probe
        push = jax.vmap(lambda a: after_probe(world, a))(path.answered)
        probed = jnp.einsum("bkwq,bwx->bkxq", mass * chosen.probe[:, None], push)
        stayed = mass * quiet[:, None]
        mass = jnp.stack(
            [stayed[:, 0] + probed[:, 0] + probed[:, 1], stayed[:, 1], stayed[:, 2] + probed[:, 2]],
            axis=1,
        )
        mass = jnp.einsum("bkwq,wx->bkxq", mass, moves)
        turned = jnp.stack(
            [jnp.zeros_like(mass[:, 0]), mass[:, 0], mass[:, 1] + mass[:, 2]], axis=1
        )
        return jnp.where(closes > 0, turned, mass), (attack, probe, total)

    mass, (attack, probe, alive) = lax.scan(ahead, start, (by_step, policy, year_end))
    return Future(
        challenger=first,
        protege=safe,
        attack=jnp.moveaxis(attack, 0, 1),
        probe=jnp.moveaxis(probe, 0, 1),
        alive=jnp.moveaxis(alive, 0, 1),
        at_end=mass.sum(axis=1),
        frozen=mass[:, 1].sum(axis=1),
    )
