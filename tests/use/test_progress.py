"""Progress away from a terminal: few lines, and none that a reader waits for is lost."""

from __future__ import annotations

import time

import pytest

from tightrope.cli import progress as shown


def test_the_last_step_is_named_although_one_went_just_before(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line comes at once; of what follows at once, the latest comes when time is up."""
    monkeypatch.setattr(shown, "SECONDS_BETWEEN_LINES", 0.3)
    with shown.progress() as report:
        report("first", 0, 3)
        report("second", 1, 3)
        report("third", 2, 3)
        assert capsys.readouterr().err == "first: 0 of 3\n"
        time.sleep(0.6)
        assert capsys.readouterr().err.startswith("third: 2 of 3, about ")


def test_nothing_is_written_after_the_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that was held back when the work ended is dropped."""
    monkeypatch.setattr(shown, "SECONDS_BETWEEN_LINES", 0.3)
    with shown.progress() as report:
        report("first", 0, 2)
        report("second", 1, 2)
    time.sleep(0.5)
    assert capsys.readouterr().err == "first: 0 of 2\n"
