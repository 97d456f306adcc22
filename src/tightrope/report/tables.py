"""Tables of the report as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from tightrope.report.results import Results

Cells = Sequence[str]
MISSING = "–"


def table(head: Cells, rows: Iterable[Cells], caption: str) -> str:
    """An HTML table; the first cell of a row names it. All text is escaped."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td{_kind(cell)}>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _kind(cell: str) -> str:
    return ' class="number"' if re.match(r"-?\d", cell) else ""


def percent(spread: Mapping[str, Any] | None) -> str:
    """A chance with its 5-95 % range, such as `62 % [10–95]`."""
    if spread is None or spread.get("mean") is None:
        return MISSING
    mean, low, high = (round(100 * float(spread[key])) for key in ("mean", "p05", "p95"))
    return f"{mean} % [{low}–{high}]"


def ranking_table(results: Results) -> str:
    """Options from the most to the least durable, with what limits each."""
    rows = [
        (
            str(row["title"]),
            percent(row["durable"]),
            percent(row["deterrence_equal_terms"]),
            results.actors.get(row["blocked_by"], row["blocked_by"] or MISSING),
            str(row["weakest_clause"] or MISSING),
        )
        for row in results.ranking
    ]
    head = (
        "Option",
        "Durable: settled and holds",
        "Deterrence at equal terms",
        "Acceptance limited by",
        "Weakest clause",
    )
    return table(head, rows, "Options ranked by durable; mean over draws [5–95 % of draws]")


def acceptance_table(results: Results) -> str:
    """Who accepts which option, in per cent."""
    accept = {o: results.document["options"][o].get("accept") or {} for o in results.options}
    actors = list(dict.fromkeys(actor for row in accept.values() for actor in row))
    rows = [
        (results.titles[o], *(_mean(results.spread(o, "accept", actor)) for actor in actors))
        for o in results.options
    ]
    return table(("Option", *actors), rows, "Chance that each actor accepts, per cent, mean")


def _mean(spread: Mapping[str, Any] | None) -> str:
    return MISSING if spread is None else f"{100 * spread['mean']:.0f}"
