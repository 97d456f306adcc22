"""The war chain against the contest function and against plain linear algebra."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_war import odds_up, plain_war, transition

from tightrope.guarantee import war

RATIOS = st.floats(-3.0, 3.0)
ALPHAS = st.floats(0.2, 1.5)
STEPS = st.sampled_from([1, 2, 4])


@settings(max_examples=60, deadline=None)
@given(ratio=RATIOS, alpha=ALPHAS, steps=STEPS)
def test_chain_without_discount_or_exit_is_tullock(ratio: float, alpha: float, steps: int) -> None:
    """War to the end from the middle is won with chance M^m/(M^m + X^m), m = alpha·steps."""
    lines = war.line_values(steps, 0.0, 0.5, 1.0)
    zero, y = jnp.zeros(()), jnp.asarray(ratio)
    values = war.war_values(y, lines, jnp.asarray(alpha), zero, zero, jnp.asarray(0.25))
    strength = np.exp(ratio)
    tullock = 1.0 / (1.0 + strength ** (alpha * steps))
    assert float(values.line) == pytest.approx(tullock, abs=1e-12)
    assert float(war.success(y, jnp.asarray(alpha), steps)) == pytest.approx(tullock, abs=1e-12)
    assert float(values.burden) == 0.0
    assert float(values.settled) == 0.0


@settings(max_examples=60, deadline=None)
@given(
    ratio=RATIOS,
    alpha=ALPHAS,
    steps=STEPS,
    rho=st.floats(0.0, 0.5),
    eta=st.floats(0.0, 2.0),
    low=st.floats(0.0, 0.2),
    today=st.floats(0.2, 0.6),
    high=st.floats(0.6, 1.0),
)
def test_chain_equals_a_dense_linear_solve(
    ratio: float,
    alpha: float,
    steps: int,
    rho: float,
    eta: float,
    low: float,
    today: float,
    high: float,
) -> None:
    """Line, burden, years, settlement and relief solve the chain's equations."""
    lines = np.concatenate(
        [np.linspace(low, today, steps + 1)[:-1], np.linspace(today, high, steps + 1)]
    )
    np.testing.assert_allclose(war.line_values(steps, low, today, high), lines, atol=1e-15)
    values = war.war_values(
        jnp.asarray(ratio),
        jnp.asarray(lines),
        jnp.asarray(alpha),
        jnp.asarray(rho),
        jnp.asarray(eta),
        jnp.asarray(0.25),
    )
    plain = plain_war(ratio, lines, alpha, rho, eta, 0.25)
    for name, expected in plain.items():
        assert float(getattr(values, name)) == pytest.approx(expected, abs=1e-12, rel=1e-12), name


@pytest.mark.parametrize("steps", [2, 4])
def test_settlement_times_equal_matrix_powers(steps: int) -> None:
    """A war ends by settlement in step t with the chance that the t-th power of its matrix says."""
    ratio, alpha, eta, step, periods = 0.4, 0.7, 0.3, 0.25, 40
    ends = war.settlement_times(
        jnp.asarray(ratio), jnp.asarray(alpha), jnp.asarray(eta), jnp.asarray(step), steps, periods
    )
    settle = 1.0 - np.exp(-eta * step)
    inner = transition(odds_up(ratio, alpha), 2 * steps + 1)[1:-1, 1:-1]
    for t in range(periods):
        going = np.linalg.matrix_power((1.0 - settle) * inner, t)
        assert float(ends[t]) == pytest.approx(settle * going[steps - 1].sum(), abs=1e-13)
    lines = jnp.linspace(0.0, 1.0, 2 * steps + 1)
    every = war.war_values(
        jnp.asarray(ratio),
        lines,
        jnp.asarray(alpha),
        jnp.zeros(()),
        jnp.asarray(eta),
        jnp.asarray(step),
    )
    assert float(ends.sum()) == pytest.approx(float(every.settled), abs=1e-3)


def test_war_bounds() -> None:
    """Lines stay between the ends, shares in [0, 1], and strength helps whoever has it."""
    y = jnp.linspace(-6.0, 6.0, 61)
    lines = war.line_values(4, 0.0, 0.2, 1.0)
    values = war.war_values(
        y, lines, jnp.asarray(0.6), jnp.asarray(0.06), jnp.asarray(0.25), jnp.asarray(0.25)
    )
    assert np.all((values.line >= 0.0) & (values.line <= 1.0))
    assert np.all((values.burden >= 0.0) & (values.burden <= 1.0))
    assert np.all((values.relief >= 0.0) & (values.relief <= values.settled))
    assert np.all(np.diff(values.line) < 0.0), "strength against the challenger lowers its line"
