"""Truth recovered: how often 95 % intervals hold the parameters that simulated data were made from.

The slow suite runs seed 1 of every game. Another seed, sample by sample, resumable:

    python tests/history/covered.py egame12-agent-probit --seed 2 --keep samples.jsonl
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from simulated import PARTS, simulate
from simulated_crises import bargains, crises

from tightrope.history.maximise import maximise
from tightrope.history.signalling_ml import at_equilibrium, climb
from tightrope.history.signalling_npl import nested, npl_covariance
from tightrope.history.variance import covariance, standard_errors

ROWS, SAMPLES = 1_000, 2_000
ERRORS = [("agent", "probit"), ("agent", "logit"), ("private", "probit")]
#: Intervals known not to hold the truth, see the page on the signalling game.
SIGINT = "npl as sigInt"
HALF = 1.959963984540054
Hits = dict[str, NDArray[np.bool_]]


def _held(theta: Any, truth: Any, spread: Any) -> NDArray[np.bool_]:
    """Whether each parameter's 95 % interval holds the truth."""
    return np.asarray(np.abs(theta - truth) <= HALF * standard_errors(spread))


def _whole(likelihood: Any, truth: Any) -> Hits:
    found = maximise(likelihood)
    assert found.converged, "a sample without a maximum has no interval"
    return {"ml": _held(found.theta, truth, covariance(likelihood, found.theta))}


def tree(game: str, error: str, link: str) -> Callable[[Any], Hits]:
    """One sample of a tree's games, by maximum likelihood."""
    return lambda rng: _whole(*simulate(game, error, link, ROWS, rng))


def ultimatum(rng: Any) -> Hits:
    """One sample of bargains, by maximum likelihood."""
    return _whole(*bargains(ROWS, rng))


def signalling(rng: Any) -> Hits:
    """One sample of crises, by the nested pseudo-likelihood (with the exact derivative, and with
    that of the package sigInt) and by full maximum likelihood."""
    likelihood, truth = crises(ROWS, rng)
    first = nested(likelihood)
    theta = first.optimum.theta
    best, chosen = climb(likelihood, theta)
    ml = covariance(at_equilibrium(likelihood, chosen.z), best.theta)
    exact, sigint = (npl_covariance(first.likelihood, theta, None, exact=e) for e in (True, False))
    return {
        # A sample without a maximum has no interval: it counts as one that does not hold the truth.
        "ml": _held(best.theta, truth, ml) & best.converged,
        "npl": _held(theta, truth, exact),
        SIGINT: _held(theta, truth, sigint),
    }


KINDS: dict[str, Callable[[Any], Hits]] = {
    **{f"{g}-{e}-{k}": tree(g, e, k) for g in PARTS for e, k in ERRORS},
    "ultimatum": ultimatum,
    "signalling": signalling,
}


def samples(kind: str, seed: int, first: int = 0, last: int = SAMPLES) -> Iterator[Hits]:
    """By estimator, which parameters' intervals hold the truth, sample by sample."""
    for number in range(first, last):
        yield KINDS[kind](np.random.default_rng([seed, number]))


def shares(found: list[Hits]) -> dict[str, NDArray[np.float64]]:
    """By estimator, the share of samples in which each parameter's interval holds the truth."""
    return {way: np.mean([hits[way] for hits in found], axis=0) for way in found[0]}


def main() -> None:
    """Run what is missing of one kind and seed, and print the shares."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("kind", choices=list(KINDS))
    read.add_argument("--seed", type=int, required=True)
    read.add_argument("--samples", type=int, default=SAMPLES)
    read.add_argument("--keep", type=Path, required=True, help="file of samples, one a line")
    told = read.parse_args()
    lines = told.keep.read_text().splitlines() if told.keep.exists() else []
    kept = [json.loads(line) for line in lines][: told.samples]
    with told.keep.open("a") as out:
        for hits in samples(told.kind, told.seed, len(kept), told.samples):
            kept.append({way: [bool(h) for h in held] for way, held in hits.items()})
            print(json.dumps(kept[-1]), file=out, flush=True)
    for way, share in shares(kept).items():
        every = " ".join(f"{s:.4f}" for s in share)
        print(f"{told.kind} {way}, seed {told.seed}, {len(kept)} samples: {every}", flush=True)


if __name__ == "__main__":
    main()
