"""Loaders of panels on small invented data: coverage, keys, symmetry, sources, messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tightrope.history import panels as room
from tightrope.treaty import InputError

ADDERS = [
    room.add_nmc,
    room.add_majors,
    room.add_contiguity,
    room.add_minimum_distance,
    room.add_capital_distance,
    room.add_atop_alliance,
    room.add_rivalries,
    room.add_gml_mids,
    room.add_cow_wars,
]


def dyads(*rows: tuple[int, int, int]) -> pd.DataFrame:
    """A frame of dyad-years."""
    return pd.DataFrame(rows, columns=["ccode1", "ccode2", "year"])


def test_years_of_states_and_dyads_follow_membership(invented: Path) -> None:
    """A state has rows from its first year in the system to its last, pairs where both are in."""
    states = room.create_state_years(invented, first=1989, last=1990)
    assert states.to_numpy().tolist() == [[1, 1989], [1, 1990], [2, 1989], [2, 1990], [3, 1990]]
    both = room.create_dyad_years(invented, first=1989, last=1990)
    assert len(both) == 2 + 6
    once = room.create_dyad_years(invented, first=1989, last=1990, directed=False)
    assert once.to_numpy().tolist() == [[1, 2, 1989], [1, 2, 1990], [1, 3, 1990], [2, 3, 1990]]


@pytest.mark.parametrize("add", ADDERS, ids=lambda add: add.__name__)
def test_outside_the_years_of_a_source_all_is_missing(add: Callable, invented: Path) -> None:
    """No source says anything of a year that it does not cover, zero least of all."""
    frame = dyads((1, 2, 1400), (1, 2, 2100))
    added = add(frame, invented)
    new = added.columns.difference(frame.columns)
    assert len(new) and added[new].isna().all().all()


@pytest.mark.parametrize("add", ADDERS, ids=lambda add: add.__name__)
def test_rows_order_and_index_stay(add: Callable, invented: Path) -> None:
    """Adding multiplies no row, even where dyad-years are repeated, and keeps order and index."""
    frame = dyads((2, 1, 2000), (1, 2, 2000), (1, 2, 2000), (3, 1, 1995))
    frame.index = pd.Index([9, 9, 4, 1])
    before = frame.copy()
    added = add(frame, invented)
    pd.testing.assert_frame_equal(added[frame.columns], before)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("add", ADDERS, ids=lambda add: add.__name__)
def test_each_column_has_version_and_citation(add: Callable, invented: Path) -> None:
    """Every added column says where it is from, in a form that can be printed and kept."""
    added = add(room.create_dyad_years(invented, first=2000, last=2000), invented)
    noted = added.attrs["provenance"]
    assert set(noted["columns"]) == set(added.columns)
    assert json.loads(json.dumps(noted)) == noted
    told = room.cite(added)
    for column, source in noted["columns"].items():
        assert column in told
        assert noted["sources"][source]["version"] in told
        assert noted["sources"][source]["citation"] in told
        assert noted["sources"][source]["version"] in added.attrs["citation"]
    assert "no source noted: mine" in room.cite(added.assign(mine=1))


def test_silence_is_zero_only_where_it_says_no(invented: Path) -> None:
    """Inside a source's years, 0 for pairs of members it does not list, missing for strangers."""
    frame = dyads((1, 2, 2000), (2, 1, 2000), (1, 3, 2000), (1, 3, 1985), (1, 3, 1989))
    pledge = room.add_atop_alliance(frame, invented)["atop_defense"]
    # 3 joins the system in 1990: before, only what is on record counts
    np.testing.assert_array_equal(pledge, [1, 0, 0, np.nan, 1])
    rivals = room.add_rivalries(frame, invented)["rivalry"]
    np.testing.assert_array_equal(rivals, [1, 1, 0, np.nan, np.nan])
    nearest = room.add_contiguity(frame, invented)["conttype"]
    np.testing.assert_array_equal(nearest, [1, 1, 0, np.nan, np.nan])
    km = room.add_minimum_distance(frame, invented)["mindist"]
    np.testing.assert_array_equal(km, [42, 42, np.nan, np.nan, np.nan])


def test_capitals_at_the_end_of_the_year_on_a_sphere(invented: Path) -> None:
    """A quarter of the equator before the capital moves, half of it from that year on."""
    quarter = np.pi / 2 * 6371.0088
    frame = dyads((1, 2, 1999), (2, 1, 2000), (1, 3, 2000))
    km = room.add_capital_distance(frame, invented)["capdist"]
    np.testing.assert_allclose(km, [quarter, 2 * quarter, np.nan], rtol=1e-12)


def test_states_get_one_column_and_dyads_two(invented: Path) -> None:
    """Facts of a state come once to state-years, and numbered by state to dyad-years."""
    state = room.create_state_years(invented, first=2000, last=2000).pipe(room.add_nmc, invented)
    np.testing.assert_array_equal(state["cinc"], [0.6, 0.4, np.nan])
    np.testing.assert_array_equal(state["milex"], [5, np.nan, np.nan])
    pair = room.add_majors(dyads((1, 2, 1950), (1, 2, 2000), (3, 1, 1985)), invented)
    np.testing.assert_array_equal(pair["cowmaj1"], [0, 1, np.nan])
    np.testing.assert_array_equal(pair["cowmaj2"], [0, 0, 0])


def test_of_two_disputes_in_a_year_the_gravest_stays(invented: Path) -> None:
    """Unknown deaths weigh more than none and less than some, before hostility is looked at."""
    added = room.add_gml_mids(dyads((1, 2, 2000), (1, 2, 2001)), invented)
    assert added.loc[0, "gmlmiddispnum"] == 7  # deaths unknown; dispute 8 had none
    assert added.loc[0, "gmlmidhostlev"] == 4
    assert added.loc[1, ["gmlmidonset", "gmlmidongoing"]].eq(0).all()
    assert added.loc[1, ["gmlmiddispnum", "gmlmidhostlev"]].isna().all()


def test_symmetric_columns_are_checked_both_ways() -> None:
    """A dyad whose two directions differ is named, and so is one with only one direction."""
    frame = dyads((1, 2, 2000), (2, 1, 2000)).assign(km=[5.0, 5.0])
    room.check_symmetric(frame, ["km"])
    room.check_symmetric(frame.assign(km=np.nan), ["km"])
    with pytest.raises(InputError, match=r"2 directed dyad-years differ \(km\), such as 1 and 2"):
        room.check_symmetric(frame.assign(km=[5.0, 6.0]), ["km"])
    with pytest.raises(InputError, match="1 directed dyad-years have no row the other way"):
        room.check_symmetric(frame.head(1), ["km"])
    with pytest.raises(InputError, match="no column 'kms'"):
        room.check_symmetric(frame, ["kms"])


def test_codes_that_are_text_are_refused(invented: Path) -> None:
    """Codes read as text are named with the way to mend them, before anything is joined."""
    with pytest.raises(InputError, match="'ccode1' holds text"):
        room.add_gml_mids(dyads((1, 2, 2000)).astype({"ccode1": str}), invented)


def message(call: Callable[[], object]) -> str:
    """The message of the input error that `call` raises."""
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value)


def test_messages_say_what_is_wrong_and_how_to_mend_it(
    invented: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each way to go wrong with a panel has its code, its words and its remedy."""
    frame = dyads((1, 2, 2000))
    monkeypatch.delenv("TIGHTROPE_DATA", raising=False)
    assert "TIGHTROPE_DATA" in message(lambda: room.add_nmc(frame))
    assert "folder of data is not there" in message(lambda: room.add_nmc(frame, tmp_path / "no"))
    said = message(lambda: room.read_panel("war1800", tmp_path))
    assert "war1800.parquet" in said and "is not there" in said
    assert "Did you mean 'war1800'?" in message(lambda: room.read_panel("war180", tmp_path))
    (tmp_path / "war1800.parquet").write_text("no parquet")
    assert "cannot be read as Parquet" in message(lambda: room.read_panel("war1800", tmp_path))
    frame.to_parquet(tmp_path / "cow_nmc.parquet")
    assert "has no column 'ccode'" in message(lambda: room.read_panel("cow_nmc", tmp_path))

    again = room.add_nmc(frame, invented)
    assert "already has a column 'milex1'" in message(lambda: room.add_nmc(again, invented))
    assert "ccode1, ccode2, year" in message(
        lambda: room.add_nmc(pd.DataFrame({"a": [1]}), invented)
    )
    gap = frame.assign(year=[np.nan])
    assert "'year' is missing" in message(lambda: room.add_nmc(gap, invented))
    states = pd.DataFrame({"ccode": [1], "year": [2000]})
    assert "pairs of states" in message(lambda: room.add_contiguity(states, invented))
    twice = pd.concat([frame, frame])
    assert "ccode1 1, ccode2 2, year 2000" in message(
        lambda: room.check_keys(twice, room.keys.DYAD)
    )
    assert "within the list" in message(lambda: room.create_dyad_years(invented, last=2018))
    td = message(lambda: room.add_rivalries(frame, invented, source="dt"))
    assert "Allowed: tss, td" in td


def test_the_folder_can_be_named_once(invented: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where TIGHTROPE_DATA names the folder, no call needs to."""
    monkeypatch.setenv("TIGHTROPE_DATA", str(invented))
    assert room.add_nmc(dyads((1, 2, 2000)))["cinc1"].item() == 0.6
