"""A compiled option as numbers at central values: what each guarantor is committed to."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from tightrope.case import Case
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee import forces
from tightrope.guarantee.assess import compile_case_option
from tightrope.guarantee.contingency import block_chance
from tightrope.treaty import LEVELS


def compile_option(case: Case, option: str) -> dict[str, Any]:
    """Commitment profile in force, at central values: the contract's ``compile`` document.

    covered, measure, binding_strict, binding_loose, blocked in [0, 1] and delay_days, each
    [guarantor][level]; presence, strength in place by guarantor (challenger = 1).
    Errors  InputError for an unknown option
    """
    compiled, _ = compile_case_option(case, case.option(option))
    profile, stage = compiled.profile, compiled.profile.in_force
    world = {k: jnp.asarray(v[0]) for k, v in worlds_of.central(case).items()}
    bind = forces.binding(world, stage)
    blocked = block_chance(world, jnp.asarray(profile.life.block)) * stage.through_block
    ready, standby = forces.presence(world, stage)

    def rows(value: Any) -> list[Any]:
        return list(np.asarray(value, dtype=float).tolist())

    return {
        "guarantors": list(profile.guarantors),
        "levels": list(LEVELS),
        "covered": rows(bind.cover),
        "measure": rows(stage.promised),
        "binding_strict": rows(bind.weight[0]),
        "binding_loose": rows(bind.weight[1]),
        "blocked": rows(blocked),
        "delay_days": rows(forces.delay_days(world, stage)),
        "presence": rows(ready + standby),
    }
