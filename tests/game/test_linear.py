"""Many small linear systems solved at once: right, differentiable, and without waiting."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_crises import crises, random_plain

from tightrope.game import Game, Responses, respond
from tightrope.game.linear import solve


@pytest.mark.parametrize("size", [1, 2, 5, 40])
def test_solutions_are_those_of_lapack(size: int) -> None:
    """Random systems, and those with zeros on the diagonal, have the solutions of LAPACK."""
    rng = np.random.default_rng(size)
    matrix, right = rng.normal(size=(size, size, 7, 3)), rng.normal(size=(size, 7, 3))
    if size > 1:
        matrix[np.arange(size), np.arange(size), 0] = 0.0
        matrix[:, :, 1] = np.eye(size)[::-1, :, None]
    found = solve(jnp.asarray(matrix), jnp.asarray(right))
    want = np.linalg.solve(np.moveaxis(matrix, (0, 1), (2, 3)), np.moveaxis(right, 0, 2)[..., None])
    assert np.asarray(found) == pytest.approx(np.moveaxis(want[..., 0], 2, 0), rel=1e-8, abs=1e-9)


def test_rows_of_very_different_size_lose_no_digits() -> None:
    """Pivots are chosen, so a tiny first element does no harm."""
    matrix = jnp.asarray([[1e-20, 1.0], [1.0, 1.0]])
    assert np.asarray(solve(matrix, jnp.asarray([1.0, 2.0]))) == pytest.approx([1.0, 1.0])


def test_a_singular_system_has_no_finite_answer() -> None:
    """Without a solution no number is made up, and its neighbours are not touched."""
    matrix = jnp.stack([jnp.asarray([[1.0, 2.0], [2.0, 4.0]]), jnp.eye(2)], axis=-1)
    found = np.asarray(solve(matrix, jnp.ones((2, 2))))
    assert not np.isfinite(found[:, 0]).all() and found[:, 1] == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("way", [jax.jacfwd, jax.jacrev])
def test_derivatives_are_those_of_the_solution(way) -> None:
    """Derivatives in the matrix and in the right side are those of LAPACK's solution."""
    rng = np.random.default_rng(0)
    matrix, right = jnp.asarray(rng.normal(size=(4, 4))), jnp.asarray(rng.normal(size=4))
    for place in (0, 1):
        found = way(solve, argnums=place)(matrix, right)
        want = jax.jacfwd(jnp.linalg.solve, argnums=place)(matrix, right)
        assert np.asarray(found) == pytest.approx(np.asarray(want), rel=1e-9, abs=1e-12)


def test_the_solver_of_games_calls_no_batched_library() -> None:
    """What two threads run side by side has no LAPACK call, which could wait for ever."""
    batch = crises([random_plain(k, 3) for k in range(4)])

    def solved(game: Game) -> Responses:
        return respond(game, **batch.statics, polish=True)

    text = jax.jit(solved).lower(batch.game).as_text()
    assert "while" in text and "lapack" not in text
