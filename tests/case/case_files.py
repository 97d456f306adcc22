"""Read what the broken files of this folder expect, and copies of the library case."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tightrope.case.load import library
from tightrope.treaty import InputError

BROKEN = Path(__file__).parent / "broken"


def expectations(path: Path) -> dict[str, list[str]]:
    """The code, field and words that the comments at the head of a broken file name."""
    wanted: dict[str, list[str]] = {"code": [], "field": [], "says": []}
    lines = path.read_text(encoding="utf-8")
    for name, value in re.findall(r"^[#%] (code|field|says): (.*)$", lines, re.MULTILINE):
        wanted[name].append(value)
    return wanted


def compare(error: InputError, code: str, field: str | None, says: list[str]) -> None:
    """Assert that an error carries the code, the field (where one is named) and all the words."""
    assert error.code == code, str(error)
    if field is not None:
        assert error.where.field == field, str(error)
    for words in says:
        assert words in str(error), f"{words!r} is not in:\n{error}"
    assert f"docs/lint.md#{code.lower()}" in str(error)


def copy_of_the_case(folder: Path) -> Path:
    """A copy of the Ukraine case in `folder`."""
    return Path(shutil.copytree(library() / "ukraine", folder / "ukraine"))
