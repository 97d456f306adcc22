"""The pages on history run, and what they show is what comes out."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from history_pages import HISTORY, SLOW, pages, rewritten

PAGES = [pytest.param(name, marks=[pytest.mark.soak] if name in SLOW else []) for name in pages()]


@pytest.mark.xdist_group("history")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_comes_out(
    page: str,
    shared_data: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every Python block runs and every output and table on the page is what comes out.

    After a change, run tests/docs/history_pages.py and look at what it wrote.
    """
    monkeypatch.setenv("TIGHTROPE_DATA", str(shared_data("war1800.parquet").parent))
    monkeypatch.chdir(tmp_path)
    assert rewritten(page) == (HISTORY / page).read_text(encoding="utf-8")


def test_every_name_for_r_users_exists() -> None:
    """Each function named beside an R call is where the table says it is."""
    text = (HISTORY / "coming-from-r.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tightrope\.history(?:\.\w+)*)\.(\w+)", text)
    assert len(named) > 20
    for module, name in named:
        assert hasattr(importlib.import_module(module), name), f"{module}.{name}"
