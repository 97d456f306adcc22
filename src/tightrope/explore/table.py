"""A table of draws that was made elsewhere, or by us, as something to analyse.

Parquet or CSV, one row a world (and option). Columns `option` and `weight` have that meaning; the
outcome is the column named; every other column of numbers is an input. Beside the table may stand
`NAME.meta.yaml` (for `NAME.csv`) that says more:

    inputs:
      x1: {low: 0, high: 10, unit: years, meaning: how long it lasts}
    outcomes:
      held: {unit: chance, better: high}

A column that the file does not name is neither. Without the file, ranges are those of the data.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from tightrope.explore.problem import Draws, Input, Outcome, check_outcome
from tightrope.treaty import InputError, Where, read_file, validate
from tightrope.treaty.values import Model

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".parquet", ".pq")
OPTION, WEIGHT = "option", "weight"
ONLY = "table"
#: Kinds of columns, as NumPy names them, that hold numbers.
NUMBERS = "fiub"
Number = Annotated[float, Field(allow_inf_nan=False)]


class InputColumn(Model):
    """What a column of inputs means; low and high bound its range, from the data where None."""

    low: Number | None = None
    high: Number | None = None
    unit: str = ""
    meaning: str = ""


class OutcomeColumn(Model):
    """What a column of outcomes means."""

    unit: str = ""
    meaning: str = ""
    better: Literal["high", "low"] = "high"


class Meta(Model):
    """The file beside a table."""

    inputs: dict[str, InputColumn] = Field(default_factory=dict)
    outcomes: dict[str, OutcomeColumn] = Field(default_factory=dict)


def is_table(word: str) -> bool:
    """Whether a word on the command line names a table rather than a case."""
    return word.lower().endswith(SUFFIXES)


def read_table(path: Path, outcome: str | None) -> tuple[Draws, str]:
    """The draws of a table and the name of the outcome looked at.

    Errors  InputError for a file that cannot be read, a column that is not there, comes twice or
            holds no numbers, an empty range, or options that do not stand in the same worlds
    """
    frame = _frame(path)
    meta = _meta(path)
    where = Where(str(path))
    columns = [c for c in frame.columns if c not in (OPTION, WEIGHT)]
    numbers = [c for c in columns if frame[c].dtype.kind in NUMBERS]
    if meta is None:
        if outcome is None:
            raise InputError(
                "it is not said which column is the outcome",
                "TW201",
                Where(str(path), field="--outcome"),
                tuple(numbers),
                "name it with --outcome; every other column of numbers is an input",
            )
        if not numbers:
            raise InputError(
                "the table has no column of numbers", "TW207", where,
                remedy="give a column for the outcome and one for each input",
            )  # fmt: skip
        if outcome in columns and outcome not in numbers:
            raise InputError(
                f"the column '{outcome[:60]}' holds words, not numbers",
                "TW207", Where(str(path), field=outcome[:60]), tuple(numbers),
                "name a column of numbers with --outcome",
            )  # fmt: skip
        known = {c: Outcome() for c in numbers}
        outcome = check_outcome(outcome, known, outcome)
        outcomes = {outcome: known[outcome]}
        wanted = {c: InputColumn() for c in numbers if c != outcome}
    else:
        outcomes = {n: Outcome(o.unit, o.meaning, o.better) for n, o in meta.outcomes.items()}
        wanted = meta.inputs
        for name in (*outcomes, *wanted):
            if name not in numbers:
                raise InputError(
                    f"the table has no column of numbers '{name[:60]}'",
                    "TW207", where, tuple(numbers), "mend the file beside the table", name[:60],
                )  # fmt: skip
        if not outcomes:
            raise InputError(
                "the file beside the table names no outcome", "TW207", where,
                remedy="add 'outcomes:' with a column",
            )  # fmt: skip
        outcome = check_outcome(outcome, outcomes, next(iter(outcomes)))
    if not wanted:
        raise InputError(
            "the table has no column of inputs", "TW207", where,
            remedy="give at least one column of numbers besides the outcome",
        )  # fmt: skip
    return _draws(frame, wanted, outcomes, where), outcome


def _frame(path: Path) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if path.suffix.lower() == ".csv":
            frame = pd.read_csv(path)
            # As they are written: a name that comes again would be read as `x.1`.
            names = pd.read_csv(path, header=None, nrows=1, dtype=str).iloc[0].dropna()
        else:
            # A name that comes again cannot be read into a frame at all.
            names = pd.Series(pq.ParquetDataset(path).schema.names, dtype=str)
            frame = pd.read_parquet(path) if names.is_unique else pd.DataFrame()
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(
            f"the table cannot be read ({reason})", "TW101", Where(str(path)),
            remedy="check the path; the file must be CSV with commas, or Parquet",
        ) from None  # fmt: skip
    if not names.is_unique:
        raise InputError(
            f"the table has two columns '{names[names.duplicated()].iloc[0][:60]}'", "TW207",
            Where(str(path)), remedy="rename one or remove it",
        )  # fmt: skip
    if frame.empty:
        raise InputError(
            "the table has no rows", "TW207", Where(str(path)), remedy="give one row a world"
        )
    return frame


def _meta(path: Path) -> Meta | None:
    beside = path.with_suffix(".meta.yaml")
    return validate(Meta, read_file(beside)) if beside.is_file() else None


def _draws(
    frame: pd.DataFrame,
    wanted: dict[str, InputColumn],
    outcomes: dict[str, Outcome],
    where: Where,
) -> Draws:
    if OPTION in frame and (blank := _blank(frame[OPTION])):
        raise InputError(
            f"{blank} of {len(frame)} rows name no option", "TW207",
            Where(where.file, field=OPTION),
            remedy="fill 'option' in every row, or remove the column",
        )  # fmt: skip
    parts = {ONLY: frame} if OPTION not in frame else {
        str(name): part for name, part in frame.groupby(OPTION, sort=False)
    }  # fmt: skip
    first = next(iter(parts.values()))
    values = first[list(wanted)].to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise InputError(
            "an input is missing or not finite", "TW207", where,
            remedy="fill the cell or remove the row",
        )  # fmt: skip
    for name, part in parts.items():
        if not np.array_equal(part[list(wanted)].to_numpy(dtype=float), values):
            raise InputError(
                f"option '{name}' does not stand in the same worlds as the first", "TW207", where,
                remedy="give every option the same rows of inputs, in the same order",
            )  # fmt: skip
    words = WEIGHT in first and first[WEIGHT].dtype.kind not in NUMBERS
    weights = (
        first[WEIGHT].to_numpy(dtype=float) if WEIGHT in first and not words
        else np.ones(len(first))
    )  # fmt: skip
    if words or not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        raise InputError(
            "weights must be numbers from 0 up, not all 0", "TW207", where, remedy="mend 'weight'"
        )
    results = {
        name: {o: _finite(part[o].to_numpy(dtype=float)) for o in outcomes}
        for name, part in parts.items()
    }
    return Draws(
        tuple(_input(n, c, values[:, k], where) for k, (n, c) in enumerate(wanted.items())),
        values,
        tuple(parts),
        {name: name for name in parts},
        outcomes,
        results,
        weights / weights.sum(),
        {
            name: int(np.any([np.isnan(v) for v in r.values()], axis=0).sum())
            for name, r in results.items()
        },
        {"table": where.file, "draws": len(first)},
    )


def _blank(options: pd.Series) -> int:
    """Rows in which the option is missing or made of spaces."""
    return int((options.isna() | (options.astype(str).str.strip() == "")).sum())


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def _input(name: str, told: InputColumn, values: np.ndarray, where: Where) -> Input:
    low = float(values.min()) if told.low is None else told.low
    high = float(values.max()) if told.high is None else told.high
    if not low <= high or values.min() < low or values.max() > high:
        raise InputError(
            f"'{name}' runs from {values.min():g} to {values.max():g}, outside of its range "
            f"{low:g} to {high:g}",
            "TW207", where, remedy="widen the range in the file beside the table",
        )  # fmt: skip
    return Input(name, low, high, float(np.median(values)), told.unit, told.meaning, name)
