"""Direct clash and nuclear risk on a scale of orders of magnitude, with honest width."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from tightrope.report.chart import INK, MIDDLE, Figure
from tightrope.report.extremes import least, most
from tightrope.report.results import Results
from tightrope.report.tables import table
from tightrope.report.words import MISSING, frequency, short

RISKS = {"clash_in_force": "direct clash", "nuclear_in_force": "nuclear use"}
"""Risks once the cover has begun: a text that is never signed must not look safe for that."""
FLOOR = 1e-6
"""Chances below this are drawn here and said to be below it: the scale has no zero."""
TICKS = [10.0**-k for k in range(6, -1, -1)]
LABELS = (
    "datum.value >= 1 ? 'certain' : datum.value < 2e-6 ? ['1 in a', 'million'] : "
    "['1 in', format(round(1 / datum.value), ',')]"
)


def risk_figure(results: Results) -> Figure | None:
    """Chance of a direct fight and of nuclear use once the cover has begun; None if not known."""
    rows = []
    for option in results.options:
        for outcome, word in RISKS.items():
            found = results.spread(option, outcome)
            if found is None:
                continue
            rows.append(
                {
                    "option": option,
                    "number": results.number(option),
                    "title": results.titles[option],
                    "risk": word,
                    **found,
                    "reading": frequency(mean) if (mean := found["mean"] or 0.0) > 0 else "none",
                }
            )
    if not rows:
        return None
    data = pd.DataFrame(rows)
    positive = data[data["mean"] > 0]
    drawn = positive.assign(
        label=[
            f"{n}  {short(t, 33)}"
            for n, t in zip(positive["number"], positive["title"], strict=True)
        ],
        **{name: positive[name].clip(lower=FLOOR) for name in ("mean", "p05", "p95")},
    )
    if drawn.empty:
        return None
    kinds = list(RISKS.values())
    base = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, ticks=False)),
        yOffset=alt.YOffset("risk:N", sort=kinds, scale=alt.Scale(paddingOuter=0.2)),
    )
    scale = alt.Scale(type="log", domain=[FLOOR, 1.0])
    axis = alt.Axis(values=TICKS[::2], labelExpr=LABELS, labelOverlap=False, labelFontSize=11)
    lines = base.mark_rule(color=MIDDLE, strokeWidth=1.5).encode(
        x=alt.X("p05:Q", title="Chance, once in force", axis=axis, scale=scale), x2="p95:Q"
    )
    marks = base.mark_point(size=60, color=INK, opacity=1, strokeWidth=1.4).encode(
        x=alt.X("mean:Q", scale=scale),
        shape=alt.Shape(
            "risk:N", title=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])
        ),
        fill=alt.Fill("risk:N", title=None, scale=alt.Scale(domain=kinds, range=["white", INK])),
    )
    return Figure(
        name="risk",
        title=_finding(data),
        caption=(
            "Direct clash: a guarantor's forces fight the challenger's. Nuclear use: such a fight "
            "escalates to it. Both are given that the cover has begun; how likely that is stands "
            "on page 1. Each step along the scale is a hundredfold. Marks are means over "
            "worlds, which a few bad worlds can carry; lines span 5 to 95 % of worlds and end at "
            f"1 in {1 / FLOOR:,.0f} where they go lower. Nobody knows these chances to better than "
            "their order of magnitude."
        ),
        data=data,
        chart=(lines + marks).properties(width=185, height=alt.Step(7)),
        table=_table(results, data),
    )


def _table(results: Results, data: pd.DataFrame) -> str:
    rows = []
    for option in results.options:
        cells = []
        for word in RISKS.values():
            part = data[(data["option"] == option) & (data["risk"] == word)]
            if part.empty:
                cells += [MISSING if option in results.agreements else "not counted", MISSING]
                continue
            row = part.to_dict("records")[0]
            low, high = (frequency(row[k]).removeprefix("about ") for k in ("p05", "p95"))
            cells += [row["reading"], f"{low} to {high}" if row["mean"] > 0 else MISSING]
        rows.append((f"{results.number(option)} {results.titles[option]}", *cells))
    head = ("Option", "Direct clash", "5–95 % of worlds", "Nuclear use", "5–95 % of worlds")
    note = (
        "Chance within the horizon once the cover has begun, as a frequency. Not counted: where "
        "nothing is signed no guarantor fights, and what the running war may do is outside the "
        "model"
    )
    return table(head, rows, note)


def _finding(data: pd.DataFrame) -> str:
    part = data[(data["risk"] == "nuclear use") & (data["mean"] > 0)]
    if part.empty:
        return "No option brings a guarantor into a direct fight in this run"
    high, low = most(part, "mean"), least(part, "mean")
    wide = math.log10(max(float(high["p95"]), FLOOR) / max(float(high["p05"]), FLOOR))
    told = f"Nuclear use, once in force: {frequency(float(high['mean']))} under "
    told += f"'{short(str(high['title']), 44)}'"
    if high["option"] != low["option"]:
        told += f", the most of all, and {frequency(float(low['mean']))} where least"
    if wide >= 0.75:
        told += f"; worlds differ by {_orders(wide)}"
    return told


def _orders(wide: float) -> str:
    number = round(wide)
    words = {1: "a factor of ten", 2: "a factor of a hundred", 3: "a factor of a thousand"}
    return words.get(number, f"{number} orders of magnitude")
