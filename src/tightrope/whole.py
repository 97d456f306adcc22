"""Write a file whole or not at all; every room that keeps files does it this way."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Put `content` in the place of a file, flushed to the disk under a name of its own before.

    A stop at any moment leaves the file as it was or as it should be, and two writers do not mix.
    Words are written as UTF-8. Errors: OSError, with nothing left behind.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # the temporary file is made for its owner alone
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
