"""Who comes: the logit quantal response equilibrium of a batch of crisis games."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from tightrope.game.acceleration import solve_fixed_point
from tightrope.game.basis import Basis
from tightrope.game.choice import choice_value
from tightrope.game.crisis import (
    LEADING,
    Game,
    by_type,
    field,
    mix_types,
    total_success,
    transforms,
    utilities,
)

TOLERANCE = 1e-10
MAX_STEPS = 200
_CHUNK = 256


class Responses(NamedTuple):
    """Equilibrium responses; batch axes as in the game.

    probability  (n, 3, B) averaged over private types
    by_type      (n, T, 3, B)
    value        (n, T, B) expected payoff before own shocks, ``lse(λU)/λ`` over the menu
    residual     (B) bound on the last change of any probability
    iterations   (B) evaluations of the map
    status       (B) 0 solved, 1 not converged, 2 bad input (then uniform over the menu, value 0)
    """

    probability: Array
    by_type: Array
    value: Array
    residual: Array
    iterations: Array
    status: Array


def _change(game: Game, old: Array, new: Array) -> Array:
    """Bound on the change of any response probability between two fields.

    A logit probability moves by at most λ/4 times the span of the payoff changes.
    """
    move = new - old
    calm = game.horror * move[:, 4]
    common = jnp.stack(
        [
            -game.stake * move[:, 0] + calm,
            -game.stake * move[:, 1] + calm,
            -game.stake * move[:, 2] + calm * (1.0 - game.escalation),
        ],
        axis=1,
    )
    span = jnp.max(common, axis=1) - jnp.min(common, axis=1)
    peer = jnp.max(jnp.abs(game.peer), axis=1) * jnp.abs(move[:, 3])
    return 0.25 * game.precision * jnp.max(span + peer, axis=0)


@partial(jax.custom_jvp, nondiff_argnums=(3, 4))
def _equilibrium(
    game: Game, exponents: Array, start: Array, lead: int, helpers: tuple[int, ...]
) -> tuple[Array, Array, Array, Array]:
    """Equilibrium field, its change, steps and whether converged."""
    lumps = transforms(game, exponents, lead)

    def step(faced: Array) -> Array:
        return field(game, mix_types(game, by_type(game, faced)), lumps, lead, helpers)

    first = field(game, start, lumps, lead, helpers)
    solved = solve_fixed_point(
        step, partial(_change, game), first, dims=2, tolerance=TOLERANCE, max_steps=MAX_STEPS
    )
    return solved.image, solved.change, solved.steps, solved.done


@_equilibrium.defjvp
def _equilibrium_jvp(lead, helpers, primals, tangents):  # type: ignore[no-untyped-def]
    """Implicit function theorem: dy = (I − ∂F/∂y)^{-1} (∂F/∂game) dgame at the fixed point."""
    game, exponents, start = primals
    result = _equilibrium(game, exponents, start, lead, helpers)
    faced = result[0]

    def by_game(game: Game) -> Array:
        lumps = transforms(game, exponents, lead)
        return field(game, mix_types(game, by_type(game, faced)), lumps, lead, helpers)

    def by_field(faced: Array) -> Array:
        lumps = transforms(game, exponents, lead)
        return field(game, mix_types(game, by_type(game, faced)), lumps, lead, helpers)

    _, right = jax.jvp(by_game, (game,), (tangents[0],))
    _, linear = jax.linearize(by_field, faced)

    def solve(matvec, rhs):  # type: ignore[no-untyped-def]
        def size(old: Array, new: Array) -> Array:
            scale = jnp.max(jnp.abs(rhs), axis=(0, 1)) + 1e-300
            return jnp.max(jnp.abs(new - old), axis=(0, 1)) / scale

        return solve_fixed_point(
            lambda v: v - matvec(v) + rhs, size, rhs, dims=2, tolerance=1e-11, max_steps=MAX_STEPS
        ).image

    tangent = lax.custom_linear_solve(
        lambda v: v - linear(v), right, solve=solve, transpose_solve=solve
    )
    zeros = [jnp.zeros_like(result[1])] + [
        jnp.zeros(r.shape, dtype=jax.dtypes.float0) for r in result[2:]
    ]
    return result, (tangent, *zeros)


def _sound(game: Game) -> Array:
    """Whether every number of a game is finite and within its meaning, shape (*B)."""
    axes = [tuple(range(k)) for k in LEADING]
    good = jnp.asarray(True)
    for array, ax in zip(game, axes, strict=True):
        good = good & jnp.all(jnp.isfinite(array), axis=ax)
    good = good & (game.precision >= 0) & (game.extent > 0)
    good = good & jnp.all(jnp.any(game.menu > 0, axis=1), axis=0)
    good = good & jnp.all(game.contribution[:, :, 0] == 0, axis=(0, 1))
    weight = jnp.sum(game.type_weight, axis=1)
    good = good & jnp.all(jnp.abs(weight - 1.0) < 1e-9, axis=0)
    return good & jnp.all(game.type_weight >= 0, axis=(0, 1))


def _solve_chunk(
    game: Game, start: Array, exponents: Array, lead: int, helpers: tuple[int, ...]
) -> Responses:
    good = _sound(game)
    safe = Game(*[jnp.where(good, jnp.nan_to_num(a), 0.0) for a in game])
    safe = safe._replace(
        extent=jnp.where(good, safe.extent, 1.0),
        menu=jnp.where(good, safe.menu, jnp.where(game.menu > 0, 1.0, 0.0)),
    )
    faced, change, steps, done = _equilibrium(safe, exponents, start, lead, helpers)
    typed = by_type(safe, faced)
    value = choice_value(utilities(safe, faced), safe.menu[:, None], safe.precision, axis=2)
    probability = jnp.where(
        good, mix_types(safe, typed), safe.menu / jnp.maximum(jnp.sum(safe.menu, 1, keepdims=True), 1)
    )
    status = jnp.where(good, jnp.where(done, 0, 1), 2)
    return Responses(probability, typed, value, change, steps, status)


@partial(jax.jit, static_argnames=("lead", "helpers"))
def respond(
    game: Game,
    *,
    lead: int,
    helpers: tuple[int, ...] = (),
    basis: Basis,
    start: Array | None = None,
) -> Responses:
    """Logit quantal response equilibrium of every game of a batch.

    game     payoffs and lumps, batch last (B) or (C, B)
    lead     index of the player whose fighting enables the others, −1 for none
    helpers  players whose action 1 helps the challenger (menu {abstain, help})
    basis    the exponents with which ``game.weights`` were fitted
    start    (n, 3, B) first guess of the probabilities; default uniform over the menu
    Returns  ``Responses``; differentiable in every field of the game (implicit function theorem)
    Source   McKelvey & Palfrey (1995)
    """
    ranks = [jnp.ndim(a) - k for a, k in zip(game, LEADING, strict=True)]
    single = max(ranks) == 1
    if single:
        game = Game(*[jnp.expand_dims(a, -2) for a in game])
    batch = jnp.broadcast_shapes(*[a.shape[k:] for a, k in zip(game, LEADING, strict=True)])
    if start is None:
        start = game.menu / jnp.maximum(jnp.sum(game.menu, axis=1, keepdims=True), 1)
        start = jnp.broadcast_to(start, (*start.shape[:2], *batch))
    elif single:
        start = jnp.expand_dims(start, -2)
    chunk = max(1, min(batch[1], _CHUNK // batch[0]))
    pieces = -(-batch[1] // chunk)

    def split(a: Array) -> Array:
        a = jnp.broadcast_to(a, (*a.shape[:-1], batch[1]))
        a = jnp.pad(a, [(0, 0)] * (a.ndim - 1) + [(0, pieces * chunk - batch[1])], mode="edge")
        return jnp.moveaxis(a.reshape(*a.shape[:-1], pieces, chunk), -2, 0)

    def join(a: Array) -> Array:
        a = jnp.moveaxis(a, 0, -2)
        a = a.reshape(*a.shape[:-2], pieces * chunk)[..., : batch[1]]
        return jnp.squeeze(a, -2) if single else a

    parts = lax.map(
        lambda one: _solve_chunk(one[0], one[1], basis.exponents, lead, helpers),
        (Game(*[split(a) for a in game]), split(start)),
    )
    return Responses(*[join(a) for a in parts])


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

    weights  (H, Z, B) basis weights of g on [K, K + R], one set for each help state
    """
    lumps = transforms(game, basis.exponents, lead)
    return total_success(probability, lumps, weights, lead, helpers)
