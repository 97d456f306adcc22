"""The wording of two texts as a redline: what is struck out and what is put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from html import escape
from typing import Any

WORDS = re.compile(r"\s+|[^\s]+")

LEFT_OUT = ("says", "id", "kind", "source")
"""Fields of a clause that are told first, or that say nothing of what is promised."""
NO_NAMES: Mapping[str, str] = {}


def redline(old: str, new: str) -> str:
    """Both texts in one as HTML: `<del>` for words only in the old, `<ins>` for the new."""
    a, b = WORDS.findall(old), WORDS.findall(new)
    parts = []
    for same, struck, put in _runs(a, b):
        if same:
            parts.append(escape(struck))
            continue
        parts.append(f"<del>{escape(struck)}</del>" if struck.strip() else "")
        parts.append(" " if struck.strip() and put.strip() else "")
        parts.append(f"<ins>{escape(put)}</ins>" if put.strip() else escape(put))
    return "".join(parts)


def _runs(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """Whether a run is in both, what the old has there and what the new has.

    Changes that only a space keeps apart are one change, so that phrases stay whole.
    """
    struck, put = "", ""
    for what, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        old, new = "".join(a[i:j]), "".join(b[k:m])
        if what == "equal" and not ((struck or put) and not old.strip()):
            if struck or put:
                yield False, struck, put
            yield True, old, new
            struck, put = "", ""
        else:
            struck, put = struck + old, put + new
    if struck or put:
        yield False, struck, put


def wording(value: Any, names: Mapping[str, str] = NO_NAMES) -> str:
    """A clause, or a part of one, in words: what it says first, then its fields.

    names  of states, by the id that stands for each in the texts
    """
    if value is None:
        return ""
    if isinstance(value, Mapping):
        said = [str(value["says"]).removesuffix(".")] if value.get("says") else []
        rest = [
            f"{_plain(name, names)}: {_one(item, names)}"
            for name, item in value.items()
            if name not in LEFT_OUT and item not in (None, [], (), {})
        ]
        return "; ".join([*said, *rest])
    return _one(value, names)


def _one(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        return "{" + wording(value, names) + "}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
        return "; ".join(_entry(item, names) for item in value)
    if isinstance(value, list | tuple):
        return ", ".join(_one(item, names) for item in value) or "none"
    return _plain(value, names)


def _entry(value: Any, names: Mapping[str, str]) -> str:
    """One of a list of blocks: its first value, the others in brackets, sources left out."""
    if not isinstance(value, Mapping):
        return _one(value, names)
    told = [
        (name, _one(item, names)) for name, item in value.items() if not name.endswith("source")
    ]
    first, rest = told[0][1], [f"{_plain(name, names)}: {words}" for name, words in told[1:]]
    return f"{first} ({', '.join(rest)})" if rest else first


def only_changed(old: Any, new: Any) -> tuple[Any, Any]:
    """Two lists of blocks without the blocks that stand in both, which are counted instead."""
    lists = isinstance(old, list | tuple) and isinstance(new, list | tuple)
    both = [item for item in old if item in new and isinstance(item, Mapping)] if lists else []
    if not both:
        return old, new
    rest = f"{len(both)} more, the same in both"
    return (
        [*(item for item in old if item not in both), rest],
        [*(item for item in new if item not in both), rest],
    )


def _plain(word: Any, names: Mapping[str, str]) -> str:
    """A word of a text, or the name of the state that it stands for."""
    told = str(word)
    return names.get(told) or told.replace("_", " ").replace("protege", "protégé")
