"""The JSON Schemas that come with the program: one for each command's document, and for files."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from tightrope.treaty import (
    InputError,
    draft_json_schema,
    instrument_json_schema,
)

_FOLDER = files("tightrope") / "schemas"
_FILES: dict[str, Callable[[], dict[str, Any]]] = {
    "instrument": instrument_json_schema,
    "draft": draft_json_schema,
}
"""Schemas of files that people write, made from the model that reads them."""


def schema_names() -> list[str]:
    """Names of all schemas, those of files first."""
    shipped = (found.name for found in _FOLDER.iterdir() if found.name.endswith(".json"))
    return [*_FILES, *sorted(name.removesuffix(".json") for name in shipped)]


def schema_of(name: str) -> dict[str, Any]:
    """The schema `name`. Errors: InputError with the names allowed."""
    if name not in schema_names():
        raise InputError(
            f"there is no schema '{name}'",
            "TW172",
            allowed=tuple(schema_names()),
            remedy="name one of these",
            word=name,
        )
    if name in _FILES:
        return _FILES[name]()
    schema: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return schema
