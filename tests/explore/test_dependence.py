"""What a result depends on is found where it is so, and not where it is not."""

from __future__ import annotations

import numpy as np
from invented_worlds import few

from tightrope.explore.conditions import conditions, in_words
from tightrope.explore.dependence import depends_on
from tightrope.guarantee.draws import parameter_draws

WORLDS, PARAMETERS = 128, 500


def noise(seed: int = 0) -> dict[str, np.ndarray]:
    """Many parameters that have nothing to do with anything."""
    chance = np.random.default_rng(seed)
    return {f"p{k}": chance.uniform(size=WORLDS) for k in range(PARAMETERS)}


def test_a_planted_dependence_is_found() -> None:
    """Among 500 parameters the two that drive a result are found, the stronger first."""
    parameters = noise()
    chance = np.random.default_rng(1)
    result = np.exp(2.0 * parameters["p7"]) - parameters["p9"] + 0.2 * chance.normal(size=WORLDS)
    found = depends_on(result, parameters)
    assert [one.parameter for one in found] == ["p7", "p9"]
    assert found[0].correlation > 0 > found[1].correlation


def test_shuffled_results_depend_on_nothing() -> None:
    """Twenty shuffled results, asked as twenty questions, name at most one parameter in all."""
    parameters = noise()
    result = np.exp(2.0 * parameters["p7"])
    found = []
    for seed in range(20):
        shuffled = np.random.default_rng(seed).permutation(result)
        found += depends_on(shuffled, parameters, questions=20)
    # The guard allows one false finding in twenty such rounds; two would be a fault.
    assert len(found) <= 1


def test_few_worlds_say_nothing() -> None:
    """With fewer than twenty worlds, or a result that never moves, nothing is said."""
    parameters = {"p": np.arange(19.0)}
    assert depends_on(np.arange(19.0), parameters) == []
    assert depends_on(np.ones(50), {"p": np.arange(50.0)}) == []
    missing = np.where(np.arange(30) < 15, np.nan, np.arange(30.0))
    assert depends_on(missing, {"p": np.arange(30.0)}) == []


def test_a_planted_condition_is_found() -> None:
    """Where something holds above one number and below another, both limits come back."""
    parameters = {k: v for k, v in noise().items() if k in ("p1", "p2", "p3")}
    holds = (parameters["p1"] > 0.4) & (parameters["p2"] < 0.7)
    most, least = conditions(holds, parameters)
    assert most.holds > 0.95 > 0.3 > least.holds
    assert abs(most.limits["p1"][0] - 0.4) < 0.05 and abs(most.limits["p2"][1] - 0.7) < 0.05


def test_no_condition_where_there_is_none() -> None:
    """What holds everywhere, nowhere, or by chance has no condition."""
    parameters = {"p1": noise()["p1"]}
    everywhere = np.ones(WORLDS, dtype=bool)
    assert conditions(everywhere, parameters) == [] == conditions(~everywhere, parameters)
    found = [
        conditions(np.random.default_rng(seed).uniform(size=WORLDS) < 0.5, parameters)
        for seed in range(10)
    ]
    # The guard allows one false condition in twenty.
    assert sum(bool(one) for one in found) <= 1


def test_a_condition_with_two_ends_is_judged_by_both() -> None:
    """A slice of one parameter is drawn from as many boxes as there are pairs of places in it."""
    p = np.linspace(0.0, 1.0, 100)
    slice_ = (p > 0.4) & (p < 0.55)
    holds = np.where(slice_, np.arange(100) % 5 > 0, np.arange(100) % 4 == 0)
    assert not any(None not in ends for one in conditions(holds, {"p1": p})
                   for ends in one.limits.values())  # fmt: skip
    sure = conditions((p > 0.3) & (p < 0.7), {"p1": p})
    assert None not in sure[0].limits["p1"]


def test_a_condition_is_told_in_words_and_units() -> None:
    """A condition names the parameter, its meaning, its limit and its unit."""
    case = few()
    drawn = parameter_draws(case, 64, 0)
    box = conditions(drawn["stake.US"] > 0.4, {"stake.US": drawn["stake.US"]})[0]
    text = in_words(case, box)
    assert "stake.US" in text and "above 0." in text and "own full wars" in text
    assert set(drawn) >= {"audience", "stake.US", "stake.GB"} and "stake.PL" not in drawn
