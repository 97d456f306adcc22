"""Plausible but false: one recorded counter-example each, which the model must reproduce in sign.

These are not defects of the model. A change that makes one of them impossible has removed a
mechanism (the commitment problem, displacement, free riding, selection) and must say so.
"""

from __future__ import annotations

import numpy as np
import pytest
from crises import crisis
from horizons import Problem, flat_paths, held
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 40
YEARS = (np.arange(STEPS) + 0.5) * 0.25
NEVER = np.full(STEPS, -10.0)


def horizon_of(limited: Floats, full: Floats) -> Problem:
    """Ten years in which attacks are worth this much and probes never pay; peace is worth 0.2."""
    paths = flat_paths(STEPS, np.stack([limited, full], axis=1))
    return Problem(paths).changed(probe__price=1.0)


def test_a_stronger_guarantee_can_lower_held() -> None:
    """Cover that closes a late window makes it now or never: held falls, and so does V_C.

    Held fixed: the present, where attack gains a little over peace.
    """
    futures = {}
    for cover in (0.0, 0.4):
        full = np.full(STEPS, 0.21)
        full[-1] = 0.6 - cover  # a window at the end and after it
        problem = horizon_of(NEVER, full)
        futures[cover] = problem.solve()
    weak, strong = (float(held(f, problem)[0]) for f in futures.values())
    assert strong < weak - 0.3
    assert float(futures[0.4].challenger[0]) < float(futures[0.0].challenger[0])


def test_cover_can_raise_the_hazard_before_it_begins() -> None:
    """Cover from year 2.5 raises the hazard before entry while it ends it after (accession window).

    Held fixed: payoffs before entry.
    """
    before, after, chance = {}, {}, {}
    for cover in (0.0, 0.1):
        problem = horizon_of(NEVER, np.where(YEARS < 2.5, 0.2, 0.2 - cover))
        future = problem.solve()
        attack = np.asarray(future.attack)[0].sum(axis=(1, 2))[:, 0]
        alive = np.asarray(future.alive)[0].sum(axis=1)[:, 0]
        before[cover], after[cover] = attack[:10].sum(), attack[10:].sum() / alive[10]
        chance[cover] = held(future, problem)[0]
    assert before[0.1] > before[0.0] + 0.2
    assert after[0.1] < after[0.0] - 0.3
    assert chance[0.1] > chance[0.0], "here the cover still pays on the whole"


def test_covering_full_invasion_can_displace_attack_to_a_limited_one() -> None:
    """Deterring full attack raises the chance of a limited one (stability–instability).

    Held fixed: what a limited attack is worth.
    """
    limited, full = np.full(STEPS, 0.205), np.full(STEPS, 0.22)
    chances = [
        np.asarray(horizon_of(limited, full - cover).solve().attack).sum(axis=(0, 1, 2, 4))
        for cover in (0.0, 0.05)
    ]
    assert chances[1][1] < chances[0][1] - 0.5
    assert chances[1][0] > chances[0][0] + 0.3


def test_a_stronger_protege_can_raise_the_challengers_success() -> None:
    """One guarantor rides free on a stronger protégé, so that success rises (others not fixed)."""
    found = [crisis([1.0], [1.0], [0.45], reserve=k).success() for k in (0.6, 0.8)]
    assert found[1] > found[0] + 0.02
    assert found == pytest.approx([0.498, 0.543], abs=5e-4), "the recorded example"


def test_another_guarantor_does_not_always_help() -> None:
    """A small state bound to fight keeps the large one away: success rises (falls with noise)."""

    def change(precision: float) -> float:
        large = crisis([1.5], [1.0], [0.38], precision=precision)
        both = crisis([0.3, 1.5], [0.5, 1.0], [0.15, 0.38], duty=[0.4, 0.0], precision=precision)
        return both.success() - large.success()

    assert change(20.0) > 0.1
    assert change(5.0) < -0.01


def test_a_firmer_duty_can_raise_the_challengers_success() -> None:
    """Binding the small state alone lowers the large one's response by more than it adds."""
    loose, firm = (crisis([0.3, 1.5], [0.5, 1.0], [0.15, 0.38], duty=[d, 0.0]) for d in (0.0, 0.4))
    assert firm.fights()[0] > loose.fights()[0] + 0.5
    assert firm.fights()[1] < loose.fights()[1] - 0.3
    assert firm.success() > loose.success() + 0.1


def test_binding_raises_honouring_if_tested_but_not_as_observed() -> None:
    """The challenger attacks in weak moments: potential honouring rises, observed honouring falls.

    Held fixed: politics of will. An attack gains 0.04 less 0.2 times the chance that help comes.
    """
    will = np.linspace(-1.0, 1.0, 5)

    def honoured(binding: float) -> tuple[float, float]:
        come = 1.0 / (1.0 + np.exp(-4.0 * (will + binding - 1.2)))
        problem = horizon_of(NEVER, NEVER)
        line = problem.paths["line"].copy()
        line[..., 1] = 0.24 - 0.2 * come
        future = problem.changed({"line": line}).solve()
        alive = np.asarray(future.alive)[0, :, :, 0]
        attack = np.asarray(future.attack)[0, :, :, 1, 0]
        return (alive @ come).sum() / alive.sum(), (attack @ come).sum() / attack.sum()

    (potential, seen), (more_potential, then_seen) = honoured(0.6), honoured(0.9)
    assert more_potential > potential + 0.1
    assert then_seen < seen - 0.005


def test_signed_can_rise_in_binding() -> None:
    """Where both must sign, the protégé's acceptance can rise by more than the challenger's falls.

    Held fixed: terms. Signing is worth it to each with logit precision 30 against the war as it is.
    """

    def acceptance(cover: float) -> tuple[float, float]:
        problem = horizon_of(NEVER, np.full(STEPS, 0.22 - cover))
        protege = np.where(problem.paths["line"] > -1.0, -0.35 + 0.5 * cover, -0.2)
        future = problem.changed({"protege": protege}).solve()
        gains = float(future.challenger[0]) - 0.1, float(future.protege[0]) - 0.7
        return tuple(1.0 / (1.0 + np.exp(-30.0 * g)) for g in gains)

    (loose_c, loose_p), (firm_c, firm_p) = acceptance(0.0), acceptance(0.05)
    assert firm_c < loose_c, "what deters is worth less to the challenger"
    assert firm_p > loose_p + 0.1
    assert firm_c * firm_p > loose_c * loose_p + 0.05


def test_a_better_peace_can_lower_held_among_those_that_sign() -> None:
    """Relief draws in a type that only seeks a breathing space: held given signed falls.

    Held fixed: attack payoffs. Each type alone holds no less when peace is better.
    """

    def signed(relief: float) -> tuple[float, Floats]:
        sincere, greedy = (horizon_of(NEVER, np.full(STEPS, x)).changed() for x in (0.1, 0.26))
        flows = {"flow": np.full((1, STEPS), relief)}
        futures = [p.changed(flows).solve() for p in (sincere, greedy)]
        value = np.array([float(f.challenger[0]) for f in futures])
        accepts = 1.0 / (1.0 + np.exp(-100.0 * (value - np.array([0.15, 0.27]))))
        holds = np.array([float(held(f, sincere)[0]) for f in futures])
        weights = accepts / accepts.sum()
        return float(weights @ holds), holds

    (low, low_types), (high, high_types) = signed(0.0), signed(0.05)
    assert np.all(high_types >= low_types - 1e-12)
    assert high < low - 0.02


def test_a_more_united_west_can_deter_less() -> None:
    """A common shock of mean zero fattens the tail where nobody comes: success can rise.

    Held fixed: everything but the shock to the cost of fighting, equal for all states.
    """

    def mean_success(spread: float) -> float:
        shocks, weights = (-np.sqrt(3.0), 0.0, np.sqrt(3.0)), (1.0 / 6.0, 4.0 / 6.0, 1.0 / 6.0)
        one = crisis([0.5] * 4, [0.6] * 4, [0.25] * 4, duty=[0.2] * 4, reserve=0.4, precision=8.0)
        cases = [one.change(cost=one.cost - spread * z).success() for z in shocks]
        return float(np.dot(weights, cases))

    assert mean_success(0.25) > mean_success(0.0) + 0.01
