"""Under which conditions something holds: a shallow tree over the parameters, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from tightrope.case import Case

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DEPTH = 2
#: A condition covers at least this share of the worlds.
SMALLEST = 0.1
#: A condition is told only if the best of all boxes that could have been drawn would part worlds
#: as well by chance alone this rarely.
CHANCE = 0.05
NO_STRUCTURE = "no structure found"


class Condition(NamedTuple):
    """A box of worlds: limits by parameter (None = open), how many, and how often it holds there.

    holds, elsewhere  share of the worlds inside and outside the box in which it holds
    """

    limits: dict[str, tuple[float | None, float | None]]
    worlds: int
    holds: float
    elsewhere: float


def conditions(holds: Flags, parameters: Mapping[str, Floats]) -> list[Condition]:
    """The worlds in which something holds most often and least often, or nothing.

    holds       (D,), worlds in which it is known;  parameters  the same worlds by parameter, those
                that were found to matter (all others would only bring chance in)
    Source      Breiman et al. (1984), a tree at most two questions deep; Fisher's exact test
    """
    from sklearn.tree import DecisionTreeClassifier

    if not parameters or holds.all() or not holds.any():
        return []
    names = list(parameters)
    table = np.stack([parameters[name] for name in names], axis=1)
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=max(5, int(SMALLEST * holds.size)), random_state=0
    ).fit(table, holds)
    leaf = tree.apply(table)
    found = []
    for node, limits in _boxes(tree.tree_, names):
        inside = leaf == node
        if inside.all():
            continue
        counts = [
            [int((holds & side).sum()), int((~holds & side).sum())] for side in (inside, ~inside)
        ]
        cuts = sum(end is not None for ends in limits.values() for end in ends)
        tried = float(len(names) * holds.size) ** cuts
        if fisher_exact(np.array(counts))[1] * tried < CHANCE:
            found.append(
                Condition(
                    limits,
                    int(inside.sum()),
                    float(holds[inside].mean()),
                    float(holds[~inside].mean()),
                )
            )
    better = [one for one in found if one.holds > one.elsewhere]
    worse = [one for one in found if one.holds < one.elsewhere]
    most = sorted(better, key=lambda one: (-one.holds, -one.worlds))[:1]
    return most + sorted(worse, key=lambda one: (one.holds, -one.worlds))[:1]


def in_words(case: Case, one: Condition) -> str:
    """A condition as a sentence, with the meaning and unit of each parameter."""
    parts = [_limit(case, name, low, high) for name, (low, high) in one.limits.items()]
    return (
        f"where {' and '.join(parts)}: holds in {one.holds:.0%} of these {one.worlds} worlds, "
        f"in {one.elsewhere:.0%} of the others"
    )


def _limit(case: Case, name: str, low: float | None, high: float | None) -> str:
    parameter = case.parameter(name)
    unit = "" if parameter.unit in ("1", "number") else f" {parameter.unit}"
    if low is not None and high is not None:
        reach = f"between {low:.3g} and {high:.3g}{unit}"
    elif low is not None:
        reach = f"above {low:.3g}{unit}"
    else:
        reach = f"at most {high:.3g}{unit}"
    whose = f" of {parameter.actor}" if parameter.actor else ""
    return f"'{parameter.meaning.rstrip('.')}'{whose} ({name}) is {reach}"


def _boxes(
    tree: Any, names: Sequence[str]
) -> Iterator[tuple[int, dict[str, tuple[float | None, float | None]]]]:
    """Every leaf with its limits."""
    waiting: list[tuple[int, dict[str, tuple[float | None, float | None]]]] = [(0, {})]
    while waiting:
        node, limits = waiting.pop()
        if tree.children_left[node] == tree.children_right[node]:
            yield node, limits
            continue
        name, cut = names[tree.feature[node]], float(tree.threshold[node])
        low, high = limits.get(name, (None, None))
        waiting.append((int(tree.children_right[node]), {**limits, name: (cut, high)}))
        waiting.append((int(tree.children_left[node]), {**limits, name: (low, cut)}))
