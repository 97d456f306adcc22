"""Progress on stderr with the time left: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tightrope.cli.stopping import heard

Report = Callable[[str, int, int], None]
"""Takes what has just been done, how many steps are done, and how many there are."""
SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def progress() -> Iterator[Report]:
    """A callback (stage, done, total) that shows how far a long answer has come.

    An interruption (Ctrl-C or SIGTERM) is remembered: where it strikes code that swallows it, the
    next call of the callback, from whatever thread, raises KeyboardInterrupt again.
    """
    stopping = threading.Event()

    def stop(*_: object) -> None:
        stopping.set()
        raise KeyboardInterrupt

    def checked(report: Report) -> Report:
        def shown(stage: str, done: int, total: int) -> None:
            if stopping.is_set():
                raise KeyboardInterrupt
            report(stage, done, total)

        return shown

    with heard(stop, signal.SIGINT, signal.SIGTERM), _shown() as report:
        yield checked(report)


@contextmanager
def _shown() -> Iterator[Report]:
    """The bar on a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        with _lines() as report:
            yield report
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeLeft())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def report(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield report


@contextmanager
def _lines() -> Iterator[Report]:
    """A callback that writes a line at the start and then every ten seconds.

    What comes in between is held back; the latest of it is written when the time is up, so that a
    long step is named although a short one went before it.
    """
    begin = latest = time.monotonic()
    written = begin - SECONDS_BETWEEN_LINES
    before = (0, 0)
    turn, timer, held = threading.Lock(), None, ""

    def write() -> None:
        nonlocal written, timer
        with turn:
            written, timer = time.monotonic(), None
            print(held, file=sys.stderr, flush=True)

    def report(stage: str, done: int, total: int) -> None:
        nonlocal timer, held, begin, latest, before
        now = time.monotonic()
        if total != before[1] or done < before[0]:  # another count, whose steps take their own time
            begin = latest
        latest, before = now, (done, total)
        left = f", about {(now - begin) * (total - done) / done:.0f} s left" if done else ""
        with turn:
            held = f"{stage}: {done} of {total}{left}"
            wait = written + SECONDS_BETWEEN_LINES - now
            if timer is None and wait > 0.0:
                timer = threading.Timer(wait, write)
                timer.daemon = True
                timer.start()
        if wait <= 0.0 and timer is None:
            write()

    try:
        yield report
    finally:
        with turn:
            if timer is not None:
                timer.cancel()
