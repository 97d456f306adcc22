"""Derivatives by the implicit function theorem against finite differences."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_crises import crises, random_plain

from tightrope.game import QUICK, expect, jit_with, respond, uniqueness_bound

FIELDS = [
    "private",
    "type_weight",
    "stake",
    "contribution",
    "extent",
    "peer",
    "omega",
    "horror",
    "escalation",
    "precision",
    "weights",
]


def batch_of(precision):
    plain = [
        replace(random_plain(s, 3, lead=1, helpers=(2,), types=2), precision=precision)
        for s in range(3)
    ]
    return crises(plain)


def summary(game, statics, weight):
    """One number that depends on all responses, values and expected success."""
    found = respond(game, **statics, polish=False)
    success = expect(game, found.probability, game.weights, **statics)
    return jnp.sum(weight * found.probability) + jnp.sum(found.value) + jnp.sum(success)


@pytest.fixture(scope="module")
def setting():
    """A batch, its compiled summary, gradient and directional derivative, and a direction."""
    batch = batch_of(6.0)
    rng = np.random.default_rng(3)
    weight = jnp.asarray(rng.normal(size=(3, 3, 3)))

    def value(game):
        return summary(game, batch.statics, weight)

    return batch, jit_with(QUICK)(value), jit_with(QUICK)(jax.grad(value)), rng


def directions(game, field, rng):
    """A direction in one field that keeps the game sound, and the step for differences."""
    array = np.asarray(getattr(game, field))
    move = rng.normal(size=array.shape) * np.maximum(np.abs(array), 0.1)
    if field == "contribution":
        move *= array > 0
    if field == "escalation":
        move *= array > 0
    if field == "type_weight":
        move = np.stack([array[:, 1], -array[:, 1]], axis=1) * 0.1
    if field == "weights":
        move = (
            0.01
            * np.abs(rng.normal(size=array.shape))
            * np.exp(-np.arange(array.shape[1]))[None, :, None]
        )
    return jnp.asarray(move)


@pytest.mark.parametrize("field", FIELDS)
def test_gradients_are_finite_differences(setting, field):
    """Reverse-mode derivatives in every field equal central differences of the solved game."""
    batch, value, gradient, rng = setting
    move = directions(batch.game, field, rng)
    step = 1e-5
    ahead, behind = (
        value(batch.game._replace(**{field: getattr(batch.game, field) + s * move}))
        for s in (step, -step)
    )
    slope = float(jnp.sum(getattr(gradient(batch.game), field) * move))
    assert slope == pytest.approx(float(ahead - behind) / (2 * step), rel=1e-5, abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(FIELDS), st.floats(2.0, 6.0))
def test_gradients_are_finite_differences_of_any_game(setting, seed, field, precision):
    """The same at other games and in directions that are drawn."""
    _, value, gradient, _ = setting
    plain = [
        replace(random_plain(seed + s, 3, lead=1, helpers=(2,), types=2), precision=precision)
        for s in range(3)
    ]
    game = crises(plain).game
    move, step = directions(game, field, np.random.default_rng(seed)), 1e-5
    ahead, behind = (
        value(game._replace(**{field: getattr(game, field) + s * move})) for s in (step, -step)
    )
    slope = float(jnp.sum(getattr(gradient(game), field) * move))
    assert slope == pytest.approx(float(ahead - behind) / (2 * step), rel=1e-4, abs=1e-6)


def test_forward_and_reverse_agree(setting):
    """The directional derivative forward equals the gradient times the direction."""
    batch, value, gradient, rng = setting
    move = jax.tree.map(jnp.zeros_like, batch.game)
    move = move._replace(
        stake=jnp.asarray(rng.normal(size=batch.game.stake.shape)),
        contribution=0.1 * batch.game.contribution,
    )
    _, forward = jax.jvp(value, (batch.game,), (move,))
    reverse = sum(float(jnp.sum(a * b)) for a, b in zip(gradient(batch.game), move, strict=True))
    assert float(forward) == pytest.approx(reverse, rel=1e-9)


def test_gradients_hold_where_several_equilibria_are_possible():
    """Also where κ > 1 and iteration is slow, the derivative is that of the equilibrium found."""
    batch = batch_of(25.0)
    assert (uniqueness_bound(batch.game, **batch.statics) > 1.0).all()

    def fights(scale):
        game = batch.game._replace(stake=scale * batch.game.stake)
        return jnp.sum(respond(game, **batch.statics).probability[:, 2])

    step = 1e-6
    slope = (fights(1.0 + step) - fights(1.0 - step)) / (2 * step)
    assert float(jax.grad(fights)(1.0)) == pytest.approx(float(slope), rel=1e-5, abs=1e-6)
