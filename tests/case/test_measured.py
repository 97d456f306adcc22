"""What the case calls measured or estimated follows from the data, where the data are there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from measuring import (
    COW,
    ISO,
    NO_GIFTS,
    NO_ROW,
    Find,
    capabilities,
    distance,
    kiel,
    probes_of_neighbours,
    strangers_joining,
    strength,
    yearly,
)

from tightrope.case import Case, load_case

ROUNDED = 5e-4  # the case gives three decimals


@pytest.fixture(scope="module")
def case() -> Case:
    """The Ukraine case."""
    return load_case("ukraine")


@pytest.mark.parametrize("actor", ISO)
def test_force_is_capability_after_loss_of_strength(
    case: Case, shared_data: Find, actor: str
) -> None:
    """Each guarantor's force must be its CINC of 2022 after distance, against the challenger's."""
    states = capabilities(shared_data)
    own = strength(states.cinc[COW["RU"]], 0)
    force = case.parameter(f"force.{actor}")
    expected = strength(states.cinc[COW[actor]], distance(shared_data)(COW[actor])) / own
    assert force.value == pytest.approx(expected, abs=ROUNDED * 2)
    assert (force.low, force.high) == pytest.approx((expected / 2, expected * 1.25), abs=2e-3)
    ratio = states.cinc[COW[actor]] / states.cinc[COW["RU"]]
    assert float(force.note.split(": ")[1].rstrip(".")) == pytest.approx(ratio, abs=ROUNDED)


def test_without_armed_forces_is_who_has_no_military_personnel(
    case: Case, shared_data: Find
) -> None:
    """The guarantors said to keep no armed forces must be those with a `milper` of 0 in 2022."""
    personnel = capabilities(shared_data).milper
    said = {actor.id for actor in case.guarantors if not actor.armed_forces}
    none = {actor for actor in case.guarantor_ids if personnel[COW[actor]] == 0}
    # Counted in thousands, the few hundred soldiers of Luxembourg are 0 too.
    assert none - said == {"LU"} and said <= none


@pytest.mark.parametrize("actor", [actor for actor in ISO if actor not in NO_ROW])
def test_aid_is_that_of_the_last_twelve_months(case: Case, shared_data: Find, actor: str) -> None:
    """Each guarantor's aid must be its allocations from May 2025 to April 2026."""
    own = kiel(shared_data).query("iso == @ISO[@actor]")
    aid = case.parameter(f"aid.{actor}")
    assert aid.value == pytest.approx(yearly(own, 12, "total"), abs=ROUNDED)
    if actor != "US":
        others = [yearly(own, 12, "military"), yearly(own, 24, "total"), aid.value]
        assert (aid.low, aid.high) == pytest.approx((min(others), max(others)), abs=ROUNDED)
    else:
        assert aid.high == pytest.approx(yearly(own, 24, "military"), abs=ROUNDED)


@pytest.mark.parametrize("actor", NO_ROW)
def test_some_guarantors_are_not_among_the_donors(
    case: Case, shared_data: Find, actor: str
) -> None:
    """A donor without rows must stand at 0, and the data must indeed have no row."""
    assert ISO[actor] not in set(kiel(shared_data).iso)
    assert case.parameter(f"aid.{actor}").high == 0


def test_judged_stakes_go_with_aid_and_nearness(case: Case, shared_data: Find) -> None:
    """Stakes are judged, yet in the order of what is measured: aid for a state's size, distance.

    The figures are those told on the page of limits. Ranks, as the judgement is about order.
    """
    donors, km = kiel(shared_data), distance(shared_data)
    given = donors.groupby("iso").total.sum() / donors.groupby("iso").gdp.first()
    table = pd.DataFrame(
        {
            "stake": {a: case.parameter(f"stake.{a}").value for a in ISO},
            "aid": {a: float(given.get(iso, 0.0)) for a, iso in ISO.items()},
            "km": {a: km(COW[a]) for a in ISO},
        }
    ).rank()
    tied = table.corr()["stake"]
    assert (tied["aid"], tied["km"]) == pytest.approx((0.77, -0.62), abs=0.005)
    design = np.column_stack([np.ones(len(table)), table[["aid", "km"]]])
    left = table["stake"] - design @ np.linalg.lstsq(design, table["stake"], rcond=None)[0]
    explained = 1.0 - float((left**2).sum() / ((table["stake"] - table["stake"].mean()) ** 2).sum())
    assert explained == pytest.approx(0.88, abs=0.005)


@pytest.mark.parametrize("actor", [actor for actor in ISO if actor not in NO_GIFTS])
def test_surge_is_the_best_year_of_aid(case: Case, shared_data: Find, actor: str) -> None:
    """A surge must be the highest yearly allocation times the effect of aid."""
    own = kiel(shared_data).query("iso == @ISO[@actor]")
    best = own[own.year < 2026].groupby("year").total.sum()
    surge = case.parameter(f"surge.{actor}")
    assert surge.value == pytest.approx(
        best.max() * case.parameter("aid_effect").value, abs=ROUNDED / 5
    )
    assert f"Peak year {best.idxmax()}" in surge.note


def test_economies_are_shares_of_the_product(case: Case, shared_data: Find) -> None:
    """Each share must be the product over that of all guarantors, three from elsewhere."""
    table = kiel(shared_data).groupby("iso").gdp.first()
    products = {actor: float(table.get(iso, NO_ROW.get(actor))) for actor, iso in ISO.items()}
    for actor, product in products.items():
        expected = product / sum(products.values())
        share = case.parameter(f"economy.{actor}").value
        assert share == pytest.approx(expected, abs=5e-5, rel=0.02)


def test_delivery_share_is_allocations_over_commitments(case: Case, shared_data: Find) -> None:
    """The share must be that of all donors, its ends near those of two of them."""
    sums = kiel(shared_data)[["total", "commitments"]].sum()
    share = case.parameter("delivery_share")
    assert share.value == pytest.approx(sums.total / sums.commitments, abs=0.005)
    assert f"{sums.total:.1f}" in share.note and f"{sums.commitments:.1f}" in share.note


def test_strangers_seldom_join(case: Case, shared_data: Find) -> None:
    """The base rates must be the counted chances of joining without pact or nearness."""
    smallest = strangers_joining(shared_data, 0.00095)
    probe, limited, full = smallest[3], smallest[4], smallest[5]
    assert (probe.joined, probe.chances) == (6, 23_500)
    assert (limited.joined, limited.chances) == (19, 64_617)
    assert (full.joined, full.chances, full.disputes) == (34, 2_299, 10)
    rates = {level: case.parameter(f"base.fight.{level}") for level in ("probe", "limited", "full")}
    assert rates["probe"].value == pytest.approx(6 / 23_500, rel=0.2)
    mean = (19 / 64_617 * 34 / 2_299) ** 0.5
    assert rates["limited"].value == pytest.approx(mean, rel=0.1)
    assert rates["full"].value == pytest.approx(34 / 2_299, rel=0.05)


def test_large_strangers_join_more_often(case: Case, shared_data: Find) -> None:
    """The upper ends must be those of states with a hundredth of the world's capabilities."""
    large = strangers_joining(shared_data, 0.01)
    assert (large[3].joined, large[3].chances) == (5, 5_006)
    assert (large[5].joined, large[5].chances) == (18, 540)
    assert case.parameter("base.fight.full").high == pytest.approx(18 / 540, rel=0.02)
    assert case.parameter("base.fight.probe").high == pytest.approx(5 / 5_006, rel=0.02)


def test_few_distant_states_send_arms(case: Case, shared_data: Find) -> None:
    """Of seventy able states outside Europe and the alliance, three must have given arms."""
    states = capabilities(shared_data)
    able = {code for code in states[states.cinc >= 0.00095].index if not 200 <= code < 400}
    able -= {COW["US"], COW["CA"], COW["TR"]}
    military = kiel(shared_data).groupby("country").military.sum()
    givers = {"Australia": 900, "Japan": 740, "South Korea": 732, "Taiwan": 713, "China": 710}
    gave = [name for name, code in givers.items() if code in able and military.get(name, 0) > 0]
    assert (gave, len(able)) == (["Australia", "Japan", "South Korea"], 70)
    assert case.parameter("base.support.full").value == pytest.approx(3 / 70, rel=0.2)


def test_a_thousand_troops_by_what_they_cost(case: Case, shared_data: Find) -> None:
    """Strength per thousand must be the challenger's, times relative spending per soldier."""
    states = capabilities(shared_data)
    three = states.loc[[200, 220, 255]]
    challenger = states.loc[COW["RU"]]
    relative = (three.milex.sum() / three.milper.sum()) / (challenger.milex / challenger.milper)
    presence = case.parameter("presence_per_thousand")
    assert relative == pytest.approx(5.3, abs=0.05)
    assert presence.value == pytest.approx(relative / challenger.milper, abs=1e-4)
    lowest = case.parameter("capability_decay").value / (challenger.milex / 1e6 / 1.053)
    assert case.parameter("aid_effect").low == pytest.approx(lowest, rel=0.1)


def test_strength_of_the_protege_from_its_parts(case: Case, shared_data: Find) -> None:
    """CINC by the formula and the aid of all donors must make about the low end."""
    states = capabilities(shared_data)
    alone = strength(states.cinc[COW["UA"]], 0) / strength(states.cinc[COW["RU"]], 0)
    aid = yearly(kiel(shared_data), 12, "total")
    assert aid == pytest.approx(65.7, abs=0.05)
    assert alone == pytest.approx(0.28, abs=0.006)
    together = alone + aid * case.parameter("aid_effect").value
    assert case.parameter("capability.protege").low == pytest.approx(together, abs=0.03)


def test_will_differs_between_years_of_aid(case: Case, shared_data: Find) -> None:
    """The spread of will must be two thirds of the median spread of yearly aid."""
    table = kiel(shared_data).query("year <= 2025")
    sums = table.groupby(["country", "year"]).total.sum().unstack().fillna(0)
    spread = np.log(sums[sums.min(axis=1) > 0.02]).std(axis=1, ddof=1)
    assert len(spread) == 27
    assert (spread.median(), spread.quantile(0.25)) == pytest.approx((0.59, 0.36), abs=0.006)
    assert case.parameter("will_sd").value == pytest.approx(spread.median() * 2 / 3, abs=0.01)


def test_long_wars_end_at_the_counted_rate(case: Case, shared_data: Find) -> None:
    """The range of the exit hazard must be the counted ends without a winner, and all ends."""
    wars = pd.read_parquet(shared_data("cow_war_inter.parquet")).groupby("warnum")
    years = wars.year.max() - wars.year.min() + 1
    long = years[years >= 2]
    outcomes = wars.outcome1.apply(lambda codes: set(codes.dropna()))
    without_winner = sum(outcomes[war] <= {3, 4, 6} for war in long.index)
    further = int((long - 1).sum())
    assert (len(long), further, without_winner) == (52, 110, 11)
    hazard = case.parameter("exit_hazard")
    assert hazard.low == pytest.approx(without_winner / further, abs=0.01)
    assert hazard.high == pytest.approx(len(long) / further, abs=0.03)


def test_lives_of_a_limited_war(case: Case, shared_data: Find) -> None:
    """The low end must be the monthly deaths counted in the Donbas to February 2015."""
    events = pd.read_csv(shared_data("events/ucdp_ged_ukraine_2014_2020.csv"))
    months = events[events.date_start.between("2014-04", "2015-02-99")]
    assert months.best.sum() == 5572
    assert case.parameter("lives_per_month.limited").low == pytest.approx(5.572 / 11, abs=0.01)


def test_members_leave_pacts_at_the_counted_rate(case: Case, shared_data: Find) -> None:
    """The rate of leaving must be that of defence pacts begun since 1946."""
    members = pd.read_csv(shared_data("atop/atop-member-level.csv"))
    members = members[(members.defense == 1) & (members.yrent >= 1946)]
    end = members.yrexit.where(members.yrexit > 0, 2016)
    years = (end - members.yrent).clip(lower=0.5).sum()
    broken = int((members.term == 2).sum())
    assert (broken, round(years, -1)) == (107, 13_960)
    assert case.parameter("withdrawal_rate").value == pytest.approx(broken / years, abs=ROUNDED)
    pacts = pd.read_csv(shared_data("atop/atop-alliance-level.csv"))
    pacts = pacts[(pacts.defense == 1) & (pacts.begyr >= 1946)]
    lived = (pacts.endyr.where(pacts.endyr > 0, 2016) - pacts.begyr).clip(lower=0.5).sum()
    assert (int((pacts.term == 2).sum()), lived) == (42, pytest.approx(3183, abs=1))


def test_probes_among_neighbours(case: Case, shared_data: Find) -> None:
    """The base rate of probing must be the challenger's disputes below war per neighbour-year."""
    disputes, years = probes_of_neighbours(shared_data)
    assert (disputes, years) == (33, 342)
    assert case.parameter("probe.base_rate").value == pytest.approx(disputes / years, abs=0.005)


def test_each_guarantor_has_its_state_number(case: Case) -> None:
    """A state number in the case must be that under which the data know the state."""
    assert {actor.id: actor.cow for actor in case.actors} == COW


@pytest.mark.parametrize("actor", ISO)
def test_who_sent_arms_in_2022_is_on_the_record(case: Case, shared_data: Find, actor: str) -> None:
    """Support in 2022 must be on the record for the states with military aid, and no others."""
    own = kiel(shared_data).query("iso == @ISO[@actor] and year == 2022")
    entry = next(entry for entry in case.record if entry.date.year == 2022)
    assert (entry.responses[actor] == "support") == (own.military.sum() > 0)
