"""What states have pledged to each other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tightrope.history.panels.attach import attach, both_members
from tightrope.history.panels.folder import read_panel
from tightrope.history.panels.keys import DYAD, dyad_keys

PLEDGES = ("atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul")
"""Obligations that ATOP codes: defence, offence, neutrality, non-aggression, consultation."""


def add_atop_alliance(frame: pd.DataFrame, data: Path | str | None = None) -> pd.DataFrame:
    """Add the five pledges of ATOP, each 1 where ccode1 has pledged it to ccode2 that year.

    The direction counts: in 1832 France (220) is pledged to defend Belgium (211) and Belgium not
    to defend France. 0 where two members of the system have no such pledge; missing where a state
    was no member and no pledge is on record, and outside 1815-2018. A pact signed during a year
    counts for all of it: lag it a year where what it should explain may have come first.

    frame   dyad-years; of undirected ones it tells only what the lower code pledged
    data    folder of data files, or None for TIGHTROPE_DATA
    Raises  InputError: TW195 to TW198
    Source  ATOP 5.1, Leeds, Ritter, Mitchell and Long 2002; peacesciencer's add_atop_alliance
    """
    dyad_keys(frame)
    table = read_panel("atop_alliance", data)
    absent = dict.fromkeys(PLEDGES, 0.0)
    return attach(frame, table, DYAD, absent, "atop_alliance", both_members(frame, data))
