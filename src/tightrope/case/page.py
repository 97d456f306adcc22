"""The page docs/parameters.md: every parameter of a case in tables, made from the case itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tightrope.case.models import Case
from tightrope.case.parameter import Parameter
from tightrope.case.sources import kind_shares


def parameters_page(case: Case) -> str:
    """The page as Markdown: what the kinds mean, then one table per group of ids."""
    return "\n".join(_lines(case)) + "\n"


def _lines(case: Case) -> Iterator[str]:
    shares = kind_shares(case)
    yield "# Parameters"
    yield ""
    yield f"Every number of the case *{case.title}* (`{case.id}`), facts as of {case.date}."
    yield "This page is made from the case's files; do not edit it."
    yield ""
    yield "| kind | what it means | share |"
    yield "|---|---|---|"
    meanings = {
        "measured": "read off a data set",
        "estimated": "worked out from sources, see the note",
        "judgement": "somebody's reasoned view; change it with `--set` or a corrected table",
    }
    for kind, share in shares.items():
        yield f"| {kind} | {meanings[kind]} | {share:.0%} |"
    yield ""
    yield "A parameter is drawn from its distribution over its range; `triangular` peaks at the"
    yield "centre. The works cited stand in the case's `sources.bib`."
    for head, group in _groups(case.parameters):
        yield ""
        yield from _table(head, group)


def _groups(parameters: Iterable[Parameter]) -> Iterator[tuple[str, list[Parameter]]]:
    """Parameters by the first word of their id; those alone under their word come last."""
    found: dict[str, list[Parameter]] = {}
    for one in parameters:
        found.setdefault(one.id.partition(".")[0], []).append(one)
    yield from ((head, group) for head, group in found.items() if len(group) > 1)
    yield "single numbers", [group[0] for group in found.values() if len(group) == 1]


def _table(head: str, group: list[Parameter]) -> Iterator[str]:
    yield f"## {head}"
    yield ""
    yield "| id | centre | range | distribution | unit | kind | meaning | source |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in group:
        span = "fixed" if one.distribution == "fixed" else f"{one.low:g} to {one.high:g}"
        source = f"{one.source} ({one.note})" if one.note else one.source
        cells = (one.unit, one.kind, one.meaning, source)
        text = " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
        yield f"| `{one.id}` | {one.value:g} | {span} | {one.distribution} | {text} |"
