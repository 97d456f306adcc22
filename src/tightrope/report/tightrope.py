"""The tightrope: how well each option holds against how willingly the challenger signs it.

At equal terms the options differ in their duties only; at their own terms the whole package
counts. Shown in that order, because terms can hide what the duties do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from tightrope.report.chart import BROKEN, INK, MIDDLE, SHARE, WIDTH, Figure, labelled
from tightrope.report.results import Results

HOLDS, SIGNS = "it holds", "the challenger accepts"
CLEAR = 0.3
"""A rank correlation nearer to zero than this is called no clear relation."""


def tightrope(results: Results, *, equal_terms: bool) -> Figure:
    """Chance that each option holds and that the challenger accepts it, with 5-95 % ranges.

    The options stand in the order in which they hold, so that the other mark shows the price.
    """
    paths = {HOLDS: ("held",), SIGNS: ("accept", results.challenger)}
    if equal_terms:
        paths = {HOLDS: ("equal_terms", "held"), SIGNS: ("equal_terms", "accept_challenger")}
    means = {o: _mean(results.spread(o, *paths[HOLDS])) for o in results.agreements}
    rows = []
    for option in sorted(means, key=lambda o: -means[o]):
        for what, path in paths.items():
            found = results.spread(option, *path)
            if found is not None:
                rows.append(
                    {
                        "option": option,
                        "title": results.titles[option],
                        "what": what,
                        **found,
                    }
                )
    data = pd.DataFrame(rows, columns=["option", "title", "what", "mean", "p05", "p50", "p95"])
    terms = "At equal terms" if equal_terms else "At their own terms"
    return Figure(
        name="tightrope_equal_terms" if equal_terms else "tightrope_own_terms",
        title=f"{terms}, {_relation(data, results.actors[results.challenger])}",
        caption=(
            "Filled circle: chance that no limited or full attack comes within the horizon, once "
            "settled. Open square: chance that the challenger accepts. Lines: 5 to 95 % of draws."
        ),
        data=data,
        chart=dots_with_ranges(data, [HOLDS, SIGNS], "Chance, mean over draws"),
    )


def _mean(spread: Mapping[str, float | None] | None) -> float:
    return 0.0 if spread is None else float(spread["mean"] or 0.0)


def dots_with_ranges(data: pd.DataFrame, kinds: Sequence[str], unit: str) -> alt.LayerChart:
    """One row for each option in the order given; a mark for each kind, with its range."""
    kinds = list(kinds)
    base = alt.Chart(labelled(data)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelExpr=BROKEN)),
        yOffset=alt.YOffset("what:N", sort=kinds, scale=alt.Scale(paddingOuter=0.6)),
    )
    lines = base.mark_rule(color=MIDDLE, strokeWidth=1.5).encode(
        x=alt.X("p05:Q", title=unit, axis=SHARE, scale=alt.Scale(domain=[0, 1])), x2="p95:Q"
    )
    styles = {"circle": INK, "square": "white", "triangle-up": MIDDLE}
    names, fills = list(styles)[: len(kinds)], list(styles.values())[: len(kinds)]
    marks = base.mark_point(size=80, color=INK, opacity=1, strokeWidth=1.5).encode(
        x="mean:Q",
        shape=alt.Shape("what:N", title=None, scale=alt.Scale(domain=kinds, range=names)),
        fill=alt.Fill("what:N", title=None, scale=alt.Scale(domain=kinds, range=fills)),
    )
    chart: alt.LayerChart = lines + marks
    return chart.properties(width=WIDTH, height=alt.Step(17))


def _relation(data: pd.DataFrame, challenger: str) -> str:
    """What the rank correlation over options says, in words."""
    means = data.pivot_table(index="option", columns="what", values="mean")
    if not {HOLDS, SIGNS} <= set(means.columns) or len(means.dropna()) < 3:
        return f"too few options to say whether what holds is what {challenger} accepts"
    means = means.dropna()
    ranks = float(means[HOLDS].rank().corr(means[SIGNS].rank()))
    told = f"(rank correlation {ranks:+.2f} over {len(means)} options)"
    if ranks < -CLEAR:
        return f"what holds better is accepted less by {challenger} {told}"
    if ranks > CLEAR:
        return f"what holds better is also accepted more by {challenger} {told}"
    return f"holding and being accepted by {challenger} show no clear relation {told}"
