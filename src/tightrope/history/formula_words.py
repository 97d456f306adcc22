"""The words of a formula: which are columns, which functions, and what R calls its terms."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tightrope.history.codes import FORMULA, VARIABLE, refuse


def _log(values: Any, base: float = math.e) -> Any:
    """R's logarithm, to any base."""
    return np.log(values) if base == math.e else np.log(values) / np.log(base)


FUNCTIONS: dict[str, Any] = {
    "log": _log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "log1p": np.log1p,
    "expm1": np.expm1,
}
"""Functions that a formula may use beside formulaic's own (`_GIVEN`)."""
_GIVEN = {"log", "log2", "log10", "exp", "exp2", "exp10", "I", "C", "poly", "scale", "center"}
CODED = {"factor": "C", "as.factor": "C"}
_LOGICAL = {"True": "TRUE", "False": "FALSE"}
_CONTRASTS = {"contr.treatment", "contr.sum", "contr.helmert", "contr.poly"}
_TOKEN = re.compile(
    r"\s*(?:(?P<quoted>`[^`]+`)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?)"
    r"|(?P<word>[^\W\d][\w.]*)|(?P<sign>\*\*|[=!<>]=|[-+*/:^(),=<>!%]))"
)

_BRACKETED = re.compile(r"\bI\(((?:[^()]|\([^()]*\))*)\)")
_COMPARISON = re.compile(r"[<>]|[=!]=")


def _tokens(part: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each token of a part."""
    place = 0
    while part[place:].strip():
        match = _TOKEN.match(part, place)
        if match is None:
            raise refuse(
                f"'{part[place:].strip()[0]}' cannot stand in the formula part '{part}'",
                FORMULA,
                remedy="use + - * : / ^ ( ), numbers, columns and functions",
            )
        kind = str(match.lastgroup)
        yield kind, match[kind]
        place = match.end()


def columns_in(part: str, table: pd.DataFrame) -> list[str]:
    """Columns named in a part. Errors: InputError for a word that is no column or function."""
    tokens = list(_tokens(part))
    found = []
    for number, (kind, text) in enumerate(tokens):
        following = tokens[number + 1][1] if number + 1 < len(tokens) else ""
        if kind == "quoted":
            found.append(text.strip("`"))
        elif kind == "word" and following == "(":
            if text not in _functions():
                raise refuse(
                    f"'{text}' is not a function that a formula may use",
                    FORMULA,
                    allowed=tuple(sorted(_functions())),
                    word=text,
                )
        elif kind == "word" and following == "=":
            continue
        elif kind == "word" and text not in _CONTRASTS | {"True", "False", "TRUE", "FALSE"}:
            found.append(text)
    check_columns(found, table, "the table")
    return found


def _functions() -> set[str]:
    return {*FUNCTIONS, *_GIVEN, *CODED, *_CONTRASTS}


def check_columns(words: Sequence[str], table: pd.DataFrame, place: str) -> None:
    """Check that each word is a column. Raises InputError (TW184)."""
    for word in words:
        if word not in table.columns:
            raise refuse(
                f"{place} has no column '{word}'",
                VARIABLE,
                allowed=tuple(str(name) for name in table.columns),
                word=word,
            )


def coded_in(part: str) -> set[str]:
    """Words that are coded by level, such as `k` in `factor(k)`."""
    found: set[str] = set()
    open_at: list[bool] = []
    last = ""
    for kind, text in _tokens(part):
        if text == "(":
            open_at.append(last in {*CODED, "C"})
        elif text == ")" and open_at:
            open_at.pop()
        elif kind in ("word", "quoted") and any(open_at):
            found.add(text.strip("`"))
        last = text
    return found


def compared(part: str) -> set[str]:
    """Words of those brackets of `I(…)` that hold a comparison, such as `x` in `I(x > 0)`."""
    words: set[str] = set()
    for group in _BRACKETED.findall(translated(part)):
        if _COMPARISON.search(group):
            words |= {w.strip("`") for kind, w in _tokens(group) if kind in ("word", "quoted")}
    return words


def translated(part: str) -> str:
    """R's way of writing in formulaic's: `factor` is `C`, a power in brackets is `**`."""
    words = []
    depth = 0
    for kind, text in _tokens(part):
        depth += {"(": 1, ")": -1}.get(text, 0) if kind == "sign" else 0
        if kind == "word":
            logical = {"TRUE": "True", "FALSE": "False"}
            text = CODED.get(text, logical.get(text, text))
            if "." in text and text not in _CONTRASTS:
                text = f"`{text}`"
        words.append("**" if text == "^" and depth else text)
    return re.sub(r"([\w.]) \(", r"\1(", " ".join(words))


def _named_true(group: re.Match[str]) -> str:
    outer = re.sub(r"\([^()]*\)", "", group[1])  # what is compared within is a number again
    return f"{group[0]}TRUE" if _COMPARISON.search(outer) else group[0]


def r_name(name: str, factor: str) -> str:
    """R's name of a column that formulaic names: `regime1[T.dem]` is `regime1dem`.

    A comparison gives true or false, which R names `I(x > 5)TRUE`.
    """
    name = _BRACKETED.sub(_named_true, name)
    if name == "Intercept":
        return "(Intercept)"
    name = re.sub(r"\[(?:T\.)?([^\]]*)\]", lambda m: _LOGICAL.get(m[1], m[1]), name)
    name = re.sub(r"(?<![\w.])C\(", f"{factor}(", name)
    return name.replace(" ** ", "^").replace("`", "")


def level_name(value: Any) -> str:
    """A value as R writes a level: whole numbers without a point."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
