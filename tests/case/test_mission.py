"""Sizes of missions, by hand and by what must hold for every input."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.case import (
    aircraft_needed,
    brigades_needed,
    load_case,
    mission_checks,
    ships_needed,
)
from tightrope.case.mission import AIR, GROUND, SEA, MissionCheck
from tightrope.treaty import library_ids, load_instrument

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "size-a-mission.md"
counts = st.integers(0, 50)
hours = st.floats(0.1, 12)
shares = st.floats(0.1, 1)
ratios = st.floats(1, 8)


def test_aircraft_by_hand() -> None:
    """Four pairs, 45 minutes each way, two hours there, three on the ground: 8 x 6.5 / 2 / .6."""
    assert aircraft_needed(4, 2, 0.75, 2, 3, 0.6) == 44  # 43.3
    assert aircraft_needed(3, 2, 0.5, 2.5, 2, 0.7) == 19  # 6 x 5.5 / 2.5 / .7 = 18.9
    assert aircraft_needed(8, 2, 1, 1.5, 4, 0.5) == 160  # 16 x 7.5 / 1.5 / .5
    assert aircraft_needed(1, 1, 0, 1, 0, 1) == 1


def test_ships_by_hand() -> None:
    """Four stations at three ships each, nine days in ten: 13.3, so fourteen."""
    assert ships_needed(4, 3, 0.9) == 14
    assert ships_needed(3, 2, 1) == 6
    assert ships_needed(6, 4, 0.8) == 30


def test_brigades_by_hand() -> None:
    """A line of 1,000 km must take 50 brigades of 20 km each, four times as many with rotation."""
    assert brigades_needed(1000, 20) == 50
    assert brigades_needed(1000, 20, 4) == 200
    assert brigades_needed(1000, 60) == 17
    assert brigades_needed(1000, 60, 3) == 50
    assert brigades_needed(1000, 10, 5) == 500


@given(counts, counts, hours, hours, hours, shares, st.floats(0, 5))
def test_more_to_do_never_takes_fewer_aircraft(
    stations: int, pair: int, way: float, there: float, ground: float, fit: float, more: float
) -> None:
    """More stations, longer ways and turnarounds never need fewer aircraft; more time there, or
    more of them fit to fly, never needs more."""
    base = aircraft_needed(stations, pair, way, there, ground, fit)
    assert base >= stations * pair
    assert aircraft_needed(stations + more, pair, way, there, ground, fit) >= base
    assert aircraft_needed(stations, pair, way + more, there, ground, fit) >= base
    assert aircraft_needed(stations, pair, way, there, ground + more, fit) >= base
    assert aircraft_needed(stations, pair, way, there + more, ground, fit) <= base
    assert aircraft_needed(stations, pair, way, there, ground, (fit + 1) / 2) <= base


@given(counts, ratios, shares, st.floats(0, 5))
def test_more_stations_never_take_fewer_ships(
    stations: int, rotation: float, fit: float, more: float
) -> None:
    """More stations or rotation never needs fewer ships, more days on station never more."""
    base = ships_needed(stations, rotation, fit)
    assert base >= stations
    assert ships_needed(stations + more, rotation, fit) >= base
    assert ships_needed(stations, rotation + more, fit) >= base
    assert ships_needed(stations, rotation, (fit + 1) / 2) <= base


@given(st.floats(0, 5000), st.floats(1, 100), ratios, st.floats(0, 500))
def test_a_longer_line_never_takes_fewer_brigades(
    line: float, width: float, rotation: float, more: float
) -> None:
    """A longer line or more rotation never needs fewer brigades, wider sectors never more."""
    base = brigades_needed(line, width, rotation)
    assert base * width >= line * (1 - 1e-6) - 1e-6
    assert brigades_needed(line + more, width, rotation) >= base
    assert brigades_needed(line, width, rotation + more) >= base
    assert brigades_needed(line, width + more, rotation) <= base


@pytest.mark.parametrize(
    "call",
    [
        lambda: aircraft_needed(4, 2, 0.75, 0, 3, 0.6),
        lambda: aircraft_needed(4, 2, 0.75, 2, 3, 0),
        lambda: aircraft_needed(-1, 2, 0.75, 2, 3, 0.6),
        lambda: aircraft_needed(4, 2, float("nan"), 2, 3, 0.6),
        lambda: ships_needed(4, 0.5, 0.9),
        lambda: ships_needed(4, 3, 1.1),
        lambda: brigades_needed(1000, 0),
        lambda: brigades_needed(float("inf"), 20),
    ],
)
def test_impossible_numbers_are_refused(call: object) -> None:
    """A number that cannot be must be refused with its name and what is wanted."""
    with pytest.raises(ValueError, match=r"\w+ is .*; give "):
        call()  # type: ignore[operator]


def test_each_factor_runs_from_least_to_most_need() -> None:
    """The low end of each factor must make for less need than the high end."""
    for factors in (AIR, SEA, GROUND):
        for name, one in factors.items():
            less = name in ("on_station_hours", "availability", "km_per_brigade")
            ends = (one.high, one.central, one.low) if less else (one.low, one.central, one.high)
            assert list(ends) == sorted(ends), name


def checks(name: str) -> dict[str, MissionCheck]:
    """The checks of an instrument of the library on the line of the Ukraine case."""
    line = load_case("ukraine").line_km
    return {one.clause: one for one in mission_checks(load_instrument(name), line)}


def test_what_the_coalition_provides() -> None:
    """15,000 troops are 3.75 brigades of 50; 36 aircraft are of 44, 8 ships of 14."""
    found = checks("coalition-willing")
    ground, air, sea = found["ground-force"], found["air-policing"], found["black-sea"]
    assert (ground.provided, ground.needed.central, ground.sustained.central) == (3.75, 50, 200)
    assert ground.share == pytest.approx(0.075)
    assert (air.provided, air.in_place.central, air.needed.central) == (36, 8, 44)
    assert air.share == pytest.approx(36 / 44)
    assert (sea.provided, sea.in_place.central, sea.needed.central) == (8, 4, 14)


@pytest.mark.parametrize("name", library_ids())
def test_every_presence_clause_is_checked(name: str) -> None:
    """Each presence clause must have one check with ordered needs; other texts have none."""
    text = load_instrument(name)
    found = mission_checks(text, 1000)
    assert [one.clause for one in found] == [clause.id for clause in text.presences]
    for one in found:
        assert 0 < one.in_place.low <= one.in_place.central <= one.in_place.high
        assert one.in_place.central <= one.sustained.central
        assert one.sustained.low <= one.sustained.central <= one.sustained.high
        assert (one.share is None) == (one.provided is None)


def test_a_size_that_is_not_named_stays_missing() -> None:
    """A clause without a size must give neither a number provided nor a share."""
    text = load_instrument("coalition-willing")
    clauses = [
        clause.model_copy(update={"aircraft": None}) if clause.id == "air-policing" else clause
        for clause in text.clauses
    ]
    bare = text.model_copy(update={"clauses": tuple(clauses)})
    air = next(one for one in mission_checks(bare, 1000) if one.mission == "air policing")
    assert (air.provided, air.share) == (None, None)


def test_the_page_shows_every_factor_and_need() -> None:
    """docs/howto/size-a-mission.md must hold the factors and needs that the program uses."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    for group, factors in (("air", AIR), ("sea", SEA), ("line", GROUND)):
        for name, one in factors.items():
            span = f"{one.low:g} · {one.central:g} · {one.high:g}"
            source = ". ".join(part for part in (one.source, one.note) if part)
            wanted = [group, f"`{name}`", span, one.unit, source]
            assert wanted in rows, " | ".join(wanted)
    for one in checks("coalition-willing").values():
        need = one.needed
        span = f"{need.low} · {need.central} · {need.high}"
        wanted = [f"`{one.clause}`", f"{one.provided:g} {one.unit}", span, f"{one.share:.0%}"]
        assert wanted in rows, " | ".join(wanted)


def test_sizing_is_light() -> None:
    """Sizing a mission must load no numerical library."""
    code = (
        "import sys, tightrope.case as c; from tightrope.treaty import load_instrument;"
        "c.mission_checks(load_instrument('coalition-willing'), 1000);"
        "heavy = {'jax', 'numpy', 'pandas', 'xarray', 'scipy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
