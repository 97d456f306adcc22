"""Formulas in several parts: names and coding of R, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tightrope.history.formula import design, read_formula
from tightrope.treaty import InputError

TABLE = pd.DataFrame(
    {
        "y": [0, 1, 2, 1, 0, 2],
        "x": [1.0, 2.0, 4.0, 8.0, np.nan, 3.0],
        "z.1": [0.5, -1.0, 0.0, 2.0, 1.0, -2.0],
        "f": pd.Categorical(["a", "b", "c", "a", "b", "b"], categories=["a", "b", "c", "d"]),
        "flag": [True, False, True, False, True, False],
        "year": [1900, 1901, 1902, 1900, 1901, 1902],
    }
)


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("x", ("(Intercept)", "x")),
        ("0", ()),
        ("1", ("(Intercept)",)),
        ("x - 1", ("x",)),
        ("-1 + x", ("x",)),
        ("f", ("(Intercept)", "fb", "fc")),
        ("f - 1", ("fa", "fb", "fc")),
        ("sqrt(x) + log(x)", ("(Intercept)", "sqrt(x)", "log(x)")),
        ("I(x^2)", ("(Intercept)", "I(x^2)")),
        ("x:f + x", ("(Intercept)", "x", "x:fb", "x:fc")),
        ("x*z.1", ("(Intercept)", "x", "z.1", "x:z.1")),
        ("factor(year)", ("(Intercept)", "factor(year)1901", "factor(year)1902")),
        ("flag", ("(Intercept)", "flagTRUE")),
    ],
)
def test_names_are_those_of_r(part, names):
    """Each part gives the columns that R's model.matrix names, for the rows that are whole."""
    found = design(read_formula(f"y ~ {part} | x"), TABLE)
    assert found.parts[0].names == names
    assert found.parts[0].matrix.shape == (5, len(names))


def test_rows_with_a_missing_value_are_dropped():
    """A missing value in any part drops the row from all; its level goes with it, as in R."""
    found = design(read_formula("y ~ z.1 | x | f"), TABLE)
    assert found.kept.tolist() == [0, 1, 2, 3, 5]
    assert found.dropped == 1
    fewer = TABLE.assign(x=[np.nan, 2.0, np.nan, np.nan, 1.0, 3.0])
    only_b = design(read_formula("y ~ x | z.1"), fewer.assign(g=TABLE.f))
    assert only_b.size == 3
    # a transformation that gives no number drops its row too
    assert design(read_formula("y ~ log(z.1) | x"), TABLE.iloc[[0, 1, 3, 5]]).size == 2


def test_values_are_right():
    """Columns hold the transformed values, dummies and products."""
    found = design(read_formula("y ~ I(x^2) + x:flag | f"), TABLE)
    x = TABLE.x.dropna().to_numpy()
    assert found.parts[0].matrix[:, 1] == pytest.approx(x**2)
    assert found.parts[0].names[2:] == ("x:flagFALSE", "x:flagTRUE")
    assert found.parts[0].matrix[:, 3].tolist() == [1.0, 0.0, 4.0, 0.0, 0.0]
    assert found.parts[1].matrix[:, 1].tolist() == [0.0, 1.0, 0.0, 0.0, 1.0]


def test_other_rows_are_coded_alike():
    """New rows get the coding of the fitted ones; an unknown level is refused."""
    found = design(read_formula("y ~ f + scale(x) | x"), TABLE)
    again = found.at(found.table)
    for part, matrix in zip(found.parts, again, strict=True):
        assert matrix == pytest.approx(part.matrix)
    one = found.at(pd.DataFrame({"f": ["c"], "x": [4.0]}))
    row = found.table.index[found.table.x == 4.0][0]
    assert one[0][0] == pytest.approx(found.parts[0].matrix[row])
    with pytest.raises(InputError, match="'d' is not a level"):
        found.at(pd.DataFrame({"f": ["d"], "x": [1.0]}))
    with pytest.raises(InputError, match="no column 'x'"):
        found.at(pd.DataFrame({"f": ["a"]}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("~ x", "names no outcome"),
        ("y ~ x ~ z", "names no outcome"),
        ("y ~ xx", "no column 'xx'"),
        ("w ~ x", "no column 'w'"),
        ("y ~ sqr(x)", "Did you mean 'sqrt'"),
        ("y ~ (x | z.1", "not closed"),
        ("y ~ | x", "empty"),
        ("y ~ x + ", "cannot be worked out"),
        ("y ~ log(x - 1)", "infinite"),
        ("y ~ __import__('os')", "not a function"),
        ("y ~ I(x).system('true')", "cannot stand"),
        ("y ~ x.__class__", "no column 'x.__class__'"),
        ("y ~ ().real", "cannot stand"),
        ("y ~ x[0]", "cannot stand"),
        ("y ~ eval(x)", "not a function"),
    ],
)
def test_what_is_refused(text, words):
    """A formula that cannot be used is refused in words, and nothing in it is ever run."""
    with pytest.raises(InputError, match=words.replace("(", r"\(").replace(")", r"\)")):
        design(read_formula(text), TABLE)


def test_number_of_parts():
    """With the number of utilities given, a formula with more or fewer parts is refused."""
    with pytest.raises(InputError, match="has 2 parts, and this game has 3"):
        read_formula("y ~ x | 0", 3, ["u11", "u13", "u24"])
    assert read_formula("y ~ I(x | z) | 0", 2).parts == ("I(x | z)", "0")
