"""What a report is made of: the answers of a run, and the texts and numbers behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Spread = Mapping[str, float | None]


@dataclass(frozen=True)
class Text:
    """What an option says, apart from what the model makes of it.

    promise    two plain sentences
    form       treaty, political-declaration, ...
    terms      the settlement that goes with it, word → value
    findings   lint findings {code, severity, clause, article, reason, suggestion}
    aside      why the option stands for comparison only and is not ranked; empty if it is ranked
    profile    the `compile` document {guarantors, levels, covered, measure, ...}; empty if none
    entry      years until it is in force; accession: years until membership; None where neither
    """

    promise: str = ""
    form: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)
    entry: float | None = None
    accession: float | None = None
    aside: str = ""


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
    protege      id of the protected state; lead: id of the guarantor whose means others need
    friends      ids of guarantors whose support would go to the challenger
    date         day on which the report was made; horizon: years looked ahead
    weights      weight of each draw, summing to 1; None where all weigh the same
    parameters   rows as `parameters --json` prints them
    worlds       parameter id → its value in each draw
    texts        option id → what it says
    bibliography citation key → the work in one line
    sums         rows that say how a mission's need is worked out, factor by factor
    sizing       rows that set a mission's needs against what an option provides; may be empty
    so_far       whether the run goes on, so that options are still to come
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
    protege: str = ""
    lead: str | None = None
    friends: Sequence[str] = ()
    date: str = ""
    horizon: float = 10.0
    weights: Floats | None = None
    parameters: Sequence[Mapping[str, Any]] = ()
    worlds: Mapping[str, Floats] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    bibliography: Mapping[str, str] = field(default_factory=dict)
    sizing: Sequence[Mapping[str, Any]] = ()
    sums: Sequence[Mapping[str, str]] = ()
    so_far: bool = False

    @property
    def options(self) -> list[str]:
        """Option ids, best first."""
        return [str(row["option"]) for row in self.ranking]

    @property
    def agreements(self) -> list[str]:
        """Options that somebody is asked to sign and that are ranked, best first."""
        return [o for o in self.options if self._asked(o) and not self.text(o).aside]

    @property
    def unsigned(self) -> list[str]:
        """Options that nobody is asked to sign, such as no agreement, best first."""
        return [o for o in self.options if not self._asked(o)]

    def _asked(self, option: str) -> bool:
        """Whether anybody is asked to sign the option."""
        return bool(self.document["options"][option]["accept"])

    @property
    def others(self) -> list[str]:
        """Options that are not ranked: nobody is asked to sign, or they stand for comparison."""
        ranked = set(self.agreements)
        return [option for option in self.options if option not in ranked]

    def number(self, option: str) -> str:
        """The option's mark in every chart: its place among agreements, or a letter."""
        if option in self.agreements:
            return str(self.agreements.index(option) + 1)
        return chr(ord("A") + self.others.index(option) % 26)

    def actor(self, name: str | None) -> str:
        """The name of an actor, or its id where it has none."""
        return self.actors.get(name or "", name or "")

    def text(self, option: str) -> Text:
        """What the option says; empty where it is not known."""
        return self.texts.get(option, Text())

    def spread(self, option: str, *path: str) -> Spread | None:
        """The {mean, p05, p50, p95} at `path` under an option, or None where it is missing."""
        found: Any = self.document["options"][option]
        for key in path:
            if not isinstance(found, Mapping) or found.get(key) is None:
                return None
            found = found[key]
        return found if found.get("mean") is not None else None

    def mean(self, option: str, *path: str) -> float | None:
        """The mean at `path` under an option, or None where it is missing."""
        found = self.spread(option, *path)
        return None if found is None else found["mean"]

    def values(self, option: str, outcome: str) -> Floats | None:
        """The outcome in each draw, NaN where a draw is left out; None where it is missing."""
        if outcome not in self.dataset or option not in self.dataset["option"].values:
            return None
        found = np.asarray(self.dataset[outcome].sel(option=option).values, dtype=float)
        return found if np.isfinite(found).any() else None

    def limits(self, option: str) -> list[tuple[str, float]]:
        """Whose acceptance limits the option, and in what share of worlds, most often first."""
        found = self.document["options"][option].get("binding_constraint") or {}
        return sorted(found.items(), key=lambda item: -item[1])
