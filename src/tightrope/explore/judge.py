"""What a draft is worth: its objectives over the draws, and who gains by it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tightrope.case import Option
from tightrope.case.levers import Levers, Objective
from tightrope.explore.search import Point
from tightrope.explore.space import Space
from tightrope.guarantee import EQUAL, SCALARS, solve_options
from tightrope.guarantee.assess import CHUNK, Result
from tightrope.guarantee.record import log_likelihoods, weights_of
from tightrope.treaty import InputError, Where

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

JUDGED = (*SCALARS, *(f"equal_{name}" for name in EQUAL))
#: A draft that could be solved in fewer than this share of the draws is not judged.
SOLVED = 0.5
WORST = 0.1
#: Outcomes told of every draft, whatever it is judged by.
TOLD = ("settled", "held", "durable", "clash_in_force", "cost_expected")


def check_objectives(levers: Levers) -> None:
    """Refuse an objective that the model does not have. Errors: InputError."""
    for number, objective in enumerate(levers.objectives):
        if objective.outcome not in JUDGED:
            raise InputError(
                f"'{objective.outcome}' is not an outcome to judge a draft by", "TW214",
                Where(field=f"objectives[{number}].outcome"), JUDGED, "name one of these",
                objective.outcome,
            )  # fmt: skip


def label(objective: Objective) -> str:
    """The name of an objective in documents."""
    tail = "" if objective.taken == "mean" else "_worst_decile"
    return objective.outcome + tail


class Judge:
    """Judges options and drafts in the same worlds, weighted by the record.

    draws, seed  the worlds, see `tightrope.guarantee.draws.sample`
    keep         folder of what is solved, see `solve_options`
    """

    def __init__(
        self,
        space: Space,
        draws: int,
        seed: int,
        progress: Progress | None,
        keep: Path | None = None,
    ) -> None:
        self.space, self.draws, self.seed = space, draws, seed
        self.progress, self.keep = progress, keep

    @cached_property
    def weights(self) -> Floats:
        """Weights of the worlds by the record, summing to one."""
        return weights_of(log_likelihoods(self.space.case, self.draws, self.seed, CHUNK))

    def results(self, points: Sequence[Point]) -> list[Result]:
        """The drafts solved together."""
        with tempfile.TemporaryDirectory(prefix="tightrope-") as place:
            made = [self.space.option(point, Path(place))[0] for point in points]
            return self._solved(made)

    def options(self, options: Sequence[Option]) -> list[Result]:
        """Existing options solved together."""
        return self._solved(options)

    def _solved(self, options: Sequence[Option]) -> list[Result]:
        return solve_options(
            self.space.case, options, self.draws, self.seed,
            progress=self.progress, keep=self.keep,
        )  # fmt: skip

    def objectives(self, result: Result) -> Floats:
        """The objectives in their own units and directions, (m,); NaN where not judged."""
        found = [
            taken(values_of(result, one.outcome), self.weights, one)
            for one in self.space.levers.objectives
        ]
        return np.array(found)

    def to_minimise(self, objectives: Floats) -> Floats:
        """Objectives turned so that less is better, `inf` where not judged."""
        sign = [-1.0 if one.better == "more" else 1.0 for one in self.space.levers.objectives]
        turned = np.asarray(sign) * objectives
        return np.where(np.isfinite(turned), turned, np.inf)

    def search(self, points: Sequence[Point]) -> Floats:
        """What a search needs: objectives to minimise, (n, m)."""
        return np.stack([self.to_minimise(self.objectives(r)) for r in self.results(points)])

    def told(self, result: Result) -> dict[str, float | None]:
        """Means of the outcomes of `TOLD`, of who accepts, and of what the duties add."""
        found = {name: mean(values_of(result, name), self.weights) for name in TOLD}
        found["deterrence_equal_terms"] = mean(result.equal["deterrence"], self.weights)
        case = self.space.case
        ids = case.guarantor_ids
        names = (case.challenger, case.protege, *ids)
        if result.agreement:
            others = [
                k for k, name in enumerate(names)
                if k > 1 and name in result.parties and name != case.lead
            ]  # fmt: skip
            found["accept_challenger"] = mean(result.accept[:, 0], self.weights)
            found["accept_protege"] = mean(result.accept[:, 1], self.weights)
            if case.lead in result.parties:
                lead = names.index(str(case.lead))
                found["accept_lead"] = mean(result.accept[:, lead], self.weights)
            if others:
                average = result.accept[:, others].mean(axis=1)
                found["accept_others"] = mean(average, self.weights)
        return found


def values_of(result: Result, outcome: str) -> Floats:
    """An outcome in every world; all missing where the option has none."""
    if outcome.startswith("equal_"):
        return result.equal[outcome.removeprefix("equal_")]
    return result.scalars.get(outcome, np.full(result.failed.shape, np.nan))


def mean(values: Floats, weights: Floats) -> float | None:
    """The weighted mean of what is known, None where nothing is."""
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return None
    return float(values[known] @ weights[known] / weights[known].sum())


def taken(values: Floats, weights: Floats, objective: Objective) -> float:
    """The mean, or the mean of the worst tenth, of an outcome; NaN if too few worlds are known."""
    known = np.isfinite(values)
    if known.mean() < SOLVED or weights[known].sum() <= 0:
        return float("nan")
    value, weight = values[known], weights[known] / weights[known].sum()
    if objective.taken == "mean":
        return float(value @ weight)
    order = np.argsort(value if objective.better == "more" else -value, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    share = np.clip(WORST - before, 0.0, weight[order])
    return float(value[order] @ share / share.sum())
