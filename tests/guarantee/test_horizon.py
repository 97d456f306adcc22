"""The horizon against a plain dynamic programme, on random problems and by hand."""

from __future__ import annotations

from dataclasses import fields

import jax.numpy as jnp
import numpy as np
import pytest
from horizons import Problem, flat_paths, held, random_problem
from plain_horizon import Answer, PlainHorizon

from tightrope.guarantee import horizon


@pytest.mark.parametrize("seed", range(4))
def test_horizon_equals_a_plain_dynamic_programme(seed: int) -> None:
    """Values, attacks, probes, survival, frozen and the protégé's value equal plain loops."""
    problem = random_problem(seed)
    found, plain = problem.solve(), PlainHorizon(problem).solve()
    for name in (f.name for f in fields(Answer)):
        np.testing.assert_allclose(
            getattr(found, name), getattr(plain, name), atol=1e-9, rtol=0, err_msg=name
        )
    assert 0.01 < held(found, problem).mean() < 0.99, "a horizon without events tests little"
    assert np.asarray(found.frozen).max() > 1e-6


def test_mass_is_neither_made_nor_lost() -> None:
    """Survival and the chances of a first attack sum to one, and survival never rises."""
    problem = random_problem(11)
    future = problem.solve()
    for b in range(problem.count):
        attacked = np.asarray(future.attack[b]).sum(axis=(0, 1, 2))
        left = np.asarray(future.at_end[b]).sum(axis=0)
        np.testing.assert_allclose(attacked + left, 1.0, atol=1e-12)
        alive = np.asarray(future.alive[b]).sum(axis=1)
        np.testing.assert_allclose(alive[0], 1.0, atol=1e-15)
        assert np.all(np.diff(alive, axis=0) <= 1e-15)


def test_a_challenger_that_never_gains_from_war_has_the_value_of_its_flow() -> None:
    """Where attack and probe are hopeless the value is the flow of peace and nothing breaks."""
    never = np.full((40, 2), -10.0)
    problem = Problem(flat_paths(40, never, flow=0.03)).changed(
        probe__gain=0.0, probe__price=3.0, probe__base_rate=1e-9
    )
    future = problem.solve()
    assert float(future.challenger[0]) == pytest.approx(0.2 + 0.03, abs=1e-9)
    assert float(future.protege[0]) == pytest.approx(0.8, abs=1e-9)
    assert held(future, problem)[0] == pytest.approx(1.0, abs=1e-12)


def test_an_indifferent_challenger_probes_at_its_base_rate() -> None:
    """At a moment a probe that gains and teaches nothing happens with the base rate's chance."""
    problem = Problem(flat_paths(4, np.full((4, 2), -10.0))).changed(
        probe__gain=0.0, probe__price=0.0, probe__base_rate=0.1, will__probe_step=0.0
    )
    future = problem.solve()
    moment = 1.0 - np.exp(-0.25)
    assert float(np.asarray(future.probe)[0, 0].sum()) == pytest.approx(0.1 * moment, abs=1e-12)


def test_will_moves_keep_mass_and_revert() -> None:
    """Moves of will are chances; politics pulls to the middle, answered probes up."""
    world = {k: jnp.asarray(v) for k, v in Problem(flat_paths(1, np.zeros((1, 2)))).world.items()}
    moves = np.asarray(horizon.will_moves(world, jnp.asarray(0.25), 5))
    place = np.linspace(-1.0, 1.0, 5)
    np.testing.assert_allclose(moves.sum(axis=1), 1.0, atol=1e-15)
    assert np.all(moves >= 0.0)
    np.testing.assert_allclose(moves @ place, -(moves @ place)[::-1], atol=1e-15)
    assert np.all((moves @ place - place)[:2] > 0.0)
    after = np.asarray(horizon.after_probe(world, jnp.array([1.0, 1.0, 0.5, 0.0, 0.0])))
    np.testing.assert_allclose(after.sum(axis=1), 1.0, atol=1e-15)
    np.testing.assert_allclose(after @ np.arange(5.0), [0.25, 1.25, 2.0, 2.75, 3.75], atol=1e-15)
