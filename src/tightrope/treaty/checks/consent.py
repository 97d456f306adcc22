"""Leaks in consent: ratifications that are missing, guarantors that have not said yes."""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.treaty.checks.finding import Context, Leak, names
from tightrope.treaty.instrument import Instrument


def missing_ratification(text: Instrument, context: Context) -> Iterator[Leak]:
    """Parties that must ratify have not."""
    missing = [one.actor for one in text.parties if one.ratified in ("no", "expected")]
    if not missing:
        return
    setter = next((clause for clause in text.lives if clause.ratification), None)
    yield Leak(
        setter.id if setter else None,
        setter.article if setter else "parties",
        f"ratification is still missing from {names(missing)}",
        "The agreement applies provisionally from signature; each signatory submits it for "
        "ratification within 60 days.",
    )


def no_willingness(text: Instrument, context: Context) -> Iterator[Leak]:
    """A state is named as guarantor without having said that it is willing."""
    guarantors = [one for one in text.parties if one.role == "guarantor"]
    silent = [one.actor for one in guarantors if one.willingness == "none-on-record"]
    refused = [one.actor for one in guarantors if one.willingness == "refused"]
    if not silent and not refused:
        return
    parts = []
    if silent:
        parts.append(f"no statement of willingness is on record from {names(silent)}")
    if refused:
        parts.append(f"{names(refused)} refused")
    yield Leak(
        None,
        "parties",
        "; ".join(parts),
        "A state becomes a guarantor only by its own signature, and is named only after it has "
        "declared in public that it will sign.",
    )
