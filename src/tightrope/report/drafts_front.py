"""The front of drafts: what deters against what all sides sign, and what moves the knee."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from tightrope.report.chart import INK, MIDDLE, Figure
from tightrope.report.frontier import frontier
from tightrope.report.tables import table
from tightrope.report.words import percent, short

KINDS = ("existing option", "draft nobody beats", "the knee")
REACH = ("theme", "title", "settled", "held", "to_settled", "to_held")
CLEAR = 0.005
"""A gap of chances smaller than this is none, as it is told in whole per cent."""


def frontier_figure(answer: Mapping[str, Any]) -> Figure:
    """What holds against what is settled: existing options, the front, and what moves the knee."""
    rows = list(_marks(answer))
    reach = pd.DataFrame(list(_reaches(answer)), columns=REACH)
    data = pd.DataFrame(rows, columns=["option", "title", "kind", "settled", "held", "durable"])
    known = data.dropna(subset=["settled", "held"])
    ends = reach.rename(columns={"settled": "from_settled", "held": "from_held"})
    spread = pd.concat(
        [known, ends.rename(columns={"to_settled": "settled", "to_held": "held"})],
        ignore_index=True,
    )
    edge = frontier(known, "settled", "held")
    line = known.set_index("option").loc[edge].reset_index()
    x = alt.X(
        "settled:Q", title="Settled: all sides sign and stop", axis=_shares(spread["settled"])
    )
    y = alt.Y(
        "held:Q",
        title="Held: what deters",
        axis=_shares(spread["held"]),
        scale=alt.Scale(zero=False),
    )
    path = alt.Chart(line).mark_line(color=MIDDLE, strokeDash=[4, 3]).encode(x=x, y=y)
    marks = (
        alt.Chart(known)
        .mark_point(size=70, filled=True, stroke=INK, strokeWidth=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "kind:N", title=None,
                scale=alt.Scale(domain=list(KINDS), range=["cross", "circle", "diamond"]),
            ),
            fill=alt.Fill(
                "kind:N", title=None,
                scale=alt.Scale(domain=list(KINDS), range=[MIDDLE, "white", INK]),
            ),
        )
    )  # fmt: skip
    told = [
        (row["title"], row["kind"], percent(row["settled"]), percent(row["held"])) for row in rows
    ]
    told += [
        (
            row["title"],
            f"{row['theme']}, from the knee",
            percent(row["to_settled"]),
            percent(row["to_held"]),
        )
        for row in _reaches(answer)
    ]
    lines = (
        alt.Chart(reach)
        .mark_rule(color=INK, strokeWidth=1)
        .encode(x="settled:Q", y="held:Q", x2="to_settled:Q", y2="to_held:Q")
    )
    names = (
        alt.Chart(_named(reach, spread))
        .mark_text(align="left", dx=3, dy=-5, fontSize=12, color=INK)
        .encode(x="to_settled:Q", y="to_held:Q", text="theme:N")
    )
    return Figure(
        name="drafts",
        title=finding(answer),
        caption=(
            f"Mean over {answer['draws']} fresh worlds, weighted by the record. Dashed: what "
            "nobody beats on both counts. Up is what deters, right is what all sides sign. Lines: "
            "how far one choice under each head moves the knee, the choice that moves it furthest; "
            "where names would overlap, the shorter line has none."
        ),
        data=pd.concat([data, _reach_rows(reach)], ignore_index=True),
        chart=(path + lines + marks + names).properties(width=290, height=240),
        table=table(("Option", "Kind", "Settled", "Held"), told, "Drafts and existing options"),
    )


def finding(answer: Mapping[str, Any]) -> str:
    """How the most durable draft compares with the most durable existing agreement."""
    drafts = [
        row for row in answer["front"] if row["kept"] and share_of(row, "durable") is not None
    ]
    there = [row for row in answer["existing"] if _signable(row)]
    if not drafts or not there:
        return "No draft can be compared with the options there are"
    best = max(drafts, key=lambda row: share_of(row, "durable") or 0.0)
    old = max(there, key=lambda row: share_of(row, "durable") or 0.0)
    gain = (share_of(best, "durable") or 0.0) - (share_of(old, "durable") or 0.0)
    verb = "is more durable than" if gain >= CLEAR else "is no more durable than"
    # Two shares that are told as different must not read alike.
    digits = int(abs(gain) < 0.02)
    return (
        f"The most durable draft ({percent(share_of(best, 'durable'), digits)}) {verb} the best "
        f"agreement on the table, '{short(str(old['title']), 44)}' "
        f"({percent(share_of(old, 'durable'), digits)})"
    )


def _marks(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in answer["existing"]:
        if _signable(row):
            yield _mark(row, KINDS[0])
    for row in answer["front"]:
        if row["kept"]:
            yield _mark(row, KINDS[2] if row["id"] == answer["knee"] else KINDS[1])


def _reaches(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """For each theme the one choice that moves the knee furthest, with where it leads."""
    here = next((row for row in answer["front"] if row["id"] == answer["knee"]), None)
    if here is None or share_of(here, "settled") is None or share_of(here, "held") is None:
        return
    furthest: dict[str, Mapping[str, Any]] = {}
    for move in answer["moves"]:
        if share_of(move, "settled") is None or share_of(move, "held") is None:
            continue
        best = furthest.get(move["theme"])
        if best is None or _length(move) > _length(best):
            furthest[move["theme"]] = move
    for theme, move in furthest.items():
        yield {
            "theme": theme,
            "title": move["title"],
            "settled": share_of(here, "settled"),
            "held": share_of(here, "held"),
            "to_settled": share_of(move, "settled"),
            "to_held": share_of(move, "held"),
        }


def _named(reach: pd.DataFrame, spread: pd.DataFrame) -> pd.DataFrame:
    """The lines with room for a name at their end, the longest first."""
    # A name takes about a third of the chart's width and a fifteenth of its height.
    wide, high = (
        max(float(spread[name].max() - spread[name].min()), 1e-9) * share
        for name, share in (("settled", 1 / 3), ("held", 1 / 15))
    )
    ends, starts = reach[["to_settled", "to_held"]], reach[["settled", "held"]]
    lengths = np.linalg.norm(ends.to_numpy(float) - starts.to_numpy(float), axis=1)
    kept: list[int] = []
    for row in np.argsort(-lengths, kind="stable"):
        x, y = ends.iloc[row]
        others = ends.iloc[kept]
        near = (abs(others["to_settled"] - x) < wide) & (abs(others["to_held"] - y) < high)
        if not near.any():
            kept.append(int(row))
    return reach.iloc[sorted(kept)]


def _length(move: Mapping[str, Any]) -> float:
    return math.hypot(*(move["effect"].get(name, 0.0) for name in ("settled", "held")))


def _reach_rows(reach: pd.DataFrame) -> pd.DataFrame:
    """The ends of the lines as rows of the chart's data."""
    return pd.DataFrame(
        {
            "option": reach["theme"],
            "title": reach["title"],
            "kind": "the knee with one choice changed",
            "settled": reach["to_settled"],
            "held": reach["to_held"],
        }
    )


def _mark(row: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        "option": row["id"],
        "title": row["title"],
        "kind": kind,
        **{name: share_of(row, name) for name in ("settled", "held", "durable")},
    }


def _signable(row: Mapping[str, Any]) -> bool:
    """Whether somebody is asked to sign it, so that 'no agreement' is not among the rivals."""
    return row["told"].get("accept_challenger") is not None


def share_of(row: Mapping[str, Any], name: str) -> float | None:
    value = row["told"].get(name)
    return None if value is None else float(value)


def _shares(values: pd.Series[float]) -> alt.Axis:
    """An axis in per cent, with a decimal where all lies close together."""
    close = not values.empty and float(values.max() - values.min()) < 0.06
    return alt.Axis(format=".1%" if close else ".0%", tickCount=6)
