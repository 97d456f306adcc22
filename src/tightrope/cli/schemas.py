"""The JSON Schemas that come with the program: one for each command's document, and for files."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from tightrope.treaty import InputError

_FOLDER = files("tightrope") / "schemas"


def _file_schemas() -> dict[str, Callable[[], dict[str, Any]]]:
    """Schemas of files that people write, made from the models that read them."""
    from tightrope import case, treaty
    from tightrope.case import claims, levers
    from tightrope.history.treefile import tree_json_schema

    return {
        "instrument": treaty.instrument_json_schema,
        "draft": treaty.draft_json_schema,
        "option": case.option_json_schema,
        "case-file": case.case_json_schema,
        "options-file": case.options_json_schema,
        "parameters-file": case.parameters_json_schema,
        "tree-file": tree_json_schema,
        "claims-file": claims.claims_json_schema,
        "levers-file": levers.levers_json_schema,
    }


def schema_names() -> list[str]:
    """Names of all schemas, those of files first."""
    shipped = (found.name for found in _FOLDER.iterdir() if found.name.endswith(".json"))
    return [*_file_schemas(), *sorted(name.removesuffix(".json") for name in shipped)]


def schema_of(name: str) -> dict[str, Any]:
    """The schema `name`. Errors: InputError with the names allowed."""
    if name not in schema_names():
        raise InputError(
            f"there is no schema '{name}'",
            "TW171",
            allowed=tuple(schema_names()),
            remedy="name one of these",
            word=name,
        )
    made = _file_schemas().get(name)
    if made is not None:
        return made()
    schema: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return schema
