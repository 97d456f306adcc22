"""What the best that can be signed promises, and on which terms, in two short lines of page 0."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from tightrope.report.results import Results
from tightrope.report.words import first_upper, joined, percent, short, with_article

LONGEST = 240
"""Letters of a promise on page 0, which must stay one sheet."""
LINES = {
    "today": "today's line",
    "other": "another line than today's",
    "original": "the line of old",
    "pre-2022": "the line of before 2022",
    "pre-2014": "the line of before 2014",
}
RECOGNITION = {
    "none": "no recognition of what {} holds",
    "de-facto": "recognition in fact, not in law, of what {} holds",
    "formal": "formal recognition of what {} holds",
}


def bargain(results: Results, option: str) -> str:
    """What the option promises and on which terms, as HTML; empty where neither is known."""
    text = results.text(option)
    told = {"promises": short(text.promise, LONGEST), "terms": terms_told(results, text.terms)}
    lines = [
        f"<strong>Option {escape(results.number(option))} {head}:</strong> {escape(words)}"
        for head, words in told.items()
        if words
    ]
    return f'<p class="gloss">{"<br>".join(lines)}</p>' if lines else ""


def terms_told(results: Results, terms: Mapping[str, Any]) -> str:
    """The line held, recognition and sanctions lifted in one sentence, without what is unknown."""
    challenger = with_article(results.actor(results.challenger))
    parts = []
    if terms.get("line") in LINES:
        parts.append(f"{LINES[terms['line']]} is held")
    if terms.get("recognition") in RECOGNITION:
        parts.append(RECOGNITION[terms["recognition"]].format(challenger))
    if terms.get("relief") is not None:
        parts.append(f"{_share(float(terms['relief']))} sanctions lifted")
    return f"{first_upper(joined(parts))}." if parts else ""


def _share(lifted: float) -> str:
    if lifted <= 0.0:
        return "no"
    return "all" if lifted >= 1.0 else f"{percent(lifted)} of the"
