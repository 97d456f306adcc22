"""A penalty that keeps estimates finite where data are separated.

    log-F(1, 1):  Σ_j [β_j / 2s_j − log(1 + exp(β_j / s_j))] + const

(Greenland & Mansournia 2015): on the logit scale, the likelihood of half a success and half a
failure for each coefficient, so its weight is that of one observation. It is log-concave and
smooth, always gives finite estimates, needs no expected information, and unlike Jeffreys' (Firth
1993) it has a closed Hessian in any game: Firth's correction would need fourth derivatives of the
equilibrium. Unlike a Cauchy prior it adds no second maximum of its own. Coefficients are measured
in s_j = 1/(2 × standard deviation of the regressor), as Gelman et al. (2008) advise, so that the
answer does not depend on units. Constants of utilities can run off as well; they are held by a
fifth of that, s = 5: a pull that data of any use overrule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from tightrope.history.likelihood import Derivatives

Floats = NDArray[np.float64]
_CONSTANT = 0.2
PENALTIES = ("log-f",)
"""Names of the penalties."""


@dataclass(frozen=True, eq=False)
class LogF:
    """The penalty as a function of points (b, k).

    spread  (k,) standard deviation of each regressor; 0 for a constant
    """

    spread: Floats

    def __call__(self, thetas: Floats) -> Derivatives:
        """Value (b,), gradient (b, k) and Hessian (b, k, k)."""
        scale = np.where(self.spread > 0.0, 2.0 * self.spread, _CONSTANT)
        x = thetas * scale
        value = np.sum(0.5 * x - np.logaddexp(0.0, x) + np.log(2.0), axis=1)
        gradient = scale * (0.5 - expit(x))
        bend = -(scale**2) * expit(x) * expit(-x)
        return Derivatives(value, gradient, np.einsum("bi,ij->bij", bend, np.eye(len(scale))))
