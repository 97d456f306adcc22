"""Commitment profile: an instrument compiled into the stages of its life and its terms of life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from tightrope.case import Actor, Case
from tightrope.guarantee.stages import (
    UNSTATED,
    Floats,
    Ints,
    Stage,
    block_kind,
    build_stage,
    indicator,
    party_guarantors,
)
from tightrope.treaty import Clause, Economic, Instrument, Procedure, Restraint

#: Horizons that the challenger and the protégé look ahead; after them everything stays as it is.
AHEAD = 2.0
RATIFICATIONS = ("executive", "majority", "two-thirds")


class LifeTerms(NamedTuple):
    """How the instrument comes to life and ends; n guarantors."""

    consent_challenger: Floats  # () 1 if the challenger's signature is required
    at_once: Floats  # () 1 if it starts while the war goes on
    consent: Floats  # (n,) 1 if this guarantor's signature is required
    named: Floats  # (n,) 1 if entry into force waits for this state
    rule: Ints  # (n,) index into RATIFICATIONS
    quorum: Floats  # () how many parties must ratify
    entry_years: Floats  # () stated, UNSTATED where only 'expected', 0 where it binds on signature
    accession_years: Floats  # () the same for the path to membership
    may_be_refused: Floats  # () 1 if the path to membership can end without it
    may_decline: Floats  # ()
    may_be_bargained: Floats  # ()
    duration: Floats  # () years, inf where unlimited or renewed of itself
    block: Ints  # () what may block its procedures, index into BLOCKS
    agreement: Floats  # () 0 for 'no agreement', else 1


@dataclass(frozen=True)
class Plan:
    """What must be solved for an instrument: its structure, the same for every draw."""

    interim: bool  # has a stage before entry into force
    accession: bool
    expires: bool  # ends within the case's horizon
    lead_optional: bool  # can be in force without the lead guarantor
    shaped_terms: bool  # terms other than duties change strengths (troop caps, sanctions)
    agreement: bool  # false for 'no agreement'


@dataclass(frozen=True)
class Profile:
    """A compiled instrument: the stages of its life, its terms of life and its structure."""

    guarantors: tuple[str, ...]
    interim: Stage
    in_force: Stage
    lapsed: Stage
    expired: Stage
    terms_only: Stage  # restraints and economic terms without any duty
    life: LifeTerms
    plan: Plan
    iterate: bool = False  # whether who ratifies depends on who else does


def compile_profile(case: Case, instrument: Instrument) -> Profile:
    """Compile an instrument for a case; its actors who are not in the case are left out.

    case        gives the order of guarantors, the challenger, its friends and the horizon
    instrument  a resolved instrument; the settlement it is put to does not matter here
    """
    ids = tuple(g.id for g in case.guarantors)
    current = tuple(c for c in instrument.clauses if not _over(c, case))
    in_force = tuple(c for c in current if c.applies in ("always", "in-force"))
    interim = tuple(c for c in current if c.applies in ("always", "interim"))
    lapsed = tuple(c for c in current if c.applies == "always")
    stages = {
        name: build_stage(case, instrument, clauses, name)
        for name, clauses in (
            ("interim", interim),
            ("in_force", in_force),
            ("lapsed", lapsed),
            ("expired", ()),
            ("terms_only", tuple(c for c in in_force if _is_term(c))),
        )
    }
    stages["terms_only"] = stages["terms_only"]._replace(party=stages["expired"].party)
    life = _life(case, instrument)
    now = stages["in_force"]
    free = bool(np.any(now.party * (1.0 - life.named) > 0))
    plan = _plan(case, instrument, now, life)
    return Profile(ids, **stages, life=life, plan=plan, iterate=free)


def _is_term(clause: Clause) -> bool:
    """Whether a clause belongs to the terms and not to what is promised in case of attack."""
    if isinstance(clause, Economic):
        return clause.type != "snap-back"
    return isinstance(clause, Restraint)


def _over(clause: Clause, case: Case) -> bool:
    """Whether the text itself ended the clause before the day the case describes."""
    return isinstance(clause.until_date, date) and clause.until_date < case.date


def _life(case: Case, instrument: Instrument) -> LifeTerms:
    ids = tuple(g.id for g in case.guarantors)
    life, parties = instrument.life, party_guarantors(instrument)
    own = {i: _chamber(g) for i, g in zip(ids, case.guarantors, strict=True)}
    stated = dict(life.ratification)
    needs = instrument.form in ("treaty", "alliance-membership")
    rules = [stated.get(i, own[i] if needs else "executive") for i in ids]
    entry, accession = life.entry, life.accession
    consent = tuple(life.consent)
    named = parties if entry.quorum == "all" else (tuple(entry.named) or consent)
    quorum = float(len(set(named) & set(ids)))
    if entry.quorum != "all":
        quorum = max(quorum, float(entry.quorum))
    if accession and accession.all_members_must_agree:
        named, quorum = parties, float(len(set(parties) & set(ids)))
    years = 0.0
    if any(r != "executive" for i, r in zip(ids, rules, strict=True) if i in parties):
        years = UNSTATED if entry.expected_years is None else entry.expected_years
    duration = np.inf
    if isinstance(life.duration_years, int | float) and life.renewal != "automatic":
        duration = float(life.duration_years)
    exits = set(accession.exits) if accession else set()
    return LifeTerms(
        consent_challenger=np.array(float(life.challenger_consent == "required")),
        at_once=np.array(float(life.starts == "at_once")),
        consent=indicator(ids, consent),
        named=indicator(ids, named),
        rule=np.array([RATIFICATIONS.index(r) for r in rules], dtype=np.int64),
        quorum=np.array(quorum),
        entry_years=np.array(float(years)),
        accession_years=np.array(
            0.0
            if not accession
            else (UNSTATED if accession.expected_years is None else accession.expected_years)
        ),
        may_be_refused=np.array(float("refused" in exits)),
        may_decline=np.array(float("declined" in exits)),
        may_be_bargained=np.array(float("bargained-away" in exits)),
        duration=np.array(duration),
        block=np.array(_block(case, instrument)),
        agreement=np.array(float(instrument.form != "none")),
    )


def _block(case: Case, instrument: Instrument) -> int:
    kinds = [
        block_kind(c.rule, c.may_block, case.challenger, case.friends_of_challenger)
        for c in instrument.clauses
        if isinstance(c, Procedure)
    ]
    return min((k for k in kinds if k), default=0)


def _chamber(actor: Actor) -> str:
    return actor.ratification.rule if actor.ratification else "executive"


def _plan(case: Case, instrument: Instrument, in_force: Stage, life: LifeTerms) -> Plan:
    ids = case.guarantor_ids
    lead = ids.index(case.lead) if case.lead in ids else -1
    free = in_force.party * (1.0 - life.named)
    return Plan(
        interim=bool(life.entry_years != 0.0 or life.accession_years != 0.0),
        accession=bool(life.accession_years != 0.0),
        expires=bool(life.duration < AHEAD * case.horizon_years),
        lead_optional=bool(lead >= 0 and free[lead] > 0),
        shaped_terms=bool(in_force.troop_cap >= 0.0 or in_force.sanctions > 0.0),
        agreement=instrument.form != "none",
    )
