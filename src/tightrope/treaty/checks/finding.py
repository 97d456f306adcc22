"""What a check of an instrument finds, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from tightrope.treaty.clauses import Clause
from tightrope.treaty.instrument import Instrument

Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")
"""Severities from mild to grave."""


@dataclass(frozen=True)
class Finding:
    """One leak in a promise.

    code        stable, such as TW001; see `LINT_CODES`
    severity    error (the promise is void there), warning (it is weak), note (worth knowing)
    clause      id of the clause, or None where it concerns the instrument as a whole
    article     where the text says it
    reason      why this is a leak, one sentence
    suggestion  wording that would mend it
    """

    code: str
    severity: Severity
    clause: str | None
    article: str
    reason: str
    suggestion: str


@dataclass(frozen=True)
class Context:
    """What a check may know besides the text.

    friends       actors that side with the challenger, by the case
    threat_years  how long the threat is expected to last, in years
    """

    friends: frozenset[str] = frozenset()
    threat_years: float = 10.0


@dataclass(frozen=True)
class Leak:
    """What a check yields; its rule adds code and severity."""

    clause: str | None
    article: str
    reason: str
    suggestion: str


Check = Callable[[Instrument, Context], Iterator[Leak]]


@dataclass(frozen=True)
class LintRule:
    """A check with its stable code, severity, short name and meaning."""

    code: str
    severity: Severity
    name: str
    meaning: str
    check: Check


def leak_in(clause: Clause, reason: str, suggestion: str) -> Leak:
    """Build a leak that sits in one clause."""
    return Leak(clause.id, clause.article, reason, suggestion)


def names(actors: tuple[str, ...] | list[str]) -> str:
    """Join actor ids for a sentence: A, B and C."""
    *first, last = actors
    return f"{', '.join(first)} and {last}" if first else last
