"""What the experts say: how often each claim holds, when, and against whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import INK, MIDDLE, SHARE, Figure
from tightrope.report.tables import heading, paragraph, table
from tightrope.report.words import MISSING, counted, first_upper, joined, percent, short

MOSTLY, HARDLY = 0.9, 0.1
"""A claim holds nearly everywhere from the first share on, hardly anywhere up to the second."""
LEAST_MOVE = 0.05
"""A smaller move by the record is not told."""

Row = Mapping[str, Any]


def experts_page(answer: Mapping[str, Any]) -> Chapter:
    """The page of the document of ``tightrope claims``."""
    judged = [row for row in answer["claims"] if row["holds"]["before"] is not None]
    left = [row for row in answer["claims"] if not row["expressible"]]
    parts: list[Figure | str] = [
        paragraph(
            "People quoted in the articles made claims that can be put to the model. Each is "
            "turned into a comparison of outcomes and looked up in every plausible world. 'Before' "
            "counts all worlds alike; 'after' weighs them by how well they explain what happened "
            "in the past. A share says how far the claim hangs on what nobody knows, under this "
            "model; it is no verdict on the person."
        )
    ]
    if judged:
        parts.append(claims_figure(answer, judged))
    opposed = _opposed(answer["claims"])
    if opposed:
        parts += [heading("Who contradicts whom"), opposed]
    parts.append(heading("Claim by claim"))
    parts += [_card(row) for row in answer["claims"] if row["expressible"]]
    if left:
        rows = [(row["speaker"], row["says"], row["reason"]) for row in left]
        parts += [
            heading("What the model cannot express"),
            table(("Speaker", "Claim", "Why not"), rows, "Claims left out, with the reason"),
        ]
    return Chapter(
        11,
        "What the experts say",
        "Which claims of the articles hold, in how many worlds, and under which conditions?",
        parts,
    )


def claims_figure(answer: Mapping[str, Any], judged: Sequence[Row]) -> Figure:
    """In what share of worlds each claim holds, before and after the record."""
    rows = sorted(judged, key=lambda row: -_after(row))
    data = pd.DataFrame(
        [
            {
                "claim": row["id"],
                "speaker": row["speaker"],
                "before": row["holds"]["before"],
                "after": row["holds"]["after"],
                "worlds": row["worlds"],
                "by_construction": row["by_construction"] is not None,
            }
            for row in rows
        ]
    )
    label = [
        f"{short(str(row['claim']), 32)}{' *' if row['by_construction'] else ''}"
        for row in data.to_dict("records")
    ]
    base = alt.Chart(data.assign(label=label)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, ticks=False))
    )
    lines = base.mark_rule(color=MIDDLE).encode(
        x=alt.X("before:Q", title="Share of worlds in which it holds", axis=SHARE,
                scale=alt.Scale(domain=[0, 1])),
        x2="after:Q",
    )  # fmt: skip
    before = base.mark_point(size=45, filled=True, fill="white", stroke=INK).encode(x="before:Q")
    after = base.mark_point(size=45, filled=True, color=INK).encode(x="after:Q")
    told = [
        (
            row["id"],
            row["speaker"],
            row["says"],
            percent(row["holds"]["before"]),
            percent(row["holds"]["after"]),
        )
        for row in rows
    ]
    return Figure(
        name="claims",
        title=finding(judged),
        caption=(
            f"White: all {answer['draws']} worlds alike. Black: weighted by the record, after "
            f"which they count as {answer['effective_draws']:.0f}. * cannot fail, by how the "
            "model is made."
        ),
        data=data,
        chart=(lines + before + after).properties(width=190, height=alt.Step(17)),
        table=table(
            ("Claim", "Speaker", "In our words", "Before", "After"),
            told,
            "Share of worlds in which each claim holds",
        ),
    )


def finding(judged: Sequence[Row]) -> str:
    """How many claims hold nearly everywhere and hardly anywhere, and what the record moves.

    Counted are claims of which a failing world is known; those that never failed are told apart.
    """
    open_ = [row for row in judged if row["fails"] is not None]
    never = sum(_never_failed(row) for row in judged)
    spared = f"{never} never failed, though a failing world was sought"
    if not open_:
        return f"No claim fails in any world looked at{f'; {spared}' if never else ''}"
    high = sum(_after(row) >= MOSTLY for row in open_)
    low = sum(_after(row) <= HARDLY for row in open_)
    said = (
        f"Of {counted(len(open_), 'claim')} that can fail, {high} hold in at least nine worlds "
        f"of ten after the record, {low} in at most one of ten"
    )
    said += f"; {spared}" if never else ""
    moves = [(abs(_after(row) - row["holds"]["before"]), row) for row in open_]
    size, row = max(moves, key=lambda pair: pair[0])
    if size < LEAST_MOVE:
        return said + "; the record moves none of them to speak of"
    return (
        f"{said}; the record moves most '{short(row['id'], 40)}', from "
        f"{percent(row['holds']['before'])} to {percent(row['holds']['after'])}"
    )


def _never_failed(row: Row) -> bool:
    """Whether a claim could fail by its words, but held in every world, those sought too."""
    sought = row["by_construction"] is None and row["fails"] is None
    return bool(sought and row["holds"]["before"] == 1.0)


def _after(row: Row) -> float:
    after = row["holds"]["after"]
    return float(row["holds"]["before"] if after is None else after)


def _opposed(claims: Sequence[Row]) -> str:
    """A table of the pairs that contradict each other, or nothing."""
    by_id = {row["id"]: row for row in claims}
    seen: dict[tuple[str, str], Row] = {}
    for row in claims:
        for other in row["contradictions"]:
            pair = tuple(sorted((row["id"], other["id"])))
            seen.setdefault((pair[0], pair[1]), other)
    rows = [
        (
            f"{by_id[a]['speaker']}: {by_id[a]['says']}",
            f"{by_id[b]['speaker']}: {by_id[b]['says']}",
            "by their words" if other["how"] == "declared" else "no world holds both",
            percent(other["together"]),
        )
        for (a, b), other in seen.items()
    ]
    if not rows:
        return ""
    head = ("One", "Other", "How", "Worlds in which both hold")
    return table(head, rows, "Claims of different speakers that contradict each other")


def _card(row: Row) -> str:
    """One claim with all that is known of it, to unfold."""
    share = f"{percent(row['holds']['before'])} before, {percent(row['holds']['after'])} after"
    lines = [
        ("Source", row["source"]),
        ("Read as", row["reads"] or "as it stands"),
        ("Holds in", f"{share} the record, of {counted(row['worlds'], 'world')}"),
        ("True by how the model is made", row["by_construction"] or "no"),
        ("When", first_upper(row["conditions_say"])),
        ("Depends most on", joined(row["depends_on"]) if row["depends_on"] else MISSING),
        ("Contradicted by", joined(row["contradicts"]) if row["contradicts"] else "nobody here"),
        ("A world in which it fails", _fails(row)),
    ]
    body = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in lines)
    return (
        f"<details><summary>{escape(row['speaker'])}: {escape(row['says'])} "
        f"<strong>{escape(percent(row['holds']['before']))} → "
        f"{escape(percent(row['holds']['after']))}</strong></summary><dl>{body}</dl></details>"
    )


def _fails(row: Row) -> str:
    fails = row["fails"]
    if fails is None:
        if row["by_construction"]:
            return "none, by construction"
        return "never failed, though sought" if _never_failed(row) else "none was found"
    told = "; ".join(
        f"{one['parameter']} = {one['value']:.3g} (central {one['central']:.3g}, range "
        f"{one['low']:.3g} to {one['high']:.3g} {one['unit']})"
        for one in fails["parameters"]
    )
    where = "sought out at the ends of ranges" if fails.get("sought") else f"draw {fails['draw']}"
    return f"{where}: {told}"
