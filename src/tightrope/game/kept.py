"""Programs kept on disk as laid out (traced), so that only the first run lays them out.

JAX keeps what XLA compiled, but finds it by the program's text, and to write that text anew takes
longer than all else in a run of few worlds. A program depends on the source of this package, the
releases of JAX, the arguments that are no arrays, and the shapes of those that are; by these it is
found again here and handed to XLA without being written (`jax.export`).
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import pickle
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any

import jax
import jax.export

from tightrope.whole import write_whole

#: Stands in the ``repr`` of what does not say what it holds.
_ADDRESS = " at 0x"
PACKAGE = Path(__file__).parents[1]


def lasting_name(function: Callable[..., Any]) -> str:
    """The full name of a function as it is written in this package; empty for any other.

    Only then does the package's source say all that it does. One made while the program runs has
    no such name, and one made of another, such as a derivative, has only borrowed its name.
    """
    if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
        return ""
    name = f"{function.__module__}.{function.__qualname__}"
    return name if name.startswith("tightrope.") and "<locals>" not in name else ""


def source_digest() -> str:
    """Digest of all source of the package and of the releases it computes with; empty without."""
    files = sorted(PACKAGE.rglob("*.py"))
    releases = [f"{name} {version(name)}" for name in ("jax", "jaxlib", "numpy", "scipy")]
    whole = hashlib.sha256(" ".join(releases).encode())
    for file in files:
        whole.update(str(file.relative_to(PACKAGE)).encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest() if files else ""


#: Of the source as this process has it. What is changed on disk later is not what runs here.
SOURCE = source_digest()


def kept(function: Callable[..., Any], static: Sequence[str], name: str) -> Callable[..., Any]:
    """The function, to be given to ``jax.jit``, laid out once for all runs.

    static  names of the arguments that are not arrays; each must say all it holds in its ``repr``
    name    under which it is kept, which tells it from every other function; empty: not kept

    Programs lie in the folder ``traced`` of JAX's compile cache; where there is no cache, none is
    kept. Numbers are the same to the last bit, kept or not.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def program(*args: Any, **named: Any) -> Any:
        given = signature.bind(*args, **named).arguments
        fixed = {word: given.pop(word) for word in static if word in given}
        said = f"{name} {fixed!r}"
        place = jax.config.jax_compilation_cache_dir  # type: ignore[attr-defined]
        if not (place and name and SOURCE) or _ADDRESS in said:
            return function(*args, **named)
        leaves, form = jax.tree.flatten(given)
        shapes = [_shape(leaf) for leaf in leaves]
        key = f"{said} {form} {shapes} {jax.default_backend()} {SOURCE}"
        file = Path(place) / "traced" / hashlib.sha256(key.encode()).hexdigest()
        stored = _read(file)
        if stored is None:
            stored = _lay_out(function, fixed, form, shapes)
            if source_digest() == SOURCE:  # else what runs here is not what the name would say
                _write(file, stored)
        text, out = pickle.loads(stored)
        found = jax.export.deserialize(bytearray(text)).call(*leaves)  # type: ignore[no-untyped-call]
        return jax.tree.unflatten(jax.tree.structure(out), found)

    return program


def _shape(leaf: Any) -> Any:
    kind = (leaf.shape, leaf.dtype)
    return jax.ShapeDtypeStruct(*kind, weak_type=leaf.weak_type)  # type: ignore[no-untyped-call]


def _lay_out(
    function: Callable[..., Any], fixed: dict[str, Any], form: Any, shapes: list[Any]
) -> bytes:
    """The program with the form of its answer, whose leaves are counted."""
    forms = []

    def flat(*leaves: Any) -> list[Any]:
        found, out = jax.tree.flatten(function(**jax.tree.unflatten(form, leaves), **fixed))
        forms.append(jax.tree.unflatten(out, range(len(found))))
        return found

    text = jax.export.export(jax.jit(flat))(*shapes).serialize()
    return pickle.dumps((bytes(text), forms[-1]))


def _read(file: Path) -> bytes | None:
    """What is stored, or None where nothing is or where it is not whole."""
    try:
        whole = file.read_bytes()
    except OSError:
        return None
    seal, stored = whole[:32], whole[32:]
    return stored if hashlib.sha256(stored).digest() == seal else None


def _write(file: Path, stored: bytes) -> None:
    """Store all or nothing; where that cannot be, the next run lays out anew."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, hashlib.sha256(stored).digest() + stored)
