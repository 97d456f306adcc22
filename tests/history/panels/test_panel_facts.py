"""The real panels: counts and facts that are known from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tightrope.history import panels as room
from tightrope.history.panels.disputes import gravest
from tightrope.history.panels.keys import DYAD


@pytest.fixture(scope="module")
def defenders(panels: Path) -> pd.DataFrame:
    """Disputes and the third states pledged to defend their target."""
    return room.create_defender_disputes(panels)


def test_disputes_and_their_onsets_are_those_of_the_authors(panels: Path) -> None:
    """GML counts 2,174 disputes with 2,474 onset pairs of originators, COW 2,436 and 2,773."""
    gml = room.read_panel("gml_dirdisp", panels)
    cow = room.read_panel("cow_mid_dirdisps", panels)
    assert gml["dispnum"].nunique() == 2174
    assert room.read_panel("cow_mid_disps", panels)["dispnum"].nunique() == 2436
    for table, onset, pairs in ((gml, "midonset", 2474), (cow, "disponset", 2773)):
        began = (table[[onset, "orig1", "orig2", "sidea1"]] == 1).all(axis=1)
        assert (began & (table["sidea2"] == 0)).sum() == pairs


def test_the_gravest_dispute_is_the_one_miller_keeps(panels: Path) -> None:
    """Our order leaves the same dispute in each of the 10,234 dyad-years as the published list."""
    whole = ["dispnum", "fatality", "hostlev", "mindur", "maxdur", "recip", "stmon"]
    disputes = room.read_panel("cow_mid_disps", panels)[whole]
    ours = gravest(
        room.read_panel("cow_mid_dirdisps", panels).merge(disputes, on="dispnum"), "disponset"
    )
    theirs = room.read_panel("cow_mid_ddydisps", panels)
    both = ours.merge(theirs, on=[*DYAD, "dispnum"], validate="1:1")
    assert len(ours) == len(theirs) == len(both) == 10234


def test_a_frame_of_dyads_keeps_its_rows_and_knows_some_facts(panels: Path) -> None:
    """Ten sources later a frame has the rows it began with, and facts that anyone can check."""
    frame = room.create_dyad_years(panels, first=2010, last=2011)
    rows = len(frame)
    for add in (
        room.add_nmc,
        room.add_majors,
        room.add_contiguity,
        room.add_minimum_distance,
        room.add_capital_distance,
        room.add_atop_alliance,
        room.add_rivalries,
        room.add_gml_mids,
        room.add_cow_mids,
        room.add_cow_wars,
    ):
        frame = add(frame, panels)
    assert len(frame) == rows
    room.check_keys(frame, DYAD)
    room.check_symmetric(frame, ["conttype", "mindist", "capdist", "rivalry", "gmlmidonset"])
    at = frame.set_index(list(DYAD)).sort_index()
    usa_canada = at.loc[(2, 20, 2010)]
    assert usa_canada[["conttype", "mindist", "atop_defense"]].tolist() == [1, 0, 1]
    assert usa_canada["capdist"] == pytest.approx(734, abs=5)  # Washington to Ottawa in km
    assert at["cinc1"].groupby("year").mean().mul(190).between(0.9, 1.1).all()  # shares sum to 1
    # GML ends in 2010 and COW's wars in 2007: later years are missing, not peaceful
    assert at.loc[(2, 20, 2011), ["gmlmidonset", "cowinteronset"]].isna().all()
    assert frame.loc[frame["year"] <= 2010, "gmlmidonset"].notna().all()


def test_direction_of_a_pledge(panels: Path) -> None:
    """France was pledged to defend Belgium in 1832, and Belgium not to defend France."""
    frame = pd.DataFrame({"ccode1": [220, 211], "ccode2": [211, 220], "year": [1832, 1832]})
    assert room.add_atop_alliance(frame, panels)["atop_defense"].tolist() == [1, 0]


def test_allies_of_the_target_and_who_came(defenders: pd.DataFrame) -> None:
    """1,255 disputes have 16,874 pledged allies; 133 joined the target, in 67; 59 the attacker.

    These figures, and those without allies pledged to both sides, stand in the notes on the data.
    """
    room.check_keys(defenders, ["dispnum", "attacker", "target", "ally"])
    able = defenders[~defenders["original"]]

    def counts(rows: pd.DataFrame) -> list[int]:
        joined = rows[rows["joined_target"]]
        return [rows["dispnum"].nunique(), len(rows), len(joined), joined["dispnum"].nunique()]

    assert counts(able) == [1255, 16874, 133, 67]
    assert able["joined_attacker"].sum() == 59
    assert counts(able[~able["both"]]) == [950, 10629, 110, 57]


def test_join_rates_by_hostility(defenders: pd.DataFrame) -> None:
    """Of allies pledged to the target alone, 0/420, 4/3,044, 75/7,406 and 28/235 joined it.

    The rates are those that the model's base rates rest on. They count a co-originator of the
    dispute among those who did not join, and an ally once for each target however many attackers.
    Without the 656 co-originators the same 107 joins stand over 396, 2,497, 7,328 and 228 rows.
    """
    rows = defenders[~defenders["both"]].drop_duplicates(["dispnum", "target", "ally"])

    def rates(some: pd.DataFrame) -> list[tuple[int, int]]:
        table = some.groupby("hostlev")["joined_target"].agg(["sum", "count"])
        assert table.index.tolist() == list(room.HOSTILITY)
        return list(table.itertuples(index=False, name=None))

    assert rates(rows) == [(0, 420), (4, 3044), (75, 7406), (28, 235)]
    assert len(rows) == 11105 and rows["dispnum"].nunique() == 953
    able = rows[~rows["original"]]
    assert rates(able) == [(0, 396), (4, 2497), (75, 7328), (28, 228)]
    assert len(rows) - len(able) == 656


def test_every_known_data_set_is_read(panels: Path) -> None:
    """Each source is there with the columns that are relied on, and says where it is from."""
    for name, source in room.SOURCES.items():
        frame = room.read_panel(name, panels)
        assert set(source.needs) <= set(frame.columns)
        assert source.citation in room.cite(frame)
        if source.first is not None and "year" in frame:
            assert source.first <= frame["year"].min() <= frame["year"].max() <= source.last
    assert len(room.read_panel("war1800", panels)) == 313
