"""The Ukraine case with four guarantors, solved in a few drawn worlds with every part in reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from tightrope.case import Case, load_case, without
from tightrope.game import QUICK, jit_with
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee import evaluate, program, timeline
from tightrope.guarantee.assess import compile_case_option
from tightrope.guarantee.evaluate import Acceptance, Clock, Lives
from tightrope.guarantee.program import Compiled, Model, setting_of

Floats = NDArray[np.float64]
Worlds = dict[str, Floats]

#: The lead, a leader of the coalition, a neighbour, and a friend of the challenger.
KEPT = ("US", "GB", "PL", "CN")
DRAWS, SEED = 4, 3


@jit_with(QUICK, static=("shape",))
def _solve_inside(
    worlds: Any, pieces: Any, odds: Any, terms: Any, arrays: Any, *, shape: program.Structure
) -> tuple[Lives, Acceptance]:
    """What lies between the crisis and the outcomes; options of one structure share it."""
    profile = program.profile_of(arrays, shape)

    def one(world: Any, mine: Any, branch: Any) -> tuple[Lives, Acceptance]:
        return program._one_world(world, mine, branch, terms, profile, shape.model, full=True)

    return jax.vmap(one)(worlds, pieces, odds)


@dataclass
class OneWorld:
    """One option solved in several worlds, with what lies between clauses and outcomes.

    outcomes       as `evaluate_option` gives them, the world first
    pieces, odds   solved stages and chance of each branch, the world first
    parties        chance that each guarantor is a party, given entry into force
    """

    compiled: Compiled
    model: Model
    worlds: dict[str, jax.Array]
    pieces: program.Pieces
    odds: jax.Array
    parties: jax.Array
    terms: Any
    outcomes: dict[str, Any]
    bare: program.BareTables = field(default_factory=dict)

    @cached_property
    def _inside(self) -> tuple[Lives, Acceptance]:
        profile = self.compiled.profile
        shape, arrays = program.structure_of(profile, self.model), program.arrays_of(profile)
        return _solve_inside(self.worlds, self.pieces, self.odds, self.terms, arrays, shape=shape)

    def world(self, k: int) -> dict[str, jax.Array]:
        """Parameters of the k-th world."""
        return {name: value[k] for name, value in self.worlds.items()}

    def lives(self, k: int) -> Lives:
        """Tables and futures of the k-th world."""
        lives: Lives = jax.tree.map(lambda x: x[k], self._inside[0])
        return lives._replace(stages=tuple(evaluate.branch_stages(self.compiled.profile)))

    def accepted(self, k: int) -> Acceptance:
        """Who accepts in the k-th world."""
        accepted: Acceptance = jax.tree.map(lambda x: x[k], self._inside[1])
        return accepted

    def sound(self) -> list[int]:
        """Worlds in which every game was solved; a test on none of them would test nothing."""
        worlds = [k for k, bad in enumerate(np.asarray(self.outcomes["unsolved"])) if bad == 0]
        assert worlds, "no world was solved"
        return worlds

    def given_entry(self, worlds: dict[str, jax.Array]) -> dict[str, Any]:
        """Outcomes in other worlds at the same chances of entry: a function with derivatives."""
        profile = self.compiled.profile
        held = timeline.held_line(worlds, self.compiled.settlement)
        here = {**worlds, "line.held": held}
        pieces = program.solve_pieces(here, self.compiled, self.parties, self.model, {})
        shape = program.structure_of(profile, self.model)
        return program.finish(
            here, pieces, self.odds, self.terms, program.arrays_of(profile), shape=shape
        )

    def evaluate(self, worlds: Worlds) -> dict[str, Any]:
        """Outcomes of the same option in other worlds, as many as the first."""
        given = {k: jnp.asarray(v) for k, v in worlds.items() if k != "line.held"}
        found = program.evaluate_option(given, self.compiled, self.model, {})
        return {k: jax.tree.map(np.asarray, v) for k, v in found.items()}


@dataclass
class SmallCase:
    """The case, the worlds drawn from it and its options once solved."""

    case: Case
    model: Model
    worlds: Worlds
    _solved: dict[str, OneWorld] = field(default_factory=dict)

    def compiled(self, option: str) -> Compiled:
        """An option of the library compiled for the small case."""
        return compile_case_option(self.case, self.case.option(option))[0]

    def solved(self, option: str) -> OneWorld:
        """An option of the library with its parts, solved on the first call only."""
        if option not in self._solved:
            self._solved[option] = self.solve(self.compiled(option))
        return self._solved[option]

    def solve(self, compiled: Compiled) -> OneWorld:
        """Solve a compiled option and keep what the program's last step was given."""
        given: dict[str, Any] = {}
        finish, solve_pieces = program.finish, program.solve_pieces

        def kept_finish(*args: Any, **options: Any) -> Any:
            given["finish"] = args
            return finish(*args, **options)

        def kept_pieces(*args: Any, **options: Any) -> Any:
            given["parties"] = args[2]
            return solve_pieces(*args, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(program, "finish", kept_finish)
            patch.setattr(program, "solve_pieces", kept_pieces)
            worlds = {k: jnp.asarray(v) for k, v in self.worlds.items()}
            outcomes = program.evaluate_option(worlds, compiled, self.model, {})
        held, pieces, odds, terms, _ = given["finish"]
        return OneWorld(compiled, self.model, held, pieces, odds, given["parties"], terms, outcomes)


@cache
def small_case() -> SmallCase:
    """Draw the worlds; nothing is solved yet."""
    case = load_case("ukraine")
    for guarantor in case.guarantor_ids:
        if guarantor not in KEPT:
            case = without(case, guarantor)
    model = Model(setting_of(case), Clock(case.horizon_years, program.FINE.step))
    return SmallCase(case, model, worlds_of.sample(case, DRAWS, SEED))
