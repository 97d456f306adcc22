"""Two options side by side, clause by clause: wording, redline, and what each change moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.chart import INK, MIDDLE, Figure
from tightrope.report.folder import whole_folder
from tightrope.report.minister import EXPLORES
from tightrope.report.page import document
from tightrope.report.redline import only_changed, redline, wording
from tightrope.report.tables import folded, table
from tightrope.report.words import MISSING, counted, first_upper, joined, points, short

SEAL = "compare.html"
CHANCES = {
    "durable": "durable",
    "settled": "settled",
    "held": "held once settled",
    "equal_deterrence": "deterrence at equal terms",
    "equal_accept_challenger": "accepted by the challenger at equal terms",
    "honour_if_tested": "honoured if tested",
    "direct_clash": "direct clash",
}
AMOUNTS = {
    "cost_standing": ("cost a year", "EUR bn"),
    "lives_lost": ("lives lost", "thousand"),
}
LEAST = 0.0005
"""A change of a chance smaller than this is not told."""
MOST_TOLD = 4
CAUTION = (
    f"{EXPLORES} Every number is worked out at the central values of declared ranges and moves "
    "with them."
)


@dataclass(frozen=True)
class Comparison:
    """Two options of a case and what lies between them.

    first, second    their titles
    rows             {clause, from, to, effect{outcome: change}} in the order of the change
    total            outcome → change from first to second; the rows' effects sum to it
    clauses          clause id → (what it says in the first, in the second); '' where absent
    command, meta    the command line that gives this again, and the line that names the run
    actors           id → name of each state, which the texts call by its id
    """

    case: str
    first: str
    second: str
    rows: Sequence[Mapping[str, Any]]
    total: Mapping[str, float | None]
    clauses: Mapping[str, tuple[str, str]]
    command: str
    meta: str
    actors: Mapping[str, str] = field(default_factory=dict)


def write_comparison(comparison: Comparison, folder: Path) -> None:
    """Write compare.html and data/effects.csv with its line of metadata, or nothing.

    Errors: as for `write_report`.
    """
    with whole_folder(folder, SEAL) as place:
        (place / "data").mkdir()
        figure = effects_figure(comparison)
        figure.data.to_csv(place / "data" / f"{figure.name}.csv", index=False)
        side = place / "data" / f"{figure.name}.meta.txt"
        side.write_text(f"{figure.name}.csv; {comparison.meta}\n", encoding="utf-8")
        (place / SEAL).write_text(comparison_page(comparison), encoding="utf-8")


def comparison_page(comparison: Comparison) -> str:
    """The two-column view as HTML text."""
    one = comparison
    changed = {str(row["clause"]) for row in one.rows}
    changes = enumerate(one.rows, 1)
    told = [(_row(one, number, row), _moves(row["effect"])) for number, row in changes]
    rows = "".join(row for row, moves in told if moves)
    still = [row for row, moves in told if not moves]
    if still:
        rows += folded(f"Show {_still(len(still))}", "".join(still))
    if not one.rows:
        rows = "<p>The two say the same.</p>"
    parts = {name for words in changed for name in words.split(", ")}
    same = [(name, said) for name, (said, _) in one.clauses.items() if name not in parts and said]
    figure = effects_figure(one)
    body = f"""<section class="page sheet">
<p class="kicker">{escape(one.case)} · two options side by side</p>
<h1>{escape(finding(one))}</h1>
<p>From <strong>{escape(one.first)}</strong> to <strong>{escape(one.second)}</strong>.</p>
<p class="gloss">Durable: settled, and then no limited or full attack. Effects
are worked out at central values, one change after another in the order shown; they add up to the
total. In another order joint effects would be shared out differently.</p>
<p class="caution">{escape(CAUTION)}</p>
</section>
<section><h2>What moves</h2>{figure.html()}</section>
<section><h2>Clause by clause</h2>
<div class="pair headline"><p><strong>From:</strong> {escape(one.first)}</p>
<p><strong>To:</strong> {escape(one.second)}</p></div>
{rows}</section>
{folded(f"Show {counted(len(same), 'clause')} that stand in both", _same(same)) if same else ""}
<p class="meta">{escape(one.meta)}</p><p class="meta">These numbers again:
<code>{escape(one.command)}</code></p>"""
    return document(f"{one.first} and {one.second}: {finding(one)}", body)


def _still(number: int) -> str:
    """So many changes without an effect that is told."""
    return f"{counted(number, 'change')} that move{'s' * (number == 1)} nothing to speak of"


def finding(comparison: Comparison) -> str:
    """What moves most from the first to the second, and through which change, in a sentence."""
    total = comparison.total.get("durable")
    if total is None:
        return "Durable cannot be compared: one of the two has none"
    if abs(total) < LEAST:
        return "What is durable does not move from the first to the second"
    effects = [
        (float(row["effect"].get("durable") or 0.0), str(row["clause"])) for row in comparison.rows
    ]
    most = max(effects, key=lambda pair: abs(pair[0]), default=(0.0, ""))
    told = f"Durable {'rises' if total > 0 else 'falls'} by {_size(total)}"
    if abs(most[0]) >= LEAST and len(effects) > 1:
        told += f"; what moves it most is '{short(most[1], 50)}' ({_signed(most[0])})"
    return told


def effects_figure(comparison: Comparison) -> Figure:
    """How much each change moves what is durable."""
    names = [*CHANCES, *AMOUNTS]
    effects = [*(row["effect"] for row in comparison.rows), comparison.total]
    rows = [
        {"step": step, "clause": str(row["clause"])}
        | {name: row["effect"].get(name) for name in names}
        for step, row in enumerate(comparison.rows, 1)
    ]
    rows.append(
        {"step": len(rows) + 1, "clause": "all together"}
        | {name: comparison.total.get(name) for name in names}
    )
    data = pd.DataFrame(rows)
    label = [
        f"{step}  {short(clause, 30)}" if clause != "all together" else clause
        for step, clause in zip(data["step"], data["clause"], strict=True)
    ]
    drawn = data.assign(
        label=label,
        whole=data["clause"] == "all together",
        moved=[float(x) if x is not None else 0.0 for x in data["durable"]],
    )
    moving = [bool(_moves(effect)) for effect in effects]
    moving[-1] = True  # all together
    still = moving.count(False)
    drawn = drawn[moving]
    fine = "+.0f" if drawn["moved"].abs().max() >= 0.03 else "+.1f"
    base = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=230, ticks=False)),
        x=alt.X(
            "moved:Q",
            title="Change of durable (points)",
            axis=alt.Axis(labelExpr=f"format(100 * datum.value, '{fine}')", tickCount=4),
        ),
    )
    bars = base.mark_bar(stroke=INK, strokeWidth=0.7, height=12).encode(
        fill=alt.condition("datum.whole", alt.value(INK), alt.value(MIDDLE))
    )
    told = [
        (
            label[k],
            *(points(effects[k].get(name)) for name in CHANCES),
            *(_amount(effects[k].get(name)) for name in AMOUNTS),
        )
        for k in range(len(rows))
    ]
    head = (
        "Change",
        *(first_upper(word) for word in CHANCES.values()),
        *(f"{first_upper(word)}, {unit}" for word, unit in AMOUNTS.values()),
    )
    return Figure(
        name="effects",
        title=_moves(comparison.total) or "No outcome moves to speak of",
        caption=(
            "How far each change moves the chance of being durable; black: all together."
            + (f" Not drawn: {_still(still)}." if still else "")
        ),
        data=data,
        chart=bars.properties(width=170, height=alt.Step(21)),
        table=table(head, told, "Effect of each change, in the order in which they are made"),
    )


def _row(comparison: Comparison, number: int, row: Mapping[str, Any]) -> str:
    name = str(row["clause"])
    parts = [part.strip() for part in name.split(",")]
    moved = _moves(row["effect"]) or "Nothing to speak of."
    body = "".join(
        (f'<p class="part">{escape(part)}</p>' if len(parts) > 1 else "")
        + _part(comparison, part, _of(row["from"], part, parts), _of(row["to"], part, parts))
        for part in parts
    )
    title = name if len(parts) == 1 else f"{counted(len(parts), 'change')} that go together"
    return (
        f'<article class="change"><h3>{number} · {escape(title)}</h3>{body}'
        f'<p class="moved"><strong>What moves:</strong> {escape(moved)}</p></article>'
    )


def _of(value: Any, part: str, parts: Sequence[str]) -> Any:
    """What one of several parts says; with one part, the value itself."""
    if len(parts) == 1:
        return value
    return value.get(part) if isinstance(value, Mapping) else value


def _part(comparison: Comparison, name: str, old: Any, new: Any) -> str:
    """One clause or field in both texts, with its redline."""
    before, after = (wording(x, comparison.actors) for x in only_changed(old, new))
    kind = "added" if not before else "struck out" if not after else "changed"
    said = comparison.clauses.get(name)
    whole = isinstance(old, Mapping) and "says" in old
    if said is not None and kind == "changed" and not whole:
        before, after = (
            f"{words} {fields}" if words and words not in fields else fields
            for words, fields in zip(said, (f"[{before}]", f"[{after}]"), strict=True)
        )
    return (
        f'<div class="pair"><p>{escape(before) or MISSING}</p>'
        f"<p>{escape(after) or MISSING}</p></div>"
        f'<p class="redline"><strong>Redline ({kind}):</strong> {redline(before, after)}</p>'
    )


def _moves(effect: Mapping[str, float | None]) -> str:
    """The outcomes that move most, in words."""
    found = [
        (abs(value), f"{word} {_signed(value)}")
        for name, word in CHANCES.items()
        if (value := effect.get(name)) is not None and abs(value) >= LEAST
    ]
    told = [words for _, words in sorted(found, reverse=True)[:MOST_TOLD]]
    for name, (word, unit) in AMOUNTS.items():
        value = effect.get(name)
        if value is not None and abs(value) >= 0.5:
            told.append(f"{word} {value:+,.0f} {unit}".replace("-", "−"))
    return first_upper(joined(told)) if told else ""


def _signed(value: float) -> str:
    if abs(value) >= 0.005:
        return points(value)
    return f"{100 * value:+.1f}\u00a0points".replace("-", "−")


def _size(value: float) -> str:
    return _signed(abs(value)).lstrip("+")


def _amount(value: float | None) -> str:
    return MISSING if value is None else f"{value:+.1f}".replace("-", "−")


def _same(rows: list[tuple[str, str]]) -> str:
    return table(("Clause", "What it says"), rows, "The same in both")
