"""From a likelihood to a fit: starts, maximum, covariance, bootstrap, and an honest verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tightrope.history.bootstrap import bootstrap
from tightrope.history.catalogue import Request
from tightrope.history.codes import SETTING, WEIGHT, many, refuse
from tightrope.history.formula import Design
from tightrope.history.likelihood import Likelihood
from tightrope.history.maximise import Optimum, Penalty, maximise, multistart
from tightrope.history.results import Fit
from tightrope.history.variance import KINDS, Kind, covariance, standard_errors

Floats = NDArray[np.float64]
_FLAT = 1e-8
"""Smallest information of a row, in units of the regressors, below which a maximum is none: the
standard error would be 10,000/√n times what a regressor of size one usually has."""


def estimate(
    likelihood: Likelihood,
    request: Request,
    *,
    design: Design | None = None,
    table: pd.DataFrame | None = None,
    penalty: Penalty | None = None,
    penalties: tuple[str, ...] = (),
    settings: dict[str, Any] | None = None,
    terms: tuple[str, ...] = (),
) -> Fit:
    """Maximise a likelihood as the request asks, and say how far the answer can be trusted.

    table      the rows kept, where clusters are looked up
    penalties  those that the game offers, to be recommended where there is no maximum
    Errors     InputError for an unknown kind of standard error, clusters that cannot be used
    """
    clusters = clusters_of(request, table)
    kind = check_kind(request)
    likelihood = started(likelihood, request)
    best, optima = _best(likelihood, request, penalty)
    hessian = np.asarray(likelihood.derivatives(best.theta).hessian)
    if penalty is not None:
        hessian = hessian + np.asarray(penalty(best.theta[None]).hessian)[0]
    flat = flat_direction(likelihood, hessian)
    converged = best.converged and not flat
    spread = covariance(likelihood, best.theta, kind, clusters, hessian)
    notes = list(_verdict(likelihood, request, best, optima, converged, flat, penalties))
    drawn = None
    label: str = kind
    if penalty is not None:
        notes.append(f"Penalised likelihood ({request.penalty}); the log-likelihood is without it.")
    if request.bootstrap and converged:
        found = bootstrap(
            likelihood,
            best.theta,
            request.bootstrap,
            request.seed,
            clusters=clusters,
            penalty=penalty,
            resume=request.resume,
            report=request.report,
        )
        drawn, spread = found.thetas, found.covariance
        label = f"bootstrap, {many(len(drawn), 'replicate')}, seed {request.seed}"
        if found.failed:
            notes.append(
                f"{found.failed} of {request.bootstrap} bootstrap replicates had no finite maximum "
                "and were left out."
            )
        notes += found.lack
    return Fit(
        likelihood=likelihood,
        theta=best.theta,
        covariance=spread,
        vcov=label,
        loglik=float(likelihood.derivatives(best.theta).value),
        converged=converged,
        gradient_norm=best.gradient_norm,
        optima=optima,
        formula=design.formula.text if design is not None else request.formula,
        terms=terms,
        settings=settings or {},
        kept=None if design is None else design.kept,
        dropped=0 if design is None else design.dropped,
        notes=tuple(notes),
        data=request.data,
        design=design,
        bootstrap=drawn,
        penalty=penalty,
    )


def check_kind(request: Request) -> Kind:
    """The kind of standard error asked for; `cluster` if a column of clusters is named.

    Errors: InputError for an unknown kind, clusters without a column, or a kind without clusters.
    """
    if request.cluster and request.vcov == "opg":
        raise refuse(
            "the outer product of gradients takes every row as independent of the others, so it "
            "cannot be clustered",
            SETTING,
            field="--vcov",
            allowed=("cluster", "sandwich"),
            remedy="write --vcov cluster, or leave --cluster out",
        )
    if request.vcov == "cluster" and not request.cluster:
        raise refuse(
            "clustered standard errors need the cluster of each row",
            WEIGHT,
            field="--cluster",
            remedy="name the column of the clusters with --cluster",
        )
    clustered = request.cluster and request.vcov in ("hessian", "sandwich")
    asked = "cluster" if clustered else request.vcov
    for kind in KINDS:
        if kind == asked:
            return kind
    raise refuse(
        f"'{asked}' is not a kind of standard error",
        SETTING,
        field="--vcov",
        allowed=KINDS,
        word=asked,
    )


def clusters_of(request: Request, table: pd.DataFrame | None) -> NDArray[Any] | None:
    """The cluster of each row kept, or None."""
    if request.cluster is None:
        return None
    assert table is not None
    return table[request.cluster].astype(str).to_numpy()


def started(likelihood: Likelihood, request: Request) -> Likelihood:
    """The likelihood with the start that the request names, if any. Errors: InputError."""
    if request.start is None:
        return likelihood
    try:
        start = np.asarray(request.start, dtype=float).ravel()
    except (TypeError, ValueError):
        start = np.full(0, np.nan)
    if len(start) != len(likelihood.names) or not np.isfinite(start).all():
        raise refuse(
            f"'start' is not {many(len(likelihood.names), 'finite number')}, one for each "
            "parameter",
            SETTING,
            field="start",
            allowed=likelihood.names,
            remedy="give them in this order",
        )
    return replace(likelihood, start=start)  # type: ignore[arg-type]


def weights_of(request: Request, table: pd.DataFrame) -> Floats:
    """The weight of each row kept, ones if none are named.

    Errors: InputError for a weight below zero, or weights that are no numbers or all zero.
    """
    if request.weights is None:
        return np.ones(len(table))
    column = table[request.weights]
    if not pd.api.types.is_numeric_dtype(column):
        raise refuse(
            f"the weights in '{request.weights}' are not numbers",
            WEIGHT,
            field="--weights",
            remedy="name a column of numbers, zero or above",
        )
    values = column.to_numpy(dtype=float)
    wrong = np.flatnonzero(~(values >= 0.0) | ~np.isfinite(values))
    if wrong.size:
        raise refuse(
            f"the weight {values[wrong[0]]:g} in '{request.weights}' is not zero or above",
            WEIGHT,
            field="--weights",
            remedy="give finite weights of zero or more; leave the rows out that must not count",
        )
    if not values.any():
        raise refuse(
            f"all weights in '{request.weights}' are zero",
            WEIGHT,
            field="--weights",
            remedy="give some row a weight above zero, or leave --weights out",
        )
    return values


def _best(
    likelihood: Likelihood, request: Request, penalty: Penalty | None
) -> tuple[Optimum, tuple[Optimum, ...]]:
    if request.starts == 0:
        one = maximise(likelihood, penalty=penalty)
        return one, (one,)
    optima = multistart(likelihood, request.starts, request.seed, penalty=penalty)
    return optima[0], optima


def flat_direction(likelihood: Likelihood, hessian: Floats) -> tuple[str, ...]:
    """Parameters along which the log-likelihood is flat to rounding; none at a true maximum."""
    weight = max(float(np.sum(np.asarray(likelihood.weights))), 1e-300)
    size = np.asarray(likelihood.scales) / np.sqrt(weight)
    scaled = -hessian * np.outer(size, size)
    if not np.isfinite(scaled).all():
        return likelihood.names
    values, vectors = np.linalg.eigh(scaled)
    if values.size == 0 or values[0] > _FLAT:
        return ()
    part = np.abs(vectors[:, 0])
    return tuple(n for n, w in zip(likelihood.names, part, strict=True) if w > 0.1 * part.max())


def no_maximum(likelihood: Likelihood, theta: Floats, flat: tuple[str, ...]) -> str:
    """That there is no maximum, and along which parameters; the two largest if none is flat."""
    large = np.abs(theta) / np.asarray(likelihood.scales)
    guilty = flat or tuple(likelihood.names[j] for j in np.argsort(-large)[:2])
    return (
        f"No maximum was found: the log-likelihood hardly changes along {', '.join(guilty)}, "
        "as where regressors foretell a choice without error (separation) or cannot be told apart. "
    )


def undetermined(
    likelihood: Likelihood, theta: Floats, hessian: Floats, spread: Floats
) -> list[str]:
    """Why the end of a climb is no maximum, in a note; none if it is one.

    It is none where the log-likelihood is flat or the covariance ``spread`` cannot be computed.
    """
    flat = flat_direction(likelihood, hessian)
    if not flat and np.isfinite(standard_errors(spread)).all():
        return []
    return [f"{no_maximum(likelihood, theta, flat)}Leave one of these regressors out."]


def _verdict(
    likelihood: Likelihood,
    request: Request,
    best: Optimum,
    optima: tuple[Optimum, ...],
    converged: bool,
    flat: tuple[str, ...],
    penalties: tuple[str, ...] = (),
) -> list[str]:
    """What a reader must know before using the figures."""
    if not converged:
        more = ", try more starts (--starts)" if request.starts else ""
        return [
            no_maximum(likelihood, best.theta, flat)
            + f"Leave one of these regressors out, join rare levels{more}"
            f"{f', or add --penalty {penalties[0]}' if penalties and not request.penalty else ''}."
        ]
    ended = sum(o.starts for o in optima)
    lost = sum(o.starts for o in optima if not o.converged)
    notes = []
    if 2 * lost > ended:
        notes.append(
            f"{lost} of {ended} starts found no maximum: the log-likelihood is hard to climb here, "
            "so try more starts (--starts) before you trust that none is better."
        )
    others = [o for o in optima[1:] if o.converged]
    if not others:
        return notes
    first, *shown = (f"{o.loglik:.4f}, {many(o.starts, 'start')}" for o in (best, *others[:5]))
    return [
        *notes,
        f"{1 + len(others)} maxima were found; the best ({first}) is shown. "
        f"Others: {'; '.join(shown)}.",
    ]
