"""The form of a YAML file that declares a tree.

    schema_version: "1"
    id: deterrence
    title: One state may attack, another may resist
    players: [attacker, defender]
    nodes:
      - {id: start, player: attacker, actions: {stay: peace, attack: answer}}
      - {id: answer, player: defender, actions: {yield: gain, resist: war}}
    outcomes: [peace, gain, war]
    payoffs:
      - {player: attacker, outcome: peace, terms: s_wt_re1 + revis1}
      - {player: attacker, outcome: gain, terms: "0"}
      - {player: attacker, outcome: war, terms: regime1}
      - {player: defender, outcome: gain, reference: true}
      - {player: defender, outcome: war}

The first node is the root. A payoff with `value` is fixed to it; with `reference: true` it is the
zero against which its player's other payoff at that node is measured (fixed at 0, no private
shock); with `terms` it has its own part of the formula; with none of these, `--formula` gives it.
A `--formula` with a part for every utility takes the place of all `terms`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from tightrope.treaty.values import Model, Text


class NodeEntry(Model):
    """A node of the file: who moves, and where each action leads."""

    id: Text
    player: Text
    actions: Annotated[dict[str, str], Field(min_length=2)]
    odds: Annotated[dict[str, float], Field(default_factory=dict)]


class PayoffEntry(Model):
    """What a player gets at an outcome: a value, a reference, terms, or left to the formula."""

    player: Text
    outcome: Text
    value: float | None = None
    terms: str | int | None = None
    reference: bool = False
    shock: bool = True


class TreeFile(Model):
    """A file that declares a tree."""

    schema_version: Literal["1"] = "1"
    id: Text
    title: Text = ""
    players: Annotated[tuple[Text, ...], Field(min_length=1)]
    nodes: Annotated[tuple[NodeEntry, ...], Field(min_length=1)]
    outcomes: Annotated[tuple[Text, ...], Field(min_length=2)]
    payoffs: Annotated[tuple[PayoffEntry, ...], Field(min_length=1)]


def tree_json_schema() -> dict[str, Any]:
    """JSON Schema of such a file."""
    return TreeFile.model_json_schema()
