"""Page 9: when it fails: the conditions under which each guarantee fails, in words and units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import FAINT, INK, MIDDLE, SHARE, Figure, labelled
from tightrope.report.matters import ROW, Answer, meaning
from tightrope.report.tables import folded, heading, paragraph, table
from tightrope.report.words import MISSING, counted, first_upper, percent, short

NUMBER, NAME = 9, "When it fails"


def when_it_fails_page(answers: Mapping[str, Answer]) -> Chapter | None:
    """The page, from the document of `explore --kind discovery`; None where it was not asked."""
    if "discovery" not in answers:
        return None
    answer = answers["discovery"]
    parts: list[Figure | str] = [
        paragraph(
            f"Among {counted(answer['draws'], 'world')}, those in which an option fails are looked "
            "for a common condition. A condition is believed only if one found on half of the "
            "worlds stands on the other half; where none does, that is said. Coverage: the share "
            "of all failures that the condition catches. Density: the share of worlds under the "
            "condition that fail."
        )
    ]
    for told in answer["failures"]:
        title = answer["titles"][told["option"]]
        parts.append(heading(short(title, 60)))
        parts.append(paragraph(_how_often(told)))
        boxes = [box for box in answer["boxes"] if box["option"] == told["option"]]
        parts += [_box_figure(answer, title, box, k) for k, box in enumerate(boxes, 1)]
        if not boxes:
            parts.append(paragraph(f"{first_upper(told['finding'])}."))
        for tree in answer["trees"]:
            if tree["option"] == told["option"]:
                parts.append(_tree(tree))
    asks = "Under which conditions each guarantee fails, and how much of its failure they explain."
    return Chapter(NUMBER, NAME, asks, parts)


def _how_often(told: Mapping[str, Any]) -> str:
    weighed = told["share_by_record"]
    told_so = f"Failure means: {told['says']}. So in {percent(told['share'])} of the worlds"
    if told["share"] is None or weighed is None or abs(weighed - told["share"]) < 1e-9:
        return f"{told_so}."
    return f"{told_so}, or in {percent(weighed)} once they are weighed by the record."


def _box_figure(answer: Answer, title: str, box: Mapping[str, Any], number: int) -> Figure:
    rows = []
    for parameter, (low, high) in box["limits"].items():
        one = answer["parameters"][parameter]
        span = (one["high"] - one["low"]) or 1.0
        rows.append(
            {
                "option": box["option"],
                "parameter": parameter,
                "title": short(meaning(answer, parameter), 60),
                "low": low,
                "high": high,
                "unit": one["unit"],
                "range_low": one["low"],
                "range_high": one["high"],
                "from": (low - one["low"]) / span,
                "to": (high - one["low"]) / span,
                "whole_from": 0.0,
                "whole_to": 1.0,
                "words": f"{low:.3g} to {high:.3g} {one['unit']}".strip(),
                "quasi_p": box["quasi_p"][parameter],
            }
        )
    data = pd.DataFrame(rows)
    base = alt.Chart(labelled(data, 34)).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=ROW,
        )
    )
    whole = base.mark_bar(color=FAINT, height=5).encode(
        x=alt.X("whole_from:Q", title="Place in the plausible range", axis=SHARE),
        x2="whole_to:Q",
    )
    part = base.mark_bar(color=MIDDLE, stroke=INK, strokeWidth=0.7, height=13).encode(
        x="from:Q", x2="to:Q"
    )
    words = base.mark_text(align="left", dy=15, color=INK, fontSize=11).encode(
        x=alt.X("whole_from:Q"), text="words:N"
    )
    told = [
        (
            row["title"],
            row["words"],
            f"{row['range_low']:.3g} to {row['range_high']:.3g}",
            f"{row['quasi_p']:.1g}",
        )
        for row in rows
    ]
    held = box["holdout"]
    return Figure(
        name=f"fails-{box['option']}-{number}",
        title=(
            f"{short(title, 44)}: under this condition {percent(box['density'])} of worlds fail, "
            f"against {percent(box['base'])} of all; it catches {percent(box['coverage'])} of "
            "failures"
        ),
        caption=(
            f"{first_upper(box['says'])}. Dark: the part of the plausible range (light) where it "
            f"fails. {counted(box['n'], 'world')} lie there{_left(number)}. On the half of the "
            f"worlds that a condition was not made from, {percent(held['density'])} fail, against "
            f"{percent(held['base'])} of all. {_weighed(box)}"
        ),
        data=data.drop(columns=["whole_from", "whole_to", "words"]),
        chart=(whole + part + words).properties(width=170, height=alt.Step(44)),
        table=table(
            ("Input", "Fails within", "Plausible range", "Quasi-p"),
            told,
            "Limits of the condition; quasi-p: chance of as many failures without this limit",
        ),
    )


def _left(number: int) -> str:
    """What later conditions are told of: each is found among the worlds that those before leave."""
    return "" if number == 1 else ", without those under a condition told before"


def _weighed(box: Mapping[str, Any]) -> str:
    """Density and coverage after the record, where they differ."""
    density, coverage = box["density_by_record"], box["coverage_by_record"]
    known = density is not None and coverage is not None
    if known and abs(density - box["density"]) + abs(coverage - box["coverage"]) < 1e-9:
        return ""
    return f"Weighed by the record: density {percent(density)}, coverage {percent(coverage)}."


def _tree(tree: Mapping[str, Any]) -> str:
    rows = [
        (
            first_upper(rule["says"]),
            percent(rule["density"]),
            percent(rule["coverage"]),
            str(rule["n"]),
        )
        for rule in tree["rules"]
    ]
    note = (
        "Rules of a tree made from all worlds; one made from a half of them ranks the worlds of "
        f"the other half rightly in {percent(tree['auc'])} of pairs"
    )
    body = table(("Rule", "Density", "Coverage", "Worlds"), rows, note)
    return folded("The same by a tree of rules", body) if rows else paragraph(MISSING)
