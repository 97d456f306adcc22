"""What is found from several starts: a lower bound on the set of equilibria."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.game.basis import Basis
from tightrope.game.crisis import Game, batch_shape
from tightrope.game.response import SOLVED, Responses, respond

_SAME = 1e-6


class Equilibria(NamedTuple):
    """Equilibria found from four starts; batch axes as in the game.

    low, high  (n, 3, B) hull of the response probabilities found
    number     (B) number of different equilibria found (0 if no start converged)
    found      four ``Responses`` stacked on a new first axis, in the order of ``STARTS``
    """

    low: Array
    high: Array
    number: Array
    found: Responses


STARTS = ("all abstain", "all fight", "lead only", "all but lead")


def starts(game: Game, lead: int) -> Array:
    """The four pure profiles, (4, n, 3, *B): the most or the least that each menu allows.

    Without a lead the player with the largest contribution takes its part.
    """
    allowed = game.menu > 0
    order = jnp.arange(3).reshape(3, *(1,) * (allowed.ndim - 2))
    most = jnp.max(jnp.where(allowed, order, -1), axis=1, keepdims=True) == order
    least = jnp.min(jnp.where(allowed, order, 3), axis=1, keepdims=True) == order
    n = game.menu.shape[0]
    players = jnp.arange(n).reshape(n, *(1,) * (allowed.ndim - 2))
    largest = jnp.argmax(jnp.max(game.contribution, axis=(0, 2)), axis=0)
    leads = (players == (largest if lead < 0 else lead))[:, None]
    profiles = [least, most, jnp.where(leads, most, least), jnp.where(leads, least, most)]
    shape = (n, 3, *batch_shape(game))
    return jnp.stack([jnp.broadcast_to(p, shape) for p in profiles]).astype(np.float64)


def equilibria(game: Game, *, lead: int, helpers: tuple[int, ...] = (), basis: Basis) -> Equilibria:
    """Solve from four starts and report the hull and number of what is found.

    Arguments as in ``respond``. There may be more equilibria than are found; where
    ``uniqueness_bound`` is below one there is exactly one.
    """
    answers = [
        respond(game, lead=lead, helpers=helpers, basis=basis, start=start)
        for start in starts(game, lead)
    ]
    found = Responses(*[jnp.stack(parts) for parts in zip(*answers, strict=True)])
    solved = found.status == SOLVED
    mask = solved[:, None, None]
    low = jnp.min(jnp.where(mask, found.probability, jnp.inf), axis=0)
    high = jnp.max(jnp.where(mask, found.probability, -jnp.inf), axis=0)
    count = jnp.zeros(solved.shape[1:], jnp.int32)
    for k in range(len(STARTS)):
        new = solved[k]
        for earlier in range(k):
            apart = jnp.max(jnp.abs(found.probability[k] - found.probability[earlier]), axis=(0, 1))
            new = new & ~(solved[earlier] & (apart < _SAME))
        count = count + new
    none = count == 0
    return Equilibria(jnp.where(none, 0.0, low), jnp.where(none, 1.0, high), count, found)
