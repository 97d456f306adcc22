"""The preview of a run that goes on: marked as such, on the screen and as a page, and then gone."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from invented import results

from tightrope.case import load_case
from tightrope.cli import preview as under_test
from tightrope.cli.preview import caveat, previews
from tightrope.report.folder import PREVIEW, check_folder
from tightrope.report.page import page, preview

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
    monkeypatch.setattr(under_test, "_texts", lambda case, options, words: words)
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
    asked: Any = [None] * 36
    with previews(CASE, asked, 1000, tmp_path / "out", "tightrope assess") as show:
        said = capsys.readouterr().err
        assert "what the texts promise" in said and str(tmp_path / "out" / PREVIEW) in said
        assert "0 of 1000 worlds" in (tmp_path / "out" / PREVIEW).read_text()
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
    asked: Any = [None] * 3
    with pytest.raises(KeyboardInterrupt), previews(CASE, asked, 9, tmp_path / "out", "") as show:
        clock.time = 60.0
        show(part(2, 9))
        assert (tmp_path / "out" / PREVIEW).exists()
        check_folder(tmp_path / "out")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_the_page_is_marked() -> None:
    """The page opens with the words that say what it is, and shows page 0 and the options."""
    text = preview(results(only=("pact", "no-agreement")), "Preview from 4 of 40 worlds.")
    assert "data/" not in text and "Page 6" not in text, "data and other pages come with the report"
    assert text.index("Preview from 4 of 40 worlds.") < text.index('id="page-0"')
    assert 'id="options"' in text and 'id="page-1"' not in text


@pytest.mark.parametrize(
    ("only", "heading"),
    [
        (("paper", "pact", "force", "no-agreement"), "the most durable of 3 solved so far, in"),
        (("pact",), "Only one arrangement was solved so far:"),
        (("no-agreement",), "No arrangement that could be signed was solved so far"),
    ],
)
def test_no_preview_is_an_answer(only: tuple[str, ...], heading: str) -> None:
    """While options are to come the first of them is first so far, and nothing is final."""
    run = results(only=only)
    told = re.sub(r"<[^>]+>", "", preview(run, "Preview."))
    assert heading in told
    for final in ("The answer", "judged,", "options judged", "every other arrangement"):
        assert final not in told
    assert ("First so far" in told) == (only != ("no-agreement",))
    whole = re.sub(r"<[^>]+>", "", page(run))
    assert "First so far" not in whole and "solved so far" not in whole


def test_the_first_page_says_what_the_texts_say_and_no_number() -> None:
    """Before anything is solved: who promises force, what leaks, under words that say so."""
    case = load_case("ukraine")
    asked = [case.option(name) for name in ("no-agreement", "budapest-1994", "nato-membership")]
    text = under_test._texts(case, asked, "Preview from 0 of 9 worlds.")
    assert text.index("Preview from 0 of 9 worlds.") < text.index("What 3 texts say")
    rows = dict(re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', text))
    cells = {case.option(o.id).id: re.findall(r"<td[^>]*>(.*?)</td>", rows[o.title]) for o in asked}
    assert cells["no-agreement"] == ["none", "0", "0", "0", "0", "0"]
    # Two states promise help, and the body that must act can be blocked: an error.
    assert cells["budapest-1994"][:4] == ["political declaration", "0", "2", "1"]
    # 32 members, of whom Iceland keeps no armed forces and one the case does not have.
    assert cells["nato-membership"][:3] == ["alliance membership", "30", "1"]
    assert "once the text is in force" in text, "a promise of membership owes nothing before"
    assert "that Russia may block (UN Security Council)" in text, "states by their names"
    assert "; the United States and Slovakia refused" in text
    plain = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
    assert "%" not in plain and not re.search(r"\b(?:RU|UA|US|GB|FR|SK|HU)\b", plain)
