"""Profile likelihood: one parameter held at each of many values, the others at their best.

    L_p(v) = max { L(θ) : θ_j = v }

It shows whether the maximum is one (a profile that rises above it found a better one: the fit had
stopped early, or at a lesser top) and how far the parameter may go. The 95% interval is
{v : 2 (L − L_p(v)) ≤ 3.84}, which, unlike estimate ± 1.96 standard errors, needs no parabola.
Source: Cox 1970; Venzon & Moolgavkar 1988; R's games, profile().
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import chi2

from tightrope.history.codes import CONVERGENCE, SETTING, refuse
from tightrope.history.maximise import Optimum, climb_many, maximise
from tightrope.history.results import Fit, needs_maximum_likelihood
from tightrope.history.variance import standard_errors

Floats = NDArray[np.float64]

REACH = 4.0
"""How far the curve is drawn to each side, in standard errors."""
FARTHEST = 64.0
"""Where an interval is called open, in standard errors."""
BETTER = 1e-6
"""By how much a profile must rise above the maximum to count as a better one."""


@dataclass(frozen=True)
class Profile:
    """Profile likelihoods of a fit.

    curve      a row for each parameter and value held: `name`, `value`, `loglik`, `root` (signed
               root of twice the fall, a straight line where the likelihood is a parabola),
               `converged`
    intervals  a row for each parameter: `name`, `estimate`, `low`, `high` of the profile
               interval, infinite where it is open, and `wald_low`, `wald_high` from the standard
               error
    level      of the intervals
    better     the best point found above the fit's own maximum, climbed to its top; None if none
    """

    curve: pd.DataFrame
    intervals: pd.DataFrame
    level: float
    better: Optimum | None

    def __str__(self) -> str:
        """The intervals, and whether the maximum stood."""
        head = f"Profile likelihood, {self.level:.0%} intervals"
        if self.better is None:
            verdict = "No profile rises above the maximum."
        else:
            verdict = (
                "FALSE CONVERGENCE: a profile reached a log-likelihood of "
                f"{self.better.loglik:.6f}. Fit again with start=Profile.better.theta."
            )
        return f"{head}\n{self.intervals.to_string(index=False)}\n{verdict}"


def profile(
    fit: Fit, names: str | Sequence[str] | None = None, *, points: int = 9, level: float = 0.95
) -> Profile:
    """Profile the likelihood of a fit in some parameters, or all.

    names   of one parameter or several, or None for all
    points  values held to each side of the estimate, evenly up to four standard errors
    level   of the intervals
    Raises  InputError: TW192 for a name that is no parameter, or a pseudo-likelihood; TW191 where
            the fit did not converge or has no standard errors to go by
    A fit with a penalty is profiled with it (Heinze & Schemper 2002).
    """
    needs_maximum_likelihood(fit, "a profile")
    if not fit.converged:
        raise refuse(
            "the fit did not converge, so there is no maximum to profile",
            CONVERGENCE,
            remedy="mend the fit first; see its notes",
        )
    errors = standard_errors(fit.covariance)
    given = fit.names if names is None else names
    wanted = [given] if isinstance(given, str) else list(given)
    for name in wanted:
        if name not in fit.names:
            raise refuse(f"'{name}' is not a parameter", SETTING, allowed=fit.names, word=name)
        if not np.isfinite(errors[fit.names.index(name)]):
            raise refuse(
                f"'{name}' has no standard error, so its profile has no scale",
                CONVERGENCE,
                remedy="mend the fit first; see its notes",
            )
    curves, rows = [], []
    for name in wanted:
        place = fit.names.index(name)
        curves.append(_curve(fit, place, points, errors[place]))
        rows.append({"name": name, **_interval(fit, place, level, errors[place])})
    curve = pd.concat(curves, ignore_index=True)
    return Profile(curve, pd.DataFrame(rows), level, _better(fit, curve))


def _starts(fit: Fit, place: int, values: Floats) -> Floats:
    """Where to begin with a parameter held: the others moved along with it as they covary."""
    along = fit.covariance[:, place] / fit.covariance[place, place]
    return fit.theta + np.outer(values - fit.theta[place], along)


def _top(fit: Fit) -> float:
    """What was maximised, at its maximum: the log-likelihood and its penalty, if any."""
    if fit.penalty is None:
        return fit.loglik
    return fit.loglik + float(fit.penalty(fit.theta[None]).value[0])


def _free(fit: Fit, place: int) -> Floats:
    mask = np.ones(len(fit.names))
    mask[place] = 0.0
    return mask


def _curve(fit: Fit, place: int, points: int, error: float) -> pd.DataFrame:
    steps = np.linspace(-REACH, REACH, 2 * points + 1)
    values = fit.theta[place] + steps * error
    found = climb_many(
        fit.likelihood, _starts(fit, place, values), free=_free(fit, place), penalty=fit.penalty
    )
    loglik = found.at.value
    fall = np.maximum(_top(fit) - loglik, 0.0)
    frame = pd.DataFrame(
        {
            "name": fit.names[place],
            "value": values,
            "loglik": loglik,
            "root": np.sign(steps) * np.sqrt(2.0 * fall),
            "converged": found.converged,
        }
    )
    frame.attrs = {}
    return frame.assign(theta=list(found.theta))


def _interval(fit: Fit, place: int, level: float, error: float) -> dict[str, float]:
    drop = float(chi2.ppf(level, 1)) / 2.0
    wald = np.sqrt(2.0 * drop) * error
    estimate = float(fit.theta[place])
    free = _free(fit, place)

    def excess(value: float) -> float:
        start = _starts(fit, place, np.array([value]))[0]
        top = maximise(fit.likelihood, start, free=free, penalty=fit.penalty)
        return top.loglik - _top(fit) + drop

    def end(side: float) -> float:
        inner, outer = 0.0, 1.5 * side * wald
        while excess(estimate + outer) > 0.0:
            inner, outer = outer, 2.0 * outer
            if abs(outer) > FARTHEST * error:
                return side * np.inf
        found = brentq(lambda v: excess(estimate + v), inner, outer, xtol=1e-6 * error)
        return estimate + float(found)

    return {
        "estimate": estimate,
        "low": end(-1.0),
        "high": end(1.0),
        "wald_low": estimate - wald,
        "wald_high": estimate + wald,
    }


def _better(fit: Fit, curve: pd.DataFrame) -> Optimum | None:
    """Climb from the highest point of the profiles, where it lies above the fit's maximum."""
    thetas = curve.pop("theta")
    finite = curve["loglik"].where(np.isfinite(curve["loglik"]), -np.inf)
    top = int(finite.to_numpy().argmax())
    if finite.iloc[top] <= _top(fit) + BETTER:
        return None
    return maximise(fit.likelihood, thetas.iloc[top], penalty=fit.penalty)
