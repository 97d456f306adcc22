"""Search on a grid of choices for what is best by several objectives at once.

A point of the grid is one choice per lever. Every point is judged once and remembered; a search
that begins again with the same seed and what was remembered goes the same way without judging
anything anew, so that a resumed search and one that was never interrupted end alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tightrope.explore.problem import short_seed

Floats = NDArray[np.float64]
Point = tuple[int, ...]
Judge = Callable[[Sequence[Point]], Floats]
"""Takes points not judged before; returns their objectives, less is better, (n, m)."""


@dataclass
class Memory:
    """Every point that was judged, in order, with its objectives.

    judge   called once per generation with the points that are new
    kept    called after each generation, to write down what is remembered
    """

    judge: Judge
    kept: Callable[[], None] = lambda: None
    found: dict[Point, Floats] = field(default_factory=dict)
    begun: int = 0
    """Points that were remembered at the start of the run."""

    def ask(self, points: Sequence[Point]) -> Floats:
        """Objectives of the points; new ones are judged together."""
        new = list(dict.fromkeys(point for point in points if point not in self.found))
        if new:
            for point, value in zip(new, self.judge(new), strict=True):
                self.found[point] = np.asarray(value, dtype=float)
            self.kept()
        return np.stack([self.found[point] for point in points])


def whole_grid(sizes: Sequence[int], allowed: Callable[[Point], bool]) -> list[Point]:
    """Every point of the grid that is allowed."""
    return [point for point in product(*(range(n) for n in sizes)) if allowed(point)]


def exhaustive(
    memory: Memory, sizes: Sequence[int], allowed: Callable[[Point], bool], batch: int
) -> list[Point]:
    """Judge the whole grid, ``batch`` points at a time."""
    points = whole_grid(sizes, allowed)
    for start in range(0, len(points), batch):
        memory.ask(points[start : start + batch])
    return points


def evolve(
    memory: Memory,
    sizes: Sequence[int],
    allowed: Callable[[Point], bool],
    objectives: int,
    *,
    seed: int,
    budget: int,
    population: int,
    first: Sequence[Point] = (),
) -> list[Point]:
    """Search by NSGA-II until ``budget`` points have been asked for that this seed had not yet.

    first    points that the first generation begins with
    Returns  the points asked for, in order
    Source   Deb et al. (2002), as pymoo has it (Blank and Deb 2020); choices have no order, so
             parents' choices are mixed one by one, and a choice changes to any other
    """
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.evaluator import Evaluator
    from pymoo.core.mutation import Mutation
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.ux import UX
    from pymoo.problems.static import StaticProblem

    chance = np.random.default_rng(seed)
    highest = np.asarray(sizes) - 1
    asked: dict[Point, None] = {}

    class OtherChoice(Mutation):  # type: ignore[misc]
        """Each choice changes with chance 1.5 / number of levers."""

        def _do(self, problem: object, X: Floats, **_: object) -> NDArray[np.int64]:
            changed = chance.random(X.shape) < 1.5 / len(sizes)
            drawn = chance.integers(0, highest + 1, size=X.shape)
            return np.where(changed, drawn, X.astype(int))

    start = _first_generation(chance, sizes, allowed, population, first)
    if not start:
        return []
    problem = Problem(n_var=len(sizes), n_obj=objectives, n_ieq_constr=1, xl=0, xu=highest)
    algorithm = NSGA2(
        pop_size=len(start),
        sampling=np.array(start),
        crossover=UX(prob=0.9),
        mutation=OtherChoice(),
    )
    algorithm.setup(problem, seed=short_seed(seed), termination=("n_gen", 10**6), verbose=False)
    idle = 0
    while len(asked) < budget and idle < 50:
        offspring = algorithm.ask()
        points = [tuple(int(x) for x in one) for one in offspring.get("X")]
        fine = [allowed(point) for point in points]
        wanted = [point for point, ok in zip(points, fine, strict=True) if ok]
        new = [point for point in dict.fromkeys(wanted) if point not in asked]
        over = set(new[budget - len(asked) :])
        new = [point for point in new if point not in over]
        idle = 0 if new else idle + 1
        asked.update(dict.fromkeys(new))
        worst = np.full((len(points), objectives), np.inf)
        judged = [k for k, p in enumerate(points) if fine[k] and p not in over]
        if judged:
            worst[judged] = memory.ask([points[k] for k in judged])
        # What is not allowed, or could not be judged, is worse than all else.
        bad = ~np.all(np.isfinite(worst), axis=1)
        static = StaticProblem(
            problem, F=np.where(bad[:, None], 1e9, worst), G=bad[:, None].astype(float)
        )
        Evaluator().eval(static, offspring)
        algorithm.tell(infills=offspring)
    return list(asked)


def at_random(
    memory: Memory,
    sizes: Sequence[int],
    allowed: Callable[[Point], bool],
    *,
    seed: int,
    budget: int,
    batch: int,
) -> list[Point]:
    """Judge ``budget`` different points drawn at random: what a search has to beat."""
    chance = np.random.default_rng(seed)
    asked = _draw(chance, sizes, allowed, budget, {})
    for start in range(0, len(asked), batch):
        memory.ask(asked[start : start + batch])
    return asked


def _first_generation(
    chance: np.random.Generator,
    sizes: Sequence[int],
    allowed: Callable[[Point], bool],
    population: int,
    first: Sequence[Point],
) -> list[Point]:
    start = list(dict.fromkeys(point for point in first if allowed(point)))[:population]
    more = _draw(chance, sizes, allowed, population - len(start), dict.fromkeys(start))
    return start + more


def _draw(
    chance: np.random.Generator,
    sizes: Sequence[int],
    allowed: Callable[[Point], bool],
    count: int,
    taken: dict[Point, None],
) -> list[Point]:
    """Different allowed points at random, as many as wanted or as a patient search finds."""
    found: dict[Point, None] = {}
    for _ in range(200 * max(count, 1)):
        if len(found) >= count:
            break
        point = tuple(int(x) for x in chance.integers(0, np.asarray(sizes)))
        if allowed(point) and point not in taken:
            found[point] = None
    return list(found)
