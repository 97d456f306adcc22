"""Plausible claims about equilibrium that are false, each with its counter-example."""

from __future__ import annotations

import numpy as np
import pytest
from enumeration import PlainGame
from random_crises import BASIS, Contest, solve, to_game

from tightrope.game import expect


def fight_or_abstain(force, stake, cost, duty, reserve, precision):
    """Guarantors who fight or abstain, M = 1 and m = 2; ``duty`` is what abstaining costs."""
    players = len(force)
    private = np.zeros((players, 1, 3))
    private[:, 0, 0] = -np.asarray(duty)
    private[:, 0, 2] = -np.asarray(cost)
    contribution = np.zeros((2, players, 3))
    contribution[:, :, 2] = force
    return PlainGame(
        private=private,
        type_weight=np.ones((players, 1)),
        menu=np.array([[1.0, 0.0, 1.0]] * players),
        stake=np.asarray(stake, float),
        contribution=contribution,
        reserve=reserve,
        peer=np.zeros((players, 1)),
        omega=np.zeros(players),
        horror=np.zeros(players),
        escalation=np.zeros(players),
        precision=precision,
        succeed=Contest(1.0, 2.0),
    )


def outcomes(games):
    """P(fight), shape (n, games), and Eπ, shape (games,)."""
    game, _ = to_game(games)
    found = solve(game, lead=-1)
    assert (found.status == 0).all()
    success = expect(game, found.probability, game.weights, lead=-1, basis=BASIS)
    return np.asarray(found.probability[:, 2]), np.asarray(success)


def test_binding_one_guarantor_can_help_the_challenger():
    """A duty on the small guarantor makes the large one ride free, and the challenger gains."""
    games = [
        fight_or_abstain([0.3, 1.5], [0.5, 1.0], [0.15, 0.38], [duty, 0.0], 0.7, 20.0)
        for duty in (0.0, 0.4)
    ]
    fight, success = outcomes(games)
    assert fight[0, 1] > fight[0, 0]
    assert fight[1, 1] < fight[1, 0]
    assert success[1] > success[0]
    np.testing.assert_allclose(fight, [[0.07, 1.00], [0.90, 0.41]], atol=0.01)
    np.testing.assert_allclose(success, [0.218, 0.351], atol=0.001)


def test_the_same_duty_hurts_the_challenger_when_choice_is_noisier():
    """At λ = 5 the same duty lowers the challenger's success: the sign depends on precision."""
    games = [
        fight_or_abstain([0.3, 1.5], [0.5, 1.0], [0.15, 0.38], [duty, 0.0], 0.7, 5.0)
        for duty in (0.0, 0.4)
    ]
    _, success = outcomes(games)
    np.testing.assert_allclose(success, [0.345, 0.334], atol=0.001)


def test_another_guarantor_can_help_the_challenger():
    """Adding the small, bound guarantor to the large one raises Eπ at λ = 20 and 10, not at 5."""
    for precision, alone, joined in (
        (20.0, 0.213, 0.351),
        (10.0, 0.287, 0.334),
        (5.0, 0.348, 0.334),
    ):
        _, one = outcomes([fight_or_abstain([1.5], [1.0], [0.38], [0.0], 0.7, precision)])
        _, two = outcomes(
            [fight_or_abstain([0.3, 1.5], [0.5, 1.0], [0.15, 0.38], [0.4, 0.0], 0.7, precision)]
        )
        assert float(one[0]) == pytest.approx(alone, abs=0.001)
        assert float(two[0]) == pytest.approx(joined, abs=0.001)


def test_a_stronger_protege_can_help_the_challenger():
    """With one guarantor Eπ rises in the protégé's strength, since the guarantor stays away."""
    games = [
        fight_or_abstain([1.0], [1.0], [0.45], [0.0], reserve, 20.0)
        for reserve in (0.6, 0.7, 0.8, 0.9)
    ]
    fight, success = outcomes(games)
    assert (np.diff(fight[0]) < 0).all()
    assert success[2] > success[1] > success[0]
    np.testing.assert_allclose(success, [0.498, 0.535, 0.543, 0.522], atol=0.001)


def test_a_stronger_protege_always_helps_a_lone_guarantor():
    """What does always rise in the protégé's strength is the guarantor's own value."""
    games = [
        fight_or_abstain([1.0], [1.0], [0.45], [0.0], reserve, 20.0)
        for reserve in np.linspace(0.3, 1.5, 25)
    ]
    game, _ = to_game(games)
    value = np.asarray(solve(game, lead=-1).value[0, 0])
    assert (np.diff(value) > 0).all()
