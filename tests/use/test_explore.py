"""Exploring through the installed command: known answers, noise, pages, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from tightrope import __version__
from tightrope.cli.exploration import save_exploration
from tightrope.explore import Question, Session, TestProblem, draw, explore_draws

ISHIGAMI = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
BOX = {"x2": (20.0, 70.0), "x5": (45.0, 100.0)}


@pytest.fixture(scope="module")
def schema(tightrope: Any) -> Draft202012Validator:
    """The published schema of the command's document."""
    return Draft202012Validator(tightrope("schema", "explore").document)


@pytest.mark.xdist_group("explore")
def test_ishigami(tightrope: Any, schema: Draft202012Validator) -> None:
    """First-order indices within 0.02 of the analytic ones."""
    document = tightrope("explore", "ishigami", "--kind", "sensitivity", "--json").document
    schema.validate(document)
    found = {row["parameter"]: row["first"] for row in document["indices"]}
    assert found == pytest.approx(ISHIGAMI, abs=0.02)


@pytest.mark.xdist_group("explore")
def test_a_planted_box_and_pure_noise(
    tightrope: Any, schema: Draft202012Validator, tmp_path: Path
) -> None:
    """From a table of 2,000 draws: bounds within 5 % of the range; nothing once shuffled."""
    rng = np.random.default_rng(5)
    x = pd.DataFrame(100.0 * rng.random((2000, 6)), columns=[f"x{k + 1}" for k in range(6)])
    inside = np.all([x[n].between(*ends) for n, ends in BOX.items()], axis=0)
    y = np.where(rng.random(2000) < 0.1, ~inside, inside) * 1
    x.assign(y=y).to_csv(tmp_path / "box.csv", index=False)
    x.assign(y=rng.permutation(y)).to_csv(tmp_path / "none.csv", index=False)
    ask = ("--kind", "discovery", "--outcome", "y", "--json")
    document = tightrope("explore", tmp_path / "box.csv", *ask).document
    schema.validate(document)
    (box,) = document["boxes"]
    for name, ends in BOX.items():
        assert box["limits"][name] == pytest.approx(ends, abs=5.0), name
    assert set(box["limits"]) == set(BOX)
    shuffled = tightrope("explore", tmp_path / "none.csv", *ask).document
    schema.validate(shuffled)
    assert shuffled["boxes"] == [] and shuffled["trees"] == []
    assert "no structure found" in shuffled["finding"]
    again = ("--kind", "sensitivity", "--outcome", "y", "--json")
    indices = tightrope("explore", tmp_path / "none.csv", *again).document
    schema.validate(indices)
    assert not any(row["matters"] for row in indices["indices"])


@pytest.mark.xdist_group("explore")
def test_kinds_share_a_folder_and_its_pages(
    tightrope: Any, schema: Draft202012Validator, tmp_path: Path
) -> None:
    """Each kind adds its part; the pages hold all of them, each chart its data; draws are kept."""
    out = tmp_path / "out"
    for kind in ("flip", "robust", "discovery"):
        answer = tightrope("explore", "crossing", "--kind", kind, "--out", out, "--json")
        schema.validate(answer.document)
        told = {"flip": ("centre", 1), "robust": ("sobol", 2000), "discovery": ("sobol", 2000)}
        assert (answer.document["design"], answer.document["draws"]) == told[kind]
        assert json.loads((out / f"explore-{kind}.json").read_text())["kind"] == kind
    html = (out / "report.html").read_text()
    assert html.count('id="page-8"') == html.count('id="page-9"') == 1
    for name in ("What matters", "When it fails", "overtakes", "stands up"):
        assert name in html, name
    charts = {path.stem for path in (out / "charts").glob("*.svg")}
    assert charts >= {"flips", "robustness"}
    assert all((out / "data" / f"{name}.csv").exists() for name in charts)
    assert all(f"data/{name}.csv" in html for name in charts)
    assert any((out / "store").glob("draws-*/manifest.json"))


@pytest.mark.parametrize(
    "left",
    ["[1]", '"f"', "{", "{}", '{"case": "crossing", "kind": "flip", "tightrope_version": "0.0"}'],
)
def test_documents_that_do_not_belong_are_left_out_of_the_pages(tmp_path: Path, left: str) -> None:
    """A document of another version, case or shape that lies in the folder is not read."""
    (tmp_path / "explore-flip.json").write_text(left, encoding="utf-8")
    draws = draw(TestProblem("crossing"), Session(tmp_path / "store", chunk=4096), 200, 0)
    answer = explore_draws(draws, "crossing", "y", Question("robust"))
    save_exploration(answer, tmp_path)
    written = json.loads((tmp_path / "explore-robust.json").read_text(encoding="utf-8"))
    assert written["tightrope_version"] == __version__
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "robust: 200 draws" in html and "flip:" not in html


@pytest.mark.parametrize(
    ("clear", "by_chance", "words"),
    [
        (True, 0.0, "stands up best"),
        (False, 0.3, "may be chance"),
        (False, None, "comes first in 60\xa0%"),
    ],
)
def test_the_page_is_as_sure_of_the_most_robust_as_the_command(
    clear: bool, by_chance: float | None, words: str, tmp_path: Path
) -> None:
    """Where luck or worlds drawn again would put another first, the title of the chart says so."""
    draws = draw(TestProblem("crossing"), Session(tmp_path / "store", chunk=4096), 200, 0)
    answer = explore_draws(draws, "crossing", "y", Question("robust"))
    first, *others = answer["ranks"]
    ranks = [{**first, "first": 0.6}, *others]
    save_exploration(
        {**answer, "clear": clear, "by_chance": by_chance, "ranks": ranks}, tmp_path / "out"
    )
    assert words in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


BAD = {
    "unknown kind": (["crossing", "--kind", "robustness"], "Did you mean 'robust'"),
    "unknown outcome": (
        ["ukraine", "--kind", "robust", "--outcome", "durabel"],
        "Did you mean 'durable'",
    ),
    "unknown option": (
        ["ukraine", "--kind", "robust", "--option", "budapest"],
        "Did you mean 'budapest-1994'",
    ),
    "unknown design": (["noise", "--kind", "robust", "--design", "sobl"], "Did you mean 'sobol'"),
    "too few samples": (["ishigami", "--kind", "sensitivity", "--draws", "8"], "at least 32"),
    "no cluster": (
        ["crossing", "--kind", "robust", "--cluster", "tcp://127.0.0.1:9"],
        "there is no cluster",
    ),
    "out holds other things": (["crossing", "--kind", "robust", "--out", "/etc"], "other files"),
    "options of a problem": (
        ["ishigami", "--kind", "sensitivity", "--option", "foo"],
        "a problem with a known answer has no use for --option",
    ),
    "set in a problem": (
        ["crossing", "--kind", "robust", "--set", "x1=3"],
        "has no use for --set",
    ),
    "without in a problem": (["noise", "--kind", "robust", "--without", "US"], "--without"),
    "threshold of a sensitivity": (
        ["ishigami", "--kind", "sensitivity", "--threshold", "0"],
        "sensitivity has no use for --threshold",
    ),
    "design of a flip": (["crossing", "--kind", "flip", "--design", "lhs"], "--design"),
    "screen of robustness": (["crossing", "--kind", "robust", "--screen", "morris"], "--screen"),
    **{
        f"{words[0]} of a table": (
            ["t.csv", "--kind", "discovery", "--out", "out", *words],
            f"a table of draws has no use for {words[0]}",
        )
        for words in (["--draws", "8"], ["--design", "sobol"], ["--workers", "1"])
    },
    "no threshold": (["crossing", "--kind", "robust", "--threshold", "nan"],
                     "in units of the outcome, or leave it out"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_refused(tightrope: Any, name: str, tmp_path: Path) -> None:
    """Bad input ends with exit code 2, the fault in words on stderr, and nothing on stdout."""
    words, told = BAD[name]
    answer = tightrope("explore", *words, cwd=tmp_path)
    assert answer.code == 2, answer.err
    assert told in answer.err
    assert answer.out == b"" and "Traceback" not in answer.err
    assert not list(tmp_path.iterdir())


def test_flip_has_no_use_for_draws_and_says_so(tightrope: Any) -> None:
    """`--draws` is given to all kinds alike by scripts: help says that flip ignores it."""
    words = ("explore", "crossing", "--kind", "flip", "--json")
    assert tightrope(*words, "--draws", "7").document == tightrope(*words).document
    shown = " ".join(tightrope("explore", "--help").out.decode().replace("│", " ").split())
    assert "flip starts at the centre and ignores it" in shown


@pytest.mark.soak
def test_on_the_case_workers_give_what_one_process_gives(tightrope: Any, tmp_path: Path) -> None:
    """The same document and the same stored bytes, whoever solved, on one core or on several."""
    words = ["explore", "ukraine", "--kind", "robust", "--option", "budapest-1994",
             "--option", "bare-ceasefire", "--draws", "192", "--json"]  # fmt: skip
    one, two = (
        tightrope(*words, "--workers", str(k), "--out", tmp_path / str(k)).document for k in (1, 2)
    )
    assert one == two
    stored = sorted((tmp_path / "1" / "store").rglob("*.parquet"))
    assert len(stored) >= 6
    for path in stored:
        other = tmp_path / "2" / path.relative_to(tmp_path / "1")
        assert path.read_bytes() == other.read_bytes(), path.name
