"""The signalling game fitted: published figures, derivatives, optimality, and refusals."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from simulated_crises import CRISIS, crises

from tightrope.game.signalling import Payoffs
from tightrope.game.signalling_equilibria import find_equilibria
from tightrope.history.fit import fit
from tightrope.history.nonnested import vuong_test
from tightrope.history.signalling_ml import at_equilibrium, climb, select
from tightrope.history.signalling_npl import nested, npl_covariance
from tightrope.history.signalling_rows import payoffs_at
from tightrope.history.variance import covariance, standard_errors
from tightrope.treaty import InputError


@pytest.fixture(scope="module")
def published(reference):
    return reference("sanctions_sigint_npl_tight")


@pytest.fixture(scope="module")
def sanctions(table, published):
    """Fit the published specification by a method."""

    def run(**settings):
        return fit(
            "signalling",
            published["formula"],
            table("sanctionsData"),
            first_stage="PRhat,PFhat",
            starts=0,
            **settings,
        )

    return run


@pytest.fixture(scope="module")
def npl(sanctions):
    return sanctions(method="npl")


@pytest.fixture(scope="module")
def pl(sanctions):
    return sanctions(method="pl")


@pytest.fixture(scope="module")
def ml(sanctions):
    return sanctions(method="ml")


def test_nested_pseudo_likelihood_gives_the_published_figures(npl, published):
    """Coefficients, log-likelihood and standard errors are those of sigInt 0.2.0."""
    assert npl.converged and npl.gradient_norm < 1e-8
    assert npl.size == published["n"]
    assert dict(npl.likelihood.counts) == published["outcome_counts"]
    assert list(npl.names) == list(published["coefficients"])
    found = npl.compare(published)
    # sigInt stopped at 1e-10; the contract asks for 1e-3 of a standard error
    assert (found.difference_in_se.abs() < 1e-8).all(), found
    assert (abs(found.se_ratio - 1.0) < 1e-6).all(), found
    assert abs(found.attrs["loglik_difference"]) < 1e-8


def test_the_printed_standard_errors_mix_both_jacobians(npl, published):
    """The errors in the authors' log come from M with J on one side and with J transposed on the
    other; the package's, from J transposed on both; the right ones, from J on both."""
    exact = npl_covariance(npl.likelihood, npl.theta, None, exact=True)
    ours = npl_covariance(npl.likelihood, npl.theta, None, exact=False)
    scores = npl.likelihood.scores(npl.theta)
    inner = np.linalg.inv(scores.T @ scores)
    # exact = A⁻¹ΩA⁻ᵀ and ours = B⁻¹ΩB⁻ᵀ: with Ω = CCᵀ, A⁻¹C = chol-like factors up to a rotation;
    # A⁻¹ΩB⁻ᵀ is found from A⁻¹ and B⁻¹ themselves
    left, right = (_bread(npl, kind) for kind in (True, False))
    mixed = np.sqrt(np.diag(left @ np.linalg.inv(inner) @ right.T))
    printed = np.array(list(published["printed_std_errors"].values()))
    assert np.abs(mixed - printed).max() < 0.0051, "printed to two digits"
    ratio = standard_errors(exact) / standard_errors(ours)
    assert ratio.max() > 1.9 and ratio.min() < 0.95


def _bread(found, exact):
    """M⁻¹ itself, from the loop of beliefs and replies written out game by game."""
    loop = found.likelihood.exact.loop(found.theta)
    scores = found.likelihood.scores(found.theta)
    matrix = scores.T @ scores
    for i in range(found.size):
        jacobian = np.array([[0.0, loop.resist_by_firm[i]], [loop.firm_by_resist[i], 0.0]])
        jacobian = jacobian if exact else jacobian.T
        moves = np.stack([loop.resist_by[i], loop.firm_by[i]])
        pull = np.array([loop.seen_r[i], loop.seen_f[i]])
        matrix += np.outer(scores[i], pull @ np.linalg.solve(np.eye(2) - jacobian, moves))
    return np.linalg.inv(matrix)


def test_the_covariance_is_that_of_the_formula_game_by_game(npl):
    """M⁻¹ Ω M⁻ᵀ with (I − J)⁻¹ solved for each game is the covariance that is reported."""
    scores = npl.likelihood.scores(npl.theta)
    for exact in (True, False):
        bread = _bread(npl, exact)
        whole = bread @ scores.T @ scores @ bread.T
        ours = npl_covariance(npl.likelihood, npl.theta, None, exact=exact)
        assert np.allclose(ours, whole, rtol=1e-9)


def test_the_estimate_moves_with_the_data_as_the_exact_jacobian_says(npl):
    """Where beliefs follow the parameters, the derivative of the total score is what (I − J)⁻¹
    gives, and not what its transpose gives."""
    likelihood, theta = npl.likelihood, npl.theta
    loop = likelihood.exact.loop(theta)
    found = find_equilibria(Payoffs(*map(np.asarray, payoffs_at(theta, likelihood.data))))
    direction = np.zeros_like(theta)
    direction[likelihood.names.index("barWB:(Intercept)")] = 1.0

    def beliefs(step):
        at = Payoffs(*map(np.asarray, payoffs_at(theta + step * direction, likelihood.data)))
        return find_equilibria(at).z[:, 0]

    assert (found.number == 1).all()
    from scipy.special import ndtr

    moved = (ndtr(beliefs(1e-5)) - ndtr(beliefs(-1e-5))) / 2e-5
    room = 1.0 - loop.resist_by_firm * loop.firm_by_resist
    right = (loop.resist_by + loop.resist_by_firm[:, None] * loop.firm_by) @ direction / room
    wrong = (loop.resist_by + loop.firm_by_resist[:, None] * loop.firm_by) @ direction / room
    assert np.allclose(moved, right, atol=1e-7)
    other = np.zeros_like(theta)
    other[likelihood.names.index("barWA:(Intercept)")] = 1.0
    right = (loop.resist_by + loop.resist_by_firm[:, None] * loop.firm_by) @ other / room
    wrong = (loop.resist_by + loop.firm_by_resist[:, None] * loop.firm_by) @ other / room
    at = [
        ndtr(
            find_equilibria(
                Payoffs(*map(np.asarray, payoffs_at(theta + s * other, likelihood.data)))
            ).z[:, 0]
        )
        for s in (1e-5, -1e-5)
    ]
    assert np.allclose((at[0] - at[1]) / 2e-5, right, atol=1e-7)
    assert np.abs(right - wrong).max() > 0.01


def test_maximum_likelihood_beats_the_nested_pseudo_likelihood(ml, npl, published):
    """Under the equilibrium constraint the log-likelihood is 4.5 above, and the published one."""
    ref = published["maximum_likelihood"]
    assert ml.converged
    assert ml.loglik > npl.loglik + 4.5
    # the authors' bivariate normal has errors of 1e-7 a game, in 49,704 plays
    assert ml.loglik == pytest.approx(ref["loglik"], abs=1e-5)
    assert ml.theta == pytest.approx(list(ref["coefficients"].values()), abs=0.0051)


def test_the_maximum_is_feasible_and_optimal(ml):
    """The constraint holds to 1e-10, the Lagrangian is stationary in parameters and equilibria, its
    Hessian along the constraint is negative definite, and no game has another equilibrium."""
    chosen = select(ml.likelihood, ml.theta)
    assert chosen.residual < 1e-10
    assert (chosen.equilibria.number == 1).all() and not chosen.equilibria.fold.any()
    z, gap, multiplier = ml.likelihood.exact.followed(ml.theta)
    assert np.abs(gap).max() < 1e-10 and np.isfinite(multiplier).all()

    def value(theta, z):
        rows = ml.likelihood.data
        from tightrope.game.signalling import equilibrium_log_outcomes, reply

        payoffs = payoffs_at(theta, rows)
        seen = (rows.counts * equilibrium_log_outcomes(z, payoffs).T).sum()
        return seen + (multiplier * (reply(z, payoffs) - z)).sum()

    by_theta, by_z = jax.grad(value, (0, 1))(ml.theta, z)
    # sums of 49,704 plays with terms of 1e3: rounding leaves about 1e-7
    assert np.abs(by_theta).max() < 1e-6
    assert np.abs(by_z).max() < 1e-6
    hessian = ml.likelihood.derivatives(ml.theta).hessian
    assert np.linalg.eigvalsh(hessian).max() < 0.0


def test_derivatives_by_hand_are_those_of_jax():
    """Of both likelihoods, value and gradient agree with JAX through the game's own functions, and
    the Hessian with central differences of the gradient."""
    likelihood, truth = crises(120, np.random.default_rng(8))
    theta = truth + 0.1
    chosen = select(likelihood, theta)
    for one in (likelihood, at_equilibrium(likelihood, chosen.z)):
        ours = one.derivatives(theta)

        def total(theta, one=one):
            return one.log_rows(theta, one.data).sum()

        value, gradient = jax.jit(jax.value_and_grad(total))(theta)
        assert ours.value == pytest.approx(float(value), rel=1e-12)
        assert np.allclose(ours.gradient, gradient, rtol=1e-9, atol=1e-9)
        assert np.allclose(one.scores(theta).sum(axis=0), ours.gradient, atol=1e-9)
        for place, unit in enumerate(1e-5 * np.eye(len(theta))):
            ends = [one.derivatives(theta + sign * unit).gradient for sign in (1.0, -1.0)]
            column = (ends[0] - ends[1]) / 2e-5
            assert np.allclose(ours.hessian[place], column, rtol=1e-6, atol=1e-5)


def test_without_a_first_stage_the_same_estimate_is_found(table, published, npl):
    """Begun from the shares of all games together, beliefs end where the published ones do."""
    found = fit("signalling", published["formula"], table("sanctionsData"), starts=0)
    assert found.theta == pytest.approx(npl.theta, abs=1e-7)


def test_the_bootstrap_repeats_the_whole_estimation(sanctions, npl):
    """Replicates are nested fits on games drawn anew; the same seed gives the same replicates."""
    found = sanctions(method="npl", bootstrap=4, seed=2)
    assert found.bootstrap.shape[1] == len(npl.names) and "bootstrap" in found.vcov
    again = sanctions(method="npl", bootstrap=2, seed=2)
    assert again.bootstrap == pytest.approx(found.bootstrap[: len(again.bootstrap)], abs=1e-9)
    assert found.theta == pytest.approx(npl.theta)


def test_the_rounds_that_are_left_are_foretold():
    """From a few rounds on, what is told of the rounds to come is near the number that it takes."""
    likelihood, _ = crises(1000, np.random.default_rng([1, 5]))
    told = []
    found = nested(likelihood, report=lambda *step: told.append(step))
    assert [done for _, done, _ in told] == list(range(1, found.rounds + 1))
    assert all(abs(total - found.rounds) <= 15 for _, done, total in told if done > 5)
    assert told[-1][2] == found.rounds


def test_truth_in_one_large_sample():
    """With 4,000 crises all estimates lie within four standard errors of the truth."""
    likelihood, truth = crises(4_000, np.random.default_rng(2))
    first = nested(likelihood)
    spread = npl_covariance(first.likelihood, first.optimum.theta, None, exact=True)
    assert (np.abs(first.optimum.theta - truth) < 4.0 * standard_errors(spread)).all()
    best, chosen = climb(likelihood, first.optimum.theta)
    errors = standard_errors(covariance(at_equilibrium(likelihood, chosen.z), best.theta))
    assert best.converged and (np.abs(best.theta - truth) < 4.0 * errors).all()
    # the constraint is information: maximum likelihood is at least as precise
    assert (errors <= 1.05 * standard_errors(spread)).all()


@pytest.mark.soak
def test_no_better_maximum_is_found(table, published, ml):
    """Thirty random starts end at the published maximum or below it."""
    found = fit(
        "signalling",
        published["formula"],
        table("sanctionsData"),
        method="ml",
        first_stage="PRhat,PFhat",
        starts=30,
        seed=3,
    )
    assert found.loglik == pytest.approx(ml.loglik, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"method": "gmm"}, "not a method"),
        ({"first_stage": "PRhat"}, r"names 1 column\."),
        ({"first_stage": "PRhat,nothing"}, "no column 'nothing'"),
        ({"first_stage": "sq,PFhat"}, "above 0 and below 1"),
        ({"method": "pl"}, "needs a first stage"),
        ({"fixed_point": "other"}, "not a fixed_point"),
        ({"method": "ml", "fixed_point": "exact"}, "the method is ml"),
        ({"vcov": "opg"}, "no 'opg'"),
        ({"link": "logit"}, "no 'logit'"),
        ({"penalty": "log-f"}, "no --penalty"),
        ({"max_offer": 3}, "no setting 'max_offer'"),
    ],
)
def test_bad_settings_are_refused(change, word, table, published):
    """Each says what is wrong and what is allowed."""
    with pytest.raises(InputError, match=word):
        fit("signalling", published["formula"], table("sanctionsData"), **change)


@pytest.mark.parametrize(
    ("formula", "word"),
    [
        ("sq + cd + sf ~ 0 | 1 | 0 | x | z | 1 | 1", "3 columns"),
        ("sq + cd + sf + bd ~ 1 | 1 | 0 | x | z | 1 | 1", "each of SA, VA, barWA, bara"),
        ("sq + cd + sf + bd ~ 0 | 1 | z | x | z | 1 | z", "each of CB, barWB, VB"),
        ("sq + cd + sf + bd ~ 0 | 1 | 0 | x + I(2 * x) | z | 1 | 1", "computed from"),
        ("sq + cd + sf + bd ~ 0 | 1 | 0 | x | z | 1", "7 utilities"),
        ("half + cd + sf + bd ~ 0 | 1 | 0 | x | z | 1 | 1", "no count"),
        ("none + cd + sf + bd ~ 0 | 1 | 0 | x | z | 1 | 1", "shows the outcome 'none'"),
    ],
)
def test_bad_specifications_are_refused(formula, word):
    """Too few outcomes, a regressor in every utility of a player, one twice, what is no count."""
    import pandas as pd

    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.integers(0, 3, size=(60, 4)), columns=["sq", "cd", "sf", "bd"])
    table = table.assign(x=rng.normal(size=60), z=rng.normal(size=60), half=0.5, none=0)
    assert len(CRISIS.split("|")) == 7
    with pytest.raises(InputError, match=word):
        fit("signalling", formula, table)


def test_wrong_errors_get_no_stars(npl):
    """Where sigInt's standard errors are given, z, p and stars are left out, also in exports."""
    assert not npl.testable
    frame = npl.frame()
    assert frame["std_error"].notna().all()
    assert frame[["z", "p", "low", "high"]].isna().all(axis=None)
    for text in (str(npl), npl.latex(), npl.html()):
        assert "*" not in text.replace("\\", "")
        assert "z, p and stars are left out" in text


def test_a_stage_that_takes_the_first_as_known_gets_no_stars(pl, sanctions):
    """Its errors are too small, bootstrapped or not: estimates and errors alone are shown."""
    for one in (pl, sanctions(method="pl", bootstrap=2)):
        assert one.converged and not one.testable
        frame = one.frame()
        assert frame["std_error"].notna().all()
        assert frame[["z", "p", "low", "high"]].isna().all(axis=None)
        for text in (str(one), one.latex(), one.html()):
            assert "*" not in text.replace("\\", "")
            assert "stars are left out" in text
    with pytest.raises(InputError, match="needs a likelihood"):
        vuong_test(pl, pl)
