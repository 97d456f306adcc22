"""The statistical ultimatum game (Ramsay and Signorino 2009).

Player 1 offers y between 0 and Q; player 2 accepts (Q − y to 1, y to 2) or rejects (R1 to 1, R2 to
2). R1 = μ1 + ε1 and R2 = μ2 + ε2 with logistic shocks of scales s1 and s2, each known to its owner.

    accept given y         Λ((y − μ2)/s2)
    1's best offer         y* solves Q − y − R1 = s2 (1 + e^((y − μ2)/s2)), held between 0 and Q
    P(offer <= y)          Λ(−a(y)),  a(y) = (Q − y − μ1 − s2 (1 + e^((y − μ2)/s2)))/s1
    density inside         Λ(a) Λ(−a) (1 + e^((y − μ2)/s2))/s1
    mass at 0, at Q        Λ(−a(0)),  Λ(a(Q))

Logarithms are exact in the tails; there is no floor.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.nn import log_sigmoid, softplus

_NEWTON_STEPS = 8
_NODES = 200


class Bargain(NamedTuple):
    """Reservation values and scales; any common shape, in units of the offer.

    mean1, mean2    μ1 and μ2
    scale1, scale2  s1 and s2, > 0
    largest         Q, the largest offer
    """

    mean1: Any
    mean2: Any
    scale1: Any
    scale2: Any
    largest: Any


def _resistance(offer: Array, bargain: Bargain) -> Array:
    return jnp.asarray((offer - bargain.mean2) / bargain.scale2)


def _excess(offer: Array, bargain: Bargain) -> Array:
    """a(y): how far the marginal gain from a higher offer exceeds its cost, in scales of ε1."""
    gain = bargain.largest - offer - bargain.mean1
    cost = bargain.scale2 * (1.0 + jnp.exp(_resistance(offer, bargain)))
    return jnp.asarray((gain - cost) / bargain.scale1)


def log_accept(offer: Array, bargain: Bargain) -> tuple[Array, Array]:
    """Logarithms of the chances that player 2 rejects and accepts an offer."""
    t = _resistance(offer, bargain)
    return log_sigmoid(-t), log_sigmoid(t)


def log_offer(offer: Array, lowest: Array, highest: Array, bargain: Bargain) -> Array:
    """Log-density of an offer inside, log-probability of one at an end.

    lowest, highest  whether the offer is 0, or the largest
    """
    a = _excess(offer, bargain)
    size = jnp.abs(a)
    inside = -size - 2.0 * softplus(-size) - jnp.log(bargain.scale1)
    inside = inside + softplus(_resistance(offer, bargain))
    return jnp.where(lowest, log_sigmoid(-a), jnp.where(highest, log_sigmoid(a), inside))


@jax.custom_jvp
def wright_omega(a: Array) -> Array:
    """ω(a) = W(e^a), with W of Lambert: the solution of ω + log ω = a, > 0."""
    # e^a is the limit below, a − log a above; Newton on log ω, where the equation is convex.
    log_omega = jnp.where(a < 1.0, a - jnp.exp(jnp.minimum(a, 0.0)), jnp.log(jnp.maximum(a, 1.0)))
    for _ in range(_NEWTON_STEPS):
        omega = jnp.exp(log_omega)
        log_omega = log_omega - (omega + log_omega - a) / (1.0 + omega)
    return jnp.exp(log_omega)


@wright_omega.defjvp
def _wright_omega_jvp(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    omega = wright_omega(primals[0])
    return omega, omega / (1.0 + omega) * tangents[0]


def best_offer(shock1: Array, bargain: Bargain) -> Array:
    """Player 1's best offer y* given its shock ε1: Q − R1 − s2 (1 + ω((Q − R1 − s2 − μ2)/s2))."""
    left = bargain.largest - bargain.mean1 - shock1 - bargain.scale2
    inside = left - bargain.scale2 * wright_omega((left - bargain.mean2) / bargain.scale2)
    return jnp.clip(inside, 0.0, bargain.largest)


def expected(bargain: Bargain) -> tuple[Array, Array]:
    """Expected offer and chance of acceptance, (*B) each, before the offer is known.

    E y = ∫₀^Q (1 − F(y)) dy and P(accept) = P(accept | 0) + ∫₀^Q P′(accept | y) (1 − F(y)) dy, both
    by Gauss–Legendre on a grid finer at the ends.
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    angle = 0.25 * np.pi * (nodes + 1.0)
    share = jnp.asarray(np.sin(angle) ** 2)
    width = jnp.asarray(0.25 * np.pi * weights * np.sin(2.0 * angle))
    wide = Bargain(*[jnp.asarray(b)[..., None] for b in bargain])
    offer = share * wide.largest
    above = jax.nn.sigmoid(_excess(offer, wide))
    reject, accept = log_accept(offer, wide)
    slope = jnp.exp(reject + accept) / wide.scale2
    step = width * wide.largest
    first = jnp.exp(log_accept(jnp.zeros_like(bargain.mean1), bargain)[1])
    return jnp.sum(step * above, axis=-1), first + jnp.sum(step * above * slope, axis=-1)
