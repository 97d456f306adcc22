"""Draws weighted by what is known to have happened: likelihoods, weights and their summary."""

from __future__ import annotations

from itertools import product
from math import exp, log

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_crisis import READINGS, UNITY, UNITY_WEIGHTS, WILLS, Crisis
from small_case import DRAWS, SEED, SmallCase

from tightrope.case import Record
from tightrope.guarantee import record
from tightrope.guarantee.assess import compile_case_option
from tightrope.guarantee.calls import build, solve_games
from tightrope.guarantee.horizon import will_moves
from tightrope.guarantee.program import basis_for
from tightrope.guarantee.record import stats
from tightrope.guarantee.stages import BLOCKS
from tightrope.treaty import InputError

FACT = Record.model_validate(
    {
        "id": "invented",
        "date": "2022-02-24",
        "says": "An attack that met no fighter.",
        "option": "budapest-1994",
        "level": "full",
        "attacked": True,
        "responses": {"US": "support", "GB": "no-fight", "CN": "abstain"},
        "blocked": True,
        "source": "judgement: invented for this test",
    }
)


def test_responses_are_summed_over_what_nobody_observed(small: SmallCase) -> None:
    """The likelihood of responses is a plain sum over shock, will and reading, of the product of
    each state's chance of what it did, raised to the share that counts as independent."""
    compiled, _ = compile_case_option(small.case, small.case.option("budapest-1994"))
    stage, worlds = compiled.profile.in_force, {k: jnp.asarray(v) for k, v in small.worlds.items()}
    worlds = {**worlds, "line.held": worlds["line.today"]}
    found = record._responses(small.case, FACT, compiled.profile, worlds, small.model)
    parties = jnp.broadcast_to(jnp.asarray(stage.party), (DRAWS, 4))
    basis = basis_for(small.model.grid)
    blocks = 2 if np.any(stage.through_block) else 1
    assert blocks == 2, "the example must go through a body that can be blocked"
    built = build(
        worlds, stage, jnp.zeros((DRAWS, 1)), parties, basis,
        setting=small.model.setting, readings=2, blocks=2,
    )  # fmt: skip
    acts = np.asarray(solve_games([built[0].cells.game], small.model.setting, basis)[0].probability)
    acts = acts.reshape(4, 3, 3, 5, 2, 2, 3, -1)
    us, gb, cn = (small.case.guarantor_ids.index(g) for g in ("US", "GB", "CN"))
    for k in range(DRAWS):
        strict = float(small.worlds["odds.nature"][k])
        will = np.asarray(record.long_run_will(worlds))[:, k]
        total = 0.0
        for x, w, r in product(range(3), range(5), range(2)):
            p = acts[:, :, x, w, r, 1, 2, k]
            chance = p[us, 1] * (1.0 - p[gb, 2]) * p[cn, 0]
            total += UNITY_WEIGHTS[x] * will[w] * (strict, 1.0 - strict)[r] * chance
        blocked = float(small.worlds[f"block.{BLOCKS[int(compiled.profile.life.block)]}"][k])
        assert float(found[k]) == pytest.approx(log(total) + log(blocked), abs=1e-9), k


def test_solved_responses_are_those_of_the_enumerated_crisis(small: SmallCase) -> None:
    """The probabilities that the likelihood uses answer the payoffs of every profile."""
    compiled, _ = compile_case_option(small.case, small.case.option("budapest-1994"))
    stage, worlds = compiled.profile.in_force, {k: jnp.asarray(v) for k, v in small.worlds.items()}
    worlds = {**worlds, "line.held": worlds["line.today"]}
    parties = np.broadcast_to(np.asarray(stage.party), (DRAWS, 4))
    basis = basis_for(small.model.grid)
    built = build(
        worlds, stage, jnp.zeros((DRAWS, 1)), jnp.asarray(parties), basis,
        setting=small.model.setting, readings=2, blocks=2,
    )  # fmt: skip
    acts = np.asarray(solve_games([built[0].cells.game], small.model.setting, basis)[0].probability)
    acts = acts.reshape(4, 3, 3, 5, 2, 2, 3, -1)
    plain = {k: np.asarray(v)[0] for k, v in worlds.items()}
    crisis = Crisis(
        plain, stage, small.model.setting, parties[0], 0.0, UNITY[2], WILLS[1], READINGS[0], True, 2
    )
    mine = acts[:, :, 2, 1, 0, 1, 2, 0]
    np.testing.assert_allclose(crisis.respond(mine)[0], mine, atol=1e-8)


def test_long_run_will_is_left_unchanged_by_its_moves(small: SmallCase) -> None:
    """The long-run odds of will are those that one more step of the chain does not change."""
    worlds = {k: jnp.asarray(v) for k, v in small.worlds.items()}
    odds = np.asarray(record.long_run_will(worlds))
    for k in range(DRAWS):
        world = {name: value[k] for name, value in worlds.items()}
        moves = np.asarray(will_moves(world, jnp.asarray(0.25), 5))
        np.testing.assert_allclose(odds[:, k] @ moves, odds[:, k], atol=1e-12)
        assert odds[:, k].sum() == pytest.approx(1.0, abs=1e-12)


def test_every_fact_is_possible_and_chunks_do_not_matter(small: SmallCase) -> None:
    """Log-likelihoods are finite, at most zero, one column a fact, and do not depend on chunks."""
    case = small.case.model_copy(update={"record": (FACT,)})
    found = record.log_likelihoods(case, DRAWS, SEED, chunk=DRAWS)
    assert found.shape == (DRAWS, 1)
    assert np.all(np.isfinite(found))
    assert np.all(found <= 0.0)
    halves = record.log_likelihoods(case, DRAWS, SEED, chunk=2)
    np.testing.assert_allclose(halves, found, atol=1e-9)
    plain = small.case.model_copy(update={"record": ()})
    none = record.log_likelihoods(plain, DRAWS, SEED, chunk=DRAWS)
    np.testing.assert_array_equal(record.weights_of(none), np.full(DRAWS, 1.0 / DRAWS))


def test_a_fact_that_did_not_happen_has_the_other_chance(small: SmallCase) -> None:
    """Chances of an attack and of none sum to one in each world, but for the least chance."""
    quiet = FACT.model_copy(update={"attacked": False, "responses": {}, "blocked": None})
    loud = quiet.model_copy(update={"attacked": True})
    case = small.case.model_copy(update={"record": (loud, quiet)})
    found = record.log_likelihoods(case, DRAWS, SEED, chunk=DRAWS)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1.0, atol=record.LEAST)


def test_a_fact_of_a_time_without_any_text_is_judged_without_duties(small: SmallCase) -> None:
    """The order of the options must not say what was in force; without such an option, refused."""
    bare = FACT.model_copy(update={"option": None, "responses": {}, "blocked": None})
    named = bare.model_copy(update={"option": "no-agreement"})
    options = small.case.options
    found = []
    for facts, order in (((bare,), options), ((bare,), options[::-1]), ((named,), options)):
        case = small.case.model_copy(update={"record": facts, "options": order})
        found.append(record.log_likelihoods(case, DRAWS, SEED, chunk=DRAWS))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_allclose(found[0], found[2], atol=1e-12)
    promises = tuple(option for option in options if option.id != "no-agreement")
    case = small.case.model_copy(update={"record": (bare,), "options": promises})
    with pytest.raises(InputError, match="names no option"):
        record.log_likelihoods(case, DRAWS, SEED, chunk=DRAWS)


def test_what_the_text_cannot_block_was_hardly_blocked(small: SmallCase) -> None:
    """A fact that a procedure was blocked, of a text that has none, must count as next to never."""
    fact = FACT.model_copy(update={"option": "no-agreement", "responses": {}, "blocked": None})
    never = fact.model_copy(update={"blocked": True})
    case = small.case.model_copy(update={"record": (fact, never)})
    found = record.log_likelihoods(case, DRAWS, SEED, chunk=DRAWS)
    np.testing.assert_allclose(found[:, 1] - found[:, 0], np.log(record.LEAST), atol=1e-12)


@given(st.lists(st.floats(-50.0, 0.0), min_size=1, max_size=30))
def test_weights_follow_the_likelihood(logs: list[float]) -> None:
    """Weights are likelihoods over their sum; the effective number is between 1 and the draws."""
    weights = record.weights_of(np.array(logs)[:, None])
    plain = np.array([exp(x - max(logs)) for x in logs])
    np.testing.assert_allclose(weights, plain / plain.sum(), atol=1e-12)
    assert 1.0 - 1e-9 <= record.effective(weights) <= len(logs) + 1e-9


@given(st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=40))
def test_equal_weights_give_the_usual_percentiles(values: list[float]) -> None:
    """With equal weights mean and percentiles are NumPy's."""
    data = np.array(values)
    got = stats(data, np.full(data.size, 1.0 / data.size))
    expected = [data.mean(), *np.percentile(data, [5, 50, 95])]
    np.testing.assert_allclose(
        [got[k] for k in ("mean", "p05", "p50", "p95")], expected, atol=1e-12
    )


def test_a_world_without_weight_counts_for_nothing() -> None:
    """A draw of weight zero, or a missing one, changes no summary."""
    values, weights = np.array([0.1, 0.4, 0.9, np.nan]), np.array([0.5, 0.5, 0.0, 0.3])
    assert stats(values, weights) == stats(values[:2], weights[:2])
