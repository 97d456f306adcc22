"""How near two states are: contiguity, least distance, and distance of capitals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tightrope.history.panels.attach import attach, both_members, years_of
from tightrope.history.panels.folder import read_panel
from tightrope.history.panels.keys import DYAD, check_symmetric, dyad_keys
from tightrope.history.panels.provenance import credit
from tightrope.history.panels.source import SOURCES

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


def add_contiguity(frame: pd.DataFrame, data: Path | str | None = None) -> pd.DataFrame:
    """Add conttype: 0 not contiguous, 1 by land, 2 to 5 by up to 12, 24, 150, 400 miles of water.

    Where several spells touch a year, the nearest kind holds for all of it. 0 for other pairs of
    members; missing where a state was no member, and outside 1816-2016. The codes are no scale.

    frame   dyad-years, directed or not
    Raises  InputError: TW195 to TW199, the last where the source differs between directions
    Source  COW Direct Contiguity 3.2, Stinnett et al. 2002; peacesciencer's add_contiguity
    """
    dyad_keys(frame)
    spells = read_panel("cow_contdir", data)
    begin = pd.to_datetime(spells["stdate"]).dt.year
    spells = years_of(
        spells.assign(begin=begin, end=pd.to_datetime(spells["enddate"]).dt.year), "begin", "end"
    )
    near = spells.assign(rank=spells["conttype"].replace(0, 9)).sort_values("rank")
    table = near.drop_duplicates(list(DYAD))[[*DYAD, "conttype"]]
    check_symmetric(table, ["conttype"])
    members = both_members(frame, data)
    return attach(frame, table, DYAD, {"conttype": 0.0}, "cow_contdir", members)


def add_minimum_distance(frame: pd.DataFrame, data: Path | str | None = None) -> pd.DataFrame:
    """Add mindist: the least distance between the two territories on 1 January, in kilometres.

    Missing where the source has no value (0 km would mean that they touch), and outside
    1886-2019. `frame`, `data` and errors as for `add_contiguity`.
    Source: CShapes 2.0, Schvitz et al. 2022; peacesciencer's add_minimum_distance.
    """
    dyad_keys(frame)
    table = read_panel("cow_mindist", data)
    low = frame[["ccode1", "ccode2"]].min(axis=1)  # the source has each pair once, lower code first
    high = frame[["ccode1", "ccode2"]].max(axis=1)
    pairs = pd.DataFrame({"ccode1": low, "ccode2": high, "year": frame["year"]})
    found = attach(pairs, table, DYAD, {"mindist": np.nan}, "cow_mindist")["mindist"]
    return credit(frame.assign(mindist=found), {"mindist": "cow_mindist"})


def add_capital_distance(frame: pd.DataFrame, data: Path | str | None = None) -> pd.DataFrame:
    """Add capdist: the great-circle distance between the two capitals, in kilometres.

    The capital is the one at the end of the year. Missing where a state has none on the list,
    and outside 1816-2024. On a sphere: peacesciencer's add_capital_distance takes an ellipsoid,
    which differs by up to half a per cent. `frame`, `data` and errors as for `add_contiguity`.
    """
    dyad_keys(frame)
    source = SOURCES["cow_capitals"]
    assert source.first is not None and source.last is not None
    spells = read_panel("cow_capitals", data)
    begin, end = (pd.to_datetime(spells[name]) for name in ("stdate", "enddate"))
    # a capital that moved during the year gives way to the later one
    spells = years_of(spells.assign(begin=begin.dt.year, end=end.dt.year), "begin", "end")
    last = spells.sort_values(["ccode", "year", "enddate"]).drop_duplicates(
        ["ccode", "year"], keep="last"
    )
    place = last.set_index(["ccode", "year"])[["lat", "lng"]]
    sides = [
        np.radians(
            place.reindex(pd.MultiIndex.from_frame(frame[[code, "year"]])).to_numpy(dtype=float)
        )
        for code in ("ccode1", "ccode2")
    ]
    km = great_circle_km(*sides[0].T, *sides[1].T)
    inside = frame["year"].between(source.first, source.last)
    return credit(frame.assign(capdist=np.where(inside, km, np.nan)), {"capdist": "cow_capitals"})


def great_circle_km(
    lat1: np.ndarray, lng1: np.ndarray, lat2: np.ndarray, lng2: np.ndarray
) -> np.ndarray:
    """Distance on a sphere in km, angles in radians (haversine formula, Sinnott 1984)."""
    half = (
        np.sin((lat2 - lat1) / 2) ** 2
        + np.cos(lat1) * np.cos(lat2) * np.sin((lng2 - lng1) / 2) ** 2
    )
    km: np.ndarray = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return km
