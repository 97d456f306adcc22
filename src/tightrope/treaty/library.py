"""Instruments by id, path or text: loading, writing, the library, the JSON Schemas."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tightrope.treaty.draft import Draft, plain_instrument, resolve
from tightrope.treaty.errors import InputError, Where
from tightrope.treaty.instrument import Instrument
from tightrope.treaty.reading import validate
from tightrope.treaty.vocabulary import GRADE_OF_FORM
from tightrope.treaty.yamltext import NUMBER, Located, located, read_file, read_text

_LIBRARY = Path(__file__).parent / "library"
_LONGEST_CHAIN = 8


def library_ids() -> tuple[str, ...]:
    """Return the ids of the library's instruments, in the order of their files' names."""
    return tuple(sorted(path.stem for path in _LIBRARY.glob("*.yaml")))


def library_text(instrument_id: str) -> str:
    """Return the text of a library file with its comments, to copy and edit."""
    if instrument_id not in library_ids():
        raise _unknown(instrument_id, Where())
    return (_LIBRARY / f"{instrument_id}.yaml").read_text(encoding="utf-8")


def load_instrument(path_or_id: str | Path) -> Instrument:
    """Load an instrument or draft from the library by id, or from a YAML file.

    Raises `InputError` for everything that can be wrong with the file.
    """
    if isinstance(path_or_id, str) and path_or_id in library_ids():
        return _of_library(path_or_id)
    return _read(_find(path_or_id, None, Where()))


@cache
def _of_library(instrument_id: str) -> Instrument:
    """An instrument of the library, read once: a case asks for the same ones many times."""
    return _read(_LIBRARY / f"{instrument_id}.yaml")


def _read(path: Path) -> Instrument:
    return _build(read_file(path), path, ())


def loads_instrument(text: str, file: str | None = None) -> Instrument:
    """Load an instrument or draft from YAML text; ``file`` names it in errors."""
    return _build(read_text(text, file), Path(file) if file else None, ())


def dump_instrument(instrument: Instrument) -> str:
    """Write an instrument as YAML that loads back to an equal one."""
    plain = plain_instrument(instrument)
    return str(yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


def dump_draft(draft: Draft) -> str:
    """Write a draft (base and changes) as YAML that loads back to an equal one."""
    plain = draft.model_dump(mode="json", exclude_none=True)
    # A change that unsets a field says so with a null, which the rest leaves out.
    for change, kept in zip(draft.changes, plain["changes"], strict=True):
        if change.op == "set":
            kept.setdefault("value", None)
    return str(yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


def instrument_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of an instrument file, for editors that complete it."""
    schema = Instrument.model_json_schema()
    grades = ", ".join(f"{form}: {grade}" for form, grade in GRADE_OF_FORM.items())
    for block in schema["$defs"].values():
        grade = block.get("properties", {}).get("grade")
        if grade is not None:
            grade.pop("default", None)
            grade["description"] = f"Default by the instrument's form ({grades})."
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


def draft_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a draft file (base plus changes)."""
    schema = Draft.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


def _build(node: Located, path: Path | None, chain: tuple[str, ...]) -> Instrument:
    """Turn a read file into an instrument, resolving a draft on its base first."""
    fields = node.value
    if not isinstance(fields, dict) or "base" not in fields:
        return validate(Instrument, node)
    validate(Draft, node)
    where = Where(fields["base"].file, fields["base"].line, "base")
    base_path = _find(str(fields["base"].value), path, where)
    return resolve(node, _text_of(base_path, (*chain, str(path)), where))


def _text_of(path: Path, chain: tuple[str, ...], where: Where) -> Located:
    """Read a base; a base that is itself a draft is resolved first (its lines are then lost)."""
    if str(path) in chain or len(chain) > _LONGEST_CHAIN:
        raise InputError(
            "the drafts go round in a circle", "TW117", where, None, "base one on an instrument"
        )
    node = read_file(path)
    if isinstance(node.value, dict) and "base" in node.value:
        return located(plain_instrument(_build(node, path, chain)))
    return node


def _find(name: str | Path, beside: Path | None, where: Where) -> Path:
    """Find the file of a library id or of a path (relative to the draft that names it)."""
    if isinstance(name, str) and name in library_ids():
        return _LIBRARY / f"{name}.yaml"
    path = Path(name)
    if beside is not None and not path.is_absolute():
        path = beside.parent / path
    if not str(name):
        raise _unknown("", where)
    looks_like_path = isinstance(name, Path) or path.suffix in (".yaml", ".yml") or "/" in name
    try:
        exists = path.exists()
    except (OSError, ValueError):
        exists = False
    if looks_like_path or exists:
        return path
    raise _unknown(str(name), where)


def _unknown(name: str, where: Where) -> InputError:
    return InputError(
        f"'{name[:60]}' is neither an instrument of the library nor a file", "TW117", where,
        library_ids(), "give one of these ids, or the path of a YAML file", name[:60],
    )  # fmt: skip


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes YAML that readers of YAML 1.1 and of 1.2 take for the same values."""

    def ignore_aliases(self, data: object) -> bool:
        """Write every value out."""
        return True


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+.0123456789"))
