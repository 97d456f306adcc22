"""What people who know the field would expect of the whole model, in a world where attack pays.

The world is central but for a weaker protégé and a cheaper war, so that without duties the peace
would not hold. What the model contradicts is on the page of limits, not bent here.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from central import Central

from tightrope.case import load_case
from tightrope.guarantee import compile_profile
from tightrope.guarantee.describe import compile_option
from tightrope.guarantee.profile import Profile
from tightrope.guarantee.program import Compiled, evaluate_option
from tightrope.treaty import Instrument, load_instrument

CASE = load_case("ukraine")
US = 2 + CASE.guarantor_ids.index("US")  # among challenger, protégé, guarantors
RU, UA, FIRST = 0, 1, 2
OTHERS = ("budapest-1994", "article5-like", "us-treaty", "coalition-willing")
AS_STRONG = {"us-executive", "neutrality-with-china"}
"""Texts that deter a trace more than membership in force; the page of limits says why."""
ACCEPTED_LESS = {"istanbul-2022"}
NEVER = np.array(1e6)
"""Years to membership that nobody lives to see."""


@pytest.fixture(scope="module")
def world() -> Central:
    """A world in which attack pays."""
    return Central(CASE, **{"capability.protege": 0.6, "war_cost.challenger": 0.55})


Found = dict[str, Any]


@pytest.fixture(scope="module")
def found(world: Central) -> dict[str, Found]:
    """Outcomes of the options compared, and of membership once it is in force."""
    answers = {o: judged(world, o) for o in (*OTHERS, "us-executive", "coalition-willing-alone")}
    whole = compile_profile(CASE, load_instrument("nato-membership"))
    at_once = dataclasses.replace(
        whole,
        life=whole.life._replace(entry_years=np.array(0.0), accession_years=np.array(0.0)),
        plan=dataclasses.replace(whole.plan, interim=False, accession=False),
    )
    return answers | {"membership in force": judged(world, "nato-membership", profile=at_once)}


def judged(
    world: Central, name: str, *, profile: Profile | None = None, text: Instrument | None = None
) -> Found:
    """Outcomes of an option in the world, or of another text or profile on its terms."""
    option = CASE.option(name)
    chosen = profile or compile_profile(CASE, text or load_instrument(option.instrument))
    compiled = Compiled(name, chosen, option.settlement)
    return evaluate_option(world.world, compiled, world.model, world.bare)


def number(answer: Found, name: str, part: str = "scalars") -> float:
    """One outcome of the one world."""
    return float(np.asarray(answer[part][name])[0])


def test_budapest_is_honoured_little_and_can_be_blocked(found: dict[str, Found]) -> None:
    """Its only remedy runs through a body where the aggressor has a veto, and nothing else binds:
    if tested it is honoured less than any promise of help, and less than once in three."""
    honoured = {o: number(a, "honour_if_tested") for o, a in found.items()}
    assert honoured["budapest-1994"] == min(honoured.values())
    assert honoured["budapest-1994"] < 1 / 3
    blocked = np.asarray(compile_option(CASE, "budapest-1994")["blocked"])
    parties = [i for i, g in enumerate(CASE.guarantor_ids) if g in ("US", "GB")]
    assert np.all(blocked[parties][:, 1:] > 0.5)


def test_membership_in_force_deters_most_and_is_accepted_least(found: dict[str, Found]) -> None:
    """At equal terms, membership once in force deters more than assurances, words like Article 5,
    one treaty or the coalition, and the challenger accepts each of them sooner."""
    member = found["membership in force"]
    for option in OTHERS:
        other = found[option]
        assert number(member, "deterrence", "equal") > number(other, "deterrence", "equal"), option
        assert number(member, "accept_challenger", "equal") < number(
            other, "accept_challenger", "equal"
        ), option


@pytest.mark.soak  # every text of the case is solved
def test_who_deters_as_much_as_membership_is_known(world: Central, found: dict[str, Found]) -> None:
    """Of all texts of the case only those named deter more than membership in force, all of them
    being near certainty, and only those named are accepted less; the page of limits names both."""
    member = found["membership in force"]
    most, least = (number(member, n, "equal") for n in ("deterrence", "accept_challenger"))
    deter, accepted = {}, {}
    for option in CASE.options:
        answer = judged(world, option.id)
        deter[option.id] = number(answer, "deterrence", "equal")
        accepted[option.id] = number(answer, "accept_challenger", "equal")
    assert {o for o, value in deter.items() if value > most} == AS_STRONG
    assert max(deter.values()) - most < 0.002
    assert {o for o, value in accepted.items() if value < least} == ACCEPTED_LESS


@pytest.mark.parametrize("name", ["nato-membership", "eu-42-7"])
def test_the_accession_window_raises_the_hazard_before_entry(world: Central, name: str) -> None:
    """While membership is in prospect, attack before it begins is likelier than if it never came,
    in the first year and over the years of the window; afterwards it is rarer.

    Held fixed: everything but the years to membership. The window closes after three years.
    """
    profile = compile_profile(CASE, load_instrument(name))
    never = dataclasses.replace(profile, life=profile.life._replace(accession_years=NEVER))
    with_prospect, without = (
        sum(np.asarray(answer["time"][f"hazard_{level}"])[0] for level in ("limited", "full"))
        for answer in (judged(world, name, profile=p) for p in (profile, never))
    )
    years = world.model.clock.middles
    window, after = years < 3.0, years > 3.0
    assert with_prospect[0] > without[0]
    assert with_prospect[window].sum() > without[window].sum()
    assert np.all(with_prospect[after] < without[after])


def test_the_backstop_moves_the_others(found: dict[str, Found]) -> None:
    """With the lead behind them the other members answer differently, by more than rounding."""
    answers = [
        np.asarray(found[o]["respond"])[0, US - 1 :, 2]
        for o in ("coalition-willing", "coalition-willing-alone")
    ]
    assert np.abs(answers[0] - answers[1]).max() > 0.01
    assert abs(number(found["coalition-willing"], "coordination_gap")) > 0.01


def test_a_senate_treaty_is_harder_to_sign_and_binds_more(
    world: Central, found: dict[str, Found]
) -> None:
    """The same promise as a treaty needs two thirds of the Senate: it is ratified less surely than
    an executive agreement, and honoured more if tested. It deters less only for the year that the
    Senate takes: begun at once, it deters more."""
    treaty, executive = found["us-treaty"], found["us-executive"]
    assert float(treaty["accept"][0][US]) < float(executive["accept"][0][US])
    assert number(treaty, "honour_if_tested") > number(executive, "honour_if_tested")
    waits = compile_profile(CASE, load_instrument("us-treaty"))
    begun = dataclasses.replace(
        waits,
        life=waits.life._replace(entry_years=np.array(0.0)),
        plan=dataclasses.replace(waits.plan, interim=False),
    )
    deters = number(executive, "deterrence", "equal")
    assert number(treaty, "deterrence", "equal") < deters
    assert number(judged(world, "us-treaty", profile=begun), "deterrence", "equal") > deters


def firm(text: Instrument) -> Instrument:
    """The same text with every duty in firm and specific words."""
    clauses = [
        c.model_copy(update={"modality": "shall", "specificity": "named-measures"})
        if c.kind == "obligation"
        else c
        for c in text.clauses
    ]
    return text.model_copy(update={"clauses": tuple(clauses)})


def test_vague_words_are_signed_sooner_and_hold_less(world: Central) -> None:
    """Said firmly instead of vaguely, the same promise holds better at equal terms and is accepted
    less by the challenger; each side reads its own into the vague one. No guarantor signs the
    vague words less readily; to them, as to the protégé, it makes next to no difference."""
    vague = judged(world, "vague-support")
    clear = judged(world, "vague-support", text=firm(load_instrument("vague-support")))
    assert number(vague, "held", "equal") < number(clear, "held", "equal")
    assert number(vague, "accept_challenger", "equal") > number(clear, "accept_challenger", "equal")
    assert number(vague, "reading_gap") > number(clear, "reading_gap")
    vague_yes, firm_yes = (np.asarray(answer["accept"])[0] for answer in (vague, clear))
    assert vague_yes[RU] > firm_yes[RU] + 0.01
    assert np.all(vague_yes[FIRST:] >= firm_yes[FIRST:] - 1e-9)
    assert np.all(np.abs(vague_yes[UA:] - firm_yes[UA:]) < 0.001)
