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

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import log_ndtr

from tightrope.game.bivariate import log_bivariate_normal, log_density

_ROOT_HALF = float(np.sqrt(0.5))

#: Order of the outcomes in every array: status quo, concession, stand firm, back down.
OUTCOMES = ("sq", "cd", "sf", "bd")


class Payoffs(NamedTuple):
    """Mean payoffs of the signalling game; any common shape, in units of the private shocks.

    sa  A at the status quo          va  A if B concedes         cb  B if it concedes
    wa  A if it stands firm, mean    wb  B then, mean
    a   A if it backs down, mean     vb  B then
    """

    sa: Array
    va: Array
    cb: Array
    wa: Array
    wb: Array
    a: Array
    vb: Array


def cutoff(z: Array, payoffs: Payoffs) -> Array:
    """A's cutoff c = V_A + (S_A − V_A)/p_R, with p_R = Φ(z)."""
    return payoffs.va + (payoffs.sa - payoffs.va) * jnp.exp(-log_ndtr(z))


@jax.custom_jvp
def log_acts(margins: Array) -> Array:
    """What A does, by how far its two mean payoffs lie above its cutoff.

    margins  (2, *B): x = W_A − c and y = a − c
    Returns  (4, *B) logarithms of the chances that A stays, challenges (p_C), challenges and then
             stands firm, challenges and then backs down
    """
    x, y = margins
    lead = (x - y) * _ROOT_HALF
    acts = log_bivariate_normal(jnp.stack([lead, -lead]), margins, _ROOT_HALF)
    stay = jnp.sum(log_ndtr(-margins), axis=0)
    return jnp.stack([stay, jnp.logaddexp(acts[0], acts[1]), acts[0], acts[1]])


@log_acts.defjvp
def _log_acts_jvp(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    """With q = φ((x−y)/√2) Φ((x+y)/√2)/√2: ∂P_firm = (φ(x)Φ(−y) + q, −q), P_down likewise."""
    (margins,) = primals
    x, y = margins
    value = log_acts(margins)
    stay, either, firm, down = value
    below = log_ndtr(jnp.stack([-x, -y, (x + y) * _ROOT_HALF]))
    density = log_density(jnp.stack([x, y]))
    tie = log_density((x - y) * _ROOT_HALF) + below[2] + float(np.log(_ROOT_HALF))
    rise = density + below[1::-1]
    dx, dy = tangents[0]
    stays = -jnp.exp(density - below[:2])
    comes = jnp.exp(rise - either)
    firms, firm_tie = jnp.exp(rise[0] - firm), jnp.exp(tie - firm)
    downs, down_tie = jnp.exp(rise[1] - down), jnp.exp(tie - down)
    moved = [
        stays[0] * dx + stays[1] * dy,
        comes[0] * dx + comes[1] * dy,
        firms * dx + firm_tie * (dx - dy),
        downs * dy + down_tie * (dy - dx),
    ]
    return value, jnp.stack(moved)


def margins_at(c: Array, payoffs: Payoffs) -> Array:
    """How far A's mean payoffs from standing firm and from backing down lie above c, (2, *B)."""
    return jnp.stack([payoffs.wa - c, payoffs.a - c])


def resist_index(log_firm: Array, payoffs: Payoffs) -> Array:
    """B's index z = W_B − V_B + (V_B − C_B)/p_F, from log p_F."""
    return payoffs.wb - payoffs.vb + (payoffs.vb - payoffs.cb) * jnp.exp(-log_firm)


def log_stand_firm(z: Array, payoffs: Payoffs) -> Array:
    """log p_F, the chance that A stands firm once resisted, when A expects index ``z``."""
    _, either, firm, _ = log_acts(margins_at(cutoff(z, payoffs), payoffs))
    return firm - either


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
    return (payoffs.wa - payoffs.a) * (payoffs.va - payoffs.sa) * (payoffs.cb - payoffs.vb) > 0.0


def log_outcomes(margins: Array, z: Array) -> Array:
    """Log-probabilities (4, *B) of ``OUTCOMES`` from A's margins (2, *B) and B's index (*B)."""
    stay, either, firm, down = log_acts(margins)
    resist, concede = log_ndtr(jnp.stack([z, -z]))
    return jnp.stack([stay, either + concede, firm + resist, down + resist])


def equilibrium_log_outcomes(z: Array, payoffs: Payoffs) -> Array:
    """Log-probabilities (4, *B) of ``OUTCOMES`` at an equilibrium with index ``z``."""
    return log_outcomes(margins_at(cutoff(z, payoffs), payoffs), z)
