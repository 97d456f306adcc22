"""Page 0: the answer, the runner-up, what would change it and how sure we are, on one A4."""

from __future__ import annotations

from html import escape

import altair as alt
import pandas as pd

from tightrope.report.bargain import bargain
from tightrope.report.cards import LONGEST, cards, done, lacking, rough
from tightrope.report.chart import INK, MIDDLE, SHARE, Figure
from tightrope.report.facts import facts
from tightrope.report.paired import Lever, Pair, pair
from tightrope.report.results import Results
from tightrope.report.trust import judged_sentence, record_sentence
from tightrope.report.words import (
    counted,
    first_upper,
    percent,
    points,
    short,
    with_article,
)

EXPLORES = (
    "This report explores what follows from stated assumptions. It does not prophesy and takes no "
    "side: it counts what each state is thought to want, and to count a wish is not to grant it."
)
CAUTION = (
    f"{EXPLORES} Every number is a mean over draws from declared ranges and moves with them; a "
    "difference between options is worth more than a level."
)
SHOWN = 5
"""Options in the strip of page 0, besides the best of those that ask for no signature."""
BETTER_WORDS = "Page 6 suggests better ones."


def solved(results: Results) -> list[str]:
    """Agreements whose durability is known, most durable first."""
    known = [o for o in results.agreements if results.mean(o, "durable") is not None]
    return sorted(known, key=lambda o: -(results.mean(o, "durable") or 0.0))


def reference(results: Results) -> str | None:
    """The most durable of the options that ask for no signature, or None."""
    known = [o for o in results.unsigned if results.mean(o, "durable") is not None]
    return max(known, key=lambda o: results.mean(o, "durable") or 0.0) if known else None


def answer(results: Results) -> str:
    """The run in one sentence: which agreement is most durable, and by how much."""
    ranked, rest = solved(results), reference(results)
    if not ranked:
        return f"No arrangement that could be signed was {lacking(results)}"
    best = short(results.titles[ranked[0]], LONGEST)
    value = percent(results.mean(ranked[0], "durable"))
    if len(ranked) == 1:
        return f"Only one arrangement was {done(results)}: {best}, durable in {value} of cases"
    if rest is not None:
        nothing = results.mean(rest, "durable") or 0.0
        if nothing >= (results.mean(ranked[0], "durable") or 0.0):
            than = f"'{short(results.titles[rest], LONGEST)}' ({percent(nothing)})"
            table = done(results) if results.so_far else "on the table"
            return f"Nothing {table} is more durable than {than}; {best} is next ({value})"
    of = done(results) if results.so_far else "arrangements"
    return f"{best}: the most durable of {len(ranked)} {of}, in {value} of cases"


def sheet(results: Results) -> tuple[str, Figure | None]:
    """Page 0 as HTML, and its chart."""
    ranked, rest = solved(results), reference(results)
    figure = strip(results)
    found = pair(results, ranked[0], ranked[1]) if len(ranked) > 1 else None
    drawn = ""
    if figure is not None:
        drawn = (
            f'<figure class="strip"><h3>{escape(figure.title)}</h3>{figure.inline()}'
            f"<figcaption>{escape(figure.caption)} Data: <code>data/{figure.name}.csv</code>."
            "</figcaption></figure>"
        )
    body = f"""<section class="page sheet" id="page-0">
<p class="kicker">{escape(results.title)} · one page for the minister</p>
<h1>{escape(answer(results))}</h1>
{bargain(results, ranked[0]) if ranked else ""}
<p class="gloss">{escape(_gloss(results))}</p>
<div class="cards">{cards(results, ranked, rest, found)}</div>
{drawn}
{facts(results, ranked, rest)}
<div class="columns">
<div><h2>What would change it</h2><ul>{_items(what_would_change(results, ranked, found))}</ul></div>
<div><h2>How sure we are</h2><ul>{_items(how_sure(results, ranked))}</ul></div>
</div>
<p class="caution">{escape(CAUTION)}</p>
</section>"""
    return body, figure


def _gloss(results: Results) -> str:
    years = f"{results.horizon:.0f} years"
    return (
        "Durable: the fighting is settled under the text, and no limited or full attack follows "
        f"within {years}. A world is one plausible set of the uncertain numbers; all options are "
        "judged in the same worlds."
    )


def _items(lines: list[str]) -> str:
    """List items, the words before the first colon set apart."""
    parted = [line.partition(": ") for line in lines]
    return "".join(
        f"<li><strong>{escape(head)}:</strong> {escape(rest)}</li>"
        if rest
        else f"<li>{escape(head)}</li>"
        for head, _, rest in parted
    )


def what_would_change(results: Results, ranked: list[str], found: Pair | None) -> list[str]:
    """Whose signature, which half of the answer, which number and which words decide."""
    lines = []
    if ranked:
        limits = results.limits(ranked[0])
        if limits:
            who, share = limits[0]
            line = f"Whose yes: of those it needs, {with_article(results.actor(who))} is the "
            line += f"least willing in {percent(share)} of worlds"
            if len(limits) > 1:
                second, less = limits[1]
                line += f", then {with_article(results.actor(second))} ({percent(less)})"
            lines.append(line + ".")
        lines += _duties(results, ranked)
    if found is not None:
        lines += _halves(found) + _lever(found.lever)
    if ranked:
        lines += _words(results, ranked[0])
    return lines or ["Nothing to compare: no arrangement was solved."]


def _duties(results: Results, ranked: list[str]) -> list[str]:
    """Whether the answer is durable by what it obliges to, or by what it gives."""
    known = {o: results.mean(o, "equal_terms", "deterrence") for o in ranked}
    adds = {option: value for option, value in known.items() if value is not None}
    if ranked[0] not in adds:
        return []
    own = points(adds[ranked[0]]).lstrip("+")
    change = f"take {own[1:]} from" if own.startswith("−") else f"add {own} to"
    line = f"Duties or terms: at equal terms its duties {change} the chance that peace holds"
    top = max(adds, key=lambda option: adds[option])
    if top == ranked[0]:
        return [line + (", the most of all." if len(adds) > 1 else ".")]
    return [f"{line}; most: '{short(results.titles[top], 40)}' ({points(adds[top])})."]


def _halves(found: Pair) -> list[str]:
    if found.settled is None or found.held is None:
        return []
    return [
        f"Which half: against the runner-up it is settled {_more(found.settled)} and, once "
        f"settled, holds {_more(found.held)}."
    ]


def _more(change: float) -> str:
    if abs(change) < 0.005:
        return "as often"
    return f"{'more' if change > 0 else 'less'} often ({points(change)})"


def _lever(lever: Lever | None) -> list[str]:
    if lever is None:
        return []
    about = short(first_upper(lever.meaning.rstrip(".")), LONGEST)
    if not lever.clear:
        return [
            f"Which number: none stands out from chance in this many draws; nearest is "
            f"'{about}' ({lever.parameter})."
        ]
    line = f"Which number: '{about}' ({lever.parameter}) goes most closely with the lead"
    if lever.low is not None and lever.high is not None:
        line += (
            f". Where it is low, option 1 wins in {percent(lever.low)} of worlds; "
            f"where it is high, in {percent(lever.high)}"
        )
    return [line + "."]


def _words(results: Results, option: str) -> list[str]:
    findings = results.text(option).findings
    grave = [f for f in findings if f["severity"] == "error"] or [
        f for f in findings if f["severity"] == "warning"
    ]
    if not grave:
        return []
    worst = grave[0]
    where = f"in clause '{worst['clause']}', " if worst["clause"] else ""
    reason = short(str(worst["reason"]).rstrip("."), 120)
    return [f"Which words: {where}{reason}. {BETTER_WORDS}"]


def how_sure(results: Results, ranked: list[str]) -> list[str]:
    """The width of the answer, what it rests on, and what the record does to it."""
    document, lines = results.document, []
    draws, count = int(document["draws"]), float(document["effective_draws"])
    if ranked and (spread := results.spread(ranked[0], "durable")) is not None:
        wide = float(spread["p95"] or 0.0) - float(spread["p05"] or 0.0)
        lines.append(
            f"Range: {100 * wide:.0f} points wide. That is what we do not know about the inputs, "
            "not what chance may add."
        )
    lines += [line for line in (judged_sentence(results), record_sentence(results, ranked)) if line]
    good = counted(round(count), "equally good one")
    lines.append(
        f"Worlds: {draws:,} drawn, worth {good}, so a share of worlds may be off by "
        f"{rough(count)} points; {_left_out(results)}."
    )
    return lines


def _left_out(results: Results) -> str:
    failures = int(results.document["not_converged"])
    if failures == 0:
        return "every option was solved in every world"
    return f"left out, as not solved: {counted(failures, 'option-world')}"


def strip(results: Results) -> Figure | None:
    """The most durable options with their ranges, and signing nothing beside them."""
    ranked, rest = solved(results), reference(results)
    shown = ranked[:SHOWN] + ([rest] if rest else [])
    if not shown:
        return None
    rows = []
    for option in shown:
        rows.append(
            {
                "option": option,
                "title": results.titles[option],
                "label": f"{results.number(option)}  {short(results.titles[option], 34)}",
                "signs": option in results.agreements,
                "told": percent(results.mean(option, "durable")),
                **(results.spread(option, "durable") or {}),
            }
        )
    data = pd.DataFrame(rows)
    base = alt.Chart(data).encode(y=alt.Y("label:N", sort=None, title=None, axis=_NAMES))
    lines = base.mark_rule(color=MIDDLE, strokeWidth=2).encode(
        x=alt.X("p05:Q", title=None, axis=SHARE, scale=alt.Scale(domain=[0, 1])), x2="p95:Q"
    )
    marks = base.mark_point(size=85, color=INK, opacity=1, strokeWidth=1.6).encode(
        x="mean:Q",
        shape=alt.Shape(
            "signs:N",
            legend=None,
            scale=alt.Scale(domain=[True, False], range=["circle", "square"]),
        ),
        fill=alt.Fill(
            "signs:N", legend=None, scale=alt.Scale(domain=[True, False], range=[INK, "white"])
        ),
    )
    values = base.mark_text(align="left", dx=9, dy=-8, fontSize=12, color=INK).encode(
        x="mean:Q", text="told:N"
    )
    return Figure(
        name="minister",
        title=_strip_title(results, ranked),
        caption=(
            "Chance of being durable, mean over worlds; lines: 5 to 95 % of worlds. "
            "Filled circles can be signed; an open square asks for no signature."
        ),
        data=data.drop(columns=["label", "told"]),
        chart=(lines + marks + values).properties(width=190, height=alt.Step(23)),
    )


_NAMES = alt.Axis(labelLimit=250, ticks=False, domain=False, labelPadding=6)


def _strip_title(results: Results, ranked: list[str]) -> str:
    spreads = [results.spread(o, "durable") or {} for o in ranked[:2]]
    if not spreads:
        return f"Nothing that could be signed was {lacking(results)}"
    if len(spreads) < 2:
        told = f"Only one arrangement was {done(results)}"
        return f"{told}; its range is wide or narrow as its inputs are"
    one, two = spreads
    if float(one["p05"] or 0.0) >= float(two["p95"] or 0.0):
        return "The first stands apart from the second, range and all"
    share = pair(results, *ranked[:2]).share
    # Ranges of two options overlap also where one leads in nearly every world.
    same = "" if share is None else f"; in the same worlds the first leads in {percent(share)}"
    return f"The ranges overlap{same}"
