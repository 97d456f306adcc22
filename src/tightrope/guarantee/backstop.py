"""What the lead's presence changes: mechanically, and through what the others then do."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.game import Basis, Game, expect
from tightrope.guarantee.contingency import block_chance, build, fill_up, solve_games
from tightrope.guarantee.crisis import UNITY, UNITY_WEIGHTS, WILLS, Setting
from tightrope.guarantee.forces import World
from tightrope.guarantee.profile import Profile


def backstop(
    worlds: World, profile: Profile, start: Array, parties: Array, setting: Setting, basis: Basis
) -> dict[str, Array]:
    """Effect on a full attack of forcing the lead out (abstain) against in (fight), by world.

    total        others respond anew;  mechanical  others' responses held at the solution
    coordination total − mechanical: negative, others fill the gap; positive, they follow out
    start  years when the instrument enters into force, (D,): the moment at which this is taken, at
    middling will.
    """
    draws = parties.shape[0]
    if setting.lead < 0:
        zero = jnp.zeros(draws)
        return {"backstop_total": zero, "backstop_mechanical": zero, "coordination_gap": zero}
    stage = profile.in_force
    readings = 2 if np.any(stage.bound) else 1
    blocks = 2 if np.any(stage.through_block) else 1
    cells = build(
        worlds,
        stage,
        start[:, None],
        parties,
        basis,
        setting=setting,
        readings=readings,
        blocks=blocks,
    )

    def full(a: Array) -> Array:
        """Cells of a full attack only."""
        front, count = a.shape[:-1], readings * blocks * 3 * draws
        return a[..., :count].reshape(*front, -1, 3, draws)[..., 2, :].reshape(*front, -1)

    game = fill_up(Game(*[full(a) for a in cells.game]))
    lead = setting.lead
    plain = solve_games(game, setting, basis).probability

    def forced(action: int) -> tuple[Array, Array]:
        row = jnp.zeros(3).at[action].set(1.0)[:, None, None]
        menu = game.menu.at[lead].set(jnp.broadcast_to(row, game.menu.shape[1:]))
        again = solve_games(game._replace(menu=menu), setting, basis).probability
        kept = plain.at[lead].set(jnp.broadcast_to(row, plain.shape[1:]))
        mean = partial(
            expect, weights=game.weights, lead=lead, helpers=setting.helpers, basis=basis
        )
        return mean(game, again), mean(game, kept)

    (out, out_kept), (joined, joined_kept) = forced(0), forced(2)
    strict = worlds["odds.nature"]
    reading = jnp.stack([strict, 1.0 - strict]) if readings == 2 else jnp.ones((1, draws))
    chance = jax.vmap(lambda w: block_chance(w, jnp.asarray(profile.life.block)))(worlds)
    blocked = jnp.stack([1.0 - chance, chance]) if blocks == 2 else jnp.ones((1, draws))

    def average(effect: Array) -> Array:
        count = readings * blocks * draws
        shaped = effect[:, :count].reshape(len(UNITY), len(WILLS), readings, blocks, draws)
        middling = shaped[:, len(WILLS) // 2]
        weights = jnp.asarray(UNITY_WEIGHTS)
        return jnp.einsum("srbd,rd,s,bd->d", middling, reading, weights, blocked)

    total, mechanical = average(out - joined), average(out_kept - joined_kept)
    return {
        "backstop_total": total,
        "backstop_mechanical": mechanical,
        "coordination_gap": total - mechanical,
    }
