"""A comparison goes clause by clause: changes stand together only where none can be spared."""

from __future__ import annotations

import itertools

import pytest

from tightrope.case import instrument_of, load_case
from tightrope.guarantee.compare import steps_between
from tightrope.treaty import Change, InputError, Instrument, apply_changes
from tightrope.treaty.draft import plain_instrument

UKRAINE, OLD = load_case("ukraine"), load_case("czechoslovakia-1938")
TEXTS = {o.id: instrument_of(case, o) for case in (UKRAINE, OLD) for o in case.options}
PAIRS = [
    *list(itertools.permutations([o.id for o in UKRAINE.options], 2))[::53],
    *itertools.permutations([o.id for o in OLD.options], 2),
]


def names_of(group: list[Change]) -> list[str]:
    """The clauses and fields that a group of changes touches, each once."""
    found = (c.clause or (c.clause_body or {}).get("id") or c.field for c in group)
    return list(dict.fromkeys(str(name) for name in found))


def stands(text: Instrument, changes: list[Change]) -> bool:
    """Whether the text can be changed so without contradicting itself."""
    try:
        apply_changes(text, changes)
    except InputError:
        return False
    return True


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_no_change_waits_for_another_that_it_does_not_need(a: str, b: str) -> None:
    """Each row names one clause, or clauses of which none can be left out; the last text is B."""
    now = TEXTS[a]
    for group, after in steps_between(TEXTS[a], TEXTS[b]):
        names = names_of(group)
        for name in names if len(names) > 1 else ():
            assert not stands(now, [c for c in group if names_of([c]) != [name]]), (names, name)
        now = after
    want, got = plain_instrument(TEXTS[b]), plain_instrument(now)
    assert {c["id"]: c for c in got["clauses"]} == {c["id"]: c for c in want["clauses"]}
    for field in ("parties", "form", "dates", "promise"):
        assert got.get(field) == want.get(field), field


def test_few_clauses_must_change_together() -> None:
    """Over these pairs nearly every row names a single clause."""
    sizes = [len(names_of(g)) for a, b in PAIRS for g, _ in steps_between(TEXTS[a], TEXTS[b])]
    assert sum(size == 1 for size in sizes) > 0.95 * len(sizes)
