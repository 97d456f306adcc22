"""The reference pages name everything there is: commands, options, fields, public names."""

from __future__ import annotations

import importlib
import re
from typing import Any

import click
import pytest
import typer
from pages import ROOT, rows_under, text_of

from tightrope.cli.main import app
from tightrope.treaty import instrument_json_schema

BLOCKS: dict[str, Any] = instrument_json_schema()["$defs"]
KINDS = {
    b["properties"]["kind"]["const"]: b
    for b in BLOCKS.values()
    if "kind" in b.get("properties", {})
}
COMMON = {"id", "kind", "article", "says", "grade", "applies", "from_date", "until_date", "source"}


def commands(group: click.Command, name: str = "tightrope") -> list[tuple[str, click.Command]]:
    """Every command of the program with its words."""
    inner = getattr(group, "commands", None)
    if inner is None:
        return [(name, group)]
    return [found for word, one in inner.items() for found in commands(one, f"{name} {word}")]


def test_every_command_and_option_is_on_the_page() -> None:
    """The page of commands names each command, and under it each of its options."""
    text = text_of("reference/commands.md")
    for words, command in commands(typer.main.get_command(app)):
        assert f"`{words}" in text, words
        section = next(
            part
            for part in re.split(r"^### ", text, flags=re.MULTILINE)
            if f"`{words}" in part.split("\n")[0]
        )
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    assert f"`{option}" in section, f"{words} {option}"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_of_a_clause_is_on_the_page(kind: str) -> None:
    """Each kind of clause has its own fields, and every word that they take, in its table."""
    rows = rows_under("reference/files.md", kind)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    fields = KINDS[kind]["properties"]
    assert named == set(fields) - COMMON
    told = " ".join(row[1] for row in rows)
    for name in named:
        for choice in [fields[name], *fields[name].get("anyOf", []), fields[name].get("items", {})]:
            for word in choice.get("enum", []):
                assert f"`{word}`" in told, (name, word)


def test_every_field_of_all_clauses_is_on_the_page() -> None:
    """The fields that all clauses, the instrument and its parties have are on the page."""
    text = text_of("reference/files.md")
    for name in [*COMMON, *instrument_json_schema()["properties"], *BLOCKS["Party"]["properties"]]:
        assert f"| `{name}` |" in text, name
    for block in ("Entry", "Accession", "Dates"):
        for name in BLOCKS[block]["properties"]:
            assert name in text, name


@pytest.mark.parametrize("room", ["treaty", "case", "guarantee", "game", "game.trees", "explore"])
def test_every_public_name_is_on_the_page(room: str) -> None:
    """Each public name of a room stands in its part of the page on Python."""
    parts = re.split(r"^## ", text_of("reference/python.md"), flags=re.MULTILINE)
    section = next(part for part in parts if part.startswith(f"`tightrope.{room}`"))
    for name in importlib.import_module(f"tightrope.{room}").__all__:
        assert re.search(rf"`{name}\b", section), name


def test_every_name_of_estimation_exists() -> None:
    """Each module and name in the part on estimation can be imported from where it says."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| .* \|$", _estimation(), re.MULTILINE)
    assert len(rows) > 10
    for module, names in rows:
        found = importlib.import_module(f"tightrope.history.{module}")
        for name in re.findall(r"`(\w+)", names):
            assert hasattr(found, name), (module, name)


def _estimation() -> str:
    parts = re.split(r"^## ", text_of("reference/python.md"), flags=re.MULTILINE)
    return next(part for part in parts if part.startswith("`tightrope.history`"))


def test_every_benchmark_is_explained() -> None:
    """Each benchmark that `make bench` runs has its row on the page on performance."""
    run = (ROOT / "benchmarks" / "run.py").read_text(encoding="utf-8")
    found = re.search(r"^NAMES = \((.*?)\)$", run, re.MULTILINE)
    assert found is not None
    explained = {
        row[0] for row in rows_under("performance.md", "What is measured, and against what")
    }
    assert explained == {f"`{name}`" for name in re.findall(r'"(\w+)"', found[1])}
