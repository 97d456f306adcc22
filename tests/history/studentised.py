"""How errors of the nested pseudo-likelihood behave in samples: centre, spread, skew, sides.

    python tests/history/studentised.py --rows 1000 --samples 1500 --seed 15

For each coefficient of the simulated crises, the estimate less the truth over its standard error:
mean, standard deviation and skewness over samples; shares of intervals that miss below and above;
the standard deviation of estimates over the mean standard error; and the correlation of the two.
"""

from __future__ import annotations

import argparse

import numpy as np
from covered import HALF
from simulated_crises import crises

from tightrope.history.signalling_npl import nested, npl_covariance
from tightrope.history.variance import standard_errors


def main() -> None:
    """Simulate, fit, and print one line for each figure."""
    read = argparse.ArgumentParser(description=__doc__)
    for name in ("rows", "samples", "seed"):
        read.add_argument(f"--{name}", type=int, required=True)
    told = read.parse_args()
    found, spreads, truth = [], [], np.zeros(0)
    for number in range(told.samples):
        likelihood, truth = crises(told.rows, np.random.default_rng([told.seed, number]))
        fit = nested(likelihood)
        theta = fit.optimum.theta
        found.append(theta)
        spreads.append(standard_errors(npl_covariance(fit.likelihood, theta, None, exact=True)))
    off, spread = np.array(found) - truth, np.array(spreads)
    z = off / spread
    centred = (z - z.mean(axis=0)) / z.std(axis=0)
    figures = {
        "mean": z.mean(axis=0),
        "sd": z.std(axis=0),
        "skew": (centred**3).mean(axis=0),
        "held": (np.abs(z) <= HALF).mean(axis=0),
        "too low": (z < -HALF).mean(axis=0),
        "too high": (z > HALF).mean(axis=0),
        "sd of estimates over mean error": off.std(axis=0) / spread.mean(axis=0),
        "correlation of estimate and error": np.array(
            [np.corrcoef(a, b)[0, 1] for a, b in zip(off.T, spread.T, strict=True)]
        ),
    }
    for name, row in figures.items():
        print(f"{name}: " + " ".join(f"{x:.3f}" for x in row), flush=True)


if __name__ == "__main__":
    main()
