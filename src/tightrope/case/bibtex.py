"""Read the entries of a BibTeX file: kind, key, fields and line, and their text as it is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tightrope.treaty.errors import InputError, Where

MAX_CHARACTERS = 1_000_000
_ENTRY = re.compile(r"@\s*(?P<kind>[A-Za-z]+)\s*\{\s*(?P<key>[^\s,{}]+)\s*,")
_FIELD = re.compile(r"\s*(?P<name>[A-Za-z][A-Za-z0-9_-]*)\s*=\s*")
_BARE = re.compile(r"[A-Za-z0-9]+")

_ACCENTS = {
    **{'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304"},
    **{".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328"},
    **{"r": "\u030a", "d": "\u0323", "b": "\u0331"},
}
"""Commands that put a mark on the letter after them, with the mark that Unicode combines."""
_LETTERS = {
    **{"L": "Ł", "l": "ł", "O": "Ø", "o": "ø", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ"},
    **{"OE": "Œ", "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ"},
    **{"TH": "Þ", "dj": "đ", "DJ": "Đ"},
}
"""Commands that are letters of their own."""
_TEX = re.compile(
    r"""\\(?P<accent>["'`^~=.]|[cvuHkrdb](?![A-Za-z]))[\s{]*(?:\\(?=[ij](?![A-Za-z])))?(?P<on>[^\W\d_])
    |\\(?P<command>[A-Za-z]+)\s*|\\(?P<kept>[&%_$\#{}\ ])|(?P<dash>-{2,3})|(?P<tie>~)|[\\{}]""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Entry:
    """One work: its kind (article, book, ...), key, fields and the line where it begins."""

    kind: str
    key: str
    fields: dict[str, str] = field(hash=False)
    line: int


def read_bibliography(path: Path) -> tuple[Entry, ...]:
    """The entries of a BibTeX file, in its order.

    Errors: InputError (TW160) with file and line if the file or an entry cannot be read.
    """
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(
            f"the bibliography cannot be read ({error})",
            "TW160",
            Where(name),
            remedy="check the path; the file must be UTF-8 text",
        ) from None
    return tuple(_entries(_without_comments(text[:MAX_CHARACTERS]), name))


def plain(value: str) -> str:
    """The text of a field as it is read: accents and signs in place of commands and braces."""
    return unicodedata.normalize("NFC", _TEX.sub(_as_read, value))


def _as_read(found: re.Match[str]) -> str:
    if found["accent"]:
        return found["on"] + _ACCENTS[found["accent"]]
    if found["command"]:
        return _LETTERS.get(found["command"], "")
    if found["dash"]:
        return "–" if len(found["dash"]) == 2 else "—"
    return " " if found["tie"] else found["kept"] or ""


def people(value: str) -> list[str]:
    """The names in an author or editor field, which 'and' parts where no braces hold it."""
    names, begin = [], 0
    for match in re.finditer(r"\s+and\s+", value):
        name = value[begin : match.start()]
        if name.count("{") == name.count("}"):
            names.append(name)
            begin = match.end()
    return ["et al." if name == "others" else plain(name) for name in (*names, value[begin:])]


def _without_comments(text: str) -> str:
    return "\n".join("" if line.lstrip().startswith("%") else line for line in text.split("\n"))


def _entries(text: str, file: str) -> Iterator[Entry]:
    at = 0
    while (begin := text.find("@", at)) >= 0:
        line = text.count("\n", 0, begin) + 1
        match = _ENTRY.match(text, begin)
        if match is None:
            raise _unreadable("an entry does not begin '@kind{key,'", file, line)
        fields, at = _fields(text, match.end(), file, line)
        yield Entry(match["kind"].lower(), match["key"], fields, line)


def _fields(text: str, at: int, file: str, line: int) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while True:
        while at < len(text) and (text[at].isspace() or text[at] == ","):
            at += 1
        if at < len(text) and text[at] == "}":
            return fields, at + 1
        match = _FIELD.match(text, at)
        if match is None:
            raise _unreadable("a field is not of the form 'name = {value}'", file, line)
        value, at = _value(text, match.end(), file, line)
        fields[match["name"].lower()] = " ".join(value.split())


def _value(text: str, at: int, file: str, line: int) -> tuple[str, int]:
    opening = text[at : at + 1]
    if opening not in ("{", '"'):
        bare = _BARE.match(text, at)
        if bare is None:
            raise _unreadable("a field has no value", file, line)
        return bare[0], bare.end()
    depth, begin = 0, at + 1
    for place in range(at, len(text)):
        letter = text[place]
        depth += (letter == "{") - (letter == "}")
        closed = letter == "}" if opening == "{" else letter == '"' and place > at
        if closed and depth == 0:
            return text[begin:place], place + 1
    raise _unreadable("a value is not closed", file, line)


def _unreadable(what: str, file: str, line: int) -> InputError:
    return InputError(what, "TW160", Where(file, line), remedy="check braces and commas here")
