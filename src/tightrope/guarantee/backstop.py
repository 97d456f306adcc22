"""What the lead's presence changes: mechanically, and through what the others then do."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.game import Game, expect, exponential_basis, respond
from tightrope.guarantee import crisis, evaluate
from tightrope.guarantee.contingency import block_chance
from tightrope.guarantee.crisis import Setting
from tightrope.guarantee.forces import World
from tightrope.guarantee.profile import Profile
from tightrope.guarantee.stages import Stage


def backstop(worlds: World, profile: Profile, parties: Array, setting: Setting) -> dict[str, Array]:
    """Effect on a full attack of forcing the lead out (abstain) against in (fight), by world.

    total        others respond anew;  mechanical  others' responses held at the solution
    coordination total − mechanical: negative, others fill the gap; positive, they follow out
    Taken when the instrument has just entered into force, at middling will.
    """
    draws = parties.shape[0]
    if setting.lead < 0:
        zero = jnp.zeros(draws)
        return {"backstop_total": zero, "backstop_mechanical": zero, "coordination_gap": zero}
    start = jnp.broadcast_to(jax.vmap(lambda w: evaluate.entry_time(w, profile))(worlds), (draws,))
    stage = profile.in_force
    total, mechanical = _forced(
        worlds,
        stage,
        start,
        parties,
        jnp.asarray(profile.life.block),
        setting=setting,
        readings=2 if np.any(stage.bound) else 1,
        blocks=2 if np.any(stage.through_block) else 1,
    )
    return {
        "backstop_total": total,
        "backstop_mechanical": mechanical,
        "coordination_gap": total - mechanical,
    }


@partial(jax.jit, static_argnames=("setting", "readings", "blocks"))
def _forced(
    worlds: World,
    stage: Stage,
    start: Array,
    parties: Array,
    block: Array,
    *,
    setting: Setting,
    readings: int,
    blocks: int,
) -> tuple[Array, Array]:
    basis = exponential_basis(40, 800.0)
    middling = np.zeros(1)
    cells = jax.vmap(
        lambda world, when, chance: crisis.prepare(
            world,
            stage,
            when[None],
            setting,
            basis,
            chance,
            readings=readings,
            blocks=blocks,
            wills=middling,
        ),
        out_axes=-1,
    )(worlds, start, parties)
    draws = start.shape[0]

    def full(a: Array) -> Array:
        """Cells of a full attack only: (…, block·level·time, world) → (…, block·world)."""
        front = a.shape[:-2]
        return a.reshape(*front, blocks, 3, 1, draws)[..., 2, 0, :].reshape(*front, -1)

    game = Game(*[full(a) for a in cells.game])
    lead, helpers = setting.lead, setting.helpers
    mean = partial(expect, lead=lead, helpers=helpers, basis=basis)
    solve = partial(respond, lead=lead, helpers=helpers, basis=basis)
    plain = solve(game).probability

    def forced(action: int) -> tuple[Array, Array]:
        row = jnp.zeros(3).at[action].set(1.0)[:, None, None]
        menu = game.menu.at[lead].set(jnp.broadcast_to(row, game.menu.shape[1:]))
        again = solve(game._replace(menu=menu)).probability
        kept = plain.at[lead].set(jnp.broadcast_to(row, plain.shape[1:]))
        return mean(game, again, game.weights), mean(game, kept, game.weights)

    (out, out_kept), (joined, joined_kept) = forced(0), forced(2)

    def average(effect: Array) -> Array:
        shaped = effect.reshape(readings, len(crisis.UNITY), blocks, draws)
        strict = worlds["odds.nature"]
        reading = jnp.stack([strict, 1.0 - strict]) if readings == 2 else jnp.ones((1, draws))
        chance = jax.vmap(lambda w: block_chance(w, block))(worlds)
        blocked = jnp.stack([1.0 - chance, chance]) if blocks == 2 else jnp.ones((1, draws))
        return jnp.einsum(
            "rxbd,rd,x,bd->d", shaped, reading, jnp.asarray(crisis.UNITY_WEIGHTS), blocked
        )

    return average(out - joined), average(out_kept - joined_kept)
