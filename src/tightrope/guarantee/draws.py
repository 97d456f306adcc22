"""From declared parameters to arrays: central values and draws.

Every draw is one plausible world; all options are judged in the same worlds, so differences are
paired. Draws come from a scrambled Sobol' sequence (Owen 1998) over all parameters that are not
fixed, so the same seed gives the same worlds whatever the chunk size or number of workers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from tightrope.case import Case, Parameter

Floats = NDArray[np.float64]
#: Name of a parameter (per-guarantor ones without the guarantor) → values, draws first.
Worlds = dict[str, Floats]


def quantile(parameter: Parameter, share: Floats) -> Floats:
    """Value below which ``share`` of the parameter's distribution lies; share in [0, 1]."""
    low, high, centre = parameter.low, parameter.high, parameter.value
    if parameter.distribution == "fixed" or low == high:
        return np.full_like(share, centre)
    if parameter.distribution == "loguniform":
        return np.asarray(low * (high / low) ** share)
    if parameter.distribution == "triangular":
        split = (centre - low) / (high - low)
        rise = low + np.sqrt(share * (high - low) * (centre - low))
        fall = high - np.sqrt((1.0 - share) * (high - low) * (high - centre))
        return np.where(share < split, rise, fall)
    return np.asarray(low + (high - low) * share)


def sample(case: Case, draws: int, seed: int) -> Worlds:
    """Values of every parameter in ``draws`` worlds, (draws,) or (draws, guarantors).

    draws  at least 1;  seed  any non-negative integer; 0 is a seed like any other
    """
    free = [p for p in case.parameters if p.distribution != "fixed" and p.low < p.high]
    shares = np.empty((draws, 0))
    if free:
        engine = qmc.Sobol(len(free), scramble=True, rng=np.random.default_rng(seed))
        shares = engine.random_base2(max(draws - 1, 1).bit_length())[:draws]
    column = {p.id: k for k, p in enumerate(free)}
    values = {
        p.id: quantile(p, shares[:, column[p.id]]) if p.id in column else np.full(draws, p.value)
        for p in case.parameters
    }
    return stack(case, values)


def central(case: Case) -> Worlds:
    """One world with every parameter at its central value, shapes (1,) and (1, guarantors)."""
    return stack(case, {p.id: np.array([p.value]) for p in case.parameters})


def stack(case: Case, values: Mapping[str, Floats]) -> Worlds:
    """Gather per-guarantor parameters ('stake.US') under one name, last axis as in the case."""
    ids: Sequence[str] = [g.id for g in case.guarantors]
    worlds: Worlds = {}
    for parameter in case.parameters:
        if parameter.actor is None:
            worlds[parameter.id] = np.asarray(values[parameter.id], dtype=float)
    names = {p.id.rsplit(".", 1)[0] for p in case.parameters if p.actor is not None}
    for name in sorted(names):
        worlds[name] = np.stack([values[f"{name}.{i}"] for i in ids], axis=-1)
    return worlds


def select(worlds: Worlds, start: int, stop: int) -> Worlds:
    """The worlds ``start`` to ``stop`` (not included).

    Where there are fewer, they are repeated up to that number, so that one compiled program serves
    every chunk.
    """
    return {
        name: np.resize(value[start:stop], (stop - start, *value.shape[1:]))
        for name, value in worlds.items()
    }
