"""Commands that list what there is and hand out copies of it: cases, options, parameters,
schema, new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tightrope.cli.arguments import AsJson, CaseName, CaseOption, Force, OutFile
from tightrope.cli.output import print_document, print_json, print_text, show


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(cases)
    app.command()(options)
    app.command()(parameters)
    app.command()(schema)
    new = typer.Typer(no_args_is_help=True, help="Write an editable, commented copy.")
    new.command(name="instrument")(new_instrument)
    new.command(name="option")(new_option)
    new.command(name="case")(new_case)
    app.add_typer(new, name="new")


def cases(as_json: AsJson = False) -> None:
    """List the cases that come with the program."""
    from tightrope.case import case_ids, load_case

    rows = [{"id": name, "title": load_case(name).title} for name in case_ids()]
    if as_json:
        print_document("cases", {"cases": rows})
    else:
        show(*(f"{row['id']}  {row['title']}" for row in rows))


def options(case: CaseName, as_json: AsJson = False) -> None:
    """List the options of a case: what is on the table, and what each promises."""
    from tightrope.cli.case import open_case
    from tightrope.treaty import load_instrument

    loaded = open_case(case)
    rows = []
    for option in loaded.options:
        instrument = load_instrument(option.instrument)
        rows.append(
            {
                "id": option.id,
                "title": option.title,
                "form": instrument.form,
                "promise": instrument.promise,
                "sources": list(instrument.sources),
            }
        )
    if as_json:
        print_document("options", {"case": loaded.id, "options": rows})
        return
    from tightrope.cli.screens import option_lines

    show(*option_lines(rows))


def parameters(
    case: CaseName,
    as_json: AsJson = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a table to edit and read back.")
    ] = False,
) -> None:
    """List every number of a case with its range, unit, source and kind."""
    from tightrope.case import load_case
    from tightrope.cli.screens import parameter_lines

    loaded = load_case(case)
    if as_csv and as_json:
        raise typer.BadParameter("--json and --csv exclude each other")
    if as_csv:
        from tightrope.case import parameters_to_csv

        print_text(parameters_to_csv(loaded))
    elif as_json:
        rows = [parameter.model_dump(mode="json") for parameter in loaded.parameters]
        print_document("parameters", {"case": loaded.id, "parameters": rows})
    else:
        show(*parameter_lines(loaded))


def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A command, or a kind of file.")
    ] = None,
) -> None:
    """Print the JSON Schema of a command's document or of a kind of file."""
    from tightrope.cli.schemas import schema_names, schema_of

    if name is None:
        show(*schema_names())
    else:
        print_json(schema_of(name))


def new_instrument(
    source: Annotated[
        str, typer.Option("--from", metavar="ID", help="Instrument of the library to copy.")
    ],
    out: OutFile,
    force: Force = False,
) -> None:
    """Copy an instrument of the library, with comments, to edit."""
    from tightrope.cli.files import check_new, write_whole
    from tightrope.cli.templates import instrument_template

    text = instrument_template(source)
    check_new(out, force)
    write_whole(out, text)
    typer.echo(f"Wrote {out}. Give it an id of its own, then: tightrope lint {out}", err=True)


def new_option(
    source: Annotated[
        str, typer.Option("--from", metavar="ID", help="Option of the case to copy.")
    ],
    case: CaseOption,
    out: OutFile,
    force: Force = False,
) -> None:
    """Copy an option of a case (an instrument with its settlement), with comments, to edit."""
    from tightrope.case import load_case
    from tightrope.case import new_option as option_text
    from tightrope.cli.files import check_new, write_whole

    text = option_text(load_case(case), source)
    check_new(out, force)
    write_whole(out, text)
    typer.echo(
        f"Wrote {out}. Give it an id of its own, then: tightrope assess {case} --option {out}",
        err=True,
    )


def new_case(
    source: Annotated[str, typer.Option("--from", metavar="ID", help="Case to copy.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to make.")],
) -> None:
    """Copy a case (its folder of YAML files, with comments), to edit."""
    from tightrope.cli.templates import copy_case

    copy_case(source, out)
    typer.echo(f"Wrote {out}. Look at it with: tightrope options {out}", err=True)
