"""How sure a quantity is that is worked out from a fit: by its slope, or by simulation.

A quantity g(θ) has the variance J V Jᵀ, J its derivative at the estimates and V their covariance
(delta method; Oehlert 1992). Or parameters are drawn from N(θ, V) and g worked out for each draw
(Krinsky & Robb 1986; King, Tomz & Wittenberg 2000), which needs no g that is nearly straight.

A probability gets its interval on the scale of log(p/(1−p)), so that it stays between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray
from scipy.stats import norm

from tightrope.history.codes import CONVERGENCE, SETTING, refuse
from tightrope.history.results import Fit

Floats = NDArray[np.float64]
Method = Literal["delta", "simulation"]
METHODS: tuple[Method, ...] = ("delta", "simulation")


@dataclass(frozen=True)
class Interval:
    """What is asked for: how intervals are made, their level, and the draws if they are simulated.

    method  `delta` or `simulation`
    level   probability, between 0 and 1
    draws   of parameters, at least 100; `seed` makes them the same again
    """

    method: Method = "delta"
    level: float = 0.95
    draws: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the words and numbers. Raises InputError (TW192)."""
        if self.method not in METHODS:
            raise refuse(
                f"'{self.method}' is not a way to make intervals",
                SETTING,
                allowed=METHODS,
                word=str(self.method),
            )
        if not 0.0 < self.level < 1.0:
            raise refuse(f"level {self.level} is not between 0 and 1", SETTING)
        if self.draws < 100:
            raise refuse(
                f"{self.draws} draws are too few", SETTING, remedy="take 100 or more, better 2000"
            )


USUAL = Interval()
"""95% by the delta method."""


@dataclass(frozen=True)
class Uncertain:
    """Quantities (q,) with standard errors and the ends of their intervals."""

    estimate: Floats
    std_error: Floats
    low: Floats
    high: Floats


def uncertain(
    fit: Fit,
    quantity: Callable[[Array], Array],
    interval: Interval = USUAL,
    *,
    share: bool = False,
) -> Uncertain:
    """A quantity at the estimates and how sure it is.

    quantity  θ (k,) -> (q,), in JAX
    share     the quantities are probabilities: intervals stay within [0, 1]
    Raises    InputError (TW191) where the fit did not converge: it has no estimates to go from
    """
    if not fit.converged:
        raise refuse(
            "the fit did not converge, so nothing can be worked out from it",
            CONVERGENCE,
            remedy="see the notes of the fit; try more starts or a simpler formula",
        )
    theta = jnp.asarray(fit.theta)
    estimate = np.asarray(quantity(theta))
    if interval.method == "simulation":
        return _simulated(fit, quantity, estimate, interval)
    slope = np.asarray(jax.jacfwd(quantity)(theta)).reshape(len(estimate), -1)
    variance = np.einsum("qk,kl,ql->q", slope, fit.covariance, slope)
    error = np.sqrt(np.maximum(variance, 0.0))
    reach = float(norm.ppf(0.5 + interval.level / 2.0)) * error
    if not share:
        return Uncertain(estimate, error, estimate - reach, estimate + reach)
    # d log(p/(1-p)) = dp / (p (1-p)); at 0 and 1 the interval is the point
    spread = estimate * (1.0 - estimate)
    inside = spread > 0.0
    bend = np.where(inside, reach / np.where(inside, spread, 1.0), 0.0)
    return Uncertain(estimate, error, *(_moved(estimate, sign * bend) for sign in (-1.0, 1.0)))


def _moved(share: Floats, by: Floats) -> Floats:
    """The share whose log odds differ by `by`, in a form that cannot overflow."""
    down, up = np.exp(-np.maximum(by, 0.0)), np.exp(np.minimum(by, 0.0))
    return share * up / (share * up + (1.0 - share) * down)


def _simulated(
    fit: Fit, quantity: Callable[[Array], Array], estimate: Floats, interval: Interval
) -> Uncertain:
    if not np.isfinite(fit.covariance).all():
        nothing = np.full_like(estimate, np.nan)
        return Uncertain(estimate, nothing, nothing, nothing)
    # a symmetric root, for covariances that are only just positive definite
    values, vectors = np.linalg.eigh(fit.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = np.random.default_rng(interval.seed).standard_normal((interval.draws, len(values)))
    draws = jnp.asarray(fit.theta + normal @ root.T)
    found = np.asarray(jax.lax.map(quantity, draws))
    tail = 0.5 - interval.level / 2.0
    low, high = np.quantile(found, [tail, 1.0 - tail], axis=0)
    return Uncertain(estimate, found.std(axis=0, ddof=1), low, high)
