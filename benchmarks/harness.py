"""One way to compare two programs: alternate, warm, check the answers, print one line."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

#: Small sizes, only to see that everything runs (`run.py --quick`).
QUICK = bool(os.environ.get("BENCH_QUICK"))
REPEATS = 5 if QUICK else 7


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0))


def note(text: str) -> None:
    """Say something beside the results (compile times, samples), on standard error."""
    print(f"# {text}", file=sys.stderr, flush=True)


def in_threads(calls: list[Callable[[], object]]) -> None:
    """Run compiled calls at once, one thread each (they release the interpreter)."""
    if len(calls) == 1:
        calls[0]()
        return
    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def line(name: str, ours: float, rival: float, low: float, high: float) -> None:
    """Print ``name,ours,rival,ratio,spread``; ratio is rival over ours, spread its range."""
    print(f"{name},{ours:.4g},{rival:.4g},{rival / ours:.3g},{low:.3g}-{high:.3g}", flush=True)


def compare(
    name: str,
    ours: Callable[[], object],
    rival: Callable[[], object],
    each: int = 1,
    repeats: int = REPEATS,
) -> float:
    """Time both in turn and print medians per item and the ratio rival/ours with its range.

    ours, rival  calls that do the same work on ``each`` items; their answers were compared before
    Returns      the ratio of the medians: above one we are faster
    """
    ours()
    rival()
    return compare_times(name, lambda: timed(ours) / each, lambda: timed(rival) / each, repeats)


def compare_times(
    name: str, ours: Callable[[], float], rival: Callable[[], float], repeats: int = REPEATS
) -> float:
    """As ``compare``, for calls that tell their own seconds per item and are already warm."""
    pairs = [(ours(), rival()) for _ in range(repeats)]
    mine = statistics.median(p[0] for p in pairs)
    theirs = statistics.median(p[1] for p in pairs)
    ratios = [b / a for a, b in pairs]
    line(name, mine, theirs, min(ratios), max(ratios))
    return theirs / mine
