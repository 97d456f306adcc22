"""Better drafts: search the levers' grid, judge the front again in fresh worlds, and explain it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.case import Case
from tightrope.case.levers import Levers
from tightrope.explore.checkpoint import inputs_of, keep, recall
from tightrope.explore.difference import Difference, nearest
from tightrope.explore.front import covered, knee, not_dominated, scaled
from tightrope.explore.judge import Judge, Progress, check_objectives, label
from tightrope.explore.search import Memory, Point, evolve, exhaustive
from tightrope.explore.space import Space, grid_size, moved, neighbours
from tightrope.guarantee.assess import Result
from tightrope.treaty import InputError, Where, lint

Floats = NDArray[np.float64]

#: Fresh worlds have a seed that no search uses.
FRESH = 1_000_003
#: Drafts of the front that are judged again.
KEPT = 12


@dataclass(frozen=True)
class Effort:
    """How hard to search.

    draws        worlds in which a draft is judged;  seed  of these worlds
    seeds        independent searches;  budget  drafts that each may judge;  population  at once
    """

    draws: int = 64
    seed: int = 0
    seeds: int = 2
    budget: int = 120
    population: int = 16


def design(
    case: Case,
    levers: Levers,
    effort: Effort,
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
    solved: Path | None = None,
) -> tuple[dict[str, Any], Space, dict[str, Point]]:
    """Search for drafts that nobody beats on all objectives.

    folder   where what was judged is kept; a run with the same inputs goes on from there
    solved   folder of what is solved, see `solve_options`
    Returns  the document of ``tightrope design`` (without files), the space, and the draft of
             each id of its front
    Errors   InputError for levers, choices or objectives that cannot be
    """
    check_objectives(levers)
    space = Space(case, levers)
    searching = Judge(space, effort.draws, effort.seed, _overall(progress, space, effort), solved)
    inputs = inputs_of(space, effort.draws, effort.seed)
    memory = Memory(searching.search)
    if folder is not None:
        memory.kept = lambda: keep(memory, folder, inputs)
        recall(memory, folder, inputs)
    searches, asked = _search(space, memory, effort)
    points = list(asked)
    values = np.stack([memory.found[point] for point in points])
    _refuse_nothing(values, space, "of '{}' could be judged by these objectives")
    fresh = Judge(space, effort.draws, effort.seed + FRESH, progress, solved)
    chosen = _spread(points, values)
    results = fresh.results(chosen)
    there = [o for o in case.options if levers.existing is None or o.id in levers.existing]
    existing = fresh.options(there)
    again = np.stack([fresh.objectives(result) for result in results])
    turned = np.stack([fresh.to_minimise(row) for row in again])
    _refuse_nothing(turned, space, "of '{}' that was found could be judged again in fresh worlds")
    kept = not_dominated(turned)
    best = knee(np.where(kept[:, None], turned, np.inf))
    recommended = _recommended(turned, kept, best)
    effects, moves = _effects(space, fresh, chosen, recommended, best)
    front = [
        {
            "id": space.name(point),
            "title": space.title(point),
            "objectives": _named(levers, again[k]),
            "searched": _named(levers, searching.to_minimise(memory.found[point])),
            "told": fresh.told(results[k]),
            "kept": bool(kept[k]),
            "recommended": k in recommended,
            "levers": space.choices(point),
            "effects": effects.get(k, []),
            **_text(space, point, results[k]),
        }
        for k, point in enumerate(chosen)
        if kept[k] or k in recommended
    ]
    document = {
        "case": case.id,
        "base": levers.base,
        "draws": effort.draws,
        "seed": effort.seed,
        "fresh_seed": effort.seed + FRESH,
        "objectives": [{**one.model_dump(), "name": label(one)} for one in levers.objectives],
        "levers": [
            {
                "id": lever.id,
                "about": lever.about,
                "theme": lever.theme,
                "choices": [{"id": c.id, "title": c.title} for c in lever.positions],
            }
            for lever in levers.levers
        ],
        "grid": grid_size(space),
        "evaluations": len(points),
        "remembered": memory.begun,
        "searches": searches,
        "front": front,
        "lucky": [space.name(p) for k, p in enumerate(chosen) if not kept[k]],
        "knee": space.name(chosen[best]),
        "existing": [
            {
                "id": result.option.id,
                "title": result.option.title,
                "objectives": _named(levers, fresh.objectives(result)),
                "told": fresh.told(result),
            }
            for result in existing
        ],
        "moves": moves,
        "not_converged": int(sum(r.failed.sum() for r in [*results, *existing])),
    }
    names = {space.name(point): point for point in chosen}
    return document, space, {row["id"]: names[row["id"]] for row in front}


def _search(
    space: Space, memory: Memory, effort: Effort
) -> tuple[list[dict[str, Any]], dict[Point, None]]:
    """Search with each seed, or judge the whole grid where the budget allows."""
    asked: dict[Point, None] = {}
    if grid_size(space) <= effort.budget * effort.seeds:
        found = exhaustive(memory, space.sizes, space.allowed, effort.population)
        asked.update(dict.fromkeys(found))
        row = {"method": "exhaustive", "seed": None, "evaluations": len(found), "covered": 1.0}
        return [row], asked
    found_by = []
    for seed in range(effort.seeds):
        found = evolve(
            memory, space.sizes, space.allowed, len(space.levers.objectives),
            seed=effort.seed + seed, budget=effort.budget, population=effort.population,
            first=[space.start],
        )  # fmt: skip
        asked.update(dict.fromkeys(found))
        found_by.append(found)
    values = np.stack([memory.found[point] for point in asked])
    known = values[np.all(np.isfinite(values), axis=1)]
    low, high = (known.min(axis=0), known.max(axis=0)) if len(known) else (known, known)
    return [
        {
            "method": "nsga2",
            "seed": effort.seed + seed,
            "evaluations": len(found),
            "covered": covered(np.stack([memory.found[p] for p in found]), low, high)
            if len(known)
            else None,
        }
        for seed, found in enumerate(found_by)
    ], asked


def _overall(progress: Progress | None, space: Space, effort: Effort) -> Progress | None:
    """Progress of the whole search, from that of each generation."""
    if progress is None:
        return None
    whole = min(grid_size(space), effort.budget * effort.seeds)
    before, last = 0, (0, 0)

    def report(stage: str, done: int, total: int) -> None:
        nonlocal before, last
        if done < last[0]:
            before += last[1]
        last = done, total
        progress(f"drafts judged ({stage})", min(before + done, whole), whole)

    return report


def _refuse_nothing(values: Floats, space: Space, what: str) -> None:
    """Errors: InputError unless some draft has a number for every objective."""
    if not np.all(np.isfinite(values), axis=1).any():
        raise InputError(
            f"no draft {what.format(space.base.id)}", "TW214", Where(field="objectives"),
            remedy="choose outcomes that the base has, and levers that leave it signable, or take "
            "more draws",
        )  # fmt: skip


def _spread(points: Sequence[Point], values: Floats) -> list[Point]:
    """At most `KEPT` drafts of the front: knee, best by each objective, furthest apart."""
    rows = np.flatnonzero(not_dominated(values))
    own = values[rows]
    first = [knee(own), *np.argmin(own, axis=0).tolist()]
    picked = list(dict.fromkeys(int(k) for k in first))
    place = scaled(own, own.min(axis=0), own.max(axis=0))
    while len(picked) < min(KEPT, len(rows)):
        far = np.linalg.norm(place[:, None] - place[picked][None], axis=2).min(axis=1)
        picked.append(int(np.argmax(far)))
    return [points[rows[k]] for k in picked]


def _recommended(turned: Floats, kept: NDArray[np.bool_], best: int) -> list[int]:
    """The knee, and of those that stand in fresh worlds the best by each objective."""
    standing = np.where(kept[:, None], turned, np.inf)
    return list(dict.fromkeys([best, *(int(k) for k in np.argmin(standing, axis=0))]))


def _effects(
    space: Space, fresh: Judge, chosen: Sequence[Point], recommended: Sequence[int], best: int
) -> tuple[dict[int, list[dict[str, Any]]], list[dict[str, Any]]]:
    """What each change of the recommended drafts does, and what every lever does at the knee.

    An effect is the draft as it is less the draft with one lever back as in the base.
    """
    wanted: dict[Point, None] = dict.fromkeys(chosen[k] for k in recommended)
    back: dict[tuple[int, int], Point] = {}
    for k in recommended:
        for lever in moved(space, chosen[k]):
            other = (*chosen[k][:lever], 0, *chosen[k][lever + 1 :])
            if space.allowed(other):
                back[k, lever] = other
                wanted[other] = None
    around = neighbours(space, chosen[best])
    wanted.update(dict.fromkeys(other for _, other in around))
    asked = list(wanted)
    told = dict(zip(asked, map(fresh.told, fresh.results(asked)), strict=True))
    effects: dict[int, list[dict[str, Any]]] = {k: [] for k in recommended}
    for (k, lever), other in back.items():
        choice = space.positions[lever][chosen[k][lever]]
        effects[k].append(
            {
                "lever": space.levers.levers[lever].id,
                "choice": choice.id,
                "title": choice.title,
                "effect": _less(told[chosen[k]], told[other]),
            }
        )
    here = told[chosen[best]]
    moves = [
        {
            "lever": space.levers.levers[lever].id,
            "theme": space.levers.levers[lever].theme,
            "choice": space.positions[lever][other[lever]].id,
            "title": space.positions[lever][other[lever]].title,
            "told": told[other],
            "effect": _less(told[other], here),
        }
        for lever, other in around
    ]
    return effects, moves


def _less(one: dict[str, float | None], other: dict[str, float | None]) -> dict[str, float]:
    return {
        name: value - less
        for name, value in one.items()
        if value is not None and (less := other.get(name)) is not None
    }


def _named(levers: Levers, values: Floats) -> dict[str, float | None]:
    return {
        label(one): float(value) if np.isfinite(value) else None
        for one, value in zip(levers.objectives, values, strict=True)
    }


def _text(space: Space, point: Point, result: Result) -> dict[str, Any]:
    """The nearest option of the case, the changes from it, and what lint finds."""
    near: Difference = nearest(space.there, result.option, result.instrument)
    findings = lint(result.instrument, space.case.friends_of_challenger)
    return {
        "nearest": near.option,
        "changes": near.rows,
        "lint": [
            {
                "code": one.code,
                "severity": one.severity,
                "clause": one.clause,
                "reason": one.reason,
                "suggestion": one.suggestion,
            }
            for one in findings
        ],
    }
