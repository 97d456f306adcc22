"""Tables that are not what they seem are read right or refused with the column named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tightrope.game.signalling import Payoffs
from tightrope.game.signalling_equilibria import find_equilibria
from tightrope.history.fit import fit, read_table
from tightrope.history.formula import Part, design, read_formula
from tightrope.history.panels.keys import dyad_keys
from tightrope.history.predict import predict
from tightrope.history.screening import dependent
from tightrope.history.signalling_table import equilibria_table
from tightrope.treaty import InputError

RNG = np.random.default_rng(3)
SIZE = 300
FORMULA = "y ~ x - 1 | 0 | 1 | z"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Rows of a deterrence game with three outcomes."""
    x, z = RNG.normal(size=(2, SIZE))
    return pd.DataFrame(
        {"y": RNG.integers(0, 3, SIZE), "x": x, "z": z, "k": RNG.integers(0, 4, SIZE)}
    )


@pytest.mark.parametrize("kind", [object, lambda v: Decimal(int(v))])
def test_numbers_kept_as_objects_are_numbers(table: pd.DataFrame, kind: Any) -> None:
    """A column of Python numbers gets one slope, not a coefficient for each value."""
    odd = table["k"].map(kind) if kind is not object else table["k"].astype(object)
    part = design(read_formula("y ~ k"), table.assign(k=odd.astype(object))).parts[0]
    assert part.names == ("(Intercept)", "k")
    np.testing.assert_array_equal(part.matrix[:, 1], table["k"])


def test_a_note_says_which_term_has_no_value(table: pd.DataFrame) -> None:
    """Rows in which log(x) has no value are left out, counted and named."""
    found = fit("egame12", "y ~ log(x) - 1 | 0 | 1 | z", table, starts=0)
    negative = int((table["x"] < 0).sum())
    assert found.dropped == negative
    assert any(f"'log(x)' has no value in {negative} rows" in note for note in found.notes)


@pytest.mark.parametrize(
    ("change", "formula", "told"),
    [
        ({"q": "one"}, "y ~ x - 1 | 0 | 1 | q", "'q' has one level"),
        ({"q": True}, "y ~ x - 1 | 0 | 1 | q", "'q' has one level"),
        (
            {"q": [f"1;{k}" for k in range(SIZE)]},
            "y ~ q | 0 | 1 | z",
            "'q' holds text that differs",
        ),
        ({"q": 1j}, "y ~ q | 0 | 1 | z", "'q' holds complex numbers"),
        ({"q": [f"{k}.5" for k in range(SIZE)]}, "y ~ q | 0 | 1 | z", "pandas.to_numeric"),
        ({"q": pd.Timestamp("1914-08-01")}, "y ~ q | 0 | 1 | z", "'q' holds dates"),
    ],
)
def test_a_column_that_cannot_be_used_is_named(
    table: pd.DataFrame, change: dict[str, Any], formula: str, told: str
) -> None:
    """A factor with one level, free text and complex numbers must be refused by name."""
    with pytest.raises(InputError, match=told):
        fit("egame12", formula, table.assign(**change))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"formula": None}, "'formula' is a NoneType"),
        ({"formula": [FORMULA]}, "'formula' is a list"),
        ({"game": None}, "'game' is a NoneType"),
        ({"weights": np.ones(SIZE)}, "'weights' is a ndarray"),
        ({"cluster": pd.RangeIndex(SIZE)}, "'cluster' is a RangeIndex"),
        ({"scale": 1}, "'scale' is a int"),
        ({"bootstrap": 1}, "one replicate has no spread"),
        ({"resume": "kept.npz"}, "no replicates to keep"),
        ({"bootstrap": 5, "vcov": "sandwich"}, "standard errors of its own"),
    ],
)
def test_arguments_of_the_wrong_kind_are_refused(
    table: pd.DataFrame, change: dict[str, Any], told: str
) -> None:
    """What is no name or text must be refused in words, not by a traceback."""
    asked = {"game": "egame12", "formula": FORMULA, "data": table} | change
    with pytest.raises(InputError, match=told):
        fit(**asked)


def test_infinity_is_not_predicted_from(table: pd.DataFrame) -> None:
    """An infinite value in the rows to predict for must be refused with its row."""
    found = fit("egame12", FORMULA, table, starts=0)
    rows = table.head(3).assign(z=[0.0, np.inf, 1.0])
    with pytest.raises(InputError, match="'z' is infinite in row 2"):
        predict(found, rows)


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    """A CSV file with two columns of one name must be refused: which is meant cannot be known."""
    place = tmp_path / "twice.csv"
    place.write_text("y,x,x\n0,1,2\n1,2,1\n")
    with pytest.raises(InputError, match="2 columns named 'x'"):
        read_table(place)


def test_cells_parted_by_semicolons_are_told(tmp_path: Path) -> None:
    """A file as many spreadsheets write it must not be told that it lacks a column."""
    path = tmp_path / "sheet.csv"
    path.write_text("y;x;z\n0;1,5;2\n1;0,5;3\n")
    with pytest.raises(InputError, match="part the cells by commas"):
        read_table(path)


@pytest.mark.parametrize("size", [1e200, 1.0, 1e-200])
def test_collinearity_does_not_depend_on_units(size: float) -> None:
    """Columns of any size are told apart, and one that is never anything but zero is found."""
    a, b = RNG.normal(size=(2, 50))
    matrix = np.column_stack([a * size, b, a + 2.0 * b, np.zeros(50)])
    assert dependent(Part(("a", "b", "sum", "zero"), matrix, None)) == ("sum", "zero")


def test_the_corner_has_a_row() -> None:
    """A game whose only equilibrium is that B never resists must not vanish from the table."""
    corner = Payoffs(sa=0.717, va=0.22, cb=0.615, wa=-1.693, wb=0.015, a=0.317, vb=0.435)
    found = find_equilibria(corner)
    assert found.number[0] == 0 and found.corner[0]
    (row,) = equilibria_table(corner).itertuples()
    assert row.corner and row.equilibrium == 0 and row.index == 1
    assert row.resist < 1e-290
    assert row.sq + row.cd + row.sf + row.bd == pytest.approx(1.0)


def test_a_state_is_no_pair_with_itself() -> None:
    """Rows that pair a state with itself must be refused: no source speaks of them."""
    frame = pd.DataFrame({"ccode1": [2, 2], "ccode2": [20, 2], "year": [2000, 2000]})
    with pytest.raises(InputError, match="pair a state with itself"):
        dyad_keys(frame)
