"""Which states were strategic rivals."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tightrope.history.panels.attach import attach, both_members, years_of
from tightrope.history.panels.folder import read_panel
from tightrope.history.panels.keys import DYAD, dyad_keys
from tightrope.treaty import InputError

_LISTS = {"tss": ("tss_rivalries", "start", "end"), "td": ("td_rivalries", "styear", "endyear")}


def add_rivalries(
    frame: pd.DataFrame, data: Path | str | None = None, *, source: str = "tss"
) -> pd.DataFrame:
    """Add rivalry: 1 where the two states were strategic rivals on some day of the year.

    0 for other pairs of members of the system; missing where a state was no member and the list
    does not name the pair, and outside the years of the list.

    frame   dyad-years, directed or not
    data    folder of data files, or None for TIGHTROPE_DATA
    source  `tss`: Thompson, Sakuwa and Suhas 2021, 1494-2020; `td`: Thompson and Dreyer 2012,
            1494-2010. Rivalries that go on end there in the list
    Raises  InputError: TW104 for another source, TW195 to TW198
    Source  as above; peacesciencer's add_strategic_rivalries
    """
    dyad_keys(frame)
    if source not in _LISTS:
        raise InputError(
            f"'{source}' is not a list of rivalries", "TW104", allowed=tuple(_LISTS), word=source
        )
    name, first, last = _LISTS[source]
    years = years_of(read_panel(name, data), first, last)
    back = years.rename(columns={"ccode1": "ccode2", "ccode2": "ccode1"})
    table = pd.concat([years[list(DYAD)], back[list(DYAD)]]).drop_duplicates().assign(rivalry=1.0)
    return attach(frame, table, DYAD, {"rivalry": 0.0}, name, both_members(frame, data))
