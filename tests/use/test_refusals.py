"""What a person gets wrong: an exit code, the fault in words, and nothing half done."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from command import COMMAND

from tightrope.case import load_case
from tightrope.cli import main
from tightrope.treaty import library_text

GUARANTORS = load_case("ukraine").guarantor_ids
LONG = "a" * 300
"""A name that no file system takes."""
BAD = {
    "two forms at once": (["parameters", "ukraine", "--json", "--csv"], "exclude each other"),
    "unknown command": (["frobnicate"], "No such command"),
    "unknown case": (["options", "ukrain"], "Did you mean 'ukraine'"),
    "unknown case, assess": (["assess", "ukrain"], "Did you mean 'ukraine'"),
    "unknown option": (
        ["assess", "ukraine", "--option", "budapest"],
        "Did you mean 'budapest-1994'",
    ),
    "unknown option, compile": (["compile", "natomembership", "--case", "ukraine"], "Did you mean"),
    "no case for compile": (["compile", "nato-membership"], "--case"),
    "unknown instrument": (["lint", "budapest-1995"], "Did you mean 'budapest-1994'"),
    "no such file": (["lint", "drafts/none.yaml"], "cannot be read"),
    "a folder": (["lint", "/"], "folder"),
    "unknown schema": (["schema", "assses"], "Did you mean 'assess'"),
    "unknown template": (["new", "instrument", "--from", "nope", "--out", "x.yaml"], "neither"),
    "unknown guarantor": (["assess", "ukraine", "--without", "USA"], "US"),
    "challenger left out": (["assess", "ukraine", "--without", "RU"], "RU"),
    "everybody left out": (
        ["assess", "ukraine", *(word for actor in GUARANTORS for word in ("--without", actor))],
        "no guarantor is left",
    ),
    "unknown parameter": (["assess", "ukraine", "--set", "audiense=1"], "Did you mean 'audience'"),
    "set without value": (["assess", "ukraine", "--set", "audience"], "PARAM=VALUE"),
    "set no number": (["assess", "ukraine", "--set", "audience=much"], "much"),
    "set NaN": (["assess", "ukraine", "--set", "audience=nan"], "nan"),
    "set infinity": (["assess", "ukraine", "--set", "audience=1:inf"], "inf"),
    "low above high": (["assess", "ukraine", "--set", "audience=3:1"], "above"),
    "no draws": (["assess", "ukraine", "--draws", "0"], "--draws"),
    "fewer than no draws": (["assess", "ukraine", "--draws", "-5"], "--draws"),
    "draws no number": (["assess", "ukraine", "--draws", "many"], "--draws"),
    "negative seed": (["assess", "ukraine", "--seed", "-1"], "--seed"),
    "no parameter table": (["assess", "ukraine", "--parameters", "none.csv"], "none.csv"),
    "out under a file": (["assess", "ukraine", "--out", "/dev/null/x"], "--out"),
    "out is a full folder": (["assess", "ukraine", "--out", "/etc"], "/etc"),
    "out is a file": (["assess", "ukraine", "--out", "/etc/hostname"], "/etc/hostname"),
    "efg under a file": (
        ["export-efg", "nato-membership", "--case", "ukraine", "--out", "/dev/null/x.efg"],
        "--out",
    ),
    "efg unknown guarantor": (
        [
            "export-efg",
            "nato-membership",
            "--case",
            "ukraine",
            "--guarantors",
            "US,XX",
            "--out",
            "x",
        ],
        "XX",
    ),
    "new over a file": (
        ["new", "instrument", "--from", "budapest-1994", "--out", "/etc/hostname"],
        "exists",
    ),
    "efg over a file": (
        ["export-efg", "nato-membership", "--case", "ukraine", "--out", "/etc/hostname"],
        "exists",
    ),
    "option of 300 letters": (["assess", "ukraine", "--option", LONG], "has no option"),
    "out of 300 letters": (["assess", "ukraine", "--out", LONG], "cannot be written"),
    "new case of 300 letters": (
        ["new", "case", "--from", "ukraine", "--out", LONG],
        "cannot be written",
    ),
    "new text of 300 letters": (
        ["new", "instrument", "--from", "budapest-1994", "--out", LONG],
        "cannot be written",
    ),
    "efg of 300 letters": (
        ["export-efg", "nato-membership", "--case", "ukraine", "--out", LONG],
        "cannot be written",
    ),
    "no name": (["lint", ""], "neither an instrument"),
    "friend in small letters": (["lint", "budapest-1994", "--friend", "by"], "--friend"),
    "grave as what": (["lint", "budapest-1994", "--fail-on", "fatal"], "--fail-on"),
}


@pytest.mark.parametrize("name", BAD)
def test_refused(tightrope: Any, name: str, tmp_path: Path) -> None:
    """Bad input ends with exit code 2, the fault in words on stderr, and nothing on stdout."""
    words, told = BAD[name]
    answer = tightrope(*words, cwd=tmp_path)
    assert answer.code == 2, answer.err
    assert told in answer.err
    assert answer.out == b""
    assert "Traceback" not in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the way that may not be read is the user's to mend, not our fault."""
    game = tmp_path / "x.efg"
    game.touch()

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    assert main(["export-efg", "nato-membership", "--case", "ukraine", "--out", str(game)]) == 2
    assert f"'{game}' cannot be written (Permission denied)" in capsys.readouterr().err


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "words", ["cases", "cases --json", "parameters ukraine --csv", "schema", "schema lint"]
)
def test_no_room_for_the_answer(words: str) -> None:
    """An answer that cannot be written is told as that, not as a fault of the program."""
    for place, why in ((f"> {FULL}", "No space left"), (">&-", "it is closed")):
        done = subprocess.run(
            f"{COMMAND} {words} {place}", shell=True, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith("standard output: the answer cannot be written")
        assert why in done.stderr and "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr


def test_a_reader_who_has_seen_enough() -> None:
    """A pipe that is closed early ends the command without a word."""
    done = subprocess.run(
        f"{COMMAND} parameters ukraine --csv | head -1", shell=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("id,actor,value") and done.stderr == ""


def test_a_friend_without_a_part_is_told(tightrope: Any, tmp_path: Path) -> None:
    """A friend of the challenger who changes no finding is named; one who may block is not."""
    text = library_text("budapest-1994")
    assert "may_block: [RU]" in text
    copy = tmp_path / "copy.yaml"
    copy.write_text(text.replace("may_block: [RU]", "may_block: [CN]"))
    for friend, told in (("CN", False), ("ZZ", True)):
        answer = tightrope("lint", copy, "--friend", friend, "--json")
        assert answer.code == 0
        assert (b'"TW001"' in answer.out) != told
        assert (f"'{friend}'" in answer.err) == told


def test_two_files_with_one_id_are_told_apart_from_the_case(tightrope: Any, tmp_path: Path) -> None:
    """Where the id is that of a file named before, the case is not blamed alone."""
    for name in ("a.yaml", "b.yaml"):
        text = library_text("budapest-1994").replace("id: budapest-1994", "id: mine", 1)
        (tmp_path / name).write_text(text)
    answer = tightrope("compare", "a.yaml", "b.yaml", "--case", "ukraine", cwd=tmp_path)
    assert answer.code == 2 and answer.out == b""
    assert "b.yaml:" in answer.err and "a file named before" in answer.err


def test_a_broken_file_names_its_line(tightrope: Any, tmp_path: Path) -> None:
    """A word that is not allowed is reported with file, line, field and the words allowed."""
    draft = tmp_path / "draft.yaml"
    assert tightrope("new", "instrument", "--from", "nato-membership", "--out", draft).code == 0
    text = draft.read_text()
    assert "rule: national-decision" in text
    draft.write_text(text.replace("rule: national-decision", "rule: national-decison", 1))
    line = next(
        n for n, row in enumerate(draft.read_text().splitlines(), 1) if "national-decison" in row
    )
    answer = tightrope("lint", draft)
    assert answer.code == 2
    assert f"{draft}:" in answer.err and ".rule" in answer.err
    assert "Allowed: " in answer.err and "Did you mean 'national-decision'" in answer.err
    assert f":{line}" in answer.err


@pytest.mark.parametrize(
    ("severity", "code"), [("error", 3), ("warning", 3), ("note", 3), (None, 0)]
)
def test_lint_fails_only_where_asked(tightrope: Any, severity: str | None, code: int) -> None:
    """Findings are no failure unless --fail-on asks for it; the document is printed anyway."""
    asked = [] if severity is None else ["--fail-on", severity]
    answer = tightrope("lint", "budapest-1994", "--json", *asked)
    assert answer.code == code
    assert b'"findings"' in answer.out


def test_our_fault(tightrope: Any, tmp_path: Path) -> None:
    """A failure of the program is owned in one line with exit code 1, traced only on request."""
    (tmp_path / "sitecustomize.py").write_text(
        "import tightrope.treaty.library as l\n"
        "def broken(name):\n    raise ZeroDivisionError('so it\\ngoes')\n"
        "import tightrope.treaty as t\nt.load_instrument = broken\n"
    )
    quiet = tightrope("lint", "budapest-1994", env={"PYTHONPATH": str(tmp_path)})
    assert quiet.code == 1
    assert quiet.err.count("\n") == 1
    assert "our fault" in quiet.err and "ZeroDivisionError: so it goes" in quiet.err
    asked = {"PYTHONPATH": str(tmp_path), "TIGHTROPE_DEBUG": "1"}
    assert "Traceback" in tightrope("lint", "budapest-1994", env=asked).err
