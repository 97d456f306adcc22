"""The kernel against the enumeration of every profile of actions."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from enumeration import expected_value, respond_once
from hypothesis import given, settings
from hypothesis import strategies as st
from random_crises import BASIS, crises, random_plain, solve

from tightrope.game import expect, fit_basis, respond

KINDS = [
    pytest.param(0, (), 1, id="lead"),
    pytest.param(-1, (), 2, id="no lead, two types"),
    pytest.param(1, (0,), 2, id="lead and a helper, two types"),
]
HARSH = [
    (reserve, total, steepness)
    for reserve in (0.02, 0.1, 0.5)
    for total in (3.0, 20.0, 60.0)
    for steepness in (0.7, 1.5, 3.0)
]


@pytest.mark.parametrize(("lead", "helpers", "types"), KINDS)
def test_responses_solve_the_enumerated_game(lead, helpers, types):
    """Responses of the kernel are a fixed point of the game enumerated profile by profile."""
    plain = [random_plain(s, 4, lead=lead, helpers=helpers, types=types) for s in range(12)]
    batch = crises(plain)
    found = batch.solved()
    assert (found.status == 0).all()
    for k, one in enumerate(plain):
        probability = np.asarray(found.probability[..., k])
        assert np.abs(respond_once(one, probability) - probability).max() < 1e-9


def test_eight_guarantors_agree_with_enumeration():
    """With eight guarantors, 6,561 profiles, responses still agree to 1e-6."""
    plain = [random_plain(s, 8, lead=2, helpers=(5,)) for s in range(4)]
    batch = crises(plain)
    found = batch.solved()
    for k, one in enumerate(plain):
        probability = np.asarray(found.probability[..., k])
        assert np.abs(respond_once(one, probability) - probability).max() < 1e-6
        assert found.status[k] == 0


@pytest.mark.parametrize("players", [1, 4, 8])
def test_certificate_covers_the_error_of_expectations(players):
    """In harsh corners too, expectations are within 1e-6 and never further off than certified."""
    lead = 0 if players > 1 else -1
    plain = [
        random_plain(s, players, lead=lead, reserve=k, total=x, steepness=m)
        for s, (k, x, m) in enumerate(HARSH)
    ]
    batch = crises(plain)
    rng = np.random.default_rng(0)
    for concentration in (0.1, 1.0, 20.0):
        drawn = rng.dirichlet(np.full(3, concentration), (len(plain), players))
        probability = jnp.asarray(np.moveaxis(drawn, 0, -1))
        ours = expect(batch.game, probability, batch.game.weights, **batch.statics)
        truth = [expected_value(p, d, p.succeed) for p, d in zip(plain, drawn, strict=True)]
        error = np.abs(np.asarray(ours) - truth)
        assert (error <= batch.certificate).all()
        assert error.max() < 1e-6


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.floats(0.02, 0.5),
    st.floats(3.0, 60.0),
    st.floats(0.7, 3.0),
    st.sampled_from([0.1, 1.0, 20.0]),
)
def test_certificate_covers_the_error_at_any_force(seed, reserve, total, steepness, concentration):
    """Whatever the forces, the contest and the behaviour: no error above the certificate."""
    one = random_plain(seed, 4, lead=0, reserve=reserve, total=total, steepness=steepness)
    batch = crises([one])
    drawn = np.random.default_rng(seed).dirichlet(np.full(3, concentration), 4)
    game, probability = batch.game, jnp.asarray(drawn.T[..., None].swapaxes(0, 1))
    ours = expect(game, probability, game.weights, **batch.statics)
    error = np.abs(np.asarray(ours) - expected_value(one, drawn, one.succeed))
    assert (error <= batch.certificate).all() and error.max() < 1e-6


def test_harsh_certificates_stay_useful():
    """The certificate itself stays below 2e-6 where total force is sixty times the challenger's."""
    plain = [random_plain(0, 3, reserve=k, total=x, steepness=m) for k, x, m in HARSH]
    assert crises(plain).certificate.max() < 2e-6


def test_expectation_by_help_state():
    """An outcome that depends on who helps the challenger is averaged over the helpers too."""
    plain = [random_plain(s, 4, lead=0, helpers=(1, 3)) for s in range(5)]
    batch = crises(plain)
    drawn = np.random.default_rng(1).dirichlet(np.ones(3), (5, 4))
    drawn[:, [1, 3], 2] = 0.0
    drawn /= drawn.sum(axis=2, keepdims=True)
    ours = expect(batch.game, np.moveaxis(drawn, 0, -1), batch.game.weights, **batch.statics)
    truth = [expected_value(p, d, p.succeed) for p, d in zip(plain, drawn, strict=True)]
    np.testing.assert_allclose(ours, truth, atol=1e-10)


def test_batch_axes_and_sharing_change_nothing():
    """Contingencies on a second batch axis, with shared lumps, give what single games give."""
    plain = [random_plain(s, 4, lead=0) for s in range(3)]
    batch = crises(plain)
    shared = {"menu", "contribution", "reserve", "extent", "omega", "weights"}
    wide = batch.game._replace(
        **{
            name: jnp.expand_dims(array, -2)
            if name in shared
            else jnp.stack([array, 0.5 * array if name == "stake" else array], axis=-2)
            for name, array in batch.game._asdict().items()
        }
    )
    together = respond(wide, **batch.statics, polish=False)
    for c, factor in enumerate((1.0, 0.5)):
        alone = solve(batch.game._replace(stake=factor * batch.game.stake))
        np.testing.assert_allclose(
            together.probability[..., c, :], alone.probability, rtol=0, atol=1e-12
        )
        np.testing.assert_allclose(together.value[..., c, :], alone.value, rtol=0, atol=1e-12)


def test_chunks_change_nothing():
    """A long batch gives each game what it gets alone, whichever games share its chunk."""
    plain = [random_plain(s, 4, lead=0) for s in range(7)]
    few = crises(plain)
    many = few.game._replace(
        **{name: jnp.tile(a, (*(1,) * (a.ndim - 1), 61)) for name, a in few.game._asdict().items()}
    )
    alone = few.solved().probability
    among = respond(many, **few.statics, polish=False).probability
    np.testing.assert_allclose(among, jnp.tile(alone, (1, 1, 61)), rtol=0, atol=1e-12)


def test_fit_needs_no_special_axis():
    """Weights are the same wherever the grid axis stands."""
    grid = np.asarray(BASIS.grid)
    values = 1.0 / (1.0 + (0.5 + 2.0 * grid) ** 2)
    column, error = fit_basis(BASIS, jnp.asarray(values[:, None]))
    row, other = fit_basis(BASIS, jnp.asarray(values[None]), axis=-1)
    np.testing.assert_allclose(column[:, 0], row[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(error, other, rtol=1e-3, atol=1e-15)
