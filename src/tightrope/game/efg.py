"""A whole crisis as a Gambit tree: challenger, then protégé, then guarantors at once.

    challenger: stay | attack at level a   →   protégé: yield | resist   →   guarantors together

Guarantors move one after another in the file, but each has a single information set per level, so
none sees the others. The choice model of this package is the agent quantal response equilibrium of
this tree (McKelvey & Palfrey 1998), with precisions that differ by player. Gambit has one λ, so
payoffs are scaled: a player of precision λ_i is written with payoffs λ_i / λ times its own.

File format: Gambit manual, "The extensive game (.efg) file format" (Savani & Turocy 2024).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tightrope.game.basis import Basis
from tightrope.game.crisis import ACTIONS, LEFT_ALONE, Game

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Level:
    """What may follow an attack at one level.

    name      of the level
    menus     for each guarantor the actions it may take (indices into ``ACTIONS``), ascending
    yielding  (2 + n,) payoffs of challenger, protégé and guarantors if the protégé yields
    payoffs   (2 + n, 3, ..., 3) payoffs by the actions of the n guarantors if it resists
    """

    name: str
    menus: tuple[tuple[int, ...], ...]
    yielding: Floats
    payoffs: Floats


@dataclass(frozen=True)
class Crisis:
    """A crisis to be written as a tree.

    players    names of challenger, protégé and guarantors, all different
    precision  λ of each player, > 0
    staying    (2 + n,) payoffs if the challenger stays
    levels     what follows each attack, at least one
    """

    players: tuple[str, ...]
    precision: tuple[float, ...]
    staying: Floats
    levels: tuple[Level, ...]


def guarantor_payoffs(
    game: Game, *, lead: int, helpers: tuple[int, ...] = (), basis: Basis
) -> Floats:
    """Payoffs of every player for every profile of actions, shape (n, 3, ..., 3).

    game     one game with one private type: n players, T = 1, batch (1,)
    Raises   ``ValueError`` for a batch, or for several private types, which a tree of this form
             cannot hold
    """
    if game.precision.shape != (1,):
        raise ValueError("A tree holds one game: give arrays with batch (1,).")
    players, types = game.private.shape[:2]
    if types != 1:
        raise ValueError("A tree holds one private type for each player: give T = 1.")
    one = {name: np.asarray(array)[..., 0] for name, array in game._asdict().items()}
    exponents = np.asarray(basis.exponents)
    payoffs = np.zeros((players, *(3,) * players))
    for profile in product(range(3), repeat=players):
        fights = [r == 2 for r in profile]
        state = 1 if lead >= 0 and fights[lead] else 0
        force = sum(one["contribution"][state, i, r] for i, r in enumerate(profile))
        helping = sum(1 << bit for bit, m in enumerate(helpers) if profile[m] == 1)
        success = one["weights"][helping] @ np.exp(-exponents * force / one["extent"])
        calm = np.prod([1.0 - one["escalation"][i] for i in range(players) if fights[i]])
        share = float(sum(one["omega"][i] for i in range(players) if fights[i]))
        for i, r in enumerate(profile):
            others = share - (one["omega"][i] if fights[i] else 0.0)
            payoffs[(i, *profile)] = (
                one["private"][i, 0, r]
                - one["stake"][i] * success
                - one["peer"][i, 0] * LEFT_ALONE[r] * others
                - one["horror"][i] * (1.0 - calm)
            )
    return payoffs


def write_efg(crisis: Crisis, title: str, precision: float) -> str:
    """The tree as ``.efg`` text, payoffs scaled so that Gambit's λ = ``precision`` is right.

    Labels of players, information sets, actions and outcomes are all different from one another,
    so each can be looked up by name: ``"first: challenger"`` and ``"level: player"`` for
    information sets, ``"level: player action"`` for actions, the path of actions for outcomes.
    Raises   ``ValueError`` if names repeat, shapes do not fit or a payoff is not finite
    """
    _check(crisis, precision)
    scale = np.asarray(crisis.precision) / precision
    names = " ".join(quoted(p) for p in crisis.players)
    lines = [f"EFG 2 R {quoted(title)} {{ {names} }}", quoted("")]
    lines.extend(_Writer(crisis, scale).lines())
    return "\n".join(lines) + "\n"


def _check(crisis: Crisis, precision: float) -> None:
    count = len(crisis.players)
    if count < 3 or len(set(crisis.players)) != count:
        raise ValueError(
            "Give a challenger, a protégé and a guarantor or more, names all different."
        )
    if len({level.name for level in crisis.levels}) != len(crisis.levels) or not crisis.levels:
        raise ValueError("Give at least one level, names all different.")
    if len(crisis.precision) != count or min(*crisis.precision, precision) <= 0.0:
        raise ValueError("Give one precision above zero for each player.")
    shapes: list[tuple[Floats, tuple[int, ...]]] = [(crisis.staying, (count,))]
    for level in crisis.levels:
        shapes += [(level.yielding, (count,)), (level.payoffs, (count, *(3,) * (count - 2)))]
        if len(level.menus) != count - 2 or not all(level.menus):
            raise ValueError(f"Level {level.name}: give each guarantor a menu of actions.")
    for array, shape in shapes:
        if array.shape != shape or not np.all(np.isfinite(array)):
            raise ValueError(f"Payoffs must be finite and of shape {shape}, not {array.shape}.")


def quoted(text: str) -> str:
    """A label as the format writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def number(value: float) -> str:
    """A number as the format writes it: exact, without an exponent."""
    return format(Decimal(repr(float(value))), "f")


class _Writer:
    """Lists the nodes of a tree in the order of the file: each before its children."""

    def __init__(self, crisis: Crisis, scale: Floats) -> None:
        self._crisis = crisis
        self._scale = scale
        self._outcomes = 0

    def lines(self) -> Iterator[str]:
        challenger, protege = self._crisis.players[:2]
        attacks = [f"{challenger} attacks: {level.name}" for level in self._crisis.levels]
        yield choice(1, 1, f"first: {challenger}", [f"{challenger} stays", *attacks])
        yield self._outcome(f"{challenger} stays.", self._crisis.staying)
        for number, level in enumerate(self._crisis.levels, start=1):
            name = f"{level.name}: {protege}"
            yield choice(2, number, name, [f"{name} yields", f"{name} resists"])
            yield self._outcome(f"{name} yields.", level.yielding)
            yield from self._guarantors(level, number, ())

    def _guarantors(self, level: Level, number: int, taken: tuple[int, ...]) -> Iterator[str]:
        index = len(taken)
        if index == len(level.menus):
            path = ", ".join(ACTIONS[r] for r in taken)
            payoffs = np.moveaxis(level.payoffs, 0, -1)[taken]
            yield self._outcome(f"{level.name}: {path}.", payoffs)
            return
        name = f"{level.name}: {self._crisis.players[2 + index]}"
        labels = [f"{name} {ACTIONS[r]}" for r in level.menus[index]]
        yield choice(3 + index, number, name, labels)
        for r in level.menus[index]:
            yield from self._guarantors(level, number, (*taken, r))

    def _outcome(self, label: str, payoffs: Sequence[float] | Floats) -> str:
        self._outcomes += 1
        values = ", ".join(number(v) for v in np.asarray(payoffs) * self._scale)
        return f't "" {self._outcomes} {quoted(label)} {{ {values} }}'


def choice(player: int, information_set: int, label: str, actions: Sequence[str]) -> str:
    """The line of a node where a player moves."""
    listed = " ".join(quoted(a) for a in actions)
    return f'p "" {player} {information_set} {quoted(label)} {{ {listed} }} 0'
