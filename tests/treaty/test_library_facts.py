"""The library says what the texts say, and every clause can be traced."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tightrope.treaty import (
    InputError,
    Instrument,
    changes_between,
    library_ids,
    library_text,
    load_instrument,
    strip_duties,
)

IDS = {
    "no-agreement", "bare-ceasefire", "nuclear-deterrent",
    "budapest-1994", "bucharest-2008", "french-formula-2022", "tailored-scholz",
    "principles-and-actions", "vague-support",
    "nato-membership", "defeat-then-eu-nato", "eu-42-7",
    "article5-like", "multilateral-outside-un", "non-bloc-immediate", "own-build-up",
    "us-treaty", "us-executive", "us-recognition", "israel-model",
    "istanbul-2022", "neutrality-with-china",
    "uk-ukraine-2024", "us-ukraine-2024", "germany-ukraine-2024", "france-ukraine-2024",
    "poland-ukraine-2024", "netherlands-ukraine-2024", "estonia-ukraine-2024",
    "croatia-ukraine-2024", "eu-ukraine-2024", "bilaterals-together",
    "coalition-willing", "coalition-willing-alone", "no-fly-zone", "sanctions-and-oil",
}  # fmt: skip
DRAFTS = {
    "coalition-willing-alone": "coalition-willing", "bucharest-2008": "nato-membership",
    "defeat-then-eu-nato": "nato-membership", "neutrality-with-china": "istanbul-2022",
    "us-executive": "us-treaty", "us-recognition": "us-treaty",
}  # fmt: skip


@pytest.fixture(params=sorted(IDS))
def text(request: pytest.FixtureRequest) -> Instrument:
    """Give each library instrument in turn."""
    return load_instrument(request.param)


def test_the_library_has_its_instruments() -> None:
    """The library must have the instruments that the options of the case name."""
    assert set(library_ids()) == IDS


@pytest.mark.parametrize(("name", "base"), sorted(DRAFTS.items()))
def test_a_variant_is_a_draft_on_its_base(name: str, base: str) -> None:
    """A text that varies another must say so, so that the two differ by named clauses."""
    assert f"\nbase: {base}\n" in library_text(name)
    assert changes_between(load_instrument(base), load_instrument(name))


def test_every_clause_can_be_traced(text: Instrument) -> None:
    """Every clause must name its article, say one sentence, and rest on a source of its text."""
    for clause in text.clauses:
        assert clause.article.strip()
        assert re.fullmatch(r"[^\n]{15,160}\.", clause.says), clause.says
        assert clause.source is None or clause.source in text.sources
    assert text.sources


def test_every_source_of_the_parties_is_listed(text: Instrument) -> None:
    """A willingness on record must cite a source that the instrument lists."""
    for party in text.parties:
        assert (party.willingness == "none-on-record") == (party.willingness_source is None)
        assert party.willingness_source in (None, *text.sources)


def test_a_promise_is_two_sentences(text: Instrument) -> None:
    """A promise must be two plain sentences, without a line break."""
    assert len(re.findall(r"[.?!](?= |$)", text.promise)) == 2
    assert text.promise.endswith(".")
    assert "\n" not in text.promise.strip()


def test_every_instrument_knows_who_is_who(text: Instrument) -> None:
    """Ukraine is the protégé and Russia the challenger in every text, once."""
    assert text.in_role("protege") == ("UA",)
    assert text.in_role("challenger") == ("RU",)


def test_every_duty_is_triggered_and_decided(text: Instrument) -> None:
    """Each obligation must hang on a trigger and pass through a procedure of its own text."""
    for duty in text.obligations:
        assert text.triggers_of(duty) and text.procedures_of(duty)


def test_judgements_are_declared_in_the_file(text: Instrument) -> None:
    """What was coded by judgement must stand in the head of the file."""
    head = library_text(text.id).split("schema_version")[0]
    assert all(line.startswith("#") for line in head.strip().splitlines())
    assert "Coded by judgement" in head


def test_further_sources_are_named_in_the_head(text: Instrument) -> None:
    """A citation key beyond the common ones must be explained where it is used."""
    common = {
        *(f"article0{number}" for number in range(1, 6)), "budapest1994", "nat1949", "ukua2024",
        "istanbul2022", "unCharter", "teu427", "parisdecl2026", "tra1979", "usua2024",
    }  # fmt: skip
    head = library_text(text.id).split("schema_version")[0]
    for key in set(text.sources) - common:
        assert f"{key} (" in head


def test_budapest_is_coded_as_it_reads() -> None:
    """The Budapest remedy is the Council, for nuclear threats only, and Russia can stop it."""
    text = load_instrument("budapest-1994")
    assert text.guarantors == ("GB", "US")
    remedy = text.clause("seek-council-action")
    assert [one.rule for one in text.procedures_of(remedy)] == ["un-security-council"]
    assert [one.may_block for one in text.procedures_of(remedy)] == [("RU",)]
    assert {one.threshold for one in text.triggers_of(remedy)} == {"nuclear-threat"}
    assert remedy.grade == "political" and remedy.measures == ("materiel",)
    assert {(one.on, one.type) for one in text.restraints} == {
        (("UA",), "no-nuclear"),
        (("RU",), "no-force"),
    }
    assert text.life.challenger_consent == "required"
    assert text.life.withdrawal_notice_months is None


def test_article_5_leaves_the_choice_of_means() -> None:
    """Under Article 5 each ally takes such action as it deems necessary, armed force included."""
    text = load_instrument("nato-membership")
    duty = text.clause("assist")
    assert duty.modality == "shall-as-it-deems-necessary" and duty.specificity == "open-ended"
    assert {"air", "maritime", "ground"} <= set(duty.measures)
    path = text.life.accession
    assert path is not None and path.all_members_must_agree and path.vetoes == ("SK",)
    assert set(path.exits) == {"admitted", "refused", "declined", "bargained-away"}
    assert path.expected_years is None
    assert (text.life.review_years, text.life.withdrawal_notice_months) == (10, 12)
    assert text.life.ratification["US"] == "two-thirds"


def test_istanbul_names_eleven_guarantors_and_russia_consents() -> None:
    """The March text lets each guarantor act after three days of talks, and Russia must sign."""
    text = load_instrument("istanbul-2022")
    assert set(text.guarantors) == set(["US", "GB", "FR", "CN", "TR", "DE", "CA", "IT", "PL", "IL"])
    assert text.clause("consultations").takes_days == 3
    assert text.clause("consultations").may_block == ()
    assert text.life.challenger_consent == "required"
    assert {one.type for one in text.restraints} == {
        "neutrality", "no-alliance-bid", "no-bases", "no-nuclear"
    }  # fmt: skip


def test_the_agreement_of_2024_is_coded_as_it_reads() -> None:
    """Within a day both consult; the help is weapons and costs for Russia, not force."""
    text = load_instrument("uk-ukraine-2024")
    assert text.clause("consult").within_days == 1
    assert not {"air", "maritime", "ground"} & set(text.clause("assist").measures)
    assert text.life.duration_years == 10 and text.life.withdrawal_notice_months == 6
    assert {one.grade for one in text.clauses} == {"executive"}
    assert str(text.dates.signed) == "2024-01-12"


def test_the_israel_model_owes_no_force() -> None:
    """The Israel model must promise aid and an edge, and no measure of force."""
    text = load_instrument("israel-model")
    assert not {m for duty in text.obligations for m in duty.measures} & {"air", "ground"}
    assert {one.type for one in text.pillars} == {
        "aid", "training", "joint-production", "intelligence"
    }  # fmt: skip
    assert {one.grade for one in text.pillars} == {"executive", "statute"}


def test_the_backstop_is_american_and_without_troops() -> None:
    """The backstop is air support in some form and intelligence; alone, America is no party."""
    whole, alone = load_instrument("coalition-willing"), load_instrument("coalition-willing-alone")
    assert "US" in whole.guarantors and "US" not in alone.actors
    assert whole.clause("backstop-air").measures == ("air",)
    assert not any("US" in whole.holders_of(force) for force in whole.presences)
    removed = {one.clause for one in changes_between(whole, alone) if one.op == "remove"}
    assert removed == {"backstop-air", "backstop-intelligence"}
    changed = {one.clause for one in changes_between(whole, alone)} - removed - {None}
    assert changed == {"monitoring", "life"}
    assert whole.presences == alone.presences


def test_stripped_istanbul_keeps_its_terms() -> None:
    """Without its duties the Istanbul text must still have neutrality and its consents."""
    bare = strip_duties(load_instrument("istanbul-2022"))
    assert {one.kind for one in bare.clauses} == {"restraint", "life"}
    assert bare.life.challenger_consent == "required" and bare.life.depends_on == ("neutrality",)


def test_a_silent_text_has_the_defaults_of_life() -> None:
    """Where a text is silent, its life must be in force on signature, for good, for everyone."""
    life = load_instrument("no-agreement").life
    assert life.entry.expected_years == 0 and life.duration_years == "indefinite"
    assert life.consent == () and life.challenger_consent == "not-sought"
    assert life.starts == "at_once" and life.accession is None


def test_an_unknown_clause_or_party_is_guessed() -> None:
    """Asking for a clause or a party that is not there must bring up the nearest."""
    text = load_instrument("nato-membership")
    with pytest.raises(InputError, match="Did you mean 'assist'"):
        text.clause("asist")
    with pytest.raises(InputError, match="not a party"):
        text.party("IE")


def test_grades_follow_the_form() -> None:
    """A clause that states no grade must take that of its instrument's form."""
    assert {one.grade for one in load_instrument("article5-like").clauses} == {"treaty"}
    assert {one.grade for one in load_instrument("coalition-willing").clauses} == {"political"}


def test_the_room_needs_no_numerical_library() -> None:
    """Reading and linting a treaty must not load jax, numpy, pandas or xarray."""
    code = (
        "import sys; from tightrope.treaty import lint, load_instrument;"
        "lint(load_instrument('coalition-willing-alone'));"
        "print([m for m in ('jax', 'numpy', 'pandas', 'xarray') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
