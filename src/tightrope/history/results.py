"""A fit: the estimates with all that is needed to judge, print, export and check them."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.history.codes import SETTING, refuse
from tightrope.history.likelihood import Likelihood
from tightrope.history.maximise import Optimum, Penalty
from tightrope.history.variance import standard_errors

if TYPE_CHECKING:
    import pandas as pd

    from tightrope.game.trees import Tree

Floats = NDArray[np.float64]

LEVELS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
"""Two-sided p-values below which a coefficient gets its stars."""
STARS = "Stars: " + ", ".join(f"{stars} p < {level:g}" for level, stars in LEVELS)
PERCENTILES = "[low, high]: 95% percentile interval of the replicates (Efron & Tibshirani 1993)"


@dataclass(frozen=True)
class Fit:
    """Maximum-likelihood estimates of a crisis game.

    likelihood   what was maximised, with its data
    theta        (k,) estimates
    covariance   (k, k)
    vcov         how the covariance was estimated
    loglik       log-likelihood at the estimates, without any penalty
    converged    whether `theta` is a maximum
    gradient_norm  largest absolute element of the gradient there
    optima       every optimum found, best first
    formula      as given
    terms        terms of each part, as coded
    settings     link, error and further settings of the game; columns of weights and clusters
    kept         (n,) positions of the rows used, in the table given
    dropped      rows left out for missing values
    notes        what a reader must know before using the figures
    data         citation of the data used
    design       the formula worked out on the table; None if made by hand
    bootstrap    (replicates, k) estimates, if there was one
    code         rows of a table as a likelihood to predict with, coded as those fitted, their
                 outcomes without meaning; None where other rows cannot be coded
    played       the fitted rows to predict with, where beliefs move with the parameters and those
                 in `likelihood` do not
    penalty      added to the log-likelihood when it was maximised; None if there was none
    tree         the game, if it is a tree, its outcomes named as in the data
    testable     whether z, p and stars may be read off the standard errors; false where these are
                 known to be wrong: another program's, given only to be compared, or those of a
                 second stage that takes its first as known
    """

    likelihood: Likelihood
    theta: Floats
    covariance: Floats
    vcov: str
    loglik: float
    converged: bool
    gradient_norm: float
    optima: tuple[Optimum, ...] = ()
    formula: str = ""
    terms: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    kept: NDArray[np.int64] | None = None
    dropped: int = 0
    notes: tuple[str, ...] = ()
    data: str = ""
    design: Any = None
    bootstrap: Floats | None = None
    code: Callable[[pd.DataFrame], Likelihood] | None = None
    played: Likelihood | None = None
    penalty: Penalty | None = None
    tree: Tree | None = None
    testable: bool = True

    @property
    def game(self) -> str:
        """Name of the game."""
        return self.likelihood.game

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return self.likelihood.names

    @property
    def size(self) -> int:
        """Number of rows used."""
        return self.likelihood.size

    @property
    def coefficients(self) -> dict[str, float]:
        """Estimate by name."""
        return dict(zip(self.names, map(float, self.theta), strict=True))

    @property
    def std_errors(self) -> dict[str, float]:
        """Standard error by name; NaN where it could not be computed, or there is no maximum."""
        return dict(zip(self.names, map(float, self._errors()), strict=True))

    def _errors(self) -> Floats:
        """Standard errors (k,): the curvature at a point that is no maximum is none."""
        errors = standard_errors(self.covariance)
        return errors if self.converged else np.full_like(errors, np.nan)

    @property
    def aic(self) -> float:
        """Akaike's criterion: −2 log-likelihood + 2 parameters."""
        return -2.0 * self.loglik + 2.0 * len(self.names)

    @property
    def bic(self) -> float:
        """Schwarz's criterion: −2 log-likelihood + log(n) parameters.

        n is the sum of the weights, the number of rows where there are none: a weight counts like
        rows. Weights of another meaning must be scaled to add up to the number of rows first.
        """
        n = float(np.sum(np.asarray(self.likelihood.weights)))
        return -2.0 * self.loglik + math.log(max(n, 1.0)) * len(self.names)

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """A tidy table: one row a parameter, with equation, term, estimate and its uncertainty.

        `low` and `high` are estimate ± normal quantile · standard error, for the level. After a
        bootstrap `percentile_low` and `percentile_high` are the quantiles of its replicates, which
        need not lie evenly about the estimate (Efron & Tibshirani 1993, An Introduction to the
        Bootstrap, ch. 13, who advise 1,000 replicates or more).

        Where the fit did not converge, all but the name and the last point of the climb is
        missing: it would have no meaning. So are z, p and intervals where the standard errors are
        known to be wrong (`testable`).

        Errors  InputError (TW192) for a level that is not between 0 and 1
        """
        import pandas as pd
        from scipy.stats import norm

        if not 0.0 < level < 1.0:
            raise refuse(f"level {level} is not between 0 and 1", SETTING, field="level")
        errors = self._errors()
        sound = errors if self.testable else np.full_like(errors, np.nan)
        z = self.theta / sound
        reach = norm.ppf(0.5 + level / 2.0) * sound
        split = [name.partition(":") for name in self.names]
        table = pd.DataFrame(
            {
                "name": self.names,
                "equation": [first for first, _, _ in split],
                "term": [term or "(Intercept)" for _, _, term in split],
                "estimate": self.theta,
                "std_error": errors,
                "z": z,
                "p": 2.0 * norm.sf(np.abs(z)),
                "low": self.theta - reach,
                "high": self.theta + reach,
            }
        )
        if self._resampled:
            ends = [0.5 - level / 2.0, 0.5 + level / 2.0]
            found = np.quantile(np.asarray(self.bootstrap), ends, axis=0)
            table["percentile_low"], table["percentile_high"] = found
        return table

    @property
    def _resampled(self) -> bool:
        """Whether there are replicates from which intervals may be read."""
        enough = self.bootstrap is not None and len(self.bootstrap) > 1
        return enough and self.converged and self.testable

    def compare(self, reference: Mapping[str, Any]) -> pd.DataFrame:
        """Estimates beside published ones, differences in published standard errors.

        Errors     InputError (TW192) for a reference without coefficients
        reference  with `coefficients`, `std_errors` and `loglik`, as in the files of R results
        Returns    a row a parameter; its attrs hold `loglik_difference`; names that only one side
                   has show as missing
        """
        import pandas as pd

        if not isinstance(reference, Mapping) or "coefficients" not in reference:
            raise refuse(
                "the reference has no 'coefficients'",
                SETTING,
                remedy="give {'coefficients': {name: estimate}, 'std_errors': …, 'loglik': …}, "
                "such as published(NAME)",
            )
        published = dict(reference["coefficients"])
        errors = dict(reference.get("std_errors", {}))
        ours, mine = self.coefficients, self.std_errors
        names = [*published, *(name for name in ours if name not in published)]
        nothing = float("nan")
        table = pd.DataFrame(
            {
                "published": [published.get(name, nothing) for name in names],
                "obtained": [ours.get(name, nothing) for name in names],
                "published_se": [errors.get(name, nothing) for name in names],
                "obtained_se": [mine.get(name, nothing) for name in names],
            },
            index=pd.Index(names, name="name"),
        )
        table["difference_in_se"] = (table.obtained - table.published) / table.published_se
        table["se_ratio"] = table.obtained_se / table.published_se
        if "loglik" in reference:
            table.attrs["loglik_difference"] = self.loglik - float(reference["loglik"])
        return table

    def __str__(self) -> str:
        """The fit as a regression table."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.game}: {self.size} observations{self._set()}"
        if self.formula:
            yield f"Formula: {self.formula}"
        seen = ", ".join(f"{name} {count:g}" for name, count in self.likelihood.counts)
        if seen:
            yield f"Outcomes: {seen}"
        if self.dropped:
            yield f"Left out for a missing value: {self.dropped} of {self.size + self.dropped} rows"
        if not self.converged:
            yield (
                "NOT CONVERGED: these are no estimates (largest gradient "
                f"{self.gradient_norm:.2g}). See the notes below."
            )
        yield ""
        width = max([len(name) for name in self.names] + [9])
        ends = f" {'low':>8} {'high':>8}" if self._resampled else ""
        yield f"{'':<{width}}  {'estimate':>10} {'std error':>10} {'z':>8} {'p':>8}{ends}"
        for row in self.frame().itertuples():
            yield f"{row.name:<{width}}  {_row(row, self.converged)}".rstrip()
        yield ""
        yield (
            f"Log-likelihood {self.loglik:.4f}, AIC {self.aic:.2f}, BIC {self.bic:.2f}; "
            f"standard errors: {self.vcov}"
        )
        if self.converged and self.testable:
            yield STARS
        if self._resampled:
            yield PERCENTILES
        yield from self.notes
        if self.data:
            yield f"Data: {self.data}"

    def _set(self) -> str:
        """The settings, to go on a line after what stands there; empty if there are none."""
        settings = ", ".join(f"{key} {value}" for key, value in self.settings.items())
        return f"; {settings}" if settings else ""

    def _below(self) -> list[str]:
        """What stands below an exported table: how it was made, and what to know before use."""
        said = [f"Standard errors: {self.vcov}{self._set()}."]
        if self.dropped:
            said.append(f"{self.dropped} rows left out for a missing value.")
        if self.converged and self.testable:
            said.append(f"{STARS}.")
        if self._resampled:
            said.append(f"{PERCENTILES}.")
        return [*said, *self.notes, *([f"Data: {self.data}."] if self.data else [])]

    def latex(self, caption: str = "", label: str = "") -> str:
        """The table in LaTeX (booktabs), standard errors in brackets below the estimates."""
        lines = [r"\begin{table}", r"\centering", r"\begin{tabular}{lr}", r"\toprule"]
        for row in self.frame().itertuples():
            stars = _stars(row.p) if self.converged else ""
            lines.append(f"{_tex(str(row.name))} & ${_number(row.estimate)}{_raised(stars)}$ \\\\")
            lines.append(f" & {_bracketed(row.std_error)} \\\\")
            if self._resampled:
                ends = f"{row.percentile_low:.3f}, {row.percentile_high:.3f}"
                lines.append(f" & $[{ends}]$ \\\\")
        lines += [
            r"\midrule",
            f"Log-likelihood & ${self.loglik:.3f}$ \\\\",
            f"Observations & ${self.size}$ \\\\",
            r"\bottomrule",
            r"\end{tabular}",
        ]
        if not self.converged:
            lines.append(r"\par\textbf{The fit did not converge: these are no estimates.}")
        lines += [rf"\par\footnotesize {_tex(said)}" for said in self._below()]
        lines += [rf"\caption{{{_tex(caption)}}}"] if caption else []
        lines += [rf"\label{{{label}}}"] if label else []
        return "\n".join([*lines, r"\end{table}"]) + "\n"

    def html(self) -> str:
        """The table in HTML, to stand in a page."""
        heads = ["", "Estimate", "Std. error", "z", "p"]
        heads += ["Low", "High"] if self._resampled else []
        head = "".join(f'<th scope="col">{h}</th>' for h in heads)
        body = []
        for row in self.frame().itertuples():
            stars = _stars(row.p) if self.converged else ""
            numbers = (
                f"{_number(row.estimate)}{stars}",
                *map(_number, (row.std_error, row.z, row.p, *_percentiles(row))),
            )
            cells = "".join(f"<td>{cell}</td>" for cell in numbers)
            body.append(f'<tr><th scope="row">{html.escape(str(row.name))}</th>{cells}</tr>')
        foot = f"Log-likelihood {self.loglik:.3f}; {self.size} observations. "
        foot += "" if self.converged else "The fit did not converge: no estimates. "
        foot += " ".join(self._below())
        return (
            f"<table><caption>{html.escape(self.game)}: {html.escape(self.formula)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody>"
            f'<tfoot><tr><td colspan="{len(heads)}">{html.escape(foot)}</td></tr></tfoot></table>'
        )


def needs_maximum_likelihood(fit: Fit, what: str) -> None:
    """Refuse what a pseudo-likelihood, nested or not, cannot give. InputError (TW192)."""
    method = fit.settings.get("method")
    why = {
        "npl": "the nested pseudo-likelihood holds the beliefs fixed that move with the parameters",
        "pl": "the pseudo-likelihood takes the beliefs of its first stage as known",
    }
    if method in why:
        raise refuse(
            f"{what} needs a likelihood, and {why[method]}",
            SETTING,
            field="method",
            allowed=("ml",),
            remedy="fit with method=ml",
        )


def _stars(p: Any) -> str:
    return next((stars for level, stars in LEVELS if p < level), "")


def _number(value: Any) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "–"


def _percentiles(row: Any) -> tuple[float, ...]:
    """The ends of a row's percentile interval; none where there was no bootstrap."""
    return (row.percentile_low, row.percentile_high) if hasattr(row, "percentile_low") else ()


def _row(row: Any, converged: bool) -> str:
    cells = [f"{_number(row.estimate):>10}", f"{_number(row.std_error):>10}"]
    cells += [f"{_number(value):>8}" for value in (row.z, row.p, *_percentiles(row))]
    return " ".join(cells) + (f" {_stars(row.p)}" if converged else "")


def _bracketed(value: Any) -> str:
    """A number in brackets in LaTeX; a dash, which mathematics does not know, if there is none."""
    return f"$({value:.3f})$" if math.isfinite(value) else "(--)"


def _raised(stars: str) -> str:
    return f"^{{{stars}}}" if stars else ""


def _tex(text: str) -> str:
    for letter in "&%$#_{}":
        text = text.replace(letter, "\\" + letter)
    for letter in "<>|":  # other signs in LaTeX's usual fonts
        text = text.replace(letter, f"${letter}$")
    return text.replace("~", r"$\sim$").replace("^", r"\textasciicircum{}")
