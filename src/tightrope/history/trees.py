"""Fitting a tree: from a request to its likelihood, checked, and on to the fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import get_args

import jax.numpy as jnp
import numpy as np
import pandas as pd

from tightrope.game.trees import READY_MADE, Error, Link, Tree, TreeError, check_error
from tightrope.game.trees.drawing import action_probabilities
from tightrope.history.catalogue import GAMES, Request
from tightrope.history.codes import FORMULA, GAME, ROWS, SETTING, many, refuse
from tightrope.history.estimate import estimate, weights_of
from tightrope.history.formula import Design, Formula, Part, design, read_formula
from tightrope.history.likelihood import Likelihood
from tightrope.history.outcomes import counted, order_of_words, reached, read_outcomes
from tightrope.history.penalty import PENALTIES, LogF
from tightrope.history.results import Fit
from tightrope.history.screening import indistinct, screen, separated, separated_above
from tightrope.history.treelik import (
    Scaled,
    backward_start,
    exact,
    functions,
    tree_program,
)
from tightrope.treaty.errors import raise_all


def fit_tree(request: Request) -> Fit:
    """Fit a ready-made tree. Errors: InputError."""
    return fit_declared(READY_MADE[request.game], request, named=False)


def fit_declared(tree: Tree, request: Request, *, named: bool = True) -> Fit:
    """Fit a tree; `named` if its own outcome names are those of the data. Errors: InputError."""
    likelihood, worked, count = build(tree, request, named=named)
    penalty = None
    if request.penalty is not None:
        if request.penalty not in PENALTIES:
            raise refuse(
                f"'{request.penalty}' is not a penalty",
                SETTING,
                field="--penalty",
                allowed=PENALTIES,
                word=request.penalty,
            )
        penalty = LogF(np.concatenate([_spread(part) for part in worked.parts]))
    raise_all([*indistinct(likelihood)])
    link, error = choices(request)
    found = estimate(
        likelihood,
        request,
        design=worked,
        table=worked.table,
        penalty=penalty,
        penalties=PENALTIES,
        settings={"link": link, "error": error},
        terms=tuple(" + ".join(part.names) or "0" for part in worked.parts[:count]),
    )
    tree = tree.renamed(likelihood.outcomes)
    if not found.converged and penalty is None:
        found = _explained(found, tree, worked)
    if not named:
        found = replace(found, notes=(*order_of_words(tree, worked.response()), *found.notes))
    return replace(found, code=partial(_coded, worked, likelihood), tree=tree)


def _explained(found: Fit, tree: Tree, worked: Design) -> Fit:
    """A fit without a maximum, with notes that name what foretells a move further up.

    Errors: InputError where something foretells a last move
    """
    shown = np.asarray(found.likelihood.weights) > 0.0
    parts = [replace(part, matrix=part.matrix[shown]) for part in worked.parts]
    outcome = np.asarray(found.likelihood.data[1])[shown]
    raise_all([*separated(tree, parts, outcome)])
    return replace(found, notes=(*separated_above(tree, parts, outcome),) or found.notes)


def _coded(worked: Design, likelihood: Likelihood, table: pd.DataFrame) -> Likelihood:
    """Other rows as a likelihood to predict with; their outcomes are set to the first."""
    matrices = zip(worked.parts, worked.at(table), strict=True)
    regressors = tuple(jnp.asarray(matrix) for part, matrix in matrices if part.names)
    return likelihood.on((regressors, jnp.zeros(len(table), int)), len(table))


def build(tree: Tree, request: Request, *, named: bool) -> tuple[Likelihood, Design, int]:
    """The likelihood of a tree on a table, its design, and how many of its parts are utilities.

    Errors: InputError for whatever cannot be estimated, before any estimation.
    """
    link, error = choices(request)
    try:
        check_error(tree, error, link)
    except TreeError as fault:
        raise refuse(fault.what, GAME, field="--error", remedy=fault.remedy) from fault
    formula, scaled = _formula(tree, request)
    count = len(tree.free)
    extra = [column for column in (request.weights, request.cluster) if column is not None]
    worked = design(formula, reached(tree, formula.response, request.table), extra)
    weights = weights_of(request, worked.table)
    weighed = None if request.weights is None else weights
    tree, outcome = read_outcomes(tree, worked.response(), named=named, weights=weighed)
    counted_rows = slice(None) if weighed is None else weights > 0.0
    screen(tree, [replace(part, matrix=part.matrix[counted_rows]) for part in worked.parts])
    names, equations = _names(tree, worked.parts, link, scaled)
    if len(names) > worked.size:
        raise refuse(
            f"{many(worked.size, 'row')} cannot tell {len(names)} parameters apart",
            ROWS,
            remedy="leave regressors out, or give more rows",
        )
    widths = tuple(len(part.names) for part in worked.parts)
    program = tree_program(tree, link, error, widths, scaled)
    log_rows, log_probabilities = functions(program)
    matrices = tuple(jnp.asarray(part.matrix) for part in worked.parts if part.names)
    data = (matrices, jnp.asarray(outcome))
    likelihood = Likelihood(
        game=tree.name,
        names=names,
        outcomes=tree.outcomes,
        data=data,
        weights=jnp.asarray(weights),
        log_rows=log_rows,
        log_probabilities=log_probabilities,
        start=jnp.zeros(len(names)),
        scales=jnp.asarray(np.concatenate([_scale(part) for part in worked.parts])),
        exact=exact(program, data),
        equations=equations,
        counts=counted(tree.outcomes, outcome, weights),
    )
    return replace(likelihood, start=jnp.asarray(backward_start(likelihood))), worked, count


def estimated(fit: Fit) -> tuple[Tree, dict[str, list[float]]]:
    """The tree of a fit, and the mean estimated probability of each action, to be drawn.

    At a node: the share of what is expected below it that is expected below the action, over all
    rows with their weights. Errors: InputError for a game that is no tree.
    """
    tree = fit.tree
    if tree is None:
        raise refuse(
            f"{fit.game} is no tree, so it cannot be drawn as one",
            GAME,
            remedy="draw a fit of a tree: egame12, egame122, egame123, or one of your own",
        )
    weights = np.asarray(fit.likelihood.weights)
    rows = np.asarray(fit.likelihood.probabilities(jnp.asarray(fit.theta)))
    mean = weights @ rows / weights.sum()
    chances = dict(zip(tree.outcomes, map(float, mean), strict=True))
    return tree, action_probabilities(tree, chances)


def choices(request: Request) -> tuple[Link, Error]:
    """Link and error asked for; probit and agent error if none. Errors: InputError."""
    link, error = request.link or "probit", request.error or "agent"
    for value, allowed, field in (
        (link, get_args(Link), "--link"),
        (error, get_args(Error), "--error"),
    ):
        if value not in allowed:
            raise refuse(
                f"'{value}' is not one of the choices", SETTING, field=field, allowed=allowed
            )
    if request.settings:
        word = next(iter(request.settings))
        raise refuse(f"a tree has no setting '{word}'", SETTING, field="--setting")
    return ("logit" if link == "logit" else "probit"), (
        "private" if error == "private" else "agent"
    )


def _formula(tree: Tree, request: Request) -> tuple[Formula, Scaled]:
    """The formula with the parts of the scales behind those of the utilities.

    It gives a part for each utility that has no terms in its tree, or one for every utility.
    """
    entry = GAMES.get(request.game)
    symbols = (
        [symbol for symbol, _ in entry.parts]
        if entry is not None
        else [tree.symbol(payoff) for payoff in tree.free]
    )
    own = [payoff.terms for payoff in tree.free]
    found = read_formula(request.formula)
    if len(found.parts) == own.count(None) < len(own):
        given = iter(found.parts)
        parts = tuple(next(given) if terms is None else terms for terms in own)
        text = f"{found.text.partition('~')[0].strip()} ~ {' | '.join(parts)}"
        found = Formula(text, found.response, parts)
    else:
        found = read_formula(request.formula, len(symbols), symbols)
    if request.scale is None:
        return found, ""
    scales = read_formula(f"scale ~ {request.scale.strip().removeprefix('~')}").parts
    players = len(tree.players)
    if len(scales) not in (1, players):
        raise refuse(
            f"the scale has {many(len(scales), 'part')}",
            FORMULA,
            field="--scale",
            remedy=f"give one part for all players, or {players} parted by '|', one for each",
        )
    text = f"{found.text}; scale ~ {' | '.join(scales)}"
    both = Formula(text, found.response, (*found.parts, *scales))
    return both, "common" if len(scales) == 1 else "player"


def _names(
    tree: Tree, parts: Sequence[Part], link: Link, scaled: Scaled
) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Names of the parameters, R's: an equation of a constant alone gives its own name."""
    labels = [tree.symbol(payoff) for payoff in tree.free]
    base = "log(lambda" if link == "logit" else "log(sigma"
    if scaled == "common":
        labels.append(f"{base})")
    elif scaled == "player":
        labels += [f"{base}{i + 1})" for i in range(len(tree.players))]
    names: list[str] = []
    equations = []
    for label, part in zip(labels, parts, strict=True):
        if part.names == ("(Intercept)",):
            own: tuple[str, ...] = (label,)
        else:
            own = tuple(f"{label}:{name}" for name in part.names)
        names += own
        equations.append((label, own))
    return tuple(names), tuple(equations)


def _scale(part: Part) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """One over the root mean square of each column."""
    size = np.sqrt(np.mean(part.matrix**2, axis=0))
    return np.asarray(1.0 / np.where(size > 0.0, size, 1.0))


def _spread(part: Part) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Standard deviation of each column, 0 for a constant."""
    return np.asarray(part.matrix.std(axis=0))
