"""The first option against the second, world by world: who wins how often, and what decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tightrope.report.results import Floats, Results
from tightrope.report.weighing import by_chance, rank_correlation, share_above, spread

THIRD = 1.0 / 3.0


@dataclass(frozen=True)
class Lever:
    """The parameter whose draws go most closely with the lead of the first over the second.

    rank         rank correlation with the lead; clear: more than chance alone would give
    low, high    share of worlds in which the first wins, where the parameter is in its lowest
                 and highest third
    """

    parameter: str
    meaning: str
    source: str
    kind: str
    rank: float
    clear: bool
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Pair:
    """Two options in the same worlds.

    share     of worlds in which the first is more durable (ties count half)
    lead      durable of the first less that of the second, {mean, p05, p50, p95}
    settled, held   the same for the two things that make an option durable; None where missing
    """

    first: str
    second: str
    share: float | None
    lead: dict[str, float] | None
    settled: float | None
    held: float | None
    lever: Lever | None


def pair(results: Results, first: str, second: str, outcome: str = "durable") -> Pair:
    """Compare two options on the same draws."""
    ahead = _lead(results, first, second, outcome)
    known = ahead is not None
    return Pair(
        first,
        second,
        share_above(ahead, results.weights) if known and ahead is not None else None,
        spread(ahead, results.weights) if ahead is not None else None,
        _mean_lead(results, first, second, "settled"),
        _mean_lead(results, first, second, "held"),
        lever(results, ahead) if ahead is not None else None,
    )


def ahead_of_all(results: Results, option: str, outcome: str = "durable") -> float | None:
    """Share of worlds in which the option is ahead of every other agreement."""
    found = {o: results.values(o, outcome) for o in results.agreements}
    own = found.pop(option, None)
    rest = [value for value in found.values() if value is not None]
    if own is None or not rest:
        return None
    best = np.max(np.stack(rest), axis=0)
    return share_above(own - best, results.weights)


def lever(results: Results, lead: Floats) -> Lever | None:
    """The parameter most closely tied to a difference over the draws; None without parameters."""
    varied = {k: v for k, v in results.worlds.items() if len(v) == len(lead) and np.ptp(v) > 0}
    if not varied or np.nanmax(lead) - np.nanmin(lead) < 1e-9:
        return None
    tied = {name: rank_correlation(value, lead, results.weights) for name, value in varied.items()}
    name = max(tied, key=lambda key: abs(tied[key]))
    value = varied[name]
    draws = float(results.document.get("effective_draws") or len(lead))
    bound = by_chance(len(varied), draws)
    about: Mapping[str, Any] = next((row for row in results.parameters if row["id"] == name), {})
    low, high = (
        _wins(results, lead, mask)
        for mask in (
            value <= np.quantile(value, THIRD),
            value >= np.quantile(value, 1 - THIRD),
        )
    )
    return Lever(
        parameter=name,
        meaning=_whose(results, about) + str(about.get("meaning", name)).rstrip("."),
        source=str(about.get("source", "")),
        kind=str(about.get("kind", "")),
        rank=tied[name],
        clear=bound < 1.0 and abs(tied[name]) > bound,
        low=low,
        high=high,
    )


def _whose(results: Results, about: Mapping[str, Any]) -> str:
    """The state that an input is about, first, so that no shortening takes it away."""
    return f"{results.actor(str(about['actor']))}: " if about.get("actor") else ""


def _wins(results: Results, lead: Floats, where: np.ndarray) -> float | None:
    weights = None if results.weights is None else results.weights[where]
    return share_above(lead[where], weights)


def _lead(results: Results, first: str, second: str, outcome: str) -> Floats | None:
    one, other = results.values(first, outcome), results.values(second, outcome)
    return None if one is None or other is None else one - other


def _mean_lead(results: Results, first: str, second: str, outcome: str) -> float | None:
    found = _lead(results, first, second, outcome)
    told = None if found is None else spread(found, results.weights)
    return None if told is None else told["mean"]
