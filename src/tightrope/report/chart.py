"""One look for all charts, and their drawing as SVG without a browser or the network.

Charts are legible in grey: meaning is carried by shape, position and words, not by colour.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.words import short

INK, MIDDLE, FAINT = "#222222", "#767676", "#d9d9d9"
WIDTH = 290
"""Width of the plotting area in px; narrow, so that a phone does not shrink the words away."""


@dataclass(frozen=True)
class Figure:
    """A chart with what a reader needs beside it.

    name     of its data file, `data/NAME.csv`
    title    the finding, computed from the numbers shown
    caption  how to read it, with units
    data     the numbers shown, tidy
    chart    Altair chart drawn from `data`
    table    the same as an HTML table, for those who cannot see the chart
    """

    name: str
    title: str
    caption: str
    data: pd.DataFrame
    chart: alt.TopLevelMixin
    table: str = ""

    def html(self) -> str:
        """The chart with its finding, how to read it, and its numbers as a table to unfold."""
        numbers = f"<details><summary>The numbers as a table</summary>{self.table}</details>"
        return (
            f'<figure class="chart"><h3>{escape(self.title)}</h3><div class="drawn">'
            f'<div class="wide">{self.inline()}</div></div>'
            f"<figcaption>{escape(self.caption)} Data: <code>data/{self.name}.csv</code>."
            f"</figcaption>{numbers if self.table else ''}</figure>"
        )

    def inline(self) -> str:
        """The chart as an SVG element of a page, which scales with it and loads nothing.

        Errors: ImportError where vl-convert-python (the extra `report`) is not installed.
        """
        drawn = re.sub(r' xmlns(:xlink)?="[^"]*"', "", _draw(_styled(self.chart.to_dict())))
        width = re.search(r'width="([\d.]+)"', drawn)
        assert width is not None, "the drawing has no width"
        label = f'<svg role="img" aria-label="{escape(self.title)}" '
        label += f'style="max-width:calc({width[1]}px * var(--grow, 1));'
        label += f'min-width:min({width[1]}px,20rem)"'
        return re.sub(r"^<svg", label, re.sub(r' (width|height)="[\d.]+"', "", drawn, count=2))

    def alone(self) -> str:
        """The chart as an SVG file of its own, with its title, to be put into other pages.

        Errors: as for `inline`.
        """
        spec = _styled(self.chart.to_dict())
        title = {"text": textwrap.wrap(self.title, 62), "anchor": "start", "fontSize": 14}
        return _draw({**spec, "background": "white", "padding": 12, "title": title})


def _draw(spec: dict[str, Any]) -> str:
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec)
    return drawn.replace("\n", " ")


def _styled(spec: dict[str, Any]) -> dict[str, Any]:
    """Add the common look: plain words, no frame, quiet grid."""
    words = {"labelFontSize": 13, "titleFontSize": 13, "labelColor": INK, "titleColor": INK}
    spec["background"] = "transparent"
    spec["config"] = {
        "font": "sans-serif",
        "view": {"stroke": None},
        "axis": {
            **words,
            "titleFontWeight": "normal",
            "gridColor": FAINT,
            "domainColor": MIDDLE,
            "tickColor": MIDDLE,
            "labelLimit": 220,
            "labelPadding": 5,
        },
        "header": {**words, "labelFontWeight": "bold"},
        "legend": {**words, "orient": "top", "titleFontWeight": "normal", "symbolSize": 90},
    }
    return spec


def labelled(data: pd.DataFrame, width: int = 26) -> pd.DataFrame:
    """The data with `label`, its `title` broken into lines to be shown by `BROKEN`."""
    broken = ["\n".join(textwrap.wrap(title, width)) for title in data["title"]]
    return data.assign(label=broken)


BROKEN = r"split(datum.label, '\n')"
"""Label expression of an axis or header whose words were broken by `labelled`."""

POINTS = "format(100 * datum.value, '.0f')"
"""Label expression of an axis of shares or points whose title gives the unit."""
PER_CENT = f"{POINTS} + ' %'"
"""Label expression of an axis of shares, written as in the text."""
SHARE = alt.Axis(labelExpr=PER_CENT, tickCount=6)
"""Axis of a chance or a share, in per cent."""
PLAIN = alt.Axis(labelExpr=POINTS, tickCount=6)
"""The same where labels stand close: without the sign, which the title then gives."""


def option_rows(data: pd.DataFrame) -> alt.Chart:
    """A chart with a row for each option, named by `number` and `title`, in the data's order."""
    label = [f"{n}  {short(t, 33)}" for n, t in zip(data["number"], data["title"], strict=True)]
    return alt.Chart(data.assign(label=label)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, ticks=False))
    )
