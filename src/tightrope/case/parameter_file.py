"""Read the parameters of one file: single ones, and families that share unit and meaning.

A file has two blocks. `parameters` maps an id to its fields. `families` maps the first part of an
id to fields that all its `members` share; a member gives the rest and may override any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tightrope.case.parameter import Parameter
from tightrope.treaty.errors import InputError, Where, raise_all
from tightrope.treaty.reading import validate
from tightrope.treaty.yamltext import Located

BLOCKS = ("schema_version", "parameters", "families")


def read_parameters(
    root: Located, guarantors: Collection[str]
) -> Iterator[tuple[Parameter, Located]]:
    """Yield each parameter of a file with the place where it is declared.

    guarantors  a family member that is one of these belongs to that actor
    Errors: InputError with file, line and field.
    """
    blocks = block(root, "")
    for name in blocks:
        if name not in BLOCKS:
            raise InputError(
                f"'{name}' is not a block of a parameter file",
                "TW105",
                root.where(name),
                BLOCKS,
                "put single parameters under 'parameters' and groups under 'families'",
                name,
            )
    if "parameters" in blocks:
        for name, node in block(blocks["parameters"], "parameters").items():
            yield _parameter(name, None, {}, node, f"parameters.{name}"), node
    if "families" in blocks:
        for family, node in block(blocks["families"], "families").items():
            yield from _family(family, node, guarantors)


def _family(
    family: str, node: Located, guarantors: Collection[str]
) -> Iterator[tuple[Parameter, Located]]:
    place = f"families.{family}"
    fields = block(node, place)
    if "members" not in fields:
        raise InputError(
            f"family '{family}' has no members",
            "TW106",
            Where(node.file, node.line, place),
            remedy="add 'members:' with one entry for each",
        )
    shared = {name: item for name, item in fields.items() if name != "members"}
    for name, member in block(fields["members"], f"{place}.members").items():
        actor = name if name in guarantors else None
        yield _parameter(f"{family}.{name}", actor, shared, member, f"{place}.{name}"), member


def _parameter(
    name: str, actor: str | None, shared: dict[str, Located], node: Located, place: str
) -> Parameter:
    own = block(node, place)
    for key in ("id", "actor"):
        if key in own or key in shared:
            raise InputError(
                f"'{key}' follows from the place in the file",
                "TW105",
                Where(node.file, node.line, f"{place}.{key}"),
                remedy="remove it",
            )
    merged = {**shared, **own, "id": _beside(node, name), "actor": _beside(node, actor)}
    try:
        return validate(Parameter, Located(dict(merged), node.file, node.line))
    except InputError as error:
        raise_all([_within(place, problem) for problem in error.problems()])
        raise


def _beside(node: Located, value: str | None) -> Located:
    return Located(value, node.file, node.line)


def _within(place: str, problem: InputError) -> InputError:
    """The same problem, with its field named from the top of the file."""
    where, field = problem.where, problem.where.field
    return problem.placed(Where(where.file, where.line, f"{place}.{field}" if field else place))


def block(node: Located, place: str) -> dict[str, Located]:
    """The fields of a block. Errors: InputError if the place holds something else."""
    if isinstance(node.value, dict):
        return node.value
    raise InputError(
        f"'{place or 'the file'}' is not a block of keys",
        "TW107",
        Where(node.file, node.line, place or None),
        remedy="write 'key: value' lines here",
    )
