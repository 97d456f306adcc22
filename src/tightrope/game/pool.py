"""Expected success against a sum of independent lumps of force, linear in the number of players.

In state a of the lead and for basis exponent z_k, player j has the generating factor

    φ_ajk = P_j0 + P_j1 exp(−z_k s_aj/R) + P_j2 exp(−z_k f_aj/R),

the lead's restricted to the actions that belong to the state (which also puts the probability of
the state into the product). Then, exactly in the basis, for player i with own action r,

    E π(X_-i + x_i(r)) = w_0 + Σ_a Σ_k≥1 w_k e^{−z_k x_ai(r)/R} Π_{j≠i} φ_ajk,

w mixed over the helpers' actions; for the lead only the state of its own action counts. The
product over the others is the product over all divided by φ_i, with every φ raised by 1e-30. That
changes no result by more than about 1e-30 Σ|w|, also where φ_i is exactly zero or a product
underflows, because a factor so small makes every other player's term as small.

Source: Beylkin & Monzón (2005) for the basis; probability generating functions of Poisson-binomial
sums: Hong (2013).
"""

from __future__ import annotations

from itertools import pairwise

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from tightrope.game.folding import block_sums

FLOOR = 1e-30
_GROUP = 20


def lump_factors(contribution: Array, extent: Array, exponents: Array, lead: int) -> Array:
    """``exp(−z x / R)`` of support and fight, shape (A, 2, n, Z−1, *B); A = 1 without a lead.

    The exponent zero, whose factor is one, is left out here and added back as w_0.
    """
    states = 1 if lead < 0 else 2
    share = jnp.moveaxis(contribution[:states, :, 1:], 2, 1) / extent
    decay = exponents[1:].reshape(-1, *(1,) * jnp.ndim(extent))
    return jnp.exp(-decay * share[:, :, :, None])


def state_mask(players: int, lead: int) -> np.ndarray:
    """Actions that belong to each state of the lead, shape (A, 3, n)."""
    if lead < 0:
        return np.ones((1, 3, players))
    mask = np.ones((2, 3, players))
    mask[0, 2, lead] = 0.0
    mask[1, :2, lead] = 0.0
    return mask


def by_state(probability: Array, lead: int) -> Array:
    """Probabilities (3, n, *B) split by the state of the lead, shape (A, 3, n, *B)."""
    mask = state_mask(probability.shape[1], lead)
    return probability * jnp.asarray(mask.reshape(*mask.shape, *(1,) * (probability.ndim - 2)))


def _factors(split: Array, lumps: Array) -> Array:
    odds = split[:, :, :, None]
    return odds[:, 0] + odds[:, 1] * lumps[:, 0] + odds[:, 2] * lumps[:, 1]


def _product(factor: Array) -> Array:
    """Product over players (axis 1), in groups short enough to be unrolled along the batch."""
    players = factor.shape[1]
    cuts = np.linspace(0, players, -(-players // _GROUP) + 1).astype(int)
    groups = [jnp.prod(factor[:, first:last], axis=1) for first, last in pairwise(cuts)]
    product = groups[0]
    for group in groups[1:]:
        product = product * group
    return product


def help_odds(split: Array, helpers: tuple[int, ...], but: int = -1) -> list[Array]:
    """Probability of each of the 2^h help states; the factor of helper ``but`` is left out."""
    odds = [jnp.ones_like(split[0, 0, 0])]
    for m in helpers:
        if m == but:
            odds = odds + odds
        else:
            helps = split[0, 1, m]
            odds = [o * (1.0 - helps) for o in odds] + [o * helps for o in odds]
    return odds


def _mixed_weights(split: Array, weights: Array, helpers: tuple[int, ...]) -> Array:
    if not helpers:
        return weights[0]
    odds = jnp.stack(help_odds(split, helpers))
    return jnp.sum(odds[:, None] * weights, axis=0)


def _lead_takes_own_state(expected: list[Array], lead: int) -> list[Array]:
    """Sum over states; the lead's own actions belong to one state each."""
    if lead < 0:
        return [e[0] for e in expected]
    players = expected[0].shape[1]
    others = np.ones((players, *(1,) * (expected[0].ndim - 2)))
    others[lead] = 0.0
    keep = jnp.asarray(others)
    abstain, support, fight = expected
    return [
        abstain[0] + keep * abstain[1],
        support[0] + keep * support[1],
        keep * fight[0] + fight[1],
    ]


def expected_success(
    split: Array, lumps: Array, weights: Array, lead: int, helpers: tuple[int, ...]
) -> list[Array]:
    """E π(X_-i + x_i(r)) of every player, one array (n, *B) for each own action r.

    split    (A, 3, n, *B) response probabilities by state of the lead, see ``by_state``
    lumps    see ``lump_factors``
    weights  (H, Z, *B) basis weights by help state
    """
    factor = _factors(split, lumps) + FLOOR
    product = _product(factor)
    mixed = _mixed_weights(split, weights, helpers)
    rest = (mixed[1:] * product)[:, None] / factor
    sums = block_sums([rest, rest * lumps[:, 0], rest * lumps[:, 1]], axis=2)
    expected = [mixed[0] + e for e in _lead_takes_own_state(sums, lead)]
    for bit, m in enumerate(helpers):
        alone = help_odds(split, helpers, but=m)
        states = weights[:, 0] + jnp.sum(weights[:, 1:] * jnp.sum(product, axis=0), axis=1)
        for action, helps in ((0, 0), (1, 1), (2, 0)):
            value = sum(o * states[h] for h, o in enumerate(alone) if (h >> bit & 1) == helps)
            expected[action] = expected[action].at[m].set(value)
    return expected


def expected_outcome(split: Array, lumps: Array, weights: Array, helpers: tuple[int, ...]) -> Array:
    """E g(X, help state) over all players' actions, shape (*B); arguments as above.

    With a first axis of several functions on ``weights`` the result has it too.
    """
    # The barrier keeps the compiler from computing the product again for every function.
    each = jnp.sum(_product(_factors(split, lumps)), axis=0)
    product: Array = lax.optimization_barrier(each)  # type: ignore[no-untyped-call]

    def one(given: Array) -> Array:
        mixed = _mixed_weights(split, given, helpers)
        return mixed[0] + jnp.sum(mixed[1:] * product, axis=0)

    several = weights.ndim > product.ndim + 1
    return jnp.stack([one(given) for given in weights]) if several else one(weights)
