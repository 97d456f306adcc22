"""Windows: how the hazard before entry or membership stands to the hazard after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tightrope.report.chart import Figure
from tightrope.report.paths import HAZARDS, mean_path
from tightrope.report.results import Results
from tightrope.report.tables import folded, heading, paragraph, table
from tightrope.report.words import MISSING, percent, short

SEEN = 0.001
"""A yearly hazard must be higher by this, a tenth of a point, to be called higher."""


@dataclass(frozen=True)
class Window:
    """A wait and its hazards.

    at              expected year of the day that is waited for, counted from the settlement
    member          whether it is membership; else entry into force
    before, after   chance of attack a year before that day, and in as long a time after it
    """

    option: str
    at: float
    member: bool
    before: float
    after: float


def windows(results: Results) -> list[Window]:
    """One window for each option with a wait inside the years that are kept."""
    times = np.asarray(results.dataset["time"].values, dtype=float)
    found = []
    for option in results.agreements:
        text = results.text(option)
        at = text.accession if text.accession is not None else text.entry
        parts = [mean_path(results, option, name) for name in HAZARDS]
        known = [part for part in parts if part is not None]
        if at is None or len(known) < len(HAZARDS):
            continue
        before, after = times < at, (times >= at) & (times < 2.0 * at)
        if not before.any() or not after.any():
            continue
        total, steps = np.sum(known, axis=0), 1.0 / float(times[1] - times[0])
        first, later = (1.0 - (1.0 - float(total[m].mean())) ** steps for m in (before, after))
        found.append(Window(option, at, text.accession is not None, first, later))
    return found


def joining(results: Results) -> list[str]:
    """Options that wait for membership, the one with the widest window first."""
    found = [window for window in windows(results) if window.member]
    return [w.option for w in sorted(found, key=lambda w: w.after - w.before)]


def windows_parts(results: Results) -> list[Figure | str]:
    """What the windows say, in a heading and a table; empty where no option waits."""
    found = windows(results)
    if not found:
        return []
    members = [window for window in found if window.member]
    rest = [window for window in found if not window.member]
    parts: list[Figure | str] = [heading(_finding(results, members or rest))]
    parts.append(
        paragraph(
            "Before the day that is waited for, cover is thin or absent, and the challenger can "
            "see it coming; after it, attacking means meeting the whole promise."
        )
    )
    if members:
        parts.append(_table(results, members))
    if rest:
        parts.append(folded("Show the waits for entry into force", _table(results, rest)))
    return parts


def _finding(results: Results, found: list[Window]) -> str:
    what = "membership" if found[0].member else "entry into force"
    higher = [w for w in found if w.before - w.after >= SEEN]
    if not higher:
        return f"Under no option that waits for {what} is the hazard seen to be higher before it"
    widest = max(higher, key=lambda w: w.before - w.after)
    name = f"'{short(results.titles[widest.option], 44)}'"
    numbers = f"{percent(widest.before, 1)} a year against {percent(widest.after, 1)}"
    if len(found) == 1:
        return f"{name} waits for {what}: the hazard is higher before than after, {numbers}"
    return (
        f"Under {len(higher)} of {len(found)} options that wait for {what} the hazard "
        f"is higher before than after; most under {name}, {numbers}"
    )


def _table(results: Results, found: list[Window]) -> str:
    rows = [
        (
            f"{results.number(w.option)} {results.titles[w.option]}",
            f"{'membership' if w.member else 'entry into force'}, year {w.at:.1f}",
            percent(w.before, 1),
            percent(w.after, 1),
            f"{w.before / w.after:.1f} times" if w.after > 1e-4 else MISSING,
        )
        for w in found
    ]
    head = ("Option", "What is waited for", "Hazard a year before", "After", "Before over after")
    note = "Chance of attack a year, before the expected day and for as long after it"
    return table(head, rows, note)
