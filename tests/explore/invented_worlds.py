"""Invented outcomes of real options, so that claims and fronts are tested without the model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tightrope.case import Case, load_case, without
from tightrope.guarantee import EQUAL, SCALARS, Assessment
from tightrope.guarantee.assess import Result
from tightrope.treaty import load_instrument

Floats = NDArray[np.float64]
KEPT = ("US", "GB")


def few() -> Case:
    """Ukraine with two guarantors and no record."""
    case = load_case("ukraine")
    for guarantor in case.guarantor_ids:
        if guarantor not in KEPT:
            case = without(case, guarantor)
    return case.model_copy(update={"record": ()})


def invented(
    case: Case,
    options: Mapping[str, Mapping[str, Floats]],
    draws: int,
    seed: int = 0,
    likelihood: Floats | None = None,
) -> Assessment:
    """An assessment in which the named outcomes of the options are as given and all others 0.5.

    options  option → outcome → (D,); `accept` is (D, actors), `respond` (D, n, 3, 3)
    """
    n = len(case.guarantor_ids)
    results = []
    for name, given in options.items():
        option = case.option(name)
        text = load_instrument(option.instrument)
        half = np.full(draws, 0.5)
        results.append(
            Result(
                option=option,
                instrument=text,
                parties=tuple(i for i in case.guarantor_ids if i in text.guarantors),
                named=tuple(i for i in case.guarantor_ids if i in text.life.entry.named),
                quorum=0,
                agreement=text.form != "none",
                scalars={k: np.asarray(given.get(k, half)) for k in SCALARS},
                equal={k: np.asarray(given.get(f"equal_{k}", half)) for k in EQUAL},
                accept=np.asarray(given.get("accept", np.full((draws, 2 + n), 0.5))),
                value_guarantor=np.zeros((draws, n)),
                respond=np.asarray(given.get("respond", np.full((draws, n, 3, 3), 1 / 3))),
                time={},
                failed=np.zeros(draws, dtype=bool),
                certificate=0.0,
                weakest="",
            )
        )
    facts = np.zeros((draws, 0)) if likelihood is None else likelihood
    return Assessment(case, tuple(results), draws, seed, facts)
