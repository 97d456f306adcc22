"""Choice probabilities of a whole tree, from the last moves to the first.

Let π(o | a) be the probability of outcome o once action a is taken, u_o the mover's mean payoff
there and V_a = Σ_o π(o | a) u_o. Errors enter in one of two ways (Signorino 1999, 2003):

**agent**    Each player is represented at each node by an agent that misjudges each action by an
             independent error of standard deviation σ (probit), or is extreme-value (logit):

                 P(right) = Φ((V_r − V_l) / (σ√2))   or   Λ((V_r − V_l) / (σ√2))

             For more actions: normal errors, or the softmax of V / (σ√2), which is the agent
             quantal response equilibrium with λ = 1 / (σ√2) (McKelvey & Palfrey 1998).

**private**  A player knows the normal shock (variance σ²) in its own payoff at each outcome; others
             know the distribution. It weighs the shocks by how likely each outcome is:

                 P(right) = Φ((V_r − V_l) / (σ √Σ_o (π(o | r) − π(o | l))²))

             the sum running over its payoffs that carry a shock. This is the perfect Bayesian
             equilibrium where no player moves twice on a path: then nobody has a use for what an
             earlier move tells about its mover's shocks. Trees where one does are refused; their
             equilibria are fixed points and may be several (the signalling game is one).

These are the conventions of the R package games 1.1.2, whose figures are reproduced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.game.trees.choice import log_binary, log_logit, log_normal
from tightrope.game.trees.tree import CHANCE, Node, Tree, TreeError

Error = Literal["agent", "private"]
Link = Literal["logit", "probit"]


@dataclass(frozen=True)
class Solution:
    """Probabilities of a tree, each an array of the shape of the payoffs.

    log_actions   log-probability of each action at each node, by node
    log_outcomes  log-probability of each outcome, in the tree's order
    values        (player, node) -> the player's expected mean payoff there
    """

    log_actions: dict[str, list[Array]]
    log_outcomes: list[Array]
    values: dict[tuple[str, str], Array]


def check_error(tree: Tree, error: Error, link: Link) -> None:
    """Refuse a tree that cannot be solved under this kind of error. Raises ``TreeError``."""
    if error == "agent":
        return
    if link != "probit":
        raise TreeError(
            "private information has normal shocks: the link must be probit",
            "link",
            "use --link probit, or agent error with logit",
        )
    for _, way in tree.paths():
        movers = [node.player for node, _ in way if node.player != CHANCE]
        twice = next((player for player in movers if movers.count(player) > 1), None)
        if twice is not None:
            raise TreeError(
                f"player '{twice}' moves twice on a path: what its first move tells about its "
                "private payoffs then matters, and equilibria are fixed points that may be several",
                "nodes",
                "use agent error, or the signalling game",
            )
    for node in tree.nodes:
        if node.player != CHANCE:
            _check_shocks(tree, node)


def _check_shocks(tree: Tree, node: Node) -> None:
    shocks = {p.outcome for p in tree.payoffs if p.player == node.player and p.shock}
    reached = [tree.below[target] for _, target in node.actions]
    touched = [bool(outcomes & shocks) for outcomes in reached]
    if len(reached) == 2 and any(touched):
        return
    apart = sum(map(len, reached)) == len(frozenset().union(*reached))
    if len(reached) == 2 or not all(touched) or not apart:
        raise TreeError(
            f"at node '{node.name}' private information leaves a choice without a shock of its own",
            f"nodes.{node.name}",
            "with three actions or more, each must lead to outcomes of its own that carry a shock",
        )


def solve(
    tree: Tree,
    payoffs: Mapping[tuple[str, str], Array],
    *,
    error: Error,
    link: Link,
    scales: Sequence[Array] | None = None,
) -> Solution:
    """Solve a tree for a batch of payoffs at once.

    payoffs  (player, outcome) -> array of any one shape (or broadcastable); all the tree declares
    scales   σ of each player, arrays likewise; ones if None
    Raises   ``TreeError`` where the tree cannot be solved under this kind of error
    """
    check_error(tree, error, link)
    one = jnp.asarray(1.0)
    sigma = dict(zip(tree.players, scales or [one] * len(tree.players), strict=True))
    shocks = {(p.player, p.outcome) for p in tree.payoffs if p.shock}
    reach: dict[str, dict[str, Array]] = {o: {o: one} for o in tree.outcomes}
    logs: dict[str, dict[str, list[Array]]] = {o: {o: [jnp.asarray(0.0)]} for o in tree.outcomes}
    log_actions: dict[str, list[Array]] = {}
    values: dict[tuple[str, str], Array] = {}
    for node in tree.order:
        below = [reach[target] for _, target in node.actions]
        if node.player == CHANCE:
            chosen = [jnp.asarray(np.log(odds)) for odds in node.odds]
        else:
            owned = {o: payoffs[node.player, o] for o in tree.below[node.name]}
            worth = [_mean(ways, owned) for ways in below]
            carried = {o for owner, o in shocks if owner == node.player}
            chosen = _choose(worth, below, carried, sigma[node.player], error, link)
        log_actions[node.name] = chosen
        odds = [jnp.exp(one) for one in chosen]
        reach[node.name] = {}
        logs[node.name] = {}
        for (_, target), log, p in zip(node.actions, chosen, odds, strict=True):
            for outcome, share in reach[target].items():
                before = reach[node.name].get(outcome, 0.0)
                reach[node.name][outcome] = before + p * share
            for outcome, further in logs[target].items():
                logs[node.name].setdefault(outcome, []).extend(log + way for way in further)
        for player in tree.players:
            known = {o for owner, o in payoffs if owner == player}
            if tree.below[node.name] <= known:
                owned = {o: payoffs[player, o] for o in tree.below[node.name]}
                values[player, node.name] = _mean(reach[node.name], owned)
    ways = logs[tree.root.name]
    return Solution(log_actions, [_joined(ways[o]) for o in tree.outcomes], values)


def _mean(ways: Mapping[str, Array], owned: Mapping[str, Array]) -> Array:
    total = jnp.asarray(0.0)
    for outcome, share in ways.items():
        total = total + share * owned[outcome]
    return total


def _joined(ways: list[Array]) -> Array:
    """Log of the sum over paths to one outcome; most outcomes have one path."""
    if len(ways) == 1:
        return ways[0]
    return jax.scipy.special.logsumexp(jnp.stack(jnp.broadcast_arrays(*ways)), axis=0)


def _choose(
    worth: list[Array],
    below: list[dict[str, Array]],
    carried: set[str],
    sigma: Array,
    error: Error,
    link: Link,
) -> list[Array]:
    """Log-probabilities of the actions of one node."""
    if error == "agent":
        if link == "logit":
            return log_logit(worth, sigma * np.sqrt(2.0))
        if len(worth) == 2:
            return log_binary(worth[1] - worth[0], sigma * np.sqrt(2.0))
        return log_normal(worth, [sigma] * len(worth))
    if len(worth) == 2:
        spread = jnp.asarray(0.0)
        for outcome in sorted((below[0].keys() | below[1].keys()) & carried):
            share = below[1].get(outcome, 0.0) - below[0].get(outcome, 0.0)
            spread = spread + share**2
        return log_binary(worth[1] - worth[0], sigma * jnp.sqrt(spread))
    spreads = [
        sigma * jnp.sqrt(sum((s**2 for o, s in ways.items() if o in carried), jnp.asarray(0.0)))
        for ways in below
    ]
    return log_normal(worth, spreads)
