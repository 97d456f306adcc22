"""What a state is: its capabilities and whether it was a major power."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tightrope.history.panels.attach import attach_to_states, years_of
from tightrope.history.panels.folder import read_panel

_CAPABILITIES = ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc")


def add_nmc(frame: pd.DataFrame, data: Path | str | None = None) -> pd.DataFrame:
    """Add national capabilities: milex, milper, irst, pec, tpop, upop and cinc.

    frame    state-years, or dyad-years, to which both states' columns come as cinc1, cinc2, …
    data     folder of data files, or None for TIGHTROPE_DATA
    Returns  the frame with those columns: military expenditure (thousands of current pounds to
             1913, of current US dollars after), military personnel, total and urban population
             (thousands), iron and steel (thousands of tons), energy (thousands of coal-ton
             equivalents), and the composite index, a share from 0 to 1. Missing where the source
             has no value and outside 1816-2022.
    Raises   InputError: TW195 to TW198
    Source   COW NMC 7.0, Singer, Bremer and Stuckey 1972; peacesciencer's add_nmc
    """
    table = read_panel("cow_nmc", data)[["ccode", "year", *_CAPABILITIES]]
    return attach_to_states(frame, table, dict.fromkeys(_CAPABILITIES, np.nan), "cow_nmc", data)


def add_majors(frame: pd.DataFrame, data: Path | str | None = None) -> pd.DataFrame:
    """Add cowmaj (cowmaj1, cowmaj2 for dyads): 1 where the state was a major power that year.

    A year counts if the state was one on some day of it. 0 for other members of the system;
    missing for states that were no members, and outside 1816-2016.
    Arguments and errors as for `add_nmc`. Source: COW Major Powers v2016; peacesciencer's
    add_cow_majors.
    """
    spells = years_of(read_panel("cow_majors", data), "styear", "endyear")
    table = spells[["ccode", "year"]].drop_duplicates().assign(cowmaj=1.0)
    return attach_to_states(frame, table, {"cowmaj": 0.0}, "cow_majors", data)
