"""Which option stands up when nobody knows the world: robustness in the sense of decision analysis.

Over the same weighted worlds for all options (McPhail et al. 2018 survey the measures):

    regret        largest shortfall behind the best option of the same world (Savage 1951)
    satisficing   share of worlds in which the outcome is good enough (Simon 1956)
    maximin       the worst world (Wald 1950)
    hurwicz       half the best world and half the worst (Hurwicz 1951)
    worst_decile  mean over the worst tenth of the worlds

Each ranks the options; `rank` orders them by the mean of these five ranks. How far it hangs on the
worlds drawn is shown by drawing worlds again with replacement (bootstrap, Efron 1979). That is too
sure of extremes, which hang on single worlds; so an order is also asked how often it would come
about if the first and another option were alike (exchanged within worlds; Pitman 1937).
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
SURE = 0.95
"""Share of resamples in which an option must come first to be called the most robust."""
EXCHANGES, AT_ONCE, LARGEST = 4000, 100, 1024
"""Exchanges tried, how many at once, and of how many worlds at most."""
CHANCE = 0.0005
"""An order may come about by chance this often against any other option to be called one."""
LEAST = 20


def robustness(
    draws: Draws, outcome: str, seed: int, threshold: float | None = None
) -> dict[str, Any]:
    """Measures and ranks of every option, best first.

    threshold  what is good enough; one half for a chance, else the median over options and worlds
    Returns    {ranks, clear, by_chance, left_out, threshold, worlds, better}; options without the
               outcome are left out, `clear` says whether the first is more than luck, and
               `by_chance` how often luck would put it ahead (None where resampling says so already)
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
    measured = _measures(scores, scores.max(axis=0), weights, enough)
    ranks = _ranks(measured)
    again = _resampled(scores, weights, enough, seed)
    order = np.argsort(ranks["rank"], kind="stable")
    sure = bool(np.mean(again[:, order[0]] < 1.5) >= SURE)
    chance = _by_chance(scores[order], weights, enough, seed) if sure else None
    rows = []
    for k in order:
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
        "clear": chance is not None and chance <= CHANCE,
        "by_chance": chance,
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
            remedy=f"take more; at least {LEAST} are needed",
        )


def _measures(scores: Floats, best: Floats, weights: Floats, enough: float) -> dict[str, Floats]:
    """Every measure of scores (…, options, worlds), of which more is better, as (…, options).

    best  score of the best option in each world, (worlds,)
    """
    low, high = scores.min(axis=-1), scores.max(axis=-1)
    return {
        "regret": (best - scores).max(axis=-1),
        "satisficing": np.clip((scores >= enough) @ weights, 0.0, 1.0),
        "maximin": low,
        "hurwicz": OPTIMISM * high + (1.0 - OPTIMISM) * low,
        "worst_decile": _lowest(scores, weights, TENTH),
    }


def _lowest(values: Floats, weights: Floats, share: float) -> Floats:
    """Mean of the lowest share of the weight, over the last axis; the last world counts in part."""
    order = np.argsort(values, axis=-1, kind="stable")
    heavy = weights[order]
    used = np.clip(share - (np.cumsum(heavy, axis=-1) - heavy), 0.0, heavy)
    lowest = np.take_along_axis(values, order, axis=-1)
    return np.asarray((lowest * used).sum(axis=-1) / used.sum(axis=-1))


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
        again = scores[:, drawn]
        ranks.append(_ranks(_measures(again, again.max(axis=0), weight, enough))["rank"])
    return np.stack(ranks)


def _by_chance(scores: Floats, weights: Floats, enough: float, seed: int) -> float:
    """How often the first option would be as far ahead of another if the two were alike.

    If they were, the outcomes of a world could belong to either, so in half of the worlds they are
    exchanged. Ahead is the sum over the measures, each in units of its spread under exchange.

    scores   (options, worlds), the first option first, its rivals behind in their order
    Returns  the largest chance over the rivals, or the first above `CHANCE`
    """
    rng = np.random.default_rng(seed)
    some = rng.permutation(scores.shape[1])[:LARGEST]
    scores, weights = scores[:, some], weights[some] / weights[some].sum()
    best, largest = scores.max(axis=0), 0.0
    for rival in scores[1:]:
        pair = np.stack([scores[0], rival])
        ahead = [_ahead(pair[None], best, weights, enough)]
        for _ in range(EXCHANGES // AT_ONCE):
            turned = rng.random((AT_ONCE, 1, len(some))) < 0.5
            ahead.append(_ahead(np.where(turned, pair[::-1], pair), best, weights, enough))
        told = np.concatenate(ahead)
        spread = told[1:].std(axis=0)
        summed = (told / np.where(spread > 0.0, spread, 1.0)).sum(axis=1)
        largest = max(largest, float(np.mean(summed >= summed[0] - 1e-9)))
        if largest > CHANCE:
            break
    return largest


def _ahead(pairs: Floats, best: Floats, weights: Floats, enough: float) -> Floats:
    """By how much the first of two is ahead in every measure, (pairs, measures)."""
    found = _measures(pairs, best, weights, enough)
    lead = [(found[n][:, 0] - found[n][:, 1]) * (-1.0 if n == "regret" else 1.0) for n in MEASURES]
    return np.stack(lead, axis=-1)
