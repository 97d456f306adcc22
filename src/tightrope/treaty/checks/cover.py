"""Leaks in the life of an instrument: when cover begins, how it ends, what it waits for."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from tightrope.treaty.checks.finding import Context, Leak, leak_in
from tightrope.treaty.clauses import LifeClause, Obligation
from tightrope.treaty.instrument import Instrument

LATE_YEARS = 1.0
"""Cover that begins later than this after signature counts as late (a judgement)."""

FORCE = frozenset({"air", "maritime", "ground"})
"""Measures by which a guarantor fights."""


def late_cover(text: Instrument, context: Context) -> Iterator[Leak]:
    """Duties begin years after signature and nothing covers the time between."""
    interim = [duty for duty in text.obligations if duty.applies != "in-force"]
    if not text.obligations or interim:
        return
    for clause in text.lives:
        wait = _wait(clause)
        if wait is not None:
            yield leak_in(clause, wait, _INTERIM)
    signed, in_force = text.dates.signed, text.dates.in_force
    if _years_apart(signed, in_force) > LATE_YEARS:
        yield Leak(
            None, "dates", f"signed on {signed}, it is in force only from {in_force}", _INTERIM
        )
    for duty in text.obligations:
        if _years_apart(signed, duty.from_date) > LATE_YEARS:
            reason = f"signed on {signed}, the duty begins only on {duty.from_date}"
            yield leak_in(duty, reason, _INTERIM)


_INTERIM = (
    "From signature until entry into force the guarantors shall consult within 24 hours of an "
    "attack and provide materiel and intelligence (interim cover)."
)


def _wait(clause: LifeClause) -> str | None:
    """Say why a life clause delays cover, or None if it does not."""
    if clause.accession is not None:
        years = clause.accession.expected_years
        if years is None:
            return "the path to membership has no date, and nothing covers the wait"
        if years > LATE_YEARS:
            return f"membership is expected after {years:g} years, and nothing covers the wait"
    entry = clause.entry
    if entry is not None and entry.expected_years is not None:
        years = entry.expected_years
        if years > LATE_YEARS:
            return f"entry into force is expected after {years:g} years, with no cover until then"
    return None


def _years_apart(first: object, second: object) -> float:
    if isinstance(first, datetime.date) and isinstance(second, datetime.date):
        return (second - first).days / 365.25
    return 0.0


def accession_veto(text: Instrument, context: Context) -> Iterator[Leak]:
    """One member can stop the accession."""
    for clause in text.lives:
        path = clause.accession
        if path is not None and (path.all_members_must_agree or path.vetoes):
            known = f"; known to oppose: {', '.join(path.vetoes)}" if path.vetoes else ""
            yield leak_in(
                clause,
                f"a single member can stop the accession ({path.body}{known})",
                "The invitation is decided by a majority of two thirds, and members that agree "
                "guarantee the applicant from the day of their decision.",
            )


def short_duration(text: Instrument, context: Context) -> Iterator[Leak]:
    """The instrument ends before the threat does."""
    for clause in text.lives:
        years = clause.duration_years
        if isinstance(years, str) or years is None or text.life.renewal == "automatic":
            continue
        if years < context.threat_years:
            yield leak_in(
                clause,
                f"it ends after {years:g} years, the threat lasts {context.threat_years:g} or so",
                "It is renewed automatically for like periods unless all guarantors and the "
                "protected state agree otherwise.",
            )


def circular_conditions(text: Instrument, context: Context) -> Iterator[Leak]:
    """Conditions of entry wait for each other; each circle is reported once.

    A life clause waits for the clauses it depends on; a clause that applies in force only waits
    for every life clause that sets a condition of entry.
    """
    gates = [one.id for one in text.lives if one.depends_on or one.entry is not None]
    waits: dict[str, tuple[str, ...]] = {}
    for clause in text.clauses:
        if isinstance(clause, LifeClause):
            waits[clause.id] = clause.depends_on
        else:
            waits[clause.id] = tuple(gates) if clause.applies == "in-force" else ()
    reported: set[str] = set()
    for clause in text.lives:
        circle = _circle(clause.id, waits)
        if circle and not reported & set(circle):
            reported |= set(circle)
            yield leak_in(
                clause,
                f"its conditions go round in a circle: {' waits for '.join(circle)}",
                "This clause applies from signature, before entry into force.",
            )


def _circle(start: str, waits: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return a way from a clause back to itself, or nothing."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        for following in waits.get(path[-1], ()):
            if following == start:
                return (*path, start)
            if following not in seen:
                seen.add(following)
                paths.append((*path, following))
    return ()


def starts_on_ceasefire(text: Instrument, context: Context) -> Iterator[Leak]:
    """Cover waits for a ceasefire, so the challenger can hold it off by fighting on."""
    for clause in text.lives:
        if clause.starts == "on_ceasefire":
            yield leak_in(
                clause,
                "cover begins with a ceasefire, so the challenger can hold it off by fighting on",
                "It begins on a ceasefire or on a date named, whichever is earlier.",
            )


def starts_at_once(text: Instrument, context: Context) -> Iterator[Leak]:
    """Cover with force begins at once, which puts the guarantors into a war that is going on."""
    if not any(_fights(duty) for duty in text.obligations) and not text.presences:
        return
    for clause in text.lives:
        if clause.starts == "at_once":
            yield leak_in(
                clause,
                "cover with forces begins at once, which puts the guarantors into the war as it is",
                "Duties to use force begin when a ceasefire takes effect; the others at once.",
            )


def _fights(duty: Obligation) -> bool:
    return bool(FORCE & set(duty.measures))
