"""What no data could tell apart: payoffs that may move together without any choice changing.

At a node only differences of its player's payoffs matter. Payoffs of a player at outcomes below one
of its nodes are tied to one another, and so on through all its nodes; where every payoff of a tied
group is estimated and all of them hold the same regressor, that regressor can be added to each with
one coefficient, and no probability changes (Lewis & Schultz 2003; Signorino 1999). Somewhere in the
group the regressor must be left out; `0` fixes a payoff, `-1` takes the constant away.

The scale of the errors multiplies all payoffs: it can be estimated with a constant only if some
payoff is fixed to a number other than zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.game.trees.tree import Payoff, Tree

Floats = NDArray[np.float64]
_NULL = 1e-9


@dataclass(frozen=True)
class Ambiguity:
    """Payoffs that may move together.

    payoffs    the group of tied payoffs, all of one player
    variables  columns that take part in the movement
    """

    payoffs: tuple[Payoff, ...]
    variables: tuple[str, ...]


def tied(tree: Tree) -> tuple[tuple[Payoff, ...], ...]:
    """Groups of payoffs, each of one player, tied through that player's nodes."""
    groups: list[tuple[Payoff, ...]] = []
    for player in tree.players:
        sets = [set(tree.below[n.name]) for n in tree.nodes if n.player == player]
        merged: list[set[str]] = []
        for outcomes in sets:
            apart = [other for other in merged if not other & outcomes]
            joined = outcomes.union(*(other for other in merged if other & outcomes))
            merged = [*apart, joined]
        groups += [
            tuple(p for p in tree.payoffs if p.player == player and p.outcome in outcomes)
            for outcomes in merged
        ]
    return tuple(groups)


def ambiguities(
    tree: Tree, names: Sequence[Sequence[str]], matrices: Sequence[Floats]
) -> tuple[Ambiguity, ...]:
    """Every way in which payoffs may move together, judged on the data.

    names, matrices  columns of each free payoff and their values (n, columns), in the tree's order
    """
    order: Mapping[tuple[str, str], int] = {
        (p.player, p.outcome): j for j, p in enumerate(tree.free)
    }
    found = []
    for group in tied(tree):
        if any(payoff.value is not None for payoff in group):
            continue
        parts = [order[p.player, p.outcome] for p in group]
        if any(not names[j] for j in parts):
            continue
        shared = _shared([matrices[j] for j in parts])
        if shared is None:
            continue
        columns = [name for j in parts for name in names[j]]
        moving = dict.fromkeys(c for c, w in zip(columns, shared, strict=True) if w)
        found.append(Ambiguity(group, tuple(moving)))
    return tuple(found)


def _shared(parts: Sequence[Floats]) -> NDArray[np.bool_] | None:
    """Which columns take part in X₁b₁ = X₂b₂ = … ≠ 0, or None if only zero solves it.

    The null space of the stacked equations, from their cross products: memory does not grow with n.
    """
    widths = [part.shape[1] for part in parts]
    ends = np.cumsum(widths)
    total = int(ends[-1])
    scaled = [part / np.maximum(np.linalg.norm(part, axis=0), 1e-300) for part in parts]
    gram = np.zeros((total, total))
    first = slice(0, widths[0])
    for part, width, end in zip(scaled[1:], widths[1:], ends[1:], strict=True):
        own = slice(int(end) - width, int(end))
        gram[first, first] += scaled[0].T @ scaled[0]
        gram[own, own] += part.T @ part
        cross = scaled[0].T @ part
        gram[first, own] -= cross
        gram[own, first] -= cross.T
    values, vectors = np.linalg.eigh(gram)
    null = vectors[:, values < _NULL]
    if null.shape[1] == 0:
        return None
    weight = np.linalg.norm(null, axis=1)
    moving: NDArray[np.bool_] = weight > 1e-4
    return moving if moving.any() else None
