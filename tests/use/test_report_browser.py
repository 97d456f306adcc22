"""The report in a browser: no network, no script, on a phone, on a desk and on paper."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import look, printed
from invented import results

from tightrope.report.page import page
from tightrope.report.style import STYLE
from tightrope.report.write import write_report

A4 = (595, 842)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of an invented run."""
    folder = tmp_path_factory.mktemp("browser") / "out"
    write_report(results(), folder)
    return folder / "report.html"


@pytest.mark.parametrize("width", [360, 1280])
def test_reads_without_network_and_scripts(
    report: Path, browser: str, tmp_path: Path, width: int
) -> None:
    """On phone and desk: no request, no complaint, no sideways scroll, all headings and tables."""
    seen = look(browser, report, tmp_path, width)
    text = report.read_text(encoding="utf-8")
    assert seen.requests == [] and seen.console == []
    assert seen.across <= seen.wide
    assert len(seen.headings) == len(re.findall(r"<h[123][ >]", text))
    assert seen.tables == text.count("<table>") and seen.hidden == 0 and seen.shown > 0
    assert seen.folded == text.count("<summary>")


@pytest.mark.parametrize("more", ["", " and a title that goes on for as long as a title may go on"])
def test_page_0_is_one_sheet(browser: str, tmp_path: Path, more: str) -> None:
    """The minister's page prints on exactly one A4, also where titles and inputs are long."""
    run = results()
    titles = {option: title + more for option, title in run.titles.items()}
    rows = [{**row, "meaning": row["meaning"] + more} for row in run.parameters]
    text = page(replace(run, titles=titles, parameters=rows))
    shown = {
        "all": "",
        "only": ".page, nav, main > .meta { display: none } #page-0 { display: block }",
        "rest": "#page-0 { display: none }",
    }
    pages = {}
    for name, css in shown.items():
        file = tmp_path / f"{name}.html"
        file.write_text(text.replace("</style>", f"{css}</style>"), encoding="utf-8")
        pdf = printed(browser, file, tmp_path)
        pages[name] = len(re.findall(rb"/Type\s*/Page\b", pdf))
        box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
        assert box is not None and (round(float(box[1])), round(float(box[2]))) == A4
    assert pages["only"] == 1
    assert pages["all"] == 1 + pages["rest"]


def test_meaning_is_not_carried_by_colour(report: Path) -> None:
    """Every colour of the report is a grey, so that it reads the same without colour."""
    text = report.read_text(encoding="utf-8")
    for colour in set(re.findall(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b", STYLE + text)):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
        parts = [int(digits[k : k + 2], 16) for k in (0, 2, 4)]
        assert max(parts) - min(parts) <= 4, colour
