"""An invented run with the shapes of a real one, so that reports are tested without the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tightrope.report.results import Results

OPTIONS = {
    "no-agreement": "No agreement",
    "paper": "A promise to <consult> & talk",
    "pact": "A pact of mutual defence with a rather long title",
    "force": "Troops in the country",
}
ACTORS = {"AA": "Challenger", "BB": "Protégé", "GA": "Lead", "GB": "Neighbour", "GC": "Distant"}
GUARANTORS = ["GA", "GB", "GC"]
LEVELS, ACTIONS = ["probe", "limited", "full"], ["abstain", "support", "fight"]
SIZES = {"option": 4, "draw": 40, "actor": 3, "level": 3, "action": 3, "time": 11}


def dataset() -> xr.Dataset:
    """Outcomes with dims option, draw, time, actor, level, action; one number is missing."""
    chance = np.random.default_rng(0)
    coords = {
        "option": list(OPTIONS),
        "draw": np.arange(SIZES["draw"]),
        "actor": GUARANTORS,
        "level": LEVELS,
        "action": ACTIONS,
        "time": np.arange(SIZES["time"], dtype=float),
    }

    def drawn(*dims: str) -> tuple[tuple[str, ...], np.ndarray]:
        return dims, chance.beta(2, 2, size=[SIZES[dim] for dim in dims])

    respond = chance.dirichlet(
        [2, 2, 1], size=[SIZES[d] for d in ("option", "draw", "actor", "level")]
    )
    held = drawn("option", "draw")[1]
    years = np.arange(SIZES["time"])
    data = xr.Dataset(
        {
            "signed": drawn("option", "draw"),
            "settled": drawn("option", "draw"),
            "held": (("option", "draw"), held),
            "durable": drawn("option", "draw"),
            "respond": (("option", "draw", "actor", "level", "action"), respond),
            "path_survival": (
                ("option", "draw", "time"),
                held[:, :, None] ** (years[None, None, :] / years[-1]),
            ),
        },
        coords=coords,
    )
    data["signed"][0, :] = np.nan
    return data


def spread(values: np.ndarray) -> dict[str, float]:
    """Mean and quantiles as they stand in a document."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {"mean": float(values.mean()), "p05": low, "p50": middle, "p95": high}


def document(data: xr.Dataset) -> dict[str, Any]:
    """What `assess --json` would print about the options."""
    chance = np.random.default_rng(1)
    options: dict[str, Any] = {}
    for option in OPTIONS:
        one = data.sel(option=option)
        signers = ACTORS if option != "no-agreement" else ()
        accept = {actor: spread(chance.beta(2, 2, size=40)) for actor in signers}
        scalars = {name: spread(one[name].values) for name in ("settled", "held", "durable")}
        scalars["signed"] = spread(one["signed"].values) if option != "no-agreement" else None  # type: ignore[assignment]
        respond = {
            actor: {
                level: {
                    action: spread(
                        one["respond"].sel(actor=actor, level=level, action=action).values
                    )
                    for action in ACTIONS
                }
                for level in LEVELS
            }
            for actor in GUARANTORS
        }
        options[option] = {
            **scalars,
            "accept": accept,
            "respond": respond,
            "binding_constraint": {"AA": 0.7, "GA": 0.3},
            "equal_terms": {
                "held": spread(chance.beta(3, 1, size=40)),
                "accept_challenger": spread(chance.beta(2, 2, size=40)),
            },
        }
    return {
        "case": "invented",
        "seed": 0,
        "draws": 40,
        "effective_draws": 31.5,
        "options": options,
        "not_converged": 0,
        "parameters_used": {},
    }


def results() -> Results:
    """An invented run, ready to be written."""
    data = dataset()
    answer = document(data)
    summary = pd.DataFrame(
        [
            {"option": o, "outcome": "held", "actor": "", "level": "", "action": ""}
            | answer["options"][o]["held"]
            for o in OPTIONS
        ]
    )
    ranking = [
        {
            "option": option,
            "title": OPTIONS[option],
            "durable": answer["options"][option]["durable"],
            "deterrence_equal_terms": answer["options"][option]["held"],
            "blocked_by": "GA" if option != "no-agreement" else None,
            "weakest_clause": "article 5" if option != "no-agreement" else None,
        }
        for option in ("pact", "force", "paper", "no-agreement")
    ]
    return Results(
        title="An invented case",
        challenger="AA",
        actors=ACTORS,
        titles=OPTIONS,
        finding="The pact is the most durable of four options, and the lead limits it.",
        ranking=ranking,
        document=answer,
        dataset=data,
        summary=summary,
        draws=data[["held", "durable"]].to_dataframe().reset_index(),
        command="tightrope assess invented --draws 40 --seed 0",
        version="0",
    )
