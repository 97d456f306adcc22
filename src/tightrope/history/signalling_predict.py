"""What a fitted signalling game says of games that were not fitted.

Play is that of an equilibrium, which moves with the parameters and is found anew for other rows.
Where there are several, no chance can be named without choosing among them: `predict` refuses, and
`every_equilibrium` shows them all. A pseudo-likelihood has beliefs from a first stage instead.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
import pandas as pd

from tightrope.game.signalling import OUTCOMES, Payoffs
from tightrope.game.signalling_equilibria import find_equilibria
from tightrope.history.codes import GAME, ROWS, refuse
from tightrope.history.formula import Design
from tightrope.history.likelihood import Likelihood
from tightrope.history.results import Fit
from tightrope.history.signalling import Floats, first_stage_beliefs
from tightrope.history.signalling_ml import at_equilibrium
from tightrope.history.signalling_rows import Rows, payoffs_at
from tightrope.history.signalling_table import equilibria_table


def at_their_equilibrium(
    worked: Design, likelihood: Likelihood, theta: Floats, table: pd.DataFrame
) -> Likelihood:
    """Other rows at the one equilibrium that each has at ``theta``.

    Errors: InputError (TW184) for a column that cannot be read, TW185 for a row whose equilibrium
    is not the only one.
    """
    rows = _rows(worked, table)
    found = find_equilibria(_payoffs(theta, rows))
    several = np.flatnonzero((found.number != 1) | found.corner)
    if several.size:
        number = int(found.number[several[0]] + found.corner[several[0]])
        raise refuse(
            f"{several.size:,} of {len(table):,} rows have several equilibria at the estimates; "
            f"row {several[0] + 1} has {number}",
            ROWS,
            remedy="ask for all of them with "
            "tightrope.history.signalling_predict.every_equilibrium(fit, table)",
        )
    return at_equilibrium(likelihood.on(rows, len(table)), found.z[:, 0])


def with_beliefs(
    worked: Design, likelihood: Likelihood, columns: Sequence[str], table: pd.DataFrame
) -> Likelihood:
    """Other rows replying to the beliefs that their own first stage gives, two columns."""
    z, log_firm = first_stage_beliefs(table, columns)
    rows = _rows(worked, table)._replace(z=z, log_firm=log_firm)
    return likelihood.on(rows, len(table))


def every_equilibrium(fit: Fit, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """A row for each equilibrium of each row at the estimates, see `equilibria_table`.

    fit     of the signalling game, by any method
    table   rows with the variables of the formula, or None for the rows that were fitted
    Errors  InputError (TW181) for a fit of another game, TW184 for a column that cannot be read
    """
    if fit.game != "signalling" or fit.design is None:
        raise refuse(
            f"a fit of {fit.game} has no signalling equilibria",
            GAME,
            remedy="fit the game 'signalling' with a formula",
        )
    rows = fit.likelihood.data if table is None else _rows(fit.design, table)
    return equilibria_table(_payoffs(fit.theta, rows)).rename(columns={"game": "row"})


def _rows(worked: Design, table: pd.DataFrame) -> Rows:
    """Rows of a table with their regressors; nothing was seen of their play."""
    nothing = np.zeros(len(table))
    return Rows(np.zeros((len(table), len(OUTCOMES))), nothing, nothing, worked.at(table))


def _payoffs(theta: Floats, rows: Rows) -> Payoffs:
    return Payoffs(*map(np.asarray, payoffs_at(jnp.asarray(theta), rows)))
