"""Shared fixtures; see ``model_fixtures``."""

from __future__ import annotations

from model_fixtures import budapest, coalition, compile_cache, pytest_configure, small  # noqa: F401
