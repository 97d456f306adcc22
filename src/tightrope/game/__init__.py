"""Collective response: how many guarantors react to an attack at once, exactly and fast.

No politics here: players have actions, payoffs and lumps of force. All arrays carry the batch of
games on their **last** axes, so that every inner loop runs over games. Importing this package
switches JAX to 64-bit numbers, which the force basis needs (see ``basis``).
"""

import jax

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]

from tightrope.game.basis import Basis, exponential_basis, fit_basis  # noqa: E402
from tightrope.game.branch import Branch, principal_branch  # noqa: E402
from tightrope.game.choice import choice_value, choose  # noqa: E402
from tightrope.game.compiling import QUICK, WIDE, derivatives_apart, jit_with, traced  # noqa: E402
from tightrope.game.crisis import ACTIONS, Game  # noqa: E402
from tightrope.game.equilibria import Equilibria, equilibria  # noqa: E402
from tightrope.game.response import (  # noqa: E402
    BAD_INPUT,
    NOT_CONVERGED,
    SOLVED,
    Responses,
    expect,
    respond,
    respond_slow,
)
from tightrope.game.uniqueness import uniqueness_bound  # noqa: E402

__all__ = [
    "ACTIONS",
    "BAD_INPUT",
    "NOT_CONVERGED",
    "QUICK",
    "SOLVED",
    "WIDE",
    "Basis",
    "Branch",
    "Equilibria",
    "Game",
    "Responses",
    "choice_value",
    "choose",
    "derivatives_apart",
    "equilibria",
    "expect",
    "exponential_basis",
    "fit_basis",
    "jit_with",
    "principal_branch",
    "respond",
    "respond_slow",
    "traced",
    "uniqueness_bound",
]
