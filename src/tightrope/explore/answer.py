"""From a question to its document: the four kinds of exploration, with their finding in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from tightrope.explore.discovery import NOTHING, discovery
from tightrope.explore.discovery import check_worlds as enough_to_part
from tightrope.explore.flip import EQUAL, flip
from tightrope.explore.problem import Draws, Problem, check_outcome
from tightrope.explore.robustness import check_options, robustness
from tightrope.explore.robustness import check_worlds as enough_to_rank
from tightrope.explore.run import Session, draw
from tightrope.explore.sensitivity import REST, check_samples, from_draws, sensitivity
from tightrope.explore.words import few, name, number
from tightrope.treaty import InputError, Where

Kind = Literal["sensitivity", "discovery", "robust", "flip"]
KINDS: tuple[str, ...] = get_args(Kind)
#: Base samples or worlds where none are asked for: of a case, and of a test problem.
SIZES = {"sensitivity": (64, 8192), "discovery": (256, 2000), "robust": (256, 2000), "flip": (1, 1)}
#: How worlds are laid out by the kinds that have a way of their own, and in a table.
DESIGNS, GIVEN = {"sensitivity": "saltelli", "flip": "centre"}, "given draws"


@dataclass(frozen=True)
class Question:
    """What is asked.

    kind       one of `KINDS`;  outcome  a name, or None for the problem's own
    draws      worlds, or base samples of sensitivity; None for what is usual
    design     how worlds are laid out: sobol, lhs, random
    threshold  what is bad (discovery) or good enough (robust), in units of the outcome
    screen     how many inputs are screened: morris or derivative
    """

    kind: Kind
    outcome: str | None = None
    draws: int | None = None
    seed: int = 0
    design: str = "sobol"
    threshold: float | None = None
    screen: str = "morris"


def explore(
    problem: Problem, question: Question, session: Session, *, cheap: bool
) -> dict[str, Any]:
    """The document of one question about a problem that can be solved anew.

    cheap   whether worlds cost next to nothing, so that many can be taken
    Errors  InputError for an unknown outcome, too few samples, and what sessions can have
    """
    outcome = check_outcome(question.outcome, problem.outcomes, problem.default)
    constant: Sequence[str] = ()
    usual = SIZES[question.kind][cheap]
    size = usual if question.kind == "flip" else question.draws or usual
    design = DESIGNS.get(question.kind, question.design)
    if question.kind == "sensitivity":
        check_samples(size)
        made = sensitivity(problem, session, outcome, size, question.seed, question.screen)
        failed: Mapping[str, int] = made.pop("failed")
        constant = made.pop("constant")
    elif question.kind == "flip":
        made = flip(problem, session, outcome, question.seed)
        failed = made.pop("failed")
    else:
        _check(question.kind, size, len(problem.options), outcome)
        # An order of options looks at outcomes only.
        read = () if question.kind == "robust" else None
        draws = draw(problem, session, size, question.seed, question.design, [outcome], read)
        made, failed = _of_draws(draws, outcome, question), draws.failed
    inputs = {one.id: one for one in problem.inputs}
    return {
        **_head(problem.id, problem.title, dict(problem.titles), outcome, question, size, design),
        "failed": dict(failed),
        **made,
        "parameters": _named(made, inputs),
        "finding": _finding(made, question.kind, dict(problem.titles), inputs, constant),
    }


def explore_draws(draws: Draws, name_of: str, outcome: str, question: Question) -> dict[str, Any]:
    """The document of one question about a table of draws.

    Errors  InputError for `flip`, which has to solve new worlds, and for too few worlds
    """
    if question.kind == "flip":
        raise InputError(
            "what would change the answer is found by solving new worlds, which a table cannot",
            "TW206",
            Where(name_of),
            remedy="ask it of a case",
        )
    constant: Sequence[str] = ()
    try:
        if question.kind == "sensitivity":
            made = from_draws(draws, outcome, question.seed)
            constant = made.pop("constant")
        else:
            made = _of_draws(draws, outcome, question)
    except InputError as error:
        # A table has the worlds that it has: `--draws` cannot add to them.
        raise (error.placed(Where(name_of)) if error.where.field == "--draws" else error).at(
            Where(name_of)
        ) from None
    inputs = {one.id: one for one in draws.inputs}
    return {
        **_head(name_of, name_of, dict(draws.titles), outcome, question, draws.count, GIVEN),
        "failed": dict(draws.failed),
        **made,
        "parameters": _named(made, inputs),
        "finding": _finding(made, question.kind, dict(draws.titles), inputs, constant),
    }


def chosen(draws: Draws, options: list[str]) -> Draws:
    """The draws of some options only. Errors: InputError with the nearest name."""
    for one in options:
        if one not in draws.options:
            raise InputError(
                f"the table has no option '{one[:60]}'", "TW153", Where(field="--option"),
                draws.options, "name one of its options", one[:60],
            )  # fmt: skip
    kept = tuple(o for o in draws.options if not options or o in options)
    return replace(draws, options=kept, titles={o: draws.titles[o] for o in kept})


def _check(kind: str, worlds: int, options: int, outcome: str) -> None:
    """Refuse too few worlds or options before anything is solved. Errors: InputError."""
    if kind == "discovery":
        enough_to_part(worlds)
    else:
        check_options(options, outcome)
        enough_to_rank(worlds)


def _of_draws(draws: Draws, outcome: str, question: Question) -> dict[str, Any]:
    if question.kind == "discovery":
        return discovery(draws, outcome, question.seed, question.threshold)
    return robustness(draws, outcome, question.seed, question.threshold)


def _head(
    case: str,
    title: str,
    titles: dict[str, str],
    outcome: str,
    question: Question,
    size: int,
    design: str,
) -> dict[str, Any]:
    return {
        "case": case,
        "title": title,
        "kind": question.kind,
        "outcome": outcome,
        "options": list(titles),
        "titles": titles,
        "seed": question.seed,
        "draws": size,
        "design": design,
    }


def _named(made: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Meaning, unit and range of every parameter that the answer names."""
    named = {row["parameter"] for part in ("indices", "flips") for row in made.get(part, ())}
    named |= {parameter for box in made.get("boxes", ()) for parameter in box["limits"]}
    return {
        k: {"meaning": inputs[k].meaning, "unit": inputs[k].unit, "low": inputs[k].low,
            "high": inputs[k].high}
        for k in sorted(named) if k in inputs
    }  # fmt: skip


def _finding(
    made: Mapping[str, Any],
    kind: str,
    titles: Mapping[str, str],
    inputs: Mapping[str, Any],
    constant: Sequence[str] = (),
) -> str:
    """The answer in a sentence; `constant`: the options whose outcome no world moves."""
    if kind == "sensitivity":
        said = _what_matters(made, titles, inputs)
        if not constant:
            return said
        return f"{said}; the outcome is the same in every world for {_of(constant, titles)}"
    if kind == "discovery":
        boxes = made["boxes"]
        if not boxes:
            return _no_box(made["failures"], titles)
        best = max(boxes, key=lambda box: box["coverage"] * box["density"])
        return (
            f"{titles[best['option']]}: {best['says']} (so in {best['density']:.0%} of the worlds "
            f"there, against {best['base']:.0%} of all; {best['coverage']:.0%} of all such worlds)"
        )
    if kind == "robust":
        return _most_robust(made, titles) + _out_of_reach(made)
    found = [row for row in made["flips"] if row["alone"]] or made["flips"]
    if not found:
        equal = [row["says"] for row in made["pairs"] if abs(row["gap"]) <= EQUAL]
        if len(equal) == len(made["pairs"]):
            return few(equal, "; ")
        said = "no plausible change that was tried reverses the order of the options"
        return f"{said}; {few(equal, '; ')}" if equal else said
    least = min(found, key=lambda row: row["share"])
    return str(least["says"])


def _no_box(failures: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> str:
    """Why no box was found: no condition stands, or there is too little to find one in."""
    told = [f"{titles[row['option']]}: {row['finding']}" for row in failures
            if row["finding"] != NOTHING]  # fmt: skip
    if len(told) == len(failures):
        return f"{NOTHING}; {few(told, '; ')}"
    said = f"{NOTHING}: no condition stands on worlds that it was not made from"
    return f"{said}; {few(told, '; ')}" if told else said


def _of(options: Sequence[str], titles: Mapping[str, str]) -> str:
    return "every option" if len(options) == len(titles) else few([titles[o] for o in options])


def _most_robust(made: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    best = made["ranks"][0]
    if not made["clear"]:
        if made["by_chance"] is not None:
            return "no option is clearly the most robust: its lead may be chance"
        return (
            "no option is clearly the most robust: other worlds of the same kind would put "
            f"another first in {1.0 - best['first']:.0%} of cases"
        )
    return f"{titles[best['option']]} is the most robust over all measures together"


def _out_of_reach(made: Mapping[str, Any]) -> str:
    """What to say where the threshold tells no option from another in any world."""
    shares = [row["satisficing"] for row in made["ranks"]]
    limit = number(made["threshold"])
    if max(shares) <= 0.0:
        return f"; no option is good enough ({limit}) in any world, so that measure tells nothing"
    if min(shares) >= 1.0 - 1e-9:
        return (
            f"; every option is good enough ({limit}) in every world, so that measure tells nothing"
        )
    return ""


def _what_matters(
    made: Mapping[str, Any], titles: Mapping[str, str], inputs: Mapping[str, Any]
) -> str:
    rows = [row for row in made["indices"] if row["matters"] and row["parameter"] != REST]
    if not rows:
        return f"{NOTHING}: no input matters more than it would by chance"
    alone = [row for row in rows if row["against"] is None] or rows

    def size(row: Mapping[str, Any]) -> float:
        return float(row["total"] if row["total"] is not None else row["first"])

    best = max(alone, key=size)
    one = inputs.get(best["parameter"])
    told = name(one) if one is not None else f"the group {best['parameter']}"
    return (
        f"{titles[best['option']]}: most of all it matters for {best['outcome']} what "
        f"{told} is: alone it explains {max(best['first'], 0.0):.0%} of the variance"
        + (f", with all it acts through {min(size(best), 1.0):.0%}" if best["total"] else "")
    )
