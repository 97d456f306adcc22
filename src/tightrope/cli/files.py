"""Writing a file whole or not at all."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

from tightrope import whole
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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}."):
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "it is a folder")
    except OSError as error:
        raise unwritable(path, error) from error


def write_whole(path: Path, text: str) -> None:
    """Write `text` to `path` by way of a temporary file beside it, so no half file is left.

    Errors: InputError if the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole.write_whole(path, text)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> InputError:
    """The complaint that `path` cannot be written to, with the system's reason."""
    return InputError(
        f"'{path}' cannot be written ({error.strerror or error})",
        "TW170",
        Where(field="--out"),
        remedy="give a place where you may write",
    )
