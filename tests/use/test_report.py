"""The report: one file, whole or absent, read without scripts, network or colour."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr
from invented import OPTIONS, results

from tightrope.report.folder import GENERATOR, PREVIEW, check_folder, whole_folder
from tightrope.report.page import CAUTION
from tightrope.report.tightrope import tightrope
from tightrope.report.write import figures, write_report

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the report of an invented run."""
    folder = tmp_path_factory.mktemp("report") / "out"
    write_report(results(), folder)
    return folder


class Reader(HTMLParser):
    """Notes every tag and attribute of a page, and the words outside of tags."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def page(written: Path) -> Reader:
    """The written report as a parser sees it."""
    reader = Reader()
    reader.feed((written / "report.html").read_text(encoding="utf-8"))
    return reader


def test_asks_nothing_of_the_network(page: Reader, written: Path) -> None:
    """The report loads nothing: no script, no link, no address of any kind."""
    text = (written / "report.html").read_text(encoding="utf-8")
    assert not {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "img"}
    assert not re.search(r"(https?:)?//[a-z]|url\((?!#)|@import", text)
    for _, attributes in page.tags:
        assert not {"src", "srcset", "action"} & set(attributes)
        href = attributes.get("href") or attributes.get("xlink:href") or "#"
        assert href.startswith("#")


def test_says_what_it_is_not(page: Reader) -> None:
    """Every report says that it explores, does not prophesy and takes no side."""
    assert CAUTION in page.words
    for word in ("explores", "does not prophesy", "takes no side"):
        assert " ".join(word.split()) in " ".join(CAUTION.split())


def test_titles_are_escaped(page: Reader) -> None:
    """Titles from a user's file are shown as written, never read as tags."""
    assert OPTIONS["paper"] in page.words
    assert "consult" not in {tag for tag, _ in page.tags}


def test_every_chart_has_its_numbers(written: Path, page: Reader) -> None:
    """Each chart stands beside a CSV file with the numbers it shows, named in its caption."""
    names = {figure.name for figure in figures(results())}
    assert {"tightrope_equal_terms", "tightrope_own_terms", "who_comes", "when_it_breaks"} <= names
    for name in names:
        assert len(pd.read_csv(written / "data" / f"{name}.csv")) > 0
        assert f"data/{name}.csv" in page.words
    assert {path.stem for path in (written / "data").glob("*.csv")} == names
    assert sum(tag == "svg" for tag, _ in page.tags) == len(names)
    assert page.words.index("tightrope_equal_terms") < page.words.index("tightrope_own_terms")


def test_the_same_numbers_in_every_file(written: Path) -> None:
    """Arrays, tables of draws and summary can be read back and hold what was given."""
    run = results()
    with xr.open_dataset(written / "outcomes.nc", engine="h5netcdf") as read:
        xr.testing.assert_equal(read.load(), run.dataset)
    pd.testing.assert_frame_equal(pd.read_parquet(written / "draws.parquet"), run.draws)
    summary = pd.read_csv(written / "summary.csv", keep_default_na=False)
    assert ",".join(summary.columns) == "option,outcome,actor,level,action,mean,p05,p50,p95"


def test_every_data_file_says_its_run(written: Path) -> None:
    """Beside each CSV stands one line with version, case, seed, draws and date of the run."""
    for path in (written / "data").glob("*.csv"):
        side = path.with_suffix(".meta.txt").read_text(encoding="utf-8")
        assert side.count("\n") == 1
        for word in (
            path.name,
            "tightrope 0;",
            "case invented",
            "seed 0",
            "draws 40",
            "2026-01-01",
        ):
            assert word in side, (path.name, word)


def test_every_data_file_is_told_of(written: Path) -> None:
    """The page on reading the report names the data of every chart."""
    told = (ROOT / "docs" / "howto" / "read-the-report.md").read_text(encoding="utf-8")
    for path in (written / "data").glob("*.csv"):
        assert f"`{path.stem}`" in told, path.stem


def test_small_enough_to_send(written: Path) -> None:
    """The report stays far below the eight megabytes that a mail may carry."""
    assert (written / "report.html").stat().st_size < 8_000_000


def test_a_title_follows_the_numbers() -> None:
    """The tightrope's title says what the rank correlation of its own numbers says."""
    run = results()
    for equal, less in ((True, "accepted less"), (False, "settled less")):
        figure = tightrope(run, equal_terms=equal)
        table = figure.data.pivot(index="option", columns="what", values="mean")
        sign = table.iloc[:, 0].rank().corr(table.iloc[:, 1].rank())
        assert f"{sign:+.2f}".replace("-", "−") in figure.title
        assert less in figure.title and sign < -0.3
        assert "too few to say" in figure.title  # three options may stand in any order by chance


def test_whole_or_absent(tmp_path: Path) -> None:
    """A run that fails leaves the earlier results as they were, and no other trace."""
    folder = tmp_path / "out"
    with whole_folder(folder) as place:
        (place / "report.html").write_text(f"{GENERATOR}first")

    def fail() -> None:
        with whole_folder(folder) as place:
            (place / "report.html").write_text("second")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (folder / "report.html").read_text() == f"{GENERATOR}first"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("done", [False, True])
def test_a_stop_between_two_renames_leaves_results_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    """A stop before or after any rename leaves old or new results whole, and nothing hidden."""
    folder, rename = tmp_path / "out", os.rename
    stopped = 0
    for step in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        with whole_folder(folder) as place:
            (place / "report.html").write_text(GENERATOR + "first")
            (place / "data").mkdir()
        (folder / PREVIEW).touch()
        (folder / "notes.txt").write_text("mine")
        (folder / "explored").mkdir()
        calls = itertools.count()

        def struck(source: Path, target: Path, step: int = step, calls: Any = calls) -> None:
            struck_here = next(calls) == step
            if done or not struck_here:
                rename(source, target)
            if struck_here:
                raise KeyboardInterrupt

        monkeypatch.setattr(os, "rename", struck)
        try:
            with whole_folder(folder) as place:
                (place / "report.html").write_text(GENERATOR + "second")
                (place / "data").mkdir()
        except KeyboardInterrupt:
            stopped += 1
        monkeypatch.setattr(os, "rename", rename)
        text = (folder / "report.html").read_text().removeprefix(GENERATOR)
        names = sorted(path.name for path in folder.iterdir())
        preview = [PREVIEW] if text == "first" else []
        assert names == sorted(["data", "explored", "notes.txt", "report.html", *preview])
        assert (folder / "notes.txt").read_text() == "mine"
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert stopped == 4
    assert text == "second"


def test_results_are_replaced_and_nothing_else(tmp_path: Path) -> None:
    """Earlier results are replaced whole; a folder with other files is refused."""
    folder = tmp_path / "out"
    for run in ("first", "second"):
        with whole_folder(folder) as place:
            (place / "report.html").write_text(GENERATOR)
            (place / "data").mkdir()
            (place / "data" / f"{run}.csv").touch()
        (folder / PREVIEW).touch()
    with whole_folder(folder) as place:
        (place / "report.html").write_text(GENERATOR)
        (place / "data").mkdir()
    assert sorted(path.name for path in folder.iterdir()) == ["data", "report.html"]
    assert not any((folder / "data").iterdir())
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.txt").touch()
    for page in (None, "<!doctype html><title>My thesis</title>"):
        if page is not None:
            (other / "report.html").write_text(page)
        with pytest.raises(FileExistsError, match="other files"):
            check_folder(other)


def test_what_a_reader_put_beside_the_results_is_kept(tmp_path: Path) -> None:
    """A new run replaces the results of the last one and loses nothing else."""
    folder = tmp_path / "out"
    for text in ("first", "second"):
        with whole_folder(folder) as place:
            (place / "report.html").write_text(GENERATOR + text)
        if text == "first":
            (folder / "notes.txt").write_text("mine")
    assert (folder / "report.html").read_text() == f"{GENERATOR}second"
    assert (folder / "notes.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
