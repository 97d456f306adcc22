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
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

from tightrope.history.likelihood import Derivatives, Likelihood, Sums

TOLERANCE = 1e-11
"""Half of gᵀ(−H)⁻¹g: what a last step may still promise, in units of log-likelihood."""
STEPS = 200
"""Steps after which a climb is given up."""
_SMALLEST, _LARGEST = 1e-6, 1e10

Penalty = Callable[[Array], Derivatives]


class Climb(NamedTuple):
    """Where a climb stands; every field may carry a batch as its first axis.

    theta      (k,) parameters
    at         log-likelihood, gradient and Hessian there (with the penalty, if any)
    damping    μ
    steps      taken
    converged  whether it has ended at a maximum
    """

    theta: Array
    at: Derivatives
    damping: Array
    steps: Array
    converged: Array


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
    start: Array | None = None,
    *,
    penalty: Penalty | None = None,
    free: Array | None = None,
) -> Optimum:
    """Climb from one start (the likelihood's own if None).

    penalty  added to the log-likelihood: θ -> value, gradient, Hessian
    free     (k,) mask of parameters that move; the others keep their start (profiles)
    """
    theta = likelihood.start if start is None else jnp.asarray(start, dtype=float)
    free = jnp.ones(theta.shape) if free is None else jnp.asarray(free, dtype=float)
    found = _climb(
        likelihood.summer, penalty, theta, likelihood.data, likelihood.weights, free, STEPS
    )
    return _optimum(jax.tree.map(np.asarray, found))


def climb_many(
    likelihood: Likelihood,
    starts: Array,
    weights: Array | None = None,
    *,
    penalty: Penalty | None = None,
    free: Array | None = None,
    steps: int = STEPS,
) -> Climb:
    """Climb from a batch of starts (b, k), each with its own weights (b, n) if given, at once."""
    free = jnp.ones(starts.shape[-1]) if free is None else jnp.asarray(free, dtype=float)
    each = likelihood.weights if weights is None else weights
    return _climbs(
        likelihood.summer, penalty, weights is not None, starts, likelihood.data, each, free, steps
    )


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
    found = jax.tree.map(np.asarray, climb_many(likelihood, jnp.asarray(starts), penalty=penalty))
    optima: list[Optimum] = []
    for index in range(len(starts)):
        one = _optimum(jax.tree.map(lambda a, i=index: a[i], found))
        for number_, known in enumerate(optima):
            if one.converged and known.converged and _same(one, known, scales):
                optima[number_] = Optimum(**{**known.__dict__, "starts": known.starts + 1})
                break
        else:
            optima.append(one)
    return tuple(sorted(optima, key=lambda o: (not o.converged, -o.loglik)))


def _same(one: Optimum, known: Optimum, scales: NDArray[np.float64]) -> bool:
    near = np.abs(one.theta - known.theta) <= 1e-4 * scales * np.maximum(1.0, np.abs(known.theta))
    return abs(one.loglik - known.loglik) <= 1e-6 and bool(near.all())


def _optimum(found: Climb) -> Optimum:
    return Optimum(
        theta=np.asarray(found.theta),
        loglik=float(found.at.value),
        gradient_norm=float(np.max(np.abs(found.at.gradient), initial=0.0)),
        converged=bool(found.converged),
        steps=int(found.steps),
    )


def ascend(
    evaluate: Callable[[Array], Derivatives], start: Array, free: Array, steps: Array
) -> Climb:
    """The climb itself, from one start; `free` masks the parameters that move."""

    def masked(theta: Array) -> Derivatives:
        at = evaluate(theta)
        held = jnp.diag(1.0 - free)
        return Derivatives(at.value, at.gradient * free, at.hessian * jnp.outer(free, free) - held)

    def step(climb: Climb) -> Climb:
        at, damping = climb.at, climb.damping
        information = -at.hessian
        size = jnp.abs(jnp.diag(information))
        size = jnp.maximum(size, 1e-12 * jnp.max(size) + 1e-300)
        root = 1.0 / jnp.sqrt(size)
        scaled = information * jnp.outer(root, root) + damping * jnp.eye(size.shape[0])
        factor = jnp.linalg.cholesky(scaled)
        move = root * jax.scipy.linalg.cho_solve((factor, True), root * at.gradient)
        sound = jnp.all(jnp.isfinite(move))
        move = jnp.where(sound, move, 0.0)
        promised = 0.5 * jnp.vdot(at.gradient, move)
        theta = climb.theta + move
        reached = masked(theta)
        slack = 1e-12 * (1.0 + jnp.abs(at.value))
        finite = (
            jnp.isfinite(reached.value)
            & jnp.all(jnp.isfinite(reached.gradient))
            & jnp.all(jnp.isfinite(reached.hessian))
        )
        taken = sound & finite & (reached.value >= at.value - slack)
        over = taken & (damping == 0.0) & (promised < TOLERANCE)
        eased = jnp.where(damping <= _SMALLEST, 0.0, 0.1 * damping)
        raised = jnp.maximum(10.0 * damping, 1e-3)
        return Climb(
            theta=jnp.where(taken, theta, climb.theta),
            at=jax.tree.map(lambda new, old: jnp.where(taken, new, old), reached, at),
            damping=jnp.where(taken, eased, raised),
            steps=climb.steps + 1,
            converged=over,
        )

    def going(climb: Climb) -> Array:
        return ~climb.converged & (climb.steps < steps) & (climb.damping < _LARGEST)

    begin = Climb(start, masked(start), jnp.asarray(0.0), jnp.asarray(0), jnp.asarray(False))
    climb: Climb = lax.while_loop(going, step, begin)
    return climb


def _evaluator(
    sums: Sums, penalty: Penalty | None, data: Any, weights: Array
) -> Callable[[Array], Derivatives]:
    def evaluate(theta: Array) -> Derivatives:
        at = sums(theta, data, weights)
        return at if penalty is None else Derivatives(*jax.tree.map(jnp.add, at, penalty(theta)))

    return evaluate


@partial(jax.jit, static_argnums=(0, 1))
def _climb(
    sums: Sums,
    penalty: Penalty | None,
    start: Array,
    data: Any,
    weights: Array,
    free: Array,
    steps: int,
) -> Climb:
    return ascend(_evaluator(sums, penalty, data, weights), start, free, jnp.asarray(steps))


@partial(jax.jit, static_argnums=(0, 1, 2))
def _climbs(
    sums: Sums,
    penalty: Penalty | None,
    own_weights: bool,
    starts: Array,
    data: Any,
    weights: Array,
    free: Array,
    steps: int,
) -> Climb:
    def one(start: Array, weights: Array) -> Climb:
        return ascend(_evaluator(sums, penalty, data, weights), start, free, jnp.asarray(steps))

    return jax.vmap(one, in_axes=(0, 0 if own_weights else None))(starts, weights)
