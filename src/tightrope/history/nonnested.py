"""Which of two models that do not contain each other is nearer to what happened.

With d_i = ℓ_1i − ℓ_2i the difference in log-likelihood of row i, n rows, k_1 and k_2 parameters:

    Vuong (1989)   z = (Σ d_i − c) / (√n sd(d)), normal if both are equally near
    Clarke (2007)  B = #{d_i > c/n}, binomial(n, ½) if both are equally near in the median

Both presume that the models differ at all: where sd(d) is nearly nothing, z is a ratio of rounding
and chance. Vuong's first step tests that. Under equal models n·var(d) is distributed as
Σ λ_j² χ²_1, λ the eigenvalues of

    W = [ −B_11 A_1⁻¹   −B_12 A_2⁻¹ ]        A mean Hessian of a model, B mean product of the rows'
        [  B_21 A_1⁻¹    B_22 A_2⁻¹ ]        gradients of one model and the other

c corrects for the number of parameters: 0, k_1 − k_2 (Akaike) or (k_1 − k_2)/2 · log n (Schwarz,
the R package's choice and the default). sd has divisor n, as in R's games.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, norm

from tightrope.history.codes import CONVERGENCE, ROWS, SETTING, refuse
from tightrope.history.results import Fit, needs_maximum_likelihood

Correction = Literal["none", "aic", "bic"]
CORRECTIONS: tuple[Correction, ...] = ("none", "aic", "bic")


@dataclass(frozen=True)
class Comparison:
    """The result of a test between two fits.

    test        `Vuong` or `Clarke`
    statistic   z, or the number of rows that favour the first; None where the models do not
                differ in any row
    p           two-sided
    favours     1 or 2 by the sign, whatever p; None for neither
    rows        compared
    correction  for the number of parameters
    p_same      p-value of Vuong's first step: above 0.05, the models cannot be told apart on these
                rows, and the statistic means little
    """

    test: str
    statistic: float | None
    p: float
    favours: int | None
    rows: int
    correction: Correction
    p_same: float

    def __str__(self) -> str:
        """The result as a sentence."""
        how = f"{self.test} test, {self.rows} rows, correction {self.correction}"
        if self.statistic is None:
            return f"{how}: the models say the same in every row"
        value = f"z = {self.statistic:.3f}" if self.test == "Vuong" else f"B = {self.statistic:g}"
        side = "neither model" if self.favours is None else f"model {self.favours}"
        verdict = "favours" if self.p < 0.05 else "does not tell the models apart; leans to"
        if self.p_same > 0.05:
            verdict = f"but the models hardly differ (p = {self.p_same:.3f}); leans to"
        p = "p < 0.001" if self.p < 0.001 else f"p = {self.p:.3f}"
        return f"{how}: {value}, {p}; {verdict} {side}"


def vuong_test(one: Fit, two: Fit, correction: Correction = "bic") -> Comparison:
    """Whether one model is nearer to what happened, by the mean of the rows' differences.

    For models neither of which contains the other; nested ones call for a likelihood-ratio test.
    Raises  InputError: TW185 where the fits are of different rows or outcomes, TW191 where one
            did not converge, TW192 for another correction or a nested pseudo-likelihood
    Source  Vuong 1989, Econometrica 57:307-333
    """
    differences, penalty = _differences(one, two, correction)
    size = len(differences)
    spread = float(np.std(differences))
    if spread < 1e-12:
        return Comparison("Vuong", None, 1.0, None, size, correction, 1.0)
    z = float((differences.sum() - penalty) / (math.sqrt(size) * spread))
    favours = None if z == 0.0 else 1 if z > 0.0 else 2
    p = float(2.0 * norm.sf(abs(z)))
    return Comparison("Vuong", z, p, favours, size, correction, same_test(one, two))


def clarke_test(one: Fit, two: Fit, correction: Correction = "bic") -> Comparison:
    """Whether one model is nearer in more rows than not: a sign test, free of their distribution.

    Rows in which the models tie (after the correction) count half. Arguments and errors as for
    `vuong_test`. Source: Clarke 2007, Political Analysis 15:347-363.
    """
    differences, penalty = _differences(one, two, correction)
    size = len(differences)
    if not differences.any():
        return Comparison("Clarke", None, 1.0, None, size, correction, 1.0)
    gap = differences - penalty / size
    count = float((gap > 0.0).sum() + 0.5 * (gap == 0.0).sum())
    tail = binom.cdf(math.floor(min(count, size - count)), size, 0.5)
    favours = None if count == size / 2 else 1 if count > size / 2 else 2
    p = float(min(1.0, 2.0 * tail))
    return Comparison("Clarke", count, p, favours, size, correction, same_test(one, two))


def same_test(one: Fit, two: Fit, draws: int = 100_000, seed: int = 0) -> float:
    """p-value of the hypothesis that two models say the same in every row (Vuong's first step).

    The distribution of the weighted sum of squares is simulated. Errors as for `vuong_test`.
    """
    differences, _ = _differences(one, two, "none")
    size = len(differences)
    counted = np.asarray(one.likelihood.weights) > 0.0
    weights = np.asarray(one.likelihood.weights)[counted][:, None]
    scores, inverse = [], []
    for fit in (one, two):
        scores.append(fit.likelihood.scores(fit.theta)[counted] * weights)
        hessian = np.asarray(fit.likelihood.derivatives(fit.theta).hessian)
        inverse.append(np.linalg.inv(hessian / size))
    both = np.block(
        [
            [-scores[0].T @ scores[0] @ inverse[0], -scores[0].T @ scores[1] @ inverse[1]],
            [scores[1].T @ scores[0] @ inverse[0], scores[1].T @ scores[1] @ inverse[1]],
        ]
    )
    roots = np.linalg.eigvals(both / size).real
    squares = np.random.default_rng(seed).chisquare(1, (draws, len(roots)))
    return float((squares @ roots**2 >= size * np.var(differences)).mean())


def _differences(one: Fit, two: Fit, correction: Correction) -> tuple[NDArray[np.float64], float]:
    """Each row's difference in log-likelihood, weighted, and the correction of their sum."""
    if correction not in CORRECTIONS:
        raise refuse(
            f"'{correction}' is not a correction",
            SETTING,
            allowed=CORRECTIONS,
            word=str(correction),
        )
    for place, fit in (("first", one), ("second", two)):
        needs_maximum_likelihood(fit, "a test between models")
        if fit.penalty is not None:
            raise refuse(
                f"the {place} fit is penalised, so it is not at the maximum of its likelihood, "
                "which the test between models presumes",
                SETTING,
                field="--penalty",
                remedy="fit without --penalty",
            )
        if not fit.converged:
            raise refuse(
                f"the {place} fit did not converge, so it cannot be compared",
                CONVERGENCE,
                remedy="mend it first; see its notes",
            )
    kept = [fit.kept if fit.kept is not None else np.arange(fit.size) for fit in (one, two)]
    same = np.array_equal(kept[0], kept[1]) and np.array_equal(
        one.likelihood.weights, two.likelihood.weights
    )
    if not same:
        raise refuse(
            f"the fits are of different rows ({one.size} and {two.size}) or weights",
            ROWS,
            remedy="drop rows with a missing value in any variable of either formula, fit again",
        )
    if sorted(n for _, n in one.likelihood.counts) != sorted(n for _, n in two.likelihood.counts):
        raise refuse(
            "the fits explain different outcomes",
            ROWS,
            remedy="compare games whose outcomes are the same events",
        )
    rows = [np.asarray(f.likelihood.rows(jnp.asarray(f.theta))) for f in (one, two)]
    weights = np.asarray(one.likelihood.weights)
    counted = weights > 0.0
    differences = weights[counted] * (rows[0] - rows[1])[counted]
    more = len(one.names) - len(two.names)
    size = int(counted.sum())
    return differences, {"none": 0.0, "aic": more, "bic": more / 2.0 * math.log(size)}[correction]
