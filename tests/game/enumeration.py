"""The crisis game by brute force: every profile of actions, in plain NumPy, one game at a time.

Written from the definition of the game, apart from ``tightrope.game``: no basis, no generating
factors. It serves the tests as the truth for up to about eight players.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
    succeed: Callable[[float, int], float]
    lead: int = -1
    helpers: tuple[int, ...] = ()


def profile_force(game: PlainGame, profile: tuple[int, ...]) -> float:
    """X = K plus what each player brings when all play ``profile``."""
    state = 1 if game.lead >= 0 and profile[game.lead] == 2 else 0
    brought = [game.contribution[state, i, r] for i, r in enumerate(profile)]
    return game.reserve + float(sum(brought))


def help_state(game: PlainGame, profile: tuple[int, ...]) -> int:
    """Which helpers help, as bits."""
    return sum(1 << bit for bit, m in enumerate(game.helpers) if profile[m] == 1)


def payoff(game: PlainGame, i: int, kind: int, profile: tuple[int, ...]) -> float:
    """What player i of one type gets when all play ``profile``."""
    n = len(profile)
    left = (1.0, 0.5, 0.0)[profile[i]]
    fighters = [j for j in range(n) if profile[j] == 2]
    calm = float(np.prod([1.0 - game.escalation[j] for j in fighters]))
    alone = sum(game.omega[j] for j in fighters if j != i)
    return float(
        game.private[i, kind, profile[i]]
        - game.stake[i] * game.succeed(profile_force(game, profile), help_state(game, profile))
        - game.peer[i, kind] * left * alone
        - game.horror[i] * (1.0 - calm)
    )


def expected_utilities(game: PlainGame, probability: Floats) -> Floats:
    """Expected payoff of each player, type and action against ``probability`` (n, 3)."""
    n, kinds = game.private.shape[:2]
    total = np.zeros((n, kinds, 3))
    for profile in product(range(3), repeat=n):
        odds = np.array([probability[j, a] for j, a in enumerate(profile)])
        for i in range(n):
            others = float(np.prod(np.delete(odds, i)))
            if others > 0.0:
                for kind in range(kinds):
                    total[i, kind, profile[i]] += others * payoff(game, i, kind, profile)
    return total


def respond_once(game: PlainGame, probability: Floats) -> Floats:
    """Logit responses to ``probability``, averaged over types, shape (n, 3)."""
    utility = game.precision * expected_utilities(game, probability)
    utility = np.where(game.menu[:, None] > 0, utility, -np.inf)
    utility = utility - utility.max(axis=2, keepdims=True)
    weight = np.exp(utility)
    typed = weight / weight.sum(axis=2, keepdims=True)
    return np.asarray((game.type_weight[:, :, None] * typed).sum(axis=1))


def expected_value(
    game: PlainGame, probability: Floats, value: Callable[[float, int], float]
) -> float:
    """E g(X, help state) over all players' actions."""
    total = 0.0
    for profile in product(range(3), repeat=len(probability)):
        odds = float(np.prod([probability[j, a] for j, a in enumerate(profile)]))
        if odds > 0.0:
            total += odds * value(profile_force(game, profile), help_state(game, profile))
    return total
