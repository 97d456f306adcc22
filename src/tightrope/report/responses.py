"""Who comes: the chance that each guarantor fights when a full attack is met with resistance."""

from __future__ import annotations

import altair as alt
import pandas as pd

from tightrope.report.chart import BROKEN, Figure, labelled
from tightrope.report.results import Results


def who_comes(results: Results, level: str = "full") -> Figure:
    """Chance that each guarantor fights at `level`, option by option."""
    rows = []
    for option in results.options:
        for actor in results.document["options"][option].get("respond", {}):
            found = results.spread(option, "respond", actor, level, "fight")
            if found is not None:
                rows.append(
                    {
                        "option": option,
                        "title": results.titles[option],
                        "actor": actor,
                        **found,
                    }
                )
    data = pd.DataFrame(rows, columns=["option", "title", "actor", "mean", "p05", "p50", "p95"])
    base = alt.Chart(labelled(data, 30)).encode(
        x=alt.X("actor:N", sort=None, title="Guarantor", axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelExpr=BROKEN)),
    )
    shade = alt.Color("mean:Q", legend=None, scale=alt.Scale(scheme="greys", domain=[0, 1]))
    number = base.mark_text(fontSize=11).encode(
        text=alt.Text("percent:Q", format=".0f"),
        color=alt.condition("datum.mean > 0.45", alt.value("white"), alt.value("black")),
    )
    chart = (base.mark_rect(stroke="white").encode(color=shade) + number).transform_calculate(
        percent="100 * datum.mean"
    )
    return Figure(
        name="who_comes",
        title=_finding(data, results),
        caption=(
            "Chance in per cent that a guarantor fights when a full attack is resisted, averaged "
            "over draws; darker is likelier. The ranges are in the data file."
        ),
        data=data,
        chart=chart.properties(width=alt.Step(27), height=alt.Step(42)),
    )


def _finding(data: pd.DataFrame, results: Results) -> str:
    if data.empty:
        return "No guarantor has a duty or a stake in a full attack"
    place = int(data["mean"].to_numpy().argmax())
    best = data.to_dict("records")[place]
    name = results.actors.get(best["actor"], best["actor"])
    title = results.titles[best["option"]]
    return f"Likeliest to fight over a full attack: {name} under '{title}', {best['mean']:.0%}"
