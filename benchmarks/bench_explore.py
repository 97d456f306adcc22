"""What exploring costs: against EMA workbench, with two workers, and as worlds become many.

1. `explore_over_ema`: seconds an option-draw of ours, a chunk of worlds at once through the store,
   against EMA workbench's sequential evaluator, which calls this model warm, one option and one
   draw at a time, in one process as ours (its other evaluators only add processes). Checked
   before: the same worlds give the same outcome. Limit 100.
2. `explore_two_workers`: seconds a chunk with two workers pinned to one core each, against two
   independent runs with one worker each that are started together on the same two cores and solve
   as many chunks between them. Limit: 0.85 in the last column. Compile caches are warm.
3. `explore_growth`: cost of ten times the worlds over ten times the cost of the first (limit 1.1),
   and peak memory of a run of its own, from which 10⁶ is extrapolated and said so.

``bench_explore.py ema``, ``workers`` or ``growth`` runs one of them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from harness import QUICK, line, note

OPTION = "uk-ukraine-2024"
OUTCOME = "durable"
CHUNK = 16 if QUICK else 64
SINGLES = 6 if QUICK else 20
SIZES = (32, 320) if QUICK else (1_000, 10_000)
LIMIT_GROWTH = 1.1
#: A run of its own: option, worlds, seed, workers, chunk, and `warm` to solve one chunk before the
#: clock starts; prints seconds solving and peak MB.
RUN = (
    "import resource, sys, tempfile, time\n"
    "from pathlib import Path\n"
    "from tightrope.case import load_case\n"
    "from tightrope.explore import CaseProblem, Crew, Session, draw\n"
    "if __name__ == '__main__':\n"
    "    option, draws, seed, workers, chunk = sys.argv[1], *map(int, sys.argv[2:6])\n"
    "    problem = CaseProblem(load_case('ukraine').model_copy(update={'record': ()}), (option,))\n"
    "    with tempfile.TemporaryDirectory() as folder:\n"
    "        place = Session(Path(folder), Crew(workers), chunk=chunk)\n"
    "        if sys.argv[6:]:\n"
    "            draw(problem, place, chunk, seed + 1000, outcomes=['durable'])\n"
    "        begin = time.perf_counter()\n"
    "        draw(problem, place, draws, seed, outcomes=['durable'], inputs=())\n"
    "        print(time.perf_counter() - begin)\n"
    "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
)


def problem_of(option: str) -> Any:
    """One option of the Ukraine case without its record, which only weights worlds."""
    from tightrope.case import load_case
    from tightrope.explore import CaseProblem

    return CaseProblem(load_case("ukraine").model_copy(update={"record": ()}), (option,))


def against_ema() -> None:
    """Experiments a second of ours and of EMA workbench, one thread of numbers each."""
    import warnings

    from tightrope.explore import Session, draw

    warnings.simplefilter("ignore")
    from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator

    problem = problem_of(OPTION)
    names = [f"u{k}" for k in range(len(problem.inputs))]

    def single(**shares: float) -> dict[str, float]:
        row = np.array([[shares[name] for name in names]])
        return {"y": float(problem.solve(row, [OPTION], record=False).outcomes[OPTION][OUTCOME][0])}

    def ours(seed: int) -> tuple[float, np.ndarray]:
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            draws = draw(
                problem, Session(Path(folder), chunk=CHUNK), CHUNK, seed, outcomes=[OUTCOME]
            )
            return (time.perf_counter() - begin) / CHUNK, draws.result(OPTION, OUTCOME)

    model = Model("tightrope", function=single)
    model.uncertainties = [RealParameter(name, 0.0, 1.0) for name in names]
    model.outcomes = [ScalarOutcome("y")]
    rows = problem.rows(CHUNK, 0, "sobol", 0, CHUNK)
    scenarios = [dict(zip(names, row, strict=True)) for row in rows[:SINGLES]]
    _, batch = ours(0)
    alone = [single(**scenario)["y"] for scenario in scenarios]
    np.testing.assert_allclose(alone, batch[:SINGLES], rtol=1e-8, atol=1e-10)

    def theirs() -> float:
        with SequentialEvaluator(model) as evaluator:
            begin = time.perf_counter()
            evaluator.perform_experiments(scenarios=SINGLES)
            return (time.perf_counter() - begin) / SINGLES

    theirs()
    pairs = [(ours(seed)[0], theirs()) for seed in range(1, 4 if QUICK else 6)]
    ratios = [b / a for a, b in pairs]
    mine, rival = (statistics.median(p[k] for p in pairs) for k in (0, 1))
    line("explore_over_ema", mine, rival, min(ratios), max(ratios))


def _run(draws: int, seed: int, workers: int, chunk: int) -> subprocess.Popen[str]:
    numbers = map(str, (draws, seed, workers, chunk))
    words = [sys.executable, "-c", RUN, OPTION, *numbers, "warm"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def _numbers(run: subprocess.Popen[str]) -> tuple[float, float]:
    out, _ = run.communicate()
    if run.returncode:
        raise SystemExit("a run failed")
    seconds, peak = map(float, out.split()[-2:])
    return seconds, peak


def two_workers() -> None:
    """Two pinned workers against two runs of one each, started together."""
    chunks = 4 if QUICK else 16
    script = Path(tempfile.mkdtemp()) / "run.py"
    script.write_text(RUN, encoding="utf-8")
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        note("explore_two_workers: one core only, not measured")
        return
    flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    pairs = []
    for seed in range(2 if QUICK else 3):
        together = [str(script), OPTION, str(2 * chunks * CHUNK), str(seed), "2", str(CHUNK)]
        begin = time.perf_counter()
        subprocess.run([sys.executable, *together], check=True, stdout=subprocess.DEVNULL)
        ours = time.perf_counter() - begin
        begin = time.perf_counter()
        runs = [
            subprocess.Popen(
                ["taskset", "-c", str(core), sys.executable, str(script), OPTION,
                 str(chunks * CHUNK), str(seed + 100 * core), "1", str(CHUNK)],
                env={**os.environ, "XLA_FLAGS": flags}, stdout=subprocess.DEVNULL,
            )
            for core in cores
        ]  # fmt: skip
        if any(run.wait() for run in runs):
            raise SystemExit("a run failed")
        pairs.append((ours / chunks, (time.perf_counter() - begin) / chunks))
    ratios = [b / a for a, b in pairs]
    mine, rival = (statistics.median(p[k] for p in pairs) for k in (0, 1))
    line("explore_two_workers", mine, rival, min(ratios), max(ratios))


def growth() -> None:
    """Seconds and memory of few worlds and of ten times as many, each in a run of its own."""
    few, many = (_numbers(_run(size, 0, 1, CHUNK)) for size in SIZES)
    ratio = many[0] / (10.0 * few[0])
    note(f"explore: {SIZES[0]} worlds {few[0]:.1f} s, {few[1]:.0f} MB")
    note(f"explore: {SIZES[1]} worlds {many[0]:.1f} s, {many[1]:.0f} MB")
    note(f"explore: 10⁶ worlds, extrapolated: {many[0] * 1e6 / SIZES[1] / 3600:.1f} h")
    line("explore_growth", ratio, LIMIT_GROWTH, LIMIT_GROWTH / ratio, LIMIT_GROWTH / ratio)
    line("explore_memory_mb", many[1], 2000.0, 2000.0 / many[1], 2000.0 / many[1])


PARTS = {"ema": against_ema, "workers": two_workers, "growth": growth}


def main() -> None:
    """Run the parts named, or all."""
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
