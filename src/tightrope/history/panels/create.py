"""The frames to begin with: state-years and dyad-years of the members of the state system."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tightrope.history.panels.attach import years_of
from tightrope.history.panels.folder import read_panel
from tightrope.history.panels.provenance import credit
from tightrope.history.panels.source import SOURCES
from tightrope.treaty import InputError


def create_state_years(
    data: Path | str | None = None, *, first: int = 1816, last: int = 2016
) -> pd.DataFrame:
    """A row for each state and calendar year in which it was a member on some day.

    data         folder of data files, or None for TIGHTROPE_DATA
    first, last  years, within 1816-2016, which the list of members covers
    Returns      frame with ccode and year, sorted, unique
    Raises       InputError: TW195, TW196 for the data, TW197 for years outside the list
    Source       COW State System Membership v2016; peacesciencer's create_stateyears (Miller 2022)
    """
    covers = SOURCES["cow_states"]
    assert covers.first is not None and covers.last is not None
    if not covers.first <= first <= last <= covers.last:
        raise InputError(
            f"the years {first} to {last} are not within the list of states",
            "TW197",
            remedy=f"take years from {covers.first} to {covers.last}, the first not after the last",
        )
    spells = years_of(read_panel("cow_states", data), "styear", "endyear")
    years = spells[["ccode", "year"]].drop_duplicates()  # a state may leave and return in a year
    years = years[years["year"].between(first, last)].astype("int64")
    years = years.sort_values(["ccode", "year"], ignore_index=True)
    years.attrs = {}
    return credit(years, dict.fromkeys(years.columns, "cow_states"))


def create_dyad_years(
    data: Path | str | None = None,
    *,
    first: int = 1816,
    last: int = 2016,
    directed: bool = True,
) -> pd.DataFrame:
    """A row for each pair of states and calendar year in which both were members on some day.

    directed  both directions of every pair, or else only the one with ccode1 < ccode2
    Other arguments and errors as for `create_state_years`.

    Returns   frame with ccode1, ccode2 and year, sorted, unique; about two million rows for all
              years, so narrow the years to what you study
    Source    as for `create_state_years`; peacesciencer's create_dyadyears
    """
    states = create_state_years(data, first=first, last=last)
    states.attrs = {}
    pairs = states.merge(states, on="year", suffixes=("1", "2"))
    keep = pairs["ccode1"] != pairs["ccode2"] if directed else pairs["ccode1"] < pairs["ccode2"]
    pairs = pairs.loc[keep, ["ccode1", "ccode2", "year"]]
    pairs = pairs.sort_values(["ccode1", "ccode2", "year"], ignore_index=True)
    return credit(pairs, dict.fromkeys(pairs.columns, "cow_states"))
