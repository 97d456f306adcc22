"""Where attack goes: from full to limited, against the same terms without any duty."""

from __future__ import annotations

import altair as alt
import pandas as pd

from tightrope.report.chart import INK, MIDDLE, SHARE, Figure, option_rows
from tightrope.report.extremes import most
from tightrope.report.results import Results
from tightrope.report.tables import table
from tightrope.report.words import counted, percent, short

LEVELS = {"limited": "attack_limited", "full": "attack_full"}
BARE = {"limited": "attack_limited_terms", "full": "attack_full_terms"}
"""The same terms without any duty; a run need not have them."""


def displacement_figure(results: Results) -> Figure | None:
    """Chance that the first attack is limited or full; without duties beside it, where known."""
    rows, told = [], []
    for option in results.agreements:
        with_duty = {k: results.mean(option, name) for k, name in LEVELS.items()}
        bare = {k: results.mean(option, name) for k, name in BARE.items()}
        held_terms = results.mean(option, "held_terms")
        if any(value is None for value in with_duty.values()):
            continue
        for level, value in with_duty.items():
            rows.append(
                {
                    "option": option,
                    "number": results.number(option),
                    "title": results.titles[option],
                    "level": level,
                    "with_duties": value,
                    "without_duties": bare[level],
                    "any_attack_without_duties": None if held_terms is None else 1.0 - held_terms,
                }
            )
        total = sum(float(value or 0.0) for value in with_duty.values())
        share = float(with_duty["limited"] or 0.0) / total if total > 1e-9 else None
        told.append(
            (
                f"{results.number(option)} {results.titles[option]}",
                percent(with_duty["limited"]),
                percent(with_duty["full"]),
                percent(share),
                percent(None if held_terms is None else 1.0 - held_terms),
                *(percent(bare[level]) for level in LEVELS),
            )
        )
    if not rows:
        return None
    data = pd.DataFrame(rows)
    base = option_rows(data)
    bars = base.mark_bar(stroke=INK, strokeWidth=0.7, height=11).encode(
        x=alt.X("with_duties:Q", title="Chance within the horizon", axis=SHARE, stack="zero"),
        fill=alt.Fill(
            "level:N",
            title="First attack",
            scale=alt.Scale(domain=list(LEVELS), range=["white", MIDDLE]),
        ),
        order=alt.Order("level:N", sort="descending"),
    )
    marks = base.mark_tick(color=INK, thickness=2, height=15).encode(
        x="any_attack_without_duties:Q"
    )
    head = (
        "Option", "First attack limited", "First attack full", "Limited among attacks",
        "Any attack, no duties", "Limited, no duties", "Full, no duties",
    )  # fmt: skip
    return Figure(
        name="displacement",
        title=_finding(data),
        caption=(
            "Chance that the first attack within the horizon is limited (white) or full (grey), "
            "given settled. Upright stroke: chance of any attack on the same terms without any "
            "duty. Where the bar turns white, a smaller attack takes the place of the larger."
        ),
        data=data,
        chart=(bars + marks).properties(width=150, height=alt.Step(21)),
        table=table(head, told, "Mean over worlds; – where the run does not say"),
    )


def _finding(data: pd.DataFrame) -> str:
    known = data.dropna(subset=["without_duties"])
    if not known.empty:
        wide = known.pivot_table(
            index=["option", "title"], columns="level", values=["with_duties", "without_duties"]
        )
        full = wide["with_duties"]["full"] - wide["without_duties"]["full"]
        limited = wide["with_duties"]["limited"] - wide["without_duties"]["limited"]
        displaced = (full < 0) & (limited > 0)
        if displaced.any():
            where = most(limited[displaced].rename("rise").reset_index(), "rise")
            return (
                f"Under {int(displaced.sum())} of {counted(len(wide), 'option')} the duties push "
                f"attack down from full to limited; most under '{short(str(where['title']), 44)}'"
            )
        return "Under no option do the duties merely push attack down from full to limited"
    wide = data.pivot_table(index=["option", "title"], columns="level", values="with_duties")
    share = wide["limited"] / (wide["limited"] + wide["full"]).clip(lower=1e-12)
    top = most(share.rename("share").reset_index(), "share")
    return (
        f"First attacks are limited ones in {percent(float(top['share']))} of cases under "
        f"'{short(str(top['title']), 44)}', more than under any other option; the rest are full"
    )
