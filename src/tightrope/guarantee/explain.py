"""An option read aloud: from its clauses to who accepts it, number by number."""

from __future__ import annotations

from typing import Any

import numpy as np

from tightrope.case import Case
from tightrope.guarantee.assess import compile_case_option
from tightrope.guarantee.compare import CentralWorld
from tightrope.guarantee.describe import compile_option
from tightrope.guarantee.program import FINE
from tightrope.guarantee.weakest import clause_strengths
from tightrope.treaty import LEVELS

Step = dict[str, Any]


def explain(case: Case, option: str) -> dict[str, Any]:
    """Follow one option at central values through clause, profile, response, hazard, acceptance.

    Returns  {chain: [{step, says, numbers, source}]}; source names clauses or parameters
    Errors   InputError for an unknown option
    """
    chosen = case.option(option)
    compiled, instrument = compile_case_option(case, chosen)
    found = CentralWorld(case).full(compiled)
    scalars = {k: float(np.asarray(v)[0]) for k, v in found["scalars"].items()}
    known = {k: v for k, v in scalars.items() if np.isfinite(v)}
    chain: list[Step] = []
    strengths = clause_strengths(case, instrument)
    for clause in instrument.clauses:
        numbers = {name: value for name, value in clause if type(value) in (int, float)}
        if clause.id in strengths:
            numbers["binds"] = round(strengths[clause.id], 4)
        chain.append(
            {
                "step": "clause",
                "says": f"{clause.article}: {clause.says}",
                "numbers": numbers,
                "source": clause.source or ", ".join(instrument.sources),
            }
        )
    profile = compile_option(case, option)
    for i, guarantor in enumerate(profile["guarantors"]):
        if not any(profile["covered"][i]):
            continue
        # Where two levels are promised alike, the graver: that of the response told below.
        worst = max(range(3), key=lambda a: (profile["measure"][i][a], profile["covered"][i][a], a))
        strict, loose = profile["binding_strict"][i][worst], profile["binding_loose"][i][worst]
        chain.append(
            {
                "step": "profile",
                "says": (
                    f"{case.actor(guarantor).name} is bound {strict:.2f} of fully under a strict "
                    f"reading and {loose:.2f} under a loose one against a {LEVELS[worst]} attack; "
                    f"help takes "
                    f"{profile['delay_days'][i][worst]:.0f} days to decide and arrive"
                ),
                "numbers": {
                    k: profile[k][i][worst]
                    for k in (
                        "covered",
                        "measure",
                        "binding_strict",
                        "binding_loose",
                        "blocked",
                        "delay_days",
                    )
                },
                "source": "parameters binding.*, cover.*, delay.*, block.*",
            }
        )
    respond = np.asarray(found["respond"])[0]
    for i, guarantor in enumerate(profile["guarantors"]):
        support, fight = respond[i, 2, 1], respond[i, 2, 2]
        name = case.actor(guarantor).name
        says = (
            f"Against a full attack {name} would fight in {_share(fight)} "
            f"and support in {_share(support)} of cases"
        )
        if guarantor in case.friends_of_challenger:
            says = (
                f"In a full attack {name} would help the challenger in {_share(support)} of cases"
            )
        elif not case.actor(guarantor).armed_forces:
            says = (
                f"{name}, which keeps no armed forces, would support against a full attack in "
                f"{_share(support)} of cases"
            )
        chain.append(
            {
                "step": "response",
                "says": says,
                "numbers": {"support": float(support), "fight": float(fight)},
                "source": f"parameters stake.{guarantor}, force.{guarantor}, audience, base.*",
            }
        )
    chain += _hazard(known, found) + _acceptance(
        case, compiled.profile.plan.agreement, found, known
    )
    return {"chain": chain}


def _share(chance: float) -> str:
    """A chance in per cent, in which what is nearly certain is not said to be certain."""
    if 0.0 < chance < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < chance < 1.0 else f"{chance:.0%}"


def _hazard(known: dict[str, float], found: dict[str, Any]) -> list[Step]:
    if "attack_full" not in known:
        return [
            {
                "step": "hazard",
                "says": (
                    "Nothing is signed; the war ends in a settlement that then holds in "
                    f"{_share(known['held'])}"
                ),
                "numbers": {"held": known["held"]},
                "source": "parameters alpha, exit_hazard, capability.protege",
            }
        ]
    limited, full = (np.asarray(found["time"][f"hazard_{x}"])[0] for x in ("limited", "full"))
    total = limited + full
    peak = int(np.argmax(total))
    years = (peak + 0.5) * FINE.step
    return [
        {
            "step": "hazard",
            "says": (
                f"Once settled it holds in {_share(known['held'])}; the first attack is limited "
                f"in {_share(known['attack_limited'])} and full in "
                f"{_share(known['attack_full'])}; the most dangerous quarter is about "
                f"{years:.1f} years after signing"
            ),
            "numbers": {
                k: known[k]
                for k in ("held", "held_terms", "deterrence", "attack_limited", "attack_full")
            }
            | {"peak_years": years, "peak_hazard": float(total[peak])},
            "source": "parameters precision.challenger, moments_per_year, war_cost.challenger",
        }
    ]


def _acceptance(
    case: Case, agreement: bool, found: dict[str, Any], known: dict[str, float]
) -> list[Step]:
    if not agreement:
        return []
    accept = np.asarray(found["accept"])[0]
    actors = (case.challenger, case.protege, *case.guarantor_ids)
    steps = [
        {
            "step": "acceptance",
            "says": f"{case.actor(a).name} accepts in {_share(chance)} of cases",
            "numbers": {"accept": float(chance)},
            "source": "parameters precision.signing, precision.ratification, base.ratification",
        }
        for k, (a, chance) in enumerate(zip(actors, accept, strict=True))
        if k < 2 or chance > 0
    ]
    return [
        *steps,
        {
            "step": "acceptance",
            "says": (
                f"All together: concluded in {_share(known['concluded'])}, settled in "
                f"{_share(known['settled'])}, settled and held in {_share(known['durable'])}"
            ),
            "numbers": {k: known[k] for k in ("concluded", "settled", "durable")},
            "source": "the steps above",
        },
    ]
