"""What a variable does: average marginal effects, first differences, and tables of scenarios."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from jax import Array

from tightrope.history.codes import VARIABLE, refuse
from tightrope.history.formula_words import coded_in, compared
from tightrope.history.predict import (
    at,
    check_variable,
    mean_probabilities,
    typical,
    undefined,
    variables,
)
from tightrope.history.results import Fit
from tightrope.history.uncertainty import USUAL, Interval, Uncertain, uncertain
from tightrope.treaty.errors import InputError, raise_all

SLOPE = "dP/dx"
STEP = 1e-4
"""Half a central difference, in standard deviations of the variable, or in parts of its value where
that is smaller (no smaller than this share of a deviation): the error is of order 1e-8, also where
a row lies near the end of what log(x) or sqrt(x) allows."""


def average_marginal_effects(
    fit: Fit, names: str | Sequence[str] | None = None, interval: Interval = USUAL
) -> pd.DataFrame:
    """Change of each outcome's probability with each variable, averaged over the rows fitted.

    A number that takes more than two values is moved a little and the change divided by the move:
    dP/dx, per unit of x. A variable of two values or of words is set, in all rows, first to its
    reference (the lower value, the first level), then to each other value, and the difference
    taken; so is a number in `factor(…)`. A variable in several utilities is moved in all of them at
    once.

    names     one variable of the formula or several, or None for all that have such an effect:
              those that have none are left out, with a warning for each, also in `attrs["notes"]`
    Returns   a row for each variable, change and outcome: `variable`, `change` (`dP/dx` or
              `a → b`), `outcome`, `effect`, `std_error`, `low`, `high`; effects on the outcomes
              add up to zero
    Raises    InputError: TW184 for a name that is no variable of the formula, or one that enters
              through a comparison such as `I(x > 0)`, or has no slope in some row, as sqrt(x)
              where x is zero (without names, only where this holds for all variables); TW191
    Source    Bartus 2005; Hanmer & Kalkan 2013 on averaging over the rows; R's margins
    """
    known = variables(fit)
    wanted = [names] if isinstance(names, str) else names
    for name in wanted or ():
        check_variable(name, known)
    found: list[pd.DataFrame] = []
    lacking: list[InputError] = []
    for name in known if wanted is None else wanted:
        try:
            found += _effects(fit, name, known[name], interval)
        except InputError as fault:
            if wanted is not None or fault.code != VARIABLE:
                raise
            lacking.append(fault)
    if not found:
        raise_all(lacking)
        raise refuse(
            "the formula has no variable whose effect could be told",
            VARIABLE,
            remedy="ask scenarios(fit, {'as it was': {}}) for the mean probabilities",
        )
    notes = tuple(f"Left out: {fault.what}; {fault.remedy}." for fault in lacking)
    for note in notes:
        warnings.warn(note, stacklevel=2)
    table = pd.concat(found, ignore_index=True)
    table.attrs["notes"] = notes
    return table


def _effects(
    fit: Fit, name: str, column: pd.Series[Any], interval: Interval
) -> Iterator[pd.DataFrame]:
    """A table for each change of one variable. Errors: InputError (TW184) where it has none."""
    for change, low, high, width in _changes(column, _coding(fit, name)):
        before, after = _set(fit, name, low), _set(fit, name, high)
        if change == SLOPE:
            _check_slope(fit, name, (before, after))
        effect = _difference(fit, before, after, interval, width)
        yield _frame(fit, effect, "effect", variable=name, change=change)


def first_differences(
    fit: Fit,
    start: Mapping[str, Any],
    end: Mapping[str, Any],
    *,
    average: bool = True,
    interval: Interval = USUAL,
) -> pd.DataFrame:
    """Change of each outcome's probability as variables go from `start` to `end`.

    start, end  values by variable, such as {"balanc": 0.2}
    average     over all rows, each with its own other values (Hanmer & Kalkan 2013); else for one
                row with the others at `typical`
    Returns     a row for each outcome: `outcome`, `difference`, `std_error`, `low`, `high`
    Raises      InputError: TW184 for a name that is no variable or a level not seen, TW191
    Source      King, Tomz & Wittenberg 2000
    """
    tables = [_scenario(fit, values, average) for values in (start, end)]
    return _frame(fit, _difference(fit, tables[0], tables[1], interval, 1.0), "difference")


def scenarios(
    fit: Fit,
    settings: Mapping[str, Mapping[str, Any]],
    *,
    average: bool = True,
    interval: Interval = USUAL,
) -> pd.DataFrame:
    """Probability of each outcome in named scenarios, with intervals.

    settings  scenario → values by variable; {} leaves all as they are
    Other arguments and errors as for `first_differences`.
    Returns   a row for each scenario and outcome: `scenario`, `outcome`, `probability`,
              `std_error`, `low`, `high`
    """
    if not settings:
        raise refuse("no scenario is given", VARIABLE, remedy="give one, such as {'now': {}}")
    found = []
    for name, values in settings.items():
        rows = at(fit, _scenario(fit, values, average))
        chance = uncertain(fit, partial(mean_probabilities, rows), interval, share=True)
        found.append(_frame(fit, chance, "probability", scenario=name))
    return pd.concat(found, ignore_index=True)


def _coding(fit: Fit, name: str) -> bool:
    """Whether a variable is coded by level. Errors: InputError where it enters through a step."""
    parts = fit.design.formula.parts
    if any(name in compared(part) for part in parts):
        raise refuse(
            f"'{name}' is compared with something in the formula: its effect is a step, which has "
            "no slope to average",
            VARIABLE,
            remedy="use first_differences from a value below the step to one above it",
        )
    return any(name in coded_in(part) for part in parts)


def _check_slope(fit: Fit, name: str, tables: Sequence[pd.DataFrame]) -> None:
    """Refuse a variable that cannot be moved in some row. Errors: InputError (TW184)."""
    for table in tables:
        lacking = undefined(fit, table)
        if lacking is not None:
            value = fit.design.table[name].iloc[lacking[1]]
            raise refuse(
                f"'{lacking[0]}' has no slope where '{name}' is {value:g}, so there is none to "
                "average",
                VARIABLE,
                remedy="use first_differences from one value to another; name the variables whose "
                "effects you want, without this one",
            )


def _changes(column: pd.Series[Any], by_level: bool) -> Iterator[tuple[str, Any, Any, Any]]:
    """Name of each change, the values before and after, and what to divide by."""
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if number and column.nunique() > 2 and not by_level:
        spread = float(column.std())
        size = column.abs().astype(float)
        move = STEP * size.where(size > 0.0, spread).clip(STEP * spread, spread)
        yield SLOPE, column - move, column + move, 2.0 * move.to_numpy()[:, None]
        return
    coded = isinstance(column.dtype, pd.CategoricalDtype)
    levels = list(column.cat.categories if coded else sorted(column.unique()))
    for level in levels[1:]:
        yield f"{levels[0]} → {level}", levels[0], level, 1.0


def _scenario(fit: Fit, values: Mapping[str, Any], average: bool) -> pd.DataFrame:
    if not average:
        return typical(fit, **values)
    table: pd.DataFrame = fit.design.table if fit.design is not None else pd.DataFrame()
    known = variables(fit)
    for name, value in values.items():
        check_variable(name, known)
        table = _set(fit, name, value, table)
    return table


def _set(fit: Fit, name: str, value: Any, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """The rows fitted with a variable set; a category stays one, with its levels."""
    rows = fit.design.table if table is None else table
    column = rows[name]
    coded = isinstance(column.dtype, pd.CategoricalDtype)
    if coded and value in column.cat.categories:
        value = pd.Categorical([value] * len(rows), categories=column.cat.categories)
    changed: pd.DataFrame = rows.assign(**{name: value})
    return changed


def _difference(
    fit: Fit, start: pd.DataFrame, end: pd.DataFrame, interval: Interval, width: Any
) -> Uncertain:
    """Mean over the rows of the change in probabilities, divided by `width`: a number or (n, 1)."""
    before, after = (_weighed(fit, table) for table in (start, end))

    def change(theta: Array) -> Array:
        moved = (after.probabilities(theta) - before.probabilities(theta)) / width
        mean: Array = before.weights @ moved / before.weights.sum()
        return mean

    return uncertain(fit, change, interval)


def _weighed(fit: Fit, table: pd.DataFrame) -> Any:
    """The rows of a table with the weights of the fit, where they are the rows fitted."""
    rows = at(fit, table)
    return rows.weighted(fit.likelihood.weights) if rows.size == fit.size else rows


def _frame(fit: Fit, found: Uncertain, value: str, **labels: str) -> pd.DataFrame:
    size = len(found.estimate)
    return pd.DataFrame(
        {
            **{name: [label] * size for name, label in labels.items()},
            "outcome": np.asarray(fit.likelihood.outcomes, dtype=object),
            value: found.estimate,
            "std_error": found.std_error,
            "low": found.low,
            "high": found.high,
        }
    )
