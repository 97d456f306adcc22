"""From an assessment to a folder with the report, with complaints a person can act on."""

from __future__ import annotations

import importlib.util
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tightrope import __version__
from tightrope.cli.files import unwritable
from tightrope.report.folder import check_folder
from tightrope.treaty import InputError, Where

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.guarantee import Assessment
    from tightrope.report.results import Results


def check_report(folder: Path) -> None:
    """Complain before the run, not after it. Errors: InputError."""
    if importlib.util.find_spec("vl_convert") is None:
        raise InputError(
            "the report draws its charts with vl-convert-python, which is not installed",
            "TW172",
            Where(field="--out"),
            remedy="pip install 'tightrope[report]', or leave --out away",
        )
    try:
        check_folder(folder)
    except FileExistsError as error:
        raise InputError(
            str(error), "TW170", Where(field="--out"), remedy="choose another folder"
        ) from error
    except OSError as error:
        raise unwritable(folder, error) from error


def save_report(case: Case, assessment: Assessment, folder: Path, command: str) -> None:
    """Write the report and its data to `folder`. Errors: InputError if that cannot be done."""
    from tightrope.report.write import write_report

    try:
        write_report(results_of(case, assessment, command), folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def results_of(case: Case, assessment: Assessment, command: str) -> Results:
    """What a report is made of, from an assessment and the command line that gives it again."""
    from tightrope.cli.background import sizing_rows, text_of, works_of, worlds_of
    from tightrope.report.results import Results

    chosen = [result.option for result in assessment.results]
    return Results(
        title=case.title,
        challenger=case.challenger,
        actors={actor.id: actor.name for actor in (*case.principals, *case.guarantors)},
        titles=_titles(case),
        finding=assessment.finding(),
        ranking=assessment.ranking(),
        document=assessment.to_json(),
        dataset=assessment.dataset,
        summary=assessment.summary(),
        draws=assessment.draws_table(),
        command=command,
        version=__version__,
        protege=case.protege,
        lead=case.lead,
        friends=case.friends_of_challenger,
        date=date.today().isoformat(),
        horizon=case.horizon_years,
        weights=assessment.weights,
        parameters=[parameter.model_dump(mode="json") for parameter in case.parameters],
        worlds=worlds_of(case, assessment.draws, assessment.seed),
        texts={option.id: text_of(case, option) for option in chosen},
        bibliography=works_of(case),
        sizing=sizing_rows(case, [option.id for option in chosen]),
    )


def _titles(case: Case) -> dict[str, str]:
    """Option id → title, told apart by the id where two titles are the same."""
    times = Counter(option.title for option in case.options)
    return {
        option.id: option.title if times[option.title] == 1 else f"{option.title} ({option.id})"
        for option in case.options
    }
