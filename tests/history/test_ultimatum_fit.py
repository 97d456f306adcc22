"""The ultimatum game fitted: the data of R's package, derivatives, truth, and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulated_crises import BARGAIN, bargains

from tightrope.history.fit import fit
from tightrope.history.maximise import maximise
from tightrope.history.variance import covariance, standard_errors
from tightrope.treaty import InputError

LONG = "offer + accept ~ x1 + x2 + x3 + x4 + w1 + w2 | z1 + z2 + z3 + z4 + w1 + w2"
#: What data_ult was made from: round numbers that the estimates come back to.
MADE_FROM = [5, -2, 2, -2, 2, 1, -1, 10, 2, -2, 2, -2, -1, 1, np.log(5), np.log(1)]


def test_simulated_offers_of_the_package(table):
    """Its own simulated data give back the round numbers they were made from, at a maximum."""
    found = fit("ultimatum", LONG, table("data_ult"), max_offer=15, starts=0)
    assert found.converged and found.gradient_norm < 1e-8
    assert found.names[0] == "R1:(Intercept)" and found.names[7] == "R2:(Intercept)"
    assert found.names[-2:] == ("log(s1)", "log(s2)")
    errors = np.array(list(found.std_errors.values()))
    assert (np.abs(found.theta - MADE_FROM) < 3.5 * errors).all()
    assert found.loglik == pytest.approx(-3717.679226, abs=1e-5)  # our own, frozen
    assert len([o for o in found.optima if o.converged]) == 1


def test_offers_alone_and_fixed_scales(table):
    """Offers alone say less of player 2; scales fixed at the truth cost no more than chance."""
    data = table("data_ult")
    both = fit("ultimatum", LONG, data, max_offer=15, starts=0)
    alone = fit("ultimatum", LONG, data, max_offer=15, outcome="offer", starts=0)
    short = fit("ultimatum", LONG.replace(" + accept", ""), data, max_offer=15, outcome="offer")
    fixed = fit("ultimatum", LONG, data, max_offer=15, s1=5, s2="1", starts=0)
    assert alone.std_errors["R2:z1"] > both.std_errors["R2:z1"]
    assert short.loglik == pytest.approx(alone.loglik, abs=1e-9)
    assert len(fixed.names) == len(both.names) - 2
    assert 0.0 < both.loglik - fixed.loglik < 5.0
    assert fixed.gradient_norm < 1e-8 and alone.gradient_norm < 1e-8


@pytest.mark.parametrize(("scale", "loglik"), [(3, -292.135908), (1, -696.809149)])
def test_students(scale, loglik, table):
    """The classroom offers run with the second scale fixed; log-likelihoods are ours, frozen."""
    found = fit("ultimatum", "offer + accept ~ gender1 | gender2", table("student_offers"),
                max_offer=100, s2=scale, starts=0)  # fmt: skip
    assert found.converged and found.gradient_norm < 1e-8
    assert found.loglik == pytest.approx(loglik, abs=1e-5)


def test_derivatives_are_those_of_the_rows():
    """Value, gradient and Hessian through the four indices agree with JAX on the whole."""
    likelihood, truth = bargains(150, np.random.default_rng(1))
    theta = truth + 0.2
    ours = likelihood.derivatives(theta)
    theirs = replace(likelihood, exact=None).derivatives(theta)
    for a, b in zip(ours, theirs, strict=True):
        assert np.allclose(a, b, rtol=1e-10, atol=1e-10 * np.abs(b).max())
    assert np.allclose(likelihood.scores(theta).sum(axis=0), ours.gradient, atol=1e-9)


def test_truth_in_one_large_sample():
    """With 20,000 bargains every estimate lies within four standard errors of the truth."""
    likelihood, truth = bargains(20_000, np.random.default_rng(3))
    found = maximise(likelihood)
    errors = standard_errors(covariance(likelihood, found.theta))
    assert found.converged
    assert (np.abs(found.theta - truth) < 4.0 * errors).all(), (found.theta, truth)


GOOD = {"max_offer": 15}


@pytest.mark.parametrize(
    ("settings", "change", "word"),
    [
        ({}, {}, "needs max_offer"),
        ({"max_offer": "many"}, {}, "max_offer is 'many'"),
        ({"max_offer": 10}, {}, "between 0 and max_offer=10"),
        ({**GOOD, "s1": 0}, {}, "s1 is '0'"),
        ({**GOOD, "outcome": "none"}, {}, "not an outcome"),
        ({**GOOD, "method": "pl"}, {}, "no setting 'method'"),
        (GOOD, {"offer": -1.0}, "between 0 and"),
        (GOOD, {"accept": 2}, "allowed|0, 1|value 2"),
        (GOOD, {"accept": 1}, "rejected"),
    ],
)
def test_bad_input_is_refused(settings, change, word):
    """Each says what is wrong, where, and how to mend it."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "offer": np.append(rng.uniform(0, 14, 39), 14.5),
            "accept": rng.integers(0, 2, 40),
            "x": rng.normal(size=40),
            "z": rng.normal(size=40),
        }
    )
    if change == {"accept": 1}:
        table["accept"] = 1
    else:
        for column, value in change.items():
            table.loc[3, column] = value
    with pytest.raises(InputError, match=word):
        fit("ultimatum", BARGAIN, table, **settings)


def test_only_one_outcome_column_is_refused_where_answers_are_explained():
    """The message names the setting that explains offers alone."""
    table = pd.DataFrame({"offer": [1.0, 2.0, 3.0], "x": [0.0, 1.0, 2.0], "z": [1.0, 0.0, 2.0]})
    with pytest.raises(InputError, match=r"has 1 column\.[\s\S]*outcome=offer"):
        fit("ultimatum", "offer ~ x | z", table, max_offer=15)
