"""When it breaks: how the chance that peace still holds falls over the years."""

from __future__ import annotations

import altair as alt
import pandas as pd

from tightrope.report.chart import BROKEN, INK, MIDDLE, SHARE, Figure, labelled
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
    base = alt.Chart(labelled(data)).encode(
        x=alt.X("year:Q", title="Years since the settlement", axis=alt.Axis(tickCount=5))
    )
    band = base.mark_area(color=MIDDLE, opacity=0.25).encode(
        y=alt.Y("p05:Q", title="Peace holds", axis=SHARE, scale=alt.Scale(domain=[0, 1])),
        y2="p95:Q",
    )
    line = base.mark_line(color=INK).encode(y="mean:Q")
    last = float(held["time"][-1])
    end = held.isel(time=-1).mean("draw")
    worst = str(end["option"].values[int(end.to_numpy().argmin())])
    return Figure(
        name="when_it_breaks",
        title=(
            f"Least likely to last {last:.0f} years: {results.titles[worst]}, "
            f"{float(end.min()):.0%}"
        ),
        caption="Chance of no limited or full attack so far, given settled. Band: 5-95 % of draws.",
        data=data,
        chart=(band + line)
        .properties(width=170, height=100)
        .facet(
            facet=alt.Facet(
                "label:N",
                sort=list(dict.fromkeys(labelled(data)["label"])),
                title=None,
                header=alt.Header(labelExpr=BROKEN, labelPadding=4),
            ),
            columns=2,
            spacing={"row": 24, "column": 24},
        ),
    )
