"""Every block of code and every command in the pages runs and does what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("model")
ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
KNOWN = {"python", "r", "console", "yaml", "json", "text", "csv", "math", "bibtex", "mermaid"}


def blocks(kind: str) -> list[Any]:
    """Fenced blocks of a kind over all pages, named by page and line."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            if match[1] == kind:
                line = text.count("\n", 0, match.start()) + 1
                found.append(pytest.param(match[2], id=f"{page.relative_to(ROOT)}:{line}"))
    return found


def same(shown: str, printed: str) -> bool:
    """Whether output is what the page shows, where `...` stands for anything."""
    parts = [re.escape(part.strip()) for part in " ".join(shown.split()).split("...")]
    return re.fullmatch(r"\s*" + ".*?".join(parts) + r"\s*", " ".join(printed.split())) is not None


@pytest.mark.parametrize("block", blocks("console"))
def test_console_blocks(tightrope: Any, block: str, tmp_path: Path) -> None:
    """Each `$ tightrope ...` line ends well and prints what the page shows under it."""
    steps = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    assert steps, "a console block has no line that begins with '$ '"
    for step in steps:
        line, _, shown = step.replace("\\\n", " ").partition("\n")
        words = shlex.split(line)
        if words[0] == "make":
            continue
        assert words[0] == "tightrope", f"only make and tightrope are run, not {words[0]}"
        answer = tightrope(*words[1:], cwd=tmp_path)
        assert answer.code == 0, answer.err
        if shown.strip():
            assert same(shown, answer.text), (
                f"the page shows\n{shown}\nbut this came\n{answer.text}"
            )


#: Pages whose blocks build on one another and on data: tests/docs/test_history_pages.py runs them.
IN_ORDER = "docs/history/"


@pytest.mark.parametrize(
    "block", [b for b in blocks("python") if not str(b.id).startswith(IN_ORDER)]
)
def test_python_blocks(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block of Python runs as it stands, on every page whose blocks stand alone."""
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "<page>", "exec"), {"__name__": "__main__"})


def test_blocks_are_of_a_known_kind() -> None:
    """Every fenced block names what it is, so that none escapes being run by accident."""
    for page in PAGES:
        fences = re.findall(r"^```(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(fences) % 2 == 0, f"{page.name}: a fence is not closed"
        for opening in fences[::2]:
            assert opening.split(" ")[0] in KNOWN, f"{page.name}: ```{opening}"


def test_every_command_is_documented(tightrope: Any) -> None:
    """Every command of the program is told of in the pages."""
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    commands = re.findall(r"^│ ([a-z-]+) ", tightrope("--help").text, re.MULTILINE)
    assert len(commands) >= 10
    for command in commands:
        assert f"tightrope {command}" in told, f"no page tells of 'tightrope {command}'"


@pytest.mark.soak
def test_readme_shows_what_make_assess_prints() -> None:
    """Picture, answer and reading in the README are those of today's model (run `make readme`)."""
    from readme_answer import PICTURE, readme

    draws = re.search(r"^DRAWS *\?= *(\d+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert draws is not None
    text, picture = readme(int(draws[1]))
    assert text == (ROOT / "README.md").read_text(encoding="utf-8")
    assert picture == PICTURE.read_text(encoding="utf-8")
