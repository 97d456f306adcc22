"""What the lead's presence changes, and whether a crisis has one answer or several."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.game import QUICK, Basis, Game, equilibria, expect, jit_with, uniqueness_bound
from tightrope.guarantee.calls import SLOW_CALL, build, join, solve_games, take
from tightrope.guarantee.contingency import block_chances, block_parameters
from tightrope.guarantee.crisis import UNITY, UNITY_WEIGHTS, WILLS, Setting
from tightrope.guarantee.forces import World
from tightrope.guarantee.profile import Profile

#: Outcomes besides those of ``outcomes.SCALARS``, all of a full attack at entry.
BACKSTOP: dict[str, tuple[str, str]] = {
    "backstop_total": (
        "chance",
        "challenger's success, lead out less lead in, others respond anew",
    ),
    "backstop_mechanical": ("chance", "the same with the others' responses held fixed"),
    "coordination_gap": ("chance", "total less mechanical: below 0 others fill the gap"),
    "multiplicity_flag": ("share", "worlds in which more than one equilibrium was found"),
}


class EntryGames(NamedTuple):
    """Games of a full attack, at middling will, when the instrument has just entered into force.

    game  axes (…, ξ, cell), cells in the order reading, block, world
    """

    game: Game
    readings: int
    blocks: int
    draws: int
    setting: Setting
    basis: Basis


def games_at_entry(
    worlds: World, profile: Profile, start: Array, parties: Array, setting: Setting, basis: Basis
) -> EntryGames:
    """Build the games. start  years when the instrument enters into force, (D,)."""
    draws, stage = parties.shape[0], profile.in_force
    readings, blocks = stage.readings, stage.blocks
    built = build(
        worlds, stage, start[:, None], parties, basis,
        setting=setting, readings=readings, blocks=blocks,
    )  # fmt: skip
    middling = np.arange(len(UNITY)) * len(WILLS) + len(WILLS) // 2

    def wanted(*parts: Array) -> Any:
        """Cells of a full attack only."""
        wide = [p.reshape(*p.shape[:-1], readings * blocks, 3, -1)[..., 2, :] for p in parts]
        cells = join(wide, axis=-1)[..., :draws]
        cells = cells.reshape(*cells.shape[:-2], -1)
        return cells[..., middling, :] if cells.shape[-2] > 1 else cells

    fields = zip(*[take(tuple(b.cells.game), ...) for b in built], strict=True)
    game = Game(*[wanted(*parts) for parts in fields])
    return EntryGames(game, readings, blocks, draws, setting, basis)


def backstop(worlds: World, block: Array, entry: EntryGames) -> dict[str, Array]:
    """Effect on a full attack of forcing the lead out (abstain) against in (fight), by world.

    total        others respond anew;  mechanical  others' responses held at the solution
    coordination total − mechanical: negative, others fill the gap; positive, they follow out
    """
    game, setting, basis = entry.game, entry.setting, entry.basis
    if setting.lead < 0:
        zero = jnp.zeros(entry.draws)
        return {"backstop_total": zero, "backstop_mechanical": zero, "coordination_gap": zero}
    plain = solve_games([game], setting, basis)[0].probability
    menus = _menus(game.menu, lead=setting.lead)
    out, joined = (
        solve_games([game._replace(menu=menu)], setting, basis)[0].probability for menu in menus
    )
    needed = {**block_parameters(worlds), "odds.nature": worlds["odds.nature"]}
    effects: dict[str, Array] = _effects(
        needed, block, game, basis, plain, out, joined,
        setting=setting, readings=entry.readings, blocks=entry.blocks,
    )  # fmt: skip
    return effects


def _only(table: Array, lead: int, action: int) -> Array:
    """The table (n, 3, …) with the lead at one action."""
    row = jnp.zeros(3).at[action].set(1.0)[:, None, None]
    return jnp.asarray(table).at[lead].set(jnp.broadcast_to(row, table.shape[1:]))


@jit_with(QUICK, static=("lead",))
def _menus(menu: Array, *, lead: int) -> tuple[Array, Array]:
    """Menus that force the lead out, and in."""
    return _only(menu, lead, 0), _only(menu, lead, 2)


@jit_with(QUICK, static=("setting", "readings", "blocks"))
def _effects(
    worlds: World,
    block: Array,
    game: Game,
    basis: Basis,
    plain: Array,
    out: Array,
    joined: Array,
    *,
    setting: Setting,
    readings: int,
    blocks: int,
) -> dict[str, Array]:
    strict = worlds["odds.nature"]
    alone = jnp.ones((1, strict.shape[0]))
    reading = jnp.stack([strict, 1.0 - strict]) if readings == 2 else alone
    chance = block_chances(worlds, block)
    blocked = jnp.stack([1.0 - chance, chance]) if blocks == 2 else alone

    def success(probability: Array) -> Array:
        """Challenger's success by world, over shocks, readings and blocks."""
        effect = expect(
            game, probability, game.weights, lead=setting.lead, helpers=setting.helpers,
            basis=basis,
        )  # fmt: skip
        effect = effect.reshape(len(UNITY), readings, blocks, -1)
        weights = jnp.asarray(UNITY_WEIGHTS)
        return jnp.einsum("srbd,rd,s,bd->d", effect, reading, weights, blocked)

    total = success(out) - success(joined)
    mechanical = success(_only(plain, setting.lead, 0)) - success(_only(plain, setting.lead, 2))
    return {
        "backstop_total": total,
        "backstop_mechanical": mechanical,
        "coordination_gap": total - mechanical,
    }


def multiplicity(entry: EntryGames) -> Array:
    """1 where more than one equilibrium was found at middling will and unity, (D,).

    Only games that are not certified unique (κ >= 1) are started from four sides. While
    derivatives are traced nothing is searched: the flag has none.
    """
    if isinstance(entry.game.precision, jax.core.Tracer):
        return jnp.zeros(entry.draws)
    middle = len(UNITY) // 2
    count = entry.readings * entry.blocks * entry.draws
    one = Game(*[a[..., min(middle, a.shape[-2] - 1), :] for a in entry.game])
    lead, helpers, basis = entry.setting.lead, entry.setting.helpers, entry.basis
    kappa = np.asarray(uniqueness_bound(one, lead=lead, helpers=helpers, basis=basis))
    open_ = np.flatnonzero(kappa >= 1.0)
    several = np.zeros(count)
    rows = np.resize(open_, -(-len(open_) // SLOW_CALL) * SLOW_CALL)
    for k in range(0, len(rows), SLOW_CALL):
        chosen = rows[k : k + SLOW_CALL]
        few = Game(*[a[..., chosen] for a in one])
        found = equilibria(few, lead=lead, helpers=helpers, basis=basis)
        several[chosen] = np.asarray(found.number) > 1
    return jnp.asarray(several.reshape(-1, entry.draws).max(axis=0))
