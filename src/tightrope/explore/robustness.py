"""Which option stands up when nobody knows the world: robustness in the sense of decision analysis.

Over the same weighted worlds for all options (McPhail et al. 2018 survey the measures):

    regret        largest shortfall behind the best option of the same world (Savage 1951)
    satisficing   share of worlds in which the outcome is good enough (Simon 1956)
    maximin       the worst world (Wald 1950)
    hurwicz       half the best world and half the worst (Hurwicz 1951)
    worst_decile  mean over the worst tenth of the worlds

Each ranks the options; `rank` orders them by the mean of these five ranks. How far it hangs on the
worlds drawn is shown by drawing worlds again with replacement (bootstrap, Efron 1979).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import rankdata

from tightrope.explore.cases import CHANCES, HALF
from tightrope.explore.problem import Draws, Floats
from tightrope.treaty import InputError, Where

MEASURES = ("regret", "satisficing", "maximin", "hurwicz", "worst_decile")
OPTIMISM = 0.5
TENTH = 0.1
RESAMPLES = 400
LEAST = 20


def robustness(
    draws: Draws, outcome: str, seed: int, threshold: float | None = None
) -> dict[str, Any]:
    """Measures and ranks of every option, best first.

    threshold  what is good enough; one half for a chance, else the median over options and worlds
    Returns    {ranks, left_out, threshold, worlds}; options without the outcome are left out
    Errors     InputError for fewer than two options or too few worlds
    """
    told = draws.outcomes[outcome]
    sign = 1.0 if told.better == "high" else -1.0
    known = [o for o in draws.options if np.isfinite(draws.result(o, outcome)).any()]
    check_options(len(known), outcome)
    values = np.stack([draws.result(o, outcome) for o in known])
    common = np.isfinite(values).all(axis=0) & (draws.weights > 0)
    check_worlds(int(common.sum()))
    scores = sign * values[:, common]
    weights = draws.weights[common] / draws.weights[common].sum()
    if threshold is None:
        threshold = HALF if told.unit in CHANCES else float(np.median(values[:, common]))
    enough = sign * threshold
    measured = _measures(scores, weights, enough)
    ranks = _ranks(measured)
    again = _resampled(scores, weights, enough, seed)
    rows = []
    for k in np.argsort(ranks["rank"], kind="stable"):
        row: dict[str, Any] = {"option": known[k], "outcome": outcome}
        for name in MEASURES:
            value = float(measured[name][k])
            row[name] = value if name in ("regret", "satisficing") else sign * value
        row |= {
            "mean": float(values[k, common] @ weights),
            "rank": float(ranks["rank"][k]),
            "rank_p05": float(np.quantile(again[:, k], 0.05)),
            "rank_p95": float(np.quantile(again[:, k], 0.95)),
            "first": float(np.mean(again[:, k] < 1.5)),
            "by_measure": {name: float(ranks[name][k]) for name in MEASURES},
        }
        rows.append(row)
    return {
        "ranks": rows,
        "left_out": [o for o in draws.options if o not in known],
        "threshold": threshold,
        "worlds": int(common.sum()),
        "better": told.better,
    }


def check_options(count: int, outcome: str) -> None:
    """Errors: InputError unless there are two options to compare."""
    if count < 2:
        raise InputError(
            f"robustness compares options, but only {count} has the outcome '{outcome}'",
            "TW206",
            Where(field="--option"),
            remedy="name two options or more",
        )


def check_worlds(count: int) -> None:
    """Errors: InputError for too few worlds, with the number needed."""
    if count < LEAST:
        raise InputError(
            f"only {count} worlds have the outcome of every option",
            "TW204",
            Where(field="--draws"),
            remedy=f"ask for more; at least {LEAST} are needed",
        )


def _measures(scores: Floats, weights: Floats, enough: float) -> dict[str, Floats]:
    """Every measure, (options,); scores are such that more is better."""
    behind = scores.max(axis=0) - scores
    low, high = scores.min(axis=1), scores.max(axis=1)
    return {
        "regret": behind.max(axis=1),
        "satisficing": np.clip((scores >= enough) @ weights, 0.0, 1.0),
        "maximin": low,
        "hurwicz": OPTIMISM * high + (1.0 - OPTIMISM) * low,
        "worst_decile": np.array([_lowest(row, weights, TENTH) for row in scores]),
    }


def _lowest(values: Floats, weights: Floats, share: float) -> float:
    """Mean of the lowest share of the weight; the world at the edge counts in part."""
    order = np.argsort(values, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(weights[order])[:-1]])
    used = np.clip(share - before, 0.0, weights[order])
    return float(values[order] @ used / used.sum())


def _ranks(measured: dict[str, Floats]) -> dict[str, Floats]:
    """Ranks by measure, 1 best and ties shared, and over all of them."""
    ranks = {
        name: np.asarray(rankdata(value if name == "regret" else -value))
        for name, value in measured.items()
    }
    ranks["rank"] = np.asarray(rankdata(np.mean([ranks[name] for name in MEASURES], axis=0)))
    return ranks


def _resampled(scores: Floats, weights: Floats, enough: float, seed: int) -> Floats:
    """Ranks in worlds drawn again, each with its weight, (resamples, options).

    All worlds are as likely to be drawn, so an order that hangs on a world of great weight is seen
    to fall where that world is not drawn.
    """
    rng = np.random.default_rng(seed)
    count = scores.shape[1]
    ranks = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(count, size=count)
        weight = weights[drawn] / weights[drawn].sum()
        ranks.append(_ranks(_measures(scores[:, drawn], weight, enough))["rank"])
    return np.stack(ranks)
