"""Published fits of R games 1.1.2, obtained again; and the fits that must run beside them."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.history.declared import tree_from_text
from tightrope.history.fit import fit
from tightrope.history.maximise import maximise

PUBLISHED = [
    "war1800_egame12_probit_agent",
    "war1800_egame12_logit_agent",
    "data_122_egame122_probit_agent",
]
LEBLANG = (
    "outcome ~ capcont + lreserves + overval + creditgrow + USinterest + service + contagion "
    "+ prioratt - 1 | 1 | 1 | unifgov + lexports + preelec + postelec + rightgov + realinterest "
    "+ capcont + lreserves"
)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_figures(name, reference, table):
    """Log-likelihood, coefficients, standard errors and probabilities are those of R games."""
    ref = reference(name)
    found = fit(
        ref["game"], ref["formula"], table(ref["dataset"]), link=ref["link"], error=ref["error"]
    )
    assert found.converged and found.gradient_norm < 1e-8
    assert found.size == ref["n"]
    assert dict(found.likelihood.counts) == ref["outcome_counts"]
    assert found.loglik == pytest.approx(ref["loglik"], abs=1e-5)
    assert list(found.names) == list(ref["coefficients"])
    table_ = found.compare(ref)
    # R stopped at a gradient of 4e-7: far closer than a thousandth of a standard error
    assert (table_.difference_in_se.abs() < 1e-3).all(), table_
    assert (abs(table_.se_ratio - 1.0) < 1e-3).all(), table_
    assert abs(table_.attrs["loglik_difference"]) < 1e-5
    # every start found the published optimum
    assert len(found.optima) == 1 and found.optima[0].starts == 9


@pytest.mark.parametrize("name", PUBLISHED[::2])
def test_published_probabilities(name, reference, table):
    """Fitted outcome probabilities are those of R games, on average and row by row."""
    ref = reference(name)
    found = fit(ref["game"], ref["formula"], table(ref["dataset"]), starts=0)
    rows = np.asarray(found.likelihood.probabilities(found.theta))
    # R printed them at its default stop, 7e-4 from the maximum in the worst coefficient
    assert rows.mean(axis=0) == pytest.approx(ref["mean_probabilities"], abs=1e-3)
    assert rows[:5] == pytest.approx(np.array(ref["first_probabilities"]), abs=1e-3)
    assert rows.sum(axis=1) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("game", "data", "formula", "loglik"),
    [
        ("egame12", "war1800", None, -286.118174),
        ("egame12", "leblang2003", LEBLANG, -482.015485),
        (
            "egame123",
            "data_123",
            "y ~ x1 + x2 | 0 | x3 | x4 + x5 | 0 | x6 | x7 | x8",
            -559.308847,
        ),
    ],
)
def test_private_information_runs(game, data, formula, loglik, table, war_formula):
    """The private-information fits run with R's formulas and end at a maximum of zero gradient.

    The log-likelihoods are our own, frozen; that the likelihood is right is shown in
    tests/game/test_trees.py by playing the games out.
    """
    found = fit(game, formula or war_formula, table(data), error="private", starts=0)
    assert found.converged and found.gradient_norm < 1e-8
    assert found.loglik == pytest.approx(loglik, abs=1e-5)
    assert all(np.isfinite(list(found.std_errors.values())))


def test_a_constant_alone_bears_the_name_of_its_utility(table):
    """Part `1` of the currency model is an estimated constant, named as R names it."""
    found = fit("egame12", LEBLANG, table("leblang2003"), error="private", starts=0)
    assert {"u1(devaluation)", "u1(defense)"} <= set(found.names)
    assert found.likelihood.outcomes == ("no attack", "devaluation", "defense")
    # attacks are rare: both constants lie far below a status quo near zero
    assert found.coefficients["u1(devaluation)"] < -2.0


def test_words_that_lost_their_order_are_told(table, tmp_path):
    """In a CSV file a factor is plain words: the alphabet is another game, and a note says so."""
    data = table("leblang2003").assign(k=lambda d: d.outcome.cat.codes)
    path = tmp_path / "leblang.csv"
    data.to_csv(path, index=False)
    formula = "outcome ~ overval - 1 | 1 | 1 | unifgov"
    words = fit("egame12", formula, path, starts=0)
    assert words.likelihood.outcomes == ("defense", "devaluation", "no attack")
    assert "defense, devaluation, no attack. If the game has them in another order" in str(words)
    for known in (
        fit("egame12", formula, data, starts=0),
        fit("egame12", formula.replace("outcome", "k"), path, starts=0),
    ):
        assert not known.notes and known.loglik != pytest.approx(words.loglik, abs=1.0)


def test_currency_attacks_have_a_second_optimum(table):
    """A climb from afar ends at a maximum that is worse by six; the fit shows the better one.

    There, attacks that are met and attacks that are not weigh so much, with opposite signs, that
    the government's choice is a coin whatever the regressors say.
    """
    found = fit("egame12", LEBLANG, table("leblang2003"), error="private", starts=0)
    start = np.zeros(len(found.names))
    start[:2], start[8:10] = (-7.1, -5.4), (38.5, -48.9)
    other = maximise(found.likelihood, start)
    assert other.converged and other.gradient_norm < 1e-8
    assert np.linalg.eigvalsh(np.asarray(found.likelihood.derivatives(other.theta).hessian))[-1] < 0
    assert other.loglik == pytest.approx(-487.867589, abs=1e-5)
    assert found.loglik > other.loglik + 5.0


DETERRENCE = """
id: deterrence
players: [attacker, defender]
nodes:
  - {id: start, player: attacker, actions: {stay: "~esc", attack: answer}}
  - {id: answer, player: defender, actions: {yield: "esc,~war", resist: "esc,war"}}
outcomes: ["~esc", "esc,~war", "esc,war"]
payoffs:
  - {player: attacker, outcome: "~esc", terms: s_wt_re1 + revis1}
  - {player: attacker, outcome: "esc,~war", value: 0}
  - {player: attacker, outcome: "esc,war", terms: regime1}
  - {player: defender, outcome: "esc,~war", reference: true}
  - {player: defender, outcome: "esc,war", terms: balanc + regime2}
"""


def test_a_declared_tree_gives_the_published_fit(table, war, tmp_path):
    """The same game declared in YAML has the same fit, its formula from the file or the caller."""
    tree = tree_from_text(DETERRENCE)
    own = fit(tree, "esc + war", table("war1800"), starts=0)
    given = fit(
        tree,
        "esc + war ~ s_wt_re1 + revis1 | regime1 | balanc + regime2",
        table("war1800"),
        starts=0,
    )
    path = tmp_path / "deterrence.yaml"
    path.write_text(DETERRENCE)
    read = fit(path, "esc + war", table("war1800"), starts=0)
    open_file = DETERRENCE.replace(", terms: regime1}", "}")
    assert open_file != DETERRENCE
    filled = fit(tree_from_text(open_file), "esc + war ~ regime1", table("war1800"), starts=0)
    assert filled.formula == given.formula
    for found in (own, given, read, filled):
        assert found.names == war.names
        assert found.theta == pytest.approx(war.theta, abs=1e-10)


def test_one_column_or_several(table, war, war_formula):
    """Outcomes given as one factor, as numbers or as indicators of moves are the same data."""
    data = table("war1800")
    code = data.esc * (1 + data.war)
    parts = war_formula.partition("~")[2]
    for column in (code, code * 10.0, code.map({0: "a", 1: "b", 2: "c"})):
        found = fit("egame12", f"y ~ {parts}", data.assign(y=column), starts=0)
        assert found.theta == pytest.approx(war.theta, abs=1e-10)
    moves = table("data_122").assign(r=lambda d: d.a2, q=lambda d: d.a2)
    formula = "~ x1 + x2 | x3 + f1 | 0 | x4 + x5 | z1 + z2 | z3 + f2"
    logliks = {
        round(fit("egame122", f"{left} {formula}", moves, starts=0).loglik, 6)
        for left in ("y", "a1 + a2", "a1 + q + r")
    }
    assert logliks == {-1239.233991}
