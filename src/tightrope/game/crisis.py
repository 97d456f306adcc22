"""The crisis game: who the players are, what they are paid, and what each of them faces.

Player i chooses abstain, support or fight (0, 1, 2) at once with all others. Its payoff is

    U_i(r) = private_i(r) − stake_i · E π(X_-i + x_i(r)) − peer_i · left(r) · Σ_{j≠i} ω_j P_j(fight)
             − horror_i · [1 − (1 − 1(r=fight) esc_i) · Π_{j≠i} (1 − P_j(fight) esc_j)],

left = (1, 1/2, 0). What the others do enters through five numbers only, the player's *field*:
E π at each own action, the weighted fighting share of the others, and the chance that no other
escalates. Payoffs are linear in the field and responses are logit in payoffs, so an equilibrium is
a fixed point of field → responses → field.

The *lead* may carry enablers: others' lumps depend on whether it fights (state 1) or not (state
0). A *helper* of the challenger adds nothing to X; its action 1 switches the success function.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from tightrope.game.choice import choose

ACTIONS = ("abstain", "support", "fight")
LEFT_ALONE = (1.0, 0.5, 0.0)
_FLOOR = 1e-30


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


# Number of leading axes of each field of ``Game``, before its batch axes.
LEADING = Game(3, 2, 2, 1, 3, 0, 0, 2, 1, 1, 1, 0, 2)  # type: ignore[arg-type]


def transforms(game: Game, exponents: Array, lead: int) -> Array:
    """``exp(−z x / R)`` of support and fight, shape (A, n, 2, Z, *B); A = 1 without a lead."""
    states = 1 if lead < 0 else 2
    share = game.contribution[:states, :, 1:] / jnp.maximum(game.extent, 1e-300)
    z = exponents.reshape((-1,) + (1,) * (share.ndim - 3))
    return jnp.exp(-z * share[:, :, :, None])


def state_mask(n: int, lead: int) -> Array:
    """Actions consistent with each state of the lead, shape (A, n, 3)."""
    if lead < 0:
        return jnp.ones((1, n, 3))
    mask = jnp.ones((2, n, 3))
    return mask.at[0, lead, 2].set(0.0).at[1, lead, :2].set(0.0)


def helper_odds(probability: Array, helpers: tuple[int, ...], fixed: int = -1) -> list[Array]:
    """Probability of each of the 2^h help states; helper ``fixed`` is left out of the product."""
    odds = [jnp.ones_like(probability[0, 0])]
    for m in helpers:
        if m == fixed:
            odds = odds + odds
        else:
            help_ = probability[m, 1]
            odds = [o * (1.0 - help_) for o in odds] + [o * help_ for o in odds]
    return odds


def success(
    probability: Array, lumps: Array, weights: Array, lead: int, helpers: tuple[int, ...]
) -> Array:
    """E π(X_-i + x_i(r)) for every player i and own action r, shape (n, 3, *B).

    The generating factor of player j in state a is φ = P_j0 + P_j1 e^{−z s/R} + P_j2 e^{−z f/R},
    the lead's restricted to the actions of that state. The product over all players but i is the
    total divided by φ_i, with φ_i raised by 1e-30: the error this makes is below 1e-30 |w|, also
    where φ_i is exactly zero or the product underflows.
    """
    n = probability.shape[0]
    batch = (1,) * (lumps.ndim - 4)
    mask = state_mask(n, lead).reshape(-1, n, 3, *batch)
    odds = (probability * mask)[:, :, :, None]
    factor = odds[:, :, 0] + odds[:, :, 1] * lumps[:, :, 0] + odds[:, :, 2] * lumps[:, :, 1]
    factor = factor + _FLOOR
    product = jnp.prod(factor, axis=1)
    mixed = sum(o * w for o, w in zip(helper_odds(probability, helpers), weights, strict=True))
    rest = (mixed * product)[:, None] / factor
    expected = jnp.stack(
        [
            jnp.sum(rest, axis=2),
            jnp.sum(rest * lumps[:, :, 0], axis=2),
            jnp.sum(rest * lumps[:, :, 1], axis=2),
        ],
        axis=2,
    )
    if lead >= 0:
        own = jnp.stack([expected[0, lead, 0], expected[0, lead, 1], expected[1, lead, 2]])
        expected = jnp.sum(expected, axis=0).at[lead].set(own)
    else:
        expected = expected[0]
    for bit, m in enumerate(helpers):
        by_state = jnp.sum(weights * jnp.sum(product, axis=0), axis=1)
        rest_odds = helper_odds(probability, helpers, fixed=m)
        own = [
            sum(o * by_state[h] for h, o in enumerate(rest_odds) if (h >> bit & 1) == (r == 1))
            for r in range(3)
        ]
        expected = expected.at[m].set(jnp.stack(own))
    return expected


def field(
    game: Game, probability: Array, lumps: Array, lead: int, helpers: tuple[int, ...]
) -> Array:
    """What each player faces, shape (n, 5, *B): E π by own action, others' fighting, calm."""
    expected = success(probability, lumps, game.weights, lead, helpers)
    fight = probability[:, 2]
    share = game.omega * fight
    others = jnp.sum(share, axis=0) - share
    calm = 1.0 - fight * game.escalation + _FLOOR
    no_other = jnp.prod(calm, axis=0) / calm
    return jnp.concatenate([expected, others[:, None], no_other[:, None]], axis=1)


def utilities(game: Game, faced: Array) -> Array:
    """Payoff of each action and type given the field, shape (n, T, 3, *B)."""
    batch = (1,) * (faced.ndim - 2)
    left = jnp.asarray(LEFT_ALONE).reshape(3, *batch)
    fights = jnp.asarray((0.0, 0.0, 1.0)).reshape(3, *batch)
    calm = (1.0 - fights * game.escalation[:, None]) * faced[:, 4:5]
    common = -game.stake[:, None] * faced[:, :3] - game.horror[:, None] * (1.0 - calm)
    return game.private + common[:, None] - game.peer[:, :, None] * left * faced[:, None, 3:4]


def by_type(game: Game, faced: Array) -> Array:
    """Logit response of each type to its field, shape (n, T, 3, *B)."""
    return choose(utilities(game, faced), game.menu[:, None], game.precision, axis=2)


def mix_types(game: Game, typed: Array) -> Array:
    """Response probabilities averaged over private types, shape (n, 3, *B)."""
    return jnp.sum(game.type_weight[:, :, None] * typed, axis=1)


def total_success(
    probability: Array, lumps: Array, weights: Array, lead: int, helpers: tuple[int, ...]
) -> Array:
    """E g(X) over all players' actions, shape (*B); arguments as in ``success``."""
    n = probability.shape[0]
    mask = state_mask(n, lead).reshape(-1, n, 3, *(1,) * (lumps.ndim - 4))
    odds = (probability * mask)[:, :, :, None]
    factor = odds[:, :, 0] + odds[:, :, 1] * lumps[:, :, 0] + odds[:, :, 2] * lumps[:, :, 1]
    product = jnp.sum(jnp.prod(factor, axis=1), axis=0)
    mixed = sum(o * w for o, w in zip(helper_odds(probability, helpers), weights, strict=True))
    return jnp.sum(mixed * product, axis=0)
