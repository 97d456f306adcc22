"""Horizons made up for tests: worlds, paths and a solver compiled once per shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from tightrope.game import QUICK, jit_with
from tightrope.guarantee import horizon
from tightrope.guarantee.horizon import Future, Path

Floats = NDArray[np.float64]

#: A world as the horizon sees it; central values of the Ukraine case, rounded.
WORLD: dict[str, float] = {
    "discount": 0.06,
    "precision.challenger": 150.0,
    "moments_per_year": 1.0,
    "probe.base_rate": 0.1,
    "probe.gain": 0.04,
    "probe.price": 0.08,
    "probe.harm": 0.02,
    "line.today": 0.2,
    "war_cost.challenger": 1.4,
    "war_cost.limited_ratio": 0.5,
    "will.move_rate": 0.5,
    "will.reversion": 0.3,
    "will.probe_step": 0.25,
}

solve_jitted = jit_with(QUICK)(horizon.solve)


@dataclass
class Problem:
    """One horizon: everything `horizon.solve` takes, as plain arrays.

    paths  name of a `Path` field → (branch, step, …)
    """

    paths: dict[str, Floats]
    world: dict[str, float] = field(default_factory=lambda: dict(WORLD))
    step: float = 0.25
    before: Floats | None = None
    branches: Floats | None = None
    prizes: Floats = field(default_factory=lambda: np.ones(1))

    @property
    def steps(self) -> int:
        return self.paths["flow"].shape[1]

    @property
    def count(self) -> int:
        return self.paths["flow"].shape[0]

    @property
    def early(self) -> Floats:
        return np.zeros(self.steps) if self.before is None else self.before

    @property
    def odds(self) -> Floats:
        return np.full(self.count, 1.0 / self.count) if self.branches is None else self.branches

    @property
    def year_end(self) -> Floats:
        ends = (np.arange(self.steps) + 1) * self.step
        return (np.abs(ends - np.round(ends)) < 1e-9).astype(float)

    def changed(self, paths: dict[str, Any] | None = None, **world: float) -> Problem:
        """The same horizon with other path entries or parameters (dots written as __)."""
        new = {k.replace("__", "."): v for k, v in world.items()}
        return Problem(
            {**self.paths, **(paths or {})},
            {**self.world, **new},
            self.step,
            self.before,
            self.branches,
            self.prizes,
        )

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What `horizon.solve` takes."""
        return (
            {k: jnp.asarray(v) for k, v in self.world.items()},
            Path(**{k: jnp.asarray(v) for k, v in self.paths.items()}),
            jnp.asarray(self.early),
            jnp.asarray(self.odds),
            jnp.asarray(self.prizes),
            jnp.asarray(self.step),
            jnp.asarray(self.year_end),
        )

    def solve(self) -> Future:
        """The program's answer."""
        return solve_jitted(*self.arguments)


def held(future: Future, problem: Problem) -> Floats:
    """Chance of no attack within the horizon, by type."""
    return np.einsum("b,bwq->q", problem.odds, np.asarray(future.at_end))


def flat_paths(
    steps: int, attack: Floats, *, flow: float = 0.0, answered: float = 1.0, wills: int = 5
) -> dict[str, Floats]:
    """Paths of one branch in which attacking is worth ``attack`` (step, 2), whatever the will.

    Other flows end on attack, so that they count as peace only.
    """
    shape = (1, steps, wills, 2)
    zero = np.zeros(shape)
    line = np.broadcast_to(attack[None, :, None, :], shape).copy()
    return {
        "flow": np.full((1, steps), flow),
        "war_flow": np.zeros((1, steps)),
        "line": line,
        "burden": zero,
        "lost": np.ones(shape),
        "snap": zero,
        "answered": np.full((1, steps, wills), answered),
        "protege": -line,
        "protege_flow": np.full((1, steps), 0.8),
    }


def random_problem(seed: int, *, branches: int = 2, steps: int = 10, types: int = 3) -> Problem:
    """A horizon with everything drawn at random, branches that part on the way included."""
    rng = np.random.default_rng(seed)
    wills = 5
    part = steps // 3
    early = (np.arange(steps) < part).astype(float) if branches > 1 else np.zeros(steps)

    def draw(low: float, high: float, *tail: int) -> Floats:
        value = rng.uniform(low, high, (branches, steps, *tail))
        value[:, :part] = value[:1, :part]  # the same until the branches part
        return value

    world = {
        "discount": rng.uniform(0.03, 0.12),
        "precision.challenger": rng.uniform(20.0, 300.0),
        "moments_per_year": rng.uniform(0.5, 2.0),
        "probe.base_rate": rng.uniform(0.03, 0.3),
        "probe.gain": rng.uniform(0.02, 0.08),
        "probe.price": rng.uniform(0.04, 0.16),
        "probe.harm": rng.uniform(0.01, 0.05),
        "line.today": 0.2,
        "war_cost.challenger": rng.uniform(0.1, 0.8),
        "war_cost.limited_ratio": rng.uniform(0.3, 0.7),
        "will.move_rate": rng.uniform(0.2, 1.0),
        "will.reversion": rng.uniform(0.1, 0.6),
        "will.probe_step": rng.uniform(0.0, 0.5),
    }
    return Problem(
        {
            "flow": draw(-0.02, 0.06),
            "war_flow": draw(-0.02, 0.02),
            "line": draw(0.2, 0.4, wills, 2),
            "burden": draw(0.1, 0.3, wills, 2),
            "lost": draw(0.0, 1.0, wills, 2),
            "snap": draw(0.0, 0.05, wills, 2),
            "answered": draw(0.0, 1.0, wills),
            "protege": draw(-0.6, 0.0, wills, 2),
            "protege_flow": draw(0.6, 0.9),
        },
        world,
        0.25,
        early,
        rng.dirichlet(np.ones(branches)),
        np.exp(rng.normal(0.0, 0.3, types)),
    )
