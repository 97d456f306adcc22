"""The parameters as a CSV table that experts can correct, and the corrected table read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from tightrope.case.load import bibliography_keys, unknown_parameter, unknown_work
from tightrope.case.models import Case
from tightrope.case.parameter import Parameter
from tightrope.treaty.errors import InputError, Where, raise_all
from tightrope.treaty.reading import validate
from tightrope.treaty.yamltext import NUMBER, Located, read_utf8

COLUMNS: tuple[str, ...] = (
    "id",
    "actor",
    "value",
    "low",
    "high",
    "distribution",
    "unit",
    "kind",
    "source",
    "meaning",
    "note",
)
"""Columns of the table, in its order."""

NEEDED: tuple[str, ...] = ("id", "value", "low", "high")
"""Columns a table must have to be read back; a missing other column keeps the case's values."""

_NUMBERS = ("value", "low", "high")


def parameters_to_csv(case: Case) -> str:
    """The parameters of a case as CSV text, one line each, with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for parameter in case.parameters:
        writer.writerow([_cell(parameter, column) for column in COLUMNS])
    return out.getvalue()


def _cell(parameter: Parameter, column: str) -> str:
    value = getattr(parameter, column)
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def read_parameter_csv(case: Case, path: str | Path) -> Case:
    """The case with the values, ranges and sources of a corrected table.

    The table needs a header with id, value, low and high; other known columns may be left out, and
    so may parameters that stay as they are. Unit, meaning and actor cannot be changed.
    Errors: InputError with file, line and column for an unknown or repeated id, a wrong header, a
    value that is no finite number, a range, distribution, kind or source that cannot be, and a
    source that cites a work the bibliography of the case does not have.
    """
    rows = _rows(Path(path))
    header = next(rows, None)
    if header is None:
        raise InputError(
            "the table is empty", "TW158", Where(str(path)), COLUMNS, "begin with a header"
        )
    columns = _columns(header[1], str(path))
    works = bibliography_keys(case)
    corrected: dict[str, Parameter] = {}
    problems: list[InputError] = []
    for line, cells in rows:
        try:
            parameter = _row(case, columns, cells, Where(str(path), line))
        except InputError as error:
            problems += error.problems()
            continue
        if parameter.id in corrected:
            problems.append(
                InputError(
                    f"parameter '{parameter.id}' is given twice",
                    "TW152",
                    Where(str(path), line, "id"),
                    remedy="keep one of the two lines",
                )
            )
        problems += [
            unknown_work(case, parameter, one.key, works, Where(str(path), line, "source"))
            for one in parameter.citations
            if one.key not in works
        ]
        corrected[parameter.id] = parameter
    raise_all(problems)
    return with_parameters(case, corrected)


def with_parameters(case: Case, changed: dict[str, Parameter]) -> Case:
    """The case with the parameters in `changed` in place of those with the same id."""
    parameters = tuple(changed.get(parameter.id, parameter) for parameter in case.parameters)
    return case.model_copy(update={"parameters": parameters})


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each line of the table that is not blank, with its number in the file."""
    name = str(path)
    reader = csv.reader(io.StringIO(read_utf8(path), newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(
                f"the table is not CSV ({error})",
                "TW158",
                Where(name, line),
                remedy="check quotes; save as CSV with commas",
            ) from None
        if any(cell.strip() for cell in cells):
            yield line, cells


def _columns(header: list[str], file: str) -> tuple[str, ...]:
    columns = tuple(cell.strip() for cell in header)
    where = Where(file, 1, "header")
    if len(columns) == 1 and ";" in columns[0]:
        raise InputError(
            "the columns are parted by semicolons",
            "TW158",
            where,
            remedy="save as CSV with commas and points in numbers",
        )
    for column in columns:
        if column not in COLUMNS:
            raise InputError(
                f"'{column[:60]}' is not a column of this table",
                "TW158",
                where,
                COLUMNS,
                "mend or remove the column",
                column[:60],
            )
        if columns.count(column) > 1:
            raise InputError(
                f"the column '{column}' is given twice", "TW158", where, remedy="keep one"
            )
    missing = [column for column in NEEDED if column not in columns]
    if missing:
        raise InputError(
            f"the header lacks {', '.join(missing)}",
            "TW158",
            where,
            COLUMNS,
            "write the table anew with 'tightrope parameters CASE --csv' and correct that",
        )
    return columns


def _row(case: Case, columns: tuple[str, ...], cells: list[str], where: Where) -> Parameter:
    if len(cells) != len(columns):
        raise InputError(
            f"the line has {len(cells)} cells, the header {len(columns)}",
            "TW158",
            where,
            remedy="quote cells that hold commas",
        )
    given = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    name = given.pop("id")
    known = {parameter.id: parameter for parameter in case.parameters}
    if name not in known:
        raise unknown_parameter(name, tuple(known), Where(where.file, where.line, "id"))
    before = known[name]
    _refuse_change(before, given, where)
    values: dict[str, str | float | None] = dict(before.model_dump())
    for column, cell in given.items():
        values[column] = _number(cell, column, where) if column in _NUMBERS else cell
    node = Located(
        {field: Located(value, where.file, where.line) for field, value in values.items()},
        where.file,
        where.line,
    )
    return validate(Parameter, node)


def _refuse_change(before: Parameter, given: dict[str, str], where: Where) -> None:
    remedies = {
        "unit": "convert the values instead, or leave the column out",
        "meaning": "write what you mean into 'note', or leave the column out",
        "actor": "the id says whose number it is; leave the column out",
    }
    for column, remedy in remedies.items():
        old = _cell(before, column)
        if given.pop(column, old) != old:
            raise InputError(
                f"the {column} of '{before.id}' cannot be changed here",
                "TW158",
                Where(where.file, where.line, column),
                (old or "an empty cell",),
                remedy,
            )


def _number(cell: str, column: str, where: Where) -> float:
    if NUMBER.match(cell) is None:
        raise InputError(
            f"'{cell[:60]}' is not a number",
            "TW107",
            Where(where.file, where.line, column),
            remedy="write a number with a point, such as 0.25",
        )
    return float(cell)
