"""The tutorial and the how-to pages can be followed step by step, in one folder."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pages import DOCS, steps_of

COMMAND = Path(sys.executable).with_name("tightrope")
SHELVES = ("howto", "explore", "history")
PAGES = ["tutorial.md"] + [
    f"{shelf}/{page.name}" for shelf in SHELVES for page in sorted((DOCS / shelf).glob("*.md"))
]
LONGEST = 600


@pytest.mark.xdist_group("model")
@pytest.mark.parametrize("page", [page for page in PAGES if any(steps_of(page))])
def test_a_page_can_be_followed(page: str, tmp_path: Path) -> None:
    """Each file that the page shows is written and each command that it gives ends well."""
    assert COMMAND.exists(), f"{COMMAND} is not there; install the package first (make test)"
    for name, step in steps_of(page):
        if name is not None:
            (tmp_path / name).write_text(step, encoding="utf-8")
            continue
        words = shlex.split(step)
        assert words[0] == "tightrope", step
        done = subprocess.run(
            [COMMAND, *words[1:]],
            capture_output=True,
            cwd=tmp_path,
            timeout=LONGEST,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{step}\n{done.stderr.decode()}"
        assert done.stdout or "--out" in words, f"{step} printed nothing"


def test_tables_in_how_to_pages_can_be_read_back(tmp_path: Path) -> None:
    """Each table of parameters that a page shows is one that the case takes."""
    from tightrope.case import load_case, read_parameter_csv

    files = [(n, t) for page in PAGES for n, t in steps_of(page) if n and n.endswith(".csv")]
    tables = [(name, text) for name, text in files if text.startswith("id,")]
    assert tables
    for name, text in tables:
        (tmp_path / name).write_text(text, encoding="utf-8")
        read_parameter_csv(load_case("ukraine"), tmp_path / name)
