"""The nested pseudo-likelihood of the sanctions data against SciPy's BFGS with finite differences.

Both sides repeat the same rounds from the same first stage to the same tolerance on the same
likelihood, each in a process of its own, so that what is compiled is paid for; checked before: both
end at the published log-likelihood. R's recorded seconds are printed beside. ``bench_signalling.py
ours`` and ``… scipy`` run one side and print its seconds and log-likelihood.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from harness import QUICK, line, note

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "tests/history/reference/sanctions_sigint_npl_tight.json"
TABLE = ROOT.parent / "shared/data/sanctionsData.parquet"
#: BFGS cannot see its gradient below the error of finite differences.
LOOSE = 1e-6
REPEATS = 1 if QUICK else 5
ROUNDS = 2 if QUICK else 200


def likelihood() -> Any:
    """The published specification with its first stage."""
    import pandas as pd

    from tightrope.history.catalogue import Request
    from tightrope.history.signalling import build

    formula = json.loads(REFERENCE.read_text())["formula"]
    settings = {"first_stage": "PRhat,PFhat"}
    request = Request("signalling", formula, pd.read_parquet(TABLE), settings=settings)
    return build(request, "npl")[0]


def ours() -> tuple[float, float]:
    """Seconds and log-likelihood of `nested`, with its standard errors."""
    from tightrope.history.signalling_npl import nested, npl_covariance

    first = likelihood()
    begin = time.perf_counter()
    found = nested(first)
    npl_covariance(found.likelihood, found.optimum.theta, None, exact=True)
    return time.perf_counter() - begin, found.optimum.loglik


def scipy() -> tuple[float, float]:
    """Seconds and log-likelihood of the same rounds by BFGS on values alone, without errors."""
    from scipy.optimize import minimize

    from tightrope.history.signalling import believing

    at = likelihood()
    begin = time.perf_counter()
    theta, best = np.zeros(len(at.names)), -np.inf
    for _ in range(ROUNDS):

        def value(theta: Any, at: Any = at) -> float:
            found = -float(at.loglik(theta))
            return found if np.isfinite(found) else 1e10

        found = minimize(value, theta, method="BFGS", options={"gtol": 1e-4})
        moved, theta, best = np.abs(found.x - theta).max(), found.x, -found.fun
        z, log_firm = at.exact.replies(theta)
        moved = max(moved, np.abs(np.exp(log_firm) - np.exp(at.data.log_firm)).max())
        at = believing(at, z, log_firm)
        if moved < LOOSE:
            break
    return time.perf_counter() - begin, best


def run(side: str) -> tuple[float, float]:
    """One side in a process of its own."""
    found = subprocess.run(
        [sys.executable, __file__, side], check=True, capture_output=True, text=True
    )
    seconds, loglik = map(float, found.stdout.split())
    return seconds, loglik


def main() -> None:
    """Alternate both sides, check that they agree, print the line."""
    if not TABLE.exists():
        note("signalling: the shared data are not beside the repository; left out")
        return
    reference = json.loads(REFERENCE.read_text())
    pairs = []
    for _ in range(REPEATS):
        (mine, ours_at), (theirs, scipy_at) = run("ours"), run("scipy")
        if not QUICK:
            assert abs(ours_at - reference["loglik"]) < 1e-7, ours_at
            # what finite differences leave
            assert abs(scipy_at - reference["loglik"]) < 1e-2, scipy_at
        pairs.append((mine, theirs))
    a, b = np.median(np.array(pairs), axis=0)
    ratios = [theirs / mine for mine, theirs in pairs]
    line("signalling_npl", a, b, min(ratios), max(ratios))
    note(f"signalling: R (sigInt, recorded, another machine) {reference['seconds_in_r']:.1f} s")
    note("signalling: limit 20 times SciPy's BFGS with finite differences, aim 50")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(*{"ours": ours, "scipy": scipy}[sys.argv[1]]())
    else:
        main()
