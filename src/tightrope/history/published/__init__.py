"""Published estimates that are given back by the same machinery, to be laid beside a fit.

Figures are facts of the R packages that they name, measured on the packages' own data.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from tightrope.history.codes import refuse

NOT_KNOWN = "TW194"


def published_names() -> tuple[str, ...]:
    """The ids of all published estimates that are kept here."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(f.name.removesuffix(".json") for f in files if f.name.endswith(".json")))


def published(name: str) -> dict[str, Any]:
    """A published estimate: what was fitted to what, and what came out.

    Returns  `id`, `source`, `data` (a name for `read_panel`), `game`, `formula` and `settings` (for
             `fit`), `n`, `loglik`, `coefficients`, `std_errors`, `seconds` that R took, and for
             trees `mean_probabilities` of the outcomes. `Fit.compare` takes it as it is.
    Raises   InputError (TW194) for a name that is not known
    """
    if name not in published_names():
        raise refuse(
            f"'{name}' is not a published estimate that is kept here",
            NOT_KNOWN,
            allowed=published_names(),
            word=name,
        )
    text = resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
