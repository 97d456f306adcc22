"""The signalling game's likelihood along its equilibria, and its derivatives, by hand.

At an equilibrium B's index z solves F(z, u) = W_B − V_B + (V_B − C_B)/p_F − z = 0, u the seven mean
payoffs. With its multiplier λ = −ℓ_z/F_z, the Lagrangian L = ℓ + λF has the derivatives of
ℓ(z(u), u): the gradient is L_u, and the Hessian is that of L along dz/du = −F_u/F_z.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from tightrope.game.signalling_equilibria import TOLERANCE
from tightrope.history.likelihood import CHUNK, Derivatives
from tightrope.history.signalling_exact import Play, log_density, play
from tightrope.history.signalling_rows import PARTS, Rows

Floats = NDArray[np.float64]

_SA, _VA, _CB, _WA, _WB, _A, _VB = range(1, 8)
_STEPS = 60


class _Reply:
    """B's reply to the index z and all it depends on, at payoffs u (7, n)."""

    def __init__(self, z: Floats, u: Floats) -> None:
        sa, va, cb, wa, wb, a, vb = u
        self.z = z
        held = log_ndtr(z)
        mills = np.exp(log_density(z) - held)
        r = np.exp(-held)
        self.r, self.r_z, self.r_zz = r, -mills * r, mills * r * (z + 2.0 * mills)
        self.spread = va - sa
        self.x, self.d = wa - va + self.spread * r, wa - a
        self.acts: Play = play(self.x, self.d)
        g_x, g_y = self.acts.by[2] - self.acts.by[1]
        self.slope = np.stack([g_x + g_y, -g_y])
        self.inverse = np.exp(self.acts.logs[1] - self.acts.logs[2])
        self.stake = vb - cb
        self.gap = wb - vb + self.stake * self.inverse - z
        self.x_z = self.spread * self.r_z
        self.gap_z = -self.stake * self.inverse * self.slope[0] * self.x_z - 1.0


def followed(start: Floats, u: Floats) -> _Reply:
    """The equilibrium near ``start``; its z is NaN where Newton does not reach it."""
    z = np.asarray(start)
    for _ in range(_STEPS):
        at = _Reply(z, u)
        size = np.abs(at.gap) / ((1.0 + np.abs(z)) * np.maximum(1.0, np.abs(at.gap_z)))
        missing = ~(size <= TOLERANCE)
        if not missing.any():
            return at
        longest = 1.0 + np.abs(z)
        move = np.clip(-at.gap / at.gap_z, -longest, longest)
        z = np.where(missing, z + move, z)
    return _Reply(np.where(missing, np.nan, z), u)


def _in_xd(bend: Floats) -> Floats:
    """Second derivatives xx, xd, dd from those in x and y = x − d: xx, xy, yy."""
    xx, xy, yy = bend
    return np.stack([xx + 2.0 * xy + yy, -xy - yy, yy])


def _lagrangian(at: _Reply, counts: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Value (n,), multiplier (n,), gradient (7, n) and Hessian (7, 7, n) of ℓ(z(u), u)."""
    z, acts = at.z, at.acts
    resist, concede = log_ndtr(np.stack([z, -z]))
    yields, resists = counts[1], counts[2] + counts[3]
    held, gave = np.exp(log_density(z) - resist), np.exp(log_density(z) - concede)
    value = np.einsum("on,on->n", counts, acts.logs) + yields * concede + resists * resist
    by_x, by_y = np.einsum("on,oin->in", counts, acts.by)
    own_z = resists * held - yields * gave
    own_zz = -resists * held * (z + held) - yields * gave * (gave - z)
    value_x, value_d = by_x + by_y, -by_y
    multiplier = -(value_x * at.x_z + own_z) / at.gap_z

    size = len(z)
    x_v, d_v, k_v = np.zeros((3, 8, size))
    x_v[0], x_v[_SA], x_v[_VA], x_v[_WA] = at.x_z, -at.r, at.r - 1.0, 1.0
    d_v[_WA], d_v[_A] = 1.0, -1.0
    k_v[_VB], k_v[_CB] = 1.0, -1.0
    g_x, g_d = at.slope
    inverse_x, inverse_d = -at.inverse * g_x, -at.inverse * g_d
    inverse_v = inverse_x * x_v + inverse_d * d_v
    gap_v = at.stake * inverse_v + at.inverse * k_v
    gap_v[0] -= 1.0
    gap_v[_WB] += 1.0
    gap_v[_VB] -= 1.0
    gradient = value_x * x_v + value_d * d_v + multiplier * gap_v
    gradient[0] += own_z

    g_xx, g_xd, g_dd = _in_xd(acts.bend[2] - acts.bend[1])
    weight = multiplier * at.stake * at.inverse
    own = _in_xd(np.einsum("on,oin->in", counts, acts.bend))
    s_xx = own[0] + weight * (g_x * g_x - g_xx)
    s_xd = own[1] + weight * (g_x * g_d - g_xd)
    s_dd = own[2] + weight * (g_d * g_d - g_dd)
    s_x = value_x + multiplier * at.stake * inverse_x
    left = s_xx * x_v + s_xd * d_v
    right = s_xd * x_v + s_dd * d_v
    hessian = left[:, None] * x_v[None] + right[:, None] * d_v[None]
    crossed = multiplier * (k_v[:, None] * inverse_v[None])
    hessian += crossed + crossed.swapaxes(0, 1)
    hessian[0, 0] += s_x * at.spread * at.r_zz + own_zz
    for place, sign in ((_SA, -1.0), (_VA, 1.0)):
        hessian[0, place] += sign * s_x * at.r_z
        hessian[place, 0] += sign * s_x * at.r_z
    moved = -gap_v[1:] / gap_v[0]
    along = hessian[1:, 1:] + hessian[1:, :1] * moved[None] + moved[:, None] * hessian[:1, 1:]
    along += hessian[0, 0] * moved[:, None] * moved[None]
    return value, multiplier, gradient[1:], along


class EquilibriumExact:
    """Derivatives of the likelihood along equilibria (see ``likelihood.Exact``) for given rows."""

    def __init__(self, rows: Rows) -> None:
        self._counts = np.asarray(rows.counts).T
        self._parts = [np.asarray(part) for part in rows.parts]
        self._start = np.asarray(rows.z)
        self._ends = np.cumsum([part.shape[1] for part in self._parts])

    def derivatives(self, thetas: Floats, weights: Floats) -> Derivatives:
        """At points (b, k), with weights (n,) or (b, n): (b,), (b, k) and (b, k, k)."""
        own = weights.ndim == 2
        found = [self._at(theta, weights[b] if own else weights) for b, theta in enumerate(thetas)]
        return Derivatives(*(np.stack(part) for part in zip(*found, strict=True)))

    def scores(self, theta: Floats) -> Floats:
        """Gradient of each row (n, k), unweighted."""
        pieces = []
        for begin in range(0, len(self._start), CHUNK):
            rows = slice(begin, begin + CHUNK)
            _, _, gradient, _ = self._rows(theta, rows)
            each = [
                part[rows] * by[:, None] for part, by in zip(self._parts, gradient, strict=True)
            ]
            pieces.append(np.hstack(each))
        return np.concatenate(pieces)

    def followed(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Equilibrium index z, residual of the constraint and its multiplier, (n,) each."""
        at = followed(self._start, self._payoffs(theta, slice(None)))
        return at.z, at.gap, _lagrangian(at, self._counts)[1]

    def _payoffs(self, theta: Floats, rows: slice) -> Floats:
        split = np.split(theta, self._ends[:-1])
        return np.stack([p[rows] @ each for p, each in zip(self._parts, split, strict=True)])

    def _rows(self, theta: Floats, rows: slice) -> tuple[Floats, Floats, Floats, Floats]:
        with np.errstate(all="ignore"):  # where an equilibrium is lost the value is NaN: refused
            at = followed(self._start[rows], self._payoffs(theta, rows))
            return _lagrangian(at, self._counts[:, rows])

    def _at(self, theta: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
        total, size = np.zeros(()), len(theta)
        gradient, hessian = np.zeros(size), np.zeros((size, size))
        place = [slice(e - p.shape[1], e) for e, p in zip(self._ends, self._parts, strict=True)]
        for begin in range(0, len(self._start), CHUNK):
            rows = slice(begin, begin + CHUNK)
            value, _, slope, bend = self._rows(theta, rows)
            weight = weights[rows]
            total = total + np.sum(np.where(weight > 0.0, weight * value, 0.0))
            for i in range(len(PARTS)):
                part = self._parts[i][rows]
                gradient[place[i]] += part.T @ (weight * slope[i])
                for j in range(i + 1):
                    block = part.T @ ((weight * bend[i, j])[:, None] * self._parts[j][rows])
                    hessian[place[i], place[j]] += block
                    if j < i:
                        hessian[place[j], place[i]] += block.T
        return total, gradient, hessian
