"""Page 5: the twelve advantages and dangers of the article on the tightrope walk, with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import BROKEN, FAINT, INK, Figure
from tightrope.report.extremes import least
from tightrope.report.results import Results, Spread
from tightrope.report.tables import folded, heading, paragraph, table
from tightrope.report.words import MISSING, frequency, joined, percent, short


@dataclass(frozen=True)
class Row:
    """One advantage or danger and the outcome that stands for it.

    path   of the outcome in the document; empty where the model says nothing about it
    more   whether more of the outcome is better for those who want a lasting peace
    kind   chance, ratio, frequency, money or days: how to write it
    """

    name: str
    danger: bool
    path: tuple[str, ...]
    says: str
    more: bool = True
    kind: str = "chance"


ROWS = (
    Row(
        "Deterrence of a further attack", False, ("equal_terms", "deterrence"),
        "what the duties add, at equal terms, to the chance that no attack comes",
    ),
    Row(
        "A stronger defence of its own", False, ("capability_end",),
        "strength of the protected state at the end, the challenger's = 1", kind="ratio",
    ),
    Row(
        "Morale and resilience", False, ("resist_if_tested",),
        "chance that the protected state resists an attack, given the help it expects; what a "
        "promise does for a people's spirit has no number here",
    ),
    Row(
        "A stabler order in Europe", False, ("durable",),
        "chance that the war is settled and no limited or full attack follows",
    ),
    Row(
        "International law upheld", False, (),
        "not modelled: the worth of a norm kept has no number here",
    ),
    Row(
        "A way to a settlement", False, ("settled",),
        "chance that all whose consent is needed give it and the fighting stops",
    ),
    Row(
        "Escalation and direct confrontation", True, ("clash_in_force",),
        "chance that a guarantor fights the challenger, once the cover has begun",
        more=False, kind="frequency",
    ),
    Row(
        "Limits of extended deterrence", True, ("honour_if_tested",),
        "share of what is promised that is done, if tested at any time, weighed by force",
    ),
    Row(
        "Entanglement and long commitment", True, ("cost_standing",),
        "what the guarantors keep up, EUR bn a year", more=False, kind="money",
    ),
    Row(
        "Seen as the alliance expanding", True, ("accept", "CHALLENGER"),
        "chance that the challenger accepts the package, provocation counted",
    ),
    Row(
        "Hard to enforce and to verify", True, ("reading_gap",),
        "share of the force that comes only if vague words are read strictly", more=False,
    ),
    Row(
        "A frozen conflict", True, ("frozen",),
        "chance that peace holds, but is probed in every year", more=False,
    ),
)  # fmt: skip
"""Six advantages and six dangers in the order of the article."""
ALIKE = "all alike"
"""Stands for best and worst where the two would be told as the same."""


def balance_page(results: Results) -> Chapter:
    """Best and worst option in each row, and where the first option stands among all."""
    figure = standing_figure(results)
    parts: list[Figure | str] = [
        paragraph(
            "An article of August 2025, 'The Tightrope Walk', lists six advantages and six dangers "
            f"of such guarantees. {_modelled()}"
        )
    ]
    parts += [figure] if figure is not None else []
    parts += [
        heading("Advantages"),
        _table(results, [row for row in ROWS if not row.danger], "Advantages, by option"),
        heading("Dangers"),
        _table(results, [row for row in ROWS if row.danger], "Dangers, by option"),
        folded("Show every option in every row", _every(results)),
    ]
    return Chapter(
        5,
        "Advantages and dangers",
        "What is hoped and feared of such guarantees, and which options bring it?",
        parts,
    )


def _modelled() -> str:
    count = sum(bool(row.path) for row in ROWS)
    if count == len(ROWS):
        return "All of them have an outcome in the model."
    without = [row.name for row in ROWS if not row.path]
    return (
        f"{count} of the {len(ROWS)} have an outcome in the model. The rest, left without a "
        f"number rather than scored: {joined(without).lower()}."
    )


def spread_of(results: Results, option: str, row: Row) -> Spread | None:
    """The outcome that stands for a row, or None where it is missing or not modelled."""
    if not row.path:
        return None
    path = [results.challenger if part == "CHALLENGER" else part for part in row.path]
    return results.spread(option, *path)


def ordered(results: Results, row: Row) -> list[tuple[str, float]]:
    """Agreements with their means in a row, the best first; those without it are left out."""
    found = [(o, spread_of(results, o, row)) for o in results.agreements]
    known = [(o, float(s["mean"] or 0.0)) for o, s in found if s is not None]
    return sorted(known, key=lambda item: -item[1] if row.more else item[1])


def alike(known: Sequence[tuple[str, float]], kind: str) -> bool:
    """Whether the best and the worst would be told as the same, chances within a point.

    A rank in such a row says nothing of the option that has it.
    """
    best, worst = known[0][1], known[-1][1]
    if kind == "chance":
        return abs(round(100 * best) - round(100 * worst)) <= 1
    return told(best, kind) == told(worst, kind)


def told(value: float | None, kind: str) -> str:
    """A value in the words of its kind."""
    if value is None:
        return MISSING
    if kind == "chance":
        return percent(value)
    if kind == "frequency":
        return frequency(value) if value > 0 else "none"
    if kind == "money":
        return f"EUR {value:,.1f} bn"
    return f"{value:.2f}"


def _table(results: Results, rows: Sequence[Row], caption: str) -> str:
    first = results.agreements[0] if results.agreements else None
    cells: list[tuple[str, ...]] = []
    for row in rows:
        known = ordered(results, row)
        if not known:
            cells.append((row.name, row.says, MISSING, MISSING, MISSING))
            continue
        own = dict(known).get(first or "")
        worst = next(pair for pair in known if pair[1] == known[-1][1])  # the first of equals
        ends = [f"{told(v, row.kind)} ({results.number(o)})" for o, v in (known[0], worst)]
        if len(known) == 1:
            ends = [MISSING, MISSING]
        elif alike(known, row.kind):
            ends = [ALIKE, ALIKE]
        cells.append((row.name, row.says, told(own, row.kind), *ends))
    head = (
        "As the article names it",
        "What stands for it here",
        "Option 1",
        "Best (option)",
        "Worst (option)",
    )
    return table(head, cells, caption)


def standing_figure(results: Results) -> Figure | None:
    """Where the first two options stand among all, row by row, from worst to best."""
    rows, level = [], []
    for row in ROWS:
        known = ordered(results, row)
        if len(known) < 2:
            continue
        if alike(known, row.kind):
            level.append(row.name)
            continue
        values = [value if row.more else -value for _, value in known]
        for option, value in known:
            good = value if row.more else -value
            better, worse = sum(x > good for x in values), sum(x < good for x in values)
            rows.append(
                {
                    "row": row.name,
                    "danger": row.danger,
                    "outcome": row.path[-1]
                    if row.path[-1] != "CHALLENGER"
                    else "accept_challenger",
                    "option": option,
                    "number": results.number(option),
                    "title": results.titles[option],
                    "mean": value,
                    "place": better + 1,
                    "of": len(known),
                    "standing": 0.5 + 0.5 * (worse - better) / (len(known) - 1),
                }
            )
    if not rows:
        return None
    data = pd.DataFrame(rows)
    label = [f"{'− ' if d else '+ '}{n}" for d, n in zip(data["danger"], data["row"], strict=True)]
    drawn = data.assign(label=["\n".join(_wrapped(words)) for words in label])
    base = alt.Chart(drawn).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelExpr=BROKEN, labelLimit=200, ticks=False, labelPadding=12),
        ),
        x=alt.X(
            "standing:Q",
            title="Rank among the options",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(values=[0, 1], labelExpr="datum.value ? 'best' : 'worst'"),
        ),
    )
    known_options = set(data["option"])
    top = [o for o in results.agreements if o in known_options][:2]
    marks = base.mark_tick(color=FAINT, thickness=1.5, height=12)
    kinds = [results.number(o) for o in top]
    firsts = (
        base.transform_filter(alt.FieldOneOfPredicate(field="option", oneOf=list(top)))
        .mark_point(size=80, color=INK, opacity=1, strokeWidth=1.5)
        .encode(
            shape=alt.Shape(
                "number:N",
                title="Option",
                scale=alt.Scale(domain=kinds, range=["circle", "square"]),
            ),
            fill=alt.Fill(
                "number:N", title="Option", scale=alt.Scale(domain=kinds, range=[INK, "white"])
            ),
        )
    )
    own = data[data["option"] == top[0]]
    lines = [
        (str(r["row"]), str(r["number"]), f"{r['place']} of {r['of']}")
        for r in data[data["option"].isin(top)].to_dict("records")
    ]
    return Figure(
        name="advantages_dangers",
        title=_finding(results, own),
        caption=(
            "Rank of the most durable option (filled) and of the next (open) among all that can "
            "be signed, by what stands for each advantage (+) and danger (−); a tick for each "
            "option. To the right is better: more of an advantage, less of a danger."
            f"{_level(level)}"
        ),
        data=data,
        chart=(marks + firsts).properties(width=150, height=alt.Step(32)),
        table=table(("Advantage or danger", "Option", "Rank"), lines, "Rank, 1 = best"),
    )


def _level(names: Sequence[str]) -> str:
    """The rows in which a rank would say nothing, in words."""
    if not names:
        return ""
    return f" Without a rank, as all options are told alike there: {joined(names).lower()}."


def _wrapped(words: str, width: int = 26) -> list[str]:
    import textwrap

    return textwrap.wrap(words, width)


def _finding(results: Results, own: pd.DataFrame) -> str:
    good = int((own["standing"] >= 2.0 / 3.0).sum())
    worst = least(own, "standing")
    name = short(results.titles[str(worst["option"])], 48)
    return (
        f"'{name}' is in the best third in {good} of {len(own)} rows, and weakest in "
        f"'{worst['row'].lower()}' ({worst['place']} of {worst['of']})"
    )


def _every(results: Results) -> str:
    rows = []
    for option in results.options:
        cells = []
        for row in ROWS:
            found = spread_of(results, option, row)
            cells.append(told(None if found is None else found["mean"], row.kind))
        rows.append((f"{results.number(option)} {results.titles[option]}", *cells))
    return table(
        ("Option", *(row.name for row in ROWS)), rows, "Mean over worlds; – not modelled or missing"
    )
