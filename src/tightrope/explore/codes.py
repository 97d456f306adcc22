"""Codes of the input errors that only exploration can have."""

from __future__ import annotations

EXPLORE_CODES: dict[str, str] = {
    "TW180": "an outcome that is not known, or that must be named",
    "TW181": "a cluster that does not answer or has no workers",
    "TW182": "a store of draws that cannot be written: a full disk, or a place that is not ours",
    "TW183": "too few samples or worlds, or nothing that could be varied",
    "TW184": "workers that die before they finish anything",
    "TW185": "a question that needs more options than given, or new worlds that a table lacks",
    "TW186": "a table of draws whose columns, ranges, options or weights do not fit",
}
"""Every code an input error of this room can carry, with its meaning; stable once published."""
