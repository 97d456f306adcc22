"""How the time of a solve grows with the number of guarantors: slope in logarithms, 10 to 60.

Says the seconds per solve of each size, then prints the slope against its limit of 1.1 (in the
places of ours and rival). Success functions are fitted beforehand, so the fixed cost of the fit is
not in the times; passes of the iteration are shown, for they may differ with the number of
guarantors.
"""

from __future__ import annotations

import statistics
from functools import partial

import jax
import numpy as np
from games import random_games
from harness import QUICK, line, note, timed

from tightrope.game import exponential_basis, respond

SIZES = (10, 20, 30, 40, 50, 60)
GAMES = 12_000 if QUICK else 120_000
REPEATS = 5 if QUICK else 11
LIMIT = 1.1


def main() -> None:
    """Time all sizes in turn, several times, and fit the slope each time."""
    basis = exponential_basis(40, 800.0, points=100)
    calls, passes = [], []
    for size in SIZES:
        batch = GAMES // size
        game, _ = random_games(size, batch, basis, precision=4.6)
        solve = partial(respond, game, lead=0, basis=basis, polish=False)
        seconds = timed(lambda solve=solve: jax.block_until_ready(solve()))  # type: ignore[misc]
        note(f"crisis_scaling: {size} guarantors, compile and first run {seconds:.1f} s")
        found = solve()
        if not bool((found.status == 0).all()):
            raise SystemExit(f"crisis_scaling: games of {size} guarantors were not solved")
        passes.append(float(found.iterations.mean()))
        calls.append((batch, solve))
    slopes, table = [], []
    for _ in range(REPEATS):
        row = [
            timed(lambda solve=solve: jax.block_until_ready(solve())) / batch  # type: ignore[misc]
            for batch, solve in calls
        ]
        table.append(row)
        slopes.append(float(np.polyfit(np.log(SIZES), np.log(row), 1)[0]))
    for k, size in enumerate(SIZES):
        seconds = statistics.median(row[k] for row in table)
        note(f"crisis_scaling: {size} guarantors {seconds:.3g} s, {passes[k]:.2f} passes")
    slope = statistics.median(slopes)
    line("crisis_scaling_slope", slope, LIMIT, LIMIT / max(slopes), LIMIT / min(slopes))


if __name__ == "__main__":
    main()
