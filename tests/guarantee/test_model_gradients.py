"""Derivatives of outcomes through the whole model equal finite differences."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_case import OneWorld, SmallCase

from tightrope.game import derivatives_apart

#: One parameter is moved in each world, so that one derivative forward serves them all.
MOVED = ("stake", "audience", "capability.protege", "discount")


def directions(one: OneWorld, names: tuple[str, ...]) -> dict[str, jax.Array]:
    """1 for the k-th parameter in the k-th world (for every guarantor), 0 elsewhere."""
    zero = {name: jnp.zeros_like(v) for name, v in one.worlds.items() if name != "line.held"}
    for k, name in enumerate(names):
        zero[name] = zero[name].at[k].set(1.0)
    return zero


def differences(one: OneWorld, way: dict[str, jax.Array], h: float) -> dict[str, np.ndarray]:
    """Central differences of every scalar outcome, of fourth order."""

    def at(step: float) -> dict[str, np.ndarray]:
        worlds = {name: one.worlds[name] + step * way[name] for name in way}
        return {k: np.asarray(v) for k, v in one.given_entry(worlds)["scalars"].items()}

    near, far = [at(h), at(-h)], [at(2 * h), at(-2 * h)]
    return {
        k: (8.0 * (near[0][k] - near[1][k]) - (far[0][k] - far[1][k])) / (12.0 * h) for k in near[0]
    }


def check(one: OneWorld, names: tuple[str, ...]) -> None:
    way = directions(one, names)
    worlds = {name: one.worlds[name] for name in way}
    _, found = jax.jvp(lambda w: one.given_entry(w)["scalars"], (worlds,), (way,))
    expected = differences(one, way, 5e-5)
    compared = 0
    for outcome, value in expected.items():
        if not np.all(np.isfinite(value)):
            continue
        slope = np.asarray(found[outcome])
        assert np.all(np.isfinite(slope)), outcome
        np.testing.assert_allclose(
            slope, value, rtol=1e-4, atol=1e-4 * (1e-2 + np.abs(value).max()), err_msg=outcome
        )
        compared += 1
    assert compared >= 25
    for outcome in ("held", "value_challenger", "respond"):
        if outcome in found:
            assert np.abs(np.asarray(found[outcome])).max() > 1e-3, "a flat outcome tests nothing"


def test_derivatives_of_all_outcomes_equal_finite_differences(small: SmallCase) -> None:
    """From stake, audience, strength and discount through crisis, horizon and signing to outcomes.

    Held fixed: the chances of entry into force that the crisis takes as given.
    """
    check(small.solved("uk-ukraine-2024"), MOVED)


@pytest.mark.soak
@pytest.mark.parametrize(
    "names",
    [MOVED, ("force", "alpha", "binding.modality.will.strict", "will_sd")],
    ids=["payoffs", "forces"],
)
def test_derivatives_hold_with_branches_and_interim(
    coalition: OneWorld, names: tuple[str, ...]
) -> None:
    """The same with an interim stage, two branches and forces in place."""
    check(coalition, names)


@pytest.mark.soak
def test_one_backward_pass_gives_every_slope(small: SmallCase) -> None:
    """`jax.grad` of held agrees with finite differences in parameters of every part."""
    one, k = small.solved("uk-ukraine-2024"), 1
    worlds = {name: v for name, v in one.worlds.items() if name != "line.held"}

    def held(given: dict[str, jax.Array]) -> jax.Array:
        return one.given_entry(given)["scalars"]["held"][k]

    with derivatives_apart():
        slopes = jax.grad(held)(worlds)
    assert all(np.all(np.isfinite(v)) for v in slopes.values())
    for name in (*MOVED, "force", "precision.challenger", "type_sd", "odds.challenger"):
        way = {n: jnp.zeros_like(v) for n, v in worlds.items()}
        way[name] = way[name].at[k].set(1.0)
        expected = differences(one, way, 5e-5)["held"][k]
        found = float(np.asarray(slopes[name])[k].sum())
        assert found == pytest.approx(expected, rel=2e-4, abs=1e-6), name
