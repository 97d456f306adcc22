"""Writing a file whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tightrope.treaty.errors import InputError, Where


def check_new(path: Path, force: bool) -> None:
    """Refuse to write over `path` unless `force`. Errors: InputError."""
    try:
        there = path.exists()
    except OSError as error:
        raise unwritable(path, error) from error
    if there and not force:
        raise InputError(
            f"'{path}' exists",
            "TW170",
            Where(field="--out"),
            remedy="choose another name, or add --force to replace it",
        )


def check_place(path: Path) -> None:
    """Refuse, before long work, a file that could not be written. Errors: InputError."""
    with _beside(path):
        if path.is_dir():
            raise unwritable(path, IsADirectoryError(errno.EISDIR, "it is a folder"))


def write_whole(path: Path, text: str) -> None:
    """Write `text` to `path` by way of a temporary file beside it, so no half file is left.

    Errors: InputError if the place cannot be written to.
    """
    with _beside(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(0o644)
        temporary.replace(path)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A temporary file beside `path`, removed at the end if it is still there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise unwritable(path, error) from error
    os.close(handle)
    try:
        yield Path(name)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> InputError:
    """The complaint that `path` cannot be written to, with the system's reason."""
    return InputError(
        f"'{path}' cannot be written ({error.strerror or error})",
        "TW170",
        Where(field="--out"),
        remedy="give a place where you may write",
    )
