"""The minister's page: its answer, its verdicts and its facts follow the numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import get_args

import pytest
from invented import OPTIONS, results
from sheets import front, words

from tightrope.case.models import Settlement
from tightrope.report.bargain import terms_told
from tightrope.report.cards import verdict
from tightrope.report.facts import FACTS
from tightrope.report.minister import sheet, solved
from tightrope.report.page import page
from tightrope.report.paired import lever, pair
from tightrope.report.results import Text
from tightrope.report.weighing import by_chance
from tightrope.report.words import percent, points
from tightrope.report.write import figures


def test_page_0_follows_a_swap() -> None:
    """If two options exchange their numbers, the answer and the runner-up change places."""
    one = results()
    first, second, *_ = solved(one)
    other = results(swap=(first, second))
    assert solved(other)[:2] == [second, first]
    for run, best in ((one, first), (other, second)):
        head = re.search(r"<h1>(.*?)</h1>", sheet(run)[0])
        assert head is not None
        assert unescape(head[1]).startswith(OPTIONS[best])
        cards = front(run)
        assert cards.index(OPTIONS[best]) < cards.index("The runner-up")


def test_page_0_tells_duties_from_terms() -> None:
    """Page 0 says what the answer's duties add at equal terms, and whose duties add most."""
    run = results()
    adds = {o: run.mean(o, "equal_terms", "deterrence") or 0.0 for o in run.agreements}
    best, top = solved(run)[0], max(adds, key=lambda option: adds[option])
    told, own, most = front(run), *(points(adds[o]).replace("\u00a0", " ") for o in (best, top))
    assert f"its duties add {own.lstrip('+')} to the chance that peace holds" in told
    assert top != best and f"most: '{OPTIONS[top]}' ({most})" in told
    run.document["options"][best]["equal_terms"]["deterrence"]["mean"] = -0.012
    assert "its duties take 1 point from the chance that peace holds" in front(run)
    alone = front(results(only=("pact",)))
    assert "its duties add" in alone and "most:" not in alone


def test_page_0_says_what_is_promised_and_on_which_terms() -> None:
    """The promise of option 1 and its line, recognition and relief follow the option."""
    run = results()
    best = solved(run)[0]
    told = front(run).replace("\u00a0", " ")
    assert f"Option 1 promises: {run.text(best).promise}" in told
    assert (
        "Option 1 terms: Today's line is held, no recognition of what Challenger holds and "
        "20 % of the sanctions lifted."
    ) in told
    other = Text(promise="word " * 90, terms={"line": "pre-2022", "relief": 0.0})
    told = front(replace(run, texts={**run.texts, best: other}))
    assert "Option 1 terms: The line of before 2022 is held and no sanctions lifted." in told
    assert "word…" in told and "word " * 60 not in told, "a long promise is cut"
    assert "Option 1 promises" not in front(replace(run, texts={})), "and none is made up"


@pytest.mark.parametrize("field", ["line", "recognition"])
def test_every_term_has_words(field: str) -> None:
    """No line or recognition that a case may hold is left out of page 0 for want of words."""
    run = results()
    kinds = get_args(Settlement.model_fields[field].annotation)
    told = {terms_told(run, {field: kind}) for kind in kinds}
    assert len(told) == len(kinds) >= 3 and "" not in told


def test_page_0_says_how_far_off_a_share_of_worlds_may_be() -> None:
    """Few worlds of weight make every share rough, and the title tells the lead in the same."""
    run = results()
    run.document["effective_draws"] = 16.0
    assert "worth 16 equally good ones, so a share of worlds may be off by 25 points" in front(run)
    share = pair(run, *solved(run)[:2]).share
    drawn = next(figure for figure in figures(run) if figure.name == "minister")
    assert (
        drawn.title == f"The ranges overlap; in the same worlds the first leads in {percent(share)}"
    )


def test_a_shortened_input_keeps_its_state() -> None:
    """The state whose input decides stands first, so that page 0 names it however long the rest."""
    run = results()
    rows = [{**row, "actor": "AA", "meaning": "a meaning " * 20} for row in run.parameters]
    told = front(replace(run, parameters=rows))
    assert f"'{run.actor('AA')}: a meaning" in told


def test_no_fact_of_page_0_stands_without_its_range() -> None:
    """Cost, deaths, clash and nuclear use are told with their range, in the words of the mean."""
    run = results()
    best, told = solved(run)[0], front(run)
    for outcome, (name, says) in FACTS.items():
        spread = run.spread(best, outcome)
        assert spread is not None
        mean, low, high = (says(spread[key] or 0.0) for key in ("mean", "p05", "p95"))
        ends = (end.removeprefix("about ") for end in (low, high))
        named = name.format(years="10 years")
        assert f"{named} {mean} {' to '.join(ends)}" in told, outcome


def test_the_facts_of_page_0_say_what_they_are() -> None:
    """Deaths over how many years, who fights whom, and why a risk without a text has no number."""
    run = results()
    told = front(replace(run, horizon=7.0))
    assert "Deaths in war, 7 years" in told
    assert "Direct clash: a guarantor's forces fight those of Challenger." in told
    assert "signing nothing: not counted" in told
    assert "Not counted: no text is in force." in told
    assert "ot counted" not in front(results(only=("pact", "force")))


def test_one_option_says_so() -> None:
    """With a single option page 0 and the titles say so, and no runner-up is named."""
    run = results(only=("pact",))
    told = front(run)
    assert "Only one arrangement was judged" in told
    assert "No runner-up" in told and "beats it in" not in told
    titles = [figure.title for figure in figures(run)]
    assert any("one option was judged" in title for title in titles)
    of_many = re.compile(
        r"1 option that|widest|[Ll]east likely|most under|most:|commonest|1 of 1|no option"
    )
    assert not [title for title in titles if of_many.search(title)]
    for option in ("paper", "force", "no-agreement"):
        assert OPTIONS[option] not in words(page(run))


def test_no_agreement_alone_is_no_answer() -> None:
    """Where nothing can be signed, the page says so and still stands."""
    told = front(results(only=("no-agreement",)))
    assert "No arrangement that could be signed" in told


def test_the_deciding_parameter_is_found() -> None:
    """A parameter that is the lead itself is named as what goes with it, and is no accident."""
    run = results()
    lead = run.worlds["decisive"]
    found = lever(run, lead)
    assert found is not None
    assert found.parameter == "decisive" and found.clear
    assert found.rank == pytest.approx(1.0)
    assert (found.low, found.high) == (0.0, 1.0)
    assert not by_chance(100, 8) < 0.9, "with eight draws, nothing stands out among a hundred"
    run.document["effective_draws"] = 1.1
    few = lever(run, lead)
    assert few is not None and not few.clear, "with one world, nothing stands out at all"


def test_the_pair_is_judged_world_by_world() -> None:
    """The share of worlds in which the first wins, and that of the second, sum to one."""
    run = results()
    one, other = pair(run, "pact", "force"), pair(run, "force", "pact")
    assert one.share is not None and other.share is not None
    assert one.share + other.share == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("share", "worlds", "told"),
    [
        (0.5, 1000.0, "too close to call"),
        (0.7, 1000.0, "a lean, not a proof"),
        (0.84, 1000.0, "a clear lead"),
        (0.99, 1000.0, "nearly always"),
        (0.83, 9.0, "ahead, but the worlds count as only 9"),
        (0.84, 9.0, "a clear lead"),
        (0.8365, 8.875, "ahead, but the worlds count as only 9"),
        (1.0, 3.0, "ahead, but the worlds count as only 3"),
        (0.2, 1000.0, "behind in most, and ahead in the mean alone"),
        (0.2, 9.0, "behind, but the worlds count as only 9"),
    ],
)
def test_a_lead_is_clear_only_beyond_chance(share: float, worlds: float, told: str) -> None:
    """A share that may be a half, by what the page says it may be off, is not called clear."""
    assert verdict(share, worlds).endswith(f"of the same worlds: {told}.")


def test_page_0_counts_its_worlds_in_the_verdict() -> None:
    """The verdict on the runner-up rests on the worlds that the draws are worth."""
    run = results(swap=("force", "pact"))
    second = solved(run)[1]
    run.dataset["durable"].loc[{"option": second}] = 0.0
    assert "100 % of the same worlds: nearly always." in front(run).replace("\u00a0", " ")
    run.document["effective_draws"] = 3.2
    assert "ahead, but the worlds count as only 3." in front(run)
