"""One stage's crisis by brute force: every profile of actions in every contingency, in NumPy.

Written from the design (§2, §3, §5), apart from ``tightrope.guarantee``: no basis, no batches. A
`Case` of a crisis is one reading, one state of the procedure, one ξ, one will, one level, one time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import exp, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from plain_war import plain_war

from tightrope.guarantee.crisis import Setting
from tightrope.guarantee.stages import RULES, THRESHOLDS, WORDINGS, Stage

Floats = NDArray[np.float64]
World = dict[str, Any]

LEVELS = ("probe", "limited", "full")
STEPS = {"probe": 1, "limited": 2, "full": 4}
WILLS = (-2.0, -1.0, 0.0, 1.0, 2.0)
UNITY = (-sqrt(3.0), 0.0, sqrt(3.0))
UNITY_WEIGHTS = (1.0 / 6.0, 4.0 / 6.0, 1.0 / 6.0)
READINGS = ("strict", "loose")


def binds(world: World, stage: Stage, reading: str, i: int, a: int) -> float:
    """Geometric mean of the four weights of the duty's words."""
    if not stage.bound[i, a]:
        return 0.0
    rows = [float(world[f"binding.{WORDINGS[k]}.{reading}"]) for k in stage.wording[i, a]]
    return float(np.prod(rows) ** 0.25)


def covers(world: World, stage: Stage, i: int, a: int) -> float:
    """Share of attacks at a level that the trigger reaches and that are attributed in time."""
    if not stage.bound[i, a]:
        return 0.0
    share = float(world[f"cover.{THRESHOLDS[stage.cover[i, a]]}"])
    if stage.unnamed[i, a]:
        share *= float(world["attribution.unnamed"])
    if stage.unverified[i, a]:
        deniable = (1.0, 0.5, 0.0)[a]
        share *= 1.0 - deniable * (1.0 - float(world["attribution.unverified"]))
    return share


def delay(world: World, stage: Stage, i: int, a: int) -> float:
    """Days until help is decided, attributed and there."""
    if stage.bound[i, a]:
        days = float(world[f"delay.{RULES[stage.procedure[i, a]]}"])
        if stage.procedure_days[i, a] != -1.0:
            days = float(stage.procedure_days[i, a])
        if stage.within_days[i, a] != -1.0:
            days = min(days, float(stage.within_days[i, a]))
    else:
        days = float(world["delay.national-decision"])
    report = float(world["delay.attribution"])
    if stage.report_days != -1.0:
        report = min(report, float(stage.report_days))
    return days + report + float(world["deploy_days"][i])


def in_time(world: World, stage: Stage, i: int, a: int) -> float:
    """Share of mobilised force that comes before the matter is decided."""
    warning = float(world["warning_days"])
    warning += float(stage.intelligence) * float(world["warning_intelligence_days"])
    late = max(0.0, delay(world, stage, i, a) - warning)
    return exp(-late / float(world[f"tempo.{LEVELS[a]}"]))


def in_place(world: World, units: Floats) -> float:
    """Strength of forces in place: thousand troops, aircraft, ships."""
    names = ("presence_per_thousand", "presence_per_aircraft", "presence_per_ship")
    return float(sum(n * float(world[name]) for n, name in zip(units, names, strict=True)))


def aid_arriving(world: World, stage: Stage) -> float:
    """EUR bn a year of standing aid that arrives from all."""
    total = 0.0
    for i, today in enumerate(np.asarray(world["aid"], dtype=float)):
        arrives = float(world["aid_continuation"]) * today
        if stage.aid_promised[i]:
            amount = today if stage.aid[i] == -1.0 else float(stage.aid[i])
            share = stage.delivered[i]
            share = float(world["delivery_share"]) if share == -1.0 else float(share)
            arrives = max(amount * share, arrives)
        gain = stage.training[i] * world["pillar.training"]
        gain += stage.production[i] * world["pillar.production"]
        total += arrives * (1.0 + float(gain))
    return total


def protege(world: World, stage: Stage, years: float) -> float:
    """The protégé's own strength: what aid built decays, what arrives piles up and decays."""
    cap = 1.0
    if stage.troop_cap != -1.0:
        cap = min(1.0, float(stage.troop_cap) / float(world["troop_cap_full"]))
    now, effect = float(world["capability.protege"]), float(world["aid_effect"])
    decay = float(world["capability_decay"])
    built = min(0.5 * now, effect * float(np.sum(world["aid"])))
    left = exp(-decay * years)
    return (
        (now - built) * cap
        + built * left
        + effect * aid_arriving(world, stage) * (1.0 - left) / decay
    )


def challenger(world: World, stage: Stage, years: float) -> float:
    """The challenger's strength, 1 today."""
    growth = float(world["rearmament"]) + float(world["backers_growth"])
    return exp((growth - float(world["sanctions_drag"]) * float(stage.sanctions)) * years)


def omega(world: World, stage: Stage, setting: Setting) -> Floats:
    """Share of each party in the parties' force (of all states' force if nobody is bound)."""
    force = np.array(world["force"], dtype=float)
    force[list(setting.helpers)] = 0.0
    parties = force * np.asarray(stage.party)
    chosen = parties if parties.sum() > 0 else force
    return np.asarray(chosen / max(chosen.sum(), 1e-300))


@dataclass
class Crisis:
    """One game of one stage in one world and one contingency; players are the guarantors."""

    world: World
    stage: Stage
    setting: Setting
    parties: Floats
    years: float
    xi: float
    will: float
    reading: str
    blocked: bool
    a: int

    @property
    def n(self) -> int:
        return len(self.stage.party)

    def number(self, name: str) -> float:
        return float(self.world[name])

    def at_level(self, name: str) -> float:
        return self.number(f"{name}.{LEVELS[self.a]}")

    @cached_property
    def precision(self) -> float:
        fight, support = self.number("base.fight.full"), self.number("base.support.full")
        return log((1.0 - fight - support) / fight)

    def menu(self, i: int) -> tuple[int, ...]:
        """Actions of i: fighting needs forces, over a probe forces there or a promise of them."""
        if i in self.setting.helpers or i in self.setting.unarmed:
            return (0, 1)
        if self.a > 0:
            return (0, 1, 2)
        there = in_place(self.world, self.stage.ready[i] + self.stage.standby[i]) > 0
        promised = self.stage.bound[i, 0] and self.stage.promised[i, 0] >= 0.8
        return (0, 1, 2) if there or promised else (0, 1)

    def duty(self, i: int) -> float:
        """Binding times cover, less what blocking and withdrawal take away."""
        if self.blocked and self.stage.through_block[i, self.a]:
            return 0.0
        months = float(self.stage.withdrawal_months)
        fade = 1.0
        if months != -1.0:
            fade = exp(-self.number("withdrawal_rate") * exp(-months / 12.0) * self.years)
        firm = binds(self.world, self.stage, self.reading, i, self.a)
        return firm * covers(self.world, self.stage, i, self.a) * fade

    def private(self, i: int, party: bool, r: int) -> float:
        """What an action costs or spares by itself: base cost, breach, tripwire, unity."""
        fight = self.at_level("base.fight") if 2 in self.menu(i) else 0.0
        stay = 1.0 - self.at_level("base.support") - fight
        rate = (stay, self.at_level("base.support"), self.at_level("base.fight"))[r]
        cost = log(stay / rate) / self.precision
        done = (0.25, 0.0, 0.0)[r] if i in self.setting.helpers else (0.25, 0.5, 1.0)[r]
        exposure = self.at_level("exposure")
        breach = 0.0
        if party:
            short = max(0.0, float(self.stage.promised[i, self.a]) - done) / 0.75
            breach = self.number("audience") * exposure * self.duty(i) * short
        lost = float(self.stage.tripwire[i]) * self.number("presence_per_thousand")
        lost = 1.0 - exp(-lost / self.number("tripwire_saturation"))
        trip = self.number("tripwire") * lost * exposure * (1.0 - done)
        joins = r > 0 and i not in self.setting.helpers
        unity = self.number("unity_sd") * self.xi if joins else 0.0
        return -min(self.number("penalty_cap"), breach + trip) - cost + unity

    def stake(self, i: int) -> float:
        """Loss from the challenger's success; will moves it, a friend of the challenger gains."""
        severity = self.at_level("severity")
        if i in self.setting.helpers:
            return -float(self.world["friendship"][i]) * severity
        settled = 1.0 - exp(-self.years / self.setting.election_years[i])
        mood = self.number("will_sd") * self.will - self.number("will.fatigue") * self.years
        mood += float(self.world["election_shift"][i]) * settled
        return float(self.world["stake"][i]) * exp(mood) * severity

    @cached_property
    def _open(self) -> tuple[float, float]:
        """Share of institutional means that is left, and the command's bonus."""
        institution = 1.0
        if self.blocked and np.any(self.stage.through_block > 0):
            institution -= self.number("institution_share")
        bonus = self.number("command_bonus") * float(self.stage.coordinated)
        return institution, 1.0 if self.blocked else 1.0 + bonus

    def brings(self, i: int, r: int, lead_fights: bool) -> float:
        """Strength that i's action adds."""
        if r == 0 or i in self.setting.helpers:
            return 0.0
        institution, command = self._open
        soon = in_time(self.world, self.stage, i, self.a)
        if r == 1:
            return float(self.world["surge"][i]) * soon * command
        force = float(self.world["force"][i])
        if self.setting.lead >= 0 and not lead_fights:
            force *= 1.0 - float(self.world["dependence"][i])
        there = in_place(self.world, self.stage.standby[i]) * institution
        return (force * soon + there) * command

    @cached_property
    def reserve(self) -> float:
        """The protégé's strength and the forces that may fire where they stand."""
        institution, command = self._open
        ready = sum(in_place(self.world, row) for row in self.stage.ready)
        return protege(self.world, self.stage, self.years) + ready * institution * command

    def escalates(self, i: int) -> float:
        """Chance that i's fight escalates."""
        chance = self.number("escalation.full")
        if self.a < 2:
            chance *= self.number(f"escalation.{LEVELS[self.a]}_ratio")
        force = np.asarray(self.world["force"], dtype=float)
        return float(1.0 - (1.0 - chance) ** (force[i] / force.max()))

    @cached_property
    def profiles(self) -> list[tuple[int, ...]]:
        return list(product(*(self.menu(i) for i in range(self.n))))

    @cached_property
    def log_ratios(self) -> list[float]:
        """log(X/M) of each profile."""
        found = []
        for profile in self.profiles:
            led = self.setting.lead >= 0 and profile[self.setting.lead] == 2
            x = self.reserve + sum(self.brings(i, r, led) for i, r in enumerate(profile))
            helped = sum(profile[h] == 1 for h in self.setting.helpers)
            m = challenger(self.world, self.stage, self.years)
            found.append(log(x / (m * (1.0 + self.number("helper_strength") * helped))))
        return found

    @cached_property
    def wins(self) -> Floats:
        """The challenger's chance of success by profile, Tullock with m = αk."""
        m = self.number("alpha") * STEPS[LEVELS[self.a]]
        return np.array([1.0 / (1.0 + exp(m * y)) for y in self.log_ratios])

    def odds(self, probability: Floats, but: int = -1) -> Floats:
        """Chance of each profile, one player's own factor left out if asked."""
        return np.array(
            [
                np.prod([probability[j, r] for j, r in enumerate(p) if j != but])
                for p in self.profiles
            ]
        )

    def payoffs(self, probability: Floats) -> Floats:
        """Expected payoff by player, type (party, not) and action; −inf off the menu."""
        shares = omega(self.world, self.stage, self.setting)
        found = np.full((self.n, 2, 3), -np.inf)
        acts = np.array(self.profiles)
        esc = np.array([self.escalates(i) for i in range(self.n)])
        risk = 1.0 - np.prod(np.where(acts == 2, 1.0 - esc, 1.0), axis=1)
        for i in range(self.n):
            odds = self.odds(probability, but=i)
            gone = ((acts == 2) * shares).sum(axis=1) - (acts[:, i] == 2) * shares[i]
            horror = self.number("horror") * float(self.world["horror_factor"][i])
            for r in self.menu(i):
                mine = acts[:, i] == r
                fails = (odds * self.wins)[mine].sum() * self.stake(i)
                left = (1.0, 0.5, 0.0)[r] * (odds * gone)[mine].sum()
                dread = horror * (odds * risk)[mine].sum()
                for kind, party in enumerate((True, False)):
                    peer = self.number("peer") * self.number("audience") * self.duty(i) * party
                    private = self.private(i, party, r)
                    found[i, kind, r] = private - fails - peer * left - dread
        return found

    def respond(self, probability: Floats) -> tuple[Floats, Floats]:
        """Logit responses (n, 3) to given responses, and the value of choosing (n, type)."""
        utility = self.precision * self.payoffs(probability)
        top = utility.max(axis=2, keepdims=True)
        weight = np.exp(utility - top)
        total = weight.sum(axis=2)
        kinds = np.stack([self.parties, 1.0 - self.parties], axis=1)
        chosen = np.einsum("ik,ikr->ir", kinds, weight / total[..., None])
        return chosen, (np.log(total) + top[..., 0]) / self.precision

    def lines(self, today: float) -> Floats:
        """Line held in each state of a war of this level."""
        low, high = (
            max(0.0, today - self.number("line.limited_loss")),
            min(1.0, today + self.number("line.limited_gain")),
        )
        if self.a == 2:
            low, high = 0.0, 1.0
        k = STEPS[LEVELS[self.a]]
        return np.concatenate([np.linspace(low, today, k + 1), np.linspace(today, high, k + 1)[1:]])

    @cached_property
    def wars(self) -> list[dict[str, float]]:
        """The chain's values by profile, from the line the settlement holds."""
        rates = [self.number(x) for x in ("alpha", "discount", "exit_hazard", "step_years")]
        lines = self.lines(self.number("line.held"))
        return [plain_war(y, lines, *rates) for y in self.log_ratios]
