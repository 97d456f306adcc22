"""Two options clause by clause: what each change of words does to the outcomes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.case import Case, Option, instrument_of
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee.evaluate import Clock
from tightrope.guarantee.profile import Profile, compile_profile
from tightrope.guarantee.program import (
    FINE,
    BareTables,
    Compiled,
    Model,
    evaluate_option,
    setting_of,
)
from tightrope.guarantee.runtime import enable_compile_cache
from tightrope.treaty import (
    Change,
    InputError,
    Instrument,
    apply_changes,
    changes_between,
)


class CentralWorld:
    """Outcomes of options in the world in which every parameter has its central value."""

    def __init__(self, case: Case) -> None:
        enable_compile_cache()
        self.case = case
        self.world = {k: jnp.asarray(v) for k, v in worlds_of.central(case).items()}
        self.model = Model(setting_of(case), Clock(case.horizon_years, FINE.step))
        self._bare: BareTables = {}
        self._last: tuple[Any, dict[str, float]] | None = None

    def full(self, compiled: Compiled) -> dict[str, Any]:
        """Every outcome, leaves with one world first."""
        return evaluate_option(self.world, compiled, self.model, self._bare)

    def outcomes(self, option: Option, instrument: Instrument) -> dict[str, float]:
        """Scalar outcomes; NaN where one has no meaning for this option."""
        profile = compile_profile(self.case, instrument)
        key = (_fingerprint(profile), option.settlement)
        if self._last is None or self._last[0] != key:
            result = self.full(Compiled(option.id, profile, option.settlement))
            flat = {k: float(np.asarray(v)[0]) for k, v in result["scalars"].items()}
            flat |= {f"equal_{k}": float(np.asarray(v)[0]) for k, v in result["equal"].items()}
            self._last = key, flat
        return self._last[1]


def _fingerprint(profile: Profile) -> tuple[Any, ...]:
    """What the model reads of a text: texts that differ in words alone have the same."""
    leaves = jax.tree.leaves([getattr(profile, f.name) for f in dataclasses.fields(profile)])
    return tuple((x.shape, x.tobytes()) if isinstance(x, np.ndarray) else x for x in leaves)


def steps_between(
    first: Instrument, second: Instrument
) -> Iterator[tuple[list[Change], Instrument]]:
    """Changes that lead from one text to the other, with the text after each.

    Changes to one clause go together. A change after which the text would contradict itself (a
    duty that refers to a trigger not yet added) waits until it can be made alone. Where none of
    those that wait can, as few as need each other are made at once.
    """
    left: dict[str, list[Change]] = {}
    for change in _ordered(changes_between(first, second)):
        left.setdefault(_name(change), []).append(change)
    now = first
    while left:
        for names in [[name] for name in left]:
            after = _after(now, left, names)
            if after is not None:
                break
        else:
            names = _fewest(now, left)
            after = _after(now, left, names)
        now = after or second
        yield [c for name in names for c in left[name]], now
        left = {name: group for name, group in left.items() if name not in names}


def _name(change: Change) -> str:
    return str(change.clause or (change.clause_body or {}).get("id") or change.field or "")


def _after(now: Instrument, groups: dict[str, list[Change]], names: list[str]) -> Instrument | None:
    """The text after the changes named, or None if it would contradict itself."""
    try:
        return apply_changes(now, [c for name in names for c in groups[name]])
    except InputError:
        return None


def _fewest(now: Instrument, groups: dict[str, list[Change]]) -> list[str]:
    """Changes that can be made together and of which none can be spared; all if there are none."""
    names, spared = list(groups), True
    while spared:
        spared = False
        for name in tuple(names):
            fewer = [other for other in names if other != name]
            if fewer and _after(now, groups, fewer) is not None:
                names, spared = fewer, True
    return names


def _ordered(changes: tuple[Change, ...]) -> list[Change]:
    rank = {"set": 1, "remove": 2, "add": 0}
    return sorted(changes, key=lambda c: rank[c.op] if c.clause or c.clause_body else -1)


def compare(case: Case, a: str, b: str) -> dict[str, Any]:
    """What changes from option ``a`` to option ``b``, and what each change does.

    Effects are taken one after another in the order shown, at central values, so they add up to
    the total; another order would share out joint effects differently. An outcome that one of the
    two options does not have is None.
    Returns  {clauses: [{clause, from, to, effect: {outcome: x}}], total: {outcome: x}}
    Errors   InputError for an unknown option
    """
    first, second = case.option(a), case.option(b)
    world = CentralWorld(case)
    before_text, after_text = (instrument_of(case, o) for o in (first, second))
    start = now = world.outcomes(first, before_text)
    end = world.outcomes(second, after_text)
    shared = [k for k in start if np.isfinite(start[k]) and np.isfinite(end[k])]
    absent = dict.fromkeys(k for k in start if k not in shared)
    rows: list[dict[str, Any]] = []

    def record(clause: str, old: Any, new: Any, outcomes: dict[str, float]) -> dict[str, float]:
        # An outcome that a text on the way does not have keeps its last value.
        known = {k: outcomes[k] if np.isfinite(outcomes[k]) else now[k] for k in shared}
        effect = {k: known[k] - now[k] for k in shared}
        rows.append({"clause": clause, "from": old, "to": new, "effect": effect | absent})
        return known

    text = before_text
    for group, after in steps_between(before_text, after_text):
        names = dict.fromkeys(_name(c) for c in group)
        old, new = (_words(t, list(names), group) for t in (text, after))
        now = record(", ".join(names), old, new, world.outcomes(first, after))
        text = after
    if first.settlement != second.settlement:
        moved = first.model_copy(update={"settlement": second.settlement})
        now = record(
            "settlement",
            first.settlement.model_dump(mode="json"),
            second.settlement.model_dump(mode="json"),
            world.outcomes(moved, text),
        )
    # What the text of B still changes beyond its named clauses (its id, the order of clauses).
    if any(abs(end[k] - now[k]) > 1e-12 for k in shared):
        record("rest", None, None, end)
    return {"clauses": rows, "total": {k: end[k] - start[k] for k in shared} | absent}


def _words(text: Instrument, names: list[str], group: list[Change]) -> Any:
    clauses = {c.id: c.model_dump(mode="json", exclude_none=True) for c in text.clauses}
    fields = text.model_dump(mode="json", exclude_none=True)
    found = {n: clauses.get(n, fields.get(n)) for n in names}
    touched = {c.field for c in group if c.op == "set" and c.clause and c.field}
    only_set = all(c.op == "set" and c.clause for c in group)
    if only_set:
        found = {
            n: {k: v for k, v in value.items() if k in touched}
            if isinstance(value, dict)
            else value
            for n, value in found.items()
        }
    return next(iter(found.values())) if len(found) == 1 else found
