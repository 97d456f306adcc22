"""Twelve guarantors against the same algorithm in C with OpenMP, both on all cores.

Prints seconds per solve. Answers are compared first: equal to 1e-9, after as many passes.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import jax
import numpy as np
from games import parts, random_games
from harness import compare, cores, in_threads, note, timed
from numpy.typing import NDArray

from tightrope.game import Game, exponential_basis, respond
from tightrope.game.equilibrium import MAX_STEPS, TOLERANCE

PLAYERS, NODES, BATCH = 12, 40, 9600
FLAGS = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC"]
DOUBLES = ctypes.POINTER(ctypes.c_double)


class Setting(ctypes.Structure):
    """The struct of the same name in crisis.c."""

    _fields_ = [
        ("n", ctypes.c_int),
        ("nodes", ctypes.c_int),
        ("lead", ctypes.c_int),
        ("max_steps", ctypes.c_int),
        ("tolerance", ctypes.c_double),
    ]


def compiled(folder: str) -> ctypes.CDLL:
    """Compile crisis.c and load it."""
    library = Path(folder) / "crisis.so"
    source = Path(__file__).with_name("crisis.c")
    subprocess.run(["gcc", *FLAGS, str(source), "-o", str(library), "-lm"], check=True)
    return ctypes.CDLL(str(library))


def one_after_another(game: Game) -> NDArray[np.float64]:
    """The games with all numbers of one game side by side, as crisis.c reads them."""
    fields = [
        game.private[:, 0],
        game.stake,
        game.contribution[:, :, 1:],
        game.extent,
        game.peer[:, 0],
        game.omega,
        game.horror,
        game.escalation,
        game.precision,
        game.weights[0],
    ]
    batch = game.precision.shape[0]
    columns = [np.asarray(a).reshape(-1, batch) for a in fields]
    return np.ascontiguousarray(np.concatenate(columns).T)


def pointer(array: NDArray[np.float64]) -> ctypes.Array[ctypes.c_double]:
    return array.ctypes.data_as(DOUBLES)  # type: ignore[return-value]


def main() -> None:
    """Compare and print one line for each precision."""
    # Sides take turns: while ours runs, the rival's threads must sleep and not spin for work.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    if shutil.which("gcc") is None:
        note("crisis_c: no C compiler found, nothing compared")
        return
    basis = exponential_basis(NODES, 800.0, points=100)
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(folder)
        for precision in (4.6, 10.0):
            run(library, basis, precision)


def run(library: ctypes.CDLL, basis, precision: float) -> None:  # type: ignore[no-untyped-def]
    game, _ = random_games(PLAYERS, BATCH, basis, precision=precision)
    data = one_after_another(game)
    exponents = np.asarray(basis.exponents)[1:].copy()
    setting = Setting(PLAYERS, NODES, 0, MAX_STEPS, TOLERANCE)
    answer = np.zeros((BATCH, PLAYERS, 3))
    steps = np.zeros(BATCH, np.int32)

    def rival() -> None:
        library.respond_all(
            ctypes.byref(setting),
            pointer(exponents),
            ctypes.c_long(BATCH),
            ctypes.c_long(data.shape[1]),
            pointer(data),
            pointer(answer),
            steps.ctypes.data_as(ctypes.POINTER(ctypes.c_int)),
        )

    solve = partial(respond, lead=0, basis=basis, polish=False)
    pieces = parts(game, cores())

    def ours() -> None:
        in_threads([lambda g=g: jax.block_until_ready(solve(g)) for g in pieces])  # type: ignore[misc]

    note(f"crisis_c: compile and first run {timed(ours):.1f} s (ours), {cores()} cores")
    rival()
    found = [solve(g) for g in pieces]
    ours_p = np.concatenate([np.moveaxis(np.asarray(f.probability), -1, 0) for f in found])
    ours_k = np.concatenate([np.asarray(f.iterations) for f in found])
    apart = float(np.abs(ours_p - answer).max())
    note(f"crisis_c: answers differ by {apart:.1e}; passes {ours_k.mean():.2f}, {steps.mean():.2f}")
    if apart > 1e-9 or not all((f.status == 0).all() for f in found):
        raise SystemExit("crisis_c: the two programs do not give the same answers")
    compare(f"crisis_c_n{PLAYERS}_lambda{precision:g}", ours, rival, each=BATCH)


if __name__ == "__main__":
    main()
