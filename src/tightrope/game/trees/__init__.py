"""Any finite crisis game in extensive form: declared, checked, solved, drawn and exchanged.

tree            the declaration: players, nodes, actions, outcomes, payoffs
readymade       the trees of the literature
choice          probability of each action at a node
equilibrium     probabilities of the whole tree, agent error and private information
identification  what no data could tell apart
"""

from tightrope.game.trees.equilibrium import Error, Link, Solution, check_error, solve
from tightrope.game.trees.readymade import EGAME12, EGAME122, EGAME123, READY_MADE
from tightrope.game.trees.tree import CHANCE, Node, Payoff, Tree, TreeError

__all__ = [
    "CHANCE",
    "EGAME12",
    "EGAME122",
    "EGAME123",
    "READY_MADE",
    "Error",
    "Link",
    "Node",
    "Payoff",
    "Solution",
    "Tree",
    "TreeError",
    "check_error",
    "solve",
]
