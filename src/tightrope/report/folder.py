"""A results folder that appears whole or not at all.

The files are written to a temporary folder beside the wanted one, which then takes its place by
renaming. A run that is interrupted leaves what stood there before.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SEAL = "report.html"
"""The page by which a results folder of ours is known, so that no other folder is replaced."""
GENERATOR = '<meta name="generator" content="Tightrope">'
"""The mark in the head of every page of ours; a file that only has the page's name lacks it."""
_HEAD = 1_000
PREVIEW = "preview.html"
"""The page that stands in a results folder while its run goes on."""


def check_folder(folder: Path, seal: str = SEAL) -> None:
    """Make sure that results can be written to `folder`, before hours are spent on them.

    Errors: FileExistsError if it holds something else than results of ours; OSError if it or a
    folder above it cannot be written to.
    """
    if folder.exists():
        if not folder.is_dir():
            raise FileExistsError(f"'{folder}' is a file, not a folder")
        foreign = {path.name for path in folder.iterdir()} - {PREVIEW}
        if foreign and not is_our_page(folder / seal):
            raise FileExistsError(f"'{folder}' holds other files, which would be lost")
    with beside(folder):
        pass


def is_our_page(page: Path) -> bool:
    """Whether a file is a page that we wrote."""
    if not page.is_file():
        return False
    with page.open(encoding="utf-8", errors="replace") as text:
        return GENERATOR in text.read(_HEAD)


@contextmanager
def whole_folder(folder: Path, seal: str = SEAL) -> Iterator[Path]:
    """A temporary folder that takes the place of `folder` if the block ends without an error."""
    check_folder(folder, seal)
    with beside(folder) as temporary:
        yield temporary
        _swap(temporary, folder)


def _swap(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`, or leave that as it was, wherever a stop strikes.

    Whatever else lies there, such as a reader's notes or what `explore` solved, is kept.
    """
    old = new.with_name(new.name + ".old")
    here = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    kept = [name for name in here if name != PREVIEW and not (new / name).exists()]
    try:
        for name in kept:
            os.rename(folder / name, new / name)
        if folder.exists():
            os.rename(folder, old)
        os.rename(new, folder)
    except BaseException:
        before = folder if folder.exists() else old
        for name in kept:
            if os.path.lexists(new / name):
                os.rename(new / name, before / name)
        if before == old and old.exists():
            os.rename(old, folder)
        raise
    finally:
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """A temporary folder beside `folder`, removed at the end if it is still there."""
    parent = folder.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=parent, prefix=f".{folder.name}."))
    try:
        temporary.chmod(0o755)
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
