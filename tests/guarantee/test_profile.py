"""From clauses to the stages of an instrument's life: an invented text, read by hand."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import jax
import numpy as np
import pytest
from small_case import SmallCase

from tightrope.case import load_case
from tightrope.guarantee import compile_profile
from tightrope.guarantee.assess import compile_case_option
from tightrope.guarantee.profile import Profile
from tightrope.guarantee.program import arrays_of
from tightrope.guarantee.stages import BLOCKS, RULES, THRESHOLDS, WORDINGS, block_kind
from tightrope.treaty import loads_instrument

US, GB, PL, CN = range(4)
PROBE, LIMITED, FULL = range(3)

TEXT = """
schema_version: "1"
id: invented
title: An invented treaty
form: treaty
promise: The guarantors help. The protected state stays neutral.
dates: {drafted: 2026-01-01, signed: expected, in_force: expected}
parties:
  - {actor: UA, role: protege, ratified: expected, willingness: none-on-record}
  - {actor: RU, role: challenger, ratified: not-required, willingness: none-on-record}
  - {actor: US, role: guarantor, ratified: expected, willingness: none-on-record}
  - {actor: GB, role: guarantor, ratified: expected, willingness: none-on-record}
  - {actor: PL, role: guarantor, ratified: expected, willingness: none-on-record}
clauses:
  - {id: attack, kind: trigger, article: "1", says: An attack., levels: [limited, full],
     area: controlled-territory, threshold: armed-attack, determined_by: [each-guarantor],
     attribution: each-guarantor}
  - {id: hostility, kind: trigger, article: "2", says: Any act., levels: [probe],
     area: controlled-territory, threshold: any-hostile-act, determined_by: [], attribution: none}
  - {id: weapons, kind: obligation, article: "3", says: Weapons., holders: all-guarantors,
     measures: [materiel, consult], modality: will, specificity: general}
  - {id: troops, kind: obligation, article: "4", says: Troops., holders: [US], measures: [ground],
     modality: shall, specificity: named-measures, within_days: 5, triggers: [attack]}
  - {id: council, kind: procedure, article: "5", says: All agree., binds: [troops],
     rule: consensus, may_block: [CN], takes_days: 9}
  - {id: line, kind: presence, article: "6", says: On the line., holders: [GB, PL], type: ground,
     personnel: 8000, line_km: 250, on_territory: true, command: coordinated,
     may_return_fire: true}
  - {id: air, kind: presence, article: "7", says: In the air., holders: [PL], type: air-policing,
     aircraft: 24, on_territory: false, command: national, may_return_fire: false}
  - {id: money, kind: pillar, article: "8", says: Aid., holders: [US, GB], type: aid,
     eur_bn_per_year: 6, share_delivered: 0.5}
  - {id: school, kind: pillar, article: "9", says: Training., holders: [PL], type: training}
  - {id: warning, kind: pillar, article: "10", says: Warning., holders: [US], type: intelligence}
  - {id: neutral, kind: restraint, article: "11", says: Neutral., "on": [UA], type: neutrality}
  - {id: cap, kind: restraint, article: "12", says: A cap., "on": [UA], type: troop-cap, cap: 600}
  - {id: back, kind: economic, article: "13", says: Return., holders: [GB, PL], type: snap-back,
     strength: 0.8}
  - {id: kept, kind: economic, article: "14", says: Stay., holders: all-guarantors,
     type: oil-measures, strength: 0.3}
  - {id: watch, kind: verification, article: "15", says: Watch., monitors: [OSCE], access: full,
     report_within_days: 3}
  - {id: life, kind: life, article: "16", says: Life., consent: [UA, US, GB],
     challenger_consent: required, ratification: {US: two-thirds, GB: majority, PL: executive},
     entry: {named: [UA, US], quorum: 2, expected_years: 1.25}, starts: on_ceasefire,
     duration_years: 8, renewal: none, withdrawal_notice_months: 6}
"""


@pytest.fixture(scope="module")
def profile(small: SmallCase) -> Profile:
    """The invented text compiled for the small case."""
    return compile_profile(small.case, loads_instrument(dedent(TEXT), "invented.yaml"))


def test_the_duty_that_promises_most_counts(profile: Profile) -> None:
    """The lead owes troops on attack and weapons over a probe, the others weapons, one nothing."""
    stage = profile.in_force
    np.testing.assert_array_equal(stage.party, [1, 1, 1, 0])
    np.testing.assert_array_equal(stage.promised[US], [0.5, 1.0, 1.0])
    np.testing.assert_array_equal(stage.promised[GB], [0.5, 0.5, 0.5])
    np.testing.assert_array_equal(stage.bound[CN], [0, 0, 0])
    assert [WORDINGS[k] for k in stage.wording[US, FULL]] == [
        "grade.treaty",
        "modality.shall",
        "procedure.consensus",
        "specificity.named-measures",
    ]
    assert WORDINGS[stage.wording[US, PROBE][1]] == "modality.will"
    assert THRESHOLDS[stage.cover[GB, LIMITED]] == "armed-attack"
    assert THRESHOLDS[stage.cover[GB, PROBE]] == "any-hostile-act"


def test_force_asks_of_a_state_without_armed_forces_what_support_amounts_to(
    small: SmallCase,
) -> None:
    """The lead's duty of troops counts as help where the lead keeps none; nothing else changes."""
    text = loads_instrument(dedent(TEXT), "invented.yaml")
    first, *others = small.case.guarantors
    bare = first.model_copy(update={"armed_forces": False})
    unarmed = small.case.model_copy(update={"guarantors": (bare, *others)})
    before = compile_profile(small.case, text).in_force
    after = compile_profile(unarmed, text).in_force
    np.testing.assert_array_equal(after.promised[US], [0.5, 0.5, 0.5])
    np.testing.assert_array_equal(after.promised[GB:], before.promised[GB:])
    np.testing.assert_array_equal(after.bound, before.bound)


def test_a_presence_is_shared_among_those_who_have_forces(small: SmallCase) -> None:
    """Eight thousand on the line fall to two states, or to the one of them that keeps forces."""
    text = loads_instrument(dedent(TEXT), "invented.yaml")
    unarmed = small.case.model_copy(
        update={
            "guarantors": tuple(
                g.model_copy(update={"armed_forces": g.id != "GB"}) for g in small.case.guarantors
            )
        }
    )
    shared, alone = (compile_profile(c, text).in_force for c in (small.case, unarmed))
    assert shared.tripwire[GB] == shared.tripwire[PL] == 4.0
    assert alone.tripwire[GB] == alone.ready[GB].sum() == 0.0 and alone.tripwire[PL] == 8.0


def test_who_decides_how_long_it_takes_and_who_may_block(profile: Profile) -> None:
    """Only the duty under the body can be blocked, by the friend's veto; deadlines stand."""
    stage = profile.in_force
    np.testing.assert_array_equal(stage.through_block[US], [0, 1, 1])
    np.testing.assert_array_equal(stage.through_block[GB], [0, 0, 0])
    assert RULES[stage.procedure[US, FULL]] == "consensus"
    assert stage.procedure_days[US, FULL] == 9.0
    assert stage.within_days[US, FULL] == 5.0
    assert stage.within_days[GB, FULL] == -1.0
    assert float(stage.report_days) == 3.0
    assert int(profile.life.block) == BLOCKS.index("friend_veto")
    np.testing.assert_array_equal(stage.unnamed[GB], [1, 0, 0])
    np.testing.assert_array_equal(stage.unverified[GB], [0, 0, 0])


def test_a_force_holds_its_stretch_of_the_line(profile: Profile) -> None:
    """A quarter of the line held makes a quarter of the troops ready; the rest waits."""
    stage = profile.in_force
    np.testing.assert_allclose(stage.ready[GB], [1.0, 0, 0])
    np.testing.assert_allclose(stage.standby[GB], [3.0, 0, 0])
    np.testing.assert_allclose(stage.standby[PL], [3.0, 24.0, 0])
    np.testing.assert_allclose(stage.tripwire, [0, 4, 4, 0])
    assert float(stage.coordinated) == 1.0
    assert float(stage.foreign_bases) == 1.0


def test_pillars_and_terms_are_summed_up(profile: Profile) -> None:
    """Aid is shared among its holders, measures by their kind, restraints by whom they bind."""
    stage = profile.in_force
    np.testing.assert_allclose(stage.aid, [3.0, 3.0, 0, 0])
    np.testing.assert_allclose(stage.delivered[:2], [0.5, 0.5])
    np.testing.assert_array_equal(stage.aid_promised, [1, 1, 0, 0])
    np.testing.assert_array_equal(stage.training, [0, 0, 1, 0])
    np.testing.assert_array_equal(stage.sanctioner, [0, 1, 1, 0])
    found = [stage.intelligence, stage.snapback, stage.sanctions, stage.neutrality]
    np.testing.assert_allclose([float(x) for x in found], [1.0, 0.8, 0.3, 1.0])
    assert float(stage.troop_cap) == 600.0
    assert float(stage.membership) == 0.0, "a treaty is no alliance"


def test_terms_of_life_and_plan(profile: Profile) -> None:
    """Consent, named states, quorum, rules and duration stand as written, and shape the plan."""
    life = profile.life
    np.testing.assert_array_equal(life.consent, [1, 1, 0, 0])
    np.testing.assert_array_equal(life.named, [1, 0, 0, 0])
    np.testing.assert_array_equal(life.rule[:3], [2, 1, 0])
    assert (float(life.quorum), float(life.entry_years), float(life.duration)) == (2.0, 1.25, 8.0)
    assert (float(life.consent_challenger), float(life.at_once)) == (1.0, 0.0)
    assert float(profile.in_force.withdrawal_months) == 6.0
    plan = profile.plan
    assert plan.interim
    assert plan.expires
    assert not plan.accession
    assert not plan.lead_optional, "it cannot enter into force without the lead"
    assert profile.iterate, "whether the third ratifies is open"


def test_before_entry_and_after_the_end_only_the_rest_stands(profile: Profile) -> None:
    """Duties and forces begin with entry into force; pillars and terms stand from signature."""
    early, late = profile.interim, profile.expired
    assert not np.any(early.bound)
    assert not np.any(early.ready + early.standby)
    np.testing.assert_allclose(early.aid, profile.in_force.aid)
    assert float(early.neutrality) == 1.0
    assert not np.any(late.bound)
    assert not np.any(late.aid_promised)
    assert float(late.neutrality) == 0.0
    assert not np.any(late.party)


@pytest.mark.parametrize(
    ("rule", "may_block", "kind"),
    [
        ("consultation", (), "none"),
        ("consensus", (), "consensus"),
        ("majority", (), "majority"),
        ("un-security-council", ("RU",), "challenger_veto"),
        ("un-security-council", ("RU", "CN"), "challenger_veto"),
        ("consensus", ("CN",), "friend_veto"),
        ("automatic", ("RU",), "none"),
    ],
)
def test_what_can_block_a_procedure(rule: str, may_block: tuple[str, ...], kind: str) -> None:
    """The challenger's veto counts before a friend's, a friend's before the rule itself."""
    assert BLOCKS[block_kind(rule, may_block, "RU", ("CN",))] == kind


@pytest.mark.parametrize("name", ["ukraine", "czechoslovakia-1938"])
def test_texts_differ_in_numbers_and_never_in_kinds_of_arrays(name: str) -> None:
    """All options of a case compile to arrays of one kind, so that compiled programs are shared."""
    case = load_case(name)

    def kind(array: Any) -> tuple[str, tuple[int, ...]]:
        return np.asarray(array).dtype.name, np.asarray(array).shape

    kinds = {
        option.id: str(jax.tree.map(kind, arrays_of(compile_case_option(case, option)[0].profile)))
        for option in case.options
    }
    assert len(set(kinds.values())) == 1, kinds
