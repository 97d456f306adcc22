"""Page 3, when it breaks: hazard by level over the years, windows, will, and displacement."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import (
    BROKEN,
    FAINT,
    INK,
    MIDDLE,
    PER_CENT,
    SHARE,
    WIDTH,
    Figure,
    labelled,
)
from tightrope.report.displacement import displacement_figure
from tightrope.report.extremes import least, most
from tightrope.report.paths import HAZARDS, mean_path, path
from tightrope.report.results import Results
from tightrope.report.tables import paragraph, table
from tightrope.report.weighing import spread
from tightrope.report.windows import joining, windows_parts
from tightrope.report.words import counted, ordinal, percent, short, signed

SURVIVAL = "path_survival"
"""Outcome with dims option, draw, time: chance of no limited or full attack until then."""
PATHS = {
    "path_will": ("will", "Political will (standard deviations from its usual state)"),
    "path_capability": ("capability", "Strength of the protected state (challenger's = 1)"),
}
ALIKE = 0.1
"""Changes that differ by less than this part of the largest are told as one."""
PANELS = 6
YEARS_TOLD = (1, 2, 5, 10)


def when_it_breaks_page(results: Results) -> Chapter:
    """Survival, hazards, windows, will and capability, and where attack is displaced to."""
    drawn = [when_it_breaks(results), hazards_figure(results), *paths_figures(results)]
    drawn.append(displacement_figure(results))
    parts: list[Figure | str] = [
        paragraph(
            "Hazard is the chance that the first attack comes in a given year, if none came "
            "before. A window is a stretch of time in which attacking pays more than before or "
            "after, such as the months between signature and membership."
        )
    ]
    parts += [figure for figure in drawn if figure is not None]
    parts += windows_parts(results)
    if len(parts) == 1:
        parts.append(paragraph("No outcome of this run is kept by year."))
    return Chapter(
        3,
        "When it breaks",
        "If a settlement fails, when does it fail, and through which kind of attack?",
        parts,
    )


def when_it_breaks(results: Results) -> Figure | None:
    """Chance of no limited or full attack so far, by year; None if no outcome is kept by time."""
    rows = []
    for option in results.agreements:
        found = path(results, option, SURVIVAL)
        if found is None:
            continue
        for step, year in enumerate(results.dataset["time"].values):
            told = spread(found[:, step], results.weights)
            if told is not None:
                rows.append(_row(results, option) | {"year": float(year)} | told)
    if not rows:
        return None
    data = pd.DataFrame(rows)
    end = data[data["year"] == data["year"].max()]
    worst, best = least(end, "mean"), most(end, "mean")
    options = list(dict.fromkeys(data["option"]))
    shown = _panels(options, [str(worst["option"])])
    base = _panel(data[data["option"].isin(shown)])
    band = base.mark_area(color=MIDDLE, opacity=0.25).encode(
        y=alt.Y("p05:Q", title="Peace holds", axis=SHARE, scale=alt.Scale(domain=[0, 1])),
        y2="p95:Q",
    )
    line = base.mark_line(color=INK).encode(y="mean:Q")
    years = f"{end['year'].max():.0f} years"
    alone = f"Chance that peace holds for {years} under '{worst['title']}'"
    title = alone if len(options) == 1 else f"Least likely to last {years}: {worst['title']}"
    title += f", {percent(float(worst['mean']))}"
    if len(options) > 1:
        title += f"; likeliest: {short(str(best['title']), 44)}, {percent(float(best['mean']))}"
    return Figure(
        name="when_it_breaks",
        title=title,
        caption=(
            "Chance of no limited or full attack so far, given settled. Band: 5–95 % of worlds. "
            f"{_which(len(shown), len(options))}"
        ),
        data=data,
        chart=_facets(band + line, data, shown),
        table=_years_table(results, data),
    )


def _row(results: Results, option: str) -> dict[str, Any]:
    return {
        "option": option,
        "number": results.number(option),
        "title": results.titles[option],
    }


def _panels(options: list[str], also: list[str]) -> list[str]:
    """The first options and those named besides, no more than fit, in the order of the ranking."""
    # An odd number of panels would leave an axis without a panel.
    room = min(PANELS, len(options) - len(options) % 2 or 1)
    chosen = list(dict.fromkeys([*also, *options[: room - len(also)], *options]))[:room]
    return [option for option in options if option in chosen]


def _which(shown: int, count: int) -> str:
    if shown == count:
        return ""
    return f"{counted(shown, 'option')} of {count} are drawn; all stand in the table and the data."


def _panel(data: pd.DataFrame) -> alt.Chart:
    named = labelled(data.assign(title=data["number"] + "  " + data["title"].map(_brief)), 24)
    return alt.Chart(named).encode(
        x=alt.X("year:Q", title="Years since the settlement", axis=alt.Axis(tickCount=5))
    )


def _brief(title: str) -> str:
    return short(title, 44)


def _facets(layers: alt.LayerChart, data: pd.DataFrame, shown: list[str]) -> alt.FacetChart:
    part = data[data["option"].isin(shown)].drop_duplicates("option").set_index("option")
    part = part.loc[shown]
    named = labelled(part.assign(title=part["number"] + "  " + part["title"].map(_brief)), 24)
    faceted: alt.FacetChart = layers.properties(width=WIDTH // 2, height=90).facet(
        facet=alt.Facet(
            "label:N",
            sort=list(named["label"]),
            title=None,
            header=alt.Header(labelExpr=BROKEN, labelPadding=4, labelFontSize=12),
        ),
        columns=min(2, len(shown)),
        spacing={"row": 26, "column": 24},
    )
    return faceted


def _years_table(results: Results, data: pd.DataFrame) -> str:
    last = float(data["year"].max())
    marks = [year for year in YEARS_TOLD if year <= last + 0.5]
    rows = []
    for option in dict.fromkeys(data["option"]):
        part = data[data["option"] == option]
        means = np.interp(marks, part["year"], part["mean"])
        rows.append((f"{results.number(option)} {results.titles[option]}", *map(percent, means)))
    head = ("Option", *(f"After {counted(year, 'year')}" for year in marks))
    return table(head, rows, "Chance of no limited or full attack so far, mean over worlds")


def hazards_figure(results: Results) -> Figure | None:
    """Chance per year of a first limited and a first full attack; None if not kept by time."""
    times = np.asarray(results.dataset["time"].values, dtype=float)
    if len(times) < 2 or not set(HAZARDS) & set(results.dataset.data_vars):
        return None
    per_year = 1.0 / float(times[1] - times[0])
    rows, peaks = [], []
    for option in results.agreements:
        total = np.zeros(len(times))
        for name, level in HAZARDS.items():
            found = mean_path(results, option, name)
            if found is None:
                continue
            yearly = 1.0 - (1.0 - np.clip(found, 0.0, 1.0)) ** per_year
            total = total + yearly
            for year, value in zip(times, yearly, strict=True):
                rows.append(
                    _row(results, option)
                    | {"level": level, "year": float(year), "mean": float(value)}
                )
        if total.max() <= 0.0:
            continue
        peaks.append((float(total.max()), float(times[int(total.argmax())]), option))
    if not peaks:
        return None
    data = pd.DataFrame(rows)
    high, when, worst = max(peaks)
    options = list(dict.fromkeys(data["option"]))
    shown = _panels(options, [worst, *joining(results)][:3])
    base = _panel(data[data["option"].isin(shown)])
    lines = base.mark_line(color=INK, strokeWidth=1.6).encode(
        y=alt.Y("mean:Q", title="Chance per year", axis=alt.Axis(labelExpr=PER_CENT, tickCount=4)),
        strokeDash=alt.StrokeDash(
            "level:N",
            title=None,
            legend=alt.Legend(symbolSize=600),
            scale=alt.Scale(domain=list(HAZARDS.values()), range=[[4, 3], [1, 0]]),
        ),
    )
    entry = pd.DataFrame(
        [
            _row(results, o) | {"at": at}
            for o in shown
            for at in (results.text(o).entry, results.text(o).accession)
            if at is not None and 0 < at <= times[-1]
        ],
        columns=["option", "number", "title", "at"],
    )
    where = alt.Chart(
        labelled(entry.assign(title=entry["number"] + "  " + entry["title"].map(_brief)), 24)
    )
    rules = where.mark_rule(color=MIDDLE, strokeDash=[1, 2]).encode(x="at:Q")
    layers = lines if entry.empty else _same_data(lines, rules)
    return Figure(
        name="hazard",
        title=(
            f"The most dangerous time is {_when(when, times[-1])} under "
            f"'{short(results.titles[worst], 48)}': {percent(high)} a year"
        ),
        caption=(
            "Chance per year that the first attack comes, given none before, mean over worlds. "
            "Solid: full attack; dashed: limited. Dotted upright: expected entry or accession. "
            f"{_which(len(shown), len(options))}"
        ),
        data=data,
        chart=_facets(layers, data, shown),
        table=_peaks_table(results, peaks, times[-1]),
    )


def _same_data(lines: alt.Chart, rules: alt.Chart) -> alt.LayerChart:
    """Lines and rules over one table, so that both can be parted into panels."""
    joined = pd.concat([lines.data, rules.data], ignore_index=True)
    parts = [
        chart.properties(data=alt.Undefined).transform_filter(f"isValid(datum.{name})")
        for chart, name in ((lines, "mean"), (rules, "at"))
    ]
    layered = alt.layer(*parts, data=joined)
    assert isinstance(layered, alt.LayerChart)
    return layered


def _when(year: float, last: float) -> str:
    """The year after the settlement in which a point of time lies, `last` being the last shown."""
    told = f"the {ordinal(math.floor(year) + 1)} year"
    return told if year < last else f"{told} (the end of the span shown)"


def _peaks_table(results: Results, peaks: list[tuple[float, float, str]], last: float) -> str:
    rows = [
        (f"{results.number(o)} {results.titles[o]}", percent(high), _when(when, last))
        for high, when, o in peaks
    ]
    return table(("Option", "Highest hazard a year", "When"), rows, "Most dangerous time by option")


def paths_figures(results: Results) -> list[Figure]:
    """Will and capability over the years, option by option, where the run keeps them."""
    return [
        figure
        for name, (word, axis) in PATHS.items()
        if (figure := _path_figure(results, name, word, axis)) is not None
    ]


def _path_figure(results: Results, name: str, word: str, axis: str) -> Figure | None:
    rows = [
        _row(results, option) | {"year": float(year), "mean": float(value)}
        for option in results.agreements
        if (found := mean_path(results, option, name)) is not None
        for year, value in zip(results.dataset["time"].values, found, strict=True)
    ]
    if not rows:
        return None
    data = pd.DataFrame(rows)
    start, end = (data.groupby("option", sort=False)["mean"].agg(k) for k in ("first", "last"))
    change = end - start
    # The most durable option, and those that end highest and lowest, are told apart.
    named = list(dict.fromkeys([str(end.index[0]), str(end.idxmax()), str(end.idxmin())]))
    base = alt.Chart(data).encode(
        x=alt.X("year:Q", title="Years since the settlement", axis=alt.Axis(tickCount=5)),
        y=alt.Y("mean:Q", title=axis.partition(" (")[0], scale=alt.Scale(zero=False)),
        detail="option:N",
    )
    told = base.transform_filter(alt.FieldOneOfPredicate(field="option", oneOf=named))
    dashes = alt.StrokeDash(
        "number:N",
        title="Option",
        legend=alt.Legend(symbolSize=600),
        scale=alt.Scale(
            domain=[results.number(o) for o in named], range=[[1, 0], [7, 3], [2, 2]][: len(named)]
        ),
    )
    chart = base.mark_line(color=FAINT, strokeWidth=1.2) + told.mark_line(
        color=INK, strokeWidth=2
    ).encode(strokeDash=dashes)
    numbers = [
        (
            f"{results.number(o)} {results.titles[o]}",
            *(signed(float(v)) for v in (start[o], change[o])),
        )
        for o in start.index
    ]
    return Figure(
        name=word,
        title=_path_finding(results, axis.partition(" (")[0], change),
        caption=(
            f"{axis}, mean over worlds, while peace lasts. Solid: option "
            f"{results.number(named[0])}, the most durable"
            + ("; broken: those that end highest and lowest" if len(named) > 1 else "")
            + "; grey: the others."
        ),
        data=data,
        chart=chart.properties(width=WIDTH, height=150),
        table=table(("Option", "At first", "Change"), numbers, f"{axis}, by option"),
    )


def _path_finding(results: Results, what: str, change: pd.Series[float]) -> str:
    moved = str(change.abs().idxmax())
    up = bool(change[moved] > 0)
    way, like_it = ("rises" if up else "falls"), (change > 0) if up else (change < 0)
    like = f"{way} under {int(like_it.sum())} of {counted(len(change), 'option')}"
    if like_it.all():
        like = f"{way} under every option"
    by = f"by {abs(change[moved]):.2f}"
    if len(change) == 1:
        return f"{what} {way} {by} over the years"
    if change.max() - change.min() < ALIKE * abs(change[moved]):
        return f"{what} {like} over the years, and about as much, {by}: the texts hardly move it"
    told = change.abs().map("{:.2f}".format)
    alike = int((like_it & (told == told[moved])).sum())
    most = f"under '{short(results.titles[moved], 44)}'" if alike == 1 else f"under {alike} of them"
    return f"{what} {like} over the years; most, {by}, {most}"
