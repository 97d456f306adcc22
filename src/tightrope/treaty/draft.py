"""A draft: a base instrument plus named changes, so that two drafts differ by clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from tightrope.treaty.clauses import CLAUSE_KINDS
from tightrope.treaty.errors import InputError, Where, raise_all
from tightrope.treaty.instrument import Instrument
from tightrope.treaty.reading import validate
from tightrope.treaty.values import ClauseId, Model, Slug, Text
from tightrope.treaty.yamltext import Located, located

_SETTABLE = ("title", "form", "promise", "dates", "parties", "sources", "notes")


class Change(Model):
    """One change.

    op           set a field, add a clause, or remove a clause
    clause       the clause's id; None with `set` for a field of the instrument itself
    field        the field to set (one name, not a path)
    value        its new value as YAML has it; None unsets it
    clause_body  the clause to add
    """

    op: Literal["set", "add", "remove"]
    clause: ClauseId | None = None
    field: Text | None = None
    value: Any = None
    clause_body: dict[str, Any] | None = None


class Draft(Model):
    """The file form of a draft: base (library id or path), its own id and title, the changes."""

    schema_version: Literal["1"] = "1"
    base: Text
    id: Slug
    title: Text
    promise: Text | None = None
    changes: tuple[Change, ...]


def resolve(draft: Located, base: Located) -> Instrument:
    """Apply a draft as read to its base as read, and check what comes out."""
    form = validate(Draft, draft)
    fields = _block(draft)
    text = _block(base)
    for name in ("id", "title"):
        text[name] = fields[name]
    if form.promise is not None:
        text["promise"] = fields["promise"]
    steps = fields["changes"].value
    assert isinstance(steps, list)
    problems = []
    for number, (change, step) in enumerate(zip(form.changes, steps, strict=True)):
        problem = _apply(change, _block(step), text)
        if problem is not None:
            field = f"changes[{number}]"
            problems.append(problem.at(draft.where(field)))
    raise_all(problems)
    try:
        return validate(Instrument, base)
    except InputError as error:
        place = draft.where("changes")
        raise_all([_in_draft(problem, place) for problem in error.problems()])
        raise


def _in_draft(problem: InputError, place: Where) -> InputError:
    """Place a problem in the draft: what the base says is only wrong after the changes."""
    found = problem.where
    if found.file == place.file and found.line is not None:
        return problem
    base = f"{found.file}:{found.line}" if found.file else "the base"
    return InputError(
        f"{problem.what} (in {base}, after these changes)", problem.code,
        Where(place.file, place.line, found.field), problem.allowed, problem.remedy, problem.word,
    )  # fmt: skip


def apply_changes(
    instrument: Instrument,
    changes: Sequence[Change],
    *,
    id: str | None = None,
    title: str | None = None,
) -> Instrument:
    """Return the instrument with the changes made; `InputError` if one does not fit."""
    base = located(plain_instrument(instrument))
    draft = located(
        {
            "base": instrument.id,
            "id": id or instrument.id,
            "title": title or instrument.title,
            "changes": [change.model_dump(mode="json") for change in changes],
        }
    )
    return resolve(draft, base)


def changes_between(base: Instrument, other: Instrument) -> tuple[Change, ...]:
    """Return the changes that make ``base`` into ``other`` (up to id and order of clauses)."""
    return tuple(_differences(plain_instrument(base), plain_instrument(other)))


def _differences(base: dict[str, Any], other: dict[str, Any]) -> Iterator[Change]:
    for name in _SETTABLE:
        if base.get(name) != other.get(name):
            yield Change(op="set", field=name, value=other.get(name))
    before = {clause["id"]: clause for clause in base["clauses"]}
    after = {clause["id"]: clause for clause in other["clauses"]}
    for clause_id, clause in before.items():
        new = after.get(clause_id)
        if new is None or new["kind"] != clause["kind"]:
            yield Change(op="remove", clause=clause_id)
            continue
        for name in dict.fromkeys((*clause, *new)):
            if clause.get(name) != new.get(name):
                yield Change(op="set", clause=clause_id, field=name, value=new.get(name))
    for clause_id, clause in after.items():
        old = before.get(clause_id)
        if old is None or old["kind"] != clause["kind"]:
            yield Change(op="add", clause_body=clause)


def plain_instrument(instrument: Instrument) -> dict[str, Any]:
    """Return the instrument as YAML has it: plain values, keys in reading order, no nulls."""
    plain = instrument.model_dump(mode="json", exclude_none=True)
    plain["clauses"] = [
        {"id": clause["id"], "kind": clause["kind"], **clause} for clause in plain["clauses"]
    ]
    return plain


def _apply(change: Change, step: dict[str, Located], text: dict[str, Located]) -> InputError | None:
    """Make one change in the base's text; return what hinders it, or None."""
    clauses = text["clauses"].value if "clauses" in text else None
    if not isinstance(clauses, list):
        return InputError("the base has no list of clauses", "TW118")
    if change.op == "add":
        if change.clause_body is None:
            return _unfit("'add' needs 'clause_body'", "write the clause under 'clause_body:'")
        clauses.append(step["clause_body"])
        return None
    place: int | None = None
    if change.clause is not None:
        ids = [_id_of(clause) for clause in clauses]
        if change.clause not in ids:
            return InputError(
                f"the base has no clause '{change.clause}'", "TW113",
                allowed=tuple(ids), word=change.clause, remedy="name a clause of the base",
            )  # fmt: skip
        place = ids.index(change.clause)
    if change.op == "remove":
        if place is None:
            return _unfit("'remove' needs 'clause'", "name the clause to remove")
        del clauses[place]
        return None
    if change.field is None:
        return _unfit("'set' needs 'field'", "name the field to set")
    if place is None and change.field not in _SETTABLE:
        return InputError(
            f"'{change.field}' cannot be set for the whole instrument", "TW118",
            allowed=_SETTABLE, word=change.field, remedy="name a field allowed, or a clause",
        )  # fmt: skip
    if place is not None and change.field in ("id", "kind"):
        return _unfit(
            f"'{change.field}' of a clause cannot be set", "remove the clause, add another"
        )
    block = text if place is None else _block(clauses[place])
    block[change.field] = step.get("value", Located(None))
    return None


def _unfit(what: str, remedy: str) -> InputError:
    return InputError(what, "TW118", Where(), None, remedy)


def _block(node: Located) -> dict[str, Located]:
    if not isinstance(node.value, dict):
        raise InputError(
            "a clause must be a block of keys", "TW107", Where(node.file, node.line),
            allowed=CLAUSE_KINDS,
        )  # fmt: skip
    return node.value


def _id_of(clause: Located) -> str:
    inner = clause.value
    name = inner.get("id") if isinstance(inner, dict) else None
    return str(name.value) if name is not None else ""
