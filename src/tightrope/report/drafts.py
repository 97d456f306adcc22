"""Better drafts: the front between what deters and what all sides sign, and what moves it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import INK, MIDDLE, Figure
from tightrope.report.frontier import frontier
from tightrope.report.redline import wording
from tightrope.report.tables import folded, heading, paragraph, table
from tightrope.report.words import MISSING, counted, percent, points, short

KINDS = ("existing option", "draft nobody beats", "the knee")
REACH = ("theme", "title", "settled", "held", "to_settled", "to_held")
EFFECTS = {
    "settled": "settled",
    "held": "held",
    "accept_challenger": "challenger accepts",
    "accept_protege": "protégé accepts",
    "accept_lead": "lead accepts",
    "accept_others": "others accept",
    "direct_clash": "direct clash",
}
LEAST = 0.0005
CLEAR = 0.005
"""A gap of chances smaller than this is none, as it is told in whole per cent."""


def drafts_page(answer: Mapping[str, Any]) -> Chapter:
    """The page of the document of ``tightrope design``."""
    parts: list[Figure | str] = [
        paragraph(
            f"A search tried {answer['evaluations']:,} of {answer['grid']:,} drafts that the "
            f"levers allow, each the base '{answer['base']}' with named changes. Kept are those "
            "that no other beats on every count. They were then judged again in "
            f"{answer['draws']} fresh worlds; {_lucky(answer)} did not stand there and "
            "owed their place to luck. Settled: all who are needed sign and the fighting stops. "
            "Held: no limited or full attack within the horizon, once settled."
        ),
        frontier_figure(answer),
    ]
    if answer["moves"]:
        parts.append(moves_figure(answer))
    parts.append(heading("Drafts worth a closer look"))
    parts += [_card(answer, row) for row in answer["front"] if row["recommended"]]
    parts += [heading("Every draft that stands"), _front_table(answer)]
    return Chapter(
        10,
        "Better drafts",
        "Is there a draft that deters better and that all sides would still sign?",
        parts,
    )


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
    drafts = [row for row in answer["front"] if row["kept"] and _of(row, "durable") is not None]
    there = [row for row in answer["existing"] if _signable(row)]
    if not drafts or not there:
        return "No draft can be compared with the options there are"
    best = max(drafts, key=lambda row: _of(row, "durable") or 0.0)
    old = max(there, key=lambda row: _of(row, "durable") or 0.0)
    gain = (_of(best, "durable") or 0.0) - (_of(old, "durable") or 0.0)
    verb = "is more durable than" if gain >= CLEAR else "is no more durable than"
    # Two shares that are told as different must not read alike.
    digits = int(abs(gain) < 0.02)
    return (
        f"The most durable draft ({percent(_of(best, 'durable'), digits)}) {verb} the best "
        f"agreement on the table, '{short(str(old['title']), 44)}' "
        f"({percent(_of(old, 'durable'), digits)})"
    )


def moves_figure(answer: Mapping[str, Any]) -> Figure:
    """How far each choice of a lever moves what is settled and what holds, from the knee."""
    rows = [
        {
            "theme": move["theme"],
            "lever": move["lever"],
            "title": move["title"],
            "settled": move["effect"].get("settled"),
            "held": move["effect"].get("held"),
        }
        for move in answer["moves"]
    ]
    data = pd.DataFrame(rows)
    reach = data.assign(size=data[["settled", "held"]].abs().max(axis=1)).fillna({"size": 0.0})
    order = list(reach.groupby("theme")["size"].max().sort_values(ascending=False).index)
    data = data.assign(rank=[order.index(theme) for theme in data["theme"]]).sort_values(
        ["rank", "lever"], kind="stable"
    )
    data = data.drop(columns="rank")
    label = [
        f"{theme}: {short(str(title), 36)}"
        for theme, title in zip(data["theme"], data["title"], strict=True)
    ]
    long = data.assign(label=label).melt(
        ["theme", "lever", "title", "label"], ["settled", "held"], "outcome", "change"
    )
    most = max((abs(x) for x in long["change"].dropna()), default=0.0)
    chart = (
        alt.Chart(long.dropna(subset=["change"]))
        .mark_point(filled=True, size=60, stroke=INK, strokeWidth=1)
        .encode(
            y=alt.Y(
                "label:N", sort=label, title=None, axis=alt.Axis(labelLimit=260, ticks=False)
            ),
            x=alt.X(
                "change:Q", title="Change of the chance",
                axis=alt.Axis(format="+.0%" if most >= 0.03 else "+.1%", tickCount=5),
            ),
            shape=alt.Shape(
                "outcome:N", title=None,
                scale=alt.Scale(domain=["settled", "held"], range=["circle", "triangle-up"]),
            ),
            fill=alt.Fill(
                "outcome:N", title=None,
                scale=alt.Scale(domain=["settled", "held"], range=["white", INK]),
            ),
        )
    )  # fmt: skip
    told = [
        (row["theme"], row["title"], _moved(row["settled"]), _moved(row["held"]))
        for row in data.to_dict("records")
    ]
    return Figure(
        name="levers",
        title=moves_finding(data),
        caption=(
            "One choice changed at a time, from the knee, in the same fresh worlds. Circle: what "
            "all sides sign. Triangle: what deters. The themes that move most stand first."
        ),
        data=data,
        chart=chart.properties(width=170, height=alt.Step(19)),
        table=table(("Theme", "Choice", "Settled", "Held"), told, "Change from the knee"),
    )


def moves_finding(data: pd.DataFrame) -> str:
    """Which theme moves signing most, and which moves holding most."""
    said = []
    for outcome, what in (("settled", "what is signed"), ("held", "what deters")):
        known = data.dropna(subset=[outcome])
        if known.empty or known[outcome].abs().max() < LEAST:
            said.append(f"{what} does not move")
            continue
        row = known.iloc[int(known[outcome].abs().to_numpy().argmax())]
        said.append(f"{what} moves most with {row['theme']} ({_moved(float(row[outcome]))})")
    text = "; ".join(said)
    return f"From the knee, {text}"


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
    if here is None or _of(here, "settled") is None or _of(here, "held") is None:
        return
    furthest: dict[str, Mapping[str, Any]] = {}
    for move in answer["moves"]:
        if _of(move, "settled") is None or _of(move, "held") is None:
            continue
        best = furthest.get(move["theme"])
        if best is None or _length(move) > _length(best):
            furthest[move["theme"]] = move
    for theme, move in furthest.items():
        yield {
            "theme": theme,
            "title": move["title"],
            "settled": _of(here, "settled"),
            "held": _of(here, "held"),
            "to_settled": _of(move, "settled"),
            "to_held": _of(move, "held"),
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
        **{name: _of(row, name) for name in ("settled", "held", "durable")},
    }


def _signable(row: Mapping[str, Any]) -> bool:
    """Whether somebody is asked to sign it, so that 'no agreement' is not among the rivals."""
    return row["told"].get("accept_challenger") is not None


def _of(row: Mapping[str, Any], name: str) -> float | None:
    value = row["told"].get(name)
    return None if value is None else float(value)


def _lucky(answer: Mapping[str, Any]) -> str:
    return counted(len(answer["lucky"]), "draft") if answer["lucky"] else "none"


def _front_table(answer: Mapping[str, Any]) -> str:
    names = [one["name"] for one in answer["objectives"]]
    rows = [
        (row["id"], *(_number(row["objectives"][name]) for name in names), row["nearest"])
        for row in answer["front"]
        if row["kept"]
    ]
    return table(("Draft", *names, "Nearest option"), rows, "Objectives in fresh worlds")


def _shares(values: pd.Series[float]) -> alt.Axis:
    """An axis in per cent, with a decimal where all lies close together."""
    close = not values.empty and float(values.max() - values.min()) < 0.06
    return alt.Axis(format=".1%" if close else ".0%", tickCount=6)


def _moved(value: float | None) -> str:
    """A change of a chance in points, with a decimal where it is small."""
    if value is None or abs(value) >= CLEAR:
        return points(value)
    return f"{100 * value:+.1f}\u00a0points".replace("-", "−")


def _number(value: float | None) -> str:
    return MISSING if value is None else f"{value:.3g}".replace("-", "−")


def _card(answer: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """One recommended draft: its changes, who gains by each, and what lint finds."""
    knee = " · the knee" if row["id"] == answer["knee"] else ""
    lines = [
        f"<article class='change'><h3>{escape(row['id'])}{knee}</h3>",
        paragraph(row["title"]),
        paragraph(
            f"Settled {percent(_of(row, 'settled'))}, held {percent(_of(row, 'held'))}, durable "
            f"{percent(_of(row, 'durable'))}, direct clash {percent(_of(row, 'direct_clash'))}. "
            f"Nearest option of the case: {row['nearest']}, "
            f"{counted(len(row['changes']), 'difference')}."
            + (f" File: drafts/{Path(row['file']).name}." if row.get("file") else "")
        ),
    ]
    if row["effects"]:
        lines.append(_effects(row["effects"]))
    lines.append(
        folded(
            f"Show what differs from {row['nearest']}",
            table(
                ("Clause", "From", "To"),
                [
                    (str(c["clause"]), wording(c["from"]) or MISSING, wording(c["to"]) or MISSING)
                    for c in row["changes"]
                ],
                "Differences from the nearest option",
            ),
        )
    )
    lines.append(
        folded(
            f"Show {counted(len(row['lint']), 'finding')} of lint",
            table(
                ("Code", "Grade", "Clause", "Why"),
                [
                    (f["code"], f["severity"], f["clause"] or MISSING, f["reason"])
                    for f in row["lint"]
                ],
                "Where the draft leaks",
            ),
        )
    )
    return "".join(lines) + "</article>"


def _effects(effects: Sequence[Mapping[str, Any]]) -> str:
    names = [n for n in EFFECTS if any(one["effect"].get(n) is not None for one in effects)]
    rows = [
        (str(one["title"]), *(_moved(one["effect"].get(name)) for name in names)) for one in effects
    ]
    note = "What each change does: the draft less the draft without it; + helps that side accept"
    return table(("Change", *(EFFECTS[name] for name in names)), rows, note)
