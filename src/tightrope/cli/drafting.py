"""Commands on the text of a guarantee: where it leaks, and what it commits whom to."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tightrope.cli.arguments import AsJson, CaseOption, OptionName
from tightrope.cli.output import print_document, say, show

CHECK_FAILED = 3


class Severity(StrEnum):
    """How grave a finding is, gravest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(lint)
    app.command(name="compile")(compile_profile)


def lint(
    instrument: Annotated[
        str, typer.Argument(metavar="FILE-OR-ID", help="Instrument or draft: library id or path.")
    ],
    as_json: AsJson = False,
    fail_on: Annotated[
        Severity | None,
        typer.Option("--fail-on", help="Exit with 3 if a finding is as grave as this or graver."),
    ] = None,
    friends: Annotated[
        list[str] | None,
        typer.Option(
            "--friend", metavar="ACTOR", help="A friend of the challenger, whose veto counts too."
        ),
    ] = None,
) -> None:
    """Say where a promise leaks: article, reason, and wording that would mend it."""
    from tightrope.treaty import lint as find
    from tightrope.treaty import load_instrument

    loaded = load_instrument(instrument)
    friends = friends or []
    findings = find(loaded, _checked(friends))
    for friend in friends:
        if findings == find(loaded, [other for other in friends if other != friend]):
            say(f"'{friend}' as a friend of the challenger changes no finding on this text")
    if as_json:
        rows = [
            {
                "code": finding.code,
                "severity": finding.severity,
                "clause": finding.clause,
                "article": finding.article,
                "reason": finding.reason,
                "suggestion": finding.suggestion,
            }
            for finding in findings
        ]
        print_document("lint", {"instrument": loaded.id, "findings": rows})
    else:
        from tightrope.cli.screens import finding_lines

        show(*finding_lines(loaded.id, findings))
    if fail_on is not None:
        grave = list(Severity)[: list(Severity).index(fail_on) + 1]
        failed = sum(finding.severity in grave for finding in findings)
        if failed:
            say(f"{failed} finding{'s' * (failed > 1)} at or above '{fail_on}'")
            raise typer.Exit(CHECK_FAILED)


def _checked(friends: list[str]) -> list[str]:
    """The friends, if each is in the form of an actor's id. Errors: InputError."""
    from pydantic import TypeAdapter, ValidationError

    from tightrope.treaty import InputError, Where
    from tightrope.treaty.values import ActorId

    for friend in friends:
        try:
            TypeAdapter(ActorId).validate_python(friend)
        except ValidationError:
            raise InputError(
                f"'{friend[:60]}' is not the id of an actor",
                "TW121",
                Where(field="--friend"),
                remedy="write it as the text does, beginning with a capital, such as BY",
            ) from None
    return friends


def compile_profile(option: OptionName, case: CaseOption, as_json: AsJson = False) -> None:
    """Show what an option commits each guarantor to, level by level."""
    from tightrope.cli.case import open_case
    from tightrope.cli.options import find_option

    loaded, chosen = find_option(open_case(case), option)
    from tightrope.guarantee import compile_option

    profile = compile_option(loaded, chosen)
    if as_json:
        print_document("compile", {"case": loaded.id, "option": chosen, **profile})
    else:
        from tightrope.cli.screens import profile_table

        show(profile_table(chosen, profile))
