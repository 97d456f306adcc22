"""Strong enough to deter, weak enough to be signed: a result, seen across random drafts."""

from __future__ import annotations

import numpy as np
import pytest
from central import Central
from drafts import random_draft
from scipy.stats import spearmanr

from tightrope.case import load_case
from tightrope.guarantee import compile_profile, timeline
from tightrope.guarantee.program import (
    Compiled,
    arrays_of,
    finish,
    first_guess,
    solve_pieces,
    structure_of,
)

CASE = load_case("ukraine")
NOW = CASE.option("uk-ukraine-2024").settlement


def judged(central: Central, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Chance to hold (all types) and the challenger's acceptance at equal terms, by draft."""
    rng = np.random.default_rng(seed)
    world = {**central.world, "line.held": central.world["line.today"]}
    held, accepted = [], []
    for k in range(number):
        profile = compile_profile(CASE, random_draft(rng, k))
        compiled = Compiled(f"draft-{k}", profile, NOW)
        odds, parties = first_guess(profile, 1)
        pieces = solve_pieces(world, compiled, parties, central.model, central.bare)
        found = finish(
            world,
            pieces,
            odds,
            timeline.terms_of(NOW),
            arrays_of(profile),
            shape=structure_of(profile, central.model),
        )
        held.append(float(found["equal"]["held"][0]))
        accepted.append(float(found["equal"]["accept_challenger"][0]))
    return np.array(held), np.array(accepted)


@pytest.mark.parametrize(
    "number", [60, pytest.param(500, marks=pytest.mark.soak)], ids=["60", "500"]
)
def test_what_holds_better_is_accepted_less(number: int) -> None:
    """At equal terms (status quo value held fixed) drafts that hold better are accepted less by the
    challenger: their rank correlation over random drafts is clearly negative. The world is one in
    which attack pays; where it does not, every draft holds."""
    world = Central(CASE, **{"capability.protege": 0.6, "war_cost.challenger": 0.55})
    held, accepted = judged(world, number, seed=7)
    assert np.ptp(held) > 0.1
    assert spearmanr(held, accepted).statistic < -0.5


def test_without_a_future_the_contradiction_vanishes() -> None:
    """Where the future counts for nothing (discount 200 a year: a horizon of zero), every draft is
    worth the status quo to the challenger, and acceptance does not depend on what holds."""
    _, accepted = judged(Central(CASE, discount=200.0), 12, seed=7)
    assert np.ptp(accepted) < 1e-9
