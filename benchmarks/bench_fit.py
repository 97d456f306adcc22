"""Bootstrap refits of the published crisis games against SciPy, and how time grows with rows.

The rival maximises the same log-likelihood by SciPy's BFGS with finite differences, written in
NumPy as well as its formulas allow, from the same starts on the same weights. It is timed on a
sample of the replicates and scaled up. Ours is timed whole, once, in a fresh process: nothing is
compiled beforehand, so the time of compilation, if any, is in it. The recorded seconds of R stand
beside (100 refits of war1800 in 3.55 s by R games 1.1.2, on another day, one thread).
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
from harness import QUICK, cores, line, note, timed
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtr

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "tests" / "history" / "reference"
DATA = ROOT.parent / "shared" / "data"
REFITS = 100 if QUICK else 1000
SAMPLE = 5 if QUICK else 40
REPEATS = 3 if QUICK else 5
CASES = ("war1800_egame12_probit_agent", "data_122_egame122_probit_agent")
HALF = np.sqrt(0.5)


def prepared(name: str):
    """The fit of a published specification."""
    from tightrope.history.fit import fit

    ref = json.loads((REFERENCE / f"{name}.json").read_text())
    return ref, fit(ref["game"], ref["formula"], DATA / f"{ref['dataset']}.parquet", starts=0)


def plain_rows(found):
    """Log-likelihood of each row as plain NumPy, the games written out by hand."""
    exact = found.likelihood.exact
    x, y, parts = exact.matrices, exact.outcome, exact.program.slices

    def egame12(theta):
        u11, u14, u24 = (m @ theta[p] for m, p in zip(x, parts, strict=True))
        g2 = HALF * u24
        g1 = HALF * (ndtr(g2) * u14 - u11)
        last = np.where(y == 2, log_ndtr(g2), log_ndtr(-g2))
        return np.where(y == 0, log_ndtr(-g1), log_ndtr(g1) + last)

    def egame122(theta):
        u11, u12, u14, u22, u24 = (m @ theta[p] for m, p in zip(x, parts, strict=True))
        left, right = HALF * u22, HALF * u24
        low, high = ndtr(left), ndtr(right)
        g1 = HALF * (high * u14 - (1.0 - low) * u11 - low * u12)
        first = np.where(y < 2, log_ndtr(-g1), log_ndtr(g1))
        gap = np.where(y < 2, left, right)
        return first + log_ndtr(np.where(y % 2 == 1, gap, -gap))

    return {"egame12": egame12, "egame122": egame122}[found.game]


def alone(name: str, workers: int) -> float:
    """Seconds that our refits take in a fresh process, its own imports apart."""
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import bench_fit\n"
        "from tightrope.history.bootstrap import bootstrap\n"
        "ref, found = bench_fit.prepared(sys.argv[2])\n"
        "begin = time.perf_counter()\n"
        "bootstrap(found.likelihood, found.theta, int(sys.argv[3]), 1)\n"
        "print(time.perf_counter() - begin)\n"
    )
    words = [sys.executable, "-c", code, str(Path(__file__).parent), name, str(REFITS)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": str(workers)}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    return float(done.stdout.split()[-1])


def refits(name: str) -> None:
    """One line: seconds for all refits, ours and the rival's."""
    from tightrope.history.bootstrap import draw
    from tightrope.history.maximise import climb_many

    ref, found = prepared(name)
    rows, like = plain_rows(found), found.likelihood
    groups = np.arange(like.size)
    assert abs(rows(found.theta).sum() - found.loglik) < 1e-8, "both sides must say the same"

    def rival(replicate: int):
        weights = draw(like, groups, 1, replicate)
        return minimize(lambda t: -weights @ rows(t), found.theta, method="BFGS")

    values = [rival(r) for r in range(SAMPLE)]
    weights = np.stack([draw(like, groups, 1, r) for r in range(SAMPLE)])
    mine = climb_many(like, np.repeat(found.theta[None], SAMPLE, axis=0), weights)
    gaps = [mine.at.value[r] + values[r].fun for r in range(SAMPLE) if mine.converged[r]]
    note(
        f"{name}: log-likelihoods ours minus rival's in {len(gaps)} of {SAMPLE} replicates: "
        f"{min(gaps):.2g} to {max(gaps):.2g}; {sum(v.nfev for v in values) / SAMPLE:.0f} "
        "evaluations a refit of the rival"
    )
    pairs = []
    for repeat in range(REPEATS):
        ours = alone(name, 1)
        chosen = range(repeat * SAMPLE, (repeat + 1) * SAMPLE)
        theirs = timed(lambda chosen=chosen: [rival(r) for r in chosen]) * REFITS / SAMPLE
        pairs.append((ours, theirs))
    ratios = [theirs / ours for ours, theirs in pairs]
    line(
        f"fit {REFITS} refits {ref['dataset']}",
        statistics.median(p[0] for p in pairs),
        statistics.median(p[1] for p in pairs),
        min(ratios),
        max(ratios),
    )
    note(f"the rival was timed on {SAMPLE} refits and scaled; nothing to compile on either side")
    if "war1800" in name:
        boot = json.loads((REFERENCE / "timing_war1800_egame12_boot100.json").read_text())
        r = boot["seconds"] * REFITS / boot["replicates"]
        note(f"R games 1.1.2 as recorded: {r:.1f} s for {REFITS} refits")
    else:
        note(f"R games 1.1.2 as recorded: {ref['seconds']:.3f} s for one fit")


def growth() -> None:
    """One line: seconds of a fit by rows, per row, at a million against a hundred thousand."""
    import pandas as pd

    from tightrope.game.trees import EGAME12
    from tightrope.history.catalogue import Request
    from tightrope.history.maximise import maximise
    from tightrope.history.trees import build

    def likelihood(rows: int):
        rng = np.random.default_rng(0)
        table = pd.DataFrame(rng.normal(size=(rows, 3)), columns=["x", "y", "z"])
        war = ndtr(HALF * (0.2 + 0.8 * table.z))
        on = ndtr(HALF * (war * (0.2 + 0.8 * table.y) - 0.3 - 0.6 * table.x))
        go, fight = rng.random(rows) < on, rng.random(rows) < war
        table["o"] = go * (1 + fight)
        request = Request(game="egame12", formula="o ~ x | 0 | y | z", table=table)
        return build(EGAME12, request, named=False)[0]

    small, large = (10_000, 100_000) if QUICK else (100_000, 1_000_000)
    few, many = likelihood(small), likelihood(large)
    start = np.zeros(len(few.names))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = [
        (timed(lambda: maximise(few, start)), timed(lambda: maximise(many, start)))
        for _ in range(REPEATS)
    ]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    ratios = [b / a for a, b in seconds]
    line(
        f"fit time({large}) against time({small})",
        statistics.median(s[0] for s in seconds),
        statistics.median(s[1] for s in seconds),
        min(ratios),
        max(ratios),
    )
    data = sum(m.nbytes for m in many.exact.matrices) / 1e6
    note(f"the fits grew memory by {grown / 1024:.0f} MB beside {data:.0f} MB of regressors")


def main() -> None:
    """All figures."""
    note(f"{cores()} cores; both sides on the same machine, in turn")
    for name in CASES:
        refits(name)
    growth()


if __name__ == "__main__":
    main()
