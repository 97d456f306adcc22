"""Gives tests the installed command."""

from __future__ import annotations

from typing import Any

import pytest
from command import COMMAND, run


@pytest.fixture(scope="session")
def tightrope() -> Any:
    """The installed command: `tightrope("lint", "budapest-1994", "--json")` gives an Answer."""
    assert COMMAND.exists(), f"{COMMAND} is not there; install the package first (make test)"
    return run
