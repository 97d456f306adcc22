"""A case is explored by the same model that assesses it: same numbers, true slopes."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.explore import CaseProblem
from tightrope.guarantee import solve_options

DRAWS = 4  # the size of the small case's other tests, whose programs are compiled already


def test_worlds_solved_one_way_or_the_other_are_the_same(small_problem: CaseProblem) -> None:
    """Three worlds by shares equal the first of four by seed; failed cells are passed on."""
    case, (first, _) = small_problem.case, small_problem.options
    shares = small_problem.rows(DRAWS, 3, "sobol", 0, 3)
    solved = small_problem.solve(shares, [first], record=False)
    (wanted,) = solve_options(case, [case.option(first)], DRAWS, 3, chunk=DRAWS)
    for name, value in wanted.scalars.items():
        np.testing.assert_allclose(solved.outcomes[first][name], value[:3], rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(solved.failed[first], wanted.failed[:3])
    np.testing.assert_allclose(
        solved.outcomes[first]["equal_deterrence"], wanted.equal["deterrence"][:3], atol=1e-12
    )


def test_groups_keep_the_lead_apart(small_problem: CaseProblem) -> None:
    """A family of guarantors moves together; the lead's member and common ones move alone."""
    groups = {one.id: one.group for one in small_problem.inputs}
    assert groups["stake.US"] == "stake.US" and groups["alpha"] == "alpha"
    assert groups["stake.GB"] == groups["stake.PL"] == "stake.*"
    assert len(set(groups.values())) < len(groups)


@pytest.mark.soak
def test_slopes_by_share_equal_finite_differences(small_problem: CaseProblem) -> None:
    """Derivatives through the model and the quantile functions, for inputs of every part."""
    option = "uk-ukraine-2024"
    shares = small_problem.rows(DRAWS, 3, "sobol", 0, DRAWS)
    value, slope = small_problem.slopes(shares, option, "held")
    assert np.isfinite(slope).all()
    names = [one.id for one in small_problem.inputs]
    h = 1e-4
    for name in ("capability.protege", "stake.GB", "discount", "audience", "type_sd"):
        k = names.index(name)
        step = np.zeros_like(shares)
        step[:, k] = h
        up, down = (
            small_problem.solve(shares + sign * step, [option], record=False).outcomes[option]
            for sign in (1.0, -1.0)
        )
        expected = (up["held"] - down["held"]) / (2.0 * h)
        np.testing.assert_allclose(slope[:, k], expected, rtol=2e-3, atol=1e-5, err_msg=name)
    again = small_problem.solve(shares, [option], record=False).outcomes[option]["held"]
    np.testing.assert_allclose(value, again, rtol=1e-9)
