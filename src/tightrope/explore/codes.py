"""Codes of the input errors that only exploration can have."""

from __future__ import annotations

EXPLORE_CODES: dict[str, str] = {
    "TW201": "an outcome that is not known, or that must be named",
    "TW202": "a cluster that does not answer or has no workers",
    "TW203": "a store of draws that cannot be written: a full disk, or a place that is not ours",
    "TW204": "too few samples or worlds, or nothing that could be varied",
    "TW205": "workers that die before they finish anything",
    "TW206": "a question that needs more options than given, or new worlds that a table lacks",
    "TW207": "a table of draws whose columns, ranges, options or weights do not fit",
}
"""Every code an input error of this room can carry, with its meaning; stable once published."""
