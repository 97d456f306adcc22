"""The `tightrope` command: its sub-commands and its exit codes.

0 done (findings are not failures) · 1 our fault · 2 bad input · 3 a check that was asked for
failed · 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from types import FrameType
from typing import Annotated

import typer

from tightrope import __version__
from tightrope.cli import answers, better, catalogue, drafting, experts, exploring, fitting
from tightrope.cli.again import ARGUMENTS
from tightrope.cli.stopping import heard

OUR_FAULT, BAD_INPUT, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (catalogue, drafting, answers, exploring, experts, better, fitting):
    room.register(app)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"tightrope {__version__}")
        raise typer.Exit


@app.callback()
def tightrope(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Version.")
    ] = False,
) -> None:
    """Draft, stress-test and monitor security guarantees.

    Start with `tightrope cases`, then `tightrope assess ukraine`.
    """


def main(arguments: list[str] | None = None) -> int:
    """Run the command with `arguments` (default: the command line) and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    ARGUMENTS.set(tuple(given))
    try:
        with heard(_stop, signal.SIGTERM):
            app(args=given, prog_name="tightrope")
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else OUR_FAULT
        if code == INTERRUPTED:
            _complain("Interrupted. Nothing half-written is left behind.")
        return code
    except KeyboardInterrupt:
        _complain("Interrupted. Nothing half-written is left behind.")
        return INTERRUPTED
    except Exception as error:
        from tightrope.treaty import InputError  # only now: most runs need no treaty room

        if isinstance(error, InputError):
            _complain(str(error))
            return BAD_INPUT
        _confess(error)
        return OUR_FAULT
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    """End as Ctrl-C does when the system asks the program to end (SIGTERM)."""
    raise KeyboardInterrupt


def _complain(message: str) -> None:
    print(message, file=sys.stderr)


def _confess(error: Exception) -> None:
    """Say in one line that the fault is ours, with the traceback only where asked for."""
    if os.environ.get("TIGHTROPE_DEBUG") == "1":
        traceback.print_exception(error)
    words = " ".join(str(error).split())[:200]
    _complain(
        f"This is our fault, not yours: {type(error).__name__}: {words}. Please report it with "
        f"your command and version {__version__}; TIGHTROPE_DEBUG=1 shows where it happened."
    )
