"""Derivatives of an outcome by every parameter, through the whole model."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from tightrope.case import Case, Option
from tightrope.game import derivatives_apart
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee.assess import compile_case_option
from tightrope.guarantee.evaluate import Clock
from tightrope.guarantee.program import FINE, Model, evaluate_option, setting_of
from tightrope.guarantee.runtime import enable_compile_cache

Floats = NDArray[np.float64]


def slopes(
    case: Case, option: Option, worlds: worlds_of.Worlds, outcome: str
) -> tuple[Floats, dict[str, Floats]]:
    """An outcome of one option in some worlds, and its derivative by each parameter there.

    outcome  a scalar outcome, or one at equal terms with `equal_` before its name
    Returns  the outcome (D,), and derivatives shaped as ``worlds``: one backward pass serves all.
             The first call for an option compiles for minutes; the program is kept on disk.
    """
    enable_compile_cache()
    compiled, _ = compile_case_option(case, option)
    model = Model(setting_of(case), Clock(case.horizon_years, FINE.step), FINE)
    name = outcome.removeprefix("equal_")
    part = "equal" if name != outcome else "scalars"

    def total(given: dict[str, Array]) -> tuple[Array, Array]:
        found = evaluate_option(given, compiled, model, {})[part][name]
        return found.sum(), found

    given = {k: jnp.asarray(v) for k, v in worlds.items()}
    with derivatives_apart():
        (_, value), slope = jax.value_and_grad(total, has_aux=True)(given)
    return np.asarray(value), {k: np.asarray(v) for k, v in slope.items()}
