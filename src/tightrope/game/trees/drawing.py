"""Pictures of a tree: as text for the terminal, and as a chart for pages.

Probabilities are given by node, one for each action; without them the bare tree is drawn. The
width of a branch in the chart is the chance of going along it, and every branch bears its label and
its number, so that the picture can be read in grey.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tightrope.game.trees.tree import CHANCE, Tree

Probabilities = Mapping[str, Sequence[float]]
_WIDTH, _HEIGHT = 560, 120


def action_probabilities(tree: Tree, outcomes: Mapping[str, float]) -> dict[str, list[float]]:
    """Probability of each action from those of the outcomes: of what is below the node, the share
    below the action.

    Raises  ``ValueError`` where an outcome is reached by several paths, which shares cannot part
    """
    if sum(1 for _ in tree.paths()) != len(tree.outcomes):
        raise ValueError("An outcome is reached by several paths: give the actions' probabilities.")
    found = {}
    for node in tree.nodes:
        shares = [sum(outcomes[o] for o in tree.below[target]) for _, target in node.actions]
        whole = sum(shares)
        found[node.name] = [share / whole if whole > 0.0 else float("nan") for share in shares]
    return found


def text_tree(tree: Tree, probabilities: Probabilities | None = None) -> str:
    """The tree in lines, a branch each.

    1 first
    ├─ L 44% → ~esc
    └─ R 56%
       2 second
       …
    """
    lines: list[str] = []
    _branch(tree, tree.root.name, "", probabilities, lines)
    return "\n".join(lines)


def _branch(
    tree: Tree, place: str, indent: str, odds: Probabilities | None, lines: list[str]
) -> None:
    node = tree.where[place]
    lines.append(f"{indent}{node.player}: {node.name}")
    chances = _odds(tree, place, odds)
    for number, (label, target) in enumerate(node.actions):
        last = number == len(node.actions) - 1
        share = "" if chances is None else f" {100.0 * chances[number]:.0f}%"
        if target in tree.where:
            lines.append(f"{indent}{'└' if last else '├'}─ {label}{share}")
            _branch(tree, target, f"{indent}{'   ' if last else '│  '}", odds, lines)
        else:
            lines.append(f"{indent}{'└' if last else '├'}─ {label}{share} → {target}")


def _odds(tree: Tree, name: str, odds: Probabilities | None) -> Sequence[float] | None:
    node = tree.where[name]
    return node.odds if node.player == CHANCE else None if odds is None else odds[name]


def chart(tree: Tree, probabilities: Probabilities | None = None, title: str = "") -> Any:
    """The tree as an Altair chart, the root on top, outcomes from left to right at the bottom."""
    import altair as alt

    def table(rows: list[dict[str, Any]]) -> Any:
        return alt.InlineData(values=rows)

    spots, branches = _layout(tree, probabilities)
    scale = alt.Scale(domain=[-0.6, len(list(tree.paths())) - 0.4])
    deep = max(spot["depth"] for spot in spots)
    across = alt.X("x:Q", axis=None, scale=scale)
    depths = alt.Scale(domain=[deep + 0.35, -0.3])
    down = alt.Y("depth:Q", axis=None, scale=depths)
    lines = (
        alt.Chart(table(branches))
        .mark_rule(color="#555")
        .encode(
            x=across,
            y=down,
            x2="x2:Q",
            y2="depth2:Q",
            strokeWidth=alt.StrokeWidth(
                "share:Q", scale=alt.Scale(domain=[0, 1], range=[0.8, 9]), legend=None
            ),
        )
    )
    labels = (
        alt.Chart(table(branches))
        .mark_text(dx=9, align="left", fontSize=12, color="#111")
        .encode(
            x=alt.X("middle:Q", axis=None, scale=scale),
            y=alt.Y("half:Q", axis=None, scale=depths),
            text="label:N",
        )
    )
    points = alt.Chart(table(spots)).mark_point(filled=True, size=60, color="#111", opacity=1)
    movers = [spot for spot in spots if spot["kind"] == "choice"]
    ends = [spot for spot in spots if spot["kind"] == "outcome"]
    names = [
        alt.Chart(table(some))
        .mark_text(dy=offset, fontSize=12, color="#111")
        .encode(x=across, y=down, text="name:N")
        for some, offset in ((movers, -14), (ends, 16))
    ]
    return (
        lines
        + points.encode(x=across, y=down, shape=alt.Shape("kind:N", legend=None))
        + labels
        + names[0]
        + names[1]
    ).properties(
        width=max(_WIDTH, 120 * len(tree.outcomes)),
        height=_HEIGHT * (deep + 1),
        title=title or tree.title or tree.name,
    )


def _layout(
    tree: Tree, probabilities: Probabilities | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Places of nodes and outcomes, and the branches between them."""
    spots: list[dict[str, Any]] = []
    branches: list[dict[str, Any]] = []
    leaves = 0

    def place(name: str, depth: int) -> float:
        nonlocal leaves
        node = tree.where.get(name)
        if node is None:
            across = float(leaves)
            leaves += 1
            spots.append({"x": across, "depth": depth, "name": name, "kind": "outcome"})
            return across
        ends = [place(target, depth + 1) for _, target in node.actions]
        across = sum(ends) / len(ends)
        words = "chance" if node.player == CHANCE else f"player {node.player}"
        spots.append({"x": across, "depth": depth, "name": words, "kind": "choice"})
        odds = _odds(tree, name, probabilities)
        for number, ((label, _), end) in enumerate(zip(node.actions, ends, strict=True)):
            share = None if odds is None else float(odds[number])
            shown = label if share is None else f"{label} {100.0 * share:.0f}%"
            branches.append(
                {
                    "x": across,
                    "depth": depth,
                    "x2": end,
                    "depth2": depth + 1,
                    "middle": (across + end) / 2,
                    "half": depth + 0.5,
                    "share": 0.2 if share is None else share,
                    "label": shown,
                }
            )
        return across

    place(tree.root.name, 0)
    return spots, branches
