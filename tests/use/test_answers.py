"""The commands that run the model, through the installed command, on few draws."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr
from jsonschema import Draft202012Validator

from tightrope.cli.case import prepared_case

DRAWS = 8
pytestmark = pytest.mark.xdist_group("model")  # one worker, so that each program compiles once
FEW = ["assess", "ukraine", "--draws", str(DRAWS)]
TWO = ["--option", "budapest-1994", "--option", "nato-membership"]
#: Options of the common run: none, soft, bilateral, membership, coalition.
SOME = ("no-agreement", "budapest-1994", "uk-ukraine-2024", "nato-membership", "coalition-willing")
#: More options than a screen has room for, all of one kind, so that they compile once.
MANY = (
    "budapest-1994", "uk-ukraine-2024", "us-ukraine-2024", "germany-ukraine-2024",
    "france-ukraine-2024", "poland-ukraine-2024", "netherlands-ukraine-2024",
    "estonia-ukraine-2024", "croatia-ukraine-2024", "bare-ceasefire", "nuclear-deterrent",
    "sanctions-and-oil",
)  # fmt: skip
CHANCES = ("concluded", "signed", "settled", "held", "durable", "attack_full", "direct_clash")
LINES, COLUMNS = 24, 80
"""A screen: what `assess` prints must fit on the smallest terminal in use."""


def named(options: Sequence[str]) -> list[str]:
    """The words of a command that choose these options."""
    return [word for option in options for word in ("--option", option)]


def check(tightrope: Any, name: str, document: dict[str, Any]) -> None:
    """Hold a document to its published schema."""
    Draft202012Validator(tightrope("schema", name).document).validate(document)


@pytest.fixture(scope="module")
def run(tightrope: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """One run over some options with --json and --out: its document and its folder."""
    folder = tmp_path_factory.mktemp("run") / "out"
    answer = tightrope(*FEW, *named(SOME), "--json", "--out", folder)
    return answer.document, folder


def spreads(value: Any) -> list[dict[str, float]]:
    """Every {mean, p05, p50, p95} within a part of a document."""
    if isinstance(value, dict) and set(value) == {"mean", "p05", "p50", "p95"}:
        return [value]
    if isinstance(value, dict):
        return [found for item in value.values() for found in spreads(item)]
    return []


def test_assess_obeys_its_schema(tightrope: Any, run: tuple[dict[str, Any], Path]) -> None:
    """The document of `assess` obeys its schema and names every option asked for, in order."""
    document, _ = run
    check(tightrope, "assess", document)
    assert tuple(document["options"]) == SOME
    assert (document["case"], document["seed"], document["draws"]) == ("ukraine", 0, DRAWS)
    assert 0 < document["effective_draws"] <= DRAWS


def test_assess_numbers_are_sane(run: tuple[dict[str, Any], Path]) -> None:
    """Quantiles are in order, chances in [0, 1], actions sum to 1, durable is at most held."""
    for option in run[0]["options"].values():
        for one in spreads(option):
            if one["mean"] is not None:
                assert one["p05"] <= one["p50"] <= one["p95"]
        for name in CHANCES:
            if option[name] is not None and option[name]["mean"] is not None:
                assert -1e-9 <= option[name]["p05"] <= option[name]["p95"] <= 1 + 1e-9, name
        for levels in option["respond"].values():
            for actions in levels.values():
                assert sum(one["mean"] for one in actions.values()) == pytest.approx(1, abs=1e-6)
        if option["binding_constraint"]:
            assert sum(option["binding_constraint"].values()) == pytest.approx(1)
        assert option["durable"]["mean"] <= option["held"]["mean"] + 1e-9


@pytest.mark.soak
def test_every_option_of_the_case_is_solved(tightrope: Any) -> None:
    """Without a choice every option of the case is answered, and no draw of any is left out."""
    document = tightrope(*FEW, "--json").document
    listed = tightrope("options", "ukraine", "--json").document["options"]
    assert list(document["options"]) == [row["id"] for row in listed]
    assert document["not_converged"] == 0


def test_nothing_is_signed_without_agreement(run: tuple[dict[str, Any], Path]) -> None:
    """For 'no agreement', `signed` is missing and not zero."""
    signed = run[0]["options"]["no-agreement"]["signed"]
    assert signed is None or signed["mean"] is None


def test_the_folder(run: tuple[dict[str, Any], Path]) -> None:
    """The folder holds what the contract lists, and the same numbers as the document."""
    document, folder = run
    names = {path.name for path in folder.iterdir()}
    assert names == {"report.html", "summary.csv", "draws.parquet", "outcomes.nc", "data", "charts"}
    assert [*folder.glob("data/*.csv")]
    summary = pd.read_csv(folder / "summary.csv", keep_default_na=False, na_values=[""])
    assert ",".join(summary.columns) == "option,outcome,actor,level,action,mean,p05,p50,p95"
    held = summary[summary["outcome"] == "held"].set_index("option")["mean"]
    for name, option in document["options"].items():
        assert held[name] == pytest.approx(option["held"]["mean"], abs=1e-9)
    with xr.open_dataset(folder / "outcomes.nc", engine="h5netcdf") as outcomes:
        assert {"option", "draw", "time", "actor", "level", "action"} <= set(outcomes.dims)
        assert outcomes.sizes["draw"] == DRAWS
    draws = pd.read_parquet(folder / "draws.parquet")
    assert draws["draw"].nunique() == DRAWS


def test_numbers_of_one_option_do_not_depend_on_the_others(
    tightrope: Any, run: tuple[dict[str, Any], Path]
) -> None:
    """Fewer options, asked in another order, give the same numbers for the same seed."""
    words = ["--option", "nato-membership", "--option", "budapest-1994"]
    some = tightrope(*FEW, *words, "--json").document["options"]
    assert list(some) == ["nato-membership", "budapest-1994"]
    for name, option in some.items():
        for ours, theirs in zip(spreads(option), spreads(run[0]["options"][name]), strict=True):
            assert (ours["mean"] is None) == (theirs["mean"] is None)
            if ours["mean"] is not None:
                assert ours["mean"] == pytest.approx(theirs["mean"], abs=1e-9)


def test_assess_fits_a_screen(tightrope: Any) -> None:
    """The readable answer fits a small screen and ends with one sentence of finding."""
    answer = tightrope(*FEW, *named(MANY), env={"COLUMNS": str(COLUMNS)})
    lines = answer.text.splitlines()
    assert answer.code == 0
    assert len(lines) <= LINES, answer.text
    assert all(len(line.rstrip()) <= COLUMNS for line in lines)
    shown = [name for name in MANY if any(line.startswith(f"{name} ") for line in lines)]
    assert len(shown) >= 8
    assert f"{len(MANY) - len(shown)} less durable options" in answer.text
    assert lines[-1].rstrip().endswith(".")


def test_a_table_read_back_changes_nothing(
    tightrope: Any, run: tuple[dict[str, Any], Path], tmp_path: Path
) -> None:
    """The printed table of parameters, read back unchanged, gives the same numbers."""
    table = tmp_path / "parameters.csv"
    table.write_bytes(tightrope("parameters", "ukraine", "--csv").out)
    again = tightrope(*FEW, *TWO, "--parameters", table, "--json").document
    for name, option in again["options"].items():
        assert option["held"]["mean"] == pytest.approx(
            run[0]["options"][name]["held"]["mean"], abs=1e-12
        )


def test_corrected_parameters_are_used(tightrope: Any, tmp_path: Path) -> None:
    """A corrected table, --set and --without show in the parameters used and in the actors."""
    rows = list(csv.DictReader(tightrope("parameters", "ukraine", "--csv").text.splitlines()))
    for row in rows:
        if row["id"] == "audience":
            row.update(value="2", low="1.9", high="2.1")
    table = tmp_path / "parameters.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    words = ["--parameters", table, "--set", "discount=0.05", "--set", "peer=0.5:1.5"]
    done = tightrope(*FEW, "--option", "budapest-1994", *words, "--without", "SK", "--json")
    answer = done.document
    used = answer["parameters_used"]
    assert (used["audience"]["low"], used["audience"]["high"]) == (1.9, 2.1)
    assert used["discount"]["low"] == used["discount"]["high"] == 0.05
    assert (used["peer"]["low"], used["peer"]["high"]) == (0.5, 1.5)
    assert "SK" not in answer["options"]["budapest-1994"]["respond"]


@pytest.mark.parametrize(
    ("option", "absent", "told"), [("article5-like", "US", True), ("budapest-1994", "PL", False)]
)
def test_a_state_left_out_that_a_text_waits_for_is_told(
    capsys: pytest.CaptureFixture[str], option: str, absent: str, told: bool
) -> None:
    """The rule of entry is then read without that state, which is said and not done in silence."""
    case, chosen = prepared_case("ukraine", None, [], [absent], [option])
    assert chosen == [option] and absent not in case.guarantor_ids
    said = capsys.readouterr().err
    assert (f"Without {absent}, texts that wait for it" in said and option in said) == told


def test_a_text_left_with_too_few_parties_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The text waits for five of nine: with four left it is never signed, which is said."""
    most = ["GB", "FR", "DE", "IT", "PL"]
    for absent, told in ((most[:4], False), (most, True)):
        prepared_case("ukraine", None, [], absent, ["article5-like"])
        said = capsys.readouterr().err
        assert ("Too few parties are left" in said and "article5-like" in said) == told


def test_a_file_is_an_option(tightrope: Any, tmp_path: Path) -> None:
    """An instrument file, and an option file that names one, stand where an option id stands."""
    text = tightrope("new", "instrument", "--from", "nato-membership", "--out", tmp_path / "a.yaml")
    assert text.code == 0
    draft = tmp_path / "a.yaml"
    draft.write_text(draft.read_text().replace("id: nato-membership", "id: my-draft", 1))
    option = tmp_path / "b.yaml"
    option.write_text(
        "id: my-option\ntitle: My option\ninstrument: a.yaml\n"
        "settlement: {line: today, recognition: none, deferral_years: 0, relief: 0.3, "
        "accountability: deferred, reparations: 0}\n"
    )
    words = ["--option", draft, "--option", option, "--option", "nato-membership"]
    options = tightrope(*FEW, *words, "--json").document["options"]
    assert list(options) == ["my-draft", "my-option", "nato-membership"]
    same, theirs = (options[name]["held"]["mean"] for name in ("my-option", "nato-membership"))
    assert same == pytest.approx(theirs, abs=1e-9)
    profile = tightrope("compile", draft, "--case", "ukraine", "--json").document
    assert profile["option"] == "my-draft"


@pytest.mark.parametrize("option", ["budapest-1994", "coalition-willing-alone", "no-agreement"])
def test_compile(tightrope: Any, option: str) -> None:
    """The profile has one row for each guarantor, and the strict reading binds no less."""
    document = tightrope("compile", option, "--case", "ukraine", "--json").document
    check(tightrope, "compile", document)
    count = len(document["guarantors"])
    for name in ("covered", "measure", "binding_strict", "binding_loose", "blocked", "delay_days"):
        assert len(document[name]) == count, name
    assert len(document["presence"]) == count
    for strict, loose in zip(document["binding_strict"], document["binding_loose"], strict=True):
        assert all(a >= b for a, b in zip(strict, loose, strict=True))
    readable = tightrope("compile", option, "--case", "ukraine")
    bound = any(any(row) for row in document["covered"])
    assert readable.code == 0
    assert ("Guarantor" if bound else "binds nobody") in readable.text


def test_compare_adds_up(tightrope: Any, tmp_path: Path) -> None:
    """The effects of the changed clauses sum to the total, and a page shows both texts."""
    words = ["compare", "coalition-willing", "coalition-willing-alone", "--case", "ukraine"]
    document = tightrope(*words, "--out", tmp_path / "both", "--json").document
    page = (tmp_path / "both" / "compare.html").read_text(encoding="utf-8")
    assert all(row["clause"].split(",")[0] in page for row in document["clauses"])
    assert "<del>" in page and "<ins>" in page
    check(tightrope, "compare", document)
    assert document["clauses"]
    for outcome, total in document["total"].items():
        effects = [row["effect"].get(outcome, 0.0) for row in document["clauses"]]
        if total is None:
            continue
        assert math.fsum(effects) == pytest.approx(total, abs=1e-6), outcome


def test_explain_goes_all_the_way(tightrope: Any) -> None:
    """The chain leads from clause to acceptance, each step in words with its numbers."""
    words = ["explain", "nato-membership", "--case", "ukraine"]
    document = tightrope(*words, "--json").document
    check(tightrope, "explain", document)
    steps = list(dict.fromkeys(row["step"] for row in document["chain"]))
    assert steps == ["clause", "profile", "response", "hazard", "acceptance"]
    assert all(row["says"] for row in document["chain"])
    assert tightrope(*words).text.strip()


def test_export_is_read_by_gambit(tightrope: Any, tmp_path: Path, gambit: None) -> None:
    """The exported game is one of challenger, protégé and the guarantors named."""
    import pygambit

    game = tmp_path / "game.efg"
    words = ["export-efg", "nato-membership", "--case", "ukraine", "--guarantors", "US,GB,PL"]
    assert tightrope(*words, "--out", game).code == 0
    read = pygambit.read_efg(str(game))
    players = ["Russia", "Ukraine", "United States", "United Kingdom", "Poland"]
    assert [str(player) for player in read.players] == players
    again = game.read_bytes()
    assert tightrope(*words, "--out", game).code == 0, "a game may take the place of a game"
    assert game.read_bytes() == again
    game.write_text("my notes")
    refused = tightrope(*words, "--out", game)
    assert refused.code == 2 and "exists" in refused.err
    assert game.read_text() == "my notes"
    assert tightrope(*words, "--out", game, "--force").code == 0
    assert game.read_bytes() == again
