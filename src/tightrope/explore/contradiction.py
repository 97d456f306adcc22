"""Which claims cannot stand together: declared so, or never found true in one world."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from tightrope.case.claims import Claim

Floats = NDArray[np.float64]

#: Chance of one or more pairs found by accident, over all pairs.
LEVEL = 0.05


class Contradiction(NamedTuple):
    """Two claims: ``how`` is 'declared' or 'never together'; the share of worlds with both."""

    first: str
    second: str
    how: str
    together: float | None


def contradictions(
    claims: Sequence[Claim], margins: Sequence[Floats | None]
) -> list[Contradiction]:
    """Pairs of claims by different speakers that contradict each other.

    margins  above 0 where a claim holds, NaN where it is not known, by claim; None where the
             model cannot express it

    Two claims that each hold in some worlds and in none together are found only if that would be
    rare (hypergeometric, over all pairs) for two claims that had nothing to do with each other.
    """
    pairs = [
        (a, b)
        for a, b in combinations(range(len(claims)), 2)
        if claims[a].speaker != claims[b].speaker
    ]
    found = []
    for a, b in pairs:
        one, other = claims[a], claims[b]
        declared = other.id in one.contradicts or one.id in other.contradicts
        first, second = margins[a], margins[b]
        together, surprising = None, False
        if first is not None and second is not None:
            known = np.isfinite(first) & np.isfinite(second)
            left, right = first[known] > 0, second[known] > 0
            if left.size:
                both = left & right
                together = float(both.mean())
                # Chance of no world in common, were the claims dealt out over worlds at random.
                alone = hypergeom.pmf(0, left.size, left.sum(), right.sum())
                surprising = not both.any() and bool(alone * len(pairs) < LEVEL)
        if declared or surprising:
            how = "declared" if declared else "never together"
            found.append(Contradiction(one.id, other.id, how, together))
    return found
