"""Predictions, effects and scenarios of a fit against what can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tightrope.history.curve import probability_curve
from tightrope.history.effects import average_marginal_effects, first_differences, scenarios
from tightrope.history.predict import predict, typical
from tightrope.history.results import Fit
from tightrope.history.uncertainty import Interval
from tightrope.treaty import InputError

LOGIT_SE = np.sqrt(1 / 7 + 1 / 3)  # of the log odds of seven in ten


def test_a_coin_has_its_share_and_its_textbook_interval(coin: Fit) -> None:
    """Seven of ten: p = 0.7, se = √(p(1−p)/n), and the interval is that of the log odds."""
    yes = predict(coin)[lambda t: t["outcome"] == "yes"].iloc[0]
    assert yes["probability"] == pytest.approx(0.7, abs=1e-10)
    assert yes["std_error"] == pytest.approx(np.sqrt(0.21 / 10), rel=1e-8)
    ends = np.log(7 / 3) + np.array([-1, 1]) * 1.959963984540054 * LOGIT_SE
    np.testing.assert_allclose(yes[["low", "high"]].astype(float), 1 / (1 + np.exp(-ends)), 1e-8)


def test_simulated_intervals_agree_with_the_exact_quantiles(coin: Fit) -> None:
    """θ is drawn from its normal law, so simulated ends are the delta ones up to chance."""
    delta = predict(coin)
    drawn = predict(coin, interval=Interval("simulation", draws=20_000, seed=1))
    # the log odds are θ itself, so both are the same interval; 0.006 is four standard errors of
    # a 2.5% quantile of 20,000 draws
    np.testing.assert_allclose(drawn[["low", "high"]], delta[["low", "high"]], atol=0.006)
    again = predict(coin, interval=Interval("simulation", draws=20_000, seed=1))
    pd.testing.assert_frame_equal(drawn, again)


def test_probabilities_stay_shares_at_every_extreme(fitted: Fit, table: pd.DataFrame) -> None:
    """Rows far outside the data give probabilities that add up to one, intervals in [0, 1]."""
    far = table.head(4).assign(x=[-1e6, -40.0, 40.0, 1e6])
    for method in ("delta", "simulation"):
        found = predict(fitted, far, Interval(method, draws=200))
        numbers = found[["probability", "low", "high"]].to_numpy()
        assert np.isfinite(numbers).all() and (numbers >= 0).all() and (numbers <= 1).all()
        np.testing.assert_allclose(found.groupby("row")["probability"].sum(), 1.0, rtol=1e-12)
        assert (found["low"] <= found["high"]).all()


def test_other_rows_are_coded_like_those_that_were_fitted(fitted: Fit, table: pd.DataFrame) -> None:
    """Predicting for the fitted rows by name gives what predicting without a table gives."""
    pd.testing.assert_frame_equal(predict(fitted), predict(fitted, table))
    one = predict(fitted, table.iloc[[5]])
    np.testing.assert_allclose(
        one["probability"], predict(fitted)[lambda t: t["row"] == 5]["probability"], rtol=1e-12
    )


def test_marginal_effect_of_a_number_is_the_mean_slope(fitted: Fit) -> None:
    """In a logit the effect of x is the mean of p(1−p) β_x, with its delta standard error."""
    found = average_marginal_effects(fitted, ["x"]).set_index("outcome").loc["yes"]
    design = np.asarray(fitted.likelihood.data[0])
    p = 1 / (1 + np.exp(-design @ fitted.theta))
    slope = p * (1 - p)
    beta = fitted.coefficients["x"]
    assert found["effect"] == pytest.approx(beta * slope.mean(), rel=1e-6)
    place = fitted.names.index("x")
    gradient = ((slope * (1 - 2 * p))[:, None] * design).mean(axis=0) * beta
    gradient[place] += slope.mean()
    error = np.sqrt(gradient @ fitted.covariance @ gradient)
    assert found["std_error"] == pytest.approx(error, rel=1e-6)  # a difference of 1e-4 deviations


def test_effects_of_categories_are_changes_from_the_reference(fitted: Fit) -> None:
    """Two values and words are set in all rows, and effects on the outcomes add up to zero."""
    found = average_marginal_effects(fitted)
    assert dict.fromkeys(zip(found["variable"], found["change"], strict=True)) == dict.fromkeys(
        [("x", "dP/dx"), ("z", "0 → 1"), ("kind", "a → b"), ("kind", "a → c")]
    )
    np.testing.assert_allclose(found.groupby(["variable", "change"])["effect"].sum(), 0, atol=1e-12)
    design = np.asarray(fitted.likelihood.data[0])
    shares = []
    for value in (0.0, 1.0):
        set_to = design.copy()
        set_to[:, fitted.names.index("z")] = value
        shares.append((1 / (1 + np.exp(-set_to @ fitted.theta))).mean())
    effect = found[(found["variable"] == "z") & (found["outcome"] == "yes")]["effect"].item()
    assert effect == pytest.approx(shares[1] - shares[0], rel=1e-12)
    both = first_differences(fitted, {"z": 0}, {"z": 1})
    assert both[both["outcome"] == "yes"]["difference"].item() == pytest.approx(effect, rel=1e-12)


def test_scenarios_are_means_over_rows_or_one_typical_row(fitted: Fit) -> None:
    """With nothing set, the mean over rows is the share seen, as a logit with a constant has it."""
    share = dict(fitted.likelihood.counts)["yes"] / fitted.size
    found = scenarios(fitted, {"as it was": {}, "b": {"kind": "b"}})
    yes = found[found["outcome"] == "yes"].set_index("scenario")["probability"]
    assert yes["as it was"] == pytest.approx(share, abs=1e-9)
    assert yes["b"] > yes["as it was"]
    alone = scenarios(fitted, {"b": {"kind": "b"}}, average=False)
    row = predict(fitted, typical(fitted, kind="b"))
    np.testing.assert_allclose(alone["probability"], row["probability"], rtol=1e-12)
    np.testing.assert_allclose(alone["std_error"], row["std_error"], rtol=1e-8)


def test_a_curve_shows_the_range_and_says_what_it_shows(fitted: Fit, tmp_path: Path) -> None:
    """The chart has a panel for each outcome and a title worked out from its numbers."""
    curve = probability_curve(fitted, "x", points=5)
    x = fitted.design.table["x"]
    assert curve.data["value"].agg(["min", "max"]).tolist() == [x.min(), x.max()]
    first, last = curve.data[curve.data["outcome"] == "yes"]["probability"].iloc[[0, -1]]
    assert (
        f"rises from {first:.0%} to {last:.0%}" in curve.title or f"{1 - last:.0%}" in curve.title
    )
    curve.save(tmp_path / "curve.svg")
    drawn = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    assert all(word in drawn for word in ("yes", "no", "probability", "95% interval"))
    assert "http" not in drawn.replace("http://www.w3.org", "")


def message(call) -> str:
    """The message of the input error that `call` raises."""
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value)


def test_questions_that_have_no_answer_say_so(fitted: Fit, table: pd.DataFrame) -> None:
    """A misspelt variable, a strange level, a gap and a failed fit each say what to do."""
    assert "Did you mean 'kind'?" in message(lambda: average_marginal_effects(fitted, ["kin"]))
    assert "'d' is not a level of 'kind'" in message(
        lambda: scenarios(fitted, {"d": {"kind": "d"}})
    )
    assert "Did you mean 'x'?" in message(lambda: scenarios(fitted, {"a": {"X": 1}}))
    holes = table.assign(x=np.nan)
    assert "'x' has no value in 200 of 200 rows" in message(lambda: predict(fitted, holes))
    assert "has no column 'x'" in message(lambda: predict(fitted, table.drop(columns="x")))
    failed = replace(fitted, converged=False)
    assert "did not converge" in message(lambda: predict(failed))
    assert "other rows" in message(lambda: predict(replace(fitted, code=None), table))
    assert "not made from a formula" in message(lambda: typical(replace(fitted, design=None)))
    assert "'kind' is no number" in message(lambda: probability_curve(fitted, "kind"))
    for points in (1, 0, -3):
        assert "2 points or more" in message(
            lambda n=points: probability_curve(fitted, "x", points=n)
        )
    assert "Allowed: delta, simulation" in message(lambda: Interval("bootstrap"))
    assert "between 0 and 1" in message(lambda: Interval(level=95))
    assert "too few" in message(lambda: Interval("simulation", draws=3))


def test_a_slope_near_the_end_of_a_logarithm(table: pd.DataFrame, logit: Any) -> None:
    """Rows close to zero keep the slope of log(x): β p(1−p)/x, averaged."""
    near = table.assign(x=np.geomspace(1e-4, 3.0, len(table)))
    found = logit("y ~ log(x)", near)
    (effect,) = average_marginal_effects(found, "x").query("outcome == 'yes'")["effect"]
    p = predict(found).query("outcome == 'yes'")["probability"].to_numpy()
    slope = found.coefficients["log(x)"] * p * (1.0 - p) / near["x"].to_numpy()
    assert effect == pytest.approx(slope.mean(), rel=1e-6)


def test_what_has_no_slope_or_value_is_refused(table: pd.DataFrame, logit: Any) -> None:
    """A root has no slope at zero and no value below: neither may come out as a missing number."""
    found = logit("y ~ sqrt(x)", table.assign(x=table["x"].clip(lower=0.0)))
    with pytest.raises(InputError, match="no slope where 'x' is 0"):
        average_marginal_effects(found)
    with pytest.raises(InputError, match="no finite value in row 2"):
        predict(found, pd.DataFrame({"x": [1.0, -1.0]}))
    with pytest.raises(InputError, match="no scenario"):
        scenarios(found, {})
