"""The smallest change that reverses two options is found, solved anew, and told in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from doubles import Failing, ask

from tightrope.explore.flip import flip
from tightrope.explore.problems import CROSSING
from tightrope.explore.run import Session


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


def test_no_flip_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no plausible change reverses them there is no flip and the finding says so."""
    from tightrope.explore import problems

    far, title, inputs, options = problems.TEST_PROBLEMS["crossing"]

    def ahead(x: Any, xp: Any) -> Any:
        found = far(x, xp)
        return {**found, "firm": found["firm"] + 1.0}

    monkeypatch.setitem(problems.TEST_PROBLEMS, "crossing", (ahead, title, inputs, options))
    found: Any = ask("crossing", "flip", tmp_path)
    assert found["flips"] == []
    assert "no plausible change" in found["finding"]


def test_failed_cells_are_counted_and_reverse_nothing(tmp_path: Path) -> None:
    """A world that was not solved is counted for each option, and its wild number is no flip."""
    found = flip(Failing("crossing"), Session(tmp_path), "y", 0)
    assert found["failed"]["firm"] == found["failed"]["loose"] > 0
    assert all(abs(row["gap_after"]) < 1.0 for row in found["flips"])
    assert ask("crossing", "flip", tmp_path / "sound")["failed"] == {"firm": 0, "loose": 0}
