"""Random crisis games for the benchmarks, in the layout of the kernel."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from tightrope.game import Basis, Game, fit_basis


def random_games(
    players: int, batch: int, basis: Basis, *, precision: float, seed: int = 0
) -> tuple[Game, Array]:
    """A batch of games with a lead (player 0) and one private type, and their certificates.

    Sizes are those of the model: stakes of .25 to 1.1 own wars, total force of about three times
    the challenger's whatever the number of players.
    """
    rng = np.random.default_rng(seed)
    force = rng.uniform(0.2, 1.8, (players, batch)) * 3.0 / players
    dependence = rng.uniform(0.0, 0.6, (players, batch))
    dependence[0] = 0.0
    contribution = np.zeros((2, players, 3, batch))
    contribution[:, :, 1] = force * rng.uniform(0.1, 0.5, (players, batch))
    contribution[0, :, 2] = force * (1.0 - dependence)
    contribution[1, :, 2] = force
    duty = rng.uniform(0.3, 1.5, (players, 1, batch))
    private = np.zeros((players, 1, 3, batch))
    private[:, :, 0] = -duty
    private[:, :, 1] = -0.5 * duty - 0.3
    private[:, :, 2] = -0.9 + rng.normal(0.0, 0.1, (players, 1, batch))
    reserve = rng.uniform(0.3, 0.9, batch)
    extent = contribution.max(axis=(0, 2)).sum(axis=0)
    steepness = rng.uniform(1.2, 2.7, batch)
    force_grid = reserve + np.asarray(basis.grid)[:, None] * extent
    weights, error = fit_basis(basis, jnp.asarray(1.0 / (1.0 + force_grid**steepness))[None])
    game = Game(
        private=private,
        type_weight=np.ones((players, 1, batch)),
        menu=np.ones((players, 3, batch)),
        stake=rng.uniform(0.25, 1.1, (players, batch)),
        contribution=contribution,
        reserve=reserve,
        extent=extent,
        peer=0.5 * duty,
        omega=force / force.sum(axis=0),
        horror=rng.uniform(2.0, 8.0, (players, batch)),
        escalation=rng.uniform(0.02, 0.06, (players, batch)),
        precision=np.full(batch, precision),
        weights=weights,
    )
    return Game(*[jnp.asarray(a, jnp.float64) for a in game]), error[0]


def parts(game: Game, pieces: int) -> list[Game]:
    """A batch cut into equal parts along its last axis."""
    length = game.precision.shape[-1] // pieces
    return [Game(*[a[..., k * length : (k + 1) * length] for a in game]) for k in range(pieces)]
