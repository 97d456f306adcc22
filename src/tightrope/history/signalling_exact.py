"""The pseudo-likelihood of the signalling game and its derivatives, worked out by hand.

With beliefs given, a game is two probits of linear indices (see ``signalling_rows``), and all their
derivatives are ratios of densities to probabilities. Written out, they need no compiler, and the
dozens of fits of a nested pseudo-likelihood take a moment. A test holds them to JAX's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from tightrope.history.likelihood import CHUNK, Derivatives
from tightrope.history.signalling_rows import Rows

Floats = NDArray[np.float64]

_NODES = 24
_HALF_LOG_2PI = 0.5 * float(np.log(2.0 * np.pi))
_ROOT_HALF = float(np.sqrt(0.5))
_ANGLE, _WEIGHT = np.polynomial.legendre.leggauss(_NODES)
_ANGLE = 0.125 * np.pi * (_ANGLE + 1.0)
_WEIGHT = np.log(0.125 * np.pi * _WEIGHT) - 2.0 * _HALF_LOG_2PI
_SQUARE = 0.5 / np.cos(_ANGLE) ** 2
_CROSS = np.sin(_ANGLE) / np.cos(_ANGLE) ** 2


class Play(NamedTuple):
    """Log-probabilities, slopes and curvatures by the indices (x, d, z), of one chunk of rows.

    logs   (4, n) stay, challenge, stand firm, back down
    by     (4, 2, n) derivatives in x and y = x − d
    bend   (4, 3, n) second derivatives xx, xy, yy
    """

    logs: Floats
    by: Floats
    bend: Floats


def log_density(x: Floats) -> Floats:
    return np.asarray(-0.5 * x * x - _HALF_LOG_2PI)


def _joint(lead: Floats, above: Floats, log_lead: Floats, log_above: Floats) -> Floats:
    """log Φ₂(lead, above; 1/√2), as in ``game.bivariate``."""
    both = log_lead + log_above
    size, product = lead * lead + above * above, lead * above
    terms = _WEIGHT - size[..., None] * _SQUARE + product[..., None] * _CROSS
    top = np.maximum(both, terms.max(axis=-1))
    total = np.exp(both - top) + np.exp(terms - top[..., None]).sum(axis=-1)
    return np.asarray(top + np.log(total))


def play(x: Floats, d: Floats) -> Play:
    """What A does, and how it changes with x and y (formulae in ``game.signalling``)."""
    y, lead, mean = x - d, d * _ROOT_HALF, (2.0 * x - d) * _ROOT_HALF
    above_x, above_y, below_x, below_y, up, down, tied = log_ndtr(
        np.stack([x, y, -x, -y, lead, -lead, mean])
    )
    density_x, density_y = log_density(np.stack([x, y]))
    firm, back = _joint(
        np.stack([lead, -lead]), np.stack([x, y]), np.stack([up, down]),
        np.stack([above_x, above_y]),
    )  # fmt: skip
    comes = np.logaddexp(firm, back)
    tie = log_density(lead) + tied + np.log(_ROOT_HALF)
    mills = _ROOT_HALF * np.exp(log_density(mean) - tied)
    tie_x, tie_y = mills - 0.5 * d, mills + 0.5 * d
    stay_x, stay_y = np.exp(density_x - below_x), np.exp(density_y - below_y)
    rise_x, rise_y = density_x + below_y, density_y + below_x
    come_x, come_y = np.exp(rise_x - comes), np.exp(rise_y - comes)
    firm_x, firm_tie = np.exp(rise_x - firm), np.exp(tie - firm)
    back_y, back_tie = np.exp(rise_y - back), np.exp(tie - back)
    both = density_x + density_y
    none = np.zeros_like(x)
    by = np.stack(
        [
            np.stack([-stay_x, -stay_y]),
            np.stack([come_x, come_y]),
            np.stack([firm_x + firm_tie, -firm_tie]),
            np.stack([-back_tie, back_y + back_tie]),
        ]
    )
    second = np.stack(
        [
            np.stack([x * stay_x, none, y * stay_y]),
            np.stack([-x * come_x, -np.exp(both - comes), -y * come_y]),
            np.stack(
                [
                    firm_tie * tie_x - x * firm_x,
                    firm_tie * tie_y - np.exp(both - firm),
                    -firm_tie * tie_y,
                ]
            ),
            np.stack(
                [
                    -back_tie * tie_x,
                    back_tie * tie_x - np.exp(both - back),
                    back_tie * tie_y - y * back_y,
                ]
            ),
        ]
    )
    squares = np.stack([by[:, 0] ** 2, by[:, 0] * by[:, 1], by[:, 1] ** 2], axis=1)
    squares[0, 1] = 0.0
    logs = np.stack([below_x + below_y, comes, firm, back])
    return Play(logs, by, second - squares)


class Loop(NamedTuple):
    """How beliefs P = (p_R, p_F) act on each game, and the replies Ψ on beliefs, in probabilities.

    seen_r, seen_f    (n,) ∂ℓ/∂p_R and ∂ℓ/∂p_F
    firm_by_resist    (n,) ∂Ψ_F/∂p_R
    resist_by_firm    (n,) ∂Ψ_R/∂p_F
    resist_by, firm_by  (n, k) ∂Ψ_R/∂θ and ∂Ψ_F/∂θ
    """

    seen_r: Floats
    seen_f: Floats
    firm_by_resist: Floats
    resist_by_firm: Floats
    resist_by: Floats
    firm_by: Floats


class BeliefExact:
    """Derivatives of the pseudo-likelihood (see ``likelihood.Exact``) for given rows."""

    def __init__(self, rows: Rows) -> None:
        self._counts = np.asarray(rows.counts).T
        self._parts = parts = [np.asarray(part) for part in rows.parts]
        sa, va, cb, wa, wb, a, vb = parts
        # 1/p_R and 1/p_F turn utilities into the indices x, d and z
        r = np.exp(-log_ndtr(np.asarray(rows.z)))[:, None]
        q = np.exp(-np.asarray(rows.log_firm))[:, None]
        zeros = [np.zeros_like(part) for part in parts]
        x = [-r * sa, (r - 1.0) * va, zeros[2], wa, zeros[4], zeros[5], zeros[6]]
        d = [zeros[0], zeros[1], zeros[2], wa, zeros[4], -a, zeros[6]]
        z = [zeros[0], zeros[1], -q * cb, zeros[3], wb, zeros[5], (q - 1.0) * vb]
        self._design = np.stack([np.hstack(each) for each in (x, d, z)])
        self._inverse = r[:, 0], q[:, 0]

    def replies(self, theta: Floats) -> tuple[Floats, Floats]:
        """What each side does in reply to its beliefs: B's index z and log p_F, both (n,)."""
        x, d, z = self._design @ theta
        logs = play(x, d).logs
        return z, logs[2] - logs[1]

    def loop(self, theta: Floats) -> Loop:
        """How beliefs and replies hang together at ``theta``."""
        ends = np.cumsum([part.shape[1] for part in self._parts])
        sa, va, cb, _, _, _, vb = (
            part @ each for part, each in zip(self._parts, np.split(theta, ends[:-1]), strict=True)
        )
        r, q = self._inverse
        x_by_r, z_by_f = (sa - va) * r * r, (cb - vb) * q * q
        x, d, z = self._design @ theta
        acts = play(x, d)
        firm_x, firm_y = acts.by[2] - acts.by[1]
        firm = np.exp(acts.logs[2] - acts.logs[1])
        towards_x, towards_d = firm * (firm_x + firm_y), -firm * firm_y
        density = np.exp(log_density(z))
        _, slope, _ = self._indices(theta, slice(None))
        in_x, in_d, in_z = self._design
        return Loop(
            seen_r=slope[0] * x_by_r,
            seen_f=slope[2] * z_by_f,
            firm_by_resist=towards_x * x_by_r,
            resist_by_firm=density * z_by_f,
            resist_by=density[:, None] * in_z,
            firm_by=towards_x[:, None] * in_x + towards_d[:, None] * in_d,
        )

    def derivatives(self, thetas: Floats, weights: Floats) -> Derivatives:
        """At points (b, k), with weights (n,) or (b, n): (b,), (b, k) and (b, k, k)."""
        own = weights.ndim == 2
        found = [self._at(theta, weights[b] if own else weights) for b, theta in enumerate(thetas)]
        return Derivatives(*(np.stack(part) for part in zip(*found, strict=True)))

    def scores(self, theta: Floats) -> Floats:
        """Gradient of each row (n, k), unweighted."""
        size = self._counts.shape[1]
        pieces = []
        for begin in range(0, size, CHUNK):
            rows = slice(begin, begin + CHUNK)
            _, slope, _ = self._indices(theta, rows)
            pieces.append(np.einsum("in,ink->nk", slope, self._design[:, rows]))
        return np.concatenate(pieces)

    def _indices(self, theta: Floats, rows: slice) -> tuple[Floats, Floats, Floats]:
        """Value (n,), slopes (3, n) in (x, d, z) and curvatures xx, xd, dd, zz (4, n)."""
        counts = self._counts[:, rows]
        x, d, z = self._design[:, rows] @ theta
        acts = play(x, d)
        resist, concede = log_ndtr(np.stack([z, -z]))
        yields, resists = counts[1], counts[2] + counts[3]
        held = np.exp(log_density(z) - resist)
        gave = np.exp(log_density(z) - concede)
        value = np.einsum("on,on->n", counts, acts.logs) + yields * concede + resists * resist
        by_x, by_y = np.einsum("on,oin->in", counts, acts.by)
        xx, xy, yy = np.einsum("on,oin->in", counts, acts.bend)
        by_z = resists * held - yields * gave
        zz = -resists * held * (z + held) - yields * gave * (gave - z)
        slope = np.stack([by_x + by_y, -by_y, by_z])
        return value, slope, np.stack([xx + 2.0 * xy + yy, -xy - yy, yy, zz])

    def _at(self, theta: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
        size = len(theta)
        value, gradient, hessian = np.zeros(()), np.zeros(size), np.zeros((size, size))
        for begin in range(0, self._counts.shape[1], CHUNK):
            rows = slice(begin, begin + CHUNK)
            weight = weights[rows]
            each, slope, bend = self._indices(theta, rows)
            x, d, z = self._design[:, rows]
            slope, (xx, xd, dd, zz) = slope * weight, bend * weight
            value = value + each @ weight
            gradient += np.einsum("in,ink->k", slope, self._design[:, rows])
            crossed = x.T @ (xd[:, None] * d)
            hessian += x.T @ (xx[:, None] * x) + d.T @ (dd[:, None] * d) + z.T @ (zz[:, None] * z)
            hessian += crossed + crossed.T
        return value, gradient, hessian
