"""Predicted probabilities of the outcomes, for rows that were seen and rows that were not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from jax import Array

from tightrope.history.codes import VARIABLE, refuse
from tightrope.history.likelihood import Likelihood
from tightrope.history.results import Fit
from tightrope.history.uncertainty import USUAL, Interval, uncertain


def predict(
    fit: Fit, table: pd.DataFrame | None = None, interval: Interval = USUAL
) -> pd.DataFrame:
    """Probability of each outcome in each row, with its standard error and interval.

    fit       a fit that converged
    table     rows with the variables of the formula, or None for the rows that were fitted
    interval  how intervals are made; 95% by the delta method unless told otherwise

    Returns   a row for each row and outcome: `row` (position in the table), `outcome`,
              `probability`, `std_error`, `low`, `high`; probabilities of a row add up to one
    Raises    InputError: TW184 for a variable that is missing or has no value in a row, a level
              that was not in the data; TW191 for a fit that did not converge
    Source    Signorino 1999 on probabilities as what such a model says; see `uncertainty`
    """
    rows = at(fit, table)
    found = uncertain(fit, lambda theta: rows.probabilities(theta).ravel(), interval, share=True)
    outcomes = fit.likelihood.outcomes
    size = len(found.estimate) // len(outcomes)
    return pd.DataFrame(
        {
            "row": np.repeat(np.arange(size), len(outcomes)),
            "outcome": np.tile(outcomes, size),
            "probability": found.estimate,
            "std_error": found.std_error,
            "low": found.low,
            "high": found.high,
        }
    )


def at(fit: Fit, table: pd.DataFrame | None) -> Likelihood:
    """The likelihood on the rows of a table, coded as those that were fitted.

    Raises InputError (TW184) as `predict` does, and where the fit was made by hand and other rows
    cannot be coded.
    """
    if table is None:
        return fit.played or fit.likelihood
    if not isinstance(table, pd.DataFrame):
        raise refuse(
            f"the rows to predict for are a {type(table).__name__}, not a table",
            VARIABLE,
            remedy="give a pandas DataFrame",
        )
    if table.empty:
        raise refuse("the table to predict for has no rows", VARIABLE, remedy="give rows")
    if fit.code is None:
        raise refuse(
            "this fit cannot be applied to other rows, since it was not made from a formula",
            VARIABLE,
            remedy="fit with a formula, or ask for the rows that were fitted",
        )
    if fit.design is not None:
        for name in fit.design.table.columns.difference(fit.design.formula.response):
            if name not in table:
                continue
            if table[name].isna().any():
                missing = int(table[name].isna().sum())
                raise refuse(
                    f"'{name}' has no value in {missing:,} of {len(table):,} rows",
                    VARIABLE,
                    remedy="drop those rows before you predict",
                )
            if pd.api.types.is_numeric_dtype(table[name].dtype):
                infinite = np.isinf(table[name].to_numpy(dtype=float))
                if infinite.any():
                    raise refuse(
                        f"'{name}' is infinite in row {int(infinite.argmax()) + 1}",
                        VARIABLE,
                        remedy="give a finite value",
                    )
        lacking = undefined(fit, table)
        if lacking is not None:
            raise refuse(
                f"'{lacking[0]}' has no finite value in row {lacking[1] + 1} of the table",
                VARIABLE,
                remedy="give values for which it has one",
            )
    return fit.code(table)


def undefined(fit: Fit, table: pd.DataFrame) -> tuple[str, int] | None:
    """The first regressor without a finite value in a table, and its row; None if there is none.

    Such is sqrt(x) where x is below zero. The variables themselves must have values.
    """
    with np.errstate(all="ignore"):
        matrices = fit.design.at(table)
    for part, matrix in zip(fit.design.parts, matrices, strict=True):
        wrong = np.argwhere(~np.isfinite(matrix))
        if len(wrong):
            return part.names[wrong[0, 1]], int(wrong[0, 0])
    return None


def mean_probabilities(rows: Likelihood, theta: Array) -> Array:
    """Probability of each outcome (m,), averaged over rows by their weights."""
    weights = rows.weights / rows.weights.sum()
    return weights @ rows.probabilities(theta)


def typical(fit: Fit, **values: Any) -> pd.DataFrame:
    """One row to reason from: medians of numbers, the most common of the rest, and `values`.

    Whole numbers keep to values that were seen (the lower median). Raises InputError (TW184) for
    a name that is no variable of the formula.
    """
    known = variables(fit)
    row: dict[str, Any] = {}
    for name, column in known.items():
        if _is_number(column):
            row[name] = column.quantile(0.5, interpolation="lower" if _whole(column) else "linear")
        else:
            row[name] = column.mode().iloc[0]
    for name in values:
        check_variable(name, known)
    made = pd.DataFrame([{**row, **values}])
    for name, column in known.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            made[name] = pd.Categorical(made[name], categories=column.cat.categories)
    return made


def variables(fit: Fit) -> Mapping[str, pd.Series[Any]]:
    """The variables of the formula's right side, as fitted. Raises InputError (TW184)."""
    if fit.design is None:
        raise refuse(
            "this fit was not made from a formula, so it has no variables to set",
            VARIABLE,
            remedy="fit with a formula",
        )
    table = fit.design.table
    used = [name for name in table.columns if name not in fit.design.formula.response]
    return {str(name): table[name] for name in used}


def check_variable(name: str, known: Mapping[str, pd.Series[Any]]) -> None:
    """Check that a name is a variable of the formula. Raises InputError (TW184)."""
    if name not in known:
        raise refuse(
            f"'{name}' is not a variable of the formula",
            VARIABLE,
            allowed=tuple(known),
            word=name,
        )


def _is_number(column: pd.Series[Any]) -> bool:
    kind = pd.api.types
    return kind.is_numeric_dtype(column) and not kind.is_bool_dtype(column)


def _whole(column: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_integer_dtype(column))
