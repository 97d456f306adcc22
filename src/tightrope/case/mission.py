"""How large a force a mission needs, against what an instrument provides.

Three sums of the kind that planners do on paper: aircraft for a patrol without gaps, ships for a
lane, brigades for a line. They stand beside the model, not in it: strength comes from the sizes
that the text names, and this says whether such sizes can do what the text says they do. The module
reads a text and knows lengths of line, so it needs `treaty` and nothing else, and stays in this
room, where no numerical library is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Literal

from tightrope.treaty import Instrument, Presence

Mission = Literal["air policing", "sea lane", "line"]
BRIGADE = 4000
"""Personnel of a brigade; those of the alliance have three to five thousand."""
BIBLIOGRAPHY = Path(__file__).with_name("missions.bib")
"""The works behind the sums, which belong to no case."""


@dataclass(frozen=True)
class Factor:
    """One number of a sum, at the low, central and high end of the need (not of the value).

    unit    in words
    source  `key, locator` in `missions.bib` (several parted by `;`) or `judgement: reason`
    note    how the numbers follow from the source, where that needs saying
    """

    low: float
    central: float
    high: float
    unit: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class Sum:
    """How a mission's need is worked out: the formula in words, its source, and its factors."""

    formula: str
    source: str
    factors: dict[str, Factor]


@dataclass(frozen=True)
class Need:
    """What a mission needs in whole units, if all factors are at their low, central, high end."""

    low: int
    central: int
    high: int


AIR: dict[str, Factor] = {
    "stations": Factor(
        3, 4, 8, "patrols at a time",
        "michalik2025, three bases in the estimate of CSIS",
        "one patrol a base; judgement: four cover west, north, centre and coast, eight the whole "
        "country",
    ),
    "per_station": Factor(2, 2, 2, "aircraft", "judgement: fighters patrol in pairs"),
    "transit_hours": Factor(
        0.5, 0.75, 1, "hours each way",
        "judgement: 400 to 850 km from bases in Poland or Romania at 850 km an hour",
    ),
    "on_station_hours": Factor(
        2.5, 2, 1.5, "hours", "judgement: with and without refuelling in the air"
    ),
    "turnaround_hours": Factor(
        2, 3, 4, "hours", "judgement: fuel, arms, inspection and a fresh crew"
    ),
    "availability": Factor(
        0.7, 0.6, 0.5, "share of aircraft fit to fly",
        "afmag2020, average of the American air force in fiscal 2019; "
        "michalik2025, readiness of 50 per cent in the estimate of CSIS",
        "low need: .7 in peace at home; high need: .5 abroad; central: between them",
    ),
}  # fmt: skip
SEA: dict[str, Factor] = {
    "stations": Factor(
        3, 4, 6, "ships at a time",
        "navalnews2024, ships of the mine countermeasures group of Türkiye, Romania and Bulgaria",
        "three minehunters, with a command ship four; judgement: two escorts more at the high end",
    ),
    "rotation": Factor(
        2, 3, 4, "ships for one on station",
        "cbo2015, summary: about one-third of the fleet is deployed",
        "judgement: half from ports on the same sea, a quarter from afar",
    ),
    "availability": Factor(
        1, 0.9, 0.8, "share of days on station", "judgement: weather and breakdowns"
    ),
}  # fmt: skip
GROUND: dict[str, Factor] = {
    "km_per_brigade": Factor(
        60, 20, 10, "km",
        "meduza2025, 64,000 troops called for by the British Chief of the Defence Staff; "
        "unn2025, 200,000 as the least named by the President of Ukraine; "
        "mearsheimer1982, front of a brigade, as quoted by later authors",
        "on 1,000 km of line, low need 64,000 troops, central need 200,000; high need: the middle "
        "of 7 to 15 km a brigade",
    ),
    "rotation": Factor(
        3, 4, 5, "brigades for one in place",
        "meduza2025, 256,000 to keep 64,000 in place over two years",
        "judgement: one more or less with longer or shorter tours",
    ),
}  # fmt: skip
"""Factors of the three sums, each with its source or a reason."""

SUMS: dict[Mission, Sum] = {
    "air policing": Sum(
        "stations × per station × (2 × transit + on station + turnaround) ÷ on station ÷ "
        "availability",
        "little1961, the formula L = λW",
        AIR,
    ),
    "sea lane": Sum(
        "stations × rotation ÷ availability",
        "cbo2015, summary: the fleet as a multiple of ships deployed",
        SEA,
    ),
    "line": Sum(
        "km of line ÷ km per brigade × rotation",
        "mearsheimer1982, brigades by length of front, as quoted by later authors",
        GROUND,
    ),
}
"""Each mission's sum; the functions below work it out."""


def aircraft_needed(
    stations: float,
    per_station: float,
    transit_hours: float,
    on_station_hours: float,
    turnaround_hours: float,
    availability: float,
) -> int:
    """Aircraft at the bases that keep every station manned day and night.

    stations × per_station × (2·transit + on station + turnaround) / on station ÷ availability,
    rounded up: while one aircraft is on station, others are on the way, on the way back or being
    made ready, and some cannot fly. The queueing identity of Little (1961): aircraft in the cycle
    = arrivals on station an hour × hours in the cycle.

    transit_hours  one way; availability is a share in (0, 1]
    Errors: ValueError if a number cannot be.
    """
    _positive(on_station_hours=on_station_hours)
    _not_negative(
        stations=stations,
        per_station=per_station,
        transit_hours=transit_hours,
        turnaround_hours=turnaround_hours,
    )
    _share(availability=availability)
    cycle = 2 * transit_hours + on_station_hours + turnaround_hours
    return _whole(stations * per_station * cycle / on_station_hours / availability)


def ships_needed(stations: float, rotation: float, availability: float) -> int:
    """Ships that keep a lane watched: stations × rotation ÷ availability, rounded up.

    rotation  ships that a fleet must have for one on station, the others being under repair, in
              training or on the way; 3 in Congressional Budget Office (2015)
    Errors: ValueError if a number cannot be.
    """
    _not_negative(stations=stations)
    _at_least_one(rotation=rotation)
    _share(availability=availability)
    return _whole(stations * rotation / availability)


def brigades_needed(line_km: float, km_per_brigade: float, rotation: float = 1) -> int:
    """Brigades for a line: km ÷ km per brigade × rotation, rounded up.

    rotation  brigades that armies must have for one in place; 1 counts those in place only
    Errors: ValueError if a number cannot be.
    """
    _not_negative(line_km=line_km)
    _positive(km_per_brigade=km_per_brigade)
    _at_least_one(rotation=rotation)
    return _whole(line_km / km_per_brigade * rotation)


@dataclass(frozen=True)
class MissionCheck:
    """What one presence clause provides against what its mission needs.

    clause     id of the clause
    mission    air policing, sea lane, or line (holding a line on the ground)
    unit       aircraft, ships or brigades
    provided   units that the clause names; None where the text names no size
    in_place   units needed there at a time; compare `provided` of a line with this
    sustained  units needed to go on without end; compare aircraft and ships with this, since a
               text names those that are assigned and not those in the air or at sea
    """

    clause: str
    mission: Mission
    unit: str
    provided: float | None
    in_place: Need
    sustained: Need

    @property
    def needed(self) -> Need:
        """The need that `provided` has to meet."""
        return self.in_place if self.mission == "line" else self.sustained

    @property
    def share(self) -> float | None:
        """Part of the central need that is provided; None where no size is named."""
        if self.provided is None:
            return None
        return self.provided / self.needed.central if self.needed.central else 1.0


def mission_checks(instrument: Instrument, line_km: float) -> tuple[MissionCheck, ...]:
    """One check for each presence clause, in the order of the text.

    line_km  length of the line that a ground force would have to hold (`case.line_km`). A force
             that stands elsewhere is measured against it all the same: the answer says how far it
             is from holding the line, not that it was meant to.
    """
    return tuple(_check(clause, line_km) for clause in instrument.presences)


def _check(clause: Presence, line_km: float) -> MissionCheck:
    if clause.type == "air-policing":
        on_patrol = Need(*(_whole(air["stations"] * air["per_station"]) for air in _ends(AIR)))
        needs = Need(*(aircraft_needed(**air) for air in _ends(AIR)))
        return MissionCheck(
            clause.id, "air policing", "aircraft", clause.aircraft, on_patrol, needs
        )
    if clause.type == "maritime":
        at_sea = Need(*(_whole(sea["stations"]) for sea in _ends(SEA)))
        needs = Need(*(ships_needed(**sea) for sea in _ends(SEA)))
        return MissionCheck(clause.id, "sea lane", "ships", clause.ships, at_sea, needs)
    brigades = None if clause.personnel is None else clause.personnel / BRIGADE
    there = Need(*(brigades_needed(line_km, one["km_per_brigade"]) for one in _ends(GROUND)))
    needs = Need(*(brigades_needed(line_km, **one) for one in _ends(GROUND)))
    return MissionCheck(clause.id, "line", "brigades", brigades, there, needs)


def _ends(factors: dict[str, Factor]) -> Iterator[dict[str, float]]:
    """The factors at their low, central and high end."""
    yield {name: one.low for name, one in factors.items()}
    yield {name: one.central for name, one in factors.items()}
    yield {name: one.high for name, one in factors.items()}


def _whole(units: float) -> int:
    """Units rounded up, but not for the last digits of a division."""
    return ceil(units - 1e-9 * max(1.0, units))


def _positive(**numbers: float) -> None:
    _require(lambda x: 0 < x < float("inf"), "a positive number", numbers)


def _not_negative(**numbers: float) -> None:
    _require(lambda x: 0 <= x < float("inf"), "a number of 0 or more", numbers)


def _at_least_one(**numbers: float) -> None:
    _require(lambda x: 1 <= x < float("inf"), "a number of 1 or more", numbers)


def _share(**numbers: float) -> None:
    _require(lambda x: 0 < x <= 1, "a share above 0 and up to 1", numbers)


def _require(holds: Callable[[float], bool], wanted: str, numbers: dict[str, float]) -> None:
    for name, value in numbers.items():
        if not holds(value):
            raise ValueError(f"{name} is {value}; give {wanted}")
