"""Problems that are slow, die or fail now and then; run as a program, it solves a slow one.

python doubles.py FOLDER    solves `Slow` in 40 chunks into a store in FOLDER
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tightrope.explore import Draws, Question, Session, TestProblem, draw, explore
from tightrope.explore.problem import Floats, Solved

DRAWS, CHUNK = 320, 8


@dataclass(frozen=True)
class Slow(TestProblem):
    """A test problem of which a chunk takes a while; each chunk solved leaves a file."""

    folder: str = ""
    seconds: float = 0.0

    def solve(self, shares: Floats, options: Sequence[str], *, record: bool) -> Solved:
        """The same numbers, later."""
        time.sleep(self.seconds)
        if self.folder:
            name = f"{os.getpid()}-{time.monotonic_ns()}"
            (Path(self.folder) / name).touch()
        return super().solve(shares, options, record=record)


@dataclass(frozen=True)
class Deadly(TestProblem):
    """A test problem that kills the process solving it, as often as there are files to remove."""

    folder: str = ""

    def solve(self, shares: Floats, options: Sequence[str], *, record: bool) -> Solved:
        """The same numbers, if it lives."""
        for path in Path(self.folder).iterdir():
            path.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().solve(shares, options, record=record)


@dataclass(frozen=True)
class Failing(TestProblem):
    """A test problem of which every seventh world is not solved: its number is far off."""

    def solve(self, shares: Floats, options: Sequence[str], *, record: bool) -> Solved:
        """As solved, with wrong numbers where it is said to have failed."""
        solved = super().solve(shares, options, record=record)
        bad = np.floor(shares[:, 0] * 1e6) % 7 == 0
        return Solved(
            {o: {"y": np.where(bad, 1e9, v["y"])} for o, v in solved.outcomes.items()},
            {o: bad for o in solved.outcomes},
            solved.likelihood,
        )


def drawn(problem: TestProblem, root: Path, **more: object) -> Draws:
    """Draws of a problem in small chunks."""
    return draw(problem, Session(root, chunk=CHUNK, **more), DRAWS, 3)  # type: ignore[arg-type]


def same(a: Draws, b: Draws) -> bool:
    """Whether two sets of draws are equal to the last bit."""
    return (
        np.array_equal(a.values, b.values)
        and np.array_equal(a.weights, b.weights)
        and a.results.keys() == b.results.keys()
        and all(
            np.array_equal(v, b.results[o][n], equal_nan=True)
            for o, r in a.results.items()
            for n, v in r.items()
        )
    )


def ask(name: str, kind: str, root: Path, **more: object) -> dict[str, object]:
    """The document of one question about a test problem."""
    question = Question(kind, **more)  # type: ignore[arg-type]
    return explore(TestProblem(name), question, Session(root, chunk=4096), cheap=True)


if __name__ == "__main__":
    drawn(Slow("crossing", seconds=0.05), Path(sys.argv[1]))
