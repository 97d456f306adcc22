"""The experts' claims put to the test: how often each holds, when, and against whom."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.case import Case
from tightrope.case.claims import Claim, Claims, options_needed, options_of
from tightrope.explore.adverse import seek_failure, told
from tightrope.explore.conditions import NO_STRUCTURE, conditions, in_words
from tightrope.explore.contradiction import contradictions
from tightrope.explore.dependence import Dependence, depends_on
from tightrope.explore.proposition import Outcomes, check_outcomes, margin
from tightrope.explore.variants import with_variants
from tightrope.guarantee import Assessment, assess
from tightrope.guarantee.draws import parameter_draws

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

#: Parameters told with a world in which a claim fails.
TELLING = 4
#: Parameters told that a claim depends on.
SHOWN = 5


def judge_claims(
    case: Case,
    claims: Claims,
    draws: int,
    seed: int,
    *,
    progress: Progress | None = None,
    keep: Path | None = None,
) -> dict[str, Any]:
    """Every claim in every world: the document of ``tightrope claims``, without its header.

    The options and variants that the claims speak of are solved once, in the same worlds.
    keep    folder of what is solved, see `solve_options`
    Errors  InputError for an outcome or a change that cannot be
    """
    check_outcomes(claims, case)
    if not options_needed(claims):  # none of the claims can be expressed
        return document(case, claims, Assessment(case, (), draws, seed, np.zeros((draws, 0))))
    with tempfile.TemporaryDirectory(prefix="tightrope-") as place:
        whole = with_variants(case, claims.variants, Path(place))
        solved = assess(whole, options_needed(claims), draws, seed, progress=progress, keep=keep)
        answer = document(case, claims, solved)
        for claim, row in zip(claims.claims, answer["claims"], strict=True):
            # Where no world was drawn in which it fails, one is sought at the ends of ranges.
            if row["holds"]["before"] == 1.0 and claim.construction is None:
                assert claim.proposition is not None
                found = margin(claim.proposition, Outcomes(solved), claims.sets)
                row["fails"] = seek_failure(whole, claim, claims, found, solved, progress, keep)
    return answer


def document(case: Case, claims: Claims, solved: Assessment) -> dict[str, Any]:
    """What the worlds of an assessment say of the claims."""
    outcomes = Outcomes(solved)
    margins = [
        None if claim.proposition is None else margin(claim.proposition, outcomes, claims.sets)
        for claim in claims.claims
    ]
    parameters = parameter_draws(case, solved.draws, solved.seed)
    asked = sum(found is not None for found in margins)
    opposed = contradictions(claims.claims, margins)
    rows = []
    for claim, found in zip(claims.claims, margins, strict=True):
        against = [
            {"id": two if one == claim.id else one, "how": how, "together": together}
            for one, two, how, together in opposed
            if claim.id in (one, two)
        ]
        rows.append(
            {
                "id": claim.id,
                "speaker": claim.speaker,
                "source": claim.source,
                "says": claim.says,
                "reads": claim.reads,
                "expressible": claim.expressible,
                "reason": claim.reason,
                "by_construction": claim.construction,
                "options": list(options_of(claim, claims)),
                "contradicts": [one["id"] for one in against],
                "contradictions": against,
                **_in_worlds(case, claim, found, parameters, solved.weights, asked),
            }
        )
    return {
        "case": case.id,
        "draws": solved.draws,
        "seed": solved.seed,
        "effective_draws": solved.effective_draws,
        "not_converged": solved.not_converged,
        "options_solved": [result.option.id for result in solved.results],
        "claims": rows,
    }


def _in_worlds(
    case: Case,
    claim: Claim,
    found: Floats | None,
    parameters: Mapping[str, Floats],
    weights: Floats,
    asked: int,
) -> dict[str, Any]:
    """How often a claim holds, when, what it depends on, and a world in which it fails."""
    nothing: dict[str, Any] = {
        "holds": {"before": None, "after": None},
        "worlds": 0,
        "conditions": [],
        "conditions_say": NO_STRUCTURE,
        "depends_on": [],
        "dependence": [],
        "fails": None,
        "check": None,
    }
    if found is None:
        return nothing
    known = np.isfinite(found)
    if not known.any():
        return {**nothing, "check": _check(claim, {"before": None, "after": None})}
    true = found[known] > 0
    weight = weights[known]
    holds = {
        "before": float(true.mean()),
        "after": float(np.clip(weight @ true / weight.sum(), 0, 1)) if weight.sum() > 0 else None,
    }
    by = depends_on(found, parameters, asked)
    telling = {one.parameter: parameters[one.parameter][known] for one in by}
    boxes = conditions(true, telling)
    said = "; ".join(in_words(case, one) for one in boxes)
    return {
        "holds": holds,
        "worlds": int(known.sum()),
        "conditions": [
            {
                "limits": {name: list(limit) for name, limit in one.limits.items()},
                "worlds": one.worlds,
                "holds": one.holds,
                "elsewhere": one.elsewhere,
                "says": in_words(case, one),
            }
            for one in boxes
        ],
        "conditions_say": said or _without_boxes(holds["before"]),
        "depends_on": [one.parameter for one in by[:SHOWN]],
        "dependence": [one._asdict() for one in by[:SHOWN]],
        "fails": _failing(case, found, weights, parameters, by),
        "check": _check(claim, holds),
    }


def _without_boxes(share: float | None) -> str:
    if share == 1.0:
        return "holds in every world that was drawn"
    if share == 0.0:
        return "holds in no world that was drawn"
    return NO_STRUCTURE


def _failing(
    case: Case,
    found: Floats,
    weights: Floats,
    parameters: Mapping[str, Floats],
    by: Sequence[Dependence],
) -> dict[str, Any] | None:
    """The likeliest world, after the record, in which the claim fails, with its telling numbers.

    Telling are the parameters that the claim depends on; failing those, the ones that lie furthest
    out in their range.
    """
    failing = np.flatnonzero(np.isfinite(found) & (found <= 0))
    if not failing.size:
        return None
    draw = int(failing[np.argmax(weights[failing])])
    names = [one.parameter for one in by][:TELLING]
    if not names:
        place = {
            name: float(np.mean(values <= values[draw])) for name, values in parameters.items()
        }
        names = sorted(place, key=lambda name: -abs(place[name] - 0.5))[:TELLING]
    values = {name: float(parameters[name][draw]) for name in names}
    return told(case, values, draw, float(found[draw]), sought=False)


def _check(claim: Claim, holds: Mapping[str, float | None]) -> dict[str, Any] | None:
    """Whether the claim held as often as its file asks; None where it asks nothing."""
    if claim.check is None:
        return None
    share = holds[claim.check.when]
    passed = share is not None and claim.check.at_least <= share <= claim.check.at_most
    return {**claim.check.model_dump(), "passed": passed}


def failed_checks(answer: Mapping[str, Any]) -> list[str]:
    """What to say of each claim that did not hold as often as its file asks."""
    return [
        f"{row['id']}: holds in {_share(row['holds'][row['check']['when']])} of worlds "
        f"({row['check']['when']} the record), asked for {row['check']['at_least']:.0%} to "
        f"{row['check']['at_most']:.0%}"
        for row in answer["claims"]
        if row["check"] is not None and not row["check"]["passed"]
    ]


def _share(value: float | None) -> str:
    return "no known share" if value is None else f"{value:.0%}"
