"""What the compiler is told never changes an answer and never stands in the way."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import pytest

from tightrope.game import QUICK, WIDE, derivatives_apart, jit_with, traced
from tightrope.game.compiling import known


@jit_with(QUICK, static=("power",))
def _cubed(x: jax.Array, *, power: int = 3) -> jax.Array:
    return jnp.sum(x**power)


X = jnp.array([1.0, -2.0, 0.5])


def test_options_of_the_installed_jax_are_used() -> None:
    """Both sets are understood by the release that the project is tested with."""
    assert known(QUICK) == QUICK and known(WIDE) == WIDE


def test_unknown_options_are_left_out() -> None:
    """An option that another release does not know is dropped, and the program still runs."""
    options = {"xla_no_such_option": True, **WIDE}
    assert known(options) == WIDE
    assert float(jit_with(options)(lambda x: 2.0 * x)(3.0)) == 6.0


def test_a_part_of_a_larger_program_is_compiled_with_it() -> None:
    """Options are for the outermost program only: within another they are left out."""
    with pytest.raises(ValueError, match="top-level"):
        jax.jit(lambda x: jax.jit(jnp.sum, compiler_options=QUICK)(x))(X)
    assert float(jax.jit(_cubed)(X)) == float(_cubed(X)) == pytest.approx(-6.875)


def test_derivatives_and_batches_go_through() -> None:
    """Gradient, gradient within a program and batch are those of the function."""
    expected = pytest.approx([3.0, 12.0, 0.75])
    assert jax.grad(_cubed)(X).tolist() == expected
    assert jax.jit(jax.grad(_cubed))(X).tolist() == expected
    assert jax.vmap(_cubed)(X[:, None]).tolist() == pytest.approx([1.0, -8.0, 0.125])
    assert float(_cubed(X, power=2)) == pytest.approx(5.25)


@jit_with(QUICK, static=("power",))
def _parts(given: dict[str, jax.Array], counts: jax.Array, *, power: int) -> dict[str, jax.Array]:
    """Floats and whole numbers in, floats and whole numbers out."""
    return {
        "powers": given["x"] ** power * counts,
        "largest": jnp.argmax(given["x"]),
        "sine": jnp.sin(given["y"]),
    }


def _chained(x: jax.Array, y: jax.Array) -> jax.Array:
    """One program after another, the first one's answer in the second."""
    assert traced(x)
    first = _parts({"x": x, "y": y}, jnp.arange(3), power=3)
    second = _parts({"x": first["powers"], "y": y}, jnp.arange(3), power=2)
    return jnp.sum(second["powers"]) + second["sine"] * first["powers"][1]


def test_derivatives_apart_are_those_of_the_whole() -> None:
    """Going back program by program gives the gradient of the chain, written out here."""
    y = jnp.asarray(0.5)
    by_x = [0.0, 6.0 * X[1] ** 5 + 3.0 * X[1] ** 2 * jnp.sin(y), 48.0 * X[2] ** 5]
    by_y = X[1] ** 3 * jnp.cos(y)
    for take in (lambda: jax.grad(_chained, (0, 1))(X, y), lambda: _apart(X, y)):
        slope_x, slope_y = take()
        assert slope_x.tolist() == pytest.approx([float(v) for v in by_x])
        assert float(slope_y) == pytest.approx(float(by_y))


def _apart(x: jax.Array, y: jax.Array) -> tuple[jax.Array, jax.Array]:
    with derivatives_apart():
        slopes: tuple[jax.Array, jax.Array] = jax.grad(_chained, (0, 1))(x, y)
    return slopes
