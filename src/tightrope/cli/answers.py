"""Commands that run the model: assess, compare, explain, export-efg."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tightrope.cli.again import command_line, going_on
from tightrope.cli.arguments import (
    Absent,
    AsJson,
    CaseName,
    CaseOption,
    Force,
    OptionName,
    Options,
    OutFile,
    ParameterTable,
    Seed,
    Settings,
)
from tightrope.cli.output import print_document, say, show

if TYPE_CHECKING:
    from tightrope.case import Case

MOST_DRAWS = 1_000_000
_EFG = b"EFG 2 R"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(assess)
    app.command()(compare)
    app.command()(explain)
    app.command(name="export-efg")(export_efg)


def assess(
    case: CaseName,
    options: Options = None,
    draws: Annotated[
        int, typer.Option(min=1, max=MOST_DRAWS, help="Number of draws of the parameters.")
    ] = 200,
    seed: Seed = 0,
    settings: Settings = None,
    absent: Absent = None,
    parameters: ParameterTable = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the report and its data.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge the options of a case: will they be signed, will they hold, who will come."""
    from tightrope.cli.case import prepared_case
    from tightrope.cli.preview import previews
    from tightrope.cli.progress import progress

    changes = parameters, settings or [], absent or []
    loaded, chosen = prepared_case(case, *changes, options or [])
    if out is not None:
        from tightrope.cli.reporting import check_report

        check_report(out)
    from tightrope.guarantee import assess as judge

    asked = [loaded.option(name) for name in chosen] if chosen else loaded.options
    with (
        going_on() as kept,
        progress() as report,
        previews(loaded, asked, draws, out, command_line()) as preview,
    ):
        assessment = judge(loaded, chosen, draws, seed, progress=report, preview=preview, keep=kept)
        if out is not None:
            from tightrope.cli.reporting import save_report

            save_report(loaded, assessment, out, command_line())
    if out is not None:
        say(f"Wrote {out / 'report.html'} and its data")
    if as_json:
        print_document("assess", assessment.to_json())
    else:
        from tightrope.cli.screens import assessment_screen

        show(*assessment_screen(loaded, assessment, draws, seed))


def compare(
    a: OptionName,
    b: OptionName,
    case: CaseOption,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for a page with both texts side by side."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show clause by clause what changes from A to B, and what each change does."""
    loaded, (first, second) = _case_with(case, a, b)
    if out is not None:
        from tightrope.cli.reporting import COMPARISON, check_report

        check_report(out, COMPARISON)
    from tightrope.guarantee import compare as compare_options

    answer = compare_options(loaded, first, second)
    if out is not None:
        from tightrope.cli.reporting import save_comparison

        save_comparison(loaded, first, second, answer, out, command_line())
        say(f"Wrote {out / 'compare.html'} and its data")
    if as_json:
        print_document("compare", {"case": loaded.id, "a": first, "b": second, **answer})
    else:
        from tightrope.cli.screens import comparison_table

        show(comparison_table(first, second, answer))


def explain(option: OptionName, case: CaseOption, as_json: AsJson = False) -> None:
    """Follow an option from its clauses to who accepts it, number by number."""
    loaded, (chosen,) = _case_with(case, option)
    from tightrope.guarantee import explain as explain_option

    answer = explain_option(loaded, chosen)
    if as_json:
        print_document("explain", {"case": loaded.id, "option": chosen, **answer})
    else:
        from tightrope.cli.screens import chain_lines

        show(*chain_lines(answer))


def export_efg(
    option: OptionName,
    case: CaseOption,
    out: OutFile,
    draw: Annotated[
        int | None,
        typer.Option(
            min=0, max=MOST_DRAWS - 1, help="Draw to export; central values if not given."
        ),
    ] = None,
    guarantors: Annotated[
        str | None, typer.Option(metavar="A,B,C", help="Only these guarantors.")
    ] = None,
    seed: Seed = 0,
    force: Force = False,
) -> None:
    """Write the crisis game of an option as an extensive-form file for Gambit."""
    from tightrope.cli.files import check_new, check_place, write_whole

    check_new(out, force or _is_game(out))
    check_place(out)
    loaded, (chosen,) = _case_with(case, option)
    named = None if guarantors is None else _guarantors(loaded, guarantors)
    from tightrope.guarantee import export_efg as write_game

    write_whole(out, write_game(loaded, chosen, draw, named, seed))
    typer.echo(f"Wrote {out}", err=True)


def _is_game(place: Path) -> bool:
    """Whether a file is empty or an extensive-form game, so that a new one may take its place.

    Errors: InputError if it cannot be read.
    """
    from tightrope.cli.files import unwritable

    try:
        if not place.is_file():
            return False
        with place.open("rb") as file:
            return file.read(len(_EFG)) in (b"", _EFG)
    except OSError as error:
        raise unwritable(place, error) from error


def _case_with(case: str, *words: str) -> tuple[Case, tuple[str, ...]]:
    """The case, with the options that `words` name, and their ids."""
    from tightrope.cli.case import open_case
    from tightrope.cli.options import find_option

    loaded, found = open_case(case), []
    for word in words:
        loaded, option = find_option(loaded, word)
        found.append(option)
    return loaded, tuple(found)


def _guarantors(case: Case, words: str) -> list[str]:
    """The guarantors named in `A,B,C`. Errors: InputError for one the case does not have."""
    from tightrope.treaty import InputError, Where

    named = [word.strip() for word in words.split(",")]
    for name in named:
        if name not in case.guarantor_ids:
            raise InputError(
                f"'{name}' is not a guarantor of {case.id}",
                "TW153",
                Where(field="--guarantors"),
                case.guarantor_ids,
                "name one of these, parted by commas",
                name,
            )
    return list(dict.fromkeys(named))
