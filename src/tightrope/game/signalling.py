"""The crisis-signalling game: what each side does given what it expects of the other.

A leaves the status quo (payoff S_A to A) or challenges. B concedes (V_A to A, C_B to B) or resists.
A stands firm (W_A + ε_A to A, W_B + ε_B to B) or backs down (a + ε_a to A, V_B to B). The ε are
standard normal; A alone knows ε_A and ε_a, B alone ε_B (Lewis and Schultz 2003, in the form of
Crisman-Cox and Gibilisco 2021). With p_R the chance that B resists and p_F the chance that A stands
firm once resisted:

    c    = V_A + (S_A − V_A) / p_R                       A challenges if max(W_A + ε_A, a + ε_a) > c
    p_C  = 1 − Φ(c − W_A) Φ(c − a)
    p_F  = Φ₂((W_A − a)/√2, W_A − c; 1/√2) / p_C         what a challenge tells B
    p_R  = Φ(z),  z = (p_F W_B + (1 − p_F) V_B − C_B) / p_F

Everything is computed as a logarithm from positive terms, so that a chance of 1e-40 is as exact as
one of a half; there is no floor. B's index ``z`` stands for p_R throughout.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import log_ndtr

from tightrope.game.bivariate import log_bivariate_normal, log_density

_ROOT_HALF = float(np.sqrt(0.5))
_HUGE = 1e150
_FAR = 30.0

#: Order of the outcomes in every array: status quo, concession, stand firm, back down.
OUTCOMES = ("sq", "cd", "sf", "bd")


class Payoffs(NamedTuple):
    """Mean payoffs of the signalling game; arrays of one shape, in units of the private shocks.

    sa  A at the status quo          va  A if B concedes         cb  B if it concedes
    wa  A if it stands firm, mean    wb  B then, mean
    a   A if it backs down, mean     vb  B then
    """

    sa: Any
    va: Any
    cb: Any
    wa: Any
    wb: Any
    a: Any
    vb: Any


def cutoff(z: Array, payoffs: Payoffs) -> Array:
    """A's cutoff c = V_A + (S_A − V_A)/p_R, with p_R = Φ(z); held within ±1e150, to stay finite."""
    c = payoffs.va + (payoffs.sa - payoffs.va) * jnp.exp(-log_ndtr(z))
    return jnp.clip(c, -_HUGE, _HUGE)


def standing(c: Array, payoffs: Payoffs) -> Array:
    """Where A stands (2, *B): x = W_A − c, how far its payoff from standing firm lies above the
    cutoff, and d = W_A − a, how far it lies above that from backing down."""
    return jnp.stack([payoffs.wa - c, payoffs.wa - payoffs.a])


@jax.custom_jvp
def log_acts(where: Array) -> Array:
    """What A does, from where it stands (2, *B): x and d as in ``standing``.

    Returns  (4, *B) logarithms of the chances that A stays, challenges (p_C), challenges and then
             stands firm, challenges and then backs down
    """
    x, d = where
    lead = d * _ROOT_HALF
    above = jnp.stack([x, x - d])
    acts = log_bivariate_normal(jnp.stack([lead, -lead]), above, _ROOT_HALF)
    stay = jnp.sum(log_ndtr(-above), axis=0)
    return jnp.stack([stay, jnp.logaddexp(acts[0], acts[1]), acts[0], acts[1]])


@log_acts.defjvp
def _log_acts_jvp(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    """With y = x − d and q = φ(d/√2) Φ((x + y)/√2)/√2: ∂P_firm/∂x = φ(x)Φ(−y) + q at fixed y,
    ∂P_firm/∂y = −q, and likewise for P_down with x and y exchanged."""
    (where,) = primals
    x, d = where
    y = x - d
    value = log_acts(where)
    _, either, firm, down = value
    below = log_ndtr(jnp.stack([-x, -y, (x + y) * _ROOT_HALF]))
    density = log_density(jnp.stack([x, y]))
    tie = log_density(d * _ROOT_HALF) + below[2] + float(np.log(_ROOT_HALF))
    rise = density + below[1::-1]
    dx, dd = tangents[0]
    dy = dx - dd
    stays = -jnp.exp(density - below[:2])
    comes = jnp.exp(rise - either)
    moved = [
        stays[0] * dx + stays[1] * dy,
        comes[0] * dx + comes[1] * dy,
        jnp.exp(rise[0] - firm) * dx + jnp.exp(tie - firm) * dd,
        jnp.exp(rise[1] - down) * dy - jnp.exp(tie - down) * dd,
    ]
    return value, jnp.stack(moved)


def _log_mills(t: Array) -> Array:
    """log Φ(t) + t²/2 + log √2π for t <= −30, to 1e-10."""
    square = 1.0 / (t * t)
    return jnp.log1p(-square * (1.0 - square * (3.0 - 15.0 * square))) - jnp.log(-t)


def log_stand_firm(z: Array, payoffs: Payoffs) -> Array:
    """log p_F, the chance that A stands firm once resisted, when A expects index ``z``.

    Where A hardly ever challenges (x, y < −30) only the better of its two shocks matters:
    p_F = Φ(x)/(Φ(x) + Φ(y)), of which the logarithms' difference is taken without cancellation.
    """
    where = standing(cutoff(z, payoffs), payoffs)
    x, d = where
    far = jnp.maximum(x, x - d) < -_FAR
    safe = jnp.where(far, 0.0, where)
    _, either, firm, _ = log_acts(safe)
    u = jnp.where(far, x, -2.0 * _FAR)
    v = jnp.where(far, x - d, -2.0 * _FAR)
    odds = _log_mills(u) - _log_mills(v) - 0.5 * d * (u + v)
    return jnp.where(far, -jnp.logaddexp(0.0, -odds), firm - either)


def resist_index(log_firm: Array, payoffs: Payoffs) -> Array:
    """B's index z = W_B − V_B + (V_B − C_B)/p_F, from log p_F (1/p_F is held below 1e304)."""
    inverse = jnp.exp(jnp.minimum(-log_firm, 700.0))
    index: Array = payoffs.wb - payoffs.vb + (payoffs.vb - payoffs.cb) * inverse
    return index


def reply(z: Array, payoffs: Payoffs) -> Array:
    """B's index in reply to A's play against an expected index ``z``.

    Equilibria are its fixed points. p_F is monotone in c, c in p_R and z in p_F, so the reply is
    monotone in z: falling, and the equilibrium is unique, or rising, and there may be several.
    """
    return resist_index(log_stand_firm(z, payoffs), payoffs)


def rising(payoffs: Payoffs) -> Array:
    """Whether the reply rises with what is expected, so that several equilibria are possible.

    p_F rises with c iff W_A > a, c rises with p_R iff V_A > S_A, z rises with p_F iff C_B > V_B.
    """
    signs = (payoffs.wa - payoffs.a) * (payoffs.va - payoffs.sa) * (payoffs.cb - payoffs.vb)
    return jnp.asarray(signs) > 0.0


def log_outcomes(where: Array, z: Array) -> Array:
    """Log-probabilities (4, *B) of ``OUTCOMES`` from where A stands (2, *B) and B's index (*B)."""
    stay, either, firm, down = log_acts(where)
    resist, concede = log_ndtr(jnp.stack([z, -z]))
    return jnp.stack([stay, either + concede, firm + resist, down + resist])


def equilibrium_log_outcomes(z: Array, payoffs: Payoffs) -> Array:
    """Log-probabilities (4, *B) of ``OUTCOMES`` at an equilibrium with index ``z``."""
    return log_outcomes(standing(cutoff(z, payoffs), payoffs), z)
