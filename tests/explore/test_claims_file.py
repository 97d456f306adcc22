"""The claims that ship with the case, and what is wrong with a claims file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tightrope.case import instrument_of, load_case
from tightrope.case.claims import in_file, load_claims, options_needed, options_of
from tightrope.case.parameter import read_citations
from tightrope.explore.proposition import check_outcomes
from tightrope.explore.variants import with_variants
from tightrope.treaty import InputError, Where, read_file

CASE = load_case("ukraine")
CLAIMS = load_claims(CASE)
#: So many words in a row in both texts would be a sentence copied.
IN_A_ROW = 9


def test_the_claims_of_the_case_are_whole() -> None:
    """At least thirty claims of all five articles can be judged, each by a speaker with a place."""
    judged = [claim for claim in CLAIMS.claims if claim.expressible]
    assert len(judged) >= 30
    check_outcomes(CLAIMS, CASE)
    cited = {read_citations(claim.source)[0].key for claim in CLAIMS.claims}
    assert cited == {f"article0{k}" for k in range(1, 6)}
    assert any(not claim.expressible for claim in CLAIMS.claims)
    assert any(claim.construction for claim in CLAIMS.claims)
    speakers = {claim.speaker for claim in CLAIMS.claims}
    assert not {name for name in speakers for wrong in ("Woolforth", "Kansian", "Hodes", "Walse",
                "Beaver", "Downs") if wrong in name}  # fmt: skip


def test_declared_contradictions_are_those_of_their_words() -> None:
    """What only casts doubt on weak papers does not deny that strong guarantees deter."""
    declared = {frozenset((one.id, other)) for one in CLAIMS.claims for other in one.contradicts}
    assert declared == {
        frozenset(pair)
        for pair in (
            ("guarantees-open-the-way", "stronger-is-opposed"),
            ("no-more-willing-once-signed", "guarantees-deter"),
            ("russia-permits-none", "russia-takes-us-for-recognition"),
            ("israel-model-better", "only-membership"),
        )
    }
    speakers = {claim.id: claim.speaker for claim in CLAIMS.claims}
    assert all(len({speakers[name] for name in pair}) == 2 for pair in declared)


def test_the_page_counts_claims_and_texts_rightly() -> None:
    """How many claims there are, can be expressed, and how many texts they need."""
    page = Path(__file__).resolve().parents[2] / "docs" / "explore" / "claims.md"
    told = " ".join(page.read_text(encoding="utf-8").split())
    judged = sum(claim.expressible for claim in CLAIMS.claims)
    counts = f"Of the {len(CLAIMS.claims)} claims on Ukraine {judged} can be expressed"
    assert f"{counts}; they need {len(options_needed(CLAIMS))} texts" in told


def test_the_works_cited_are_in_the_bibliography() -> None:
    """Each claim's source is a key of the case's bibliography."""
    from tightrope.case.bibtex import read_bibliography

    known = {entry.key for entry in read_bibliography(Path(CASE.folder) / CASE.bibliography)}
    assert {read_citations(claim.source)[0].key for claim in CLAIMS.claims} <= known


def test_every_variant_is_a_sound_text(tmp_path: Path) -> None:
    """Each variant differs from its base and can be read back; every one of them is used."""
    whole = with_variants(CASE, CLAIMS.variants, tmp_path)
    for variant in CLAIMS.variants:
        option = whole.option(variant.id)
        assert Path(option.instrument).is_file() and variant.changes
    assert {variant.id for variant in CLAIMS.variants} <= set(options_needed(CLAIMS))
    # Affordable: what is solved is shared by more than twice as many claims.
    assert 2 * len(options_needed(CLAIMS)) < len(CLAIMS.claims)


def test_duties_that_run_through_the_council_stand_alone(tmp_path: Path) -> None:
    """As its title says: of the base only duties, their triggers, the decision and entry stay."""
    whole = with_variants(CASE, CLAIMS.variants, tmp_path)
    text = instrument_of(whole, whole.option("council-duties-alone"))
    kinds = {clause.kind for clause in text.clauses}
    assert kinds == {"trigger", "obligation", "procedure", "life"}
    found_by = {who for clause in text.clauses if clause.kind == "trigger"
                for who in clause.determined_by}  # fmt: skip
    assert found_by == {"UA", "un-security-council"}


def test_a_claim_on_tailored_guarantees_is_read_by_their_text() -> None:
    """What the German chancellor said of 2022 is judged by the text that is coded from it."""
    (claim,) = [claim for claim in CLAIMS.claims if claim.id == "not-article-5"]
    assert set(options_of(claim, CLAIMS)) == {"tailored-scholz", "article5-like"}


def test_no_sentence_is_copied(shared_data: Callable[[str], Path]) -> None:
    """No paraphrase has nine words in a row with its article."""
    articles = shared_data("../sources")

    def words(text: str) -> list[str]:
        return re.findall(r"[a-z]+", text.lower().replace("’", "'"))

    def runs(text: list[str]) -> set[tuple[str, ...]]:
        return {tuple(text[k : k + IN_A_ROW]) for k in range(len(text) - IN_A_ROW + 1)}

    files = sorted(articles.glob("0*.txt"))
    written = runs([w for path in files for w in words(path.read_text("utf-8"))])
    assert files and written, "no article is there to compare with"
    for claim in CLAIMS.claims:
        assert not runs(words(claim.says)) & written, claim.id


def block() -> dict[str, Any]:
    """A small claims file."""
    return {
        "sets": {"two": ["us-treaty", "softer"]},
        "variants": [
            {
                "id": "softer",
                "base": "us-treaty",
                "title": "softer",
                "changes": [
                    {"op": "set", "clause": "meet-the-danger", "field": "modality", "value": "may"}
                ],
                "settlement": {"relief": 0.25},
            }
        ],
        "claims": [
            {
                "id": "one",
                "speaker": "an expert quoted in the article",
                "source": "article01, closing paragraph",
                "says": "Softer words hold less.",
                "proposition": {
                    "kind": "every",
                    "among": "two",
                    "that": {
                        "kind": "compare",
                        "left": {"outcome": "held", "option": "each"},
                        "relation": "below",
                        "right": 0.5,
                    },
                },
            },
            {
                "id": "two",
                "speaker": "the author",
                "source": "article02, first paragraph",
                "says": "It cannot be said.",
                "expressible": False,
                "reason": "no such outcome",
            },
        ],
    }


def written(folder: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    """The small file, changed."""
    text = block()
    change(text)
    path = folder / "claims.yaml"
    plain = json.loads(json.dumps(text))
    path.write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")
    return path


def inner(text: dict[str, Any]) -> dict[str, Any]:
    """The comparison within the small file's first claim."""
    found: dict[str, Any] = text["claims"][0]["proposition"]["that"]
    return found


BAD: dict[str, tuple[Callable[[dict[str, Any]], Any], str, str]] = {
    "unknown set": (
        lambda t: t["claims"][0]["proposition"].update(among="tow"), "TW162", "Did you mean 'two'",
    ),
    "unknown option in a set": (
        lambda t: t["sets"].update(two=["us-treatty"]), "TW162", "Did you mean 'us-treaty'",
    ),
    "unknown option": (lambda t: inner(t)["left"].update(option="nato"), "TW162", "'nato'"),
    "unknown actor": (
        lambda t: inner(t)["left"].update(outcome="accept", actor="USA"), "TW162", "'USA'",
    ),
    "unknown base": (lambda t: t["variants"][0].update(base="us"), "TW162", "'us'"),
    "unknown term": (
        lambda t: t["variants"][0].update(settlement={"releif": 0.1}), "TW162", "'relief'",
    ),
    "variant called like an option": (
        lambda t: t["variants"][0].update(id="us-treaty"), "TW152", "twice",
    ),
    "claim twice": (lambda t: t["claims"][1].update(id="one"), "TW152", "twice"),
    "contradicts nothing": (
        lambda t: t["claims"][0].update(contradicts=["three"]), "TW162", "'three'",
    ),
    "each outside": (
        lambda t: t["claims"][0].update(proposition=inner(t)), "TW163", "outside",
    ),
    "no proposition": (lambda t: t["claims"][0].pop("proposition"), "TW163", "expressible: false"),
    "no reason": (lambda t: t["claims"][1].pop("reason"), "TW163", "why"),
    "both": (
        lambda t: t["claims"][1].update(proposition=t["claims"][0]["proposition"]),
        "TW163", "all the same",
    ),
    "check that cannot pass": (
        lambda t: t["claims"][0].update(check={"at_least": 0.9, "at_most": 0.1}), "TW164", "swap",
    ),
    "check of what cannot be said": (
        lambda t: t["claims"][1].update(check={"at_least": 0.9}), "TW163", "cannot be checked",
    ),
    "unknown kind": (lambda t: inner(t).update(kind="compair"), "TW104", "Did you mean 'compare'"),
    "unknown key": (lambda t: inner(t).update(margin=1.0), "TW105", "right, by"),
    "share above one": (
        lambda t: t["claims"][0].update(check={"at_least": 1.5}), "TW108", "out of range",
    ),
    "source without a place": (
        lambda t: t["claims"][0].update(source="article01"), "TW156", "locator",
    ),
    "no claims": (lambda t: t.update(claims=[]), "TW121", "claims"),
}  # fmt: skip


def test_the_small_file_stands(tmp_path: Path) -> None:
    """The file that the faults below are made in is itself without fault."""
    claims = load_claims(CASE, written(tmp_path, lambda t: None))
    check_outcomes(claims, CASE)
    made = with_variants(CASE, claims.variants, tmp_path).option("softer")
    assert made.settlement.relief == 0.25
    assert options_needed(claims) == ("us-treaty", "softer")


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_claims_file_is_refused(fault: str, tmp_path: Path) -> None:
    """Each fault has its code, its file and line, and a message that says what would do."""
    change, code, says = BAD[fault]
    path = written(tmp_path, change)
    with pytest.raises(InputError) as caught:
        load_claims(CASE, path)
    first = caught.value.problems()[0]
    assert first.code == code, str(caught.value)
    assert says in str(caught.value), str(caught.value)
    assert str(path) in str(first) and first.where.line is not None


def test_a_change_that_does_not_fit_names_its_variant(tmp_path: Path) -> None:
    """A variant whose change does not fit its base is named, with the clauses there are."""
    claims = load_claims(
        CASE,
        written(tmp_path, lambda t: t["variants"][0]["changes"][0].update(clause="meet-a-danger")),
    )
    with pytest.raises(InputError) as caught:
        with_variants(CASE, claims.variants, tmp_path)
    assert "'softer'" in str(caught.value) and "Did you mean 'meet-the-danger'" in str(caught.value)
    path = tmp_path / "claims.yaml"
    line = path.read_text(encoding="utf-8").split("variants:")[0].count("\n") + 2
    assert str(in_file(caught.value, CASE, path)).startswith(f"{path}:{line}  variants[0]: ")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"outcome": "hold"}, "outcome"),
        ({"outcome": "accept"}, ""),
        ({"level": "full"}, ""),
    ],
)
def test_an_outcome_that_cannot_be_names_its_line(
    wrong: dict[str, str], field: str, tmp_path: Path
) -> None:
    """An outcome that the model lacks, or that lacks its actor, must be found in the file."""
    path = written(tmp_path, lambda t: inner(t)["left"].update(wrong))
    with pytest.raises(InputError) as caught:
        check_outcomes(load_claims(CASE, path), CASE)
    said = str(in_file(caught.value, CASE, path))
    lines = path.read_text(encoding="utf-8").splitlines()
    word = f"outcome: {wrong.get('outcome', 'held')}"
    line = next(n for n, text in enumerate(lines, 1) if word in text)
    full = "claims[0].proposition.that.left" + (f".{field}" if field else "")
    place, said = said.split("  ", 1)
    assert said.startswith(f"{full}: "), said
    assert place in (f"{path}:{line}", f"{path}:{line - 1}")


def test_an_error_of_something_else_is_not_placed_in_the_file(tmp_path: Path) -> None:
    """What is wrong with draws or the case keeps its own place."""
    path = written(tmp_path, lambda t: None)
    for where in (Where(field="draws"), Where("case.yaml", 3, field="parameters"), Where()):
        error = InputError("so", "TW108", where)
        assert in_file(error, CASE, path).where == where


def test_a_case_without_claims_says_so(tmp_path: Path) -> None:
    """A case that has no claims asks for a file."""
    with pytest.raises(InputError) as caught:
        load_claims(load_case("czechoslovakia-1938"))
    assert "--file" in str(caught.value)
    with pytest.raises(InputError):
        read_file(tmp_path / "none.yaml")


def test_what_is_wrong_elsewhere_is_not_placed_in_the_claims() -> None:
    """An error of the case, found while claims are judged, must keep the place that it has."""
    error = InputError("no such correlations", "TW169", Where(field="correlations"))
    assert in_file(error, CASE) is error
