"""Panels of states and dyads, and the data sets of published estimates.

Begin with `create_dyad_years` or `create_state_years`, then add what you need:

    create_dyad_years(first=1950, last=1960).pipe(add_nmc).pipe(add_atop_alliance)

The folder of data is the argument `data` of each function, or TIGHTROPE_DATA. Each column keeps
its version and citation; `print(cite(frame))` shows them. Missing is NaN: outside the years of a
source, and wherever its silence says nothing.
"""

from tightrope.history.panels.alliances import PLEDGES, add_atop_alliance
from tightrope.history.panels.codes import PANEL_CODES
from tightrope.history.panels.create import create_dyad_years, create_state_years
from tightrope.history.panels.defenders import HOSTILITY, create_defender_disputes
from tightrope.history.panels.disputes import add_cow_mids, add_cow_wars, add_gml_mids
from tightrope.history.panels.distance import (
    add_capital_distance,
    add_contiguity,
    add_minimum_distance,
)
from tightrope.history.panels.folder import data_folder, read_panel
from tightrope.history.panels.keys import check_keys, check_symmetric
from tightrope.history.panels.power import add_majors, add_nmc
from tightrope.history.panels.provenance import cite
from tightrope.history.panels.rivalries import add_rivalries
from tightrope.history.panels.source import SOURCES, Source

__all__ = [
    "HOSTILITY",
    "PANEL_CODES",
    "PLEDGES",
    "SOURCES",
    "Source",
    "add_atop_alliance",
    "add_capital_distance",
    "add_contiguity",
    "add_cow_mids",
    "add_cow_wars",
    "add_gml_mids",
    "add_majors",
    "add_minimum_distance",
    "add_nmc",
    "add_rivalries",
    "check_keys",
    "check_symmetric",
    "cite",
    "create_defender_disputes",
    "create_dyad_years",
    "create_state_years",
    "data_folder",
    "read_panel",
]
