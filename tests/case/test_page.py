"""The page of parameters is made from the case."""

from __future__ import annotations

from pathlib import Path

from tightrope.case import load_case, parameters_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "parameters.md"


def test_the_page_is_up_to_date() -> None:
    """docs/parameters.md must equal what the case says now; the message shows how to mend it."""
    made = parameters_page(load_case("ukraine"))
    assert PAGE.read_text(encoding="utf-8") == made, (
        'write it anew: python -c "import tightrope.case as c; '
        "print(c.parameters_page(c.load_case('ukraine')), end='')\" > docs/parameters.md"
    )


def test_the_page_shows_every_parameter_once() -> None:
    """Every parameter must have one line in one table."""
    case = load_case("ukraine")
    lines = [line for line in parameters_page(case).splitlines() if line.startswith("| `")]
    assert sorted(line.split("`")[1] for line in lines) == sorted(one.id for one in case.parameters)
