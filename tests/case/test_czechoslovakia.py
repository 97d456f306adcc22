"""The case from history: complete, sourced, measured as it says, and no line of code knows it."""

from __future__ import annotations

import re
from math import log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from measuring import Find, pact_years, probes_of_neighbours, strangers_joining, strength

from tightrope.case import (
    COMMON,
    PER_GUARANTOR,
    Case,
    case_ids,
    check_sources,
    instrument_of,
    load_case,
    new_case,
    parameters_page,
)
from tightrope.case.parameter import JUDGEMENT
from tightrope.guarantee import compile_profile
from tightrope.treaty import lint

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tightrope"
PAGE = ROOT / "docs" / "parameters-1938.md"
COW = {"FR": 220, "GB": 200, "SU": 365, "RO": 360, "YU": 345, "PL": 290, "IT": 325}
GERMANY, PROTEGE, YEAR = 255, 315, 1938
ROUNDED = 1e-3  # the case gives three decimals
POUND = 4.89  # dollars of 1938


@pytest.fixture(scope="module")
def case() -> Case:
    """The case of Czechoslovakia 1938."""
    return load_case("czechoslovakia-1938")


@pytest.fixture(scope="module")
def states(shared_data: Find) -> pd.DataFrame:
    """Material capabilities of all years, by year and state number."""
    return pd.read_parquet(shared_data("cow_nmc.parquet")).set_index(["year", "ccode"])


def test_the_library_lists_it_with_its_actors(case: Case) -> None:
    """The case must ship with its states, none of which leads or rules the first case."""
    assert "czechoslovakia-1938" in case_ids()
    assert (case.challenger, case.protege, case.lead) == ("DE", "CS", "FR")
    assert case.guarantor_ids == tuple(COW)
    assert case.friends_of_challenger == ("IT",)
    assert {actor.id: actor.cow for actor in case.guarantors} == COW
    assert (case.actor("DE").cow, case.actor("CS").cow) == (GERMANY, PROTEGE)


def test_every_number_is_given_with_its_reason(case: Case) -> None:
    """All parameters must be there, with a work and a note, or a judgement of some words."""
    assert len(case.parameters) == len(COMMON) + len(PER_GUARANTOR) * len(COW)
    for one in case.parameters:
        if one.kind == "judgement":
            assert len(one.source) > len(JUDGEMENT) + 15, one.id
        else:
            assert one.citations and one.note, one.id


def test_every_source_is_in_the_bibliography(case: Case) -> None:
    """Every work cited must be listed and every work listed cited, in texts and numbers alike."""
    assert not check_sources(case), [str(problem) for problem in check_sources(case)]


def test_responses_on_record_are_those_of_guarantors(case: Case) -> None:
    """A fact of the record must speak of states that the case has, and of all of them here."""
    for fact in case.record:
        assert set(fact.responses) == set(COW)
        assert fact.date > case.date


def test_every_option_compiles_and_no_two_are_alike(case: Case) -> None:
    """Each text must be found in the case's folder and owe or cost something of its own."""
    seen = []
    for option in case.options:
        text = instrument_of(case, option)
        assert (text.in_role("challenger"), text.in_role("protege")) == (("DE",), ("CS",))
        for clause in text.clauses:
            assert clause.article.strip() and clause.says.endswith("."), clause.id
            assert clause.source is None or clause.source in text.sources, clause.id
        stage = compile_profile(case, text).in_force
        seen.append((*(np.asarray(part).tolist() for part in stage), option.settlement))
    assert len(seen) >= 5
    assert all(one != other for i, one in enumerate(seen) for other in seen[:i])


def test_what_lint_says_of_the_promise_of_munich(case: Case) -> None:
    """At Munich nobody was named to find the case arisen; in the three-power text, somebody is."""
    codes = {
        name: {finding.code for finding in lint(instrument_of(case, case.option(name)))}
        for name in ("munich-1938", "three-power-guarantee")
    }
    assert {"TW002", "TW004"} <= codes["munich-1938"]
    assert not {"TW002", "TW004"} & codes["three-power-guarantee"]


def test_soviet_force_waits_for_france(case: Case) -> None:
    """The condition of 1935 is the dependence on the lead, so it must be almost complete."""
    assert case.parameter("dependence.SU").low >= 0.8
    assert case.parameter("dependence.FR").high == 0


def test_a_copy_brings_its_own_texts(tmp_path: Path, case: Case) -> None:
    """A copy of the case must hold the instruments of its options and load to the same case."""
    written = new_case("czechoslovakia-1938", tmp_path / "copy")
    assert {path.name for path in written} >= {"munich-1938.yaml", "munich-guaranteed.yaml"}
    copy = load_case(tmp_path / "copy")
    assert copy.model_dump() == case.model_dump()
    assert all(instrument_of(copy, option) for option in copy.options)


def test_the_other_words_for_lines_mean_the_same(case: Case) -> None:
    """`other` and `pre-2022`, `original` and `pre-2014` must give the same share of the land."""
    from tightrope.guarantee.timeline import held_line

    world = {"line.today": np.array(0.3), "line.pre2022": np.array(0.2)}
    terms = case.options[0].settlement

    def held(line: str) -> float:
        return float(held_line(world, terms.model_copy(update={"line": line})))  # type: ignore[arg-type]

    shares = [held(line) for line in ("today", "other", "pre-2022", "original", "pre-2014")]
    assert shares == [0.3, 0.2, 0.2, 0.0, 0.0]


@pytest.mark.parametrize("actor", COW)
def test_force_is_capability_of_1938_after_distance(
    case: Case, states: pd.DataFrame, shared_data: Find, actor: str
) -> None:
    """Force must be CINC after distance against Germany's; for the Soviet Union, the high end."""
    distances = pd.read_parquet(shared_data("cow_mindist.parquet")).query("year == @YEAR")
    far = distances.set_index(["ccode1", "ccode2"]).mindist
    cow = COW[actor]
    cinc = states.cinc[YEAR]
    expected = strength(cinc[cow], far[min(cow, PROTEGE), max(cow, PROTEGE)])
    expected /= strength(cinc[GERMANY], 0)
    force = case.parameter(f"force.{actor}")
    if actor == "SU":
        assert force.high == pytest.approx(expected, abs=ROUNDED)
    else:
        assert force.value == pytest.approx(expected, abs=ROUNDED)
        ends = (expected / 2, expected * 1.25)
        assert (force.low, force.high) == pytest.approx(ends, abs=2 * ROUNDED)
    ratio = float(re.findall(r"strength: (\d+\.\d+)", force.note)[0])
    assert ratio == pytest.approx(cinc[cow] / cinc[GERMANY], abs=ROUNDED)
    if actor == "IT":
        assert case.parameter("helper_strength").high == pytest.approx(expected, abs=ROUNDED)


def test_economies_are_shares_of_energy(case: Case, states: pd.DataFrame) -> None:
    """Energy used in 1938 stands in for product, and the shares must add up."""
    energy = states.pec[YEAR]
    total = sum(energy[cow] for cow in COW.values())
    for actor, cow in COW.items():
        assert case.parameter(f"economy.{actor}").value == pytest.approx(
            energy[cow] / total, abs=1e-4
        )


def test_strength_and_growth_of_the_challenger(case: Case, states: pd.DataFrame) -> None:
    """Growth is that against France and Britain; aid counts against Germany's own spending."""

    def against(year: int) -> float:
        cinc = states.cinc[year]
        return float(cinc[GERMANY] / (cinc[COW["FR"]] + cinc[COW["GB"]]))

    growth = case.parameter("rearmament")
    assert growth.high == pytest.approx(log(against(1938) / against(1937)), abs=0.005)
    assert growth.low == pytest.approx(log(against(1939) / against(1938)), abs=0.005)
    budget = states.milex[YEAR][GERMANY] / 1e6 / POUND
    lowest = case.parameter("capability_decay").value / budget
    assert case.parameter("aid_effect").low == pytest.approx(lowest, rel=0.02)
    alone = strength(states.cinc[YEAR][PROTEGE], 0) / strength(states.cinc[YEAR][GERMANY], 0)
    assert case.parameter("capability.protege").low == pytest.approx(alone, abs=2 * ROUNDED)


def test_strangers_joined_more_often_before(case: Case, shared_data: Find) -> None:
    """The base rates must be the counted chances of joining from 1816 to 1938."""
    small = strangers_joining(shared_data, 0.006, 1816, YEAR)
    large = strangers_joining(shared_data, 0.03, 1816, YEAR)
    between = strangers_joining(shared_data, 0.006, 1919, YEAR)
    assert [(small[i].joined, small[i].chances) for i in (3, 4, 5)] == [
        (2, 2_008), (14, 3_380), (19, 628),
    ]  # fmt: skip
    assert (large[3].joined, large[3].chances, large[5].joined, large[5].chances) == (
        2, 869, 17, 268,
    )  # fmt: skip
    assert (between[3].joined, between[3].chances) == (0, 433)
    assert (between[5].joined, between[5].chances, small[5].disputes) == (5, 144, 10)
    rates = {level: case.parameter(f"base.fight.{level}") for level in ("probe", "limited", "full")}
    assert rates["probe"].value == pytest.approx(2 / 2_008, rel=0.05)
    assert rates["probe"].high == pytest.approx(2 / 869, rel=0.05)
    assert rates["limited"].value == pytest.approx((14 / 3_380 * 19 / 628) ** 0.5, rel=0.05)
    assert rates["full"].value == pytest.approx(19 / 628, rel=0.05)
    assert rates["full"].high == pytest.approx(17 / 268, rel=0.05)


def test_probes_of_germany_among_its_neighbours(case: Case, shared_data: Find) -> None:
    """The rate of probing must be Germany's disputes below war per neighbour-year."""
    assert probes_of_neighbours(shared_data, GERMANY, 1933, YEAR) == (4, 84)
    assert probes_of_neighbours(shared_data, GERMANY, 1919, YEAR) == (5, 280)
    rate = case.parameter("probe.base_rate")
    assert rate.value == pytest.approx(4 / 84, abs=0.005)
    assert rate.low == pytest.approx(5 / 280, abs=0.005)


def test_members_left_pacts_at_the_counted_rate(case: Case, shared_data: Find) -> None:
    """The rate of leaving must be that of defence pacts entered between the wars."""
    broken, years = pact_years(shared_data, 1919, 1937)
    assert (broken, round(years)) == (7, 422)
    assert case.parameter("withdrawal_rate").value == pytest.approx(broken / years, abs=ROUNDED)


def test_pacts_were_kept_more_often_before_1945(case: Case, shared_data: Find) -> None:
    """The counts in the note on audience must be those of the wars at hand."""
    wars = pd.read_csv(shared_data("history/berkemeier_fuhrmann_2018.csv")).query("dnaLLM != 1")
    kept = wars.groupby("sample").honorLLM.agg(["sum", "size"])
    assert kept.loc[1].tolist() == [49, 76] and kept.loc[0].tolist() == [9, 34]
    note = case.parameter("audience").note
    assert "49 of 76" in note and "9 of 34" in note


def test_the_land_given_at_munich(case: Case) -> None:
    """The share of the Munich line must be the areas that its note names."""
    share = case.parameter("line.pre2022")
    assert share.value == pytest.approx(11_236 / 54_400, abs=ROUNDED)


def test_the_occupation_is_in_the_dispute_data(shared_data: Find) -> None:
    """Dispute 2302 must be Germany against Czechoslovakia in March 1939, joined by nobody."""
    parts = pd.read_parquet(shared_data("gml_part.parquet")).query("dispnum == 2302")
    assert set(parts.ccode) == {GERMANY, PROTEGE}
    assert set(zip(parts.styear, parts.stmon, strict=True)) == {(1939, 3)}


@pytest.mark.parametrize(
    "path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE))
)
def test_no_code_knows_the_states_of_a_case(path: Path) -> None:
    """Outside the libraries no program text may name the sides of a case as a value."""
    names = {side for name in case_ids() for side in _sides(name)}
    found = re.findall(r"""["']([A-Z]{2})["']""", path.read_text(encoding="utf-8"))
    assert not names & set(found), f"{path.name} names {names & set(found)}"


def _sides(name: str) -> set[str]:
    case = load_case(name)
    return {case.challenger, case.protege, *([case.lead] if case.lead else [])}


def test_the_page_is_up_to_date(case: Case) -> None:
    """docs/parameters-1938.md must equal what the case says now."""
    assert PAGE.read_text(encoding="utf-8") == parameters_page(case), (
        'write it anew: python -c "import tightrope.case as c; '
        "print(c.parameters_page(c.load_case('czechoslovakia-1938')), end='')\" "
        "> docs/parameters-1938.md"
    )
