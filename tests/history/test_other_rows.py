"""Signalling and ultimatum fits applied to rows that were not fitted, and all equilibria shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from tightrope.game.signalling import Payoffs
from tightrope.game.signalling_equilibria import find_equilibria
from tightrope.game.ultimatum import Bargain, best_offer
from tightrope.history.fit import fit
from tightrope.history.predict import predict
from tightrope.history.published import published
from tightrope.history.signalling_predict import every_equilibrium
from tightrope.history.signalling_rows import payoffs_at
from tightrope.history.signalling_table import equilibria_table
from tightrope.history.ultimatum_predict import expected_offers
from tightrope.treaty import InputError


@pytest.fixture(scope="module")
def sanctions(table):
    return table("sanctionsData")


@pytest.fixture(scope="module")
def npl(sanctions):
    known = published("sanctions_sigint_npl")
    return fit("signalling", known["formula"], sanctions, starts=0, **known["settings"])


def test_the_fitted_rows_are_predicted_alike_by_name(npl, sanctions):
    """Rows given as a table get the chances and errors of the same rows as fitted."""
    rows = sanctions.iloc[npl.kept[:40]]
    want = predict(npl)[lambda t: t["row"] < 40]
    pd.testing.assert_frame_equal(predict(npl, rows), want, rtol=1e-6)


def test_errors_of_npl_follow_the_equilibrium(npl, sanctions):
    """The standard error of a chance is that of the chance as its equilibrium moves with θ."""
    rows = sanctions.iloc[npl.kept[:3]]
    found = predict(npl, rows)
    data = npl.likelihood.data
    three = data._replace(parts=tuple(p[:3] for p in data.parts))

    def stays(theta):
        payoffs = Payoffs(*map(np.asarray, payoffs_at(jnp.asarray(theta), three)))
        return equilibria_table(payoffs)["sq"].to_numpy()

    slope = np.empty((3, len(npl.theta)))
    for k in range(len(npl.theta)):
        step = 1e-5 * np.eye(len(npl.theta))[k]
        slope[:, k] = (stays(npl.theta + step) - stays(npl.theta - step)) / 2e-5
    want = np.sqrt(np.einsum("qk,kl,ql->q", slope, npl.covariance, slope))
    got = found[found["outcome"] == "sq"]["std_error"].to_numpy()
    assert got == pytest.approx(want, rel=1e-4)


def test_several_equilibria_are_shown_and_not_chosen_among(npl, sanctions):
    """Where a row has three equilibria `predict` refuses and names the table that shows them."""
    theta = np.zeros(len(npl.theta))
    # the first game of docs/history/signalling.md, with B's payoffs one lower
    for name, value in (
        ("VA", 1.0),
        ("CB", -1.0),
        ("barWA", -1.9),
        ("barWB", -3.8),
        ("bara", -1.2),
    ):
        theta[npl.names.index(f"{name}:(Intercept)")] = value
    moved = replace(npl, theta=theta, code=partial(npl.code.func, *npl.code.args[:2], theta))
    rows = sanctions.iloc[npl.kept[:2]]
    table = every_equilibrium(moved, rows)
    assert table.groupby("row").size().tolist() == [3, 3]
    assert table["index"].tolist() == [1, -1, 1] * 2
    with pytest.raises(InputError, match="2 of 2 rows have several equilibria") as error:
        predict(moved, rows)
    assert "every_equilibrium" in str(error.value)


def test_every_equilibrium_of_the_fitted_rows(npl):
    """At the published estimates each of the 418 games has one, that of the fit."""
    table = every_equilibrium(npl)
    assert table["row"].tolist() == list(range(npl.size))
    assert np.abs(table["sq"].to_numpy() - _sq(npl)).max() < 1e-8
    payoffs = Payoffs(*map(np.asarray, payoffs_at(jnp.asarray(npl.theta), npl.likelihood.data)))
    assert find_equilibria(payoffs).number.max() == 1


def _sq(found):
    return np.asarray(found.likelihood.probabilities(jnp.asarray(found.theta)))[:, 0]


def test_a_pseudo_likelihood_needs_its_first_stage(sanctions):
    """Other rows get their beliefs from the columns of the first stage, or are refused."""
    known = published("sanctions_sigint_npl")
    settings = {**known["settings"], "method": "pl"}
    found = fit("signalling", known["formula"], sanctions, starts=0, **settings)
    rows = sanctions.iloc[found.kept[:5]]
    want = predict(found)[lambda t: t["row"] < 5]
    pd.testing.assert_frame_equal(predict(found, rows), want, rtol=1e-9)
    with pytest.raises(InputError, match="no column 'PRhat'"):
        predict(found, rows.drop(columns="PRhat"))


@pytest.fixture(scope="module")
def bargained():
    rng = np.random.default_rng(3)
    x, z = rng.normal(size=(2, 600))
    game = Bargain(4 - 2 * x, 5 + 2 * z, 2.5 * np.ones(600), 1.2 * np.ones(600), 15 * np.ones(600))
    offer = np.asarray(best_offer(2.5 * rng.logistic(size=600), game))
    accept = (offer >= game.mean2 + 1.2 * rng.logistic(size=600)).astype(int)
    data = pd.DataFrame({"offer": offer, "accept": accept, "x": x, "z": z})
    return fit("ultimatum", "offer + accept ~ x | z", data, max_offer=15, starts=0), data


def test_answers_to_other_offers(bargained):
    """The chance of acceptance of the fitted rows is had by name, and is logistic in the offer."""
    found, data = bargained
    pd.testing.assert_frame_equal(
        predict(found, data.head(9)), predict(found)[lambda t: t["row"] < 9], rtol=1e-12
    )
    c = found.coefficients
    one = predict(found, pd.DataFrame({"offer": [7.0], "x": [0.3], "z": [0.5]}))
    index = (7.0 - c["R2:(Intercept)"] - 0.5 * c["R2:z"]) / np.exp(c["log(s2)"])
    assert one["probability"].tolist()[1] == pytest.approx(1 / (1 + np.exp(-index)), rel=1e-12)
    with pytest.raises(InputError, match="no column 'offer'"):
        predict(found, data[["x", "z"]])
    with pytest.raises(InputError, match="value 16"):
        predict(found, data.head(2).assign(offer=[3.0, 16.0]))


def test_offers_to_expect(bargained):
    """Expected offer and acceptance are the averages of bargains played out at the estimates."""
    found, data = bargained
    rows = data[["x", "z"]].head(3)
    table = expected_offers(found, rows)
    c, rng = found.coefficients, np.random.default_rng(0)
    draws = 200_000
    for k, row in rows.iterrows():
        ones = np.ones(draws)
        s1, s2 = np.exp(c["log(s1)"]), np.exp(c["log(s2)"])
        mean2 = c["R2:(Intercept)"] + c["R2:z"] * row["z"]
        game = Bargain((c["R1:(Intercept)"] + c["R1:x"] * row["x"]) * ones, mean2 * ones,
                       s1 * ones, s2 * ones, 15 * ones)  # fmt: skip
        offer = np.asarray(best_offer(s1 * rng.logistic(size=draws), game))
        accept = offer >= mean2 + s2 * rng.logistic(size=draws)
        assert table["offer"][k] == pytest.approx(offer.mean(), abs=5 * offer.std() / draws**0.5)
        assert table["accept"][k] == pytest.approx(accept.mean(), abs=0.006)
    assert (table["offer_low"] < table["offer"]).all() and (table["accept_high"] < 1.0).all()
    other = replace(found, likelihood=replace(found.likelihood, game="egame12"))
    with pytest.raises(InputError, match="egame12 expects no offers"):
        expected_offers(other)
