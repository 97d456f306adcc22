"""Input errors of estimation: their codes, and one way to raise them."""

from __future__ import annotations

from tightrope.treaty.errors import InputError, Where

HISTORY_CODES: dict[str, str] = {
    "TW181": "a game that cannot be fitted, or a file that declares none",
    "TW182": "a table of data that cannot be read",
    "TW183": "a formula that cannot be read, or has the wrong number of parts",
    "TW184": "a column that is not in the table, or a value that it cannot have",
    "TW185": "no rows left, or too few for the parameters",
    "TW186": "outcomes that the game does not have, or that are never seen",
    "TW187": "weights below zero, or clusters that cannot be used",
    "TW188": "regressors that repeat one another",
    "TW189": "a specification that no data can tell apart",
    "TW190": "separation: a regressor that foretells an action without error",
    "TW191": "a fit that did not converge",
    "TW192": "a setting that the game does not have",
}
"""Every code an input error of this room can carry, with its meaning; stable once published."""

GAME = "TW181"
TABLE = "TW182"
FORMULA = "TW183"
VARIABLE = "TW184"
ROWS = "TW185"
OUTCOME = "TW186"
WEIGHT = "TW187"
COLLINEAR = "TW188"
UNIDENTIFIED = "TW189"
SEPARATION = "TW190"
CONVERGENCE = "TW191"
SETTING = "TW192"
UNWRITABLE = "TW170"
"""That of the command line for every file that cannot be written."""


def many(count: int, noun: str) -> str:
    """A number with its noun, such as `1 column` or `2 columns`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def refuse(
    what: str,
    code: str,
    *,
    field: str | None = None,
    allowed: tuple[str, ...] | None = None,
    remedy: str = "",
    word: str | None = None,
) -> InputError:
    """The error to raise: what is wrong, what is allowed and how to mend it."""
    return InputError(what, code, Where(field=field), allowed=allowed, remedy=remedy, word=word)
