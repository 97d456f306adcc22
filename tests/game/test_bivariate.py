"""The bivariate normal distribution function against SciPy's, and in the tails."""

from __future__ import annotations

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import log_ndtr
from scipy.stats import multivariate_normal

from tightrope.game.bivariate import log_bivariate_normal

RHO = float(np.sqrt(0.5))


@pytest.mark.parametrize("rho", [0.0, 0.3, RHO, 0.8])
def test_it_agrees_with_scipy_in_the_body(rho: float) -> None:
    """Φ₂ differs from SciPy's by less than SciPy's own error of 1e-12."""
    points = np.random.default_rng(1).normal(scale=1.5, size=(200, 2))
    ours = np.exp(log_bivariate_normal(*jnp.asarray(points.T), rho))
    theirs = multivariate_normal.cdf(points, cov=[[1.0, rho], [rho, 1.0]])
    assert np.abs(ours - theirs).max() < 1e-12


def test_it_keeps_its_relative_error_in_the_tails() -> None:
    """Down to probabilities of 1e-60 the logarithm is right to 1e-11, as integration says."""
    rng = np.random.default_rng(2)
    for h, k in rng.uniform(-11.0, 11.0, size=(15, 2)):

        def log_integrand(t: float, h: float = h) -> float:
            return float(-0.5 * t * t - 0.5 * np.log(2 * np.pi) + log_ndtr(np.sqrt(2) * h - t))

        grid = np.linspace(-30.0, k, 801)
        peak_at = grid[np.argmax([log_integrand(t) for t in grid])]
        peak = log_integrand(peak_at)
        edges = np.unique(
            np.clip(peak_at + np.array([-20, -6, -2, -0.5, 0, 0.5, 2, 6, 20]), -60, k)
        )
        area = sum(
            quad(lambda t, p=peak: np.exp(log_integrand(t) - p), a, b, epsabs=0.0, epsrel=1e-12)[0]
            for a, b in pairwise(edges)
        )
        ours = float(log_bivariate_normal(jnp.asarray(h), jnp.asarray(k), RHO))
        assert ours == pytest.approx(peak + np.log(area), abs=1e-11)


def test_its_derivatives_are_those_of_its_values() -> None:
    """First and second derivatives agree with central differences to their error of 1e-8."""
    h, k = jnp.asarray([0.3, -4.0, 2.0]), jnp.asarray([-0.8, -2.0, 5.0])

    def total(h: jax.Array, k: jax.Array) -> jax.Array:
        return jnp.sum(log_bivariate_normal(h, k, RHO))

    step = 1e-5
    slope = jax.grad(total, 0)
    numeric = (log_bivariate_normal(h + step, k, RHO) - log_bivariate_normal(h - step, k, RHO)) / (
        2 * step
    )
    assert np.allclose(slope(h, k), numeric, rtol=1e-8, atol=1e-9)
    curve = jax.jvp(lambda at: slope(at, k), (h,), (jnp.ones(3),))[1]
    numeric = (slope(h + step, k) - slope(h - step, k)) / (2 * step)
    assert np.allclose(curve, numeric, rtol=1e-7, atol=1e-8)


def test_a_negative_correlation_is_refused() -> None:
    """Where the formula would cancel it says so instead of losing digits."""
    with pytest.raises(ValueError, match="not between"):
        log_bivariate_normal(jnp.asarray(0.0), jnp.asarray(0.0), -0.5)
