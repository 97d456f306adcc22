"""Page 8: what matters: which inputs decide, what would change the answer, what stands up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import BROKEN, INK, MIDDLE, PLAIN, Figure, labelled
from tightrope.report.tables import folded, heading, paragraph, table
from tightrope.report.words import MISSING, counted, first_upper, joined, percent, short

Answer = Mapping[str, Any]
NUMBER, NAME = 8, "What matters"
SHOWN = 8
ROW = alt.Axis(labelExpr=BROKEN, labelLimit=260, ticks=False)
REST = "all others"
MEASURES = {
    "regret": "largest regret",
    "satisficing": "good enough",
    "maximin": "worst world",
    "hurwicz": "half best, half worst",
    "worst_decile": "worst tenth",
}


def what_matters_page(answers: Mapping[str, Answer]) -> Chapter | None:
    """The page, from the documents of `explore` by kind; None where none of its kinds was asked."""
    parts: list[Figure | str] = []
    if "sensitivity" in answers:
        parts += _sensitivity(answers["sensitivity"])
    if "flip" in answers:
        parts += _flips(answers["flip"])
    if "robust" in answers:
        parts += _robust(answers["robust"])
    if not parts:
        return None
    asks = "Which of the unknowns decide, what would turn the order round, and what stands anyway."
    return Chapter(NUMBER, NAME, asks, parts)


def meaning(answer: Answer, parameter: str) -> str:
    """What a parameter is in words, or its name where that is all there is."""
    told = answer["parameters"].get(parameter, {}).get("meaning")
    if parameter == REST:
        return "all other inputs together"
    if parameter.endswith(".*"):
        return f"{parameter.removesuffix('.*').replace('_', ' ')} of all but the lead"
    return str(told or parameter)


def _sensitivity(answer: Answer) -> list[Figure | str]:
    out: list[Figure | str] = [
        heading("What decides"),
        paragraph(
            f"How far the unknowns explain why '{answer['outcome']}' differs from world to world. "
            "First-order: the share of the variance that would go if this one were known. Total: "
            "the share that stays if all others were known, its part in joint effects included. "
            + _effort(answer)
        ),
    ]
    cases = dict.fromkeys((row["option"], row["against"]) for row in answer["indices"])
    for option, against in cases:
        rows = [
            row
            for row in answer["indices"]
            if (row["option"], row["against"]) == (option, against) and row["first"] is not None
        ]
        figure = _indices_figure(answer, option, against, rows)
        if figure is not None:
            out.append(figure)
        else:
            out.append(paragraph(f"{_title(answer, option, against)}: no structure found."))
    if answer["needed"]:
        units = "base samples" if answer["evaluations"] else "worlds"
        out.append(
            paragraph(
                f"The intervals are wide. To bring every index to within five points takes some "
                f"{answer['needed']:,} {units}; this run has {answer['samples']:,}."
            )
        )
    return out


def _effort(answer: Answer) -> str:
    if not answer["evaluations"]:
        return f"Estimated from {counted(answer['samples'], 'given world')}."
    told = f"{counted(answer['evaluations'], 'world')} were solved for each option."
    if answer["screening"]:
        count = len({row["parameter"] for row in answer["screening"]})
        told += (
            f" Of {counted(count, 'input or group', 'inputs and groups')}, screening picked the "
            "strongest; the rest stands as one."
        )
    return told


def _title(answer: Answer, option: str, against: str | None) -> str:
    title = short(answer["titles"][option], 40)
    return title if against is None else f"{title} less {short(answer['titles'][against], 40)}"


def _indices_figure(
    answer: Answer, option: str, against: str | None, rows: list[Mapping[str, Any]]
) -> Figure | None:
    if not any(row["matters"] for row in rows):
        return None
    size = {id(row): row["total"] if row["total"] is not None else row["first"] for row in rows}
    # Those told from chance first: the title speaks of the largest of them.
    rows = sorted(rows, key=lambda row: (not row["matters"], -size[id(row)]))[:SHOWN]
    data = pd.DataFrame(
        [
            {
                "option": option,
                "against": against or "",
                "parameter": row["parameter"],
                "title": meaning(answer, row["parameter"]),
                "index": kind,
                "value": row[key],
                "low": row[key] - row[error],
                "high": row[key] + row[error],
            }
            for row in rows
            for kind, key, error in (
                ("first-order", "first", "conf"),
                ("total", "total", "total_conf"),
            )
            if row[key] is not None
        ]
    )
    drawn = labelled(data.assign(title=[short(t, 60) for t in data["title"]]), 34)
    base = alt.Chart(drawn).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=ROW,
        ),
        yOffset=alt.YOffset("index:N", sort=["first-order", "total"]),
    )
    scale = alt.Scale(domain=[min(0.0, float(data["low"].min())), max(1.0, data["high"].max())])
    lines = base.mark_rule(color=MIDDLE, strokeWidth=1.5).encode(
        x=alt.X("low:Q", title="Share of the variance, per cent", axis=PLAIN, scale=scale),
        x2="high:Q",
    )
    marks = base.mark_point(size=55, color=INK, opacity=1, strokeWidth=1.4).encode(
        x=alt.X("value:Q", scale=scale),
        shape=alt.Shape(
            "index:N",
            title=None,
            scale=alt.Scale(domain=["first-order", "total"], range=["circle", "diamond"]),
        ),
        fill=alt.Fill(
            "index:N",
            title=None,
            scale=alt.Scale(domain=["first-order", "total"], range=[INK, "white"]),
        ),
    )
    told = [
        (
            meaning(answer, row["parameter"]),
            percent(row["first"]),
            percent(row["total"]),
            MISSING if row["conf"] is None else f"± {percent(row['conf'])}",
            MISSING if row.get("pawn") is None else f"{row['pawn']:.2f}",
        )
        for row in rows
    ]
    head = ("Input", "First-order", "Total", "Error of the first", "PAWN")
    suffix = option if against is None else f"{option}-less-{against}"
    return Figure(
        name=f"sensitivity-{suffix}",
        title=_indices_finding(answer, option, against, rows),
        caption=(
            "Filled circle: first-order index. Open diamond: total index. Lines: 95 % intervals; "
            "an index can be estimated below 0 or above 1. The distance between circle and "
            "diamond is what the input does only together with others."
        ),
        data=data,
        chart=(lines + marks).properties(width=170, height=alt.Step(15)),
        table=table(
            head, told, f"Indices of {answer['outcome']}, {_title(answer, option, against)}"
        ),
    )


def _indices_finding(
    answer: Answer, option: str, against: str | None, rows: list[Mapping[str, Any]]
) -> str:
    clear = [row for row in rows if row["matters"] and row["parameter"] != REST] or rows
    best = max(clear, key=lambda row: row["total"] if row["total"] is not None else row["first"])
    share = percent(max(best["first"], 0.0))
    told = f"{_title(answer, option, against)}: {meaning(answer, best['parameter'])}"
    if best["total"] is None:
        return f"{told} explains {share} of what differs from world to world"
    whole = percent(min(max(best["total"], 0.0), 1.0))
    return f"{told} explains {share} alone and has a part in {whole} of what differs"


def _flips(answer: Answer) -> list[Figure | str]:
    out: list[Figure | str] = [
        heading("What would change the answer"),
        paragraph(
            "The smallest plausible change found of the unknowns, from their central values, that "
            "reverses two options. Every change shown was solved anew and does reverse them."
        ),
    ]
    figure = _flip_figure(answer)
    if figure is not None:
        out.append(figure)
    for pair in answer["pairs"]:
        together = [
            row
            for row in answer["flips"]
            if (row["a"], row["b"]) == (pair["a"], pair["b"]) and not row["alone"]
        ]
        alone = any(
            row["alone"] and (row["a"], row["b"]) == (pair["a"], pair["b"])
            for row in answer["flips"]
        )
        says = _named(answer, pair, str(together[0]["says"] if together else pair["says"]))
        if together or not alone:
            out.append(paragraph(f"{says}."))
    return out


def _named(answer: Answer, pair: Mapping[str, Any], says: str) -> str:
    """A sentence on two options with their titles in the place of their ids."""
    ids = sorted((pair["a"], pair["b"]), key=len, reverse=True)  # one may begin with the other
    either = "|".join(map(re.escape, ids))
    return first_upper(re.sub(either, lambda found: short(answer["titles"][found[0]], 60), says))


def _flip_figure(answer: Answer) -> Figure | None:
    rows = [row for row in answer["flips"] if row["alone"]]
    if not rows:
        return None
    data = pd.DataFrame(
        [
            {
                "pair": " over ".join(short(answer["titles"][row[k]], 22) for k in ("b", "a")),
                "parameter": row["parameter"],
                "title": short(meaning(answer, row["parameter"]), 60),
                "from": row["from"],
                "to": row["to"],
                "unit": row["unit"],
                "share": row["share"],
                "says": row["says"],
            }
            for row in rows
        ]
    )
    base = alt.Chart(labelled(data, 34)).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=ROW,
        ),
        x=alt.X(
            "share:Q",
            title="Share of its distribution that is passed",
            axis=alt.Axis(format=".0%", tickCount=3),
        ),
    )
    bars = base.mark_bar(color="white", stroke=INK, strokeWidth=0.8, height=11)
    header = alt.Header(labelOrient="top", labelAnchor="start")
    chart = (
        bars.properties(width=150, height=alt.Step(30))
        .facet(row=alt.Row("pair:N", title=None, sort=None, header=header))
        .resolve_scale(y="independent")
    )
    least = min(rows, key=lambda row: row["share"])
    told = [
        (row["b"], row["a"], meaning(answer, row["parameter"]), f"{row['from']:.3g}",
         f"{row['to']:.3g}", row["unit"] or MISSING)
        for row in rows
    ]  # fmt: skip
    return Figure(
        name="flips",
        title=(
            "The smallest change found that turns an order round: "
            f"{short(answer['titles'][least['b']], 40)} "
            f"overtakes {short(answer['titles'][least['a']], 40)} if "
            f"{short(meaning(answer, least['parameter']), 60)} goes from {least['from']:.3g} to "
            f"{least['to']:.3g} {least['unit']}"
        ).strip(),
        caption=(
            "One input moved alone, all others at their centre: how much of its distribution lies "
            "between the centre and the first point found where the order turns. Short bars: a "
            "small error there changes the answer."
        ),
        data=data,
        chart=chart,
        table=table(("Overtakes", "Was ahead", "Input", "From", "To", "Unit"), told, "Flips"),
    )


def _robust(answer: Answer) -> list[Figure | str]:
    rows = answer["ranks"]
    data = pd.DataFrame(
        [
            {
                "option": row["option"],
                "title": short(answer["titles"][row["option"]], 60),
                **{k: row[k] for k in ("rank", "rank_p05", "rank_p95", "mean", *MEASURES)},
            }
            for row in rows
        ]
    )
    base = alt.Chart(labelled(data, 34)).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=ROW,
        )
    )
    ticks = list(range(1, len(rows) + 1, 1 + len(rows) // 8))
    scale = alt.Scale(domain=[0.5, len(rows) + 0.5], nice=False)
    lines = base.mark_rule(color=MIDDLE, strokeWidth=2).encode(
        x=alt.X(
            "rank_p05:Q", title="Rank, 1 is best", axis=alt.Axis(values=ticks, format="d"),
            scale=scale,
        ),
        x2="rank_p95:Q",
    )  # fmt: skip
    marks = base.mark_point(size=70, color=INK, filled=True, opacity=1).encode(
        x=alt.X("rank:Q", scale=scale)
    )
    first = rows[0]
    name = short(answer["titles"][first["option"]], 44)
    title = f"'{name}' stands up best over all measures of robustness together"
    if not answer["clear"]:
        title = "No option is clearly the most robust"
        if answer["by_chance"] is not None:
            title += f": the lead of '{name}' may be chance"
        else:
            times = percent(first["first"])
            title += f"; '{name}' comes first in {times} of sets of worlds of this size"
    told = [
        (
            answer["titles"][row["option"]],
            *(f"{row[name]:.3g}" for name in MEASURES),
            f"{row['rank']:g} [{row['rank_p05']:g}–{row['rank_p95']:g}]",
        )
        for row in rows
    ]
    figure = Figure(
        name="robustness",
        title=title,
        caption=(
            "Mark: rank by the mean of its ranks in five measures of robustness. Line: where "
            "90 % of sets of worlds drawn again would put it. "
            f"{counted(answer['worlds'], 'world')}, weighted by the record. Where lines overlap, "
            "the order is not settled."
        ),
        data=data,
        chart=(lines + marks).properties(width=170, height=alt.Step(36)),
        table=table(("Option", *map(first_upper, MEASURES.values()), "Rank"), told,
                    f"Robustness of {answer['outcome']}"),
    )  # fmt: skip
    terms = joined(
        [
            "regret is what an option falls short of the best one of the same world",
            f"good enough is {answer['threshold']:.3g} or better",
            "the worst tenth is the mean over the worst tenth of the worlds",
        ]
    )
    out: list[Figure | str] = [
        heading("What stands up"),
        paragraph(f"{first_upper(terms)}."),
        figure,
    ]
    if answer["left_out"]:
        titles = joined([answer["titles"][option] for option in answer["left_out"]])
        out.append(folded("Options without this outcome", paragraph(titles)))
    return out
