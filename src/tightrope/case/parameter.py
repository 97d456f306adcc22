"""One uncertain number of a case: its centre, range, unit, source and meaning."""

from __future__ import annotations

import re
from typing import Annotated, Literal, LiteralString, Self, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Distribution = Literal["uniform", "loguniform", "triangular", "fixed"]
Kind = Literal["measured", "estimated", "judgement"]
DISTRIBUTIONS: tuple[str, ...] = get_args(Distribution)
KINDS: tuple[str, ...] = get_args(Kind)
BOUNDED_UNITS = ("probability", "share")
"""A unit that begins with one of these words must stay in [0, 1]."""

JUDGEMENT = "judgement: "
"""How the source of a judgement begins; the reason follows."""

Number = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]
_CITATION = re.compile(r"^(?P<key>[A-Za-z][A-Za-z0-9_-]*), (?P<locator>\S.*)$")


class Citation(BaseModel):
    """A bibliography key with the place in that work: page, table, article or column."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Text
    locator: str


def read_citations(source: str) -> tuple[Citation, ...]:
    """Split `key, locator; key, locator` into citations; a judgement has none.

    Errors: ValueError if a part is not `key, locator`.
    """
    if source.startswith(JUDGEMENT):
        return ()
    found = []
    for part in source.split(";"):
        match = _CITATION.match(part.strip())
        if match is None:
            raise ValueError(f"'{part.strip()}' is not of the form 'key, locator'")
        found.append(Citation(key=match["key"], locator=match["locator"]))
    return tuple(found)


class Parameter(BaseModel):
    """A number the model reads, with its range and where it comes from.

    id            name the model reads; a value per actor is `family.ACTOR`, as in `stake.US`
    actor         the guarantor it belongs to, or None
    value         centre, in `unit`
    low, high     ends of the plausible range, low <= value <= high
    distribution  shape of the draws over [low, high]; `triangular` peaks at `value`
    source        `key, locator` (several parted by `;`) or `judgement: reason`
    kind          measured (read off a data set), estimated (worked out from sources), judgement
    meaning       what the number is, in one line
    note          how the number follows from its source, where that needs saying
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$")]
    actor: str | None = None
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
        for check in (_check_range, _check_unit, _check_source):
            check(self)
        return self

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Works this number rests on, with the place in each; empty for a judgement."""
        return read_citations(self.source)


def _fault(code: str, field: str, message: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError(
        cast(LiteralString, code),
        cast(LiteralString, message.replace("{", "{{").replace("}", "}}")),
        {"field": field, "remedy": remedy},
    )


def _check_range(parameter: Parameter) -> None:
    low, value, high = parameter.low, parameter.value, parameter.high
    if low > high:
        raise _fault("TW155", "low", f"low {low:g} is above high {high:g}", "swap the two")
    if not low <= value <= high:
        raise _fault(
            "TW155",
            "value",
            f"the centre {value:g} lies outside its range {low:g} to {high:g}",
            "move the centre or widen the range",
        )
    if parameter.distribution == "fixed" and low != high:
        raise _fault(
            "TW155",
            "distribution",
            f"a fixed parameter has no range, but low is {low:g} and high {high:g}",
            "give both the value of the centre, or choose another distribution",
        )
    if parameter.distribution != "fixed" and low == high:
        raise _fault(
            "TW155",
            "distribution",
            f"low and high are both {low:g}, but the distribution is not 'fixed'",
            "write 'fixed', or widen the range",
        )
    if parameter.distribution == "loguniform" and low <= 0:
        raise _fault(
            "TW155",
            "low",
            f"a loguniform range must lie above 0, but low is {low:g}",
            "raise low, or choose another distribution",
        )


def _check_unit(parameter: Parameter) -> None:
    bounded = parameter.unit.startswith(BOUNDED_UNITS)
    if bounded and not 0 <= parameter.low <= parameter.high <= 1:
        raise _fault(
            "TW155",
            "high" if parameter.high > 1 else "low",
            f"a value in '{parameter.unit}' cannot leave the range 0 to 1",
            "mend the range, or the unit",
        )
    if parameter.low < 0 and not parameter.unit.startswith("signed"):
        raise _fault(
            "TW155",
            "low",
            f"low {parameter.low:g} is negative, but the unit is not 'signed ...'",
            "mend the range, or begin the unit with 'signed'",
        )


def _check_source(parameter: Parameter) -> None:
    judged = parameter.source.startswith(JUDGEMENT)
    if judged and parameter.kind != "judgement":
        raise _fault(
            "TW156",
            "kind",
            f"the source is a judgement, but the kind is '{parameter.kind}'",
            "write 'judgement', or name the work it comes from",
        )
    if not judged and parameter.kind == "judgement":
        raise _fault(
            "TW156",
            "source",
            "the kind is 'judgement', but the source gives no reason",
            "write 'judgement: reason', or change the kind",
        )
    if judged and not parameter.source.removeprefix(JUDGEMENT).strip():
        raise _fault("TW156", "source", "the judgement gives no reason", "say why")
    try:
        read_citations(parameter.source)
    except ValueError as error:
        raise _fault(
            "TW156", "source", str(error), "write 'key, page or table', or 'judgement: reason'"
        ) from None
