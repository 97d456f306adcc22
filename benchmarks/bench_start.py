"""How long the command takes to start, against importing the packages that it stands on.

The rival is a Python process that imports typer, rich, pydantic and yaml and does nothing; limit:
four times its time. Checked first: the light commands never load jax, pandas or xarray.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

from harness import QUICK, line, note, timed

REPEATS = 5 if QUICK else 11
LIMIT = 4.0
RIVAL = [sys.executable, "-c", "import typer, rich.table, pydantic, yaml"]
COMMANDS = {"help": ["--help"], "lint": ["lint", "budapest-1994"]}
HEAVY = ("jax", "pandas", "xarray")
#: Runs a command inside the process and tells which heavy packages it loaded.
LOADED = (
    "import sys\n"
    "from tightrope.cli import main\n"
    "try:\n"
    "    main({arguments!r})\n"
    "except SystemExit:\n"
    "    pass\n"
    "print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)\n"
)


def run(command: list[str]) -> None:
    """Run to the end without showing the output; lint may return 0 or 1."""
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode > 1:
        raise SystemExit(f"start: {' '.join(command)} failed: {done.stderr.decode()}")


def loads(arguments: list[str]) -> str:
    """The heavy packages that a command loaded, as text."""
    code = LOADED.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr.strip().splitlines()[-1]


def main() -> None:
    """Check what is loaded, then time in turn; one line for each command."""
    calls = {"rival": RIVAL}
    for name, arguments in COMMANDS.items():
        found = loads(arguments)
        note(f"start: `tightrope {' '.join(arguments)}` loads of {HEAVY}: {found}")
        if found != "[]":
            raise SystemExit(f"start: `tightrope {name}` loads {found}")
        calls[name] = [sys.executable, "-m", "tightrope", *arguments]
    for command in calls.values():
        run(command)
    rows = [
        {name: timed(lambda c=command: run(c)) for name, command in calls.items()}  # type: ignore[misc]
        for _ in range(REPEATS)
    ]
    rival = statistics.median(row["rival"] for row in rows)
    for name in COMMANDS:
        ratios = [row["rival"] / row[name] for row in rows]
        ours = statistics.median(row[name] for row in rows)
        line(f"start_{name}", ours, rival, min(ratios), max(ratios))
        note(f"start: {name} takes {ours / rival:.2f} times the imports; limit {LIMIT:g}")


if __name__ == "__main__":
    main()
