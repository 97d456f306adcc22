"""Outcomes of instruments in the central world, coarsely in time: enough to see an effect."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from tightrope.case import Case, Option
from tightrope.guarantee import compile_profile
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee.evaluate import Clock
from tightrope.guarantee.program import (
    BareTables,
    Compiled,
    Grid,
    Model,
    evaluate_option,
    setting_of,
)
from tightrope.treaty import Instrument


class Central:
    """The central world of a case, with some parameters set otherwise."""

    def __init__(self, case: Case, **changed: float) -> None:
        self.case = case
        self.world = {k: jnp.asarray(v) for k, v in worlds_of.central(case).items()}
        for name, value in changed.items():
            self.world[name] = jnp.full_like(self.world[name], value)
        self.model = Model(setting_of(case), Clock(case.horizon_years, 0.25), Grid(times=3))
        self.bare: BareTables = {}

    def outcomes(self, option: Option, instrument: Instrument) -> dict[str, Any]:
        """Every outcome as flat numbers, missing ones as NaN."""
        compiled = Compiled(option.id, compile_profile(self.case, instrument), option.settlement)
        found = evaluate_option(self.world, compiled, self.model, self.bare)
        flat = {k: np.asarray(v)[0] for k, v in found["scalars"].items()}
        flat |= {f"equal_{k}": np.asarray(v)[0] for k, v in found["equal"].items()}
        return flat | {
            "respond": np.asarray(found["respond"])[0],
            "accept": np.asarray(found["accept"])[0],
        }
