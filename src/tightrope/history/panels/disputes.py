"""Militarised disputes and wars between two states, one row a dyad-year."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from tightrope.history.panels.attach import attach, both_members
from tightrope.history.panels.folder import read_panel
from tightrope.history.panels.keys import DYAD, dyad_keys

_DETAILS = ("dispnum", "hostlev", "sidea1", "sidea2", "orig1", "orig2")


def add_gml_mids(frame: pd.DataFrame, data: Path | str | None = None) -> pd.DataFrame:
    """Add the dispute of the year between the two states, from Gibler, Miller and Little.

    frame    dyad-years, directed or not
    data     folder of data files, or None for TIGHTROPE_DATA
    Returns  the frame with gmlmidongoing and gmlmidonset (1 or 0), and of the dispute
             gmlmiddispnum, gmlmidhostlev (2 threat, 3 display, 4 use of force, 5 war),
             gmlmidsidea1, gmlmidsidea2 (on the side that acted first), gmlmidorig1 and
             gmlmidorig2 (there from the first day), missing where there was none. Of several
             disputes in a year, the gravest stays, by `gravest`. 0 for other pairs of members;
             missing where a state was no member, and outside 1816-2010.
    Raises   InputError: TW195 to TW198
    Source   GML-MID 2.2.1, Gibler, Miller and Little 2016; peacesciencer's add_gml_mids
    """
    table = read_panel("gml_dirdisp", data)
    return _add(frame, table, "gml", "gml_dirdisp", ("midongoing", "midonset"), data)


def add_cow_mids(frame: pd.DataFrame, data: Path | str | None = None) -> pd.DataFrame:
    """Add the dispute of the year between the two states, from the Correlates of War project.

    Columns, arguments and errors as for `add_gml_mids`, with names that begin with cowmid, for
    1816-2014. Source: COW MID 5.0, Palmer et al. 2022; peacesciencer's add_cow_mids.
    """
    whole = ["dispnum", "fatality", "hostlev", "mindur", "maxdur", "recip", "stmon"]
    disputes = read_panel("cow_mid_disps", data)[whole]
    table = read_panel("cow_mid_dirdisps", data).merge(disputes, on="dispnum", validate="m:1")
    return _add(frame, table, "cow", "cow_mid_dirdisps", ("dispongoing", "disponset"), data)


def gravest(disputes: pd.DataFrame, onset: str) -> pd.DataFrame:
    """One dispute for each directed dyad-year: the first by the order of Miller (2021).

    Onsets come before continuations; then the higher fatality, where unknown deaths (-9) stand
    between none and some; the higher hostility; the longer least and greatest duration; the
    answered before the unanswered; the earlier month; the lower number.
    """
    deaths = disputes["fatality"].astype(float).replace(-9.0, 0.5)
    order = ["deaths", "hostlev", "mindur", "maxdur", "recip"]
    ordered = disputes.assign(deaths=deaths).sort_values(
        [onset, *order, "stmon", "dispnum"], ascending=[False] * 6 + [True, True]
    )
    return ordered.drop_duplicates(list(DYAD)).drop(columns="deaths").sort_index()


def _add(
    frame: pd.DataFrame,
    disputes: pd.DataFrame,
    owner: str,
    source: str,
    states: tuple[str, str],
    data: Path | str | None,
) -> pd.DataFrame:
    """Add one row a dyad-year of `disputes`, its columns named after the `owner` of the list."""
    dyad_keys(frame)
    table = gravest(disputes, states[1])
    names = {states[0]: f"{owner}midongoing", states[1]: f"{owner}midonset"}
    names |= {column: f"{owner}mid{column}" for column in _DETAILS}
    absent: Mapping[str, float] = {
        new: 0.0 if old in states else np.nan for old, new in names.items()
    }
    table = table[[*DYAD, *names]].rename(columns=names)
    return attach(frame, table, DYAD, absent, source, both_members(frame, data))


def add_cow_wars(frame: pd.DataFrame, data: Path | str | None = None) -> pd.DataFrame:
    """Add cowinterongoing, cowinteronset and cowinterinit1, cowinterinit2: inter-state wars.

    Each is 1 where any war of the two states that year has it: going on, begun, begun by ccode1
    or by ccode2. 0 for other pairs of members; missing where a state was no member, and outside
    1816-2007. Arguments and errors as for `add_gml_mids`.
    Source: COW Inter-State War 4.0, Sarkees and Wayman 2010; peacesciencer's add_cow_wars.
    """
    dyad_keys(frame)
    names = {"initiator1": "cowinterinit1", "initiator2": "cowinterinit2"}
    wars = read_panel("cow_war_inter", data).rename(columns=names)
    columns = ["cowinterongoing", "cowinteronset", *names.values()]
    table = wars.groupby(list(DYAD), as_index=False)[columns].max()
    absent = dict.fromkeys(columns, 0.0)
    return attach(frame, table, DYAD, absent, "cow_war_inter", both_members(frame, data))
