"""Small games in batches against Gambit's tracer of logit equilibria, both on all cores.

10,000 random games of three guarantors who move at once. Ours solves all of them in one batch for
each core. Gambit solves a random sample, one game at a time, one process for each core; its trees
are written and read before anything is timed. Gambit follows the principal branch up to λ and
returns the equilibrium there, so answers are compared on the sample: equal to 1e-8. Prints seconds
per game.
"""

from __future__ import annotations

import io
import multiprocessing
import time
from functools import partial

import jax
import numpy as np
from games import parts, random_games
from harness import QUICK, compare_times, cores, in_threads, note, timed
from numpy.typing import NDArray

from tightrope.game import Game, exponential_basis, respond
from tightrope.game.efg import guarantor_payoffs

PLAYERS = 3
GAMES = 1_000 if QUICK else 10_000
SAMPLE = 20 if QUICK else 200
EQUAL = 1e-8

Floats = NDArray[np.float64]


def tree(payoffs: Floats) -> str:
    """The simultaneous game as an ``.efg`` tree: one information set for each player."""
    names = " ".join(f'"P{i}"' for i in range(PLAYERS))
    lines = [f'EFG 2 R "guarantors" {{ {names} }}', '""']
    number = 0

    def below(taken: tuple[int, ...]) -> None:
        nonlocal number
        i = len(taken)
        if i < PLAYERS:
            lines.append(f'p "" {i + 1} 1 "set{i}" {{ "P{i}a0" "P{i}a1" "P{i}a2" }} 0')
            for r in range(3):
                below((*taken, r))
            return
        number += 1
        values = ", ".join(f"{v:.17g}" for v in payoffs[(slice(None), *taken)])
        label = "".join(map(str, taken))
        lines.append(f't "" {number} "o{label}" {{ {values} }}')

    below(())
    return "\n".join(lines) + "\n"


def gambit_worker(pipe, trees: list[str], precision: float) -> None:  # type: ignore[no-untyped-def]
    """Read the trees, then solve them all whenever asked; sends seconds and the answers."""
    import pygambit

    games = [pygambit.read_efg(io.StringIO(text)) for text in trees]
    pipe.send("ready")
    while pipe.recv():
        begin = time.perf_counter()
        found = [pygambit.qre.logit_solve_lambda(game, precision)[0].profile for game in games]
        seconds = time.perf_counter() - begin
        pipe.send((seconds, np.array([mixtures(profile) for profile in found])))


def mixtures(profile) -> list[list[float]]:  # type: ignore[no-untyped-def]
    """Probabilities by player and action; every player has a single information set."""
    mixes = [next(mix for _, mix in profile[f"P{i}"]) for i in range(PLAYERS)]
    return [[float(mix[f"P{i}a{r}"]) for r in range(3)] for i, mix in enumerate(mixes)]


class Gambit:
    """One process for each core, each with its share of the sample already read."""

    def __init__(self, trees: list[str], precision: float) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._count = len(trees)
        self._pipes, self._processes = [], []
        for k in range(cores()):
            ours, theirs = spawn.Pipe()
            work = (theirs, trees[k :: cores()], precision)
            process = spawn.Process(target=gambit_worker, args=work, daemon=True)
            process.start()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            pipe.recv()

    def solve(self) -> tuple[float, Floats]:
        """Seconds until the last process was done, and the answers (sample, player, action)."""
        for pipe in self._pipes:
            pipe.send(True)
        found = [pipe.recv() for pipe in self._pipes]
        answers = np.zeros((self._count, PLAYERS, 3))
        for k, (_, part) in enumerate(found):
            answers[k :: cores()] = part
        return max(seconds for seconds, _ in found), answers

    def close(self) -> None:
        """End the processes."""
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            pipe.send(False)
            process.join()


def one_of(game: Game, k: int) -> Game:
    """Game number k of a batch, as a batch of one."""
    return Game(*[a[..., k : k + 1] for a in game])


def main() -> None:
    """Compare and print one line for each precision."""
    try:
        import pygambit
    except ImportError:
        note("gambit: pygambit is not installed, nothing compared")
        return
    note(f"gambit: pygambit {pygambit.__version__}, sample of {SAMPLE} of {GAMES} games")
    for precision in (2.0, 10.0):
        run(precision)


def run(precision: float) -> None:
    """Solve, compare the answers on the sample, then time in turn."""
    # As many exponents as agreement to EQUAL takes, and no more.
    basis = exponential_basis(28, 300.0, points=100)
    game, certificate = random_games(PLAYERS, GAMES, basis, precision=precision)
    chosen = np.sort(np.random.default_rng(1).choice(GAMES, SAMPLE, replace=False))
    host = Game(*[np.asarray(a) for a in game])  # type: ignore[arg-type]
    payoffs = [guarantor_payoffs(one_of(host, int(k)), lead=0, basis=basis) for k in chosen]
    solve = partial(respond, lead=0, basis=basis)
    pieces = parts(game, cores())

    def ours() -> None:
        in_threads([lambda g=g: jax.block_until_ready(solve(g)) for g in pieces])  # type: ignore[misc]

    note(f"gambit: compile and first run {timed(ours):.1f} s (ours), {cores()} cores")
    found = [solve(g) for g in pieces]
    answers = np.concatenate([np.moveaxis(np.asarray(f.probability), -1, 0) for f in found])
    unsolved = sum(int((np.asarray(f.status) != 0).sum()) for f in found)
    rival = Gambit([tree(p) for p in payoffs], precision)
    try:
        _, theirs = rival.solve()
        apart = np.abs(answers[chosen] - theirs).max(axis=(1, 2))
        note(
            f"gambit: λ = {precision:g}, answers differ by {apart.max():.1e} at most; {unsolved} "
            f"unsolved; certificate {float(certificate.max()):.1e}"
        )
        if unsolved or apart.max() > EQUAL:
            raise SystemExit(f"gambit: {int((apart > EQUAL).sum())} of {SAMPLE} answers differ")
        compare_times(
            f"gambit_lambda{precision:g}",
            lambda: timed(ours) / GAMES,
            lambda: rival.solve()[0] / SAMPLE,
        )
    finally:
        rival.close()


if __name__ == "__main__":
    main()
