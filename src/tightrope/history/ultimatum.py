"""The statistical ultimatum game as a likelihood, and its fit (Ramsay and Signorino 2009).

    offer + accept ~ terms of R1 | terms of R2

Reservation values R1 and R2 are linear in their terms; the scales s1 and s2 of the two players'
shocks are estimated as logarithms, or fixed. Offers of nothing, and of the largest that could be
made, count with their probability; others with their density.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tightrope.history.catalogue import Request
from tightrope.history.codes import COLLINEAR, OUTCOME, ROWS, SETTING, many, refuse
from tightrope.history.estimate import estimate, weights_of
from tightrope.history.formula import Design, Formula, Part, design, read_formula
from tightrope.history.likelihood import Likelihood
from tightrope.history.results import Fit
from tightrope.history.screening import dependent
from tightrope.history.ultimatum_rows import Rows, UltimatumExact, functions

Floats = NDArray[np.float64]

PARTS = ("R1", "R2")
SCALES = ("log(s1)", "log(s2)")
_NEAR = 1e-8
_STARTS = 12
"""Starts at least, since offers may be explained by wide shocks or by steep answers."""


def fit_ultimatum(request: Request) -> Fit:
    """Fit the ultimatum game. Errors: InputError for whatever cannot be estimated."""
    from tightrope.history.ultimatum_predict import with_offers

    likelihood, worked, settings = build(request)
    more = replace(request, starts=max(request.starts, _STARTS))
    found = estimate(
        likelihood,
        more,
        design=worked,
        table=worked.table,
        settings=settings,
        terms=tuple(" + ".join(part.names) or "0" for part in worked.parts),
    )
    return replace(found, code=partial(with_offers, worked, likelihood))


def build(request: Request) -> tuple[Likelihood, Design, dict[str, Any]]:
    """The likelihood, its design and the settings as read.

    Errors: InputError for whatever cannot be estimated, before any estimation.
    """
    _only_its_own(request)
    largest = _positive(request, "max_offer")
    if largest is None:
        raise refuse(
            "the ultimatum game needs max_offer",
            SETTING,
            field="--setting",
            remedy="give the largest offer that could be made, such as max_offer=100",
        )
    fixed = [_positive(request, name) for name in ("s1", "s2")]
    outcome = str(request.settings.get("outcome", "both"))
    if outcome not in ("both", "offer"):
        raise refuse(
            f"'{outcome}' is not an outcome of this game",
            SETTING,
            field="--setting outcome",
            allowed=("both", "offer"),
            word=outcome,
        )
    formula = _formula(request, outcome)
    extra = [c for c in (request.weights, request.cluster) if c is not None]
    worked = design(formula, request.table, extra)
    weights = weights_of(request, worked.table)
    offer, accept = _response(worked.response(), largest)
    for symbol, part in zip(PARTS, worked.parts, strict=True):
        repeated = dependent(part)
        if repeated:
            raise refuse(
                f"in {symbol}, {', '.join(repeated)} can be computed from the other regressors",
                COLLINEAR,
                field="--formula",
                remedy=f"leave {', '.join(repeated)} out of that part",
            )
    free = tuple(value is None for value in fixed)
    names = [f"{s}:{n}" for s, p in zip(PARTS, worked.parts, strict=True) for n in p.names]
    names += [name for name, open_ in zip(SCALES, free, strict=True) if open_]
    if len(names) > worked.size:
        raise refuse(
            f"{many(worked.size, 'row')} cannot tell {len(names)} parameters apart",
            ROWS,
            remedy="leave regressors out, or fix a scale with --setting s1=… or s2=…",
        )
    ones = np.ones(worked.size)
    rows = Rows(
        offer=offer,
        accept=accept,
        lowest=(offer <= _NEAR * largest).astype(float),
        highest=(offer >= largest * (1.0 - _NEAR)).astype(float),
        largest=largest * ones,
        scale1=(fixed[0] or 1.0) * ones,
        scale2=(fixed[1] or 1.0) * ones,
        first=worked.parts[0].matrix,
        second=worked.parts[1].matrix,
    )
    kind = (*free, outcome == "both")
    log_rows, answers = functions(*kind)
    likelihood = Likelihood(
        game="ultimatum",
        names=tuple(names),
        outcomes=("reject", "accept"),
        data=rows,
        weights=weights,  # type: ignore[arg-type]
        log_rows=log_rows,
        log_probabilities=answers,
        start=_start(rows, fixed, outcome == "both"),  # type: ignore[arg-type]
        scales=_sizes(worked.parts, largest, sum(free)),  # type: ignore[arg-type]
        exact=UltimatumExact(rows, *kind),
        equations=tuple(
            (symbol, tuple(f"{symbol}:{name}" for name in part.names))
            for symbol, part in zip(PARTS, worked.parts, strict=True)
        ),
        counts=_counted(rows, weights, outcome == "both"),
    )
    settings: dict[str, Any] = {"link": "logit", "max_offer": largest, "outcome": outcome}
    settings |= {
        name: value for name, value in zip(("s1", "s2"), fixed, strict=True) if value is not None
    }
    return likelihood, worked, settings


def _formula(request: Request, outcome: str) -> Formula:
    formula = read_formula(request.formula, len(PARTS), PARTS)
    if outcome == "offer":
        return replace(formula, response=formula.response[:1])
    if len(formula.response) != 2:
        raise refuse(
            f"the outcome has {many(len(formula.response), 'column')}",
            OUTCOME,
            field="--formula",
            remedy="give 'offer + accept', or only the offer with --setting outcome=offer",
        )
    return formula


def _only_its_own(request: Request) -> None:
    for field, value, only in (
        ("--link", request.link, "logit"),
        ("--error", request.error, "private"),
    ):
        if value not in (None, only):
            raise refuse(f"this game has no '{value}'", SETTING, field=field, allowed=(only,))
    for field, value in (("--scale", request.scale), ("--penalty", request.penalty)):
        if value is not None:
            raise refuse(
                f"the ultimatum game has no {field}", SETTING, field=field, remedy="leave it out"
            )


def _positive(request: Request, name: str) -> float | None:
    """A setting that is a number above zero, None where it is not given."""
    given = request.settings.get(name)
    if given is None:
        return None
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = math.nan
    if not (math.isfinite(value) and value > 0.0):
        raise refuse(
            f"{name} is '{given}'",
            SETTING,
            field=f"--setting {name}",
            remedy="give a number above zero",
        )
    return value


def _response(response: pd.DataFrame, largest: float) -> tuple[Floats, Floats]:
    """Offers and answers. Errors: InputError for what the game does not have."""
    name = str(response.columns[0])
    offer = pd.to_numeric(response.iloc[:, 0], errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(~((offer >= 0.0) & (offer <= largest)))
    if wrong.size:
        raise refuse(
            f"'{name}' has the value {response.iloc[wrong[0], 0]} in row {wrong[0] + 1} of the "
            f"rows kept; an offer lies between 0 and max_offer={largest:g}",
            OUTCOME,
            field="--setting max_offer",
            remedy="correct the row, or give the largest offer that could be made",
        )
    if response.shape[1] == 1:
        return offer, np.zeros_like(offer)
    name = str(response.columns[1])
    accept = pd.to_numeric(response.iloc[:, 1], errors="coerce").to_numpy(dtype=float)
    strange = np.flatnonzero((accept != 0.0) & (accept != 1.0) | np.isnan(accept))
    if strange.size:
        raise refuse(
            f"'{name}' has the value {response.iloc[strange[0], 1]} in row {strange[0] + 1} of the "
            "rows kept",
            OUTCOME,
            allowed=("0", "1"),
            remedy="write 1 where the offer was accepted, 0 where it was rejected",
        )
    for value, word in ((0.0, "rejected"), (1.0, "accepted")):
        if not (accept == value).any():
            raise refuse(
                f"no offer of the rows kept was {word}",
                OUTCOME,
                field="--formula",
                remedy="player 2's reservation value cannot be estimated from answers that are all "
                "alike: use --setting outcome=offer",
            )
    return offer, accept


def _start(rows: Rows, fixed: list[float | None], answered: bool) -> Floats:
    """R1 by least squares of what the proposer kept, R2 constant where half the answers turn."""
    offer, largest = np.asarray(rows.offer), float(rows.largest[0])
    spread = max(float(offer.std()), 0.05 * largest)
    scale2 = fixed[1] or spread
    middle = float(offer.mean())
    if answered:
        middle -= scale2 * float(np.log(np.mean(rows.accept) / (1.0 - np.mean(rows.accept))))
    second = np.linalg.lstsq(np.asarray(rows.second), np.full(len(offer), middle), rcond=None)[0]
    kept = largest - offer - scale2 * (1.0 + np.exp((offer - middle) / scale2).clip(max=largest))
    first = np.linalg.lstsq(np.asarray(rows.first), kept, rcond=None)[0]
    scales = [np.log(spread) for value in fixed if value is None]
    return np.concatenate([first, second, scales])


def _sizes(parts: tuple[Part, ...], largest: float, free: int) -> Floats:
    """A large difference in each parameter: half the prize over the size of its regressor."""
    found = []
    for part in parts:
        size = np.sqrt(np.mean(part.matrix**2, axis=0))
        found.append(0.5 * largest / np.where(size > 0.0, size, 1.0))
    return np.concatenate([*found, np.ones(free)])


def _counted(rows: Rows, weights: Floats, answered: bool) -> tuple[tuple[str, float], ...]:
    low, high = float(weights @ rows.lowest), float(weights @ rows.highest)
    seen = [("offers of 0", low), ("of the largest", high)]
    seen.append(("between", float(weights.sum()) - low - high))
    if answered:
        seen.append(("accepted", float(weights @ rows.accept)))
    return tuple(seen)
