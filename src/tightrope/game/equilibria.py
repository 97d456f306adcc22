"""What is found from several starts: a lower bound on the set of equilibria."""

from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray

from tightrope.game.basis import Basis
from tightrope.game.crisis import Game, batch_shape
from tightrope.game.response import SOLVED, Responses, respond

Floats = NDArray[np.float64]
_SAME = 1e-6


class Equilibria(NamedTuple):
    """Equilibria found from four starts; batch axes as in the game.

    low, high  (n, 3, B) hull of the response probabilities found
    number     (B) number of different equilibria found (0 if no start converged)
    found      four ``Responses`` stacked on a new first axis, in the order of ``STARTS``
    """

    low: Floats
    high: Floats
    number: NDArray[np.int32]
    found: Responses


STARTS = ("all abstain", "all fight", "lead only", "all but lead")


def starts(game: Game, lead: int) -> Floats:
    """The four pure profiles, (4, n, 3, *B): the most or the least that each menu allows.

    Without a lead the player with the largest contribution takes its part.
    """
    allowed = np.asarray(game.menu) > 0
    order = np.arange(3).reshape(3, *(1,) * (allowed.ndim - 2))
    most = np.max(np.where(allowed, order, -1), axis=1, keepdims=True) == order
    least = np.min(np.where(allowed, order, 3), axis=1, keepdims=True) == order
    n = game.menu.shape[0]
    players = np.arange(n).reshape(n, *(1,) * (allowed.ndim - 2))
    largest = np.argmax(np.max(np.asarray(game.contribution), axis=(0, 2)), axis=0)
    leads = (players == (largest if lead < 0 else lead))[:, None]
    profiles = [least, most, np.where(leads, most, least), np.where(leads, least, most)]
    shape = (n, 3, *batch_shape(game))
    return np.stack([np.broadcast_to(p, shape) for p in profiles]).astype(np.float64)


def equilibria(game: Game, *, lead: int, helpers: tuple[int, ...] = (), basis: Basis) -> Equilibria:
    """Solve from four starts and report the hull and number of what is found.

    Arguments as in ``respond``. There may be more equilibria than are found; where
    ``uniqueness_bound`` is below one there is exactly one.
    """
    answers = [
        respond(game, lead=lead, helpers=helpers, basis=basis, start=start)
        for start in starts(game, lead)
    ]
    found = jax.tree.map(lambda *parts: np.stack(parts), *answers)
    solved = found.status == SOLVED
    mask = solved[:, None, None]
    low = np.min(np.where(mask, found.probability, np.inf), axis=0)
    high = np.max(np.where(mask, found.probability, -np.inf), axis=0)
    count = np.zeros(solved.shape[1:], np.int32)
    for k in range(len(STARTS)):
        new = solved[k]
        for earlier in range(k):
            apart = np.max(np.abs(found.probability[k] - found.probability[earlier]), axis=(0, 1))
            new = new & ~(solved[earlier] & (apart < _SAME))
        count = count + new
    none = count == 0
    return Equilibria(np.where(none, 0.0, low), np.where(none, 1.0, high), count, found)
