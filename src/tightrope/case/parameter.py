"""One uncertain number of a case: its centre, range, unit, source and meaning."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from tightrope.treaty.errors import InputError, Where
from tightrope.treaty.values import ActorId, Model, SourceKey, Text

Distribution = Literal["uniform", "loguniform", "triangular", "fixed"]
Kind = Literal["measured", "estimated", "judgement"]
KINDS: tuple[str, ...] = get_args(Kind)

BOUNDED_UNITS = ("probability", "share")
"""A unit that begins with one of these words must stay in [0, 1]."""

JUDGEMENT = "judgement: "
"""How the source of a judgement begins; the reason follows."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
ParameterId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$", max_length=120)
]

_CITATION = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9_:-]*), (?P<locator>\S.*)")


class Citation(Model):
    """A bibliography key with the place in that work: page, table, article or column."""

    key: SourceKey
    locator: str


def read_citations(source: str) -> tuple[Citation, ...]:
    """Split `key, locator; key, locator` into citations; a judgement has none.

    Errors: InputError if the source is neither of that form nor `judgement: reason`.
    """
    if source.startswith(JUDGEMENT) and source.removeprefix(JUDGEMENT).strip():
        return ()
    found = []
    for part in source.split(";"):
        match = _CITATION.fullmatch(part.strip())
        if match is None:
            raise InputError(
                f"'{part.strip()[:60]}' is neither 'key, locator' nor 'judgement: reason'",
                "TW156",
                Where(field="source"),
                remedy="name the work and the page, table, article or column; or give a reason",
            )
        found.append(Citation(key=match["key"], locator=match["locator"]))
    return tuple(found)


class Parameter(Model):
    """A number the model reads, with its range and where it comes from.

    id            name the model reads; a value per actor is `family.ACTOR`, as in `stake.US`
    actor         the guarantor it belongs to, or None
    value         centre, in `unit`
    low, high     ends of the plausible range, low <= value <= high
    distribution  shape of the draws over [low, high]; `triangular` peaks at `value`
    unit          unit in words; `probability` and `share ...` stay in [0, 1], `signed ...` may be
                  negative
    source        `key, locator` (several parted by `;`) or `judgement: reason`
    kind          measured (read off a data set), estimated (worked out from sources), judgement
    meaning       what the number is, in one line
    note          how the number follows from its source, where that needs saying

    Construction raises `InputError` where these do not fit together.
    """

    id: ParameterId
    actor: ActorId | None = None
    value: Number
    low: Number
    high: Number
    distribution: Distribution
    unit: Text
    source: Text
    kind: Kind
    meaning: Text
    note: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_range(self)
        _check_unit(self)
        _check_source(self)
        return self

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Works this number rests on, with the place in each; empty for a judgement."""
        return read_citations(self.source)


def _check_range(parameter: Parameter) -> None:
    low, value, high = parameter.low, parameter.value, parameter.high
    if low > high:
        raise _bad_range("low", f"low {low:g} is above high {high:g}", "swap the two")
    if not low <= value <= high:
        raise _bad_range(
            "value",
            f"the centre {value:g} lies outside its range {low:g} to {high:g}",
            "move the centre or widen the range",
        )
    fixed = parameter.distribution == "fixed"
    if fixed and low != high:
        raise _bad_range(
            "distribution",
            f"a fixed parameter has no range, but low is {low:g} and high {high:g}",
            "give both the value of the centre, or choose another distribution",
        )
    if not fixed and low == high:
        raise _bad_range(
            "distribution",
            f"low and high are both {low:g}, but the distribution is not 'fixed'",
            "write 'fixed', or widen the range",
        )
    if parameter.distribution == "loguniform" and low <= 0:
        raise _bad_range(
            "low",
            f"a loguniform range must lie above 0, but low is {low:g}",
            "raise low, or choose another distribution",
        )


def _check_unit(parameter: Parameter) -> None:
    bounded = parameter.unit.startswith(BOUNDED_UNITS)
    if bounded and not 0 <= parameter.low <= parameter.high <= 1:
        raise _bad_range(
            "high" if parameter.high > 1 else "low",
            f"a value in '{parameter.unit}' cannot leave the range 0 to 1",
            "mend the range, or the unit",
        )
    if parameter.low < 0 and not parameter.unit.startswith("signed"):
        raise _bad_range(
            "low",
            f"low {parameter.low:g} is negative, but the unit is not 'signed ...'",
            "mend the range, or begin the unit with 'signed'",
        )


def _bad_range(field: str, what: str, remedy: str) -> InputError:
    return InputError(what, "TW155", Where(field=field), remedy=remedy)


def _check_source(parameter: Parameter) -> None:
    judged = not read_citations(parameter.source)
    if judged == (parameter.kind == "judgement"):
        return
    if judged:
        raise InputError(
            f"the source is a judgement, but the kind is '{parameter.kind}'",
            "TW156",
            Where(field="kind"),
            remedy="write 'judgement', or name the work the number comes from",
        )
    raise InputError(
        "the kind is 'judgement', but the source names a work and gives no reason",
        "TW156",
        Where(field="source"),
        remedy="write 'judgement: reason', or change the kind",
    )
