"""Expert claims of a case: propositions over the outcomes of named options, read from YAML.

A claim is data. It compares outcomes; nothing in it is executed. What the words mean in arrays is
in the room that solves the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from tightrope.case.models import Case, Settlement
from tightrope.case.parameter import read_citations
from tightrope.treaty.draft import Change
from tightrope.treaty.errors import InputError, Where, raise_all
from tightrope.treaty.reading import validate
from tightrope.treaty.values import ActorId, Flag, Model, Share, Slug, Text
from tightrope.treaty.vocabulary import Level
from tightrope.treaty.yamltext import Located, read_file

CLAIMS_FILE = "claims.yaml"
JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
EACH = "each"
"""What stands for the option that a quantifier runs over."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Variant(Model):
    """An option of the case with named changes of clauses, and of terms if it has any.

    base        option of the case;  changes  as in a draft, in order
    settlement  terms that differ from the base's, by name
    """

    id: Slug
    base: Slug
    title: Text
    changes: tuple[Change, ...] = ()
    settlement: dict[str, Any] = Field(default_factory=dict)


class Quantity(Model):
    """An outcome of one option.

    outcome  a name of `docs/model/outcomes.md`; `equal_NAME` at equal terms
    option   an option, a variant, or `each` inside a quantifier
    actor    for `accept`, `value_guarantor` and `respond`: a state, or `guarantors` for all
             who are parties
    over     what is taken of all parties: their mean, the lowest or the highest
    level, action  for `respond` only
    """

    outcome: Slug | Annotated[str, Field(pattern=r"^[a-z_]+$")]
    option: Slug
    actor: ActorId | Literal["guarantors"] | None = None
    over: Literal["mean", "lowest", "highest"] = "mean"
    level: Level | None = None
    action: Literal["abstain", "support", "fight"] | None = None


class Compare(Model):
    """The left is above or below the right, by more than `by`."""

    kind: Literal["compare"]
    left: Quantity
    relation: Literal["above", "below"]
    right: Quantity | Number
    by: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] = 0.0


class AllOf(Model):
    """Every part holds."""

    kind: Literal["all"]
    of: Annotated[tuple[Proposition, ...], Field(min_length=1)]


class AnyOf(Model):
    """At least one part holds."""

    kind: Literal["any"]
    of: Annotated[tuple[Proposition, ...], Field(min_length=1)]


class Not(Model):
    """The part does not hold."""

    kind: Literal["not"]
    of: Proposition


class Every(Model):
    """The part holds for each option of a named set."""

    kind: Literal["every"]
    among: Slug
    that: Proposition


class Some(Model):
    """The part holds for at least one option of a named set."""

    kind: Literal["some"]
    among: Slug
    that: Proposition


Proposition = Annotated[
    Compare | AllOf | AnyOf | Not | Every | Some,
    Field(discriminator="kind"),
]
"""What a claim says of the outcomes; the field `kind` tells which form it has."""


class Check(Model):
    """Between which shares of worlds a claim must hold, before or after the record."""

    at_least: Share = 0.0
    at_most: Share = 1.0
    when: Literal["before", "after"] = "after"


class Claim(Model):
    """What somebody said about guarantees, as a proposition over outcomes.

    speaker          a name, or 'the author' or 'an expert quoted in the article'
    source           `key, locator`
    says             our paraphrase, neutral and in our own words
    reads            how the words became the proposition, where that needs saying
    proposition      None where the model cannot express it; then `reason` says why
    construction     why it cannot fail in this model, or None
    contradicts      ids of claims that cannot all be true together with it
    check            a share it must reach, for a run that checks the claims, or None
    """

    id: Slug
    speaker: Text
    source: Text
    says: Text
    reads: Text | None = None
    expressible: Flag = True
    reason: Text | None = None
    proposition: Proposition | None = None
    construction: Text | None = None
    contradicts: tuple[Slug, ...] = ()
    check: Check | None = None


class Claims(Model):
    """A claims file: sets of options, variants of options, and the claims.

    sets      name → ids of options or variants that a quantifier runs over
    """

    schema_version: Literal["1"] = "1"
    sets: dict[Slug, Annotated[tuple[Slug, ...], Field(min_length=1)]] = Field(default_factory=dict)
    variants: tuple[Variant, ...] = ()
    claims: Annotated[tuple[Claim, ...], Field(min_length=1)]


for _model in (AllOf, AnyOf, Not, Every, Some, Claim, Claims):
    _model.model_rebuild()


def load_claims(case: Case, path: str | Path | None = None) -> Claims:
    """Read a claims file, that of the case where ``path`` is None.

    Errors: InputError with file, line and field for what cannot be read, for an option, variant,
    set or claim that is not there, and for an id used twice.
    """
    place = _file_of(case, path)
    if path is None and not place.is_file():
        raise InputError(
            f"case '{case.id}' has no {CLAIMS_FILE}", "TW162",
            remedy="give a file of claims with --file",
        )  # fmt: skip
    root = read_file(place)
    found = validate(Claims, root)
    raise_all(list(_problems(case, found, root)))
    return found


def in_file(error: InputError, case: Case, path: str | Path | None = None) -> InputError:
    """An error that names a claim or a variant, with the file and line where that stands.

    Any other comes from elsewhere, such as the case, and stays as it is.
    """
    field = error.where.field or ""
    if not field.startswith(("claims[", "variants[")):
        return error
    return error.at(read_file(_file_of(case, path)).where(field))


def _file_of(case: Case, path: str | Path | None) -> Path:
    return Path(case.folder) / CLAIMS_FILE if path is None else Path(path)


def claims_json_schema() -> dict[str, Any]:
    """JSON Schema of a claims file, for editors that complete it."""
    return {"$schema": JSON_SCHEMA, **Claims.model_json_schema(), "title": "Tightrope claims"}


def quantities(proposition: Proposition) -> Iterator[Quantity]:
    """Every outcome that a proposition speaks of, quantified ones with option `each`."""
    return (quantity for _, quantity in placed_quantities(proposition, ""))


def placed_quantities(proposition: Proposition, field: str) -> Iterator[tuple[str, Quantity]]:
    """The same with the field where each stands, the proposition itself standing at ``field``."""
    if isinstance(proposition, Compare):
        yield f"{field}.left", proposition.left
        if isinstance(proposition.right, Quantity):
            yield f"{field}.right", proposition.right
    elif isinstance(proposition, AllOf | AnyOf):
        for number, part in enumerate(proposition.of):
            yield from placed_quantities(part, f"{field}.of[{number}]")
    else:
        word = "of" if isinstance(proposition, Not) else "that"
        yield from placed_quantities(_inner(proposition), f"{field}.{word}")


def sets_in(proposition: Proposition) -> Iterator[str]:
    """Names of the sets that a proposition runs over."""
    if isinstance(proposition, AllOf | AnyOf):
        for part in proposition.of:
            yield from sets_in(part)
    elif isinstance(proposition, Every | Some):
        yield proposition.among
        yield from sets_in(proposition.that)
    elif isinstance(proposition, Not):
        yield from sets_in(proposition.of)


def options_needed(claims: Claims) -> tuple[str, ...]:
    """Ids of the options and variants that the claims speak of, each once, in order of use."""
    found: dict[str, None] = {}
    for claim in claims.claims:
        if claim.proposition is not None:
            found.update(dict.fromkeys(options_of(claim, claims)))
    return tuple(found)


def options_of(claim: Claim, claims: Claims) -> tuple[str, ...]:
    """Ids of the options and variants that one claim speaks of."""
    if claim.proposition is None:
        return ()
    named = [q.option for q in quantities(claim.proposition) if q.option != EACH]
    inside = [option for name in sets_in(claim.proposition) for option in claims.sets[name]]
    return tuple(dict.fromkeys([*named, *inside]))


def _inner(proposition: Not | Every | Some) -> Proposition:
    return proposition.of if isinstance(proposition, Not) else proposition.that


def _faults_of(claim: Claim) -> Iterator[tuple[str, str, str, str]]:
    """What a claim lacks or has too much: (field, code, fault, remedy)."""
    if claim.expressible and claim.proposition is None:
        remedy = "give it one, or write 'expressible: false'"
        yield "proposition", "TW163", f"'{claim.id}' has no proposition", remedy
    if not claim.expressible and claim.proposition is not None:
        what = f"'{claim.id}' cannot be expressed and has a proposition all the same"
        yield "proposition", "TW163", what, "remove one of the two"
    if not claim.expressible and claim.reason is None:
        yield "reason", "TW163", f"'{claim.id}' does not say why it cannot be expressed", "add it"
    check = claim.check
    if check is not None and not claim.expressible:
        yield "check", "TW163", f"'{claim.id}' cannot be checked", "remove the check"
    if check is not None and check.at_least > check.at_most:
        what = f"at_least {check.at_least:g} is above at_most {check.at_most:g}"
        yield "check.at_least", "TW164", what, "swap the two"
    try:
        read_citations(claim.source)
    except InputError as error:
        yield "source", error.code, error.what, error.remedy


def _problems(case: Case, claims: Claims, root: Located) -> Iterator[InputError]:
    """References to nothing, and ids given twice."""
    options = tuple(option.id for option in case.options)
    variants = tuple(variant.id for variant in claims.variants)
    known = (*options, *variants)
    for number, variant in enumerate(claims.variants):
        if variant.id in options or variants.index(variant.id) != number:
            yield _twice(variant.id, root.where(f"variants[{number}].id"))
        if variant.base not in options:
            yield _nothing("option", variant.base, options, root.where(f"variants[{number}].base"))
        for term in variant.settlement:
            terms = tuple(Settlement.model_fields)
            if term not in terms:
                yield _nothing(
                    "term of a settlement", term, terms,
                    root.where(f"variants[{number}].settlement.{term}"),
                )  # fmt: skip
    for name, members in claims.sets.items():
        for number, member in enumerate(members):
            if member not in known:
                yield _nothing("option", member, known, root.where(f"sets.{name}[{number}]"))
    ids = tuple(claim.id for claim in claims.claims)
    for number, claim in enumerate(claims.claims):
        place = f"claims[{number}]"
        if ids.index(claim.id) != number:
            yield _twice(claim.id, root.where(f"{place}.id"))
        for field, code, what, remedy in _faults_of(claim):
            yield InputError(what, code, root.where(f"{place}.{field}"), remedy=remedy)
        for other in claim.contradicts:
            if other not in ids or other == claim.id:
                yield _nothing("claim", other, ids, root.where(f"{place}.contradicts"))
        if claim.proposition is None:
            continue
        for wanted in sets_in(claim.proposition):
            if wanted not in claims.sets:
                where = root.where(f"{place}.proposition")
                yield _nothing("set", wanted, tuple(claims.sets) or ("(no sets)",), where)
        yield from _options_problems(case, claim.proposition, known, root, place, inside=False)


def _options_problems(
    case: Case,
    part: Proposition,
    known: tuple[str, ...],
    root: Located,
    place: str,
    *,
    inside: bool,
) -> Iterator[InputError]:
    where = root.where(f"{place}.proposition")
    actors = tuple(actor.id for actor in case.actors)
    if isinstance(part, Compare):
        for one in quantities(part):
            if one.option == EACH and not inside:
                yield InputError(
                    f"'{EACH}' stands outside of 'every' and 'some'", "TW163", where,
                    remedy="name an option, or put the comparison under a quantifier",
                )  # fmt: skip
            elif one.option != EACH and one.option not in known:
                yield _nothing("option", one.option, known, where)
            if one.actor not in (None, "guarantors", *actors):
                yield _nothing("actor", str(one.actor), ("guarantors", *actors), where)
    elif isinstance(part, AllOf | AnyOf):
        for inner in part.of:
            yield from _options_problems(case, inner, known, root, place, inside=inside)
    else:
        within = inside or isinstance(part, Every | Some)
        yield from _options_problems(case, _inner(part), known, root, place, inside=within)


def _nothing(what: str, name: str, allowed: tuple[str, ...], where: Where) -> InputError:
    return InputError(
        f"there is no {what} '{name[:60]}'", "TW162", where, allowed, "name one of these", name[:60]
    )


def _twice(name: str, where: Where) -> InputError:
    return InputError(f"the id '{name}' is used twice", "TW152", where, remedy="rename one")
