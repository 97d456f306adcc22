"""One chain for every war: renewed attack, no agreement, lives and months from the same numbers.

The battlefield is a line of states 0 … 2k. War starts in the middle, k. In each step of
``step_years`` the challenger moves one state up with probability

    p = M^α / (M^α + X^α) = 1 / (1 + e^{αy}),   y = log(X / M),

and one down otherwise; before moving, the war ends by a settlement at the current line with
probability e = 1 − exp(−η · step_years). States 0 and 2k end it. Without discounting and
settlement the chance to end at 2k is exactly the contest success function of Tullock (1980) with
exponent m = αk (gambler's ruin), so a war and its contest function cannot contradict each other.
Smith and Stam (2004) and Powell (2004) read wars in this way.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from tightrope.treaty import LEVELS

#: Steps from today's line to the end that a level of attack needs, either way.
STEPS = dict(zip(LEVELS, (1, 2, 4), strict=True))


class WarValues(NamedTuple):
    """What a war is worth and costs, seen from today's line. All arrays have the shape of y.

    line       discounted average of the line held during and after the war (share of the prize)
    burden     discounted share of time spent at war, in [0, 1]
    years      expected length of the war, in years, undiscounted
    settled    chance that it ends by settlement and not by a decision
    relief     discounted chance E[e^{−ρT}; settled] (what later peace is worth today)
    """

    line: Array
    burden: Array
    years: Array
    settled: Array
    relief: Array


def success(log_ratio: Array, alpha: Array, steps: int) -> Array:
    """Chance that the challenger wins, M^m/(M^m + X^m) with m = alpha · steps (Tullock 1980).

    log_ratio  y = log(X/M), any shape.  Returns the same shape, in [0, 1].
    """
    return 1.0 / (1.0 + jnp.exp(alpha * steps * log_ratio))


def up_probability(log_ratio: Array, alpha: Array) -> Array:
    """Chance that one step goes the challenger's way, in [0, 1], for y = log(X/M)."""
    return 1.0 / (1.0 + jnp.exp(alpha * log_ratio))


def chain_middle(up: Array, carry: Array, inner: Array, low: Array, high: Array) -> Array:
    """Value of the middle state of x_s = inner_s + carry·(up·x_{s+1} + (1−up)·x_{s−1}).

    up     chance of a step up, shape (…)
    carry  weight of the next state (discount × chance that the war goes on), scalar or (…)
    inner  what each of the 2k−1 inner states yields, shape (2k−1, …)
    low, high  values of the two ends.  Solved exactly by elimination (Thomas algorithm).
    """
    size = inner.shape[0]
    a, c = -carry * (1.0 - up), -carry * up
    upper: list[Array] = []
    right: list[Array] = []
    for s in range(size):
        below = low if s == 0 else 0.0
        above = high if s == size - 1 else 0.0
        rhs = inner[s] - a * below * (s == 0) - c * above * (s == size - 1)
        denominator = 1.0 - (a * upper[-1] if s else 0.0)
        upper.append(c / denominator)
        right.append((rhs - (a * right[-1] if s else 0.0)) / denominator)
    value = right[-1]
    for s in range(size - 2, size // 2 - 1, -1):
        value = right[s] - upper[s] * value
    return value


def line_values(steps: int, low: Array, today: Array, high: Array) -> Array:
    """Line (share of the prize held) in each of the 2k+1 states, straight between the three."""
    down = [low + (today - low) * s / steps for s in range(steps)]
    rise = [today + (high - today) * s / steps for s in range(steps + 1)]
    return jnp.stack([jnp.asarray(x, dtype=float) for x in (*down, *rise)])


def war_values(
    log_ratio: Array, lines: Array, alpha: Array, discount: Array, exit_hazard: Array, step: Array
) -> WarValues:
    """Discounted line, burden, length and end of a war that starts at today's line.

    log_ratio  y = log(X/M), any shape
    lines      line held in each state, from :func:`line_values`, shape (2k+1,)
    discount   ρ per year; exit_hazard η per year; step in years
    """
    up = up_probability(log_ratio, alpha)
    keep, settle = jnp.exp(-discount * step), -jnp.expm1(-exit_hazard * step)
    inner = lines[1:-1].reshape((-1,) + (1,) * log_ratio.ndim) + jnp.zeros_like(log_ratio)
    ones, zero = jnp.ones_like(inner), jnp.zeros(())
    carry = keep * (1.0 - settle)
    return WarValues(
        line=chain_middle(up, carry, inner * ((1.0 - keep) + keep * settle), lines[0], lines[-1]),
        burden=chain_middle(up, carry, ones * (1.0 - keep), zero, zero),
        years=chain_middle(up, 1.0 - settle, ones * step, zero, zero),
        settled=chain_middle(up, 1.0 - settle, ones * settle, zero, zero),
        relief=chain_middle(up, carry, ones * keep * settle, zero, zero),
    )


def settlement_times(
    log_ratio: Array, alpha: Array, exit_hazard: Array, step: Array, steps: int, periods: int
) -> Array:
    """Chance that the war ends by settlement in each of the next ``periods`` steps.

    log_ratio and the other arguments are scalars; returns shape (periods,), summing to at most 1.
    """
    up, settle = up_probability(log_ratio, alpha), -jnp.expm1(-exit_hazard * step)
    start = jnp.zeros(2 * steps - 1).at[steps - 1].set(1.0)

    def advance(mass: Array, _: None) -> tuple[Array, Array]:
        on = mass * (1.0 - settle)
        moved = jnp.pad(on[:-1] * up, (1, 0)) + jnp.pad(on[1:] * (1.0 - up), (0, 1))
        return moved, mass.sum() * settle

    _, ends = lax.scan(advance, start, None, length=periods)
    return ends
