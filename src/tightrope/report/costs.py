"""Page 4, what it costs and risks: money, lives, a direct clash, and nuclear use."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import INK, MIDDLE, Figure, option_rows
from tightrope.report.extremes import least, most
from tightrope.report.results import Results
from tightrope.report.risk import risk_figure
from tightrope.report.tables import paragraph, table
from tightrope.report.words import plain_range, short


@dataclass(frozen=True)
class Measure:
    """An outcome in its own unit: its name, what it is called, how to write one, axis, caption."""

    outcome: str
    word: str
    amount: str
    axis: str
    caption: str


COSTS = (
    Measure(
        "cost_standing",
        "cost a year",
        "EUR {} bn",
        "EUR bn a year",
        "Aid and forces that the guarantors keep up, each year, while peace lasts.",
    ),
    Measure(
        "cost_expected",
        "cost over the horizon",
        "EUR {} bn",
        "EUR bn, discounted",
        "The same over all years looked ahead, later years counting less, for as long as peace "
        "lasts: what fails early also costs less.",
    ),
    Measure(
        "lives_lost",
        "loss of life",
        "{} thousand",
        "Thousand deaths",
        "Deaths in war within the horizon: in the war that goes on where nothing is settled, and "
        "in the next one where the peace breaks.",
    ),
)


def costs_page(results: Results) -> Chapter:
    """Costs, lives and risks, option by option."""
    drawn = [range_figure(results, measure) for measure in COSTS]
    drawn.append(risk_figure(results))
    parts: list[Figure | str] = [
        paragraph(
            "All amounts are for all guarantors together. Ranges span 5 to 95 % of worlds; a "
            "letter marks an option that asks for no signature."
        )
    ]
    parts += [figure for figure in drawn if figure is not None]
    return Chapter(
        4,
        "What it costs and risks",
        "What do the guarantors pay, how many die, and how likely is a fight between nuclear "
        "powers?",
        parts,
    )


def range_figure(results: Results, measure: Measure) -> Figure | None:
    """An outcome of every option with its range; None where no option has it."""
    rows = []
    for option in results.options:
        found = results.spread(option, measure.outcome)
        if found is not None:
            rows.append(
                {
                    "option": option,
                    "number": results.number(option),
                    "title": results.titles[option],
                    "signs": option in results.agreements,
                    **found,
                }
            )
    if not rows:
        return None
    data = pd.DataFrame(rows)
    base = option_rows(data)
    lines = base.mark_rule(color=MIDDLE, strokeWidth=1.5).encode(
        x=alt.X("p05:Q", title=measure.axis, axis=alt.Axis(tickCount=5)), x2="p95:Q"
    )
    kinds = alt.Scale(domain=[True, False], range=["circle", "square"])
    fills = alt.Scale(domain=[True, False], range=[INK, "white"])
    marks = base.mark_point(size=60, color=INK, opacity=1, strokeWidth=1.4).encode(
        x="mean:Q",
        shape=alt.Shape("signs:N", legend=None, scale=kinds),
        fill=alt.Fill("signs:N", legend=None, scale=fills),
    )
    told = [(f"{row['number']} {row['title']}", plain_range(row)) for row in rows]
    return Figure(
        name=measure.outcome,
        title=_finding(data, measure),
        caption=f"{measure.caption} {measure.axis}, mean over worlds and 5–95 % range.",
        data=data.drop(columns="signs"),
        chart=(lines + marks).properties(width=150, height=alt.Step(19)),
        table=table(("Option", measure.axis), told, "Mean over worlds [5–95 % of worlds]"),
    )


def _finding(data: pd.DataFrame, measure: Measure) -> str:
    signed = data[data["signs"]]
    if len(signed) < 2:
        row = data.iloc[0]
        amount = measure.amount.format(_amount(float(row["mean"])))
        return f"{measure.word.capitalize()} under '{short(str(row['title']), 48)}': {amount}"
    low, high = (
        f"{measure.amount.format(_amount(float(end['mean'])))} "
        f"({end['number']}, {short(str(end['title']), 36)})"
        for end in (least(signed, "mean"), most(signed, "mean"))
    )
    return f"The {measure.word} runs from {low} to {high}"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:,.1f}"
