"""The crisis game by brute force: every profile of actions, in plain NumPy, one game at a time.

Written from the definition of the game, apart from ``tightrope.game``: no basis, no generating
factors. It serves the tests as the truth for up to about eight players.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Value = Callable[[Floats, NDArray[np.int64]], Floats]


@dataclass(frozen=True)
class PlainGame:
    """One game; arrays as in ``tightrope.game.Game`` without batch axes.

    succeed   chance of the challenger's success by (total force X, index of the help state)
    """

    private: Floats
    type_weight: Floats
    menu: Floats
    stake: Floats
    contribution: Floats
    reserve: float
    peer: Floats
    omega: Floats
    horror: Floats
    escalation: Floats
    precision: float
    succeed: Value
    lead: int = -1
    helpers: tuple[int, ...] = ()

    @cached_property
    def profiles(self) -> NDArray[np.int64]:
        """All profiles of actions, shape (3^n, n)."""
        n = len(self.stake)
        return np.stack(np.meshgrid(*[np.arange(3)] * n, indexing="ij"), axis=-1).reshape(-1, n)

    @cached_property
    def force(self) -> Floats:
        """X = K plus what each player brings, for each profile."""
        played = self.profiles
        leads = played[:, self.lead] == 2 if self.lead >= 0 else np.zeros(len(played), bool)
        players = np.arange(played.shape[1])
        brought = self.contribution[leads.astype(int)[:, None], players, played]
        return self.reserve + brought.sum(axis=1)

    @cached_property
    def help_state(self) -> NDArray[np.int64]:
        """Which helpers help, as bits, for each profile."""
        state = np.zeros(len(self.profiles), np.int64)
        for bit, m in enumerate(self.helpers):
            state |= (self.profiles[:, m] == 1).astype(np.int64) << bit
        return state

    @cached_property
    def interplay(self) -> Floats:
        """Payoffs apart from private ones, by profile, player and type, shape (3^n, n, T)."""
        fights = (self.profiles == 2).astype(float)
        success = self.succeed(self.force, self.help_state)
        calm = np.prod(1.0 - fights * self.escalation, axis=1)
        alone = (fights @ self.omega)[:, None] - fights * self.omega
        left = np.array([1.0, 0.5, 0.0])[self.profiles]
        common = -success[:, None] * self.stake - (1.0 - calm)[:, None] * self.horror
        return common[:, :, None] - (left * alone)[:, :, None] * self.peer


def odds_of(game: PlainGame, probability: Floats) -> Floats:
    """Probability that each player takes its part in each profile, shape (3^n, n)."""
    return np.asarray(probability[np.arange(len(probability)), game.profiles])


def expected_utilities(game: PlainGame, probability: Floats) -> Floats:
    """Expected payoff of each player, type and action against ``probability``, (n, T, 3)."""
    odds = odds_of(game, probability)
    total = game.private.copy()
    for i in range(len(probability)):
        others = np.prod(np.delete(odds, i, axis=1), axis=1)
        for action in range(3):
            taken = game.profiles[:, i] == action
            total[i, :, action] += others[taken] @ game.interplay[taken, i]
    return total


def respond_once(game: PlainGame, probability: Floats) -> Floats:
    """Logit responses to ``probability``, averaged over types, shape (n, 3)."""
    utility = game.precision * expected_utilities(game, probability)
    utility = np.where(game.menu[:, None] > 0, utility, -np.inf)
    weight = np.exp(utility - utility.max(axis=2, keepdims=True))
    typed = weight / weight.sum(axis=2, keepdims=True)
    return np.asarray((game.type_weight[:, :, None] * typed).sum(axis=1))


def expected_value(game: PlainGame, probability: Floats, value: Value) -> float:
    """E g(X, help state) over all players' actions."""
    odds = np.prod(odds_of(game, probability), axis=1)
    return float(odds @ value(game.force, game.help_state))
