"""Where a claim holds in every drawn world, one is sought in which it fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from invented_worlds import few, invented

from tightrope.case import Case, override
from tightrope.case.claims import Claims
from tightrope.explore import adverse
from tightrope.explore.adverse import MOVED, seek_failure
from tightrope.explore.proposition import Outcomes, margin
from tightrope.guarantee.draws import parameter_draws

CASE = few()
DRAWS = 128
#: Twelve parameters, all at the low end before the claim fails: more than one round can move.
NAMES = sorted(parameter_draws(CASE, 1, 0))[:12]


def held(case: Case, draws: int, seed: int) -> Any:
    """Mean place of the twelve in their ranges, by world."""
    drawn = parameter_draws(case, draws, seed)
    places = []
    for name in NAMES:
        one = CASE.parameter(name)
        value = drawn.get(name, np.full(draws, case.parameter(name).value))
        places.append((value - one.low) / (one.high - one.low))
    return np.mean(places, axis=0)


def claims(limit: float) -> Claims:
    """One claim: what an American treaty holds is above the limit."""
    compare = {
        "kind": "compare",
        "left": {"outcome": "held", "option": "us-treaty"},
        "relation": "above",
        "right": limit,
    }
    one = {"id": "one", "speaker": "someone", "source": "article01, end", "says": "It holds."}
    return Claims.model_validate({"claims": [{**one, "proposition": compare}]})


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of the model, the mean place."""

    def solve(case: Case, options: Any, draws: int, seed: int, progress: Any, keep: Any) -> Any:
        outcomes = {one.id: {"held": held(case, draws, seed)} for one in options}
        return list(invented(case, outcomes, draws, seed).results)

    monkeypatch.setattr(adverse, "solve_options", solve)


def sought(limit: float, case: Case = CASE) -> dict[str, Any] | None:
    """What the search finds where the claim held in all drawn worlds."""
    asked = claims(limit)
    solved = invented(case, {"us-treaty": {"held": held(case, DRAWS, 0)}}, DRAWS)
    found = margin(asked.claims[0].proposition, Outcomes(solved), asked.sets)
    assert (found > 0).all(), "the claim must hold in every drawn world"
    return seek_failure(case, asked.claims[0], asked, found, solved)


def test_a_failing_world_is_found_at_the_ends_of_what_matters() -> None:
    """What twelve parameters do together takes two rounds; all twelve end at their low end."""
    found = sought(0.02)
    assert found is not None and found["sought"] and found["margin"] <= 0
    rows = {row["parameter"]: row for row in found["parameters"]}
    assert len(rows) > MOVED and set(NAMES) <= set(rows)
    for name in NAMES:
        assert rows[name]["value"] == rows[name]["low"] == CASE.parameter(name).low


def test_what_takes_all_of_many_is_sought_in_four_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim that fails only if 28 parameters are all low holds until the fourth round."""
    names = sorted(parameter_draws(CASE, 1, 0))[: 3 * MOVED + 4]
    monkeypatch.setitem(globals(), "NAMES", names)
    fixed = {name: repr(CASE.parameter(name).high) for name in parameter_draws(CASE, 1, 0)}
    case = override(CASE, {k: v for k, v in fixed.items() if k not in names})
    found = sought(0.005, case)
    assert found is not None and {row["parameter"] for row in found["parameters"]} == set(names)


def test_what_cannot_fail_has_no_failing_world() -> None:
    """A mean place is never below zero, wherever one looks."""
    assert sought(-0.01) is None


@pytest.mark.parametrize("free", [0, 1, MOVED])
def test_no_more_is_moved_than_is_free(free: int) -> None:
    """With few free parameters, or none, the search ends once all of them are moved."""
    fixed = {name: repr(CASE.parameter(name).high) for name in parameter_draws(CASE, 1, 0)}
    case = override(CASE, {k: v for k, v in fixed.items() if k not in NAMES[:free]})
    assert len(parameter_draws(case, 1, 0)) == free
    assert sought(-0.01, case) is None
