"""Problems with known answers, on which every method here is judged.

    ishigami    sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ on [−π, π]³ (Ishigami and Homma 1990)
    planted-box 1 inside a box of two of ten inputs and 0 outside, one in ten turned round
    noise       0 or 1 without any regard to ten inputs
    crossing    two options whose order turns where one input passes a known point

Errors in them are a function of the world, not of a generator: the same world gives the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from tightrope.explore.problem import Floats, Input, Outcome, Solved, digest
from tightrope.guarantee.draws import as_design, design_rows

ISHIGAMI = (7.0, 0.1)
#: Bounds of the planted box: input → (low, high), of a range of 0 to 100.
BOX = {"x2": (20.0, 70.0), "x5": (45.0, 100.0)}
TURNED = 0.1
#: Share of `talks` at which the two options of `crossing` are worth the same, with the other at .5.
CROSSING = 0.75

#: From inputs (D, k) and the array library to an outcome by option.
Function = Callable[[Any, Any], Mapping[str, Any]]


def ishigami(x: Any, xp: Any) -> dict[str, Any]:
    """The function of Ishigami and Homma."""
    a, b = ISHIGAMI
    first = xp.sin(x[:, 0])
    return {"ishigami": first + a * xp.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * first}


def ishigami_indices() -> dict[str, tuple[float, float]]:
    """Analytic first-order and total Sobol' indices, input → (first, total)."""
    a, b = ISHIGAMI
    first = 0.5 * (1.0 + b * np.pi**4 / 5.0) ** 2
    second = a**2 / 8.0
    both = b**2 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    total = first + second + both
    return {
        "x1": (first / total, (first + both) / total),
        "x2": (second / total, second / total),
        "x3": (0.0, both / total),
    }


def _chance(x: Any, xp: Any) -> Any:
    """A number in [0, 1) that looks random and depends on the world alone."""
    weights = np.sqrt(np.arange(2.0, 2.0 + x.shape[1])) * 137.0
    turns = xp.sin(x @ weights) * 43758.5453
    return turns - xp.floor(turns)


def planted_box(x: Any, xp: Any) -> dict[str, Any]:
    """1 inside the box, 0 outside; one world in ten is turned round."""
    inside = xp.ones(x.shape[0], dtype=bool)
    for name, (low, high) in BOX.items():
        column = x[:, int(name[1:]) - 1]
        inside = inside & (column >= low) & (column <= high)
    turned = _chance(x, xp) < TURNED
    return {"planted-box": xp.where(turned, ~inside, inside) * 1.0}


def noise(x: Any, xp: Any) -> dict[str, Any]:
    """1 in three worlds of ten, whatever the inputs."""
    return {"noise": xp.where(_chance(x, xp) < 0.3, 1.0, 0.0)}


def crossing(x: Any, xp: Any) -> dict[str, Any]:
    """'firm' loses by talks and 'loose' gains; they meet at `CROSSING` where trust is at .5."""
    talks, trust = x[:, 0], x[:, 1]
    loose = 0.3 + 0.2 * talks + 0.1 * (trust - 0.5)
    return {"firm": 0.3 + 0.2 * CROSSING + 0.4 * (CROSSING - talks), "loose": loose}


@dataclass(frozen=True)
class TestProblem:
    """A problem with a known answer; `id` is one of `TEST_PROBLEMS`."""

    __test__ = False  # pytest: this is no test

    id: str

    @property
    def _function(self) -> Function:
        return TEST_PROBLEMS[self.id][0]

    @property
    def title(self) -> str:
        """What it is known for."""
        return TEST_PROBLEMS[self.id][1]

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Its inputs with their ranges."""
        return TEST_PROBLEMS[self.id][2]

    @property
    def options(self) -> tuple[str, ...]:
        """One option named like the problem, or two that can be compared."""
        return TEST_PROBLEMS[self.id][3]

    @property
    def titles(self) -> dict[str, str]:
        """Options are called what they are."""
        return {name: name for name in self.options}

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """One outcome, y."""
        return {"y": Outcome("", "value of the function")}

    @property
    def default(self) -> str:
        """The one outcome."""
        return "y"

    def key(self, option: str | None) -> str:
        """A digest of the name."""
        return digest("test problem", self.id, option)

    def rows(self, draws: int, seed: int, design: str, start: int, stop: int) -> Floats:
        """Rows of a design, inputs independent."""
        return design_rows(len(self.inputs), draws, seed, as_design(design), start, stop)

    def values(self, shares: Floats) -> Floats:
        """Inputs are spread evenly over their ranges."""
        low, high = (
            np.array([getattr(one, end) for one in self.inputs]) for end in ("low", "high")
        )
        return np.asarray(low + (high - low) * shares)

    def centre(self) -> Floats:
        """The middle of every range."""
        return np.full(len(self.inputs), 0.5)

    def solve(self, shares: Floats, options: Sequence[str], *, record: bool) -> Solved:
        """The function in every world; there is no record."""
        found = self._function(self.values(shares), np)
        return Solved(
            {name: {"y": np.asarray(found[name], dtype=float)} for name in options},
            {name: np.zeros(shares.shape[0], dtype=bool) for name in options},
            np.zeros(shares.shape[0]),
        )

    def slopes(self, shares: Floats, option: str, outcome: str) -> tuple[Floats, Floats]:
        """Derivatives by share, from JAX."""
        import jax
        import jax.numpy as jnp

        low, high = (
            np.array([getattr(one, end) for one in self.inputs]) for end in ("low", "high")
        )

        def total(given: Any) -> Any:
            found = self._function(low + (high - low) * given, jnp)[option]
            return found.sum(), found

        (_, value), slope = jax.value_and_grad(total, has_aux=True)(jnp.asarray(shares))
        return np.asarray(value), np.asarray(slope)


def _plain(count: int, low: float, high: float) -> tuple[Input, ...]:
    names = [f"x{k + 1}" for k in range(count)]
    return tuple(Input(n, low, high, (low + high) / 2.0, "", f"input {n}", n) for n in names)


_percent = partial(_plain, low=0.0, high=100.0)
_CROSSING = (
    Input("talks", 0.0, 1.0, 0.5, "share", "how far talks have come", "talks"),
    Input("trust", 0.0, 1.0, 0.5, "share", "how far the sides trust each other", "trust"),
)

#: Name → function, title, inputs, options.
TEST_PROBLEMS: dict[str, tuple[Function, str, tuple[Input, ...], tuple[str, ...]]] = {
    "ishigami": (
        ishigami, "Ishigami's function", _plain(3, -np.pi, np.pi), ("ishigami",),
    ),
    "planted-box": (
        planted_box, "A planted box under noise", _percent(10), ("planted-box",),
    ),
    "noise": (noise, "Noise without structure", _percent(10), ("noise",)),
    "crossing": (crossing, "Two options that cross", _CROSSING, ("firm", "loose")),
}  # fmt: skip
