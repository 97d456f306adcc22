"""A stage of the small case in which every provision that the model knows is used."""

from __future__ import annotations

import numpy as np

from tightrope.guarantee.stages import RULES, Stage


def harsh(stage: Stage) -> Stage:
    """The stage made to use everything: blocking, deadlines, withdrawal, forces, a tripwire."""
    n = len(stage.party)
    within = np.array(stage.within_days)
    within[0] = 3.0
    return stage._replace(
        bound=np.where(stage.party[:, None] > 0, 1.0, stage.bound),
        promised=np.array(stage.promised).clip(0.8, 1.0),
        cover=np.full((n, 3), 2),
        unnamed=np.eye(n)[:, :3],
        unverified=np.ones((n, 3)),
        through_block=np.where(np.arange(n)[:, None] == 1, 1.0, 0.0) * np.ones((n, 3)),
        procedure=np.full((n, 3), RULES.index("consultation")),
        within_days=within,
        report_days=np.array(4.0),
        ready=np.array([[0.0, 0, 0], [8.0, 10, 0], [2.0, 0, 1], [0, 0, 0]]),
        standby=np.array([[0.0, 20, 0], [0.0, 10, 2], [0, 0, 0], [0, 0, 0]]),
        tripwire=np.array([0.0, 5.0, 2.0, 0.0]),
        coordinated=np.array(1.0),
        intelligence=np.array(1.0),
        sanctioner=np.array([1.0, 1.0, 0.0, 0.0]),
        snapback=np.array(0.7),
        sanctions=np.array(0.4),
        troop_cap=np.array(400.0),
        withdrawal_months=np.array(6.0),
    )
