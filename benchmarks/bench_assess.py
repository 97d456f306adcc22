"""What `assess` costs beside its games, a person's wait, and whether memory is flat.

1. One chunk of 64 worlds of the Ukraine case, all options, one thread: time of the whole over the
   time of its crisis solves alone. The games passed to the solver are recorded in a first run and
   solved again by themselves, in alternation with the whole. Limit 3. Checked before: recording
   and solving again give the same responses, and the whole is not changed by being recorded. The
   search for several equilibria is not counted among the crisis solves.
2. Seconds of `tightrope assess` in a process of its own with the compile cache warm.
3. Peak memory of one cheap option with more and more worlds, each in a process of its own.

``bench_assess.py share OPTION ...`` measures the first on some options only.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from harness import QUICK, compare_times, cores, line, note, timed

CHUNK = 8 if QUICK else 64
WAITS = (16,) if QUICK else (64, 256)
MEMORY = (8, 16) if QUICK else (64, 256, 1024)
CHEAP = "uk-ukraine-2024"
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
#: Solves one option in the given number of worlds and prints its peak memory in MB.
PEAK = (
    "import resource, sys\n"
    "from tightrope.case import load_case\n"
    "from tightrope.guarantee import solve_options\n"
    "case = load_case('ukraine')\n"
    "solve_options(case, [case.option(sys.argv[1])], int(sys.argv[2]), 0)\n"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
)

Solve = Callable[..., Any]


def recorded(whole: Callable[[], Any], modules: list[Any]) -> tuple[Any, list[Any]]:
    """Run ``whole`` with ``solve_games`` of the modules wrapped; its result and every call."""
    original: Solve = modules[0].solve_games
    calls: list[Any] = []

    def wrapped(*arguments: Any) -> Any:
        answer = original(*arguments)
        calls.append((arguments, answer))
        return answer

    for module in modules:
        module.solve_games = wrapped
    try:
        return whole(), calls
    finally:
        for module in modules:
            module.solve_games = original


def share_of_games(*chosen: str) -> None:
    """Time of one chunk over that of its crisis solves alone, and games a second.

    chosen  ids of options; all of the case if none is given
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
    options = [case.option(name) for name in chosen] or case.options
    ready = [compile_case_option(case, option)[0] for option in options]
    model = Model(setting_of(case), Clock(case.horizon_years, FINE.step), FINE)
    worlds = {k: jax.numpy.asarray(v) for k, v in draws.sample(case, CHUNK, 0).items()}

    def whole() -> list[dict[str, Any]]:
        bare: dict[Any, Any] = {}
        found = [evaluate_option(worlds, option, model, bare) for option in ready]
        jax.block_until_ready(found)
        return found

    begin = time.perf_counter()
    plain = whole()
    note(f"assess: compile and first run of a chunk {time.perf_counter() - begin:.1f} s")
    again, calls = recorded(whole, [contingency, backstop])
    answers = [answer for _, answer in calls]
    arguments = [given for given, _ in calls]

    def games() -> list[Any]:
        found = [contingency.solve_games(*given) for given in arguments]
        jax.block_until_ready(found)
        return found

    same(plain, again, "the whole, recorded and not")
    same(games(), answers, "games in the whole and alone")
    count = sum(int(np.prod(np.shape(one.status))) for answer in answers for one in answer)
    note(f"assess: {len(ready)} options, {CHUNK} worlds, {count} games in {len(calls)} calls")
    seconds: list[float] = []

    def games_alone() -> float:
        seconds.append(timed(games))
        return seconds[-1]

    ratio = compare_times("assess_over_games", lambda: timed(whole), games_alone, repeats=5)
    note(f"assess: the whole takes {1 / ratio:.2f} times its crisis solves; limit 3")
    note(f"assess: {count / statistics.median(seconds):.0f} crisis games a second on one thread")


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


def memory() -> None:
    """Peak memory by number of worlds; the line gives the largest over the smallest number."""
    peaks = []
    for worlds in MEMORY:
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
