"""Every equilibrium of the signalling game as a table: chances, slope, stability, index."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pandas as pd

from tightrope.game.signalling import OUTCOMES, Payoffs, equilibrium_log_outcomes
from tightrope.game.signalling_equilibria import LOWEST, chances, find_equilibria


def equilibria_table(payoffs: Payoffs) -> pd.DataFrame:
    """A row for each equilibrium of each game.

    payoffs  of n games, each field (n,) or one number for all
    Returns  game (0 to n − 1), equilibrium (from the lowest p_R), `resist` p_R, `firm` p_F, the
             chance of each outcome `sq`, `cd`, `sf`, `bd`, the `slope` of B's reply, whether it is
             `stable` under mutual replies, its `index` (+1 or −1), and whether it is the
             `corner` p_R = 0, where B never resists (equilibrium 0)
    """
    games = Payoffs(*np.broadcast_arrays(*[np.atleast_1d(np.asarray(p, float)) for p in payoffs]))
    found = find_equilibria(games)
    # The corner stands before the others, at the lowest index that numbers can tell.
    lowest = np.where(found.corner, LOWEST, np.nan)[:, None]
    every, none = np.hstack([lowest, found.z]), np.zeros_like(lowest)
    slope, stable = np.hstack([none, found.slope]), np.hstack([none == 0.0, found.stable])
    index = np.hstack([none + 1.0, found.indices])
    game, place = np.nonzero(~np.isnan(every))
    z = jnp.asarray(every[game, place])
    here = Payoffs(*[jnp.asarray(p[game]) for p in games])
    resist, firm = chances(z, here)
    outcome = np.exp(np.asarray(equilibrium_log_outcomes(z, here)))
    return pd.DataFrame(
        {
            "game": game,
            "equilibrium": place,
            "resist": np.asarray(resist),
            "firm": np.asarray(firm),
            **dict(zip(OUTCOMES, outcome, strict=True)),
            "slope": slope[game, place],
            "stable": stable[game, place],
            "index": index[game, place].astype(int),
            "corner": place == 0,
        }
    )
