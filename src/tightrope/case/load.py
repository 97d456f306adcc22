"""Load a case folder: case.yaml, its parameter files and its options."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from tightrope.case.faults import validated
from tightrope.case.ids import required
from tightrope.case.models import Case, Option
from tightrope.case.parameter import Parameter
from tightrope.case.parameter_file import block, read_parameters
from tightrope.treaty.errors import InputError, Where, did_you_mean, raise_all
from tightrope.treaty.yamltext import Located, Plain, read_file

CASE_FILE = "case.yaml"
SCHEMA_VERSION = "1"
_READ_HERE = ("schema_version", "parameter_files", "options_file", "bibliography")


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
        f"'{name}' is neither a case of the library nor a folder with {CASE_FILE}",
        "TW151",
        allowed=case_ids(),
        remedy="name a case, or give the path of its folder",
        word=str(name),
    )


def load_case(name: str | Path) -> Case:
    """Load a case by library id, by folder or by the path of its case.yaml.

    Errors: InputError with file, line, field, what is allowed and how to mend it.
    """
    folder = case_folder(name)
    root = read_file(folder / CASE_FILE)
    fields = block(root, "")
    _check_version(root)
    guarantors = _guarantor_ids(root)
    parameters = _read_all(
        [read_file(folder / file) for file in _file_names(root, "parameter_files")], guarantors
    )
    _check_complete(root, parameters, guarantors)
    values: dict[str, object] = {
        key: node.plain() for key, node in fields.items() if key not in _READ_HERE
    }
    values["parameters"] = parameters
    options = _read_options(read_file(folder / _file_names(root, "options_file")[0]))
    values["options"] = tuple(option for option, _ in options)
    values["folder"] = str(folder)
    case = validated(Case, values, root)
    _check_actors(case, root)
    return case


def bibliography_path(case: Case) -> Path:
    """Path of the case's BibTeX file. Errors: InputError if case.yaml names none."""
    root = read_file(Path(case.folder) / CASE_FILE)
    return Path(case.folder) / _file_names(root, "bibliography")[0]


def _check_version(root: Located) -> None:
    version = block(root, "").get("schema_version")
    if version is not None and str(version.plain()) == SCHEMA_VERSION:
        return
    written = "missing" if version is None else f"'{version.plain()}'"
    raise InputError(
        f"schema_version is {written}, this program reads '{SCHEMA_VERSION}'",
        "TW104" if version is not None else "TW106",
        root.where("schema_version"),
        (SCHEMA_VERSION,),
        f"write schema_version: \"{SCHEMA_VERSION}\"",
    )


def _file_names(root: Located, key: str) -> list[str]:
    """One file name, or several, given under `key`."""
    found = block(root, "").get(key)
    value = None if found is None else found.plain()
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise InputError(
            f"'{key}' names no file" if found is None else f"'{key}' must hold file names",
            "TW106" if found is None else "TW107",
            root.where(key),
            remedy=f"add '{key}:' with a path from the folder of case.yaml",
        )
    return [str(name) for name in names]


def _guarantor_ids(root: Located) -> tuple[str, ...]:
    found = block(root, "").get("guarantors")
    listed: Plain = None if found is None else found.plain()
    if not isinstance(listed, list):
        return ()
    return tuple(str(actor.get("id")) for actor in listed if isinstance(actor, dict))


def _read_all(roots: Iterable[Located], guarantors: tuple[str, ...]) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    problems: list[InputError] = []
    known = required(guarantors)
    for root in roots:
        try:
            for parameter, node in read_parameters(root, guarantors):
                where = Where(node.file, node.line, parameter.id)
                if parameter.id in found:
                    problems.append(
                        InputError(
                            f"parameter '{parameter.id}' is declared twice",
                            "TW152",
                            where,
                            remedy="keep one of the two",
                        )
                    )
                elif parameter.id not in known:
                    problems.append(unknown_parameter(parameter.id, known, where))
                found.setdefault(parameter.id, parameter)
        except InputError as error:
            problems.extend(error.problems())
    raise_all(problems)
    return tuple(found.values())


def unknown_parameter(name: str, known: tuple[str, ...], where: Where) -> InputError:
    """The error for a parameter that the model does not read, with the nearest names."""
    near = did_you_mean(name, known)
    family = name.rpartition(".")[0]
    allowed = tuple(word for word in known if family and word.startswith(family + "."))
    return InputError(
        f"the model reads no parameter '{name}'",
        "TW153",
        where,
        allowed or ((near,) if near else known),
        "mend the id or remove it; 'tightrope parameters CASE' lists all",
        name,
    )


def _check_complete(
    root: Located, parameters: tuple[Parameter, ...], guarantors: tuple[str, ...]
) -> None:
    given = {parameter.id for parameter in parameters}
    missing = [name for name in required(guarantors) if name not in given]
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise InputError(
            f"the case does not give {', '.join(missing[:5])}{more}",
            "TW154",
            root.where("parameter_files"),
            remedy="declare each in a parameter file; 'tightrope new case' makes a full copy",
        )


def _read_options(root: Located) -> list[tuple[Option, Located]]:
    fields = block(root, "")
    listed = fields.get("options")
    if listed is None or not isinstance(listed.value, list) or not listed.value:
        raise InputError(
            "the file gives no options",
            "TW106",
            root.where("options"),
            remedy="add 'options:' with at least one entry",
        )
    found: dict[str, tuple[Option, Located]] = {}
    for number, node in enumerate(listed.value):
        option = validated(Option, node.plain(), node, f"options[{number}]")
        if option.id in found:
            raise InputError(
                f"option '{option.id}' is given twice",
                "TW152",
                Where(node.file, node.line, f"options[{number}].id"),
                remedy="give each option an id of its own",
            )
        found[option.id] = (option, node)
    return list(found.values())


def _check_actors(case: Case, root: Located) -> None:
    actors = [actor.id for actor in (*case.principals, *case.guarantors)]
    for actor in actors:
        if actors.count(actor) > 1:
            raise InputError(
                f"actor '{actor}' is given twice",
                "TW152",
                root.where("guarantors"),
                remedy="give each actor one entry, as a principal or as a guarantor",
            )
    principals = tuple(actor.id for actor in case.principals)
    asked: list[tuple[str, str, tuple[str, ...]]] = [
        ("challenger", case.challenger, principals),
        ("protege", case.protege, principals),
    ]
    if case.lead is not None:
        asked.append(("lead", case.lead, case.guarantor_ids))
    asked += [
        (f"friends_of_challenger[{n}]", friend, case.guarantor_ids)
        for n, friend in enumerate(case.friends_of_challenger)
    ]
    options = tuple(option.id for option in case.options)
    for n, entry in enumerate(case.record):
        asked += [
            (f"record[{n}].responses.{actor}", actor, case.guarantor_ids)
            for actor in entry.responses
        ]
        if entry.option is not None:
            asked.append((f"record[{n}].option", entry.option, options))
    for field, name, allowed in asked:
        if name not in allowed:
            raise InputError(
                f"'{name}' cannot stand here",
                "TW157",
                root.where(field),
                allowed,
                "name one of these, or add it to the case first",
                name,
            )
