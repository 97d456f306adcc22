"""Titles follow the numbers, and what is missing is never a number."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from invented import OPTIONS, results
from sheets import front, words

from tightrope.report.balance import ROWS, balance_page
from tightrope.report.chart import Figure
from tightrope.report.frontier import beside, frontier
from tightrope.report.horizon import hazards_figure
from tightrope.report.limits import BELIEFS
from tightrope.report.minister import solved
from tightrope.report.page import page
from tightrope.report.paths import HAZARDS
from tightrope.report.responses import _finding as likeliest
from tightrope.report.responses import who_comes_page
from tightrope.report.tightrope import FEW, LIMITERS, _relation, _scatter, tightrope
from tightrope.report.weighing import rank_correlation, share_above, spread
from tightrope.report.windows import Window, _finding, windows
from tightrope.report.words import frequency, ordinal, percent
from tightrope.report.write import figures

LIMITS = Path(__file__).resolve().parents[2] / "docs" / "model" / "limits.md"


def test_titles_follow_a_swap() -> None:
    """If the best and the worst option exchange their numbers, titles that name one change."""
    one = results()
    ends = (solved(one)[0], solved(one)[-1])
    old, new = ({f.name: f.title for f in figures(run)} for run in (one, results(swap=ends)))
    assert old.keys() == new.keys()
    naming = {name for name, title in old.items() if any(OPTIONS[o][:20] in title for o in ends)}
    naming.discard("promised_expected")  # names who promised most, which is text and not result
    assert len(naming) >= 5
    for name in naming:
        one_of_two = [OPTIONS[o][:20] in old[name] for o in ends]
        assert old[name] != new[name] or all(one_of_two), old[name]


def test_no_agreement_is_not_signable() -> None:
    """An option that asks for no signature is in no list of who accepts and has no number."""
    run = results()
    assert run.number("no-agreement") == "A"
    for figure in figures(run):
        if figure.name.startswith("tightrope"):
            assert "no-agreement" not in set(figure.data["option"])
    assert "no-agreement" not in run.agreements


def test_missing_is_a_dash() -> None:
    """What has no meaning for an option is a dash in every table, and never a zero."""
    run = results()
    html = page(run)
    rows = re.findall(r'<tr><th scope="row">A [^<]*No agreement</th>(.*?)</tr>', html)
    every = max(rows, key=len)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", every)
    missing = [cell for cell, row in zip(cells, ROWS, strict=True) if not row.path]
    assert missing == ["–"] * len(missing)
    known = dict(zip([row.path for row in ROWS], cells, strict=True))
    for path in (("equal_terms", "deterrence"), ("honour_if_tested",), ("frozen",)):
        assert known[path] == "–", path
    assert "nan" not in words(html).lower().split()
    assert "None" not in words(html).split()


@pytest.mark.parametrize("lost", [("pact",), ("paper", "pact", "force"), tuple(OPTIONS)])
def test_an_unsolved_option_is_missing(lost: tuple[str, ...]) -> None:
    """An option that was solved in no world is shown without numbers, and never wins."""
    run = results(unsolved=lost)
    html = page(run)
    assert not {"nan", "None", "nan%"} & set(words(html).split())
    assert not set(solved(run)) & set(lost)
    if len(lost) > 1:
        assert "No arrangement that could be signed was solved" in front(run)
    assert "not solved" in words(html)


def test_twelve_rows_at_most_two_not_modelled() -> None:
    """Six advantages and six dangers stand on page 5, and at most two have no outcome."""
    assert [row.danger for row in ROWS] == [False] * 6 + [True] * 6
    assert sum(not row.path for row in ROWS) <= 2
    told = words(balance_page(results()).html())
    for row in ROWS:
        assert row.name in told


def test_a_row_in_which_all_are_alike_ranks_nobody() -> None:
    """Where best and worst are told within a point, none is called weakest, best or worst."""
    run = results()
    best = solved(run)[0]
    before = next(figure for figure in figures(run) if figure.name == "advantages_dangers")
    for option in run.agreements:
        apart = 0.014 if option == best else 0.006
        run.document["options"][option]["frozen"]["mean"] = apart
        run.document["options"][option]["capability_end"]["mean"] = 0.84 + apart / 10
    drawn = next(figure for figure in figures(run) if figure.name == "advantages_dangers")
    assert not {"frozen", "capability_end"} & set(drawn.data["outcome"])
    count = before.data["row"].nunique() - 2
    assert "frozen conflict" not in drawn.title and f"of {count} rows" in drawn.title
    assert "a stronger defence of its own" in drawn.caption.partition("told alike there")[2]
    told = " ".join(words(balance_page(run).html()).split())
    assert "probed in every year 1\u00a0% all alike all alike".replace("\u00a0", " ") in told
    run.document["options"][best]["frozen"]["mean"] = 0.026
    drawn = next(figure for figure in figures(run) if figure.name == "advantages_dangers")
    assert drawn.data["row"].nunique() == count + 1, "two points apart is a difference"


def test_every_belief_is_told() -> None:
    """Each belief of the page of limits that sounds right and is not stands in the report."""
    told = words(page(results()))
    rows = re.findall(
        r"^\| [A-Z].*`test_\w+` \|$", LIMITS.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(BELIEFS) == len(rows) >= 10
    for belief, why in BELIEFS:
        assert belief in told and why in told


def test_windows_are_measured_on_either_side() -> None:
    """The hazard before membership and as long after it are those of the path that is shown."""
    run = results()
    data = run.dataset
    (window,) = [one for one in windows(run) if one.member]
    assert (window.option, window.at) == ("pact", 3.0)
    total = sum(data[name].sel(option="pact").mean("draw") for name in HAZARDS)
    for value, early, late in ((window.before, 0.0, 3.0), (window.after, 3.0, 6.0)):
        step = float(total.sel(time=slice(early, late)).mean())
        assert value == pytest.approx(1.0 - (1.0 - step) ** 4)


def test_a_window_that_no_number_shows_is_not_told() -> None:
    """Only a hazard that is higher by a tenth of a point, as the numbers are told, is a finding."""
    run = results()
    told = {}
    for before in (0.0104, 0.02):
        window = Window("pact", 3.0, True, before, 0.01)
        told[before] = _finding(run, [window])
    assert told[0.0104].startswith("Under no option that waits for membership")
    assert "higher before than after, 2.0 % a year against 1.0 %" in told[0.02].replace(
        "\u00a0", " "
    )
    other = Window("force", 3.0, True, 0.01, 0.01)
    assert _finding(run, [window, other]).startswith(
        "Under 1 of 2 options that wait for membership"
    )


@pytest.mark.parametrize("years", [10, 5])
def test_a_peak_is_told_by_its_year(years: int) -> None:
    """The middle of a step is no date: a peak has its year, and says if the span ends there."""
    run = results()
    cut = run.dataset.sel(time=slice(0, years))
    shape = np.linspace(0.0, 0.02, cut.sizes["time"])
    for option, path in (("pact", shape), ("force", shape[::-1] / 2.0), ("paper", 0.0 * shape)):
        for name in HAZARDS:
            cut[name].loc[{"option": option}] = path
    drawn = hazards_figure(replace(run, dataset=cut, horizon=float(years)))
    assert drawn is not None
    end = f"the {ordinal(years)} year (the end of the span shown)"
    assert drawn.title.startswith(f"The most dangerous time is {end} under '{OPTIONS['pact'][:20]}")
    told = words(drawn.table)
    assert end in told and re.search(r"the first year(?! \(the end)", told)
    assert not re.search(r"year \d", told)


@pytest.mark.parametrize(
    ("number", "told"), [(1, "first"), (12, "twelfth"), (13, "13th"), (21, "21st"), (112, "112th")]
)
def test_ordinals(number: int, told: str) -> None:
    """Years are counted in words, and beyond twelve in figures."""
    assert ordinal(number) == told


def test_weights_count() -> None:
    """A draw with all the weight decides mean, range and share alone."""
    values, weights = np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0])
    assert spread(values, weights) == {"mean": 3.0, "p05": 3.0, "p50": 3.0, "p95": 3.0}
    assert share_above(values - 2.5, weights) == 1.0
    usual = spread(values)
    assert usual is not None and usual["p05"] == pytest.approx(np.quantile(values, 0.05))
    assert rank_correlation(np.arange(9.0), np.arange(9.0) ** 3) == pytest.approx(1.0)


def test_frontier_is_not_dominated() -> None:
    """Nothing on the frontier is matched on both counts, and all else is."""
    chance = np.random.default_rng(3)
    data = pd.DataFrame(chance.uniform(size=(30, 2)), columns=["x", "y"])
    data["option"] = [f"o{k}" for k in range(30)]
    best = set(frontier(data, "x", "y"))
    for row in data.to_dict("records"):
        beaten = ((data["x"] >= row["x"]) & (data["y"] >= row["y"])).sum() > 1
        assert beaten == (row["option"] not in best)


@pytest.mark.parametrize("equal_terms", [True, False])
def test_the_frontier_is_not_said_to_be_settled(equal_terms: bool) -> None:
    """Both charts of page 1 say that their frontier goes by means, which ranges may overturn."""
    drawn = tightrope(results(), equal_terms=equal_terms)
    assert "The frontier is drawn by means" in drawn.caption
    assert "smaller than their ranges are not settled" in drawn.caption


def test_numbers_do_not_cover_each_other() -> None:
    """Numbers beside marks that stand apart keep clear of all marks and of each other."""
    places = [(40.0 * (k % 6) + 30, 40.0 * (k // 6) + 30) for k in range(30)]
    found = beside(places, (300.0, 300.0))
    points = [*places, *found]
    for k, (x, y) in enumerate(found):
        for j, (u, v) in enumerate(points):
            if j != len(places) + k:
                assert (x - u) ** 2 + (y - v) ** 2 >= 9.0**2


def test_a_promise_is_not_called_a_duty_to_send_force() -> None:
    """Article 5 leaves each ally its means and a declaration may only say 'may', so no words of
    the page on who comes say that a text with force in it binds states to send it."""
    told = words(who_comes_page(results()).html())
    assert "whose promise includes force under" in told
    assert not re.search(r"\b(bound|binds?)\b", told)


@pytest.mark.parametrize(
    ("chances", "words_"),
    [
        ({"a": (0.6, 0.7), "b": (0.6, 0.2)}, "2 states are likelier than not to fight over a full "
         "attack under 'A', more than under any other option shown"),
        ({"a": (0.6, 0.2), "b": (0.3, 0.9)}, "1 state is likelier than not to fight over a full "
         "attack under 'A', and as many under 1 other option shown"),
        ({"a": (0.1, 0.4)}, "No state is likelier than not to fight over a full attack; the "
         "likeliest is Y under 'A', 40\u00a0%"),
        ({"a": (0.9, 0.4)}, "1 state is likelier than not to fight over a full attack under 'A'"),
    ],
)  # fmt: skip
def test_the_title_of_who_comes_counts_states(
    chances: dict[str, tuple[float, float]], words_: str
) -> None:
    """How many states come, and under which text, is the finding; not one cell of a grid."""
    rows = [
        {"option": option, "actor": actor, "mean": chance}
        for option, row in chances.items()
        for actor, chance in zip(("x", "y"), row, strict=True)
    ]
    run = replace(results(), titles={"a": "A", "b": "B"}, actors={"x": "X", "y": "Y"})
    assert likeliest(pd.DataFrame(rows), run) == words_


def test_numbers_of_two_digits_do_not_run_together() -> None:
    """Between numbers on one level there is room for two digits, where marks leave any."""
    places = [(30.0 + 22.0 * k, 100.0) for k in range(12)]
    found = beside(places, (300.0, 300.0))
    for (x, y), (u, v) in itertools.combinations([*places, *found], 2):
        assert abs(x - u) >= 12.0 or abs(y - v) >= 7.0


@pytest.mark.parametrize(
    ("count", "ends", "lines"),
    [(FEW, ("50", "−20", "30"), True), (FEW + 1, ("80", "0", "30"), False)],
)
def test_the_axes_end_where_numbers_are_placed_by(
    count: int, ends: tuple[str, ...], lines: bool
) -> None:
    """Axes hold the ranges of few options; of many only the marks, and no range is drawn."""
    row = {"x": 0.9, "x05": 0.62, "x95": 0.97, "y": 0.2, "y05": -0.11, "y95": 0.26}
    wide = pd.DataFrame(
        [{"number": n, "limited_by": LIMITERS[0], "frontier": True, **row} for n in range(count)]
    )
    chart = _scatter(wide, "signed", "holds", True)
    drawing = Figure("axes", "Axes", "", wide, chart).inline()
    told = [label.strip() for label in re.findall(r">([^<>%]*)%<", drawing)]
    last = told.index("100") + 1
    assert (told[0], told[last], told[-1]) == ends
    assert ("rule mark" in drawing) == lines


@pytest.mark.parametrize(("count", "told"), [(3, "too few to say"), (34, "accepted less by X")])
def test_a_relation_is_told_only_beyond_chance(count: int, told: str) -> None:
    """Of three options one pair may go the other way: what chance often gives is no finding."""
    across = np.arange(float(count))
    wide = pd.DataFrame({"x": across, "y": np.roll(across[::-1], 1)})
    assert told in _relation(wide, "X", True)


@pytest.mark.parametrize(
    ("chance", "told"),
    [
        (0.34, "about 3 in 10"),
        (0.003, "about 3 in 1,000"),
        (0.00096, "about 1 in 1,000"),
        (0.06, "about 6 in 100"),
        (0.096, "about 1 in 10"),
        (0.0, "0"),
        (1e-9, "fewer than 1 in 1,000,000"),
    ],
)
def test_natural_frequencies(chance: float, told: str) -> None:
    """A chance is also told as so many in ten, in a hundred, in a thousand."""
    assert frequency(chance) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.34, "34 %"), (0.004, "0.4 %"), (-0.004, "−0.4 %"), (1e-9, "below 0.1 %"), (-1e-9, "0 %")],
)
def test_no_share_is_less_than_nothing(share: float, told: str) -> None:
    """A trace below zero is zero, and a minus sign is one."""
    assert percent(share).replace("\u00a0", " ") == told
