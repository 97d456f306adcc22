"""Fitting the crisis-signalling game: from a request to its rows, checked, and on to the estimator.

    sq + cd + sf + bd ~ SA | VA | CB | barWA | barWB | bara | VB

Columns on the left count how often each outcome was seen in the game of that row. There are three
estimators (Crisman-Cox and Gibilisco 2021): `pl` takes what each side believes from a first stage,
`npl` repeats it until beliefs and play agree, `ml` maximises the likelihood under the equilibrium
constraint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from tightrope.game.signalling import OUTCOMES
from tightrope.history.bootstrap import bootstrap
from tightrope.history.catalogue import Request
from tightrope.history.codes import (
    COLLINEAR,
    FORMULA,
    OUTCOME,
    ROWS,
    SETTING,
    UNIDENTIFIED,
    VARIABLE,
    many,
    refuse,
)
from tightrope.history.estimate import check_kind, clusters_of, estimate, weights_of
from tightrope.history.formula import Design, Part, design, read_formula
from tightrope.history.likelihood import Likelihood
from tightrope.history.results import Fit
from tightrope.history.screening import dependent
from tightrope.history.signalling_exact import BeliefExact
from tightrope.history.signalling_rows import (
    PARTS,
    Rows,
    belief_log_probabilities,
    belief_log_rows,
)
from tightrope.treaty.errors import InputError, raise_all

Floats = NDArray[np.float64]

METHODS = ("npl", "pl", "ml")
FIXED_POINTS = ("sigint", "exact")
_OF_A, _OF_B = ("SA", "VA", "barWA", "bara"), ("CB", "barWB", "VB")


def fit_signalling(request: Request) -> Fit:
    """Fit the signalling game. Errors: InputError for whatever cannot be estimated."""
    from tightrope.history.signalling_ml import at_equilibrium, fit_ml
    from tightrope.history.signalling_npl import fit_npl
    from tightrope.history.signalling_predict import at_their_equilibrium, with_beliefs

    method = _choice(request, "method", METHODS)
    fixed_point = _choice(request, "fixed_point", FIXED_POINTS)
    if method != "npl" and "fixed_point" in request.settings:
        raise refuse(
            f"fixed_point says how npl has its standard errors, and the method is {method}",
            SETTING,
            field="--setting fixed_point",
            remedy="leave it out, or ask for method=npl",
        )
    check_kind(request)
    _only_its_own(request)
    likelihood, worked, first = build(request, method)
    settings = {"method": method, "first stage": first}
    terms = tuple(" + ".join(part.names) or "0" for part in worked.parts)
    if method == "pl":
        found = estimate(
            likelihood,
            replace(request, starts=0),
            design=worked,
            table=worked.table,
            settings=settings,
            terms=terms,
        )
        note = (
            "Standard errors take the first stage as known, so they are too small, and z, p and "
            "stars are left out. Use method=npl or ml for tests, or resample both stages yourself."
        )
        code = partial(with_beliefs, worked, likelihood, _first_stage(request))
        # a bootstrap of this stage alone takes the first as known, too
        return replace(found, notes=(*found.notes, note), code=code, testable=False)
    clusters = clusters_of(request, worked.table)
    if method == "npl":
        found = fit_npl(likelihood, request, clusters, fixed_point)
    else:
        found = fit_ml(likelihood, request, clusters)
    if request.bootstrap and found.converged:
        found = _resampled(found, likelihood, request, clusters, method)
    return replace(
        found,
        formula=worked.formula.text,
        terms=terms,
        settings=settings,
        kept=worked.kept,
        dropped=worked.dropped,
        data=request.data,
        design=worked,
        code=partial(at_their_equilibrium, worked, likelihood, found.theta),
        # npl keeps the beliefs it ended with; what is predicted moves with the parameters
        played=at_equilibrium(likelihood, found.likelihood.data.z),
    )


def _resampled(
    found: Fit,
    likelihood: Likelihood,
    request: Request,
    clusters: NDArray[Any] | None,
    method: str,
) -> Fit:
    """The fit with the covariance of whole estimations repeated on games drawn anew."""
    from tightrope.history.signalling_ml import climb
    from tightrope.history.signalling_npl import nested

    rows = found.likelihood.data
    near = believing(likelihood, rows.z, rows.log_firm) if method == "npl" else likelihood

    def refit(weights: Floats) -> Floats:
        drawn = near.weighted(weights)  # type: ignore[arg-type]
        if method == "npl":
            again = nested(drawn, start=found.theta)
            good, theta = again.converged, again.optimum.theta
        else:
            optimum, _ = climb(drawn, found.theta)
            good, theta = optimum.converged, optimum.theta
        return theta if good else np.full_like(theta, np.nan)

    drawn = bootstrap(
        likelihood,
        found.theta,
        request.bootstrap,
        request.seed,
        clusters=clusters,
        refit=refit,
        resume=request.resume,
        report=request.report,
    )
    notes = found.notes if method == "ml" else found.notes[:1]
    if drawn.failed:
        lost = f"{drawn.failed} of {request.bootstrap} bootstrap replicates had no estimate"
        notes = (*notes, f"{lost} and were left out.")
    notes = (*notes, *drawn.lack)
    return replace(
        found,
        covariance=drawn.covariance,
        vcov=f"bootstrap, {many(len(drawn.thetas), 'replicate')}, seed {request.seed}",
        bootstrap=drawn.thetas,
        notes=notes,
        testable=True,
    )


def build(request: Request, method: str) -> tuple[Likelihood, Design, str]:
    """The pseudo-likelihood given first-stage beliefs, its design, and where the beliefs are from.

    Errors: InputError for whatever cannot be estimated, before any estimation.
    """
    formula = read_formula(request.formula, len(PARTS), PARTS)
    if len(formula.response) != len(OUTCOMES):
        raise refuse(
            f"the outcome has {many(len(formula.response), 'column')}, and the game has 4 outcomes",
            OUTCOME,
            field="--formula",
            remedy="give four columns of counts, 'sq + cd + sf + bd': status quo, B concedes, "
            "A stands firm, A backs down",
        )
    columns = _first_stage(request)
    extra = [*columns, *(c for c in (request.weights, request.cluster) if c is not None)]
    worked = design(formula, request.table, extra)
    weights = weights_of(request, worked.table)
    counts = _counts(worked.response())
    raise_all([*_unidentified(worked.parts), *_repeated(worked.parts)])
    names = tuple(f"{s}:{n}" for s, p in zip(PARTS, worked.parts, strict=True) for n in p.names)
    if not names:
        raise refuse(
            "every utility is fixed to zero, so there is nothing to estimate",
            FORMULA,
            field="--formula",
            remedy="write 1 for a constant, or regressors, in at least one part",
        )
    if len(names) > worked.size * (len(OUTCOMES) - 1):
        raise refuse(
            f"{many(worked.size, 'game')} cannot tell {len(names)} parameters apart",
            ROWS,
            remedy="leave regressors out, or give more rows",
        )
    if columns:
        z, log_firm = first_stage_beliefs(worked.table, columns)
        first = " and ".join(columns)
    elif method == "pl":
        raise refuse(
            "the pseudo-likelihood needs a first stage",
            SETTING,
            field="--setting",
            remedy="name the columns of Pr(B resists | challenge) and Pr(A stands firm | resisted) "
            "as first_stage=COL1,COL2, or use method=npl or ml",
        )
    else:
        seen = weights @ counts
        z = np.full(worked.size, ndtri((seen[2] + seen[3]) / seen[1:].sum()))
        log_firm = np.full(worked.size, np.log(seen[2] / (seen[2] + seen[3])))
        first = "shares of all games together"
    rows = Rows(counts, z, log_firm, tuple(part.matrix for part in worked.parts))
    likelihood = Likelihood(
        game="signalling",
        names=names,
        outcomes=OUTCOMES,
        data=rows,
        weights=weights,  # type: ignore[arg-type]
        log_rows=belief_log_rows,
        log_probabilities=belief_log_probabilities,
        start=np.zeros(len(names)),  # type: ignore[arg-type]
        scales=np.concatenate([_scale(part) for part in worked.parts]),  # type: ignore[arg-type]
        exact=BeliefExact(rows),
        equations=tuple(
            (symbol, tuple(f"{symbol}:{name}" for name in part.names))
            for symbol, part in zip(PARTS, worked.parts, strict=True)
        ),
        counts=tuple(zip(worked.formula.response, map(float, weights @ counts), strict=True)),
    )
    return likelihood, worked, first


def believing(likelihood: Likelihood, z: Floats, log_firm: Floats) -> Likelihood:
    """The same rows with other beliefs."""
    rows = likelihood.data._replace(z=z, log_firm=log_firm)
    return replace(likelihood, data=rows, exact=BeliefExact(rows))


def _choice(request: Request, name: str, allowed: tuple[str, ...]) -> str:
    value = str(request.settings.get(name, allowed[0]))
    if value not in allowed:
        raise refuse(
            f"'{value}' is not a {name} of this game",
            SETTING,
            field=f"--setting {name}",
            allowed=allowed,
            word=value,
        )
    return value


def _only_its_own(request: Request) -> None:
    """Refuse what this game does not offer."""
    fixed = (("--link", request.link, "probit"), ("--error", request.error, "private"))
    for field, value, only in fixed:
        if value not in (None, only):
            raise refuse(f"this game has no '{value}'", SETTING, field=field, allowed=(only,))
    for field, value in (("--scale", request.scale), ("--penalty", request.penalty)):
        if value is not None:
            raise refuse(
                f"the signalling game has no {field}: its errors are standard normal",
                SETTING,
                field=field,
                remedy="leave it out",
            )


def _first_stage(request: Request) -> tuple[str, ...]:
    given = request.settings.get("first_stage")
    if given is None:
        return ()
    words = str(given).split(",") if isinstance(given, str | int | float) else given
    columns = tuple(str(word).strip() for word in words)
    if len(columns) != 2 or not all(columns):
        raise refuse(
            f"first_stage names {many(len(columns), 'column')}",
            SETTING,
            field="--setting first_stage",
            remedy="name two: Pr(B resists | challenge) and Pr(A stands firm | resisted), "
            "as first_stage=COL1,COL2",
        )
    return columns


def first_stage_beliefs(table: pd.DataFrame, columns: Sequence[str]) -> tuple[Floats, Floats]:
    """Φ^{-1}(p_R) and log p_F (n,) from two columns of a first stage. Errors: InputError."""
    missing = [column for column in columns if column not in table]
    if missing:
        raise refuse(
            f"the table has no column '{missing[0]}', from which beliefs are taken",
            VARIABLE,
            field="--setting first_stage",
            allowed=tuple(map(str, table.columns)),
            word=missing[0],
        )
    resist, firm = (_belief(table, column) for column in columns)
    return ndtri(resist), np.log(firm)


def _belief(table: pd.DataFrame, column: str) -> Floats:
    values = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(~((values > 0.0) & (values < 1.0)))
    if wrong.size:
        raise refuse(
            f"'{column}' has the value {table[column].iloc[wrong[0]]} in row {wrong[0] + 1} of the "
            "rows kept",
            VARIABLE,
            field="--setting first_stage",
            remedy="a belief is a probability above 0 and below 1",
        )
    return values


def _counts(response: pd.DataFrame) -> Floats:
    """Outcomes (n, 4) seen. Errors: InputError for what is no count, or an outcome never seen."""
    for name, column in response.items():
        values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
        wrong = np.flatnonzero(~(values >= 0.0) | (values != np.round(values)))
        if wrong.size:
            raise refuse(
                f"'{name}' has the value {column.iloc[wrong[0]]} in row {wrong[0] + 1} of the rows "
                "kept, which is no count",
                OUTCOME,
                remedy="give how often the outcome was seen: 0, 1, 2, …",
            )
        if not values.any():
            raise refuse(
                f"no game of the rows kept shows the outcome '{name}'",
                OUTCOME,
                remedy="without it the utilities there cannot be estimated",
            )
    return response.to_numpy(dtype=float)


def _unidentified(parts: Sequence[Part]) -> Iterator[InputError]:
    """One complaint for each regressor in every utility of a player (Lewis and Schultz 2003)."""
    held = dict(zip(PARTS, parts, strict=True))
    for player, symbols in (("A", _OF_A), ("B", _OF_B)):
        shared = set.intersection(*(set(held[symbol].names) for symbol in symbols))
        for name in sorted(shared):
            yield refuse(
                f"'{name}' stands in each of {', '.join(symbols)}: adding the same to all of them "
                f"changes no choice of {player}, so no data can tell the coefficients apart",
                UNIDENTIFIED,
                field="--formula",
                remedy="leave it out of one of them (-1 for the constant), or fix one with 0",
            )


def _repeated(parts: Sequence[Part]) -> Iterator[InputError]:
    for symbol, part in zip(PARTS, parts, strict=True):
        extra = dependent(part)
        if extra:
            yield refuse(
                f"in {symbol}, {', '.join(extra)} can be computed from the other regressors",
                COLLINEAR,
                field="--formula",
                remedy=f"leave {', '.join(extra)} out of that part",
            )


def _scale(part: Part) -> Floats:
    size = np.sqrt(np.mean(part.matrix**2, axis=0))
    return np.asarray(1.0 / np.where(size > 0.0, size, 1.0))
