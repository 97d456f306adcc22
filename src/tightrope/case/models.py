"""Who is involved: the actors, options, record and parameters of one case."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tightrope.case.parameter import Number, Parameter, Text
from tightrope.treaty.errors import InputError

RatificationRule = Literal["executive", "majority", "two-thirds"]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ratification(_Frozen):
    """How an actor makes a treaty binding at home.

    chamber  the body that votes, or the office that signs
    rule     executive (no vote), majority, or two-thirds
    source   `key, locator` or `judgement: reason`
    """

    chamber: Text
    rule: RatificationRule
    source: Text


class Election(_Frozen):
    """A vote that may change an actor's will.

    office  what is elected
    date    the day, or "expected" where no day is set
    by      latest day the vote can be held; needed where the date is "expected"
    source  `key, locator` or `judgement: reason`
    """

    office: Text
    date: date | Literal["expected"]
    by: date | None = None
    source: Text

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.date == "expected" and self.by is None:
            raise ValueError("an expected election needs 'by', the latest day it can be held")
        return self

    @property
    def latest(self) -> date:
        """The set day, or the last possible day of an expected election."""
        if isinstance(self.date, date):
            return self.date
        assert self.by is not None
        return self.by


class Actor(_Frozen):
    """A state of the case.

    id            ISO code, as in US
    cow           state number of the Correlates of War project, or None
    ratification  how a treaty becomes binding, or None where no rule is needed
    elections     votes within the horizon, in any order
    sources       bibliography keys on this actor's position
    """

    id: Id
    name: Text
    cow: int | None = None
    ratification: Ratification | None = None
    elections: tuple[Election, ...] = ()
    sources: tuple[Text, ...] = ()


class Backer(_Frozen):
    """A state that helps the challenger from outside: what it gives, with its source."""

    id: Id
    name: Text
    gives: Text
    source: Text


class Settlement(_Frozen):
    """The terms that go with an instrument.

    line            which line the parties hold: today, pre-2022 or pre-2014
    recognition     of the challenger's hold on territory: none, de-facto or formal
    deferral_years  years for which the status of territory is put off
    relief          share of the sanctions now in force that is lifted
    accountability  of those charged with crimes: pursued, deferred or waived
    reparations     share of the damage claimed that the challenger pays
    """

    line: Literal["today", "pre-2022", "pre-2014"]
    recognition: Literal["none", "de-facto", "formal"]
    deferral_years: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    relief: Share
    accountability: Literal["pursued", "deferred", "waived"]
    reparations: Share


class Option(_Frozen):
    """A course of action: an instrument (library id or path) with a settlement."""

    id: Id
    title: Text
    instrument: Text
    settlement: Settlement
    why: Text | None = None


class Record(_Frozen):
    """A dated fact that the model must have been able to produce.

    option     instrument in force at the time (an option id of the case), or None
    level      attack level: probe, limited or full
    attacked   whether the challenger attacked at that level
    responses  what each named guarantor did: abstain, support or fight
    blocked    whether the agreed procedure was blocked; None if it was not tried
    """

    id: Id
    date: date
    says: Text
    option: Id | None = None
    level: Literal["probe", "limited", "full"]
    attacked: bool
    responses: dict[str, Literal["abstain", "support", "fight"]] = {}
    blocked: bool | None = None
    source: Text


def _unknown(what: str, name: str, allowed: tuple[str, ...], case: str) -> InputError:
    return InputError(
        f"case '{case}' has no {what} '{name}'",
        "TW153",
        allowed=allowed,
        remedy=f"name one of its {what}s",
        word=name,
    )


class Case(_Frozen):
    """Actors, options, parameters and record of one case; see `load_case`.

    date                   the day the facts describe
    horizon_years          how far the model looks ahead
    challenger, protege    ids of the two principals
    principals             the challenger and the protégé as actors
    lead                   id of the guarantor whose enablers the others need, or None
    friends_of_challenger  guarantors that may side with the challenger
    line_km                length of the line of contact, in km
    """

    id: Id
    title: Text
    about: Text
    date: date
    horizon_years: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] = 10.0
    challenger: str
    protege: str
    lead: str | None
    principals: tuple[Actor, ...]
    guarantors: tuple[Actor, ...]
    backers: tuple[Backer, ...] = ()
    friends_of_challenger: tuple[str, ...] = ()
    line_km: Annotated[Number, Field(gt=0)]
    line_source: Text
    options: tuple[Option, ...] = Field(min_length=1)
    parameters: tuple[Parameter, ...] = Field(min_length=1)
    record: tuple[Record, ...] = ()
    folder: str = Field(default="", exclude=True, repr=False)

    @cached_property
    def _parameters_by_id(self) -> dict[str, Parameter]:
        return {parameter.id: parameter for parameter in self.parameters}

    @property
    def guarantor_ids(self) -> tuple[str, ...]:
        """Ids of the guarantors, in the order of the file."""
        return tuple(actor.id for actor in self.guarantors)

    def parameter(self, name: str) -> Parameter:
        """The parameter `name`. Errors: InputError with the nearest names."""
        found = self._parameters_by_id.get(name)
        if found is None:
            raise _unknown("parameter", name, tuple(self._parameters_by_id), self.id)
        return found

    def option(self, name: str) -> Option:
        """The option `name`. Errors: InputError with the names allowed."""
        for option in self.options:
            if option.id == name:
                return option
        raise _unknown("option", name, tuple(option.id for option in self.options), self.id)

    def actor(self, name: str) -> Actor:
        """The challenger, protégé or guarantor `name`. Errors: InputError with those allowed."""
        actors = (*self.principals, *self.guarantors)
        for actor in actors:
            if actor.id == name:
                return actor
        raise _unknown("actor", name, tuple(actor.id for actor in actors), self.id)
