"""How sure the parameters are: four ways to estimate their covariance.

With A = −Hessian and s_i the gradient of row i (weighted, w_i s_i):

    hessian   A⁻¹, right if the model is right (the R packages' default)
    opg       (Σ s_i s_iᵀ)⁻¹, the outer product of gradients (Berndt, Hall, Hall & Hausman 1974)
    sandwich  A⁻¹ (Σ s_i s_iᵀ) A⁻¹, right also if the variance is not (Huber 1967; White 1982)
    cluster   A⁻¹ (Σ_g S_g S_gᵀ) A⁻¹ · G/(G−1), S_g the sum of the s_i in cluster g (Liang & Zeger
              1986); the factor is that of R's sandwich::vcovCL
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tightrope.history.codes import WEIGHT, refuse
from tightrope.history.likelihood import Likelihood

Kind = Literal["hessian", "opg", "sandwich", "cluster"]
KINDS: tuple[Kind, ...] = ("hessian", "opg", "sandwich", "cluster")
Floats = NDArray[np.float64]


def covariance(
    likelihood: Likelihood,
    theta: Floats,
    kind: Kind = "hessian",
    clusters: Sequence[Any] | NDArray[Any] | None = None,
    hessian: Floats | None = None,
) -> Floats:
    """Covariance (k, k) of the parameters at a maximum; NaN where the Hessian is singular.

    clusters  (n,) label of each row, for kind `cluster`
    hessian   (k, k) that of a penalised log-likelihood, if it was one
    Errors    InputError if clusters are asked for and there are not two of them
    """
    if hessian is None and kind != "opg":
        hessian = np.asarray(likelihood.derivatives(theta).hessian)
    if kind == "hessian":
        assert hessian is not None
        return _inverse(-hessian)
    scores = likelihood.scores(theta) * np.asarray(likelihood.weights)[:, None]
    if kind == "opg":
        return _inverse(scores.T @ scores)
    assert hessian is not None
    bread = _inverse(-hessian)
    factor = 1.0
    if kind == "cluster":
        scores, groups = grouped_scores(scores, clusters)
        factor = groups / (groups - 1)
    return np.asarray(factor * bread @ (scores.T @ scores) @ bread)


def standard_errors(covariance: Floats) -> Floats:
    """Square roots of the diagonal; NaN where it is not positive."""
    diagonal = np.diag(covariance)
    return np.sqrt(np.where(diagonal > 0.0, diagonal, np.nan))


def grouped_scores(scores: Floats, clusters: Any) -> tuple[Floats, int]:
    """Scores added up by cluster (g, k), and g. Errors: InputError for fewer than two clusters."""
    if clusters is None or len(clusters) != len(scores):
        raise refuse(
            "clustered standard errors need the cluster of each row",
            WEIGHT,
            field="--cluster",
            remedy="name the column of the clusters with --cluster",
        )
    labels, index = np.unique(np.asarray(clusters), return_inverse=True)
    if len(labels) < 2:
        raise refuse(
            "all rows are in one cluster",
            WEIGHT,
            field="--cluster",
            remedy="name a column with two values or more",
        )
    sums = np.zeros((len(labels), scores.shape[1]))
    np.add.at(sums, index, scores)
    return sums, len(labels)


def _inverse(matrix: Floats) -> Floats:
    """Inverse of a symmetric positive definite matrix, scaled first; NaN if it is not one."""
    size = np.sqrt(np.abs(np.diag(matrix)))
    nothing = np.full_like(matrix, np.nan)
    if not np.isfinite(matrix).all() or not (size > 0.0).all():
        return nothing
    try:
        factor = np.linalg.cholesky(matrix / np.outer(size, size))
        half = np.linalg.inv(factor)
    except np.linalg.LinAlgError:
        return nothing
    return np.asarray(half.T @ half / np.outer(size, size))
