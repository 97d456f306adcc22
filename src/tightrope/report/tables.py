"""Tables of the report as HTML, and the small pieces of HTML around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from tightrope.report.results import Results
from tightrope.report.words import MISSING, UNIT, percent, ranged

Cells = Sequence[str]
NARROW = ' class="number"'


def table(head: Cells, rows: Iterable[Cells], caption: str) -> str:
    """An HTML table; the first cell of a row names it. All text is escaped."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row"{NARROW if len(row[0]) < 3 else ""}>{escape(row[0])}</th>'
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
    return NARROW if re.match(r"[+−-]?\d", cell) and len(cell) < 24 else ""


def folded(summary: str, body: str) -> str:
    """Something to be opened by the reader; works without scripts. `body` is HTML."""
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"


def paragraph(words: str, kind: str = "") -> str:
    """A paragraph of escaped text."""
    return f"<p{f' class={chr(34)}{kind}{chr(34)}' if kind else ''}>{escape(words)}</p>"


def heading(words: str) -> str:
    """A heading within a page."""
    return f"<h3>{escape(words)}</h3>"


def ranking_table(results: Results) -> str:
    """Options from the most to the least durable, with what limits each."""
    rows = [
        (
            results.number(str(row["option"])),
            results.titles[str(row["option"])],
            ranged(row["durable"]),
            ranged(row["deterrence_equal_terms"]),
            results.actor(row["blocked_by"]) or MISSING,
            str(row["weakest_clause"] or MISSING),
        )
        for row in results.ranking
    ]
    head = (
        "No.",
        "Option",
        "Durable: settled and holds",
        "Deterrence at equal terms",
        "Acceptance limited by",
        "Weakest clause",
    )
    note = (
        "Options ranked by durable; mean over worlds [5–95 % of worlds]; letters: nothing to sign"
    )
    return table(head, rows, note)


def acceptance_table(results: Results) -> str:
    """Who accepts which option, in per cent; a dash where a state is not asked."""
    accept = {o: results.document["options"][o].get("accept") or {} for o in results.agreements}
    actors = list(dict.fromkeys(actor for row in accept.values() for actor in row))
    rows = [
        (
            f"{results.number(o)} {results.titles[o]}",
            *(percent(results.mean(o, "accept", actor)).removesuffix(UNIT) for actor in actors),
        )
        for o in results.agreements
    ]
    note = "Chance that each actor accepts, per cent, mean over worlds; – where it is not asked"
    return table(("Option", *actors), rows, note)
