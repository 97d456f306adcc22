"""One stage of an instrument's life: what holds then, as plain arrays.

For every guarantor and level of attack the obligation that promises most is picked. Nothing
numerical is decided here beyond what the text says: wording, grade, procedure and threshold stay
indices into the case's parameter tables, so that one stage serves every draw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tightrope.case import Case
from tightrope.treaty import (
    LEVELS,
    Clause,
    Economic,
    Instrument,
    Obligation,
    Pillar,
    Presence,
    Procedure,
    Restraint,
    Trigger,
    Verification,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: How much of a full response each promised measure amounts to (design §3).
PROMISED = {
    "consult": 0.25,
    "sanction": 0.35,
    "materiel": 0.5,
    "intelligence": 0.5,
    "air": 0.8,
    "maritime": 0.8,
    "ground": 1.0,
    "nuclear-umbrella": 1.0,
}
#: What abstaining, supporting and fighting amount to on the same scale; one can always consult.
DONE = np.array([0.25, 0.5, 1.0])

THRESHOLDS = ("any-hostile-act", "armed-attack", "large-scale-attack", "nuclear-threat")
RULES = (
    "automatic",
    "national-decision",
    "consultation",
    "consensus",
    "majority",
    "un-security-council",
)
#: Rows of the table of weights that turns wording into binding.
WORDINGS = (
    *(f"grade.{x}" for x in ("treaty", "executive", "political", "statute", "disclaimed")),
    *(f"modality.{x}" for x in ("shall", "shall-as-it-deems-necessary", "will", "may")),
    *(f"procedure.{x}" for x in RULES),
    *(f"specificity.{x}" for x in ("named-measures", "general", "open-ended")),
)
BLOCKS = ("none", "challenger_veto", "friend_veto", "consensus", "majority")
UNSTATED = -1.0


class Stage(NamedTuple):
    """What holds during one stage of an instrument's life; n guarantors, levels as in LEVELS.

    A number that the text leaves open is UNSTATED (−1) and is filled from the parameters.
    """

    party: Floats  # (n,) 1 if bound as a guarantor in this stage
    bound: Floats  # (n, 3) 1 if an obligation covers this level
    cover: Ints  # (n, 3) index into THRESHOLDS
    unnamed: Floats  # (n, 3) 1 if nobody is named to determine the trigger
    unverified: Floats  # (n, 3) 1 if attribution is left to a mission that nobody sends, or to none
    promised: Floats  # (n, 3) on the scale of PROMISED
    wording: Ints  # (n, 3, 4) rows of WORDINGS: grade, modality, procedure, specificity
    through_block: Floats  # (n, 3) 1 if the response runs through the body that can be blocked
    procedure: Ints  # (n, 3) index into RULES
    procedure_days: Floats  # (n, 3) stated, or UNSTATED
    within_days: Floats  # (n, 3) deadline, or UNSTATED
    report_days: Floats  # () deadline of the monitors' report, or UNSTATED
    ready: Floats  # (n, 3) thousand troops, aircraft, ships that may fire where they stand
    standby: Floats  # (n, 3) the same, present but free to act only when the state decides to fight
    tripwire: Floats  # (n,) thousand troops on the territory
    coordinated: Floats  # () 1 if any force is under coordinated command
    aid: Floats  # (n,) EUR bn a year promised; UNSTATED = as today; 0 = nothing promised
    aid_promised: Floats  # (n,) 1 if aid or financing is promised
    delivered: Floats  # (n,) share delivered, or UNSTATED
    training: Floats  # (n,) 1 if promised
    production: Floats  # (n,) 1 if promised
    intelligence: Floats  # () 1 if early warning is promised
    sanctioner: Floats  # (n,) 1 if bound to sanction on attack
    sanctions: Floats  # () strength of the measures kept in force, [0, 1]
    snapback: Floats  # () strength of the measures that return on attack, [0, 1]
    relief: Floats  # () strength of relief promised by clauses, [0, 1]
    membership: Floats  # () 1 if the protégé is a member of an alliance
    foreign_bases: Floats  # () 1 if forces stand on the territory
    neutrality: Floats  # () 1 if the protégé is neutral or renounces alliances
    no_bases: Floats  # () 1 if the protégé renounces foreign bases
    troop_cap: Floats  # () thousand under arms allowed, or UNSTATED
    withdrawal_months: Floats  # () notice that ends the duty, or UNSTATED if it cannot be ended

    @property
    def readings(self) -> int:
        """How many readings of the words are told apart: one where nobody is bound."""
        return 2 if np.any(self.bound) else 1

    @property
    def blocks(self) -> int:
        """Whether the procedure may be blocked or not (2), or no duty hangs on one (1)."""
        return 2 if np.any(self.through_block) else 1


def party_guarantors(instrument: Instrument) -> tuple[str, ...]:
    """Ids of the parties that promise something."""
    return tuple(p.actor for p in instrument.parties if p.role == "guarantor")


def indicator(ids: tuple[str, ...], wanted: Iterable[str]) -> Floats:
    """1 for the ids that are wanted, else 0."""
    chosen = set(wanted)
    return np.array([float(i in chosen) for i in ids])


def _holders(
    clause: Obligation | Pillar | Presence | Economic, parties: tuple[str, ...]
) -> tuple[str, ...]:
    return parties if clause.holders == "all-guarantors" else tuple(clause.holders)


def block_kind(
    rule: str, may_block: Collection[str], hostile: str, friends: Collection[str]
) -> int:
    """Which kind of blocking threatens a procedure (index into BLOCKS)."""
    if rule == "automatic":
        return 0
    if hostile in may_block:
        return BLOCKS.index("challenger_veto")
    if set(friends) & set(may_block):
        return BLOCKS.index("friend_veto")
    return BLOCKS.index(rule) if rule in BLOCKS else 0


def build_stage(
    case: Case, instrument: Instrument, clauses: tuple[Clause, ...], name: str
) -> Stage:
    """What the clauses that count in one stage of a text ask of each guarantor, at each level.

    clauses  those in force in the stage; none is the stage without any promise
    name     of the stage, as in `profile`; what counts ``in_force`` only depends on it
    Returns  ``Stage``, arrays over (guarantor, level) in the order of the case and of `LEVELS`
    """
    ids = tuple(g.id for g in case.guarantors)
    parties = tuple(p for p in party_guarantors(instrument) if p in ids)
    active = parties if clauses else ()
    n = len(ids)
    triggers = {c.id: c for c in clauses if isinstance(c, Trigger)}
    procedures = [c for c in clauses if isinstance(c, Procedure)]
    checks = [c for c in clauses if isinstance(c, Verification) and c.access != "none"]
    wording = np.zeros((n, 3, 4), dtype=np.int64)
    shape = (n, 3)
    bound, promised, through = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    unnamed, unverified = np.zeros(shape), np.zeros(shape)
    cover, rule_index = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    days, within = np.full(shape, UNSTATED), np.full(shape, UNSTATED)
    best: dict[tuple[int, int], tuple[float, ...]] = {}
    for duty in (c for c in clauses if isinstance(c, Obligation)):
        procedure = next(
            (p for p in procedures if p.binds == "all-obligations" or duty.id in p.binds), None
        )
        # Where no procedure binds, nobody has to decide: states consult.
        rule = procedure.rule if procedure else "consultation"
        blocked = procedure is not None and block_kind(
            rule, procedure.may_block, case.challenger, case.friends_of_challenger
        )
        rows = [
            WORDINGS.index(f"grade.{duty.grade}"),
            WORDINGS.index(f"modality.{duty.modality}"),
            WORDINGS.index(f"procedure.{rule}"),
            WORDINGS.index(f"specificity.{duty.specificity}"),
        ]
        amount = max(PROMISED[m] for m in duty.measures)
        firmness = -sum((rows[0], rows[1], rows[3]))  # tables run, all in all, from firm to loose
        wanted = [triggers[t] for t in (duty.triggers or triggers) if t in triggers]
        for holder in (h for h in _holders(duty, parties) if h in ids):
            i = ids.index(holder)
            # A state without armed forces keeps a promise of force by the help it can give.
            most = 1.0 if case.guarantors[i].armed_forces else float(DONE[1])
            owed = min(amount, most)
            for trigger in wanted:
                for level in trigger.levels:
                    a = LEVELS.index(level)
                    threshold = THRESHOLDS.index(trigger.threshold)
                    score = (owed, firmness, -threshold)
                    if best.get((i, a), (-np.inf,)) >= score:
                        continue
                    best[i, a] = score
                    bound[i, a], promised[i, a], cover[i, a] = 1.0, owed, threshold
                    wording[i, a], rule_index[i, a] = rows, RULES.index(rule)
                    through[i, a] = float(bool(blocked))
                    unnamed[i, a] = float(not trigger.determined_by)
                    unverified[i, a] = float(trigger.attribution != "each-guarantor" and not checks)
                    if procedure and procedure.takes_days is not None:
                        days[i, a] = procedure.takes_days
                    else:
                        days[i, a] = UNSTATED
                    within[i, a] = UNSTATED if duty.within_days is None else duty.within_days
    reports = [c.report_within_days for c in checks if c.report_within_days is not None]
    in_force = name == "in_force"
    months = instrument.life.withdrawal_notice_months if clauses else None
    return Stage(
        party=indicator(ids, active),
        bound=bound,
        cover=cover,
        unnamed=unnamed,
        unverified=unverified,
        promised=promised,
        wording=wording,
        through_block=through,
        procedure=rule_index,
        procedure_days=days,
        within_days=within,
        report_days=np.array(min(reports, default=UNSTATED), dtype=float),
        **_forces(case, clauses, ids, parties),
        **_pillars(clauses, ids, parties),
        **_terms(case, clauses, ids, parties),
        membership=np.array(float(in_force and instrument.form == "alliance-membership")),
        withdrawal_months=np.array(UNSTATED if months is None else float(months)),
    )


def _forces(
    case: Case, clauses: tuple[Clause, ...], ids: tuple[str, ...], parties: tuple[str, ...]
) -> dict[str, Floats]:
    n = len(ids)
    ready, standby, tripwire = np.zeros((n, 3)), np.zeros((n, 3)), np.zeros(n)
    coordinated = bases = 0.0
    # What is to be sent is shared among those who have forces to send.
    armed = {actor.id for actor in case.guarantors if actor.armed_forces}
    for force in (c for c in clauses if isinstance(c, Presence)):
        holders = [h for h in _holders(force, parties) if h in armed]
        if not holders:
            continue
        # A force on the ground holds only its stretch of the line; without one it holds nothing.
        held = 1.0
        if force.type == "ground":
            held = min(1.0, (force.line_km or 0.0) / case.line_km)
        size = np.array(
            [(force.personnel or 0) / 1000.0, force.aircraft or 0, force.ships or 0], dtype=float
        ) / len(holders)
        fires = held if force.may_return_fire else 0.0
        for holder in holders:
            i = ids.index(holder)
            ready[i] += size * fires
            standby[i] += size * (1.0 - fires)
            tripwire[i] += size[0] * force.on_territory
        coordinated = max(coordinated, float(force.command == "coordinated"))
        bases = max(bases, float(force.on_territory))
    return {
        "ready": ready,
        "standby": standby,
        "tripwire": tripwire,
        "coordinated": np.array(coordinated),
        "foreign_bases": np.array(bases),
    }


def _pillars(
    clauses: tuple[Clause, ...], ids: tuple[str, ...], parties: tuple[str, ...]
) -> dict[str, Floats]:
    n = len(ids)
    aid, promised, delivered = np.zeros(n), np.zeros(n), np.full(n, UNSTATED)
    training, production, intelligence = np.zeros(n), np.zeros(n), 0.0
    for pillar in (c for c in clauses if isinstance(c, Pillar)):
        holders = [h for h in _holders(pillar, parties) if h in ids]
        for holder in holders:
            i = ids.index(holder)
            if pillar.type in ("aid", "financing"):
                promised[i] = 1.0
                if pillar.eur_bn_per_year is None:
                    aid[i] = UNSTATED if aid[i] == 0.0 else aid[i]
                else:
                    aid[i] = max(aid[i], 0.0) + pillar.eur_bn_per_year / len(holders)
                if isinstance(pillar.share_delivered, float):
                    delivered[i] = pillar.share_delivered
            training[i] = max(training[i], pillar.type == "training")
            production[i] = max(production[i], pillar.type == "joint-production")
        intelligence = max(intelligence, float(pillar.type == "intelligence" and bool(holders)))
    return {
        "aid": aid,
        "aid_promised": promised,
        "delivered": delivered,
        "training": training,
        "production": production,
        "intelligence": np.array(intelligence),
    }


def _terms(
    case: Case, clauses: tuple[Clause, ...], ids: tuple[str, ...], parties: tuple[str, ...]
) -> dict[str, Floats]:
    economic = [c for c in clauses if isinstance(c, Economic)]
    limits = [c for c in clauses if isinstance(c, Restraint) and case.protege in c.on]

    def strength(*types: str) -> Floats:
        return np.array(min(1.0, sum(c.strength for c in economic if c.type in types)), dtype=float)

    def has(*types: str) -> Floats:
        return np.array(float(any(r.type in types for r in limits)))

    returning = [c for c in economic if c.type == "snap-back"]
    caps = [r.cap for r in limits if r.type == "troop-cap" and r.cap is not None]
    return {
        "sanctioner": indicator(ids, (h for c in returning for h in _holders(c, parties))),
        "sanctions": strength("sanctions-in-force", "oil-measures", "asset-measures", "isolation"),
        "snapback": strength("snap-back"),
        "relief": strength("relief"),
        "neutrality": has("neutrality", "no-alliance-bid"),
        "no_bases": has("no-bases"),
        "troop_cap": np.array(min(caps, default=UNSTATED), dtype=float),
    }
