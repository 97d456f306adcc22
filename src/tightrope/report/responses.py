"""Page 2, who comes: what each text promises against what each guarantor is expected to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.backstop import backstop_figure
from tightrope.report.chapter import Chapter
from tightrope.report.chart import INK, MIDDLE, Figure
from tightrope.report.extremes import most
from tightrope.report.results import Results
from tightrope.report.tables import folded, heading, paragraph, table
from tightrope.report.words import MISSING, counted, joined, percent, short

FORCE, HELP = 0.8, 0.35
"""A promised measure from here on is force (air or more), or help (sanctions to arms)."""
TOP_DURABLE, TOP_OPTIONS, TOP_GUARANTORS = 3, 11, 40
SHADES = ["#f3f3f3", "#2a2a2a"]
LEAST = 0.02
"""Chances up to this are left empty in the grid."""
LEVELS = {"probe": "a grey-zone probe", "limited": "a limited attack", "full": "a full attack"}
PROMISES = {"force": "●", "help": "○", "nothing": ""}


def who_comes_page(results: Results) -> Chapter:
    """Promised against expected, guarantor by guarantor, and the lead's part."""
    parts: list[Figure | str] = [
        paragraph(
            "A guarantor is a state that promised to help. When an attack is met with resistance, "
            "each may abstain, support (send arms, intelligence or sanctions beyond what it gives "
            "anyway) or fight." + _friends(results)
        )
    ]
    data = response_data(results)
    if data.empty:
        parts.append(paragraph("No response is known: no option was solved."))
    else:
        counted_ = promised_and_expected(results, data)
        parts += [counted_] if counted_ is not None else []
        parts += [who_comes(results), _all_levels(results, data)]
    backstop = backstop_figure(results)
    parts += [backstop] if backstop is not None else []
    parts += _sizing(results)
    return Chapter(
        2,
        "Who comes",
        "Who promised what, who is expected to do it, and what hangs on the lead guarantor?",
        parts,
    )


def _friends(results: Results) -> str:
    if not results.friends:
        return ""
    names = joined([results.actor(actor) for actor in results.friends])
    return f" Support by {names} would go to {results.actor(results.challenger)}."


def response_data(results: Results) -> pd.DataFrame:
    """One row for each option, guarantor and level: promised, and chance to support or fight."""
    rows = []
    for option in results.options:
        promised = promises(results.text(option).profile)
        for actor, levels in (results.document["options"][option].get("respond") or {}).items():
            for level in levels:
                fight = results.spread(option, "respond", actor, level, "fight")
                support = results.spread(option, "respond", actor, level, "support")
                if fight is None or support is None:
                    continue
                rows.append(
                    {
                        "option": option,
                        "number": results.number(option),
                        "title": results.titles[option],
                        "actor": actor,
                        "level": level,
                        "promised": promised.get(
                            (actor, level), MISSING if not promised else "nothing"
                        ),
                        "support": support["mean"],
                        **fight,
                    }
                )
    columns = ["option", "number", "title", "actor", "level", "promised", "support"]
    return pd.DataFrame(rows, columns=[*columns, "mean", "p05", "p50", "p95"])


def promises(profile: Any) -> dict[tuple[str, str], str]:
    """What each guarantor promises at each level: force, help or nothing; empty if not known."""
    found = {}
    for i, actor in enumerate(profile.get("guarantors", ())):
        for a, level in enumerate(profile["levels"]):
            covered, measure = profile["covered"][i][a], profile["measure"][i][a]
            kind = "force" if measure >= FORCE else "help" if measure >= HELP else "nothing"
            found[actor, level] = kind if covered > 0 else "nothing"
    return found


def who_comes(results: Results, level: str = "full") -> Figure:
    """Chance that each guarantor fights at `level` under the first options, as a grid."""
    data = response_data(results)
    data = data[data["level"] == level]
    shown = _options_shown(results, data)
    part = data[data["option"].isin(shown)]
    order = part.groupby("actor")["mean"].mean().sort_values(ascending=False)
    actors = list(order.index[:TOP_GUARANTORS])
    part = part[part["actor"].isin(actors)]
    part = part.assign(
        name=[short(results.actor(a), 18) for a in part["actor"]],
        told=[_cell(mean, mark) for mean, mark in zip(part["mean"], part["promised"], strict=True)],
        mark=[PROMISES.get(str(p), "") for p in part["promised"]],
    )
    base = alt.Chart(part).encode(
        x=alt.X(
            "number:N",
            sort=[results.number(o) for o in shown],
            title="Option",
            axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False),
        ),
        y=alt.Y(
            "name:N",
            sort=[short(results.actor(a), 18) for a in actors],
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelLimit=130),
        ),
    )
    shade = alt.Color("mean:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=SHADES))
    ink = alt.condition("datum.mean > 0.5", alt.value("white"), alt.value("black"))
    chart = (
        base.mark_rect(stroke="white", strokeWidth=1).encode(color=shade)
        + base.mark_text(fontSize=10.5, dx=-4).encode(text="told:N", color=ink)
        + base.mark_text(fontSize=9, dx=8).encode(text="mark:N", color=ink)
    )
    return Figure(
        name="who_comes",
        title=_finding(part, results),
        caption=(
            f"Chance in per cent that a guarantor fights when {LEVELS.get(level, level)} is "
            f"resisted, mean over worlds; darker is likelier. ● the text promises force, ○ it "
            f"promises arms, intelligence or sanctions, once in force. Empty: 2 per cent or less. "
            f"The mean is over the years while peace lasts, those before entry included. "
            f"{_which(results, shown, actors)}"
        ),
        data=data,
        chart=chart.properties(width=alt.Step(25), height=alt.Step(17)),
        table=_grid(results, part, shown, actors),
    )


def _options_shown(results: Results, data: pd.DataFrame) -> list[str]:
    """The first options, those under which most are expected to fight, and signing nothing."""
    agreements = results.agreements
    total = data[data["option"].isin(agreements)].groupby("option")["mean"].sum()
    by_force = list(total.sort_values(ascending=False).index)
    chosen = dict.fromkeys([*agreements[:TOP_DURABLE], *by_force])
    kept = set(list(chosen)[:TOP_OPTIONS])
    return [o for o in agreements if o in kept] + results.unsigned[:1]


def _cell(mean: float, promised: str) -> str:
    return f"{100 * mean:.0f}" if mean > LEAST or promised == "force" else ""


def _which(results: Results, shown: Sequence[str], actors: Sequence[str]) -> str:
    if len(shown) == len(results.options):
        return f"{counted(len(actors), 'guarantor')}."
    return (
        f"{counted(len(shown), 'option')}: the {TOP_DURABLE} most durable, those under which most "
        "are expected to fight, and signing nothing; the rest stand in the data."
    )


def _grid(results: Results, part: pd.DataFrame, shown: Sequence[str], actors: list[str]) -> str:
    found = {(str(r["actor"]), str(r["option"])): r for r in part.to_dict("records")}
    rows = []
    for actor in actors:
        cells = [found.get((actor, o)) for o in shown]
        told = [
            MISSING if c is None else f"{100 * c['mean']:.0f}{' ' * bool(c['mark'])}{c['mark']}"
            for c in cells
        ]
        rows.append((results.actor(actor), *told))
    head = ("Guarantor", *(f"Option {results.number(o)}" for o in shown))
    return table(head, rows, "Chance of fighting, per cent; ● force promised, ○ help promised")


def _finding(data: pd.DataFrame, results: Results) -> str:
    if data.empty:
        return "No guarantor has a duty or a stake in a full attack"
    likely = data[data["mean"] > 0.5].groupby("option").size()
    if likely.empty:
        best = data.to_dict("records")[int(data["mean"].to_numpy().argmax())]
        return (
            "No state is likelier than not to fight over a full attack; the likeliest is "
            f"{results.actor(best['actor'])} under '{short(results.titles[best['option']], 60)}', "
            f"{percent(best['mean'])}"
        )
    most = int(likely.max())
    first, *others = [o for o in data["option"].unique() if likely.get(o, 0) == most]
    told = f"{counted(most, 'state')} {'is' if most == 1 else 'are'} likelier than not to fight "
    told += f"over a full attack under '{short(results.titles[first], 60)}'"
    if others:
        return f"{told}, and as many under {counted(len(others), 'other option')} shown"
    return told + (
        ", more than under any other option shown" if len(data["option"].unique()) > 1 else ""
    )


def promised_and_expected(results: Results, data: pd.DataFrame) -> Figure | None:
    """How many guarantors' promises include force, and how many are expected to fight."""
    rows = []
    for option in results.agreements:
        if not results.text(option).profile:
            continue
        for level in LEVELS:
            part = data[(data["option"] == option) & (data["level"] == level)]
            if part.empty:
                continue
            bound, ours = part["promised"] == "force", ~part["actor"].isin(results.friends)
            rows.append(
                {
                    "option": option,
                    "number": results.number(option),
                    "title": results.titles[option],
                    "level": level,
                    "promised_force": int(bound.sum()),
                    "promised_help": int((part["promised"] == "help").sum()),
                    "expected_fight": float(part["mean"].sum()),
                    "expected_fight_of_promised": float(part["mean"][bound].sum()),
                    "expected_support": float(part["support"][ours].sum()),
                }
            )
    if not rows:
        return None
    table_data = pd.DataFrame(rows)
    full = table_data[table_data["level"] == "full"]
    drawn = [
        {"label": f"{n}  {short(t, 33)}", "what": what, "states": value}
        for n, t, *values in full[
            ["number", "title", "promised_force", "expected_fight", "expected_support"]
        ].itertuples(index=False)
        for what, value in zip(KINDS, values, strict=True)
    ]
    base = alt.Chart(pd.DataFrame(drawn)).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=240, ticks=False, labelPadding=8),
        )
    )
    kinds = list(KINDS)
    marks = base.mark_point(size=70, color=INK, opacity=1, strokeWidth=1.4).encode(
        x=alt.X("states:Q", title="Number of states", axis=alt.Axis(tickMinStep=1)),
        shape=alt.Shape("what:N", legend=KEY, scale=alt.Scale(domain=kinds, range=MARKS)),
        fill=alt.Fill("what:N", legend=KEY, scale=alt.Scale(domain=kinds, range=FILLS)),
    )
    lines = base.mark_rule(color=MIDDLE).encode(x="min(states):Q", x2="max(states):Q")
    told = [
        (
            f"{r['number']} {r['title']}",
            str(r["level"]),
            str(r["promised_force"]),
            str(r["promised_help"]),
            f"{r['expected_fight']:.1f}",
            f"{r['expected_fight_of_promised']:.1f}",
            f"{r['expected_support']:.1f}",
        )
        for r in rows
    ]
    head = (
        "Option", "Level", "Promise force", "Promise help", "Expected to fight",
        "of those that promised force", "Expected to support",
    )  # fmt: skip
    return Figure(
        name="promised_expected",
        title=_gap(results, full),
        caption=(
            "In a full attack that is resisted. Open square: states whose promise, once it is in "
            "force, includes armed force, even if each may choose its means. Filled circle: states "
            "expected to fight. Triangle: states expected to support. Expected is over the years "
            "while peace lasts, those before entry included."
        ),
        data=table_data,
        chart=(lines + marks).properties(width=150, height=alt.Step(21)),
        table=table(head, told, "Number of states, mean over worlds"),
    )


KINDS = ("promise includes force", "expected to fight", "expected to support")
KEY = alt.Legend(title=None, columns=1, orient="top")
MARKS, FILLS = ["square", "circle", "triangle-up"], ["white", INK, "white"]


def _gap(results: Results, full: pd.DataFrame) -> str:
    bound = full[full["promised_force"] > 0]
    if bound.empty:
        return "No option promises force against a full attack"
    gap = bound["promised_force"] - bound["expected_fight_of_promised"]
    worst = most(bound.assign(gap=gap), "gap")
    told = (
        f"Of {counted(int(worst['promised_force']), 'state')} whose promise includes force under "
        f"'{short(results.titles[str(worst['option'])], 48)}', "
        f"{worst['expected_fight_of_promised']:.1f} are expected to fight"
    )
    return told if len(bound) == 1 else f"{told}: the widest gap of {len(bound)} such options"


def _all_levels(results: Results, data: pd.DataFrame) -> str:
    """Every guarantor at every level under every option, folded."""
    rows = []
    wide: dict[tuple[str, str], dict[str, str]] = {}
    for row in data.to_dict("records"):
        told = f"{100 * row['mean']:.0f} / {100 * row['support']:.0f}"
        mark = PROMISES.get(str(row["promised"]), "")
        wide.setdefault((str(row["option"]), str(row["actor"])), {})[str(row["level"])] = (
            f"{told} {mark}".strip()
        )
    for (option, actor), cells in wide.items():
        name = f"{results.number(option)} {short(results.titles[option], 40)}"
        rows.append((results.actor(actor), name, *(cells.get(level, MISSING) for level in LEVELS)))
    head = ("Guarantor", "Option", "Probe", "Limited attack", "Full attack")
    caption = "Chance to fight / to support, per cent; ● force promised, ○ help promised"
    return folded(
        "Show every guarantor at every level under every option", table(head, rows, caption)
    )


def _sizing(results: Results) -> list[Figure | str]:
    """What a mission needs against what the text provides; nothing where it is not known."""
    if not results.sizing:
        return []
    names = [name for name in results.sizing[0] if name != "option"]
    order = [row for o in results.options for row in results.sizing if row["option"] == o]
    rows = [
        (
            f"{results.number(str(row['option']))} {results.titles[str(row['option'])]}",
            *(str(row.get(name, MISSING)) for name in names),
        )
        for row in order
    ]
    return [
        heading("Is the mission large enough for its task?"),
        paragraph(
            "A sum on paper, beside the model: aircraft for a patrol without gaps, ships for a "
            "lane, brigades of 4,000 for the whole line, whether or not the force is meant to "
            "hold it."
        ),
        table(
            ("Option", *(name.capitalize() for name in names)),
            rows,
            "What the text provides against what its task needs: central [low–high]",
        ),
        *_sums(results),
    ]


def _sums(results: Results) -> list[Figure | str]:
    """How each need is worked out, factor by factor, folded; nothing where it is not known."""
    if not results.sums:
        return []
    head = tuple(name.capitalize() for name in results.sums[0])
    rows = [tuple(row.values()) for row in results.sums]
    return [
        folded(
            "Show how each need is worked out",
            table(head, rows, "The sum of each task, and where each of its factors is from"),
        )
    ]
