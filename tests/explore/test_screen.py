"""What the command shows of an answer, where it is more than a table of its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from doubles import ask
from rich.console import Console

from tightrope.cli.exploring import exploration_screen
from tightrope.explore import Question, explore_draws, read_table


def shown(answer: Any) -> str:
    console = Console(width=400)
    with console.capture() as caught:
        for part in exploration_screen(answer):
            console.print(part)
    return caught.get()


def test_a_joint_change_is_shown_once(tmp_path: Path) -> None:
    """It moves two parameters, which are told in one sentence."""
    answer: Any = ask("crossing", "flip", tmp_path)
    assert len([row for row in answer["flips"] if not row["alone"]]) == 2
    assert shown(answer).count("if together") == 1


def test_a_table_is_not_asked_for_base_samples(tmp_path: Path) -> None:
    """Of given worlds more worlds are needed; base samples are of a design."""
    x = [(k * 0.618) % 1.0 for k in range(120)]
    pd.DataFrame({"x": x, "y": [(k * 0.7548) % 1.0 for k in range(120)]}).to_csv(
        tmp_path / "t.csv", index=False
    )
    draws, outcome = read_table(tmp_path / "t.csv", "y")
    told = shown(explore_draws(draws, "t.csv", outcome, Question("sensitivity")))
    assert " worlds." in told and "base samples" not in told
