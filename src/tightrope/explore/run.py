"""Solve the worlds of a plan, going on from what a store already holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tightrope.explore.problem import Draws, Floats, Input, Problem
from tightrope.explore.store import CHUNK, FAILED, INPUTS, LIKELIHOOD, Plan, Store
from tightrope.explore.workers import ALONE, Crew, Progress
from tightrope.guarantee.record import weights_of

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Session:
    """Where and by whom worlds are solved.

    root  folder of stores;  crew  who solves;  progress  called with (what, done, total)
    """

    root: Path
    crew: Crew = ALONE
    progress: Progress | None = None
    chunk: int = CHUNK

    def store(self, problem: Problem, plan: Plan, *, record: bool) -> Store:
        """The plan's store with every chunk solved.

        Errors  InputError as for `Store.open`, `Store.save` and `Crew.solve`
        """
        store = Store.open(self.root, problem, plan)
        found = (store.missing(k, problem.options, record=record) for k in range(plan.chunks))
        tasks = [task for task in found if task is not None]
        done, total = plan.chunks - len(tasks), plan.chunks
        if self.progress and tasks:
            self.progress(f"{plan.name}: chunks of {plan.chunk} worlds", done, total)
        for task, solved in self.crew.solve(problem, plan, tasks):
            store.save(task, solved)
            done += 1
            if self.progress:
                self.progress(f"{plan.name}: chunks of {plan.chunk} worlds", done, total)
        return store


@contextmanager
def session(
    root: Path | None, crew: Crew = ALONE, progress: Progress | None = None, chunk: int = CHUNK
) -> Iterator[Session]:
    """A session with its stores under ``root``, or in a temporary folder that is then removed."""
    if root is not None:
        yield Session(root, crew, progress, chunk)
        return
    with tempfile.TemporaryDirectory(prefix="tightrope-") as folder:
        yield Session(Path(folder), crew, progress, chunk)


def draw(
    problem: Problem,
    session: Session,
    draws: int,
    seed: int,
    design: str = "sobol",
    outcomes: Sequence[str] | None = None,
    inputs: Sequence[Input] | None = None,
) -> Draws:
    """Worlds by a design, all options solved in the same ones, weighted by the record.

    outcomes, inputs  those to read back from the store; all if None. Of a million worlds the inputs
                      of a case fill gigabytes: who does not look at them should not read them.
    """
    plan = Plan("draws", draws, seed, design, session.chunk)
    store = session.store(problem, plan, record=True)
    names = list(problem.outcomes if outcomes is None else outcomes)
    wanted = problem.inputs if inputs is None else tuple(inputs)
    results, failed = outcomes_of(store, names)
    likelihood = np.asarray(store.read(store.place(None).name)[LIKELIHOOD])
    return Draws(
        wanted,
        store.matrix(INPUTS, [one.id for one in wanted]),
        problem.options,
        problem.titles,
        {name: problem.outcomes[name] for name in names},
        results,
        weights_of(likelihood[:, None]),
        {option: int(bad.sum()) for option, bad in failed.items()},
        {"design": design, "seed": seed, "draws": draws, "mended": len(store.mended)},
    )


def solve_rows(
    problem: Problem,
    session: Session,
    name: str,
    shares: Floats,
    seed: int,
    outcome: str,
    chunk: int | None = None,
) -> tuple[Mapping[str, Floats], Mapping[str, Flags]]:
    """One outcome of every option in rows that a method has laid out, option → (D,), and in which
    rows its cell failed.

    chunk  worlds solved together, where not those of the session
    """
    plan = Plan(name, shares.shape[0], seed, name, chunk or session.chunk, shares)
    store = session.store(problem, plan, record=False)
    results, failed = outcomes_of(store, [outcome])
    return {option: found[outcome] for option, found in results.items()}, failed


def outcomes_of(
    store: Store, names: Sequence[str]
) -> tuple[dict[str, dict[str, Floats]], dict[str, Flags]]:
    """Outcomes by option, NaN where a cell failed, and which cells failed."""
    results: dict[str, dict[str, Floats]] = {}
    failed: dict[str, Flags] = {}
    for option in store.problem.options:
        read = store.read(store.place(option).name, [*names, FAILED])
        failed[option] = bad = np.asarray(read[FAILED], dtype=bool)
        results[option] = {n: np.where(bad, np.nan, read[n].astype(float)) for n in names}
    return results, failed
