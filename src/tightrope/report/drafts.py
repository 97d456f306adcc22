"""Better drafts: the front between what deters and what all sides sign, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import INK, Figure
from tightrope.report.drafts_front import CLEAR, frontier_figure, share_of
from tightrope.report.redline import wording
from tightrope.report.tables import folded, heading, paragraph, table
from tightrope.report.words import MISSING, counted, percent, points, short

EFFECTS = {
    "settled": "settled",
    "held": "held",
    "accept_challenger": "challenger accepts",
    "accept_protege": "protégé accepts",
    "accept_lead": "lead accepts",
    "accept_others": "others accept",
    "clash_in_force": "direct clash, once in force",
}
LEAST = 0.0005


def drafts_page(answer: Mapping[str, Any]) -> Chapter:
    """The page of the document of ``tightrope design``."""
    parts: list[Figure | str] = [
        paragraph(
            f"A search tried {answer['evaluations']:,} drafts, each the base '{answer['base']}' "
            f"with named changes; the levers have {answer['grid']:,} combinations, those included "
            "that exclude each other. Kept are those "
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


def _moved(value: float | None) -> str:
    """A change of a chance in points, with a decimal where it is small."""
    if value is None or abs(value) >= CLEAR:
        return points(value)
    if abs(value) < LEAST:
        return "0"
    return f"{100 * value:+.1f}\u00a0points".replace("-", "−")


def _number(value: float | None) -> str:
    return MISSING if value is None else f"{value:.3g}".replace("-", "−")


def _card(answer: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """One recommended draft: its changes, who gains by each, and what lint finds."""
    knee = " · the knee" if row["id"] == answer["knee"] else ""
    names = ("settled", "held", "durable", "clash_in_force")
    shares = [percent(share_of(row, name)) for name in names]
    lines = [
        f"<article class='change'><h3>{escape(row['id'])}{knee}</h3>",
        paragraph(row["title"]),
        paragraph(
            f"Settled {shares[0]}, held {shares[1]}, durable {shares[2]}, direct clash "
            f"{shares[3]} once in force. Nearest option of the case: {row['nearest']}, "
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
