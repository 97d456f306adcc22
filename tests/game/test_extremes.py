"""Extremes, degenerate games and bad input: valid probabilities, honest status, never NaN."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_crises import BASIS, crises, random_plain, solve, to_game

from tightrope.game import BAD_INPUT, SOLVED, expect, respond, uniqueness_bound


def assert_valid(found):
    """Probabilities in [0, 1] that sum to one, and no NaN or infinity anywhere."""
    for array in jax.tree.leaves(found):
        assert np.isfinite(np.asarray(array)).all()
    probability = np.asarray(found.probability)
    assert (probability >= 0.0).all()
    np.testing.assert_allclose(probability.sum(axis=1), 1.0, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from([0.0, 1e-12, 1e-3, 1.0, 4.6, 30.0, 300.0, 1e5]),
    st.sampled_from([1e-12, 1.0, 1e12]),
    st.sampled_from([0.0, 1.0, 50.0]),
)
def test_any_scale_gives_valid_probabilities(seed, precision, force, horror):
    """Whatever the precision, the unit of force and the horror, answers are probabilities."""
    game, _ = to_game([replace(random_plain(seed, 4), precision=precision)])
    found = respond(
        game._replace(
            contribution=force * game.contribution,
            extent=force * game.extent,
            reserve=force * game.reserve,
            horror=horror * game.horror,
        ),
        lead=0,
        basis=BASIS,
    )
    assert_valid(found)
    if precision <= 30.0:
        assert found.status[0] == SOLVED


def test_no_precision_is_uniform_over_the_menu():
    """At λ = 0 each guarantor is uniform over its menu, a helper over its two actions."""
    batch = crises([replace(random_plain(0, 4, lead=0, helpers=(3,)), precision=0.0)])
    found = batch.solved()
    np.testing.assert_allclose(found.probability[:3, :, 0], 1.0 / 3.0, atol=1e-15)
    np.testing.assert_allclose(found.probability[3, :, 0], [0.5, 0.5, 0.0], atol=1e-15)


def test_certain_actions_are_exactly_certain():
    """Where costs leave no doubt, probabilities are exactly 0 and 1, also where φ underflows."""
    plain = random_plain(1, 4, total=40.0, reserve=0.05)
    sure = np.zeros((4, 1, 3))
    sure[0, 0] = [0.0, -1e6, -1e6]
    sure[1:, 0] = [-1e6, -1e6, 0.0]
    batch = crises([replace(plain, private=sure, horror=0.0 * plain.horror)])
    found = batch.solved()
    assert_valid(found)
    np.testing.assert_array_equal(found.probability[0, :, 0], [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(found.probability[1:, :, 0], [[0.0, 0.0, 1.0]] * 3)
    force = plain.reserve + plain.contribution[0, 1:, 2].sum()
    success = expect(batch.game, found.probability, batch.game.weights, **batch.statics)
    assert float(success[0]) == pytest.approx(float(plain.succeed(force)), abs=1e-7)


def test_forced_actions_come_from_the_menu():
    """A lead whose menu holds one action takes it, and the others respond to that."""
    plain = random_plain(2, 4, lead=0)
    forced = []
    for action in (0, 2):
        menu = plain.menu.copy()
        menu[0] = np.eye(3)[action]
        forced.append(replace(plain, menu=menu))
    batch = crises(forced)
    found = batch.solved()
    assert_valid(found)
    np.testing.assert_array_equal(found.probability[0, :, 0], [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(found.probability[0, :, 1], [0.0, 0.0, 1.0])
    moved = jnp.abs(found.probability[1:, :, 0] - found.probability[1:, :, 1]).max()
    assert moved > 1e-4


def test_zero_force_leaves_success_at_the_protege_alone():
    """Without any force Eπ = π(K) and only private payoffs, peer and horror matter."""
    plain = random_plain(3, 4)
    batch = crises([replace(plain, contribution=0.0 * plain.contribution)])
    found = batch.solved()
    assert_valid(found)
    success = expect(batch.game, found.probability, batch.game.weights, **batch.statics)
    assert float(success[0]) == pytest.approx(float(plain.succeed(plain.reserve)), abs=1e-10)


def test_one_guarantor_faces_no_game():
    """A single guarantor simply chooses: its response is the logit of its own payoffs."""
    plain = random_plain(4, 1, lead=0)
    batch = crises([plain])
    found = batch.solved()
    success = plain.succeed(plain.reserve + np.diag(plain.contribution[[0, 0, 1], 0]))
    utility = plain.private[0, 0] - plain.stake[0] * success
    utility[2] -= plain.horror[0] * plain.escalation[0]
    weight = np.exp(plain.precision * (utility - utility.max()))
    np.testing.assert_allclose(found.probability[0, :, 0], weight / weight.sum(), atol=1e-10)


@pytest.mark.parametrize("players", [60, 200])
def test_many_guarantors(players):
    """Sixty and two hundred guarantors are solved, and the expectation stays within its bounds."""
    plain = [random_plain(s, players, total=4.0) for s in range(2)]
    game, error = to_game(plain)
    found = respond(game, lead=0, basis=BASIS, polish=False)
    assert_valid(found)
    assert (found.status == SOLVED).all()
    success = expect(game, found.probability, game.weights, lead=0, basis=BASIS)
    for k, one in enumerate(plain):
        total = one.reserve + one.contribution.max(axis=(0, 2)).sum()
        low, high = one.succeed(np.array([total, one.reserve]))
        assert low - error[k] <= success[k] <= high + error[k]


BAD = {
    "a payoff that is not a number": lambda g: g._replace(
        private=g.private.at[0, 0, 0].set(jnp.nan)
    ),
    "a negative precision": lambda g: g._replace(precision=-g.precision),
    "an empty menu": lambda g: g._replace(menu=g.menu.at[1].set(0.0)),
    "force without an interval": lambda g: g._replace(extent=0.0 * g.extent),
    "more force than the interval holds": lambda g: g._replace(extent=0.9 * g.extent),
    "force from abstaining": lambda g: g._replace(contribution=g.contribution.at[0, 0, 0].set(1.0)),
    "types that do not sum to one": lambda g: g._replace(type_weight=0.5 * g.type_weight),
    "a chance above one": lambda g: g._replace(escalation=g.escalation + 2.0),
    "an infinite stake": lambda g: g._replace(stake=g.stake.at[0].set(jnp.inf)),
}


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD.keys())
def test_bad_input_is_marked_and_harms_no_neighbour(spoil):
    """A bad game has status 2 and finite numbers; the games beside it are solved as ever."""
    batch = crises([random_plain(s, 4) for s in range(3)])
    spoilt = spoil(batch.game)
    mixed = type(batch.game)(
        *[a.at[..., 1].set(b[..., 1]) for a, b in zip(batch.game, spoilt, strict=True)]
    )
    found = solve(mixed)
    assert_valid(found)
    assert list(np.asarray(found.status)) == [SOLVED, BAD_INPUT, SOLVED]
    alone = batch.solved()
    np.testing.assert_allclose(
        found.probability[..., ::2], alone.probability[..., ::2], rtol=0, atol=1e-12
    )
    assert np.isfinite(np.asarray(uniqueness_bound(batch.game, **batch.statics))).all()
