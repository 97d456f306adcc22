"""What would change the answer: the smallest plausible change found that reverses two.

From the central world, in shares of each input's distribution, so that every input moves within
its plausible range and nothing else. g is how far a is ahead of b.

**One input alone.** The inputs whose slope promises most are moved a quarter of the way to the end
of their range, then a half, three quarters and all of it. The turning point is found by halving the
first of these intervals at whose end the order is reversed, so an order that turns back further on
is seen; one that turns and turns back within an interval is not.

**Several together.** The nearest point with g = 0 by the iteration of Hasofer and Lind (1974) and
Rackwitz and Fiessler (1978), u ← ū + [(∇g·(u − ū) − g)/|∇g|²] ∇g with ū the central world, kept to
the strongest inputs and to the range; then the way there is searched for the turning point.

Slopes are derivatives through the model. Every point that is reported was solved anew.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.explore.problem import Floats, Input, Problem
from tightrope.explore.run import Session, solve_rows
from tightrope.explore.words import joined, moved
from tightrope.treaty import InputError, Where

#: Worlds solved together, whatever is asked: one compiled program serves all.
BATCH = 16
#: Parts of the way to the end of a range that are looked at, and halvings of the one that turns.
PARTS, HALVINGS = 4, 4
#: Options whose outcomes differ by no more are equal, and have no order to reverse.
EQUAL = 1e-12
#: Inputs that the joint change may move, and its steps.
TOGETHER, STEPS = 6, 3
#: Options up to which every pair is looked at; of more, neighbours in the order at the centre.
FEW = 3
#: Changes of single inputs that are told for each pair.
TOLD = 5
#: Shares stay this far from the very ends, where slopes of some distributions are infinite.
END = 1e-3


def flip(problem: Problem, session: Session, outcome: str, seed: int) -> dict[str, Any]:
    """The smallest changes found that reverse pairs of options.

    Returns {flips, pairs, failed}: each flip has a (ahead at the centre), b, parameter, from, to,
            says, share (of the range moved), alone, and the gaps before and after; failed counts
            the cells that were tried and not solved, option by option
    Errors  InputError for fewer than two options
    """
    if len(problem.options) < 2:
        raise InputError(
            "what would change the answer is asked of two options, but one is given",
            "TW206",
            Where(field="--option"),
            remedy="name two",
        )
    search = _Search(problem, session, outcome, seed)
    centre = search.values(np.tile(problem.centre(), (1, 1)))
    order = sorted(problem.options, key=lambda o: -search.good(centre[o][0]))
    pairs = list(combinations(order, 2)) if len(order) <= FEW else list(pairwise(order))
    flips: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    for done, (a, b) in enumerate(pairs):
        if session.progress:
            session.progress(f"{a} against {b}", done, len(pairs))
        gap = search.good(centre[a][0]) - search.good(centre[b][0])
        found = search.pair(a, b, gap) if np.isfinite(gap) and abs(gap) > EQUAL else []
        flips += found
        told.append({"a": a, "b": b, "gap": gap, "says": _summary(problem, a, b, gap, found)})
    return {"flips": flips, "pairs": told, "failed": search.failed}


def _summary(problem: Problem, a: str, b: str, gap: float, found: list[dict[str, Any]]) -> str:
    if not np.isfinite(gap):
        return f"{a} and {b} cannot be compared at the centre"
    if abs(gap) <= EQUAL:
        return f"{a} and {b} are equal at the centre, so that there is no order to reverse"
    if not found:
        return f"no plausible change that was tried puts {b} ahead of {a}"
    alone = [row for row in found if row["alone"]]
    if alone:
        return str(alone[0]["says"])
    return str(found[0]["says"])


class _Search:
    """Solves and differentiates the difference of two options around the central world."""

    def __init__(self, problem: Problem, session: Session, outcome: str, seed: int) -> None:
        self.problem, self.session, self.outcome, self.seed = problem, session, outcome, seed
        self.sign = 1.0 if problem.outcomes[outcome].better == "high" else -1.0
        self.centre = problem.centre()
        self.failed = dict.fromkeys(problem.options, 0)

    def good(self, value: float) -> float:
        """The outcome so that more is better."""
        return self.sign * float(value)

    def values(self, shares: Floats) -> dict[str, Floats]:
        """The outcome of every option in some worlds, solved in batches of one size."""
        count = shares.shape[0]
        padded = np.resize(shares, (-(-count // BATCH) * BATCH, shares.shape[1]))
        found, failed = solve_rows(
            self.problem, self.session, "flip", padded, self.seed, self.outcome, chunk=BATCH
        )
        for option, bad in failed.items():
            self.failed[option] += int(bad[:count].sum())
        return {option: value[:count] for option, value in found.items()}

    def gaps(self, a: str, b: str, shares: Floats) -> Floats:
        """How far a is ahead of b in some worlds."""
        found = self.values(shares)
        return self.sign * (found[a] - found[b])

    def slope(self, a: str, b: str, share: Floats) -> Floats:
        """Derivative of the gap by each share at one world."""
        inside = np.clip(share, END, 1.0 - END)[None]
        slopes = []
        for done, option in enumerate((a, b)):
            if self.session.progress:
                self.session.progress(
                    f"derivatives of {option} (programs compile for minutes the first time)",
                    done,
                    2,
                )
            slopes.append(self.problem.slopes(inside, option, self.outcome)[1][0])
        return np.asarray(np.nan_to_num(self.sign * (slopes[0] - slopes[1])))

    def pair(self, a: str, b: str, gap: float) -> list[dict[str, Any]]:
        """Flips of one pair: single inputs, the smallest first, then several together."""
        slope = self.slope(a, b, self.centre)
        return self._alone(a, b, gap, slope) + self._together(a, b, gap, slope)

    def _alone(self, a: str, b: str, gap: float, slope: Floats) -> list[dict[str, Any]]:
        ends = np.where(slope > 0, 0.0, 1.0)
        promise = np.abs(slope * (ends - self.centre))
        tried = np.argsort(-promise, kind="stable")[: min(BATCH, len(promise))]
        centre, way = self.centre[tried], (ends - self.centre)[tried]
        near, far = centre.copy(), np.full(len(tried), np.nan)
        for part in range(1, PARTS + 1):
            place = centre + way * part / PARTS
            turned = self._moved(a, b, tried, place)[1] < 0
            open_ = np.isnan(far)
            far = np.where(open_ & turned, place, far)
            near = np.where(open_ & ~turned, place, near)
        kept = np.isfinite(far)
        tried, near, far = tried[kept], near[kept], far[kept]
        if not tried.size:
            return []
        for _ in range(HALVINGS):
            middle = 0.5 * (near + far)
            turned = self._moved(a, b, tried, middle)[1] < 0
            far = np.where(turned, middle, far)
            near = np.where(turned, near, middle)
        rows, after = self._moved(a, b, tried, far)
        moves = np.abs(far - self.centre[tried])
        found = []
        for k in np.argsort(moves, kind="stable"):
            if not after[k] < 0:
                continue
            says = f"{b} overtakes {a} if {self._words([tried[k]], rows[k])}"
            found.append(self._row(a, b, tried[k], rows[k], gap, after[k], says, alone=True))
        return found[:TOLD]

    def _moved(
        self, a: str, b: str, inputs: NDArray[np.intp], places: Floats
    ) -> tuple[Floats, Floats]:
        """Worlds with one input each moved from the centre, and how far a is ahead of b there."""
        rows = np.tile(self.centre, (len(inputs), 1))
        rows[np.arange(len(inputs)), inputs] = places
        return rows, self.gaps(a, b, rows)

    def _together(self, a: str, b: str, gap: float, slope: Floats) -> list[dict[str, Any]]:
        strong = np.sort(np.argsort(-np.abs(slope), kind="stable")[:TOGETHER])
        here, value, target = self.centre.copy(), gap, None
        for step in range(STEPS):
            part = np.zeros_like(slope)
            part[strong] = slope[strong]
            size = float(part @ part)
            if size <= 0.0:
                return []
            away = here - self.centre
            aim = self.centre + (float(part @ away) - value) / size * part
            # A little beyond, so that rounding of the slope does not leave the order as it is.
            here = np.clip(self.centre + 1.05 * (aim - self.centre), 0.0, 1.0)
            value = float(self.gaps(a, b, here[None])[0])
            if value < 0:
                target = here
                break
            if step + 1 < STEPS:
                slope = self.slope(a, b, here)
        if target is None:
            return []
        way = np.linspace(0.0, 1.0, BATCH + 1)[1:, None]
        rows = self.centre + way * (target - self.centre)
        gaps = self.gaps(a, b, rows)
        first = int(np.argmax(gaps < 0))
        moved_inputs = [k for k in strong if abs(rows[first, k] - self.centre[k]) > 1e-6]
        says = f"{b} overtakes {a} if together {self._words(moved_inputs, rows[first])}"
        found = [
            self._row(a, b, k, rows[first], gap, gaps[first], says, alone=False)
            for k in moved_inputs
        ]
        return sorted(found, key=lambda row: -row["share"])

    def _words(self, moved_inputs: list[int], share: Floats) -> str:
        start, end = (self.problem.values(s[None])[0] for s in (self.centre, share))
        inputs: tuple[Input, ...] = self.problem.inputs
        return joined([moved(inputs[k], start[k], end[k]) for k in moved_inputs])

    def _row(
        self, a: str, b: str, k: int, share: Floats, gap: float, after: float, says: str, *,
        alone: bool,
    ) -> dict[str, Any]:  # fmt: skip
        start, end = (self.problem.values(s[None])[0][k] for s in (self.centre, share))
        one = self.problem.inputs[k]
        return {
            "a": a,
            "b": b,
            "outcome": self.outcome,
            "parameter": one.id,
            "from": float(start),
            "to": float(end),
            "unit": one.unit,
            "share": float(abs(share[k] - self.centre[k])),
            "alone": alone,
            "gap_before": float(gap),
            "gap_after": float(after),
            "says": says,
        }
