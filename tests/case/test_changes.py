"""Tables, settings and copies: a case goes out to be edited and comes back whole."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import yaml

from tightrope.case import (
    Case,
    load_case,
    new_case,
    new_option,
    override,
    parameters_to_csv,
    read_parameter_csv,
    without,
)
from tightrope.case.models import Option
from tightrope.case.table import COLUMNS
from tightrope.treaty import InputError, read_text, validate


@pytest.fixture(scope="module")
def case() -> Case:
    """The Ukraine case."""
    return load_case("ukraine")


def test_the_table_comes_back_as_it_went_out(case: Case, tmp_path: Path) -> None:
    """Writing and reading the table must change nothing, to the last digit."""
    path = tmp_path / "parameters.csv"
    path.write_text(parameters_to_csv(case), encoding="utf-8")
    assert read_parameter_csv(case, path) == case


def test_the_table_has_one_line_for_each_parameter(case: Case) -> None:
    """Every parameter must stand in the table, under the agreed columns."""
    header, *rows = csv.reader(io.StringIO(parameters_to_csv(case)))
    assert tuple(header) == COLUMNS
    assert [row[0] for row in rows] == [parameter.id for parameter in case.parameters]


def test_a_corrected_table_changes_only_what_it_names(case: Case, tmp_path: Path) -> None:
    """A short table must change the parameters it holds and leave the rest."""
    path = tmp_path / "experts.csv"
    path.write_text("﻿high,id,value,low\n4,audience,2.5,1.5\n", encoding="utf-8")
    after = read_parameter_csv(case, path)
    changed = [a.id for a, b in zip(case.parameters, after.parameters, strict=True) if a != b]
    audience = after.parameter("audience")
    assert changed == ["audience"]
    assert (audience.value, audience.low, audience.high) == (2.5, 1.5, 4)
    assert audience.source == case.parameter("audience").source


def test_a_table_can_change_kind_and_source_together(case: Case, tmp_path: Path) -> None:
    """An expert's own source must replace the old one."""
    path = tmp_path / "experts.csv"
    path.write_text(
        'id,value,low,high,kind,source\naudience,2,1,3,judgement,"judgement: a panel of six"\n',
        encoding="utf-8",
    )
    assert read_parameter_csv(case, path).parameter("audience").kind == "judgement"


def test_a_value_fixes_a_parameter(case: Case) -> None:
    """Setting a value must leave no range, and must say who set it."""
    stake = override(case, ["stake.US=0.5"]).parameter("stake.US")
    assert (stake.low, stake.value, stake.high) == (0.5, 0.5, 0.5)
    assert stake.distribution == "fixed"
    assert stake.kind == "judgement" and "by hand" in stake.source


def test_a_range_keeps_the_centre_that_lies_inside(case: Case) -> None:
    """Setting a range must keep centre and distribution where they fit."""
    before = case.parameter("audience")
    after = override(case, ["audience=1:5"]).parameter("audience")
    assert (after.low, after.value, after.high) == (1, before.value, 5)
    assert after.distribution == before.distribution


@pytest.mark.parametrize(
    ("setting", "name", "centre", "distribution"),
    [
        ("audience=4:6", "audience", 5, "triangular"),
        ("horror=20:80", "horror", 40, "loguniform"),
        ("penalty_cap=2:4", "penalty_cap", 3, "uniform"),
        ("election_shift.US=-.5:-.1", "election_shift.US", -0.3, "triangular"),
    ],
)
def test_a_range_apart_takes_its_middle(
    case: Case, setting: str, name: str, centre: float, distribution: str
) -> None:
    """A range without the old centre must take its middle, of the logarithms where they count."""
    after = override(case, [setting]).parameter(name)
    assert after.value == pytest.approx(centre)
    assert after.distribution == distribution


def test_settings_may_come_as_a_mapping(case: Case) -> None:
    """A mapping must do the same as the texts, and the last of two settings must count."""
    texts = override(case, ["audience=1", "peer=0:1", "audience=2"])
    assert texts == override(case, {"peer": "0:1", "audience": "2"})


def test_a_case_is_not_changed_by_its_changes(case: Case) -> None:
    """Setting and leaving out must give new cases and leave the old one alone."""
    before = case.model_dump_json()
    case.parameter("audience")
    changed = override(without(case, "US"), ["audience=1"])
    assert changed.parameter("audience").value == 1
    assert case.model_dump_json() == before


def test_leaving_out_the_lead_leaves_none(case: Case) -> None:
    """Without its lead, the case must lose its parameters and its part in the record."""
    after = without(case, "US")
    assert after.lead is None
    assert "US" not in after.guarantor_ids
    assert not any(parameter.id.endswith(".US") for parameter in after.parameters)
    assert all("US" not in entry.responses for entry in after.record)
    assert len(after.parameters) == len(case.parameters) - 12


def test_leaving_out_the_friend_leaves_no_friend(case: Case) -> None:
    """Without China the challenger must have no friend among the guarantors."""
    assert without(case, "CN").friends_of_challenger == ()


def test_a_copied_case_is_the_same_case(case: Case, tmp_path: Path) -> None:
    """A new case must load as it stands, with its comments, and equal the one it came from."""
    written = new_case("ukraine", tmp_path / "mine")
    assert written[0].name == "case.yaml"
    assert any(line.startswith("#") for line in written[0].read_text(encoding="utf-8").splitlines())
    copy = load_case(tmp_path / "mine")
    assert copy.model_dump() == case.model_dump()
    assert load_case(written[0]) == copy


def test_a_copy_does_not_write_over_a_folder(tmp_path: Path) -> None:
    """A folder that holds something must be left alone."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="not an empty folder"):
        new_case("ukraine", tmp_path)


def test_a_new_option_reads_back(case: Case) -> None:
    """The text of each option must be commented and read back as that option."""
    for option in case.options:
        text = new_option(case, option.id)
        assert "#" in text
        assert validate(Option, read_text(text)) == option
        assert yaml.safe_load(text)["settlement"]["line"] == option.settlement.line
