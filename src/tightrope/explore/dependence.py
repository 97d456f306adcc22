"""What a result depends on, over draws: rank correlations with a guard against chance.

With hundreds of parameters and a hundred worlds some parameter always seems to matter. So a
parameter counts only if its rank correlation (Spearman 1904) would be rare by chance among all that
were tried (Holm 1979), and a caller that asks many such questions says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from scipy.stats import t as student

Floats = NDArray[np.float64]

#: Chance of one or more false findings over all questions asked together.
LEVEL = 0.05
#: With fewer worlds than this nothing is said.
FEWEST = 20


class Dependence(NamedTuple):
    """A parameter with its rank correlation with a result, and the adjusted p-value."""

    parameter: str
    correlation: float
    p_value: float


def depends_on(
    result: Floats, parameters: Mapping[str, Floats], questions: int = 1
) -> list[Dependence]:
    """Parameters on whose rank the result's rank depends beyond chance, the most telling first.

    result      one number per world, NaN where missing, (D,)
    questions   how many such questions are asked together; the guard holds over all
    """
    known = np.isfinite(result)
    count = int(known.sum())
    if count < FEWEST or np.ptp(result[known]) == 0 or not parameters:
        return []
    by_name = rank_correlations(result, parameters)
    names, correlation = list(by_name), np.array(list(by_name.values()))
    bounded = np.clip(correlation, -1 + 1e-12, 1 - 1e-12)
    statistic = np.abs(bounded) * np.sqrt((count - 2) / (1.0 - bounded**2))
    raw = 2.0 * student.sf(statistic, count - 2)
    order = np.argsort(raw, kind="stable")
    # Holm: the k-th smallest of m counts m − k times, and none counts less than one before it.
    times = len(names) - np.arange(len(names))
    adjusted = np.minimum(1.0, np.maximum.accumulate(raw[order] * times * questions))
    return [
        Dependence(names[k], float(correlation[k]), float(p))
        for k, p in zip(order, adjusted, strict=True)
        if p < LEVEL
    ]


def rank_correlations(result: Floats, parameters: Mapping[str, Floats]) -> dict[str, float]:
    """Spearman's rank correlation of each parameter with a result, over the known worlds."""
    known = np.isfinite(result)
    names = list(parameters)
    ranks = rankdata(np.stack([parameters[name][known] for name in names]), axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    own = rankdata(result[known])
    own -= own.mean()
    size = np.sqrt((ranks**2).sum(axis=1) * (own**2).sum())
    found = np.divide(ranks @ own, size, out=np.zeros(len(names)), where=size > 0)
    return {name: float(one) for name, one in zip(names, found, strict=True)}
