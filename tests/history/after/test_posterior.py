"""Bayesian fits against posteriors that quadrature gives, and what a bad run says."""

from __future__ import annotations

from dataclasses import replace

import arviz
import numpy as np
import pytest
from scipy.stats import norm

from tightrope.history.bayes import Posterior, problems_of, sample
from tightrope.history.results import Fit
from tightrope.treaty import InputError


@pytest.fixture(scope="module")
def posterior(coin: Fit) -> Posterior:
    """A coin with a prior that matters."""
    return sample(coin, {"(Intercept)": (-1.0, 0.5)}, draws=1000, warmup=300, seed=3)


def test_posterior_moments_are_those_of_quadrature(posterior: Posterior) -> None:
    """Mean and standard deviation equal the integrals over a grid, within Monte Carlo error."""
    grid = np.linspace(-6, 6, 4001)
    density = np.exp(7 * grid - 10 * np.log1p(np.exp(grid))) * norm.pdf(grid, -1.0, 0.5)
    density /= density.sum()
    mean = (density * grid).sum()
    sd = np.sqrt((density * (grid - mean) ** 2).sum())
    row = posterior.frame().iloc[0]
    # four Monte Carlo standard errors, from the effective sample size
    assert row["mean"] == pytest.approx(mean, abs=4 * sd / np.sqrt(row["ess_bulk"]))
    assert row["sd"] == pytest.approx(sd, rel=4 / np.sqrt(2 * row["ess_bulk"]) + 0.03)
    assert posterior.converged and "Chains agree" in str(posterior)
    assert (row["prior_mean"], row["prior_sd"]) == (-1.0, 0.5)
    assert row["ml"] == pytest.approx(np.log(7 / 3))


def test_inference_data_state_priors_and_data(posterior: Posterior) -> None:
    """The ArviZ object has names, row log-likelihoods, priors, data and version with it."""
    found = posterior.inference
    assert found.posterior["theta"].coords["parameter"].values.tolist() == ["(Intercept)"]
    assert found.log_likelihood["row"].shape == (4, 1000, 10)  # four chains unless told otherwise
    theta = np.asarray(found.posterior["theta"])[..., 0]
    summed = np.asarray(found.log_likelihood["row"]).sum(axis=-1)
    np.testing.assert_allclose(summed, 7 * theta - 10 * np.log1p(np.exp(theta)), rtol=1e-9)
    assert found.attrs["priors"] == "(Intercept): normal(-1, 0.5)"
    assert found.attrs["data"] == "invented" and "invented" in str(posterior)


@pytest.mark.soak
def test_wide_priors_give_back_maximum_likelihood(fitted: Fit) -> None:
    """With the default priors 200 rows outweigh them: means lie within half a standard error."""
    found = sample(fitted, draws=500, warmup=300, seed=1)
    table = found.frame()
    assert found.converged, found.problems
    assert table["difference_in_se"].abs().max() < 0.5
    np.testing.assert_allclose(table["sd"] / table["ml_se"], 1.0, atol=0.2)
    assert (table["prior_sd"] > 2.4).all()


def test_the_same_seed_gives_the_same_draws(coin: Fit, posterior: Posterior) -> None:
    """Seeds are explicit: two runs with one seed are one run, with another they differ."""
    prior = {"(Intercept)": (-1.0, 0.5)}
    again, other = (sample(coin, prior, draws=1000, warmup=300, seed=seed) for seed in (3, 4))
    theta = [np.asarray(one.inference.posterior["theta"]) for one in (posterior, again, other)]
    np.testing.assert_array_equal(theta[0], theta[1])
    assert (theta[0] != theta[2]).any()


def test_draws_that_cannot_be_trusted_say_so(coin: Fit) -> None:
    """Chains apart, chains too short and divergent paths are each named, and give no intervals."""
    random = np.random.default_rng(0)
    draws = random.normal(size=(2, 60, 1))
    draws[1] += 5.0
    diverging = np.zeros((2, 60), dtype=bool)
    diverging[0, 3] = True
    inference = arviz.from_dict(
        posterior={"theta": draws},
        sample_stats={"diverging": diverging},
        coords={"parameter": ["(Intercept)"]},
        dims={"theta": ["parameter"]},
    )
    problems = problems_of(inference, coin.names)
    found = Posterior(inference, coin, {"(Intercept)": (0.0, 2.5)}, problems)
    assert not found.converged
    assert [word in said for said, word in zip(problems, ("R-hat", "size", "1 div"), strict=True)]
    assert "NOT CONVERGED: do not use these draws" in str(found)
    assert found.frame()[["low", "high"]].isna().all().all()


def test_priors_that_cannot_be_are_refused(fitted: Fit) -> None:
    """A prior of no parameter, of no width, and a single chain each say what is allowed."""
    with pytest.raises(InputError, match="Did you mean 'kindb'"):
        sample(fitted, {"kinb": (0, 1)})
    with pytest.raises(InputError, match="above zero"):
        sample(fitted, {"x": (0, 0)})
    with pytest.raises(InputError, match="not a mean and a standard deviation"):
        sample(fitted, {"x": 3})
    with pytest.raises(InputError, match="cannot be checked against each other"):
        sample(replace(fitted), chains=1)
