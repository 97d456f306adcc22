"""Trees to and from Gambit's `.efg` text.

A tree with numbers for its payoffs is written with perfect information, one information set for
each node. What is read must have that too. Payoffs at outcomes that a player never decides about
are written as 0 and left out again when read. Under logit agent error with scale σ the choices of
this package are Gambit's agent quantal response equilibrium with λ = 1 / (σ√2).

File format: Gambit manual, "The extensive game (.efg) file format" (Savani & Turocy 2024).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tightrope.game.efg import choice, number, quoted
from tightrope.game.trees.tree import CHANCE, Node, Payoff, Tree, TreeError

Key = tuple[str, str]
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}])|([^\s{},"]+)|,')


def write_tree(tree: Tree, payoffs: Mapping[Key, float]) -> str:
    """The tree as `.efg` text.

    payoffs  (player, outcome) -> number, for every payoff that the tree does not fix
    Raises   ``ValueError`` if one is missing or not finite
    """
    worth = {(p.player, p.outcome): p.value for p in tree.payoffs if p.value is not None}
    worth |= {key: float(value) for key, value in payoffs.items()}
    for payoff in tree.payoffs:
        value = worth.get((payoff.player, payoff.outcome))
        if value is None or not math.isfinite(value):
            raise ValueError(f"Give a finite number for {tree.symbol(payoff)}.")
    names = " ".join(quoted(player) for player in tree.players)
    head = [f"EFG 2 R {quoted(tree.title or tree.name)} {{ {names} }}", quoted(tree.name)]
    return "\n".join([*head, *_lines(tree, worth)]) + "\n"


def _lines(tree: Tree, worth: Mapping[Key, float]) -> Iterator[str]:
    """Nodes in the order of the file: each before what follows its actions."""
    sets = dict.fromkeys((*tree.players, CHANCE), 0)
    waiting = [tree.root.name]
    while waiting:
        place = waiting.pop()
        node = tree.where.get(place)
        if node is None:
            index = tree.outcomes.index(place) + 1
            values = ", ".join(number(worth.get((player, place), 0.0)) for player in tree.players)
            yield f't "" {index} {quoted(place)} {{ {values} }}'
            continue
        sets[node.player] += 1
        labels = [label for label, _ in node.actions]
        if node.player == CHANCE:
            listed = " ".join(
                f"{quoted(label)} {number(p)}" for label, p in zip(labels, node.odds, strict=True)
            )
            yield f'c "" {sets[CHANCE]} {quoted(node.name)} {{ {listed} }} 0'
        else:
            player = tree.players.index(node.player) + 1
            yield choice(player, sets[node.player], node.name, labels)
        waiting += [target for _, target in reversed(node.actions)]


@dataclass
class _Reader:
    """Reads tokens one after another."""

    tokens: list[tuple[str, str]]
    place: int = 0

    def next(self, kind: str = "") -> str:
        """The next token, of the kind wanted if one is."""
        if self.place >= len(self.tokens):
            raise TreeError("the text ends too early", "efg")
        found, text = self.tokens[self.place]
        if kind and found != kind:
            raise TreeError(f"'{text}' stands where a {kind} is wanted", "efg")
        self.place += 1
        return text

    def peek(self) -> tuple[str, str]:
        """The next token, which stays."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def braces(self) -> list[tuple[str, str]]:
        """The tokens of one list in braces."""
        if self.next("brace") != "{":
            raise TreeError("a list in braces is wanted", "efg")
        found = []
        while self.peek() != ("brace", "}"):
            found.append((self.peek()[0], self.next()))
        self.place += 1
        return found


def read_tree(text: str) -> tuple[Tree, dict[Key, float]]:
    """A tree from `.efg` text, its payoffs fixed to their numbers, and these numbers.

    Raises  ``TreeError`` if the text is not a game of perfect information in this format
    """
    reader = _Reader(list(_tokens(text)))
    if [reader.next() for _ in range(3)] != ["EFG", "2", "R"]:
        raise TreeError("the text does not begin with 'EFG 2 R'", "efg")
    title = reader.next("text")
    players = tuple(word for _, word in reader.braces())
    name = reader.next("text") if reader.peek()[0] == "text" else ""
    nodes: list[Node] = []
    worth: dict[str, list[float]] = {}
    seen: set[Key] = set()
    order: dict[str, int] = {}
    root = _node(reader, players, nodes, worth, seen, order)
    if reader.peek()[0] != "end":
        raise TreeError("the text goes on after the tree", "efg")
    if root in worth:
        raise TreeError("the game has no choice", "efg")
    outcomes = tuple(sorted(worth, key=lambda name: order[name]))
    numbers = {
        (player, outcome): worth[outcome][i]
        for i, player in enumerate(players)
        for outcome in outcomes
    }
    payoffs = tuple(
        Payoff(player, outcome, value=numbers[player, outcome])
        for player in players
        for outcome in outcomes
        if any(outcome in _reached(nodes, node.name) for node in nodes if node.player == player)
    )
    tree = Tree(name or title, players, tuple(nodes), outcomes, payoffs, title)
    return tree, {(p.player, p.outcome): numbers[p.player, p.outcome] for p in payoffs}


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while text[place:].strip():
        match = _TOKEN.search(text, place)
        if match is None or text[place : match.start()].strip():
            raise TreeError("the text holds a sign that the format does not have", "efg")
        place = match.end()
        if match[0] == ",":
            continue
        if match[2]:
            yield "brace", match[2]
        elif match[3]:
            yield "word", match[3]
        else:
            yield "text", re.sub(r"\\(.)", r"\1", match[1])


def _node(
    reader: _Reader,
    players: tuple[str, ...],
    nodes: list[Node],
    worth: dict[str, list[float]],
    seen: set[Key],
    order: dict[str, int],
) -> str:
    """Read a node with all below it; returns its name, or that of its outcome."""
    kind = reader.next("word")
    label = reader.next("text")
    if kind == "t":
        return _outcome(reader, worth, label, order)
    if kind not in ("c", "p"):
        raise TreeError(f"'{kind}' is no kind of node", "efg", "nodes begin with c, p or t")
    player = CHANCE if kind == "c" else _player(reader, players)
    information = reader.next("word")
    if (player, information) in seen:
        raise TreeError(
            f"information set {information} of player '{player}' holds several nodes",
            "efg",
            "only games where past moves are seen can be read",
        )
    seen.add((player, information))
    name = reader.next("text") if reader.peek()[0] == "text" else ""
    listed = reader.braces()
    if reader.next("word") != "0":
        raise TreeError("payoffs before the end of the game are not read here", "efg")
    labels = [text for kind_, text in listed if kind_ == "text"]
    odds = tuple(_value(text) for kind_, text in listed if kind_ == "word")
    name = name or label or f"{player} {information}"
    place = len(nodes)
    nodes.append(Node(name, player, (), odds))
    targets = [_node(reader, players, nodes, worth, seen, order) for _ in labels]
    nodes[place] = Node(name, player, tuple(zip(labels, targets, strict=True)), odds)
    return name


def _player(reader: _Reader, players: tuple[str, ...]) -> str:
    word = reader.next("word")
    if not word.isdigit() or not 1 <= int(word) <= len(players):
        raise TreeError(f"there is no player number {word}", "efg")
    return players[int(word) - 1]


def _outcome(
    reader: _Reader, worth: dict[str, list[float]], label: str, order: dict[str, int]
) -> str:
    index = reader.next("word")
    if not index.isdigit():
        raise TreeError(f"'{index}' is not the number of an outcome", "efg")
    given = reader.next("text") if reader.peek()[0] == "text" else ""
    name = given or label or f"outcome {index}"
    order.setdefault(name, int(index))
    if reader.peek() == ("brace", "{"):
        worth[name] = [_value(text) for _, text in reader.braces()]
    elif name not in worth:
        raise TreeError(f"outcome '{name}' has no payoffs", "efg")
    return name


def _value(text: str) -> float:
    try:
        return float(Fraction(text))
    except (ValueError, ZeroDivisionError) as error:
        raise TreeError(f"'{text}' is not a number", "efg") from error


def _reached(nodes: list[Node], name: str) -> set[str]:
    where = {node.name: node for node in nodes}
    waiting, found = [name], set()
    while waiting:
        node = where.get(place := waiting.pop())
        if node is None:
            found.add(place)
        else:
            waiting += [target for _, target in node.actions]
    return found
