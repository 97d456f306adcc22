"""How programs are compiled: full vectors for the kernel, quick compiling for all the rest.

XLA takes options only for the outermost program, and another release of JAX may not know them: both
are looked at when a program is first called, so neither ever stands in the way.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any

import jax
import jax.numpy as jnp

from tightrope.game.kept import kept, lasting_name

Options = dict[str, bool | int | str]

#: For the kernel, where a run's time is spent: full vector width, up to a fifth faster.
WIDE: Options = {"xla_cpu_prefer_vector_width": 512}
#: For programs that run briefly: they compile in half the time without XLA's newer emitters of
#: fused loops and without LLVM's costly passes, and run as fast.
QUICK: Options = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_llvm_disable_expensive_passes": True,
}

_apart: ContextVar[bool] = ContextVar("_apart", default=False)


@cache
def _known(name: str, value: bool | int | str) -> bool:
    try:
        jax.jit(lambda x: x, compiler_options={name: value})(0.0)
    except jax.errors.JaxRuntimeError:
        return False
    return True


def known(options: Options) -> Options:
    """Those of the options that the installed JAX understands."""
    return {name: value for name, value in options.items() if _known(name, value)}


def traced(*trees: Any) -> bool:
    """Whether the arguments are part of a larger program, or of derivatives, being laid out."""
    return any(isinstance(a, jax.core.Tracer) for a in jax.tree.leaves(trees))


@contextmanager
def derivatives_apart() -> Iterator[None]:
    """Within it `jax.grad` goes back through one program after another, each compiled by itself.

    The way there takes the programs that are compiled already, and the way back recomputes instead
    of storing: one program of derivatives each in the place of two, and they compile quickly. Only
    reverse derivatives, once, and not within `jax.jit`.
    """
    token = _apart.set(True)
    try:
        yield
    finally:
        _apart.reset(token)


def jit_with(
    options: Options, static: Sequence[str] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``jax.jit`` with compiler options, which are left out within programs and derivatives.

    static  names of the arguments that are not arrays
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        plain = jax.jit(function, static_argnames=static)

        @cache
        def outermost() -> Callable[..., Any]:
            stored = kept(function, static, lasting_name(function))
            return jax.jit(stored, static_argnames=static, compiler_options=known(options))

        @cache
        def apart() -> Callable[..., Any]:
            return _apart_from(function, outermost(), static)

        @wraps(function)
        def call(*args: Any, **named: Any) -> Any:
            if not traced(args, named):
                return outermost()(*args, **named)
            return (apart() if _apart.get() else plain)(*args, **named)

        return call

    return decorate


def _smooth(leaves: Sequence[Any]) -> list[int]:
    """Which leaves have derivatives."""
    return [k for k, a in enumerate(leaves) if jnp.issubdtype(jnp.result_type(a), jnp.inexact)]


def _apart_from(
    function: Callable[..., Any], compiled: Callable[..., Any], static: Sequence[str]
) -> Callable[..., Any]:
    """The compiled function, and as its derivative a program that computes it again."""
    names = inspect.signature(function)

    @cache
    def back(fixed: tuple[tuple[str, Any], ...]) -> Callable[..., Any]:
        """From arguments and slopes by smooth outcomes to slopes by smooth arguments."""

        def derivative(given: dict[str, Any], slopes: list[Any]) -> list[Any]:
            leaves, form = jax.tree.flatten(given)
            moving = _smooth(leaves)

            def outcome(values: list[Any]) -> list[Any]:
                filled = dict(zip(moving, values, strict=True))
                again = jax.tree.unflatten(form, [filled.get(k, a) for k, a in enumerate(leaves)])
                found = jax.tree.leaves(function(**again, **dict(fixed)))
                return [found[k] for k in _smooth(found)]

            _, pull = jax.vjp(outcome, [leaves[k] for k in moving])
            slope: list[Any] = pull(slopes)[0]
            return slope

        name = lasting_name(function)
        stored = kept(derivative, (), f"back through {name} {fixed!r}" if name else "")
        return jax.jit(stored, compiler_options=known(QUICK))

    def call(*args: Any, **named: Any) -> Any:
        given = names.bind(*args, **named).arguments
        fixed = tuple((k, given.pop(k)) for k in static if k in given)
        leaves, form = jax.tree.flatten(given)
        moving = _smooth(leaves)
        still = [a for k, a in enumerate(leaves) if k not in moving]

        def whole(values: Any, others: Any) -> dict[str, Any]:
            values, others = iter(values), iter(others)
            again = [next(values if k in moving else others) for k in range(len(leaves))]
            return dict(jax.tree.unflatten(form, again))

        @jax.custom_vjp
        def outcome(values: Any, others: Any) -> Any:
            return compiled(**whole(values, others), **dict(fixed))

        def there(values: Any, others: Any) -> tuple[Any, Any]:
            return outcome(values, others), (values, others)

        def and_back(kept: Any, slopes: Any) -> tuple[Any, None]:
            smooth = [s for s in jax.tree.leaves(slopes) if s.dtype != jax.dtypes.float0]
            return back(fixed)(whole(*kept), smooth), None

        outcome.defvjp(there, and_back)
        return outcome([leaves[k] for k in moving], still)

    return call
