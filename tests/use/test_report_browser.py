"""The report in a browser: no network, no script, on a phone, on a desk and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from chromium import look, printed
from invented import results

from tightrope.report.style import STYLE
from tightrope.report.write import write_report

ONLY_PAGE_0 = ".page, nav, main > .meta { display: none } #page-0 { display: block }"
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


def test_page_0_is_one_sheet(report: Path, browser: str, tmp_path: Path) -> None:
    """The minister's page prints on exactly one A4, and the next page begins on another."""
    text = report.read_text(encoding="utf-8")
    for name, css, pages in (("only", ONLY_PAGE_0, 1), ("nothing", "#page-0 { display: none }", 0)):
        page = tmp_path / f"{name}.html"
        page.write_text(text.replace("</style>", f"{css}</style>"), encoding="utf-8")
        pdf = printed(browser, page, tmp_path)
        found = len(re.findall(rb"/Type\s*/Page\b", pdf))
        if pages:
            assert found == pages
            box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
            assert box is not None
            assert (round(float(box[1])), round(float(box[2]))) == A4
        else:
            rest = found
    whole = printed(browser, report, tmp_path)
    assert len(re.findall(rb"/Type\s*/Page\b", whole)) == 1 + rest


def test_meaning_is_not_carried_by_colour(report: Path) -> None:
    """Every colour of the report is a grey, so that it reads the same without colour."""
    text = report.read_text(encoding="utf-8")
    for colour in set(re.findall(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b", STYLE + text)):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
        parts = [int(digits[k : k + 2], 16) for k in (0, 2, 4)]
        assert max(parts) - min(parts) <= 4, colour
