"""The statistical ultimatum game: densities integrate to one, and players simulated do as said."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import lambertw

from tightrope.game.ultimatum import (
    Bargain,
    best_offer,
    expected,
    log_accept,
    log_offer,
    wright_omega,
)

Q = 15.0
#: Gauss–Legendre nodes and weights on 100 equal pieces of the offers.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(30)
OFFERS = (np.arange(100)[:, None] + 0.5 * (_NODES + 1.0)).ravel() * Q / 100
WEIGHTS = np.tile(0.5 * _WEIGHTS, 100) * Q / 100
DRAWS = 200_000


def bargain(mean1: float, mean2: float, s1: float, s2: float) -> Bargain:
    """One bargain over a prize of 15."""
    return Bargain(*[jnp.asarray(v) for v in (mean1, mean2, s1, s2, Q)])


def mass(offer: float, game: Bargain) -> float:
    return float(jnp.exp(log_offer(jnp.asarray(offer), offer == 0.0, offer == Q, game)))


@settings(max_examples=15, deadline=None)
@given(st.floats(-10.0, 15.0), st.floats(-5.0, 15.0), st.floats(1.0, 8.0), st.floats(1.0, 8.0))
def test_the_density_and_the_two_masses_sum_to_one(
    mean1: float, mean2: float, s1: float, s2: float
) -> None:
    """Over all offers the model gives probability one, to the quadrature's error."""
    game = bargain(mean1, mean2, s1, s2)
    density = np.exp(log_offer(jnp.asarray(OFFERS), False, False, game))
    inside = float(density @ WEIGHTS)
    assert inside + mass(0.0, game) + mass(Q, game) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("means", [(5.0, 10.0), (-3.0, 2.0), (12.0, 4.0)])
def test_simulated_players_do_as_said(means: tuple[float, float]) -> None:
    """Offers computed from each proposer's own optimum, and answers from each responder's own
    reservation value, have the expectations and masses of the model (five standard errors)."""
    s1, s2 = 3.0, 1.5
    game = bargain(*means, s1, s2)
    rng = np.random.default_rng(4)
    offers = np.asarray(best_offer(jnp.asarray(s1 * rng.logistic(size=DRAWS)), game))
    taken = offers >= means[1] + s2 * rng.logistic(size=DRAWS)
    offer, accept = map(float, expected(game))
    assert offers.mean() == pytest.approx(offer, abs=5 * offers.std() / np.sqrt(DRAWS))
    assert taken.mean() == pytest.approx(accept, abs=5 * 0.5 / np.sqrt(DRAWS))
    for end in (0.0, Q):
        assert np.mean(offers == end) == pytest.approx(mass(end, game), abs=2.5 / np.sqrt(DRAWS))


def test_the_best_offer_is_best() -> None:
    """No offer on a fine grid gives the proposer more than the one of the closed form."""
    game = bargain(4.0, 6.0, 1.0, 1.2)
    grid = jnp.linspace(0.0, Q, 30_001)
    accept = jnp.exp(log_accept(grid, game)[1])
    for shock in (-8.0, -1.0, 0.0, 2.0, 9.0):
        value = accept * (Q - grid) + (1.0 - accept) * (4.0 + shock)
        best = float(grid[jnp.argmax(value)])
        assert float(best_offer(jnp.asarray(shock), game)) == pytest.approx(best, abs=1e-3)


def test_wright_omega_solves_its_equation() -> None:
    """ω + log ω = a from −50 to 10⁵, and ω is Lambert's W of e^a where that can be computed."""
    a = np.concatenate([np.linspace(-50.0, 300.0, 800), np.geomspace(300.0, 1e5, 50)])
    omega = np.asarray(wright_omega(jnp.asarray(a)))
    assert np.abs((omega + np.log(omega) - a) / (1.0 + np.abs(a))).max() < 1e-14
    small = a < 300.0
    assert np.allclose(omega[small], lambertw(np.exp(a[small])).real, rtol=1e-13)
    slope = jax.vmap(jax.grad(wright_omega))(jnp.asarray([0.0, 3.0]))
    assert np.allclose(slope, omega_slope(np.array([0.0, 3.0])), rtol=1e-12)


def omega_slope(a: np.ndarray) -> np.ndarray:
    omega = lambertw(np.exp(a)).real
    return np.asarray(omega / (1.0 + omega))
