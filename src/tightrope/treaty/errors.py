"""Errors in what a user wrote: what is wrong, where, what is allowed, and how to mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

INPUT_CODES: dict[str, str] = {
    "TW101": "the file is missing, is a folder or cannot be read",
    "TW102": "the file is not UTF-8 text",
    "TW103": "the text is not YAML, or uses a part of YAML that is not read here",
    "TW104": "a word that is not on the list of its field",
    "TW105": "an unknown key",
    "TW106": "a key that must be there is missing",
    "TW107": "a value of the wrong kind",
    "TW108": "a number that is not finite or out of its range",
    "TW109": "not a date",
    "TW110": "a key written twice in one block",
    "TW111": "an id or an actor used twice",
    "TW112": "an actor that is not among the parties",
    "TW113": "a reference to a clause that does not exist or is of another kind",
    "TW114": "a term of the instrument's life set twice",
    "TW115": "an entry into force that can never happen",
    "TW116": "dates in an order that cannot be",
    "TW117": "an instrument or a base that is not known",
    "TW118": "a change of a draft that cannot be made",
    "TW119": "a text too long, too deep or with aliases",
    "TW120": "an empty file, or one that is not a block of keys",
    "TW121": "an id or a text not in the form its field needs",
    "TW122": "a clause that contradicts itself",
    "TW123": "a protected state that is missing, or a role that only one state can hold",
}
"""Every code an input error of this room can carry, with its meaning; stable once published."""

_SHOWN = 24


@dataclass(frozen=True)
class Where:
    """The place of an error: file, line (from 1) and field in YAML terms, each if known."""

    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        """Render as ``file:line  field``, leaving out what is not known."""
        place = self.file or ""
        if self.line is not None:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
        return "  ".join(part for part in (place, self.field) if part)


def did_you_mean(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word nearest to ``word``, or None when none is near.

    Letters of the other case and underscores for hyphens count as the same letter.
    """
    plain = {_plain(option): option for option in allowed}
    near = difflib.get_close_matches(_plain(word), list(plain), n=1, cutoff=0.6)
    return plain[near[0]] if near else None


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-")


def field_path(parts: Sequence[str | int]) -> str:
    """Write a path in YAML terms, such as ``clauses[3].rule`` for ``("clauses", 3, "rule")``."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def path_parts(field: str) -> tuple[str | int, ...]:
    """Read a path written by `field_path` back into its parts."""
    return tuple(
        int(index) if index else name
        for name, index in re.findall(r"([^.\[\]]+)|\[(\d{1,9})\]", field)
    )


class InputError(Exception):
    """Something a user wrote cannot be used.

    what      the fault, one sentence without its full stop
    code      a stable code, see `INPUT_CODES`
    where     file, line and field, as far as known
    allowed   the values that would do, or None
    remedy    how to mend it, one sentence, or ""
    word      the word written, from which "Did you mean" is made, or None
    """

    def __init__(
        self,
        what: str,
        code: str = "TW107",
        where: Where = Where(),
        allowed: tuple[str, ...] | None = None,
        remedy: str = "",
        word: str | None = None,
    ) -> None:
        super().__init__(what, code, where, allowed, remedy, word)
        self.what = what
        self.code = code
        self.where = where
        self.allowed = allowed
        self.remedy = remedy
        self.word = word

    @property
    def meant(self) -> str | None:
        """The allowed word that was probably meant, or None."""
        if self.word is None or not self.allowed:
            return None
        return did_you_mean(self.word, self.allowed)

    def at(self, where: Where) -> InputError:
        """Return the same error with the place filled in where it was not known."""
        merged = replace(
            where,
            file=self.where.file or where.file,
            line=self.where.line if self.where.line is not None else where.line,
            field=self.where.field or where.field,
        )
        return self.placed(merged)

    def placed(self, where: Where) -> InputError:
        """Return the same error at another place."""
        return InputError(self.what, self.code, where, self.allowed, self.remedy, self.word)

    def problems(self) -> tuple[InputError, ...]:
        """Return the single problems this error stands for."""
        return (self,)

    def __str__(self) -> str:
        """Render the whole message: place, fault, what is allowed, what was meant, how to mend."""
        place = str(self.where)
        lines = [f"{place}: {self.what}." if place else f"{self.what}."]
        if self.allowed:
            shown = ", ".join(self.allowed[:_SHOWN])
            rest = len(self.allowed) - _SHOWN
            lines.append(f"  Allowed: {shown}{f' and {rest} more' if rest > 0 else ''}.")
        if self.meant is not None:
            lines.append(f"  Did you mean '{self.meant}'?")
        if self.remedy:
            lines.append(f"  How to mend: {self.remedy}.")
        lines.append(f"  Help: docs/lint.md#{self.code.lower()}")
        return "\n".join(lines)


class InputErrors(InputError):
    """Several problems of one text, shown together; catching `InputError` catches it too."""

    def __init__(self, found: Sequence[InputError]) -> None:
        first = found[0]
        super().__init__(
            first.what, first.code, first.where, first.allowed, first.remedy, first.word
        )
        self._found = tuple(single for one in found for single in one.problems())
        self.args = (self._found,)

    def problems(self) -> tuple[InputError, ...]:
        """Return the single problems, in the order they were found."""
        return self._found

    def at(self, where: Where) -> InputErrors:
        """Return the same problems, each with its place filled in where it was not known."""
        return InputErrors([problem.at(where) for problem in self._found])

    def placed(self, where: Where) -> InputErrors:
        """Return the same problems, all at another place."""
        return InputErrors([problem.placed(where) for problem in self._found])

    def __str__(self) -> str:
        """Render every problem, the first lines of each at the margin."""
        return "\n".join(str(problem) for problem in self._found)


def raise_all(found: Sequence[InputError]) -> None:
    """Raise what was found: nothing, one `InputError`, or one `InputErrors` for several."""
    if len(found) == 1:
        raise found[0]
    if found:
        raise InputErrors(found)
