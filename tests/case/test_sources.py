"""The check of sources finds each kind of fault."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from case_files import copy_of_the_case

from tightrope.case import SourceProblem, check_sources, load_case, mission, sources
from tightrope.case.bibtex import people, plain, read_bibliography
from tightrope.cli.background import works_of
from tightrope.treaty import InputError

SPARE = "@misc{spare, title={A}, year={1}}\n"
CORRELATED = """bibliography: sources.bib
correlations:
  - {a: audience, b: severity.probe, rank: 0.5, source: "nobody2020, p. 3"}
"""
SAME = "@misc{article01, title={A}, year={1}}\n"


def problems_after(tmp_path: Path, file: str, find: str, put: str) -> list[SourceProblem]:
    """What the check finds after one change in a copy of the case."""
    case = copy_of_the_case(tmp_path)
    before = (case / file).read_text(encoding="utf-8")
    assert find in before
    (case / file).write_text(before.replace(find, put, 1), encoding="utf-8")
    return check_sources(load_case(case))


@pytest.mark.parametrize(
    ("file", "find", "put", "what"),
    [
        ("sources.bib", "@article{leeds2003", f"{SPARE}@article{{leeds2003", "is cited nowhere"),
        ("sources.bib", "@misc{article01", f"{SAME}@misc{{article01", "is given twice"),
        ("sources.bib", "title     = {The War Trap}", "note = {x}", "has no title"),
        ("case.yaml", '"ukCrag2010, sec. 20"', '"ukCrag2010"', "is no source"),
        ("case.yaml", '"ukCrag2010, sec. 20"', '"ukCrag2011, sec. 20"', "is cited but not in"),
        ("case.yaml", "bibliography: sources.bib", CORRELATED, "is cited but not in"),
        ("claims.yaml", '"article01, closing', '"article99, closing', "is cited but not in"),
    ],
)  # fmt: skip
def test_a_fault_of_the_sources_is_found(
    tmp_path: Path, file: str, find: str, put: str, what: str
) -> None:
    """One change must be found and told where it stands."""
    found = problems_after(tmp_path, file, find, put)
    assert any(what in problem.what for problem in found)
    assert all(problem.where and problem.key for problem in found)


@pytest.mark.parametrize(
    ("file", "find", "put", "key"),
    [
        ("sources.bib", "@article{leeds2003", "@article{leeds2004", "leeds2003"),
        ("parameters/war.yaml", "cowWar4, columns", "cowWar5, columns", "cowWar5"),
    ],
)
def test_a_number_without_its_work_is_refused(
    tmp_path: Path, file: str, find: str, put: str, key: str
) -> None:
    """A case must not load if a parameter cites what the bibliography does not have."""
    with pytest.raises(InputError, match=f"cites '{key}'") as caught:
        problems_after(tmp_path, file, find, put)
    assert {one.code for one in caught.value.problems()} == {"TW160"}


def test_a_case_without_its_bibliography_is_refused(tmp_path: Path) -> None:
    """A case must not load without the file that its sources stand in."""
    with pytest.raises(InputError, match=r"no file 'gone\.bib'"):
        problems_after(tmp_path, "case.yaml", "bibliography: sources.bib", "bibliography: gone.bib")


def test_an_entry_is_read_with_nested_braces_and_bare_numbers(tmp_path: Path) -> None:
    """Braces within a title, quotes, bare numbers and comments must be read as BibTeX does."""
    path = tmp_path / "works.bib"
    path.write_text(
        "% a comment with @misc{none\n@book{one, title = {A {War} Book}, year = 1999,\n"
        '  note = "with a {\\"u}",\n}\n\n@misc{two,title={B}}\n',
        encoding="utf-8",
    )
    one, two = read_bibliography(path)
    assert (one.kind, one.key, one.line) == ("book", "one", 2)
    assert one.fields == {"title": "A {War} Book", "year": "1999", "note": 'with a {\\"u}'}
    assert (two.key, two.fields) == ("two", {"title": "B"})


def test_make_sources_counts_kinds_and_fails_on_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check of all cases prints the shares of kinds, and ends with 3 on a fault."""
    assert sources.main() == 0
    assert "% judgement" in capsys.readouterr().out
    fault = SourceProblem("nobody1900", "parameter peer", "is cited but not in sources.bib")
    monkeypatch.setattr(sources, "check_sources", lambda case: [fault])
    assert sources.main() == 3
    assert "nobody1900" in capsys.readouterr().out


def test_the_sums_of_missions_are_checked_as_a_case_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A factor whose work is in no bibliography must be found, and the work it left as well."""
    assert sources.check_mission_sources() == []
    lane = mission.SUMS["sea lane"]
    stations = replace(lane.factors["stations"], source="nobody1900, p. 1")
    broken = replace(lane, factors={**lane.factors, "stations": stations})
    monkeypatch.setitem(mission.SUMS, "sea lane", broken)
    found = {(fault.key, fault.what) for fault in sources.check_mission_sources()}
    assert found == {
        ("nobody1900", "is cited but not in the bibliography"),
        ("navalnews2024", "is cited nowhere"),
    }
    assert sources.main() == 3


BIBLIOGRAPHIES = sorted(Path(str(resources.files("tightrope"))).rglob("*.bib"))


def test_no_letter_of_a_work_is_lost_where_it_is_shown() -> None:
    """Every field of every work keeps its letters, and no sign of BibTeX is left in it."""
    assert len(BIBLIOGRAPHIES) == 3
    entries = [entry for file in BIBLIOGRAPHIES for entry in read_bibliography(file)]
    for entry in entries:
        for name, value in entry.fields.items():
            shown = plain(value)
            assert not re.search(r"[\\{}]", shown), f"{entry.key}, {name}: {shown}"
            # Each command in these files is a mark or itself a letter, so its letters count.
            assert _letters(shown) == _letters(value), f"{entry.key}, {name}"


def _letters(text: str) -> str:
    """The letters and digits of a text without their marks."""
    bare = unicodedata.normalize("NFKD", text.replace("Ł", "L"))
    return "".join(letter for letter in bare if letter.isalnum())


def test_works_are_shown_as_they_are_printed() -> None:
    """Names are parted where 'and' parts them; titles, journals and bodies keep their words."""
    works = works_of(load_case("ukraine"))
    assert not any(sign in line for line in works.values() for sign in "\\{}")
    assert "Constitutional Reform and Governance Act 2010" in works["ukCrag2010"]
    assert "Girardin, Luc; Rüegger, Seraina; Weidmann" in works["cshapes2"]
    assert "Research & Politics" in works["berkemeier2018"]
    assert works["siElection2026"].startswith("Magyar Hírlap (2025)")
    assert works["michalik2025"].startswith("Michalik, Łukasz (2025)")
    assert works["nordic2025"].startswith(
        "Ministers of foreign affairs of the Nordic states and of"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"R{\"u}egger R\"uegger R{\"{u}}egger", "Rüegger Rüegger Rüegger"),
        (r"H{\'\i}rlap H\'irlap H\'{\i}rlap", "Hírlap Hírlap Hírlap"),
        (r"\`e \^o \~n \=a \.z", "è ô ñ ā ż"),
        (r"Fran\c{c}ois Fran{\c c}ois Ha\v{s}ek \v Capek", "François François Hašek Čapek"),
        (r"Erd\H{o}s Wa\l{}\k{e}sa \r{A}s \u{g}", "Erdős Wałęsa Ås ğ"),
        (r"{\L}ukasz {\o}re Stra{\ss}e Stra\ss e {\AE}r", "Łukasz øre Straße Straße Ær"),
        (r"A \& B, 5 \%, a\_b, \$1, \#2, \{x\}", "A & B, 5 %, a_b, $1, #2, {x}"),
        (r"1938--1939~a --- {\emph{b}}", "1938–1939 a — b"),
    ],
)
def test_commands_of_bibtex_are_read(written: str, read: str) -> None:
    """Accents, letters and signs that BibTeX writes as commands are read as Unicode."""
    assert plain(written) == read


def test_the_names_of_a_field_are_parted() -> None:
    """'and' parts names unless braces hold it, and 'others' is read as et al."""
    assert people("{A and {B} and C} and Anderson, D. and others") == [
        "A and B and C",
        "Anderson, D.",
        "et al.",
    ]
