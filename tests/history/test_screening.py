"""What cannot be estimated is refused in words that name the variable and the remedy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from tightrope.game.trees import EGAME12, EGAME122, EGAME123
from tightrope.game.trees.identification import tied
from tightrope.history.catalogue import Request
from tightrope.history.declared import tree_from_text
from tightrope.history.fit import fit, read_table
from tightrope.history.screening import indistinct
from tightrope.history.trees import build
from tightrope.treaty import InputError


@pytest.mark.parametrize(
    ("formula", "asked", "words"),
    [
        ("esc + war ~ 1 | balanc | regime1 | 1", {}, ["Intercept", "u1(~esc)", "no data can"]),
        (
            "esc + war ~ balanc - 1 | balanc + revis1 | balanc - 1 | 1",
            {},
            ["'balanc' stands in each of", "leave it out of one"],
        ),
        # the same, hidden in a sum that no name shows
        (
            "esc + war ~ I(cap_1+cap_2) - 1 | cap_1 + cap_2 - 1 | I(2*cap_1+2*cap_2) - 1 | 1",
            {},
            ["'cap_1'", "no data can tell"],
        ),
        (
            "esc + war ~ cap_1 + I(3*cap_1) | 0 | 1 | 1",
            {},
            ["'I(3*cap_1)'", "can be computed from", "leave"],
        ),
        # player 2's choice is a toss, so player 1's constants only count together
        *(
            (
                "esc + war ~ 1 | 0 | balanc | 0",
                asked,
                ["'u1(~esc)' and 'u1(esc,war):(Intercept)' can move together", "fix one of them"],
            )
            for asked in ({}, {"error": "private"}, {"link": "logit"}, {"penalty": "log-f"})
        ),
        (
            "esc + war ~ revis1 + 1 | 0 | revis1 | 0",
            {},
            ["'u1(~esc):revis1'", "'u1(esc,war):revis1'", "fix 2 of them at zero"],
        ),
        ("esc + war ~ revis1 | 0 | 1 | war", {}, ["separation", "'war'", "log-f"]),
        ("esc + war ~ revis1 | 0 | 1 | war + balanc", {}, ["separation", "'war'"]),
        ("midnum ~ 1 | 0 | 1 | 1", {}, ["202 values", "3 outcomes"]),
        ("esc ~ 1 | 0 | 1 | 1", {}, ["2 values", "3 outcomes"]),
        ("esc + year ~ 1 | 0 | 1 | 1", {}, ["'year' has the value", "0, 1"]),
        ("esc + war + sq ~ 1 | 0 | 1 | 1", {}, ["3 columns of moves"]),
        ("esc + war ~ 1", {}, ["has 1 part,", "4 utilities"]),
        ("esc + war ~ 1 | 0 | 1", {}, ["3 parts", "4 utilities", "u11, u13, u14, u24"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"weights": "dem1"}, ["weight -", "zero or above"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"weights": "regime1"}, ["not numbers"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"weights": "wieght"}, ["no column 'wieght'"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"scale": "~ balanc"}, ["scale", "-1"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"scale": "~ 0 | 0 | 0"}, ["3 parts"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"link": "cloglog"}, ["cloglog", "logit, probit"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"link": "logit", "error": "private"}, ["probit"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"penalty": "ridge"}, ["ridge", "log-f"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"s1": 3}, ["no setting 's1'"]),
        ("esc + war ~ 1 | 0 | 1 | 1", {"starts": -1}, ["whole number"]),
    ],
)
def test_refusals(formula, asked, words, table):
    """Each fault gives one message that names what is wrong and how to mend it."""
    with pytest.raises(InputError) as caught:
        fit("egame12", formula, table("war1800"), **{"starts": 0, **asked})
    for word in words:
        assert word.replace("*", "").replace("+", "").replace(" ", "") in str(caught.value).replace(
            "*", ""
        ).replace("+", "").replace(" ", ""), str(caught.value)


def test_outcomes_never_seen(table):
    """A level that no kept row shows, and a word that is no outcome, are refused."""
    data = table("war1800")
    kept = data[data.war == 0]
    with pytest.raises(InputError, match="no row of the rows kept shows the outcome 'esc,war'"):
        fit("egame12", "esc + war ~ 1 | 0 | 1 | 1", kept)
    tree = tree_from_text(
        "id: t\nplayers: [a]\nnodes: [{id: n, player: a, actions: {l: peace, r: war}}]\n"
        "outcomes: [peace, war]\npayoffs: [{player: a, outcome: peace, reference: true},"
        " {player: a, outcome: war}]"
    )
    words = pd.DataFrame({"y": ["peace", "wra"] * 5, "x": range(10)})
    with pytest.raises(InputError, match="Did you mean 'war'"):
        fit(tree, "y ~ x", words)
    few = data.dropna().groupby(["esc", "war"]).head(2)
    with pytest.raises(InputError, match="6 rows cannot tell 8 parameters"):
        parts = "cap_1 + cap_2 | 0 | s_wt_re1 + s_wt_re2 | balanc"
        fit("egame12", f"esc + war ~ {parts}", few, penalty="log-f")


def test_separation_in_many_rows():
    """In 20,000 rows a level seen once, and always with one choice, is still found."""
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"x": rng.normal(size=20_000), "rare": 0})
    fights = rng.normal(size=20_000) < data.x
    data["y"] = (rng.normal(size=20_000) < data.x) * (1 + fights)
    data.loc[17, ["rare", "y"]] = (1, 2)
    with pytest.raises(InputError, match="'rare' foretells"):
        fit("egame12", "y ~ x | 0 | 1 | x + rare", data, starts=0)
    assert fit("egame12", "y ~ x | 0 | 1 | x", data, starts=0).converged


def test_only_what_separates_is_named(table):
    """A direction that separates may carry other regressors along; they are not to blame."""
    with pytest.raises(InputError, match="separation: 'war' foretells"):
        parts = "s_wt_re1 + revis1 | 0 | regime1 | balanc + war + regime2"
        fit("egame12", f"esc + war ~ {parts}", table("war1800"), starts=0)


def test_a_last_move_that_is_foreseen_may_be_estimated():
    """All 19 that meet x = 1 fight, yet the first movers, who foresee it, come too often for
    certain war: the coefficient is finite, and far likelier than one without end."""
    rng = np.random.default_rng(5)
    x, z = (np.arange(600) < 40) * 1, rng.normal(size=600)
    fights = norm.cdf((0.8 * z + 0.5 * x) / 2**0.5)
    esc = (rng.random(600) < norm.cdf((4 - 8 * fights) / 2**0.5)) * 1
    war = esc * ((rng.random(600) < fights) | (x == 1))
    data = pd.DataFrame({"x": x, "z": z, "esc": esc, "war": war})
    found = fit("egame12", "esc + war ~ 1 | 0 | 1 | z + x", data, starts=3)
    assert found.converged and 0.0 < found.coefficients["u2(esc,war):x"] < 2.0
    far = found.theta.copy()
    far[found.names.index("u2(esc,war):x")] = 20.0
    assert found.loglik > found.likelihood.loglik(far) + 20.0


def test_only_what_a_regressor_repeats_is_named(table):
    """A constant column repeats the constant, and none of the regressors beside it."""
    data = table("war1800").assign(k=3)
    with pytest.raises(InputError, match=r"'k' can be computed from '\(Intercept\)'\."):
        fit("egame12", "esc + war ~ revis1 | 0 | regime1 | balanc + k + regime2", data)


def test_what_can_be_told_apart_is_not_refused(table):
    """One constant of player 1 beside a toss of player 2, and constants beside a rare regressor."""
    data = table("war1800").assign(rare=lambda d: (np.arange(len(d)) == 7) * 1.0)
    for formula in ("esc + war ~ 1 | 0 | balanc - 1 | 0", "esc + war ~ rare | 0 | 1 | balanc"):
        (likelihood, *_) = build(EGAME12, Request("egame12", formula, data), named=False)
        assert not [*indistinct(likelihood)]
    rest = data[data["rare"] == 0.0].dropna(subset="balanc")
    # of many rows some are tried first, not the second
    many = pd.concat([rest.iloc[:1], data[data["rare"] == 1.0], *[rest] * 10])
    (likelihood, *_) = build(EGAME12, Request("egame12", formula, many), named=False)
    assert likelihood.size > 2_500 and likelihood.data[0][0][1, 1] == 1.0
    assert not [*indistinct(likelihood)]


def test_which_payoffs_are_tied():
    """Payoffs are tied within a player's nodes: 1's in all, 2's by branch, 3's at its own."""
    sizes = [[len(group) for group in tied(tree)] for tree in (EGAME12, EGAME122, EGAME123)]
    assert sizes == [[3, 2], [4, 2, 2], [4, 3, 2]]


def test_separation_further_up_never_prints_stars(table):
    """Where a regressor foretells the first move, the fit says so and gives no errors.

    That of the last move is an error (`test_refusals`), as docs/history/declare-a-game.md says.
    """
    data = table("war1800")
    found = fit("egame12", "esc + war ~ war | 0 | 1 | balanc", data, starts=2)
    assert not found.converged
    text = str(found)
    assert "NOT CONVERGED" in text and "*" not in text.split("Formula")[1].split("\n", 1)[1]
    assert "'war' foretells without error whether player 1" in text and "--penalty log-f" in text
    assert "*" not in found.html() and "^{*" not in found.latex()
    assert found.frame()[["z", "p"]].isna().all().all()


def test_a_penalty_makes_separated_data_finite(table):
    """With the log-F penalty the same data give finite estimates, nearly unchanged elsewhere."""
    data = table("war1800")
    found = fit("egame12", "esc + war ~ war | 0 | 1 | balanc", data, penalty="log-f", starts=2)
    assert found.converged and found.gradient_norm < 1e-8
    assert np.isfinite(list(found.std_errors.values())).all()
    assert -20.0 < found.coefficients["u1(~esc):war"] < -2.0
    sound = "esc + war ~ s_wt_re1 | 0 | 1 | balanc"
    plain = fit("egame12", sound, data, starts=0)
    held = fit("egame12", sound, data, penalty="log-f", starts=0)
    errors = np.array(list(plain.std_errors.values()))
    # one observation's worth of pull among 313
    assert (np.abs(held.theta - plain.theta) < 0.35 * errors).all()
    assert held.loglik < plain.loglik


def test_scale_by_regressors(table, war, war_formula):
    """A scale formula nests the plain model, and a player's scale its own column of names."""
    data = table("war1800")
    both = fit("egame12", war_formula, data, scale="~ balanc - 1", starts=0)
    assert both.names[-1] == "log(sigma):balanc"
    assert both.converged and both.loglik >= war.loglik
    each = fit("egame12", war_formula, data, scale="~ balanc - 1 | revis2 - 1", starts=0)
    assert each.names[-2:] == ("log(sigma1):balanc", "log(sigma2):revis2")
    assert each.loglik >= both.loglik - 2.0
    logit = fit("egame12", war_formula, data, scale="~ balanc - 1", link="logit", starts=0)
    assert logit.names[-1] == "log(lambda):balanc"


def test_tables_that_cannot_be_read(tmp_path):
    """A missing, foreign, broken or empty file is refused in words."""
    (tmp_path / "empty.csv").write_text("a,b\n")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    (tmp_path / "table.xlsx").write_bytes(b"")
    for name, words in (
        ("absent.csv", "cannot be read"),
        ("empty.csv", "no rows"),
        ("broken.parquet", "no table"),
        ("table.xlsx", "neither"),
    ):
        with pytest.raises(InputError, match=words):
            read_table(tmp_path / name)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("players: [a]", "players: [b]"), "'a' is not a player"),
        (("outcome: war}", "outcome: wra}"), "not an outcome"),
        (("actions: {l: peace, r: war}", "actions: {l: peace, r: there}"), "no node"),
        (("id: t", "idd: t"), "idd"),
        (("reference: true", "reference: true, value: 1"), "not several"),
    ],
)
def test_broken_tree_files(change, words):
    """A file that declares no tree is refused with its line and field."""
    text = (
        "id: t\nplayers: [a]\nnodes:\n  - {id: n, player: a, actions: {l: peace, r: war}}\n"
        "outcomes: [peace, war]\npayoffs:\n  - {player: a, outcome: peace, reference: true}\n"
        "  - {player: a, outcome: war}\n"
    )
    assert tree_from_text(text).outcomes == ("peace", "war")
    assert change[0] in text
    with pytest.raises(InputError, match=words):
        tree_from_text(text.replace(*change))
