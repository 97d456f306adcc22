"""Whose acceptance limits an option: only states whose acceptance the text needs can."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest

from tightrope.case import load_case
from tightrope.guarantee.assess import Result
from tightrope.guarantee.assessment import Assessment
from tightrope.treaty import load_instrument

CASE = load_case("ukraine")
PARTIES = ("US", "GB", "FR", "DE", "PL")
DRAWS = 60


def judged(named: tuple[str, ...], quorum: int, seed: int = 0) -> tuple[Assessment, Result]:
    """A text among five parties in worlds where every acceptance is drawn at random."""
    rng = np.random.default_rng(seed)
    actors = 2 + len(CASE.guarantor_ids)
    failed = rng.random(DRAWS) < 0.1
    accept = np.where(failed[:, None], np.nan, rng.random((DRAWS, actors)))
    result = Result(
        option=CASE.option("article5-like"),
        instrument=load_instrument("article5-like"),
        parties=PARTIES,
        named=named,
        quorum=quorum,
        agreement=True,
        scalars={},
        equal={},
        accept=accept,
        value_guarantor=np.zeros((DRAWS, actors - 2)),
        respond=np.zeros((DRAWS, actors - 2, 3, 3)),
        time={},
        failed=failed,
        certificate=0.0,
        weakest="",
    )
    likelihood = np.where(failed, 0.0, rng.normal(size=DRAWS))[:, None]
    return Assessment(CASE, (result,), DRAWS, 0, likelihood), result


@pytest.mark.parametrize(
    ("named", "quorum"),
    [((), 0), (("GB",), 1), (("GB",), 3), ((), 2), (PARTIES, 5), (("US", "DE"), 5), (("US",), 9)],
)
def test_limits_are_those_of_every_way_to_enter(named: tuple[str, ...], quorum: int) -> None:
    """Over all sets of parties that would do, the best has the limiting state as its least."""
    assessment, result = judged(named, quorum)
    index = {actor: k for k, actor in enumerate(assessment.actors)}
    least = min(quorum, len(PARTIES))
    sets = [
        set(chosen) | set(named)
        for chosen in chain.from_iterable(
            combinations(PARTIES, size) for size in range(len(PARTIES) + 1)
        )
        if len(set(chosen) | set(named)) >= least
    ]
    wanted: dict[str, float] = {}
    whole = 0.0
    for draw in np.flatnonzero(~result.failed):
        row = result.accept[draw]
        best = max(
            min((row[index[a]], a) for a in (CASE.challenger, CASE.protege, *members))
            for members in sets
        )
        wanted[best[1]] = wanted.get(best[1], 0.0) + assessment.weights[draw]
        whole += assessment.weights[draw]
    found = assessment.binding_constraint(result)
    assert found == pytest.approx({actor: share / whole for actor, share in wanted.items()})


def test_a_state_that_entry_does_not_need_never_limits() -> None:
    """Where entry waits for one named state, the refusal of all others limits nothing."""
    assessment, result = judged(("GB",), 1)
    result.accept[:, 3:] = np.where(np.isnan(result.accept[:, 3:]), np.nan, 0.0)
    result.accept[:, 2 + CASE.guarantor_ids.index("GB")] = 0.5
    assert set(assessment.binding_constraint(result)) <= {CASE.challenger, CASE.protege, "GB"}
