"""Each broken file gives one message that names file, line and field and says the words it must.

A file in `broken/` begins with comments: its code, the field in YAML terms, the words expected.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tightrope.treaty import INPUT_CODES, InputError, InputErrors, load_instrument

FOLDER = Path(__file__).parent / "broken"
FILES = sorted(FOLDER.glob("*.yaml"))
WITHOUT_LINE = {"base_is_missing.yaml"}


def expectations(path: Path) -> dict[str, list[str]]:
    """Read what the comments at the head of a broken file expect."""
    head = path.read_bytes().decode("utf-8", "replace")
    wanted: dict[str, list[str]] = {"code": [], "field": [], "says": []}
    for name, value in re.findall(r"^# (code|field|says): (.*)$", head, re.MULTILINE):
        wanted[name].append(value)
    return wanted


def refusal(path: Path) -> InputError:
    """Load a broken file and return the error."""
    with pytest.raises(InputError) as caught:
        load_instrument(path)
    return caught.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_with_the_words_it_needs(path: Path) -> None:
    """The message must carry the code, the field and every word that its file expects."""
    wanted = expectations(path)
    error = refusal(path)
    assert wanted["code"] == [error.code]
    assert [error.where.field] == (wanted["field"] or [error.where.field])
    for words in wanted["says"]:
        assert words in str(error)
    assert f"docs/lint.md#{error.code.lower()}" in str(error)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_one_fault_gives_one_message(path: Path) -> None:
    """A file with one fault must give one problem, not a train of followers."""
    assert len(refusal(path).problems()) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_message_begins_with_file_and_line(path: Path) -> None:
    """The first line must name the file and, where a line is at fault, its number."""
    first = str(refusal(path)).splitlines()[0]
    pattern = r".*\.yaml\b" if path.name in WITHOUT_LINE else rf"{re.escape(str(path))}:\d+\b"
    assert re.match(pattern, first), first


def test_every_input_code_has_a_broken_file() -> None:
    """An input error without a test of its own must not exist."""
    codes = {code for path in FILES for code in expectations(path)["code"]}
    assert codes == set(INPUT_CODES)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("wrong_rule.yaml", "rule: consensuss"),
        ("unknown_holder.yaml", "holders: [G1, G2]"),
        ("ends_before_it_begins.yaml", "until_date: 2029"),
        ("key_twice.yaml", "title: Again"),
        ("draft_bad_value.yaml", "value: shal}"),
        ("not_utf8.yaml", "title: caf"),
    ],
)
def test_the_line_is_the_line_of_the_fault(name: str, line: str) -> None:
    """The line number must be that of the faulty text, in the file that holds it."""
    path = FOLDER / name
    lines = path.read_bytes().decode("latin-1").splitlines()
    error = refusal(path)
    assert error.where.file == str(path)
    assert line in lines[(error.where.line or 0) - 1]


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """A path that leads nowhere or to a folder must be an input error, not a traceback."""
    for path in (tmp_path / "nothing.yaml", tmp_path, Path("/dev/null/x.yaml")):
        with pytest.raises(InputError) as caught:
            load_instrument(path)
        assert caught.value.code == "TW101"


@pytest.mark.parametrize("name", ["", "nato-membershp", "a\x00b", "x" * 5000, "./", "\ud800"])
def test_an_unknown_id_is_refused(name: str) -> None:
    """A word that is neither an id nor a path must be refused, whatever it is."""
    with pytest.raises(InputError) as caught:
        load_instrument(name)
    assert caught.value.code in ("TW101", "TW117")


def test_an_unknown_id_near_a_known_one_is_guessed() -> None:
    """A misspelt id must bring up the id that was meant."""
    with pytest.raises(InputError, match=r"Did you mean 'nato-membership'\?"):
        load_instrument("nato-membershp")


def test_several_faults_are_shown_together(tmp_path: Path) -> None:
    """A file with three faults must show all three at once."""
    path = tmp_path / "three.yaml"
    text = (FOLDER / "wrong_rule.yaml").read_text(encoding="utf-8")
    text = text.replace("form: treaty", "form: treety").replace("modality: shall", "modality: shal")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        load_instrument(path)
    assert [one.where.field for one in caught.value.problems()] == [
        "form",
        "clauses[0].modality",
        "clauses[1].rule",
    ]
    assert str(caught.value).count("Did you mean") == 3
