"""The document on claims says of each what the worlds say, and invents nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from invented_worlds import few, invented
from jsonschema import Draft202012Validator

from tightrope.case.claims import Claims
from tightrope.cli.output import plain
from tightrope.cli.schemas import schema_of
from tightrope.explore.claims import document, failed_checks, judge_claims
from tightrope.explore.contradiction import contradictions
from tightrope.guarantee.draws import parameter_draws
from tightrope.report.added import add_pages
from tightrope.report.experts import experts_page

CASE = few()
DRAWS = 128


def claim(name: str, limit: float, relation: str = "above", **more: Any) -> dict[str, Any]:
    """A claim that an American treaty is held above or below a number."""
    return {
        "id": name,
        "speaker": f"speaker of {name}",
        "source": "article01, closing paragraph",
        "says": f"It is <{relation}> {limit:g} & no other.",
        "proposition": {
            "kind": "compare",
            "left": {"outcome": "held", "option": "us-treaty"},
            "relation": relation,
            "right": limit,
        },
        **more,
    }


CLAIMS = Claims.model_validate(
    {
        "claims": [
            claim("high", 0.5, check={"at_least": 0.9, "when": "before"}),
            claim("low", 0.4, "below", check={"at_least": 0.05}),
            claim("always", -1.0, construction="Chances are never negative."),
            claim("never", 2.0, contradicts=["always"]),
            {
                "id": "unsaid",
                "speaker": "the author",
                "source": "article02, first paragraph",
                "says": "It cannot be said.",
                "expressible": False,
                "reason": "no such outcome",
            },
        ]
    }
)


def answer(shuffled: bool = False, likelihood: Any = None) -> dict[str, Any]:
    """The document where what holds hangs on the American stake, or on nothing."""
    stake = parameter_draws(CASE, DRAWS, 0)["stake.US"]
    held = (stake - stake.min()) / np.ptp(stake)
    if shuffled:
        held = np.random.default_rng(0).permutation(held)
    solved = invented(CASE, {"us-treaty": {"held": held}}, DRAWS, likelihood=likelihood)
    found: dict[str, Any] = plain(document(CASE, CLAIMS, solved))
    return found


def by_id(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Rows of a document by claim."""
    return {row["id"]: row for row in found["claims"]}


def test_shares_conditions_and_dependence_are_those_of_the_worlds() -> None:
    """A claim that hangs on one number names it, its limit, and a world below the limit."""
    row = by_id(answer())["high"]
    stake = parameter_draws(CASE, DRAWS, 0)["stake.US"]
    middle = stake.min() + 0.5 * np.ptp(stake)
    assert row["holds"]["before"] == pytest.approx(float((stake > middle).mean()), abs=0.01)
    assert row["depends_on"][0] == "stake.US"
    assert row["conditions"][0]["limits"]["stake.US"][0] == pytest.approx(middle, abs=0.02)
    assert row["conditions"][0]["holds"] == 1.0 > row["conditions"][0]["elsewhere"]
    assert "stake.US" in row["conditions_say"]
    fails = row["fails"]
    assert fails["margin"] <= 0 and fails["parameters"][0]["parameter"] == "stake.US"
    assert fails["parameters"][0]["value"] == pytest.approx(float(stake[fails["draw"]]))
    assert fails["parameters"][0]["value"] < middle


def test_the_record_moves_shares() -> None:
    """Worlds that explain the record better count for more, and the failing world is likely."""
    stake = parameter_draws(CASE, DRAWS, 0)["stake.US"]
    facts = (40.0 * stake)[:, None]
    row = by_id(answer(likelihood=facts))["high"]
    assert row["holds"]["after"] > row["holds"]["before"] + 0.2
    failing = stake <= stake.min() + 0.5 * np.ptp(stake)
    assert stake[row["fails"]["draw"]] == pytest.approx(stake[failing].max(), abs=0.01)


def test_shuffled_outcomes_give_no_finding() -> None:
    """Where outcomes have nothing to do with parameters, no dependence and no condition is told."""
    for row in by_id(answer(shuffled=True)).values():
        assert row["depends_on"] == [] and row["conditions"] == []


def test_what_never_or_always_holds_is_told_so() -> None:
    """A claim true by construction is marked, one that never holds fails somewhere."""
    rows = by_id(answer())
    assert rows["always"]["holds"] == {"before": 1.0, "after": 1.0}
    assert rows["always"]["by_construction"] and rows["always"]["fails"] is None
    assert rows["never"]["holds"]["before"] == 0.0 and rows["never"]["fails"] is not None
    assert rows["unsaid"]["holds"] == {"before": None, "after": None}
    assert rows["unsaid"]["reason"] == "no such outcome"


def test_contradictions_are_found_and_declared() -> None:
    """Claims that never hold together contradict each other; so do those that say they do."""
    rows = by_id(answer())
    assert "low" in rows["high"]["contradicts"] and "high" in rows["low"]["contradicts"]
    how = {one["id"]: one["how"] for one in rows["never"]["contradictions"]}
    assert how["always"] == "declared"
    # What never holds at all says nothing of others.
    assert "high" not in rows["never"]["contradicts"]


def test_claims_of_one_speaker_or_by_chance_do_not_contradict() -> None:
    """Rare claims that miss each other by chance, and one speaker's own, are no contradiction."""
    chance = np.random.default_rng(0)
    rare = [np.where(chance.uniform(size=DRAWS) < 0.02, 1.0, -1.0) for _ in range(4)]
    assert contradictions(CLAIMS.claims[:2] * 2, rare) == []
    alone = [one.model_copy(update={"speaker": "same"}) for one in CLAIMS.claims[:2]]
    half = np.where(np.arange(DRAWS) < 64, 1.0, -1.0)
    assert contradictions(alone, [half, -half]) == []
    assert len(contradictions(CLAIMS.claims[:2], [half, -half])) == 1


def test_checks_are_checked() -> None:
    """A claim that does not hold as often as its file asks is named with what was asked."""
    found = answer()
    rows = by_id(found)
    assert rows["high"]["check"]["passed"] is False and rows["low"]["check"]["passed"] is True
    assert rows["never"]["check"] is None
    (words,) = failed_checks(found)
    assert words.startswith("high: holds in ") and "90% to 100%" in words


def test_claims_of_which_none_can_be_expressed_have_a_document(tmp_path: Path) -> None:
    """Where the model can express no claim, nothing is solved and each is told with its reason."""
    unsaid = Claims(claims=CLAIMS.claims[-1:])
    found = plain(judge_claims(CASE, unsaid, DRAWS, 0))
    header = {"schema_version": "1", "tightrope_version": "0", "command": "claims"}
    Draft202012Validator(schema_of("claims")).validate({**header, **found})
    assert found["options_solved"] == [] and found["claims"][0]["holds"]["before"] is None
    add_pages(tmp_path, CASE.title, [experts_page(found)], "a line")
    assert "no such outcome" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_document_obeys_its_schema() -> None:
    """The document has what its published schema asks for, and nothing else."""
    head = {"schema_version": "1", "tightrope_version": "x", "command": "claims"}
    Draft202012Validator(schema_of("claims")).validate({**head, **answer()})


def test_the_page_tells_every_claim(tmp_path: Path) -> None:
    """The page has each claim, escaped, with a finding computed from the shares, and its data."""
    pytest.importorskip("vl_convert")
    found = answer()
    chapter = experts_page(found)
    add_pages(tmp_path, "A case", [chapter], "draws 128, seed 0")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for row in found["claims"]:
        assert row["speaker"] in text
    assert "&lt;above&gt; 0.5 &amp; no other" in text and "<above>" not in text
    assert "Of 3 claims that can fail, 0 hold in at least nine worlds" in text
    assert "1 in at most one of ten" in text
    assert "The model cannot express" not in text and "What the model cannot express" in text
    files = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.*")}
    data = {"data/claims.csv", "data/claims.meta.txt", "charts/claims.svg"}
    assert files == {"report.html", *data}
    by_id(found)["never"]["holds"]["after"] = 0.95
    title = experts_page(found).figures[0].title
    assert "1 hold in at least nine worlds" in title and "0 in at most one of ten" in title
    assert "the record moves most 'never', from 0\u00a0% to 95\u00a0%" in title


def test_a_claim_that_never_failed_is_not_one_that_can() -> None:
    """It is told apart; and what cannot fail by construction is not what the record moves most."""
    found = answer()
    rows = by_id(found)
    rows["always"]["holds"]["after"] = 0.0
    rows["low"] |= {"fails": None, "holds": {"before": 1.0, "after": 1.0}}
    chapter = experts_page(found)
    title = chapter.figures[0].title
    assert title.startswith("Of 2 claims that can fail, 0 hold")
    assert "1 never failed, though a failing world was sought" in title and "'always'" not in title
    assert any("never failed, though sought" in str(part) for part in chapter.parts)
    for row in found["claims"]:
        row["fails"] = None
    assert experts_page(found).figures[0].title.startswith("No claim fails in any world looked at")
