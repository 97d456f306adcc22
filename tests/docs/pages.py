"""Reads the pages: their tables, and the sessions that a reader is asked to follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
STEP = re.compile(
    r"^<!-- (?:file: (?P<file>\S+)|session) -->\n```\w+\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def text_of(page: str) -> str:
    """The text of a page, named from the folder of pages."""
    return (DOCS / page).read_text(encoding="utf-8")


def rows_under(page: str, heading: str) -> list[list[str]]:
    """Cells of the table rows under a heading, without the head of the table."""
    part = re.split(rf"^#+ {re.escape(heading)}$", text_of(page), flags=re.MULTILINE)[1]
    part = re.split(r"^#+ ", part, flags=re.MULTILINE)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def steps_of(page: str) -> Iterator[tuple[str | None, str]]:
    """What a reader is asked to do, in order: (file name, its text) or (None, command line)."""
    for match in STEP.finditer(text_of(page)):
        if match["file"]:
            yield match["file"], match["body"]
        else:
            for line in match["body"].replace("\\\n", " ").splitlines():
                yield None, line.removeprefix("$ ")


def named_in_code(text: str) -> set[str]:
    """Everything that a text sets in code type."""
    return set(re.findall(r"`([^`\n]+)`", text))
