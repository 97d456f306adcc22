"""Fronts of several objectives: who is not beaten, how much they cover, and the knee.

Rows are drafts, columns objectives, and less is better everywhere; `inf` marks a draft that could
not be judged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def not_dominated(points: Floats) -> Flags:
    """Rows that no other row matches everywhere and beats somewhere (Pareto 1906), (n,).

    Of several equal rows the first is kept.
    """
    kept: Flags = np.all(np.isfinite(points), axis=1)
    # By the sum of places: what dominates another comes before it.
    order = np.argsort(np.where(kept, points.sum(axis=1), np.inf), kind="stable")
    front: list[int] = []
    for row in order:
        if not kept[row]:
            continue
        held = points[front]
        if front and np.any(np.all(held <= points[row], axis=1)):
            kept[row] = False
        else:
            front.append(int(row))
    return kept


def scaled(points: Floats, low: Floats, high: Floats) -> Floats:
    """Objectives on a scale on which ``low`` is 0 and ``high`` is 1."""
    span = np.where(high > low, high - low, 1.0)
    return np.asarray((points - low) / span)


def covered(points: Floats, low: Floats, high: Floats) -> float:
    """Share of the box from ``low`` (all best) to ``high`` (all worst) that the rows dominate.

    The hypervolume indicator (Zitzler and Thiele 1998), computed exactly by pymoo.
    """
    from pymoo.indicators.hv import HV

    known = points[np.all(np.isfinite(points), axis=1)]
    if not known.size:
        return 0.0
    place = scaled(known, low, high)
    inside = place[np.all(place < 1.0, axis=1)]
    if not inside.size:
        return 0.0
    inside = inside[not_dominated(inside)]
    return float(HV(ref_point=np.ones(points.shape[1]))(np.maximum(inside, 0.0)))


def knee(points: Floats) -> int:
    """Row that lies furthest from the plane through the extremes, on the side of the best.

    With objectives scaled to [0, 1] over the rows, that is the row of the smallest sum (Das 1999).
    """
    known = np.all(np.isfinite(points), axis=1)
    place = scaled(points, points[known].min(axis=0), points[known].max(axis=0))
    return int(np.argmin(np.where(known, place.sum(axis=1), np.inf)))
