"""From located YAML values to a checked model, every fault an `InputError` with file and line."""

from __future__ import annotations

import math
import re
import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from tightrope.treaty.errors import InputError, Where, field_path, raise_all
from tightrope.treaty.values import FORMS
from tightrope.treaty.yamltext import Located, shorten

_Model = TypeVar("_Model", bound=BaseModel)
_Path = tuple[str | int, ...]

_KINDS: dict[str, str] = {
    "string_type": "a word or text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list, such as [A, B]",
    "list_type": "a list, such as [A, B]",
    "dict_type": "a block of keys",
    "model_type": "a block of keys",
    "model_attributes_type": "a block of keys",
    "date_type": "a date such as 2025-03-01",
}
_NUMBERS = {
    "finite_number", "greater_than", "greater_than_equal", "less_than", "less_than_equal",
    "int_parsing_size", "multiple_of",
}  # fmt: skip
_LENGTHS = {
    "string_too_short": "a text that is not empty",
    "string_too_long": "a text of at most {max_length} characters",
    "too_short": "a list of at least {min_length}",
}
_FORMS = {"string_pattern_mismatch", *_LENGTHS}
_SEVERAL = 30


def validate(model: type[_Model], node: Located) -> _Model:
    """Build a model from read values.

    Raises `InputError`, or `InputErrors` when several things are wrong, with file, line and field.
    """
    try:
        return model.model_validate(node.plain())
    except ValidationError as error:
        found = list(_refusals(model, node, error))
    except InputError as error:
        found = list(error.problems())
    raise_all([problem.at(node.where(problem.where.field)) for problem in found])
    raise AssertionError("unreachable: a failed validation names at least one problem")


def _refusals(
    model: type[BaseModel], node: Located, error: ValidationError
) -> Iterator[InputError]:
    """Turn pydantic's errors into ours, one for each field (a union gives several)."""
    groups: dict[_Path, list[Any]] = {}
    for detail in error.errors(include_url=False)[:_SEVERAL]:
        path = _path_in(node, detail["loc"], detail["type"])
        groups.setdefault(path, []).append(detail)
    for path, details in groups.items():
        follower = any(other[: len(path)] == path and other != path for other in groups)
        if not follower:
            yield _refusal(model, node, path, details)


def _path_in(node: Located, loc: Sequence[str | int], kind: str) -> _Path:
    """Keep of pydantic's location what is in the text (it also names the members of unions)."""
    path: list[str | int] = []
    for number, part in enumerate(loc):
        inner = node.value
        if isinstance(inner, dict) and isinstance(part, str) and part in inner:
            if number == 2 and loc[0] == "clauses":
                continue
            node = inner[part]
        elif isinstance(inner, list) and isinstance(part, int) and part < len(inner):
            node = inner[part]
        elif not (kind == "missing" and number == len(loc) - 1):
            continue
        path.append(part)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        path.append("kind")
    return tuple(path)


def _refusal(
    model: type[BaseModel], node: Located, path: _Path, details: Sequence[Any]
) -> InputError:
    """Word one refusal from all that pydantic says about one field."""
    place = node.nearest(path)
    where = Where(place.file, place.line, field_path(path) or None)
    kinds = {detail["type"] for detail in details}
    last = str(path[-1]) if path else ""
    if "extra_forbidden" in kinds:
        known = tuple(_keys_at(model, node, path[:-1]))
        return InputError(
            f"'{shorten(last)}' is not a key of this block", "TW105", where, known,
            "correct or remove the key", last,
        )  # fmt: skip
    if kinds & {"missing", "union_tag_not_found"}:
        allowed = _allowed(details)
        return InputError(
            f"the key '{last}' is missing", "TW106", where, allowed, f"add '{last}:' here"
        )
    value = place.value
    written = _written(value)
    allowed = _allowed(details)
    word = value if isinstance(value, str) else None
    if "date_type" in kinds and not isinstance(value, dict | list):
        return InputError(
            f"{written} is not a date", "TW109", where, allowed,
            "write year, month and day, such as 2025-03-01", word,
        )  # fmt: skip
    if isinstance(value, str) and kinds & {"literal_error", "union_tag_invalid"}:
        return InputError(
            f"{written} is not one of the words of this field", "TW104", where, allowed,
            "use one of the words allowed", word,
        )  # fmt: skip
    if isinstance(value, float) and not math.isfinite(value):
        unread = "is not a number" if math.isnan(value) else "is infinite, or too large to be read"
        return InputError(f"{written} {unread}", "TW108", where, allowed, "write a finite number")
    if kinds & _NUMBERS and isinstance(value, int | float):
        return InputError(
            f"{written} is out of range", "TW108", where, allowed, "write a number in the range"
        )
    if kinds & _FORMS and isinstance(value, str | list):
        return InputError(
            f"{written} is not in the form of this field", "TW121", where, allowed,
            "write it in the form allowed",
        )  # fmt: skip
    quoted = value is not None and str(value) in allowed
    remedy = f'put it in quotes: "{value}"' if quoted else "write what is allowed here"
    return InputError(f"{written} is of the wrong kind", "TW107", where, allowed, remedy)


def _written(value: object) -> str:
    """Name a value of the text in a message."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, dict):
        return "a block of keys"
    if isinstance(value, list):
        return "this list" if value else "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{shorten(value)}'"


def _allowed(details: Sequence[Any]) -> tuple[str, ...]:
    """Gather what would do from all refusals of one field: words, kinds, ranges, forms."""
    allowed: list[str] = []
    for detail in details:
        context = detail.get("ctx", {})
        kind = detail["type"]
        if kind == "literal_error":
            words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        elif kind == "union_tag_invalid":
            words = re.findall(r"'([^']*)'", str(context.get("expected_tags", "")))
        elif kind in _KINDS:
            words = [_KINDS[kind]]
        elif kind == "string_pattern_mismatch":
            pattern = str(context.get("pattern"))
            words = [FORMS.get(pattern, f"text matching {pattern}")]
        elif kind in _NUMBERS:
            words = [f"a number {_bound(detail)}"]
        elif kind in _FORMS:
            words = [_LENGTHS[kind].format(**context)]
        else:
            words = []
        allowed += [word for word in words if word not in allowed]
    return tuple(allowed)


def _bound(detail: Any) -> str:
    """Say the bound that a number crosses, such as "greater than or equal to 0"."""
    return (
        str(detail["msg"])
        .removeprefix("Input should be ")
        .replace("a finite number", "that is finite")
    )


def _keys_at(model: type[BaseModel], node: Located, path: _Path) -> list[str]:
    """Keys of the block at a path, by the model that describes it."""
    found: type[BaseModel] | None = model
    annotation: Any = model
    for part in path:
        inner = node.value
        if isinstance(inner, dict) and isinstance(part, str) and found is not None:
            annotation = found.model_fields[part].annotation if part in found.model_fields else None
            node = inner[part]
        elif isinstance(inner, list) and isinstance(part, int):
            node = inner[part]
        found = _model_for(annotation, node)
    return list(found.model_fields) if found is not None else []


def _model_for(annotation: Any, node: Located) -> type[BaseModel] | None:
    """Find the model inside an annotation; in a union by kind, the one the text names."""
    models = list(_models_in(annotation))
    if len(models) > 1 and isinstance(node.value, dict):
        named = node.value.get("kind")
        kind = named.value if named is not None else None
        models = [one for one in models if kind in get_args(one.model_fields["kind"].annotation)]
    return models[0] if models else None


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if get_origin(annotation) in (Annotated, Union, types.UnionType, tuple, list, dict):
        for inner in get_args(annotation):
            yield from _models_in(inner)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
