"""Which worlds are looked for: those in which a guarantee fails, or those marked by a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.explore.problem import Draws, Floats, Outcome
from tightrope.explore.words import number

#: A chance below this counts as failure, where neither nearly all worlds fail nor nearly none.
HALF, FEW, MANY = 0.5, 0.05, 0.95
#: Else the worst share of worlds.
WORST = 0.25
CHANCES = ("chance", "share", "probability")


@dataclass(frozen=True)
class Failure:
    """The worlds looked for.

    fails      (D,) true in these;  known  (D,) true where the outcome is known
    threshold  the outcome's value that parts them, None for a table's marks
    says       `durable is below 0.5`;  beside  why that number, where one half says nothing
    """

    fails: NDArray[np.bool_]
    known: NDArray[np.bool_]
    threshold: float | None
    says: str
    beside: str = ""


def failure(draws: Draws, option: str, outcome: str, threshold: float | None) -> Failure:
    """The worlds in which an outcome is bad.

    Worse than ``threshold`` where one is given. Else: marked 1, where an outcome is 0 or 1 only and
    no chance that is better high; a chance below one half, where 5 to 95 % of worlds have that;
    else the worst quarter, and it is said how many worlds are below one half.
    """
    values, told = draws.result(option, outcome), draws.outcomes[outcome]
    known = np.isfinite(values)
    wanted = told.better == "high" and told.unit in CHANCES
    if threshold is None and not wanted and set(np.unique(values[known])) == {0.0, 1.0}:
        return Failure(values == 1.0, known, None, f"{outcome} is 1")
    low, beside = told.better == "high", ""
    if threshold is None:
        threshold, beside = _threshold(values[known], told)
    fails = known & ((values < threshold) if low else (values > threshold))
    side = "below" if low else "above"
    unit = f" {told.unit}" if told.unit and told.unit not in CHANCES else ""
    return Failure(
        fails, known, threshold, f"{outcome} is {side} {number(threshold)}{unit}", beside
    )


def _threshold(values: Floats, told: Outcome) -> tuple[float, str]:
    """What parts failure from success, and what to say of it beside the number."""
    if values.size == 0:
        return HALF, ""
    beside = ", in the worst quarter of worlds"
    if told.better == "high" and told.unit in CHANCES:
        share = float(np.mean(values < HALF))
        if FEW <= share <= MANY:
            return HALF, ""
        beside += f" (it is below one half in {share:.0%} of them all)"
    return float(np.quantile(values, WORST if told.better == "high" else 1.0 - WORST)), beside
