"""A chart of predicted probabilities over one variable, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from tightrope.history.codes import SETTING, VARIABLE, refuse
from tightrope.history.effects import scenarios
from tightrope.history.predict import check_variable, variables
from tightrope.history.results import Fit
from tightrope.history.uncertainty import USUAL, Interval

INK, SHADE = "#222222", "#8a8a8a"


@dataclass(frozen=True)
class Curve:
    """Predicted probabilities over a variable.

    title  the finding, computed from `data`
    data   a row for each value and outcome: `value`, `outcome`, `probability`, `std_error`,
           `low`, `high`
    chart  Altair chart drawn from `data`, a panel for each outcome, legible in grey
    """

    title: str
    data: pd.DataFrame
    chart: alt.TopLevelMixin

    def save(self, path: Path | str) -> None:
        """Write the chart as .svg, .png or .html by the ending of `path`; nothing is loaded from
        the network for the first two (vl-convert-python, the extra `report`)."""
        self.chart.save(str(path))


def probability_curve(
    fit: Fit,
    over: str,
    *,
    values: Mapping[str, Any] | None = None,
    average: bool = True,
    points: int = 25,
    interval: Interval = USUAL,
) -> Curve:
    """Probability of each outcome as a variable runs over its observed range.

    over     a variable of the formula that is a number
    values   other variables to be set, such as {"regime1": "dem"}
    average  over all rows, each with its own other values; else others at `typical`
    points   at which it is worked out, 2 or more
    Raises   InputError: TW184 for a name that is no variable or no number, TW191, TW192 for fewer
             points
    Source   King, Tomz & Wittenberg 2000; Hanmer & Kalkan 2013 on averaging
    """
    known = variables(fit)
    check_variable(over, known)
    column = known[over]
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        raise refuse(
            f"'{over}' is no number, so it has no range to run over",
            VARIABLE,
            remedy="use scenarios() to compare its values",
        )
    if points < 2:
        raise refuse(
            f"a curve over {points} value{'' if points == 1 else 's'} has no two ends",
            SETTING,
            field="points",
            remedy="take 2 points or more; 25 are usual",
        )
    grid = np.linspace(float(column.min()), float(column.max()), points)
    settings = {str(place): {**(values or {}), over: value} for place, value in enumerate(grid)}
    data = scenarios(fit, settings, average=average, interval=interval)
    data.insert(0, "value", grid[data.pop("scenario").astype(int)])
    title = _finding(data, over)
    return Curve(title, data, _chart(data, over, title, interval.level))


def _finding(data: pd.DataFrame, over: str) -> str:
    """What moves most from one end of the range to the other."""
    table = data.pivot(index="value", columns="outcome", values="probability")
    shares = table.to_numpy(float)
    place = int(np.abs(shares[-1] - shares[0]).argmax())
    start, end = shares[0, place], shares[-1, place]
    return (
        f"As {over} goes from {table.index[0]:.2g} to {table.index[-1]:.2g}, the probability of "
        f"'{table.columns[place]}' {'rises' if end > start else 'falls'} "
        f"from {start:.0%} to {end:.0%}"
    )


def _chart(data: pd.DataFrame, over: str, title: str, level: float) -> alt.TopLevelMixin:
    outcomes = list(dict.fromkeys(data["outcome"]))
    across = alt.X("value:Q", title=over, scale=alt.Scale(zero=False, nice=False))
    share = alt.Axis(format=".0%", tickCount=5)
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(data)
    band = base.mark_area(color=SHADE, opacity=0.35).encode(
        x=across,
        y=alt.Y("low:Q", title="probability", axis=share, scale=scale),
        y2="high:Q",
    )
    line = base.mark_line(color=INK, strokeWidth=2).encode(x=across, y="probability:Q")
    drawn: alt.TopLevelMixin = (
        alt.layer(band, line)
        .properties(width=190, height=190)
        .facet(
            column=alt.Column(
                "outcome:N", sort=outcomes, title=None, header=alt.Header(labelFontWeight="bold")
            )
        )
        .properties(
            title=alt.TitleParams(title, subtitle=f"line: estimate; band: {level:.0%} interval")
        )
        .configure_view(stroke=None)
        .configure_axis(gridColor="#e5e5e5", titleFontWeight="normal")
    )
    return drawn
