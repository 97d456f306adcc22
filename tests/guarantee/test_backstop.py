"""What forcing the lead out of a crisis, or into it, does, against enumeration of every profile."""

from __future__ import annotations

from itertools import product

import jax.numpy as jnp
import numpy as np
import pytest
from plain_crisis import READINGS, UNITY, UNITY_WEIGHTS, Crisis, Floats
from small_case import DRAWS, OneWorld, SmallCase

from tightrope.guarantee.backstop import backstop, games_at_entry
from tightrope.guarantee.program import basis_for, entry_times

WORLD = 1


class Led(Crisis):
    """A crisis whose lead has one action only; ``forced`` is set after it is made."""

    forced: int = -1

    def menu(self, i: int) -> tuple[int, ...]:
        return (self.forced,) if i == self.setting.lead and self.forced >= 0 else super().menu(i)


def settled(crisis: Crisis) -> Floats:
    """Responses that answer themselves, by plain damped iteration from uniform choice."""
    p = np.zeros((crisis.n, 3))
    for i in range(crisis.n):
        p[i, list(crisis.menu(i))] = 1.0 / len(crisis.menu(i))
    for _ in range(2000):
        again = crisis.respond(p)[0]
        if np.abs(again - p).max() < 1e-11:
            return again
        p = 0.5 * (p + again)
    raise AssertionError("plain iteration did not settle")


def test_the_lead_forced_out_and_in_equals_enumeration(
    small: SmallCase, coalition: OneWorld
) -> None:
    """Total and mechanical effect are those of all profiles, mixed by loops; the rest follows."""
    setting, worlds, profile = small.model.setting, coalition.worlds, coalition.compiled.profile
    stage, lead, basis = profile.in_force, setting.lead, basis_for(small.model.grid)
    start = entry_times(worlds, profile, DRAWS)
    parties = coalition.parties
    entry = games_at_entry(worlds, profile, start, parties, setting, basis)
    found = backstop(worlds, jnp.asarray(profile.life.block), entry)
    assert entry.readings == 2 and entry.blocks == 1, "as the loops below take it"

    world = {k: np.asarray(v) for k, v in coalition.world(WORLD).items()}
    strict = float(world["odds.nature"])
    total = mechanical = 0.0
    for (weight, xi), reading in product(zip(UNITY_WEIGHTS, UNITY, strict=True), READINGS):
        share = weight * (strict if reading == READINGS[0] else 1.0 - strict)

        def made(forced: int, xi: float = xi, reading: str = reading) -> Led:
            crisis = Led(
                world, stage, setting, np.asarray(parties[WORLD]), float(start[WORLD]),
                xi, 0.0, reading, False, 2,
            )  # fmt: skip
            crisis.forced = forced
            return crisis

        plain = settled(made(-1))
        for action, sign in ((0, 1.0), (2, -1.0)):
            crisis = made(action)
            kept = plain.copy()
            kept[lead] = np.eye(3)[action]
            total += sign * share * float(crisis.odds(settled(crisis)) @ crisis.wins)
            mechanical += sign * share * float(crisis.odds(kept) @ crisis.wins)
    assert abs(total) > 0.01, "a lead that matters"
    assert float(found["backstop_total"][WORLD]) == pytest.approx(total, abs=1e-6)
    assert float(found["backstop_mechanical"][WORLD]) == pytest.approx(mechanical, abs=1e-6)
