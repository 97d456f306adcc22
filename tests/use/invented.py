"""An invented run with the shapes of a real one, so that reports are tested without the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tightrope.report.results import Results, Text

OPTIONS = {
    "no-agreement": "No agreement",
    "paper": "A promise to <consult> & talk",
    "pact": "A pact of mutual defence with a rather long title",
    "force": "Troops in the country",
}
ACTORS = {"AA": "Challenger", "BB": "Protégé", "GA": "Lead", "GB": "Neighbour", "GC": "Distant"}
GUARANTORS = ["GA", "GB", "GC"]
LEVELS, ACTIONS = ["probe", "limited", "full"], ["abstain", "support", "fight"]
SIZES = {"option": 4, "draw": 40, "actor": 3, "level": 3, "action": 3, "time": 40}


SHARES = [
    *("signed", "settled", "held", "durable", "deterrence", "held_terms", "held_prior"),
    *("selection", "frozen", "attack_limited", "attack_full", "honoured", "honour_if_tested"),
    *("reading_gap", "backstop_total", "backstop_mechanical"),
    *("attack_limited_terms", "attack_full_terms", "resist_if_tested"),
]
AMOUNTS = {
    "cost_standing": 40.0,
    "cost_expected": 300.0,
    "lives_lost": 200.0,
    "capability_end": 1.5,
}
NOTHING_SIGNED = {"no-agreement": ("settled", "held", "durable", *AMOUNTS)}
"""What has a meaning where nothing is signed."""
STEPS_A_YEAR, YEARS = 4, 10


def dataset() -> xr.Dataset:
    """Outcomes with dims option, draw, time, actor, level, action; some numbers are missing."""
    chance = np.random.default_rng(0)
    coords = {
        "option": list(OPTIONS),
        "draw": np.arange(SIZES["draw"]),
        "actor": GUARANTORS,
        "level": LEVELS,
        "action": ACTIONS,
        "time": (np.arange(SIZES["time"]) + 0.5) / STEPS_A_YEAR,
    }
    size = [SIZES[dim] for dim in ("option", "draw")]
    both = ("option", "draw")
    data = {name: (both, chance.beta(2, 2, size=size)) for name in SHARES}
    data |= {name: (both, top * chance.beta(2, 2, size=size)) for name, top in AMOUNTS.items()}
    data["durable"] = (both, data["settled"][1] * data["held"][1])
    gap = data["backstop_total"][1] - data["backstop_mechanical"][1]
    clash = 10.0 ** chance.uniform(-3, -1, size=size)
    nuclear = clash * 10.0 ** chance.uniform(-3, -1, size=size)
    hazard = chance.uniform(0, 0.05, size=[*size, SIZES["time"]])
    respond = chance.dirichlet([2, 2, 1], size=[*size, SIZES["actor"], SIZES["level"]])
    paths = ("option", "draw", "time")
    found = xr.Dataset(
        {
            **data,
            "coordination_gap": (both, gap),
            "direct_clash": (both, clash),
            "nuclear_risk": (both, nuclear),
            "clash_in_force": (both, clash / data["settled"][1].clip(0.1)),
            "nuclear_in_force": (both, nuclear / data["settled"][1].clip(0.1)),
            "respond": (("option", "draw", "actor", "level", "action"), respond),
            "path_hazard_limited": (paths, hazard),
            "path_hazard_full": (paths, hazard[:, :, ::-1] * 0.5),
            "path_survival": (paths, np.cumprod(1.0 - 1.5 * hazard, axis=2)),
            "path_will": (paths, np.cumsum(hazard, axis=2) - 0.5),
            "path_capability": (paths, 1.0 - np.cumsum(hazard, axis=2) / 3.0),
        },
        coords=coords,
    )
    for option, known in NOTHING_SIGNED.items():
        for name in found.data_vars:
            if name not in (*known, "direct_clash", "nuclear_risk", "respond"):
                found[name].loc[{"option": option}] = np.nan
        for name in ("direct_clash", "nuclear_risk"):
            found[name].loc[{"option": option}] = 0.0
    return found


def spread(values: np.ndarray) -> dict[str, float | None]:
    """Mean and quantiles as they stand in a document; None where all are missing."""
    if np.isnan(values).all():
        return {"mean": None, "p05": None, "p50": None, "p95": None}
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {"mean": float(values.mean()), "p05": low, "p50": middle, "p95": high}


def document(data: xr.Dataset) -> dict[str, Any]:
    """What `assess --json` would print about the options."""
    chance = np.random.default_rng(1)
    options: dict[str, Any] = {}
    for option in OPTIONS:
        one = data.sel(option=option)
        signers = ACTORS if option not in NOTHING_SIGNED else ()
        accept = {actor: spread(chance.beta(2, 2, size=40)) for actor in signers}
        scalars = {
            str(name): spread(one[name].values)
            for name in data.data_vars
            if data[name].dims == ("option", "draw")
        }
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
        deterrence = spread(chance.beta(3, 4, size=40) if signers else np.array([np.nan]))
        options[option] = {
            **scalars,
            "accept": accept,
            "respond": respond,
            "binding_constraint": {"AA": 0.7, "GA": 0.3} if signers else {},
            "equal_terms": {
                "held": spread(chance.beta(3, 1, size=40)),
                "deterrence": deterrence,
                "accept_challenger": spread(chance.beta(2, 2, size=40)),
            },
            "unweighted": {
                name: {
                    **scalars[name],
                    "mean": None if not signers else 0.9 * scalars[name]["mean"],
                }
                for name in ("durable", "settled", "held", "deterrence", "direct_clash")
            },
        }
    return {
        "case": "invented",
        "seed": 0,
        "draws": 40,
        "effective_draws": 31.5,
        "record": [
            {
                "id": "first",
                "date": "2014-03-01",
                "says": "The challenger attacked & nobody fought.",
                "source": "key, p. 1",
                "likelihood": 0.4,
            }
        ],
        "options": options,
        "not_converged": 0,
        "parameters_used": {},
    }


def swapped(found: Any, first: str, second: str) -> Any:
    """A mapping by option with the values of two options exchanged."""
    if first == second:
        return found
    other = {first: second, second: first}
    return {option: found[other.get(option, option)] for option in found}


def text(option: str) -> Text:
    """What an invented option says."""
    if option in NOTHING_SIGNED:
        return Text(promise="Nothing is promised.")
    finding = {
        "code": "TW002",
        "name": "undetermined trigger",
        "severity": "warning",
        "clause": "promise",
        "article": "Article 5",
        "reason": f"Nobody is named to say that an attack under '{option}' has come.",
        "suggestion": "Each party determines for itself whether <an attack> has come.",
    }
    measure = {"paper": 0.25, "pact": 1.0, "force": 0.8}[option]
    return Text(
        promise="It promises help. It says by when.",
        form="treaty",
        terms={"line": "today", "recognition": "none", "relief": 0.2},
        findings=[finding],
        profile={
            "guarantors": GUARANTORS,
            "levels": LEVELS,
            "covered": [[0.0, 1.0, 1.0]] * 3,
            "measure": [[0.0, measure, measure]] * 3,
        },
        entry=0.5,
        accession=3.0 if option == "pact" else None,
    )


def parameters(data: xr.Dataset) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """Three invented parameters, the first of which decides who wins, and their draws."""
    gap = (data["durable"].sel(option="pact") - data["durable"].sel(option="force")).values
    chance = np.random.default_rng(2)
    worlds = {"decisive": gap, "idle": chance.uniform(size=40), "wide": chance.uniform(size=40)}
    kinds = {"decisive": "judgement", "idle": "measured", "wide": "judgement"}
    rows = [
        {
            "id": name,
            "actor": None,
            "value": 0.5,
            "low": 0.0,
            "high": 1.0,
            "distribution": "uniform",
            "unit": "share",
            "source": "judgement: invented" if kind == "judgement" else "key, table 2",
            "kind": kind,
            "meaning": f"the {name} number",
        }
        for name, kind in kinds.items()
    ]
    return rows, worlds


def without_numbers(found: Any) -> Any:
    """The same document of an option with every number missing."""
    if isinstance(found, dict):
        return {key: without_numbers(value) for key, value in found.items()}
    return None


def results(
    swap: tuple[str, str] = ("", ""),
    only: tuple[str, ...] = tuple(OPTIONS),
    unsolved: tuple[str, ...] = (),
) -> Results:
    """An invented run.

    swap       two options that exchange their numbers
    only       options that were judged
    unsolved   options that were solved in no world
    """
    data = dataset()
    answer = document(data)
    for option in unsolved:
        answer["options"][option] = without_numbers(answer["options"][option])
        answer["options"][option]["binding_constraint"] = {}
        for name in data.data_vars:
            data[name].loc[{"option": option}] = np.nan
    answer["not_converged"] = 40 * len(unsolved)
    answer["options"] = swapped(answer["options"], *swap)
    if swap[0] != swap[1]:
        order = [{swap[0]: swap[1], swap[1]: swap[0]}.get(o, o) for o in OPTIONS]
        data = data.sel(option=order).assign_coords(option=list(OPTIONS))
    data = data.sel(option=[o for o in OPTIONS if o in only])
    answer["options"] = {o: v for o, v in answer["options"].items() if o in only}
    summary = pd.DataFrame(
        [
            {"option": o, "outcome": "held", "actor": "", "level": "", "action": ""}
            | answer["options"][o]["held"]
            for o in answer["options"]
        ]
    )
    ranking = [
        {
            "option": option,
            "title": OPTIONS[option],
            "durable": answer["options"][option]["durable"],
            "deterrence_equal_terms": answer["options"][option]["equal_terms"]["deterrence"],
            "blocked_by": None if option in NOTHING_SIGNED else "AA",
            "weakest_clause": None if option in NOTHING_SIGNED else "article 5",
        }
        for option in answer["options"]
    ]
    rows, worlds = parameters(dataset())
    return Results(
        title="An invented case",
        challenger="AA",
        actors=ACTORS,
        titles=OPTIONS,
        finding="The options stand in some order.",
        ranking=sorted(ranking, key=lambda row: -(row["durable"]["mean"] or 0.0)),
        document=answer,
        dataset=data,
        summary=summary,
        draws=data[["held", "durable"]].to_dataframe().reset_index(),
        command="tightrope assess invented --draws 40 --seed 0",
        version="0",
        protege="BB",
        lead="GA",
        date="2026-01-01",
        horizon=float(YEARS),
        parameters=rows,
        worlds=worlds,
        texts={option: text(option) for option in OPTIONS},
        bibliography={"key": "Author (2000): A work & its title."},
    )
