"""PRIM boxes: where in the space of inputs the worlds looked for gather.

A box is peeled patiently (Friedman and Fisher 1999, by ema-workbench), the step of the peeling
with the largest z is taken,

    z = (density − base) √n / √(base (1 − base)),

its bounds are then moved, one at a time, to where z is largest, and limits that add nothing are
dropped by their quasi-p-value (Bryant and Lempert 2010): the chance of so many hits if the worlds
of the box without that limit were drawn from at random.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from tightrope.explore.problem import Floats

Flags = NDArray[np.bool_]
#: Inputs that a peeling looks at, picked on the same worlds that it peels.
LOOKED_AT = 30
#: A limit is kept if so many hits would come about by chance less often than this, over all inputs
#: and the places on each where a box of the least size can lie.
NEEDLESS, PLACES = 1e-3, 20
#: Share of the worlds peeled at each step, and the least that a box may hold.
PEEL, LEAST_MASS, LEAST_WORLDS = 0.05, 0.05, 10


@dataclass(frozen=True)
class Box:
    """Limits by column, an end None where it is open, with quasi-p-values by column."""

    limits: dict[int, tuple[float | None, float | None]]
    quasi_p: dict[int, float]

    def holds(self, x: Floats, without: int | None = None) -> Flags:
        """Worlds inside the box, (D,); one column's limits may be left out."""
        inside = np.ones(x.shape[0], dtype=bool)
        for column, (low, high) in self.limits.items():
            if column == without:
                continue
            if low is not None:
                inside &= x[:, column] >= low
            if high is not None:
                inside &= x[:, column] <= high
        return inside


def find_box(x: Floats, hits: Flags) -> Box | None:
    """The box with the largest z; None if no limit is worth keeping."""
    looked = _most_different(x, hits, LOOKED_AT)
    box = _polish(_peel(x, hits, looked), x, hits)
    while box.limits:
        chances = _quasi_p(box, x, hits)
        worst = max(chances, key=lambda k: chances[k])
        if chances[worst] <= NEEDLESS / (PLACES * x.shape[1]):
            return Box(box.limits, chances)
        rest = {k: v for k, v in box.limits.items() if k != worst}
        box = _polish(Box(rest, {}), x, hits)
    return None


def _most_different(x: Floats, hits: Flags, count: int) -> list[int]:
    """Columns whose distributions differ most between hits and others (Kolmogorov-Smirnov)."""
    if x.shape[1] <= count:
        return list(range(x.shape[1]))
    step = np.where(hits, 1.0 / max(hits.sum(), 1), -1.0 / max((~hits).sum(), 1))
    gaps = np.abs(np.cumsum(step[np.argsort(x, axis=0, kind="stable")], axis=0)).max(axis=0)
    return sorted(np.argsort(-gaps, kind="stable")[:count].tolist())


def _peel(x: Floats, hits: Flags, looked: list[int]) -> Box:
    """The step with the largest z on the way of ema-workbench's peeling."""
    import pandas as pd

    frame = pd.DataFrame({str(k): x[:, k] for k in looked})
    mass = max(LEAST_MASS, LEAST_WORLDS / len(hits))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls pandas and drawing libraries in ways of old
        from ema_workbench.analysis import prim

        peeling = prim.Prim(frame, hits.astype(int), threshold=0.0, peel_alpha=PEEL, mass_min=mass)
        found = peeling.find_box()
    way = found.peeling_trajectory
    base = hits.mean()
    z = (way["mean"] - base) * np.sqrt(way["mass"])
    best = found.box_lims[int(np.argmax(z.to_numpy()))]
    limits: dict[int, tuple[float | None, float | None]] = {}
    for k in looked:
        low, high = (float(v) for v in best[str(k)])
        ends = (
            low if low > x[:, k].min() else None,
            high if high < x[:, k].max() else None,
        )
        if ends != (None, None):
            limits[k] = ends
    return Box(limits, {})


def _polish(box: Box, x: Floats, hits: Flags) -> Box:
    """Move each bound in turn to where z is largest, until none moves."""
    limits = dict(box.limits)
    least = max(LEAST_WORLDS, int(LEAST_MASS * len(hits)))
    for _ in range(10):
        before = dict(limits)
        for column in list(limits):
            others = Box(limits, {}).holds(x, without=column)
            ends = _best_interval(x[others, column], hits[others], hits.mean(), least)
            if ends == (None, None):
                del limits[column]
            else:
                limits[column] = ends
        if limits == before:
            break
    return Box(limits, {})


def _best_interval(
    x: Floats, hits: Flags, base: float, least: int
) -> tuple[float | None, float | None]:
    """Ends of the interval of one input with the largest z, by turns; open ends are None."""
    order = np.argsort(x, kind="stable")
    value, gain = x[order], np.concatenate([[0.0], np.cumsum(hits[order] - base)])
    n = len(value)
    # A cut lies between two different values.
    cuts = np.concatenate([[0], np.flatnonzero(np.diff(value) > 0) + 1, [n]])
    first, last = 0, n
    for _ in range(10):
        low = cuts[cuts <= max(last - least, 0)]
        new_first = int(low[np.argmax(_z(gain[last] - gain[low], last - low))])
        high = cuts[cuts >= min(new_first + least, n)]
        new_last = int(high[np.argmax(_z(gain[high] - gain[new_first], high - new_first))])
        if (new_first, new_last) == (first, last):
            break
        first, last = new_first, new_last
    return (
        None if first == 0 else float((value[first - 1] + value[first]) / 2.0),
        None if last == n else float((value[last - 1] + value[last]) / 2.0),
    )


def _z(gain: Floats, count: NDArray[np.int_]) -> Floats:
    return np.asarray(gain / np.sqrt(np.maximum(count, 1)))


def _quasi_p(box: Box, x: Floats, hits: Flags) -> dict[int, float]:
    inside = box.holds(x)
    n, found = int(inside.sum()), int(hits[inside].sum())
    chances = {}
    for column in box.limits:
        wider = box.holds(x, without=column)
        chances[column] = float(binom.sf(found - 1, n, hits[wider].mean()))
    return chances
