"""What must hold of a stage's crisis, for every input: blocking, delay, bounds."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_case import DRAWS, SEED, OneWorld, SmallCase
from stage_examples import harsh

from tightrope.guarantee import crisis, forces, program, timeline
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee.contingency import StageTable, solve_stage
from tightrope.guarantee.stages import BLOCKS, Stage
from tightrope.guarantee.timeline import chebyshev

TIMES = program.FINE.times
VETO = BLOCKS.index("friend_veto")
Worlds = dict[str, Any]


def drawn(small: SmallCase, one: OneWorld, seed: int) -> Worlds:
    """As many worlds as the small case has, drawn anew."""
    worlds: Worlds = dict(worlds_of.sample(small.case, DRAWS, seed))
    worlds["line.held"] = timeline.held_line(worlds, one.compiled.settlement)
    return {name: np.array(v, dtype=float) for name, v in worlds.items()}


def same_world(small: SmallCase, one: OneWorld, seed: int) -> Worlds:
    """One drawn world in place of every world, to be changed one by one."""
    return {name: np.repeat(v[:1], DRAWS, axis=0) for name, v in drawn(small, one, seed).items()}


def solve(small: SmallCase, one: OneWorld, stage: Stage, worlds: Worlds) -> StageTable:
    """The stage in the given worlds, its procedure exposed to a friend's veto."""
    years = jnp.broadcast_to(8.0 * jnp.asarray(chebyshev(TIMES)), (DRAWS, TIMES))
    parties = jnp.broadcast_to(0.8 * jnp.asarray(stage.party), (DRAWS, len(stage.party)))
    table, _ = solve_stage(
        {k: jnp.asarray(v) for k, v in worlds.items()}, stage, years, parties, jnp.asarray(VETO),
        program.basis_for(small.model.grid), setting=small.model.setting, readings=2, blocks=2,
        moved=False,
    )  # fmt: skip
    return table


@pytest.fixture(scope="module")
def stage(coalition: OneWorld) -> Stage:
    """The coalition's stage with every provision in use."""
    return harsh(coalition.compiled.profile.in_force)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), some=st.floats(0.0, 1.0), more=st.floats(0.0, 1.0))
def test_surely_open_and_surely_blocked_bracket_the_mixture(
    small: SmallCase, coalition: OneWorld, stage: Stage, seed: int, some: float, more: float
) -> None:
    """Responses and Eπ at a blocking chance c are (1−c)·open + c·blocked (not so for `held`).

    Held fixed: the world, the text, the chances of being a party.
    """
    worlds = same_world(small, coalition, seed)
    chances = np.array([0.0, 1.0, some, more])
    worlds["block.friend_veto"] = chances
    table = solve(small, coalition, stage, worlds)
    assume(not np.any(np.asarray(table.unsolved) > 0))
    for name in ("respond", "success", "met", "clash", "resist"):
        value = np.asarray(getattr(table, name))
        for k in (2, 3):
            mixture = (1.0 - chances[k]) * value[0] + chances[k] * value[1]
            np.testing.assert_allclose(value[k], mixture, atol=1e-8, err_msg=name)
    fights = np.asarray(table.respond)[:, 1, 2]
    assert np.all(fights[1] <= fights[0] + 1e-8), "the one behind the veto does not fight more"


def test_blocking_matters_in_a_world_that_is_solved(
    small: SmallCase, coalition: OneWorld, stage: Stage
) -> None:
    """The statements on blocking are not empty: it raises Eπ somewhere, with every game solved."""
    for seed in (SEED, SEED + 1):
        worlds = same_world(small, coalition, seed)
        worlds["block.friend_veto"] = np.array([0.0, 1.0, 0.3, 0.8])
        table = solve(small, coalition, stage, worlds)
        assert not np.any(np.asarray(table.unsolved) > 0), "every game of this world must be solved"
        success = np.asarray(table.success)
        assert np.any(success[1] > success[0] + 1e-3), "blocking must matter somewhere"


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_blocked_is_no_duty_and_no_institution(
    small: SmallCase, coalition: OneWorld, stage: Stage, seed: int
) -> None:
    """Blocked for all, the crisis is that of a text that covers nothing, without joint command.

    Held fixed: national force, its presence (less the institution's share), aid, delays.
    """
    everyone = stage._replace(through_block=np.repeat(stage.party[:, None], 3, axis=1))
    worlds = same_world(small, coalition, seed)
    worlds["block.friend_veto"] = np.array([1.0, 0.0, 1.0, 0.0])
    idle = np.array([0.0, 1.0, 0.0, 1.0])  # worlds without cover and without joint means
    for name in ("any-hostile-act", "armed-attack", "large-scale-attack", "nuclear-threat"):
        worlds[f"cover.{name}"] = worlds[f"cover.{name}"] * (1.0 - idle)
    share = 1.0 - worlds["institution_share"] * idle
    worlds["command_bonus"] = worlds["command_bonus"] * (1.0 - idle)
    for name in ("per_thousand", "per_aircraft", "per_ship"):
        worlds[f"presence_{name}"] = worlds[f"presence_{name}"] * share
    worlds["tripwire_saturation"] = worlds["tripwire_saturation"] * share
    table = solve(small, coalition, everyone, worlds)
    assume(not np.any(np.asarray(table.unsolved) > 0))
    for name in ("respond", "success", "clash", "line", "party_value"):
        value = np.asarray(getattr(table, name))
        np.testing.assert_allclose(value[0], value[1], atol=1e-7, err_msg=name)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_state_without_stake_or_duty_gains_and_loses_nothing(
    small: SmallCase, coalition: OneWorld, stage: Stage, seed: int
) -> None:
    """V − V_0 is 0 at every mood, level and will for a state with no stake, duty or troops there.

    Held fixed: everything else, so that its own menu and mood are those of its place.
    """
    nobody = stage._replace(tripwire=np.zeros(len(stage.party)))
    worlds = drawn(small, coalition, seed)
    for name in ("stake", "friendship", "horror"):
        worlds[name] = np.zeros_like(worlds[name])
    table = solve(small, coalition, nobody, worlds)
    assert float(np.max(worlds["unity_sd"])) > 0.0, "a mood that moves states"
    np.testing.assert_allclose(np.asarray(table.outsider_value), 0.0, atol=1e-9)
    assert float(np.max(np.abs(table.party_value))) > 1e-3, "a duty that weighs"


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_success_lies_between_all_come_and_none_come(
    small: SmallCase, coalition: OneWorld, stage: Stage, seed: int
) -> None:
    """Eπ is at least π(K + every contribution) and at most π(K) against a helped challenger."""
    worlds = drawn(small, coalition, seed)
    table = solve(small, coalition, stage, worlds)
    helper = np.isin(np.arange(len(stage.party)), small.model.setting.helpers)
    for k in range(DRAWS):
        world = {name: v[k] for name, v in worlds.items()}
        years = jnp.asarray(8.0 * chebyshev(TIMES))
        strength, reserve, extent, _ = crisis.strengths(
            world, stage, years, small.model.setting, jnp.arange(2.0), helper
        )
        for level, steps in enumerate((1, 2, 4)):
            m = float(world["alpha"]) * steps
            most = np.asarray(reserve + extent[:, level][:, None]).max(axis=0)
            least = np.asarray(reserve).min(axis=0)
            low = 1.0 / (1.0 + (most / np.asarray(strength).min(axis=0)) ** m)
            high = 1.0 / (1.0 + (least / np.asarray(strength).max(axis=0)) ** m)
            found = np.asarray(table.success)[k, :, level]
            assert np.all((found >= low - 1e-9) & (found <= high + 1e-9))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), more=st.floats(0.0, 400.0))
def test_longer_delay_lowers_the_own_contribution(
    small: SmallCase, coalition: OneWorld, seed: int, more: float
) -> None:
    """More days to decide never add strength; without end mobilised force goes, presence stays.

    Held fixed: everything but the time the procedure takes.
    """
    rng = np.random.default_rng(seed)
    stage = harsh(coalition.compiled.profile.in_force)
    days = rng.uniform(0.0, 60.0, stage.procedure_days.shape)
    open_end = np.full_like(days, -1.0)
    world = coalition.world(int(rng.integers(DRAWS)))
    helper = np.isin(np.arange(len(stage.party)), small.model.setting.helpers)

    def brought(taken: np.ndarray) -> np.ndarray:
        late = stage._replace(procedure_days=taken, within_days=open_end)
        return np.asarray(
            crisis.strengths(world, late, jnp.zeros(1), small.model.setting, jnp.zeros(1), helper)[
                3
            ]
        )

    soon, later, never = brought(days), brought(days + more), brought(days + 1e7)
    assert np.all(later <= soon + 1e-15)
    assert np.all(never[:, :, 1] <= 1e-12), "support cannot wait for ever"
    _, standby = forces.presence(world, stage)
    command = 1.0 + float(world["command_bonus"])
    staying = np.asarray(standby) * np.where(helper, 0.0, command)
    # Who is not bound decides for itself, so the procedure's time is none of its business.
    bound = np.asarray(stage.bound)[:, 2] > 0
    np.testing.assert_allclose(never[1, bound, 2, 0, 2], staying[bound], atol=1e-12)
