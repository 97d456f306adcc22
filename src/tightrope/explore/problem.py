"""What is explored: uncertain inputs, options, outcomes, and a way to solve them, if there is one.

A case of the library, a named test problem and a table of draws all come down to the same two
things, so that one analysis serves all: a `Problem` that can be solved in new worlds, and `Draws`
that already have been.

**Shares.** A world is a row of shares in [0, 1], one for each input: the part of the input's
distribution that lies below its value. Designs are laid out in shares.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tightrope.treaty import InputError, Where

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Input:
    """One uncertain number.

    low, high  plausible range in `unit`;  value  its centre
    group      inputs of one group are moved together where single ones would cost too much
    """

    id: str
    low: float
    high: float
    value: float
    unit: str = ""
    meaning: str = ""
    group: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a world leads to; `better` says which end is wanted."""

    unit: str = ""
    meaning: str = ""
    better: Literal["high", "low"] = "high"


@dataclass(frozen=True)
class Solved:
    """Outcomes of some options in the same worlds.

    outcomes    option → outcome → (D,); NaN where it has no meaning or the cell failed
    failed      option → (D,) true where the cell was not solved; never used
    likelihood  (D,) log-likelihood of the record; 0 where there is none
    """

    outcomes: Mapping[str, Mapping[str, Floats]]
    failed: Mapping[str, NDArray[np.bool_]]
    likelihood: Floats


class Problem(Protocol):
    """Something that can be solved in any world."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def inputs(self) -> tuple[Input, ...]: ...
    @property
    def options(self) -> tuple[str, ...]: ...
    @property
    def titles(self) -> Mapping[str, str]: ...
    @property
    def outcomes(self) -> Mapping[str, Outcome]: ...
    @property
    def default(self) -> str:
        """The outcome looked at where none is named."""

    def key(self, option: str | None) -> str:
        """A digest of everything that an option's outcomes depend on (None: the record's)."""

    def rows(self, draws: int, seed: int, design: str, start: int, stop: int) -> Floats:
        """Shares of the worlds ``start`` to ``stop`` of a design, (stop − start, inputs)."""

    def values(self, shares: Floats) -> Floats:
        """Inputs in their own units, (D, inputs)."""

    def centre(self) -> Floats:
        """Shares of the central world, (inputs,)."""

    def solve(self, shares: Floats, options: Sequence[str], *, record: bool) -> Solved:
        """Every outcome of the options; with ``record``, also the likelihood of the record."""

    def slopes(self, shares: Floats, option: str, outcome: str) -> tuple[Floats, Floats]:
        """The outcome (D,) and its derivative by each share (D, inputs)."""


@dataclass(frozen=True)
class Draws:
    """Worlds and what they lead to.

    values   (D, inputs) in their own units;  weights  (D,) by the record, summing to one
    outcomes option → outcome → (D,);  failed  option → cells left out
    notes    how the draws came about, for documents
    """

    inputs: tuple[Input, ...]
    values: Floats
    options: tuple[str, ...]
    titles: Mapping[str, str]
    outcomes: Mapping[str, Outcome]
    results: Mapping[str, Mapping[str, Floats]]
    weights: Floats
    failed: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of worlds."""
        return len(self.weights)

    def result(self, option: str, outcome: str) -> Floats:
        """An outcome in every world, NaN where a cell failed or has no meaning."""
        return self.results[option][outcome]


def constant(values: Floats) -> bool:
    """Whether an outcome is the same wherever it is known."""
    known = values[np.isfinite(values)]
    return bool(known.size and np.ptp(known) <= 1e-12)


def digest(*parts: Any) -> str:
    """A short digest of JSON-like parts, the same on every machine."""
    text = json.dumps(parts, sort_keys=True, default=str, allow_nan=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def short_seed(seed: int) -> int:
    """A seed for libraries that only take those below 2³² (one is kept free for seed + 1)."""
    return seed % (2**32 - 1)


def check_outcome(name: str | None, known: Mapping[str, Outcome], default: str) -> str:
    """The outcome named, or the default. Errors: InputError with the nearest name."""
    if name is None:
        return default
    if name not in known:
        raise InputError(
            f"there is no outcome '{name[:60]}'",
            "TW201",
            Where(field="--outcome"),
            tuple(sorted(known)),
            "name one of these",
            name[:60],
        )
    return name
