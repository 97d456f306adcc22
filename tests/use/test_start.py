"""How fast and how lightly the command starts."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

HEAVY = ("jax", "pandas", "xarray", "scipy", "altair", "pyarrow", "numpy")
SLOWEST = 4.0
"""Times the bare imports of typer, rich, pydantic and yaml that a start may take."""


def loaded_after(code: str) -> set[str]:
    """Names of the modules that are loaded after running `code` in a fresh interpreter."""
    script = f"import sys\n{code}\nprint(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.splitlines()[-1].split())


WORDS = [
    ["--version"],
    ["lint", "budapest-1994", "--json"],
    ["cases", "--json"],
    ["options", "ukraine", "--json"],
    ["parameters", "ukraine", "--csv"],
    ["schema", "assess"],
]


def test_import_is_light() -> None:
    """Importing the package or its command loads no numerical library."""
    assert not loaded_after("import tightrope; import tightrope.cli") & set(HEAVY)


@pytest.mark.parametrize("words", WORDS)
def test_light(words: list[str]) -> None:
    """A command that needs no numbers loads no numerical library."""
    code = f"from tightrope.cli import main; assert main({words!r}) == 0; print()"
    assert not loaded_after(code) & set(HEAVY)


@pytest.mark.parametrize("words", [["assess", "nowhere"], ["assess", "ukraine", "--set", "x=1"]])
def test_refuses_lightly(words: list[str]) -> None:
    """Bad input is refused before a numerical library is loaded."""
    code = f"from tightrope.cli import main; assert main({words!r}) == 2"
    assert not loaded_after(code) & set(HEAVY)


def fastest(words: list[str], times: int = 5) -> float:
    """Seconds of the fastest of several runs; other work on the machine only slows runs down."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, capture_output=True, timeout=60)
        taken.append(time.perf_counter() - start)
    return min(taken)


@pytest.mark.parametrize("words", [["--help"], ["lint", "budapest-1994"]])
def test_quick(words: list[str]) -> None:
    """Help and lint start within four times the bare imports of what they are made with."""
    bare = fastest(["-c", "import typer, rich.table, pydantic, yaml"])
    assert fastest(["-m", "tightrope", *words]) <= SLOWEST * bare
