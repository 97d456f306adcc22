"""JSON Schemas of the files of a case, for editors and other programs."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from tightrope.case.ids import COMMON, PER_GUARANTOR
from tightrope.case.load import CaseFile, OptionsFile
from tightrope.case.models import Option
from tightrope.case.parameter import Parameter

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_OWN = ("id", "actor")


def case_json_schema() -> dict[str, Any]:
    """Schema of case.yaml."""
    return _titled("Tightrope case", CaseFile.model_json_schema())


def options_json_schema() -> dict[str, Any]:
    """Schema of options.yaml."""
    return _titled("Tightrope options of a case", OptionsFile.model_json_schema())


def option_json_schema() -> dict[str, Any]:
    """Schema of one option."""
    return _titled("Tightrope option", Option.model_json_schema())


def parameters_json_schema() -> dict[str, Any]:
    """Schema of a parameter file: single parameters and families of parameters."""
    parameter = TypeAdapter(Parameter).json_schema()
    fields = {name: rule for name, rule in parameter["properties"].items() if name not in _OWN}
    needed = [name for name in parameter["required"] if name not in _OWN]
    one = {"type": "object", "properties": fields, "additionalProperties": False}
    single = {name: {"$ref": "#/$defs/parameter"} for name in COMMON}
    family = {
        "type": "object",
        "properties": {
            **fields,
            "members": {"type": "object", "additionalProperties": {"$ref": "#/$defs/member"}},
        },
        "required": ["members"],
        "additionalProperties": False,
    }
    return _titled(
        "Tightrope parameters of a case",
        {
            "type": "object",
            "properties": {
                "schema_version": {"const": "1"},
                "parameters": {"type": "object", "properties": single},
                "families": {
                    "type": "object",
                    "properties": {name: {"$ref": "#/$defs/family"} for name in PER_GUARANTOR},
                    "additionalProperties": {"$ref": "#/$defs/family"},
                },
            },
            "additionalProperties": False,
            "$defs": {
                "parameter": {**one, "required": needed},
                "member": one,
                "family": family,
            },
        },
    )


def _titled(title: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": _DRAFT, **schema, "title": title}
