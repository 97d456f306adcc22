"""The theory tests use the made-up horizons and the small case of ``tests/guarantee``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "guarantee"))

from model_fixtures import (  # noqa: F401
    budapest,
    coalition,
    compile_cache,
    pytest_configure,
    small,
)
