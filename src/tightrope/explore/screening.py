"""Which inputs deserve indices: cheap screening of many inputs or groups of them.

Morris (1991) with groups (Campolongo, Cariboni and Saltelli 2007): μ* is the mean size of the
change of the outcome when a group is moved, along trajectories through the cube of shares.

Derivatives: ν = E[(∂f/∂u)²] over worlds bounds the total index of an input, S_T ≤ ν / (π² V), where
u is uniform on [0, 1] (Sobol' and Kucherenko 2009); √ν is reported as the derivative's size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tightrope.explore.problem import Problem, short_seed
from tightrope.explore.run import Session, solve_rows

Screened = tuple[dict[str, dict[str, float]], dict[str, int]]
LEVELS = 4
#: Trajectories through the cube; Morris' own examples take four to ten.
TRAJECTORIES = 4
#: Worlds in which derivatives are taken.
WORLDS = 8


def salib_seed(seed: int) -> int:
    """A seed as SALib takes it: below 2³², and not 0, which it takes for none."""
    return short_seed(seed) + 1


def salib_problem(names: Sequence[str], groups: Sequence[str] | None = None) -> dict[str, Any]:
    """Inputs as SALib wants them: shares, uniform on [0, 1]."""
    told: dict[str, Any] = {
        "num_vars": len(names),
        "names": list(names),
        "bounds": [[0.0, 1.0]] * len(names),
    }
    if groups is not None and len(set(groups)) > 1:
        told["groups"] = list(groups)
    return told


def morris(
    problem: Problem, session: Session, outcome: str, seed: int, trajectories: int = TRAJECTORIES
) -> Screened:
    """μ* of each group of inputs, option → group → μ*, in units of the outcome.

    Trajectories with a cell that failed are left out; an option with none left has no numbers.
    Returns  also how many cells of each option failed
    """
    from SALib.sample import morris as design

    groups = [one.group or one.id for one in problem.inputs]
    told = salib_problem([one.id for one in problem.inputs], groups)
    rows = np.asarray(
        design.sample(told, trajectories, num_levels=LEVELS, seed=salib_seed(seed)), dtype=float
    )
    found, failed = solve_rows(problem, session, "morris", rows, seed, outcome)
    order = list(dict.fromkeys(groups))
    each = len(order) + 1
    paths = rows.reshape(-1, each, rows.shape[1])
    members = np.array([[g == o for g in groups] for o in order])
    # Which group each step moves, (trajectories, groups).
    steps = np.abs(np.diff(paths, axis=1)) > 1e-12
    moved = np.einsum("tsk,gk->tsg", steps, members).argmax(axis=2)
    size = np.abs(np.diff(paths, axis=1)).max(axis=2)
    effects: dict[str, dict[str, float]] = {}
    for option, values in found.items():
        change = np.abs(np.diff(values.reshape(-1, each), axis=1)) / size
        sound = np.isfinite(change).all(axis=1)
        mean = np.array(
            [change[sound][moved[sound] == g].mean() if sound.any() else 0.0 for g in
             range(len(order))]
        )  # fmt: skip
        effects[option] = dict(zip(order, map(float, mean), strict=True)) if sound.any() else {}
    return effects, {option: int(bad.sum()) for option, bad in failed.items()}


def derivatives(
    problem: Problem, session: Session, outcome: str, seed: int, worlds: int = WORLDS
) -> Screened:
    """√ν of each input, option → input → √ν, in units of the outcome over its whole range.

    Returns  also how many worlds of each option have no value or no derivatives
    """
    shares = problem.rows(worlds, seed, "sobol", 0, worlds)
    names = [one.id for one in problem.inputs]
    found: dict[str, dict[str, float]] = {}
    failed: dict[str, int] = {}
    for done, option in enumerate(problem.options):
        if session.progress:
            session.progress(
                f"derivatives of {option} (programs compile for minutes the first time)",
                done,
                len(problem.options),
            )
        value, slope = problem.slopes(shares, option, outcome)
        sound = np.isfinite(value) & np.isfinite(slope).all(axis=1)
        size = np.sqrt((slope[sound] ** 2).mean(axis=0)) if sound.any() else np.zeros(len(names))
        found[option] = dict(zip(names, map(float, size), strict=True)) if sound.any() else {}
        failed[option] = int((~sound).sum())
    return found, failed


def strongest(effects: Mapping[str, Mapping[str, float]], count: int) -> list[str]:
    """The inputs or groups that move any option most, in order; each option's largest is 1."""
    score: dict[str, float] = {}
    for row in effects.values():
        most = max(row.values(), default=0.0)
        for name, size in row.items():
            score[name] = max(score.get(name, 0.0), size / most if most > 0 else 0.0)
    return sorted(score, key=lambda name: -score[name])[:count]
