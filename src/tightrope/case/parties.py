"""The parties of an instrument against the actors of a case: roles map by the actor's id."""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.case.models import Case
from tightrope.treaty.errors import InputError, Where
from tightrope.treaty.instrument import Instrument
from tightrope.treaty.vocabulary import Role


def party_problems(case: Case, instrument: Instrument) -> Iterator[InputError]:
    """What keeps an instrument from being an option of a case.

    Both must protect one state against one challenger (a text need not name the challenger), and
    whoever guarantees must be a guarantor of the case, or its promise would count for nothing.
    """
    sides: dict[Role, str] = {"protege": case.protege, "challenger": case.challenger}
    for role, actor in sides.items():
        for named in instrument.in_role(role):
            if named != actor:
                yield _stranger(instrument, named, (actor,), f"is not the {role} of {case.id}")
    for named in instrument.guarantors:
        if named not in case.guarantor_ids:
            yield _stranger(
                instrument, named, case.guarantor_ids, f"is not a guarantor of {case.id}"
            )


def _stranger(
    instrument: Instrument, named: str, allowed: tuple[str, ...], what: str
) -> InputError:
    return InputError(
        f"'{named}', a party of {instrument.id}, {what}",
        "TW157",
        Where(field=f"parties[{instrument.actors.index(named)}].actor"),
        allowed,
        "name an actor of the case, or add this one to the case",
        named,
    )
