"""Data from known parameters, made by playing the games out."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from tightrope.game.trees import READY_MADE
from tightrope.history.catalogue import Request
from tightrope.history.trees import build

sys.path.append(str(Path(__file__).parents[1] / "game"))
from tree_examples import played

PARTS = {
    "egame12": ("x1", "0", "x2", "z1"),
    "egame122": ("x1", "x2", "0", "x3", "z1", "z2"),
    "egame123": ("x1", "0", "x2", "x3", "0", "z1", "z2", "w1"),
}
#: Standard deviation of the error of an action, in which the truth is counted: with less signal in
#: a thousand rows than with normal errors, intervals of the logit cover too often (.97).
SPREAD = {"probit": 1.0, "logit": np.pi / np.sqrt(6.0)}
#: A constant and a slope for each part that has a regressor.
TRUTH = {
    "egame12": ((0.3, 0.6), (0.2, 0.8), (-0.2, 0.7)),
    "egame122": ((0.3, 0.6), (-0.2, 0.7), (0.4, 0.5), (0.2, 0.7), (-0.3, 0.6)),
    "egame123": ((-0.6, 0.7), (0.3, 0.8), (0.5, 0.7), (0.4, 0.7), (-0.2, 0.6), (0.2, 1.5)),
}


def simulate(game, error, link, rows, rng):
    """A likelihood on data made from `TRUTH`, and the truth as a vector."""
    tree = READY_MADE[game]
    names = sorted({part for part in PARTS[game] if part != "0"})
    table = pd.DataFrame({name: rng.normal(size=rows) for name in names})
    true = SPREAD[link] * np.array(TRUTH[game])
    truth = iter(true)
    payoffs = {
        (p.player, p.outcome): np.full(rows, p.value) for p in tree.payoffs if p.value is not None
    }
    for payoff, part in zip(tree.free, PARTS[game], strict=True):
        constant, slope = (0.0, 0.0) if part == "0" else next(truth)
        regressor = 0.0 if part == "0" else table[part].to_numpy()
        payoffs[payoff.player, payoff.outcome] = np.full(rows, constant) + slope * regressor
    table["y"] = played(tree, payoffs, error, link, rng, rows)
    formula = "y ~ " + " | ".join(PARTS[game])
    request = Request(game=game, formula=formula, table=table, link=link, error=error)
    likelihood, _, _ = build(tree, request, named=False)
    return likelihood, true.ravel()
