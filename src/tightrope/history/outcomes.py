"""Which outcome of a tree each row of data shows, and what the outcomes are called.

One column: its values, in order, are the outcomes from left to right (levels of a factor in their
order, numbers and words sorted), as in R; in a declared tree they must be the outcomes' names.
Several columns: indicators of moves, one for each depth of the tree (0 left, 1 right), or one for
each node; they name the outcomes as R does: `~esc`, `esc,~war`, `esc,war`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tightrope.game.trees import Tree
from tightrope.history.codes import OUTCOME, many, refuse
from tightrope.history.formula_words import level_name

Index = NDArray[np.int64]


def read_outcomes(
    tree: Tree, response: pd.DataFrame, *, named: bool, weights: Any = None
) -> tuple[Tree, Index]:
    """The tree with its outcomes named as in the data, and the outcome (n,) of each row.

    named    whether the tree's own names are those of the data (declared trees)
    weights  (n,) of the rows: one of weight zero shows nothing
    Errors   InputError for values that are no outcome, or outcomes that no row shows
    """
    if response.shape[1] == 1:
        column = response.iloc[:, 0]
        found = _by_name(tree, column) if named else _by_order(tree, column)
    else:
        found = _by_moves(tree, response, named)
    counts = None if weights is None else np.asarray(weights, dtype=float) > 0.0
    seen = np.bincount(found[1], weights=counts, minlength=len(tree.outcomes))
    for label, count in zip(found[0].outcomes, seen, strict=True):
        if count == 0:
            raise refuse(
                f"no row of the rows kept shows the outcome '{label}'"
                + (" with a weight above zero" if weights is not None else ""),
                OUTCOME,
                remedy="without it the utilities there cannot be estimated: use a smaller game, "
                "or data where it happens",
            )
    return found


def order_of_words(tree: Tree, response: pd.DataFrame) -> tuple[str, ...]:
    """A note that words without an order of their own, as in a CSV file, were sorted; or none.

    tree  with its outcomes named as in the data
    """
    column = response.iloc[:, 0]
    words = column.map(lambda value: isinstance(value, str)).all()
    if response.shape[1] > 1 or isinstance(column.dtype, pd.CategoricalDtype) or not words:
        return ()
    return (
        f"'{column.name}' holds words, which were sorted to be the outcomes from left to right: "
        f"{', '.join(tree.outcomes)}. If the game has them in another order, number them (1, 2, …) "
        "or make the column a pandas Categorical with its levels in that order.",
    )


def reached(tree: Tree, columns: Sequence[str], table: pd.DataFrame) -> pd.DataFrame:
    """The table with 0 in place of a missing indicator of a move that was never reached.

    Otherwise every game that ended early would be dropped as having a missing value. A missing
    value of a move that was reached stays missing.
    """
    ways = _ways(tree, len(columns))
    if len(columns) < 2 or not ways:
        return table
    if not table.columns.is_unique or not set(columns) <= set(table.columns):
        return table  # which `design` refuses
    known = list(columns)
    if not table[known].isna().any(axis=None):
        return table
    given = table[known].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    ended = np.zeros(given.shape, dtype=bool)
    for way in ways.values():
        off = [j for j in range(given.shape[1]) if j not in way]
        ended[np.ix_(_taken(given, way), np.array(off, dtype=int))] = True
    filled = {}
    for j, name in enumerate(known):
        column = table[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(object)  # its levels need not hold a 0
        filled[name] = column.mask(ended[:, j] & column.isna().to_numpy(), 0)
    return table.assign(**filled)


def _ways(tree: Tree, columns: int) -> dict[str, dict[int, int]]:
    """Each outcome's way: column of an indicator → action; nothing where columns do not fit."""
    paths = {outcome: way for outcome, way in tree.paths()}
    by_depth = columns == max(len(way) for way in paths.values())
    if not (by_depth or columns == len(tree.nodes)):
        return {}
    order = {node.name: j for j, node in enumerate(tree.nodes)}
    return {
        outcome: {
            step if by_depth else order[node.name]: action
            for step, (node, action) in enumerate(paths[outcome])
        }
        for outcome in tree.outcomes
    }


def _taken(indicators: NDArray[np.float64], way: dict[int, int]) -> NDArray[np.bool_]:
    """Whether each row's indicators show a way to its end."""
    shown: NDArray[np.bool_] = (indicators[:, list(way)] == list(way.values())).all(axis=1)
    return shown


def _by_order(tree: Tree, column: pd.Series[Any]) -> tuple[Tree, Index]:
    """Values in their order are the outcomes from left to right."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        labels = [str(level) for level in column.cat.categories]
        codes = column.cat.codes.to_numpy()
    else:
        levels, codes = np.unique(column.to_numpy(), return_inverse=True)
        labels = [level_name(level) for level in levels]
    needed = len(tree.outcomes)
    if len(labels) != needed:
        shown = ", ".join(labels[:8]) + (", …" if len(labels) > 8 else "")
        raise refuse(
            f"'{column.name}' has {many(len(labels), 'value')} ({shown}), and {tree.name} has "
            f"{needed} outcomes",
            OUTCOME,
            remedy=f"give a column with {needed} values, ordered as the outcomes are, "
            "or indicators of the moves",
        )
    return tree.renamed(tuple(labels)), np.asarray(codes, dtype=np.int64)


def _by_name(tree: Tree, column: pd.Series[Any]) -> tuple[Tree, Index]:
    """Values are the names of the outcomes."""
    place = {name: j for j, name in enumerate(tree.outcomes)}
    words = [level_name(value) for value in column]
    strange = sorted(set(words) - place.keys())
    if strange:
        raise refuse(
            f"'{strange[0]}' in column '{column.name}' is not an outcome of {tree.name}",
            OUTCOME,
            allowed=tree.outcomes,
            word=strange[0],
        )
    return tree, np.array([place[word] for word in words], dtype=np.int64)


def _by_moves(tree: Tree, response: pd.DataFrame, named: bool) -> tuple[Tree, Index]:
    """Columns are indicators of the moves, by depth or by node."""
    columns = [str(name) for name in response.columns]
    ways = _ways(tree, len(columns))
    binary = all(len(node.actions) == 2 for node in tree.nodes)
    if not binary or not ways:
        depth = max(len(way) for _, way in tree.paths())
        raise refuse(
            f"{len(columns)} columns of moves do not fit {tree.name}",
            OUTCOME,
            remedy=f"give one column of outcomes, or {depth} indicators, one for each move in turn"
            if binary
            else "give one column of outcomes",
        )
    values = _indicators(response)
    by_depth = len(columns) == max(map(len, ways.values()))
    index = np.full(len(values), -1, dtype=np.int64)
    labels = []
    for number, way in enumerate(ways.values()):
        index[_taken(values, way)] = number
        words = [("" if action else "~") + columns[place] for place, action in way.items()]
        labels.append(",".join(words) if by_depth else words[-1])
    return (tree if named else tree.renamed(tuple(labels))), index


def _indicators(response: pd.DataFrame) -> NDArray[np.float64]:
    for name, column in response.items():
        strange = [v for v in column.unique() if v not in (0, 1, True, False)]
        if strange:
            raise refuse(
                f"the indicator '{name}' has the value {strange[0]}"
                + (", which is text" if isinstance(strange[0], str) else ""),
                OUTCOME,
                allowed=("0", "1"),
                remedy="give numbers: 1 where the move was made, 0 where it was not or never came",
            )
    return response.to_numpy(dtype=float)


def counted(labels: Sequence[str], index: Index, weights: Any) -> tuple[tuple[str, float], ...]:
    """Weighted number of rows that show each outcome."""
    sums = np.bincount(index, weights=np.asarray(weights), minlength=len(labels))
    return tuple(zip(labels, map(float, sums), strict=True))
