"""Progress away from a terminal: few lines, and none that a reader waits for is lost."""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextlib import suppress

import pytest

from tightrope.cli import main
from tightrope.cli import progress as shown
from tightrope.cli.again import command_line


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


def test_another_count_has_a_clock_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time left of a second count is told by its own steps, not by those that went before."""
    now = {"time": 0.0}
    monkeypatch.setattr(shown.time, "monotonic", lambda: now["time"])
    told = []
    with shown.progress() as report:
        for second, step, done, total in ((100, "a", 1, 2), (200, "a", 2, 2), (210, "b", 1, 10)):
            now["time"] = float(second)
            report(step, done, total)
            told.append(capsys.readouterr().err.strip())
    assert told == [
        "a: 1 of 2, about 100 s left",
        "a: 2 of 2, about 0 s left",
        "b: 1 of 10, about 90 s left",
    ]


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


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_that_was_swallowed_is_remembered(asked: signal.Signals) -> None:
    """Where code swallows a stop, the next step raises it; then the host's handler is back."""
    before = signal.getsignal(asked)
    with shown.progress() as report:
        report("first", 0, 2)
        with suppress(KeyboardInterrupt):
            signal.raise_signal(asked)
            raise AssertionError("the signal was not heard")
        with pytest.raises(KeyboardInterrupt):
            report("second", 1, 2)
    assert signal.getsignal(asked) is before


def test_the_command_runs_in_a_thread() -> None:
    """A program may call the command from a thread, where no signal can be asked for."""
    ended: list[object] = []

    def run() -> None:
        ended.append(main(["cases", "--json"]))
        with shown.progress() as report:
            report("first", 0, 1)
        ended.append("shown")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ended == [0, "shown"]


def test_a_report_tells_the_words_that_main_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command told is that of `main`, not of the program that called it; else the shell's."""
    monkeypatch.setattr(sys, "argv", ["host.py", "--of-the-host"])
    assert main(["new", "instrument", "--from", "no such text", "--out", "x.yaml"]) == 2
    assert command_line() == "tightrope new instrument --from 'no such text' --out x.yaml"
    monkeypatch.setattr(sys, "argv", ["tightrope", "cases"])
    assert main() == 0
    assert command_line() == "tightrope cases"


def test_a_program_that_calls_the_command_keeps_its_handlers() -> None:
    """After `main` the host hears SIGTERM as it did before."""
    before = signal.getsignal(signal.SIGTERM)
    assert main(["cases", "--json"]) == 0
    assert signal.getsignal(signal.SIGTERM) is before
