"""Every lint code, alone: a text without a leak, the cause added, the cause taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from changing import finding, found, put, sound

from tightrope.treaty import (
    LINT_CODES,
    Change,
    Draft,
    apply_changes,
    load_instrument,
    read_file,
    validate,
)

LEAKS = Path(__file__).parent / "leaks"
CODES = sorted(path.stem for path in LEAKS.glob("*.yaml"))
LATE = {"named": ["G1"], "quorum": "all", "expected_years": 3}
PATH = {"body": "the council", "all_members_must_agree": False, "expected_years": 0.5}


def place(code: str) -> str | None:
    """Read from the comment of a leak's file in which clause the leak sits."""
    text = (LEAKS / f"{code}.yaml").read_text(encoding="utf-8")
    clause = text.splitlines()[0].removeprefix("# found in: ")
    return None if clause == "null" else clause


def changes(code: str) -> tuple[Change, ...]:
    """Read the changes that make a leak."""
    return validate(Draft, read_file(LEAKS / f"{code}.yaml")).changes


def test_nothing_is_found_in_the_sound_text() -> None:
    """A text without a leak must lint clean, or no finding elsewhere means anything."""
    assert found(sound()) == set()


def test_every_code_has_a_leak() -> None:
    """A lint code without a file of its own must not exist."""
    assert sorted(LINT_CODES) == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_cause_adds_its_finding_only(code: str) -> None:
    """Adding one cause to the sound text must add exactly its finding, with article and advice."""
    clause, text = place(code), load_instrument(LEAKS / f"{code}.yaml")
    assert found(text) == {(code, clause)}
    one = finding(text, code, clause)
    assert one.severity == LINT_CODES[code].severity
    assert one.reason and one.suggestion
    assert one.article == ("parties" if clause is None else text.clause(clause).article)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("other", ["TW003", "TW012"])
def test_causes_do_not_hide_each_other(code: str, other: str) -> None:
    """Two causes in one text must give both findings."""
    text = apply_changes(sound(), [*changes(code), *changes(other)])
    assert found(text) == {(code, place(code)), (other, place(other))}


@pytest.mark.parametrize(
    ("change", "friends", "fires"),
    [
        (["CC"], (), True),
        (["G1", "CC"], (), True),
        (["OO"], ("OO",), True),
        (["ZZ"], ("ZZ",), True),
        (["OO"], (), False),
        (["G2"], (), False),
        (["ZZ"], ("OO",), False),
        (["PP"], (), False),
        ([], ("OO",), False),
    ],
)
def test_who_may_block_decides_the_budapest_defect(
    change: list[str], friends: tuple[str, ...], fires: bool
) -> None:
    """Only the challenger or a friend of it among the blockers is the Budapest defect."""
    text = put(sound(), "decide", may_block=change)
    assert (("TW001", "decide") in found(text, friends)) is fires


def test_a_guarantor_restrained_from_force_is_hostile() -> None:
    """A blocker that a no-force clause restrains must count as hostile whatever its role."""
    body = {"id": "truce", "kind": "restraint", "article": "Art 6", "says": "G1 uses no force."}
    truce = Change(op="add", clause_body={**body, "on": ["G1"], "type": "no-force"})
    assert found(apply_changes(sound(), [truce])) == {("TW001", "decide")}


def test_an_automatic_response_cannot_be_blocked() -> None:
    """Where the response is automatic, a named blocker must not be called a veto."""
    text = put(put(sound(), "decide", may_block=["CC"]), "decide", rule="automatic")
    assert found(text) == set()


@pytest.mark.parametrize(
    ("clause", "fields", "code"),
    [
        ("help", {"modality": "shall-as-it-deems-necessary"}, "TW003"),
        ("force", {"line_km": 0}, "TW011"),
        ("aid", {"delivery_from": None, "eur_bn_per_year": None}, "TW012"),
        ("help", {"from_date": "2033-01-01"}, "TW007"),
        (
            "life",
            {"accession": {**PATH, "all_members_must_agree": False, "vetoes": ["ZZ"]}},
            "TW008",
        ),
        ("life", {"depends_on": ["help"]}, "TW013"),
        ("life", {"depends_on": ["life"]}, "TW013"),
    ],
)
def test_other_causes_of_the_same_finding(
    clause: str, fields: dict[str, object], code: str
) -> None:
    """Each other way to cause a finding must give that finding and no other."""
    assert found(put(sound(), clause, **fields)) == {(code, clause)}


@pytest.mark.parametrize(
    ("clause", "fields"),
    [
        ("help", {"modality": "will"}),
        ("attack", {"attribution": "none"}),
        ("force", {"personnel": None}),
        ("force", {"line_km": None}),
        ("force", {"personnel": 10000}),
        ("aid", {"delivery_from": None, "delivery_by": "expected"}),
        ("aid", {"delivery_from": "on-ceasefire"}),
        ("life", {"duration_years": "indefinite"}),
        ("life", {"duration_years": 10}),
        ("life", {"depends_on": ["aid", "watch"]}),
        ("life", {"accession": PATH}),
        ("life", {"entry": {**LATE, "expected_years": None}}),
    ],
)
def test_what_is_no_leak_is_not_reported(clause: str, fields: dict[str, object]) -> None:
    """Choices that leave the promise whole must not be reported."""
    assert found(put(sound(), clause, **fields)) == set()


def test_interim_cover_mends_a_late_entry() -> None:
    """A late entry into force with duties that hold in the interim must not count as late cover."""
    late = put(sound(), "life", entry=LATE)
    assert found(late) == {("TW007", "life")}
    assert found(put(late, "help", applies="interim")) == set()


def test_automatic_renewal_mends_a_short_term() -> None:
    """A short term that renews itself must not count as shorter than the threat."""
    text = put(sound(), "life", duration_years=2)
    assert found(put(text, "life", renewal="automatic")) == set()


def test_force_is_what_makes_starting_at_once_a_war() -> None:
    """Cover at once without forces must not be said to put guarantors into the war."""
    text = put(put(sound(), "life", starts="at_once"), "help", measures=["materiel"])
    text = apply_changes(text, [Change(op="remove", clause="force")])
    assert found(text) == set()


def test_dates_alone_show_a_late_cover() -> None:
    """An instrument signed years before it is in force must show late cover at its dates."""
    text = put(sound(), None, dates={"signed": "2030-01-01", "in_force": "2033-01-01"})
    assert found(text) == {("TW007", None)}


def test_a_circle_of_conditions_is_reported_once() -> None:
    """Two conditions that wait for each other are one circle and must give one finding."""
    body = {"kind": "life", "article": "Art 10", "says": "It waits."}
    more = [
        Change(op="add", clause_body={"id": "first", **body, "depends_on": []}),
        Change(op="add", clause_body={"id": "second", **body, "depends_on": ["first"]}),
        Change(op="set", clause="first", field="depends_on", value=["second"]),
    ]
    assert found(apply_changes(sound(), more)) == {("TW013", "first")}
    assert found(apply_changes(sound(), more[:2])) == set()
