"""Formulas in several parts, one for each utility of a game, read against a table.

    esc + war ~ s_wt_re1 + revis1 | 0 | regime1 | balanc + regime2

Left of `~` stand the columns of the outcome; right of it one part for each utility, parted by `|`:
`0` fixes a utility to zero, `1` is a constant, `-1` takes the constant away. Terms, interactions,
transformations and treatment coding are those of R (Chambers & Hastie 1992; package Formula,
Zeileis & Croissant 2010), worked out by formulaic. Columns carry R's names: `regime1dem` is the
dummy of level `dem`, `I(x^2)` a square, `(Intercept)` the constant.

A formula is read as a list of words before anything is computed: each must be a column of the table
or a function of `FUNCTIONS`. Nothing else can run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tightrope.history.codes import FORMULA, ROWS, VARIABLE, many, refuse
from tightrope.history.formula_words import (
    CODED,
    FUNCTIONS,
    check_columns,
    coded_in,
    columns_in,
    level_name,
    r_name,
    translated,
)

Floats = NDArray[np.float64]


_MANY = 10
"""Different numbers above which a column of numbers and a few words is not taken for labels."""


@dataclass(frozen=True)
class Formula:
    """A formula as written: columns of the outcome and the text of each part.

    text      as given, on one line
    response  columns left of `~`
    parts     right of `~`, one for each utility; empty where there is no `~`
    """

    text: str
    response: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Regressors of one utility.

    names   of its columns, R's
    matrix  (n, columns), no column where the utility is fixed to zero
    spec    formulaic's record of the coding, to code other rows alike; None without columns
    """

    names: tuple[str, ...]
    matrix: Floats
    spec: Any

    @property
    def fixed(self) -> bool:
        """Whether the utility is fixed to zero."""
        return not self.names


@dataclass(frozen=True)
class Design:
    """A formula worked out on a table: the rows kept, the outcome and the regressors.

    formula   as written
    table     the rows kept, only columns of the formula, unused levels dropped
    kept      (n,) positions of these rows in the table given
    dropped   number of rows left out for a missing value in any variable of the formula
    parts     regressors of each part
    undefined term → how many of the rows left out have no value in it though its variables have,
              such as log(x) where x is negative
    """

    formula: Formula
    table: pd.DataFrame
    kept: NDArray[np.int64]
    dropped: int
    parts: tuple[Part, ...]
    undefined: dict[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of rows kept."""
        return len(self.kept)

    def response(self) -> pd.DataFrame:
        """The columns of the outcome, rows kept."""
        return self.table[list(self.formula.response)]

    def at(self, table: pd.DataFrame) -> tuple[Floats, ...]:
        """The regressors of other rows, coded as these; a missing value gives NaN.

        Errors: InputError for a column that is missing, or a level that was not in the data.
        """
        needed = [word for part in self.formula.parts for word in columns_in(part, self.table)]
        check_columns(needed, table, "the table")
        coded = {word for part in self.formula.parts for word in coded_in(part)}
        for word in dict.fromkeys(needed):
            _check_levels(word, self.table[word], table[word], word in coded)
        return tuple(_evaluate(part, table) for part in self.parts)


def read_formula(text: str, parts: int | None = None, names: Sequence[str] = ()) -> Formula:
    """Read a formula; with `parts`, it must have as many parts (`names` say which).

    Errors: InputError if there is no outcome, a bracket is open, or the number of parts is wrong.
    """
    line = " ".join(text.split())
    left, tilde, right = line.partition("~")
    response = tuple(word.strip().strip("`") for word in left.split("+"))
    if not all(response) or "~" in right:
        raise refuse(
            f"'{line}' names no outcome",
            FORMULA,
            remedy="write the columns of the outcome, then '~', then a part for each utility",
        )
    found = tuple(_split(right)) if tilde else ()
    if parts is not None and len(found) != parts:
        listed = ", ".join(names)
        raise refuse(
            f"the formula has {many(len(found), 'part')}, and this game has {parts} utilities",
            FORMULA,
            remedy=f"give one part for each, parted by '|': {listed}; 0 fixes one to zero",
        )
    return Formula(line, response, found)


def design(formula: Formula, table: pd.DataFrame, also: Sequence[str] = ()) -> Design:
    """Work a formula out on a table.

    also    further columns whose missing values drop a row (weights, clusters)
    Errors  InputError for a word that is no column or function, no rows left, an infinite value
    """
    if not table.columns.is_unique:
        twice = sorted(set(table.columns[table.columns.duplicated()]))
        raise refuse(
            f"the table has two columns named '{twice[0]}'",
            VARIABLE,
            remedy="rename or drop one of them",
        )
    check_columns([*formula.response, *also], table, "the table")
    used = [word for part in formula.parts for word in columns_in(part, table)]
    columns = list(dict.fromkeys([*formula.response, *used, *also]))
    whole = _numbers(table[columns])
    _check_numbers(whole[list(dict.fromkeys(used))])
    undefined: dict[str, int] = {}
    kept = np.flatnonzero(~whole.isna().any(axis=1).to_numpy())
    for _ in range(2):
        rows = _tidy(whole.iloc[kept])
        if rows.empty:
            raise refuse(
                "no row of the table has a value in every variable of the formula",
                ROWS,
                allowed=tuple(f"{c} ({int(whole[c].notna().sum())} values)" for c in columns),
                remedy="leave out the variable that is never there with the others",
            )
        parts = tuple(_part(text, rows) for text in formula.parts)
        missing = np.zeros(len(rows), dtype=bool)
        for part in parts:
            gaps = np.isnan(part.matrix)
            missing |= gaps.any(axis=1)
            for name, count in zip(part.names, gaps.sum(axis=0), strict=True):
                undefined[name] = max(undefined.get(name, 0), int(count))
        if not missing.any():
            break
        kept = kept[~missing]
    for part in parts:
        _check_finite(part)
    _check_compared(rows[list(dict.fromkeys(used))])
    undefined = {name: count for name, count in undefined.items() if count}
    return Design(formula, rows, kept, len(table) - len(kept), parts, undefined)


def single(text: str, table: pd.DataFrame) -> Part:
    """One part, such as `~ balanc - 1`, on rows without missing values (scale formulas)."""
    part = _part(text.strip().removeprefix("~"), table)
    _check_finite(part)
    return part


def variables(text: str, table: pd.DataFrame) -> tuple[str, ...]:
    """Columns of the table that a part uses. Errors: InputError for any other word."""
    return tuple(dict.fromkeys(columns_in(text.strip().removeprefix("~"), table)))


def _split(text: str) -> Iterator[str]:
    """The parts between bars that stand outside brackets and quotes."""
    depth, begin, quote = 0, 0, ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "`\"'":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if depth < 0:
                break
        elif letter == "|" and depth == 0:
            yield text[begin:place].strip()
            begin = place + 1
    if depth or quote:
        raise refuse(
            f"a bracket or quote is not closed in '{text.strip()}'",
            FORMULA,
            remedy="close it, or take the one away that opens nothing",
        )
    yield text[begin:].strip()


def _check_levels(
    name: str, known: pd.Series[Any], given: pd.Series[Any], coded: bool = False
) -> None:
    numbers = pd.api.types.is_numeric_dtype(known) and not pd.api.types.is_bool_dtype(known)
    if numbers:
        if not pd.api.types.is_numeric_dtype(given):
            raise refuse(
                f"'{name}' holds words in this table, and numbers in the data that were fitted",
                VARIABLE,
                remedy="give numbers",
            )
        if not coded:
            return
    levels = {level_name(level) for level in known.unique()}
    strange = sorted({level_name(level) for level in given.dropna().unique()} - levels)
    if strange:
        raise refuse(
            f"'{strange[0]}' is not a level of '{name}' in the data that were fitted",
            VARIABLE,
            allowed=tuple(sorted(levels)),
            word=strange[0],
        )


def _tidy(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop levels that no row has, as R's model.frame does; plain columns stay."""
    coded = {
        str(name): column.cat.remove_unused_categories()
        for name, column in rows.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    }
    return rows.assign(**coded).reset_index(drop=True)


def _logical(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns of true and false as factors, which they are in R; words as plain objects."""
    coded = {
        str(name): pd.Categorical(column, categories=[False, True])
        for name, column in rows.items()
        if pd.api.types.is_bool_dtype(column.dtype)
        and not isinstance(column.dtype, pd.CategoricalDtype)
    }
    words = {
        str(name): column.astype(object)
        for name, column in rows.items()
        if isinstance(column.dtype, pd.StringDtype)
    }
    return rows.assign(**coded, **words)


def _part(text: str, rows: pd.DataFrame) -> Part:
    """Work one part out on rows without missing values."""
    import formulaic

    columns_in(text, rows)
    if not text.strip():
        raise refuse("a part of the formula is empty", FORMULA, remedy="write 0 for a zero utility")
    try:
        with np.errstate(all="ignore"):  # what is not finite is dropped or refused below
            found = formulaic.model_matrix(
                translated(text),
                _logical(rows),
                context=FUNCTIONS,
                na_action="ignore",
                output="pandas",
            )
    except (formulaic.errors.FormulaicError, TypeError, ValueError, SyntaxError) as error:
        plain = re.sub(r"\x1b\[[0-9;]*m|⧛\[[0-9;]*m|[⧛⧚]", "", str(error))
        reason = " ".join(plain.split())[:160]
        raise refuse(f"the formula part '{text}' cannot be worked out ({reason})", FORMULA) from (
            error
        )
    coded = {"C": next((r for r, ours in CODED.items() if r + "(" in text), "C")}
    names = tuple(r_name(str(name), coded["C"]) for name in found.columns)
    matrix = np.asarray(found, dtype=float).reshape(len(rows), len(names))
    return Part(names, matrix, found.model_spec if names else None)


def _evaluate(part: Part, table: pd.DataFrame) -> Floats:
    """The regressors of one part for other rows."""
    if part.spec is None:
        return np.zeros((len(table), 0))
    rows = _logical(table.reset_index(drop=True))
    found = part.spec.get_model_matrix(rows, context=FUNCTIONS, na_action="ignore")
    return np.asarray(found, dtype=float).reshape(len(rows), len(part.names))


def _numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of Python objects that are all numbers, as numbers: they are no factors."""

    def number(value: Any) -> bool:
        return isinstance(value, Number) and not isinstance(value, bool | complex)

    objects = [str(name) for name, column in table.items() if column.dtype == object]
    plain = [name for name in objects if table[name].notna().any()]
    plain = [name for name in plain if table[name].dropna().map(number).all()]
    return table.assign(**{name: table[name].astype(float) for name in plain})


def _check_numbers(columns: pd.DataFrame) -> None:
    """Refuse a column of numbers that words have made a factor of many levels, or complex ones."""
    for name, column in columns.items():
        if pd.api.types.is_complex_dtype(column.dtype):
            raise refuse(f"'{name}' holds complex numbers", VARIABLE, remedy="give real ones")
        if column.dtype.kind in "mM":
            raise refuse(
                f"'{name}' holds dates or spans of time",
                VARIABLE,
                remedy="give numbers, such as the year",
            )
        if column.dtype != object and not isinstance(column.dtype, pd.StringDtype):
            continue
        given = column.dropna()
        numbers = pd.to_numeric(given, errors="coerce")
        wrong = numbers.isna()
        if wrong.any() and numbers.nunique() > _MANY and wrong.mean() < 0.5:
            row = int(np.flatnonzero(column.notna().to_numpy())[wrong.to_numpy().argmax()])
            raise refuse(
                f"'{name}' holds numbers, but '{column.iloc[row]}' in row {row + 1} is none",
                VARIABLE,
                remedy="correct that cell, or leave it empty for a missing value",
            )
        if given.nunique() > max(_MANY, len(given) // 2):
            raise refuse(
                f"'{name}' holds text that differs from row to row, such as '{given.iloc[0]}'",
                VARIABLE,
                remedy="write numbers with a point, or give a variable with a few levels"
                if wrong.any()
                else "turn these numbers, which are stored as text, into numbers: "
                "pandas.to_numeric does it",
            )


def _check_compared(rows: pd.DataFrame) -> None:
    """Refuse a factor with one level in the rows kept, as R does: it compares nothing."""
    for name, column in rows.items():
        plain = pd.api.types.is_numeric_dtype(column.dtype)
        if (not plain or pd.api.types.is_bool_dtype(column.dtype)) and column.nunique() == 1:
            raise refuse(
                f"'{name}' has one level in the rows kept ('{column.iloc[0]}'), and a factor needs "
                "two or more",
                VARIABLE,
                remedy="leave it out of the formula",
            )


def _check_finite(part: Part) -> None:
    for name, column in zip(part.names, part.matrix.T, strict=True):
        if not np.isfinite(column).all():
            row = int(np.flatnonzero(~np.isfinite(column))[0]) + 1
            raise refuse(
                f"'{name}' is infinite in row {row} of the rows kept",
                VARIABLE,
                remedy="transform it so that every value is finite, such as log(x + 1)",
            )
