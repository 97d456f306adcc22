"""The horizon by a plain dynamic programme: loops over branches, wills and types, no JAX.

Written from the equations of the design (§4), apart from ``tightrope.guarantee.horizon``: the
terminal value is iterated until it stands still, and survival counts probes in each year by name.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import exp, log

import numpy as np
from horizons import Problem
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Row = list[float]


@dataclass
class Choice:
    """What one type does in one step and state: chances of each attack and of a probe."""

    value: float
    attack: tuple[float, float]
    probe: float


@dataclass
class Answer:
    """Fields as in ``horizon.Future``."""

    challenger: Floats
    protege: Floats
    attack: Floats
    probe: Floats
    alive: Floats
    at_end: Floats
    frozen: Floats


def best_of(precision: float, values: Row) -> float:
    """Expected best of actions with extreme-value shocks."""
    top = max(values)
    return top + log(sum(exp(precision * (v - top)) for v in values)) / precision


def politics(world: dict[str, float], step: float, wills: int) -> list[Row]:
    """Chances of moving between states of will in one step."""
    rows = []
    for w in range(wills):
        place = -1.0 + 2.0 * w / (wills - 1)
        rate = world["will.move_rate"] / 2.0 * step
        up = rate * (1.0 - world["will.reversion"] * place) if w < wills - 1 else 0.0
        down = rate * (1.0 + world["will.reversion"] * place) if w > 0 else 0.0
        row = [0.0] * wills
        row[w] = 1.0 - up - down
        if w < wills - 1:
            row[w + 1] = up
        if w > 0:
            row[w - 1] = down
        rows.append(row)
    return rows


def lesson(world: dict[str, float], answered: float, w: int, wills: int) -> Row:
    """Where will stands after a probe: up a state if answered, down if not, else where it was."""
    row = [0.0] * wills
    row[w] += 1.0 - world["will.probe_step"]
    row[min(w + 1, wills - 1)] += world["will.probe_step"] * answered
    row[max(w - 1, 0)] += world["will.probe_step"] * (1.0 - answered)
    return row


def mean(row: Row, values: Row) -> float:
    return sum(p * v for p, v in zip(row, values, strict=True))


class PlainHorizon:
    """One problem solved by loops."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.world, self.paths = problem, problem.world, problem.paths
        self.wills = self.paths["answered"].shape[2]
        self.moves = politics(self.world, problem.step, self.wills)
        self.keep = exp(-self.world["discount"] * problem.step)
        self.year = 1.0 - exp(-self.world["discount"])
        self.moment = 1.0 - exp(-self.world["moments_per_year"] * problem.step)

    def choose(self, b: int, t: int, w: int, prize: float, later: Row) -> Choice:
        """The challenger's choice in one step; ``later`` is its value by next will."""
        world, paths = self.world, self.paths
        precision = world["precision.challenger"]
        fine = precision / self.year
        base, met = world["probe.base_rate"], float(paths["answered"][b, t, w])
        now = (prize * world["line.today"] + float(paths["flow"][b, t])) * (1.0 - self.keep)
        drift = [mean(row, later) for row in self.moves]
        hold = now + self.keep * drift[w]
        gain = (world["probe.gain"] - world["probe.price"] * met) * self.year
        gain -= log((1.0 - base) / base) / fine
        probed = now + gain + self.keep * mean(lesson(world, met, w, self.wills), drift)
        stay = best_of(fine, [hold, probed])
        war = []
        for level, size in ((0, world["war_cost.limited_ratio"]), (1, 1.0)):
            at = (b, t, w, level)
            cost = world["war_cost.challenger"] * size * paths["burden"][at] + paths["snap"][at]
            other = paths["war_flow"][b, t] * (1.0 - paths["lost"][at])
            war.append(float(prize * paths["line"][at] + other - cost))
        best = best_of(precision, [stay, *war])
        chance = [self.moment * exp(precision * (u - best)) for u in (stay, *war)]
        probing = chance[0] / (1.0 + exp(min(700.0, -fine * (probed - hold))))
        value = self.moment * best + (1.0 - self.moment) * hold
        return Choice(value, (chance[1], chance[2]), probing)

    def suffer(self, b: int, t: int, w: int, choice: Choice, later: Row) -> float:
        """The protégé's value in one step, given what the challenger does."""
        paths, flow = self.paths, float(self.paths["protege_flow"][b, t])
        drift = [mean(row, later) for row in self.moves]
        met = float(paths["answered"][b, t, w])
        after = mean(lesson(self.world, met, w, self.wills), drift)
        total = 0.0
        for level in (0, 1):
            total += choice.attack[level] * (float(paths["protege"][b, t, w, level]) + flow)
        total -= choice.probe * self.world["probe.harm"] * self.year
        peace = flow * (1.0 - self.keep)
        total += choice.probe * (peace + self.keep * after)
        quiet = 1.0 - sum(choice.attack) - choice.probe
        return total + quiet * (peace + self.keep * drift[w])

    def end(self, b: int, prize: float) -> tuple[Row, Row]:
        """Both values when the last step repeats for ever: iterated until they stand still."""
        t = self.problem.steps - 1
        value, own = [0.0] * self.wills, [0.0] * self.wills
        while True:
            choices = [self.choose(b, t, w, prize, value) for w in range(self.wills)]
            new = [c.value for c in choices]
            done = max(abs(x - y) for x, y in zip(new, value, strict=True)) < 1e-14
            value = new
            if done:
                break
        while True:
            new = [self.suffer(b, t, w, c, own) for w, c in enumerate(choices)]
            done = max(abs(x - y) for x, y in zip(new, own, strict=True)) < 1e-14
            own = new
            if done:
                return value, own

    def solve(self) -> Answer:
        """Values on signing, chances of attack and of probes, and survival."""
        problem = self.problem
        steps, wills, types = problem.steps, self.wills, len(problem.prizes)
        shape = (problem.count, steps, wills)
        answer = Answer(
            np.zeros(types), np.zeros(types), np.zeros((*shape, 2, types)),
            np.zeros((*shape, types)), np.zeros((*shape, types)),
            np.zeros((problem.count, wills, types)), np.zeros((problem.count, types)),
        )  # fmt: skip
        for q, prize in enumerate(problem.prizes):
            self._one_type(answer, q, float(prize))
        return answer

    def _one_type(self, answer: Answer, q: int, prize: float) -> None:
        problem, wills = self.problem, self.wills
        odds, every = [float(x) for x in problem.odds], range(problem.count)
        ends = [self.end(b, prize) for b in every]
        values, owns = [e[0] for e in ends], [e[1] for e in ends]
        plans: list[list[list[Choice]]] = []
        for t in reversed(range(problem.steps)):
            if problem.early[t] > 0:  # which branch it will be is not known yet
                values = [[mean(odds, [v[w] for v in values]) for w in range(wills)]] * len(every)
                owns = [[mean(odds, [v[w] for v in owns]) for w in range(wills)]] * len(every)
            plan = [[self.choose(b, t, w, prize, values[b]) for w in range(wills)] for b in every]
            owns = [
                [self.suffer(b, t, w, plan[b][w], owns[b]) for w in range(wills)] for b in every
            ]
            values = [[c.value for c in row] for row in plan]
            plans.insert(0, plan)
        answer.challenger[q] = mean(odds, [v[wills // 2] for v in values])
        answer.protege[q] = mean(odds, [v[wills // 2] for v in owns])
        for b in every:
            self._follow(answer, b, q, [plan[b] for plan in plans])

    def _follow(self, answer: Answer, b: int, q: int, plan: list[list[Choice]]) -> None:
        """Survival by (will, probed this year, probed in every year so far)."""
        mass = {(self.wills // 2, False, True): 1.0}
        for t, row in enumerate(plan):
            new: dict[tuple[int, bool, bool], float] = defaultdict(float)
            for (w, probed, always), chance in mass.items():
                choice = row[w]
                answer.alive[b, t, w, q] += chance
                answer.probe[b, t, w, q] += chance * choice.probe
                for level in (0, 1):
                    answer.attack[b, t, w, level, q] += chance * choice.attack[level]
                met = float(self.paths["answered"][b, t, w])
                quiet = 1.0 - sum(choice.attack) - choice.probe
                for v, taught in enumerate(lesson(self.world, met, w, self.wills)):
                    for x, moved in enumerate(self.moves[v]):
                        new[x, True, always] += chance * choice.probe * taught * moved
                for x, moved in enumerate(self.moves[w]):
                    new[x, probed, always] += chance * quiet * moved
            if self.problem.year_end[t] > 0:
                closed: dict[tuple[int, bool, bool], float] = defaultdict(float)
                for (w, probed, always), chance in new.items():
                    closed[w, False, always and probed] += chance
                new = closed
            mass = new
        for (w, probed, always), chance in mass.items():
            answer.at_end[b, w, q] += chance
            if always and not probed:
                answer.frozen[b, q] += chance
