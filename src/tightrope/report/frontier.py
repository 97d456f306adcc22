"""Which options nobody beats on both counts, and where to write their numbers in a chart."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

OFFSETS = tuple(
    (reach * math.cos(math.radians(angle)), reach * math.sin(math.radians(angle)))
    for reach in (11.0, 14.0, 18.0, 23.0, 29.0)
    for angle in (0, 180, 270, 90, 315, 225, 45, 135)
)
"""Places of a number beside its mark, in px, best first."""
APART = 10.0
"""Centres of marks and numbers nearer than this, in px, cover each other."""
WIDE = 1.4
"""A number of two digits is this much wider than high."""


def frontier(data: pd.DataFrame, x: str, y: str) -> list[str]:
    """Ids (column `option`) that no other row matches or beats on x and y at once, by rising x.

    Rows where either is missing are never on it. Source: Pareto (1906).
    """
    known = data.dropna(subset=[x, y]).sort_values([x, y], ascending=False)
    best, kept = -float("inf"), []
    for row in known.to_dict("records"):
        if row[y] > best:
            best = row[y]
            kept.append(str(row["option"]))
    return kept[::-1]


def beside(
    places: Sequence[tuple[float, float]], size: tuple[float, float]
) -> list[tuple[float, float]]:
    """Where to write the number of each mark so that little is covered, in px like `places`."""
    taken = list(places)
    found = []
    for x, y in places:
        options = [(x + dx, y + dy) for dx, dy in OFFSETS]

        def cost(at: tuple[float, float], x: float = x, y: float = y) -> float:
            outside = not (4 <= at[0] <= size[0] - 4 and 4 <= at[1] <= size[1] - 4)
            close = [((at[0] - u) / WIDE) ** 2 + (at[1] - v) ** 2 for u, v in taken]
            far = math.hypot(at[0] - x, at[1] - y)
            return (
                2.0 * outside + 0.01 * far + sum(max(0.0, APART**2 - d) for d in close) / APART**2
            )

        best = min(options, key=cost)
        taken.append(best)
        found.append(best)
    return found
