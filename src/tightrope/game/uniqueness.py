"""A sufficient condition for the equilibrium of a crisis game to be the only one."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.game.basis import Basis
from tightrope.game.compiling import QUICK, jit_with
from tightrope.game.crisis import LEFT_ALONE, Game

_SWEEPS = 12


class _Steepness(NamedTuple):
    """Bounds on a success function over [K, K + R], all (*B): sup|π'|, sup|π''|, range, and, over
    pairs of help states, sup|π_h − π_h'| and sup|π_h' − π_h'| (derivatives)."""

    slope: Array
    bend: Array
    reach: Array
    help_level: Array
    help_slope: Array


def _steepness(game: Game, basis: Basis) -> _Steepness:
    z = basis.exponents
    kernel = basis.evaluation

    def on_grid(weights: Array) -> Array:
        return jnp.tensordot(kernel, weights, axes=(1, 1))  # (G, H, *B)

    powers = z.reshape(-1, *(1,) * (game.weights.ndim - 2))
    level = on_grid(game.weights)
    slope = on_grid(-powers * game.weights) / game.extent
    bend = on_grid(powers**2 * game.weights) / game.extent**2
    monotone = jnp.all(slope <= 1e-12, axis=(0, 1))
    span = jnp.max(level, axis=(0, 1)) - jnp.min(level, axis=(0, 1))
    return _Steepness(
        slope=jnp.max(jnp.abs(slope), axis=(0, 1)),
        bend=jnp.max(jnp.abs(bend), axis=(0, 1)),
        reach=jnp.where(monotone, 1.0, 2.0) * span,
        help_level=jnp.max(jnp.max(level, axis=1) - jnp.min(level, axis=1), axis=0),
        help_slope=jnp.max(jnp.max(slope, axis=1) - jnp.min(slope, axis=1), axis=0),
    )


def _on_menu(values: Array, menu: Array) -> Array:
    """Span of values over the actions on the menu (actions on axis 1)."""
    top = jnp.max(jnp.where(menu > 0, values, -jnp.inf), axis=1)
    bottom = jnp.min(jnp.where(menu > 0, values, jnp.inf), axis=1)
    return top - bottom


def _success_terms(game: Game, steep: _Steepness, lead: int, helpers: tuple[int, ...]) -> Array:
    """D_ij of the module's bound, shape (n, n, *B); the diagonal is not used."""
    n = game.menu.shape[0]
    states = 1 if lead < 0 else 2
    size = jnp.max(jnp.stack([_on_menu(c, game.menu) for c in game.contribution[:states]]), axis=0)

    def crossed(mine: Array, other: Array) -> Array:
        smaller = jnp.minimum(mine, other)
        return jnp.minimum(
            mine * other * steep.bend, jnp.minimum(2.0 * smaller * steep.slope, steep.reach)
        )

    terms = crossed(size[:, None], size[None])
    if lead >= 0:
        moved = game.contribution[1] - game.contribution[0]
        uneven = _on_menu(moved, game.menu)
        shift = jnp.max(jnp.abs(jnp.where(game.menu > 0, moved, 0.0)), axis=1)
        shift = shift.at[lead].set(0.0)
        total = jnp.sum(shift, axis=0) - shift + size[lead]
        with_lead = jnp.minimum(
            uneven * steep.slope + size * total * steep.bend,
            jnp.minimum(2.0 * (size + uneven) * steep.slope, 2.0 * steep.reach),
        )
        terms = terms.at[lead].set(with_lead).at[:, lead].set(with_lead)
    for m in helpers:
        with_helper = jnp.minimum(size * steep.help_slope, 2.0 * steep.help_level)
        if lead >= 0:
            whole = jnp.sum(jnp.max(game.contribution, axis=(0, 2)), axis=0)
            with_helper = with_helper.at[lead].set(
                jnp.minimum(whole * steep.help_slope, 2.0 * steep.help_level)
            )
        for k in helpers:
            with_helper = with_helper.at[k].set(2.0 * steep.help_level)
        terms = terms.at[m].set(with_helper).at[:, m].set(with_helper)
    return terms * jnp.ones((n, n, *(1,) * (terms.ndim - 2)))


@jit_with(QUICK, static=("lead", "helpers"))
def uniqueness_bound(
    game: Game, *, lead: int, helpers: tuple[int, ...] = (), basis: Basis
) -> Array:
    """κ >= 0, shape (*B): where κ < 1 the equilibrium is unique and plain iteration converges.

    Proof. Measure the distance of two profiles by max_i TV(P_i, P_i') / v_i for weights v > 0.
    (1) If player j's choice moves by TV t_j, mass t_j is carried from some actions to others, and
    payoffs are affine in P_j, so any difference U_i(r) − U_i(r') moves by at most t_j · I_ij, where
    I_ij is the largest crossed difference |u_i(r,b) − u_i(r',b) − u_i(r,b') + u_i(r',b')| over
    actions r, r' of i, b, b' of j and pure actions of the rest. (2) Two logit choices whose payoffs
    differ by δ are within TV tanh(λ span(δ)/4) <= λ span(δ)/4, and averaging over private types
    does not raise TV. Hence responses move by at most (λ/4) Σ_j I_ij t_j, a contraction if
    (Q v)_i < v_i for all i, Q = (λ/4) I; so κ = max_i (Q v)_i / v_i for any v > 0 is valid. v = 1
    gives the row sums; some steps v ← Q v + small (Collatz–Wielandt) only sharpen the bound.

    The crossed differences are bounded term by term, over the actions on the menus:
      stake_i D_ij   with a, b the spans of force of i and j in one state of the lead,
                     D_ij = min(a b sup|π''|, 2 min(a, b) sup|π'|, range of π) (a double integral
                     of π''; two slopes; two differences in [0, range] for a falling π);
      lead           its fighting also moves others' lumps: by the mean value theorem
                     sup|π'| · (uneven shift of own lumps) + a sup|π''| · (shift of all others');
      helper         a sup|π_h' − π_0'|, or twice sup|π_h − π_0|;
      peer           peer_i ω_j · span of left_i;
      escalation     horror_i esc_i esc_j.
    sup is taken over the basis grid of [K, K + R].
    Source     after Dobrushin (1968) and, for logit games, McKelvey & Palfrey (1995)
    """
    steep = _steepness(game, basis)
    n = game.menu.shape[0]
    fights = (game.menu[:, 2] > 0) * 1.0
    chooses = (jnp.sum(game.menu > 0, axis=1) > 1) * 1.0
    left = jnp.asarray(LEFT_ALONE).reshape(3, *(1,) * (game.menu.ndim - 2))
    widest = jnp.max(jnp.abs(game.peer), axis=1) * _on_menu(
        left * jnp.ones_like(game.menu), game.menu
    )
    dread = game.horror * game.escalation * fights
    crossed = jnp.abs(game.stake)[:, None] * _success_terms(game, steep, lead, helpers)
    crossed = crossed + widest[:, None] * jnp.abs(game.omega * fights)[None]
    crossed = crossed + jnp.abs(dread)[:, None] * (game.escalation * fights)[None]
    others = jnp.asarray(1.0 - np.eye(n)).reshape(n, n, *(1,) * (game.menu.ndim - 2))
    matrix = 0.25 * game.precision * crossed * others * chooses[:, None] * chooses[None]

    vector = jnp.ones(matrix.shape[1:])
    bound = jnp.max(jnp.sum(matrix, axis=1), axis=0)
    for _ in range(_SWEEPS):
        vector = jnp.sum(matrix * vector[None], axis=1)
        vector = vector / jnp.maximum(jnp.max(vector, axis=0), 1e-300) + 1e-3
        image = jnp.sum(matrix * vector[None], axis=1)
        bound = jnp.minimum(bound, jnp.max(image / vector, axis=0))
    return bound
