"""When it breaks: how the chance that peace still holds falls over the years."""

from __future__ import annotations

import altair as alt
import pandas as pd

from tightrope.report.chart import INK, MIDDLE, SHARE, Figure
from tightrope.report.results import Results

SURVIVAL = "held_until"
"""Outcome with dims option, draw, time: chance of no limited or full attack until then."""


def when_it_breaks(results: Results) -> Figure | None:
    """Chance of no limited or full attack so far, by year; None if no outcome is kept by time."""
    if SURVIVAL not in results.dataset:
        return None
    held = results.dataset[SURVIVAL].sel(option=results.options)
    numbers = held.quantile([0.05, 0.5, 0.95], dim="draw").transpose("option", "time", "quantile")
    data = pd.DataFrame(
        {
            "option": option,
            "title": results.titles[option],
            "year": float(year),
            "mean": float(held.sel(option=option, time=year).mean()),
            "p05": float(numbers.sel(option=option, time=year)[0]),
            "p50": float(numbers.sel(option=option, time=year)[1]),
            "p95": float(numbers.sel(option=option, time=year)[2]),
        }
        for option in results.options
        for year in held["time"].values
    ).dropna(subset="mean")
    base = alt.Chart(data).encode(
        x=alt.X("year:Q", title="Years since the settlement", axis=alt.Axis(tickCount=5))
    )
    band = base.mark_area(color=MIDDLE, opacity=0.25).encode(
        y=alt.Y("p05:Q", title="Peace holds", axis=SHARE, scale=alt.Scale(domain=[0, 1])),
        y2="p95:Q",
    )
    line = base.mark_line(color=INK).encode(y="mean:Q")
    last = data["year"].max()
    worst = data[data["year"] == last].sort_values("mean").iloc[0]
    return Figure(
        name="when_it_breaks",
        title=f"Least likely to last {last:.0f} years: {worst['title']}, {worst['mean']:.0%}",
        caption="Chance of no limited or full attack so far, given settled. Band: 5-95 % of draws.",
        data=data,
        chart=(band + line)
        .properties(width=150, height=90)
        .facet(facet=alt.Facet("title:N", sort=None, title=None), columns=3),
    )
