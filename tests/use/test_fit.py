"""`tightrope fit` through the installed command."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tightrope.history.catalogue import GAMES
from tightrope.history.fit import check_settings, fit
from tightrope.treaty import InputError

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "tests" / "history" / "reference" / "war1800_egame12_logit_agent.json"


@pytest.fixture(scope="module")
def words(shared_data: Any) -> list[str]:
    """The published call, as words of the command line."""
    formula = json.loads(REFERENCE.read_text())["formula"]
    return ["fit", "egame12", "--data", str(shared_data("war1800.parquet")), "--formula", formula]


def test_document(tightrope: Any, words: list[str]) -> None:
    """The document obeys its schema and holds the published figures."""
    ref = json.loads(REFERENCE.read_text())
    document = tightrope(*words, "--link", "logit", "--json").document
    schema = tightrope("schema", "fit").document
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(document)
    assert document["command"] == "fit" and document["converged"] is True
    assert document["n"] == ref["n"]
    assert document["loglik"] == pytest.approx(ref["loglik"], abs=1e-5)
    assert document["coefficients"] == pytest.approx(ref["coefficients"], abs=1e-4)
    assert document["std_errors"] == pytest.approx(ref["std_errors"], rel=1e-3)
    assert document["formula_terms"][1] == "0"


def test_bootstrap_and_table(tightrope: Any, words: list[str], tmp_path: Path) -> None:
    """A bootstrap shows progress on stderr, keeps its replicates and prints a table."""
    kept = tmp_path / "kept.npz"
    answer = tightrope(*words, "--bootstrap", "5", "--resume", kept, "--starts", "0")
    assert answer.code == 0 and kept.exists()
    assert "bootstrap" in answer.err
    assert "standard errors: bootstrap" in " ".join(answer.text.split())


def test_help_lists_the_parts_in_order(tightrope: Any, tmp_path: Path) -> None:
    """`fit GAME --help` prints the parts of each game's formula in order, a file's too."""
    for game, symbols in (
        ("egame12", ["u11", "u13", "u14", "u24"]),
        ("egame122", ["u11", "u12", "u13", "u14", "u22", "u24"]),
        ("egame123", ["u11", "u13", "u15", "u16", "u23", "u25", "u26", "u36"]),
    ):
        text = tightrope("fit", game, "--help").text
        places = [text.index(f"{n}. {symbol}") for n, symbol in enumerate(symbols, start=1)]
        assert places == sorted(places)
    tree = tmp_path / "tree.yaml"
    tree.write_text(
        "id: t\nplayers: [a]\nnodes: [{id: n, player: a, actions: {l: peace, r: war}}]\n"
        "outcomes: [peace, war]\npayoffs: [{player: a, outcome: peace, reference: true},"
        " {player: a, outcome: war, terms: x}]"
    )
    assert "1. u1(war)" in tightrope("fit", tree, "-h").text
    assert "egame12" in tightrope("fit", "--help").text


def test_bad_input(tightrope: Any, words: list[str], tmp_path: Path) -> None:
    """Bad input ends with code 2, a message that names the fault, and no traceback."""
    data = words[3]
    for asked, said in (
        (["fit", "egame1", *words[2:]], "Did you mean 'egame12'"),
        (["fit", "egame12", "--data", data], "--formula is missing"),
        (["fit", "egame12", "--data", tmp_path / "no.csv", "--formula", "y ~ 1"], "no.csv"),
        ([*words, "--setting", "s1"], "KEY=VALUE"),
        ([*words, "--setting", "s1=3"], "no setting 's1'"),
        ([*words, "--setting", "seed=3"], "egame12 has no setting 'seed'"),
        (["fit", "ultimatum", *words[2:], "--setting", "link=logit"], "Allowed: max_offer, s1, s2"),
        ([*words[:5], "esc + war ~ blanc | 0 | 1 | 1"], "Did you mean 'balanc'"),
        ([*words[:5], "esc + war ~ 1 | 1 | 1 | 1"], "no data can tell"),
    ):
        answer = tightrope(*asked)
        assert answer.code == 2, answer.err
        assert said in answer.err and "Traceback" not in answer.err
        assert answer.out == b""


def test_no_setting_is_an_argument_of_fit_by_another_name() -> None:
    """Every argument of `fit` is refused as a setting of every game and of a declared tree."""
    arguments = [name for name in inspect.signature(fit).parameters if name != "settings"]
    for game in (*GAMES, "tree.yaml"):
        for name in arguments:
            with pytest.raises(InputError, match=f"no setting '{name}'") as caught:
                check_settings(game, [name])
            known = tuple(GAMES[game].settings) if game in GAMES else ()
            assert caught.value.code == "TW192" and (caught.value.allowed or ()) == known
            check_settings(game, known)


def test_a_fit_that_did_not_converge(tightrope: Any, words: list[str]) -> None:
    """Separation above the last move: no stars, null errors, and a word on how to mend it."""
    asked = [*words[:5], "esc + war ~ war | 0 | 1 | balanc", "--starts", "1"]
    document = tightrope(*asked, "--json").document
    assert document["converged"] is False
    assert set(document["std_errors"].values()) == {None}
    answer = tightrope(*asked)
    assert answer.code == 0 and "log-f" in answer.err
    assert "NOT CONVERGED" in answer.text and "**" not in answer.text


@pytest.mark.parametrize(
    ("name", "game", "data", "more"),
    [
        ("data_122_egame122_probit_agent", "egame122", "data_122", []),
        ("war1800_egame12_probit_agent", "egame12", "war1800", []),
        (
            "sanctions_sigint_npl_tight",
            "signalling",
            "sanctionsData",
            ["--setting", "first_stage=PRhat,PFhat"],
        ),
    ],
)
def test_published_figures_through_the_command(
    tightrope: Any, shared_data: Any, name: str, game: str, data: str, more: list[str]
) -> None:
    """Each game with published figures gives them back through the installed command."""
    ref = json.loads(REFERENCE.with_name(f"{name}.json").read_text())
    table = str(shared_data(f"{data}.parquet"))
    asked = ["fit", game, "--data", table, "--formula", ref["formula"], "--starts", "0", *more]
    document = tightrope(*asked, "--json").document
    assert document["converged"] is True
    assert document["loglik"] == pytest.approx(ref["loglik"], abs=1e-5)
    assert document["coefficients"].keys() == ref["coefficients"].keys()
    for key, error in ref["std_errors"].items():
        assert abs(document["coefficients"][key] - ref["coefficients"][key]) <= 1e-3 * error
        assert document["std_errors"][key] == pytest.approx(error, rel=1e-3)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--setting", "first_stage=1"], "names 1 column"),
        (["--vcov", "cluster"], "--cluster"),
        (["--resume", "no/folder/kept.npz", "--bootstrap", "2"], "does not exist"),
    ],
)
def test_wrong_words_are_answered(
    tightrope: Any, shared_data: Any, more: list[str], word: str
) -> None:
    """What can be got wrong on the command line ends with exit code 2 and words to mend it."""
    ref = json.loads(REFERENCE.with_name("sanctions_sigint_npl_tight.json").read_text())
    table = str(shared_data("sanctionsData.parquet"))
    answer = tightrope("fit", "signalling", "--data", table, "--formula", ref["formula"], *more)
    assert answer.code == 2
    assert word in " ".join(answer.err.split()) and "Traceback" not in answer.err
