"""Stages laid along the years: nodes, interpolation, and the path that each branch takes.

The crisis changes smoothly within a stage and jumps between stages, so each stage is solved at a
few Chebyshev points of its own interval and interpolated there by its polynomial; interpolating
across an entry into force would be wrong. Beyond the horizon reported, where only values to come
hang on it, a few points more will do.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.case import Settlement
from tightrope.guarantee import forces
from tightrope.guarantee.contingency import StageTable
from tightrope.guarantee.forces import World
from tightrope.guarantee.horizon import Path
from tightrope.guarantee.stages import Stage

_SHARES = {"none": 0.0, "de-facto": 0.5, "formal": 1.0}
_FORGONE = {"pursued": 0.0, "deferred": 0.5, "waived": 1.0}


class Terms(NamedTuple):
    """A settlement as numbers, each a share in [0, 1] except deferral (years)."""

    recognition: float
    deferral: float
    relief: float
    justice: float
    reparations: float


#: Equal terms: half relief, nothing else. What is left differs by duties only.
EQUAL = Terms(0.0, 0.0, 0.5, 0.0, 0.0)


def terms_of(settlement: Settlement) -> Terms:
    """The numbers behind a settlement's words."""
    return Terms(
        _SHARES[settlement.recognition],
        settlement.deferral_years,
        settlement.relief,
        _FORGONE[settlement.accountability],
        settlement.reparations,
    )


def held_line(world: World, settlement: Settlement) -> Array:
    """Share of the prize that the challenger holds under the settlement."""
    if settlement.line in ("other", "pre-2022"):
        return world["line.pre2022"]
    today = world["line.today"]
    return today if settlement.line == "today" else jnp.zeros_like(today)


def chebyshev(count: int) -> np.ndarray:
    """Chebyshev points of the second kind on [0, 1], ends included, ascending."""
    if count == 1:
        return np.array([0.5])
    return 0.5 * (1.0 - np.cos(np.pi * np.arange(count) / (count - 1)))


def interpolation(start: Array, end: Array, count: int, at: Array) -> Array:
    """Matrix (times, count) from values at the nodes to values at ``at``; outside, the nearest end.

    Barycentric form with weights (−1)^k, halved at the ends (Berrut and Trefethen 2004).
    """
    if count == 1:
        return jnp.ones((at.shape[0], 1))
    nodes = jnp.asarray(chebyshev(count))
    place = jnp.clip((at - start) / jnp.maximum(end - start, 1e-9), 0.0, 1.0)
    signs = (-1.0) ** np.arange(count)
    signs[[0, -1]] *= 0.5
    gap = place[:, None] - nodes
    hit = jnp.abs(gap) < 1e-12
    raw = jnp.asarray(signs) / jnp.where(hit, 1.0, gap)
    smooth = raw / raw.sum(axis=1, keepdims=True)
    return jnp.where(hit.any(axis=1, keepdims=True), hit.astype(float), smooth)


#: Fields that are chances or shares.
_CHANCES = (
    "lost",
    "answered",
    "respond",
    "resist",
    "clash",
    "escalate",
    "met",
    "owed",
    "success",
    "burden",
)
#: Fields that the attack decision is made of, see `path`; the others are for outcomes only.
DECISIVE = ("line", "burden", "lost", "snap", "answered", "protege")


def along(table: StageTable, matrix: Array, fields: tuple[str, ...] | None = None) -> StageTable:
    """A stage's table at the steps, step axis first; chances stay in [0, 1].

    fields  those that are laid (all that have a time); the others are returned as 0
    """
    wanted = {
        name: value
        for name, value in table._asdict().items()
        if value.ndim and (fields is None or name in fields)
    }
    # One product for all fields: compiling costs by the number of operations.
    flat = [value.reshape(-1, value.shape[-1]) for value in wanted.values()]
    laid = matrix @ jnp.concatenate(flat).T
    ends = np.cumsum([len(part) for part in flat])
    parts = {
        name: part.reshape(-1, *value.shape[:-1])
        for (name, value), part in zip(
            wanted.items(), jnp.split(laid, ends[:-1], axis=1), strict=True
        )
    }
    parts |= {k: jnp.clip(v, 0.0, 1.0) for k, v in parts.items() if k in _CHANCES}
    if "respond" in parts:
        total = jnp.maximum(parts["respond"].sum(axis=2, keepdims=True), 1e-300)
        parts["respond"] = parts["respond"] / total
    rest = {k: jnp.zeros(()) for k, v in table._asdict().items() if v.ndim and k not in parts}
    return table._replace(**parts, **rest)


def choose_stage(use: Array, chosen: StageTable, other: StageTable) -> StageTable:
    """``chosen`` at the steps where ``use`` is 1, else ``other``."""

    def pick(a: Array, b: Array) -> Array:
        if not a.ndim:
            return jnp.maximum(a, b)
        return jnp.where(use.reshape((-1,) + (1,) * (a.ndim - 1)) > 0, a, b)

    return StageTable(*[pick(a, b) for a, b in zip(chosen, other, strict=True)])


class Nodes(NamedTuple):
    """How many times a stage is solved at.

    within  Chebyshev points of the part of the stage that lies within the horizon
    beyond  further points of the part beyond it, which shares the first part's last point
    """

    within: int
    beyond: int

    def times(self, start: Array, horizon: Array, end: Array) -> Array:
        """Years at which a stage from ``start`` to ``end`` is solved, (…, within + beyond)."""
        part = jnp.clip(horizon, start, end)
        first = start[..., None] + (part - start)[..., None] * jnp.asarray(chebyshev(self.within))
        rest = jnp.asarray(chebyshev(self.beyond + 1)[1:])
        return jnp.concatenate([first, part[..., None] + (end - part)[..., None] * rest], axis=-1)

    def matrix(self, start: Array, horizon: Array, end: Array, at: Array) -> Array:
        """From values at those times to values at ``at``, (steps, within + beyond)."""
        part = jnp.clip(horizon, start, end)
        early = interpolation(start, part, self.within, at)
        late = interpolation(part, end, self.beyond + 1, at)
        before = jnp.pad(early, [(0, 0), (0, self.beyond)])
        after = jnp.pad(late, [(0, 0), (self.within - 1, 0)])
        return jnp.where((at <= part)[:, None], before, after)


class Flows(NamedTuple):
    """Yearly flows of a stage besides the line: for the challenger, in war, for the protégé."""

    challenger: Array
    war: Array
    protege: Array


def flows(world: World, stage: Stage, terms: Terms, *, provoke: bool = True) -> Flows:
    """What terms, restraints, sanctions and provocation are worth a year, in units of the prize.

    Provocation: membership, foreign forces (saturating at 20,000) and bases near the challenger's
    border. Relief ends on attack; the rest stays unless the challenger wins. Neutrality, deferral
    (per ten years), recognition and deferred justice cost the protégé.
    """
    relief = jnp.minimum(1.0, terms.relief + stage.relief)
    provocation = (
        world["provocation.membership"] * stage.membership
        + world["provocation.presence"] * -jnp.expm1(-stage.tripwire.sum() / 20.0)
        + world["provocation.bases"] * stage.foreign_bases * (1.0 - stage.no_bases)
    )
    lasting = (
        world["value.recognition"] * terms.recognition
        + world["value.neutrality"] * 0.5 * (stage.neutrality + stage.no_bases)
        - world["value.reparations"] * terms.reparations
        - provocation * provoke
    )
    cap = jnp.where(stage.troop_cap < 0, 0.0, 1.0 - stage.troop_cap / world["troop_cap_full"])
    today = world["aid"].sum()
    # Where no aid is given today there is no measure for what a promise of aid is worth.
    aid = jnp.where(today > 0.0, forces.aid_delivered(world, stage).sum(), 0.0)
    aid = aid / jnp.where(today > 0.0, today, 1.0)
    protege = (
        world["value.aid"] * aid
        + world["value.reparations"] * terms.reparations
        - world["cost.recognition"] * terms.recognition
        - world["cost.deferral"] * terms.deferral / 10.0
        - world["cost.neutrality"] * 0.5 * (stage.neutrality + stage.no_bases)
        - world["cost.troop_cap"] * jnp.maximum(cap, 0.0)
        - world["cost.justice"] * terms.justice
    )
    # Today's sanctions are the measure of all flows: lifted or left to lapse, they are a gain that
    # ends on attack; kept, they change nothing.
    lapsed = world["value.sanctions"] * jnp.maximum(0.0, 1.0 - stage.sanctions - relief)
    return Flows(lasting + world["value.relief"] * relief + lapsed, lasting, protege)


def path(world: World, table: StageTable, flow: Flows) -> Path:
    """What both sides of the attack decision face along the steps of one branch.

    flow leaves have the step axis; table from :func:`along`.
    """
    today = world["line.today"]
    return Path(
        flow=flow.challenger,
        war_flow=flow.war,
        line=table.line,
        burden=table.burden,
        lost=table.lost,
        snap=table.snap,
        answered=table.answered,
        protege=table.protege,
        protege_flow=flow.protege + 1.0 - today,
    )
