"""Probabilities of trees: by hand, by other routes, and what must hold for every tree."""

from __future__ import annotations

import pickle
from dataclasses import replace
from operator import attrgetter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit, log_ndtr, ndtr
from scipy.stats import norm
from tree_examples import THREE_WAYS, WITH_CHANCE, payoffs_of, played, probabilities, trees

from tightrope.game.trees import (
    EGAME12,
    EGAME122,
    EGAME123,
    READY_MADE,
    Node,
    Payoff,
    Tree,
    TreeError,
    check_error,
    solve,
)
from tightrope.game.trees.choice import log_logit, log_normal
from tightrope.game.trees.drawing import action_probabilities, chart, text_tree

KINDS = [("agent", "logit"), ("agent", "probit"), ("private", "probit")]
TIMES = 40_000
name = attrgetter("name")


def numbers(seed):
    """A source of payoffs."""
    rng = np.random.default_rng(seed)
    return lambda: rng.normal()


def test_three_outcomes_by_hand():
    """The game of three outcomes has the probabilities of Signorino's formulas, written out."""
    pay = payoffs_of(EGAME12, numbers(1))
    u11, u13, u14, u24 = (float(pay[k]) for k in (("1", "1"), ("1", "2"), ("1", "3"), ("2", "3")))
    root = np.sqrt(2.0)
    for link, cdf in (("logit", expit), ("probit", ndtr)):
        war = cdf(u24 / root)
        on = cdf(((1.0 - war) * u13 + war * u14 - u11) / root)
        expected = [1.0 - on, on * (1.0 - war), on * war]
        # both sides are a few elementary functions: equal to rounding
        assert probabilities(EGAME12, pay, "agent", link) == pytest.approx(expected, abs=1e-14)
    war = ndtr(u24)
    size = np.sqrt(1.0 + war**2 + (1.0 - war) ** 2)
    on = ndtr(((1.0 - war) * u13 + war * u14 - u11) / size)
    found = probabilities(EGAME12, pay, "private", "probit")
    assert found == pytest.approx([1.0 - on, on * (1.0 - war), on * war], abs=1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_private_information_by_integration(seed):
    """Integrating player 1's choice over its private shocks gives the private-information formula.

    With two shocks fixed the choice depends on the third through a normal distribution; the other
    two are integrated by 48 Gauss-Hermite nodes each, exact to 1e-10 for so smooth an integrand.
    """
    pay = payoffs_of(EGAME12, numbers(seed))
    z, w = np.polynomial.hermite_e.hermegauss(48)
    w = w / w.sum()
    war = ndtr(pay["2", "3"])
    gain = (1.0 - war) * (pay["1", "2"] + z[:, None]) + war * (pay["1", "3"] + z[None, :])
    on = float(w @ ndtr(gain - pay["1", "1"]) @ w)
    found = probabilities(EGAME12, pay, "private", "probit")
    assert found == pytest.approx([1.0 - on, on * (1.0 - war), on * war], abs=1e-9)


@pytest.mark.parametrize(("error", "link"), KINDS)
@pytest.mark.parametrize("tree", [*READY_MADE.values(), WITH_CHANCE, THREE_WAYS], ids=name)
def test_as_played(tree, error, link):
    """Outcomes of games played out, every error drawn, come as often as the probabilities say."""
    pay = payoffs_of(tree, numbers(7))
    expected = probabilities(tree, pay, error, link)
    seen = played(tree, pay, error, link, np.random.default_rng(3), TIMES)
    share = np.bincount(seen, minlength=len(expected)) / TIMES
    # five standard errors: a sound formula fails once in a million
    assert np.abs(share - expected) == pytest.approx(0.0, abs=5.0 * np.sqrt(0.25 / TIMES)), (
        share,
        expected,
    )


@settings(max_examples=8, deadline=None)
@given(trees(ways=3), st.integers(0, 10**6), st.sampled_from([0.1, 3.0, 300.0]))
def test_probabilities_sum_to_one(tree, seed, size):
    """Probabilities lie in [0, 1] and sum to one in any tree, also where payoffs are enormous."""
    rng = np.random.default_rng(seed)
    pay = payoffs_of(tree, lambda: size * rng.normal())
    for error, link in KINDS[:2]:
        found = probabilities(tree, pay, error, link)
        assert (found >= 0.0).all() and (found <= 1.0 + 1e-12).all()
        assert found.sum() == pytest.approx(1.0, abs=1e-12)  # rounding of some dozens of products


@settings(max_examples=6, deadline=None)
@given(trees(), st.integers(0, 10**6))
def test_names_and_order_do_not_matter(tree, seed):
    """Actions written from right to left, and other names, leave each outcome as probable."""
    pay = payoffs_of(tree, numbers(seed))
    mirrored = replace(
        tree, nodes=tuple(replace(n, actions=tuple(reversed(n.actions))) for n in tree.nodes)
    )
    to = {player: f"state {player}" for player in tree.players}
    renamed = replace(
        tree,
        players=tuple(to.values()),
        nodes=tuple(replace(n, player=to[n.player]) for n in tree.nodes),
        payoffs=tuple(replace(p, player=to[p.player]) for p in tree.payoffs),
    )
    for error, link in KINDS[:2]:
        expected = probabilities(tree, pay, error, link)
        assert probabilities(mirrored, pay, error, link) == pytest.approx(expected, abs=1e-13)
        moved = {(to[player], outcome): value for (player, outcome), value in pay.items()}
        assert probabilities(renamed, moved, error, link) == pytest.approx(expected, abs=1e-13)


def test_no_floor():
    """A choice against all reason keeps its true probability, far below what a float can hold."""
    pay = payoffs_of(EGAME12, lambda: 0.0) | {("2", "3"): np.asarray(-80.0)}
    agent = solve(EGAME12, pay, error="agent", link="probit").log_actions["second"][1]
    assert float(agent) == pytest.approx(float(log_ndtr(-80.0 / np.sqrt(2.0))), rel=1e-12)
    logit = solve(EGAME12, pay, error="agent", link="logit").log_actions["second"][1]
    assert float(logit) == pytest.approx(-80.0 / np.sqrt(2.0), rel=1e-12)


def test_solve_refuses_what_cannot_be_solved():
    """Normal shocks have no logit, and no logit may be asked for and a probit given."""
    with pytest.raises(TreeError, match="the link must be probit"):
        solve(EGAME12, payoffs_of(EGAME12, lambda: 0.0), error="private", link="logit")


def test_normal_choice_among_three():
    """The best of three normal values is found as by adaptive integration, down to 1e-148."""
    values, deviations = [0.3, -30.0, 1.0], [1.0, 0.7, 1.4]
    found = log_normal([np.asarray(v) for v in values], [np.asarray(d) for d in deviations])
    for own in range(3):
        others = [b for b in range(3) if b != own]

        def integrand(x, own=own, others=others):
            density = norm.pdf(x, values[own], deviations[own])
            return density * np.prod([norm.cdf(x, values[b], deviations[b]) for b in others])

        middle = 0.0 if own == 1 else values[own]
        exact = quad(integrand, middle - 12.0, middle + 12.0, epsabs=0.0, epsrel=1e-10, limit=500)[
            0
        ]
        # 40 nodes laid around the top: eight digits in the middle, six in the far tail
        assert float(np.exp(found[own])) == pytest.approx(exact, rel=1e-6)
    even = log_normal([np.zeros(1)] * 3, [np.ones(1)] * 3)
    assert np.exp(np.asarray(even)).ravel() == pytest.approx([1 / 3] * 3, abs=1e-12)


def test_many_actions_in_logit():
    """Two equal actions and one better by log 2 at unit scale are chosen 1 : 1 : 2."""
    found = log_logit([np.asarray(0.0), np.asarray(0.0), np.asarray(np.log(2.0))], np.asarray(1.0))
    assert np.exp(np.asarray(found)) == pytest.approx([0.25, 0.25, 0.5], abs=1e-14)


def small(**changes):
    """The game of three outcomes with something changed."""
    return replace(EGAME12, **changes)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: small(players=("1", "1")), "twice"),
        (lambda: small(outcomes=("1", "2", "3", "4")), "cannot be reached"),
        (lambda: small(payoffs=EGAME12.payoffs[:-1]), "missing"),
        (lambda: small(payoffs=(*EGAME12.payoffs, Payoff("2", "1"))), "no choice"),
        (lambda: small(payoffs=(*EGAME12.payoffs, Payoff("1", "1"))), "declared twice"),
        (lambda: small(payoffs=(*EGAME12.payoffs, Payoff("3", "1"))), "not a player"),
        (
            lambda: small(nodes=(Node("first", "1", (("L", "1"), ("R", "nowhere"))),)),
            "no node and no outcome",
        ),
        (lambda: small(nodes=(Node("first", "1", (("L", "1"),)),)), "two actions"),
        (
            lambda: small(
                nodes=(EGAME12.nodes[0], Node("second", "2", (("L", "first"), ("R", "3"))))
            ),
            "leads to node 'first'",
        ),
        (
            lambda: small(
                nodes=(
                    EGAME12.nodes[0],
                    Node("second", "chance", (("L", "2"), ("R", "3")), (0.4, 0.5)),
                )
            ),
            "add up to 0.9",
        ),
    ],
)
def test_what_is_no_tree(make, words):
    """A declaration that is no game is refused with words that name the fault."""
    with pytest.raises(TreeError, match=words):
        make()


def test_an_error_says_where_and_how_to_mend():
    """Its text has place, fault and remedy, also after it was sent to another process."""
    with pytest.raises(TreeError) as caught:
        small(
            nodes=(
                EGAME12.nodes[0],
                replace(EGAME12.nodes[1], actions=(("L", "first"), ("R", "3"))),
            ),
        )
    want = (
        "nodes.first: 1 action leads to node 'first'.\n"
        "  How to mend: the first node is the root; exactly one action leads to each other node."
    )
    assert str(caught.value) == want == str(pickle.loads(pickle.dumps(caught.value)))
    assert str(TreeError("no players", "players")) == "players: no players."


def test_what_private_information_cannot_be():
    """A player that moves twice, a logit link, and a choice without a shock are refused."""
    twice = Tree(
        "twice",
        ("1", "2"),
        (
            Node("first", "1", (("L", "1"), ("R", "second"))),
            Node("second", "2", (("L", "2"), ("R", "third"))),
            Node("third", "1", (("L", "3"), ("R", "4"))),
        ),
        ("1", "2", "3", "4"),
        (
            *(Payoff("1", o) for o in ("1", "2", "3", "4")),
            *(Payoff("2", o) for o in ("2", "3", "4")),
        ),
    )
    with pytest.raises(TreeError, match="moves twice"):
        check_error(twice, "private", "probit")
    check_error(twice, "agent", "probit")
    with pytest.raises(TreeError, match="probit"):
        check_error(EGAME12, "private", "logit")
    bare = small(payoffs=tuple(replace(p, shock=False) for p in EGAME12.payoffs))
    with pytest.raises(TreeError, match="without a shock"):
        check_error(bare, "private", "probit")


def test_drawings_say_what_they_show():
    """Text and chart name every action and outcome, with the probabilities given."""
    tree = EGAME122.renamed(("LL", "LR", "RL", "RR"))
    odds = action_probabilities(tree, {"LL": 0.1, "LR": 0.3, "RL": 0.3, "RR": 0.3})
    assert odds["first"] == pytest.approx([0.4, 0.6])
    assert odds["after L"] == pytest.approx([0.25, 0.75])
    text = text_tree(tree, odds)
    for words in ("L 40%", "R 60%", "L 25% → LL", "R 50% → RR", "2: after R"):
        assert words in text
    drawn = str(chart(tree, odds).to_dict())
    for words in ("L 40%", "R 75%", "LR", "player 2"):
        assert words in drawn
    assert "%" not in text_tree(EGAME123)
