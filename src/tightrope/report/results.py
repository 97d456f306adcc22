"""What a report is made of. Nothing in it is computed here; it comes from an assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xarray as xr


@dataclass(frozen=True)
class Results:
    """The answers of one run, ready to be drawn and written.

    title        of the case
    actors       id → name; `challenger` is the id of the state to be deterred
    titles       option id → title
    finding      the run in one sentence, computed from its numbers
    ranking      rows {option, title, durable{mean,p05,p95}, deterrence_equal_terms{…},
                 blocked_by, weakest_clause}, best first
    document     what `assess --json` prints (shares and chances in [0, 1])
    dataset      every outcome, dims option, draw, time, actor, level, action
    summary      tidy: option, outcome, actor, level, action, mean, p05, p50, p95
    draws        tidy, one row for each number of each draw
    command      the command line that gives these numbers again
    version      of the program
    """

    title: str
    challenger: str
    actors: Mapping[str, str]
    titles: Mapping[str, str]
    finding: str
    ranking: Sequence[Mapping[str, Any]]
    document: Mapping[str, Any]
    dataset: xr.Dataset
    summary: pd.DataFrame
    draws: pd.DataFrame
    command: str
    version: str

    @property
    def options(self) -> list[str]:
        """Option ids, best first."""
        return [str(row["option"]) for row in self.ranking]

    @property
    def agreements(self) -> list[str]:
        """Options that somebody is asked to sign, best first."""
        return [option for option in self.options if self.document["options"][option]["accept"]]

    def spread(self, option: str, *path: str) -> Mapping[str, float | None] | None:
        """The {mean, p05, p50, p95} at `path` under an option, or None where it is missing."""
        found: Any = self.document["options"][option]
        for key in path:
            if not isinstance(found, Mapping) or found.get(key) is None:
                return None
            found = found[key]
        return found if found.get("mean") is not None else None
