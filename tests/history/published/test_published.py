"""Published estimates of trees, given back; and what follows a fit of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tightrope.history.bayes import sample
from tightrope.history.fit import fit
from tightrope.history.panels import read_panel
from tightrope.history.published import published, published_names
from tightrope.history.results import Fit
from tightrope.treaty import InputError

TREES = [name for name in published_names() if "egame" in name]


@pytest.fixture(scope="module")
def fits(shared_data: Callable[[str], Path]) -> dict[str, Fit]:
    """Each published model of a tree, fitted."""
    found = {}
    for name in TREES:
        known = published(name)
        folder = shared_data(f"{known['data']}.parquet").parent
        table = read_panel(known["data"], folder)
        found[name] = fit(known["game"], known["formula"], table, starts=0, **known["settings"])
    return found


@pytest.mark.parametrize("name", TREES)
def test_published_trees_are_given_back(fits: dict[str, Fit], name: str) -> None:
    """Coefficients within 0.001 SE, standard errors within 0.1%, log-likelihood within 1e-5."""
    known, found = published(name), fits[name]
    table = found.compare(known)
    assert found.size == known["n"] and not table.isna().any().any()
    assert (table["difference_in_se"].abs() < 1e-3).all(), table
    assert (table["se_ratio"] - 1).abs().max() < 1e-3, table
    assert abs(table.attrs["loglik_difference"]) < 1e-5


@pytest.mark.parametrize("name", TREES)
def test_mean_predictions_are_those_of_r(fits: dict[str, Fit], name: str) -> None:
    """The mean probability of each outcome is that of R's predict(), by name."""
    known = published(name)["mean_probabilities"]
    found = fits[name]
    mean = np.asarray(found.likelihood.probabilities(found.theta)).mean(axis=0)
    assert set(found.likelihood.outcomes) == set(known)
    for outcome, share in zip(found.likelihood.outcomes, mean, strict=True):
        # R's own figures are of its default fit for some models, which stops up to 7e-4 short
        assert share == pytest.approx(known[outcome], abs=2e-5)


def test_a_fit_cites_the_panel_it_used(fits: dict[str, Fit]) -> None:
    """What was read by name is cited by the fit."""
    assert "Jones, Bremer and Singer 1996" in str(fits["war1800_egame12_probit_agent"])


def test_a_published_estimate_that_is_not_kept_says_which_are() -> None:
    """A misspelt name lists the names, and each file has what a fit needs."""
    with pytest.raises(InputError, match="Did you mean 'sanctions_sigint_npl'"):
        published("sanctions_sigint_np")
    for name in published_names():
        known = published(name)
        assert json.loads(json.dumps(known)) == known
        assert set(known["coefficients"]) == set(known["std_errors"])
        assert known["id"] == name and known["source"].startswith("R package")


@pytest.mark.soak
def test_posterior_of_war1800_is_near_the_maximum(fits: dict[str, Fit]) -> None:
    """With the default priors no mean is half a standard error off, and sds are within a third."""
    found = sample(fits["war1800_egame12_probit_agent"], draws=1000, warmup=500, seed=1)
    assert found.converged, found.problems
    table = found.frame()
    assert table["difference_in_se"].abs().max() < 0.5
    assert np.allclose(table["sd"] / table["ml_se"], 1.0, atol=1 / 3)
