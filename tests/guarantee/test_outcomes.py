"""Acceptance and outcomes against plain sums over the same tables and futures."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import exp
from typing import Any

import numpy as np
import pytest
from plain_crisis import challenger, protege
from plain_outcomes import Plain, logistic
from small_case import OneWorld, SmallCase

from tightrope.guarantee import acceptance, evaluate, program

Sides = tuple[OneWorld, Plain, int]


@pytest.fixture(
    scope="module", params=list(product(("coalition-willing", "budapest-1994"), (0, 2))),
    ids=lambda p: f"{p[0]}-{p[1]}",
)  # fmt: skip
def sides(request: pytest.FixtureRequest, small: SmallCase) -> Sides:
    """An option solved by the program in one world, and the same world for plain sums."""
    option, k = request.param
    one = small.solved(option)
    assert k in one.sound()
    world = {name: np.asarray(v) for name, v in one.world(k).items()}
    clock = small.model.clock
    return one, Plain(world, one.compiled.profile, one.lives(k), clock.years, clock.step), k


def test_acceptance_of_the_principals_equals_plain_sums(sides: Sides) -> None:
    """Challenger by type, signers by Bayes and the protégé follow from war and package."""
    one, plain, k = sides
    accepted = one.accepted(k)
    np.testing.assert_allclose(accepted.challenger_by_type, plain.signs, atol=1e-10)
    np.testing.assert_allclose(accepted.posterior, plain.posterior, atol=1e-10)
    np.testing.assert_allclose(accepted.status_quo, plain.status_quo, atol=1e-12)
    assert float(accepted.protege) == pytest.approx(plain.protege_accepts, abs=1e-10)


def test_guarantors_values_and_ratification_equal_plain_sums(sides: Sides) -> None:
    """A guarantor weighs the crises to come and its standing costs against today's war."""
    one, plain, k = sides
    government, pivot = plain.guarantor_values
    accepted, life = one.accepted(k), one.compiled.profile.life
    np.testing.assert_allclose(accepted.value_guarantor, government, atol=1e-9)
    logits = acceptance.ratification_logits(plain.world, government, pivot, life.rule)
    party = one.compiled.profile.in_force.party
    found = acceptance.entry(plain.world, logits, life.named, life.quorum, party)
    np.testing.assert_allclose(accepted.guarantors, found.ratifies, atol=1e-9)
    np.testing.assert_allclose(accepted.given_entry, found.given_entry, atol=1e-9)
    rest = plain.protege_accepts * float(found.in_force)
    assert float(accepted.rest) == pytest.approx(rest, abs=1e-10)


def test_every_scalar_outcome_equals_a_plain_sum(sides: Sides) -> None:
    """Each outcome is the sum over branches, steps, wills, levels and types that its name says."""
    one, plain, k = sides
    found = {name: float(v[k]) for name, v in one.outcomes["scalars"].items()}
    expected = plain.scalars(float(one.accepted(k).rest))
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-9, rel=1e-9), name
    assert set(expected) <= set(found)


def test_equal_terms_use_half_the_relief_and_nothing_else(sides: Sides) -> None:
    """At equal terms all types count, and acceptance is against today's war for every text."""
    one, plain, k = sides
    equal = {name: float(v[k]) for name, v in one.outcomes["equal"].items()}
    lives, types = plain.lives, np.asarray(plain.lives.types)
    held = float(types @ plain.holds(lives.equal))
    bare = float(types @ plain.holds(lives.equal_undutied, np.ones(1)))
    lam = plain.number("precision.signing")
    gains = np.asarray(lives.equal.challenger) - plain.status_quo
    accepts = float(types @ np.array([logistic(lam * g) for g in gains]))
    expected = {
        "held": held, "held_terms": bare, "deterrence": held - bare, "accept_challenger": accepts,
        "value_challenger": float(types @ np.asarray(lives.equal.challenger)),
    }  # fmt: skip
    assert set(equal) == set(expected)
    for name, value in expected.items():
        assert equal[name] == pytest.approx(value, abs=1e-10), name


def test_paths_over_time_add_up(sides: Sides) -> None:
    """Hazards times survival give the attacks, and survival starts at one and falls by them."""
    one, plain, k = sides
    time = {name: np.asarray(v[k]) for name, v in one.outcomes["time"].items()}
    survival = time["survival"]
    fall = survival * (time["hazard_limited"] + time["hazard_full"])
    assert survival[0] == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(survival[:-1] - survival[1:], fall[:-1], atol=1e-12)
    held = float(one.outcomes["scalars"]["held"][k])
    assert survival[-1] - fall[-1] == pytest.approx(held, abs=1e-12)
    alive = plain.flows("alive").sum(axis=0)
    np.testing.assert_allclose(
        time["will"], alive @ np.arange(-2.0, 3.0) / alive.sum(axis=1), atol=1e-10
    )


def test_capability_over_time_is_that_of_the_stage_in_force(sides: Sides) -> None:
    """At each step both strengths are those of the stage in force then, weighed by survival."""
    one, plain, k = sides
    profile, alive = plain.profile, plain.flows("alive").sum(axis=2)
    start = float(evaluate.entry_time(plain.world, profile))
    found = np.asarray(one.outcomes["time"]["capability"][k])
    for s, year in enumerate(plain.middles):
        total = 0.0
        for b, own in enumerate(plain.lives.stages):
            late = profile.expired if year >= float(profile.life.duration) else own
            stage = profile.interim if year < start else late
            ratio = protege(plain.world, stage, year) / challenger(plain.world, stage, year)
            total += alive[b, s] * ratio
        assert found[s] == pytest.approx(total / alive[:, s].sum(), rel=1e-10), year


def test_mean_responses_are_weighted_by_survival(sides: Sides) -> None:
    """Responses are averaged over the years while peace lasts and stay chances."""
    one, plain, k = sides
    alive = plain.flows("alive")
    total: Any = sum(
        np.einsum("sixwa,sw->iax", np.asarray(t.respond), alive[b] / alive.sum())
        for b, t in enumerate(plain.lives.laid)
    )
    found = np.asarray(one.outcomes["respond"][k])
    np.testing.assert_allclose(found, total, atol=1e-10)
    np.testing.assert_allclose(found.sum(axis=-1), 1.0, atol=1e-9)


def test_branches_have_the_chances_of_the_leads_ratification(small: SmallCase) -> None:
    """The coalition can be in force with or without the lead, by its chance given entry."""
    one = small.solved("coalition-willing")
    assert one.compiled.profile.plan.lead_optional
    odds = np.asarray(one.odds)
    assert odds.shape[1] == 2
    np.testing.assert_allclose(odds.sum(axis=1), 1.0, atol=1e-14)
    lead = small.model.setting.lead
    np.testing.assert_allclose(odds[:, 0], np.asarray(one.parties)[:, lead], atol=1e-14)


def test_no_agreement_is_the_war_and_then_the_peace_it_leads_to(small: SmallCase) -> None:
    """Held is the chance that the war ends by settlement and no attack follows, by plain sums."""
    one = small.solved("no-agreement")
    clock = small.model.clock
    for k in one.sound():
        world = {name: np.asarray(v) for name, v in one.world(k).items()}
        plain = Plain(world, one.compiled.profile, one.lives(k), clock.years, clock.step)
        future, types = plain.lives.bare, np.asarray(plain.lives.types)
        alive = [float(x @ types) for x in np.asarray(future.alive)[0].sum(axis=1)]
        alive.append(float(np.asarray(future.at_end)[0].sum(axis=0) @ types))
        ends = program.outcomes.war.settlement_times(
            np.log(world["capability.protege"]), world["alpha"], world["exit_hazard"],
            world["step_years"], 4, 40,
        )  # fmt: skip
        held = sum(float(e) * alive[40 - 1 - t] for t, e in enumerate(np.asarray(ends)))
        found = {name: float(v[k]) for name, v in one.outcomes["scalars"].items()}
        assert found["held"] == pytest.approx(held, abs=1e-10)
        assert found["durable"] == found["held"]
        assert found["settled"] == pytest.approx(float(np.sum(ends)), abs=1e-12)
        aid = plain.war["burden"] + (1.0 - plain.war["burden"]) * plain.number("aid_continuation")
        stands = 1.0 - plain.war["line"] - plain.number("war_cost.protege") * plain.war["burden"]
        stands += plain.number("value.aid") * aid
        assert found["value_protege"] == pytest.approx(stands, abs=1e-10)
        assert found["war_months"] == pytest.approx(12.0 * plain.war["years"], abs=1e-9)
        deaths = 12.0 * plain.war["years"] * plain.number("lives_per_month.full")
        assert found["lives_lost"] == pytest.approx(deaths, rel=1e-10)
        assert np.isnan(found["signed"]), "nothing is signed, so the outcome is missing"


@pytest.mark.parametrize("refused", [0.0, 1.0])
def test_a_path_to_membership_needs_signatures_now_and_ratifications_later(
    coalition: OneWorld, refused: float
) -> None:
    """On a path to membership the signers' consent concludes, and entry comes later or never."""
    world, lives, clock = coalition.world(0), coalition.lives(0), coalition.model.clock
    profile = coalition.compiled.profile
    life = profile.life._replace(
        may_be_refused=np.array(refused),
        may_decline=np.array(1.0),
        may_be_bargained=np.array(1.0),
        consent=np.array([0.0, 1.0, 1.0, 0.0]),
        rule=np.array([2, 1, 1, 0]),
    )
    joining = replace(profile, life=life, plan=replace(profile.plan, accession=True))
    found = evaluate.accept(world, joining, lives, clock)
    plain = Plain(world, joining, lives, clock.years, clock.step)
    government, pivot = plain.guarantor_values
    party = profile.in_force.party
    eager = acceptance.ratification_logits(world, government, pivot, np.zeros(4, dtype=int))
    signing = acceptance.entry(world, eager, life.consent, life.consent.sum(), party)
    assert float(found.rest) == pytest.approx(
        float(found.protege) * float(signing.in_force), abs=1e-12
    )
    voted = acceptance.ratification_logits(world, government, pivot, life.rule)
    enters = float(acceptance.entry(world, voted, life.named, life.quorum, party).in_force)
    leaks = plain.number("accession.decline") + plain.number("accession.bargained")
    free = exp(-leaks * float(life.entry_years))
    later = free * enters if refused else free
    assert float(found.later_entry) == pytest.approx(later, abs=1e-12)
    odds = evaluate.branch_chances(joining, found, coalition.model.setting.lead)
    joins = float(found.given_entry[0])
    np.testing.assert_allclose(
        odds, [later * joins, later * (1.0 - joins), 1.0 - later], atol=1e-12
    )
