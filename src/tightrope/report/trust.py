"""Page 7: how sure we are, from the kinds of the inputs to what the record says."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import INK, MIDDLE, SHARE, Figure
from tightrope.report.extremes import most
from tightrope.report.limits import beliefs_table, left_out
from tightrope.report.results import Results
from tightrope.report.tables import folded, heading, paragraph, table
from tightrope.report.words import MISSING, counted, first_upper, percent, short

KINDS = {
    "measured": "read off a data set",
    "estimated": "worked out from sources",
    "judgement": "judged, with a reason",
}
HEADLINES = {
    "durable": "durable",
    "settled": "settled",
    "held": "held, once settled",
    "deterrence": "deterrence at own terms",
    "honoured": "honoured when tested by attack",
    "direct_clash": "direct clash",
}
SHOWN = 8


def kind_shares(results: Results) -> dict[str, float]:
    """Share of the parameters that are measured, estimated and judged; empty without any."""
    rows = results.parameters or list(results.document.get("parameters_used", {}).values())
    counts = Counter(str(row["kind"]) for row in rows)
    total = sum(counts.values())
    return {kind: counts[kind] / total for kind in KINDS} if total else {}


def judged_sentence(results: Results) -> str:
    """What the numbers rest on, in one sentence; empty if that is not known."""
    shares = kind_shares(results)
    if not shares:
        return ""
    count = len(results.parameters) or len(results.document["parameters_used"])
    return (
        f"Inputs: of {counted(count, 'number')}, {percent(shares['judgement'])} are judgements "
        f"with a stated reason, {percent(shares['estimated'])} are worked out from sources and "
        f"{percent(shares['measured'])} are measured."
    )


def record_sentence(results: Results, ranked: list[str]) -> str:
    """What weighing by the record does to the answer, in one sentence; empty without a record."""
    record = results.document.get("record") or ()
    if not ranked:
        return ""
    before = results.mean(ranked[0], "unweighted", "durable")
    after = results.mean(ranked[0], "durable")
    if not record or before is None:
        return "Record: the worlds are not weighed by how well they explain the past."
    return (
        f"Record: weighed by how well each world explains {counted(len(record), 'fact')} of the "
        f"past, option 1 moves from {percent(before)} to {percent(after)}."
    )


def how_sure_page(results: Results) -> Chapter:
    """Shares of the inputs by kind, the record before and after, sources, limits and beliefs."""
    parts: list[Figure | str] = []
    shares = kind_shares(results)
    if shares:
        parts += [shares_figure(shares)]
    parts += [*_record(results), *_ranges(results), *left_out(), *beliefs_table()]
    parts += _works(results)
    parts += _run(results)
    return Chapter(
        7,
        "How sure are we",
        "What the numbers rest on, what the past says about them, and what is left out.",
        parts,
    )


def shares_figure(shares: dict[str, float]) -> Figure:
    """One bar parted into measured, estimated and judged inputs."""
    most = max(shares, key=lambda kind: shares[kind])
    data = pd.DataFrame(
        [
            {
                "kind": kind,
                "meaning": KINDS[kind],
                "share": share,
                "label": f"{kind}: {KINDS[kind]}",
                "told": percent(share),
            }
            for kind, share in shares.items()
        ]
    )
    base = alt.Chart(data).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=250)),
        x=alt.X("share:Q", title="Share of all inputs", axis=SHARE, scale=alt.Scale(domain=[0, 1])),
    )
    bars = base.mark_bar(color=MIDDLE, height=14)
    words = base.mark_text(align="left", dx=4, color=INK, fontSize=12).encode(text="told:N")
    rows = [(kind, KINDS[kind], percent(share)) for kind, share in shares.items()]
    return Figure(
        name="kinds",
        title=f"Most of the inputs are {_kind_word(most)}: {percent(shares[most])}",
        caption="Inputs are the numbers that the model reads; each has a range and a source below.",
        data=data.drop(columns=["label", "told"]),
        chart=(bars + words).properties(width=200, height=alt.Step(26)),
        table=table(("Kind", "Meaning", "Share"), rows, "Share of inputs by kind"),
    )


def _kind_word(kind: str) -> str:
    return "judgements" if kind == "judgement" else kind


def _record(results: Results) -> list[Figure | str]:
    record = results.document.get("record") or ()
    out: list[Figure | str] = [heading("What the past says")]
    if not record:
        out.append(
            paragraph(
                "This run does not weigh its worlds by dated facts: every world counts alike. "
                "Where a case has a record, its facts stand here, each with how likely the model "
                "makes it, and every headline is shown before and after."
            )
        )
        return out
    rows = [
        (
            str(row.get("date", "")),
            str(row.get("says", "")),
            percent(row.get("likelihood")),
            str(row.get("source", "")),
        )
        for row in record
    ]
    out.append(
        paragraph(
            "Each fact is something that happened. A world in which the model makes it unlikely "
            f"counts for less. Of {counted(int(results.document['draws']), 'world')}, as many as "
            f"{float(results.document['effective_draws']):,.0f} equally good ones are left."
        )
    )
    head = ("Date", "What happened", "How likely the model makes it, mean", "Source")
    out.append(table(head, rows, "The record of the case"))
    figure = before_and_after(results)
    return [*out, figure] if figure is not None else out


def before_and_after(results: Results) -> Figure | None:
    """Headline outcomes of the first options before and after weighing; None without a record."""
    rows: list[dict[str, Any]] = []
    for option in results.options:
        for outcome, words in HEADLINES.items():
            old = results.spread(option, "unweighted", outcome)
            new = results.spread(option, outcome)
            if old is None or new is None:
                continue
            rows.append(
                {
                    "option": option,
                    "title": results.titles[option],
                    "number": results.number(option),
                    "outcome": outcome,
                    "meaning": words,
                    "before": old["mean"],
                    "after": new["mean"],
                    "before_p05": old["p05"],
                    "before_p95": old["p95"],
                    "after_p05": new["p05"],
                    "after_p95": new["p95"],
                }
            )
    if not any(row["outcome"] == "durable" for row in rows):
        return None
    data = pd.DataFrame(rows)
    durable = data[data["outcome"] == "durable"].head(SHOWN)
    label = [
        f"{n}  {short(t, 33)}" for n, t in zip(durable["number"], durable["title"], strict=True)
    ]
    base = alt.Chart(durable.assign(label=label)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=240))
    )
    x = alt.X("before:Q", title="Durable, mean over worlds", axis=SHARE)
    line = base.mark_rule(color=MIDDLE).encode(x=x, x2="after:Q")
    old = base.mark_point(size=70, color=INK, fill="white", shape="circle", opacity=1).encode(x=x)
    new = base.mark_point(size=70, color=INK, fill=INK, shape="diamond", opacity=1).encode(
        x="after:Q"
    )
    drawn, top = _moved_most(durable), _moved_most(data)
    name = f"'{short(str(drawn['title']), 44)}'"
    moved = f"Of those drawn, the record moves {name} most:"
    if durable["option"].nunique() == 1:
        moved = f"The record moves {name}"
    told = [
        (
            f"{row['number']} {row['title']}",
            str(row["meaning"]),
            percent(row["before"]),
            percent(row["after"]),
        )
        for row in rows
    ]
    return Figure(
        name="record",
        title=f"{moved} from {percent(drawn['before'])} to {percent(drawn['after'])}",
        caption=(
            "Open circle: all worlds count alike. Filled diamond: weighed by the record. Of all "
            f"headlines of all options '{top['meaning']}' moves most, under {top['number']} "
            f"{short(str(top['title']), 44)}: from {percent(top['before'])} to "
            f"{percent(top['after'])}."
        ),
        data=data,
        chart=(line + old + new).properties(width=150, height=alt.Step(22)),
        table=table(("Option", "Outcome", "Before", "After"), told, "Headlines before and after"),
    )


def _moved_most(rows: pd.DataFrame) -> dict[str, Any]:
    return most(rows.assign(change=(rows["after"] - rows["before"]).abs()), "change")


def _ranges(results: Results) -> list[Figure | str]:
    if not results.parameters:
        return []
    rows = [
        (
            str(row["id"]),
            first_upper(str(row.get("meaning", ""))),
            f"{float(row['value']):.4g}",
            f"{float(row['low']):.4g} to {float(row['high']):.4g}",
            str(row.get("unit", "")),
            str(row["kind"]),
            str(row.get("source", "")),
        )
        for row in results.parameters
    ]
    head = ("Input", "What it is", "Centre", "Range", "Unit", "Kind", "Source")
    count = counted(len(rows), "input")
    return [
        heading("Every input, with its range and source"),
        folded(f"Show all {count}", table(head, rows, "Inputs of the model")),
    ]


def _works(results: Results) -> list[Figure | str]:
    if not results.bibliography:
        return []
    items = "".join(
        f"<li><code>{escape(key)}</code> {escape(work)}</li>"
        for key, work in sorted(results.bibliography.items())
    )
    count = counted(len(results.bibliography), "work")
    return [heading("Works cited"), folded(f"Show {count}", f'<ul class="works">{items}</ul>')]


def _run(results: Results) -> list[Figure | str]:
    return [
        heading("These numbers again"),
        f"<p><code>{escape(results.command or MISSING)}</code></p>",
        paragraph(
            "Beside this file stand summary.csv (every outcome), draws.parquet (every draw), "
            "outcomes.nc (the same as labelled arrays), data/ (the numbers behind each chart, "
            "each with a side file NAME.meta.txt that says which run they come from) and charts/ "
            "(each chart as a picture)."
        ),
    ]
