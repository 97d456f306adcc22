"""The search finds what is there to find, and goes on as if it had never stopped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.explore.front import covered, knee, not_dominated
from tightrope.explore.search import Memory, Point, at_random, evolve, exhaustive, whole_grid

SIZES = [4, 3, 4, 3, 4, 3]
OBJECTIVES = 3


class Landscape:
    """A grid whose objectives are curved sums of choices and of pairs of choices."""

    def __init__(self, sizes: Sequence[int] = tuple(SIZES)) -> None:
        chance = np.random.default_rng(0)
        self.single = [chance.normal(size=(OBJECTIVES, n)) for n in sizes]
        self.pairs = {
            (i, j): 0.4 * chance.normal(size=(OBJECTIVES, sizes[i], sizes[j]))
            for i in range(len(sizes))
            for j in range(i)
        }
        self.asked: list[Point] = []

    def __call__(self, points: Sequence[Point]) -> np.ndarray:
        self.asked += points
        place = np.array(points)
        total = sum(one[:, place[:, k]].T for k, one in enumerate(self.single))
        total = total + sum(t[:, place[:, i], place[:, j]].T for (i, j), t in self.pairs.items())
        return 1.0 / (1.0 + np.exp(-total / 2.0))


def anything(point: Point) -> bool:
    """No draft is forbidden."""
    return True


def search(landscape: Landscape, memory: Memory | None = None, budget: int = 170) -> list[Point]:
    """One search with the seed 3."""
    memory = memory or Memory(landscape)
    return evolve(
        memory, SIZES, anything, OBJECTIVES, seed=3, budget=budget, population=24
    )  # fmt: skip


def test_the_search_comes_near_the_true_front_and_beats_chance() -> None:
    """With a tenth of 20,736 drafts the median of five seeds covers 95 %, and more than chance."""
    sizes = [*SIZES, 4, 3]
    landscape = Landscape(sizes)
    grid = whole_grid(sizes, anything)
    values = landscape(grid)
    low, high = values.min(axis=0), values.max(axis=0)
    true = covered(values, low, high)
    budget = len(grid) // 10
    found, luck = [], []
    for seed in range(5):
        memory = Memory(landscape)
        points = evolve(
            memory, sizes, anything, OBJECTIVES, seed=seed, budget=budget, population=80
        )
        assert len(points) == len(set(points)) == len(memory.found) == budget
        found.append(covered(memory.ask(points), low, high) / true)
        memory = Memory(landscape)
        drawn = at_random(memory, sizes, anything, seed=seed, budget=budget, batch=50)
        luck.append(covered(memory.ask(drawn), low, high) / true)
    assert np.median(found) >= 0.95
    assert np.median(found) > np.median(luck)


def test_a_search_takes_any_seed() -> None:
    """A seed longer than libraries take is no fault of the asker."""
    memory = Memory(Landscape())
    evolve(memory, SIZES, anything, OBJECTIVES, seed=2**40, budget=30, population=8)
    assert len(memory.found) == 30


def test_nothing_is_judged_twice() -> None:
    """Each draft is judged once, however often the search comes back to it."""
    landscape = Landscape()
    search(landscape)
    assert len(landscape.asked) == len(set(landscape.asked)) == 170


@pytest.mark.parametrize("stopped_after", [1, 60, 140])
def test_a_resumed_search_ends_like_one_that_never_stopped(stopped_after: int) -> None:
    """What was judged before a stop is not judged again, and the outcome is the same."""
    whole = Landscape()
    straight = Memory(whole)
    points = search(whole, straight)
    before = dict(list(straight.found.items())[:stopped_after])
    again = Landscape()
    resumed = search(again, Memory(again, found=dict(before)))
    assert resumed == points
    assert set(again.asked) == set(points) - set(before)


def test_what_is_kept_is_kept_after_every_generation() -> None:
    """The memory is written down each time new drafts were judged, and at no other time."""
    landscape, sizes = Landscape(), []
    memory = Memory(landscape)
    memory.kept = lambda: sizes.append(len(memory.found))
    search(landscape, memory)
    assert len(sizes) >= 5 and sizes == sorted(set(sizes)) and sizes[-1] == 170


def test_what_is_not_allowed_is_never_judged() -> None:
    """A search keeps to the allowed drafts, and a draft that cannot be judged is no obstacle."""
    landscape = Landscape()

    def allowed(point: Point) -> bool:
        return point[0] != 2 and point[1] + point[2] < 4

    def judge(points: Sequence[Point]) -> np.ndarray:
        values = landscape(points)
        values[[p[4] == 1 for p in points]] = np.inf
        return values

    memory = Memory(judge)
    points = evolve(
        memory, SIZES, allowed, OBJECTIVES, seed=0, budget=150, population=20, first=[(0,) * 6]
    )
    assert all(allowed(point) for point in memory.found) and points[0] == (0,) * 6
    front = [p for p, ok in zip(points, not_dominated(memory.ask(points)), strict=True) if ok]
    assert front and all(point[4] != 1 for point in front)
    assert evolve(memory, SIZES, lambda _: False, OBJECTIVES, seed=0, budget=9, population=4) == []


def test_a_small_grid_is_judged_whole() -> None:
    """Exhaustive search judges each allowed draft once, in batches."""
    batches: list[int] = []

    def judge(points: Sequence[Point]) -> np.ndarray:
        batches.append(len(points))
        return np.array([[p[0], -p[0]] for p in points], dtype=float)

    points = exhaustive(Memory(judge), [3, 4], lambda p: p != (0, 0), batch=4)
    assert len(points) == 11 and batches == [4, 4, 3]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=20))
def test_the_front_is_what_nobody_beats(rows: list[tuple[int, int, int]]) -> None:
    """A row is on the front exactly if no other is as good everywhere and better somewhere."""
    points = np.array(rows, dtype=float)
    kept = not_dominated(points)
    for k, row in enumerate(points):
        beaten = np.any(np.all(points <= row, axis=1) & np.any(points < row, axis=1))
        first = next(i for i, other in enumerate(rows) if other == rows[k]) == k
        assert kept[k] == (not beaten and first)


def test_cover_and_knee_of_a_known_front() -> None:
    """Two steps of a staircase cover three quarters less a quarter, and the bulge is the knee."""
    low, high = np.zeros(2), np.ones(2)
    assert covered(np.array([[0.0, 0.5], [0.5, 0.0]]), low, high) == pytest.approx(0.75)
    assert covered(np.array([[0.0, 0.0], [0.3, 0.3]]), low, high) == pytest.approx(1.0)
    assert covered(np.array([[1.0, 0.2], [np.inf, 0.0]]), low, high) == 0.0
    assert knee(np.array([[0.0, 1.0], [0.2, 0.2], [1.0, 0.0], [np.inf, np.inf]])) == 1
