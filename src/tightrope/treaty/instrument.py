"""The instrument: a security guarantee as parties, dates and clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

from pydantic import model_validator

from tightrope.treaty.clauses import (
    Clause,
    Economic,
    LifeClause,
    Obligation,
    Pillar,
    Presence,
    Procedure,
    Restraint,
    Trigger,
)
from tightrope.treaty.errors import InputError, Where, raise_all
from tightrope.treaty.life import Life, merge_life
from tightrope.treaty.values import ActorId, Day, Model, Slug, SourceKey, Text
from tightrope.treaty.vocabulary import GRADE_OF_FORM, Form, Grade, Ratified, Role, Willingness

_Kind = TypeVar("_Kind")


class Dates(Model):
    """Days of the instrument as a whole; "expected" where a day is foreseen but not fixed."""

    drafted: Day | None = None
    signed: Day | None = None
    in_force: Day | None = None


class Party(Model):
    """A state named in the instrument.

    actor               its id, such as US
    role                guarantor, protege, challenger or observer
    ratified            whether its ratification is there, missing, expected or not needed
    willingness         whether it has said that it is willing to do this
    willingness_source  citation key of that statement, or None
    """

    actor: ActorId
    role: Role
    ratified: Ratified
    willingness: Willingness
    willingness_source: SourceKey | None = None


class Instrument(Model):
    """A security guarantee as code: what it is, who is in it, since when, and its clauses.

    Construction checks the clauses against each other and raises `InputError` (not pydantic's
    error) where they refer to nothing or contradict each other.
    """

    schema_version: Literal["1"] = "1"
    id: Slug
    title: Text
    form: Form
    promise: Text
    dates: Dates = Dates()
    parties: tuple[Party, ...]
    clauses: tuple[Clause, ...]
    sources: tuple[SourceKey, ...] = ()
    notes: str = ""

    @model_validator(mode="before")
    @classmethod
    def _grade_by_form(cls, data: Any) -> Any:
        """Give every clause that states no grade the grade of the instrument's form."""
        if not isinstance(data, Mapping):
            return data
        form = data.get("form")
        known: Mapping[str, Grade] = {str(k): v for k, v in GRADE_OF_FORM.items()}
        grade = known.get(form) if isinstance(form, str) else None
        clauses = data.get("clauses")
        if grade is None or not isinstance(clauses, list | tuple):
            return data
        return {**data, "clauses": [_with_grade(clause, grade) for clause in clauses]}

    @model_validator(mode="after")
    def _consistent(self) -> Instrument:
        from tightrope.treaty.consistency import contradictions

        raise_all(contradictions(self))
        return self

    @property
    def life(self) -> Life:
        """All life clauses merged, with defaults where the text is silent."""
        return merge_life((clause, clause.depends_on) for clause in self.lives)

    @property
    def actors(self) -> tuple[str, ...]:
        """Ids of all parties, in the order of the text."""
        return tuple(party.actor for party in self.parties)

    @property
    def guarantors(self) -> tuple[str, ...]:
        """Ids of the parties that guarantee, in the order of the text."""
        return self.in_role("guarantor")

    def in_role(self, role: Role) -> tuple[str, ...]:
        """Ids of the parties in a role, in the order of the text."""
        return tuple(party.actor for party in self.parties if party.role == role)

    def party(self, actor: str) -> Party:
        """Return a party by its id; `InputError` if the instrument does not name it."""
        for party in self.parties:
            if party.actor == actor:
                return party
        raise InputError(
            f"'{actor}' is not a party of {self.id}", "TW112", allowed=self.actors, word=actor
        )

    def clause(self, clause_id: str) -> Clause:
        """Return a clause by its id; `InputError` if there is none."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise InputError(
            f"{self.id} has no clause '{clause_id}'",
            "TW113",
            Where(field="clauses"),
            allowed=tuple(clause.id for clause in self.clauses),
            word=clause_id,
        )

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """The trigger clauses."""
        return self._of(Trigger)

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """The obligation clauses."""
        return self._of(Obligation)

    @property
    def procedures(self) -> tuple[Procedure, ...]:
        """The procedure clauses."""
        return self._of(Procedure)

    @property
    def pillars(self) -> tuple[Pillar, ...]:
        """The pillar clauses."""
        return self._of(Pillar)

    @property
    def presences(self) -> tuple[Presence, ...]:
        """The presence clauses."""
        return self._of(Presence)

    @property
    def restraints(self) -> tuple[Restraint, ...]:
        """The restraint clauses."""
        return self._of(Restraint)

    @property
    def economics(self) -> tuple[Economic, ...]:
        """The economic clauses."""
        return self._of(Economic)

    @property
    def lives(self) -> tuple[LifeClause, ...]:
        """The life clauses, unmerged."""
        return self._of(LifeClause)

    def _of(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        return tuple(clause for clause in self.clauses if isinstance(clause, kind))

    def holders_of(self, clause: Obligation | Pillar | Presence | Economic) -> tuple[str, ...]:
        """Actors that hold a clause, with "all-guarantors" written out."""
        return self.guarantors if clause.holders == "all-guarantors" else tuple(clause.holders)

    def triggers_of(self, obligation: Obligation) -> tuple[Trigger, ...]:
        """Triggers that make an obligation owed: those it names, or all."""
        named = obligation.triggers
        return tuple(one for one in self.triggers if not named or one.id in named)

    def procedures_of(self, obligation: Obligation) -> tuple[Procedure, ...]:
        """Procedures that an obligation must go through."""
        return tuple(
            one
            for one in self.procedures
            if one.binds == "all-obligations" or obligation.id in one.binds
        )


def _with_grade(clause: Any, grade: str) -> Any:
    """Return a clause (raw or built) with the grade filled in if it states none."""
    if isinstance(clause, Mapping):
        return clause if clause.get("grade") is not None else {**clause, "grade": grade}
    if isinstance(clause, Model) and "grade" not in clause.model_fields_set:
        return clause.model_copy(update={"grade": grade})
    return clause


def strip_duties(instrument: Instrument) -> Instrument:
    """Return the instrument with its terms and life only: what it says without what it owes.

    Triggers, obligations, procedures, presence, pillars, verification and the snap-back of
    sanctions go; restraints, other economic terms and the life stay, and entry conditions on
    clauses that are gone go with them.
    """
    terms = [*instrument.restraints, *instrument.lives]
    terms += [one for one in instrument.economics if one.type != "snap-back"]
    kept = {clause.id for clause in terms}
    clauses = tuple(
        _without_conditions(clause, kept) for clause in instrument.clauses if clause.id in kept
    )
    return instrument.model_copy(update={"clauses": clauses})


def _without_conditions(clause: Clause, kept: set[str]) -> Clause:
    if not isinstance(clause, LifeClause):
        return clause
    conditions: Sequence[str] = [one for one in clause.depends_on if one in kept]
    return clause.model_copy(update={"depends_on": tuple(conditions)})
