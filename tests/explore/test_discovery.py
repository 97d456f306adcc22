"""Planted boxes are found, noise gives nothing, and conditions are told in words and units."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from doubles import ask

from tightrope.explore import Draws, Question, Session, TestProblem, draw, explore_draws
from tightrope.explore.answer import Kind
from tightrope.explore.boxes import find_box
from tightrope.explore.cases import failure
from tightrope.explore.discovery import NOTHING, discovery
from tightrope.explore.problem import Input, Outcome
from tightrope.explore.problems import BOX, TURNED
from tightrope.report.fails import when_it_fails_page
from tightrope.treaty import InputError


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Draws:
    place = Session(tmp_path_factory.mktemp("s"), chunk=4096)
    return draw(TestProblem("planted-box"), place, 2000, 0)


def test_a_planted_box_is_found(planted: Draws) -> None:
    """Two of ten inputs, bounds within 5 % of the range, density near 90 %, one box."""
    found = discovery(planted, "y", 0)
    (box,) = found["boxes"]
    assert set(box["limits"]) == set(BOX)
    for name, ends in BOX.items():
        for bound, true in zip(box["limits"][name], ends, strict=True):
            assert abs(bound - true) <= 5.0, name
    assert box["density"] == pytest.approx(1.0 - TURNED, abs=0.04)  # 3 standard errors at n = 550
    assert 0.7 < box["coverage"] < 0.85
    assert max(box["quasi_p"].values()) < 1e-6
    assert "x2" in box["says"] and "x5" in box["says"] and "is above" in box["says"]
    assert box["holdout"]["p"] < 1e-20
    (tree,) = found["trees"]
    assert tree["auc"] > 0.8
    assert tree["rules"][0]["density"] > 0.8


def test_the_page_says_from_which_worlds_a_tree_is_made(tmp_path: Path) -> None:
    """The rules are of a tree from all worlds; how well it ranks is that of one from a half."""
    page = when_it_fails_page({"discovery": ask("planted-box", "discovery", tmp_path)})
    assert page is not None
    (told,) = [part for part in page.parts if isinstance(part, str) and "of a tree" in part]
    assert (
        "made from all worlds; one made from a half of them ranks the worlds of the other" in told
    )


@pytest.mark.parametrize("seed", range(3))
def test_noise_and_shuffled_outcomes_give_nothing(
    planted: Draws, tmp_path: Path, seed: int
) -> None:
    """No box and no tree, and the finding says so."""
    noise = draw(TestProblem("noise"), Session(tmp_path, chunk=4096), 2000, seed)
    y = np.random.default_rng(seed).permutation(planted.result("planted-box", "y"))
    for draws in (noise, replace(planted, results={"planted-box": {"y": y}})):
        found = discovery(draws, "y", seed)
        assert found["boxes"] == [] and found["trees"] == []
        assert found["failures"][0]["finding"] == NOTHING


def told(y: np.ndarray, x: np.ndarray, better: str = "high", unit: str = "chance") -> Draws:
    inputs = tuple(
        Input(f"x{k}", 0.0, 10.0, 5.0, "years", f"time until {k}") for k in range(x.shape[1])
    )
    return Draws(
        inputs, x, ("a",), {"a": "A"}, {"y": Outcome(unit, "", better)},  # type: ignore[arg-type]
        {"a": {"y": y}}, np.full(len(y), 1.0 / len(y)),
    )  # fmt: skip


def test_failure_is_told_in_words_and_units() -> None:
    """'y is below 0.5 when time until 1 (x1) is above 6 years', with the numbers of the box."""
    x = np.random.default_rng(0).random((500, 4)) * 10.0
    found = discovery(told(np.where(x[:, 1] > 6.0, 0.2, 0.8), x), "y", 0)
    (box,) = found["boxes"]
    assert box["says"].startswith("y is below 0.5 when time until 1 (x1) is above ")
    assert box["says"].endswith(" years")
    assert box["limits"]["x1"][0] == pytest.approx(6.0, abs=0.1)
    assert box["limits"]["x1"][1] == 10.0
    assert box["coverage"] == box["density"] == 1.0


def test_what_failure_means_follows_the_outcome() -> None:
    """Below one half for a chance; the worst quarter where that says nothing; above where less is
    better; marks of 1 as they are, but a chance of 0 is no success; a threshold as given."""
    x = np.zeros((100, 1))
    even = np.linspace(0.0, 1.0, 100)
    assert failure(told(even, x), "a", "y", None).threshold == 0.5
    assert failure(told(0.6 + 0.4 * even, x), "a", "y", None).fails.sum() == 25
    assert failure(told(0.7 * even, x), "a", "y", None).threshold == 0.5
    bad = failure(told(1e-5 * even, x), "a", "y", None)
    assert bad.fails.sum() == 25 and bad.says == "y is below 0.0000025"
    assert bad.beside.endswith("(it is below one half in 100% of them all)")
    months = failure(told(even, x, "low", "months"), "a", "y", None)
    assert months.says == "y is above 0.75 months" and months.fails.sum() == 25
    ones = (even > 0.7) * 1.0
    assert failure(told(ones, x, unit=""), "a", "y", None).says == "y is 1"
    assert failure(told(ones, x, "low"), "a", "y", None).says == "y is 1"
    held = failure(told(ones, x), "a", "y", None)
    assert held.says == "y is below 0.5" and held.fails.sum() == (ones == 0.0).sum()
    assert failure(told(even, x), "a", "y", 0.2).fails.sum() == 20


def test_missing_outcomes_are_not_failures() -> None:
    """A world that was not solved is neither in nor out of any box."""
    x = np.random.default_rng(1).random((400, 3)) * 10.0
    y = np.where(x[:, 0] < 4.0, 0.1, 0.9)
    y[:100] = np.nan
    found = discovery(told(y, x), "y", 0)
    assert found["failures"][0]["worlds"] == int((y < 0.5).sum())
    assert found["boxes"][0]["n"] == int((y < 0.5).sum())


def test_failures_that_weigh_nothing_have_no_coverage_by_record() -> None:
    """A record that rules all failing worlds out leaves no share to tell, and no NaN."""
    x = np.random.default_rng(4).random((400, 2)) * 10.0
    y = np.where(x[:, 0] < 4.0, 0.1, 0.9)
    draws = replace(told(y, x), weights=(y > 0.5) / (y > 0.5).sum())
    (box,) = discovery(draws, "y", 0)["boxes"]
    assert box["coverage_by_record"] is None and box["coverage"] == 1.0


def test_a_box_without_any_use_is_not_made() -> None:
    """Where hits are spread evenly no limit is kept."""
    rng = np.random.default_rng(2)
    assert find_box(rng.random((800, 6)), rng.random(800) < 0.3) is None


def test_too_few_worlds_are_refused() -> None:
    """With the number needed."""
    with pytest.raises(InputError, match="too few to find conditions") as caught:
        discovery(told(np.zeros(30), np.zeros((30, 1))), "y", 0)
    assert "at least 60" in str(caught.value)


@pytest.mark.parametrize(
    ("problem", "kind", "draws", "says"),
    [
        ("noise", "discovery", 30, "at least 60"),
        ("crossing", "robust", 5, "at least 20"),
        ("noise", "robust", 500, "two options"),
    ],
)
def test_what_cannot_be_told_is_refused_before_solving(
    tmp_path: Path, problem: str, kind: str, draws: int, says: str
) -> None:
    """Too few worlds or options cost nothing: no world was solved."""
    with pytest.raises(InputError) as caught:
        ask(problem, kind, tmp_path, draws=draws)
    assert says in str(caught.value) and not list(tmp_path.iterdir())


def test_hardly_any_failure_is_said_and_not_explained() -> None:
    """Five failures in five hundred worlds tell nothing."""
    x = np.random.default_rng(3).random((500, 2)) * 10.0
    found = discovery(told(np.where(np.arange(500) < 5, 0.1, 0.9), x), "y", 0, 0.5)
    assert found["boxes"] == []
    assert "too few worlds to tell" in found["failures"][0]["finding"]


def test_a_threshold_out_of_reach_is_told(tmp_path: Path) -> None:
    """All worlds fail or none does: the finding says so, not only that nothing was found."""
    every = ask("noise", "discovery", tmp_path, threshold=5.0)
    assert "too few worlds to tell: y is below 5 in all 2,000" in str(every["finding"])
    none = ask("noise", "discovery", tmp_path, threshold=-5.0)
    assert "y is below -5 in none of 2,000" in str(none["finding"])


@pytest.mark.parametrize("kind", ["sensitivity", "discovery"])
def test_an_outcome_that_no_world_moves_is_told_so(kind: Kind) -> None:
    """A constant column is said to be the same in every world, and a varying one is not."""
    x = np.random.default_rng(5).random((400, 2)) * 10.0
    same = explore_draws(told(np.full(400, 0.7), x), "t.csv", "y", Question(kind))
    assert "is the same in every world" in same["finding"]
    varied = explore_draws(told(x[:, 0] / 10.0, x), "t.csv", "y", Question(kind))
    assert "the same in every world" not in varied["finding"]
