"""The best parameters: Newton steps with exact gradients and Hessians, many starts at once.

A step solves (−H + μD) d = g, with D the size of the diagonal of H and μ ≥ 0 (Levenberg 1944,
Marquardt 1963). Where −H has no Cholesky factor, or the step does not raise the log-likelihood, μ
grows; where it does, μ falls and then vanishes, so that the last steps are Newton's own and the
gradient ends at rounding error. A point counts as converged only where μ = 0, −H is positive
definite and a further step would raise the log-likelihood by less than `TOLERANCE`.

Everything here takes a batch as well: of starts, of weights (bootstrap), of held values (profiles).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tightrope.history.likelihood import Derivatives, Likelihood

Floats = NDArray[np.float64]

TOLERANCE = 1e-11
"""Half of gᵀ(−H)⁻¹g: what a last step may still promise, in units of log-likelihood."""
STEPS = 200
"""Steps after which a climb is given up."""
_SMALLEST, _LARGEST = 1e-6, 1e10

Penalty = Callable[[Floats], Derivatives]
"""Takes points (b, k); gives values (b,), gradients (b, k) and Hessians (b, k, k) to add."""


class Climb(NamedTuple):
    """Where a batch of climbs has ended.

    theta      (b, k) parameters
    at         log-likelihood, gradient and Hessian there (with the penalty, if any)
    steps      (b,) taken
    converged  (b,) whether it has ended at a maximum
    """

    theta: Floats
    at: Derivatives
    steps: NDArray[np.int64]
    converged: NDArray[np.bool_]


@dataclass(frozen=True)
class Optimum:
    """A maximum found, or the last point of a climb that was given up.

    theta          (k,) parameters
    loglik         weighted log-likelihood there, penalty included
    gradient_norm  largest absolute element of the gradient
    converged      whether it is a maximum (see above)
    steps          of the climb that found it
    starts         how many of the starts ended here
    """

    theta: NDArray[np.float64]
    loglik: float
    gradient_norm: float
    converged: bool
    steps: int
    starts: int = 1


def maximise(
    likelihood: Likelihood,
    start: Any = None,
    *,
    penalty: Penalty | None = None,
    free: Any = None,
) -> Optimum:
    """Climb from one start (the likelihood's own if None).

    penalty  added to the log-likelihood
    free     (k,) mask of parameters that move; the others keep their start (profiles)
    """
    theta = np.asarray(likelihood.start if start is None else start, dtype=float)
    return optima_of(climb_many(likelihood, theta[None], penalty=penalty, free=free))[0]


def climb_many(
    likelihood: Likelihood,
    starts: Any,
    weights: Any = None,
    *,
    penalty: Penalty | None = None,
    free: Any = None,
    steps: int = STEPS,
) -> Climb:
    """Climb from a batch of starts (b, k) at once.

    weights  (b, n), weights of each climb's own (bootstrap), or None for the likelihood's
    free     (k,) or (b, k) mask of parameters that move
    """
    starts = np.array(starts, dtype=float)
    moving = np.broadcast_to(1.0 if free is None else np.asarray(free, dtype=float), starts.shape)
    own = None if weights is None else np.asarray(weights, dtype=float)

    def evaluate(thetas: Floats, index: NDArray[np.int64]) -> Derivatives:
        at = likelihood.derivatives_at(thetas, None if own is None else own[index])
        if penalty is not None:
            at = Derivatives(*(a + b for a, b in zip(at, penalty(thetas), strict=True)))
        mask = moving[index]
        held = np.einsum("bi,ij->bij", 1.0 - mask, np.eye(mask.shape[1]))
        both = mask[:, :, None] * mask[:, None, :]
        return Derivatives(at.value, at.gradient * mask, at.hessian * both - held)

    with _libraries().limit(limits=1, user_api="blas"):  # many small products: threads only wait
        return _ascend(evaluate, starts, steps)


@cache
def _libraries() -> Any:
    """The linear algebra that is loaded; looked for once, as that takes as long as a small fit."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def multistart(
    likelihood: Likelihood,
    number: int,
    seed: int,
    *,
    spread: float = 1.0,
    penalty: Penalty | None = None,
) -> tuple[Optimum, ...]:
    """Every optimum found from `number` random starts and the likelihood's own, best first.

    Starts are uniform in ±spread/rms of each regressor (R's package draws uniform(−1, 1)). Optima
    within 1e-6 in log-likelihood and 1e-4 of a scale in every parameter are one; climbs that did
    not converge are reported each by itself.
    """
    draws = np.random.default_rng(seed).uniform(-spread, spread, (number, len(likelihood.names)))
    scales = np.asarray(likelihood.scales)
    starts = np.concatenate([np.asarray(likelihood.start)[None], draws * scales])
    distinct: list[Optimum] = []
    for one in optima_of(climb_many(likelihood, starts, penalty=penalty)):
        for place, known in enumerate(distinct):
            if one.converged and known.converged and _same(one, known, scales):
                distinct[place] = replace(known, starts=known.starts + 1)
                break
        else:
            distinct.append(one)
    return tuple(sorted(distinct, key=lambda o: (not o.converged, -o.loglik)))


def optima_of(found: Climb) -> list[Optimum]:
    """Each climb of a batch as an `Optimum`."""
    return [
        Optimum(
            theta=found.theta[b],
            loglik=float(found.at.value[b]),
            gradient_norm=float(np.max(np.abs(found.at.gradient[b]), initial=0.0)),
            converged=bool(found.converged[b]),
            steps=int(found.steps[b]),
        )
        for b in range(len(found.theta))
    ]


def _same(one: Optimum, known: Optimum, scales: Floats) -> bool:
    near = np.abs(one.theta - known.theta) <= 1e-4 * scales * np.maximum(1.0, np.abs(known.theta))
    return abs(one.loglik - known.loglik) <= 1e-6 and bool(near.all())


def _ascend(
    evaluate: Callable[[Floats, NDArray[np.int64]], Derivatives], starts: Floats, steps: int
) -> Climb:
    """The climbs; those that have ended are taken out of the batch."""
    theta = starts
    batch, size = theta.shape
    active = np.arange(batch)
    at = Derivatives(*(np.array(part) for part in evaluate(theta, active)))
    damping = np.zeros(batch)
    taken_steps = np.zeros(batch, dtype=np.int64)
    converged = np.zeros(batch, dtype=bool)
    if size == 0:
        return Climb(theta, at, taken_steps, ~converged)
    while active.size and taken_steps.max() < steps:
        here = Derivatives(*(part[active] for part in at))
        move, promised = _moves(here, damping[active])
        sound = np.isfinite(promised)
        goal = theta[active] + move
        new = evaluate(goal, active)
        finite = np.isfinite(new.value) & np.isfinite(new.gradient).all(axis=1)
        finite &= np.isfinite(new.hessian).all(axis=(1, 2))
        slack = 1e-12 * (1.0 + np.abs(here.value))
        better = sound & finite & (np.nan_to_num(new.value, nan=-np.inf) >= here.value - slack)
        over = better & (damping[active] == 0.0) & (promised < TOLERANCE)
        rise = active[better]
        theta[rise] = goal[better]
        for old, fresh in zip(at, new, strict=True):
            old[rise] = fresh[better]
        before = damping[active]
        eased = np.where(before <= _SMALLEST, 0.0, 0.1 * before)
        damping[active] = np.where(better, eased, np.maximum(10.0 * before, 1e-3))
        taken_steps[active] += 1
        converged[active] = over
        active = active[~over & (damping[active] < _LARGEST)]
    return Climb(theta, at, taken_steps, converged)


def _moves(at: Derivatives, damping: Floats) -> tuple[Floats, Floats]:
    """Steps (b, k) and what they promise (b,), NaN where there is no Cholesky factor."""
    information = -at.hessian
    size = np.abs(np.einsum("bii->bi", information))
    size = np.maximum(size, 1e-12 * size.max(axis=1, keepdims=True) + 1e-300)
    root = 1.0 / np.sqrt(size)
    identity = np.eye(size.shape[1])
    scaled = information * root[:, :, None] * root[:, None, :]
    scaled = scaled + damping[:, None, None] * identity
    good = np.isfinite(scaled).all(axis=(1, 2))
    good[good] = _positive(scaled[good])
    move = np.zeros_like(at.gradient)
    right = (root * at.gradient)[good]
    try:
        move[good] = root[good] * np.linalg.solve(scaled[good], right[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:  # singular to rounding: more damping mends it
        good[:] = False
    promised = np.where(good, 0.5 * np.einsum("bi,bi->b", at.gradient, move), np.nan)
    return move, promised


def _positive(matrices: Floats) -> NDArray[np.bool_]:
    """Which of a stack of symmetric matrices are positive definite."""
    try:
        np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.zeros(1, dtype=bool)
        half = len(matrices) // 2
        return np.concatenate([_positive(matrices[:half]), _positive(matrices[half:])])
    return np.ones(len(matrices), dtype=bool)
