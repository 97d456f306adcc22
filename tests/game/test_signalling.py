"""The crisis-signalling game: its chances by simulation, and all of its equilibria."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from tightrope.game.signalling import (
    Payoffs,
    cutoff,
    equilibrium_log_outcomes,
    log_stand_firm,
    reply,
    rising,
)
from tightrope.game.signalling_equilibria import LOWEST, chances, find_equilibria, follow

DRAWS = 100_000


def example(wb: np.ndarray | float) -> Payoffs:
    """A game with three equilibria up to about W_B = −2.69, and one beyond."""
    wb = np.atleast_1d(np.asarray(wb, float))
    one = np.ones_like(wb)
    return Payoffs(0 * one, one, 0 * one, -1.9 * one, wb, -1.2 * one, one)


def test_chances_are_those_of_simulated_players() -> None:
    """At each equilibrium, players who draw shocks and compare payoffs act as often as said."""
    game = example(-2.8)
    found = find_equilibria(game)
    assert found.number[0] == 3
    rng = np.random.default_rng(5)
    for z in found.z[0]:
        resist, firm = (float(p[0]) for p in chances(jnp.asarray([z]), game))
        stand = -1.9 + rng.normal(size=DRAWS)
        back = -1.2 + rng.normal(size=DRAWS)
        war_b = -2.8 + rng.normal(size=DRAWS)
        challenge = resist * np.maximum(stand, back) + (1.0 - resist) * 1.0 > 0.0
        resists = firm * war_b + (1.0 - firm) * 1.0 > 0.0
        shares = [
            np.mean(~challenge),
            np.mean(challenge & ~resists),
            np.mean(challenge & resists & (stand > back)),
            np.mean(challenge & resists & (stand <= back)),
        ]
        said = np.exp(equilibrium_log_outcomes(jnp.asarray([z]), game))[:, 0]
        assert said.sum() == pytest.approx(1.0, abs=1e-14)
        # five standard errors of a share of DRAWS
        assert np.abs(np.array(shares) - said).max() < 5 * 0.5 / np.sqrt(DRAWS)


def test_the_known_fold_is_crossed() -> None:
    """Three equilibria become one as W_B rises, and the two that meet have slopes on both sides of
    one."""
    found = find_equilibria(example(np.linspace(-2.9, -2.2, 15)))
    assert found.number.tolist() == [3] * 4 + [1] * 11
    assert (found.slope[:4, 1] > 1.0).all()
    assert (found.slope[:4, [0, 2]] < 1.0).all()
    assert not found.stable[:4, 1].any()
    low, high = -2.75, -2.65
    for _ in range(22):
        middle = 0.5 * (low + high)
        low, high = (
            (middle, high) if find_equilibria(example(middle)).number[0] == 3 else (low, middle)
        )
    near = find_equilibria(example(low))
    # at a fold z moves as the square root of the distance, so slopes are 1 within 1e-3 at 1e-9
    assert near.slope[0, 0] == pytest.approx(1.0, abs=5e-3)
    assert near.slope[0, 1] == pytest.approx(1.0, abs=5e-3)


def test_no_equilibrium_is_missed() -> None:
    """In random games a grid of 4,000 points finds no crossing that is not among those found, and
    the indices sum to one (checked inside)."""
    size = 24
    rng = np.random.default_rng(3)
    games = Payoffs(*(2.0 * rng.normal(size=(7, size))))
    found = find_equilibria(games)
    assert found.residual < 1e-10
    grid = np.linspace(-12.0, 10.0, 4_001)
    for i in range(size):
        game = Payoffs(*[jnp.full(grid.shape, p[i]) for p in games])
        gap = np.asarray(reply(jnp.asarray(grid), game)) - grid
        crossings = grid[:-1][np.sign(gap[:-1]) != np.sign(gap[1:])]
        held = found.z[i][(found.z[i] > -12.0) & (found.z[i] < 10.0)]
        assert len(crossings) <= len(held)
        for place in crossings:
            assert np.abs(held - place).min() < 2 * (grid[1] - grid[0])
        if not np.asarray(rising(games))[i]:
            assert found.number[i] + found.corner[i] == 1


payoff = st.floats(-6.0, 6.0)


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[payoff] * 7), st.floats(-8.0, 8.0))
def test_the_reply_is_monotone_as_said(values: tuple[float, ...], z: float) -> None:
    """The reply never moves against the direction that ``rising`` states."""
    game = Payoffs(*[jnp.asarray(v) for v in values])
    first, second = reply(jnp.asarray(z), game), reply(jnp.asarray(z + 0.25), game)
    slack = 1e-9 * (1.0 + abs(float(first)))
    if bool(rising(game)):
        assert float(second) >= float(first) - slack
    else:
        assert float(second) <= float(first) + slack


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[payoff] * 7), st.floats(-30.0, 8.0))
def test_probabilities_sum_to_one_at_every_extreme(values: tuple[float, ...], z: float) -> None:
    """Whatever is expected, the four chances sum to one and none is NaN."""
    game = Payoffs(*[jnp.asarray(v) for v in values])
    chance = np.exp(equilibrium_log_outcomes(jnp.asarray(z), game))
    assert np.isfinite(chance).all()
    assert chance.sum() == pytest.approx(1.0, abs=1e-12)
    assert -np.inf < float(log_stand_firm(jnp.asarray(z), game)) <= 1e-12


def test_the_derivative_through_an_equilibrium_is_that_of_solving_anew() -> None:
    """Implicit derivatives agree with central differences to their error, at each equilibrium."""
    start = jnp.asarray(find_equilibria(example(-2.8)).z[0])
    values = jnp.asarray(example(-2.8))[:, 0]

    @jax.jit
    def solved(values: jax.Array) -> jax.Array:
        return follow(start, Payoffs(*[jnp.repeat(v, 3) for v in values]))

    exact = jax.jit(jax.jacfwd(solved))(values)
    for place, unit in enumerate(1e-6 * np.eye(7)):
        numeric = (solved(values + unit) - solved(values - unit)) / 2e-6
        assert np.allclose(exact[:, place], numeric, rtol=1e-6, atol=1e-7), Payoffs._fields[place]


def test_a_lost_equilibrium_is_missing_not_invented() -> None:
    """Beyond the fold the equilibria that met cannot be followed: the answer is NaN."""
    start = jnp.asarray(find_equilibria(example(-2.7)).z[0, :1])
    lost = follow(start, example(-2.0))
    kept = find_equilibria(example(-2.0)).z[0, 0]
    assert np.isnan(lost[0]) or lost[0] == pytest.approx(kept, abs=1e-9)


def test_the_corner_is_flagged() -> None:
    """Where B gains nothing by resisting a bluffer, never resisting is an equilibrium too."""
    game = Payoffs(*[np.array([v]) for v in (1.0, 0.0, 1.0, -2.0, -1.0, 1.0, 0.0)])
    found = find_equilibria(game)
    assert found.corner[0]
    assert float(np.asarray(reply(jnp.asarray([LOWEST]), game))[0]) < LOWEST


def test_a_first_mover_sure_of_surrender_challenges_more() -> None:
    """The cutoff is S_A when B surely resists, and falls without bound as B's resistance vanishes
    if V_A > S_A."""
    game = example(-2.5)
    assert float(cutoff(jnp.asarray(40.0), game)[0]) == pytest.approx(0.0, abs=1e-12)
    assert float(cutoff(jnp.asarray(-5.0), game)[0]) < -1e5
    assert ndtr(-5.0) < 1e-6
