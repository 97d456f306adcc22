"""Exact derivatives of a tree's likelihood, held against JAX and finite differences."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tree_examples import WITH_CHANCE

from tightrope.game.trees import EGAME122, EGAME123, READY_MADE, solve
from tightrope.game.trees.jets import has_jets, log_likelihood, routes

KINDS = [("agent", "logit"), ("agent", "probit"), ("private", "probit")]


def log_outcomes(tree, error, link):
    """Log-probability of each outcome as a JAX function of free payoffs and log scales."""

    def function(eta):
        fixed = {
            (p.player, p.outcome): jnp.asarray(p.value) for p in tree.payoffs if p.value is not None
        }
        free = {(p.player, p.outcome): eta[j] for j, p in enumerate(tree.free)}
        scales = list(jnp.exp(eta[len(tree.free) :]))
        return jnp.stack(
            solve(tree, fixed | free, error=error, link=link, scales=scales).log_outcomes
        )

    return function


@pytest.mark.parametrize(
    ("tree", "error", "link"),
    [
        (EGAME123, "private", "probit"),
        (WITH_CHANCE, "private", "probit"),
        (EGAME122, "agent", "probit"),
        (WITH_CHANCE, "agent", "logit"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_jets_equal_jax(tree, error, link):
    """Value, gradient and Hessian of each outcome by jets and by JAX agree to rounding."""
    function = log_outcomes(tree, error, link)
    size = len(tree.free) + len(tree.players)
    eta = np.random.default_rng(2).normal(size=size)

    @jax.jit
    def at(point):
        slope = jax.jacfwd(function)
        return function(point), slope(point), jax.jacfwd(slope)(point)

    values, slopes, bends = at(eta)
    count = len(tree.outcomes)
    sides = {name: side[:count] for name, side in routes(tree).items()}
    places = [len(tree.free) + i for i in range(len(tree.players))]
    found = log_likelihood(
        tree, [np.full(count, x) for x in eta], sides, error=error, link=link, scaled=places
    )
    gradient, hessian = np.zeros((count, size)), np.zeros((count, size, size))
    for j, slope in found.first.items():
        gradient[:, j] = slope
    for (j, k), bend in found.second.items():
        hessian[:, j, k] = hessian[:, k, j] = bend
    # derivatives of the same expressions: a few units of rounding apart
    assert found.value == pytest.approx(np.asarray(values), rel=1e-12)
    assert gradient == pytest.approx(np.asarray(slopes), abs=1e-11)
    assert hessian == pytest.approx(np.asarray(bends), abs=1e-10)


@pytest.mark.parametrize(("error", "link"), KINDS)
def test_jets_equal_finite_differences(error, link):
    """Gradients equal central differences of the value, also where a choice is nearly certain."""
    for tree in READY_MADE.values():
        sides = {
            name: np.repeat(side, 3) for name, side in routes(tree).items()
        }  # each outcome at three points
        rng = np.random.default_rng(5)
        count = 3 * len(tree.outcomes)
        eta = rng.normal(size=(len(tree.free), count)) * np.tile([0.5, 2.0, 6.0], count // 3)

        def at(eta, tree=tree, sides=sides):
            return log_likelihood(
                tree, list(eta), sides, error=error, link=link, scaled=[None] * len(tree.players)
            )

        found = at(eta)
        for j in range(len(eta)):
            step = np.zeros_like(eta)
            step[j] = 1e-5
            slope = (at(eta + step).value - at(eta - step).value) / 2e-5
            mine = found.first.get(j, np.zeros(count))
            # the difference quotient itself is good to about 1e-9 of the value
            assert mine == pytest.approx(slope, abs=1e-6, rel=1e-6)


def test_which_trees_have_jets():
    """Trees of two actions at each node have jets; three actions have not."""
    from tree_examples import THREE_WAYS

    assert all(has_jets(tree) for tree in READY_MADE.values())
    assert not has_jets(THREE_WAYS)
