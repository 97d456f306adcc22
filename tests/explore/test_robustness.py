"""Robustness by hand, by theory, and its uncertainty."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from doubles import ask
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tightrope.explore import Draws
from tightrope.explore.problem import Input, Outcome
from tightrope.explore.robustness import MEASURES, robustness
from tightrope.treaty import InputError

FEW = 20


def told(rows: np.ndarray, weights: np.ndarray | None = None, better: str = "high") -> Draws:
    options = tuple("abcdefgh"[: len(rows)])
    count = rows.shape[1]
    even = np.full(count, 1.0 / count)
    return Draws(
        (Input("x", 0.0, 1.0, 0.5),), np.zeros((count, 1)), options, {o: o for o in options},
        {"y": Outcome("chance", "", better)},  # type: ignore[arg-type]
        {o: {"y": rows[k]} for k, o in enumerate(options)},
        even if weights is None else weights / weights.sum(),
    )  # fmt: skip


def by_option(draws: Draws, threshold: float | None = None) -> dict[str, dict[str, float]]:
    return {row["option"]: row for row in robustness(draws, "y", 0, threshold)["ranks"]}


def test_measures_by_hand() -> None:
    """Twenty worlds, b falls in the last two: every measure as worked out by hand."""
    a = np.full(FEW, 0.6)
    b = np.where(np.arange(FEW) < 18, 0.9, 0.1)
    found = by_option(told(np.stack([a, b])))
    assert found["a"]["regret"] == pytest.approx(0.3) and found["b"]["regret"] == pytest.approx(0.5)
    assert found["a"]["satisficing"] == pytest.approx(1.0) and found["b"][
        "satisficing"
    ] == pytest.approx(0.9)
    assert found["b"]["maximin"] == pytest.approx(0.1)
    assert found["b"]["hurwicz"] == pytest.approx(0.5)
    assert found["b"]["worst_decile"] == pytest.approx(0.1)
    assert found["b"]["mean"] == pytest.approx(0.82)
    assert [found["a"]["rank"], found["b"]["rank"]] == [1.0, 2.0]


def test_weights_count() -> None:
    """A world of weight 0 is as if it were not there."""
    a = np.full(FEW + 1, 0.6)
    b = np.where(np.arange(FEW + 1) < FEW, 0.9, 0.1)
    weights = np.where(np.arange(FEW + 1) < FEW, 1.0, 0.0)
    found = by_option(told(np.stack([a, b]), weights))
    assert found["b"]["rank"] == 1.0 and found["b"]["maximin"] == pytest.approx(0.9)


def test_the_worst_tenth_takes_part_of_a_world() -> None:
    """A tenth of 25 even worlds is two and a half of them: (0 + 1 + 2/2)/2.5."""
    values = np.arange(25.0)
    found = by_option(told(np.stack([values, values + 1.0])), 5.0)
    assert found["a"]["worst_decile"] == pytest.approx((0.0 + 1.0 + 0.5 * 2.0) / 2.5)


def test_less_can_be_better() -> None:
    """Where less is better, the lower option is the more robust, in its own units."""
    low = np.linspace(1.0, 2.0, FEW)
    found = by_option(told(np.stack([low + 1.0, low]), better="low"), 2.0)
    assert found["b"]["rank"] == 1.0
    assert found["b"]["maximin"] == pytest.approx(2.0) and found["b"][
        "satisficing"
    ] == pytest.approx(1.0)


@settings(max_examples=8, deadline=None)
@given(arrays(float, (3, FEW), elements=st.floats(0.0, 1.0)), st.floats(0.01, 0.5))
def test_what_is_better_in_every_world_comes_first(rows: np.ndarray, more: float) -> None:
    """Dominance is respected, and ranks sum to what ranks sum to."""
    best = rows.max(axis=0) + more
    found = by_option(told(np.vstack([rows, best])))
    # Where several are good enough in every world they share that rank, and only that one.
    assert found["d"]["rank"] == 1.0
    assert found["d"]["regret"] == 0.0
    assert sum(row["rank"] for row in found.values()) == pytest.approx(10.0)
    for name in MEASURES:
        assert sum(row["by_measure"][name] for row in found.values()) == pytest.approx(10.0)


def test_an_order_that_hangs_on_luck_is_not_called_one() -> None:
    """Two options drawn alike: their ranks overlap; two far apart: they do not."""
    rng = np.random.default_rng(0)
    alike = rng.random((2, 200))
    found = by_option(told(alike))
    assert any(row["rank_p05"] < row["rank_p95"] for row in found.values())
    apart = by_option(told(np.stack([alike[0] * 0.3, 0.6 + alike[1] * 0.3])))
    assert all(row["rank_p05"] == row["rank_p95"] for row in apart.values())


def test_noise_has_no_most_robust_option() -> None:
    """Of 300 pairs of options drawn alike, resampling is sure of some and exchange of none."""
    rng = np.random.default_rng(1)
    found = [robustness(told(rng.random((2, 64))), "y", k) for k in range(300)]
    assert sum(one["by_chance"] is not None for one in found) > 10
    assert not [one["by_chance"] for one in found if one["clear"]]


def test_a_lead_in_every_world_is_clear() -> None:
    """An option ahead of others in all worlds is more than luck, near or far, weighted or not."""
    rng = np.random.default_rng(2)
    base = rng.random(300) * 0.5
    weights = rng.exponential(size=300)
    for less in (0.02, 0.2):
        rows = np.stack([base, base + 0.2, base + 0.2 - less])
        for weighed in (None, weights):
            found = robustness(told(rows, weighed), "y", 0)
            assert found["clear"] and found["by_chance"] <= 0.0005
            assert found["ranks"][0]["option"] == "b"


def test_an_order_that_hangs_on_one_heavy_world_is_not_sure() -> None:
    """One world has 96 % of the weight: drawn again without it, the other option is ahead."""
    a, b = np.full(FEW, 0.4), np.full(FEW, 0.6)
    a[0], b[0] = 0.9, 0.3
    weights = np.where(np.arange(FEW) > 0, 0.002, 1.0)
    found = robustness(told(np.stack([a, b]), weights), "y", 0)["ranks"]
    assert found[0]["option"] == "a"
    for row in found:
        assert row["rank_p05"] == 1.0 and row["rank_p95"] == 2.0
        assert 0.2 < row["first"] < 0.8  # it is not drawn in (1 - 1/20)^20, 36 % of resamples


def test_options_without_the_outcome_are_left_out() -> None:
    """An option that has no such outcome is named; alone, none can be compared."""
    rows = np.stack([np.full(FEW, 0.2), np.full(FEW, 0.4), np.full(FEW, np.nan)])
    found = robustness(told(rows), "y", 0)
    assert found["left_out"] == ["c"] and len(found["ranks"]) == 2
    with pytest.raises(InputError, match="name two options"):
        robustness(told(rows[:1]), "y", 0)


@pytest.mark.parametrize(
    ("threshold", "words"),
    [(99.0, "no option is good enough (99)"), (-99.0, "every option is good enough (-99)")],
)
def test_a_threshold_that_parts_nothing_is_told(
    tmp_path: Path, threshold: float, words: str
) -> None:
    """Where no world or every world is good enough, the finding says that it tells nothing."""
    assert words in str(ask("crossing", "robust", tmp_path, threshold=threshold)["finding"])
    assert "good enough" not in str(ask("crossing", "robust", tmp_path)["finding"])
