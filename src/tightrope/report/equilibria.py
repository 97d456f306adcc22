"""The equilibria of a crisis-signalling game as one payoff moves: where there are several."""

from __future__ import annotations

import altair as alt
import pandas as pd

from tightrope.report.chart import INK, WIDTH, Figure

_SHAPES = {"stable": "circle", "unstable": "cross"}


def equilibria_figure(rows: pd.DataFrame, payoff: str, meaning: str) -> Figure:
    """Chance that B resists at every equilibrium, against a payoff.

    rows     a row an equilibrium: `value` of the payoff, `resist` (a chance), `stable`
    payoff   its symbol, such as W_B
    meaning  what it is, in words
    """
    data = rows.assign(kind=["stable" if stable else "unstable" for stable in rows["stable"]])
    number = data.groupby("value").size()
    several = number[number > 1]
    if several.empty:
        title = f"At every {payoff} shown the game has one equilibrium"
    else:
        title = (
            f"For {payoff} from {several.index.min():.2f} to {several.index.max():.2f} the game "
            f"has {several.max()} equilibria; elsewhere one"
        )
    chart = (
        alt.Chart(data)
        .mark_point(filled=True, color=INK, size=34, opacity=1)
        .encode(
            x=alt.X("value:Q", title=f"{payoff}: {meaning}", scale=alt.Scale(zero=False)),
            y=alt.Y("resist:Q", title="Chance that B resists", axis=alt.Axis(format=".0%")),
            shape=alt.Shape(
                "kind:N",
                title="Under mutual replies",
                scale=alt.Scale(domain=list(_SHAPES), range=list(_SHAPES.values())),
            ),
        )
        .properties(width=2 * WIDTH, height=WIDTH)
    )
    caption = (
        "Each mark is an equilibrium. Small mistakes in what is expected die out at a circle and "
        f"grow at a cross. {payoff} in units of the private shocks."
    )
    return Figure("equilibria", title, caption, data, chart)
