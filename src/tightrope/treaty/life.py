"""The life of an instrument: consent, ratification, entry, accession, duration, withdrawal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from tightrope.treaty.values import ActorId, Amount, Count, Flag, Model, Text
from tightrope.treaty.vocabulary import (
    ChallengerConsent,
    Exit,
    RatificationRule,
    Renewal,
    Starts,
)


class Entry(Model):
    """The rule of entry into force.

    named            parties whose ratification is indispensable
    quorum           how many guarantors must have ratified, or "all"
    expected_years   years from signature to entry as expected; None = not stated
    """

    named: tuple[ActorId, ...] = ()
    quorum: Count | Literal["all"] = 0
    expected_years: Amount | None = None


class Accession(Model):
    """The path into an alliance.

    body                     who decides
    all_members_must_agree   whether one member can stop it
    vetoes                   members known to oppose
    exits                    the ways the path can end
    expected_years           years to membership as stated; None = no date
    """

    body: Text
    all_members_must_agree: Flag
    vetoes: tuple[ActorId, ...] = ()
    exits: tuple[Exit, ...] = ()
    expected_years: Amount | None = None


class LifeTerms(Model):
    """The terms that one or several life clauses set; None = this clause does not speak of it."""

    consent: tuple[ActorId, ...] | None = None
    challenger_consent: ChallengerConsent | None = None
    ratification: dict[ActorId, RatificationRule] | None = None
    entry: Entry | None = None
    starts: Starts | None = None
    accession: Accession | None = None
    duration_years: Amount | Literal["indefinite"] | None = None
    review_years: Amount | None = None
    renewal: Renewal | None = None
    withdrawal_notice_months: Amount | None = None


LIFE_TERMS: tuple[str, ...] = tuple(LifeTerms.model_fields)
"""The terms of a life, each set at most once over all life clauses of an instrument."""


class Life(Model):
    """All life clauses merged, with what holds where the text is silent.

    Silent means: nobody's further consent, the challenger's not sought, no legislature asked,
    in force on signature, cover at once, no accession path, no end date, no review, no renewal
    rule, no right of withdrawal. `depends_on` gathers the entry conditions of all life clauses.
    """

    consent: tuple[ActorId, ...] = ()
    challenger_consent: ChallengerConsent = "not-sought"
    ratification: dict[ActorId, RatificationRule] = Field(default_factory=dict)
    entry: Entry = Entry(expected_years=0.0)
    starts: Starts = "at_once"
    accession: Accession | None = None
    duration_years: Amount | Literal["indefinite"] = "indefinite"
    review_years: Amount | None = None
    renewal: Renewal = "none"
    withdrawal_notice_months: Amount | None = None
    depends_on: tuple[str, ...] = ()


def merge_life(parts: Iterable[tuple[LifeTerms, tuple[str, ...]]]) -> Life:
    """Merge the terms and conditions of life clauses; a later clause never overrides an earlier."""
    terms: dict[str, object] = {}
    conditions: list[str] = []
    for part, depends_on in parts:
        for name in LIFE_TERMS:
            value = getattr(part, name)
            if value is not None:
                terms.setdefault(name, value)
        conditions += [clause for clause in depends_on if clause not in conditions]
    return Life.model_validate({**terms, "depends_on": tuple(conditions)})
