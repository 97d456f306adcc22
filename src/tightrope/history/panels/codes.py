"""Codes of the input errors that only panels of data and published estimates can have."""

from __future__ import annotations

PANEL_CODES: dict[str, str] = {
    "TW194": "a published estimate that is not kept here",
    "TW195": "a folder of panel data that was not named, or that is not there",
    "TW196": "a panel that is not known, absent from the folder, or without its columns",
    "TW197": "a frame without the key columns or with keys that cannot be, or a column given twice",
    "TW198": "keys that should name one row and name several",
    "TW199": "dyads whose two directions do not agree",
}
"""Every code an input error of this room can carry, with its meaning; stable once published."""
