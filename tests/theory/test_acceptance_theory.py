"""What must hold of ratification and entry into force, for every input."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.guarantee import acceptance

EXAMPLES = settings(max_examples=40, deadline=None)
SEEDS = st.integers(0, 10_000)
SIZE = 7
_entry = jax.jit(acceptance.entry)


def draw(seed: int) -> tuple[np.ndarray, np.ndarray, float, np.ndarray, float]:
    """Log-odds, named states, quorum, who may ratify, and the spread of the common shock."""
    rng = np.random.default_rng(seed)
    eligible = (rng.uniform(size=SIZE) < 0.8).astype(float)
    named = (rng.uniform(size=SIZE) < 0.3) * eligible
    quorum = float(rng.integers(int(named.sum()), int(eligible.sum()) + 1))
    return rng.normal(0.0, 2.0, SIZE), named, quorum, eligible, float(rng.uniform(0.0, 1.0))


def in_force(
    logits: np.ndarray, named: np.ndarray, quorum: float, eligible: np.ndarray, spread: float
) -> acceptance.Entry:
    return _entry(
        {"ratification_shock_sd": jnp.asarray(spread)},
        *(jnp.asarray(x, dtype=float) for x in (logits, named, quorum, eligible)),
    )


@EXAMPLES
@given(seed=SEEDS, who=st.integers(0, SIZE - 1), gain=st.floats(0.0, 3.0))
def test_entry_rises_with_each_ratification(seed: int, who: int, gain: float) -> None:
    """Raising one state's log-odds never lowers the chance of entry (the others' held fixed)."""
    logits, *rest = draw(seed)
    raised = logits + gain * (np.arange(SIZE) == who)
    assert (
        float(in_force(raised, *rest).in_force) >= float(in_force(logits, *rest).in_force) - 1e-14
    )


@EXAMPLES
@given(seed=SEEDS)
def test_entry_falls_in_the_quorum_and_in_who_is_named(seed: int) -> None:
    """One more state needed, or one more named, never raises entry (log-odds fixed)."""
    logits, named, quorum, eligible, spread = draw(seed)
    now = float(in_force(logits, named, quorum, eligible, spread).in_force)
    assert float(in_force(logits, named, quorum + 1, eligible, spread).in_force) <= now + 1e-14
    more = named.copy()
    more[int(np.argmin(named))] = 1.0
    assert float(in_force(logits, more, quorum, eligible, spread).in_force) <= now + 1e-14


@EXAMPLES
@given(seed=SEEDS, value=st.floats(-1.0, 1.0), gap=st.floats(0.0, 1.0))
def test_a_higher_pivot_never_helps(seed: int, value: float, gap: float) -> None:
    """Log-odds fall from the executive alone to a majority to two thirds.

    Held fixed: both values, the pivotal legislator's being no higher than the government's.
    """
    world = {
        "precision.ratification": 12.0, "softmin_precision": 20.0, "ratification_spread": 0.1,
        "base.ratification": 0.97,
    }  # fmt: skip
    alone, majority, two_thirds = acceptance.ratification_logits(
        {k: jnp.asarray(v) for k, v in world.items()},
        jnp.full(3, value), jnp.full(3, value - gap), jnp.arange(3),
    )  # fmt: skip
    assert float(alone) >= float(majority) - 1e-12
    assert float(majority) > float(two_thirds)


@EXAMPLES
@given(seed=SEEDS, gain=st.floats(0.0, 1.0))
def test_log_odds_rise_in_both_values(seed: int, gain: float) -> None:
    """More value to the government or to the pivot never lowers a ratification."""
    rng = np.random.default_rng(seed)
    world = {
        "precision.ratification": 12.0, "softmin_precision": 20.0, "ratification_spread": 0.1,
        "base.ratification": 0.97,
    }  # fmt: skip
    here = {k: jnp.asarray(v) for k, v in world.items()}
    values, pivot = rng.normal(0.0, 0.5, SIZE), rng.normal(0.0, 0.5, SIZE)
    rule = jnp.asarray(rng.integers(0, 3, SIZE))
    now = acceptance.ratification_logits(here, jnp.asarray(values), jnp.asarray(pivot), rule)
    for first, second in ((values + gain, pivot), (values, pivot + gain)):
        then = acceptance.ratification_logits(here, jnp.asarray(first), jnp.asarray(second), rule)
        assert np.all(np.asarray(then) >= np.asarray(now) - 1e-12)


@EXAMPLES
@given(seed=SEEDS)
def test_the_order_of_states_does_not_matter(seed: int) -> None:
    """Permuting the states permutes their chances and leaves entry as it was."""
    logits, named, quorum, eligible, spread = draw(seed)
    order = np.random.default_rng(seed + 1).permutation(SIZE)
    here = in_force(logits, named, quorum, eligible, spread)
    there = in_force(logits[order], named[order], quorum, eligible[order], spread)
    assert abs(float(here.in_force) - float(there.in_force)) < 1e-13
    np.testing.assert_allclose(np.asarray(here.given_entry)[order], there.given_entry, atol=1e-10)


@EXAMPLES
@given(seed=SEEDS)
def test_a_state_that_may_not_ratify_changes_nothing(seed: int) -> None:
    """Whatever it thinks of the text, a state that is no party leaves the rest alone."""
    logits, named, quorum, eligible, spread = draw(seed)
    eligible[-1] = named[-1] = 0.0
    quorum = min(quorum, eligible.sum())
    quorum = max(quorum, named.sum())
    moved = logits + 5.0 * (np.arange(SIZE) == SIZE - 1)
    here, there = (in_force(x, named, quorum, eligible, spread) for x in (logits, moved))
    assert float(here.in_force) == float(there.in_force)
    np.testing.assert_array_equal(here.given_entry, there.given_entry)


@EXAMPLES
@given(seed=SEEDS)
def test_entry_is_news_about_everyone(seed: int) -> None:
    """Given entry, each state is a party at least as often as before (common shock)."""
    found = in_force(*draw(seed))
    if float(found.in_force) > 1e-12:
        assert np.all(np.asarray(found.given_entry) >= np.asarray(found.ratifies) - 1e-9)
