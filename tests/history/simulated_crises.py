"""Crises and bargains made by playing the signalling and the ultimatum game out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tightrope.game.signalling import Payoffs
from tightrope.game.signalling_equilibria import chances, find_equilibria
from tightrope.game.ultimatum import Bargain, best_offer
from tightrope.history import signalling, ultimatum
from tightrope.history.catalogue import Request

CRISIS = "sq + cd + sf + bd ~ 0 | 1 | 0 | x | z | 1 | 1"
#: VA; barWA: constant and x; barWB: constant and z; bara; VB
CRISIS_TRUTH = np.array([1.0, -0.4, 0.6, -0.6, 0.7, -0.7, 0.8])
BARGAIN = "offer + accept ~ x | z"
#: R1: constant and x; R2: constant and z; log(s1), log(s2)
BARGAIN_TRUTH = np.array([4.0, -2.0, 5.0, 2.0, np.log(2.5), np.log(1.2)])
PRIZE = 15.0


def crises(rows, rng):
    """The pseudo-likelihood of crises played once each at their one equilibrium, and the truth."""
    x, z = rng.uniform(-1.5, 1.5, (2, rows))
    va, wa0, wa1, wb0, wb1, a, vb = CRISIS_TRUTH
    one = np.ones(rows)
    payoffs = Payoffs(0 * one, va * one, 0 * one, wa0 + wa1 * x, wb0 + wb1 * z, a * one, vb * one)
    found = find_equilibria(payoffs)
    assert (found.number == 1).all()
    resist, firm = (np.asarray(p) for p in chances(found.z[:, 0], payoffs))
    stand, back = payoffs.wa + rng.normal(size=rows), payoffs.a + rng.normal(size=rows)
    challenge = resist * np.maximum(stand, back) + (1.0 - resist) * va > 0.0
    resists = firm * (payoffs.wb + rng.normal(size=rows)) + (1.0 - firm) * vb > 0.0
    outcome = [
        ~challenge,
        challenge & ~resists,
        challenge & resists & (stand > back),
        challenge & resists & (stand <= back),
    ]
    table = pd.DataFrame(np.column_stack(outcome).astype(int), columns=["sq", "cd", "sf", "bd"])
    request = Request("signalling", CRISIS, table.assign(x=x, z=z))
    return signalling.build(request, "npl")[0], CRISIS_TRUTH


def bargains(rows, rng):
    """The likelihood of offers that proposers found best, and answers, and the truth."""
    x, z = rng.normal(size=(2, rows))
    b = BARGAIN_TRUTH
    s1, s2 = np.exp(b[4:])
    one = np.ones(rows)
    game = Bargain(b[0] + b[1] * x, b[2] + b[3] * z, s1 * one, s2 * one, PRIZE * one)
    offer = np.asarray(best_offer(s1 * rng.logistic(size=rows), game))
    accept = (offer >= game.mean2 + s2 * rng.logistic(size=rows)).astype(int)
    table = pd.DataFrame({"offer": offer, "accept": accept, "x": x, "z": z})
    request = Request("ultimatum", BARGAIN, table, settings={"max_offer": PRIZE})
    return ultimatum.build(request)[0], BARGAIN_TRUTH
