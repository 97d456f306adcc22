"""Means, ranges and rank correlations over draws that need not weigh the same."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from tightrope.report.results import Floats

SHARES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def evenly(weights: Floats | None, count: int) -> Floats:
    """The weights, or equal ones; they sum to 1."""
    if weights is None or len(weights) != count:
        return np.full(count, 1.0 / max(count, 1))
    return np.asarray(weights, dtype=float) / np.sum(weights)


def spread(values: Floats, weights: Floats | None = None) -> dict[str, float] | None:
    """Mean, p05, p50 and p95 of the values that are not missing; None where all are missing.

    Percentiles lie between sorted values at the places that the document's own percentiles use;
    with equal weights these are the usual ones.
    """
    weight = evenly(weights, len(values))
    known = np.isfinite(values) & (weight > 0)
    if not known.any():
        return None
    order = np.argsort(values[known], kind="stable")
    value, weight = values[known][order], weight[known][order]
    count = np.arange(value.size)
    place = count * weight + (value.size - 1) * (np.cumsum(weight) - weight)
    place = place / place[-1] if value.size > 1 else place
    marks = {name: float(np.interp(share, place, value)) for name, share in SHARES.items()}
    mean = float(np.clip(value @ (weight / weight.sum()), value[0], value[-1]))
    return {"mean": mean} | marks


def share_above(values: Floats, weights: Floats | None = None, bound: float = 0.0) -> float | None:
    """Share of the draws in which the value exceeds the bound; half of those that equal it."""
    weight = evenly(weights, len(values))
    known = np.isfinite(values)
    if not known.any() or weight[known].sum() <= 0:
        return None
    above = (values > bound) + 0.5 * (values == bound)
    return float((above[known] @ weight[known]) / weight[known].sum())


def ranks(values: Floats) -> Floats:
    """Ranks from 0, equal values sharing the mean of theirs."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return np.asarray((last - (times + 1) / 2.0)[place], dtype=float)


def rank_correlation(a: Floats, b: Floats, weights: Floats | None = None) -> float:
    """Spearman's rank correlation over the draws where both are known; 0 if either is constant."""
    weight = evenly(weights, len(a))
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < 3 or weight[known].sum() <= 0:
        return 0.0
    weight = weight[known] / weight[known].sum()
    x, y = ranks(a[known]), ranks(b[known])
    x, y = x - weight @ x, y - weight @ y
    size = float(np.sqrt((weight @ x**2) * (weight @ y**2)))
    return float(weight @ (x * y)) / size if size > 1e-12 else 0.0


def by_chance(count: int, draws: float) -> float:
    """The rank correlation that the largest of `count` unrelated numbers exceeds 1 time in 20.

    Source  the normal limit of Spearman's coefficient, with Bonferroni's bound over the numbers
    """
    if count < 1 or draws < 4:
        return 1.0
    return min(1.0, NormalDist().inv_cdf(1.0 - 0.05 / (2.0 * count)) / float(np.sqrt(draws - 1.0)))
