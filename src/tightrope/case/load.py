"""Load a case folder: case.yaml, its parameter files and its options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from tightrope.case.bibtex import read_bibliography
from tightrope.case.ids import required
from tightrope.case.models import Case, CaseHead, Option
from tightrope.case.parameter import Parameter
from tightrope.case.parameter_file import read_parameters
from tightrope.case.parties import party_problems
from tightrope.treaty.errors import InputError, Where, did_you_mean, raise_all
from tightrope.treaty.instrument import Instrument
from tightrope.treaty.library import library_ids, load_instrument
from tightrope.treaty.reading import validate
from tightrope.treaty.values import Model, Text
from tightrope.treaty.yamltext import Located, read_file

CASE_FILE = "case.yaml"


class CaseFile(CaseHead):
    """case.yaml: the head of a case and the names of its other files, from the same folder."""

    schema_version: Literal["1"]
    parameter_files: Annotated[tuple[Text, ...], Field(min_length=1)]
    options_file: Text
    bibliography: Text


class OptionsFile(Model):
    """options.yaml: the courses of action of a case."""

    schema_version: Literal["1"] = "1"
    options: Annotated[tuple[Option, ...], Field(min_length=1)]


def library() -> Path:
    """Folder of the cases that ship with the program."""
    return Path(str(files("tightrope.case"))) / "library"


def case_ids() -> tuple[str, ...]:
    """Ids of the cases that ship with the program."""
    return tuple(sorted(found.parent.name for found in library().glob(f"*/{CASE_FILE}")))


def case_folder(name: str | Path) -> Path:
    """Folder of a case given by library id, by folder or by the path of its case.yaml.

    Errors: InputError with the ids allowed if there is no such case.
    """
    if str(name) in case_ids():
        return library() / str(name)
    path = Path(name)
    folder = path.parent if path.name == CASE_FILE else path
    try:
        if (folder / CASE_FILE).is_file():
            return folder
    except (OSError, ValueError):
        pass
    raise InputError(
        f"'{str(name)[:80]}' is neither a case of the library nor a folder with {CASE_FILE}",
        "TW151",
        allowed=case_ids(),
        remedy="name a case, or give the path of its folder",
        word=str(name)[:80],
    )


def load_case(name: str | Path) -> Case:
    """Load a case by library id, by folder or by the path of its case.yaml.

    Errors: InputError with file, line, field, what is allowed and how to mend it.
    """
    folder = case_folder(name)
    root = read_file(folder / CASE_FILE)
    head = validate(CaseFile, root)
    parameters = _read_parameters(
        [read_file(folder / file) for file in head.parameter_files], head.guarantor_ids
    )
    _check_complete(root, parameters, head.guarantor_ids)
    options_root = read_file(folder / head.options_file)
    options = validate(OptionsFile, options_root).options
    raise_all(list(_option_problems(options, options_root, folder)))
    case = Case(
        **{field: getattr(head, field) for field in CaseHead.model_fields},
        options=options,
        parameters=parameters,
        folder=str(folder),
        bibliography=head.bibliography,
    )
    raise_all([*_actor_problems(case, root), *_correlation_problems(case, root)])
    _check_bibliography(case, root)
    raise_all(list(_unfit_options(case, options_root)))
    return case


def instrument_of(case: Case, option: Option) -> Instrument:
    """The instrument of an option: of the library, or a file named from the folder of the case.

    Errors: InputError if it is neither, or cannot be read.
    """
    own = Path(case.folder) / option.instrument
    in_library = option.instrument in library_ids()
    return load_instrument(own if not in_library and is_file(own) else option.instrument)


def _read_parameters(
    roots: Iterable[Located], guarantors: tuple[str, ...]
) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    problems: list[InputError] = []
    known = required(guarantors)
    for root in roots:
        try:
            for parameter, node in read_parameters(root, guarantors):
                where = Where(node.file, node.line, parameter.id)
                if parameter.id in found:
                    problems.append(_twice("parameter", parameter.id, where))
                elif parameter.id not in known:
                    problems.append(unknown_parameter(parameter.id, known, where))
                found.setdefault(parameter.id, parameter)
        except InputError as error:
            problems.extend(error.problems())
    raise_all(problems)
    return tuple(found.values())


def unknown_parameter(name: str, known: tuple[str, ...], where: Where) -> InputError:
    """The error for a parameter that the model does not read, with the nearest names."""
    family = name.rpartition(".")[0]
    allowed = tuple(word for word in known if family and word.startswith(f"{family}."))
    near = did_you_mean(name, known)
    if near is not None and near not in allowed:
        allowed = (near, *allowed)
    return InputError(
        f"the model reads no parameter '{name[:60]}'",
        "TW153",
        where,
        allowed or known,
        "mend the id or remove it; 'tightrope parameters CASE' lists all",
        name[:60],
    )


def _twice(what: str, name: str, where: Where) -> InputError:
    return InputError(
        f"{what} '{name}' is given twice", "TW152", where, remedy="keep one of the two"
    )


def _check_complete(
    root: Located, parameters: tuple[Parameter, ...], guarantors: tuple[str, ...]
) -> None:
    given = {parameter.id for parameter in parameters}
    missing = [name for name in required(guarantors) if name not in given]
    if not missing:
        return
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    raise InputError(
        f"the case does not give {', '.join(missing[:5])}{more}",
        "TW154",
        root.where("parameter_files"),
        remedy="declare each in a parameter file; 'tightrope new case' makes a full copy",
    )


def _option_problems(
    options: tuple[Option, ...], root: Located, folder: Path
) -> Iterator[InputError]:
    seen: set[str] = set()
    for number, option in enumerate(options):
        place = f"options[{number}]"
        if option.id in seen:
            yield _twice("option", option.id, root.where(f"{place}.id"))
        seen.add(option.id)
        if option.instrument not in library_ids() and not is_file(folder / option.instrument):
            yield InputError(
                f"'{option.instrument[:60]}' is neither an instrument of the library nor a file",
                "TW161",
                root.where(f"{place}.instrument"),
                library_ids(),
                "name one of these, or give a path from the folder of the case",
                option.instrument[:60],
            )


def _unfit_options(case: Case, root: Located) -> Iterator[InputError]:
    for number, option in enumerate(case.options):
        try:
            instrument = instrument_of(case, option)
        except InputError as error:
            yield from error.problems()
            continue
        where = root.where(f"options[{number}].instrument")
        yield from (problem.placed(where) for problem in party_problems(case, instrument))


def _check_bibliography(case: Case, root: Located) -> None:
    """Each work that a parameter of the case cites is in its bibliography. Errors: InputError."""
    path = Path(case.folder) / case.bibliography
    if not is_file(path):
        raise InputError(
            f"there is no file '{case.bibliography}' in the folder of the case",
            "TW160",
            root.where("bibliography"),
            remedy="name the BibTeX file of the sources, from the folder of the case",
        )
    known = bibliography_keys(case)
    raise_all(
        [
            unknown_work(case, one, citation.key, known, Where(str(path), field=citation.key))
            for one in case.parameters
            for citation in one.citations
            if citation.key not in known
        ]
    )


def bibliography_keys(case: Case) -> tuple[str, ...]:
    """The keys of the bibliography of a case. Errors: InputError if it cannot be read."""
    path = Path(case.folder) / case.bibliography
    return tuple(entry.key for entry in read_bibliography(path))


def unknown_work(
    case: Case, citing: Parameter, key: str, known: tuple[str, ...], where: Where
) -> InputError:
    """The complaint that a parameter cites a work that the bibliography does not have."""
    return InputError(
        f"parameter '{citing.id}' cites '{key}', which '{case.bibliography}' does not have",
        "TW160",
        where,
        known,
        "add an entry with this key, or mend the key",
        key,
    )


def is_file(path: Path) -> bool:
    """Whether there is such a file; no for a name that the system cannot look up, as a long one."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _actor_problems(case: Case, root: Located) -> Iterator[InputError]:
    ids = [actor.id for actor in case.actors]
    for actor in sorted({actor for actor in ids if ids.count(actor) > 1}):
        yield _twice("actor", actor, root.where("guarantors"))
    entries = [entry.id for entry in case.record]
    for entry in sorted({entry for entry in entries if entries.count(entry) > 1}):
        yield _twice("record entry", entry, root.where("record"))
    if case.challenger == case.protege:
        yield InputError(
            f"'{case.protege}' is both challenger and protégé",
            "TW157",
            root.where("protege"),
            remedy="name two states",
        )
    for field, name, allowed in _roles(case):
        if name not in allowed:
            yield InputError(
                f"'{name}' cannot stand here",
                "TW157",
                root.where(field),
                allowed,
                "name one of these, or add it to the case first",
                name,
            )


def _correlation_problems(case: Case, root: Located) -> Iterator[InputError]:
    known = {parameter.id: parameter for parameter in case.parameters}
    seen: set[frozenset[str]] = set()
    for number, pair in enumerate(case.correlations):
        place = f"correlations[{number}]"
        for field, name in (("a", pair.a), ("b", pair.b)):
            if name not in known:
                yield unknown_parameter(name, tuple(known), root.where(f"{place}.{field}"))
            elif known[name].distribution == "fixed":
                yield InputError(
                    f"'{name}' is fixed and cannot be correlated with anything",
                    "TW169",
                    root.where(f"{place}.{field}"),
                    remedy="give it a range, or remove the pair",
                )
        if pair.a == pair.b or {pair.a, pair.b} in seen:
            yield InputError(
                f"'{pair.a}' and '{pair.b}' are one parameter, or a pair given twice",
                "TW169",
                root.where(place),
                remedy="keep one pair of two different parameters",
            )
        seen.add(frozenset((pair.a, pair.b)))


def _roles(case: Case) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Each place where case.yaml names an actor or option: field, name, names allowed."""
    principals = tuple(actor.id for actor in case.principals)
    yield "challenger", case.challenger, principals
    yield "protege", case.protege, principals
    if case.lead is not None:
        # Others need the forces of the lead, so it must have some.
        yield "lead", case.lead, tuple(g.id for g in case.guarantors if g.armed_forces)
    for number, friend in enumerate(case.friends_of_challenger):
        yield f"friends_of_challenger[{number}]", friend, case.guarantor_ids
    options = tuple(option.id for option in case.options)
    for number, entry in enumerate(case.record):
        for actor in entry.responses:
            yield f"record[{number}].responses.{actor}", actor, case.guarantor_ids
        if entry.option is not None:
            yield f"record[{number}].option", entry.option, options
