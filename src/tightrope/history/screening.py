"""What must be refused before a fit: regressors that repeat one another, and separation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tightrope.game.trees import Tree
from tightrope.game.trees.identification import ambiguities
from tightrope.game.trees.jets import routes
from tightrope.history.codes import COLLINEAR, SEPARATION, UNIDENTIFIED, refuse
from tightrope.history.formula import Part
from tightrope.history.likelihood import Likelihood
from tightrope.history.treelik import slopes
from tightrope.treaty.errors import InputError, raise_all

Floats = NDArray[np.float64]
_RANK = 1e-9
_NULL = 1e-11
_FEW = 2_000
_MEND = (
    "leave the variable out, join its levels, try more starts (--starts), "
    "or fit with --penalty log-f"
)


def screen(tree: Tree, parts: Sequence[Part]) -> None:
    """Refuse a specification that cannot be estimated, naming the variable and the remedy.

    Errors     InputError, or several together
    """
    raise_all([*repeated(tree, parts), *unidentified(tree, parts)])


def repeated(tree: Tree, parts: Sequence[Part]) -> Iterator[InputError]:
    """One complaint for each part whose columns are linear combinations of one another."""
    for payoff, part in zip(tree.free, parts, strict=False):
        extra = dependent(part)
        if extra:
            rest = sources(part, extra)
            yield refuse(
                f"in {tree.symbol(payoff)}, {_listed(extra)} can be computed from "
                f"{_listed(rest) if rest else 'nothing: it is always zero'}",
                COLLINEAR,
                field="--formula",
                remedy=f"leave {_listed(extra)} out of that part",
            )


def dependent(part: Part) -> tuple[str, ...]:
    """Columns that are combinations of those before them."""
    largest = np.abs(part.matrix).max(axis=0, initial=0.0)
    scaled = part.matrix / np.where(largest > 0.0, largest, 1.0)  # or squares leave the range
    sizes = np.linalg.norm(scaled, axis=0)
    extra = []
    basis = np.zeros((len(part.matrix), 0))
    for name, column, size in zip(part.names, scaled.T, sizes, strict=True):
        left = column / size if size > 0.0 else column
        for _ in range(2):
            left = left - basis @ (basis.T @ left)
        length = np.linalg.norm(left)
        if length < _RANK:
            extra.append(name)
        else:
            basis = np.column_stack([basis, left / length])
    return tuple(extra)


def sources(part: Part, extra: Sequence[str]) -> tuple[str, ...]:
    """Columns that the superfluous ones are combinations of."""
    kept = [j for j, name in enumerate(part.names) if name not in extra]
    largest = np.abs(part.matrix).max(axis=0, initial=0.0)
    scaled = part.matrix / np.where(largest > 0.0, largest, 1.0)
    left = [j for j, name in enumerate(part.names) if name in extra]
    shares = np.linalg.lstsq(scaled[:, kept], scaled[:, left], rcond=None)[0]
    needed = (np.abs(shares) > 1e-6).any(axis=1)
    return tuple(part.names[j] for j, need in zip(kept, needed, strict=True) if need)


def unidentified(tree: Tree, parts: Sequence[Part]) -> Iterator[InputError]:
    """One complaint for each regressor that stands in every payoff of a tied group."""
    count = len(tree.free)
    names = [part.names for part in parts[:count]]
    for one in ambiguities(tree, names, [part.matrix for part in parts[:count]]):
        symbols = [tree.symbol(payoff) for payoff in one.payoffs]
        yield refuse(
            f"{_listed(one.variables)} stands in each of {_listed(symbols)}: adding the same to "
            f"all of them changes no choice of player {one.payoffs[0].player}, so no data can tell "
            "the coefficients apart",
            UNIDENTIFIED,
            field="--formula",
            remedy="leave it out of one of these utilities (-1 for the constant), "
            "or fix one of them with 0",
        )
    for part in parts[count:]:
        fixed = any(payoff.value for payoff in tree.payoffs)
        if "(Intercept)" in part.names and not fixed:
            yield refuse(
                "the scale of the errors has a constant, and so has every utility: multiplying "
                "all of them by the same changes no choice",
                UNIDENTIFIED,
                field="--scale",
                remedy="write -1 in the scale's formula",
            )


def indistinct(likelihood: Likelihood) -> Iterator[InputError]:
    """One complaint if some coefficients of a tree can move without any probability changing.

    The derivatives of the outcomes' log-probabilities have full column rank at nearly every point
    if the model is identified (Rothenberg 1971). They are looked at in two, drawn with a seed: a
    player whose every utility is fixed, say, leaves others constants that only count together.
    """
    rows = np.flatnonzero(np.asarray(likelihood.weights) > 0.0)
    points = np.random.default_rng(0).normal(size=(2, len(likelihood.names)))
    for point in points * 0.5 * np.asarray(likelihood.scales):
        some = rows[:: -(-len(rows) // _FEW)]
        null = _null(likelihood, point, some)
        if len(null) and len(some) < len(rows):
            null = _null(likelihood, point, rows)
        if not len(null):
            return
    moving = np.linalg.norm(null, axis=0) > 1e-4
    names = [name for name, moves in zip(likelihood.names, moving, strict=True) if moves]
    alone, count = len(names) == 1, "one" if len(null) == 1 else len(null)
    yield refuse(
        f"{_listed(names)} can move{'' if alone else ' together'} without any probability "
        f"changing, so no data can tell {'it' if alone else 'them apart'}",
        UNIDENTIFIED,
        field="--formula",
        remedy=f"fix {'it' if alone else f'{count} of them'} at zero: write 0 in place of a "
        "constant alone, -1 beside regressors to take the constant away, or leave a regressor out",
    )


def _null(likelihood: Likelihood, theta: Floats, rows: NDArray[np.int64]) -> Floats:
    """Directions (d, k), in columns of length one, along which no probability of the rows moves."""
    triangles = []
    for slope in slopes(likelihood, theta, rows):
        triangles.append(np.linalg.qr(slope[np.isfinite(slope).all(axis=1)], mode="r"))
    whole = np.vstack(triangles)
    size = np.linalg.norm(whole, axis=0)
    _, values, directions = np.linalg.svd(whole / np.where(size > 0.0, size, 1.0))
    return np.asarray(directions[values < _NULL * values.max(initial=0.0)])


def separated(
    tree: Tree, parts: Sequence[Part], outcome: NDArray[np.int64]
) -> Iterator[InputError]:
    """One complaint for each last node whose choices some regressors foretell without error.

    outcome    (n,) index of the outcome seen in each row

    To be asked only where a climb found no maximum: those who move earlier foresee the choice, so
    what they did can hold a coefficient finite that the last move alone would send to infinity.
    """
    for said in _foretold(tree, parts, outcome, last=True):
        yield refuse(f"separation: {said}", SEPARATION, field="--formula", remedy=_MEND)


def separated_above(tree: Tree, parts: Sequence[Part], outcome: NDArray[np.int64]) -> Iterator[str]:
    """One note for each node further up whose choices some regressors foretell without error."""
    for said in _foretold(tree, parts, outcome, last=False):
        yield f"No maximum was found. Separation: {said}. {_MEND[0].upper()}{_MEND[1:]}."


def _foretold(
    tree: Tree, parts: Sequence[Part], outcome: NDArray[np.int64], *, last: bool
) -> Iterator[str]:
    """Words on the regressors that foretell choices, at nodes that only outcomes follow or others.

    A choice is a binary response to differences of its player's payoffs. Those of the outcomes that
    follow at once have no finite best coefficients if a combination of the columns is never below
    zero where right was taken and never above where left was (Albert & Anderson 1984), which is a
    linear programme (Konis 2007).
    """
    places = {(p.player, p.outcome): j for j, p in enumerate(tree.free)}
    sides = routes(tree)
    for node in tree.nodes:
        targets = [target for _, target in node.actions]
        if len(targets) != 2 or (set(targets) <= set(tree.outcomes)) != last:
            continue
        side = sides[node.name][outcome]
        here = side != 0.0
        columns, names = [], []
        for sign, target in zip((-1.0, 1.0), targets, strict=True):
            j = places.get((node.player, target))
            if j is not None and parts[j].names:
                columns.append(sign * parts[j].matrix[here])
                names += list(parts[j].names)
        guilty = _separating(np.hstack(columns) * side[here, None], names) if columns else ()
        if guilty:
            taken = [label for label, _ in node.actions]
            yield (
                f"{_listed(guilty)} foretell{'s' if len(guilty) == 1 else ''} without error "
                f"whether player {node.player} chooses '{taken[0]}' or '{taken[1]}'"
                f"{f' ({targets[0]} or {targets[1]})' if last else ''}, "
                "so no finite coefficient was found"
            )


def _separating(signed: Floats, names: Sequence[str]) -> tuple[str, ...]:
    """Columns with weight in a direction b with `signed @ b >= 0` everywhere and > 0 somewhere."""
    size = np.maximum(np.abs(signed).max(axis=0, initial=0.0), 1e-300)
    scaled = signed / size
    if len(scaled) > _FEW:
        # what separates all rows separates some of them, unless these say nothing about it
        some = scaled[:: -(-len(scaled) // _FEW)]
        if np.linalg.matrix_rank(some) == some.shape[1] and not _direction(some, names):
            return ()
    guilty = _direction(scaled, names)
    return _needed(scaled, names, guilty) if len(guilty) > 1 else guilty


def _needed(scaled: Floats, names: Sequence[str], guilty: Sequence[str]) -> tuple[str, ...]:
    """The guilty columns without which nothing separates: a direction may carry others along."""
    own = {"(Intercept)", *guilty}
    for name in guilty:
        fewer = [j for j, other in enumerate(names) if other in own - {name}]
        if _direction(scaled[:, fewer], [names[j] for j in fewer]):
            own -= {name}
    return tuple(name for name in guilty if name in own)


def _direction(scaled: Floats, names: Sequence[str]) -> tuple[str, ...]:
    """The linear programme itself."""
    from scipy.optimize import linprog

    rows = np.unique(scaled, axis=0)
    found = linprog(
        -rows.sum(axis=0),
        A_ub=-rows,
        b_ub=np.zeros(len(rows)),
        bounds=[(-1.0, 1.0)] * rows.shape[1],
        method="highs",
    )
    if found.x is None or found.fun is None or -found.fun < 1e-7 * max(1, len(rows)):
        return ()
    heavy = np.abs(found.x) > 1e-6
    told = [n for n, h in zip(names, heavy, strict=True) if h and n != "(Intercept)"]
    return tuple(told) or ("(Intercept)",)


def _listed(words: Sequence[str]) -> str:
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" and {quoted[-1]}"
