"""Small fits whose answers are known in closed form: a logit and a coin."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from jax import Array

from tightrope.history.formula import design, read_formula
from tightrope.history.likelihood import Likelihood
from tightrope.history.maximise import maximise
from tightrope.history.results import Fit
from tightrope.history.variance import covariance


def log_probabilities(theta: Array, data: Any) -> Array:
    """(n, 2) log-probability of no and yes."""
    utility = data[0] @ theta
    return jnp.stack([jax.nn.log_sigmoid(-utility), jax.nn.log_sigmoid(utility)], axis=1)


def log_rows(theta: Array, data: Any) -> Array:
    """(n,) log-probability of what was seen."""
    return jnp.take_along_axis(log_probabilities(theta, data), data[1][:, None], axis=1)[:, 0]


def fit_logit(formula: str, table: pd.DataFrame, game: str = "logit") -> Fit:
    """A binary logit by formula, through the machinery that games use."""
    worked = design(read_formula(formula), table)
    matrix, seen = worked.parts[0].matrix, worked.response().iloc[:, 0].to_numpy(int)
    likelihood = Likelihood(
        game=game,
        names=worked.parts[0].names,
        outcomes=("no", "yes"),
        data=(jnp.asarray(matrix), jnp.asarray(seen)),
        weights=jnp.ones(len(seen)),
        log_rows=log_rows,
        log_probabilities=log_probabilities,
        start=jnp.zeros(matrix.shape[1]),
        scales=1.0 / jnp.sqrt(jnp.mean(jnp.asarray(matrix) ** 2, axis=0)),
        counts=(("no", float((seen == 0).sum())), ("yes", float(seen.sum()))),
    )
    best = maximise(likelihood)

    def code(rows: pd.DataFrame) -> Likelihood:
        matrix = jnp.asarray(worked.at(rows)[0])
        return likelihood.on((matrix, jnp.zeros(len(rows), int)), len(rows))

    return Fit(
        likelihood=likelihood,
        theta=best.theta,
        covariance=covariance(likelihood, best.theta),
        vcov="hessian",
        loglik=best.loglik,
        converged=best.converged,
        gradient_norm=best.gradient_norm,
        formula=formula,
        kept=worked.kept,
        dropped=worked.dropped,
        data="invented",
        design=worked,
        code=code,
    )


@pytest.fixture(scope="session")
def logit():
    """Fit a binary logit by formula."""
    return fit_logit


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    """200 invented rows with a number, a whole number of two values and a factor."""
    random = np.random.default_rng(4)
    x = random.normal(size=200)
    z = random.integers(0, 2, 200)
    kind = pd.Categorical(random.choice(["a", "b", "c"], 200), categories=["a", "b", "c"])
    utility = 0.4 + 0.9 * x - 0.7 * z + np.array([0.0, 0.5, -0.5])[kind.codes]
    y = (random.uniform(size=200) < 1.0 / (1.0 + np.exp(-utility))).astype(int)
    return pd.DataFrame({"y": y, "x": x, "z": z, "kind": kind})


@pytest.fixture(scope="session")
def fitted(table: pd.DataFrame) -> Fit:
    """The logit of all three variables."""
    return fit_logit("y ~ x + z + kind", table)


@pytest.fixture(scope="session")
def coin() -> Fit:
    """Seven of ten: a logit with a constant alone."""
    return fit_logit("y ~ 1", pd.DataFrame({"y": [1] * 7 + [0] * 3}))
