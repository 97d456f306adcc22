"""The weakest clause: where an instrument's words bind least."""

from __future__ import annotations

from tightrope.case import Case
from tightrope.guarantee.stages import BLOCKS, block_kind
from tightrope.treaty import Clause, Instrument, Obligation, Procedure, Trigger


def clause_strengths(case: Case, instrument: Instrument) -> dict[str, float]:
    """What each clause of the promise lets through, in [0, 1], at central values.

    An obligation: the mean of both readings of its weakest word (grade, modality, specificity). A
    procedure: the same for its rule, times the chance that it is not blocked. A trigger: the share
    of attacks that it reaches once somebody has determined that it is met.
    """

    def value(name: str) -> float:
        return case.parameter(name).value

    def word(row: str) -> float:
        return (value(f"binding.{row}.strict") + value(f"binding.{row}.loose")) / 2.0

    def strength(clause: Clause) -> float | None:
        if isinstance(clause, Obligation):
            return min(
                word(f"grade.{clause.grade}"),
                word(f"modality.{clause.modality}"),
                word(f"specificity.{clause.specificity}"),
            )
        if isinstance(clause, Procedure):
            kind = block_kind(
                clause.rule, clause.may_block, case.challenger, case.friends_of_challenger
            )
            open_chance = 1.0 - (value(f"block.{BLOCKS[kind]}") if kind else 0.0)
            return word(f"procedure.{clause.rule}") * open_chance
        if isinstance(clause, Trigger):
            named = 1.0 if clause.determined_by else value("attribution.unnamed")
            return value(f"cover.{clause.threshold}") * named
        return None

    found = {c.id: strength(c) for c in instrument.clauses}
    return {name: s for name, s in found.items() if s is not None}


def weakest_clause(case: Case, instrument: Instrument) -> str:
    """Id of the clause that lets most through, or '' where nothing is promised."""
    strengths = clause_strengths(case, instrument)
    return min(strengths, key=lambda k: strengths[k]) if strengths else ""
