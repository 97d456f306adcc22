"""The nine kinds of clause, one model each; `Clause` is their union, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tightrope.treaty.life import LifeTerms
from tightrope.treaty.values import (
    ActorId,
    Amount,
    ClauseId,
    Count,
    Day,
    DeliveryDay,
    Flag,
    Model,
    Share,
    SourceKey,
    Text,
)
from tightrope.treaty.vocabulary import (
    Access,
    Applies,
    Area,
    Attribution,
    Command,
    EconomicType,
    Grade,
    Level,
    Measure,
    Modality,
    PillarType,
    PresenceType,
    RestraintType,
    Rule,
    Specificity,
    Threshold,
)

Actors = Annotated[tuple[ActorId, ...], Field(min_length=1)]
Holders = Literal["all-guarantors"] | Actors


class CommonClause(Model):
    """What every clause has.

    id           its name, unique in the instrument
    article      where the text says it, such as "para 4"
    says         what it says, in our own words, one sentence
    grade        its legal grade; where the file states none, the grade of the instrument's form
    applies      always, in the interim before entry into force, or in force only
    from_date    first day it holds, if the text says so; until_date the last
    source       citation key, or None when the instrument's sources cover it
    """

    id: ClauseId
    article: Text
    says: Text
    grade: Grade = "political"
    applies: Applies = "in-force"
    from_date: Day | None = None
    until_date: Day | None = None
    source: SourceKey | None = None


class Trigger(CommonClause):
    """When the promise is owed (casus foederis): levels, area, threshold, who determines it."""

    kind: Literal["trigger"] = "trigger"
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    area: Area
    threshold: Threshold
    provoked_counts: Flag = False
    determined_by: tuple[Text, ...] = ()
    attribution: Attribution = "none"


class Obligation(CommonClause):
    """Who owes what: measures, how bindingly worded, within how many days, on which triggers."""

    kind: Literal["obligation"] = "obligation"
    holders: Holders
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]
    modality: Modality
    specificity: Specificity
    within_days: Amount | None = None
    triggers: tuple[ClauseId, ...] = ()


class Procedure(CommonClause):
    """How the response is decided, through which body, who may block it, how many days it takes."""

    kind: Literal["procedure"] = "procedure"
    binds: Literal["all-obligations"] | Annotated[tuple[ClauseId, ...], Field(min_length=1)] = (
        "all-obligations"
    )
    rule: Rule
    body: Text | None = None
    may_block: tuple[ActorId, ...] = ()
    takes_days: Amount | None = None


class Pillar(CommonClause):
    """Standing support: kind, EUR bn a year, when it is delivered, what share has been."""

    kind: Literal["pillar"] = "pillar"
    applies: Applies = "always"
    holders: Holders
    type: PillarType
    eur_bn_per_year: Amount | None = None
    delivery_from: DeliveryDay | None = None
    delivery_by: DeliveryDay | None = None
    share_delivered: Share | Literal["expected"] | None = None


class Presence(CommonClause):
    """Forces on the territory or next to it.

    personnel, aircraft, ships   sizes; None = not stated
    line_km                      the stretch of line, in km, that the force stands on or behind
    command                      one coordinated command or national ones
    may_return_fire              whether its rules of engagement let it fire when attacked
    """

    kind: Literal["presence"] = "presence"
    holders: Holders
    type: PresenceType
    personnel: Count | None = None
    aircraft: Count | None = None
    ships: Count | None = None
    line_km: Amount | None = None
    on_territory: Flag
    command: Command
    may_return_fire: Flag


class Restraint(CommonClause):
    """What a party must not do or have; `cap` (thousand persons) only for a troop cap."""

    kind: Literal["restraint"] = "restraint"
    applies: Applies = "always"
    on: Actors
    type: RestraintType
    cap: Amount | None = None


class Economic(CommonClause):
    """Economic measures; `strength` is the share of the measures now in force."""

    kind: Literal["economic"] = "economic"
    applies: Applies = "always"
    holders: Holders
    type: EconomicType
    strength: Share


class LifeClause(CommonClause, LifeTerms):
    """Terms of the instrument's life, and the clauses its entry into force depends on."""

    kind: Literal["life"] = "life"
    applies: Applies = "always"
    depends_on: tuple[ClauseId, ...] = ()


class Verification(CommonClause):
    """Who monitors, with what access, and within how many days they report."""

    kind: Literal["verification"] = "verification"
    applies: Applies = "always"
    monitors: Annotated[tuple[Text, ...], Field(min_length=1)]
    access: Access
    report_within_days: Amount | None = None


Clause = Annotated[
    Trigger
    | Obligation
    | Procedure
    | Pillar
    | Presence
    | Restraint
    | Economic
    | LifeClause
    | Verification,
    Field(discriminator="kind"),
]
"""Any clause; the field `kind` tells which."""

CLAUSE_KINDS: tuple[str, ...] = (
    "trigger", "obligation", "procedure", "pillar", "presence", "restraint", "economic", "life",
    "verification",
)  # fmt: skip
