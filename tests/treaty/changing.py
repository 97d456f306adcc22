"""Small changes to instruments for the tests: set a field of a clause, or a fact of parties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tightrope.treaty import Change, Finding, Instrument, apply_changes, lint, load_instrument

SOUND = Path(__file__).parent / "sound.yaml"


def sound() -> Instrument:
    """Load the invented instrument in which lint finds nothing."""
    return load_instrument(SOUND)


def put(text: Instrument, clause: str | None, **fields: Any) -> Instrument:
    """Return the instrument with fields of a clause (None: of the instrument) set."""
    changes = [
        Change(op="set", clause=clause, field=name, value=value) for name, value in fields.items()
    ]
    return apply_changes(text, changes)


def put_parties(text: Instrument, role: str | None = None, **fields: Any) -> Instrument:
    """Return the instrument with fields set for all parties, or for those in a role."""
    parties = [
        {**party.model_dump(), **(fields if role in (None, party.role) else {})}
        for party in text.parties
    ]
    return put(text, None, parties=parties)


def found(text: Instrument, friends: tuple[str, ...] = ()) -> set[tuple[str, str | None]]:
    """Return what lint finds as pairs of code and clause."""
    return {(one.code, one.clause) for one in lint(text, friends)}


def finding(text: Instrument, code: str, clause: str | None) -> Finding:
    """Return one finding of lint."""
    return next(one for one in lint(text) if (one.code, one.clause) == (code, clause))
