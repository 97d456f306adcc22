"""When it breaks: how the chance that peace still holds falls over the years."""

from __future__ import annotations

import altair as alt
import xarray as xr

from tightrope.report.chart import BROKEN, INK, MIDDLE, SHARE, WIDTH, Figure, labelled
from tightrope.report.results import Results

SURVIVAL = "path_survival"
"""Outcome with dims option, draw, time: chance of no limited or full attack until then."""


def when_it_breaks(results: Results) -> Figure | None:
    """Chance of no limited or full attack so far, by year; None if no outcome is kept by time."""
    if SURVIVAL not in results.dataset:
        return None
    held = results.dataset[SURVIVAL].sel(option=results.agreements).dropna("option", how="all")
    if held.sizes["option"] == 0:
        return None
    shown = xr.Dataset({"mean": held.mean("draw")})
    for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        shown[name] = held.quantile(share, dim="draw").drop_vars("quantile")
    data = shown.to_dataframe().reset_index()
    data = data.rename(columns={"time": "year"})
    data.insert(1, "title", data["option"].map(results.titles))
    base = alt.Chart(labelled(data)).encode(
        x=alt.X("year:Q", title="Years since the settlement", axis=alt.Axis(tickCount=5))
    )
    band = base.mark_area(color=MIDDLE, opacity=0.25).encode(
        y=alt.Y("p05:Q", title="Peace holds", axis=SHARE, scale=alt.Scale(domain=[0, 1])),
        y2="p95:Q",
    )
    line = base.mark_line(color=INK).encode(y="mean:Q")
    end = shown["mean"].isel(time=-1)
    worst = str(end["option"].values[int(end.to_numpy().argmin())])
    return Figure(
        name="when_it_breaks",
        title=(
            f"Least likely to last {float(end['time']):.0f} years: {results.titles[worst]}, "
            f"{float(end.min()):.0%}"
        ),
        caption="Chance of no limited or full attack so far, given settled. Band: 5-95 % of draws.",
        data=data,
        chart=(band + line)
        .properties(width=WIDTH // 2, height=100)
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
