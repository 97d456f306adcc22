"""Whose acceptance limits an option: the lowest among those that it needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def limiting(accept: Floats, weights: Floats, parties: Flags, named: Flags, quorum: int) -> Floats:
    """In what share of worlds each actor's acceptance is the lowest among those needed, (actors,).

    Needed are the challenger, the protégé, the states that entry into force waits for by name and,
    where it waits for more, the least willing of the others that fill the quorum.

    accept          (D, actors), challenger and protégé first;  weights (D,)
    parties, named  (actors,) whether it is a party, and whether entry waits for it by name
    quorum          parties that entry waits for in all
    """
    first = np.arange(len(parties)) < 2
    needed, others = np.flatnonzero(first | named), np.flatnonzero(parties & ~named & ~first)
    chosen = np.tile(needed, (len(accept), 1))
    missing = min(quorum - int(named.sum()), len(others))
    if missing > 0:
        willing = np.argsort(-accept[:, others], axis=1, kind="stable")
        chosen = np.column_stack([chosen, others[willing[:, missing - 1]]])
    lowest = np.take_along_axis(accept, chosen, axis=1).argmin(axis=1)
    limits = chosen[np.arange(len(chosen)), lowest]
    share: Floats = np.bincount(limits, weights, len(parties)) / max(weights.sum(), 1e-300)
    return share
