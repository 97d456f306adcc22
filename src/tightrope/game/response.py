"""Who comes: the logit quantal response equilibrium of a batch of crisis games."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.game.basis import Basis
from tightrope.game.choice import choice_value
from tightrope.game.compiling import QUICK, WIDE, jit_with, traced
from tightrope.game.crisis import (
    Game,
    batch_shape,
    over_types,
    responses_by_type,
    sanitised,
    utilities,
)
from tightrope.game.equilibrium import TOLERANCE
from tightrope.game.implicit import equilibrium
from tightrope.game.pool import by_state, expected_outcome, lump_factors

SOLVED, NOT_CONVERGED, BAD_INPUT = 0, 1, 2


class Responses(NamedTuple):
    """Equilibrium responses; batch axes as in the game.

    probability  (n, 3, B) averaged over private types
    by_type      (n, T, 3, B)
    value        (n, T, B) expected payoff before own shocks, ``lse(λU)/λ`` over the menu
    residual     (B) bound on the last change of any probability
    iterations   (B) accelerated passes (the rare slower passes that follow are not counted)
    status       (B) 0 solved, 1 not converged, 2 bad input (then uniform over the menu, value 0)
    """

    probability: Array
    by_type: Array
    value: Array
    residual: Array
    iterations: Array
    status: Array


def respond(
    game: Game,
    *,
    lead: int,
    helpers: tuple[int, ...] = (),
    basis: Basis,
    start: Array | None = None,
    polish: bool = True,
) -> Responses:
    """Logit quantal response equilibrium of every game of a batch.

    game     payoffs and lumps, batch last: (B), or (C, B) where fields that are the same in all C
             contingencies have size 1 there (lumps and their exponentials are then shared)
    lead     index of the player whose fighting enables the others, -1 for none
    helpers  players whose action 1 helps the challenger (menu {abstain, help})
    basis    the exponents with which ``game.weights`` were fitted
    start    (n, 3, *B) first guess of the probabilities; default uniform over the menu
    polish   finish games on which acceleration is slow by Newton's method, for which all are solved
             once more; without it they are returned with status 1, to be gathered and solved apart
             from the many easy ones (`respond_slow`)
    Returns  ``Responses``; differentiable in every field of the game (implicit function theorem)
    Source   McKelvey & Palfrey (1995)
    """
    given = (game, basis, start, lead, helpers)
    if traced(game, basis, start):
        return (_with_second_way if polish else _kernel)(*given, polish)  # type: ignore[no-any-return]
    found: Responses = _kernel(*given, False)
    if polish and np.any(np.asarray(found.status) == NOT_CONVERGED):
        found = _with_second_way(*given, True)
    return found


def respond_slow(
    game: Game, *, lead: int, helpers: tuple[int, ...] = (), basis: Basis
) -> Responses:
    """`respond` for games that are known to be slow: the second way is there from the start."""
    return _with_second_way(game, basis, None, lead, helpers, True)  # type: ignore[no-any-return]


def _solve(
    game: Game,
    basis: Basis,
    start: Array | None,
    lead: int,
    helpers: tuple[int, ...],
    polish: bool,
) -> Responses:
    batch = batch_shape(game)
    game = Game(*[a if a.shape[-1:] == batch[-1:] else _widen(a, batch[-1]) for a in game])
    safe, good = sanitised(game, lead)
    uniform = safe.menu / jnp.sum(safe.menu, axis=1, keepdims=True)
    first = uniform if start is None else start
    first = jnp.broadcast_to(jnp.moveaxis(first, 1, 0), (3, safe.menu.shape[0], *batch))
    interplay, size, steps = equilibrium(safe, basis.exponents, first, lead, helpers, polish)

    typed = responses_by_type(safe, interplay)
    value = choice_value(utilities(safe, interplay), safe.menu[:, None], safe.precision, axis=2)
    return Responses(
        probability=jnp.where(good, over_types(safe, typed), uniform),
        by_type=jnp.where(good, typed, uniform[:, None]),
        value=jnp.where(good, value, 0.0),
        residual=jnp.where(good, size, 0.0),
        iterations=steps,
        status=jnp.where(good, jnp.where(size <= TOLERANCE, SOLVED, NOT_CONVERGED), BAD_INPUT),
    )


# Runs are long in the kernel proper; its second way, for slow games, is taken now and then.
_kernel = jit_with(WIDE, static=("lead", "helpers", "polish"))(_solve)
_with_second_way = jit_with(QUICK, static=("lead", "helpers", "polish"))(_solve)


def _widen(array: Array, length: int) -> Array:
    return jnp.broadcast_to(array, (*array.shape[:-1], length))


def expect(
    game: Game,
    probability: Array,
    weights: Array,
    *,
    lead: int,
    helpers: tuple[int, ...] = (),
    basis: Basis,
) -> Array:
    """E g(X, help state) over all players' actions at given probabilities, shape (*B).

    game         only its lumps (``contribution``, ``extent``) are used
    probability  (n, 3, *B)
    weights      (H, Z, *B) basis weights of g on [K, K + R], one set for each help state; or
                 (F, H, Z, *B) for several functions g at once, and then so is the result (F, *B)
    """
    lumps = lump_factors(game.contribution, game.extent, basis.exponents, lead)
    split = by_state(jnp.moveaxis(probability, 1, 0), lead)
    return expected_outcome(split, lumps, weights, helpers)
