"""Page 1, the tightrope: what holds against what is signed.

At equal terms the options differ in their duties only; at their own terms the whole package
counts. Shown in that order, because terms can hide what the duties do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from tightrope.report.chapter import Chapter
from tightrope.report.chart import FAINT, INK, MIDDLE, SHARE, Figure
from tightrope.report.frontier import beside, frontier
from tightrope.report.results import Results
from tightrope.report.tables import acceptance_table, folded, heading, paragraph, table
from tightrope.report.weighing import by_chance, ranks
from tightrope.report.words import MISSING, counted, joined, percent, ranged, short, signed

DETERS, ACCEPTS = "its duties deter", "the challenger accepts"
HOLDS, SETTLES = "it holds once settled", "it is settled"
FEW = 8
"""With more options than these the chart shows no ranges, which would cover one another."""
CLEAR = 0.3
"""A rank correlation nearer to zero than this is called no clear relation."""
LIMITERS = ("the challenger", "the protected state", "a guarantor")
SHAPES = ("circle", "triangle-up", "square")
DURABLE_CURVES = (0.1, 0.25, 0.5, 0.75)
MEANS = (
    "The frontier is drawn by means: differences between options that are smaller than their "
    "ranges are not settled."
)
LEAST = 0.005
"""A share of worlds below this is not told."""
ACROSS, HEIGHT = 320, 320


def tightrope_page(results: Results) -> Chapter:
    """Both charts, who limits each option, and who accepts what."""
    challenger = results.actor(results.challenger)
    return Chapter(
        1,
        "The tightrope",
        f"A guarantee must deter {challenger} and still be signed, also by {challenger} where its "
        "signature is needed. Where does each option stand?",
        [
            paragraph(
                "Deterrence is what the duties add to the chance that no limited or full attack "
                "comes. Equal terms means the same line, the same relief from sanctions and no "
                "other condition for all options, so that only their duties differ. The wait for "
                "entry into force counts: what many parliaments must pass, as membership of an "
                "alliance, seldom begins, so its duties add little however strong they are. A rank "
                "correlation of +1 says that the options stand in the same order on both counts, "
                "of −1 in the opposite order, of 0 that the orders have nothing in common."
            ),
            tightrope(results, equal_terms=True),
            paragraph(
                "At their own terms the packages also differ in what they ask and grant. Settled "
                "means that all whose consent is needed give it and the fighting stops; held "
                "means that no limited or full attack follows."
            ),
            tightrope(results, equal_terms=False),
            heading("Whose acceptance limits each option"),
            limits_table(results),
            folded("Show who accepts what", acceptance_table(results)),
        ],
    )


def tightrope(results: Results, *, equal_terms: bool) -> Figure:
    """Each option as a mark: how willingly it is signed (across) and how well it works (up)."""
    paths: dict[str, tuple[str, ...]]
    if equal_terms:
        across, up = ACCEPTS, DETERS
        paths = {
            ACCEPTS: ("equal_terms", "accept_challenger"),
            DETERS: ("equal_terms", "deterrence"),
        }
    else:
        across, up = SETTLES, HOLDS
        paths = {SETTLES: ("settled",), HOLDS: ("held",)}
    rows = [
        {
            "option": option,
            "number": results.number(option),
            "title": results.titles[option],
            "limited_by": _limiter(results, option),
            "what": what,
            **found,
        }
        for option in results.agreements
        for what, path in paths.items()
        if (found := results.spread(option, *path)) is not None
    ]
    columns = ["option", "number", "title", "limited_by", "what", "mean", "p05", "p50", "p95"]
    data = pd.DataFrame(rows, columns=columns)
    wide = _wide(data, across, up)
    best = frontier(wide, "x", "y")
    data["frontier"] = data["option"].isin(best)
    wide["frontier"] = wide["option"].isin(best)
    terms = "At equal terms" if equal_terms else "At their own terms"
    relation = _relation(wide, results.actor(results.challenger), equal_terms)
    return Figure(
        name="tightrope_equal_terms" if equal_terms else "tightrope_own_terms",
        title=f"{terms}, {relation}",
        caption=(
            f"Across: chance that {across}; up: chance {'that ' * (not equal_terms)}"
            f"{up if not equal_terms else 'of no attack that its duties add'}. Filled marks and "
            f"the line: {_best(results, best)}. {MEANS} {_spread_told(wide)} Shape: whose "
            "acceptance limits the option most often."
            + ("" if equal_terms else " Dashed curves: about equally durable.")
        ),
        data=data,
        chart=_scatter(wide, across, up, equal_terms),
        table=_table(wide, best, across, up),
    )


def _spread_told(wide: pd.DataFrame) -> str:
    if len(wide) <= FEW:
        return "Thin lines: 5 to 95 % of worlds."
    return "Ranges, 5 to 95 % of worlds, are often wider than the chart: see the table."


def _limiter(results: Results, option: str) -> str:
    limits = results.limits(option)
    if not limits:
        return MISSING
    who = limits[0][0]
    if who == results.challenger:
        return LIMITERS[0]
    return LIMITERS[1] if who == results.protege else LIMITERS[2]


def _wide(data: pd.DataFrame, across: str, up: str) -> pd.DataFrame:
    """One row for each option that has both numbers: x, x05, x95, y, y05, y95."""
    keep = ["option", "number", "title", "limited_by"]
    parts: list[pd.DataFrame | pd.Series[Any]] = []
    for what, letter in ((across, "x"), (up, "y")):
        part = data[data["what"] == what].set_index("option")
        names = {"mean": letter, "p05": f"{letter}05", "p95": f"{letter}95"}
        parts.append(part[list(names)].rename(columns=names))
    about = data.drop_duplicates("option").set_index("option")[keep[1:]]
    return about.join(parts, how="inner").reset_index()


def _scatter(wide: pd.DataFrame, across: str, up: str, equal_terms: bool) -> alt.LayerChart:
    spread = len(wide) <= FEW
    low, high = _ends(wide, "y", 0.0, 0.1, spread) if equal_terms else (0.0, 1.0)
    left = max(0.0, _ends(wide, "x", 0.9, 1.0, spread)[0])
    x = alt.X("x:Q", title=f"Chance that {across}", axis=SHARE, scale=_just(left, 1.0))
    title = "What its duties add to peace holding" if equal_terms else f"Chance that {up}"
    y = alt.Y("y:Q", title=title, axis=SHARE, scale=_just(low, high))
    base = alt.Chart(_numbered(wide, left, low, high)).encode(x=x, y=y)
    kinds = [kind for kind in LIMITERS if kind in set(wide["limited_by"])]
    shape = alt.Shape(
        "limited_by:N",
        title="Limited by",
        scale=alt.Scale(domain=kinds, range=[SHAPES[LIMITERS.index(kind)] for kind in kinds]),
    )
    fill = alt.condition("datum.frontier", alt.value(INK), alt.value("white"))
    layers: list[alt.Chart] = [] if equal_terms else _curves(left)
    faint: dict[str, Any] = {"color": FAINT, "strokeWidth": 1.2}
    if spread:
        layers += [
            base.mark_rule(**faint).encode(x="x05:Q", x2="x95:Q", y=y),
            base.mark_rule(**faint).encode(x=x, y="y05:Q", y2="y95:Q"),
        ]
    layers += [
        alt.Chart(wide[wide["frontier"]])
        .mark_line(color=MIDDLE, strokeWidth=2, interpolate="step-before")
        .encode(x=x, y=y, order="x:Q"),
        base.mark_point(size=46, color=INK, opacity=1, strokeWidth=1.3).encode(
            shape=shape, fill=fill
        ),
        base.mark_text(fontSize=10, color=INK).encode(x="at_x:Q", y="at_y:Q", text="number:N"),
    ]
    chart = alt.layer(*layers)
    assert isinstance(chart, alt.LayerChart)
    return chart.properties(width=ACROSS, height=HEIGHT)


def _just(low: float, high: float) -> alt.Scale:
    """An axis from low to high and no further, or numbers would not stand where they were put."""
    return alt.Scale(domain=[low, high], zero=False, nice=False)


def _numbered(wide: pd.DataFrame, left: float, low: float, high: float) -> pd.DataFrame:
    """The rows with the places of their numbers, in units of the axes."""
    tall = max(high - low, 1e-9)
    px = [
        (ACROSS * (float(x) - left) / (1.0 - left), HEIGHT * (high - float(y)) / tall)
        for x, y in zip(wide["x"], wide["y"], strict=True)
    ]
    found = beside(px, (ACROSS, HEIGHT))
    return wide.assign(
        at_x=[left + x / ACROSS * (1.0 - left) for x, _ in found],
        at_y=[high - y / HEIGHT * tall for _, y in found],
    )


def _ends(
    wide: pd.DataFrame, name: str, low: float, high: float, spread: bool
) -> tuple[float, float]:
    """Tenths between which an axis holds `low`, `high` and its marks, with their `spread` or not.

    Ranges are so wide that many marks between their ends would lie on one another.
    """
    first, last = (f"{name}05", f"{name}95") if spread else (name, name)
    least = min(low, float(wide[first].min()) - 0.03)
    most = max(high, float(wide[last].max()) + 0.03)
    return round(math.floor(10.0 * least) / 10.0, 1), round(math.ceil(10.0 * most) / 10.0, 1)


def _curves(left: float) -> list[alt.Chart]:
    """Dashed curves along which settled times held is the same."""
    rows = [
        {"durable": percent(level), "x": step / 50.0, "y": level / (step / 50.0)}
        for level in DURABLE_CURVES
        for step in range(1, 51)
        if level <= step / 50.0 and step / 50.0 >= left
    ]
    data = pd.DataFrame(rows)
    ends = data[data["x"] == 1.0]
    dashed = (
        alt.Chart(data)
        .mark_line(color=MIDDLE, strokeWidth=0.8, strokeDash=[3, 3])
        .encode(x="x:Q", y="y:Q", detail="durable:N")
    )
    words = (
        alt.Chart(ends)
        .mark_text(align="right", dy=-6, fontSize=10, color=MIDDLE)
        .encode(x="x:Q", y="y:Q", text="durable:N")
    )
    return [dashed, words]


def _relation(wide: pd.DataFrame, challenger: str, equal_terms: bool) -> str:
    """What the rank correlation over options says, in words."""
    what = "deters" if equal_terms else "holds"
    if len(wide) < 3:
        count = "one option was" if len(wide) == 1 else f"{counted(len(wide), 'option')} were"
        return f"{count} judged: too few to say whether what {what} is what is signed"
    ranked = [ranks(wide[name].to_numpy(dtype=float)) for name in ("y", "x")]
    if min(float(r.std()) for r in ranked) == 0.0:
        return f"all options are alike in what {what} or in what is signed"
    tied = float(pd.Series(ranked[0]).corr(pd.Series(ranked[1])))
    told = f"(rank correlation {signed(tied)} over {len(wide)} options)"
    signs = f"accepted {{}} by {challenger}" if equal_terms else "settled {} often"
    better = "deters more" if equal_terms else "holds better"
    if CLEAR < abs(tied) <= by_chance(1, len(wide)):
        return f"options are too few to say whether what {better} is {signs.format('less')} {told}"
    if tied < -CLEAR:
        return f"what {better} is {signs.format('less')} {told}"
    if tied > CLEAR:
        return f"what {better} is also {signs.format('more')} {told}"
    if equal_terms:
        return f"deterring and being accepted by {challenger} show no clear relation {told}"
    return f"holding and being settled show no clear relation {told}"


def _best(results: Results, best: Sequence[str]) -> str:
    if not best:
        return "options that none beats on both counts (none here)"
    numbers = sorted((results.number(o) for o in best), key=lambda n: (len(n), n))
    word = "option" if len(numbers) == 1 else "options"
    return f"the frontier, {word} {joined(numbers)}, which no other beats on both counts"


def _table(wide: pd.DataFrame, best: list[str], across: str, up: str) -> str:
    rows = []
    for row in wide.to_dict("records"):
        spreads = [{"mean": row[k], "p05": row[f"{k}05"], "p95": row[f"{k}95"]} for k in ("x", "y")]
        on = "yes" if row["option"] in best else "no"
        rows.append((f"{row['number']} {row['title']}", *map(ranged, spreads), on))
    gain = "What its duties add to the chance of no attack"
    head = (
        "Option",
        f"Chance that {across}",
        gain if up == DETERS else f"Chance that {up}",
        "On the frontier",
    )
    return table(head, rows, "Mean over worlds [5–95 % of worlds]")


def limits_table(results: Results) -> str:
    """For each agreement, whose acceptance is the lowest, and in what share of worlds."""
    rows = []
    for option in results.agreements:
        limits = results.limits(option)
        told = [
            f"{results.actor(who)} ({percent(share)})"
            for who, share in limits[:3]
            if share >= LEAST
        ]
        rows.append(
            (
                f"{results.number(option)} {results.titles[option]}",
                told[0] if told else MISSING,
                joined(told[1:]) if len(told) > 1 else MISSING,
                ranged(results.spread(option, "accept", results.challenger)),
                ranged(results.spread(option, "accept", results.protege)),
            )
        )
    head = (
        "Option",
        "Least willing most often",
        "Then",
        f"{short(results.actor(results.challenger), 20)} accepts",
        f"{short(results.actor(results.protege) or 'Protected state', 20)} accepts",
    )
    return table(head, rows, "Least willing: lowest acceptance of all whose yes is needed")
