"""Crisis games made up for tests: a few states with lumps of force against one challenger."""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from tightrope.game import Basis, Game, Responses, expect, exponential_basis, fit_basis, respond

Floats = NDArray[np.float64]
BASIS: Basis = exponential_basis(40, 800.0)


def _zeros(n: int) -> Floats:
    return np.zeros(n)


@dataclass(frozen=True)
class Crisis:
    """n states that stay away or fight (and may support where ``surge`` is positive).

    force, surge  strength brought by fighting and by support
    cost          private cost of (support, fight)
    duty          penalty for staying away (half for support);  stake  loss if the challenger wins
    reserve       the protégé's own strength K;  strength  the challenger's M;  power  exponent m
    peer, horror, escalation, omega  as in ``Game``
    """

    force: Floats
    stake: Floats
    cost: Floats  # (n, 2)
    duty: Floats
    surge: Floats
    reserve: float = 0.7
    strength: float = 1.0
    power: float = 2.0
    precision: float = 20.0
    peer: float = 0.0
    horror: float = 0.0
    escalation: float = 0.0
    lead: int = -1
    dependence: float = 0.0

    @property
    def n(self) -> int:
        return len(self.force)

    def change(self, **new: object) -> Crisis:
        """The same crisis with some numbers changed."""
        return replace(self, **new)  # type: ignore[arg-type]

    def game(self) -> Game:
        """The game with one batch axis of size one."""
        n = self.n
        contribution = np.zeros((2, n, 3))
        contribution[:, :, 1] = self.surge
        contribution[:, :, 2] = self.force
        if self.lead >= 0:
            others = np.arange(n) != self.lead
            contribution[0, others, 2] *= 1.0 - self.dependence
        extent = max(float(contribution.max(axis=(0, 2)).sum()), 1e-12)
        x = self.reserve + extent * np.asarray(BASIS.grid)
        m = self.power
        pi = self.strength**m / (self.strength**m + x**m)
        weights, error = fit_basis(BASIS, jnp.asarray(pi)[:, None])
        assert float(error.max()) < 1e-8
        private = np.zeros((n, 1, 3))
        private[:, 0, 0] = -self.duty
        private[:, 0, 1] = -0.5 * self.duty - self.cost[:, 0]
        private[:, 0, 2] = -self.cost[:, 1]
        menu = np.ones((n, 3))
        menu[:, 1] = self.surge > 0
        total = max(float(self.force.sum()), 1e-300)
        arrays = {
            "private": private,
            "type_weight": np.ones((n, 1)),
            "menu": menu,
            "stake": self.stake,
            "contribution": contribution,
            "reserve": np.asarray(self.reserve),
            "extent": np.asarray(extent),
            "peer": np.full((n, 1), self.peer),
            "omega": self.force / total,
            "horror": np.full(n, self.horror),
            "escalation": np.full(n, self.escalation),
            "precision": np.asarray(self.precision),
        }
        return Game(
            **{k: jnp.asarray(v, dtype=float)[..., None] for k, v in arrays.items()},
            weights=weights[None],
        )

    def solve(self) -> Responses:
        """Equilibrium responses, which must be solved."""
        found = respond(self.game(), lead=self.lead, basis=BASIS)
        assert int(found.status.max()) == 0
        return found

    def success(self, probability: object = None) -> float:
        """The challenger's chance of success, at equilibrium or at given responses."""
        game = self.game()
        acts = self.solve().probability if probability is None else jnp.asarray(probability)
        return float(expect(game, acts, game.weights, lead=self.lead, basis=BASIS)[0])

    def fights(self) -> Floats:
        """Each state's chance to fight at equilibrium."""
        return np.asarray(self.solve().probability)[:, 2, 0]


def crisis(
    force: list[float],
    stake: list[float],
    fight_cost: list[float],
    duty: list[float] | None = None,
    surge: list[float] | None = None,
    **more: float,
) -> Crisis:
    """A crisis from lists; support costs a third of fighting."""
    n = len(force)
    cost = np.stack([np.asarray(fight_cost) / 3.0, np.asarray(fight_cost)], axis=1)
    zero = [0.0] * n
    return Crisis(
        np.asarray(force), np.asarray(stake), cost, np.asarray(duty or zero),
        np.asarray(surge or zero), **more,
    )  # fmt: skip
