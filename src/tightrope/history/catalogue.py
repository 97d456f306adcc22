"""The games that can be fitted, by name: what their formulas' parts mean, and who fits them.

A game is one `Entry` in `GAMES`; the commands know nothing else. No numerical library is loaded by
this module: `builder` names the function that does the work, imported when it is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from tightrope.history.results import Fit


@dataclass(frozen=True)
class Setting:
    """A setting of a game: what it means, its default, and the values allowed (None: a number)."""

    meaning: str
    default: Any = None
    allowed: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Entry:
    """A game that can be fitted.

    title     one line
    parts     symbol and meaning of each part of the formula, in order
    response  how the outcome is given, left of `~`
    links     distribution of the errors, the first is the default
    errors    `agent`, `private`, the first is the default
    settings  further settings by name
    builder   `module:function` taking a `Request` and returning a `Fit`
    source    author and year
    """

    title: str
    parts: tuple[tuple[str, str], ...]
    response: str
    builder: str
    source: str
    links: tuple[str, ...] = ("probit", "logit")
    errors: tuple[str, ...] = ("agent", "private")
    settings: Mapping[str, Setting] = field(default_factory=dict)

    def fit(self, request: Request) -> Fit:
        """Run the game's own estimator."""
        module, _, name = self.builder.partition(":")
        function: Callable[[Request], Fit] = getattr(import_module(module), name)
        return function(request)


@dataclass(frozen=True)
class Request:
    """What is asked of a game: the words of `tightrope fit`, or of `fit` in Python.

    game       name in `GAMES`, or the path of a YAML file that declares a tree
    formula    its text
    table      rows of data
    link, error, vcov, cluster, weights, scale, penalty   None for the game's default
    bootstrap  replicates, 0 for none
    starts     random starts beside the game's own
    settings   further settings by name, as text or numbers
    start      where the first climb begins, one number for each parameter; None for the game's own
    report     called with (stage, done, total) while working
    """

    game: str
    formula: str
    table: pd.DataFrame
    link: str | None = None
    error: str | None = None
    vcov: str = "hessian"
    cluster: str | None = None
    weights: str | None = None
    scale: str | None = None
    penalty: str | None = None
    bootstrap: int = 0
    starts: int = 0
    seed: int = 0
    start: Sequence[float] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    data: str = ""
    resume: str | None = None
    report: Callable[[str, int, int], None] | None = None


_TREE = "tightrope.history.trees:fit_tree"
_NAMED = "one column with a value for each outcome, in their order"

GAMES: dict[str, Entry] = {
    "egame12": Entry(
        title="two players, three outcomes: 1 ends the game or hands it to 2, who chooses",
        parts=(
            ("u11", "player 1's utility if it ends the game (status quo)"),
            ("u13", "player 1's utility if player 2 gives in"),
            ("u14", "player 1's utility if player 2 resists"),
            ("u24", "player 2's utility if it resists (giving in is 0)"),
        ),
        response=f"{_NAMED}, or two indicators: player 1 moves + player 2 resists",
        builder=_TREE,
        source="Signorino 2003; R package games, egame12",
    ),
    "egame122": Entry(
        title="two players, four outcomes: 1 chooses left or right, then 2 does",
        parts=(
            ("u11", "player 1's utility of left, left"),
            ("u12", "player 1's utility of left, right"),
            ("u13", "player 1's utility of right, left"),
            ("u14", "player 1's utility of right, right"),
            ("u22", "player 2's utility of left, right (left, left is 0)"),
            ("u24", "player 2's utility of right, right (right, left is 0)"),
        ),
        response=f"{_NAMED}, or two indicators: player 1 goes right + player 2 goes right",
        builder=_TREE,
        source="Signorino 2003; R package games, egame122",
    ),
    "egame123": Entry(
        title="three players, four outcomes: each ends the game or hands it on, 3 chooses last",
        parts=(
            ("u11", "player 1's utility if it ends the game"),
            ("u13", "player 1's utility if player 2 ends it"),
            ("u15", "player 1's utility if player 3 goes left"),
            ("u16", "player 1's utility if player 3 goes right"),
            ("u23", "player 2's utility if it ends the game"),
            ("u25", "player 2's utility if player 3 goes left"),
            ("u26", "player 2's utility if player 3 goes right"),
            ("u36", "player 3's utility of right (left is 0)"),
        ),
        response=f"{_NAMED}, or three indicators: 1 moves on + 2 moves on + 3 goes right",
        builder=_TREE,
        source="Signorino 2003; R package games, egame123",
    ),
    "ultimatum": Entry(
        title="statistical ultimatum game: 1 offers a share of a prize, 2 accepts or rejects",
        parts=(
            ("R1", "player 1's reservation value: what it gets if 2 rejects"),
            ("R2", "player 2's reservation value"),
        ),
        response="offer + accept (0 or 1); accept may be missing where outcome=offer",
        builder="tightrope.history.ultimatum:fit_ultimatum",
        source="Ramsay and Signorino 2009; R package games, ultimatum",
        links=("logit",),
        errors=("private",),
        settings={
            "max_offer": Setting("the largest offer that could be made (required)"),
            "s1": Setting("scale of player 1's shock, if it is fixed and not estimated"),
            "s2": Setting("scale of player 2's shock, if it is fixed and not estimated"),
            "outcome": Setting("what is explained", "both", ("both", "offer")),
        },
    ),
    "signalling": Entry(
        title="crisis signalling: A challenges, B resists, A stands firm or backs down",
        parts=(
            ("SA", "A's payoff from the status quo"),
            ("VA", "A's payoff if B concedes"),
            ("CB", "B's payoff if it concedes"),
            ("barWA", "A's mean payoff if it stands firm"),
            ("barWB", "B's mean payoff if A stands firm"),
            ("bara", "A's mean payoff if it backs down"),
            ("VB", "B's payoff if A backs down"),
        ),
        response="sq + cd + sf + bd: how often each outcome was seen in the game of the row",
        builder="tightrope.history.signalling:fit_signalling",
        source="Lewis and Schultz 2003; Crisman-Cox and Gibilisco 2021; R package sigInt",
        links=("probit",),
        errors=("private",),
        settings={
            "method": Setting(
                "npl nested pseudo-likelihood, pl pseudo-likelihood, ml maximum likelihood under "
                "the equilibrium constraint",
                "npl",
                ("npl", "pl", "ml"),
            ),
            "first_stage": Setting(
                "columns COL1,COL2 of Pr(B resists | challenge) and Pr(A stands firm | resisted); "
                "needed by pl, a start for npl and ml"
            ),
            "fixed_point": Setting(
                "derivative of the fixed point in npl's standard errors: sigint as that package "
                "has it (transposed), exact as it is",
                "sigint",
                ("sigint", "exact"),
            ),
        },
    ),
}
"""Games by name. A file that declares a tree is fitted by the builder of these."""
