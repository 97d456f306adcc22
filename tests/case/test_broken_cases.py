"""Each broken file gives one message that names file, line and field and says the words it must."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from case_files import BROKEN, compare, copy_of_the_case, expectations

from tightrope.case import CASE_CODES, load_case, override, read_parameter_csv, without
from tightrope.case.bibtex import read_bibliography
from tightrope.case.parameter_file import read_parameters
from tightrope.treaty import InputError, read_file

PARAMETERS = sorted((BROKEN / "parameters").glob("*.yaml"))
CHANGES = sorted((BROKEN / "changes").glob("*.yaml"))
BIBLIOGRAPHIES = sorted((BROKEN / "bibliographies").glob("*.bib"))
TABLES = yaml.safe_load((BROKEN / "tables" / "expected.yaml").read_text(encoding="utf-8"))
SETTINGS = [
    ("audience", "TW159", "PARAM=LOW:HIGH"),
    ("=2", "TW159", "PARAM=LOW:HIGH"),
    ("audience=", "TW159", "'' is not a number"),
    ("audience=large", "TW159", "'large' is not a number"),
    ("audience=1:2:3", "TW159", "PARAM=LOW:HIGH"),
    ("audience=nan", "TW159", "'nan' is not a number"),
    ("audience=1:inf", "TW159", "'inf' is not a number"),
    ("audience=1e999", "TW159", "not a finite number"),
    ("audience=1_0", "TW159", "'1_0' is not a number"),
    ("audience=3:1", "TW155", "low 3 is above high 1"),
    ("audience=-1", "TW155", "is negative"),
    ("severity.probe=0.1:2", "TW155", "0 to 1"),
    ("horror=0:3", "TW155", "loguniform"),
    ("audiense=1", "TW153", "Did you mean 'audience'?"),
    ("stake.USA=1", "TW153", "Did you mean 'stake.US'?"),
]


def changed_case(path: Path, folder: Path) -> tuple[Path, dict[str, Any]]:
    """A copy of the case with the one change that a file in `changes/` describes."""
    change = yaml.safe_load(path.read_text(encoding="utf-8"))
    case = copy_of_the_case(folder)
    file = case / change["file"]
    before = file.read_text(encoding="utf-8")
    assert change["find"] in before, f"{path.name} looks for words that are not there"
    file.write_text(before.replace(change["find"], change["put"], 1), encoding="utf-8")
    return case, change


@pytest.mark.parametrize("path", PARAMETERS, ids=lambda path: path.stem)
def test_a_broken_parameter_file_is_refused(path: Path) -> None:
    """The one message must carry code, file, line, field and the words expected."""
    wanted = expectations(path)
    with pytest.raises(InputError) as caught:
        list(read_parameters(read_file(path), ("US",)))
    compare(caught.value, wanted["code"][0], next(iter(wanted["field"]), None), wanted["says"])
    assert len(caught.value.problems()) == 1
    assert re.match(rf"{re.escape(str(path))}:\d+\b", str(caught.value))


@pytest.mark.parametrize("path", CHANGES, ids=lambda path: path.stem)
def test_a_case_with_one_fault_is_refused(path: Path, tmp_path: Path) -> None:
    """The one message must carry code, the file at fault, field and the words expected."""
    case, change = changed_case(path, tmp_path)
    with pytest.raises(InputError) as caught:
        load_case(case)
    error = caught.value
    compare(error, change["code"], change.get("field"), change["says"])
    assert len(error.problems()) == 1
    assert error.where.file is not None and error.where.file.startswith(str(case))


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_broken_table_is_refused(name: str) -> None:
    """The one message must carry code, line, column and the words expected."""
    wanted = TABLES[name]
    path = BROKEN / "tables" / f"{name}.csv"
    with pytest.raises(InputError) as caught:
        read_parameter_csv(load_case("ukraine"), path)
    compare(caught.value, wanted["code"], wanted["field"], wanted["says"])
    assert caught.value.where.file == str(path)
    assert caught.value.where.line == wanted["line"]
    assert len(caught.value.problems()) == 1


def test_every_broken_table_has_its_expectation() -> None:
    """A broken table that no test reads must not exist."""
    assert {path.stem for path in (BROKEN / "tables").glob("*.csv")} == set(TABLES)


@pytest.mark.parametrize("path", BIBLIOGRAPHIES, ids=lambda path: path.stem)
def test_a_broken_bibliography_is_refused(path: Path) -> None:
    """The message must carry the code, the line and the words expected."""
    wanted = expectations(path)
    with pytest.raises(InputError) as caught:
        read_bibliography(path)
    compare(caught.value, wanted["code"][0], None, wanted["says"])
    assert caught.value.where.line is not None


@pytest.mark.parametrize(("setting", "code", "words"), SETTINGS)
def test_a_broken_setting_is_refused(setting: str, code: str, words: str) -> None:
    """The message must name the setting and say the words expected."""
    with pytest.raises(InputError) as caught:
        override(load_case("ukraine"), [setting])
    compare(caught.value, code, f"--set {setting}", [words])


def test_all_faults_of_several_settings_are_shown() -> None:
    """Two bad settings must give two problems, not only the first."""
    with pytest.raises(InputError) as caught:
        override(load_case("ukraine"), ["audience=x", "peer=y", "horror=3"])
    assert len(caught.value.problems()) == 2


def test_leaving_out_a_stranger_is_refused() -> None:
    """The message must list the guarantors and the one that was meant."""
    with pytest.raises(InputError) as caught:
        without(load_case("ukraine"), "USA")
    compare(caught.value, "TW157", "--without USA", ["Did you mean 'US'?", "GB, FR, DE"])


@pytest.mark.parametrize("name", ["ukrain", "no/such/folder", "", "\0", "a" * 5000])
def test_an_unknown_case_is_refused(name: str) -> None:
    """The message must list the cases there are, whatever the name."""
    with pytest.raises(InputError) as caught:
        load_case(name)
    compare(caught.value, "TW151", None, ["ukraine"])


@pytest.mark.parametrize("what", ["parameter", "option", "actor"])
def test_asking_a_case_for_what_it_lacks_is_refused(what: str) -> None:
    """The message must list what there is."""
    with pytest.raises(InputError) as caught:
        getattr(load_case("ukraine"), what)("nothing-like-it")
    compare(caught.value, "TW153", None, [f"no {what} 'nothing-like-it'"])


def test_every_code_of_this_room_is_shown_by_a_broken_file() -> None:
    """A code that no broken file or setting brings about must not exist."""
    seen = {code for path in PARAMETERS + BIBLIOGRAPHIES for code in expectations(path)["code"]}
    seen |= {yaml.safe_load(path.read_text(encoding="utf-8"))["code"] for path in CHANGES}
    seen |= {wanted["code"] for wanted in TABLES.values()}
    seen |= {code for _, code, _ in SETTINGS} | {"TW151"}
    assert {code for code in seen if code in CASE_CODES} == set(CASE_CODES)
