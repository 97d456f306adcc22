"""The uniqueness bound, several starts and the principal branch."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import jax.numpy as jnp
import numpy as np
import pytest
from enumeration import PlainGame, respond_once
from hypothesis import given, settings
from hypothesis import strategies as st
from random_crises import BASIS, Contest, crises, random_plain, solve, to_game

from tightrope.game import equilibria, principal_branch, uniqueness_bound
from tightrope.game.crisis import Game

KINDS = [(0, ()), (-1, ()), (1, (0,))]


def coordination(precision: float, peer: float = 2.0) -> PlainGame:
    """Two guarantors who each fight only if the other does: several equilibria when precise."""
    return PlainGame(
        private=np.array([[[0.0, 0.0, -0.5 * peer]], [[0.0, 0.0, -0.5 * peer]]]),
        type_weight=np.ones((2, 1)),
        menu=np.array([[1.0, 0.0, 1.0]] * 2),
        stake=np.zeros(2),
        contribution=np.zeros((2, 2, 3)) + np.array([0.0, 0.0, 0.5]),
        reserve=0.5,
        peer=np.full((2, 1), peer),
        omega=np.ones(2),
        horror=np.zeros(2),
        escalation=np.zeros(2),
        precision=precision,
        succeed=Contest(1.0, 2.0),
    )


def crossed_differences(game: PlainGame) -> np.ndarray:
    """I_ij by brute force: largest crossed difference of payoffs, shape (n, n)."""
    n = len(game.stake)
    largest = np.zeros((n, n))
    shape = (3,) * n
    for kind in range(game.private.shape[1]):
        utility = game.interplay[:, :, kind].reshape(*shape, n)
        for i, j in product(range(n), repeat=2):
            if i == j:
                continue
            mine = np.flatnonzero(game.menu[i] > 0)
            theirs = np.flatnonzero(game.menu[j] > 0)
            table = np.moveaxis(utility[..., i], (i, j), (0, 1))
            for k in range(n):
                if k not in (i, j):
                    axis = 2 + sum(1 for m in range(k) if m not in (i, j))
                    table = np.take(table, np.flatnonzero(game.menu[k] > 0), axis=axis)
            for (r, s), (b, c) in product(combinations(mine, 2), combinations(theirs, 2)):
                crossed = table[r, b] - table[s, b] - table[r, c] + table[s, c]
                largest[i, j] = max(largest[i, j], np.abs(crossed).max())
    return largest


@pytest.mark.parametrize(("lead", "helpers"), KINDS)
def test_bound_covers_the_enumerated_interdependence(lead, helpers):
    """κ is never below the spectral radius of the true crossed differences times λ/4."""
    plain = [random_plain(s, 4, lead=lead, helpers=helpers, types=2) for s in range(30)]
    batch = crises(plain)
    bound = np.asarray(uniqueness_bound(batch.game, **batch.statics))
    true = [
        0.25 * p.precision * np.abs(np.linalg.eigvals(crossed_differences(p))).max() for p in plain
    ]
    assert (bound >= np.array(true) - 1e-9).all()


def test_below_one_all_starts_agree():
    """Where κ < 1, the four starts and the default start find the same equilibrium."""
    plain = [
        replace(random_plain(s, 4, lead=0), precision=noise)
        for s, noise in product(range(40), (0.5, 2.0, 4.6, 12.0))
    ]
    batch = crises(plain)
    unique = np.asarray(uniqueness_bound(batch.game, **batch.statics)) < 1.0
    assert 20 < unique.sum() < len(plain)
    found = equilibria(batch.game, **batch.statics)
    assert (np.asarray(found.number)[unique] == 1).all()
    assert np.asarray(found.high - found.low)[..., unique].max() < 1e-8


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 12.0))
def test_below_one_all_starts_agree_in_any_game(seed, precision):
    """Whatever the game and its noise: if κ < 1, no second equilibrium is found."""
    batch = crises([replace(random_plain(seed, 4, lead=0), precision=precision)])
    if float(uniqueness_bound(batch.game, **batch.statics)[0]) < 1.0:
        found = equilibria(batch.game, **batch.statics)
        assert int(found.number[0]) == 1
        assert np.asarray(found.high - found.low).max() < 1e-8


def test_coordination_has_several_equilibria_and_says_so():
    """Guarantors who fight only together have one equilibrium when noisy and more when precise."""
    game, _ = to_game([coordination(precision=v) for v in (0.5, 8.0)])
    bound = uniqueness_bound(game, lead=-1, basis=BASIS)
    assert bound[0] < 1.0 < bound[1]
    found = equilibria(game, lead=-1, basis=BASIS)
    assert found.number[0] == 1
    assert found.number[1] >= 2
    assert found.high[0, 2, 1] - found.low[0, 2, 1] > 0.9


def test_every_equilibrium_found_is_one():
    """Each solution reported from a start solves the enumerated game."""
    plain = [coordination(8.0), coordination(12.0, peer=3.0)]
    game, _ = to_game(plain)
    found = equilibria(game, lead=-1, basis=BASIS).found
    for start, k in product(range(4), range(2)):
        probability = np.asarray(found.probability[start, ..., k])
        assert found.status[start, k] == 0
        assert np.abs(respond_once(plain[k], probability) - probability).max() < 1e-8


def test_principal_branch_reaches_the_unique_equilibrium():
    """Where the equilibrium is unique, the branch from uniform choice ends in it."""
    batch = crises([replace(random_plain(s, 3, lead=0), precision=2.0) for s in range(4)])
    answer = batch.solved()
    for k in range(4):
        one = Game(*[a[..., k : k + 1] for a in batch.game])
        branch = principal_branch(one, **batch.statics)
        assert branch.reached
        np.testing.assert_allclose(branch.probability[0], 1.0 / 3.0, atol=1e-12)
        np.testing.assert_allclose(
            branch.probability[-1], answer.probability[..., k], rtol=0, atol=1e-9
        )


def folded(precision: float) -> PlainGame:
    """Unequal coordination whose principal branch turns back between λ of about 9 and 13."""
    return replace(
        coordination(precision),
        private=np.array([[[0.0, 0.0, -0.162]], [[0.0, 0.0, -2.321]]]),
        peer=np.array([[0.397], [14.18]]),
        omega=np.array([0.734, 0.205]),
    )


@pytest.mark.parametrize(("precision", "folds"), [(6.0, 0), (11.0, 0), (18.0, 2)])
def test_principal_branch_is_the_first_crossing(precision, folds):
    """On a branch with folds the end is where λ is first reached, and it is an equilibrium."""
    plain = folded(precision)
    game, _ = to_game([plain])
    branch = principal_branch(game, lead=-1, basis=BASIS)
    assert branch.reached
    assert branch.folds == folds
    assert branch.precision[:-1].max() < precision
    assert branch.precision[-1] == pytest.approx(precision)
    last = branch.probability[-1]
    assert np.abs(respond_once(plain, last) - last).max() < 1e-8
    again = solve(game, lead=-1, start=jnp.asarray(last)[..., None])
    np.testing.assert_allclose(again.probability[..., 0], last, atol=1e-8)


def test_iteration_alone_can_leave_the_principal_branch():
    """Inside the fold the default start finds another equilibrium, which the bound gives away."""
    game, _ = to_game([folded(11.0)])
    branch = principal_branch(game, lead=-1, basis=BASIS)
    found = solve(game, lead=-1)
    assert found.status[0] == 0
    assert np.abs(found.probability[..., 0] - branch.probability[-1]).max() > 0.3
    assert uniqueness_bound(game, lead=-1, basis=BASIS)[0] > 1.0


def test_principal_branch_takes_one_game():
    """A batch of games is refused with a message that says what to give."""
    batch = crises([random_plain(s, 2, lead=-1) for s in range(2)])
    with pytest.raises(ValueError, match="batch"):
        principal_branch(batch.game, **batch.statics)
