"""The command that searches for better drafts."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tightrope.cli.again import command_line, going_on
from tightrope.cli.arguments import AsJson, CaseName, Seed
from tightrope.cli.experts import needs
from tightrope.cli.output import print_document, say, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.table import Table
    from rich.text import Text

    from tightrope.explore.search import Point
    from tightrope.explore.space import Space

MOST = 1_000_000


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(design)


def design(
    case: CaseName,
    levers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Levers to move; the case's own if not given."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of a report: page, drafts; a search resumes."),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, max=MOST, help="Worlds for each draft.")] = 64,
    seed: Seed = 0,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Independent searches.")] = 2,
    budget: Annotated[
        int, typer.Option(min=2, max=MOST, help="Drafts that each search may judge.")
    ] = 120,
    population: Annotated[
        int, typer.Option(min=2, max=10_000, help="Drafts judged together in one generation.")
    ] = 16,
    as_json: AsJson = False,
) -> None:
    """Search for drafts that nobody beats: signed by all, held, without a clash, at what cost.

    What was judged is kept in DIR after every generation; the same command goes on from there.
    """
    from tightrope.case.levers import in_file, load_levers
    from tightrope.cli.case import open_case
    from tightrope.cli.files import unwritable
    from tightrope.cli.progress import progress
    from tightrope.treaty import InputError

    loaded = open_case(case)
    read = load_levers(loaded, levers)
    needs("pymoo", "pymoo")
    if out is not None:
        from tightrope.cli.added import check_pages

        check_pages(out)
    from tightrope.explore.design import Effort
    from tightrope.explore.design import design as search

    effort = Effort(draws, seed, seeds, budget, population)
    try:
        with going_on() as kept, progress() as report, warnings.catch_warnings():
            warnings.showwarning = lambda message, *_, **__: say(str(message))
            answer, space, points = search(
                loaded, read, effort, folder=out, progress=report, solved=kept
            )
    except InputError as error:
        raise in_file(error, loaded, levers) from None
    except OSError as error:
        if out is None:
            raise
        raise unwritable(out, error) from error
    for row in answer["front"]:
        row["file"] = row["option_file"] = None
        if out is not None:
            row["file"] = str(out / "drafts" / f"{row['id']}.yaml")
            row["option_file"] = str(out / "drafts" / f"{row['id']}.option.yaml")
    if out is not None:
        _save(loaded.title, answer, space, points, out)
        say(f"Wrote {out / 'report.html'}, page 10, its data and the drafts")
    if as_json:
        print_document("design", answer)
    else:
        show(*design_screen(answer))


def _save(
    title: str, answer: dict[str, Any], space: Space, points: Mapping[str, Point], folder: Path
) -> None:
    """Write the drafts, and add page and data to the folder's report.

    Errors: InputError if the folder cannot be written to.
    """
    from tightrope.cli.added import save_pages
    from tightrope.cli.files import write_whole
    from tightrope.report.drafts import drafts_page

    for name, point in points.items():
        draft, option = draft_texts(space, point)
        write_whole(folder / "drafts" / f"{name}.yaml", draft)
        write_whole(folder / "drafts" / f"{name}.option.yaml", option)
    meta = (
        f"case {answer['case']}; draws {answer['draws']}, seed {answer['seed']}, fresh seed "
        f"{answer['fresh_seed']}; {command_line()}"
    )
    save_pages(folder, title, [drafts_page(answer)], meta)


def draft_texts(space: Space, point: Point) -> tuple[str, str]:
    """The draft as base and changes, and the option that puts its settlement to it, as YAML."""
    import yaml

    from tightrope.explore.variants import changed_terms
    from tightrope.treaty import Draft, dump_draft

    name = space.name(point)
    draft = Draft(
        base=space.base.instrument,
        id=name,
        title=space.title(point)[:500],
        changes=tuple(space.changes(point)),
    )
    settlement = changed_terms(space.base.settlement, space.terms(point), "settlement")
    option = {
        "id": name,
        "title": space.title(point)[:500],
        "instrument": f"{name}.yaml",
        "settlement": settlement.model_dump(mode="json"),
    }
    text = yaml.safe_dump(option, sort_keys=False, allow_unicode=True, width=100)
    return dump_draft(draft), text


def design_screen(answer: Mapping[str, Any]) -> Iterator[Table | Text]:
    """The drafts that stand, the knee marked, and the finding."""
    from rich.table import Table
    from rich.text import Text

    from tightrope.report.drafts_front import finding

    yield Text(
        f"{answer['case']}: {answer['evaluations']} of {answer['grid']:,} drafts judged in "
        f"{answer['draws']} draws, the front again in fresh ones"
    )
    names = [one["name"] for one in answer["objectives"]]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("Draft", *names, "Nearest", "Changes"):
        table.add_column(head)
    for row in answer["front"]:
        if row["kept"]:
            mark = " (knee)" if row["id"] == answer["knee"] else ""
            values = [row["objectives"][name] for name in names]
            table.add_row(
                row["id"] + mark,
                *("–" if value is None else f"{value:.3g}" for value in values),
                row["nearest"],
                str(len(row["changes"])),
            )
    yield table
    if answer["lucky"]:
        yield Text(f"Not kept in fresh worlds: {len(answer['lucky'])} of the front.")
    yield Text(finding(answer), style="bold")
