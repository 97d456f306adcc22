"""Every equilibrium of the signalling game as a table: chances, slope, stability, index."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pandas as pd

from tightrope.game.signalling import OUTCOMES, Payoffs, equilibrium_log_outcomes
from tightrope.game.signalling_equilibria import chances, find_equilibria


def equilibria_table(payoffs: Payoffs) -> pd.DataFrame:
    """A row for each equilibrium of each game.

    payoffs  of n games, each field (n,) or one number for all
    Returns  game (0 to n − 1), equilibrium (from the lowest p_R), `resist` p_R, `firm` p_F, the
             chance of each outcome `sq`, `cd`, `sf`, `bd`, the `slope` of B's reply, whether it is
             `stable` under mutual replies, and its `index` (+1 or −1). A corner p_R = 0 has no row.
    """
    games = Payoffs(*np.broadcast_arrays(*[np.atleast_1d(np.asarray(p, float)) for p in payoffs]))
    found = find_equilibria(games)
    game, place = np.nonzero(~np.isnan(found.z))
    z = jnp.asarray(found.z[game, place])
    here = Payoffs(*[jnp.asarray(p[game]) for p in games])
    resist, firm = chances(z, here)
    outcome = np.exp(np.asarray(equilibrium_log_outcomes(z, here)))
    return pd.DataFrame(
        {
            "game": game,
            "equilibrium": place + 1,
            "resist": np.asarray(resist),
            "firm": np.asarray(firm),
            **dict(zip(OUTCOMES, outcome, strict=True)),
            "slope": found.slope[game, place],
            "stable": found.stable[game, place],
            "index": found.indices[game, place].astype(int),
        }
    )
