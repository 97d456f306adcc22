"""What is written can be read again: YAML, JSON Schema, drafts and changes."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from instruments import instruments

from tightrope.treaty import (
    Instrument,
    apply_changes,
    changes_between,
    draft_json_schema,
    dump_instrument,
    instrument_json_schema,
    library_ids,
    library_text,
    lint,
    load_instrument,
    loads_instrument,
    strip_duties,
)

often = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
SCHEMA = jsonschema.Draft202012Validator(instrument_json_schema())


def in_file(text: Instrument) -> Any:
    """Return an instrument as any reader of YAML sees its file."""
    return yaml.load(dump_instrument(text), Loader=yaml.BaseLoader)


@often
@given(instruments())
def test_yaml_round_trip(plain: dict[str, Any]) -> None:
    """Any instrument written as YAML must load back equal, and be written the same again."""
    text = Instrument.model_validate(plain)
    written = dump_instrument(text)
    assert loads_instrument(written) == text
    assert dump_instrument(loads_instrument(written)) == written


@often
@given(instruments())
def test_a_reader_of_yaml_1_1_sees_the_same(plain: dict[str, Any]) -> None:
    """What is written must mean the same to a common YAML 1.1 reader: no word turns into a flag."""
    text = Instrument.model_validate(plain)
    seen = yaml.safe_load(dump_instrument(text))
    assert Instrument.model_validate(seen) == text


@often
@given(instruments())
def test_every_instrument_fits_the_json_schema(plain: dict[str, Any]) -> None:
    """What the loader accepts, the published JSON Schema must accept, defaults left out or not."""
    text = Instrument.model_validate(plain)
    SCHEMA.validate(json.loads(text.model_dump_json()))
    SCHEMA.validate(plain)


DRAFTS = [one for one in library_ids() if "\nbase: " in library_text(one)]


@pytest.mark.parametrize("name", [one for one in library_ids() if one not in DRAFTS])
def test_library_files_fit_the_json_schema(name: str) -> None:
    """The library's own files must fit the published schema, as an editor will check them."""
    plain = yaml.load(library_text(name), Loader=yaml.SafeLoader)
    SCHEMA.validate(json.loads(json.dumps(plain, default=str)))


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    """The schema must refuse an unknown key and an unknown word."""
    plain = yaml.safe_load(library_text("budapest-1994"))
    plain = json.loads(json.dumps(plain, default=str))
    for change in ({"colour": "red"}, {"form": "pact"}, {"parties": "none"}):
        assert not SCHEMA.is_valid({**plain, **change})


@pytest.mark.parametrize("name", DRAFTS)
def test_draft_files_fit_their_json_schema(name: str) -> None:
    """The library's drafts must fit the published schema of drafts."""
    plain = json.loads(json.dumps(yaml.safe_load(library_text(name)), default=str))
    jsonschema.Draft202012Validator(draft_json_schema()).validate(plain)


@often
@given(instruments(), instruments())
def test_changes_between_two_texts_lead_from_one_to_the_other(
    one: dict[str, Any], two: dict[str, Any]
) -> None:
    """The difference of two instruments, applied to the first, must give the second's clauses."""
    first, second = Instrument.model_validate(one), Instrument.model_validate(two)
    changed = apply_changes(first, changes_between(first, second), id=second.id, title=second.title)
    assert sorted(changed.clauses, key=lambda c: c.id) == sorted(second.clauses, key=lambda c: c.id)
    rest = {"clauses": ()}
    assert changed.model_copy(update=rest) == second.model_copy(update=rest)


@often
@given(instruments())
def test_no_change_is_no_difference(plain: dict[str, Any]) -> None:
    """An instrument must not differ from itself, and no changes must leave it equal."""
    text = Instrument.model_validate(plain)
    assert changes_between(text, text) == ()
    assert apply_changes(text, []) == text


@often
@given(instruments(), st.sets(st.sampled_from(["RU", "CN", "FR"])))
def test_lint_says_something_whole_about_any_text(plain: dict[str, Any], friends: set[str]) -> None:
    """Lint must run on any instrument, name only its clauses, and give the same answer twice."""
    text = Instrument.model_validate(plain)
    findings = lint(text, friends)
    ids = {clause.id for clause in text.clauses} | {None}
    assert all(one.clause in ids and one.reason and one.suggestion for one in findings)
    assert len({(one.code, one.clause, one.reason) for one in findings}) == len(findings)
    assert findings == lint(loads_instrument(dump_instrument(text)), friends)


@often
@given(instruments())
def test_stripping_leaves_terms_only(plain: dict[str, Any]) -> None:
    """Stripped of duties, a text must keep every term, owe nothing, and still be a valid text."""
    text = Instrument.model_validate(plain)
    bare = strip_duties(text)
    assert {clause.kind for clause in bare.clauses} <= {"restraint", "economic", "life"}
    assert not any(one.type == "snap-back" for one in bare.economics)
    assert bare.restraints == text.restraints
    assert bare.life.model_copy(update={"depends_on": ()}) == text.life.model_copy(
        update={"depends_on": ()}
    )
    assert loads_instrument(dump_instrument(bare)) == bare
    assert strip_duties(bare) == bare


@pytest.mark.parametrize("name", library_ids())
def test_library_round_trip(name: str) -> None:
    """Every library instrument, drafts resolved, must survive writing and reading."""
    text = load_instrument(name)
    assert loads_instrument(dump_instrument(text)) == text
    assert in_file(text)["id"] == name
