"""Where attack goes: what duties do to full and to limited attack, against the same terms bare."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.chart import INK, MIDDLE, PER_CENT, Figure, option_rows
from tightrope.report.extremes import least, most
from tightrope.report.results import Results
from tightrope.report.tables import table
from tightrope.report.words import percent, points, short

LEVELS = {"full": "attack_full", "limited": "attack_limited"}
BARE = {level: f"{name}_terms" for level, name in LEVELS.items()}
"""The same terms without any duty."""
HEADS = {"full": "first attack full", "limited": "first attack limited"}
AXIS = alt.Axis(labelExpr=PER_CENT, tickCount=3, labelFontSize=10)
LEAST = 0.005
"""A smaller change of a chance is no displacement."""


def displacement_figure(results: Results) -> Figure | None:
    """Chance that the first attack is full or limited, with duties and without; None if unknown."""
    rows: list[dict[str, Any]] = []
    told = []
    for option in results.agreements:
        with_duty = {k: results.mean(option, name) for k, name in LEVELS.items()}
        bare = {k: results.mean(option, name) for k, name in BARE.items()}
        if any(value is None for value in (*with_duty.values(), *bare.values())):
            continue
        about: dict[str, Any] = {
            "option": option,
            "number": results.number(option),
            "title": results.titles[option],
        }
        for level in LEVELS:
            rows.append(
                about
                | {
                    "level": level,
                    "with_duties": with_duty[level],
                    "without_duties": bare[level],
                }
            )
        total = sum(float(value or 0.0) for value in with_duty.values())
        told.append(
            (
                f"{results.number(option)} {results.titles[option]}",
                *(percent(part[level]) for level in LEVELS for part in (bare, with_duty)),
                percent(float(with_duty["limited"] or 0.0) / total if total > 1e-9 else None),
            )
        )
    if not rows:
        return None
    data = pd.DataFrame(rows)
    base = option_rows(data)
    across = alt.X("without_duties:Q", title=None, axis=AXIS)
    lines = base.mark_rule(color=MIDDLE, strokeWidth=1.4).encode(x=across, x2="with_duties:Q")
    bare_marks = base.mark_point(size=52, color=INK, fill="white", opacity=1).encode(x=across)
    marks = base.mark_point(size=52, color=INK, fill=INK, opacity=1).encode(x="with_duties:Q")
    head = (
        "Option", "Full, no duties", "Full, with duties", "Limited, no duties",
        "Limited, with duties", "Limited among attacks",
    )  # fmt: skip
    parts = alt.layer(lines, bare_marks, marks).properties(width=105, height=alt.Step(20))
    return Figure(
        name="displacement",
        title=_finding(data),
        caption=(
            "Chance that the first attack within the horizon is full (left) or limited (right), "
            "given settled. Open circle: on the same terms without any duty; filled: with the "
            "duties. Displaced means that full attacks grow rarer and limited ones more frequent, "
            "each by more than half a point."
        ),
        data=data,
        chart=parts.facet(
            column=alt.Column(
                "level:N",
                sort=list(LEVELS),
                title=None,
                header=alt.Header(
                    labelExpr=f"datum.value == 'full' ? '{HEADS['full']}' : '{HEADS['limited']}'"
                ),
            ),
            spacing=14,
        ),
        table=table(head, told, "Mean over worlds"),
    )


def _finding(data: pd.DataFrame) -> str:
    wide = data.pivot_table(
        index=["option", "title"], columns="level", values=["with_duties", "without_duties"]
    )
    change = wide["with_duties"] - wide["without_duties"]
    displaced = change[(change["full"] < -LEAST) & (change["limited"] > LEAST)]
    if not displaced.empty:
        top = most(displaced.reset_index(), "limited")
        moved = f"full {points(top['full'])}, limited {points(top['limited'])}"
        name = f"'{short(str(top['title']), 44)}'"
        if len(wide) == 1:
            return f"Under {name} the duties push attack down from full to limited: {moved}"
        return (
            f"Under {len(displaced)} of {len(wide)} options the duties push attack "
            f"down from full to limited; most under {name}: {moved}"
        )
    fall = (change["full"] + change["limited"]).rename("fall")
    top = least(fall.reset_index(), "fall")
    name = f"'{short(str(top['title']), 44)}'"
    if len(wide) == 1:
        text = f"Under {name} the duties do not push attack down from full to limited"
        return text if top["fall"] >= -LEAST else f"{text}; any attack: {points(top['fall'])}"
    text = "Under no option do the duties merely push attack down from full to limited"
    if top["fall"] < -LEAST:
        text += f"; they remove most under {name}: {points(top['fall'])} of any attack"
    return text
