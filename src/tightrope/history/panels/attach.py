"""Adding columns of a source to a frame: no row multiplied, nothing zero that is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tightrope.history.panels.folder import read_panel
from tightrope.history.panels.keys import check_keys, keys_of
from tightrope.history.panels.provenance import credit
from tightrope.history.panels.source import SOURCES
from tightrope.treaty import InputError

_YEARS = 10_000
_CENSORED = 2016
"""Spells of membership that end here were going on when the list was made."""


def attach(
    frame: pd.DataFrame,
    table: pd.DataFrame,
    keys: Sequence[str],
    absent: Mapping[str, float],
    source: str,
    members: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """`frame` with columns of `table` at its right, its rows, order and index unchanged.

    table    one row for each value of `keys`, with the columns named in `absent`
    keys     columns of both; `year` is among them
    absent   column → what it means that the source has no row there: 0 where its silence says
             no, NaN where it says nothing
    source   name in `SOURCES`; outside its years everything is missing
    members  rows whose states were members of the system, or None for all; where a state was
             none, silence says nothing

    Raises InputError: TW197 where the frame already has such a column, TW198 where the source
    has several rows for one key.
    """
    there = [column for column in absent if column in frame.columns]
    if there:
        raise InputError(
            f"the frame already has a column '{there[0]}'",
            "TW197",
            remedy="drop or rename it before you add it again",
        )
    check_keys(table, keys)
    merged = frame[list(keys)].merge(
        table[[*keys, *absent]], on=list(keys), how="left", indicator=True
    )
    found = (merged["_merge"] == "both").to_numpy()
    covers = SOURCES[source]
    year = merged["year"].to_numpy()
    inside = (year >= (covers.first or -np.inf)) & (year <= (covers.last or np.inf))
    silent = inside & ~found & (True if members is None else members)
    result = frame.copy()
    for column, meaning in absent.items():
        values = merged[column].to_numpy(float, na_value=np.nan)
        result[column] = np.where(silent, meaning, np.where(inside & found, values, np.nan))
    return credit(result, dict.fromkeys(absent, source))


def attach_to_states(
    frame: pd.DataFrame,
    table: pd.DataFrame,
    absent: Mapping[str, float],
    source: str,
    data: Path | str | None,
) -> pd.DataFrame:
    """Add columns of a state-year `table`: as they are to states, numbered 1 and 2 to dyads.

    Arguments and errors as for `attach`; `data` is the folder, for who was a member when.
    """
    ends = [""] if keys_of(frame) == ("ccode", "year") else ["1", "2"]
    for end in ends:
        named = table.rename(columns={name: f"{name}{end}" for name in ("ccode", *absent)})
        columns = {f"{name}{end}": value for name, value in absent.items()}
        keys = (f"ccode{end}", "year")
        member = member_of(frame[f"ccode{end}"], frame["year"], data)
        frame = attach(frame, named, keys, columns, source, member)
    return frame


def member_of(
    ccode: pd.Series[int], year: pd.Series[int], data: Path | str | None
) -> NDArray[np.bool_]:
    """Whether the state was a member of the system on some day of the year (COW v2016).

    Spells that were going on when the list was made, at the end of 2016, are taken to go on.
    """
    spells = read_panel("cow_states", data)
    last = spells["endyear"].where(spells["endyear"] < _CENSORED, max(_CENSORED, year.max()))
    known = np.concatenate(
        [
            code * _YEARS + np.arange(first, end + 1)
            for code, first, end in zip(spells["ccode"], spells["styear"], last, strict=True)
        ]
    )
    return np.isin(ccode.to_numpy(np.int64) * _YEARS + year.to_numpy(np.int64), known)


def both_members(frame: pd.DataFrame, data: Path | str | None) -> NDArray[np.bool_]:
    """Whether both states of a dyad-year were members of the system, as in `member_of`."""
    one = member_of(frame["ccode1"], frame["year"], data)
    return one & member_of(frame["ccode2"], frame["year"], data)


def years_of(spells: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """Spells with a row for each of their years, in a column `year`; both ends count.

    first, last  columns with the year of beginning and of end
    """
    length = (spells[last] - spells[first] + 1).clip(lower=0)
    rows = spells.loc[spells.index.repeat(length)].reset_index(drop=True)
    offset = rows.groupby(np.repeat(np.arange(len(spells)), length)).cumcount()
    return rows.assign(year=rows[first] + offset)
