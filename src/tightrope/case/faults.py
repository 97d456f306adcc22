"""Turn what pydantic found wrong into the input errors a reader understands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tightrope.treaty.errors import InputError, Where, field_path, raise_all
from tightrope.treaty.yamltext import Located, shorten

Model = TypeVar("Model", bound=BaseModel)

_NUMBERS = ("finite_number", "greater_than", "greater_than_equal", "less_than", "less_than_equal")


def validated(model: type[Model], values: Any, root: Located, prefix: str = "") -> Model:
    """Build `model` from `values`; every fault is an InputError placed in `root`.

    prefix  field under which the values stand in the file, such as `families.stake`
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise_all(list(_faults(error, model, root, prefix)))
        raise


def _faults(
    error: ValidationError, model: type[BaseModel], root: Located, prefix: str
) -> Iterator[InputError]:
    for fault in error.errors(include_url=False):
        parts = [part for part in fault["loc"] if not _is_branch(part)]
        named = fault.get("ctx", {}).get("field")
        if named is not None:
            parts.append(str(named))
        field = field_path(parts)
        inner = f"{prefix}.{field}" if prefix and field else prefix or field
        where = Where(root.file, root.where(field).line, inner or None)
        yield _fault(fault, where, tuple(model.model_fields))


def _is_branch(part: str | int) -> bool:
    """Whether a step of pydantic's path names a branch of a union instead of a field."""
    text = str(part)
    return "[" in text or text in ("date", "nullable")


def _fault(fault: ErrorDetails, where: Where, fields: tuple[str, ...]) -> InputError:
    kind, context, written = fault["type"], fault.get("ctx", {}), fault["input"]
    name = str(fault["loc"][-1]) if fault["loc"] else ""
    shown = shorten(written)
    if kind.startswith("TW"):
        return InputError(fault["msg"], kind, where, remedy=str(context.get("remedy", "")))
    if kind == "missing":
        return InputError(f"'{name}' is missing", "TW106", where, remedy=f"add '{name}: ...'")
    if kind == "extra_forbidden":
        allowed = fields if len(fault["loc"]) == 1 else None
        return InputError(
            f"'{name}' is not a known field", "TW105", where, allowed, "mend or remove it", name
        )
    if kind == "literal_error":
        words = str(context["expected"]).replace(" or ", ", ").split(", ")
        allowed = tuple(word.strip("'") for word in words)
        what = f"'{shown}' is not one of the words allowed here"
        return InputError(what, "TW104", where, allowed, "write one of these", str(written))
    message = fault["msg"][:1].lower() + fault["msg"][1:]
    if kind in _NUMBERS:
        return InputError(
            f"{message}, not {shown}", "TW108", where, remedy="write a number in this range"
        )
    if kind == "string_pattern_mismatch":
        return InputError(
            f"'{shown}' is not of the form an id needs",
            "TW121",
            where,
            remedy="use letters, digits, '-', '_' and, in a parameter, dots",
        )
    return InputError(f"{message}, not '{shown}'", "TW107", where, remedy="mend this value")
