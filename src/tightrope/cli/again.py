"""The command line of a run, for its report to say how to get the same numbers again."""

from __future__ import annotations

import shlex
from contextvars import ContextVar

ARGUMENTS: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())
"""What the command was given; `main` sets it, also where a program and no shell calls it."""


def command_line() -> str:
    """The command line that gives the same numbers."""
    return shlex.join(["tightrope", *ARGUMENTS.get()])
