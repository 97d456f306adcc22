"""Vuong and Clarke tests, and profile likelihoods, against sums done by hand."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.stats import binom, norm

from tightrope.history.nonnested import clarke_test, same_test, vuong_test
from tightrope.history.penalty import LogF
from tightrope.history.profile import profile
from tightrope.history.results import Fit
from tightrope.treaty import InputError


@pytest.fixture(scope="module")
def rivals(logit, table: pd.DataFrame) -> tuple[Fit, Fit]:
    """Two models that do not contain each other, of one and of two slopes."""
    return logit("y ~ x", table), logit("y ~ z + kind", table)


def hand(fit: Fit) -> np.ndarray:
    """Log-likelihood of each row, in NumPy."""
    design, seen = map(np.asarray, fit.likelihood.data)
    return -np.log1p(np.exp(-np.where(seen == 1, 1, -1) * (design @ fit.theta)))


@pytest.mark.parametrize("correction", ["none", "aic", "bic"])
def test_vuong_and_clarke_are_their_formulas(rivals: tuple[Fit, Fit], correction: str) -> None:
    """Both statistics and p-values equal the formulas of the papers worked out in NumPy."""
    one, two = rivals
    gap = hand(one) - hand(two)
    size, more = len(gap), len(one.names) - len(two.names)
    penalty = {"none": 0, "aic": more, "bic": more / 2 * np.log(size)}[correction]
    vuong = vuong_test(one, two, correction)
    z = (gap.sum() - penalty) / (np.sqrt(size) * gap.std())
    assert vuong.statistic == pytest.approx(z, rel=1e-9)
    assert vuong.p == pytest.approx(2 * norm.sf(abs(z)), rel=1e-9)
    clarke = clarke_test(one, two, correction)
    count = (gap > penalty / size).sum()
    assert clarke.statistic == count
    assert clarke.p == pytest.approx(min(1, 2 * binom.cdf(min(count, size - count), size, 0.5)))
    assert vuong.favours == (1 if z > 0 else 2)


def test_models_that_hardly_differ_are_said_to(logit, table: pd.DataFrame, rivals) -> None:
    """Two irrelevant regressors leave the models alike: the first step finds no difference.

    Of 20 pairs of models that are the same in truth, the 5% test may reject some, seldom five.
    """
    assert same_test(*rivals) < 0.001 and "hardly differ" not in str(vuong_test(*rivals))
    rejected = 0
    for seed in range(100, 120):
        noise = np.random.default_rng(seed).normal(size=(2, len(table)))
        more = table.assign(p=noise[0], q=noise[1])
        pair = logit("y ~ x + p", more), logit("y ~ x + q", more)
        rejected += same_test(*pair) < 0.05
        if seed == 100:
            assert "hardly differ" in str(vuong_test(*pair))
    assert rejected <= 4


def test_the_order_of_the_models_turns_the_sign_and_nothing_else(rivals: tuple[Fit, Fit]) -> None:
    """Swapping the models mirrors both tests."""
    one, two = rivals
    there, back = vuong_test(one, two), vuong_test(two, one)
    assert (back.statistic, back.p) == pytest.approx((-there.statistic, there.p))
    assert {there.favours, back.favours} == {1, 2}
    there, back = clarke_test(one, two), clarke_test(two, one)
    assert there.statistic + back.statistic == one.size and there.p == pytest.approx(back.p)


def test_a_model_ties_with_itself(rivals: tuple[Fit, Fit]) -> None:
    """Where no row tells two models apart there is no statistic, and the sentence says so."""
    for test in (vuong_test, clarke_test):
        tie = test(rivals[0], rivals[0])
        assert (tie.statistic, tie.p, tie.favours) == (None, 1.0, None)
        assert "say the same in every row" in str(tie)


def test_rows_decide_what_can_be_compared(rivals: tuple[Fit, Fit]) -> None:
    """Fits of different rows, failed fits and unknown corrections are refused with the reason."""
    one, two = rivals
    with pytest.raises(InputError, match="different rows"):
        vuong_test(replace(one, kept=one.kept + 1), two)
    with pytest.raises(InputError, match="the first fit did not converge"):
        clarke_test(replace(one, converged=False), two)
    with pytest.raises(InputError, match="nested pseudo-likelihood"):
        vuong_test(one, replace(two, settings={"method": "npl"}))
    for test in (vuong_test, clarke_test):
        with pytest.raises(InputError, match="first stage as known"):
            test(replace(one, settings={"method": "pl"}), two)
        with pytest.raises(InputError, match=r"second fit is penalised[\s\S]*without --penalty"):
            test(one, replace(two, penalty=LogF(np.ones(len(two.names)))))
    with pytest.raises(InputError, match="Allowed: none, aic, bic"):
        vuong_test(one, two, "schwarz")
    other = replace(one.likelihood, counts=(("no", 1.0), ("yes", 199.0)))
    with pytest.raises(InputError, match="different outcomes"):
        vuong_test(replace(one, likelihood=other), two)


def test_profile_of_a_coin_is_its_likelihood(coin: Fit) -> None:
    """With one parameter the interval's ends solve 2(L − L(v)) = 3.84 exactly."""
    found = profile(coin)

    def excess(v: float) -> float:
        fall = 7 * np.log(0.7) + 3 * np.log(0.3) + 10 * np.log1p(np.exp(v)) - 7 * v
        return 2 * fall - 3.841458820694124

    top = np.log(7 / 3)
    ends = brentq(excess, top - 5, top), brentq(excess, top, top + 5)
    row = found.intervals.iloc[0]
    # ends are found to 1e-6 of a standard error
    assert (row["low"], row["high"]) == pytest.approx(ends, abs=1e-5)
    assert found.better is None and found.curve["converged"].all()
    reach = 1.959963984540054 * coin.std_errors["(Intercept)"]
    assert (row["wald_low"], row["wald_high"]) == pytest.approx((top - reach, top + reach))
    assert "No profile rises above the maximum" in str(found)


def test_profile_lets_the_other_parameters_move(fitted: Fit) -> None:
    """Profiles are highest at the estimate and fall to both sides."""
    found = profile(fitted, ["x", "kindb"], points=4)
    for _, curve in found.curve.groupby("name"):
        assert curve["loglik"].idxmax() == curve.index[4]
        assert (np.diff(curve["root"]) > 0).all()
    held = fitted.theta.copy()
    row = found.curve.iloc[0]
    held[fitted.names.index(row["name"])] = row["value"]
    assert row["loglik"] > float(fitted.likelihood.loglik(held))


def test_false_convergence_is_found_and_mended(fitted: Fit) -> None:
    """From a fit that stopped short, the profile climbs to the maximum and says so."""
    short = fitted.theta + 0.5 * np.array(list(fitted.std_errors.values()))
    stopped = replace(
        fitted, theta=short, loglik=float(fitted.likelihood.loglik(short)), converged=True
    )
    found = profile(stopped, ["x"], points=3)
    assert found.better is not None and found.better.converged
    np.testing.assert_allclose(found.better.theta, fitted.theta, atol=1e-8)
    assert "FALSE CONVERGENCE" in str(found)


def test_an_interval_without_an_end_is_open(coin: Fit) -> None:
    """Ten of ten: the likelihood never falls towards certainty, so that end is infinite."""
    design, seen = coin.likelihood.data
    heads = replace(coin.likelihood, data=(design, jnp.ones_like(seen)))
    theta = np.array([3.0])
    stood = replace(coin, likelihood=heads, theta=theta, loglik=float(heads.loglik(theta)))
    row = profile(stood, points=2).intervals.iloc[0]
    assert row["high"] == np.inf and np.isfinite(row["low"])


def test_profiles_of_nothing_are_refused(fitted: Fit) -> None:
    """A name that is no parameter, and one without a standard error, say so."""
    with pytest.raises(InputError, match="Did you mean 'kindb'"):
        profile(fitted, ["kinb"])
    with pytest.raises(InputError, match="no standard error"):
        profile(replace(fitted, covariance=np.full_like(fitted.covariance, np.nan)), ["x"])
