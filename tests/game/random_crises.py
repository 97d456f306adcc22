"""Random crises, each as a game of the kernel and as a plain game for enumeration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from enumeration import Floats, PlainGame
from jax import Array
from numpy.typing import NDArray

from tightrope.game import Basis, Game, Responses, exponential_basis, fit_basis, respond
from tightrope.game.crisis import LEADING

BASIS = exponential_basis()
_BATCH = 40


@dataclass(frozen=True)
class Contest:
    """π(X) = M^m / (M^m + X^m), M raised by ``help_gain`` for each helper that helps."""

    strength: float
    steepness: float
    help_gain: float = 0.2

    def __call__(self, force: Floats, help_state: NDArray[np.int64] | int = 0) -> Floats:
        helping = np.vectorize(lambda h: bin(int(h)).count("1"))(help_state)
        strength = self.strength * (1.0 + self.help_gain * helping)
        return np.asarray(1.0 / (1.0 + (force / strength) ** self.steepness))


@dataclass(frozen=True)
class Crises:
    """A batch of games with the certificate of each, and the same games one by one."""

    game: Game
    certificate: Floats
    plain: tuple[PlainGame, ...]
    lead: int
    helpers: tuple[int, ...]

    def solved(self) -> Responses:
        """Responses to the batch, see ``solve``."""
        return solve(self.game, lead=self.lead, helpers=self.helpers)

    @property
    def statics(self) -> dict[str, Any]:
        """The keyword arguments that every function of the kernel takes."""
        return {"lead": self.lead, "helpers": self.helpers, "basis": BASIS}


def to_game(plain: Sequence[PlainGame], basis: Basis = BASIS) -> tuple[Game, Floats]:
    """Stack plain games on a last batch axis and fit their success functions."""
    columns: dict[str, list[Any]] = {name: [] for name in LEADING}
    errors = []
    for one in plain:
        extent = 1.01 * float(one.contribution.max(axis=(0, 2)).sum()) or 1.0
        force = one.reserve + np.asarray(basis.grid) * extent
        values = np.stack([one.succeed(force, h) for h in range(2 ** len(one.helpers))])
        weights, error = fit_basis(basis, jnp.asarray(values[:, :, None]))
        fitted = {"extent": extent, "weights": np.asarray(weights)[:, :, 0]}
        errors.append(float(error.max()))
        for name in LEADING:
            columns[name].append(fitted[name] if name in fitted else getattr(one, name))
    game = Game(**{k: jnp.asarray(np.stack(v, axis=-1), jnp.float64) for k, v in columns.items()})
    return game, np.array(errors)


def crises(plain: Sequence[PlainGame]) -> Crises:
    """A batch of plain games that share lead and helpers."""
    game, errors = to_game(plain)
    return Crises(game, errors, tuple(plain), plain[0].lead, plain[0].helpers)


def solve(
    game: Game, *, lead: int = 0, helpers: tuple[int, ...] = (), start: Array | None = None
) -> Responses:
    """Respond without the slow path, the batch padded to forty so that few sizes are compiled."""
    size = game.precision.shape[-1]
    room = -size % _BATCH

    def pad(array: Array) -> Array:
        return jnp.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, room)], mode="edge")

    padded = Game(*[pad(a) for a in game])
    first = None if start is None else pad(start)
    found = respond(padded, lead=lead, helpers=helpers, basis=BASIS, start=first, polish=False)
    return Responses(*[a[..., :size] for a in found])


def random_plain(
    seed: int,
    players: int,
    *,
    types: int = 1,
    lead: int = 0,
    helpers: tuple[int, ...] = (),
    precision: float = 4.6,
    reserve: float | None = None,
    total: float | None = None,
    steepness: float | None = None,
) -> PlainGame:
    """One game with numbers of the size that the model uses; what is given is kept."""
    rng = np.random.default_rng(seed)
    fight = rng.uniform(0.05, 1.0, players)
    fight[list(helpers)] = 0.0
    fight *= (total or rng.uniform(0.3, 3.0)) / max(fight.sum(), 1e-9)
    dependence = rng.uniform(0.0, 0.6, players) if lead >= 0 else np.zeros(players)
    if lead >= 0:
        dependence[lead] = 0.0
    contribution = np.zeros((2, players, 3))
    contribution[:, :, 1] = fight * rng.uniform(0.1, 0.5, players)
    contribution[0, :, 2] = fight * (1.0 - dependence)
    contribution[1, :, 2] = fight
    menu = np.ones((players, 3))
    menu[list(helpers), 2] = 0.0
    stake = rng.uniform(0.25, 1.1, players)
    stake[list(helpers)] *= -0.4
    cost = np.stack([np.zeros(players), np.full(players, 0.25), np.full(players, 0.7)], axis=1)
    spread = rng.normal(0.0, 0.2, (players, types, 3))
    return PlainGame(
        private=spread - cost[:, None] * rng.uniform(0.3, 1.2, (players, types, 1)),
        type_weight=rng.dirichlet(np.ones(types), players) if types > 1 else np.ones((players, 1)),
        menu=menu,
        stake=stake,
        contribution=contribution,
        reserve=reserve or rng.uniform(0.3, 0.9),
        peer=rng.uniform(0.0, 1.5, (players, types)),
        omega=fight / max(fight.sum(), 1e-9),
        horror=rng.uniform(1.0, 8.0, players),
        escalation=rng.uniform(0.01, 0.08, players) * menu[:, 2],
        precision=precision,
        succeed=Contest(1.0, steepness or rng.uniform(1.0, 2.7)),
        lead=lead,
        helpers=helpers,
    )
