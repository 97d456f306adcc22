"""What must hold of the challenger's choice over the years, for every input.

Inputs are random horizons (`random_problem`): two branches that part on the way, five states of
will, three types, probes that are answered in part. What is not named as changed is held fixed.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from horizons import Problem, flat_paths, held, random_problem
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.guarantee import horizon
from tightrope.guarantee.horizon import Path

SEEDS = st.integers(0, 10_000)
GAINS = st.floats(1e-3, 0.3)
EXAMPLES = settings(max_examples=25, deadline=None)


def values(problem: Problem) -> np.ndarray:
    """Value on signing by type."""
    return np.asarray(problem.solve().challenger)


@EXAMPLES
@given(seed=SEEDS, gain=GAINS)
def test_value_is_convex_and_does_not_fall_in_peace(seed: int, gain: float) -> None:
    """More flow in peace never lowers V_C, and each further gain adds no less (war held fixed)."""
    problem = random_problem(seed)
    low, middle, high = (
        values(problem.changed({"flow": problem.paths["flow"] + k * gain})) for k in range(3)
    )
    assert np.all(middle >= low - 1e-12)
    assert np.all(high - middle >= middle - low - 1e-12)


@EXAMPLES
@given(seed=SEEDS, gain=GAINS)
def test_value_does_not_fall_in_any_attack_payoff(seed: int, gain: float) -> None:
    """Raising attack payoffs at random places never lowers V_C (peace held fixed)."""
    problem = random_problem(seed)
    line = problem.paths["line"]
    chosen = np.random.default_rng(seed).uniform(size=line.shape) < 0.3
    better = problem.changed({"line": line + gain * chosen})
    assert np.all(values(better) >= values(problem) - 1e-12)


@EXAMPLES
@given(seed=SEEDS, gain=GAINS)
def test_what_deters_lowers_the_value_of_the_package(seed: int, gain: float) -> None:
    """Whatever makes attacks cost more (returning sanctions) never raises V_C: the tightrope."""
    problem = random_problem(seed)
    dearer = problem.changed({"snap": problem.paths["snap"] + gain})
    assert np.all(values(dearer) <= values(problem) + 1e-12)


@EXAMPLES
@given(seed=SEEDS)
def test_value_is_at_least_that_of_never_attacking(seed: int) -> None:
    """The chance to attack is worth something or nothing, the chance to probe likewise."""
    problem = random_problem(seed)
    peaceful = problem.changed({"line": problem.paths["line"] - 1e3})
    holding = peaceful.changed(probe__base_rate=1e-12, probe__price=1e3, will__probe_step=0.0)
    assert np.all(values(problem) >= values(peaceful) - 1e-12)
    assert np.all(values(peaceful) >= values(holding) - 1e-12)


@EXAMPLES
@given(seed=SEEDS)
def test_value_at_a_sure_moment_is_at_least_each_attack(seed: int) -> None:
    """Where a moment of decision is sure to come at once, V_C is no less than attacking then."""
    problem = random_problem(seed, branches=1).changed(moments_per_year=1e4)
    first = {k: jnp.asarray(v[0, 0]) for k, v in problem.paths.items()}
    world = {k: jnp.asarray(v) for k, v in problem.world.items()}
    now = horizon.attack_values(world, Path(**first), jnp.asarray(problem.prizes))
    assert np.all(values(problem) >= np.asarray(now)[2] - 1e-12)


@EXAMPLES
@given(seed=SEEDS, gain=GAINS, level=st.sampled_from([0, 1]))
def test_own_payoff_raises_an_attack_and_lowers_the_other(
    seed: int, gain: float, level: int
) -> None:
    """At the first moment an attack's chance rises in its payoff and falls in the other's.

    Held fixed: all later steps, hence the value of waiting.
    """
    problem = random_problem(seed, branches=1)
    line = problem.paths["line"].copy()
    line[:, 0, :, level] += gain
    before, after = (
        np.asarray(p.solve().attack)[0, 0, 2] for p in (problem, problem.changed({"line": line}))
    )
    probes = (
        np.asarray(p.solve().probe)[0, 0, 2] for p in (problem, problem.changed({"line": line}))
    )
    assert np.all(after[level] >= before[level] - 1e-15)
    assert np.all(after[1 - level] <= before[1 - level] + 1e-15)
    first, then = probes
    assert np.all(then <= first + 1e-15)


@EXAMPLES
@given(seed=SEEDS, gain=GAINS)
def test_a_better_peace_never_lowers_held_without_probes(seed: int, gain: float) -> None:
    """More flow in every year never lowers any type's chance to hold.

    Held fixed: attack payoffs; will does not learn from probes (with that feedback no proof).
    """
    problem = random_problem(seed).changed(will__probe_step=0.0)
    better = problem.changed({"flow": problem.paths["flow"] + gain})
    assert np.all(held(better.solve(), problem) >= held(problem.solve(), problem) - 1e-12)


@EXAMPLES
@given(seed=SEEDS, scale=st.floats(0.1, 10.0), shift=st.floats(-1.0, 1.0))
def test_affine_payoffs_with_rescaled_precision_change_no_choice(
    seed: int, scale: float, shift: float
) -> None:
    """Payoffs c·U + d at precision λ/c leave every chance as it was and make values c·V + d."""
    problem = random_problem(seed)
    paths, world = problem.paths, problem.world
    changed = Problem(
        {
            **paths,
            "flow": paths["flow"] * scale + shift,
            "war_flow": paths["war_flow"] * scale,
            "snap": paths["snap"] * scale - shift,
        },
        {
            **world,
            **{k: world[k] * scale for k in ("probe.gain", "probe.price", "war_cost.challenger")},
            "precision.challenger": world["precision.challenger"] / scale,
        },
        problem.step,
        problem.before,
        problem.branches,
        problem.prizes * scale,
    )
    old, new = problem.solve(), changed.solve()
    np.testing.assert_allclose(new.challenger, old.challenger * scale + shift, atol=1e-10)
    for name in ("attack", "probe", "at_end", "frozen"):
        np.testing.assert_allclose(getattr(new, name), getattr(old, name), atol=1e-9)


@EXAMPLES
@given(seed=SEEDS)
def test_branches_that_do_not_differ_change_nothing(seed: int) -> None:
    """Two branches with the same path are one branch, whatever their odds and when they part."""
    problem = random_problem(seed, branches=1)
    twice = {k: np.repeat(v, 2, axis=0) for k, v in problem.paths.items()}
    early = (np.arange(problem.steps) < 4).astype(float)
    both = Problem(twice, problem.world, problem.step, early, np.array([0.3, 0.7]), problem.prizes)
    one, two = problem.solve(), both.solve()
    np.testing.assert_allclose(two.challenger, one.challenger, atol=1e-12)
    np.testing.assert_allclose(two.protege, one.protege, atol=1e-12)
    np.testing.assert_allclose(held(two, both), held(one, problem), atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_slopes_of_the_value_are_discounted_chances(seed: int) -> None:
    """dV/dflow at a step is its discounted chance of peace, dV/dW its chance of attack (envelope).

    Held fixed: everything but the one payoff. Binds values and chances of the same horizon.
    """
    problem = random_problem(seed, branches=1)
    future = problem.solve()
    paths = Path(**{k: jnp.asarray(v) for k, v in problem.paths.items()})

    def value(flow: jax.Array, snap: jax.Array) -> jax.Array:
        return horizon.solve(
            {k: jnp.asarray(v) for k, v in problem.world.items()},
            paths._replace(flow=flow, snap=snap),
            jnp.asarray(problem.early), jnp.asarray(problem.odds), jnp.asarray(problem.prizes),
            jnp.asarray(problem.step), jnp.asarray(problem.year_end),
        ).challenger.sum()  # fmt: skip

    by_flow, by_snap = jax.jit(jax.grad(value, argnums=(0, 1)))(paths.flow, paths.snap)
    keep = np.exp(-problem.world["discount"] * problem.step)
    attack = np.asarray(future.attack)[0]
    peace = (np.asarray(future.alive)[0].sum(axis=1) - attack.sum(axis=(1, 2))).sum(axis=-1)
    discount = keep ** np.arange(problem.steps)
    but_last = slice(0, problem.steps - 1)  # the last step stands for all that follow
    np.testing.assert_allclose(
        by_flow[0][but_last], (discount * (1.0 - keep) * peace)[but_last], atol=1e-10
    )
    np.testing.assert_allclose(
        by_snap[0][but_last],
        -(discount[:, None, None] * attack.sum(axis=-1))[but_last],
        atol=1e-10,
    )


def test_halving_the_step_changes_held_in_proportion_to_the_step() -> None:
    """Each halving of dt halves the error of `held` (Richardson): no attack comes from dt itself.

    Held fixed: payoffs as functions of time, rates per year, ten years.
    """

    def chance(step: float) -> float:
        steps = round(10.0 / step)
        years = (np.arange(steps) + 0.5) * step
        will = np.linspace(-1.0, 1.0, 5)
        cost = 0.9 - 0.06 * will[None, :] + 0.05 * np.sin(years)[:, None]
        line = np.stack([0.62 - 0.45 * cost, 1.1 - cost], axis=-1)
        paths = flat_paths(steps, line[:, 0], answered=0.5)
        paths["line"] = line[None]
        problem = Problem(paths, step=step)
        return float(held(problem.solve(), problem)[0])

    found = [chance(dt) for dt in (0.5, 0.25, 0.125, 0.0625)]
    moved = np.abs(np.diff(found))
    ratios = moved[:-1] / moved[1:]
    assert 0.05 < found[-1] < 0.95
    assert np.all((ratios > 1.6) & (ratios < 2.5)), (found, ratios)
    assert moved[1] < 0.02, "a quarter of a year is fine enough"


@settings(max_examples=20, deadline=None)
@given(
    level=st.floats(0.8, 0.98),
    wobble=st.floats(0.0, 0.1),
    precision=st.floats(30.0, 250.0),
    moments=st.floats(0.3, 3.0),
)
def test_a_finer_step_changes_held_less_and_less(
    level: float, wobble: float, precision: float, moments: float
) -> None:
    """Each halving of dt moves `held` by at most three quarters of the last, whatever the payoffs.

    Held fixed: payoffs as functions of time, rates per year, ten years.
    """

    def chance(step: float) -> float:
        years = (np.arange(round(10.0 / step)) + 0.5) * step
        cost = level - 0.06 * np.linspace(-1.0, 1.0, 5)[None, :] + wobble * np.sin(years)[:, None]
        line = np.stack([0.62 - 0.45 * cost, 1.1 - cost], axis=-1)
        paths = flat_paths(len(years), line[:, 0], answered=0.5)
        paths["line"] = line[None]
        problem = Problem(paths, step=step).changed(
            precision__challenger=precision, moments_per_year=moments
        )
        return float(held(problem.solve(), problem)[0])

    moved = np.abs(np.diff([chance(dt) for dt in (0.25, 0.125, 0.0625)]))
    assert moved[1] <= 0.75 * moved[0] + 1e-3, moved
    assert moved[0] < 0.05, moved


def test_without_passing_shocks_the_better_act_is_taken() -> None:
    """As precision grows, sure moments lead to attack where it pays and to none where it does not.

    Held fixed: payoffs; the type's value of winning is 1.
    """
    for payoff, expected in ((0.25, 0.0), (0.15, 1.0)):
        attack = np.full((40, 2), payoff)
        problem = Problem(flat_paths(40, attack)).changed(
            precision__challenger=20_000.0, moments_per_year=50.0, probe__price=1.0
        )
        assert held(problem.solve(), problem)[0] == pytest.approx(expected, abs=1e-6)


def test_the_horizon_calls_no_batched_library() -> None:
    """Horizons solved on two threads at once have no LAPACK call, which could wait for ever."""
    several = jax.tree.map(lambda x: jnp.stack([x, x]), random_problem(0).arguments)
    text = jax.jit(jax.vmap(horizon.solve)).lower(*several).as_text()
    assert "while" in text and "lapack" not in text
