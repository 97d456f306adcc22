"""Texts that are not in the case, made into options of it: a base with named changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tightrope.case import Case, Option, Settlement, instrument_of
from tightrope.case.claims import Variant
from tightrope.treaty import (
    Change,
    InputError,
    Instrument,
    Where,
    apply_changes,
    dump_instrument,
    validate,
)
from tightrope.treaty.yamltext import located


def changed_terms(settlement: Settlement, changes: Mapping[str, Any], field: str) -> Settlement:
    """The settlement with some terms changed. Errors: InputError for a value that cannot be."""
    plain = {**settlement.model_dump(mode="json"), **changes}
    try:
        return validate(Settlement, located(plain))
    except InputError as error:
        raise error.at(Where(field=field)) from None


def make_option(
    case: Case,
    base: Option,
    changes: Sequence[Change],
    terms: Mapping[str, Any],
    *,
    id: str,
    title: str,
    folder: Path,
) -> tuple[Option, Instrument]:
    """An option that differs from ``base`` by named changes; its text is written to ``folder``.

    Errors: InputError for a change that does not fit the base, or a text that contradicts itself.
    """
    text = apply_changes(instrument_of(case, base), changes, id=id, title=title)
    place = folder / f"{id}.yaml"
    place.write_text(dump_instrument(text), encoding="utf-8")
    option = base.model_copy(
        update={
            "id": id,
            "title": title,
            "instrument": str(place.absolute()),
            "settlement": changed_terms(base.settlement, terms, f"{id}.settlement"),
            "why": None,
        }
    )
    return option, text


def with_variants(case: Case, variants: Iterable[Variant], folder: Path) -> Case:
    """The case with variants among its options; their texts are written to ``folder``.

    Errors: as for `make_option`, placed at the variant.
    """
    made = []
    for number, variant in enumerate(variants):
        try:
            option, _ = make_option(
                case, case.option(variant.base), variant.changes, variant.settlement,
                id=variant.id, title=variant.title, folder=folder,
            )  # fmt: skip
        except InputError as error:
            raise InputError(
                f"variant '{variant.id}' does not fit its base '{variant.base}': {error.what}",
                error.code, Where(field=f"variants[{number}]"), error.allowed, error.remedy,
                error.word,
            ) from None  # fmt: skip
        made.append(option)
    return case.model_copy(update={"options": (*case.options, *made)})
