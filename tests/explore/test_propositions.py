"""Propositions mean what their words say, in every world."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_worlds import few, invented

from tightrope.case.claims import Claim, Claims
from tightrope.explore.proposition import Outcomes, check_outcomes, margin
from tightrope.treaty import InputError

SETS = {"both": ("us-treaty", "budapest-1994")}
CASE = few()


def proposition(block: dict[str, Any]) -> Any:
    """A proposition as a claims file has it."""
    plain = {"id": "x", "speaker": "s", "source": "article01, x", "says": "s"}
    return Claim.model_validate({**plain, "proposition": block}).proposition


def compare(left: str, right: float, relation: str = "above", **more: Any) -> dict[str, Any]:
    """A comparison of what is held under an option with a number."""
    quantity = {"outcome": "held", "option": left, **more}
    return {"kind": "compare", "left": quantity, "relation": relation, "right": right}


def worlds(one: list[float], other: list[float]) -> Outcomes:
    """Two options with these chances of being held."""
    held = {"us-treaty": {"held": np.array(one)}, "budapest-1994": {"held": np.array(other)}}
    return Outcomes(invented(CASE, held, len(one)))


def test_a_comparison_holds_where_it_is_so() -> None:
    """Above holds strictly above, by more than what is asked, and equal sides hold neither way."""
    found = worlds([0.2, 0.5, 0.8], [0.5, 0.5, 0.5])
    right = {"outcome": "held", "option": "budapest-1994"}
    above = {**compare("us-treaty", 0.0), "right": right}
    assert (margin(proposition(above), found, SETS) > 0).tolist() == [False, False, True]
    below = {**above, "relation": "below"}
    assert (margin(proposition(below), found, SETS) > 0).tolist() == [True, False, False]
    far = {**above, "by": 0.31}
    assert not (margin(proposition(far), found, SETS) > 0).any()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.floats(0, 1),
)
def test_words_obey_logic(one: list[float], other: list[float], limit: float) -> None:
    """'Every' is 'all', 'some' is 'any', and 'not all' is 'any not', in each world."""
    found = worlds(one, other)
    parts = [compare(option, limit) for option in SETS["both"]]
    each = compare("each", limit)

    def at(block: dict[str, Any]) -> list[float]:
        return [float(x) for x in margin(proposition(block), found, SETS)]

    assert at({"kind": "every", "among": "both", "that": each}) == at({"kind": "all", "of": parts})
    assert at({"kind": "some", "among": "both", "that": each}) == at({"kind": "any", "of": parts})
    not_all = {"kind": "not", "of": {"kind": "all", "of": parts}}
    any_not = {"kind": "any", "of": [{"kind": "not", "of": part} for part in parts]}
    assert at(not_all) == at(any_not)
    held = np.array([one, other])
    truth = (held > limit + 1e-6).all(axis=0)
    assert [x > 0 for x in at({"kind": "all", "of": parts})] == truth.tolist()


def test_what_is_missing_is_not_known() -> None:
    """A world in which a side is missing neither holds nor fails."""
    found = worlds([np.nan, 0.9], [0.5, 0.5])
    assert np.isnan(margin(proposition(compare("us-treaty", 0.5)), found, SETS)).tolist() == [
        True,
        False,
    ]


def test_guarantors_are_those_who_are_parties() -> None:
    """The mean, lowest and highest acceptance are taken over the parties, and no one else."""
    accept = np.array([[0.1, 0.2, 0.3, 0.9]])  # challenger, protégé, US, GB
    found = Outcomes(invented(CASE, {"us-treaty": {"accept": accept}, "budapest-1994": {
        "accept": accept}}, 1))  # fmt: skip

    def value(option: str, actor: str, over: str = "mean") -> float:
        quantity = {"outcome": "accept", "actor": actor, "over": over, "option": option}
        block = {"kind": "compare", "left": quantity, "relation": "above", "right": 0.0}
        return float(margin(proposition(block), found, SETS)[0]) + 1e-6

    assert value("us-treaty", "guarantors") == pytest.approx(0.3)
    assert value("budapest-1994", "guarantors") == pytest.approx(0.6)
    assert value("budapest-1994", "guarantors", "lowest") == pytest.approx(0.3)
    assert value("budapest-1994", "guarantors", "highest") == pytest.approx(0.9)
    assert value("us-treaty", "RU") == pytest.approx(0.1)
    assert np.isnan(value("us-treaty", "GB")), "a state that is no party has no say"


@pytest.mark.parametrize(
    ("quantity", "says"),
    [
        ({"outcome": "heldd"}, "Did you mean 'held'"),
        ({"outcome": "accept"}, "needs 'actor:'"),
        ({"outcome": "held", "actor": "US"}, "has no actor"),
        ({"outcome": "respond", "actor": "US"}, "'level:' and 'action:'"),
        ({"outcome": "value_guarantor", "actor": "RU"}, "'RU' is none"),
        (
            {"outcome": "respond", "actor": "UA", "level": "full", "action": "fight"},
            "Allowed: guarantors",
        ),
        ({"outcome": "accept", "actor": "US", "level": "full", "action": "fight"}, "respond"),
    ],
)
def test_an_outcome_that_is_none_is_refused(quantity: dict[str, str], says: str) -> None:
    """A claim on an outcome that is none says where it stands, and what would do."""
    block = {**compare("us-treaty", 0.5), "left": {"option": "us-treaty", **quantity}}
    plain = {"id": "mine", "speaker": "s", "source": "article01, x", "says": "s"}
    claims = Claims.model_validate({"claims": [{**plain, "proposition": block}]})
    with pytest.raises(InputError) as caught:
        check_outcomes(claims, CASE)
    assert says in str(caught.value)
    assert str(caught.value.where.field).startswith("claims[0].proposition.left")
    assert caught.value.code == "TW165"
