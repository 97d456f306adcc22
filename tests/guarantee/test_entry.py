"""Ratification and entry into force against enumeration over who ratifies."""

from __future__ import annotations

from itertools import product
from math import exp, log, sqrt
from statistics import NormalDist

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from tightrope.guarantee import acceptance

Floats = NDArray[np.float64]
SHOCKS = {-sqrt(3.0): 1.0 / 6.0, 0.0: 4.0 / 6.0, sqrt(3.0): 1.0 / 6.0}


def enumerate_entry(
    logits: Floats, named: Floats, quorum: float, eligible: Floats, spread: float
) -> tuple[float, Floats, Floats]:
    """Chances of entry, of each ratification, and of each given entry, by brute force."""
    n = len(logits)
    enters, ratifies, joint = 0.0, np.zeros(n), np.zeros(n)
    for shock, weight in SHOCKS.items():
        chance = [
            e / (1.0 + exp(-(x + spread * shock))) for x, e in zip(logits, eligible, strict=True)
        ]
        for who in product((0, 1), repeat=n):
            odds = weight
            for yes, p in zip(who, chance, strict=True):
                odds *= p if yes else 1.0 - p
            ratifies += odds * np.array(who)
            if all(y or not m for y, m in zip(who, named, strict=True)) and sum(who) >= quorum:
                enters += odds
                joint += odds * np.array(who)
    return enters, ratifies, joint / max(enters, 1e-300)


@pytest.mark.parametrize("seed", range(6))
def test_entry_into_force_equals_enumeration(seed: int) -> None:
    """Entry, ratifications and parties given entry equal a sum over all who may ratify."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 11))
    logits, spread = rng.normal(0.5, 1.5, n), float(rng.uniform(0.0, 1.0))
    eligible = (rng.uniform(size=n) < 0.8).astype(float)
    eligible[0] = 1.0
    named = (rng.uniform(size=n) < 0.3) * eligible
    quorum = float(rng.integers(int(named.sum()), int(eligible.sum()) + 1))
    found = acceptance.entry(
        {"ratification_shock_sd": jnp.asarray(spread)},
        *(jnp.asarray(x) for x in (logits, named, quorum, eligible)),
    )
    enters, ratifies, given = enumerate_entry(logits, named, quorum, eligible, spread)
    assert float(found.in_force) == pytest.approx(enters, abs=1e-13)
    np.testing.assert_allclose(found.ratifies, ratifies, atol=1e-13)
    np.testing.assert_allclose(found.given_entry, given, atol=1e-11)


def test_those_who_must_ratify_are_parties_once_it_is_in_force() -> None:
    """A named state is a party given entry with certainty, one that may not ratify never."""
    named, eligible = np.array([1.0, 0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0])
    found = acceptance.entry(
        {"ratification_shock_sd": jnp.asarray(0.5)},
        *(jnp.asarray(x) for x in (np.array([-1.0, 0.5, 1.0, 4.0]), named, 2.0, eligible)),
    )
    assert float(found.given_entry[0]) == pytest.approx(1.0, abs=1e-14)
    assert float(found.given_entry[3]) == 0.0
    assert float(found.ratifies[3]) == 0.0
    assert np.all(np.asarray(found.given_entry) >= np.asarray(found.ratifies) - 1e-15)


def test_ratification_log_odds_follow_the_formula() -> None:
    """λ(softmin(ΔV_exec, ΔV_pivot) + σΦ⁻¹(1−τ)) + logit p0, and without a vote no pivot counts."""
    world = {
        "precision.ratification": 12.0, "softmin_precision": 20.0, "ratification_spread": 0.1,
        "base.ratification": 0.97,
    }  # fmt: skip
    executive, pivot = np.array([0.1, 0.1, 0.1, -0.2]), np.array([-0.3, -0.3, -0.3, 0.4])
    rule = np.array([0, 1, 2, 2])
    found = acceptance.ratification_logits(
        {k: jnp.asarray(v) for k, v in world.items()},
        jnp.asarray(executive), jnp.asarray(pivot), jnp.asarray(rule),
    )  # fmt: skip
    history = log(0.97 / 0.03)
    for k in range(4):
        worst = -log((exp(-20.0 * executive[k]) + exp(-20.0 * pivot[k])) / 2.0) / 20.0
        hurdle = 0.1 * NormalDist().inv_cdf(1.0 / 3.0 if rule[k] == 2 else 0.5)
        value = executive[k] if rule[k] == 0 else worst + hurdle
        assert float(found[k]) == pytest.approx(12.0 * value + history, abs=1e-12)


def test_a_soft_minimum_returns_the_common_value_and_never_more_than_the_larger() -> None:
    """Equal values stay as they are; the soft minimum is within log 2/κ above the true one."""
    first, second = jnp.linspace(-1.0, 1.0, 21), jnp.linspace(1.0, -1.0, 21)
    soft = acceptance.soft_minimum(first, second, jnp.asarray(20.0))
    low, high = jnp.minimum(first, second), jnp.maximum(first, second)
    assert np.all(
        (soft >= low - 1e-15) & (soft <= jnp.minimum(low + np.log(2.0) / 20.0, high + 1e-15))
    )
    same = acceptance.soft_minimum(first, first, jnp.asarray(20.0))
    np.testing.assert_allclose(same, first, atol=1e-15)


def test_types_have_mean_one_and_weights_that_sum_to_one() -> None:
    """The value of winning has mean 1 over types and the log-normal's variance (7 nodes)."""
    for spread in (0.2, 0.35, 0.5):
        prizes, weights = acceptance.type_nodes({"type_sd": jnp.asarray(spread)})
        assert float(weights.sum()) == pytest.approx(1.0, abs=1e-14)
        assert float(weights @ prizes) == pytest.approx(1.0, abs=1e-7)
        assert float(weights @ prizes**2) == pytest.approx(np.exp(spread**2), abs=1e-4)


def test_annuity_is_the_sum_of_discounted_flows() -> None:
    """One a year for ten years is worth its discounted integral."""
    years = (np.arange(100_000) + 0.5) * 1e-4
    expected = np.exp(-0.06 * years).sum() * 1e-4
    assert float(acceptance.annuity(jnp.asarray(0.06), 10.0)) == pytest.approx(expected, abs=1e-7)
