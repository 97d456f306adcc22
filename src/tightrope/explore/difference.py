"""How a draft differs from the options that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tightrope.case import Option
from tightrope.treaty import Change, Instrument, changes_between

#: Fields of an instrument that say what it is called and where it comes from, not what it does.
_NAMES = ("title", "promise", "sources", "notes", "dates")
#: Fields of a clause that say the same.
_WORDS = ("says", "source", "article")


class Difference(NamedTuple):
    """An option and the changes that lead from it: rows {clause, from, to}."""

    option: str
    rows: list[dict[str, Any]]


def nearest(
    there: Sequence[tuple[Option, Instrument]], option: Option, text: Instrument
) -> Difference:
    """The option, of those there are, from which the fewest changes lead to the draft."""
    found = [difference(one, base, option, text) for one, base in there]
    return min(found, key=lambda one: len(one.rows))


def difference(one: Option, base: Instrument, option: Option, text: Instrument) -> Difference:
    """The changes of clauses and terms that lead from one option and its text to the draft."""
    before = {c.id: c.model_dump(mode="json", exclude_none=True) for c in base.clauses}
    rows: dict[str, dict[str, Any]] = {}
    for change in changes_between(base, text):
        if (change.clause is None and change.field in _NAMES) or change.field in _WORDS:
            continue
        name = _clause(change)
        row = rows.setdefault(name, {"clause": name, "from": None, "to": None})
        if change.op == "add":
            row["to"] = change.clause_body
        elif change.op == "remove":
            row["from"] = before[name]
        else:
            field = str(change.field)
            old = before[name].get(field) if change.clause else base.model_dump(mode="json")[field]
            row["from"] = {**(row["from"] or {}), field: old}
            row["to"] = {**(row["to"] or {}), field: change.value}
    terms, wanted = (o.settlement.model_dump(mode="json") for o in (one, option))
    for name, value in wanted.items():
        if value != terms[name]:
            place = f"settlement.{name}"
            rows[place] = {"clause": place, "from": terms[name], "to": value}
    return Difference(one.id, list(rows.values()))


def _clause(change: Change) -> str:
    if change.clause is not None:
        return change.clause
    return str((change.clause_body or {}).get("id") or change.field)
