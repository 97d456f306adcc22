"""What a proposition means: in which worlds it holds, and by how much.

Every proposition gives each world a margin: positive where it holds, negative where it fails, and
larger the further it is from tipping over. A comparison's margin is the difference of its sides
less what they must differ by; 'all' takes the smallest margin of its parts, 'any' the largest,
'not' turns the sign (the quantitative semantics of Fainekos and Pappas 2009). A missing outcome
makes the margin missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from tightrope.case import Case
from tightrope.case.claims import (
    EACH,
    AllOf,
    AnyOf,
    Claims,
    Compare,
    Every,
    Not,
    Proposition,
    Quantity,
    Some,
    placed_quantities,
)
from tightrope.game import ACTIONS
from tightrope.guarantee import EQUAL, SCALARS, Assessment
from tightrope.guarantee.assess import Result
from tightrope.guarantee.backstop import BACKSTOP
from tightrope.guarantee.outcomes import BY_ACTOR
from tightrope.treaty import LEVELS, InputError, Where

Floats = NDArray[np.float64]

#: Differences smaller than this are rounding, and count as none.
LEAST = 1e-6
OUTCOMES = (*SCALARS, *BACKSTOP, *(f"equal_{name}" for name in EQUAL), *BY_ACTOR)

OF_GUARANTORS = ("value_guarantor", "respond")
"""Outcomes by actor that principals do not have."""


def check_outcomes(claims: Claims, case: Case) -> None:
    """Refuse an outcome that the model does not have, or that lacks its actor, level or action.

    Only guarantors respond to an attack, and only they have a value of a guarantor.

    Errors: InputError.
    """
    for number, claim in enumerate(claims.claims):
        if claim.proposition is None:
            continue
        for field, one in placed_quantities(claim.proposition, f"claims[{number}].proposition"):
            where = Where(field=field)
            if one.outcome not in OUTCOMES:
                raise InputError(
                    f"'{one.outcome}' is not an outcome", "TW165",
                    Where(field=f"{field}.outcome"), OUTCOMES,
                    "name one of these", one.outcome,
                )  # fmt: skip
            if (one.outcome in BY_ACTOR) != (one.actor is not None):
                needs = "needs 'actor:'" if one.actor is None else "has no actor"
                raise InputError(
                    f"'{one.outcome}' {needs}", "TW165", where, None,
                    "name an actor for accept, value_guarantor and respond, and for no other",
                )  # fmt: skip
            guarantors = ("guarantors", *case.guarantor_ids)
            if one.outcome in OF_GUARANTORS and one.actor not in guarantors:
                raise InputError(
                    f"'{one.outcome}' is an outcome of guarantors, and '{one.actor}' is none",
                    "TW165", Where(field=f"{field}.actor"), guarantors,
                    "name one of these", str(one.actor),
                )  # fmt: skip
            given = (one.level is not None, one.action is not None)
            if given != (one.outcome == "respond",) * 2:
                raise InputError(
                    "'level:' and 'action:' go with 'respond', and with no other outcome",
                    "TW165", where, None, "give both for respond, and neither elsewhere",
                )  # fmt: skip


class Outcomes:
    """The outcomes of an assessment by option, as propositions ask for them."""

    def __init__(self, assessment: Assessment) -> None:
        self.case = assessment.case
        self.actors = assessment.actors
        self.by_id: Mapping[str, Result] = {r.option.id: r for r in assessment.results}

    def values(self, quantity: Quantity, option: str) -> Floats:
        """The quantity in every world, NaN where it has no meaning or was not solved, (D,)."""
        result = self.by_id[option]
        name = quantity.outcome
        if name in BY_ACTOR:
            return self._of_actors(result, quantity)
        if name.startswith("equal_"):
            return result.equal[name.removeprefix("equal_")]
        return result.scalars.get(name, np.full(result.failed.shape, np.nan))

    def _of_actors(self, result: Result, quantity: Quantity) -> Floats:
        ids = self.case.guarantor_ids
        if quantity.actor == "guarantors":
            chosen = [ids.index(i) for i in result.parties]
        elif quantity.actor in ids:
            chosen = [ids.index(str(quantity.actor))]
        else:
            chosen = []
        missing = np.full(result.failed.shape, np.nan)
        if quantity.outcome == "accept":
            if not result.agreement:
                return missing
            if quantity.actor in self.actors[:2]:
                return result.accept[:, self.actors.index(str(quantity.actor))]
            chosen = [i for i in chosen if ids[i] in result.parties]
            found = result.accept[:, 2:][:, chosen]
        elif quantity.outcome == "value_guarantor":
            found = result.value_guarantor[:, chosen]
        else:
            assert quantity.level is not None and quantity.action is not None
            place = LEVELS.index(quantity.level), ACTIONS.index(quantity.action)
            found = result.respond[:, chosen, place[0], place[1]]
        if found.shape[1] == 0:
            return missing
        if quantity.over == "mean":
            return np.asarray(found.mean(axis=1))
        return np.asarray(found.min(axis=1) if quantity.over == "lowest" else found.max(axis=1))


def margin(
    part: Proposition, outcomes: Outcomes, sets: Mapping[str, Sequence[str]], each: str = ""
) -> Floats:
    """By how much the proposition holds in every world, (D,); above 0 where it holds.

    each  the option that the innermost quantifier is at
    """
    if isinstance(part, Compare):
        left, right = (
            outcomes.values(one, each if one.option == EACH else one.option)
            if isinstance(one, Quantity)
            else one
            for one in (part.left, part.right)
        )
        apart = left - right if part.relation == "above" else right - left
        return np.asarray(apart - part.by - LEAST)
    if isinstance(part, Not):
        return -margin(part.of, outcomes, sets, each)
    if isinstance(part, Every | Some):
        found = [margin(part.that, outcomes, sets, option) for option in sets[part.among]]
        return reduce(np.minimum if isinstance(part, Every) else np.maximum, found)
    assert isinstance(part, AllOf | AnyOf)
    found = [margin(one, outcomes, sets, each) for one in part.of]
    return reduce(np.minimum if isinstance(part, AllOf) else np.maximum, found)
