"""Random drafts of one guarantee: the same terms, other duties."""

from __future__ import annotations

import numpy as np

from tightrope.treaty import (
    Instrument,
    LifeClause,
    Obligation,
    Presence,
    Procedure,
    Trigger,
    load_instrument,
)

GUARANTORS = ("US", "GB", "FR", "DE", "IT", "PL", "RO", "CA", "TR")
MEASURES = ("consult", "sanction", "materiel", "intelligence", "air", "maritime", "ground")
MODALITIES = ("shall", "shall-as-it-deems-necessary", "will", "may")
RULES = ("automatic", "national-decision", "consultation", "consensus", "majority")


def random_draft(rng: np.random.Generator, number: int) -> Instrument:
    """A treaty in force with a ceasefire, its duties drawn at random; no terms, no consent.

    Cover that began at once would also change what refusing it is worth, so it does not.
    """
    base = load_instrument("article5-like")
    holders = tuple(g for g in GUARANTORS if rng.random() < 0.6) or ("US",)
    parties = tuple(p for p in base.parties if p.role != "guarantor" or p.actor in (*holders, "US"))
    levels = [("full",), ("limited", "full"), ("probe", "limited", "full")][rng.integers(3)]
    trigger = Trigger(
        id="attack",
        article="1",
        says="An attack.",
        grade="treaty",
        levels=levels,
        area="controlled-territory",
        determined_by=("each-guarantor",),
        attribution="mission",
        threshold=("any-hostile-act", "armed-attack", "large-scale-attack")[rng.integers(3)],
    )
    duty = Obligation(
        id="help",
        article="2",
        says="Help.",
        grade=("treaty", "executive", "political")[rng.integers(3)],
        holders=tuple(h for h in holders if h in {p.actor for p in parties}) or ("US",),
        measures=(MEASURES[rng.integers(len(MEASURES))],),
        modality=MODALITIES[rng.integers(4)],
        specificity=("named-measures", "general", "open-ended")[rng.integers(3)],
        within_days=float(rng.choice([1.0, 3.0, 7.0, 21.0])),
    )
    how = Procedure(
        id="how",
        article="3",
        says="How.",
        grade="treaty",
        rule=RULES[rng.integers(5)],
        takes_days=float(rng.choice([1.0, 7.0, 30.0])),
    )
    life = LifeClause(
        id="life",
        article="4",
        says="In force with a ceasefire.",
        grade="treaty",
        starts="on_ceasefire",
    )
    clauses: list = [trigger, duty, how, life]
    if rng.random() < 0.4:
        clauses.append(
            Presence(
                id="force",
                article="5",
                says="A force.",
                grade="treaty",
                holders=duty.holders,
                type="ground",
                personnel=int(rng.integers(1, 40)) * 1000,
                line_km=float(rng.integers(0, 1000)),
                on_territory=True,
                command="coordinated",
                may_return_fire=bool(rng.random() < 0.5),
            )
        )
    return base.model_copy(
        update={
            "id": f"draft-{number}",
            "form": "executive-agreement",
            "parties": parties,
            "clauses": tuple(clauses),
        }
    )
