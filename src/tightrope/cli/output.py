"""What a command prints: one JSON document on stdout, or a few readable lines.

Progress and complaints go to stderr, so that stdout can be read by a program.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tightrope import __version__

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

SCHEMA_VERSION = "1"


def print_document(command: str, content: Mapping[str, Any]) -> None:
    """Print `content` as the one JSON document of `command`, in UTF-8, null where missing."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "tightrope_version": __version__,
        "command": command,
        **content,
    }
    print_json(document)


def print_json(document: Mapping[str, Any]) -> None:
    """Print a JSON document in UTF-8 whatever the locale."""
    text = json.dumps(plain(document), ensure_ascii=False, allow_nan=False, indent=2)
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()


def plain(value: Any) -> Any:
    """`value` in JSON's own types: dates as text, NaN and infinities as None."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def screen() -> Console:
    """The console for readable answers (stdout)."""
    from rich.console import Console

    return Console(highlight=False, markup=False)


def show(*parts: RenderableType) -> None:
    """Print readable parts, one under the other."""
    console = screen()
    for part in parts:
        console.print(part)


def say(message: str) -> None:
    """Tell the person at the terminal something that is not the answer (stderr)."""
    print(message, file=sys.stderr)


def spread(row: Mapping[str, float | None] | None) -> str:
    """A mean with its 5-95 % range, as in `.62 [.10-.95]`, or a dash where it is missing."""
    if row is None or row.get("mean") is None:
        return "–"
    mean, low, high = (_share(row.get(key)) for key in ("mean", "p05", "p95"))
    return f"{mean} [{low}–{high}]"


def _share(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{round(value, 2) + 0.0:.2f}"
    return text.replace("0.", ".", 1) if abs(value) < 0.995 else text
