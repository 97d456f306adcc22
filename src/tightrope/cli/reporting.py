"""From an assessment to a folder with the report, with complaints a person can act on."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightrope import __version__
from tightrope.cli.files import unwritable
from tightrope.report.folder import SEAL, check_folder
from tightrope.treaty import InputError, Where, load_instrument

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.guarantee import Assessment
    from tightrope.report.results import Results

COMPARISON = "compare.html"
"""The file by which a folder with a comparison is known."""


def needs_drawing() -> None:
    """Errors: InputError where what draws the charts is not installed."""
    if importlib.util.find_spec("vl_convert") is None:
        raise InputError(
            "the report draws its charts with vl-convert-python, which is not installed",
            "TW172",
            Where(field="--out"),
            remedy="pip install 'tightrope[report]', or leave --out away",
        )


def check_report(folder: Path, seal: str = SEAL) -> None:
    """Complain before the run, not after it. `seal`: the file that makes a folder ours.

    Errors: InputError.
    """
    needs_drawing()
    with folder_complaints(folder):
        check_folder(folder, seal)


@contextmanager
def folder_complaints(folder: Path) -> Iterator[None]:
    """Say in words what is wrong with a folder for results. Errors: InputError."""
    try:
        yield
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


def save_comparison(
    case: Case, a: str, b: str, answer: Mapping[str, Any], folder: Path, command: str
) -> None:
    """Write two options side by side to `folder`. Errors: InputError if that cannot be done."""
    from tightrope.report.comparison import Comparison, write_comparison

    texts = [load_instrument(case.option(name).instrument) for name in (a, b)]
    said = [{clause.id: f"{clause.article}: {clause.says}" for clause in t.clauses} for t in texts]
    titles = titles_of(case)
    comparison = Comparison(
        case=case.title,
        first=titles[a],
        second=titles[b],
        rows=answer["clauses"],
        total=answer["total"],
        clauses={
            name: (said[0].get(name, ""), said[1].get(name, "")) for name in said[0] | said[1]
        },
        command=command,
        actors=case.names,
        meta=(
            f"tightrope {__version__}; case {case.id}; from {a} to {b}; central values, no draws; "
            f"date {date.today().isoformat()}"
        ),
    )
    try:
        write_comparison(comparison, folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def results_of(case: Case, assessment: Assessment, command: str) -> Results:
    """What a report is made of, from an assessment and the command line that gives it again."""
    from tightrope.cli.background import sizing_rows, sum_rows, text_of, works_of
    from tightrope.guarantee.draws import parameter_draws
    from tightrope.report.results import Results

    chosen = [result.option for result in assessment.results]
    return Results(
        title=case.title,
        challenger=case.challenger,
        actors=case.names,
        titles=titles_of(case),
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
        worlds=parameter_draws(case, assessment.draws, assessment.seed),
        texts={option.id: text_of(case, option) for option in chosen},
        bibliography=works_of(case),
        sizing=sizing_rows(case, [option.id for option in chosen]),
        sums=sum_rows(),
    )


def titles_of(case: Case) -> dict[str, str]:
    """Option id → title, told apart by the id where two titles are the same."""
    times = Counter(option.title for option in case.options)
    return {
        option.id: option.title if times[option.title] == 1 else f"{option.title} ({option.id})"
        for option in case.options
    }
