"""The Ukraine case holds what the model needs, and says where each number comes from."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from tightrope.case import (
    COMMON,
    PER_GUARANTOR,
    Case,
    case_ids,
    check_sources,
    kind_shares,
    load_case,
    required,
)
from tightrope.case.parameter import JUDGEMENT, KINDS
from tightrope.case.sources import case_sources
from tightrope.treaty import library_ids

GUARANTORS = (
    "US", "GB", "FR", "DE", "IT", "PL", "RO", "CA", "TR", "IL", "CN", "SK", "NO", "SE", "FI", "DK",
    "NL", "BE", "ES", "PT", "CZ", "LT", "LV", "EE", "BG", "GR", "HR", "SI", "LU", "IE", "IS", "AL",
    "AU", "NZ", "JP", "ME", "CY", "HU", "AT",
)  # fmt: skip
OPTIONS = (
    "no-agreement",
    "budapest-1994",
    "nato-membership",
    "article5-like",
    "istanbul-2022",
    "uk-ukraine-2024",
    "israel-model",
    "coalition-willing",
    "coalition-willing-alone",
    "bare-ceasefire",
    "bucharest-2008",
    "neutrality-with-china",
    "us-treaty",
    "us-executive",
    "multilateral-outside-un",
    "eu-42-7",
    "french-formula-2022",
    "tailored-scholz",
    "us-ukraine-2024",
    "germany-ukraine-2024",
    "france-ukraine-2024",
    "poland-ukraine-2024",
    "eu-ukraine-2024",
    "netherlands-ukraine-2024",
    "estonia-ukraine-2024",
    "croatia-ukraine-2024",
    "bilaterals-together",
    "non-bloc-immediate",
    "defeat-then-eu-nato",
    "own-build-up",
    "principles-and-actions",
    "vague-support",
    "us-recognition",
    "no-fly-zone",
    "sanctions-and-oil",
    "nuclear-deterrent",
)


@pytest.fixture(scope="module")
def case() -> Case:
    """The Ukraine case."""
    return load_case("ukraine")


def test_the_library_lists_the_case() -> None:
    """The program must ship the Ukraine case."""
    assert "ukraine" in case_ids()


def test_the_actors_are_the_agreed_ones(case: Case) -> None:
    """Challenger, protégé, lead, at least 33 guarantors and one friend must be there."""
    assert (case.challenger, case.protege, case.lead) == ("RU", "UA", "US")
    assert case.guarantor_ids == GUARANTORS
    assert len(GUARANTORS) >= 33
    assert case.friends_of_challenger == ("CN",)
    assert case.horizon_years == 10
    assert [case.actor(name).id for name in ("RU", "UA", "SK")] == ["RU", "UA", "SK"]


def test_the_options_are_the_agreed_ones(case: Case) -> None:
    """Each option must name an instrument of the library of the same id and say why its terms."""
    assert tuple(option.id for option in case.options) == OPTIONS
    for option in case.options:
        assert option.instrument == option.id
        assert option.instrument in library_ids()
        assert option.why


def test_every_parameter_the_model_reads_is_given_once(case: Case) -> None:
    """The ids must be those the model reads, no more and no less."""
    ids = [parameter.id for parameter in case.parameters]
    assert len(ids) == len(set(ids)) == len(COMMON) + len(PER_GUARANTOR) * len(GUARANTORS)
    assert set(ids) == set(required(GUARANTORS))


@pytest.mark.parametrize("family", PER_GUARANTOR)
def test_a_family_has_a_value_for_each_guarantor(case: Case, family: str) -> None:
    """A parameter per guarantor must belong to that guarantor."""
    for actor in GUARANTORS:
        assert case.parameter(f"{family}.{actor}").actor == actor


def test_every_parameter_has_kind_source_unit_and_meaning(case: Case) -> None:
    """No number may stand without its kind, source, unit and meaning."""
    for parameter in case.parameters:
        assert parameter.kind in KINDS
        assert parameter.unit and parameter.meaning
        if parameter.kind == "judgement":
            assert parameter.source.startswith(JUDGEMENT)
            assert len(parameter.source) > len(JUDGEMENT) + 15, parameter.id
        else:
            assert parameter.citations, parameter.id
            assert parameter.note or parameter.kind == "measured", parameter.id


def test_no_text_is_a_placeholder(case: Case) -> None:
    """No source, note or meaning may be left to be written later."""
    for parameter in case.parameters:
        text = f"{parameter.source} {parameter.note} {parameter.meaning}".lower()
        assert not any(word in text for word in ("placeholder", "todo", "tbd", "xxx")), parameter.id


def test_kind_shares_sum_to_one(case: Case) -> None:
    """The shares of measured, estimated and judged parameters must add up."""
    shares = kind_shares(case)
    assert list(shares) == ["measured", "estimated", "judgement"]
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
    assert shares["judgement"] < 0.75


def test_only_the_lead_needs_no_lead_and_only_a_friend_is_friendly(case: Case) -> None:
    """The lead must not depend on itself, and only friends may gain by the challenger's success."""
    assert case.parameter("dependence.US").high == 0
    for actor in GUARANTORS:
        friendly = case.parameter(f"friendship.{actor}").high > 0
        assert friendly == (actor in case.friends_of_challenger)


@pytest.mark.parametrize("wording", ["grade.treaty", "modality.will", "specificity.open-ended"])
def test_the_strict_reading_weighs_no_less_than_the_loose_one(case: Case, wording: str) -> None:
    """A wording must bind at least as much when read strictly."""
    strict = case.parameter(f"binding.{wording}.strict")
    loose = case.parameter(f"binding.{wording}.loose")
    assert strict.value >= loose.value
    assert 0 < loose.low <= strict.high <= 1


def test_shares_of_the_product_sum_to_one(case: Case) -> None:
    """The economies are shares of the guarantors' product, so they must add up."""
    total = sum(case.parameter(f"economy.{actor}").value for actor in GUARANTORS)
    assert total == pytest.approx(1, abs=1e-3)


def test_elections_are_dated_and_ordered(case: Case) -> None:
    """Every election must have a latest day after the case's date, the earliest first."""
    for actor in case.actors:
        days = [election.latest for election in actor.elections]
        assert days == sorted(days)
        assert all(case.date < day < date(2031, 1, 1) for day in days)
    assert {actor.id for actor in case.guarantors if not actor.elections} == {"CN"}


def test_the_record_holds_both_attacks(case: Case) -> None:
    """The record must hold 2014 and 2022: attacked, remedy blocked, nobody fought."""
    assert [entry.date.year for entry in case.record] == [2014, 2022]
    for entry in case.record:
        assert entry.attacked and entry.blocked and entry.option == "budapest-1994"
        assert set(entry.responses) == set(GUARANTORS)
        assert "fight" not in entry.responses.values()


def test_every_source_is_in_the_bibliography_and_every_work_is_cited(case: Case) -> None:
    """No citation may lack its work, no work its citation, and none its place in the work."""
    assert [str(problem) for problem in check_sources(case)] == []


def test_the_sources_reach_every_part_of_the_case(case: Case) -> None:
    """Parameters, actors, elections, backers, record, line and claims must all be checked."""
    places = {where.split()[0] for where, _ in case_sources(case)}
    assert places == {"line_source", "actor", "backer", "record", "parameter", "claim"}


def test_reading_a_case_is_light() -> None:
    """Reading a case must not load a numerical library."""
    code = (
        "import sys, tightrope.case as c; c.load_case('ukraine');"
        "heavy = {'jax', 'numpy', 'pandas', 'xarray', 'scipy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_each_guarantor_has_its_willingness_on_record(case: Case) -> None:
    """Each guarantor must have a statement with a source, or 'unknown' with a reason."""
    for actor in case.guarantors:
        assert actor.willingness, actor.id
        assert len({said.about for said in actor.willingness}) == len(actor.willingness)
        for said in actor.willingness:
            assert (said.stance == "unknown") == said.source.startswith(JUDGEMENT), actor.id
