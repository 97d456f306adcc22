"""The three cards of page 0: the answer, the runner-up and signing nothing."""

from __future__ import annotations

import math
from html import escape

from tightrope.report.paired import Pair, ahead_of_all, pair
from tightrope.report.results import Results
from tightrope.report.words import MISSING, percent, short

LONGEST = 80
"""Letters of a title or a meaning on page 0, which must stay one sheet."""
CLOSE, CLEAR, SURE = 0.6, 0.75, 0.95


def done(results: Results) -> str:
    """What has been done with the options that are known."""
    if results.so_far:
        return "solved so far"
    return "judged" if len(results.agreements) == 1 else "solved"


def lacking(results: Results) -> str:
    """What no option that could be signed was."""
    if results.so_far:
        return done(results)
    return "solved in any world" if results.agreements else "judged"


def cards(results: Results, ranked: list[str], rest: str | None, found: Pair | None) -> str:
    """The answer, the runner-up and signing nothing, side by side, as HTML."""
    parts = []
    if ranked:
        nothing = 0.0 if rest is None else results.mean(rest, "durable") or 0.0
        better = nothing >= (results.mean(ranked[0], "durable") or 0.0)
        head = "Best that can be signed" if better else "The answer"
        head = "First so far" if results.so_far else head
        parts.append(_card(results, head, ranked[0], _reach(results, ranked)))
    if found is not None:
        told = verdict(found.share, float(results.document["effective_draws"]))
        parts.append(_card(results, "The runner-up", found.second, told))
    else:
        told = f"Only one arrangement was {done(results)}, so there is no second."
        if not ranked:
            told = f"Nothing that could be signed was {lacking(results)}."
        parts.append(_plain_card("No runner-up", MISSING, told))
    if rest is None:
        parts.append(
            _plain_card(
                "Signing nothing",
                MISSING,
                f"This is not among the options {'solved so far' if results.so_far else 'judged'}.",
            )
        )
    else:
        share = pair(results, ranked[0], rest).share if ranked else None
        told = "" if share is None else f"Option 1 is more durable in {percent(share)} of worlds."
        parts.append(_card(results, "Signing nothing", rest, told))
    return "".join(parts)


def _card(results: Results, head: str, option: str, words: str) -> str:
    found = results.spread(option, "durable")
    around = MISSING
    if found is not None:
        low, high = (round(100 * float(found[key] or 0.0)) for key in ("p05", "p95"))
        around = f"{low} to {high} % in nine worlds of ten"
    return (
        f'<div class="card"><p class="head">{escape(head)}</p>'
        f'<p class="big">{percent(results.mean(option, "durable"))}</p>'
        f'<p class="around">durable; {around}</p>'
        f'<p class="name">{escape(results.number(option))} · '
        f"{escape(short(results.titles[option], LONGEST))}</p>"
        f"<p>{escape(words)}</p></div>"
    )


def _plain_card(head: str, big: str, words: str) -> str:
    return (
        f'<div class="card"><p class="head">{escape(head)}</p><p class="big">{big}</p>'
        f"<p>{escape(words)}</p></div>"
    )


def _reach(results: Results, ranked: list[str]) -> str:
    share = ahead_of_all(results, ranked[0])
    kind = f"one {done(results)}" if results.so_far else "arrangement"
    return "" if share is None else f"Ahead of every other {kind} in {percent(share)} of worlds."


def rough(worlds: float) -> int:
    """Points by which a share of so many worlds may be off: two standard errors of a half."""
    return round(100.0 / math.sqrt(max(worlds, 1.0)))


def verdict(share: float | None, worlds: float) -> str:
    """In what share of worlds the first beats the second, and what to make of it.

    worlds  how many equally good ones the draws are worth: a share no further from a half than
            it may be off, both as they are told, is not called clear, however large
    """
    if share is None:
        return "The two cannot be compared world by world."
    told = f"Option 1 beats it in {percent(share)} of the same worlds: "
    lead = abs(share - 0.5)
    if lead >= CLEAR - 0.5 and round(100 * lead) <= rough(worlds):
        side = "ahead" if share > 0.5 else "behind"
        return told + f"{side}, but the worlds count as only {max(worlds, 1.0):.0f}."
    if share >= SURE:
        return told + "nearly always."
    if share >= CLEAR:
        return told + "a clear lead."
    if share >= CLOSE:
        return told + "a lean, not a proof."
    if share <= 1.0 - CLOSE:
        return told + "behind in most, and ahead in the mean alone."
    return told + "too close to call."
