"""Trees for tests, and the games played out by drawing the errors themselves."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tightrope.game.trees import CHANCE, Node, Payoff, Tree, solve

THREE_WAYS = Tree(
    name="three ways",
    players=("a", "b"),
    nodes=(
        Node("start", "a", (("wait", "peace"), ("talk", "table"), ("strike", "answer"))),
        Node("table", "b", (("deal", "deal"), ("stall", "stall"))),
        Node("answer", "b", (("yield", "gain"), ("resist", "war"))),
    ),
    outcomes=("peace", "deal", "stall", "gain", "war"),
    payoffs=(
        *(Payoff("a", outcome) for outcome in ("peace", "deal", "stall", "gain", "war")),
        *(Payoff("b", outcome) for outcome in ("deal", "stall", "gain", "war")),
    ),
)

WITH_CHANCE = Tree(
    name="with chance",
    players=("a", "b"),
    nodes=(
        Node("start", "a", (("wait", "peace"), ("strike", "luck"))),
        Node("luck", CHANCE, (("seen", "answer"), ("unseen", "gain")), odds=(0.7, 0.3)),
        Node("answer", "b", (("yield", "give"), ("resist", "war"))),
    ),
    outcomes=("peace", "gain", "give", "war"),
    payoffs=(
        *(Payoff("a", outcome) for outcome in ("peace", "gain", "give", "war")),
        Payoff("b", "give", value=0.0, shock=False),
        Payoff("b", "war"),
    ),
)


def payoffs_of(tree, draw):
    """A number for each payoff: the tree's own where it is fixed, else the next of `draw()`."""
    return {
        (p.player, p.outcome): np.asarray(draw() if p.value is None else p.value)
        for p in tree.payoffs
    }


def probabilities(tree, payoffs, error, link):
    """Probability of each outcome."""
    found = solve(tree, payoffs, error=error, link=link)
    return np.exp(np.stack([np.asarray(one) for one in found.log_outcomes]))


def played(tree, payoffs, error, link, rng, times):
    """Index of the outcome of each of `times` plays, every error drawn and every choice made.

    Payoffs are numbers or arrays of length `times`. What others will do is known only in
    probability; each mover compares what it expects, with its own errors added.
    """
    found = solve(tree, payoffs, error=error, link=link)
    noise = {
        (p.player, p.outcome): rng.normal(size=times) if p.shock else np.zeros(times)
        for p in tree.payoffs
    }
    reach = {o: {o: np.ones(())} for o in tree.outcomes}
    action = {}
    for node in tree.order:
        odds = [np.exp(np.asarray(one)) for one in found.log_actions[node.name]]
        below = [reach[target] for _, target in node.actions]
        if node.player == CHANCE:
            action[node.name] = rng.choice(len(odds), size=times, p=node.odds)
        else:
            action[node.name] = _chosen(node, below, payoffs, noise, error, link, rng, times)
        reach[node.name] = {}
        for p, ways in zip(odds, below, strict=True):
            for outcome, share in ways.items():
                reach[node.name][outcome] = reach[node.name].get(outcome, 0.0) + p * share
    place = np.full(times, tree.root.name, dtype=object)
    for _ in tree.nodes:
        for node in tree.nodes:
            here = place == node.name
            targets = np.array([target for _, target in node.actions], dtype=object)
            place[here] = targets[action[node.name][here]]
    return np.array([tree.outcomes.index(name) for name in place])


def _chosen(node, below, payoffs, noise, error, link, rng, times):
    """The action of greatest worth in each play, ties impossible."""
    worth = []
    for ways in below:
        total = np.zeros(times)
        for outcome, share in ways.items():
            key = (node.player, outcome)
            own = noise[key] if error == "private" else 0.0
            total = total + share * (payoffs[key] + own)
        if error == "agent" and link == "probit":
            total = total + rng.normal(size=times)
        elif (
            error == "agent"
        ):  # extreme values of scale √2 make a logistic difference of that scale
            total = total + np.sqrt(2.0) * rng.gumbel(size=times)
        worth.append(total)
    return np.argmax(np.stack(worth), axis=0)


@st.composite
def trees(draw, ways=2):
    """A random tree of up to three players, each payoff declared, up to `ways` actions a node."""
    players = ("a", "b", "c")[: draw(st.integers(1, 3))]
    nodes, outcomes = [], []
    waiting = [("n0", 0)]
    while waiting:
        name, depth = waiting.pop(0)
        actions = []
        for number in range(draw(st.integers(2, ways))):
            if depth < 2 and draw(st.booleans()):
                target = f"n{len(nodes) + len(waiting) + 1}"
                waiting.append((target, depth + 1))
            else:
                target = f"o{len(outcomes)}"
                outcomes.append(target)
            actions.append((f"m{number}", target))
        nodes.append(Node(name, draw(st.sampled_from(players)), tuple(actions)))
    where = {node.name: node for node in nodes}

    def reached(place):
        node = where.get(place)
        return {place} if node is None else set().union(*(reached(t) for _, t in node.actions))

    payoffs = tuple(
        Payoff(player, outcome)
        for player in players
        for outcome in outcomes
        if any(outcome in reached(node.name) for node in nodes if node.player == player)
    )
    movers = tuple(p for p in players if any(node.player == p for node in nodes))
    return Tree("random", movers, tuple(nodes), tuple(outcomes), payoffs)
