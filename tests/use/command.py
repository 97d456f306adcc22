"""The installed command, run as a person or a program would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).with_name("tightrope")
LONGEST = 600


@dataclass(frozen=True)
class Answer:
    """What a run of the command printed and how it ended."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.out.decode()

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output, refusing NaN and Infinity."""

        def refuse(word: str) -> None:
            raise AssertionError(f"{word} is not JSON")

        assert self.code == 0, self.err
        found: dict[str, Any] = json.loads(self.out, parse_constant=refuse)
        return found


def run(
    *words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Answer:
    """Run the installed `tightrope` with these words."""
    done = subprocess.run(
        [COMMAND, *map(str, words)],
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        timeout=LONGEST,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Answer(done.returncode, done.stdout, done.stderr.decode())
