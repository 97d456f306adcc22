"""Fixtures that the tests of the model and of its theory share (imported by their conftest)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_case import OneWorld, SmallCase, small_case

from tightrope.guarantee.runtime import enable_compile_cache


def pytest_configure(config: pytest.Config) -> None:
    """Let a program that another worker is still writing be compiled anew without a warning."""
    config.addinivalue_line("filterwarnings", "ignore:Error reading persistent compilation cache")


@pytest.fixture(scope="session", autouse=True)
def compile_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep compiled programs for all workers of a session (or in TIGHTROPE_TEST_CACHE)."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = Path(os.environ.get("TIGHTROPE_TEST_CACHE", shared / "cache"))
    folder.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        enable_compile_cache()
        yield folder


@pytest.fixture(scope="session")
def small(compile_cache: Path) -> SmallCase:
    """Ukraine with the lead, a leader of the coalition, a neighbour and a friend of Russia."""
    return small_case()


@pytest.fixture(scope="session")
def coalition(small: SmallCase) -> OneWorld:
    """The coalition of the willing, solved step by step in drawn worlds."""
    return small.solved("coalition-willing")


@pytest.fixture(scope="session")
def budapest(small: SmallCase) -> OneWorld:
    """The assurances of 1994, whose procedure may be blocked, in the same worlds."""
    return small.solved("budapest-1994")
