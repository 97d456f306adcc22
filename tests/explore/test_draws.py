"""Worlds are laid out by three designs, alike whoever lays them, correlated where asked."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, spearmanr

from tightrope.case import Case, Correlation, load_case
from tightrope.guarantee.draws import (
    DESIGNS,
    correlated,
    design_rows,
    free_parameters,
    sample,
    worlds_at,
)
from tightrope.treaty import InputError

A, B, C = "audience", "peer", "alpha"


def with_ranks(*pairs: tuple[str, str, float]) -> Case:
    told = tuple(Correlation(a=a, b=b, rank=r, source="judgement: a test") for a, b, r in pairs)
    return load_case("ukraine").model_copy(update={"correlations": told})


@pytest.mark.parametrize("design", DESIGNS)
def test_rows_depend_on_their_number_alone(design: str) -> None:
    """A design taken in pieces of any size is the design taken whole."""
    whole = design_rows(5, 100, 7, design)  # type: ignore[arg-type]
    for size in (1, 7, 32, 64):
        parts = [
            design_rows(5, 100, 7, design, k, min(100, k + size))  # type: ignore[arg-type]
            for k in range(0, 100, size)
        ]
        np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert not np.array_equal(whole, design_rows(5, 100, 8, design))  # type: ignore[arg-type]


def test_more_draws_extend_fewer_where_they_can() -> None:
    """Sobol' and Monte Carlo go on from what is there; a hypercube is laid out anew."""
    for design, extends in (("sobol", True), ("random", True), ("lhs", False)):
        few = design_rows(4, 32, 0, design)  # type: ignore[arg-type]
        many = design_rows(4, 128, 0, design)  # type: ignore[arg-type]
        assert np.array_equal(few, many[:32]) is extends, design


def test_a_hypercube_has_one_world_in_every_slice() -> None:
    """Of a Latin hypercube of 50 draws each fiftieth of every range holds exactly one."""
    rows = design_rows(6, 50, 1, "lhs")
    assert all(sorted(np.floor(column * 50)) == list(range(50)) for column in rows.T)


def test_a_hypercube_too_large_is_refused_with_the_number_that_fits() -> None:
    """What cannot be laid out is refused before memory is asked for."""
    with pytest.raises(InputError, match="at most 400000 draws"):
        design_rows(500, 10_000_000, 0, "lhs")


def test_rank_correlations_come_out_and_ranges_stay() -> None:
    """Spearman's coefficients of 4,096 draws are within 0.03 (two standard errors) of those."""
    case = with_ranks((A, B, 0.7), (B, C, -0.4))
    worlds = sample(case, 4096, 0)
    free = sample(load_case("ukraine"), 4096, 0)
    assert spearmanr(worlds[A], worlds[B]).statistic == pytest.approx(0.7, abs=0.03)
    assert spearmanr(worlds[B], worlds[C]).statistic == pytest.approx(-0.4, abs=0.03)
    assert abs(spearmanr(free[A], free[B]).statistic) < 0.03
    for name in (A, B, C):
        assert kstest(worlds[name], free[name]).pvalue > 0.01, name
    untouched = [name for name in worlds if name not in (A, B, C)]
    assert all(np.array_equal(worlds[name], free[name]) for name in untouched)


def test_correlations_that_cannot_be_are_refused() -> None:
    """Three parameters cannot all be strongly opposed to each other."""
    case = with_ranks((A, B, -0.9), (B, C, -0.9), (A, C, -0.9))
    with pytest.raises(InputError, match="contradict each other"):
        correlated(case, design_rows(len(free_parameters(case)), 4, 0, "sobol"))


def test_the_centre_is_where_the_shares_say(small_problem: object) -> None:
    """The shares of the central world give every parameter its central value."""
    problem = small_problem
    values = problem.values(problem.centre()[None])[0]  # type: ignore[attr-defined]
    wanted = [one.value for one in problem.inputs]  # type: ignore[attr-defined]
    np.testing.assert_allclose(values, wanted, rtol=1e-9, atol=1e-12)
    worlds = worlds_at(problem.case, problem.centre()[None])  # type: ignore[attr-defined]
    assert float(worlds[A][0]) == pytest.approx(problem.case.parameter(A).value)  # type: ignore[attr-defined]
