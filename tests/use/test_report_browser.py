"""The report in a browser: no network, no script, on a phone, on a desk and on paper."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import look, printed
from command import run
from invented import results

from tightrope.case import load_case
from tightrope.cli.background import text_of
from tightrope.report.page import page
from tightrope.report.reading import reading
from tightrope.report.results import Text
from tightrope.report.style import STYLE
from tightrope.report.write import write_report

A4 = (595, 842)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of an invented run."""
    folder = tmp_path_factory.mktemp("browser") / "out"
    write_report(results(), folder)
    return folder / "report.html"


@pytest.fixture(scope="module")
def case_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the Ukraine case, all options in few worlds."""
    folder = tmp_path_factory.mktemp("case") / "out"
    done = run("assess", "ukraine", "--draws", "8", "--out", str(folder))
    assert done.code == 0, done.err
    return folder / "report.html"


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What stands in the folder before any number is known."""
    case = load_case("ukraine")
    read = {option.title: text_of(case, option) for option in case.options}
    place = tmp_path_factory.mktemp("texts") / "preview.html"
    place.write_text(reading(case.title, read, "Preview from 0 of 8 worlds."), encoding="utf-8")
    return place


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "name", ["report", "texts", pytest.param("case_report", marks=pytest.mark.soak)]
)
def test_reads_without_network_and_scripts(
    name: str, request: pytest.FixtureRequest, browser: str, tmp_path: Path, width: int
) -> None:
    """On phone and desk: no request, no complaint, no sideways scroll, all headings and tables."""
    report: Path = request.getfixturevalue(name)
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
    invented = results()
    titles = {option: title + more for option, title in invented.titles.items()}
    texts = {o: replace(t, promise=t.promise + more * 6) for o, t in invented.texts.items()}
    rows = [{**row, "meaning": row["meaning"] + more} for row in invented.parameters]
    one_sheet(
        page(replace(invented, titles=titles, texts=texts, parameters=rows)), browser, tmp_path
    )


@pytest.mark.soak
def test_page_0_of_the_case_is_one_sheet(case_report: Path, browser: str, tmp_path: Path) -> None:
    """The minister's page of the Ukraine case prints on exactly one A4."""
    one_sheet(case_report.read_text(encoding="utf-8"), browser, tmp_path)


def one_sheet(text: str, browser: str, tmp_path: Path) -> None:
    """Page 0 of a report is one A4, and the rest begins on a sheet of its own."""
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


def test_the_words_on_a_run_are_not_a_sheet_of_their_own(browser: str, tmp_path: Path) -> None:
    """On paper the page of texts begins below the words that say what it rests on."""
    place = tmp_path / "texts.html"
    place.write_text(reading("A case", {"A pact": Text()}, "Preview."), encoding="utf-8")
    assert len(re.findall(rb"/Type\s*/Page\b", printed(browser, place, tmp_path))) == 1


def test_meaning_is_not_carried_by_colour(report: Path) -> None:
    """Every colour of the report is a grey, so that it reads the same without colour."""
    text = report.read_text(encoding="utf-8")
    for colour in set(re.findall(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b", STYLE + text)):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
        parts = [int(digits[k : k + 2], 16) for k in (0, 2, 4)]
        assert max(parts) - min(parts) <= 4, colour
