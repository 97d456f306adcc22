"""Leaks in the response: triggers, duties and the way a response is decided."""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.treaty.checks.finding import Context, Leak, leak_in, names
from tightrope.treaty.instrument import Instrument


def hostile_veto(text: Instrument, context: Context) -> Iterator[Leak]:
    """The Budapest defect: the challenger, or a friend of it, may block the response.

    Hostile are parties in the role of challenger, parties other than the protégé that a no-force
    clause restrains, and the friends that the case lists. An automatic response passes nobody.
    """
    restrained = {
        actor for clause in text.restraints if clause.type == "no-force" for actor in clause.on
    }
    hostile = set(text.in_role("challenger")) | restrained | context.friends
    hostile -= set(text.in_role("protege"))
    for clause in text.procedures:
        blockers = [actor for actor in clause.may_block if actor in hostile]
        if blockers and clause.rule != "automatic":
            where = clause.body or clause.rule
            yield leak_in(
                clause,
                f"the response depends on a decision that {names(blockers)} may block ({where})",
                "Each guarantor shall respond whether or not the body has acted, and neither a "
                "party to the conflict nor its friends take part in the decision.",
            )


def undetermined_trigger(text: Instrument, context: Context) -> Iterator[Leak]:
    """Nobody is named to determine that a trigger is met."""
    for clause in text.triggers:
        if not clause.determined_by:
            yield leak_in(
                clause,
                "nobody is named to determine that this trigger is met, so each side can deny it",
                "Whether this has occurred is determined by each guarantor for itself, or by the "
                "joint commission within 48 hours.",
            )


def discretionary_modality(text: Instrument, context: Context) -> Iterator[Leak]:
    """The wording of a duty lets each holder do nothing."""
    for clause in text.obligations:
        if clause.modality in ("may", "shall-as-it-deems-necessary"):
            yield leak_in(
                clause,
                f"'{clause.modality}' lets each holder decide that nothing is needed",
                f"Each holder shall take the following measures: {', '.join(clause.measures)}.",
            )


def no_deadline(text: Instrument, context: Context) -> Iterator[Leak]:
    """A duty has no time by which it must be performed."""
    for clause in text.obligations:
        if clause.within_days is None:
            yield leak_in(
                clause,
                "no time is set, so the duty can be put off until it is too late",
                "... within 3 days of the determination that the trigger is met.",
            )


def above_grey_zone(text: Instrument, context: Context) -> Iterator[Leak]:
    """A trigger begins above the grey zone: probes do not set it off."""
    for clause in text.triggers:
        if "probe" not in clause.levels:
            yield leak_in(
                clause,
                "hostile acts short of open attack (sabotage, coercion) do not set it off",
                "... including sabotage, hybrid acts and economic coercion, for which a lower "
                "measure may be named.",
            )


def unbound_guarantors(text: Instrument, context: Context) -> Iterator[Leak]:
    """Guarantors that no procedure binds: they hold no duty, or none that is ever decided."""
    bound = {
        actor
        for duty in text.obligations
        if text.procedures_of(duty)
        for actor in text.holders_of(duty)
    }
    free = [actor for actor in text.guarantors if actor not in bound]
    if free:
        yield Leak(
            None,
            "parties",
            f"no procedure binds {names(free)}: no duty of theirs is ever decided on",
            "On the determination that the trigger is met, each guarantor decides by the "
            "procedure of this article, which binds every guarantor named.",
        )
