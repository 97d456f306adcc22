"""Page 6, where the text leaks: lint findings option by option, with suggested words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import FAINT, INK, MIDDLE, Figure
from tightrope.report.results import Results
from tightrope.report.tables import folded, paragraph, table
from tightrope.report.words import counted, short

SEVERITIES = ("error", "warning", "note")
MEANINGS = {
    "error": "the promise is void there",
    "warning": "the promise is weak there",
    "note": "worth knowing",
}
QUIET: dict[str, Any] = {
    "ticks": False,
    "domain": False,
    "grid": True,
    "gridColor": FAINT,
    "labelFontSize": 11,
}
SHAPES, FILLS = ["square", "circle", "circle"], [INK, MIDDLE, "white"]


def leaks_page(results: Results) -> Chapter:
    """Which text leaks where, and what words would mend it."""
    parts: list[Figure | str] = [
        paragraph(
            "A leak is a place where the words let the promise run out: a veto in the wrong hands, "
            "a trigger that nobody is named to determine, a duty without a day. Leaks are found "
            "by reading the clauses, before any number is drawn."
        )
    ]
    figure = leaks_figure(results)
    if figure is None:
        parts.append(paragraph("No leak was found, or the texts were not read for this report."))
    else:
        parts += [figure, _meanings(figure.data)]
        parts += [_findings(results, option) for option in results.options]
    return Chapter(
        6,
        "Where the text leaks",
        "Which words let each promise run out, and which words would mend them?",
        parts,
    )


def leaks_figure(results: Results) -> Figure | None:
    """Findings by option and kind of leak; None where nothing was found."""
    rows = [
        {
            "option": option,
            "number": results.number(option),
            "title": results.titles[option],
            "code": str(finding["code"]),
            "leak": str(finding.get("name") or finding["code"]),
            "severity": str(finding["severity"]),
            "clause": finding["clause"],
            "article": finding["article"],
            "reason": finding["reason"],
            "suggestion": finding["suggestion"],
        }
        for option in results.options
        for finding in results.text(option).findings
    ]
    if not rows:
        return None
    data = pd.DataFrame(rows)
    counts = data.groupby(["number", "leak", "severity"], as_index=False).size()
    texts = data.drop_duplicates(["option", "leak"])["leak"].value_counts()
    order = [results.number(o) for o in results.options if o in set(data["option"])]
    kinds = [s for s in SEVERITIES if s in set(data["severity"])]
    base = alt.Chart(counts).encode(
        x=alt.X(
            "leak:N",
            sort=list(texts.index),
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-55, **QUIET),
        ),
        y=alt.Y("number:N", sort=order, title="Option", axis=alt.Axis(**QUIET)),
    )
    place = [SEVERITIES.index(kind) for kind in kinds]
    marks = base.mark_point(color=INK, opacity=1, size=55, strokeWidth=1.2).encode(
        shape=alt.Shape(
            "severity:N",
            title=None,
            scale=alt.Scale(domain=kinds, range=[SHAPES[k] for k in place]),
        ),
        fill=alt.Fill(
            "severity:N", title=None, scale=alt.Scale(domain=kinds, range=[FILLS[k] for k in place])
        ),
    )
    return Figure(
        name="leaks",
        title=_finding(results, data, texts),
        caption="; ".join(f"{kind}: {MEANINGS[kind]}" for kind in kinds).capitalize()
        + ". An option without a mark has no such leak.",
        data=data,
        chart=marks.properties(width=alt.Step(17), height=alt.Step(15)),
        table=_counts(results),
    )


def _finding(results: Results, data: pd.DataFrame, texts: pd.Series) -> str:
    common, times = str(texts.index[0]), int(texts.iloc[0])
    told = f"The commonest leak is '{common}', in {times} of {len(results.agreements)} texts"
    if len(results.agreements) == 1:
        told = f"The one text read has {counted(len(texts), 'kind')} of leak, such as '{common}'"
    void = data[data["severity"] == "error"]["option"].nunique()
    if void and len(results.agreements) > 1:
        told += f"; in {counted(void, 'text')} a leak voids a promise"
    return told


def _meanings(data: pd.DataFrame) -> str:
    """What each kind of leak means, told by the text in which it comes first."""
    rows = [
        (leak, f"{part['option'].nunique()}", f"{first['reason']} ({first['number']})")
        for leak, part in data.groupby("leak", sort=False)
        for first in part.head(1).to_dict("records")
    ]
    rows.sort(key=lambda row: -int(row[1]))
    head = ("Leak", "Texts", "What it means, from one option (its number)")
    told = table(head, [(str(a), b, c) for a, b, c in rows], "Kinds of leak, the commonest first")
    return folded("Show what each kind of leak means", told)


def _counts(results: Results) -> str:
    rows = [
        (f"{results.number(o)} {results.titles[o]}", *severity_counts(results.text(o).findings))
        for o in results.options
    ]
    return table(("Option", "Errors", "Warnings", "Notes"), rows, "Number of findings by option")


def severity_counts(findings: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """How many findings there are of each of `SEVERITIES`, as cells of a table."""
    counts = Counter(str(finding["severity"]) for finding in findings)
    return tuple(str(counts[kind]) for kind in SEVERITIES)


def _findings(results: Results, option: str) -> str:
    """The findings of one option, folded."""
    findings = results.text(option).findings
    name = f"{results.number(option)} · {short(results.titles[option], 70)}"
    if not findings:
        return ""
    return folded(f"{name}: {counted(len(findings), 'finding')}", findings_list(findings))


def findings_list(findings: Sequence[Mapping[str, Any]]) -> str:
    """Findings as an HTML list, gravest first."""
    ranked = sorted(findings, key=lambda f: SEVERITIES.index(str(f["severity"])))
    items = "".join(f"<li>{_told(finding)}</li>" for finding in ranked)
    return f'<ul class="findings">{items}</ul>'


def _told(finding: Mapping[str, Any]) -> str:
    where = str(finding["clause"] or "the whole text")
    if finding["article"]:
        where += f", {finding['article']}"
    kind = f"{finding['severity']} · {finding.get('name') or finding['code']}"
    return (
        f"<strong>{escape(kind)}</strong> ({escape(where)}, {escape(str(finding['code']))})<br>"
        f"{escape(str(finding['reason']))}<br>"
        f"<em>Suggested words:</em> {escape(str(finding['suggestion']))}"
    )
