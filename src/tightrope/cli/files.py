"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tightrope.treaty.errors import InputError, Where


def check_new(path: Path, force: bool) -> None:
    """Refuse to write over `path` unless `force`. Errors: InputError."""
    if path.exists() and not force:
        raise InputError(
            f"'{path}' exists",
            "TW170",
            Where(field="--out"),
            remedy="choose another name, or add --force to replace it",
        )


def write_whole(path: Path, text: str) -> None:
    """Write `text` to `path` by way of a temporary file beside it, so no half file is left.

    Errors: InputError if the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        Path(temporary).unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> InputError:
    """The complaint that `path` cannot be written to, with the system's reason."""
    return InputError(
        f"'{path}' cannot be written ({error.strerror or error})",
        "TW170",
        Where(field="--out"),
        remedy="give a place where you may write",
    )
