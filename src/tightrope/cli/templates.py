"""Editable, commented copies of instruments and cases."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tightrope.cli.files import unwritable
from tightrope.treaty import InputError, Where, instrument_json_schema, library_text

_COMMON = {"id", "kind", "article", "says", "grade", "applies", "from_date", "until_date", "source"}


def instrument_template(instrument: str) -> str:
    """The text of a library instrument with a guide to the words that may be used in it.

    Errors: InputError if the library has no such instrument.
    """
    head = [
        f"# A copy of '{instrument}'. Give it an id and a title of your own and edit the clauses.",
        "# Every clause may have: article, says, grade, applies (always, interim, in-force),",
        "# from_date, until_date and source. What each kind of clause adds stands at the end.",
        "",
    ]
    return "\n".join(head) + library_text(instrument).rstrip() + "\n\n" + "\n".join(_guide()) + "\n"


def _guide() -> Iterator[str]:
    """Comment lines: each kind of clause, its own fields and the values allowed."""
    blocks: dict[str, Any] = instrument_json_schema()["$defs"]
    yield "# Kinds of clause, their own fields, and what each field takes:"
    for block in blocks.values():
        fields = block.get("properties", {})
        if "kind" not in fields:
            continue
        yield f"# - kind: {fields['kind']['const']}"
        for name, field in fields.items():
            if name not in _COMMON:
                needed = "" if name in block.get("required", ()) else " (may be left out)"
                yield f"#     {name}: {_takes(field, blocks)}{needed}"


def _takes(field: dict[str, Any], blocks: dict[str, Any]) -> str:
    """What a field takes, in a few words, read off its schema."""
    if "$ref" in field:
        inner = blocks[field["$ref"].rpartition("/")[2]]["properties"]
        told = (f"{name}: {_takes(value, blocks)}" for name, value in inner.items())
        return "{" + ", ".join(told) + "}"
    if "enum" in field:
        return " | ".join(str(value) for value in field["enum"])
    if "const" in field:
        return str(field["const"])
    if "anyOf" in field:
        words = [
            _takes(choice, blocks) for choice in field["anyOf"] if choice.get("type") != "null"
        ]
        return " | ".join(dict.fromkeys(words))
    if field.get("type") == "array":
        return f"[{_takes(field.get('items', {}), blocks)}, ...]"
    if field.get("format") == "date":
        return "date (2026-01-31)"
    if field.get("type") == "object":
        values = list(field.get("patternProperties", {"": {}}).values())
        return "{ACTOR: " + _takes(values[0], blocks) + "}"
    share = field.get("maximum") == 1
    return _KINDS.get(field.get("type", "string"), "text") + (" from 0 to 1" if share else "")


_KINDS = {
    "number": "number",
    "integer": "whole number",
    "boolean": "true | false",
}


def copy_case(case: str, out: Path) -> None:
    """Copy the folder of a case to `out`, whole or not at all.

    Errors: InputError if there is no such case, `out` exists, or it cannot be written.
    """
    from tightrope.case import new_case

    parent = out.absolute().parent
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise InputError(
                f"'{out}' exists", "TW170", Where(field="--out"), remedy="choose another folder"
            )
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, prefix=f".{out.name}.") as temporary:
            copy = Path(temporary) / "case"
            new_case(case, copy)
            copy.replace(out)
    except OSError as error:
        raise unwritable(out, error) from error
