"""Bayesian fits: the same likelihood, with priors that are stated, sampled by NUTS.

    p(θ | y) ∝ exp(Σ w_i ℓ_i(θ)) · Π_j N(θ_j; m_j, s_j)

Without other wishes m_j = 0 and s_j = 2.5 times one over the root mean square of the regressor: a
regressor of usual size moves a utility by a few standard errors of choice, seldom by ten (Gelman,
Jakulin, Pittau & Su 2008). Sampling: Hoffman & Gelman 2014, by NumPyro, in parameters
whitened by the covariance of the maximum-likelihood fit. Checks: R-hat and effective sample
sizes of Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jax import Array, lax
from numpy.typing import NDArray

import tightrope
from tightrope.history.codes import SETTING, many, refuse
from tightrope.history.likelihood import LogRows
from tightrope.history.results import Fit, needs_maximum_likelihood

Floats = NDArray[np.float64]

WIDTH = 2.5
"""Standard deviation of the default priors, in sizes of a large difference."""
RHAT, ESS_PER_CHAIN = 1.01, 100
"""Beyond which chains are said not to have converged (Vehtari et al. 2021)."""


@dataclass(frozen=True)
class Posterior:
    """Draws from a posterior, and whether they can be trusted.

    inference  ArviZ InferenceData: `posterior` (variable `theta`, coordinate `parameter`),
               `sample_stats` (`diverging`), `log_likelihood` (`row`, with the row's weight); its
               attributes state game, formula, priors, data and version
    fit        the maximum-likelihood fit that it is compared with
    priors     mean and standard deviation by parameter
    problems   what is wrong with the draws; empty if nothing is
    """

    inference: Any
    fit: Fit
    priors: Mapping[str, tuple[float, float]]
    problems: tuple[str, ...]

    @property
    def converged(self) -> bool:
        """Whether the chains agree, are long enough and had no divergence."""
        return not self.problems

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Posterior beside maximum likelihood, a row a parameter.

        Columns: `name`, prior mean and sd, posterior `mean`, `sd`, `low`, `high` (equal tails of
        `level`), `ml` and `ml_se`, `difference_in_se` = (mean − ml)/ml_se, `rhat`, `ess_bulk`,
        `ess_tail`. Where the chains did not converge, `low` and `high` are missing: they would
        have no meaning.
        """
        draws = _draws(self.inference)
        tail = 0.5 - level / 2.0
        low, high = np.quantile(draws, [tail, 1.0 - tail], axis=(0, 1))
        nothing = np.full(draws.shape[-1], np.nan)
        errors = np.array(list(self.fit.std_errors.values()))
        mean = draws.mean(axis=(0, 1))
        return pd.DataFrame(
            {
                "name": self.fit.names,
                "prior_mean": [self.priors[name][0] for name in self.fit.names],
                "prior_sd": [self.priors[name][1] for name in self.fit.names],
                "mean": mean,
                "sd": draws.std(axis=(0, 1), ddof=1),
                "low": low if self.converged else nothing,
                "high": high if self.converged else nothing,
                "ml": self.fit.theta,
                "ml_se": errors,
                "difference_in_se": (mean - self.fit.theta) / errors,
                **_diagnostics(self.inference),
            }
        )

    def __str__(self) -> str:
        """The comparison as a table, headed by what is wrong, if anything."""
        sizes = self.inference.posterior.sizes
        head = (
            f"{self.fit.game}: {sizes['chain']} chains of {sizes['draw']} draws; "
            f"{self.fit.size} observations"
        )
        if self.converged:
            verdict = "Chains agree (R-hat), are long enough (ESS) and had no divergence."
        else:
            verdict = "NOT CONVERGED: do not use these draws. " + "; ".join(self.problems)
        columns = ["name", "prior_mean", "prior_sd", "mean", "sd", "low", "high", "ml", "ml_se"]
        table = self.frame()[[*columns, "rhat", "ess_bulk"]].round(3).to_string(index=False)
        cited = f"\nData: {self.fit.data}" if self.fit.data else ""
        return f"{head}\n{verdict}\n\n{table}\nPriors: normal, as listed.{cited}"


def sample(
    fit: Fit,
    priors: Mapping[str, tuple[float, float]] | None = None,
    *,
    draws: int = 1000,
    warmup: int = 1000,
    chains: int = 4,
    seed: int = 0,
) -> Posterior:
    """Draw from the posterior of the model that was fitted.

    fit      its likelihood is used; chains start around its estimates
    priors   mean and standard deviation of normal priors by parameter, for those that shall not
             have the default (see above)
    draws    kept of each chain, after `warmup`
    chains   run side by side; four are what Vehtari et al. 2021 advise at least
    Returns  draws with their checks; a result that did not converge says so and gives no intervals
    Raises   InputError (TW192) for a pseudo-likelihood, a name that is no parameter, a standard
             deviation that is not above zero, or fewer than 2 chains or 4 draws; ImportError
             without the extra `history`
    """
    needs_maximum_likelihood(fit, "a posterior")
    stated = _stated(fit, priors or {})
    if chains < 2 or draws < 4:
        raise refuse(
            f"{many(chains, 'chain')} of {many(draws, 'draw')} cannot be checked against each "
            "other",
            SETTING,
            remedy="take 2 chains or more, of 4 draws or more; better 4 of 1000",
        )
    found, diverging = _run(fit, stated, draws, warmup, chains, seed)
    inference = _inference(fit, stated, found, diverging, seed)
    return Posterior(inference, fit, stated, problems_of(inference, fit.names))


def _stated(fit: Fit, priors: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    for name, prior in priors.items():
        if name not in fit.names:
            raise refuse(f"'{name}' is not a parameter", SETTING, allowed=fit.names, word=name)
        if np.shape(prior) != (2,):
            raise refuse(
                f"the prior of '{name}' is not a mean and a standard deviation",
                SETTING,
                remedy="give two numbers, such as (0.0, 2.5)",
            )
        mean, sd = prior
        if not (math.isfinite(mean) and math.isfinite(sd) and sd > 0.0):
            raise refuse(
                f"the prior of '{name}' has mean {mean} and standard deviation {sd}",
                SETTING,
                remedy="give finite numbers, the standard deviation above zero",
            )
    scales = np.asarray(fit.likelihood.scales)
    usual = {name: (0.0, WIDTH * float(size)) for name, size in zip(fit.names, scales, strict=True)}
    return usual | dict(priors)


def _run(
    fit: Fit,
    priors: Mapping[str, tuple[float, float]],
    draws: int,
    warmup: int,
    chains: int,
    seed: int,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Draws (chain, draw, k) and whether each ended a divergent path."""
    likelihood = fit.likelihood
    mean, sd = (jnp.asarray([priors[name][i] for name in fit.names]) for i in (0, 1))
    known = np.isfinite(fit.covariance).all()
    covariance = fit.covariance if known else np.diag(np.asarray(sd) ** 2)
    # precisions add up: data and prior together are never wider than the prior alone
    guess = np.linalg.inv(np.linalg.inv(covariance) + np.diag(1.0 / np.asarray(sd) ** 2))
    root = jnp.linalg.cholesky(jnp.asarray(guess))
    key, spread = jax.random.split(jax.random.PRNGKey(seed))
    begin = jax.random.normal(spread, (chains, len(fit.names)))
    whitened, diverging = _chains(
        likelihood.log_rows,
        draws,
        warmup,
        jax.random.split(key, chains),
        begin,
        (mean, sd, jnp.asarray(fit.theta), root, likelihood.data, likelihood.weights),
    )
    return np.asarray(fit.theta + whitened @ root.T), np.asarray(diverging)


@partial(jax.jit, static_argnums=(0, 1, 2))
def _chains(
    log_rows: LogRows, draws: int, warmup: int, keys: Array, begin: Array, problem: Any
) -> tuple[Array, Array]:
    """Whitened draws (chain, draw, k) and whether each path diverged.

    The sampler moves in z, θ = centre + root·z: with the maximum-likelihood covariance as root,
    every direction is about as wide as every other.
    """
    from numpyro.distributions import Normal
    from numpyro.infer.hmc import hmc

    mean, sd, centre, root, data, weights = problem

    def potential(z: Array) -> Array:
        theta = centre + root @ z
        counted = weights > 0.0
        loglik = jnp.sum(jnp.where(counted, weights * log_rows(theta, data), 0.0))
        return -loglik - jnp.sum(Normal(mean, sd).log_prob(theta))

    start, step = hmc(potential, algo="NUTS")

    def chain(key: Array, z: Array) -> tuple[Array, Array]:
        def move(state: Any, _: None) -> tuple[Any, tuple[Array, Array]]:
            state = step(state)
            return state, (state.z, state.diverging)

        state = start(z, warmup, rng_key=key)
        found: tuple[Array, Array] = lax.scan(move, state, None, length=warmup + draws)[1]
        return found

    paths, diverging = jax.vmap(chain)(keys, begin)
    return paths[:, warmup:], diverging[:, warmup:]


def _inference(
    fit: Fit,
    priors: Mapping[str, tuple[float, float]],
    found: Floats,
    diverging: NDArray[np.bool_],
    seed: int,
) -> Any:
    import arviz

    likelihood = fit.likelihood
    flat = jnp.asarray(found.reshape(-1, found.shape[-1]))
    weights = likelihood.weights
    rows = jax.lax.map(
        lambda theta: jnp.where(weights > 0.0, weights * likelihood.rows(theta), 0.0), flat
    )
    return arviz.from_dict(
        posterior={"theta": found},
        sample_stats={"diverging": diverging},
        log_likelihood={"row": np.asarray(rows).reshape(*found.shape[:2], -1)},
        coords={"parameter": list(fit.names)},
        dims={"theta": ["parameter"], "row": ["observation"]},
        attrs={
            "game": fit.game,
            "formula": fit.formula,
            "data": fit.data,
            "priors": "; ".join(f"{n}: normal({m:g}, {s:g})" for n, (m, s) in priors.items()),
            "seed": seed,
            "tightrope_version": tightrope.__version__,
        },
    )


def problems_of(inference: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """What is wrong with the draws of InferenceData, a sentence each; nothing if they are sound."""
    checks = _diagnostics(inference)
    least = ESS_PER_CHAIN * inference.posterior.sizes["chain"]
    found = []
    rhat = checks["rhat"]
    apart = ~(rhat <= RHAT)
    if apart.any():
        worst = int(np.nanargmax(np.where(np.isfinite(rhat), rhat, np.inf)))
        found.append(f"R-hat of '{names[worst]}' is {rhat[worst]:.3f}, above {RHAT}")
    ess = np.minimum(checks["ess_bulk"], checks["ess_tail"])
    if not (ess >= least).all():
        worst = int(np.argmin(np.where(np.isfinite(ess), ess, -1.0)))
        found.append(
            f"effective sample size of '{names[worst]}' is {ess[worst]:.0f}, below {least}"
        )
    divergent = int(inference.sample_stats["diverging"].sum())
    if divergent:
        found.append(f"{divergent} divergent paths: parts of the posterior were not reached")
    return tuple(found)


def _diagnostics(inference: Any) -> dict[str, Floats]:
    import arviz

    tools: Any = arviz  # untyped
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="invalid value encountered", category=RuntimeWarning
        )
        return {
            "rhat": np.asarray(tools.rhat(inference)["theta"]),
            "ess_bulk": np.asarray(tools.ess(inference, method="bulk")["theta"]),
            "ess_tail": np.asarray(tools.ess(inference, method="tail")["theta"]),
        }


def _draws(inference: Any) -> Floats:
    return np.asarray(inference.posterior["theta"])
