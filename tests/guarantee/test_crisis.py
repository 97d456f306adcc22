"""The crisis of a stage against enumeration of every profile in every contingency."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from plain_crisis import READINGS, UNITY, UNITY_WEIGHTS, WILLS, Crisis
from plain_stage import OBSERVER, one_cell
from small_case import DRAWS, OneWorld, SmallCase
from stage_examples import harsh

from tightrope.game import expect
from tightrope.guarantee import program
from tightrope.guarantee.calls import build, by_pair, solve_games
from tightrope.guarantee.contingency import StageTable, solve_stage
from tightrope.guarantee.stages import BLOCKS, Stage
from tightrope.guarantee.timeline import chebyshev

WORLD, TIME = 1, 2
TIMES = program.FINE.times


@dataclass
class Enumerated:
    """One world and time of a stage: the program's table, and plain quantities by contingency."""

    table: StageTable
    cells: dict[tuple[int, ...], dict[str, Any]]  # (ξ, will, reading, block, level) → quantities
    errors: dict[str, float]  # largest differences of the solver from enumeration
    chance: float  # of a blocked procedure
    world: dict[str, Any]


def enumerate_stage(small: SmallCase, one: OneWorld, stage: Stage, block: int) -> Enumerated:
    """Solve a stage with the program, and again profile by profile in one world at one time."""
    model, worlds = small.model, one.worlds
    blocks = 2 if np.any(stage.through_block) else 1
    years = jnp.broadcast_to(8.0 * jnp.asarray(chebyshev(TIMES)), (DRAWS, TIMES))
    parties = jnp.clip(one.parties, 0.0, 0.9) * jnp.asarray(stage.party)
    basis = program.basis_for(model.grid)
    shape: dict[str, Any] = {"setting": model.setting, "readings": 2, "blocks": blocks}
    built = build(worlds, stage, years, parties, basis, **shape)
    solved = solve_games([b.cells.game for b in built], model.setting, basis)
    success = [
        expect(
            b.cells.game, s.probability, b.cells.game.weights,
            lead=model.setting.lead, helpers=model.setting.helpers, basis=basis,
        )
        for b, s in zip(built, solved, strict=True)
    ]  # fmt: skip
    table, _ = solve_stage(
        worlds, stage, years, parties, jnp.asarray(block), basis, **shape, moved=False
    )
    sizes = (len(UNITY), len(WILLS), 2, blocks, 3, -1)

    def unfold(parts: list[jax.Array]) -> np.ndarray:
        wide = [np.asarray(p).reshape(*p.shape[:-2], *sizes) for p in parts]
        return by_pair(wide, DRAWS, TIMES)[..., WORLD, TIME]

    acts, value = unfold([s.probability for s in solved]), unfold([s.value for s in solved])
    status, hits = unfold([s.status for s in solved]), unfold(success)
    errors_found = by_pair([b.cells.fit_error for b in built], DRAWS, TIMES)
    certificate = errors_found[..., 0, WORLD, TIME]
    world = {k: np.asarray(v) for k, v in one.world(WORLD).items()}
    found: dict[tuple[int, ...], dict[str, Any]] = {}
    errors = {"fixed point": 0.0, "value": 0.0, "success": 0.0, "cells": 0.0}
    for x, w, r, b, a in product(range(3), range(5), range(2), range(blocks), range(3)):
        at = (x, w, r, b, a)
        crisis = Crisis(
            world, stage, model.setting, np.asarray(parties[WORLD]), float(years[WORLD, TIME]),
            UNITY[x], WILLS[w], READINGS[r], bool(b), a,
        )  # fmt: skip
        p = acts[(slice(None), slice(None), *at)]
        found[at] = one_cell(crisis, p)
        if status[at] != 0:
            continue
        again, worth = crisis.respond(p)
        errors["cells"] += 1.0
        errors["fixed point"] = max(errors["fixed point"], float(np.abs(again - p).max()))
        mine = value[(slice(None), slice(None), *at)]
        errors["value"] = max(errors["value"], float(np.abs(worth - mine).max()))
        missed = abs(hits[at] - found[at]["success"]) - certificate[b, a]
        errors["success"] = max(errors["success"], missed)
    chance = float(world[f"block.{BLOCKS[block]}"]) if block and blocks == 2 else 0.0
    here = StageTable(*[np.asarray(v)[WORLD] for v in table])
    return Enumerated(here, found, errors, chance, world)


@pytest.fixture(scope="module", params=["coalition", "harsh"])
def enumerated(request: pytest.FixtureRequest, small: SmallCase, coalition: OneWorld) -> Enumerated:
    """The coalition's stage as it is, and with every provision that the model knows."""
    stage = coalition.compiled.profile.in_force
    if request.param == "harsh":
        return enumerate_stage(small, coalition, harsh(stage), BLOCKS.index("friend_veto"))
    return enumerate_stage(small, coalition, stage, 0)


def test_responses_are_the_fixed_point_of_enumerated_payoffs(enumerated: Enumerated) -> None:
    """In each solved game the logit answer to all profiles' payoffs is the solution itself."""
    assert enumerated.errors["cells"] >= 0.9 * len(enumerated.cells)
    assert enumerated.errors["fixed point"] < 1e-8
    assert enumerated.errors["value"] < 1e-8


def test_expected_success_is_enumerated_within_the_certificate(enumerated: Enumerated) -> None:
    """Success averaged in the basis is within the certificate of the sum over profiles."""
    assert enumerated.errors["success"] < 1e-12


def mixed(enumerated: Enumerated, name: str, who: str, will: int, level: int) -> Any:
    """One entry of the table mixed by loops over readings, procedure and the common shock."""
    strict = float(enumerated.world[f"odds.{who}"])
    total: Any = 0.0
    for (x, w, r, b, a), cell in enumerated.cells.items():
        if (w, a) != (will, level):
            continue
        chance = strict if r == 0 else 1.0 - strict
        if enumerated.chance:
            chance *= enumerated.chance if b else 1.0 - enumerated.chance
        if who == "guarantor":  # kept apart by ξ, for the pivot looks at the worst
            row = np.zeros((3, len(cell[name])))
            row[x] = chance * cell[name]
            total = total + row
        else:
            total = total + chance * UNITY_WEIGHTS[x] * cell[name]
    return total


@pytest.mark.parametrize("who", sorted(OBSERVER))
def test_what_each_observer_expects_is_mixed_from_enumeration(
    enumerated: Enumerated, who: str
) -> None:
    """Every entry of the table averages outcomes over contingencies by the observer's odds."""
    table = enumerated.table._asdict()
    for name in OBSERVER[who]:
        value = np.asarray(table[name])[..., TIME]
        levels = (
            (1, 2)
            if name in ("line", "burden", "lost", "snap", "protege", "resist", "years")
            else (0, 1, 2)
        )
        if name == "answered":
            levels = (0,)
        for will, (k, level) in product(range(5), enumerate(levels)):
            got = value[will] if name == "answered" else value[..., will, k]
            expected = mixed(enumerated, name, who, will, level)
            np.testing.assert_allclose(got, expected, atol=1e-7, err_msg=f"{name} {will} {level}")


def test_reading_gap_is_the_strict_less_the_loose_response(enumerated: Enumerated) -> None:
    """The gap is the difference between the two readings of the share of force that acts."""
    for will, level in product(range(5), range(3)):
        gap = 0.0
        for (x, w, r, b, a), cell in enumerated.cells.items():
            if (w, a) != (will, level):
                continue
            chance = UNITY_WEIGHTS[x] * (1.0 if r == 0 else -1.0)
            if enumerated.chance:
                chance *= enumerated.chance if b else 1.0 - enumerated.chance
            gap += chance * cell["gap"]
        got = float(np.asarray(enumerated.table.gap)[will, level, TIME])
        assert got == pytest.approx(gap, abs=1e-9)


def test_the_number_of_games_is_what_the_design_says(small: SmallCase, coalition: OneWorld) -> None:
    """A stage costs ξ × will × readings × blocks × levels × times games a world, no more."""
    stage = coalition.compiled.profile.in_force
    years = jnp.zeros((DRAWS, TIMES))
    basis = program.basis_for(small.model.grid)
    built = build(
        coalition.worlds, stage, years, coalition.parties, basis,
        setting=small.model.setting, readings=2, blocks=1,
    )  # fmt: skip
    shapes = [b.cells.game.private.shape[-2:] for b in built]
    assert {c for c, _ in shapes} == {3 * 5}
    wanted = 2 * 1 * 3 * TIMES * DRAWS
    assert wanted <= sum(g for _, g in shapes) < wanted + 192, "filled up to whole calls only"
