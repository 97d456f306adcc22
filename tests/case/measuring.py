"""Work the measured and estimated figures out anew from the shared data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import e, log10
from pathlib import Path

import pandas as pd

Find = Callable[[str], Path]

COW = {
    "US": 2, "GB": 200, "FR": 220, "DE": 255, "IT": 325, "PL": 290, "RO": 360, "CA": 20,
    "TR": 640, "IL": 666, "CN": 710, "SK": 317, "RU": 365, "UA": 369,
    "NO": 385, "SE": 380, "FI": 375, "DK": 390, "NL": 210, "BE": 211, "ES": 230, "PT": 235,
    "CZ": 316, "LT": 368, "LV": 367, "EE": 366, "BG": 355, "GR": 350, "HR": 344, "SI": 349,
    "LU": 212, "IE": 205, "IS": 395, "AL": 339, "AU": 900, "NZ": 920, "JP": 740, "ME": 341,
    "CY": 352, "HU": 310, "AT": 305,
}  # fmt: skip
ISO = {
    "US": "USA", "GB": "GBR", "FR": "FRA", "DE": "DEU", "IT": "ITA", "PL": "POL", "RO": "ROU",
    "CA": "CAN", "TR": "TUR", "IL": "ISR", "CN": "CHN", "SK": "SVK",
    "NO": "NOR", "SE": "SWE", "FI": "FIN", "DK": "DNK", "NL": "NLD", "BE": "BEL", "ES": "ESP",
    "PT": "PRT", "CZ": "CZE", "LT": "LTU", "LV": "LVA", "EE": "EST", "BG": "BGR", "GR": "GRC",
    "HR": "HRV", "SI": "SVN", "LU": "LUX", "IE": "IRL", "IS": "ISL", "AL": "ALB", "AU": "AUS",
    "NZ": "NZL", "JP": "JPN", "ME": "MNE", "CY": "CYP", "HU": "HUN", "AT": "AUT",
}  # fmt: skip
NO_ROW = {"IL": 413.5, "AL": 15.2, "ME": 5.0}
"""Guarantors that the aid tracker does not list, with their product of 2021 in EUR bn."""
NO_GIFTS = ("TR", "IL", "CN", "AL", "ME")
"""Guarantors whose surge is judged, since the tracker shows no aid of theirs."""
LAST_MONTH = 2026 * 12 + 4
MILE_KM = 1.609344


def strength(cinc: float, km: float) -> float:
    """Capability after loss of strength over `km` at 500 miles a day (Bueno de Mesquita 1981)."""
    return float(cinc ** log10(km / MILE_KM / 500 + 10 - e))


def capabilities(find: Find) -> pd.DataFrame:
    """Material capabilities of 2022 by state number."""
    nmc = pd.read_parquet(find("cow_nmc.parquet"))
    return nmc[nmc.year == 2022].set_index("ccode")


def distance(find: Find) -> Callable[[int], float]:
    """Minimum distance in km of a state from Ukraine in 2019."""
    table = pd.read_parquet(find("cow_mindist.parquet"))
    table = table[table.year == 2019].set_index(["ccode1", "ccode2"]).mindist
    return lambda cow: float(table[min(cow, COW["UA"]), max(cow, COW["UA"])])


def kiel(find: Find) -> pd.DataFrame:
    """The aid data by donor and month, with a count of months."""
    table = pd.read_csv(find("kiel/data_explorer.csv"))
    return table.assign(month_count=table.year * 12 + table.month)


def yearly(table: pd.DataFrame, months: int, column: str) -> float:
    """Mean yearly sum of `column` over the last `months` months of the data."""
    recent = table[table.month_count > LAST_MONTH - months]
    return float(recent[column].sum() * 12 / months)


@dataclass(frozen=True)
class Chances:
    """How often a state could have joined the target of a dispute, and how often it did."""

    chances: int
    joined: int
    disputes: int


def strangers_joining(
    find: Find, cinc: float, since: int = 1946, until: int = 9999
) -> dict[int, Chances]:
    """Joining by states without pact or nearness, by hostility level.

    cinc          least capability of the states counted in the year of the dispute
    since, until  years in which the disputes counted began
    """
    parts = pd.read_parquet(find("gml_part.parquet"))
    pairs = pd.read_parquet(find("gml_dirdisp.parquet"))
    onset = pairs[(pairs.midonset == 1) & (pairs.orig1 == 1) & (pairs.orig2 == 1)]
    onset = onset[(onset.sidea1 == 1) & (onset.sidea2 == 0)]
    first = onset.groupby("dispnum").year.min()
    level = pairs.groupby("dispnum").hostlev.max()
    groups = parts.groupby(["dispnum", "orig", "sidea"]).ccode.apply(set).to_dict()
    able = _by_year(pd.read_parquet(find("cow_nmc.parquet")).query("cinc >= @cinc"))
    pacts = _pacts(pd.read_parquet(find("atop_alliance.parquet")))
    near = _near(pd.read_parquet(find("cow_mindist.parquet")), 500)
    counts: dict[int, list[int]] = {}
    for dispute, year in first[first.between(since, until)].items():
        attackers = groups.get((dispute, 1, 1), set())
        targets = groups.get((dispute, 1, 0), set())
        joined = groups.get((dispute, 0, 0), set())
        free = able.get(year, set()) - attackers - targets - groups.get((dispute, 0, 1), set())
        for state in targets:
            free = free - pacts.get((state, year - 1), set())
        if targets:
            for state in targets | attackers:
                free = free - near.get((state, year), set())
        row = counts.setdefault(int(level[dispute]), [0, 0, 0])
        row[0] += len(free)
        row[1] += len(free & joined)
        row[2] += bool(free & joined)
    return {hostility: Chances(*row) for hostility, row in counts.items()}


def _by_year(table: pd.DataFrame) -> dict[int, set[int]]:
    return {int(year): set(rows) for year, rows in table.groupby("year").ccode}


def _pacts(table: pd.DataFrame) -> dict[tuple[int, int], set[int]]:
    defenders: dict[tuple[int, int], set[int]] = {}
    pledged = table[table.atop_defense == 1]
    for one, other, year in zip(pledged.ccode1, pledged.ccode2, pledged.year, strict=True):
        defenders.setdefault((other, year), set()).add(one)
    return defenders


def _near(table: pd.DataFrame, km: float) -> dict[tuple[int, int], set[int]]:
    neighbours: dict[tuple[int, int], set[int]] = {}
    close = table[table.mindist <= km]
    for one, other, year in zip(close.ccode1, close.ccode2, close.year, strict=True):
        neighbours.setdefault((one, year), set()).add(other)
        neighbours.setdefault((other, year), set()).add(one)
    return neighbours


def probes_of_neighbours(
    find: Find, state: int = 365, since: int = 1992, until: int = 2010
) -> tuple[int, int]:
    """Disputes below war that a state (Russia) began within 150 km, and its neighbour-years."""
    near = _near(pd.read_parquet(find("cow_mindist.parquet")), 150)
    years = {
        (o, y) for (s, y), os in near.items() if s == state and since <= y <= until for o in os
    }
    pairs = pd.read_parquet(find("gml_dirdisp.parquet"))
    begun = pairs[(pairs.ccode1 == state) & (pairs.midonset == 1) & (pairs.sidea1 == 1)]
    begun = begun[(begun.sidea2 == 0) & (begun.orig1 == 1) & (begun.orig2 == 1)]
    begun = begun[begun.hostlev <= 4]
    return len({pair for pair in zip(begun.ccode2, begun.year, strict=True)} & years), len(years)


def pact_years(find: Find, since: int, until: int) -> tuple[int, float]:
    """Memberships of defence pacts entered in these years that ended by violation, and years.

    Both are counted up to the end of `until`; a membership of less than half a year counts half.
    """
    members = pd.read_csv(find("atop/atop-member-level.csv"))
    members = members[(members.defense == 1) & members.yrent.between(since, until)]
    end = members.yrexit.where(members.yrexit > 0, 2016)
    broken = int(((members.term == 2) & (end <= until)).sum())
    return broken, float((end.clip(upper=until) - members.yrent).clip(lower=0.5).sum())
