"""Lint on the library's instruments: what is found, and that each finding has one cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from changing import found, put, put_parties

from tightrope.treaty import (
    Change,
    Finding,
    Instrument,
    apply_changes,
    library_ids,
    library_text,
    lint,
    load_instrument,
    loads_instrument,
)

EXPECTED: dict[str, set[str]] = {
    "no-agreement": set(),
    "budapest-1994": {"TW001", "TW002", "TW004", "TW005"},
    "nato-membership": {
        "TW003", "TW004", "TW005", "TW007", "TW008", "TW012", "TW014", "TW015", "TW017",
    },
    "article5-like": {"TW005", "TW007", "TW014", "TW017"},
    "istanbul-2022": {"TW004", "TW005", "TW014", "TW015", "TW017"},
    "uk-ukraine-2024": {"TW004", "TW005", "TW012"},
    "israel-model": {"TW003", "TW004", "TW014"},
    "coalition-willing": {"TW003", "TW004", "TW005", "TW010", "TW011", "TW014", "TW017"},
    "coalition-willing-alone": {"TW004", "TW005", "TW010", "TW011", "TW014", "TW017"},
    "bare-ceasefire": {"TW017"},
    "nuclear-deterrent": set(),
    "bucharest-2008": {"TW003", "TW004", "TW005", "TW007", "TW008", "TW012", "TW014", "TW017"},
    "french-formula-2022": {"TW002", "TW003", "TW004", "TW005", "TW017"},
    "tailored-scholz": {"TW002", "TW004", "TW005", "TW012", "TW015", "TW017"},
    "principles-and-actions": {"TW003", "TW004", "TW015", "TW016", "TW017"},
    "vague-support": {"TW002", "TW004", "TW005", "TW015", "TW017"},
    "defeat-then-eu-nato": {
        "TW003", "TW004", "TW005", "TW007", "TW008", "TW012", "TW014", "TW015", "TW017",
    },
    "eu-42-7": {"TW003", "TW004", "TW005", "TW007", "TW008", "TW014", "TW015", "TW017"},
    "multilateral-outside-un": {"TW005", "TW007", "TW014", "TW015", "TW017"},
    "non-bloc-immediate": {"TW005", "TW007", "TW014", "TW015", "TW017"},
    "own-build-up": {"TW005", "TW014", "TW015", "TW017"},
    "us-treaty": {"TW004", "TW005", "TW014", "TW017"},
    "us-executive": {"TW004", "TW005", "TW017"},
    "us-recognition": {"TW004", "TW005", "TW014", "TW017"},
    "neutrality-with-china": {"TW004", "TW005", "TW014", "TW015", "TW017"},
    "us-ukraine-2024": {"TW003", "TW004", "TW012", "TW016"},
    "germany-ukraine-2024": {"TW004", "TW005", "TW012"},
    "france-ukraine-2024": {"TW004", "TW005", "TW012"},
    "poland-ukraine-2024": {"TW004", "TW005", "TW012"},
    "netherlands-ukraine-2024": {"TW003", "TW004", "TW005", "TW012"},
    "estonia-ukraine-2024": {"TW004", "TW005", "TW012"},
    "croatia-ukraine-2024": {"TW006", "TW012"},
    "eu-ukraine-2024": {"TW005", "TW012"},
    "bilaterals-together": {"TW003", "TW004", "TW005", "TW006", "TW012"},
    "no-fly-zone": {"TW015", "TW018"},
    "sanctions-and-oil": {"TW015", "TW017"},
}  # fmt: skip

Mend = Callable[[Instrument, Finding], Instrument]


def soon(text: Instrument, one: Finding) -> Instrument:
    """Let cover begin within half a year, by whichever term of the clause delays it."""
    clause = text.clause(str(one.clause)).model_dump(mode="json")
    field = "accession" if clause["accession"] else "entry"
    return put(text, one.clause, **{field: {**clause[field], "expected_years": 0.5}})


def free_path(text: Instrument, one: Finding) -> Instrument:
    """Take the veto out of the accession path."""
    path = text.clause(str(one.clause)).model_dump(mode="json")["accession"]
    return put(text, one.clause, accession={**path, "all_members_must_agree": False, "vetoes": []})


def with_probes(text: Instrument, one: Finding) -> Instrument:
    """Let the trigger cover probes as well."""
    levels = text.clause(str(one.clause)).model_dump()["levels"]
    return put(text, one.clause, levels=["probe", *levels])


def with_a_duty(text: Instrument, one: Finding) -> Instrument:
    """Give every guarantor a duty to consult at once, with its trigger and procedure."""
    common = {"article": "Art 99", "says": "The mend of a test.", "applies": "always"}
    bodies: list[dict[str, object]] = [
        {
            "id": "mend-trigger", "kind": "trigger", "levels": ["probe", "limited", "full"],
            "area": "recognised-borders", "threshold": "any-hostile-act",
            "determined_by": ["each-guarantor"],
        },
        {
            "id": "mend-duty", "kind": "obligation", "holders": "all-guarantors",
            "measures": ["consult"], "modality": "shall", "specificity": "named-measures",
            "within_days": 1, "triggers": ["mend-trigger"],
        },
        {
            "id": "mend-procedure", "kind": "procedure", "rule": "national-decision",
            "binds": ["mend-duty"],
        },
    ]  # fmt: skip
    changes = [Change(op="add", clause_body={**body, **common}) for body in bodies]
    return apply_changes(text, changes)


MENDS: dict[str, Mend] = {
    "TW001": lambda text, one: put(text, one.clause, may_block=[]),
    "TW002": lambda text, one: put(text, one.clause, determined_by=["each-guarantor"]),
    "TW003": lambda text, one: put(text, one.clause, modality="shall"),
    "TW004": lambda text, one: put(text, one.clause, within_days=3),
    "TW005": with_probes,
    "TW006": with_a_duty,
    "TW007": soon,
    "TW008": free_path,
    "TW010": lambda text, one: put(text, one.clause, may_return_fire=True),
    "TW011": lambda text, one: put(text, one.clause, line_km=50),
    "TW012": lambda text, one: put(text, one.clause, delivery_by="2027-12-31"),
    "TW014": lambda text, one: put_parties(text, ratified="yes"),
    "TW015": lambda text, one: put_parties(text, "guarantor", willingness="stated"),
    "TW016": lambda text, one: put(text, one.clause, grade="executive"),
    "TW017": lambda text, one: put(text, one.clause, starts=None),
    "TW018": lambda text, one: put(text, one.clause, starts=None),
}


def cases() -> Iterator[tuple[str, str, str | None]]:
    """List every finding in the library."""
    for name in library_ids():
        for one in lint(load_instrument(name)):
            yield name, one.code, one.clause


@pytest.mark.parametrize("name", library_ids())
def test_the_library_leaks_where_the_sources_say(name: str) -> None:
    """Each library instrument must show the leaks known from its text, and no others."""
    assert {code for code, _ in found(load_instrument(name))} == EXPECTED[name]


@pytest.mark.parametrize(("name", "code", "clause"), list(cases()))
def test_removing_a_cause_removes_its_finding_only(
    name: str, code: str, clause: str | None
) -> None:
    """Mending the cause of one finding must remove it and leave all others word for word."""
    text = load_instrument(name)
    before = lint(text)
    one = next(f for f in before if (f.code, f.clause) == (code, clause))
    after = lint(MENDS[code](text, one))
    assert after == [f for f in before if f != one]


def additions(text: Instrument) -> Iterator[tuple[str, str | None, Instrument]]:
    """Make every cause that can be added to a clause of a text where it is absent."""
    for clause in text.clauses:
        yield "TW016", clause.id, put(text, clause.id, grade="disclaimed")
    for trigger in text.triggers:
        yield "TW002", trigger.id, put(text, trigger.id, determined_by=[])
        yield "TW005", trigger.id, put(text, trigger.id, levels=["full"])
    for duty in text.obligations:
        yield "TW003", duty.id, put(text, duty.id, modality="may")
        yield "TW004", duty.id, put(text, duty.id, within_days=None)
    for way in text.procedures:
        if way.rule != "automatic":  # which passes nobody, so that nobody can block it
            yield "TW001", way.id, put(text, way.id, may_block=["RU"])
    for pillar in text.pillars:
        yield "TW012", pillar.id, put(text, pillar.id, delivery_from=None, delivery_by=None)
    for force in text.presences:
        yield "TW010", force.id, put(text, force.id, may_return_fire=False)
        if force.type == "ground":
            yield "TW011", force.id, put(text, force.id, personnel=100, line_km=1000)
    if text.guarantors:
        yield "TW015", None, put_parties(text, "guarantor", willingness="none-on-record")


@pytest.mark.parametrize("name", library_ids())
def test_adding_a_cause_adds_its_finding_only(name: str) -> None:
    """Adding any cause to any clause must add exactly its finding and change no other."""
    text = load_instrument(name)
    before = found(text)
    for code, clause, broken in additions(text):
        assert found(broken) == before | {(code, clause)}, (code, clause)


@pytest.mark.parametrize("other", ["FR", "GB", "US", "IN"])
def test_a_renamed_blocker_is_no_budapest_defect(other: str) -> None:
    """A renamed copy of Budapest whose blocker is another state must not show the defect."""
    text = library_text("budapest-1994").replace("id: budapest-1994", "id: renamed-copy")
    assert "TW001" in {code for code, _ in found(loads_instrument(text))}
    renamed = loads_instrument(text.replace("may_block: [RU]", f"may_block: [{other}]"))
    assert "TW001" not in {code for code, _ in found(renamed)}
    assert ("TW001", "security-council") in found(renamed, friends=(other,))


def test_the_later_istanbul_draft_has_the_budapest_defect() -> None:
    """Giving Russia the say that the April draft is reported to give must show the veto."""
    march = load_instrument("istanbul-2022")
    change = Change(op="set", clause="consultations", field="may_block", value=["RU"])
    april = apply_changes(march, [change], id="istanbul-april")
    assert found(april) - found(march) == {("TW001", "consultations")}


def test_the_backstop_is_what_the_draft_removes() -> None:
    """Without the backstop only the findings of the American clauses must go."""
    whole, alone = load_instrument("coalition-willing"), load_instrument("coalition-willing-alone")
    gone = {("TW003", "backstop-air"), ("TW004", "backstop-air")}
    assert found(whole) - found(alone) == gone
    assert found(alone) < found(whole)
