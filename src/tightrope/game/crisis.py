"""The crisis game: who the players are, what they are paid, and how the others matter to them.

Player i chooses abstain, support or fight (0, 1, 2) at once with all others. Its payoff is

    U_i(r) = private_i(r) − stake_i · E π(X_-i + x_i(r)) − peer_i · left(r) · Σ_{j≠i} ω_j P_j(fight)
             − horror_i · [1 − (1 − 1(r=fight) esc_i) · Π_{j≠i} (1 − P_j(fight) esc_j)],

left = (1, 1/2, 0). What the others do enters through four numbers only, the *interplay* of the
player: what it adds to support and to fight over abstain, the fighting share of the others, and
what it takes from all three actions alike. An equilibrium is a fixed point
interplay → responses → interplay.

The *lead* may carry enablers: others' lumps depend on whether it fights (state 1) or not (state
0). A *helper* of the challenger adds nothing to X; its action 1 switches the success function.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from tightrope.game.choice import choose

ACTIONS = ("abstain", "support", "fight")
LEFT_ALONE = (1.0, 0.5, 0.0)  # share of the peer cost that each action bears
SUPPORT, FIGHT, SHARE, LEVEL = range(4)  # rows of the interplay


class Game(NamedTuple):
    """Crisis games, batch on the trailing axes (B) or (C, B); size-1 batch axes are shared.

    private        (n, T, 3, B) own payoff of each action and type, apart from all interplay
    type_weight    (n, T, B) probability of each private type, summing to one over T
    menu           (n, 3, B) 1 where the action may be taken
    stake          (n, B) loss from the challenger's success (< 0: gain)
    contribution   (2, n, 3, B) force brought, by state of the lead (0: does not fight, 1: fights);
                   zero for abstain and for helpers
    reserve        (B) K, the protégé's own strength: where the basis interval begins
    extent         (B) R > 0, length of the interval, at least the sum of largest contributions
    peer           (n, T, B) cost of staying away while the others fight
    omega          (n, B) weight of each player in that share
    horror         (n, B) cost of escalation, by whomever caused
    escalation     (n, B) chance that the player's fighting escalates
    precision      (B) λ >= 0
    weights        (H, Z, B) basis weights of the success function, H = 2^helpers (bit m of the
                   index set: helper m helps)
    """

    private: Array
    type_weight: Array
    menu: Array
    stake: Array
    contribution: Array
    reserve: Array
    extent: Array
    peer: Array
    omega: Array
    horror: Array
    escalation: Array
    precision: Array
    weights: Array


#: Number of leading axes of each field, before its batch axes.
LEADING: dict[str, int] = {
    "private": 3,
    "type_weight": 2,
    "menu": 2,
    "stake": 1,
    "contribution": 3,
    "reserve": 0,
    "extent": 0,
    "peer": 2,
    "omega": 1,
    "horror": 1,
    "escalation": 1,
    "precision": 0,
    "weights": 2,
}


def batch_shape(game: Game) -> tuple[int, ...]:
    """Common shape of the batch axes of all fields."""
    shapes = [a.shape[LEADING[name] :] for name, a in game._asdict().items()]
    return tuple(jnp.broadcast_shapes(*shapes))


def _sound_fields(game: Game, lead: int) -> Game:
    """For each field whether its numbers are finite and within their meaning, by game."""
    sound = Game(
        *[
            jnp.all(jnp.isfinite(array), axis=tuple(range(LEADING[name])))
            for name, array in game._asdict().items()
        ]
    )
    total = jnp.sum(game.type_weight, axis=1)
    weighed = jnp.all(jnp.abs(total - 1.0) < 1e-9, axis=0)
    weighed = weighed & jnp.all(game.type_weight >= 0, axis=(0, 1))
    brought = jnp.all(game.contribution >= 0, axis=(0, 1, 2))
    brought = brought & jnp.all(game.contribution[:, :, 0] == 0, axis=(0, 1))
    states = game.contribution[: 1 if lead < 0 else 2]
    largest = jnp.max(jnp.sum(jnp.max(states, axis=2), axis=1), axis=0)
    brought = brought & (largest <= game.extent * (1.0 + 1e-9))
    chance = jnp.all((game.escalation >= 0) & (game.escalation <= 1), axis=0)
    return sound._replace(
        type_weight=sound.type_weight & weighed,
        menu=sound.menu & jnp.all(jnp.any(game.menu > 0, axis=1), axis=0),
        contribution=sound.contribution & brought,
        extent=sound.extent & (game.extent > 0),
        escalation=sound.escalation & chance,
        precision=sound.precision & (game.precision >= 0),
    )


def sanitised(game: Game, lead: int) -> tuple[Game, Array]:
    """The game with every unsound field replaced by a harmless one, and whether none was, (*B)."""
    harmless = dict.fromkeys(LEADING, 0.0)
    harmless |= {"type_weight": 1.0 / game.type_weight.shape[1], "menu": 1.0, "extent": 1.0}
    sound = _sound_fields(game, lead)
    fields = zip(game._fields, game, sound, strict=True)
    safe = Game(*[jnp.where(ok, array, harmless[name]) for name, array, ok in fields])
    good = jnp.broadcast_to(jnp.asarray(True), batch_shape(game))
    for ok in sound:
        good = good & ok
    return safe, good


def utilities(game: Game, interplay: Array) -> Array:
    """Payoff of each action and type, shape (n, T, 3, *B), given the interplay (4, n, *B)."""
    share = game.peer * interplay[SHARE, :, None]
    level = interplay[LEVEL, :, None]
    return jnp.stack(
        [
            game.private[:, :, 0] + level - share,
            game.private[:, :, 1] + level + interplay[SUPPORT, :, None] - LEFT_ALONE[1] * share,
            game.private[:, :, 2] + level + interplay[FIGHT, :, None],
        ],
        axis=2,
    )


def responses_by_type(game: Game, interplay: Array) -> Array:
    """Logit response of each type, shape (n, T, 3, *B)."""
    utility = utilities(game, interplay)
    return choose(utility, game.menu[:, None], game.precision, axis=2)


def over_types(game: Game, typed: Array) -> Array:
    """Response probabilities averaged over private types, shape (n, 3, *B)."""
    return jnp.sum(game.type_weight[:, :, None] * typed, axis=1)
