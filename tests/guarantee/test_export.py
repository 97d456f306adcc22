"""The crisis that is exported, solved by Gambit, against the kernel that the model uses."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from tightrope.case import load_case
from tightrope.game import ACTIONS, respond
from tightrope.guarantee import export, export_efg


@pytest.mark.usefixtures("gambit")
@pytest.mark.parametrize(
    ("option", "third"),
    [("nato-membership", "PL"), ("budapest-1994", "PL"), ("nato-membership", "IS")],
)
def test_gambit_solves_the_export_as_the_kernel_does(
    option: str, third: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At λ = 1 each guarantor's choice in the exported file is the kernel's, level by level."""
    import pygambit

    games: list[tuple[Any, dict[str, Any]]] = []
    made = export.guarantor_payoffs

    def keep(game: Any, **statics: Any) -> np.ndarray:
        games.append((game, statics))
        return made(game, **statics)

    monkeypatch.setattr(export, "guarantor_payoffs", keep)
    text = export_efg(load_case("ukraine"), option, guarantors=["US", "GB", third])
    tree = pygambit.read_efg(io.StringIO(text))
    assert ("Iceland fight" in text) is False, "a state without armed forces does not fight"
    assert ("Iceland support" in text) is (third == "IS")
    (found,) = pygambit.qre.logit_solve_lambda(tree, 1.0)
    for number, (level, (game, statics)) in enumerate(zip(("limited", "full"), games, strict=True)):
        ours = np.asarray(respond(game, **statics).probability)[..., 0]
        for i, player in enumerate(list(tree.players)[2:]):
            mix = [mix for _, mix in found.profile[player]][number]
            for r in np.flatnonzero(np.asarray(game.menu)[i, :, 0]):
                played = float(mix[f"{level}: {player} {ACTIONS[r]}"])
                assert played == pytest.approx(ours[i, r], abs=1e-8)
