"""What the pages on the model say of names, units and files is what the code has."""

from __future__ import annotations

import fnmatch
import re

import pytest
from pages import DOCS, ROOT, named_in_code, rows_under, text_of

from tightrope.case import COMMON, PER_GUARANTOR, load_case
from tightrope.guarantee import assess
from tightrope.guarantee.backstop import BACKSTOP
from tightrope.guarantee.outcomes import EQUAL, SCALARS

TABLES = {"One number per world": SCALARS, "The lead's part": BACKSTOP, "At equal terms": EQUAL}


@pytest.mark.parametrize("heading", TABLES)
def test_the_tables_of_outcomes_are_those_of_the_code(heading: str) -> None:
    """Name, unit and meaning of every outcome stand on the page, in the order of the code."""
    rows = [(row[0].strip("`"), row[1], row[2]) for row in rows_under("model/outcomes.md", heading)]
    assert rows == [(name, unit, meaning) for name, (unit, meaning) in TABLES[heading].items()]


@pytest.mark.xdist_group("model")
def test_what_is_missing_is_what_the_page_says() -> None:
    """Without an agreement exactly the outcomes are missing that the page says are."""
    result = assess(load_case("ukraine"), ["no-agreement"], draws=8).to_json()
    found = {
        k
        for k, v in result["options"]["no-agreement"].items()
        if k in SCALARS and v["mean"] is None
    }
    rows = rows_under("model/outcomes.md", "One number per world")
    assert found == {row[0].strip("`") for row in rows if row[4].startswith("no agreement")}


KNOWN = {*COMMON, *(f"{name}.i" for name in PER_GUARANTOR)}


def test_every_parameter_named_in_a_page_exists() -> None:
    """A name in code type that looks like a parameter (`family.name`, `family.*`) is one."""
    families = {name.split(".")[0] for name in KNOWN if "." in name}
    actors = load_case("ukraine").guarantor_ids
    every = {*KNOWN, *(f"{name}.{actor}" for name in PER_GUARANTOR for actor in actors)}
    for page in sorted((DOCS / "model").glob("*.md")):
        for name in named_in_code(page.read_text(encoding="utf-8")):
            if re.fullmatch(r"\w+(\.[\w*-]+)+", name) and name.split(".")[0] in families:
                assert fnmatch.filter(every, name), f"{page.name}: {name}"


def test_every_parameter_has_its_place_in_the_notation() -> None:
    """Each number that the model reads stands in the notation, alone or with its family."""
    told = named_in_code(text_of("model/notation.md"))
    for name in KNOWN:
        assert any(fnmatch.fnmatchcase(name, pattern) for pattern in told), name


@pytest.mark.parametrize("page", ["model/status.md", "model/limits.md"])
def test_every_test_that_a_page_names_exists(page: str) -> None:
    """A page that appeals to a test names a file that is there and a test that is in it."""
    text = text_of(page)
    files = set(re.findall(r"tests/[\w/]+\.py", text))
    assert files
    for name in files:
        assert (ROOT / name).is_file(), name
    inside = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in files)
    for name in re.findall(r"`(test_\w+)`", text):
        assert f"def {name}(" in inside, name
