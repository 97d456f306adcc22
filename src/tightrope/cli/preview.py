"""While a run goes on: what the texts say, then what is known of the options, marked as such."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tightrope.cli.files import write_whole
from tightrope.cli.output import say, spread

if TYPE_CHECKING:
    from tightrope.case import Case, Option
    from tightrope.guarantee import Assessment

FIRST = 5.0
"""Seconds from the start of the run before which no number is told: a short run needs none."""
LEADING = 3
"""Options that a preview names on the screen."""
TIMES = 4.0
"""Each further preview waits this many times as long as the one before."""


@contextmanager
def previews(
    case: Case, options: Sequence[Option], draws: int, folder: Path | None, command: str
) -> Iterator[Callable[[Assessment], None]]:
    """A callback that tells what is known so far, and keeps it as a page in `folder` if given.

    options, draws  of the whole run
    At once the page says what the texts say, which needs no number. It is gone when the run ends:
    the report takes its place, or nothing does.
    """
    begun, shown = time.monotonic(), 0
    page = None if folder is None else folder / _page_name()
    made = folder is not None and not folder.exists()

    def show(part: Assessment) -> None:
        nonlocal shown
        solved = len(part.results)
        if solved == len(options) and part.draws == draws:
            return  # the answer itself follows
        if not any(result.agreement for result in part.results):
            return  # nothing that could be signed is known yet
        past = time.monotonic() - begun
        if past < FIRST or (past < FIRST * TIMES**shown and solved < len(options)):
            return
        shown += 1
        words = caveat(case, part, len(options), draws)
        said = f"{words} Most durable so far: {_leading(part)}."
        if page is not None:
            write_whole(page, _page(case, part, command, words))
            said += f" See {page}"
        say(said)

    try:
        if page is not None:
            words = f"Preview from 0 of {draws} worlds: no number is known yet; the run goes on."
            write_whole(page, _texts(case, options, words))
            say(f"Until numbers are there, {page} shows what the texts promise and where they leak")
        yield show
    finally:
        if page is not None:
            page.unlink(missing_ok=True)
        if made and folder is not None and folder.exists() and not any(folder.iterdir()):
            folder.rmdir()


def caveat(case: Case, part: Assessment, options: int, draws: int) -> str:
    """What a preview rests on: how many worlds and options, and whether the record has spoken."""
    record = ", not yet weighed by the record" if case.record else ""
    return (
        f"Preview from {part.draws} of {draws} worlds and {len(part.results)} of {options} "
        f"options{record}; the run goes on."
    )


def _leading(part: Assessment) -> str:
    """The options that are ahead so far, with their ranges."""
    rows = [row for row in part.ranking()[:LEADING] if row["durable"]["mean"] is not None]
    return ", ".join(f"{row['option']} {spread(row['durable'])}" for row in rows) or "none solved"


def _page_name() -> str:
    from tightrope.report.folder import PREVIEW

    return PREVIEW


def _texts(case: Case, options: Sequence[Option], words: str) -> str:
    """What can be read before anything is solved."""
    from tightrope.cli.background import text_of
    from tightrope.cli.reporting import titles_of
    from tightrope.report.reading import reading

    titles = titles_of(case)
    return reading(case.title, {titles[o.id]: text_of(case, o) for o in options}, words)


def _page(case: Case, part: Assessment, command: str, words: str) -> str:
    """The minister's page of what is known so far."""
    from dataclasses import replace

    from tightrope.cli.reporting import results_of
    from tightrope.report.page import preview

    # Which parameter decides is not told: a part of the draws is no sample of its own.
    return preview(replace(results_of(case, part, command), worlds={}), words)
