"""Claims and drafts through the installed command: refusals at once, and one small run of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tightrope.cli.added import check_pages, make_store
from tightrope.treaty import InputError

CLAIM = {
    "id": "paper-is-thin",
    "speaker": "an example",
    "source": "judgement: to try the command",
    "says": "Paper alone deters little.",
    "proposition": {
        "kind": "compare",
        "left": {"outcome": "equal_deterrence", "option": "budapest-1994"},
        "relation": "below",
        "right": 0.5,
    },
}
LEVERS = {
    "base": "budapest-1994",
    "existing": ["budapest-1994"],
    "objectives": [
        {"outcome": "settled", "better": "more"},
        {"outcome": "equal_held", "better": "more"},
    ],
    "levers": [
        {
            "id": "modality",
            "about": "words",
            "theme": "vagueness",
            "choices": [
                {
                    "id": "may",
                    "title": "they may",
                    "changes": [
                        {"op": "set", "clause": "seek-council-action", "field": "modality",
                         "value": "may"},
                    ],
                }
            ],
        },
        {
            "id": "relief",
            "about": "terms",
            "theme": "terms",
            "range": {"field": "relief", "low": 0.8, "high": 0.8, "step": 0.1},
        },
    ],
}  # fmt: skip


def written(path: Path, block: dict[str, Any]) -> Path:
    """The block as a YAML file."""
    path.write_text(yaml.safe_dump(json.loads(json.dumps(block)), sort_keys=False), "utf-8")
    return path


@pytest.mark.parametrize("command", ["claims", "design"])
def test_a_case_without_a_file_is_refused(tightrope: Any, command: str) -> None:
    """A case that has neither claims nor levers says how to give them, and exits with 2."""
    answer = tightrope(command, "czechoslovakia-1938")
    assert answer.code == 2 and answer.out == b"" and "Traceback" not in answer.err
    assert ("--file" if command == "claims" else "--levers") in answer.err


def test_bad_claims_are_refused(tightrope: Any, tmp_path: Path) -> None:
    """An outcome that does not exist is named with its claim before anything is solved."""
    claim = json.loads(json.dumps(CLAIM))
    claim["proposition"]["left"]["outcome"] = "equal_deterence"
    file = written(tmp_path / "claims.yaml", {"claims": [claim]})
    answer = tightrope("claims", "ukraine", "--file", file)
    assert answer.code == 2 and "Did you mean 'equal_deterrence'?" in answer.err
    assert "docs/lint.md#tw165" in answer.err and "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"base": "budapest"}, "Did you mean 'budapest-1994'"),
        ({"levers": [{**LEVERS["levers"][1], "range": {"field": "relief", "low": 1.0,
                                                       "high": 0.5, "step": 0.1}}]}, "no value"),
        ({"exclusions": [{"because": "x", "together": {"modality": ["may"], "releif": ["0-8"]}}]},
         "Did you mean 'relief'"),
        ({"exclusions": [{"because": "x", "together": {"modality": ["may", "as-base"],
                                                       "relief": ["0-8", "as-base"]}}]},
         "leave no draft"),
        ({"objectives": [{"outcome": "happy", "better": "more"},
                         {"outcome": "held", "better": "more"}]}, "'happy' is not an outcome"),
    ],
)  # fmt: skip
def test_bad_levers_are_refused(
    tightrope: Any, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    """Unknown levers, empty ranges and impossible combinations are refused in words, with 2."""
    file = written(tmp_path / "levers.yaml", {**LEVERS, **change})
    answer = tightrope("design", "ukraine", "--levers", file, "--out", tmp_path / "out")
    assert answer.code == 2 and says in answer.err and "Traceback" not in answer.err
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_things_is_left_alone(tightrope: Any, tmp_path: Path) -> None:
    """A folder that holds something else is not written to."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for command in ("claims", "design"):
        answer = tightrope(command, "ukraine", "--out", tmp_path)
        assert answer.code == 2 and "holds other files" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


HEAD = '<meta name="generator" content="Tightrope">'
STRANGERS = {
    "a report of another program": ("report.html", b"<html>mine</html>"),
    "a report saved in another encoding": ("report.html", f"{HEAD} caf\xe9".encode("latin-1")),
    "a store of something else": ("store/apples.txt", b"12"),
    "a search of something else": ("search.json", b'{"hits": []}'),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_file_that_only_has_our_name_is_not_ours(tmp_path: Path, name: str) -> None:
    """Before any run, a folder is refused in which a file only has the name of one of ours."""
    file, content = STRANGERS[name]
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        check_pages(tmp_path)
    assert caught.value.code == "TW170" and caught.value.remedy == "choose another folder"
    assert path.read_bytes() == content


def test_what_a_run_of_ours_left_is_gone_on_with(tmp_path: Path) -> None:
    """An empty store, draws, or what a search has judged make a folder known as ours."""
    make_store(tmp_path / "begun")
    (tmp_path / "drawn" / "store" / "draws-0" / "inputs").mkdir(parents=True)
    (tmp_path / "sought").mkdir()
    (tmp_path / "sought" / "search.json").write_text('{"inputs": "0", "judged": []}')
    for name in ("begun", "drawn", "sought"):
        check_pages(tmp_path / name)


@pytest.mark.xdist_group("model")
def test_claims_are_judged_and_checked(tightrope: Any, tmp_path: Path) -> None:
    """A claims file is judged into one document and a page; a check that fails exits with 3."""
    file = written(tmp_path / "claims.yaml", {"claims": [CLAIM]})
    words = ["claims", "ukraine", "--file", file, "--draws", "8", "--json"]
    document = tightrope(*words, "--out", tmp_path / "out").document
    Draft202012Validator(tightrope("schema", "claims").document).validate(document)
    (row,) = document["claims"]
    assert row["holds"]["before"] == 1.0 and document["options_solved"] == ["budapest-1994"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "What the experts say" in page and CLAIM["says"] in page
    strict = {**CLAIM, "check": {"at_least": 0.0, "at_most": 0.5}}
    written(file, {"claims": [strict]})
    answer = tightrope(*words)
    assert answer.code == 3 and "paper-is-thin: holds in 100%" in answer.err
    assert json.loads(answer.out)["claims"][0]["check"]["passed"] is False


@pytest.mark.xdist_group("model")
def test_drafts_are_found_written_and_assessable(tightrope: Any, tmp_path: Path) -> None:
    """A small grid is searched; each draft can be linted and compiled; a second run repeats it."""
    file = written(tmp_path / "levers.yaml", LEVERS)
    out = tmp_path / "out"
    words = ["design", "ukraine", "--levers", file, "--draws", "8", "--json", "--out", out]
    document = tightrope(*words).document
    Draft202012Validator(tightrope("schema", "design").document).validate(document)
    assert document["evaluations"] == 4 and document["knee"]
    for row in document["front"]:
        assert tightrope("lint", row["file"], "--json").document["instrument"] == row["id"]
        compiled = tightrope("compile", row["option_file"], "--case", "ukraine", "--json")
        assert compiled.document["option"] == row["id"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Better drafts" in page and (out / "data" / "drafts.csv").is_file()
    again = tightrope(*words).document
    assert again["remembered"] == 4 and {**again, "remembered": 0} == document
    other = tightrope(*words[:4], "--draws", "9", "--out", out)
    assert other.code == 2 and "other inputs" in other.err
