"""Assess the options of a case over many worlds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from tightrope.case import Case, Option, instrument_of
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee import unfinished
from tightrope.guarantee.evaluate import Clock
from tightrope.guarantee.profile import compile_profile
from tightrope.guarantee.program import (
    FINE,
    BareTables,
    Compiled,
    Grid,
    Model,
    evaluate_option,
    setting_of,
)
from tightrope.guarantee.runtime import enable_compile_cache, workers
from tightrope.guarantee.weakest import weakest_clause
from tightrope.treaty import InputError, Instrument, Where

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
Preview = Callable[[list["Result"], int], None]

#: Worlds solved together: small enough to stay in memory, large enough to fill the processor.
CHUNK = 64
#: An expectation that is not certified to this bound is not used.
CERTIFIED = 1e-6


@dataclass(frozen=True)
class Result:
    """All outcomes of one option; arrays have the draw first.

    scalars, equal   outcome → (D,), NaN where the outcome has no meaning
    accept           (D, challenger + protégé + n);  value_guarantor (D, n)
    respond          (D, n, level, action);  time: name → (D, steps)
    failed           (D,) true where the cell was not solved or not certified; never used
    named, quorum    parties that entry into force waits for by name, and how many in all
    """

    option: Option
    instrument: Instrument
    parties: tuple[str, ...]
    named: tuple[str, ...]
    quorum: int
    agreement: bool
    scalars: dict[str, Floats]
    equal: dict[str, Floats]
    accept: Floats
    value_guarantor: Floats
    respond: Floats
    time: dict[str, Floats]
    failed: NDArray[np.bool_]
    certificate: float
    weakest: str


def compile_case_option(case: Case, option: Option) -> tuple[Compiled, Instrument]:
    """Load an option's instrument and compile it for the case."""
    instrument = instrument_of(case, option)
    return Compiled(option.id, compile_profile(case, instrument), option.settlement), instrument


def solve_options(
    case: Case,
    options: Sequence[Option],
    draws: int,
    seed: int,
    *,
    progress: Progress | None = None,
    preview: Preview | None = None,
    chunk: int = CHUNK,
    grid: Grid = FINE,
    worlds: worlds_of.Worlds | None = None,
    keep: Path | None = None,
) -> list[Result]:
    """Every outcome of the options in ``draws`` worlds of the case.

    draws, seed  see `draws.sample`; the result does not depend on ``chunk``
    progress     called with (what, done, total) after each option of each chunk
    preview      called after each option of the first chunk with (results so far, their draws)
    worlds       judged in the place of sampled ones, ``draws`` of them
    keep         folder of what is solved, from which a run that was cut short goes on
    Errors       InputError if draws < 1
    """
    if draws < 1:
        raise InputError(
            f"{draws} draws were asked for",
            code="TW108",
            where=Where(field="draws"),
            remedy="ask for at least one draw",
        )
    enable_compile_cache()
    ready = [compile_case_option(case, o) for o in options]
    model = Model(setting_of(case), Clock(case.horizon_years, grid.step), grid)
    # A short last chunk is filled up, so that one compiled program serves all chunks.
    size = min(chunk, draws)
    starts = list(range(0, draws, size))
    done = count(1)
    first = next((k for k, (each, _) in enumerate(ready) if each.profile.plan.agreement), 0)
    held: dict[int, dict[str, Any]] = {}  # outcomes of every option, all draws
    turn = Lock()
    # Worlds that are given have no name by which to find their outcomes again.
    names: list[str] = []
    if keep is not None and worlds is None:
        told = {"draws": draws, "seed": seed, "chunk": size, "grid": list(grid)}
        names = [
            unfinished.named(case, option, text, told)
            for option, (_, text) in zip(options, ready, strict=True)
        ]

    def known(k: int, start: int) -> Path | None:
        """The file of an option in the chunk that begins at the draw ``start``."""
        return keep / f"{names[k]}-{start}.npz" if keep is not None and names else None

    files = [known(k, start) for start in starts for k in range(len(ready))]
    # What is there already is no work, and would make the rest look quick.
    total = sum(file is None or not file.exists() for file in files)

    def gather(k: int, outcomes: dict[str, Any]) -> Result:
        return _gather(case, options[k], *ready[k], outcomes)

    def begin(k: int, result: dict[str, Any], worlds: int) -> None:
        """Options end in any order on several threads; previews are given one at a time."""
        with turn:
            held[k] = jax.tree.map(lambda a: np.empty((draws, *a.shape[1:]), a.dtype), result)
            _keep(held[k], result, 0)
            if preview:
                early = {j: jax.tree.map(lambda a: a[:worlds], held[j]) for j in sorted(held)}
                preview([gather(j, outcomes) for j, outcomes in early.items()], worlds)

    def solve(start: int, each: Callable[..., Iterable[Any]] = map) -> None:
        part = worlds_of.chunk_of(case, draws, seed, start, size, worlds)
        kept = min(size, draws - start)
        filled = {k: jnp.asarray(v) for k, v in part.items()}
        bare: BareTables = {}

        def one(k: int) -> None:
            compiled, file = ready[k][0], known(k, start)
            result = unfinished.recall(file) if file is not None else None
            if result is None:
                outcome = evaluate_option(filled, compiled, model, bare)
                result = jax.tree.map(lambda x: np.asarray(x)[:kept], outcome)
                if file is not None:
                    unfinished.keep(file, result)
                if progress:
                    durable = float(np.mean(result["scalars"]["durable"]))
                    solved = next(done)
                    told = f"{compiled.id} (durable {durable:.2f} so far)"
                    progress(told, solved, max(solved, total))
            if start == 0:
                begin(k, result, kept)
            else:
                _keep(held[k], result, start)

        # One option alone: it fills what the others share, and a preview needs one to be signed.
        one(first)
        list(each(one, [k for k in range(len(ready)) if k != first]))

    pool = ThreadPoolExecutor(workers())
    try:
        # Compiling takes longest in the first chunk, so there options go side by side.
        solve(starts[0], pool.map)
        list(pool.map(solve, starts[1:]))
    finally:
        # An interruption must not wait for the chunks that are still queued.
        pool.shutdown(wait=False, cancel_futures=True)
    # What is gathered is let go, so that outcomes are not held twice.
    return [gather(k, held.pop(k)) for k in range(len(ready))]


def _keep(held: dict[str, Any], result: dict[str, Any], start: int) -> None:
    """Put the outcomes of a chunk that begins at the draw ``start`` in their place."""

    def put(room: Floats, part: Floats) -> None:
        room[start : start + len(part)] = part

    jax.tree.map(put, held, result)


def _gather(
    case: Case,
    option: Option,
    compiled: Compiled,
    instrument: Instrument,
    outcomes: dict[str, Any],
) -> Result:
    scalars = outcomes["scalars"]
    missing = {k for k, v in scalars.items() if np.all(np.isnan(v))}
    finite = np.all([np.isfinite(v) for k, v in scalars.items() if k not in missing], axis=0)
    failed = (outcomes["unsolved"] > 0) | (outcomes["certificate"] > CERTIFIED) | ~finite
    parties = tuple(
        i
        for i, bound in zip(case.guarantor_ids, compiled.profile.in_force.party, strict=True)
        if bound > 0
    )

    def used(value: Floats) -> Floats:
        return np.where(failed.reshape((-1,) + (1,) * (value.ndim - 1)), np.nan, value)

    life = compiled.profile.life
    return Result(
        option=option,
        instrument=instrument,
        parties=parties,
        named=tuple(a for a, k in zip(case.guarantor_ids, life.named, strict=True) if k > 0),
        quorum=int(life.quorum),
        agreement=compiled.profile.plan.agreement,
        scalars={k: used(v) for k, v in scalars.items()},
        equal={k: used(v) for k, v in outcomes["equal"].items()},
        accept=used(outcomes["accept"]),
        value_guarantor=used(outcomes["value_guarantor"]),
        respond=used(outcomes["respond"]),
        time={k: used(v) for k, v in outcomes["time"].items()},
        failed=failed,
        certificate=float(np.max(outcomes["certificate"])),
        weakest=weakest_clause(case, instrument),
    )
