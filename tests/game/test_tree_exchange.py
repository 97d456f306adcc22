"""Trees to Gambit and back, and Gambit's own equilibrium of them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_examples import THREE_WAYS, WITH_CHANCE, payoffs_of, trees

from tightrope.game.trees import EGAME123, TreeError, solve
from tightrope.game.trees.exchange import read_tree, write_tree


@settings(max_examples=25, deadline=None)
@given(trees(ways=3), st.integers(0, 10**6))
def test_what_is_written_is_read_back(tree, seed):
    """A tree written and read again has the same nodes, outcomes, payoffs and text."""
    rng = np.random.default_rng(seed)
    pay = {key: float(value) for key, value in payoffs_of(tree, rng.normal).items()}
    text = write_tree(tree, pay)
    read, numbers = read_tree(text)
    assert (read.players, set(read.outcomes)) == (tree.players, set(tree.outcomes))
    assert {n.name: n for n in read.nodes} == {n.name: n for n in tree.nodes}
    assert numbers == pay
    assert write_tree(read, {}) == text


@pytest.mark.parametrize("tree", [EGAME123, WITH_CHANCE, THREE_WAYS], ids=lambda t: t.name)
def test_gambit_agrees(tree, gambit):
    """Gambit's agent logit equilibrium at λ = 1/√2 is our logit agent error."""
    import pygambit

    rng = np.random.default_rng(4)
    pay = payoffs_of(tree, rng.normal)
    text = write_tree(tree, {key: float(value) for key, value in pay.items()})
    game = pygambit.read_efg(io.BytesIO(text.encode()))
    (found,) = pygambit.qre.logit_solve_lambda(game, [1.0 / np.sqrt(2.0)])
    ours = solve(tree, pay, error="agent", link="logit").log_actions
    for node in tree.nodes:
        if node.player not in tree.players:
            continue
        own = [other.name for other in tree.nodes if other.player == node.player]
        mix = [mix for _, mix in found.profile[node.player]][own.index(node.name)]
        theirs = [float(mix[label]) for label, _ in node.actions]
        # Gambit follows the branch to a tolerance of about 1e-8
        assert np.exp([float(x) for x in ours[node.name]]) == pytest.approx(theirs, abs=1e-7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "too early"),
        ("NFG 1 R", "begin"),
        ('EFG 2 R "x" { "a" } t "" 1 "o" { 1 }', "no choice"),
        ('EFG 2 R "x" { "a" } p "" 2 1 "n" { "l" "r" } 0', "no player number"),
        ('EFG 2 R "x" { "a" } p "" 1 1 "n" { "l" "r" } 0 t "" 1 "o" { 1 }', "too early"),
        (
            'EFG 2 R "x" { "a" } p "" 1 1 "n" { "l" "r" } 0 t "" 1 "o" { 1 } '
            'p "" 1 1 "n" { "l" "r" } 0 t "" 2 "q" { 1 } t "" 3 "s" { 1 }',
            "holds several nodes",
        ),
        (
            'EFG 2 R "x" { "a" } p "" 1 1 "n" { "l" "r" } 0 t "" 1 "o" { one } t "" 2 "q" { 1 }',
            "not a number",
        ),
    ],
)
def test_what_cannot_be_read(text, words):
    """A text that is no game of perfect information is refused with words that say why."""
    with pytest.raises(TreeError, match=words):
        read_tree(text)
