"""The lead's part: what its absence does by itself, and what the others make of it."""

from __future__ import annotations

import altair as alt
import pandas as pd

from tightrope.report.chart import INK, MIDDLE, POINTS, Figure
from tightrope.report.results import Results, Spread
from tightrope.report.tables import table
from tightrope.report.words import MISSING, points, short, signed, with_article

PARTS = {
    "backstop_mechanical": "by itself",
    "coordination_gap": "through the others",
}
LEAST = 0.005


def backstop_figure(results: Results) -> Figure | None:
    """How much likelier the challenger wins a full attack if the lead stays out, in two parts."""
    lead = with_article(results.actor(results.lead)) or "the lead guarantor"
    rows, told = [], []
    for option in results.agreements:
        total = results.spread(option, "backstop_total")
        parts = {name: results.spread(option, name) for name in PARTS}
        if total is None or any(part is None for part in parts.values()):
            continue
        for name, spread in {"backstop_total": total, **parts}.items():
            rows.append(
                {
                    "option": option,
                    "number": results.number(option),
                    "title": results.titles[option],
                    "label": f"{results.number(option)}  {short(results.titles[option], 33)}",
                    "part": PARTS.get(name, "in all"),
                    **(spread or {}),
                }
            )
        told.append(
            (
                f"{results.number(option)} {results.titles[option]}",
                *(_points(spread) for spread in (total, *parts.values())),
            )
        )
    if not rows:
        return None
    data = pd.DataFrame(rows)
    if float(data["mean"].abs().max()) < 1e-9:
        return None
    kinds = list(PARTS.values())
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, ticks=False))
    x = alt.X(
        "mean:Q",
        title="Rise in the challenger's success (points)",
        axis=alt.Axis(labelExpr=POINTS, tickCount=4),
    )
    bars = (
        alt.Chart(data[data["part"] != "in all"])
        .mark_bar(stroke=INK, strokeWidth=0.7, height=11)
        .encode(
            x=x,
            y=y,
            fill=alt.Fill(
                "part:N", title=None, scale=alt.Scale(domain=kinds, range=[MIDDLE, "white"])
            ),
        )
    )
    marks = (
        alt.Chart(data[data["part"] == "in all"])
        .mark_point(shape="diamond", size=60, color=INK, fill=INK, opacity=1)
        .encode(x=x, y=y)
    )
    head = ("Option", "In all", "By itself (mechanical)", "Through the others (coordination)")
    return Figure(
        name="backstop",
        title=_finding(data, lead),
        caption=(
            f"How much likelier the challenger succeeds in a full attack if {lead} stays out than "
            "if it fights. Grey: with the others' choices held fixed. White: because the others "
            "then choose anew; to the left they fill the gap, to the right they follow out. "
            "Diamond: both together. The title counts what moves by half a point or more; ranges "
            "are in the table."
        ),
        data=data.drop(columns="label"),
        chart=(bars + marks).properties(width=150, height=alt.Step(21)),
        table=table(head, told, "Percentage points, mean over worlds [5–95 % of worlds]"),
    )


def _points(spread: Spread | None) -> str:
    if spread is None:
        return MISSING
    mean, low, high = (100 * float(spread[key] or 0.0) for key in ("mean", "p05", "p95"))
    return f"{signed(mean, 0)} [{signed(low, 0)} to {signed(high, 0)}]"


def _finding(data: pd.DataFrame, lead: str) -> str:
    total = data[data["part"] == "in all"]
    most = total.to_dict("records")[int(total["mean"].to_numpy().argmax())]
    gap = data[data["part"] == PARTS["coordination_gap"]]["mean"]
    follow, fill = int((gap > LEAST).sum()), int((gap < -LEAST).sum())
    if follow > fill:
        others = f"the others follow it out under {follow} of {len(gap)} options"
    elif fill > follow:
        others = f"the others fill part of the gap under {fill} of {len(gap)} options"
    else:
        others = "the others on balance neither follow it out nor fill the gap"
    return (
        f"If {lead} stays out, the challenger's chance rises by "
        f"{points(most['mean']).lstrip('+')} under '{short(str(most['title']), 44)}'; {others}"
    )
