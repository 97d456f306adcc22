"""How near the search for drafts comes to the true front of a grid of 25,920 drafts.

The true front of so many drafts of the whole model costs hours, so the landscape is a surrogate
made from real solves: Ukraine with six guarantors at central values, each objective on the logit
scale as its value at the base, plus what each choice adds, plus what each pair of choices adds
beyond that (a cut-HDMR expansion of second order; Rabitz and Aliş 1999). Every single choice and
every pair is solved by the model; what three choices do together is left out, and how far that is
from the model is said on drafts drawn at random.

Prints the hypervolume covered by the median of five searches at a tenth of the evaluations, as a
share of the true front's, against that of as many drafts drawn at random; a ratio below one means
that the search covers more. It fails if the median is below 0.95, or not above chance.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from harness import QUICK, line, note

from tightrope.case import Case, load_case, override, without
from tightrope.case.levers import load_levers
from tightrope.explore.front import covered
from tightrope.explore.search import Memory, Point, at_random, evolve, whole_grid
from tightrope.explore.space import Space
from tightrope.guarantee import solve_options

#: Five of the text, as many as it waits for, and a friend of the challenger.
KEPT = ("US", "GB", "FR", "DE", "PL", "CN")
MOVED = ("levels", "modality", "specificity", "lead", "deadline", "troops", "aid", "relief")
OUTCOMES = (("settled", -1.0), ("held", -1.0), ("clash_in_force", 1.0))
SEEDS, SHARE, LIMIT = 5, 0.1, 0.95
CHECKED = 5 if QUICK else 40
EDGE = 1e-9


def small_case() -> Case:
    """Ukraine with six guarantors and every parameter at its central value."""
    case = load_case("ukraine")
    for guarantor in case.guarantor_ids:
        if guarantor not in KEPT:
            case = without(case, guarantor)
    free = [p for p in case.parameters if p.low < p.high]
    return override(case, {p.id: repr(p.value) for p in free})


def small_space(case: Case) -> Space:
    """The drafts of eight of the case's levers (three with --quick)."""
    levers = load_levers(case)
    moved = MOVED[:3] if QUICK else MOVED
    kept = {one.id: one for one in levers.levers}
    return Space(
        case,
        levers.model_copy(update={"levers": tuple(kept[name] for name in moved), "exclusions": ()}),
    )


def solved(space: Space, points: Sequence[Point]) -> np.ndarray:
    """The objectives of the drafts by the model, less is better, on the logit scale, (n, m)."""
    with tempfile.TemporaryDirectory() as place:
        options = [space.option(point, Path(place))[0] for point in points]
        results = solve_options(space.case, options, draws=1, seed=0)
    chances = np.array([[float(r.scalars[name][0]) for name, _ in OUTCOMES] for r in results])
    clipped = np.clip(chances, EDGE, 1.0 - EDGE)
    sign = np.array([sign for _, sign in OUTCOMES])
    return np.asarray(sign * np.log(clipped / (1.0 - clipped)))


class Surrogate:
    """The landscape made of the base, every choice and every pair of choices."""

    def __init__(self, space: Space) -> None:
        sizes, base = space.sizes, space.start
        single = [(k, a) for k, n in enumerate(sizes) for a in range(1, n)]
        pairs = [(one, two) for one, two in itertools.combinations(single, 2) if one[0] != two[0]]
        points = [base, *(put(base, one) for one in single)]
        points += [put(put(base, one), two) for one, two in pairs]
        note(f"design: {len(points)} real drafts for the surrogate")
        value = dict(zip(points, solved(space, points), strict=True))
        self.centre = value[base]
        self.one = [np.zeros((n, len(OUTCOMES))) for n in sizes]
        for k, a in single:
            self.one[k][a] = value[put(base, (k, a))] - self.centre
        self.two = {}
        for i, j in itertools.combinations(range(len(sizes)), 2):
            table = np.zeros((sizes[i], sizes[j], len(OUTCOMES)))
            for a, b in itertools.product(range(1, sizes[i]), range(1, sizes[j])):
                both = value[put(put(base, (i, a)), (j, b))]
                table[a, b] = both - self.centre - self.one[i][a] - self.one[j][b]
            self.two[i, j] = table

    def logits(self, points: Sequence[Point]) -> np.ndarray:
        """Objectives on the logit scale, (n, m)."""
        place = np.array(points)
        total = self.centre + sum(one[place[:, k]] for k, one in enumerate(self.one))
        return total + sum(t[place[:, i], place[:, j]] for (i, j), t in self.two.items())

    def __call__(self, points: Sequence[Point]) -> np.ndarray:
        """Objectives as chances, less is better: a chance, or one less a chance."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.logits(points))))


def put(point: Point, choice: tuple[int, int]) -> Point:
    """The draft with one lever moved."""
    lever, place = choice
    return (*point[:lever], place, *point[lever + 1 :])


def main() -> None:
    """Build the landscape, find its true front, and set the search against chance."""
    space = small_space(small_case())
    surrogate = Surrogate(space)
    grid = whole_grid(space.sizes, space.allowed)
    chance = np.random.default_rng(0)
    drawn = [grid[k] for k in chance.choice(len(grid), CHECKED, replace=False)]
    gap = np.abs(surrogate(drawn) - 1.0 / (1.0 + np.exp(-solved(space, drawn))))
    note(
        f"design: surrogate against the model on {CHECKED} random drafts, mean difference "
        + ", ".join(f"{n} {g:.4f}" for (n, _), g in zip(OUTCOMES, gap.mean(axis=0), strict=True))
    )
    values = surrogate(grid)
    low, high = values.min(axis=0), values.max(axis=0)
    true = covered(values, low, high)
    budget = int(SHARE * len(grid))
    ours, theirs = [], []
    for seed in range(SEEDS):
        memory = Memory(surrogate)
        found = evolve(
            memory, space.sizes, space.allowed, len(OUTCOMES),
            seed=seed, budget=budget, population=max(8, min(80, budget // 10)),
        )  # fmt: skip
        ours.append(covered(memory.ask(found), low, high) / true)
        memory = Memory(surrogate)
        luck = at_random(memory, space.sizes, space.allowed, seed=seed, budget=budget, batch=1000)
        theirs.append(covered(memory.ask(luck), low, high) / true)
    note(f"design: {len(grid)} drafts, {budget} judged by each of {SEEDS} searches")
    mine, luck_median = statistics.median(ours), statistics.median(theirs)
    line("design_front", mine, luck_median, min(theirs) / max(ours), max(theirs) / min(ours))
    if not QUICK and (mine < LIMIT or mine <= luck_median):
        wanted = f"wanted {LIMIT} and more than {luck_median:.3f}"
        raise SystemExit(f"design: {mine:.3f} covered, {wanted}")


if __name__ == "__main__":
    main()
