"""A case of the library, or of a folder, as a problem to explore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tightrope import __version__
from tightrope.case import Case, Parameter, instrument_of
from tightrope.explore.problem import Floats, Input, Outcome, Solved, digest
from tightrope.guarantee import EQUAL, SCALARS, solve_options
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee.backstop import BACKSTOP
from tightrope.guarantee.record import in_force, log_likelihoods
from tightrope.guarantee.slopes import slopes
from tightrope.treaty import InputError, Where

#: Outcomes that are better when low; all others are better when high.
WORSE = frozenset(
    {
        "attack_limited", "attack_full", "probes_per_year", "days_to_help", "direct_clash",
        "nuclear_risk", "clash_in_force", "nuclear_in_force", "lives_lost", "war_months",
        "cost_standing", "cost_expected",
        "reading_gap", "noise_share", "multiplicity_flag", "frozen", "backstop_total",
        "backstop_mechanical",
    }
)  # fmt: skip
#: Step in a share by which the slope of a parameter's quantile function is taken.
STEP = 1e-6


def _meaning(parameter: Parameter) -> str:
    """What a parameter is, and whose."""
    whose = f"{parameter.actor}: " if parameter.actor else ""
    return whose + parameter.meaning


@dataclass(frozen=True)
class CaseProblem:
    """Some options of a case; inputs are the case's parameters that have a range.

    Errors  InputError if every parameter is fixed
    """

    case: Case
    options: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self._free:
            raise InputError(
                "every parameter of the case is fixed: there is nothing to explore",
                "TW204",
                Where(field="parameters"),
                remedy="give at least one parameter a range",
            )

    @property
    def id(self) -> str:
        """Id of the case."""
        return self.case.id

    @property
    def title(self) -> str:
        """Title of the case."""
        return self.case.title

    @property
    def titles(self) -> dict[str, str]:
        """Option id → title."""
        return {name: self.case.option(name).title for name in self.options}

    @cached_property
    def _free(self) -> list[Parameter]:
        return worlds_of.free_parameters(self.case)

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """Every parameter with a range; those of a family move together, but for the lead's."""
        return tuple(
            Input(p.id, p.low, p.high, p.value, p.unit, _meaning(p), self._group(p))
            for p in self._free
        )

    def _group(self, parameter: Parameter) -> str:
        if parameter.actor is None or parameter.actor == self.case.lead:
            return parameter.id
        family = parameter.id.rsplit(".", 1)[0]
        return f"{family}.*"

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Every outcome with one number per world."""
        equal = {f"equal_{name}": told for name, told in EQUAL.items()}
        return {
            name: Outcome(unit, meaning, "low" if name in WORSE else "high")
            for name, (unit, meaning) in (SCALARS | BACKSTOP | equal).items()
        }

    @property
    def default(self) -> str:
        """Settled and held: what a guarantee is for."""
        return "durable"

    @cached_property
    def _common(self) -> str:
        """Digest of the facts that all options share."""
        facts = self.case.model_dump(mode="json", exclude={"options", "title", "about"})
        return digest(__version__, facts)

    def key(self, option: str | None) -> str:
        """Digest of the case, the version and the option's text and terms."""
        if option is None:
            told = {in_force(self.case, fact).id for fact in self.case.record}
            return digest(self._common, "record", [self.key(name) for name in sorted(told)])
        chosen = self.case.option(option)
        text = instrument_of(self.case, chosen).model_dump(mode="json")
        return digest(self._common, text, chosen.settlement.model_dump(mode="json"))

    def rows(self, draws: int, seed: int, design: str, start: int, stop: int) -> Floats:
        """Shares by the case's design, with its rank correlations."""
        laid = worlds_of.as_design(design)
        shares = worlds_of.design_rows(len(self._free), draws, seed, laid, start, stop)
        return worlds_of.correlated(self.case, shares)

    def values(self, shares: Floats) -> Floats:
        """Parameters in their own units, (D, inputs)."""
        return np.stack(
            [worlds_of.quantile(p, shares[:, k]) for k, p in enumerate(self._free)], axis=1
        )

    def centre(self) -> Floats:
        """Share of each parameter's distribution that lies below its central value."""
        return np.array([_share_below(p) for p in self._free])

    def solve(self, shares: Floats, options: Sequence[str], *, record: bool) -> Solved:
        """All outcomes by the model, all options in the same worlds.

        Worlds are filled up to a power of two, so that few compiled programs serve every chunk.
        """
        asked = shares.shape[0]
        draws = 1 << (asked - 1).bit_length()
        worlds = worlds_of.worlds_at(self.case, np.resize(shares, (draws, shares.shape[1])))
        chosen = [self.case.option(name) for name in options]
        results = (
            solve_options(self.case, chosen, draws, 0, chunk=draws, worlds=worlds) if chosen else []
        )
        likelihood = np.zeros(draws)
        if record and self.case.record:
            likelihood = log_likelihoods(self.case, draws, 0, draws, worlds).sum(axis=1)
        return Solved(
            {
                r.option.id: {
                    **{k: v[:asked] for k, v in r.scalars.items()},
                    **{f"equal_{k}": v[:asked] for k, v in r.equal.items()},
                }
                for r in results
            },
            {r.option.id: r.failed[:asked] for r in results},
            likelihood[:asked],
        )

    def slopes(self, shares: Floats, option: str, outcome: str) -> tuple[Floats, Floats]:
        """Derivatives through the model and the quantile functions, by share."""
        worlds = worlds_of.worlds_at(self.case, shares)
        value, by_parameter = slopes(self.case, self.case.option(option), worlds, outcome)
        columns = [
            worlds_of.of_parameter(self.case, by_parameter, p) * _quantile_slope(p, shares[:, k])
            for k, p in enumerate(self._free)
        ]
        return value, np.stack(columns, axis=1)


def _quantile_slope(parameter: Parameter, share: Floats) -> Floats:
    """Derivative of a parameter's quantile function, by central differences inside (0, 1)."""
    low, high = np.clip(share - STEP, 0.0, 1.0), np.clip(share + STEP, 0.0, 1.0)
    rise = worlds_of.quantile(parameter, high) - worlds_of.quantile(parameter, low)
    return np.asarray(rise / (high - low))


def _share_below(parameter: Parameter) -> float:
    """Share of the distribution below the central value."""
    low, high, centre = parameter.low, parameter.high, parameter.value
    if parameter.distribution == "loguniform":
        return float(np.log(centre / low) / np.log(high / low))
    return (centre - low) / (high - low)
