"""What a run has solved, kept on disk, so that the same run goes on where it was cut short.

A file holds one option in one chunk of worlds. Its name says all that these outcomes depend on: the
source of the package, the case, the text and its terms, the draws and the grid. So what is found
under a name is what would be solved anew, and nothing has to be trusted about the run that left it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from tightrope.case import Case, Option
from tightrope.game.kept import SOURCE
from tightrope.guarantee.runtime import cache_folder
from tightrope.treaty import Instrument
from tightrope.whole import write_whole

KEPT_DAYS = 7
"""Days after which what an interrupted run left is removed."""


@contextmanager
def going_on(run: str) -> Iterator[Path]:
    """A folder for what a run solves, the same for the same run; removed when the run ends well.

    run  what tells the run from others, such as its command line
    """
    place = cache_folder().parent / "runs"
    folder = place / hashlib.sha256(run.encode()).hexdigest()[:16]
    with contextlib.suppress(OSError):
        for other in place.iterdir():
            if time.time() - other.stat().st_mtime > KEPT_DAYS * 86_400.0:
                shutil.rmtree(other, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def named(case: Case, option: Option, text: Instrument, more: Mapping[str, Any]) -> str:
    """A name for the outcomes of an option: a digest of all that they depend on.

    more  how worlds are drawn and solved
    """
    told = {
        "source": SOURCE,
        # Other options, and the record that only weights worlds, move no outcome.
        "case": case.model_dump(mode="json", exclude={"options", "record", "title", "about"}),
        "text": text.model_dump(mode="json"),
        "terms": option.settlement.model_dump(mode="json"),
        **more,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def recall(file: Path) -> dict[str, Any] | None:
    """The outcomes in a file, as `keep` was given them; None where it is not there or not whole."""
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as stored:
            flat = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, BadZipFile):
        return None
    found: dict[str, Any] = {}
    for name, array in flat.items():
        group, _, one = name.partition("/")
        if one:
            found.setdefault(group, {})[one] = array
        else:
            found[group] = array
    return found


def keep(file: Path, outcomes: Mapping[str, Any]) -> None:
    """Write outcomes, arrays or groups of them by name; where the disk refuses, the run goes on."""
    flat: dict[str, Any] = {}
    for name, value in outcomes.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}/{one}": array for one, array in value.items()}
        else:
            flat[name] = value
    whole = io.BytesIO()
    np.savez(whole, **flat)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, whole.getvalue())
