"""A case as the command line asks for it: with other parameters, or without some guarantors."""

from __future__ import annotations

from pathlib import Path

from tightrope.case import (
    Case,
    Option,
    instrument_of,
    load_case,
    override,
    read_parameter_csv,
    without,
)
from tightrope.case.load import is_file
from tightrope.cli.options import find_options
from tightrope.cli.output import say
from tightrope.treaty import InputError, Instrument, Where


def open_case(name: str) -> Case:
    """Load a case, its options' instruments named so that they are found from any folder."""
    case = load_case(name)

    def found(option: Option) -> Option:
        path = Path(case.folder).absolute() / option.instrument
        return option.model_copy(update={"instrument": str(path)}) if is_file(path) else option

    return case.model_copy(update={"options": tuple(found(option) for option in case.options)})


def prepared_case(
    name: str,
    parameters: Path | None,
    settings: list[str],
    absent: list[str],
    options: list[str],
) -> tuple[Case, list[str] | None]:
    """The case with the options named (a file's is added) and their ids, None if none is named.

    Its parameters are read from a table, then single ones are set, then actors are left out.
    Errors: InputError for whatever cannot be read or does not fit.
    """
    case, chosen = find_options(open_case(name), options)
    if parameters is not None:
        case = read_parameter_csv(case, parameters)
    if settings:
        case = override(case, settings)
    for guarantor in dict.fromkeys(absent):
        case = without(case, guarantor)
    if not case.guarantors:
        raise InputError(
            "no guarantor is left",
            "TW157",
            Where(field="--without"),
            remedy="keep at least one",
        )
    if absent:
        _tell_of_entry(case, chosen, absent)
    return case, chosen


def _tell_of_entry(case: Case, chosen: list[str] | None, absent: list[str]) -> None:
    """Say which texts wait for a state left out, or for more than are left, to enter into force."""
    asked = [option for option in case.options if chosen is None or option.id in chosen]
    texts = {option.id: instrument_of(case, option) for option in asked}
    for guarantor in dict.fromkeys(absent):
        waiting = [name for name, text in texts.items() if guarantor in text.life.entry.named]
        if waiting:
            say(
                f"Without {guarantor}, texts that wait for it to enter into force are read as if "
                f"they did not: {', '.join(waiting)}"
            )
    never = [name for name, text in texts.items() if _too_few(case, text)]
    if never:
        say(
            "Too few parties are left for these texts ever to enter into force, so they are never "
            f"signed: {', '.join(never)}"
        )


def _too_few(case: Case, text: Instrument) -> bool:
    """Whether entry into force waits for more guarantors than the case has left of the text's."""
    quorum, accession = text.life.entry.quorum, text.life.accession
    if quorum == "all" or (accession is not None and accession.all_members_must_agree):
        return False
    return len(set(text.guarantors) & set(case.guarantor_ids)) < quorum
