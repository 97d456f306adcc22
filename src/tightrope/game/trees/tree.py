"""A finite extensive-form game as it is declared: who moves where, and what each outcome is worth.

    Tree(
        name="egame12",
        players=("1", "2"),
        nodes=(
            Node("first", "1", (("end", "left"), ("go on", "second"))),
            Node("second", "2", (("give in", "middle"), ("resist", "right"))),
        ),
        outcomes=("left", "middle", "right"),
        payoffs=(Payoff("1", "left"), Payoff("1", "middle"), Payoff("1", "right"),
                 Payoff("2", "middle", value=0.0, shock=False), Payoff("2", "right")),
    )

The first node is the root. An action leads to a node or to an outcome. A payoff must be declared
for each outcome that lies below a node of its player, and for no other: no choice could ever tell
what a player makes of outcomes that it never decides about (Signorino 1999).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

CHANCE = "chance"
"""The player of a node at which nobody chooses; its actions have fixed probabilities."""


class TreeError(ValueError):
    """A declaration that is no game: ``what`` is wrong, ``field`` where, ``remedy`` the way out."""

    def __init__(self, what: str, field: str, remedy: str = "") -> None:
        super().__init__(what, field, remedy)
        self.what = what
        self.field = field
        self.remedy = remedy

    def __str__(self) -> str:
        """Render place, fault and how to mend it."""
        mend = f"\n  How to mend: {self.remedy}." if self.remedy else ""
        return f"{self.field}: {self.what}.{mend}"


@dataclass(frozen=True)
class Node:
    """A point where a player chooses, or chance does.

    name     of the node
    player   who chooses, or ``CHANCE``
    actions  label and target of each, from left to right; a target is a node or an outcome
    odds     probability of each action at a node of chance, else empty
    """

    name: str
    player: str
    actions: tuple[tuple[str, str], ...]
    odds: tuple[float, ...] = ()


@dataclass(frozen=True)
class Payoff:
    """What a player gets at an outcome.

    value   fixed, or None where it is estimated
    terms   of its formula, or None where the formula is given with the data
    shock   under private information, whether its owner alone knows a normal part of it. The
            reference payoff of a last mover has none: only the difference matters there
    """

    player: str
    outcome: str
    value: float | None = None
    terms: str | None = None
    shock: bool = True


@dataclass(frozen=True)
class Tree:
    """A finite game with perfect information: the past moves of all are seen by all.

    Raises ``TreeError`` where it is not one.
    """

    name: str
    players: tuple[str, ...]
    nodes: tuple[Node, ...]
    outcomes: tuple[str, ...]
    payoffs: tuple[Payoff, ...]
    title: str = ""

    def __post_init__(self) -> None:
        _check(self)

    @cached_property
    def where(self) -> dict[str, Node]:
        """Nodes by name."""
        return {node.name: node for node in self.nodes}

    @property
    def root(self) -> Node:
        """The node where the game begins."""
        return self.nodes[0]

    @cached_property
    def order(self) -> tuple[Node, ...]:
        """Nodes, each after those below it."""
        found: list[Node] = []
        waiting = [(self.root, False)]
        while waiting:
            node, seen = waiting.pop()
            if seen:
                found.append(node)
                continue
            waiting.append((node, True))
            waiting += [(self.where[t], False) for _, t in node.actions if t in self.where]
        return tuple(found)

    @cached_property
    def below(self) -> dict[str, frozenset[str]]:
        """Outcomes that can still be reached, by node and (trivially) by outcome."""
        found = {outcome: frozenset({outcome}) for outcome in self.outcomes}
        for node in self.order:
            found[node.name] = frozenset().union(*(found[t] for _, t in node.actions))
        return found

    @property
    def free(self) -> tuple[Payoff, ...]:
        """Payoffs that are estimated, in the order of the formula's parts."""
        return tuple(payoff for payoff in self.payoffs if payoff.value is None)

    def symbol(self, payoff: Payoff) -> str:
        """Label of a payoff in tables: ``u1(outcome)`` for the first player."""
        return f"u{self.players.index(payoff.player) + 1}({payoff.outcome})"

    def renamed(self, outcomes: tuple[str, ...]) -> Tree:
        """The same game with other names for its outcomes, in order."""
        if len(outcomes) != len(self.outcomes):
            raise TreeError(
                f"{len(self.outcomes)} outcomes, but names for {len(outcomes)}",
                "outcomes",
                "give each outcome its name, in order",
            )
        to = dict(zip(self.outcomes, outcomes, strict=True))
        nodes = tuple(
            replace(node, actions=tuple((label, to.get(t, t)) for label, t in node.actions))
            for node in self.nodes
        )
        payoffs = tuple(replace(p, outcome=to[p.outcome]) for p in self.payoffs)
        return replace(self, nodes=nodes, outcomes=outcomes, payoffs=payoffs)

    def paths(self) -> Iterator[tuple[str, tuple[tuple[Node, int], ...]]]:
        """Each path from the root: the outcome at its end, the nodes and actions on the way."""
        waiting: list[tuple[str, tuple[tuple[Node, int], ...]]] = [(self.root.name, ())]
        while waiting:
            place, way = waiting.pop()
            node = self.where.get(place)
            if node is None:
                yield place, way
                continue
            last = len(node.actions) - 1
            for number in range(last, -1, -1):
                waiting.append((node.actions[number][1], (*way, (node, number))))


def _check(tree: Tree) -> None:
    """Refuse what is no game of this kind."""
    _check_names(tree)
    for node in tree.nodes:
        _check_node(tree, node)
    _check_reach(tree)
    _check_payoffs(tree)


def _check_names(tree: Tree) -> None:
    for field, names in (
        ("players", tree.players),
        ("nodes", tuple(node.name for node in tree.nodes)),
        ("outcomes", tree.outcomes),
    ):
        if not names:
            raise TreeError(f"no {field}", field, "give at least one")
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise TreeError(f"'{twice}' is there twice", field, "give each its own name")
    both = {node.name for node in tree.nodes} & set(tree.outcomes)
    if both:
        raise TreeError(f"'{min(both)}' is a node and an outcome", "nodes", "rename one")
    if CHANCE in tree.players:
        raise TreeError(f"'{CHANCE}' is not a player", "players", "leave it out of the players")


def _check_node(tree: Tree, node: Node) -> None:
    field = f"nodes.{node.name}"
    if node.player not in (*tree.players, CHANCE):
        raise TreeError(
            f"'{node.player}' is not a player", field, f"name one of {', '.join(tree.players)}"
        )
    labels = [label for label, _ in node.actions]
    if len(labels) < 2 or len(set(labels)) < len(labels):
        raise TreeError(
            "a node needs two actions or more, each with its own label", f"{field}.actions"
        )
    known = {other.name for other in tree.nodes} | set(tree.outcomes)
    for label, target in node.actions:
        if target not in known:
            raise TreeError(
                f"action '{label}' leads to '{target}', which is no node and no outcome",
                f"{field}.actions",
                f"name one of {', '.join(sorted(known))}",
            )
    if node.player == CHANCE:
        if len(node.odds) != len(node.actions) or min(node.odds) <= 0.0:
            raise TreeError("chance needs a probability above zero for each action", field)
        if not math.isclose(sum(node.odds), 1.0, abs_tol=1e-9):
            raise TreeError(f"the odds of chance add up to {sum(node.odds):g}, not to 1", field)
    elif node.odds:
        raise TreeError("only a node of chance has odds", field, "name the player 'chance'")


def _check_reach(tree: Tree) -> None:
    """Each node is reached by exactly one action, the root by none; each outcome by one or more."""
    targets = [target for node in tree.nodes for _, target in node.actions]
    for node in tree.nodes:
        times = targets.count(node.name)
        if times != (0 if node is tree.nodes[0] else 1):
            raise TreeError(
                f"{times} action{' leads' if times == 1 else 's lead'} to node '{node.name}'",
                f"nodes.{node.name}",
                "the first node is the root; exactly one action leads to each other node",
            )
    reached = {tree.nodes[0].name}
    for _ in tree.nodes:
        reached |= {t for node in tree.nodes if node.name in reached for _, t in node.actions}
    for name in (*(node.name for node in tree.nodes), *tree.outcomes):
        if name not in reached:
            raise TreeError(f"'{name}' cannot be reached from the root", "nodes")


def _check_payoffs(tree: Tree) -> None:
    pairs = [(p.player, p.outcome) for p in tree.payoffs]
    for payoff in tree.payoffs:
        field = f"payoffs.{payoff.player}.{payoff.outcome}"
        if payoff.player not in tree.players:
            raise TreeError(f"'{payoff.player}' is not a player", field)
        if payoff.outcome not in tree.outcomes:
            raise TreeError(
                f"'{payoff.outcome}' is not an outcome of this game",
                field,
                f"name one of {', '.join(tree.outcomes)}",
            )
        if pairs.count((payoff.player, payoff.outcome)) > 1:
            raise TreeError("this payoff is declared twice", field, "keep one")
        if payoff.value is not None and not math.isfinite(payoff.value):
            raise TreeError(f"a payoff must be finite, not {payoff.value}", field)
    for player in tree.players:
        decided = frozenset().union(*(tree.below[n.name] for n in tree.nodes if n.player == player))
        named = {outcome for owner, outcome in pairs if owner == player}
        for outcome in tree.outcomes:
            field = f"payoffs.{player}.{outcome}"
            if outcome in decided and outcome not in named:
                raise TreeError(
                    f"the payoff of player '{player}' at '{outcome}' is missing",
                    field,
                    "declare it: with a value (0 for a reference), with terms, or to be estimated",
                )
            if outcome in named and outcome not in decided:
                raise TreeError(
                    f"no choice of player '{player}' can lead to or away from '{outcome}', so no "
                    "data can tell what that outcome is worth to it",
                    field,
                    "leave this payoff out",
                )
