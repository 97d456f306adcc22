"""A world in which a claim fails, sought where none was drawn: at the ends of what it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.case import Case, override
from tightrope.case.claims import Claim, Claims, options_of
from tightrope.explore.dependence import rank_correlations
from tightrope.explore.proposition import Outcomes, margin
from tightrope.guarantee import Assessment, solve_options
from tightrope.guarantee.draws import parameter_draws

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

#: Parameters that are moved to the ends of their ranges in each round, against the claim.
MOVED = 8
ROUNDS = 4
#: Worlds sought in; what is not moved is drawn.
WORLDS = 64


def seek_failure(
    case: Case,
    claim: Claim,
    claims: Claims,
    found: Floats,
    solved: Assessment,
    progress: Progress | None = None,
    keep: Path | None = None,
) -> dict[str, Any] | None:
    """A plausible but adverse world in which the claim fails, or None where none was found.

    Round after round, the parameters that the margin hangs on most go to the end of their range
    that speaks against the claim, and the rest are drawn again.

    case    with the variants among its options;  found  the claim's margins in the drawn worlds
    keep    folder of what is solved, see `solve_options`
    """
    assert claim.proposition is not None
    drawn = parameter_draws(case, solved.draws, solved.seed)
    draws = min(solved.draws, WORLDS)
    ends: dict[str, float] = {}
    for _ in range(ROUNDS):
        if not drawn:  # all that is free stands at an end already
            return None
        ends |= _against(case, found, drawn)
        adverse = override(case, {name: repr(value) for name, value in ends.items()})
        options = [adverse.option(name) for name in options_of(claim, claims)]
        results = solve_options(adverse, options, draws, solved.seed, progress=progress, keep=keep)
        unweighted = np.zeros((draws, 0))
        again = Assessment(adverse, tuple(results), draws, solved.seed, unweighted)
        found = margin(claim.proposition, Outcomes(again), claims.sets)
        if np.any(found <= 0):
            draw = int(np.nanargmin(found))
            return told(case, ends, draw, float(found[draw]), sought=True)
        drawn = parameter_draws(adverse, draws, solved.seed)  # without those that were moved
    return None


def _against(case: Case, found: Floats, drawn: Mapping[str, Floats]) -> dict[str, float]:
    """The adverse end of the parameters that a margin hangs on most in some worlds."""
    correlation = rank_correlations(found, drawn)
    names = sorted(correlation, key=lambda name: -abs(correlation[name]))[:MOVED]
    return {
        name: case.parameter(name).low if correlation[name] > 0 else case.parameter(name).high
        for name in names
    }


def told(
    case: Case, values: Mapping[str, float], draw: int, by: float, *, sought: bool
) -> dict[str, Any]:
    """A world in which a claim fails, with its telling parameters."""
    rows = []
    for name, value in values.items():
        one = case.parameter(name)
        rows.append(
            {
                "parameter": name,
                "value": float(value),
                "central": one.value,
                "low": one.low,
                "high": one.high,
                "unit": one.unit,
                "meaning": one.meaning,
            }
        )
    numbers = ", ".join(f"{row['parameter']} = {row['value']:.3g}" for row in rows)
    return {"draw": draw, "sought": sought, "margin": by, "parameters": rows,
            "says": f"fails by {abs(by):.3g} with {numbers}"}  # fmt: skip
