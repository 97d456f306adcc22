"""Every document of the contract, from the installed command, against its published schema."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tightrope import __version__
from tightrope.cli.schemas import schema_of
from tightrope.guarantee.backstop import BACKSTOP
from tightrope.guarantee.outcomes import EQUAL, SCALARS

LIGHT = {
    "cases": ["cases"],
    "options": ["options", "ukraine"],
    "parameters": ["parameters", "ukraine"],
    "lint": ["lint", "budapest-1994"],
}


def check(tightrope: Any, name: str, document: dict[str, Any]) -> None:
    """Hold a document to the schema that `tightrope schema NAME` prints."""
    schema = tightrope("schema", name).document
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize("name", LIGHT)
def test_light_documents(tightrope: Any, name: str) -> None:
    """Commands that run no model print exactly one document that obeys its schema."""
    answer = tightrope(*LIGHT[name], "--json")
    document = answer.document
    check(tightrope, name, document)
    assert answer.err == ""
    assert document["schema_version"] == "1"
    assert document["tightrope_version"] == __version__
    assert document["command"] == name


def test_every_schema_is_one(tightrope: Any) -> None:
    """Each published schema is a valid JSON Schema that refuses what is no block of keys."""
    names = tightrope("schema").text.split()
    assert {"instrument", "draft", "assess", "compile", "compare", "explain"} <= set(names)
    for name in names:
        schema = tightrope("schema", name).document
        Draft202012Validator.check_schema(schema)
        assert not Draft202012Validator(schema).is_valid([]), name


def test_cases_and_options(tightrope: Any) -> None:
    """The first case is Ukraine, and its first option is to sign nothing."""
    cases = tightrope("cases", "--json").document["cases"]
    assert "ukraine" in [row["id"] for row in cases]
    options = tightrope("options", "ukraine", "--json").document["options"]
    assert options[0]["id"] == "no-agreement"
    assert len({row["id"] for row in options}) == len(options) >= 9


def test_a_case_of_ones_own(tightrope: Any, tmp_path: Path) -> None:
    """A copied case is read from any folder, with instruments of its own beside it."""
    folder = tmp_path / "mine"
    assert tightrope("new", "case", "--from", "ukraine", "--out", folder).code == 0
    draft = folder / "drafts" / "draft.yaml"
    assert tightrope("new", "instrument", "--from", "israel-model", "--out", draft).code == 0
    draft.write_text(draft.read_text().replace("id: israel-model", "id: my-draft", 1))
    options = folder / "options.yaml"
    options.write_text(
        options.read_text().replace("instrument: israel-model", "instrument: drafts/draft.yaml")
    )
    rows = tightrope("options", folder, "--json").document["options"]
    assert [row["id"] for row in rows] == [
        row["id"] for row in tightrope("options", "ukraine", "--json").document["options"]
    ]
    profile = tightrope("compile", "israel-model", "--case", folder, "--json", cwd=tmp_path)
    assert profile.document["option"] == "israel-model"


def test_parameters_as_csv(tightrope: Any) -> None:
    """The table that experts correct says the same as the JSON document."""
    rows = tightrope("parameters", "ukraine", "--json").document["parameters"]
    table = list(csv.DictReader(io.StringIO(tightrope("parameters", "ukraine", "--csv").text)))
    assert [row["id"] for row in table] == [row["id"] for row in rows]
    for line, row in zip(table, rows, strict=True):
        assert [float(line[key]) for key in ("value", "low", "high")] == [
            row["value"],
            row["low"],
            row["high"],
        ]
        assert line["source"] == row["source"] and line["kind"] == row["kind"]


def test_readable_without_json(tightrope: Any) -> None:
    """Without --json, each listing is text for people and no JSON."""
    for words in LIGHT.values():
        answer = tightrope(*words)
        assert answer.code == 0 and answer.text.strip()
        assert not answer.text.lstrip().startswith("{")


def test_utf8_whatever_the_locale(tightrope: Any) -> None:
    """A document is UTF-8 also where the terminal is not."""
    answer = tightrope(
        "parameters", "ukraine", "--json", env={"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}
    )
    assert "é" in answer.out.decode("utf-8")
    assert answer.document["case"] == "ukraine"


def test_the_schemas_name_every_outcome() -> None:
    """A document without an outcome, or with one of another name, must not pass its schema."""
    spread = {*SCALARS, *BACKSTOP}
    option = schema_of("assess")["$defs"]["option"]
    assert spread <= set(option["required"]) and option["additionalProperties"] is False
    assert set(option["properties"]["equal_terms"]["required"]) == set(EQUAL)
    effect = schema_of("compare")["$defs"]["effect"]
    assert set(effect["required"]) == spread | {f"equal_{name}" for name in EQUAL}
    assert effect["additionalProperties"] is False
