"""Trees declared in YAML (see `treefile` for the form), read into the game room's own."""

from __future__ import annotations

from pathlib import Path

from tightrope.game.trees import CHANCE, Node, Payoff, Tree, TreeError
from tightrope.history.codes import GAME
from tightrope.history.treefile import NodeEntry, PayoffEntry, TreeFile
from tightrope.treaty.errors import InputError, Where
from tightrope.treaty.reading import validate
from tightrope.treaty.yamltext import Located, read_file, read_text


def read_tree(path: str | Path) -> Tree:
    """The tree of a file. Errors: InputError with file, line and field."""
    return _tree(read_file(Path(path)))


def tree_from_text(text: str) -> Tree:
    """The tree of a YAML text. Errors: InputError."""
    return _tree(read_text(text))


def _tree(node: Located) -> Tree:
    file = validate(TreeFile, node)
    try:
        return Tree(
            name=file.id,
            title=file.title,
            players=file.players,
            nodes=tuple(_node(entry) for entry in file.nodes),
            outcomes=file.outcomes,
            payoffs=tuple(_payoff(entry) for entry in file.payoffs),
        )
    except TreeError as error:
        top = error.field.split(".")[0]
        where = node.where(top)
        raise InputError(
            error.what, GAME, Where(where.file, where.line, error.field), remedy=error.remedy
        ) from error


def _node(entry: NodeEntry) -> Node:
    odds: tuple[float, ...] = ()
    if entry.player == CHANCE:
        odds = tuple(entry.odds.get(label, 0.0) for label in entry.actions)
    elif entry.odds:
        odds = tuple(entry.odds.values())
    return Node(entry.id, entry.player, tuple(entry.actions.items()), odds)


def _payoff(entry: PayoffEntry) -> Payoff:
    field = f"payoffs.{entry.player}.{entry.outcome}"
    given = [entry.value is not None, entry.terms is not None, entry.reference]
    if sum(given) > 1:
        raise TreeError("a payoff has a value, terms or is a reference, not several", field)
    if entry.reference:
        return Payoff(entry.player, entry.outcome, value=0.0, shock=False)
    terms = None if entry.terms is None else str(entry.terms)
    return Payoff(entry.player, entry.outcome, entry.value, terms, entry.shock)
