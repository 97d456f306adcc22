"""What a fitted ultimatum game says of other bargains: answers to offers, and offers to expect."""

from __future__ import annotations

from functools import partial

import jax.numpy as jnp
import numpy as np
import pandas as pd
from jax import Array

from tightrope.game.ultimatum import Bargain, expected
from tightrope.history.codes import GAME, VARIABLE, refuse
from tightrope.history.formula import Design
from tightrope.history.likelihood import Likelihood
from tightrope.history.results import Fit
from tightrope.history.ultimatum import SCALES, Floats
from tightrope.history.ultimatum_rows import Rows, indices
from tightrope.history.uncertainty import USUAL, Interval, uncertain


def with_offers(worked: Design, likelihood: Likelihood, table: pd.DataFrame) -> Likelihood:
    """Other rows, whose offers are rejected or accepted. Errors: InputError (TW184)."""
    name, largest = worked.formula.response[0], float(likelihood.data.largest[0])
    if name not in table:
        raise refuse(
            f"the table has no column '{name}', so there is no offer to answer",
            VARIABLE,
            allowed=tuple(map(str, table.columns)),
            word=name,
            remedy="add the offers, or ask what to expect without them with "
            "tightrope.history.ultimatum_predict.expected_offers(fit, table)",
        )
    offer = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(~((offer >= 0.0) & (offer <= largest)))
    if wrong.size:
        raise refuse(
            f"'{name}' has the value {table[name].iloc[wrong[0]]} in row {wrong[0] + 1}",
            VARIABLE,
            remedy=f"an offer lies between 0 and {largest:g}",
        )
    return likelihood.on(_rows(worked, likelihood.data, table, offer), len(table))


def expected_offers(
    fit: Fit, table: pd.DataFrame | None = None, interval: Interval = USUAL
) -> pd.DataFrame:
    """The offer to expect, and the chance that it is accepted, before the offer is known.

    fit       of the ultimatum game, converged
    table     rows with the variables of the formula, or None for the rows that were fitted
    interval  how intervals are made; 95% by the delta method unless told otherwise
    Returns   row, `offer` with `offer_std_error`, `offer_low`, `offer_high`, and the same of
              `accept`
    Errors    InputError: TW181 for a fit of another game, TW184 for a column that cannot be read,
              TW191 for a fit that did not converge
    Source    Ramsay and Signorino (2009)
    """
    if fit.game != "ultimatum" or fit.design is None:
        raise refuse(
            f"a fit of {fit.game} expects no offers", GAME, remedy="fit the game 'ultimatum'"
        )
    known = fit.likelihood.data
    rows = known
    if table is not None:
        rows = _rows(fit.design, known, table, np.zeros(len(table)))
    free1, free2 = (name in fit.names for name in SCALES)

    def told(which: int, theta: Array) -> Array:
        mean1, mean2, log1, log2 = indices(theta, rows, free1, free2)
        largest = jnp.asarray(rows.largest)
        return expected(Bargain(mean1, mean2, jnp.exp(log1), jnp.exp(log2), largest))[which]

    frame = pd.DataFrame({"row": np.arange(len(rows.first))})
    for which, name in enumerate(("offer", "accept")):
        found = uncertain(fit, partial(told, which), interval, share=name == "accept")
        frame[name] = found.estimate
        frame[f"{name}_std_error"] = found.std_error
        frame[f"{name}_low"], frame[f"{name}_high"] = found.low, found.high
    return frame


def _rows(worked: Design, known: Rows, table: pd.DataFrame, offer: Floats) -> Rows:
    """Rows of a table with their regressors and offers; how they were answered is not known."""
    first, second = worked.at(table)
    ones = np.ones(len(table))
    return Rows(
        offer=offer,
        accept=0.0 * ones,
        lowest=0.0 * ones,
        highest=0.0 * ones,
        largest=known.largest[0] * ones,
        scale1=known.scale1[0] * ones,
        scale2=known.scale2[0] * ones,
        first=first,
        second=second,
    )
