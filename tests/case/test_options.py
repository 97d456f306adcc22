"""The options of the Ukraine case: enough of them, each told in two sentences, no two alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest

from tightrope.case import Case, Option, load_case
from tightrope.guarantee.profile import Profile, compile_profile
from tightrope.treaty import Instrument, load_instrument

CASE = load_case("ukraine")
#: Settled on the same terms so that only the duties differ: an option and the one it is told from.
SAME_TERMS = {
    "bucharest-2008": "nato-membership",
    "eu-42-7": "nato-membership",
    "neutrality-with-china": "istanbul-2022",
    "vague-support": "istanbul-2022",
    "us-treaty": "article5-like",
    "us-executive": "us-treaty",
    "multilateral-outside-un": "article5-like",
    "tailored-scholz": "french-formula-2022",
    "bilaterals-together": "uk-ukraine-2024",
    "coalition-willing-alone": "coalition-willing",
}
ISSUE_3_ASKS_FOR = 28


def text_of(option: Option) -> Instrument:
    """The instrument of an option."""
    return load_instrument(option.instrument)


def numbers(profile: Profile) -> Iterator[tuple[object, ...]]:
    """What the model reads of an instrument, as values that can be compared."""
    stages = (profile.interim, profile.in_force, profile.lapsed, profile.expired)
    for part in (*stages, profile.terms_only, profile.life):
        yield tuple((np.shape(value), np.asarray(value).tobytes()) for value in part)
    yield (profile.plan, profile.iterate)


def alike(case: Case, options: tuple[Option, ...]) -> list[list[str]]:
    """Groups of options whose instruments compile to the same profile."""
    groups: dict[object, list[str]] = defaultdict(list)
    for option in options:
        compiled = compile_profile(case, text_of(option))
        groups[tuple(numbers(compiled))].append(option.id)
    return [group for group in groups.values() if len(group) > 1]


def test_there_are_enough_options() -> None:
    """The case must compare at least as many courses of action as were asked for."""
    assert len(CASE.options) >= ISSUE_3_ASKS_FOR


@pytest.mark.parametrize("option", CASE.options, ids=lambda option: option.id)
def test_every_option_promises_in_two_sentences(option: Option) -> None:
    """A reader must learn from two plain sentences what an option promises."""
    promise = text_of(option).promise
    assert len(re.findall(r"[.?!](?= |$)", promise)) == 2
    assert promise[0].isupper() and promise.endswith(".")


@pytest.mark.parametrize("option", CASE.options, ids=lambda option: option.id)
def test_every_option_says_in_one_sentence_why_its_terms(option: Option) -> None:
    """The terms are a choice, so each option must give its reason, once."""
    assert option.why and len(re.findall(r"[.?!](?= |$)", option.why)) == 1


def test_no_two_options_are_alike_to_the_model() -> None:
    """No two texts may compile to the same profile, or one of them would be there for nothing."""
    assert alike(CASE, CASE.options) == []


def test_the_check_finds_two_that_are_alike() -> None:
    """The same text under two names must be found."""
    twin = CASE.options[0].model_copy(update={"id": "twin"})
    assert alike(CASE, (*CASE.options, twin)) == [[CASE.options[0].id, "twin"]]


def test_titles_and_promises_tell_options_apart() -> None:
    """No title and no promise may stand for two options."""
    assert len({option.title for option in CASE.options}) == len(CASE.options)
    assert len({text_of(option).promise for option in CASE.options}) == len(CASE.options)


@pytest.mark.parametrize(("one", "other"), sorted(SAME_TERMS.items()))
def test_variants_differ_by_their_duties_only(one: str, other: str) -> None:
    """Where an option is there to be told from another, both must have the same settlement."""
    by_id = {option.id: option for option in CASE.options}
    assert by_id[one].settlement == by_id[other].settlement


@pytest.mark.parametrize("option", CASE.options, ids=lambda option: option.id)
def test_the_texts_name_states_by_their_two_letters(option: Option) -> None:
    """Parties must carry the ids by which the case knows states."""
    for actor in text_of(option).actors:
        assert re.fullmatch(r"[A-Z]{2}", actor), actor
