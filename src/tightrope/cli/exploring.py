"""The command that explores deep uncertainty: what matters, when it fails, what stands up."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tightrope.cli.arguments import Absent, AsJson, Options, ParameterTable, Seed, Settings
from tightrope.cli.output import print_document, say, show

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from tightrope.explore import Crew, Question

STORE = "store"
NEEDS = {"SALib": "SALib", "ema_workbench": "ema-workbench", "sklearn": "scikit-learn"}
DESIGNS, SCREENS = ("sobol", "lhs", "random"), ("morris", "derivative")
#: Options that say nothing to a kind; `--draws` is given to all kinds alike and counts for most.
UNREAD = {
    "sensitivity": ("--threshold", "--design"),
    "flip": ("--threshold", "--design", "--screen"),
    "discovery": ("--screen",),
    "robust": ("--screen",),
}
SHOWN = 12
#: Worlds stored together where they cost next to nothing.
CHEAP_CHUNK = 4096
MOST_DRAWS, MOST_WORKERS = 10_000_000, 256


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(explore)


def explore(
    case: Annotated[
        str,
        typer.Argument(
            metavar="CASE",
            help="Id or folder of a case; a table of draws (.csv, .parquet); or a test problem.",
        ),
    ],
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="sensitivity, discovery, robust or flip.")
    ],
    options: Options = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="NAME", help="Outcome to look at; 'durable' of a case.")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_DRAWS,
            help="Worlds; for sensitivity, base samples; flip starts at the centre and ignores it.",
        ),
    ] = None,
    seed: Seed = 0,
    design: Annotated[
        str | None,
        typer.Option(metavar="DESIGN", help="How worlds are drawn: sobol (usual), lhs or random."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(help="Failure is worse than this; for robust, good enough is this or better."),
    ] = None,
    screen: Annotated[
        str | None,
        typer.Option(
            metavar="HOW", help="How many parameters are screened: morris (usual), derivative."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_WORKERS, help="Processes that solve, a core each; one usual."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Scheduler of a dask.distributed cluster."),
    ] = None,
    settings: Settings = None,
    absent: Absent = None,
    parameters: ParameterTable = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for pages, data and draws; draws go on there."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explore deep uncertainty: what matters, when a guarantee fails, which one stands up.

    What is solved is kept under DIR/store chunk by chunk; the same command goes on from there.
    """
    _one_of("--kind", kind, ("sensitivity", "discovery", "robust", "flip"))
    _one_of("--design", design or DESIGNS[0], DESIGNS)
    _one_of("--screen", screen or SCREENS[0], SCREENS)
    if threshold is not None and not math.isfinite(threshold):
        from tightrope.treaty import InputError, Where

        raise InputError(
            "a threshold must be a finite number", "TW108", Where(field="--threshold"),
            remedy="give a number in units of the outcome, or leave it out",
        )  # fmt: skip
    given = {"--threshold": threshold, "--design": design, "--screen": screen}
    _refuse_for(kind, {name: given[name] for name in UNREAD[kind]}, "ask another kind")
    _check_installed()
    from tightrope.explore import Crew, Question, is_table

    changes = (parameters, settings or [], absent or [])
    if is_table(case):
        unread = {"--draws": draws, "--design": design, "--screen": screen, "--workers": workers,
                  "--cluster": cluster}  # fmt: skip
        _refuse_for("a table of draws", {**_of_case(*changes), **unread})
    if out is not None:
        from tightrope.cli.added import check_pages, make_store

        check_pages(out)
        make_store(out)
    question = Question(
        kind,  # type: ignore[arg-type]
        outcome,
        draws,
        seed,
        design or DESIGNS[0],
        threshold,
        screen or SCREENS[0],
    )
    if is_table(case):
        answer = _of_table(Path(case), options or [], question)
    else:
        crew = Crew(workers or 1, cluster)
        answer = _of_problem(case, changes, options or [], question, crew, out)
    if out is not None:
        from tightrope.cli.exploration import save_exploration

        save_exploration(answer, out)
        say(f"Wrote {out / 'report.html'} and its data")
    if as_json:
        print_document("explore", answer)
    else:
        show(*exploration_screen(answer))


def _of_table(path: Path, options: list[str], question: Question) -> dict[str, Any]:
    from tightrope.explore import chosen, explore_draws, read_table

    draws, outcome = read_table(path, question.outcome)
    return explore_draws(chosen(draws, options), path.name, outcome, question)


def _of_problem(
    name: str,
    changes: tuple[Path | None, list[str], list[str]],
    options: list[str],
    question: Question,
    crew: Crew,
    out: Path | None,
) -> dict[str, Any]:
    from tightrope.case import case_ids
    from tightrope.cli.case import prepared_case
    from tightrope.cli.progress import progress
    from tightrope.explore import TEST_PROBLEMS, CaseProblem, TestProblem, session
    from tightrope.explore import explore as ask
    from tightrope.explore.store import CHUNK
    from tightrope.explore.workers import one_part

    cheap = name in TEST_PROBLEMS and name not in case_ids()
    problem: TestProblem | CaseProblem
    if cheap:
        asked = {**_of_case(*changes), "--option": options}
        _refuse_for("a problem with a known answer", asked)
        problem = TestProblem(name)
    else:
        loaded, chosen = prepared_case(name, *changes, options)
        ids = chosen or [option.id for option in loaded.options]
        problem = CaseProblem(loaded, tuple(ids))
    root = None if out is None else out / STORE
    chunk = CHEAP_CHUNK if cheap else CHUNK
    with one_part(), progress() as report, session(root, crew, report, chunk) as place:
        return ask(problem, question, place, cheap=cheap)


def _of_case(parameters: Path | None, settings: list[str], absent: list[str]) -> dict[str, Any]:
    """The options that change a case, by name."""
    return {"--parameters": parameters, "--set": settings, "--without": absent}


def _refuse_for(what: str, asked: Mapping[str, Any], or_else: str = "name a case") -> None:
    """Refuse options that would be left unread. Errors: InputError."""
    for name, value in asked.items():
        if value is not None and value != []:
            from tightrope.treaty import InputError, Where

            raise InputError(
                f"{what} has no use for {name}", "TW104", Where(field=name),
                remedy=f"leave it out, or {or_else}",
            )  # fmt: skip


def _one_of(field: str, word: str, allowed: tuple[str, ...]) -> None:
    """Errors: InputError with the nearest word unless `word` is one of those allowed."""
    if word not in allowed:
        from tightrope.treaty import InputError, Where

        raise InputError(
            f"'{word[:40]}' cannot stand here", "TW104", Where(field=field), allowed,
            "name one of these", word[:40],
        )  # fmt: skip


def _check_installed() -> None:
    missing = [NEEDS[name] for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        from tightrope.treaty import InputError

        raise InputError(
            f"exploring needs {', '.join(missing)}, which is not installed",
            "TW172",
            remedy="pip install 'tightrope[explore]'",
        )


def exploration_screen(answer: Mapping[str, Any]) -> Iterator[Table | Text]:
    """The answer in a table and its finding."""
    from rich.table import Table
    from rich.text import Text

    worlds = "from the centre" if answer["kind"] == "flip" else f"{answer['draws']} draws"
    yield Text(f"{answer['title']}: {answer['kind']} of {answer['outcome']}, {worlds}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    heads, rows = _rows(answer)
    for head in heads:
        table.add_column(head)
    for row in rows[:SHOWN]:
        table.add_row(*row)
    if rows:
        yield table
    if len(rows) > SHOWN:
        yield Text(f"… and {len(rows) - SHOWN} more: add --out or --json.")
    left_out = sum(answer["failed"].values())
    if left_out:
        yield Text(f"Left out, as not solved: {left_out} of the options' draws.")
    if answer.get("needed"):
        units = "base samples" if answer["evaluations"] else "worlds"
        yield Text(f"Errors are large: ±0.05 would take some {answer['needed']:,} {units}.")
    finding = str(answer["finding"])
    yield Text(finding[:1].upper() + finding[1:] + ".", style="bold")


def _rows(answer: Mapping[str, Any]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    if answer["kind"] == "sensitivity":
        ordered = sorted(answer["indices"], key=lambda r: -(r["total"] or r["first"] or 0.0))
        return ("Option", "Parameter", "First", "Total", "Error"), [
            (
                row["option"] + (f" less {row['against']}" if row["against"] else ""),
                row["parameter"],
                _number(row["first"]),
                _number(row["total"]),
                "" if row["conf"] is None else f"±{row['conf']:.2f}",
            )
            for row in ordered
            if row["matters"]
        ]
    if answer["kind"] == "discovery":
        return ("Option", "Coverage", "Density", "Condition"), [
            (row["option"], f"{row['coverage']:.0%}", f"{row['density']:.0%}", row["says"])
            for row in answer["boxes"]
        ]
    if answer["kind"] == "robust":
        return ("Option", "Rank", "5–95 %", "Regret", "Good enough", "Worst", "Worst tenth"), [
            (
                row["option"],
                f"{row['rank']:g}",
                f"{row['rank_p05']:g}–{row['rank_p95']:g}",
                _number(row["regret"]),
                f"{row['satisficing']:.0%}",
                _number(row["maximin"]),
                _number(row["worst_decile"]),
            )
            for row in answer["ranks"]
        ]
    # A joint change has a row for each parameter that it moves, all with the same words.
    told = [
        (row["a"], row["b"], "yes" if row["alone"] else "no", row["says"])
        for row in answer["flips"]
    ]
    return ("Ahead", "Overtaken by", "Alone", "Change"), list(dict.fromkeys(told))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
