"""The JSON Schemas accept the case's files and refuse what the loader refuses."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import yaml

from tightrope.case import (
    case_json_schema,
    option_json_schema,
    options_json_schema,
    parameters_json_schema,
)
from tightrope.case.new import case_texts

TEXTS = case_texts("ukraine")
PARAMETERS = [name for name in TEXTS if name.startswith("parameters/")]
SCHEMAS = [case_json_schema, option_json_schema, options_json_schema, parameters_json_schema]


def plain(name: str) -> Any:
    """A file of the case as plain values, dates as text."""

    class Loader(yaml.SafeLoader):
        """Reads dates as text, as the program does."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, match) for tag, match in rules if not tag.endswith("timestamp")]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(TEXTS[name], Loader)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.__name__)
def test_a_schema_is_a_schema(schema: Any) -> None:
    """Each schema must be valid JSON Schema 2020-12 with a title."""
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["title"].startswith("Tightrope")


def test_the_case_file_fits_its_schema() -> None:
    """case.yaml must fit the schema that editors use for it."""
    jsonschema.validate(plain("case.yaml"), case_json_schema())


def test_the_options_fit_their_schemas() -> None:
    """options.yaml, and each option alone, must fit."""
    options = plain("options.yaml")
    jsonschema.validate(options, options_json_schema())
    for option in options["options"]:
        jsonschema.validate(option, option_json_schema())


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_file_fits_its_schema(name: str) -> None:
    """Every parameter file must fit the schema."""
    jsonschema.validate(plain(name), parameters_json_schema())


@pytest.mark.parametrize(
    "parameters",
    [
        {"parameters": {"audience": {"value": 1}}},
        {"parameters": {"audience": "large"}},
        {"families": {"stake": {"unit": "own full wars"}}},
        {"families": {"stake": {"members": {"US": {"kind": "guess"}}}}},
        {"parameter": {}},
    ],
)
def test_what_the_loader_refuses_does_not_fit(parameters: Any) -> None:
    """A file with a missing field, a wrong word or an unknown block must not fit."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(parameters, parameters_json_schema())
