"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CaseName = Annotated[
    str, typer.Argument(metavar="CASE", help="Id of a case, or the path of its folder.")
]
CaseOption = Annotated[
    str, typer.Option("--case", metavar="CASE", help="Id of a case, or the path of its folder.")
]
OptionName = Annotated[
    str,
    typer.Argument(
        metavar="OPTION", help="Option id of the case, or path of an instrument or option YAML."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="OPTION", help="Only this option (repeat for several)."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PARAM=VALUE|LOW:HIGH",
        help="Fix a parameter or change its range; the last of two counts.",
    ),
]
Absent = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="GUARANTOR", help="Leave a guarantor out."),
]
ParameterTable = Annotated[
    Path | None,
    typer.Option(
        "--parameters", metavar="FILE", help="Parameters as a table (see 'parameters --csv')."
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the draws; 0 is one like others.")]
