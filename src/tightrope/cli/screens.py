"""Readable answers: what a person at a terminal sees, in one screen where possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tightrope.cli.output import spread

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tightrope.case import Case
    from tightrope.guarantee import Assessment
    from tightrope.treaty import Finding

HEADLINES = ("settled", "held", "durable", "deterrence", "honour_if_tested", "direct_clash")
"""Outcomes shown on the screen; the document has all of them."""

SHOWN = 10
"""Options on the screen of `assess`: what fits a small terminal with the words around them."""

NOTHING = "nothing to speak of"
LEAST_EFFECT = 0.0005
"""A change of an outcome smaller than this is not shown."""


def _plain_table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head)
    return table


def _indented(words: str) -> Padding:
    """Words set in by two, also where they run over several lines."""
    return Padding(Text(words), (0, 0, 0, 2), expand=False)


def parameter_lines(case: Case) -> Iterator[RenderableType]:
    """Every parameter with its value, range and unit, and below them its kind and source."""
    for one in case.parameters:
        around = f"{one.low:g} to {one.high:g}" if one.low < one.high else "fixed"
        yield Text.assemble((one.id, "bold"), f"  {one.value:g} ({around}), {one.unit}")
        source = one.source if one.kind == "judgement" else f"{one.kind}: {one.source}"
        yield _indented(source)


def option_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """What is on the table: id, form, title and promise of each option."""
    for row in rows:
        form = "no text" if row["form"] == "none" else row["form"]
        yield Text(f"{row['id']}  ({form})", style="bold")
        yield _indented(f"{row['title']}.\n{row['promise']}")


def finding_lines(instrument: str, findings: Sequence[Finding]) -> Iterator[RenderableType]:
    """Lint findings, each with its place, reason and suggested wording."""
    count = len(findings)
    yield Text(f"{instrument}: {count or 'no'} finding{'' if count == 1 else 's'}")
    for finding in findings:
        yield Text(f"\n{finding.code} {finding.severity}  {_place(finding)}", style="bold")
        yield _indented(finding.reason)
        yield _indented(f"Suggested: {finding.suggestion}")


def _place(finding: Finding) -> str:
    if finding.clause and finding.article:
        return f"{finding.clause} ({finding.article})"
    return finding.clause or finding.article or "the whole instrument"


def profile_table(option: str, profile: Mapping[str, Any]) -> Table | Text:
    """What each guarantor is committed to at each level that is covered."""
    if not any(any(row) for row in profile["covered"]):
        return Text(f"{option} binds nobody to anything at any level.")
    table = _plain_table("Guarantor", "Level", "Measure", "Binding", "Blocked", "Days", "Presence")
    table.title = f"{option}: binding as loose–strict reading"
    table.title_justify = "left"
    for i, guarantor in enumerate(profile["guarantors"]):
        for a, level in enumerate(profile["levels"]):
            if not profile["covered"][i][a]:
                continue
            loose, strict = profile["binding_loose"][i][a], profile["binding_strict"][i][a]
            days = profile["delay_days"][i][a]
            table.add_row(
                guarantor,
                level,
                f"{profile['measure'][i][a]:.2f}",
                f"{loose:.2f}–{strict:.2f}",
                f"{profile['blocked'][i][a]:.2f}",
                f"{days:.0f}",
                f"{profile['presence'][i]:.3f}",
            )
    return table


def assessment_screen(
    case: Case, assessment: Assessment, draws: int, seed: int
) -> Iterator[Table | Text]:
    """The options ranked, who limits each, where each is weakest, and the finding."""
    document = assessment.to_json()
    yield Text(f"{case.title}: {draws} draws, seed {seed}{_weighed(document)}")
    table = _plain_table("Option", "Durable", "Deterrence*", "Limits", "Weakest")
    for column in table.columns[:-1]:
        column.no_wrap = True
    table.columns[-1].overflow = "ellipsis"
    ranking = assessment.ranking()
    for row in ranking[:SHOWN]:
        table.add_row(
            row["option"],
            spread(row["durable"]),
            spread(row["deterrence_equal_terms"]),
            row["blocked_by"] or "–",
            str(row["weakest_clause"] or "–"),
        )
    yield table
    if len(ranking) > SHOWN:
        yield Text(f"… and {len(ranking) - SHOWN} less durable options: add --out or --json.")
    yield Text(
        "Chances: mean [5–95 % of draws]. * at equal terms. Explores, does not prophesy."
        + _before(document, ranking)
    )
    if document["not_converged"]:
        yield Text(f"Left out, as not solved: {document['not_converged']} of the options' draws.")
    yield Text(assessment.finding(), style="bold")


def _weighed(document: Mapping[str, Any]) -> str:
    if not document["record"]:
        return ", all of equal weight"
    facts = " and ".join(fact["id"] for fact in document["record"])
    return f"; weighted by the record ({facts}) they count as {document['effective_draws']:.0f}"


def _before(document: Mapping[str, Any], ranking: Sequence[Mapping[str, Any]]) -> str:
    """What the first options' durable was before the record weighed the draws."""
    if not document["record"]:
        return ""
    options = document["options"]
    told = [
        f"{row['option']} {_mean(options[row['option']]['unweighted']['durable'])}"
        for row in ranking[:3]
    ]
    return f" Before the record, durable: {', '.join(told)}."


def _mean(stats: Mapping[str, float | None]) -> str:
    return "–" if stats["mean"] is None else f"{stats['mean']:.2f}"


def comparison_table(a: str, b: str, answer: Mapping[str, Any]) -> Table:
    """Each changed clause with the outcomes it moves."""
    from tightrope.report.redline import only_changed

    table = _plain_table("Clause", f"From {a}", f"To {b}", "Effect")
    idle = [row["clause"] for row in answer["clauses"] if not _moves(row["effect"])]
    for row in answer["clauses"]:
        if row["clause"] in idle:
            continue
        before, after = only_changed(row["from"], row["to"])
        table.add_row(row["clause"], _short(before), _short(after), _moves(row["effect"]))
    if idle:
        table.add_row(", ".join(idle), "", "", NOTHING)
    table.add_row("all together", "", "", _moves(answer["total"]) or NOTHING, style="bold")
    return table


def _short(value: Any, width: int = 40) -> str:
    text = " ".join(_told(value).split())
    return text if len(text) <= width else text[: width - 1] + "…"


def _told(value: Any) -> str:
    """A clause or a part of one in words; a whole clause by what it says."""
    if isinstance(value, Mapping):
        if "says" in value:
            return _told(value["says"])
        return ", ".join(f"{name}: {_told(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_told(item) for item in value)
    return "–" if value is None else str(value)


def _moves(effect: Mapping[str, float | None]) -> str:
    moved = {name: effect.get(name) for name in HEADLINES}
    told = [
        f"{name} {change:+.3f}"
        for name, change in moved.items()
        if change is not None and abs(change) >= LEAST_EFFECT
    ]
    return ", ".join(told)


def chain_lines(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The steps from clause to acceptance, each with its numbers and where they come from."""
    before = None
    for row in answer["chain"]:
        if row["step"] != before:
            yield Text(f"\n{row['step']}", style="bold")
        before = row["step"]
        told = ", ".join(f"{name} {_number(value)}" for name, value in row["numbers"].items())
        yield _indented(row["says"] + (f"  [{told}]" if told else ""))
        if row["source"]:
            yield _indented(f"  from {row['source']}")


def _number(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
