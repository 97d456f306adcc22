"""The smallest change that reverses two options is found, solved anew, and told in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles import Failing, ask

from tightrope.explore import problems
from tightrope.explore.flip import flip
from tightrope.explore.problems import CROSSING, crossing
from tightrope.explore.run import Session

Function = Callable[[Any, Any], Any]


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return ask("crossing", "flip", tmp_path_factory.mktemp("s"))


def test_the_turning_point_of_one_input(answer: Any) -> None:
    """'firm' leads at the centre and is overtaken where talks pass .75, to a halved interval."""
    (row,) = [row for row in answer["flips"] if row["alone"]]
    assert (row["a"], row["b"], row["parameter"]) == ("firm", "loose", "talks")
    assert row["from"] == 0.5
    assert CROSSING < row["to"] <= CROSSING + 0.5 / 2**6 + 1e-9
    assert row["gap_before"] == pytest.approx(0.15) and -0.01 < row["gap_after"] < 0.0
    assert row["says"].startswith("loose overtakes firm if how far talks have come (talks) goes")


def test_the_nearest_point_moves_inputs_by_their_slopes(answer: Any) -> None:
    """The gap has slopes −.6 and −.1: both inputs move in that proportion, to a nearer point."""
    both = {row["parameter"]: row for row in answer["flips"] if not row["alone"]}
    moves = {name: row["to"] - row["from"] for name, row in both.items()}
    assert moves["talks"] / moves["trust"] == pytest.approx(6.0, rel=1e-6)
    distance = (moves["talks"] ** 2 + moves["trust"] ** 2) ** 0.5
    exact = 0.15 / (0.6**2 + 0.1**2) ** 0.5
    # A sixteenth of the way is the step, after 5 % beyond.
    assert exact < distance < 1.07 * exact
    assert all(row["gap_after"] < 0.0 for row in both.values())


def ask_with(firm: Function, root: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The answer of `crossing` with another outcome of 'firm'."""
    _, *rest = problems.TEST_PROBLEMS["crossing"]

    def both(x: Any, xp: Any) -> Any:
        return {**crossing(x, xp), "firm": firm(x, xp)}

    monkeypatch.setitem(problems.TEST_PROBLEMS, "crossing", (both, *rest))  # type: ignore[arg-type]
    return ask("crossing", "flip", root)


def test_an_order_that_turns_back_is_seen_and_the_first_turn_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """'firm' is behind for talks from .6 to .9 and ahead again at the end of the range."""

    def dips(x: Any, xp: Any) -> Any:
        talks = x[:, 0]
        return crossing(x, xp)["loose"] + (talks - 0.6) * (talks - 0.9)

    found = ask_with(dips, tmp_path, monkeypatch)
    (row,) = [row for row in found["flips"] if row["alone"]]
    assert row["parameter"] == "talks" and 0.6 < row["to"] <= 0.6 + 0.5 / 2**6 + 1e-9


def test_options_that_are_equal_have_no_order_to_reverse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slightest change would 'reverse' them: that is said, and no flip told."""

    def meets(x: Any, xp: Any) -> Any:
        return crossing(x, xp)["loose"] + 0.4 * (0.5 - x[:, 0])

    found = ask_with(meets, tmp_path, monkeypatch)
    assert found["flips"] == [] and "equal at the centre" in found["pairs"][0]["says"]
    assert "equal at the centre" in found["finding"]


def test_no_flip_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no plausible change reverses them there is no flip and the finding says so."""
    found: Any = ask_with(lambda x, _: crossing(x, _)["firm"] + 1.0, tmp_path, monkeypatch)
    assert found["flips"] == []
    assert "no plausible change" in found["finding"]


def test_failed_cells_are_counted_and_reverse_nothing(tmp_path: Path) -> None:
    """A world that was not solved is counted for each option, and its wild number is no flip."""
    found = flip(Failing("crossing"), Session(tmp_path), "y", 0)
    assert found["failed"]["firm"] == found["failed"]["loose"] > 0
    assert all(abs(row["gap_after"]) < 1.0 for row in found["flips"])
    assert ask("crossing", "flip", tmp_path / "sound")["failed"] == {"firm": 0, "loose": 0}
