"""The fixed point interplay → responses → interplay of one chunk of games, and its derivatives."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from tightrope.game.acceleration import solve_fixed_point
from tightrope.game.choice import odds
from tightrope.game.crisis import FIGHT, SHARE, SUPPORT, Game
from tightrope.game.folding import LARGEST, PRODUCT, SUM, fold_reduce, reduce_together
from tightrope.game.newton import iterate, newton
from tightrope.game.pool import FLOOR, by_state, expected_success, lump_factors

TOLERANCE = 1e-10
MAX_STEPS = 60
_NEVER = 1e300
_DAMPED_STEPS = 360
_NEWTON_STEPS = 30
_RUNGS = 24
_RUNG_STEPS = 4


class Prepared(NamedTuple):
    """A game laid out for the loop; fields not named here are those of the game.

    gaps         (3, n, T, *B) λ times the private payoff of support less abstain, fight less
                 abstain and fight less support; ±1e300 where only one of the two is on the menu
    widest_peer  (n, *B) largest |peer| over types
    lumps        (A, 2, n, Z-1, *B), see ``lump_factors``
    """

    gaps: Array
    type_weight: Array
    stake: Array
    peer: Array
    widest_peer: Array
    omega: Array
    horror: Array
    escalation: Array
    precision: Array
    lumps: Array
    weights: Array


def _gap(game: Game, a: int, b: int) -> Array:
    """Logit of action a less action b from private payoffs alone, by type."""
    on_a, on_b = game.menu[:, None, a] > 0, game.menu[:, None, b] > 0
    private = game.precision * (game.private[:, :, a] - game.private[:, :, b])
    only_one = jnp.where(on_a, _NEVER, jnp.where(on_b, -_NEVER, 0.0))
    return jnp.where(on_a & on_b, private, only_one)


def prepare(game: Game, exponents: Array, lead: int) -> Prepared:
    """Lay a game out for the loop."""
    return Prepared(
        gaps=jnp.stack([_gap(game, 1, 0), _gap(game, 2, 0), _gap(game, 2, 1)]),
        type_weight=game.type_weight,
        stake=game.stake,
        peer=game.peer,
        widest_peer=jnp.max(jnp.abs(game.peer), axis=1),
        omega=game.omega,
        horror=game.horror,
        escalation=game.escalation,
        precision=game.precision,
        lumps=lump_factors(game.contribution, game.extent, exponents, lead),
        weights=game.weights,
    )


def interplay_of(
    game: Prepared, split: Array, lead: int, helpers: tuple[int, ...]
) -> tuple[Array, Array]:
    """Interplay given responses by state (A, 3, n, *B).

    Returns rows support, fight and share, shape (3, n, *B), and the level, shape (n, *B).
    """
    abstain, support, fight = expected_success(split, game.lumps, game.weights, lead, helpers)
    fighting = split[-1, 2]
    part = game.omega * fighting
    calm = 1.0 - fighting * game.escalation + FLOOR
    total, quiet = fold_reduce([part, calm], [SUM, PRODUCT], axis=0)
    dread = game.horror * quiet / calm
    rows = jnp.stack(
        [
            game.stake * (abstain - support),
            game.stake * (abstain - fight) - game.escalation * dread,
            total - part,
        ]
    )
    return rows, dread - game.horror - game.stake * abstain


def responses_to(game: Prepared, rows: Array) -> Array:
    """Response probabilities (3, n, *B) given the interplay rows, ``1 / Σ_s exp(v_s − v_r)``."""
    share = game.peer * rows[SHARE, :, None]
    support, fight = rows[SUPPORT, :, None], rows[FIGHT, :, None]
    first = game.gaps[0] + game.precision * (support + 0.5 * share)
    second = game.gaps[1] + game.precision * (fight + share)
    third = game.gaps[2] + game.precision * (fight - support + 0.5 * share)
    typed = [
        game.type_weight / (1.0 + odds(first) + odds(second)),
        game.type_weight / (1.0 + odds(-first) + odds(third)),
        game.type_weight / (1.0 + odds(-second) + odds(-third)),
    ]
    return jnp.stack(reduce_together(typed, [SUM] * 3, axis=1))


def change_of(game: Prepared, move: Array) -> Array:
    """Bound on the change of any response probability when the interplay rows move.

    A logit probability moves by at most λ/4 times the span of the moves of the payoffs:
    dP_r = λ P_r Σ_s P_s (dU_r − dU_s) <= λ P_r (1 − P_r) span.
    """
    support, fight = move[SUPPORT], move[FIGHT]
    top = jnp.where(support > fight, support, fight)
    bottom = jnp.where(support > fight, fight, support)
    span = jnp.where(top > 0.0, top, 0.0) - jnp.where(bottom < 0.0, bottom, 0.0)
    span = span + game.widest_peer * jnp.abs(move[SHARE])
    return 0.25 * game.precision * fold_reduce([span], [LARGEST], axis=0)[0]


def sweep(game: Prepared, rows: Array, lead: int, helpers: tuple[int, ...]) -> Array:
    """One pass of the map, rows (3, n, *B) to the full interplay (4, n, *B)."""
    split = by_state(responses_to(game, rows), lead)
    following, level = interplay_of(game, split, lead, helpers)
    return jnp.concatenate([following, level[None]])


def quieted(game: Prepared, share: Array) -> Prepared:
    """The same game at a share of its precision."""
    off_menu = jnp.abs(game.gaps) >= _NEVER
    gaps = jnp.where(off_menu, game.gaps, share * game.gaps)
    return game._replace(gaps=gaps, precision=share * game.precision)


class _Climb(NamedTuple):
    """Where the slow games stand: rung of the ladder, rows, and size (inf while climbing)."""

    rung: Array
    rows: Array
    size: Array


def _polish(
    game: Prepared, rows: Array, size: Array, lead: int, helpers: tuple[int, ...]
) -> tuple[Array, Array]:
    """Solve what acceleration left: damped iteration and Newton, then up a ladder of precision.

    Rung 0 tries at full precision from where acceleration stopped. What is still unsolved climbs
    from nearly uniform choice (rung 1) to full precision (the last rung), following the equilibrium
    as the principal branch would; at a fold it goes on from where it stands.
    """

    def unfinished(at: _Climb) -> Array:
        return (at.rung <= _RUNGS) & jnp.any(at.size > TOLERANCE)

    def climb(at: _Climb) -> _Climb:
        whole = (at.rung == 0) | (at.rung == _RUNGS)
        share = jnp.where(whole, 1.0, (at.rung / _RUNGS) ** 2)
        quiet = quieted(game, share)

        def image(y: Array) -> Array:
            return sweep(quiet, y, lead, helpers)[:3]

        def size_of(move: Array) -> Array:
            return change_of(quiet, move)

        stuck = at.size > TOLERANCE
        begin = jnp.where(at.rung == 1, 0.0, at.rows)
        rows, size = begin, jnp.where(stuck, jnp.inf, 0.0)
        rows, size = iterate(
            image, size_of, rows, size, TOLERANCE, jnp.where(whole, _DAMPED_STEPS, 0)
        )
        steps = jnp.where(whole, _NEWTON_STEPS, _RUNG_STEPS)
        rows, size = newton(image, size_of, rows, size, TOLERANCE, steps)
        size = jnp.where(whole, size, jnp.inf)
        return _Climb(at.rung + 1, jnp.where(stuck, rows, at.rows), jnp.where(stuck, size, at.size))

    begin = _Climb(jnp.asarray(0, jnp.int32), rows, size)
    end = lax.while_loop(unfinished, climb, begin)
    return end.rows, end.size


def solve_chunk(
    game: Prepared, start: Array, lead: int, helpers: tuple[int, ...], polish_slow: bool
) -> tuple[Array, Array, Array]:
    """Equilibrium of a chunk of games from first responses ``start`` (3, n, *B).

    polish_slow  whether games on which acceleration is slow are finished by Newton's method; a
                 single one of them then costs the whole chunk that work

    Returns the interplay (4, n, *B), the size of its last change and the steps, both (*B).
    """
    fast = solve_fixed_point(
        image=lambda split: interplay_of(game, split, lead, helpers),
        prepare=lambda rows: by_state(responses_to(game, rows), lead),
        size_of=lambda move: change_of(game, move),
        first=by_state(start, lead),
        tolerance=TOLERANCE,
        max_steps=MAX_STEPS,
    )

    def polish(found: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        interplay, size, steps = found
        rows, size = _polish(game, interplay[:3], size, lead, helpers)
        return sweep(game, rows, lead, helpers), size, steps

    found = (jnp.concatenate([fast.point, fast.extra[None]]), fast.size, fast.steps)
    if not polish_slow:
        return found
    unsolved = jnp.any(fast.size > TOLERANCE)
    better: tuple[Array, Array, Array] = lax.cond(unsolved, polish, lambda same: same, found)
    return better
