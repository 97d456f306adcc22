"""A results folder to which pages are added: whether it may be written to, and the writing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tightrope.cli.files import unwritable
from tightrope.cli.reporting import folder_complaints, needs_drawing
from tightrope.report.folder import beside, is_our_page

if TYPE_CHECKING:
    from tightrope.report.chapter import Chapter

KINDS = ("sensitivity", "flip", "robust", "discovery")
STORE, SEARCH, REPORT = "store", "search.json", "report.html"


def document_name(kind: str) -> str:
    """The file in which `explore` keeps its answer of a kind."""
    return f"explore-{kind}.json"


def check_pages(folder: Path) -> None:
    """Complain before the run, not after it; nothing is left behind. Errors: InputError."""
    needs_drawing()
    with folder_complaints(folder):
        if folder.exists() and not folder.is_dir():
            raise FileExistsError(f"'{folder}' is a file, not a folder")
        if folder.is_dir():
            _check_report(folder / REPORT)
            if any(folder.iterdir()) and not _is_ours(folder):
                raise FileExistsError(f"'{folder}' holds other files than results of ours")
        with beside(folder):
            pass


def _check_report(report: Path) -> None:
    """Errors: FileExistsError if pages cannot be added to the report that is there."""
    if not report.exists():
        return
    if not is_our_page(report):
        raise FileExistsError(f"'{report}' is not a report of ours")
    try:
        report.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FileExistsError(f"'{report}' is not text in UTF-8 any more") from None


def _is_ours(folder: Path) -> bool:
    """Whether what lies in a folder is of a run of ours; a name alone does not make it so."""
    store, search = folder / STORE, folder / SEARCH
    if (folder / REPORT).exists() or any((folder / document_name(k)).exists() for k in KINDS):
        return True
    if store.is_dir() and (not any(store.iterdir()) or any(store.glob("*/inputs"))):
        return True
    return search.is_file() and search.read_bytes().startswith(b'{"inputs"')


def make_store(folder: Path) -> None:
    """Make the place for draws, by which the folder is known as ours. Errors: InputError."""
    try:
        (folder / STORE).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error


def save_pages(folder: Path, title: str, pages: Sequence[Chapter], meta: str) -> None:
    """Put pages into the folder's report, or into a report of their own where there is none.

    title  of the case;  meta  the line that says which run the pages are from
    Errors: InputError if the folder cannot be written to.
    """
    from tightrope.report.added import add_pages

    try:
        folder.mkdir(parents=True, exist_ok=True)
        add_pages(folder, title, pages, meta)
    except OSError as error:
        raise unwritable(folder, error) from error
