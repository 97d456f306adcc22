"""The folder of data files: named by an argument or by TIGHTROPE_DATA, never guessed."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pyarrow

from tightrope.history.panels.provenance import credit
from tightrope.history.panels.source import SOURCES
from tightrope.treaty import InputError
from tightrope.treaty.errors import Where

VARIABLE = "TIGHTROPE_DATA"
"""The environment variable that names the folder where no argument does."""


def data_folder(data: Path | str | None = None) -> Path:
    """The folder of data files: `data`, or what TIGHTROPE_DATA names.

    Raises InputError (TW195) where neither names a folder that exists.
    """
    named = os.environ.get(VARIABLE) if data is None else data
    if not named:
        raise InputError(
            "no folder of data was named",
            "TW195",
            remedy=f"give the folder as the argument data=..., or set {VARIABLE} to it",
        )
    folder = Path(named)
    if not folder.is_dir():
        raise InputError(
            "the folder of data is not there",
            "TW195",
            Where(file=str(folder)),
            remedy=f"check the path given as data=... or in {VARIABLE}",
        )
    return folder


def read_panel(name: str, data: Path | str | None = None) -> pd.DataFrame:
    """One data set as its authors gave it, with version and citation for each column.

    name  a name of `SOURCES`, such as `war1800` or `cow_nmc`
    data  the folder of Parquet files, or None to take it from TIGHTROPE_DATA

    Factors come as pandas categories in the order of their levels, missing values as NaN.
    Raises InputError: TW195 for the folder, TW196 for a name that is not known, a file that is
    absent or cannot be read, and a file without the columns that are relied on.
    """
    source = SOURCES.get(name)
    if source is None:
        raise InputError(f"'{name}' is not a panel", "TW196", allowed=tuple(SOURCES), word=name)
    path = data_folder(data) / f"{name}.parquet"
    where = Where(file=str(path))
    if not path.is_file():
        raise InputError(
            f"the file of {source.version} is not there",
            "TW196",
            where,
            remedy="put the Parquet file into the folder, or name another folder",
        )
    try:
        frame = pd.read_parquet(path)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise InputError(f"the file cannot be read as Parquet ({error})", "TW196", where) from error
    absent = [column for column in source.needs if column not in frame.columns]
    if absent:
        raise InputError(
            f"the file of {source.version} has no column '{absent[0]}'",
            "TW196",
            where,
            tuple(map(str, frame.columns)),
            word=absent[0],
        )
    frame.attrs = {}
    return credit(frame, {str(column): name for column in frame.columns})
