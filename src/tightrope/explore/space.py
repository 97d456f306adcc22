"""The drafts that levers span: from one choice per lever to an option of the case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from itertools import combinations, islice, product
from math import prod
from pathlib import Path
from typing import Any

from tightrope.case import Case, Option, instrument_of
from tightrope.case.levers import AS_BASE, Choice, Levers
from tightrope.explore.search import Point
from tightrope.explore.variants import changed_terms, make_option
from tightrope.treaty import Change, InputError, Instrument, Where, apply_changes

#: Points of the grid that are tried to find one that is allowed.
MOST_TRIED = 10_000
#: An id of more places than this is cut to a digest.
LONGEST = 70


class Space:
    """The grid of drafts: a point has one place per lever, 0 for the base as it stands.

    Errors: InputError for a choice that does not fit the base, for two levers that move the same
    words, and where the exclusions leave nothing.
    """

    def __init__(self, case: Case, levers: Levers) -> None:
        self.case, self.levers = case, levers
        self.base: Option = case.option(levers.base)
        self.text: Instrument = instrument_of(case, self.base)
        self.positions: list[tuple[Choice, ...]] = [one.positions for one in levers.levers]
        self._fits: dict[Point, bool] = {}
        self._check_choices()
        self._check_overlaps()
        self._check_left()

    @property
    def sizes(self) -> list[int]:
        """Number of positions of each lever."""
        return [len(one) for one in self.positions]

    @property
    def start(self) -> Point:
        """The base as it stands."""
        return (0,) * len(self.positions)

    @cached_property
    def there(self) -> list[tuple[Option, Instrument]]:
        """The options of the case with their texts."""
        return [(option, instrument_of(self.case, option)) for option in self.case.options]

    @cached_property
    def _forbidden(self) -> list[list[tuple[int, frozenset[int]]]]:
        """Each exclusion as (lever, places) pairs."""
        ids = [lever.id for lever in self.levers.levers]
        found = []
        for exclusion in self.levers.exclusions:
            pairs = []
            for name, choices in exclusion.together.items():
                k = ids.index(name)
                known = [one.id for one in self.positions[k]]
                pairs.append((k, frozenset(known.index(one) for one in choices)))
            found.append(pairs)
        return found

    def excluded(self, point: Point) -> bool:
        """Whether an exclusion forbids the point."""
        return any(all(point[k] in places for k, places in pairs) for pairs in self._forbidden)

    def allowed(self, point: Point) -> bool:
        """Whether the point may be drafted: not excluded, and without contradiction."""
        if point not in self._fits:
            self._fits[point] = not self.excluded(point) and self._consistent(point)
        return self._fits[point]

    def _consistent(self, point: Point) -> bool:
        try:
            apply_changes(self.text, self.changes(point))
        except InputError:
            return False
        return True

    def choices(self, point: Point) -> dict[str, str]:
        """Lever → choice, for the levers that are moved."""
        return {
            lever.id: positions[place].id
            for lever, positions, place in zip(
                self.levers.levers, self.positions, point, strict=True
            )
            if place
        }

    def changes(self, point: Point) -> list[Change]:
        """Changes of clauses that make the base into the draft."""
        return [
            change
            for positions, place in zip(self.positions, point, strict=True)
            for change in positions[place].changes
        ]

    def terms(self, point: Point) -> dict[str, Any]:
        """Terms of the settlement that differ from the base's."""
        return {
            name: value
            for positions, place in zip(self.positions, point, strict=True)
            for name, value in positions[place].settlement.items()
        }

    def name(self, point: Point) -> str:
        """An id for the draft, the same for the same choices."""
        places = "-".join(str(place) for place in point)
        if len(places) > LONGEST:
            places = hashlib.sha256(places.encode()).hexdigest()[:16]
        return f"draft-{places}"

    def title(self, point: Point) -> str:
        """What the draft changes, in the words of its levers."""
        said = [
            positions[place].title
            for positions, place in zip(self.positions, point, strict=True)
            if place
        ]
        return f"{self.base.title}: {'; '.join(said)}" if said else self.base.title

    def option(self, point: Point, folder: Path) -> tuple[Option, Instrument]:
        """The draft as an option, its text written to ``folder``."""
        return make_option(
            self.case, self.base, self.changes(point), self.terms(point),
            id=self.name(point), title=self.title(point)[:500], folder=folder,
        )  # fmt: skip

    def _check_choices(self) -> None:
        for number, (lever, positions) in enumerate(
            zip(self.levers.levers, self.positions, strict=True)
        ):
            for choice in positions:
                field = f"levers[{number}] '{lever.id}', choice '{choice.id}'"
                try:
                    apply_changes(self.text, choice.changes)
                    changed_terms(self.base.settlement, choice.settlement, field)
                except InputError as error:
                    raise InputError(
                        f"the choice does not fit the base '{self.base.id}': {error.what}",
                        "TW213", Where(field=field), error.allowed,
                        error.remedy or "change it so that it stands alone", error.word,
                    ) from None  # fmt: skip

    def _check_left(self) -> None:
        """Something must be left: tried are the base, then the grid or a large part of it."""
        tried = islice(product(*(range(n) for n in self.sizes)), MOST_TRIED)
        if not any(map(self.allowed, tried)):
            raise InputError(
                "the exclusions leave no draft", "TW213", Where(field="exclusions"),
                remedy="remove one of them",
            )  # fmt: skip

    def _check_overlaps(self) -> None:
        """Two levers that set the same words cannot both have their way."""
        for (a, one), (b, other) in combinations(enumerate(self.positions), 2):
            for i, first in enumerate(one):
                for j, second in enumerate(other):
                    shared = _touched(first) & _touched(second)
                    point = [0] * len(self.positions)
                    point[a], point[b] = i, j
                    if shared and not self.excluded(tuple(point)):
                        names = self.levers.levers[a].id, self.levers.levers[b].id
                        raise InputError(
                            f"'{first.id}' of lever '{names[0]}' and '{second.id}' of lever "
                            f"'{names[1]}' both set {sorted(shared)[0]}",
                            "TW213", Where(field="levers"),
                            remedy="make them choices of one lever, or exclude them together",
                        )  # fmt: skip


def grid_size(space: Space) -> int:
    """Number of points of the grid, the forbidden ones too."""
    return prod(space.sizes)


def _touched(choice: Choice) -> set[str]:
    """The fields and terms that a choice sets, and the clauses it adds or removes."""
    found = {f"settlement.{name}" for name in choice.settlement}
    for change in choice.changes:
        if change.op == "add":
            found.add(f"clause {(change.clause_body or {}).get('id')}")
        elif change.op == "remove":
            found.add(f"clause {change.clause}")
        else:
            found.add(f"{change.clause or 'instrument'}.{change.field}")
    return found


def neighbours(space: Space, point: Point) -> list[tuple[int, Point]]:
    """Allowed drafts that differ from ``point`` by the choice of one lever, with that lever."""
    found = []
    for k, size in enumerate(space.sizes):
        for place in range(size):
            other = (*point[:k], place, *point[k + 1 :])
            if other != point and space.allowed(other):
                found.append((k, other))
    return found


def moved(space: Space, point: Point) -> Sequence[int]:
    """Levers that the draft moves."""
    return [k for k, place in enumerate(point) if space.positions[k][place].id != AS_BASE]
