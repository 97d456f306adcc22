"""Contradictions between the clauses of one instrument: each check a named function.

A contradiction is an input error (the text cannot be meant), unlike a leak, which `lint` reports
(the text can be meant and is weak).
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel

from tightrope.treaty.clauses import (
    Clause,
    LifeClause,
    Obligation,
    Procedure,
    Restraint,
    Trigger,
)
from tightrope.treaty.errors import InputError, Where, field_path
from tightrope.treaty.life import LIFE_TERMS
from tightrope.treaty.vocabulary import DETERMINERS

if TYPE_CHECKING:
    from tightrope.treaty.instrument import Instrument

Check = Callable[["Instrument"], Iterator[InputError]]

_COUNTRY = re.compile(r"[A-Z]{2}\Z")


def contradictions(instrument: Instrument) -> list[InputError]:
    """Return every contradiction of an instrument, in the order of `CHECKS`."""
    return [problem for check in CHECKS for problem in check(instrument)]


def _at(*parts: str | int) -> Where:
    return Where(field=field_path(parts))


def repeated_ids(instrument: Instrument) -> Iterator[InputError]:
    """Clause ids and actors must be used once."""
    for block, name, words in (
        ("clauses", "id", [clause.id for clause in instrument.clauses]),
        ("parties", "actor", [party.actor for party in instrument.parties]),
    ):
        seen: set[str] = set()
        for number, word in enumerate(words):
            if word in seen:
                yield InputError(
                    f"'{word}' is used twice", "TW111", _at(block, number, name),
                    remedy="give each its own name, or keep one",
                )  # fmt: skip
            seen.add(word)


def repeated_words(instrument: Instrument) -> Iterator[InputError]:
    """A list within a clause, or the list of sources, names each of its words once."""
    yield from _repeated(("sources",), instrument.sources)
    for number, clause in enumerate(instrument.clauses):
        yield from _repeated_in(clause, ("clauses", number))


def _repeated_in(block: BaseModel, path: tuple[str | int, ...]) -> Iterator[InputError]:
    for name, value in block:
        if isinstance(value, BaseModel):
            yield from _repeated_in(value, (*path, name))
        elif isinstance(value, tuple):
            yield from _repeated((*path, name), value)


def _repeated(path: tuple[str | int, ...], words: Sequence[object]) -> Iterator[InputError]:
    for number, word in enumerate(words):
        if word in words[:number]:
            yield InputError(
                f"'{word}' is listed twice", "TW111", _at(*path, number),
                remedy="keep one of the two",
            )  # fmt: skip


def roles_that_cannot_be(instrument: Instrument) -> Iterator[InputError]:
    """One state is protected; at most one is the challenger."""
    protected = instrument.in_role("protege")
    if not protected:
        yield InputError(
            "no party is protected", "TW123", _at("parties"),
            remedy="give the state that is to be protected 'role: protege'",
        )  # fmt: skip
    for role, actors in (("protege", protected), ("challenger", instrument.in_role("challenger"))):
        for actor in actors[1:]:
            yield InputError(
                f"'{actor}' is a second {role} beside '{actors[0]}'", "TW123",
                _at("parties", instrument.actors.index(actor), "role"),
                allowed=("guarantor", "observer"),
                remedy="give one instrument for each, or give it another role",
            )  # fmt: skip


def unknown_parties(instrument: Instrument) -> Iterator[InputError]:
    """Who holds a duty, is restrained, consents or ratifies must be a party."""
    for number, clause in enumerate(instrument.clauses):
        for name in ("holders", "on", "consent", "ratification"):
            actors = getattr(clause, name, None)
            if actors is None or isinstance(actors, str):
                continue
            keys: Sequence[str | int] = (
                list(actors) if isinstance(actors, dict) else range(len(actors))
            )
            for key, actor in zip(keys, actors, strict=True):
                if actor not in instrument.actors:
                    yield _not_a_party(instrument, actor, _at("clauses", number, name, key))


def unknown_outsiders(instrument: Instrument) -> Iterator[InputError]:
    """Who may block, veto or determine is a party or a state by its two-letter code."""
    for number, clause in enumerate(instrument.clauses):
        words = DETERMINERS if isinstance(clause, Trigger) else ()
        path, actors = _outsiders(clause)
        for index, actor in enumerate(actors):
            if actor in instrument.actors or actor in words or _COUNTRY.match(actor):
                continue
            where = _at("clauses", number, *path, index)
            yield _not_a_party(instrument, actor, where, words)


def _outsiders(clause: Clause) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the field in which a clause names states that need not be parties, and the states."""
    if isinstance(clause, Procedure):
        return ("may_block",), clause.may_block
    if isinstance(clause, Trigger):
        return ("determined_by",), clause.determined_by
    if isinstance(clause, LifeClause) and clause.accession is not None:
        return ("accession", "vetoes"), clause.accession.vetoes
    return (), ()


def _not_a_party(
    instrument: Instrument, actor: str, where: Where, words: tuple[str, ...] = ()
) -> InputError:
    return InputError(
        f"'{actor}' is not among the parties", "TW112", where,
        allowed=(*instrument.actors, *words), word=actor,
        remedy="add it to 'parties' with its role, or correct the id",
    )  # fmt: skip


def dangling_references(instrument: Instrument) -> Iterator[InputError]:
    """Clauses referred to must exist and be of the kind meant."""
    triggers = tuple(one.id for one in instrument.triggers)
    obligations = tuple(one.id for one in instrument.obligations)
    everything = tuple(one.id for one in instrument.clauses)
    for number, clause in enumerate(instrument.clauses):
        name, kind = "", ""
        wanted: Sequence[str] = ()
        allowed: tuple[str, ...] = ()
        if isinstance(clause, Obligation):
            name, kind, wanted, allowed = "triggers", "trigger", clause.triggers, triggers
        elif isinstance(clause, Procedure) and not isinstance(clause.binds, str):
            name, kind, wanted, allowed = "binds", "obligation", clause.binds, obligations
        elif isinstance(clause, LifeClause):
            name, kind, wanted, allowed = "depends_on", "", clause.depends_on, everything
        for index, word in enumerate(wanted):
            if word not in allowed:
                yield InputError(
                    f"there is no {kind} clause '{word}'".replace("  ", " "), "TW113",
                    _at("clauses", number, name, index), allowed=allowed or ("(none)",), word=word,
                    remedy="name a clause by its id",
                )  # fmt: skip


def life_set_twice(instrument: Instrument) -> Iterator[InputError]:
    """Each term of the life is set by one clause only."""
    setter: dict[str, str] = {}
    for number, clause in enumerate(instrument.clauses):
        if not isinstance(clause, LifeClause):
            continue
        for name in LIFE_TERMS:
            if getattr(clause, name) is None:
                continue
            if name in setter:
                yield InputError(
                    f"'{name}' is already set by clause '{setter[name]}'", "TW114",
                    _at("clauses", number, name), remedy="keep one of the two",
                )  # fmt: skip
            setter.setdefault(name, clause.id)


def entry_never_met(instrument: Instrument) -> Iterator[InputError]:
    """A quorum cannot exceed the guarantors, and only parties that are asked can be named."""
    size = len(instrument.guarantors)
    asked = instrument.life.challenger_consent == "required"
    unasked = () if asked else instrument.in_role("challenger")
    for number, clause in enumerate(instrument.clauses):
        if not isinstance(clause, LifeClause) or clause.entry is None:
            continue
        quorum = clause.entry.quorum
        if isinstance(quorum, int) and quorum > size:
            yield InputError(
                f"a quorum of {quorum} can never be met by {size} guarantors", "TW115",
                _at("clauses", number, "entry", "quorum"),
                remedy=f"write a number up to {size}, or 'all'",
            )  # fmt: skip
        for index, actor in enumerate(clause.entry.named):
            if actor not in instrument.actors:
                yield InputError(
                    f"entry into force waits for '{actor}', which is not a party", "TW115",
                    _at("clauses", number, "entry", "named", index),
                    allowed=instrument.actors, word=actor,
                    remedy="add it to 'parties', or name a party",
                )  # fmt: skip
            elif actor in unasked:
                yield InputError(
                    f"entry into force waits for '{actor}', the challenger, whose consent is not "
                    "sought", "TW115", _at("clauses", number, "entry", "named", index),
                    allowed=tuple(one for one in instrument.actors if one not in unasked),
                    remedy="write 'challenger_consent: required', or take it out of 'named'",
                )  # fmt: skip


def dates_out_of_order(instrument: Instrument) -> Iterator[InputError]:
    """Drafted, signed, in force come in this order; a period ends after it begins."""
    yield from _disordered(instrument.dates, ("drafted", "signed", "in_force"), ("dates",))
    for number, clause in enumerate(instrument.clauses):
        for pair in (("from_date", "until_date"), ("delivery_from", "delivery_by")):
            yield from _disordered(clause, pair, ("clauses", number))


def _disordered(
    block: object, names: tuple[str, ...], path: tuple[str | int, ...]
) -> Iterator[InputError]:
    days = [(name, getattr(block, name, None)) for name in names]
    fixed = [(name, day) for name, day in days if isinstance(day, datetime.date)]
    for (earlier, first), (later, second) in itertools.pairwise(fixed):
        if second < first:
            yield InputError(
                f"'{later}' ({second}) is before '{earlier}' ({first})", "TW116",
                _at(*path, later), remedy="exchange or correct the dates",
            )  # fmt: skip


def cap_without_troop_cap(instrument: Instrument) -> Iterator[InputError]:
    """Only a troop cap has a number."""
    for number, clause in enumerate(instrument.clauses):
        if isinstance(clause, Restraint) and clause.cap is not None and clause.type != "troop-cap":
            yield InputError(
                f"a restraint of type '{clause.type}' has no cap", "TW122",
                _at("clauses", number, "cap"), remedy="remove 'cap', or write 'type: troop-cap'",
            )  # fmt: skip


CHECKS: tuple[Check, ...] = (
    repeated_ids,
    repeated_words,
    roles_that_cannot_be,
    unknown_parties,
    unknown_outsiders,
    dangling_references,
    life_set_twice,
    entry_never_met,
    dates_out_of_order,
    cap_without_troop_cap,
)
"""Every check of contradictions."""
