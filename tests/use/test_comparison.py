"""Two options side by side: wording, redline and what moves, from the numbers given."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from chromium import look

from tightrope.report.comparison import (
    Comparison,
    comparison_page,
    effects_figure,
    finding,
    write_comparison,
)
from tightrope.report.redline import only_changed, redline, wording


def comparison(**other: Any) -> Comparison:
    """An invented comparison of two texts."""
    given: dict[str, Any] = {
        "case": "An invented case",
        "first": "Words & hopes",
        "second": "Words with a day",
        "rows": [
            {
                "clause": "promise",
                "from": {"within_days": None, "modality": "may"},
                "to": {"within_days": 10, "modality": "shall"},
                "effect": {"durable": 0.08, "settled": -0.02, "held": 0.11, "cost_standing": 2.0},
            },
            {
                "clause": "trigger, procedure",
                "from": {"trigger": None, "procedure": {"says": "All <must> agree"}},
                "to": {"trigger": {"says": "Any attack."}, "procedure": None},
                "effect": {"durable": -0.03, "settled": 0.0, "held": -0.03},
            },
        ],
        "total": {"durable": 0.05, "settled": -0.02, "held": 0.08, "cost_standing": 2.0},
        "clauses": {
            "promise": ("Article 1: They may help.", "Article 1: They shall help."),
            "life": ("Article 9: For ten years.", "Article 9: For ten years."),
        },
        "command": "tightrope compare a b --case invented",
        "meta": "tightrope 0; case invented; from a to b; date 2026-01-01",
    }
    return Comparison(**(given | other))


def words(html: str) -> str:
    """The text of a piece of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_redline_holds_both_texts() -> None:
    """Without what is put in it reads as the old text, without what is struck as the new."""
    old, new = "The parties may <consult> at once.", "The parties shall help within 10 days."
    marked = redline(old, new)
    assert words(re.sub(r"<ins>.*?</ins>", "", marked)) == old
    assert words(re.sub(r"<del>.*?</del>", "", marked)) == new
    assert redline(old, old) == old.replace("<", "&lt;").replace(">", "&gt;")


def test_a_list_tells_only_what_differs() -> None:
    """Blocks that stand in both lists are counted; a list without such a block stays as it is."""
    one, two, three = ({"actor": actor, "role": "guarantor"} for actor in ("GB", "FR", "US"))
    before, after = only_changed([one, two], [three, one, two])
    assert wording(before) == "2 more, the same in both"
    assert wording(after) == "US (role: guarantor); 2 more, the same in both"
    assert only_changed([one], [two]) == ([one], [two])
    assert only_changed("shall", "may") == ("shall", "may")
    assert only_changed(["air"], ["air", "ground"]) == (["air"], ["air", "ground"])


def test_wording_of_nothing_is_empty() -> None:
    """A clause that is not there has no words, and one that is says its sentence first."""
    assert wording(None) == ""
    assert wording({"grade": "treaty", "says": "It holds."}) == "It holds; grade: treaty"


def test_the_finding_follows_the_numbers() -> None:
    """The heading names the direction, the size and the change that moves most."""
    told = finding(comparison())
    assert "rises by 5" in told and "promise" in told and "+8" in told
    told = finding(comparison(total={"durable": -0.05}))
    assert "falls by 5" in told
    assert "cannot be compared" in finding(comparison(total={}))


def test_every_change_is_shown_in_both_columns() -> None:
    """Each clause stands with its old and its new words, a redline and what it moves."""
    html = comparison_page(comparison())
    told = words(html)
    assert html.count('class="redline"') == 3
    for part in ("promise", "trigger", "procedure", "They shall help", "All <must> agree"):
        assert part in told
    assert "Article 9: For ten years." in told
    assert "Held once settled +11" in told
    assert "does not prophesy" in told


def test_states_stand_by_their_names() -> None:
    """Where names are known no id of a state is printed, be it a party, a holder or a key."""
    names = {"UA": "Ukraine", "GB": "United Kingdom"}
    assert wording([{"actor": "UA", "role": "protege"}], names) == "Ukraine (role: protégé)"
    assert wording({"holders": ["GB", "UA"], "shares": {"GB": 0.5}}, names) == (
        "holders: United Kingdom, Ukraine; shares: {United Kingdom: 0.5}"
    )
    row = {"clause": "parties", "from": None, "to": [{"actor": "GB"}], "effect": {"durable": 0.05}}
    told = words(comparison_page(comparison(rows=[row], actors=names)))
    assert "United Kingdom" in told and "GB" not in told


def test_what_moves_nothing_is_folded_and_counted() -> None:
    """Changes without effect stand once, closed, behind those that move something."""
    still = [
        {"clause": name, "from": f"old {name}", "to": f"new {name}", "effect": {"durable": 0.0}}
        for name in ("title", "notes")
    ]
    given = comparison()
    full = comparison(rows=[still[0], *given.rows, still[1]])
    html = comparison_page(full)
    folds = re.findall(r"<details><summary>([^<]*)</summary>(.*?)</details>", html, re.S)
    (inside,) = [body for head, body in folds if head.startswith("Show 2 changes that move")]
    assert re.findall(r"<h3>(.*?)</h3>", inside) == ["1 · title", "4 · notes"]
    before = html.partition(inside)[0]
    assert "3 · 2 changes that go together" in before and "1 · title" not in before
    assert html.count('class="redline"') == 5, "and none is lost"
    assert "that move nothing" not in comparison_page(given)
    figure = effects_figure(full)
    assert "Not drawn: 2 changes that move nothing" in figure.caption
    assert "notes" in set(figure.data["clause"]) and "4  notes" in figure.table
    assert "notes" not in figure.inline()
    one = effects_figure(comparison(rows=[*given.rows, still[1]]))
    assert "1 change that moves nothing" in one.caption


def test_written_with_its_data(tmp_path: Path) -> None:
    """The folder holds the page and the effects, which sum to the total, with their line."""
    folder = tmp_path / "both"
    write_comparison(comparison(), folder)
    data = pd.read_csv(folder / "data" / "effects.csv")
    rows = data[data["clause"] != "all together"]
    assert rows["durable"].sum() == pytest.approx(0.05)
    assert "case invented" in (folder / "data" / "effects.meta.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [360, 1280])
def test_reads_on_phone_and_desk(tmp_path: Path, browser: str, width: int) -> None:
    """No request, no complaint and no sideways scroll at either width."""
    write_comparison(comparison(), tmp_path / "both")
    seen = look(browser, tmp_path / "both" / "compare.html", tmp_path, width)
    assert seen.requests == [] and seen.console == []
    assert seen.across <= seen.wide
