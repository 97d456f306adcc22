"""What theory says of responses and expectations, at given or at equilibrium behaviour."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_crises import BASIS, crises, random_plain, solve, to_game

from tightrope.game import choice_value, choose, expect
from tightrope.game.crisis import over_types, responses_by_type
from tightrope.game.equilibrium import prepare, sweep

SEEDS = st.integers(0, 10_000)
QUIET = settings(max_examples=25, deadline=None)
PLAYERS = 4


def random_responses(seed, players=PLAYERS):
    """Probabilities (n, 3, 1), some of them extreme."""
    drawn = np.random.default_rng(seed).dirichlet([0.5, 0.5, 0.5], players)
    return jnp.asarray(drawn[:, :, None])


def interplay_against(game, seed):
    """What each player faces when the others behave in some arbitrary way."""
    batch = game.precision.shape[0]
    rows = np.random.default_rng(seed).normal(0.0, 0.5, (3, PLAYERS, batch))
    return sweep(prepare(game, BASIS.exponents, 0), jnp.asarray(rows), 0, ())


@QUIET
@given(SEEDS)
def test_expected_success_lies_between_its_extremes(seed):
    """Eπ is between π(K + all contributions) and π(K)."""
    plain = random_plain(seed, PLAYERS)
    game, error = to_game([plain])
    value = float(expect(game, random_responses(seed), game.weights, lead=0, basis=BASIS).squeeze())
    total = plain.reserve + plain.contribution.max(axis=(0, 2)).sum()
    low, high = plain.succeed(np.array([total, plain.reserve]))
    assert low - error[0] <= value <= high + error[0]


@QUIET
@given(SEEDS, st.floats(0.01, 1.0))
def test_a_stronger_protege_never_helps_the_challenger_at_given_responses(seed, more):
    """At fixed responses, more strength of the protégé never raises Eπ."""
    plain = random_plain(seed, PLAYERS)
    values, errors = [], []
    for reserve in (plain.reserve, plain.reserve + more):
        game, error = to_game([replace(plain, reserve=reserve)])
        values.append(
            float(expect(game, random_responses(seed), game.weights, lead=0, basis=BASIS)[0])
        )
        errors.append(error[0])
    assert values[1] <= values[0] + sum(errors)


@QUIET
@given(
    SEEDS,
    st.floats(0.0, 3.0),
    st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3).map(sorted),
)
def test_more_binding_never_lowers_fighting_when_others_are_held_fixed(seed, binding, owed):
    """A penalty on abstain >= support >= fight raises P(fight) and lowers P(abstain)."""
    game, _ = to_game([random_plain(seed, PLAYERS, types=2)])
    faced = interplay_against(game, seed)
    penalty = binding * jnp.asarray(owed[::-1]).reshape(1, 1, 3, 1)
    bound = game._replace(private=game.private - penalty)
    before = over_types(game, responses_by_type(game, faced))
    after = over_types(bound, responses_by_type(bound, faced))
    assert (after[:, 2] >= before[:, 2] - 1e-12).all()
    assert (after[:, 0] <= before[:, 0] + 1e-12).all()


@QUIET
@given(SEEDS, st.floats(0.0, 1.0))
def test_blocked_and_open_mix_linearly(seed, blocked):
    """Outcomes of a procedure that may be blocked are the mixture of surely open and blocked."""
    plain = random_plain(seed, PLAYERS)
    game, _ = to_game([plain])
    duty = jnp.asarray([0.8, 0.3, 0.0]).reshape(1, 1, 3, 1)
    kept = game.contribution.at[:, :, 2].multiply(0.8)
    open_ = solve(game._replace(private=game.private - duty))
    shut = solve(game._replace(contribution=kept))
    success = [
        expect(g, r.probability, game.weights, lead=0, basis=BASIS)
        for g, r in ((game, open_), (game._replace(contribution=kept), shut))
    ]
    odds = jnp.asarray([1.0 - blocked, blocked])
    stacked = jnp.stack([open_.probability, shut.probability])
    mixed = jnp.tensordot(odds, stacked, axes=1)
    np.testing.assert_allclose(jnp.sum(mixed, axis=1), 1.0, atol=1e-12)
    low, high = jnp.minimum(*stacked), jnp.maximum(*stacked)
    assert ((low - 1e-12 <= mixed) & (mixed <= high + 1e-12)).all()
    both = float(odds @ jnp.stack(success)[:, 0])
    assert min(success)[0] - 1e-12 <= both <= max(success)[0] + 1e-12


@QUIET
@given(SEEDS, st.floats(0.1, 30.0), st.integers(0, 2), st.floats(0.0, 2.0))
def test_within_a_choice_own_payoffs_pull(seed, precision, action, more):
    """A higher payoff of an action raises its odds, lowers the others', and never the value."""
    utility = jnp.asarray(np.random.default_rng(seed).normal(size=3))
    menu, noise = jnp.ones(3), jnp.asarray(precision)
    better = utility.at[action].add(more)
    before, after = choose(utility, menu, noise), choose(better, menu, noise)
    others = jnp.arange(3) != action
    assert after[action] >= before[action] - 1e-15
    assert (after[others] <= before[others] + 1e-15).all()
    assert choice_value(better, menu, noise) >= choice_value(utility, menu, noise) - 1e-12


def test_precision_selects_the_choice_rule():
    """At λ = 0 choice is uniform over the menu; as λ grows the best actions share it equally."""
    utility = jnp.asarray([0.3, 0.3, -1.0, 0.9])
    menu = jnp.asarray([1.0, 1.0, 1.0, 0.0])
    np.testing.assert_allclose(choose(utility, menu, jnp.asarray(0.0)), [1 / 3, 1 / 3, 1 / 3, 0])
    np.testing.assert_allclose(choose(utility, menu, jnp.asarray(1e6)), [0.5, 0.5, 0.0, 0.0])
    assert float(choice_value(utility, menu, jnp.asarray(1e9))) == np.float64(0.3 + np.log(2) / 1e9)


def test_dread_of_escalation_deters_every_guarantor():
    """More horror, others' responses given, never raises P(fight)."""
    batch = crises([random_plain(s, PLAYERS) for s in range(20)])
    game = batch.game
    grim = game._replace(horror=2.0 * game.horror)
    calm, wary = (
        over_types(g, responses_by_type(g, interplay_against(g, 7))) for g in (game, grim)
    )
    assert (wary[:, 2] <= calm[:, 2] + 1e-12).all()
