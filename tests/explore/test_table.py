"""A table of draws is read for what it is, and refused in words where it cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tightrope.explore import Question, chosen, explore_draws, read_table
from tightrope.explore.answer import Kind
from tightrope.treaty import InputError

META = """\
inputs:
  x1: {low: 0, high: 10, unit: years, meaning: how long it lasts}
outcomes:
  held: {unit: chance, better: high}
"""


def write(folder: Path, frame: pd.DataFrame, name: str = "t.csv") -> Path:
    path = folder / name
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, index=False)
    return path


def frame(count: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {"x1": 10.0 * rng.random(count), "x2": rng.random(count), "held": rng.random(count)}
    )


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_columns_are_inputs_but_for_the_outcome(tmp_path: Path, name: str) -> None:
    """Without a file beside it, ranges are those of the data."""
    data = frame()
    draws, outcome = read_table(write(tmp_path, data, name), "held")
    assert outcome == "held"
    assert [one.id for one in draws.inputs] == ["x1", "x2"]
    assert draws.inputs[1].low == data["x2"].min() and draws.inputs[1].high == data["x2"].max()
    np.testing.assert_allclose(draws.result("table", "held"), data["held"])


def test_the_file_beside_it_gives_ranges_and_words(tmp_path: Path) -> None:
    """Columns it does not name are neither input nor outcome."""
    path = write(tmp_path, frame())
    (tmp_path / "t.meta.yaml").write_text(META)
    draws, outcome = read_table(path, None)
    assert outcome == "held" and draws.outcomes["held"].unit == "chance"
    (one,) = draws.inputs
    assert (one.low, one.high, one.unit, one.meaning) == (0.0, 10.0, "years", "how long it lasts")


def test_options_share_worlds(tmp_path: Path) -> None:
    """A column `option` parts the rows; weights are those of the worlds."""
    first, second = frame().assign(option="a", weight=2.0), frame().assign(option="b", weight=2.0)
    second["held"] = 1.0 - second["held"]
    draws, _ = read_table(write(tmp_path, pd.concat([first, second])), "held")
    assert draws.options == ("a", "b") and draws.weights.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(draws.result("a", "held") + draws.result("b", "held"), 1.0)
    assert chosen(draws, ["b"]).options == ("b",)
    with pytest.raises(InputError, match="no option 'aa'"):
        chosen(draws, ["aa"])


BAD = {
    "no outcome named": (frame(), None, None, "not said which column is the outcome"),
    "unknown outcome": (frame(), None, "hold", "Did you mean 'held'"),
    "outcome in words": (frame().assign(y="high"), None, "y", "'y' holds words, not numbers"),
    "words alone": (frame().astype(str) + " m", None, "held", "no column of numbers"),
    "no inputs": (frame()[["held"]], None, "held", "no column of inputs"),
    "no rows": (frame(0), None, "held", "no rows"),
    "a gap": (frame().assign(x2=np.nan), None, "held", "missing or not finite"),
    "bad weights": (frame().assign(weight=-1.0), None, "held", "weights must be"),
    "weights in words": (frame().assign(weight="much"), None, "held", "weights must be"),
    "no option": (frame().assign(option=np.nan), None, "held", "rows name no option"),
    "a blank option": (
        pd.concat([frame().assign(option="a"), frame(1).assign(option=" ")]),
        None,
        "held",
        "1 of 81 rows name no option",
    ),
    "empty range": (frame(), META.replace("high: 10", "high: 0"), None, "outside of its range"),
    "column not there": (frame(), META.replace("x1", "x9"), None, "no column of numbers 'x9'"),
    "unknown word": (frame(), META.replace("better: high", "better: up"), None, "Allowed: high"),
    "no outcomes": (frame(), META.split("outcomes")[0], None, "names no outcome"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, name: str) -> None:
    """In words that say what, where and how to mend it."""
    data, meta, outcome, told = BAD[name]
    path = write(tmp_path, data)
    if meta is not None:
        (tmp_path / "t.meta.yaml").write_text(meta)
    with pytest.raises(InputError) as caught:
        read_table(path, outcome)
    assert told in str(caught.value) and caught.value.remedy


def test_options_in_other_worlds_are_refused(tmp_path: Path) -> None:
    """Differences would not be paired."""
    first, second = frame().assign(option="a"), frame().assign(option="b")
    second["x1"] = second["x1"] + 1.0
    with pytest.raises(InputError, match="same worlds"):
        read_table(write(tmp_path, pd.concat([first, second])), "held")


@pytest.mark.parametrize(
    ("kind", "least"), [("sensitivity", 100), ("discovery", 60), ("robust", 20)]
)
def test_a_short_table_is_told_so_without_asking_for_draws(
    tmp_path: Path, kind: Kind, least: int
) -> None:
    """The message names the table: `--draws` is of no use to one."""
    short = pd.concat([frame(15).assign(option="a"), frame(15).assign(option="b")])
    draws, outcome = read_table(write(tmp_path, short), "held")
    with pytest.raises(InputError, match=f"at least {least}") as caught:
        explore_draws(draws, "t.csv", outcome, Question(kind))
    assert caught.value.where.file == "t.csv" and "--draws" not in str(caught.value)


def test_what_needs_new_worlds_is_refused_of_a_table(tmp_path: Path) -> None:
    """A flip must be solved anew, which a table cannot be."""
    draws, outcome = read_table(write(tmp_path, frame()), "held")
    with pytest.raises(InputError, match="which a table cannot"):
        explore_draws(draws, "t.csv", outcome, Question("flip"))


@pytest.mark.parametrize("kind", ["sensitivity", "discovery"])
def test_the_design_of_a_table_is_not_made_up(tmp_path: Path, kind: Kind) -> None:
    """The document of a table says that its draws were given, whatever the kind."""
    draws, outcome = read_table(write(tmp_path, frame(120)), "held")
    answer = explore_draws(draws, "t.csv", outcome, Question(kind))
    assert (answer["design"], answer["draws"]) == ("given draws", 120)


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_column_that_comes_twice_is_refused(tmp_path: Path, name: str) -> None:
    """By its name: which of the two is meant cannot be known, and neither counts as `x1.1`."""
    data = frame()
    path = tmp_path / name
    if path.suffix == ".csv":
        data.rename(columns={"x2": "x1"}).to_csv(path, index=False)
    else:
        pq.write_table(pa.table([data["x1"], data["x2"], data["held"]], ["x1", "x1", "held"]), path)
    with pytest.raises(InputError, match="two columns 'x1'") as caught:
        read_table(path, "held")
    assert caught.value.code == "TW207" and caught.value.remedy
    data.rename(columns={"x2": "x1.1"}).to_csv(tmp_path / "sound.csv", index=False)
    draws, _ = read_table(tmp_path / "sound.csv", "held")
    assert [one.id for one in draws.inputs] == ["x1", "x1.1"]


def test_no_file_and_no_table(tmp_path: Path) -> None:
    """A path to nothing, and Parquet that is none, are errors of reading."""
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "none.csv", "y")
    (tmp_path / "t.parquet").write_text("not so")
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "t.parquet", "y")


def test_missing_cells_are_counted(tmp_path: Path) -> None:
    """Three worlds without the outcome are three cells left out."""
    data = frame()
    data.loc[[1, 5, 9], "held"] = np.nan
    draws, _ = read_table(write(tmp_path, data), "held")
    assert draws.failed == {"table": 3}
