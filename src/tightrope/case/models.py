"""Who is involved: the actors, options, record and parameters of one case."""

from __future__ import annotations

import contextlib
import datetime
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from tightrope.case.parameter import Parameter, ParameterId
from tightrope.treaty.errors import InputError, Where
from tightrope.treaty.values import ActorId, Day, Flag, Model, Share, Slug, Text


def _written_date(value: object) -> object:
    """Read text such as 2025-03-01 as a date; leave anything else for the type to refuse."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return datetime.datetime.strptime(value, "%Y-%m-%d").date()
    return value


IsoDate = Annotated[datetime.date, Field(strict=True), BeforeValidator(_written_date)]
Observed = Literal["abstain", "support", "fight", "no-fight"]
Line = Literal["today", "other", "original", "pre-2022", "pre-2014"]
"""The line of the case's date, a second one (parameter `line.pre2022`), and the one of old, at
which the challenger holds nothing. `pre-2022` and `pre-2014` are other words for the last two."""
Years = Annotated[float, Field(strict=True, ge=0, le=1000, allow_inf_nan=False)]
InstrumentName = Annotated[str, StringConstraints(pattern=r"^[^\x00\n]{1,200}$")]


class Ratification(Model):
    """How an actor makes a treaty binding at home.

    chamber  the body that votes, or the office that decides
    rule     executive (no vote), majority, or two-thirds
    source   `key, locator` or `judgement: reason`
    """

    chamber: Text
    rule: Literal["executive", "majority", "two-thirds"]
    source: Text


class Election(Model):
    """A vote that may change an actor's will.

    office  what is elected
    date    the day, or "expected" where no day is set
    by      latest day on which the vote can be held; needed where the date is "expected"
    source  `key, locator` or `judgement: reason`
    """

    office: Text
    date: Day
    by: IsoDate | None = None
    source: Text

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.date == "expected" and self.by is None:
            raise InputError(
                "an expected election needs 'by', the latest day on which it can be held",
                "TW106",
                Where(field="by"),
                remedy="add 'by:' with a date",
            )
        return self

    @property
    def latest(self) -> datetime.date:
        """The set day, or the last possible day of an expected election."""
        if isinstance(self.date, datetime.date):
            return self.date
        assert self.by is not None
        return self.by


class Willingness(Model):
    """What a state has said on record about one part of a guarantee.

    about   troops (on the territory), air, sea, training, membership (of the protégé in an
            alliance) or guarantee (promising help at all)
    stance  stated, refused, conditional (if others or its parliament agree), or unknown
    source  `key, locator` of the statement, or `judgement: reason` where none was found
    """

    about: Literal["troops", "air", "sea", "training", "membership", "guarantee"]
    stance: Literal["stated", "refused", "conditional", "unknown"]
    source: Text


class Actor(Model):
    """A state of the case.

    id            ISO code, as in US
    cow           state number of the Correlates of War project, or None
    position      what it has said or shown about a guarantee, in one neutral sentence
    ratification  how a treaty becomes binding at home, or None where that plays no part
    elections     votes within the horizon, earliest first
    willingness   what it has said on record, part by part; for people, the model reads duties
    armed_forces  whether it keeps any; without them it may support and not fight
    sources       `key, locator` for the position
    """

    id: ActorId
    name: Text
    cow: Annotated[int, Field(strict=True, ge=1, le=999)] | None = None
    position: Text | None = None
    ratification: Ratification | None = None
    elections: tuple[Election, ...] = ()
    willingness: tuple[Willingness, ...] = ()
    armed_forces: bool = True
    sources: tuple[Text, ...] = ()


class Backer(Model):
    """A state that helps the challenger from outside: what it gives, with its source.

    What all backers give together enters the model as the parameter `backers_growth`. A backer may
    also be a guarantor of some drafts and a friend of the challenger; as such it may decide to help
    in a crisis, which is another thing and adds `helper_strength`.
    """

    id: ActorId
    name: Text
    gives: Text
    source: Text


class Settlement(Model):
    """The terms that go with an instrument.

    line            which line the parties hold: today, other (in the first case pre-2022) or
                    original (pre-2014)
    recognition     of the challenger's hold on territory: none, de-facto or formal
    deferral_years  years for which the status of territory is put off
    relief          share of the sanctions now in force that is lifted
    accountability  of those charged with crimes: pursued, deferred or waived
    reparations     share of the damage claimed that the challenger pays
    """

    line: Line
    recognition: Literal["none", "de-facto", "formal"]
    deferral_years: Years
    relief: Share
    accountability: Literal["pursued", "deferred", "waived"]
    reparations: Share


class Option(Model):
    """A course of action: an instrument (library id or path) with a settlement.

    why         in one sentence, why these terms go with this instrument
    comparator  shown beside the others and never ranked, since the model does not read what the
                option rests on; the notes of its instrument say why
    """

    id: Slug
    title: Text
    instrument: InstrumentName
    settlement: Settlement
    why: Text | None = None
    comparator: Flag = False


class Record(Model):
    """A dated fact that the model must have been able to produce.

    option     option whose instrument was in force at the time, or None
    line       line held before the attack, or None if as in the option's settlement
    unsanctioned  whether no sanctions were in force then
    level      attack level: limited or full
    attacked   whether the challenger attacked at that level
    responses  what each named guarantor did; `no-fight` where only that much is certain
    blocked    whether the agreed procedure was blocked; None if it was not tried
    """

    id: Slug
    date: IsoDate
    says: Text
    option: Slug | None = None
    line: Line | None = None
    unsanctioned: Flag = False
    level: Literal["limited", "full"]
    attacked: Flag
    responses: dict[ActorId, Observed] = Field(default_factory=dict)
    blocked: Flag | None = None
    source: Text


class Correlation(Model):
    """Two uncertain parameters that tend to be high together, or one high where the other is low.

    a, b    ids of the parameters
    rank    Spearman's rank correlation, between −0.95 and 0.95
    source  `key, locator` or `judgement: reason`
    """

    a: ParameterId
    b: ParameterId
    rank: Annotated[float, Field(strict=True, ge=-0.95, le=0.95, allow_inf_nan=False)]
    source: Text


class CaseHead(Model):
    """What case.yaml says apart from the names of its other files.

    about                  the question of the case, in a few sentences
    date                   the day the facts describe
    horizon_years          how far the model looks ahead, in whole quarters
    challenger, protege    ids of the two principals
    lead                   id of the guarantor whose enablers the others need, or None
    principals             the challenger and the protégé as actors
    friends_of_challenger  ids of guarantors that may side with the challenger
    line_km                length of the line of contact, in km
    line_source            `key, locator` or `judgement: reason` for that length
    correlations           pairs of parameters that are not drawn independently
    """

    id: Slug
    title: Text
    about: Text
    date: IsoDate
    horizon_years: Annotated[float, Field(strict=True, gt=0, le=100, multiple_of=0.25)] = 10.0
    challenger: ActorId
    protege: ActorId
    lead: ActorId | None
    principals: tuple[Actor, ...]
    guarantors: tuple[Actor, ...]
    backers: tuple[Backer, ...] = ()
    friends_of_challenger: tuple[ActorId, ...] = ()
    line_km: Annotated[float, Field(strict=True, gt=0, le=50_000)]
    line_source: Text
    record: tuple[Record, ...] = ()
    correlations: tuple[Correlation, ...] = ()

    @property
    def guarantor_ids(self) -> tuple[str, ...]:
        """Ids of the guarantors, in the order of the file."""
        return tuple(actor.id for actor in self.guarantors)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """The principals and the guarantors."""
        return (*self.principals, *self.guarantors)

    @property
    def names(self) -> dict[str, str]:
        """Id → name of every actor."""
        return {actor.id: actor.name for actor in self.actors}


class Case(CaseHead):
    """Actors, options, parameters and record of one case; made by `load_case`.

    folder        where the case was read from; paths of instruments start there
    bibliography  path of its BibTeX file from that folder
    """

    options: tuple[Option, ...]
    parameters: tuple[Parameter, ...]
    folder: str = Field(default="", exclude=True, repr=False)
    bibliography: str = Field(default="sources.bib", exclude=True, repr=False)

    def parameter(self, name: str) -> Parameter:
        """The parameter `name`. Errors: InputError with the nearest name."""
        for parameter in self.parameters:
            if parameter.id == name:
                return parameter
        raise self._unknown("parameter", name, tuple(one.id for one in self.parameters))

    def option(self, name: str) -> Option:
        """The option `name`. Errors: InputError with the names allowed."""
        for option in self.options:
            if option.id == name:
                return option
        raise self._unknown("option", name, tuple(option.id for option in self.options))

    def actor(self, name: str) -> Actor:
        """The principal or guarantor `name`. Errors: InputError with the ids allowed."""
        for actor in self.actors:
            if actor.id == name:
                return actor
        raise self._unknown("actor", name, tuple(actor.id for actor in self.actors))

    def _unknown(self, what: str, name: str, allowed: tuple[str, ...]) -> InputError:
        return InputError(
            f"case '{self.id}' has no {what} '{name[:60]}'",
            "TW153",
            allowed=allowed,
            remedy=f"name one of its {what}s",
            word=name[:60],
        )
