"""Scenario discovery: 'this guarantee fails when …', or that no structure was found.

Boxes come from PRIM (`boxes`) and rules from a tree (CART, Breiman et al. 1984). Neither is
believed on the worlds that it was made from: a box or tree is first made on a random half and must
stand on the other half, against the chance that it does so by luck, over all options and steps
looked at. Only then is it made anew on all worlds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import binom, mannwhitneyu

from tightrope.explore.boxes import Box, Flags, find_box
from tightrope.explore.cases import Failure, failure
from tightrope.explore.problem import Draws, Floats, constant, short_seed
from tightrope.explore.words import joined, limit, number
from tightrope.treaty import InputError, Where

#: Worlds and cases below which nothing is looked for.
LEAST, LEAST_CASES = 60, 12
#: Chance of any finding, over all that is looked at, where there is nothing.
BY_CHANCE = 0.001
MOST_BOXES = 3
DEPTH, LEAF = 3, 0.04
NOTHING = "no structure found"


def discovery(
    draws: Draws, outcome: str, seed: int, threshold: float | None = None
) -> dict[str, Any]:
    """Boxes and trees for every option.

    threshold  the outcome that parts failure from success; see `cases.failure` where None
    Returns    {boxes, trees, failures}
    Errors     InputError for too few worlds
    """
    check_worlds(draws.count)
    boxes: list[dict[str, Any]] = []
    trees: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    for option in draws.options:
        sought = failure(draws, option, outcome, threshold)
        share = float(draws.weights[sought.fails].sum() / draws.weights[sought.known].sum()) if (
            sought.known.any()
        ) else None  # fmt: skip
        count = int(sought.fails.sum())
        enough = min(count, int(sought.known.sum()) - count) >= LEAST_CASES
        found = _boxes(draws, option, outcome, sought, seed) if enough else []
        tree = _tree(draws, option, outcome, sought, seed) if enough else None
        said = found[0]["says"] if found else NOTHING
        if not enough:
            said = _too_few(sought, draws.result(option, outcome), outcome)
        boxes += found
        trees += [tree] if tree else []
        failures.append(
            {
                "option": option,
                "outcome": outcome,
                "threshold": sought.threshold,
                "says": sought.says + sought.beside,
                "worlds": count,
                "share": float(np.mean(sought.fails[sought.known])) if sought.known.any() else None,
                "share_by_record": share,
                "finding": said,
            }
        )
    return {"boxes": boxes, "trees": trees, "failures": failures, "draws": draws.count}


def check_worlds(count: int) -> None:
    """Errors: InputError for too few worlds, with the number needed."""
    if count < LEAST:
        raise InputError(
            f"{count} worlds are too few to find conditions in",
            "TW204",
            Where(field="--draws"),
            remedy=f"take at least {LEAST}; several hundred find conditions on two or three inputs",
        )


def _too_few(sought: Failure, values: Floats, outcome: str) -> str:
    """Why no condition is looked for: no outcome, one alone, or hardly any world on one side."""
    worlds, count = int(sought.known.sum()), int(sought.fails.sum())
    if not worlds:
        return "too few worlds to tell: the outcome is known in none"
    if constant(values):
        value = number(float(values[sought.known][0]))
        return f"{outcome} is the same in every world ({value}), so that nothing can part them"
    how_many = {0: "none of", worlds: "all"}.get(count, f"{count:,} of")
    return f"too few worlds to tell: {sought.says} in {how_many} {worlds:,}"


def _halves(count: int, seed: int) -> tuple[Flags, Flags]:
    """Two random halves of the worlds."""
    first = np.zeros(count, dtype=bool)
    first[np.random.default_rng(seed).permutation(count)[: count // 2]] = True
    return first, ~first


def _boxes(
    draws: Draws, option: str, outcome: str, sought: Failure, seed: int
) -> list[dict[str, Any]]:
    known = sought.known
    x, hits, weights = draws.values[known], sought.fails[known], draws.weights[known]
    left = np.ones(len(hits), dtype=bool)
    found: list[dict[str, Any]] = []
    bound = BY_CHANCE / (MOST_BOXES * max(1, len(draws.options)))
    while len(found) < MOST_BOXES:
        stands = _stands(x[left], hits[left], seed)
        if stands is None or stands["p"] > bound:
            break
        box = find_box(x[left], hits[left])
        if box is None:
            break
        inside = box.holds(x) & left
        found.append(
            _told(draws, option, outcome, sought, box, inside, hits, weights) | {"holdout": stands}
        )
        left &= ~inside
        if min(hits[left].sum(), (~hits[left]).sum()) < LEAST_CASES:
            break
    return found


def _stands(x: Floats, hits: Flags, seed: int) -> dict[str, Any] | None:
    """How a box made on one half does on the other; None if none could be made."""
    first, second = _halves(len(hits), seed)
    if min(hits[first].sum(), hits[second].sum()) < LEAST_CASES // 2:
        return None
    box = find_box(x[first], hits[first])
    if box is None:
        return None
    inside = box.holds(x[second])
    n, caught, base = int(inside.sum()), int(hits[second][inside].sum()), hits[second].mean()
    return {
        "n": n,
        "density": caught / n if n else None,
        "base": float(base),
        "p": float(binom.sf(caught - 1, n, base)) if n else 1.0,
    }


def _told(
    draws: Draws,
    option: str,
    outcome: str,
    sought: Failure,
    box: Box,
    inside: Flags,
    hits: Flags,
    weights: Floats,
) -> dict[str, Any]:
    """A box as a document tells it: ends that are open are those of the range."""
    limits, words = {}, []
    for column, (low, high) in sorted(box.limits.items(), key=lambda item: box.quasi_p[item[0]]):
        one = draws.inputs[column]
        limits[one.id] = [one.low if low is None else low, one.high if high is None else high]
        words.append(limit(one, low, high))
    both = inside & hits
    weighed, all_hits = float(weights[inside].sum()), float(weights[hits].sum())
    return {
        "option": option,
        "outcome": outcome,
        "limits": limits,
        "coverage": float(both.sum() / hits.sum()),
        "density": float(both.sum() / inside.sum()),
        "n": int(inside.sum()),
        "base": float(hits.mean()),
        "quasi_p": {draws.inputs[k].id: p for k, p in box.quasi_p.items()},
        "coverage_by_record": float(weights[both].sum() / all_hits) if all_hits > 0 else None,
        "density_by_record": float(weights[both].sum() / weighed) if weighed > 0 else None,
        "says": f"{sought.says} when {joined(words)}",
    }


def _tree(
    draws: Draws, option: str, outcome: str, sought: Failure, seed: int
) -> dict[str, Any] | None:
    """Rules of a shallow tree; None where its ranking of the other half could be luck."""
    from sklearn.tree import DecisionTreeClassifier

    known = sought.known
    x, hits = draws.values[known], sought.fails[known]
    first, second = _halves(len(hits), seed)

    def grown(rows: Flags) -> Any:
        leaf = max(5, int(LEAF * rows.sum()))
        tree = DecisionTreeClassifier(
            max_depth=DEPTH, min_samples_leaf=leaf, random_state=short_seed(seed)
        )
        return tree.fit(x[rows], hits[rows])

    if min(hits[first].sum(), hits[second].sum(), (~hits[second]).sum()) == 0:
        return None
    score = grown(first).predict_proba(x[second])[:, 1]
    truth = hits[second]
    if np.ptp(score) == 0:
        return None
    test = mannwhitneyu(score[truth], score[~truth], alternative="greater")
    if test.pvalue > BY_CHANCE / max(1, len(draws.options)):
        return None
    auc = float(test.statistic / (truth.sum() * (~truth).sum()))
    rules = _rules(grown(np.ones(len(hits), dtype=bool)), draws, x, hits, sought)
    return {
        "option": option, "outcome": outcome, "auc": auc, "p": float(test.pvalue), "rules": rules,
    }  # fmt: skip


def _rules(
    tree: Any, draws: Draws, x: Floats, hits: Flags, sought: Failure
) -> list[dict[str, Any]]:
    """The leaves in which failure is more frequent than on the whole, most frequent first."""
    parts, base = tree.tree_, hits.mean()
    leaves = tree.apply(x)
    rules = []

    def walk(node: int, limits: dict[int, tuple[float | None, float | None]]) -> None:
        if parts.children_left[node] == -1:
            inside = leaves == node
            density = float(hits[inside].mean())
            if density > base and limits:
                words = [limit(draws.inputs[k], low, high) for k, (low, high) in limits.items()]
                rules.append(
                    {
                        "says": f"{sought.says} when {joined(words)}",
                        "coverage": float((hits & inside).sum() / hits.sum()),
                        "density": density,
                        "n": int(inside.sum()),
                    }
                )
            return
        column, cut = int(parts.feature[node]), float(parts.threshold[node])
        low, high = limits.get(column, (None, None))
        walk(int(parts.children_left[node]), {**limits, column: (low, cut)})
        walk(int(parts.children_right[node]), {**limits, column: (cut, high)})

    walk(0, {})
    return sorted(rules, key=lambda rule: -rule["density"])
