"""Climbs, starts and derivatives: what they must reach, and what must not change the answer."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from tightrope.history.fit import fit
from tightrope.history.likelihood import Likelihood
from tightrope.history.maximise import climb_many, maximise, multistart


def log_rows(theta, data):
    """A normal sample with unknown mean and log standard deviation."""
    return -theta[1] - 0.5 * ((data - theta[0]) * jnp.exp(-theta[1])) ** 2


def log_none(theta, data):
    """No outcomes to speak of."""
    return jnp.zeros((data.shape[0], 1))


SAMPLE = np.random.default_rng(0).normal(3.0, 2.0, size=500)
NORMAL = Likelihood(
    game="normal",
    names=("mean", "log sd"),
    outcomes=("x",),
    data=jnp.asarray(SAMPLE),
    weights=jnp.ones(500),
    log_rows=log_rows,
    log_probabilities=log_none,
    start=jnp.zeros(2),
    scales=jnp.ones(2),
)


def test_generic_derivatives_reach_the_known_maximum():
    """Any row function is maximised by JAX derivatives: a normal sample gives its moments."""
    found = maximise(NORMAL)
    assert found.converged and found.gradient_norm < 1e-8
    assert found.theta == pytest.approx([SAMPLE.mean(), np.log(SAMPLE.std())], abs=1e-10)
    many = multistart(NORMAL, 5, seed=1)
    assert len(many) == 1 and many[0].starts == 6
    weights = np.stack([np.ones(500), np.repeat([2.0, 0.0], 250)])
    both = climb_many(NORMAL, np.zeros((2, 2)), weights)
    assert both.theta[1, 0] == pytest.approx(SAMPLE[:250].mean(), abs=1e-10)


def test_exact_derivatives_equal_generic_ones(war):
    """Without its own derivatives the tree gives the same sums and scores by JAX, in one piece."""
    plain = replace(war.likelihood, exact=None)
    theta = war.theta + 0.1
    for mine, theirs in zip(
        war.likelihood.derivatives(theta), plain.derivatives(theta), strict=True
    ):
        assert mine == pytest.approx(theirs, rel=1e-10, abs=1e-9)
    assert war.likelihood.scores(theta) == pytest.approx(plain.scores(theta), abs=1e-11)
    assert float(plain.loglik(theta)) == pytest.approx(float(plain.derivatives(theta).value))


def test_gradient_is_that_of_the_value(war):
    """The gradient of the sum equals central differences of the sum."""
    like = war.likelihood
    theta = war.theta + 0.2
    gradient = like.derivatives(theta).gradient
    for j, slope in enumerate(gradient):
        step = np.zeros_like(theta)
        step[j] = 1e-5
        up, down = like.derivatives(theta + step).value, like.derivatives(theta - step).value
        # quotients of sums near 300 are good to about 1e-8
        assert slope == pytest.approx((up - down) / 2e-5, abs=1e-5)


def test_weights_count_rows(war, table, war_formula):
    """A row of weight two counts as two rows, a row of weight zero as none."""
    data = table("war1800").dropna().reset_index(drop=True)
    times = np.arange(len(data)) % 3
    weighted = fit("egame12", war_formula, data.assign(w=times), weights="w", starts=0)
    repeated = fit("egame12", war_formula, data.loc[data.index.repeat(times)], starts=0)
    assert weighted.theta == pytest.approx(repeated.theta, abs=1e-8)
    assert weighted.loglik == pytest.approx(repeated.loglik, abs=1e-8)
    errors = list(repeated.std_errors.values())
    assert list(weighted.std_errors.values()) == pytest.approx(errors, rel=1e-8)


def test_order_and_units_do_not_matter(war, table, war_formula):
    """Rows in another order give the same fit; a regressor in other units, its coefficient."""
    data = table("war1800")
    mixed = fit("egame12", war_formula, data.sample(frac=1.0, random_state=1), starts=0)
    assert mixed.theta == pytest.approx(war.theta, abs=1e-9)
    scaled = fit("egame12", war_formula, data.assign(balanc=1e6 * data.balanc), starts=0)
    name = "u2(esc,war):balanc"
    assert scaled.coefficients[name] * 1e6 == pytest.approx(war.coefficients[name], abs=1e-7)
    assert scaled.loglik == pytest.approx(war.loglik, abs=1e-9)


def test_held_parameters_stay(war):
    """A masked parameter keeps its start, and the others climb to the best beside it."""
    free = np.ones(len(war.names))
    free[0] = 0.0
    start = war.theta.copy()
    start[0] += 0.5
    found = maximise(war.likelihood, start, free=free)
    assert found.converged and found.theta[0] == start[0]
    assert found.loglik < war.loglik
    slope = np.asarray(war.likelihood.derivatives(found.theta).gradient)
    assert np.abs(slope[1:]).max() < 1e-8 and abs(slope[0]) > 1e-3


def test_no_floor_in_the_likelihood(war):
    """Far out the log-likelihood goes on falling as the square of the distance, never flat."""
    like = war.likelihood
    values = [float(like.derivatives(size * war.theta).value) for size in (50.0, 100.0, 200.0)]
    assert values[0] > values[1] > values[2]
    # a floor of 1e-16 on each probability would stop at 36 a row
    assert values[2] < -36.0 * like.size
    assert np.isfinite(like.derivatives(200.0 * war.theta).gradient).all()


def test_chunks_do_not_matter(war, monkeypatch):
    """The same sums come out however the rows are cut."""
    from tightrope.history import likelihood as module
    from tightrope.history import treelik

    whole = war.likelihood.derivatives(war.theta)
    monkeypatch.setattr(treelik, "_CELLS", 64)
    for mine, theirs in zip(war.likelihood.derivatives(war.theta), whole, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-12, abs=1e-12)
    monkeypatch.setattr(module, "CHUNK", 128)
    cut = replace(NORMAL, sums=None, log_rows=lambda theta, data: log_rows(theta, data))
    expected = NORMAL.derivatives([1.0, 0.5])
    for mine, theirs in zip(cut.derivatives([1.0, 0.5]), expected, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-12)
    assert cut.scores([1.0, 0.5]) == pytest.approx(NORMAL.scores([1.0, 0.5]))
