"""Wars by plain linear algebra: the chain's equations written out and solved as a dense system."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def odds_up(log_ratio: float, alpha: float) -> float:
    """Chance of one step the challenger's way, M^α/(M^α + X^α) with X/M = e^log_ratio."""
    strong, weak = 1.0, float(np.exp(log_ratio))
    return strong**alpha / (strong**alpha + weak**alpha)


def transition(up: float, states: int) -> Floats:
    """Moves between all states, both ends absorbing, (from, to)."""
    moves = np.zeros((states, states))
    moves[0, 0] = moves[-1, -1] = 1.0
    for s in range(1, states - 1):
        moves[s, s + 1], moves[s, s - 1] = up, 1.0 - up
    return moves


def expected(
    log_ratio: float,
    alpha: float,
    steps: int,
    weight: float,
    inner: Floats,
    ends: tuple[float, float],
) -> float:
    """Value of the middle of x_s = inner_s + weight·E x_s', with x fixed at both ends."""
    states = 2 * steps + 1
    moves = transition(odds_up(log_ratio, alpha), states)
    matrix, right = np.eye(states), np.zeros(states)
    right[0], right[-1] = ends
    for s in range(1, states - 1):
        matrix[s] -= weight * moves[s]
        right[s] = inner[s - 1]
    return float(np.linalg.solve(matrix, right)[steps])


def plain_war(
    log_ratio: float, lines: Floats, alpha: float, rho: float, eta: float, step: float
) -> dict[str, float]:
    """Discounted line, burden, years, settlement and relief of a war from the middle."""
    steps = (len(lines) - 1) // 2
    keep, end = np.exp(-rho * step), 1.0 - np.exp(-eta * step)
    one = np.ones(2 * steps - 1)

    def chain(weight: float, inner: Floats, low: float = 0.0, high: float = 0.0) -> float:
        return expected(log_ratio, alpha, steps, weight, inner, (low, high))

    going = keep * (1.0 - end)
    # A step's flow, then with chance `end` the present line for ever after the step.
    held = lines[1:-1] * (1.0 - keep) + keep * end * lines[1:-1]
    return {
        "line": chain(going, held, lines[0], lines[-1]),
        "burden": chain(going, one * (1.0 - keep)),
        "years": chain(1.0 - end, one * step),
        "settled": chain(1.0 - end, one * end),
        "relief": chain(going, one * keep * end),
    }
