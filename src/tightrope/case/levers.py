"""What a drafter can move: levers over the clauses of a base, with bounds and exclusions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from tightrope.case.models import Case, Settlement
from tightrope.treaty.draft import Change
from tightrope.treaty.errors import InputError, Where, raise_all
from tightrope.treaty.reading import validate
from tightrope.treaty.values import ClauseId, Model, Slug, Text
from tightrope.treaty.yamltext import Located, read_file

LEVERS_FILE = "levers.yaml"
AS_BASE = "as-base"
"""The choice of every lever that leaves the base as it stands."""
JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
MOST_CHOICES = 200
REACHED = 1e-9
"""A range reaches its high end to this part of a step."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Choice(Model):
    """One position of a lever: named changes of clauses, and of terms of the settlement."""

    id: Slug
    title: Text
    changes: tuple[Change, ...] = ()
    settlement: dict[str, Any] = Field(default_factory=dict)


class Range(Model):
    """A field of a clause (or, without a clause, a term of the settlement) between two bounds."""

    clause: ClauseId | None = None
    field: Text
    low: Number
    high: Number
    step: Number

    def choices(self, about: str) -> tuple[Choice, ...]:
        """One choice for each value, titled by what the lever moves."""
        count = int((self.high - self.low) / self.step + 1e-9) + 1
        # In decimals as they are written, so that 0.1 and two steps of 0.1 make 0.3.
        low, step = Decimal(repr(self.low)), Decimal(repr(self.step))
        values = [float(low + k * step) for k in range(count)]
        whole = [round(v) if float(v).is_integer() else v for v in values]
        return tuple(self._choice(v, about) for v in whole)

    def _choice(self, value: float, about: str) -> Choice:
        # Every digit is kept, or two values could have one name.
        number = repr(float(value)).removesuffix(".0")
        title = f"{about}: {number}"
        name = number.removeprefix("-").replace(".", "-").replace("+", "")
        name = f"minus-{name}" if value < 0 else name
        if self.clause is None:
            return Choice(id=name, title=title, settlement={self.field: float(value)})
        change = Change(op="set", clause=self.clause, field=self.field, value=value)
        return Choice(id=name, title=title, changes=(change,))


class Lever(Model):
    """Something that a drafter can choose.

    about    what it moves, in a few words
    theme    the head under which its page counts it, a word of the author's own: backstop, speed …
    choices  its positions beside the base as it stands; or `range`
    """

    id: Slug
    about: Text
    theme: Slug
    choices: tuple[Choice, ...] = ()
    range: Range | None = None

    @property
    def positions(self) -> tuple[Choice, ...]:
        """All positions, the base as it stands first."""
        more = self.range.choices(self.about) if self.range else self.choices
        return (Choice(id=AS_BASE, title="as in the base"), *more)


class Exclusion(Model):
    """A combination that is not to be drafted: lever → the choices that may not go together."""

    because: Text
    together: Annotated[
        dict[Slug, Annotated[tuple[Slug, ...], Field(min_length=1)]], Field(min_length=2)
    ]


class Objective(Model):
    """What a draft is judged by, over the draws weighted by the record.

    outcome  a name of docs/model/outcomes.md
    better   more or less of it
    taken    the mean, or the mean of the worst tenth of the draws
    """

    outcome: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    better: Literal["more", "less"]
    taken: Literal["mean", "worst-decile"] = "mean"


class Levers(Model):
    """A levers file: the base, what a draft is judged by, the levers and what they may not do.

    existing  options of the case that drafts are set beside; None for all
    """

    schema_version: Literal["1"] = "1"
    base: Slug
    objectives: Annotated[tuple[Objective, ...], Field(min_length=2, max_length=6)]
    levers: Annotated[tuple[Lever, ...], Field(min_length=1)]
    exclusions: tuple[Exclusion, ...] = ()
    existing: Annotated[tuple[Slug, ...], Field(min_length=1)] | None = None


def load_levers(case: Case, path: str | Path | None = None) -> Levers:
    """Read a levers file, that of the case where ``path`` is None.

    Errors: InputError with file, line and field for what cannot be read, for a base, lever or
    choice that is not there, an id used twice, or a term that a settlement does not have.
    """
    place = _file_of(case, path)
    if path is None and not place.is_file():
        raise InputError(
            f"case '{case.id}' has no {LEVERS_FILE}", "TW211",
            remedy="give a file of levers with --levers",
        )  # fmt: skip
    root = read_file(place)
    found = validate(Levers, root)
    raise_all(list(_without_positions(found, root)))
    raise_all(list(_problems(case, found, root)))
    return found


def in_file(error: InputError, case: Case, path: str | Path | None = None) -> InputError:
    """An error that names a lever, objective or exclusion, with the file and line of that.

    Any other comes from elsewhere, such as the case, and stays as it is.
    """
    field = (error.where.field or "").split(" ")[0]
    if not field.startswith(("levers", "objectives", "exclusions")):
        return error
    return error.at(read_file(_file_of(case, path)).where(field))


def _file_of(case: Case, path: str | Path | None) -> Path:
    return Path(case.folder) / LEVERS_FILE if path is None else Path(path)


def levers_json_schema() -> dict[str, Any]:
    """JSON Schema of a levers file, for editors that complete it."""
    return {"$schema": JSON_SCHEMA, **Levers.model_json_schema(), "title": "Tightrope levers"}


def _without_positions(levers: Levers, root: Located) -> Iterator[InputError]:
    """Levers that have no positions, two of one name, or a range that stops short."""
    for number, lever in enumerate(levers.levers):
        place = f"levers[{number}]"
        if (lever.range is None) == (not lever.choices):
            which = "both choices and a range" if lever.choices else "neither choices nor a range"
            yield InputError(
                f"lever '{lever.id}' has {which}", "TW212", root.where(place),
                remedy="give one of the two",
            )  # fmt: skip
        if lever.range is None and _repeats(lever):
            yield InputError(
                f"two choices of lever '{lever.id}' have one id, or one is called '{AS_BASE}'",
                "TW211", root.where(f"{place}.choices"), remedy="rename one",
            )  # fmt: skip
        span = lever.range
        if span is None:
            continue
        if span.step <= 0 or span.low > span.high:
            yield InputError(
                f"no value lies between {span.low:g} and {span.high:g} in steps of {span.step:g}",
                "TW212", root.where(f"{place}.range.{'step' if span.step <= 0 else 'low'}"),
                remedy="give a positive step, and low not above high",
            )  # fmt: skip
        elif (span.high - span.low) / span.step > MOST_CHOICES:
            yield InputError(
                f"the range has more than {MOST_CHOICES} values", "TW212",
                root.where(f"{place}.range.step"), remedy="widen the step",
            )  # fmt: skip
        elif _repeats(lever):
            yield InputError(
                f"steps of {span.step!r} do not tell numbers from {span.low!r} on apart", "TW212",
                root.where(f"{place}.range.step"), remedy="widen the step",
            )  # fmt: skip
        elif _stops_short(span):
            count = (span.high - span.low) / span.step
            reach = [(span.high - span.low) / k for k in (math.floor(count), math.ceil(count)) if k]
            yield InputError(
                f"steps of {span.step:.12g} from {span.low:.12g} do not reach {span.high:.12g}",
                "TW212", root.where(f"{place}.range.step"),
                remedy=f"give a step of {' or '.join(f'{step:.12g}' for step in reach)}",
            )  # fmt: skip


def _stops_short(span: Range) -> bool:
    """Whether no whole number of steps leads from the low end to the high one."""
    count = (span.high - span.low) / span.step
    return abs(count - round(count)) > REACHED


def _repeats(lever: Lever) -> bool:
    """Whether two positions have one id."""
    ids = [choice.id for choice in lever.positions]
    return len(set(ids)) < len(ids)


def _problems(case: Case, levers: Levers, root: Located) -> Iterator[InputError]:
    options = tuple(option.id for option in case.options)
    if levers.base not in options:
        yield _nothing("option", levers.base, options, root.where("base"))
    for number, name in enumerate(levers.existing or ()):
        if name not in options:
            yield _nothing("option", name, options, root.where(f"existing[{number}]"))
    ids = tuple(lever.id for lever in levers.levers)
    for number, lever in enumerate(levers.levers):
        place = f"levers[{number}]"
        if ids.index(lever.id) != number:
            yield InputError(
                f"the id '{lever.id}' is used twice", "TW211", root.where(f"{place}.id"),
                remedy="rename one",
            )  # fmt: skip
        for choice in lever.positions:
            for term in choice.settlement:
                if term not in Settlement.model_fields:
                    terms = tuple(Settlement.model_fields)
                    yield _nothing("term of a settlement", term, terms, root.where(place))
    for number, exclusion in enumerate(levers.exclusions):
        place = f"exclusions[{number}]"
        for name, choices in exclusion.together.items():
            if name not in ids:
                yield _nothing("lever", name, ids, root.where(f"{place}.together"))
                continue
            known = tuple(one.id for one in levers.levers[ids.index(name)].positions)
            for wanted in choices:
                if wanted not in known:
                    yield _nothing(
                        f"choice of lever '{name}'", wanted, known,
                        root.where(f"{place}.together.{name}"),
                    )  # fmt: skip


def _nothing(what: str, name: str, allowed: tuple[str, ...], where: Where) -> InputError:
    return InputError(
        f"there is no {what} '{name[:60]}'", "TW211", where, allowed, "name one of these", name[:60]
    )
