"""Codes of the input errors that only the command line can have."""

from __future__ import annotations

CLI_CODES: dict[str, str] = {
    "TW170": "a file or folder that cannot be written to, or that would be lost",
    "TW171": "a JSON Schema that is not known",
    "TW172": "an optional package that the command needs and that is not installed",
    "TW173": "two options with one id",
}
"""Every code an input error of this room can carry, with its meaning; stable once published."""
