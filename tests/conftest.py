"""What a test may need from outside, and when its absence is a failure rather than a skip.

Name the things that must be there in TIGHTROPE_REQUIRE, separated by commas:
`data` (the folder `shared` beside the repository), `browser` (a Chromium), `gambit`
(pygambit), `gcc` (a C compiler). What is named and absent fails; what is not named skips.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: Resident memory above which a worker drops its compiled programs after a file of tests.
ENOUGH_BYTES = 3e9
#: Folders whose tests solve the same small case: one worker compiles it for all of them.
SMALL = ("guarantee", "theory", "effect")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def absent(thing: str, reason: str) -> None:
    """Skip the test with `reason`, or fail it if `thing` is named in TIGHTROPE_REQUIRE."""
    required = os.environ.get("TIGHTROPE_REQUIRE", "").split(",")
    if thing in [word.strip() for word in required]:
        pytest.fail(f"{reason}, and TIGHTROPE_REQUIRE names '{thing}'", pytrace=False)
    pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests that share compiled programs into one group (before xdist reads the groups)."""
    for item in items:
        if item.path.parent.name in SMALL:
            item.add_marker(pytest.mark.xdist_group("small"))


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Find a file of the shared data folder by its path, such as `kiel/data_explorer.csv`."""

    def find(name: str) -> Path:
        path = ROOT.parent / "shared" / "data" / name
        if not path.exists():
            absent("data", f"shared/data/{name} is not beside the repository")
        return path

    return find


@pytest.fixture(scope="session")
def browser() -> str:
    """The command of a Chromium that can run headless."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        absent("browser", "no Chromium is installed")
    return str(found)


@pytest.fixture(scope="session")
def gambit() -> None:
    """Ensure that pygambit can be imported."""
    if importlib.util.find_spec("pygambit") is None:
        absent("gambit", "pygambit is not installed")


@pytest.fixture(scope="session")
def gcc() -> str:
    """The path of the C compiler."""
    found = shutil.which("gcc")
    if found is None:
        absent("gcc", "gcc is not installed")
    return str(found)


@pytest.fixture(scope="module", autouse=True)
def _programs_are_dropped() -> Iterator[None]:
    """Let go of compiled programs where they fill the memory; they are kept on disk."""
    yield
    jax = sys.modules.get("jax")
    pages = Path("/proc/self/statm")
    if jax is None or not pages.exists():
        return
    resident = int(pages.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    if resident > ENOUGH_BYTES:
        jax.clear_caches()
        gc.collect()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
