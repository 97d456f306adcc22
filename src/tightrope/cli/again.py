"""The command line of a run, for its report to say how to get the same numbers again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from tightrope.cli.output import say

ARGUMENTS: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())
"""What the command was given; `main` sets it, also where a program and no shell calls it."""


def command_line() -> str:
    """The command line that gives the same numbers."""
    return shlex.join(["tightrope", *ARGUMENTS.get()])


@contextmanager
def going_on() -> Iterator[Path]:
    """A folder for what this command solves, from which the same command goes on if cut short."""
    from tightrope.guarantee import unfinished

    folder = None
    try:
        with unfinished.going_on(command_line()) as folder:
            yield folder
    except KeyboardInterrupt:
        if folder is not None and folder.is_dir():
            say(
                f"What was solved is kept for {unfinished.KEPT_DAYS} days: the same command goes "
                "on from there."
            )
        raise
