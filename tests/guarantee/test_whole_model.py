"""The whole model: same worlds, same answer, whatever the chunks, the order and the grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_case import DRAWS, SmallCase

from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee.assess import Result, solve_options
from tightrope.guarantee.program import FINE


def difference(a: Result, b: Result) -> float:
    """Largest difference of any outcome, missing ones being missing in both."""
    worst = 0.0
    pairs = [(a.scalars[k], b.scalars[k]) for k in a.scalars]
    pairs += [(a.equal[k], b.equal[k]) for k in a.equal]
    pairs += [(a.time[k], b.time[k]) for k in a.time]
    pairs += [(a.accept, b.accept), (a.respond, b.respond)]
    for x, y in pairs:
        np.testing.assert_array_equal(np.isnan(x), np.isnan(y))
        if np.any(np.isfinite(x)):
            scale = np.maximum(1.0, np.abs(np.nan_to_num(x)))
            worst = max(worst, float(np.nanmax(np.abs(x - y) / scale)))
    return worst


@settings(max_examples=3, deadline=None)
@example(3)
@given(st.integers(0, 10_000))
def test_chunks_and_the_order_of_options_change_nothing(small: SmallCase, seed: int) -> None:
    """Five worlds in chunks of four or two, options in either order: equal to 1e-12."""
    case = small.case
    first, second = case.option("budapest-1994"), case.option("uk-ukraine-2024")
    one, two = solve_options(case, [first, second], 5, seed, chunk=DRAWS)
    again_two, again_one = solve_options(case, [second, first], 5, seed, chunk=DRAWS)
    assert difference(one, again_one) == 0.0
    assert difference(two, again_two) == 0.0
    assert not np.all(one.failed), "a test on failed draws tests nothing"
    (small_chunks,) = solve_options(case, [first], 5, seed, chunk=2)
    assert difference(one, small_chunks) < 1e-12
    np.testing.assert_array_equal(one.failed, small_chunks.failed)


def test_worlds_depend_on_the_seed_and_on_nothing_else(small: SmallCase) -> None:
    """The same seed gives the same worlds, another seed others, more draws extend fewer."""
    case = small.case
    here, again, other = (worlds_of.sample(case, 8, seed) for seed in (3, 3, 4))
    for name in here:
        np.testing.assert_array_equal(here[name], again[name])
    assert any(np.any(here[name] != other[name]) for name in here)
    more = worlds_of.sample(case, 16, 3)
    assert all(np.array_equal(more[name][:8], here[name]) for name in here)


def test_a_chunk_holds_the_worlds_of_the_run(small: SmallCase) -> None:
    """Worlds drawn chunk by chunk are those drawn at once, and a short last chunk is filled up."""
    run = worlds_of.sample(small.case, 21, 3)
    drawn = [worlds_of.chunk_of(small.case, 21, 3, start, 8) for start in (0, 8, 16)]
    given = [worlds_of.chunk_of(small.case, 21, 3, start, 8, run) for start in (0, 8, 16)]
    for name, values in run.items():
        filled = np.concatenate([values, values[16:19]])
        for chunks in (drawn, given):
            joined = np.concatenate([chunk[name] for chunk in chunks])
            np.testing.assert_array_equal(joined, filled)


def test_draws_stay_in_their_ranges_and_spread_over_them(small: SmallCase) -> None:
    """Every parameter stays within its range and its mean is near that of its distribution."""
    draws = worlds_of.sample(small.case, 256, 0)
    ids = small.case.guarantor_ids
    for parameter in small.case.parameters:
        value = draws[parameter.id] if parameter.actor is None else None
        if value is None:
            name, actor = parameter.id.rsplit(".", 1)
            value = draws[name][:, ids.index(actor)]
        low, high, centre = parameter.low, parameter.high, parameter.value
        assert np.all((value >= low - 1e-12) & (value <= high + 1e-12)), parameter.id
        if parameter.distribution == "fixed" or low == high:
            assert np.all(value == centre)
            continue
        mean = {
            "uniform": (low + high) / 2.0,
            "triangular": (low + centre + high) / 3.0,
            "loguniform": (high - low) / np.log(high / low) if low > 0 else 0.0,
        }[parameter.distribution]
        assert value.mean() == pytest.approx(mean, abs=0.02 * (high - low)), parameter.id
        if parameter.distribution == "triangular":  # the peak parts the mass by distance
            share = (centre - low) / (high - low)
            assert np.mean(value <= centre) == pytest.approx(share, abs=0.02), parameter.id


@pytest.mark.soak
@pytest.mark.parametrize("option", ["coalition-willing", "article5-like", "nato-membership"])
def test_six_times_are_enough(small: SmallCase, option: str) -> None:
    """Outcomes on the standard grid agree with fourteen times per stage: nine in ten to 5e-4 of
    their scale, all to 2e-2 (a crisis near a fold turns faster than six points can follow)."""
    chosen = [small.case.option(option)]
    (coarse,) = solve_options(small.case, chosen, 3, 0)
    (fine,) = solve_options(small.case, chosen, 3, 0, grid=FINE._replace(times=14))
    errors = [np.abs(coarse.respond - fine.respond).ravel()]
    for name, value in coarse.scalars.items():
        np.testing.assert_array_equal(np.isnan(value), np.isnan(fine.scalars[name]), name)
        scale = np.maximum(1.0, np.abs(fine.scalars[name]))
        errors.append((np.abs(value - fine.scalars[name]) / scale)[~np.isnan(value)])
    error = np.concatenate(errors)
    assert np.quantile(error, 0.9) < 5e-4
    assert error.max() < 2e-2
