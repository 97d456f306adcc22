"""Leaks in what stands ready: presence, pillars, and the grade of clauses."""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.treaty.checks.finding import Context, Leak, leak_in
from tightrope.treaty.instrument import Instrument

THIN_PER_KM = 100.0
"""Fewer personnel than this on each km of line are a screen, not a defence.

A judgement: a brigade of some 4,500 is held to cover 40 km at the very thinnest.
"""


def no_right_to_fire(text: Instrument, context: Context) -> Iterator[Leak]:
    """A presence may not shoot back."""
    for clause in text.presences:
        if not clause.may_return_fire:
            yield leak_in(
                clause,
                "the force may not return fire, so it can be ignored or shot at freely",
                "The force may use all necessary means against any aircraft, vessel or unit that "
                "attacks it or the people and places it protects.",
            )


def too_thin(text: Instrument, context: Context) -> Iterator[Leak]:
    """A ground force is too small for its stretch of line, or holds none of it."""
    for clause in text.presences:
        if clause.type != "ground" or clause.line_km is None:
            continue
        if clause.line_km == 0:
            reason = "the force stands away from the line and holds none of it"
        elif clause.personnel is None or clause.personnel / clause.line_km >= THIN_PER_KM:
            continue
        else:
            density = clause.personnel / clause.line_km
            reason = f"{density:.0f} personnel to the km of line are a screen, not a defence"
        yield leak_in(
            clause,
            reason,
            f"The force holds a stretch of the line with at least {THIN_PER_KM:.0f} personnel to "
            "the km, with reserves named for the rest.",
        )


def undated_pillar(text: Instrument, context: Context) -> Iterator[Leak]:
    """Standing support has no delivery date."""
    for clause in text.pillars:
        if clause.delivery_from is None and clause.delivery_by is None:
            yield leak_in(
                clause,
                "no date says when this support is delivered, so it can always be still to come",
                "... beginning on the day of signature and delivered in full by 31 December of "
                "each year.",
            )


def disclaimed_clause(text: Instrument, context: Context) -> Iterator[Leak]:
    """A clause is disclaimed: the text says that it creates no right and no duty."""
    for clause in text.clauses:
        if clause.grade == "disclaimed":
            yield leak_in(
                clause,
                "the text disclaims this clause: it promises and takes the promise back",
                "This annex is an integral part of the agreement and has the same legal force.",
            )
