"""What each observer expects of a stage, mixed by loops from enumerated crises (design §3, §5)."""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy.typing import NDArray
from plain_crisis import Crisis, delay, in_place, omega

Floats = NDArray[np.float64]
#: Entries of a `StageTable` without a time axis, over (limited, full) or all levels.
Table = dict[str, Floats]


def can_bring(crisis: Crisis, i: int) -> bool:
    """Whether a state has anything to fight with."""
    there = crisis.stage.ready[i] + crisis.stage.standby[i]
    return bool(crisis.world["force"][i] > 0 or in_place(crisis.world, there) > 0)


def unmoved(crisis: Crisis, i: int) -> float:
    """Value of choosing to a state in the place of ``i`` that has no stake and no duty."""
    menu, lam = crisis.menu(i), crisis.precision
    rates = [0.0, crisis.at_level("base.support"), crisis.at_level("base.fight")]
    stay = 1.0 - sum(rates[r] for r in menu)
    mood = 0.0 if i in crisis.setting.helpers else crisis.number("unity_sd") * crisis.xi
    return log(1.0 + sum(rates[r] / stay for r in menu if r) * exp(lam * mood)) / lam


def one_cell(crisis: Crisis, acts: Floats) -> dict[str, float | Floats]:
    """Quantities of one contingency at given responses, before any mixing."""
    world, a, n = crisis.world, crisis.a, crisis.n
    friends = set(crisis.setting.helpers)
    shares = omega(world, crisis.stage, crisis.setting)
    odds = crisis.odds(acts)
    wins = float(odds @ crisis.wins)
    active = np.array([0.0 if i in friends else acts[i, 1] + acts[i, 2] for i in range(n)])
    able = [i not in friends and can_bring(crisis, i) for i in range(n)]
    calm = [1.0 - acts[i, 2] if able[i] else 1.0 for i in range(n)]
    safe = [1.0 - acts[i, 2] * crisis.escalates(i) if able[i] else 1.0 for i in range(n)]
    days = np.array([delay(world, crisis.stage, i, a) for i in range(n)])
    acting = float(shares @ active)
    bound = np.asarray(crisis.stage.bound)[:, a] * shares
    meets = [acts[i, 2] if crisis.stage.promised[i, a] >= 0.8 else active[i] for i in range(n)]
    value = crisis.respond(acts)[1]
    base = np.array([unmoved(crisis, i) for i in range(n)])
    found: dict[str, float | Floats] = {
        "respond": acts,
        "success": wins,
        "answered": acting,
        "gap": acting,
        "help_days": float((shares * active) @ days) / max(acting, 1e-12),
        "met": float(bound @ np.array(meets)),
        "owed": float(bound.sum()),
        "party_value": value[:, 0] - base,
        "outsider_value": value[:, 1] - base,
        "clash": 1.0 - float(np.prod(calm)),
        "escalate": 1.0 - float(np.prod(safe)),
    }
    if a == 0:
        return found
    war = {k: float(odds @ np.array([w[k] for w in crisis.wars])) for k in crisis.wars[0]}
    today = crisis.number("line.held")
    size = crisis.number("war_cost.limited_ratio") if a == 1 else 1.0
    concession = crisis.at_level("concession")
    lam = crisis.number("precision.protege")
    resisting = -(war["line"] - today) - crisis.number("war_cost.protege") * size * war["burden"]
    resist = 1.0 / (1.0 + exp(-lam * (resisting + concession)))
    economy = np.asarray(world["economy"], dtype=float)
    banned = float((np.asarray(crisis.stage.sanctioner) * economy) @ active) / economy.sum()
    return found | {
        "clash": resist * float(found["clash"]),
        "escalate": resist * float(found["escalate"]),
        "resist": resist,
        "line": resist * war["line"] + (1.0 - resist) * min(1.0, today + concession),
        "burden": resist * war["burden"],
        "lost": 1.0 - resist * (1.0 - wins),
        "snap": banned * crisis.number("snapback") * float(crisis.stage.snapback),
        "protege": log(exp(lam * resisting) + exp(-lam * concession)) / lam,
        "years": resist * war["years"],
    }


#: Who looks at each entry, hence whose odds of the strict reading mix it.
OBSERVER = {
    "challenger": ("line", "burden", "lost", "snap", "answered"),
    "protege": ("protege",),
    "guarantor": ("party_value", "outsider_value"),
    "nature": (
        "respond", "resist", "clash", "escalate", "years", "help_days", "met", "owed", "success",
    ),
}  # fmt: skip
