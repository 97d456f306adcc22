"""No fit says more than it knows: what is no estimate shows no error, and no step a slope."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulated import TRUTH, simulate
from simulated_crises import crises

from tightrope.game.trees import EGAME12
from tightrope.history.bayes import sample
from tightrope.history.catalogue import Request
from tightrope.history.declared import tree_from_text
from tightrope.history.effects import average_marginal_effects, scenarios
from tightrope.history.estimate import estimate
from tightrope.history.fit import fit
from tightrope.history.outcomes import reached
from tightrope.history.predict import predict
from tightrope.history.profile import profile
from tightrope.history.signalling_ml import fit_ml
from tightrope.history.signalling_npl import fit_npl
from tightrope.history.trees import estimated
from tightrope.history.variance import covariance
from tightrope.treaty import InputError

FORMULA = "y ~ x | 0 | z | w"


@pytest.fixture(scope="module")
def games():
    """600 games of egame12 with three regressors; `k` is x in four classes."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.normal(size=(600, 3)), columns=["x", "z", "w"])
    stay = 0.3 + 0.6 * table.x
    firm = rng.normal(size=600) * 1.4 < -0.2 + 0.7 * table.w
    go = rng.normal(size=600) * 1.4 + stay < 0.5 + 0.8 * table.z
    table["y"] = np.where(~go, 0, np.where(firm, 2, 1))
    table["k"] = pd.qcut(table.x, 4, labels=False)
    return table.assign(go=go.astype(int), firm=(go & firm).astype(int))


def test_an_outer_product_cannot_be_clustered(games):
    """Clusters are refused where the kind of error ignores them, and used by a sandwich."""
    data = games.assign(c=np.arange(600) // 4)
    with pytest.raises(InputError, match="cannot be clustered"):
        fit("egame12", FORMULA, data, vcov="opg", cluster="c", starts=0)
    asked = fit("egame12", FORMULA, data, vcov="sandwich", cluster="c", starts=0)
    right = covariance(asked.likelihood, asked.theta, "cluster", data.c.to_numpy())
    assert asked.vcov == "cluster"
    assert asked.covariance == pytest.approx(right, rel=1e-9)


@pytest.mark.parametrize("method", ["npl", "ml"])
def test_a_signalling_fit_with_a_flat_direction_has_not_converged(method):
    """Two copies of one regressor (their sum is known, they are not) give no standard errors."""
    likelihood, _ = crises(300, np.random.default_rng(0))
    rows = likelihood.data
    parts = list(rows.parts)
    parts[3] = np.hstack([parts[3], parts[3][:, 1:] * (1.0 + 1e-9)])
    from tightrope.history.signalling_exact import BeliefExact

    names = list(likelihood.names)
    place = names.index("barWA:x") + 1
    names.insert(place, "barWA:copy")
    data = rows._replace(parts=tuple(parts))
    twice = replace(
        likelihood,
        data=data,
        names=tuple(names),
        exact=BeliefExact(data),
        start=np.zeros(len(names)),
        scales=np.insert(np.asarray(likelihood.scales), place, likelihood.scales[place - 1]),
    )
    request = Request("signalling", "", pd.DataFrame(), starts=0)
    found = (
        fit_npl(twice, request, None, "exact") if method == "npl" else fit_ml(twice, request, None)
    )
    assert not found.converged
    assert np.isnan(list(found.std_errors.values())).all()
    assert "No maximum was found" in found.notes[0] or "no maximum" in found.notes[0]


def test_what_did_not_converge_shows_no_errors(table):
    """Separated data: neither the table, LaTeX, HTML nor the frame shows a standard error."""
    data = table("war1800")
    found = fit("egame12", "esc + war ~ war | 0 | 1 | balanc", data, starts=0)
    assert not found.converged
    assert found.frame()[["std_error", "z", "p", "low", "high"]].isna().all(axis=None)
    assert np.isnan(list(found.std_errors.values())).all()
    assert "NOT CONVERGED" in str(found)
    assert "did not converge" in found.html()
    for text in (found.latex(), found.html()):
        assert "(--)" in text or "<td>–</td>" in text
    with pytest.raises(InputError, match="did not converge"):
        profile(found)


def test_rows_left_out_are_told(games):
    """A missing value drops a row, and the printed table says how many."""
    data = games.assign(x=games.x.where(games.index > 6))
    assert "7 of 600 rows" in str(fit("egame12", FORMULA, data, starts=0))


def test_a_factor_of_numbers_has_levels(games):
    """A level never seen is refused; the effect is that of going from one level to another."""
    found = fit("egame12", "y ~ factor(k) | 0 | z | w", games, starts=0)
    with pytest.raises(InputError, match="'7' is not a level of 'k'"):
        predict(found, games.assign(k=7))
    with pytest.raises(InputError, match="not a level"):
        scenarios(found, {"far": {"k": 9}})
    effects = average_marginal_effects(found, ["k"])
    assert list(effects.change.unique()) == ["0 → 1", "0 → 2", "0 → 3"]
    chance = [
        predict(found, games.assign(k=k)).groupby("outcome").probability.mean() for k in (0, 3)
    ]
    last = effects[effects.change == "0 → 3"].set_index("outcome").effect
    assert last.to_numpy() == pytest.approx((chance[1] - chance[0])[last.index].to_numpy())
    assert (effects.std_error > 0).all()


def test_a_step_has_no_slope(games):
    """A variable that is compared gets no marginal effect of 0 ± 0, but a way to ask."""
    found = fit("egame12", "y ~ I(x >= 0.5) | 0 | z | w", games, starts=0)
    assert "u1(0):I(x >= 0.5)TRUE" in found.names
    with pytest.raises(InputError, match="first_differences"):
        average_marginal_effects(found, ["x"])
    with pytest.warns(UserWarning, match="'x' is compared"):
        rest = average_marginal_effects(found)
    assert set(rest.variable) == {"z", "w"}
    (note,) = rest.attrs["notes"]
    assert "Left out: 'x' is compared" in note and "first_differences" in note
    pd.testing.assert_frame_equal(rest, average_marginal_effects(found, ["z", "w"]))
    with pytest.raises(InputError, match="did not converge"):
        average_marginal_effects(replace(found, converged=False))
    inner = fit("egame12", "y ~ I(abs(x) > 1) | 0 | z | w", games, starts=0)
    assert "u1(0):I(abs(x) > 1)TRUE" in inner.names
    with pytest.raises(InputError, match="first_differences"):
        average_marginal_effects(inner, ["x"])


def test_a_penalised_fit_is_profiled_with_its_penalty(games):
    """The profile's top is the penalised one, so that none is called false convergence."""
    found = fit("egame12", FORMULA, games, penalty="log-f", starts=0)
    told = profile(found, ["u2(2):w"], points=3)
    assert told.better is None
    middle = told.curve.loc[told.curve.root == 0.0, "loglik"].iloc[0]
    assert middle > told.curve.loglik.drop(index=3).max()
    bounds = told.intervals.iloc[0]
    assert bounds.low < bounds.estimate < bounds.high


def test_a_pseudo_likelihood_is_no_likelihood():
    """Profiles and posteriors refuse nested pseudo-likelihoods and name the method to take."""
    likelihood, _ = crises(300, np.random.default_rng(0))
    request = Request("signalling", "", pd.DataFrame(), starts=0)
    found = replace(fit_npl(likelihood, request, None, "exact"), settings={"method": "npl"})
    for use in (profile, sample):
        with pytest.raises(InputError, match="method=ml"):
            use(found)


def test_a_fit_begins_where_it_is_told(games):
    """From a fit's own estimates one step is enough; a start of another length is refused."""
    found = fit("egame12", FORMULA, games, starts=0)
    again = fit("egame12", FORMULA, games, starts=0, start=found.theta)
    assert again.theta == pytest.approx(found.theta, abs=1e-9)
    assert again.optima[0].steps < found.optima[0].steps
    with pytest.raises(InputError, match="one for each parameter"):
        fit("egame12", FORMULA, games, starts=0, start=[1.0])


def test_moves_never_reached_may_be_missing(games):
    """An indicator of a move after the game's end may be missing; one that was reached may not."""
    formula = "go + firm ~ x | 0 | z | w"
    whole = fit("egame12", formula, games, starts=0)
    gaps = games.assign(firm=games.firm.where(games.go == 1))
    assert gaps.firm.isna().sum() > 100
    found = fit("egame12", formula, gaps, starts=0)
    assert found.size == 600
    assert found.theta == pytest.approx(whole.theta, abs=1e-12)
    lost = gaps.assign(go=gaps.go.where(gaps.index != 5))
    assert pd.isna(reached(EGAME12, ("go", "firm"), lost).loc[5, "go"])
    assert fit("egame12", formula, lost, starts=0).dropped == 1
    levels = gaps.assign(firm=gaps.firm.astype("category"))
    assert fit("egame12", formula, levels, starts=0).theta == pytest.approx(whole.theta, abs=1e-12)
    always = gaps.assign(firm=gaps.firm.where(gaps.firm == 1).astype("category"))
    with pytest.raises(InputError, match="no row of the rows kept shows the outcome 'go,~firm'"):
        fit("egame12", formula, always.assign(go=(always.firm == 1).astype(int)), starts=0)


def test_weights_of_zero_show_nothing(games):
    """An outcome seen only with weight zero is refused; rows of weight zero change nothing else."""
    data = games.assign(v=(games.y != 2).astype(float))
    with pytest.raises(InputError, match="weight above zero"):
        fit("egame12", FORMULA, data, weights="v", starts=0)


def test_words_among_numbers_are_named(games):
    """One word in a column of numbers is told with its row, not made a factor of 600 levels."""
    data = games.assign(x=games.x.astype(object))
    data.loc[41, "x"] = "n.a."
    with pytest.raises(InputError, match=r"'n.a.' in row 42") as caught:
        fit("egame12", FORMULA, data, starts=0)
    assert len(str(caught.value)) < 500


def test_a_column_of_strings_is_a_factor(games):
    """pandas's own kind of text is coded as plain words are."""
    words = games.assign(r=np.where(games.x > 0, "b", "a"))
    plain = fit("egame12", "y ~ r | 0 | z | w", words, starts=0)
    typed = fit("egame12", "y ~ r | 0 | z | w", words.astype({"r": "string"}), starts=0)
    assert typed.names == plain.names
    assert typed.theta == pytest.approx(plain.theta)
    assert len(predict(typed, words.astype({"r": "string"}).head(2))) == 6


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"seed": -1}, "whole number"),
        ({"bootstrap": 2.5}, "whole number"),
        ({"resume": "no/such/folder/file.npz", "bootstrap": 3}, "does not exist"),
        ({"vcov": "cluster"}, "name the column"),
    ],
)
def test_bad_words_are_refused(games, asked, words):
    """What a user can get wrong is answered in words, never with a traceback."""
    with pytest.raises(InputError, match=words):
        fit("egame12", FORMULA, games, **{"starts": 0, **asked})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off"])
def test_a_broken_file_of_replicates_is_refused(games, tmp_path, content):
    """A file to resume from that is empty or cut off is named."""
    path = tmp_path / "kept.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="does not hold replicates"):
        fit("egame12", FORMULA, games, bootstrap=3, resume=str(path), starts=0)


@pytest.mark.parametrize("data", [None, {"y": [0]}])
def test_data_that_are_no_table(data):
    """Anything but a table or its path is refused."""
    with pytest.raises(InputError, match="not a table"):
        fit("egame12", FORMULA, data)


def test_tables_to_predict_for(games):
    """No rows, and words where numbers were fitted, are refused; so is an empty reference."""
    found = fit("egame12", FORMULA, games, starts=0)
    with pytest.raises(InputError, match="has no rows"):
        predict(found, games.head(0))
    with pytest.raises(InputError, match="holds words"):
        predict(found, games.assign(x="much"))
    with pytest.raises(InputError, match="no 'coefficients'"):
        found.compare({})


def test_what_follows_a_fit_takes_one_name_and_no_other_kind(games):
    """One name need not be put into a list; a dict of rows or a fit to compare with is refused."""
    found = fit("egame12", FORMULA, games, starts=0)
    assert set(average_marginal_effects(found, "x").variable) == {"x"}
    (name,) = profile(found, found.names[1], points=3).intervals["name"]
    assert name == found.names[1]
    with pytest.raises(InputError, match="are a dict, not a table"):
        predict(found, {"x": 1.0})
    for reference in (found, "war1800_egame12_probit_agent"):
        with pytest.raises(InputError, match="such as published"):
            found.compare(reference)
    typed = games.assign(go=games.go.astype(str))
    with pytest.raises(InputError, match=r"'go' has the value [01], which is text"):
        fit("egame12", "go + firm" + FORMULA[1:], typed)


def test_signalling_words_are_refused(games):
    """A first stage of one column, clusters without a column, and nothing to estimate."""
    data = games.assign(**{c: 1 for c in ("sq", "cd", "sf", "bd")})
    game = "sq + cd + sf + bd ~ 0 | 1 | 0 | x | z | 1 | 1"
    for formula, asked, words in (
        (game, {"first_stage": 1.0}, r"names 1 column\."),
        (game, {"vcov": "cluster"}, "name the column"),
        ("sq + cd + sf + bd ~ 0 | 0 | 0 | 0 | 0 | 0 | 0", {}, "nothing to estimate"),
    ):
        with pytest.raises(InputError, match=words):
            fit("signalling", formula, data, **asked)


def test_most_starts_that_fail_are_told():
    """Where most starts end nowhere the notes say how many."""
    from tightrope.history.estimate import _verdict
    from tightrope.history.maximise import Optimum

    likelihood, truth = simulate("egame12", "agent", "probit", 200, np.random.default_rng(0))
    assert len(truth) == 2 * len(TRUTH["egame12"])
    good = Optimum(truth, -1.0, 0.0, True, 3, 2)
    bad = Optimum(truth, -9.0, 1.0, False, 200, 3)
    request = Request("egame12", "", pd.DataFrame(), starts=4)
    notes = _verdict(likelihood, request, good, (good, bad), True, ())
    assert notes and "3 of 5 starts" in notes[0]
    assert estimate(likelihood, Request("egame12", "", pd.DataFrame())).notes == ()


def test_a_fit_of_three_actions_is_drawn(games):
    """A tree whose player has three actions is drawn with the mean estimated probabilities."""
    tree = tree_from_text(
        "id: t\nplayers: [a]\nnodes: [{id: n, player: a, actions: {l: '0', m: '1', r: '2'}}]\n"
        "outcomes: ['0', '1', '2']\npayoffs: [{player: a, outcome: '0', reference: true}, "
        "{player: a, outcome: '1'}, {player: a, outcome: '2'}]\n"
    )
    found = fit(tree, "y ~ x | w", games, link="logit", starts=0)
    drawn, chances = estimated(found)
    assert drawn.outcomes == ("0", "1", "2")
    # a logit with a constant for each outcome gives the shares seen
    assert chances["n"] == pytest.approx(games.y.value_counts(normalize=True).sort_index())
    with pytest.raises(InputError, match="no tree"):
        estimated(replace(found, tree=None))
