"""What a command prints: one JSON document on stdout, or a few readable lines.

Progress and complaints go to stderr, so that stdout can be read by a program.
"""

from __future__ import annotations

import errno
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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
    print_text(json.dumps(plain(document), ensure_ascii=False, allow_nan=False, indent=2) + "\n")


def print_text(text: str) -> None:
    """Print text in UTF-8 whatever the locale. Errors: InputError if there is no place for it."""
    with _answering():
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()


@contextmanager
def _answering() -> Iterator[None]:
    """Say in words that standard output cannot be written to, such as on a full disk."""
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed")
        yield
    except BrokenPipeError:  # the reader has seen enough
        raise
    except OSError as error:
        from tightrope.treaty import InputError, Where  # only now: most runs need no treaty room

        if sys.stdout is not None:  # or the rest of the answer fails once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise InputError(
            f"the answer cannot be written ({error.strerror or error})",
            "TW170",
            Where(field="standard output"),
            remedy="send it to a place where there is room and where you may write",
        ) from error


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
    with _answering():
        console = screen()
        for part in parts:
            console.print(part)
        sys.stdout.flush()


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
