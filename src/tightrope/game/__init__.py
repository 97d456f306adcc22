"""Collective response: how many guarantors react to an attack at once, exactly and fast.

No politics here: players have actions, payoffs and lumps of force. All arrays carry the batch of
games on their **last** axes, so that every inner loop runs over games. Importing this package
switches JAX to 64-bit numbers, which the force basis needs (see ``basis``).
"""

import jax

jax.config.update("jax_enable_x64", True)

from tightrope.game.basis import Basis, exponential_basis, fit_basis  # noqa: E402
from tightrope.game.choice import choice_value, choose  # noqa: E402
from tightrope.game.crisis import ACTIONS, Game  # noqa: E402
from tightrope.game.response import NOT_CONVERGED, Responses, expect, respond  # noqa: E402

__all__ = [
    "ACTIONS",
    "NOT_CONVERGED",
    "Basis",
    "Game",
    "Responses",
    "choice_value",
    "choose",
    "expect",
    "exponential_basis",
    "fit_basis",
    "respond",
]
