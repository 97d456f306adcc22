"""Maximum likelihood of the signalling game under the equilibrium constraint.

    maximise  Σ_i ℓ_i(z_i, θ)   over θ and z, subject to  z_i = reply(z_i; θ) for every game i

(Su and Judd 2012; Crisman-Cox and Gibilisco 2021). For given θ the constraint leaves each game its
equilibria, so this is Σ_i max over the equilibria of game i: where there are several, **the one
under which the record of that game is likeliest is selected**. The corner p_R = 0 is not one of
them.

All equilibria are found anew whenever a climb ends; along a climb they are followed with exact
derivatives (implicit function theorem), and a climb that meets a fold goes on from the best
equilibria left. The answer is a maximum if no game has a likelier equilibrium, the constraint
holds, the gradient of the Lagrangian vanishes and its Hessian along it is negative definite.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from tightrope.game.signalling import Payoffs, equilibrium_log_outcomes, reply
from tightrope.game.signalling_equilibria import Equilibria, find_equilibria
from tightrope.history.catalogue import Request
from tightrope.history.estimate import check_kind, started, undetermined
from tightrope.history.likelihood import Likelihood
from tightrope.history.maximise import Optimum, maximise
from tightrope.history.results import Fit
from tightrope.history.signalling_follow import EquilibriumExact
from tightrope.history.signalling_npl import nested
from tightrope.history.signalling_rows import (
    equilibrium_log_probabilities,
    equilibrium_log_rows,
    payoffs_at,
)
from tightrope.history.variance import covariance

Floats = NDArray[np.float64]

_ROUNDS = 30
_GAIN = 1e-9
_SPREAD = 0.5


class Selected(NamedTuple):
    """The likeliest equilibrium of each game at some parameters.

    z           (n,) its index
    loglik      weighted log-likelihood; −inf where a game has no equilibrium
    equilibria  all of them
    residual    largest |z − reply(z)|
    """

    z: Floats
    loglik: float
    equilibria: Equilibria
    residual: float


def at_equilibrium(likelihood: Likelihood, z: Floats) -> Likelihood:
    """The likelihood along the equilibria that continue those of index ``z`` (n,)."""
    rows = likelihood.data._replace(z=z)
    return replace(
        likelihood,
        data=rows,
        log_rows=equilibrium_log_rows,
        log_probabilities=equilibrium_log_probabilities,
        exact=EquilibriumExact(rows),
    )


def select(likelihood: Likelihood, theta: Floats) -> Selected:
    """All equilibria of every game at ``theta``, and the likeliest of each."""
    rows, weights = likelihood.data, np.asarray(likelihood.weights)
    payoffs = Payoffs(*map(np.asarray, _payoffs(theta, rows)))
    found = find_equilibria(payoffs)
    values = np.full(found.z.shape, -np.inf)
    for place in range(found.z.shape[1]):
        here = ~np.isnan(found.z[:, place])
        z = np.where(here, found.z[:, place], 0.0)
        values[here, place] = np.asarray(_seen_at(z, payoffs, rows.counts))[here]
    best = values.argmax(axis=1)
    each = np.arange(len(best))
    z = found.z[each, best]
    total = float(np.sum(weights * np.where(weights > 0.0, values[each, best], 0.0)))
    gap = np.abs(np.asarray(_reply(z, payoffs)) - z)
    return Selected(z, total, found, float(np.nanmax(gap)))


def climb(likelihood: Likelihood, theta: Floats) -> tuple[Optimum, Selected]:
    """From one start to a maximum over parameters and equilibria."""
    chosen = select(likelihood, theta)
    optimum = Optimum(theta, chosen.loglik, np.inf, False, 0)
    steps = 0
    for _ in range(_ROUNDS):
        if not np.isfinite(chosen.loglik):
            break
        before = chosen.loglik
        optimum = maximise(at_equilibrium(likelihood, chosen.z), optimum.theta)
        steps += optimum.steps
        chosen = select(likelihood, optimum.theta)
        gain = chosen.loglik - max(before, optimum.loglik)
        if optimum.converged and gain < _GAIN:
            break
        if not optimum.converged and chosen.loglik - before < _GAIN:
            break
    return replace(optimum, loglik=chosen.loglik, steps=steps), chosen


def fit_ml(likelihood: Likelihood, request: Request, clusters: NDArray[Any] | None) -> Fit:
    """Climb from the nested pseudo-likelihood, the pseudo-likelihood and random starts."""
    kind = check_kind(request)
    likelihood = started(likelihood, request)
    given = maximise(likelihood)
    repeated = nested(likelihood)
    centre = repeated.optimum.theta if repeated.optimum.converged else given.theta
    draws = np.random.default_rng(request.seed).uniform(
        -_SPREAD, _SPREAD, (request.starts, len(centre))
    )
    scales = np.asarray(likelihood.scales)
    begins = [centre, given.theta, *(centre + draw * scales for draw in draws)]
    found: list[tuple[Optimum, Selected]] = []
    for number, begin in enumerate(begins):
        optimum, chosen = climb(likelihood, begin)
        if request.report is not None:
            request.report("climbs", number + 1, len(begins))
        for place, (known, held) in enumerate(found):
            if optimum.converged and known.converged and _same(optimum, known, scales):
                found[place] = replace(known, starts=known.starts + 1), held
                break
        else:
            found.append((optimum, chosen))
    found.sort(key=lambda pair: (not pair[0].converged, -pair[0].loglik))
    best, chosen = found[0]
    at = at_equilibrium(likelihood, chosen.z)
    derivatives = at.derivatives(best.theta)
    gradient = float(np.abs(derivatives.gradient).max())
    hessian = np.asarray(derivatives.hessian)
    spread = covariance(at, best.theta, kind, clusters, hessian)
    lack = undetermined(at, best.theta, hessian, spread) if best.converged else []
    converged = best.converged and not lack
    return Fit(
        likelihood=at,
        theta=best.theta,
        covariance=spread,
        vcov=kind,
        loglik=chosen.loglik,
        converged=converged,
        gradient_norm=gradient,
        optima=tuple(optimum for optimum, _ in found),
        notes=tuple(lack or _notes(best, chosen, [optimum for optimum, _ in found])),
    )


def _same(one: Optimum, known: Optimum, scales: Floats) -> bool:
    near = np.abs(one.theta - known.theta) <= 1e-3 * scales * np.maximum(1.0, np.abs(known.theta))
    return abs(one.loglik - known.loglik) <= 1e-6 and bool(near.all())


def _notes(best: Optimum, chosen: Selected, optima: list[Optimum]) -> list[str]:
    if not best.converged:
        return [
            "No maximum was found: the climbs ended where an equilibrium vanishes, or the "
            "log-likelihood is flat. Try more starts (--starts), or method=npl."
        ]
    number = chosen.equilibria.number
    several = int((number > 1).sum())
    notes = [
        f"Equilibrium constraint holds to {chosen.residual:.1g}; {several} of {len(number)} games "
        "have several equilibria, of which the one with the likeliest record is taken."
    ]
    others = [o for o in optima if o.converged]
    ends = ", ".join(f"{o.loglik:.4f} ({o.starts})" for o in others[:5])
    failed = sum(o.starts for o in optima if not o.converged)
    lost = f"; {failed} climbs found none" if failed else ""
    notes.append(f"Maxima found, and from how many starts: {ends}{lost}.")
    return notes


@jax.jit
def _payoffs(theta: Array, rows: Any) -> Payoffs:
    return payoffs_at(theta, rows)


@jax.jit
def _reply(z: Array, payoffs: Payoffs) -> Array:
    return reply(z, payoffs)


@jax.jit
def _seen_at(z: Array, payoffs: Payoffs, counts: Array) -> Array:
    logs = equilibrium_log_outcomes(z, payoffs).T
    return jnp.sum(jnp.where(counts > 0.0, counts * logs, 0.0), axis=1)
