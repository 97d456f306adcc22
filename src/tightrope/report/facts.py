"""What the best that can be signed would cost and risk: four numbers of page 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from tightrope.report.results import Results
from tightrope.report.words import MISSING, counted, frequency, with_article


def facts(results: Results, ranked: list[str], rest: str | None) -> str:
    """What the answer would cost and risk, with ranges, each beside signing nothing, as HTML."""
    if not ranked:
        return ""
    cells = []
    for outcome, (name, told) in FACTS.items():
        own = results.mean(ranked[0], outcome)
        other = None if rest is None else results.mean(rest, outcome)
        beside = "" if other is None else f"signing nothing: {told(other)}"
        if outcome in UNCOUNTED and rest is not None:
            beside = "signing nothing: not counted"
        name = name.format(years=counted(round(results.horizon), "year"))
        cells.append(
            f'<div><p class="head">{escape(name)}</p><p class="fact">'
            f"{escape(MISSING if own is None else told(own))}</p>"
            f'<p class="around">{escape(_between(results.spread(ranked[0], outcome), told))}</p>'
            f'<p class="around">{escape(beside)}</p></div>'
        )
    note = NOTE.format(challenger=with_article(results.actor(results.challenger)))
    note += "" if rest is None else WHY
    return f'<div class="facts">{"".join(cells)}<p class="around note">{escape(note)}</p></div>'


def _between(spread: Mapping[str, float | None] | None, told: Callable[[float], str]) -> str:
    """The range of a fact in nine worlds of ten, such as `EUR 13 bn to EUR 21 bn`."""
    ends = [] if spread is None else [spread.get(key) for key in ("p05", "p95")]
    known = [told(end).removeprefix("about ") for end in ends if end is not None]
    return " to ".join(known) if len(known) == 2 else ""


def _money(value: float) -> str:
    return f"EUR {value:,.0f} bn" if abs(value) >= 10 else f"EUR {value:,.1f} bn"


def _thousand(value: float) -> str:
    return f"{value:,.0f} thousand" if value >= 1 else "under one thousand"


FACTS: dict[str, tuple[str, Callable[[float], str]]] = {
    "cost_standing": ("Option 1 costs, a year", _money),
    "lives_lost": ("Deaths in war, {years}", _thousand),
    "clash_in_force": ("Direct clash, once in force", frequency),
    "nuclear_in_force": ("Nuclear use, once in force", frequency),
}
"""Outcomes of the answer that stand on page 0, with their names and how to write them."""
NOTE = (
    "Direct clash: a guarantor's forces fight those of {challenger}. Nuclear use: it comes to that "
    "in such a fight."
)
WHY = " Not counted: no text is in force."
"""Why no risk stands beside these for signing nothing."""
UNCOUNTED = ("clash_in_force", "nuclear_in_force")
"""Outcomes that the model does not count for a war that goes on."""
