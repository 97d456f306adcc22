"""What `assess` costs beside its games, a person's wait, and whether memory is flat.

1. Worlds of the Ukraine case (one chunk of 64), all options, one thread: time of the whole over
   the time of its crisis solves alone, option after option. The games passed to the solver are
   recorded, and solved again by themselves right after the whole. Limit 3. Checked: solving again
   gives the same responses, and the whole is not changed by being recorded. The search for several
   equilibria is not counted among the crisis solves.
2. Seconds of `tightrope assess` in a process of its own with the compile cache warm.
3. Peak memory of a cheap option (eight guarantors) with ten times the worlds, each in a process of
   its own. ``bench_assess.py memory 1000 100000`` takes other numbers of worlds, and half an hour.

``bench_assess.py share 1000 OPTION ...`` measures the first on other numbers of worlds, chunk by
chunk, and on some options only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import numpy as np
from harness import QUICK, cores, line, note, timed

CHUNK = 8 if QUICK else 64
WAITS = (16,) if QUICK else (64, 256)
MEMORY = (8, 16) if QUICK else (1_000, 10_000)
CHEAP = "french-treaty-1925"
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
#: Solves one option in the given number of worlds and prints its peak memory in MB.
PEAK = (
    "import resource, sys\n"
    "from tightrope.case import load_case\n"
    "from tightrope.guarantee import solve_options\n"
    "case = load_case('czechoslovakia-1938')\n"
    "solve_options(case, [case.option(sys.argv[1])], int(sys.argv[2]), 0)\n"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
)

Solve = Callable[..., Any]


@contextmanager
def recording(calls: list[Any], modules: list[Any]) -> Iterator[None]:
    """Note every call of ``solve_games`` in the modules, as (arguments, answer)."""
    original: Solve = modules[0].solve_games

    def wrapped(*arguments: Any) -> Any:
        answer = original(*arguments)
        calls.append((arguments, answer))
        return answer

    for module in modules:
        module.solve_games = wrapped
    try:
        yield
    finally:
        for module in modules:
            module.solve_games = original


def share_of_games(*words: str) -> None:
    """Time of chunks of worlds over that of their crisis solves alone, and games a second.

    Each option is run whole with its games recorded, and then its games alone; before, in the first
    chunk, to warm up. The sums of the two are compared, and the range over options shown.

    words  number of worlds (one chunk if none is given), then ids of options (all if none)
    """
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from tightrope.case import load_case
    from tightrope.guarantee import backstop, contingency, draws
    from tightrope.guarantee.assess import compile_case_option
    from tightrope.guarantee.evaluate import Clock
    from tightrope.guarantee.program import FINE, Model, evaluate_option, setting_of
    from tightrope.guarantee.runtime import enable_compile_cache

    enable_compile_cache()
    case = load_case("ukraine")
    number = int(words[0]) if words and words[0].isdigit() else CHUNK
    names = words[1:] if words and words[0].isdigit() else words
    options = [case.option(name) for name in names] or case.options
    model = Model(setting_of(case), Clock(case.horizon_years, FINE.step), FINE)

    def whole(worlds: Any, ready: Any, bare: dict[Any, Any]) -> dict[str, Any]:
        return jax.block_until_ready(evaluate_option(worlds, ready, model, bare))

    wholes, alone, games = np.zeros(len(options)), np.zeros(len(options)), 0
    for start in range(0, number, CHUNK):
        part = draws.chunk_of(case, number, 0, start, CHUNK)
        worlds = {k: jax.numpy.asarray(v) for k, v in part.items()}
        shared: dict[Any, Any] = {}  # what earlier options have left for this one
        for k, option in enumerate(options):
            ready = compile_case_option(case, option)[0]
            plain = whole(worlds, ready, dict(shared)) if start == 0 else None
            calls: list[Any] = []
            with recording(calls, [contingency, backstop]):
                again, took = once(whole, worlds, ready, shared)
            found, by_themselves = once(solved_again, contingency, calls)
            if plain is not None:
                same(plain, again, f"{option.id}: the whole, recorded and not")
            answers = [answer for _, answer in calls]
            same(found, answers, f"{option.id}: games in the whole and alone")
            games += sum(int(np.prod(np.shape(one.status))) for each in answers for one in each)
            wholes[k] += took
            alone[k] += by_themselves
        done = min(start + CHUNK, number)
        ratio = wholes.sum() / alone.sum()
        note(f"assess: {done} worlds, whole {wholes.sum():.1f} s, {ratio:.2f} times its games")
    ratios = wholes / alone
    for option, one, two in zip(options, wholes, alone, strict=True):
        note(f"assess: {option.id} whole {one:.1f} s, its games {two:.1f} s: {one / two:.2f} times")
    note(f"assess: {len(options)} options, {number} worlds, {games} games")
    line("assess_over_games", wholes.sum(), alone.sum(), 1 / ratios.max(), 1 / ratios.min())
    note(f"assess: the whole takes {ratio:.2f} times its crisis solves; limit 3")
    note(f"assess: {games / alone.sum():.0f} crisis games a second on one thread")


def once(call: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """What a call gives, and its seconds."""
    begin = time.perf_counter()
    answer = call(*arguments)
    return answer, time.perf_counter() - begin


def solved_again(contingency: Any, calls: list[Any]) -> list[Any]:
    """The recorded games solved by themselves."""
    return jax.block_until_ready([contingency.solve_games(*given) for given, _ in calls])


def same(ours: Any, theirs: Any, what: str) -> None:
    """Stop unless two pytrees of arrays are equal to 1e-12."""
    leaves = zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True)
    pairs = [(np.asarray(a), np.asarray(b)) for a, b in leaves]
    if not all(np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True) for a, b in pairs):
        raise SystemExit(f"assess: {what} differ")


def wait(worlds: int) -> float:
    """Seconds that a person waits for `tightrope assess` with so many worlds."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tightrope", "assess", "ukraine"]
        command += ["--draws", str(worlds), "--out", folder]
        return timed(lambda: subprocess.run(command, check=True, capture_output=True))


def waits() -> None:
    """A person's wait with the compile cache warm; the first run fills it and is not counted."""
    note(f"assess: first run with {WAITS[0]} worlds {wait(WAITS[0]):.1f} s, {cores()} cores")
    for worlds in WAITS:
        note(f"assess: with {worlds} worlds {wait(worlds):.1f} s")


def memory(*sizes: str) -> None:
    """Peak memory by number of worlds; the line gives the largest over the smallest number."""
    peaks = []
    for worlds in [int(size) for size in sizes] or MEMORY:
        command = [sys.executable, "-c", PEAK, CHEAP, str(worlds)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        peaks.append(float(done.stdout.split()[-1]))
        note(f"assess: peak memory of {CHEAP} with {worlds} worlds {peaks[-1]:.0f} MB")
    line("assess_memory_mb", peaks[-1], peaks[0], min(peaks) / peaks[-1], max(peaks) / peaks[-1])


PARTS: dict[str, Callable[..., None]] = {"share": share_of_games, "waits": waits, "memory": memory}


def main() -> None:
    """Each part in a process of its own, so that none is pinned or warmed by another."""
    if len(sys.argv) > 1:
        PARTS[sys.argv[1]](*sys.argv[2:])
        return
    for name in PARTS:
        flags = {"XLA_FLAGS": ONE_THREAD} if name == "share" else {}
        command = [sys.executable, __file__, name]
        subprocess.run(command, check=True, env=os.environ | flags)


if __name__ == "__main__":
    main()
