"""What must not matter does not: units, scales of payoffs, order, dummies."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from enumeration import expected_utilities
from hypothesis import given, settings
from hypothesis import strategies as st
from random_crises import Contest, crises, random_plain, solve, to_game

SEEDS = st.integers(0, 10_000)
PLAYERS = 4
HELD = {"rtol": 0, "atol": 1e-9}
QUIET = settings(max_examples=25, deadline=None)


def answer(plain):
    """Responses to one plain game."""
    return solve(to_game([plain])[0], lead=plain.lead)


@QUIET
@given(SEEDS, st.floats(1e-3, 1e3))
def test_units_of_force_do_not_matter(seed, factor):
    """Multiplying K, M and every contribution by one number changes no response."""
    plain = random_plain(seed, PLAYERS)
    contest = plain.succeed
    scaled = replace(
        plain,
        contribution=factor * plain.contribution,
        reserve=factor * plain.reserve,
        succeed=Contest(factor * contest.strength, contest.steepness),
    )
    np.testing.assert_allclose(answer(scaled).probability, answer(plain).probability, **HELD)


@QUIET
@given(SEEDS, st.floats(0.05, 20.0), st.floats(-5.0, 5.0))
def test_units_of_payoffs_do_not_matter(seed, factor, shift):
    """U → cU + d with λ → λ/c leaves responses alone and turns values V into cV + d."""
    plain = random_plain(seed, PLAYERS)
    game, _ = to_game([plain])
    plainly = solve(game)
    moved = solve(
        game._replace(
            private=factor * game.private + shift,
            stake=factor * game.stake,
            peer=factor * game.peer,
            horror=factor * game.horror,
            precision=game.precision / factor,
        ),
    )
    np.testing.assert_allclose(moved.probability, plainly.probability, **HELD)
    np.testing.assert_allclose(moved.value, factor * plainly.value + shift, rtol=1e-8, atol=1e-8)


@QUIET
@given(SEEDS, st.permutations(range(1, PLAYERS)))
def test_order_of_guarantors_does_not_matter(seed, order):
    """Permuting the guarantors behind the lead permutes their responses and nothing else."""
    plain = random_plain(seed, PLAYERS)
    game, _ = to_game([plain])
    order = [0, *order]
    per_player = ("private", "type_weight", "menu", "stake", "peer", "omega", "horror")
    moved = {name: getattr(game, name)[jnp.asarray(order)] for name in per_player}
    moved["escalation"] = game.escalation[jnp.asarray(order)]
    moved["contribution"] = game.contribution[:, jnp.asarray(order)]
    first = solve(game)
    again = solve(game._replace(**moved))
    np.testing.assert_allclose(again.probability, first.probability[jnp.asarray(order)], **HELD)


@QUIET
@given(SEEDS)
def test_a_dummy_changes_nothing(seed):
    """A guarantor without force, stake, duty or weight leaves the others' responses alone."""
    plain = random_plain(seed, PLAYERS)
    game, _ = to_game([plain])

    def with_dummy(array, axis, value=0.0):
        width = [(0, 0)] * array.ndim
        width[axis] = (0, 1)
        return jnp.pad(array, width, constant_values=value)

    larger = game._replace(
        private=with_dummy(game.private, 0),
        type_weight=with_dummy(game.type_weight, 0, 1.0),
        menu=with_dummy(game.menu, 0, 1.0),
        stake=with_dummy(game.stake, 0),
        contribution=with_dummy(game.contribution, 1),
        peer=with_dummy(game.peer, 0),
        omega=with_dummy(game.omega, 0),
        horror=with_dummy(game.horror, 0),
        escalation=with_dummy(game.escalation, 0),
    )
    alone = solve(game)
    among = solve(larger)
    np.testing.assert_allclose(among.probability[:-1], alone.probability, **HELD)
    np.testing.assert_allclose(among.probability[-1], 1.0 / 3.0, **HELD)


@QUIET
@given(SEEDS, st.floats(0.0, 1.0))
def test_equal_types_are_one_type(seed, weight):
    """Splitting a guarantor into two equal private types changes nothing."""
    one = random_plain(seed, PLAYERS)
    game, _ = to_game([one])
    share = jnp.asarray([weight, 1.0 - weight])[None, :, None]
    split = game._replace(
        private=jnp.concatenate([game.private] * 2, axis=1),
        peer=jnp.concatenate([game.peer] * 2, axis=1),
        type_weight=jnp.broadcast_to(share, (PLAYERS, 2, 1)),
    )
    first = solve(game)
    second = solve(split)
    np.testing.assert_allclose(second.probability, first.probability, **HELD)
    np.testing.assert_allclose(second.value, jnp.concatenate([first.value] * 2, axis=1), **HELD)


def test_values_are_the_best_expected_payoffs():
    """The reported value is (1/λ) log Σ exp(λU) of the enumerated payoffs, for every type."""
    plain = [random_plain(s, PLAYERS, types=2) for s in range(6)]
    batch = crises(plain)
    found = batch.solved()
    for k, one in enumerate(plain):
        utility = expected_utilities(one, np.asarray(found.probability[..., k]))
        value = np.log(np.exp(one.precision * utility).sum(axis=2)) / one.precision
        np.testing.assert_allclose(found.value[..., k], value, atol=1e-9)
