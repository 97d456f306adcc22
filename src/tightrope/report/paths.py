"""Outcomes kept by year, option by option."""

from __future__ import annotations

import numpy as np

from tightrope.report.results import Floats, Results
from tightrope.report.weighing import evenly

HAZARDS = {"path_hazard_limited": "limited attack", "path_hazard_full": "full attack"}
"""Outcomes with dims option, draw, time: chance per step of a first attack, given none before."""


def path(results: Results, option: str, name: str) -> Floats | None:
    """Values over draws and steps, or None where the run does not keep them."""
    found = results.values(option, name)
    return None if found is None or found.ndim != 2 else found


def mean_path(results: Results, option: str, name: str) -> Floats | None:
    """The mean over worlds at each step, or None where it is missing."""
    found = path(results, option, name)
    if found is None:
        return None
    known = np.isfinite(found).all(axis=1)
    weight = evenly(results.weights, len(found))[known]
    if not known.any() or weight.sum() <= 0:
        return None
    return np.asarray(weight @ found[known] / weight.sum())
