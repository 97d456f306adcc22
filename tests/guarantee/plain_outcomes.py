"""Acceptance and outcomes by loops, from one world's tables and futures (design §5, §6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import exp, log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from plain_crisis import aid_arriving, binds, challenger, covers, protege
from plain_war import plain_war

from tightrope.guarantee.evaluate import Lives
from tightrope.guarantee.profile import Profile
from tightrope.guarantee.stages import Stage

Floats = NDArray[np.float64]
WILLS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
UNITY_WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6.0


def logistic(x: float) -> float:
    return 1.0 / (1.0 + exp(-x))


@dataclass
class Plain:
    """One world of one option: what was solved, and plain sums over it.

    years, step  of the horizon
    """

    world: dict[str, Any]
    profile: Profile
    lives: Lives
    years: float
    step: float

    def number(self, name: str) -> float:
        return float(self.world[name])

    @cached_property
    def war(self) -> dict[str, float]:
        """The war as it goes on today."""
        today = self.number("line.today")
        lines = np.concatenate([np.linspace(0.0, today, 5), np.linspace(today, 1.0, 5)[1:]])
        rates = [self.number(x) for x in ("alpha", "discount", "exit_hazard", "step_years")]
        return plain_war(log(self.number("capability.protege")), lines, *rates)

    @cached_property
    def middles(self) -> Floats:
        return (np.arange(round(self.years / self.step)) + 0.5) * self.step

    @cached_property
    def status_quo(self) -> Floats:
        """The challenger's value of today's war, by type."""
        cost = self.number("war_cost.challenger")
        prizes = np.asarray(self.lives.prizes)
        return np.array([p * self.war["line"] - cost * self.war["burden"] for p in prizes])

    @cached_property
    def outside(self) -> Floats:
        """The challenger's value of no draft, by type: today's war, or the war with the draft."""
        cost = self.number("war_cost.challenger")
        life, first = self.profile.life, self.lives.first
        found = []
        for prize in np.asarray(self.lives.prizes):
            if life.at_once and not life.consent_challenger:
                found.append(float(prize * first.line[2, 1] - cost * first.burden[2, 1]))
            else:
                found.append(float(prize) * self.war["line"] - cost * self.war["burden"])
        return np.array(found)

    @cached_property
    def signs(self) -> Floats:
        """Chance that each type of challenger accepts."""
        lam = self.number("precision.signing")
        gains = np.asarray(self.lives.own.challenger) - self.outside
        return np.array([logistic(lam * g) for g in gains])

    @cached_property
    def posterior(self) -> Floats:
        """Types among the signers, by Bayes."""
        joint = np.asarray(self.lives.types) * self.signs
        return joint / joint.sum()

    @cached_property
    def protege_accepts(self) -> float:
        aid = self.war["burden"] + (1.0 - self.war["burden"]) * self.number("aid_continuation")
        stands = 1.0 - self.war["line"] - self.number("war_cost.protege") * self.war["burden"]
        stands += self.number("value.aid") * aid
        value = float(self.posterior @ np.asarray(self.lives.own.protege))
        return logistic(self.number("precision.signing") * (value - stands))

    def crises(self, table: Any, future: Any, b: int, types: Floats, kind: str) -> Floats:
        """Discounted value of the crises to come in one branch, (ξ, n)."""
        value = np.asarray(getattr(table, kind))
        total = np.zeros(value.shape[1:3])
        for s, w in product(range(len(self.middles)), range(5)):
            away = exp(-self.number("discount") * self.middles[s])
            total += value[s, :, :, w, 0] * away * (np.asarray(future.probe)[b, s, w] @ types)
            for a in (0, 1):
                chance = np.asarray(future.attack)[b, s, w, a] @ types
                total += value[s, :, :, w, a + 1] * away * chance
        return total

    @cached_property
    def standing(self) -> Floats:
        """Yearly cost of aid, presence and readiness to each guarantor, in own full wars."""
        stage, found = self.profile.in_force, []
        strict = self.number("odds.guarantor")
        for i, today in enumerate(np.asarray(self.world["aid"])):
            aid = 0.0
            if stage.aid_promised[i]:
                asked = stage.aid[i]
                aid = 1.0 if asked == -1.0 else min(2.0, float(asked) / max(float(today), 1e-9))
            there = float(np.any(stage.ready[i] + stage.standby[i] > 0))
            ready = max(
                (
                    strict * binds(self.world, stage, "strict", i, a)
                    + (1.0 - strict) * binds(self.world, stage, "loose", i, a)
                )
                * covers(self.world, stage, i, a)
                * float(stage.promised[i, a])
                for a in range(3)
            )
            found.append(float(self.world["standing"][i]) * (aid + there + ready))
        return np.array(found)

    @cached_property
    def guarantor_values(self) -> tuple[Floats, Floats]:
        """Change in value against no draft: to the government, and to the pivotal legislator."""
        lives, rho = self.lives, self.number("discount")
        gains = sum(
            float(lives.branches[b])
            * self.crises(table, lives.own, b, self.posterior, "party_value")
            for b, table in enumerate(lives.laid)
        )
        bare = lives.bare_table
        gains = gains - np.asarray(bare.outsider_value)[0, :, :, 2, 2]
        types = np.asarray(lives.types)
        after = self.crises(bare, lives.bare, 0, types, "outsider_value")
        gains = gains - self.war["relief"] * after
        saved = np.asarray(self.world["standing"]) * self.war["burden"] / rho
        paid = self.standing * (1.0 - exp(-rho * self.years)) / rho
        worst = gains.min(axis=0)
        worst = worst - np.asarray(self.world["pivot_spread"]) * np.abs(worst)
        return UNITY_WEIGHTS @ gains - paid + saved, worst - paid + saved

    def over(self, name: str, weights: Floats) -> float:
        """Sum of a table's entry over branches, steps, wills and attacks (limited, full)."""
        total = 0.0
        for b, table in enumerate(self.lives.laid):
            value = np.asarray(getattr(table, name))
            value = value[..., -2:]
            total += float((value * weights[b]).sum())
        return total

    def flows(self, name: str) -> Floats:
        """Attack, probe or alive by branch, step, will (and level), among signers."""
        value = np.asarray(getattr(self.lives.own, name))
        found = np.zeros(value.shape[:-1])
        for q, share in enumerate(self.posterior):
            for b, chance in enumerate(np.asarray(self.lives.branches)):
                found[b] += share * chance * value[b, ..., q]
        return found

    def holds(self, future: Any, branches: Floats | None = None) -> Floats:
        """Chance of no attack by type."""
        odds = np.asarray(self.lives.branches) if branches is None else branches
        return sum(odds[b] * np.asarray(future.at_end)[b].sum(axis=0) for b in range(len(odds)))

    def standing_bill(self, stage: Stage) -> float:
        """EUR bn a year for aid and forces."""
        units = (np.asarray(stage.ready) + np.asarray(stage.standby)).sum(axis=0)
        names = ("cost.per_thousand_troops", "cost.per_aircraft", "cost.per_ship")
        forces = sum(u * self.number(n) for u, n in zip(units, names, strict=True))
        return aid_arriving(self.world, stage) + float(forces)

    def scalars(self, rest: float) -> dict[str, float]:
        """Outcomes on own terms; ``rest`` is the chance that all but the challenger consent."""
        lives, world = self.lives, self.world
        types = np.asarray(lives.types)
        one = np.ones(1)
        by_type, undutied = self.holds(lives.own), self.holds(lives.undutied, one)
        stops = float(types @ self.signs)
        settled = rest * stops
        concluded = settled if self.profile.life.consent_challenger else rest
        attack, probe, alive = (self.flows(x) for x in ("attack", "probe", "alive"))
        held = float(self.posterior @ by_type)
        always = np.repeat(alive[..., None], 2, axis=-1) / (2.0 * alive.sum())
        facing = (concluded - settled) * float(self.profile.life.at_once)
        first, covered = lives.first, settled + facing

        def ever(name: str) -> float:
            at_probe = sum(
                float((np.asarray(getattr(t, name))[..., 0] * probe[b]).sum())
                for b, t in enumerate(lives.laid)
            )
            at_attack = min(1.0, max(0.0, self.over(name, attack)))
            peace = 1.0 - (1.0 - at_attack) * exp(-at_probe)
            return settled * peace + facing * float(np.asarray(getattr(first, name))[2, 2])

        months = sum(
            (np.asarray(t.years) * attack[b]).sum(axis=(0, 1)) for b, t in enumerate(lives.laid)
        )
        limited, full = float(months[0]), float(months[1])
        deadly, dull = self.number("lives_per_month.full"), self.number("lives_per_month.limited")
        going = self.war["years"] * (1.0 - settled)
        peace = sum(
            alive[:, s].sum() * exp(-self.number("discount") * t) * self.step
            for s, t in enumerate(self.middles)
        )
        bare = sum(
            self.posterior[q] * np.asarray(lives.undutied.attack)[0, ..., q].sum(axis=(0, 1))
            for q in range(len(self.posterior))
        )
        bill = self.standing_bill(self.profile.in_force)
        left = np.zeros(5)
        for b, chance in enumerate(np.asarray(lives.branches)):
            left += chance * (np.asarray(lives.own.at_end)[b] @ self.posterior)
        strength = sum(
            float(chance) * protege(world, stage, self.years) / challenger(world, stage, self.years)
            for chance, stage in zip(lives.branches, lives.stages, strict=True)
        )
        frozen = sum(
            float(lives.branches[b]) * float(np.asarray(lives.own.frozen)[b] @ self.posterior)
            for b in range(len(lives.laid))
        )
        return {
            "concluded": concluded,
            "signed": concluded,
            "settled": settled,
            "held": held,
            "held_prior": float(types @ by_type),
            "held_terms": float(self.posterior @ undutied),
            "deterrence": held - float(self.posterior @ undutied),
            "selection": held - float(types @ by_type),
            "durable": sum(
                float(p * rest * a * h) for p, a, h in zip(types, self.signs, by_type, strict=True)
            ),
            "frozen": frozen,
            "attack_limited": float(attack[..., 0].sum()),
            "attack_full": float(attack[..., 1].sum()),
            "attack_limited_terms": float(bare[0]),
            "attack_full_terms": float(bare[1]),
            "probes_per_year": float(probe.sum()) / self.years,
            "honoured": self.over("met", attack) / self.over("owed", attack),
            "honour_if_tested": self.over("met", always) / self.over("owed", always),
            "resist_if_tested": self.over("resist", always),
            "days_to_help": self.over("help_days", attack) / float(attack.sum()),
            "direct_clash": ever("clash"),
            "nuclear_risk": ever("escalate"),
            "clash_in_force": ever("clash") / covered,
            "nuclear_in_force": ever("escalate") / covered,
            "lives_lost": 12.0 * (settled * (limited * dull + full * deadly) + going * deadly),
            "war_months": 12.0 * (settled * (limited + full) + going),
            "capability_end": strength,
            "cost_standing": bill,
            "cost_expected": bill * peace,
            "will_end": float(left @ WILLS / left.sum()),
            "value_challenger": float(types @ np.asarray(lives.own.challenger)),
            "value_protege": float(self.posterior @ np.asarray(lives.own.protege)),
            "reading_gap": self.over("gap", always),
            "noise_share": float(self.posterior @ (self.holds(lives.quiet) - by_type)),
        }
