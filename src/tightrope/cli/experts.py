"""The command that puts the experts' claims to the test."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tightrope.cli.again import command_line, going_on
from tightrope.cli.arguments import AsJson, CaseName, Seed
from tightrope.cli.output import print_document, say, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table
    from rich.text import Text

CHECK_FAILED = 3
MOST_DRAWS = 100_000


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(claims)


def claims(
    case: CaseName,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="Claims to judge; else those of the case."),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, max=MOST_DRAWS, help="Number of worlds.")] = 128,
    seed: Seed = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of a report, to which the page is added."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put what experts said to the test: how often it holds, when, and against whom.

    Exits with 3 if a claim with a 'check:' does not hold as often as it asks.
    """
    from tightrope.case.claims import in_file, load_claims
    from tightrope.cli.case import open_case
    from tightrope.cli.progress import progress
    from tightrope.treaty import InputError

    loaded = open_case(case)
    read = load_claims(loaded, file)
    needs("sklearn", "scikit-learn")
    if out is not None:
        from tightrope.cli.added import check_pages

        check_pages(out)
    from tightrope.explore.claims import failed_checks, judge_claims

    try:
        with going_on() as kept, progress() as report:
            answer = judge_claims(loaded, read, draws, seed, progress=report, keep=kept)
    except InputError as error:
        raise in_file(error, loaded, file) from None
    if out is not None:
        _save(loaded.title, answer, out)
        say(f"Wrote {out / 'report.html'}, page 11, and its data")
    if as_json:
        print_document("claims", answer)
    else:
        show(*claims_screen(answer))
    failed = failed_checks(answer)
    for words in failed:
        say(words)
    if failed:
        raise typer.Exit(CHECK_FAILED)


def needs(module: str, package: str) -> None:
    """Complain before long work that a package is not installed. Errors: InputError."""
    if importlib.util.find_spec(module) is None:
        from tightrope.treaty import InputError

        raise InputError(
            f"this command uses {package}, which is not installed",
            "TW172",
            remedy="pip install 'tightrope[explore]'",
        )


def _save(title: str, answer: dict[str, Any], folder: Path) -> None:
    """Add the page and its data to the folder's report. Errors: InputError if it cannot be."""
    from tightrope.cli.added import save_pages
    from tightrope.report.experts import experts_page

    meta = f"case {answer['case']}; draws {answer['draws']}, seed {answer['seed']}"
    save_pages(folder, title, [experts_page(answer)], f"{meta}; {command_line()}")


def claims_screen(answer: dict[str, Any]) -> Iterator[Table | Text]:
    """Each claim with how often it holds, before and after the record."""
    from rich.table import Table
    from rich.text import Text

    yield Text(
        f"{answer['case']}: {answer['draws']} draws, seed {answer['seed']}; after the record they "
        f"count as {answer['effective_draws']:.0f}"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("Claim", "Speaker", "Before", "After", "Depends on most"):
        table.add_column(head)
    for row in answer["claims"]:
        if not row["expressible"]:
            continue
        mark = "*" if row["by_construction"] else ""
        table.add_row(
            row["id"] + mark,
            row["speaker"],
            _percent(row["holds"]["before"]),
            _percent(row["holds"]["after"]),
            ", ".join(row["depends_on"][:2]) or "–",
        )
    yield table
    yield Text("Share of worlds in which a claim holds. * true by how the model is made.")
    left = [row["id"] for row in answer["claims"] if not row["expressible"]]
    if left:
        yield Text(f"The model cannot express: {', '.join(left)}.")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
