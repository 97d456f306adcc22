"""Standard errors: the four kinds by their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.history.fit import fit
from tightrope.history.variance import covariance, standard_errors
from tightrope.treaty import InputError


def test_definitions(war):
    """Each kind is the product of Hessian and scores that its author wrote down."""
    like, theta = war.likelihood, war.theta
    information = -np.asarray(like.derivatives(theta).hessian)
    scores = like.scores(theta)
    bread, meat = np.linalg.inv(information), scores.T @ scores
    assert covariance(like, theta) == pytest.approx(bread, rel=1e-8)
    assert covariance(like, theta, "opg") == pytest.approx(np.linalg.inv(meat), rel=1e-8)
    sandwich = bread @ meat @ bread
    assert covariance(like, theta, "sandwich") == pytest.approx(sandwich, rel=1e-8)
    alone = covariance(like, theta, "cluster", np.arange(like.size))
    assert alone == pytest.approx(sandwich * like.size / (like.size - 1), rel=1e-8)
    # the scores of a maximum add up to nothing
    assert scores.sum(axis=0) == pytest.approx(0.0, abs=1e-9)


def test_clusters_of_copies(war, table, war_formula):
    """Each row copied three times, clustered by row, has the errors of the rows themselves."""
    data = table("war1800").dropna().reset_index(drop=True)
    copied = data.loc[data.index.repeat(3)].assign(row=np.repeat(np.arange(len(data)), 3))
    found = fit("egame12", war_formula, copied, cluster="row", starts=0)
    plain = fit("egame12", war_formula, data, vcov="sandwich", starts=0)
    ratio = np.sqrt(len(data) / (len(data) - 1))
    expected = ratio * standard_errors(plain.covariance)
    assert found.vcov == "cluster"
    assert standard_errors(found.covariance) == pytest.approx(expected, rel=1e-7)


def test_what_is_refused(table, war_formula):
    """Unknown kinds, missing columns and a single cluster are refused in words."""
    data = table("war1800").assign(one=1)
    for words, asked in (
        ("Did you mean 'sandwich'", {"vcov": "sandwhich"}),
        ("need the cluster", {"vcov": "cluster"}),
        ("no column 'nation'", {"cluster": "nation"}),
        ("one cluster", {"cluster": "one"}),
    ):
        with pytest.raises(InputError, match=words):
            fit("egame12", war_formula, data, starts=0, **asked)


def test_singular_gives_no_number(war):
    """Where the Hessian has no inverse the errors are missing, not wrong."""
    singular = np.zeros((len(war.names),) * 2)
    assert np.isnan(covariance(war.likelihood, war.theta, hessian=singular)).all()
    assert np.isnan(standard_errors(np.array([[-1.0]]))).all()
