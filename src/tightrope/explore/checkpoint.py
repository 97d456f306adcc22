"""What a search has judged, kept on disk after every generation, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from tightrope import __version__
from tightrope.case import instrument_of
from tightrope.explore.search import Memory
from tightrope.explore.space import Space
from tightrope.guarantee.record import in_force
from tightrope.treaty import InputError, Where
from tightrope.whole import write_whole

FILE = "search.json"


def inputs_of(space: Space, draws: int, seed: int) -> str:
    """A digest of all that the judgement of a draft hangs on."""
    case = space.case
    # Worlds are weighted by what happened under the texts of the record, not the base's alone.
    told = {option.id: option for option in (in_force(case, fact) for fact in case.record)}
    texts = {name: instrument_of(case, told[name]).model_dump(mode="json") for name in sorted(told)}
    said: dict[str, Any] = {
        "version": __version__,
        "case": case.model_dump(mode="json"),
        "base": space.text.model_dump(mode="json"),
        "record": texts,
        "levers": space.levers.model_dump(mode="json"),
        "draws": draws,
        "seed": seed,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def recall(memory: Memory, folder: Path, inputs: str) -> None:
    """Fill the memory with what an earlier run in ``folder`` judged, if it had the same inputs.

    A file that is broken is set aside beside its place, with a warning, and the search begins anew.
    Errors: InputError for a file that cannot be opened or is of other inputs.
    """
    path = folder / FILE
    if not path.exists():
        return
    try:
        kept = json.loads(path.read_bytes())
        theirs = kept["inputs"]
    except OSError as error:
        raise InputError(
            f"what an earlier search left cannot be read ({type(error).__name__})",
            "TW215", Where(str(path)), remedy="allow reading it, or choose another folder",
        ) from error  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return _set_aside(path)
    if theirs != inputs:
        raise InputError(
            "an earlier search here had other inputs (case, levers, draws, seed or version)",
            "TW215", Where(str(path)), remedy="choose another folder, or ask as you did then",
        )  # fmt: skip
    try:
        found = {
            tuple(int(x) for x in row["point"]): np.array(
                [np.inf if x is None else float(x) for x in row["less_is_better"]]
            )
            for row in kept["judged"]
        }
    except (ValueError, KeyError, TypeError):
        return _set_aside(path)
    memory.found.update(found)
    memory.begun = len(found)


def _set_aside(path: Path) -> None:
    """Move a broken file out of the way and say so. Errors: OSError."""
    aside = path.with_name(path.name + ".broken")
    path.replace(aside)
    warnings.warn(
        f"what an earlier search left is broken; it was set aside as '{aside}', and the search "
        "begins anew",
        stacklevel=2,
    )


def keep(memory: Memory, folder: Path, inputs: str) -> None:
    """Write down what is remembered, by way of a temporary file beside. Errors: OSError."""
    rows = [
        {"point": list(point), "less_is_better": [x if np.isfinite(x) else None for x in value]}
        for point, value in memory.found.items()
    ]
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"inputs": inputs, "judged": rows}, allow_nan=False)
    write_whole(folder / FILE, text)
