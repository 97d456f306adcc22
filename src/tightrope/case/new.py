"""Editable, commented copies: of a whole case, and of one option."""

from __future__ import annotations

from pathlib import Path

from tightrope.case.claims import CLAIMS_FILE
from tightrope.case.levers import LEVERS_FILE
from tightrope.case.load import CASE_FILE, CaseFile, OptionsFile, case_folder
from tightrope.case.models import Case
from tightrope.treaty.errors import InputError, Where
from tightrope.treaty.library import library_ids
from tightrope.treaty.reading import validate
from tightrope.treaty.yamltext import read_file


def new_case(from_id: str | Path, folder: str | Path) -> tuple[Path, ...]:
    """Copy a case with its comments into a new folder, ready to be edited.

    from_id  library id, folder or path of a case.yaml
    folder   where the copy goes; it must not exist yet, or be empty
    Returns  the files written, case.yaml first.
    Errors: InputError if there is no such case or the folder cannot be written to.
    """
    source, target = case_folder(from_id), Path(folder)
    texts = case_texts(source)
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError(
                f"'{target}' is there already and not an empty folder",
                "TW101",
                Where(str(target)),
                remedy="name a new folder",
            )
        written = []
        for name, text in texts.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    except (OSError, ValueError) as error:
        raise InputError(
            f"the copy cannot be written ({error})",
            "TW101",
            Where(str(target)),
            remedy="name a folder that you may write to",
        ) from None
    return tuple(written)


def case_texts(name: str | Path) -> dict[str, str]:
    """The files of a case with their comments: name from the case's folder, then text."""
    folder = case_folder(name)
    head = validate(CaseFile, read_file(folder / CASE_FILE))
    names = [CASE_FILE, head.options_file, *head.parameter_files, head.bibliography]
    names += [name for name in (CLAIMS_FILE, LEVERS_FILE) if (folder / name).is_file()]
    names += _own_texts(folder, head.options_file)
    texts = {}
    for one in names:
        path = folder / one
        try:
            texts[one] = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise InputError(
                f"a file of the case cannot be read ({error})",
                "TW101",
                Where(str(path)),
                remedy="check the names in case.yaml",
            ) from None
    return texts


def _own_texts(folder: Path, options_file: str) -> list[str]:
    """Names of the instruments in the folder of a case: those of its options, then their bases."""
    options = validate(OptionsFile, read_file(folder / options_file)).options
    waiting = [option.instrument for option in options if option.instrument not in library_ids()]
    names: list[str] = []
    while waiting:
        name = waiting.pop(0)
        place = Path(name)
        if name in names or place.is_absolute() or ".." in place.parts:
            continue
        names.append(name)
        root = read_file(folder / name).value
        base = str(root["base"].value) if isinstance(root, dict) and "base" in root else None
        if base is not None and base not in library_ids():
            waiting.append(str(place.parent / base))
    return names


def new_option(case: Case, from_id: str) -> str:
    """One option of a case as commented YAML text, to edit and pass with `--option FILE`.

    Errors: InputError if the case has no such option.
    """
    option = case.option(from_id)
    terms = option.settlement
    return f"""\
# A course of action: an instrument and the settlement that goes with it.
id: {option.id}
title: {_quoted(option.title)}
instrument: {_quoted(option.instrument)}  # id of the library, or a path from this file
settlement:
  line: {terms.line}  # today, other (pre-2022) or original (pre-2014)
  recognition: {terms.recognition}  # none, de-facto or formal
  deferral_years: {terms.deferral_years:g}  # years for which the status of territory is put off
  relief: {terms.relief:g}  # share of the sanctions now in force that is lifted, 0 to 1
  accountability: {terms.accountability}  # pursued, deferred or waived
  reparations: {terms.reparations:g}  # share of the damage claimed that is paid, 0 to 1
why: {_quoted(option.why or "say why these terms go with this instrument")}
comparator: {str(option.comparator).lower()}  # true: shown beside the others, never ranked
"""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
