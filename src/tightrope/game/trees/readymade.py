"""The games of the literature, ready to be fitted (Signorino 2003; R package games 1.1.2).

    egame12      1 ── left            egame122       1             egame123   1 ── 1st
                 └ 2 ── middle                  ┌────┴────┐                   └ 2 ── 2nd
                     └ right                    2         2                       └ 3 ── 3rd
                                              1st 2nd   3rd 4th                       └ 4th

Outcomes are named `1`, `2`, … from left to right; `Tree.renamed` gives them the names of the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tightrope.game.trees.tree import Node, Payoff, Tree


def _reference(player: str, outcome: str) -> Payoff:
    return Payoff(player, outcome, value=0.0, shock=False)


EGAME12 = Tree(
    name="egame12",
    title="two players, three outcomes",
    players=("1", "2"),
    nodes=(
        Node("first", "1", (("L", "1"), ("R", "second"))),
        Node("second", "2", (("L", "2"), ("R", "3"))),
    ),
    outcomes=("1", "2", "3"),
    payoffs=(
        Payoff("1", "1"),
        Payoff("1", "2"),
        Payoff("1", "3"),
        _reference("2", "2"),
        Payoff("2", "3"),
    ),
)

EGAME122 = Tree(
    name="egame122",
    title="two players, four outcomes",
    players=("1", "2"),
    nodes=(
        Node("first", "1", (("L", "after L"), ("R", "after R"))),
        Node("after L", "2", (("L", "1"), ("R", "2"))),
        Node("after R", "2", (("L", "3"), ("R", "4"))),
    ),
    outcomes=("1", "2", "3", "4"),
    payoffs=(
        Payoff("1", "1"),
        Payoff("1", "2"),
        Payoff("1", "3"),
        Payoff("1", "4"),
        _reference("2", "1"),
        Payoff("2", "2"),
        _reference("2", "3"),
        Payoff("2", "4"),
    ),
)

EGAME123 = Tree(
    name="egame123",
    title="three players, four outcomes",
    players=("1", "2", "3"),
    nodes=(
        Node("first", "1", (("L", "1"), ("R", "second"))),
        Node("second", "2", (("L", "2"), ("R", "third"))),
        Node("third", "3", (("L", "3"), ("R", "4"))),
    ),
    outcomes=("1", "2", "3", "4"),
    payoffs=(
        Payoff("1", "1"),
        Payoff("1", "2"),
        Payoff("1", "3"),
        Payoff("1", "4"),
        Payoff("2", "2"),
        Payoff("2", "3"),
        Payoff("2", "4"),
        _reference("3", "3"),
        Payoff("3", "4"),
    ),
)

READY_MADE: Mapping[str, Tree] = MappingProxyType(
    {tree.name: tree for tree in (EGAME12, EGAME122, EGAME123)}
)
"""Trees by name."""
