"""Stages laid along the years: interpolation between nodes, terms and flows."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import jax.numpy as jnp
import numpy as np
import pytest
from small_case import DRAWS, OneWorld, SmallCase

from tightrope.guarantee import program, timeline
from tightrope.guarantee.timeline import Terms


@pytest.mark.parametrize("count", [2, 6, 14])
def test_interpolation_is_exact_for_polynomials(count: int) -> None:
    """A stage's nodes reproduce every polynomial of lower degree, and the ends hold beyond them."""
    start, end = 1.5, 7.0
    nodes = start + (end - start) * timeline.chebyshev(count)
    assert nodes[0] == start
    assert nodes[-1] == pytest.approx(end, abs=1e-15)
    at = np.concatenate([nodes[1:-1], np.linspace(start, end, 23)])
    matrix = np.asarray(
        timeline.interpolation(jnp.asarray(start), jnp.asarray(end), count, jnp.asarray(at))
    )
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0, atol=1e-12)
    for power in range(count):
        np.testing.assert_allclose(
            matrix @ (nodes / end) ** power, (at / end) ** power, atol=1e-11, err_msg=str(power)
        )
    beyond = timeline.interpolation(
        jnp.asarray(start), jnp.asarray(end), count, jnp.array([0.0, 99.0])
    )
    np.testing.assert_allclose(beyond @ nodes, [start, end], atol=1e-12)


def test_flows_follow_the_terms_and_restraints(coalition: OneWorld) -> None:
    """Relief counts in peace only; recognition, neutrality, provocation last; each has a price."""
    world = {k: np.asarray(v) for k, v in coalition.world(0).items()}
    stage = coalition.compiled.profile.in_force._replace(
        neutrality=np.array(1.0), no_bases=np.array(1.0), membership=np.array(1.0),
        sanctions=np.array(0.5), relief=np.array(0.2), troop_cap=np.array(300.0),
        tripwire=np.array([0.0, 10.0, 0.0, 0.0]), foreign_bases=np.array(1.0),
    )  # fmt: skip
    terms = Terms(recognition=0.5, deferral=15.0, relief=0.2, justice=0.5, reparations=0.4)

    def w(name: str) -> float:
        return float(world[name])

    provoked = w("provocation.membership") + w("provocation.presence") * (1.0 - exp(-0.5))
    lasting = 0.5 * w("value.recognition") + w("value.neutrality")
    lasting -= 0.4 * w("value.reparations")
    lapsed = 0.1 * w("value.sanctions")  # neither kept (half) nor lifted (two fifths)
    aid = sum(
        max(share * a if promised else 0.0, w("aid_continuation") * a)
        for a, promised, share in zip(
            world["aid"], stage.aid_promised, [w("delivery_share")] * 4, strict=True
        )
    )
    assert not np.any(stage.aid > 0), "the coalition names no sum"
    bonus = [
        1.0 + t * w("pillar.training") + p * w("pillar.production")
        for t, p in zip(stage.training, stage.production, strict=True)
    ]
    aid = sum(
        b * max(w("delivery_share") * a * promised, w("aid_continuation") * a)
        for a, promised, b in zip(world["aid"], stage.aid_promised, bonus, strict=True)
    )
    protege = w("value.aid") * aid / float(world["aid"].sum()) + 0.4 * w("value.reparations")
    protege -= 0.5 * w("cost.recognition") + 1.5 * w("cost.deferral") + w("cost.neutrality")
    protege -= w("cost.troop_cap") * max(0.0, 1.0 - 300.0 / w("troop_cap_full"))
    protege -= 0.5 * w("cost.justice")
    found = timeline.flows(world, stage, terms)
    assert float(found.war) == pytest.approx(lasting - provoked, abs=1e-12)
    assert float(found.challenger) == pytest.approx(
        lasting - provoked + w("value.relief") * 0.4 + lapsed, abs=1e-12
    )
    full = timeline.flows(world, stage, terms._replace(relief=0.9))
    assert float(full.challenger - full.war) == pytest.approx(w("value.relief"), abs=1e-12)
    assert float(found.protege) == pytest.approx(protege, abs=1e-12)
    calm = timeline.flows(world, stage, terms, provoke=False)
    assert float(calm.war) == pytest.approx(lasting, abs=1e-12)


def test_stages_follow_each_other_at_their_dates(coalition: OneWorld) -> None:
    """Before entry a branch has the interim's table, after it its own, interpolated within each."""
    lives, clock, start = coalition.lives(0), coalition.model.clock, 0.5
    at = np.asarray(clock.middles)
    interim, own = coalition.pieces.own.interim, coalition.pieces.own.branches[0]
    assert interim is not None
    assert float(coalition.compiled.profile.life.entry_years) == start
    for s in (0, 1, 2, 20, 39):
        early = at[s] < start
        table = interim if early else own
        low, high = (0.0, start) if early else (start, clock.years)
        nodes = low + (high - low) * timeline.chebyshev(6)
        values = np.asarray(table.success)[0, 2, 2, :6]  # those within the horizon
        fitted = np.polynomial.Polynomial.fit(nodes, values, 5)(at[s])
        found = float(np.asarray(lives.laid[0].success)[s, 2, 2])
        assert found == pytest.approx(fitted, abs=1e-9), s


def test_terms_bear_on_strength_until_they_expire(small: SmallCase) -> None:
    """Sanctions that lapse at once slow nobody's rearming in `held_terms`; kept ten years they do.

    Held fixed: the world and the text; only its duration and the drag of sanctions vary.
    """
    compiled = small.compiled("uk-ukraine-2024")
    assert compiled.profile.plan.shaped_terms, "terms that bear on strength"
    worlds = {k: jnp.repeat(jnp.asarray(v)[:1], DRAWS, axis=0) for k, v in small.worlds.items()}
    worlds["sanctions_drag"] = worlds["sanctions_drag"] * jnp.linspace(0.5, 2.0, DRAWS)

    def spread(years: float) -> float:
        life = compiled.profile.life._replace(duration=np.asarray(years))
        short = replace(compiled, profile=replace(compiled.profile, life=life))
        found = program.evaluate_option(worlds, short, small.model, {})["scalars"]
        return float(np.ptp(np.asarray(found["held_terms"])))

    assert spread(1e-3) < 1e-9
    assert spread(10.0) > 1e-4
