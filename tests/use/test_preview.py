"""The preview of a run that goes on: marked as such, on the screen and as a page, and then gone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from invented import results

from tightrope.cli import preview as under_test
from tightrope.cli.preview import caveat, previews
from tightrope.report.folder import PREVIEW, check_folder
from tightrope.report.page import preview

CASE: Any = SimpleNamespace(record=("a fact",))


class Part(SimpleNamespace):
    """What a preview reads of an assessment."""

    def ranking(self) -> list[dict[str, Any]]:
        """One option with its range."""
        return [{"option": "pact", "durable": {"mean": 0.5, "p05": 0.25, "p95": 0.75}}]


def part(solved: int, draws: int) -> Any:
    """An assessment of which `solved` options are known in `draws` worlds; first, no agreement."""
    found = [SimpleNamespace(agreement=k > 0) for k in range(solved)]
    return Part(results=found, draws=draws)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stands until it is set, and a page that needs no run."""
    now = SimpleNamespace(time=0.0)
    monkeypatch.setattr(under_test.time, "monotonic", lambda: now.time)
    monkeypatch.setattr(under_test, "_page", lambda case, part, command, words: words)
    return now


def test_says_what_it_rests_on() -> None:
    """A preview names its worlds, its options, and that the record has not spoken."""
    told = caveat(CASE, part(3, 64), options=36, draws=1000)
    assert "64 of 1000 worlds" in told and "3 of 36 options" in told
    assert "not yet weighed by the record" in told
    assert "record" not in caveat(SimpleNamespace(record=()), part(3, 64), 36, 1000)


def test_first_after_some_seconds_then_seldom(
    clock: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can be signed is shown once five seconds have passed, then after four times as long."""
    shown = []
    with previews(CASE, 36, 1000, tmp_path / "out", "tightrope assess") as show:
        for second, solved in ((2, 2), (5, 1), (6, 2), (10, 3), (21, 4), (30, 36)):
            clock.time = float(second)
            show(part(solved, 64))
            if said := capsys.readouterr().err:
                shown.append((second, said))
                assert (tmp_path / "out" / PREVIEW).read_text() in said
        clock.time = 99.0
        show(part(36, 1000))
        assert capsys.readouterr().err == "", "the whole run needs no preview of itself"
    assert [second for second, _ in shown] == [6, 21, 30]
    assert all("pact .50 [.25–.75]" in said for _, said in shown)


def test_nothing_is_left(clock: SimpleNamespace, tmp_path: Path) -> None:
    """A run that fails leaves no preview, and no folder that it made for it."""
    clock.time = 0.0
    with pytest.raises(KeyboardInterrupt), previews(CASE, 3, 9, tmp_path / "out", "") as show:
        clock.time = 60.0
        show(part(2, 9))
        assert (tmp_path / "out" / PREVIEW).exists()
        check_folder(tmp_path / "out")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_the_page_is_marked() -> None:
    """The page opens with the words that say what it is, and shows page 0 and the options."""
    text = preview(results(only=("pact", "no-agreement")), "Preview from 4 of 40 worlds.")
    assert "data/" not in text, "the data come with the report"
    assert text.index("Preview from 4 of 40 worlds.") < text.index('id="page-0"')
    assert 'id="options"' in text and 'id="page-1"' not in text
