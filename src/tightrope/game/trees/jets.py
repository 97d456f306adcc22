"""Numbers that carry their exact first and second derivatives, and a tree solved with them.

A jet is a value with derivatives in a few predictors η_1 … η_p, each an array over rows; absent
derivatives are zero. Sums, products and functions of jets obey the rules of calculus, so what comes
out is exact to rounding. For trees whose nodes have two actions this gives the log-likelihood of
every row with its gradient and Hessian in η in some dozens of array operations, with nothing to
compile; `equilibrium.solve` under JAX is the independent second derivation, and tests hold the two
together.

    log Φ(x):  d/dx = m(x) = φ(x)/Φ(x),  d²/dx² = −m (x + m)
    log Λ(x):  d/dx = Λ(−x),             d²/dx² = −Λ(x) Λ(−x)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, log_ndtr, ndtr

from tightrope.game.trees.equilibrium import Error, Link
from tightrope.game.trees.tree import CHANCE, Node, Tree

Floats = NDArray[np.float64]
_ROOT = float(np.sqrt(0.5))
_LOG = 0.5 * float(np.log(2.0 * np.pi))


@dataclass(frozen=True)
class Jet:
    """A value, its derivatives in predictors j, and those in pairs j ≤ l."""

    value: Floats | float
    first: Mapping[int, Floats | float] = field(default_factory=dict)
    second: Mapping[tuple[int, int], Floats | float] = field(default_factory=dict)

    def __add__(self, other: Jet) -> Jet:
        """Sum."""
        first = dict(self.first)
        for j, slope in other.first.items():
            first[j] = first[j] + slope if j in first else slope
        second = dict(self.second)
        for pair, bend in other.second.items():
            second[pair] = second[pair] + bend if pair in second else bend
        return Jet(self.value + other.value, first, second)

    def times(self, factor: Floats | float) -> Jet:
        """Product with a number that depends on no predictor."""
        if isinstance(factor, float) and factor == 1.0:
            return self
        return Jet(
            self.value * factor,
            {j: slope * factor for j, slope in self.first.items()},
            {pair: bend * factor for pair, bend in self.second.items()},
        )

    def __sub__(self, other: Jet) -> Jet:
        """Difference."""
        return self + other.times(-1.0)

    def __mul__(self, other: Jet) -> Jet:
        """Product."""
        if not other.first:
            return self.times(other.value)
        if not self.first:
            return other.times(self.value)
        total = self.times(other.value) + other.times(self.value)
        second = dict(total.second)
        for j, a in self.first.items():
            for k, b in other.first.items():
                pair = (j, k) if j <= k else (k, j)
                both = a * b * (2.0 if j == k else 1.0)
                second[pair] = second[pair] + both if pair in second else both
        return Jet(self.value * other.value, total.first, second)

    def through(self, value: Floats, slope: Floats, bend: Floats) -> Jet:
        """f of the jet, from f, f′ and f″ at its value."""
        first = {j: slope * d for j, d in self.first.items()}
        second = {pair: slope * h for pair, h in self.second.items()}
        names = sorted(self.first)
        for place, j in enumerate(names):
            bent = bend * self.first[j]
            for k in names[place:]:
                both = bent * self.first[k]
                pair = (j, k)
                second[pair] = second[pair] + both if pair in second else both
        return Jet(value, first, second)


class Rows(NamedTuple):
    """Log-likelihood of rows with derivatives in the predictors.

    value   (rows,)
    first   predictor -> (rows,)
    second  pair of predictors j ≤ l -> (rows,)
    """

    value: Floats
    first: Mapping[int, Floats]
    second: Mapping[tuple[int, int], Floats]


def has_jets(tree: Tree) -> bool:
    """Whether every node has two actions and every outcome is reached by one path."""
    paths = sum(1 for _ in tree.paths())
    return paths == len(tree.outcomes) and all(len(node.actions) == 2 for node in tree.nodes)


def routes(tree: Tree) -> dict[str, NDArray[np.float64]]:
    """For each node, by outcome: −1 if its path goes left there, 1 if right, 0 if elsewhere."""
    found = {node.name: np.zeros(len(tree.outcomes)) for node in tree.nodes}
    for outcome, way in tree.paths():
        for node, number in way:
            found[node.name][tree.outcomes.index(outcome)] = 2.0 * number - 1.0
    return found


def log_likelihood(
    tree: Tree,
    predictors: Sequence[Floats | None],
    sides: Mapping[str, Floats],
    *,
    error: Error,
    link: Link,
    scaled: Sequence[int | None],
) -> Rows:
    """Log-probability of the path taken in each row, and its derivatives.

    predictors  of each free payoff, then of the log scales; None for one that is zero
    sides       `routes` of the outcomes seen, by node
    scaled      for each player the position of its log scale among the predictors, None for σ = 1
    """
    jets = [Jet(0.0) if eta is None else Jet(eta, {j: 1.0}) for j, eta in enumerate(predictors)]
    places = {(p.player, p.outcome): j for j, p in enumerate(tree.free)}
    fixed = {(p.player, p.outcome): p.value for p in tree.payoffs if p.value is not None}
    shocks = {(p.player, p.outcome) for p in tree.payoffs if p.shock}
    payoffs = {key: jets[j] for key, j in places.items()} | {
        key: Jet(value) for key, value in fixed.items()
    }
    reach: dict[str, dict[str, Jet]] = {o: {o: Jet(1.0)} for o in tree.outcomes}
    total = Jet(0.0)
    for node in tree.order:
        left, right = (reach[target] for _, target in node.actions)
        if node.player == CHANCE:
            total = total + Jet(_chance(node, sides[node.name]))
            odds = (Jet(node.odds[0]), Jet(node.odds[1]))
        else:
            gap = _gap(node, left, right, payoffs, shocks, error)
            place = scaled[tree.players.index(node.player)]
            if place is not None:
                size = np.exp(-np.asarray(jets[place].value))
                gap = gap * jets[place].through(size, -size, size)
            total = total + _taken(gap, sides[node.name], link)
            odds = (Jet(1.0), Jet(1.0)) if node is tree.root else _odds(gap, link)
        if node is not tree.root:
            reach[node.name] = {
                outcome: share * p
                for p, below in zip(odds, (left, right), strict=True)
                for outcome, share in below.items()
            }
    return _rows(total, sides[tree.root.name].shape)


def _chance(node: Node, side: Floats) -> Floats:
    logs = np.log(node.odds)
    return np.where(side > 0.0, logs[1], np.where(side < 0.0, logs[0], 0.0))


def _gap(
    node: Node,
    left: Mapping[str, Jet],
    right: Mapping[str, Jet],
    payoffs: Mapping[tuple[str, str], Jet],
    shocks: set[tuple[str, str]],
    error: Error,
) -> Jet:
    """By how many standard deviations right is better than left."""
    gap = Jet(0.0)
    spread = Jet(0.0)
    for side, ways in ((1.0, right), (-1.0, left)):
        for outcome, share in ways.items():
            key = (node.player, outcome)
            gap = gap + (payoffs[key] * share).times(side)
            if key in shocks:
                spread = spread + share * share
    if error == "agent":
        return gap.times(_ROOT)
    size = np.asarray(spread.value) ** -0.5
    square = np.asarray(spread.value)
    return gap * spread.through(size, -0.5 * size / square, 0.75 * size / square**2)


def _taken(gap: Jet, side: Floats, link: Link) -> Jet:
    """Log-probability of the action taken at a node, zero in rows whose path goes elsewhere."""
    here = np.abs(side)
    x = side * gap.value
    if link == "logit":
        log = log_expit(x)
        slope = expit(-x)
        bend = -slope * (1.0 - slope)
    else:
        log = log_ndtr(x)
        slope = np.exp(-0.5 * x * x - _LOG - log)
        bend = -slope * (x + slope)
    return gap.through(here * log, side * slope, here * bend)


def _odds(gap: Jet, link: Link) -> tuple[Jet, Jet]:
    """Probabilities of left and right."""
    x = np.asarray(gap.value)
    if link == "logit":
        right, left = expit(x), expit(-x)
        slope = left * right
        bend = slope * (left - right)
    else:
        right, left = ndtr(x), ndtr(-x)
        slope = np.exp(-0.5 * x * x - _LOG)
        bend = -x * slope
    return gap.through(left, -slope, -bend), gap.through(right, slope, bend)


def _rows(total: Jet, shape: tuple[int, ...]) -> Rows:
    def whole(part: Floats | float) -> Floats:
        return np.broadcast_to(np.asarray(part, dtype=float), shape)

    return Rows(
        whole(total.value),
        {j: whole(part) for j, part in total.first.items()},
        {pair: whole(part) for pair, part in total.second.items()},
    )
