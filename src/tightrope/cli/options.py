"""Find the option that a word on the command line names: an id of the case, or a file.

A file is an option (an instrument with a settlement) or an instrument alone. An instrument alone
takes the settlement of the option whose instrument it is a draft of; failing that, nothing is
granted and today's line stays.
"""

from __future__ import annotations

from pathlib import Path

from tightrope.case import Case, Option, Settlement, party_problems
from tightrope.case.load import is_file
from tightrope.treaty import (
    InputError,
    Instrument,
    Located,
    Where,
    load_instrument,
    read_file,
    validate,
)
from tightrope.treaty.errors import raise_all

NOTHING_GRANTED = Settlement(
    line="today",
    recognition="none",
    deferral_years=0.0,
    relief=0.0,
    accountability="pursued",
    reparations=0.0,
)


def find_option(case: Case, word: str) -> tuple[Case, str]:
    """The case with the option that `word` names, and that option's id.

    Errors: InputError if `word` is neither an option id nor a readable file.
    """
    if not _is_path(case, word):
        return case, case.option(word).id
    root = read_file(Path(word))
    option, instrument = _option_of(case, Path(word), root)
    if any(option.id == known.id for known in case.options):
        raise InputError(
            f"'{option.id}' is also the id of an option of {case.id} or of a file named before",
            "TW173",
            root.where("id"),
            remedy="give your copy an id of its own, or name one file once",
        )
    raise_all([one.at(Where(word)) for one in party_problems(case, instrument)])
    return case.model_copy(update={"options": (*case.options, option)}), option.id


def find_options(case: Case, words: list[str]) -> tuple[Case, list[str] | None]:
    """The case with every option that `words` name, and their ids; None if none is named."""
    found: list[str] = []
    for word in words:
        if word not in found:
            case, option = find_option(case, word)
            found.append(option)
    return case, found or None


def _is_path(case: Case, word: str) -> bool:
    if any(word == option.id for option in case.options):
        return False
    return word.endswith((".yaml", ".yml")) or "/" in word or is_file(Path(word))


def _option_of(case: Case, path: Path, root: Located) -> tuple[Option, Instrument]:
    """The option that a file holds, or that its instrument alone makes, with its text.

    Errors: InputError.
    """
    fields = root.value
    assert isinstance(fields, dict), "a file that can be read is a block of keys"
    if "settlement" in fields or "instrument" in fields:
        fields.pop("schema_version", None)
        option = validate(Option, root)
        beside = path.absolute().parent / option.instrument
        if is_file(beside):
            option = option.model_copy(update={"instrument": str(beside)})
        return option, load_instrument(option.instrument)
    instrument = load_instrument(path)
    option = Option(
        id=instrument.id,
        title=instrument.title,
        instrument=str(path.absolute()),
        settlement=_settlement_of_base(case, fields),
    )
    return option, instrument


def _settlement_of_base(case: Case, fields: dict[str, Located]) -> Settlement:
    base = fields["base"].plain() if "base" in fields else None
    found = (option.settlement for option in case.options if option.instrument == base)
    return next(found, NOTHING_GRANTED)
