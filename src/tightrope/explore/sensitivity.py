"""How much of an outcome's variance each input explains: Sobol' indices, and PAWN.

First-order S_i = V[E(y|x_i)]/V(y), total S_Ti = E[V(y|x_~i)]/V(y), by the design of Saltelli et al.
(2010) from SALib: N·(k + 2) worlds for k inputs or groups. With many inputs, screening picks the
strongest and all others form one group, so that what is left out of the list is seen too. Indices
of a difference a − b say on what the choice between two options hangs. PAWN (Pianosi and Wagener
2015) compares whole distributions and so sees what variance does not: the median Kolmogorov-Smirnov
distance between all outcomes and those with the input in one of ten slices.

Indices assume that inputs are independent: rank correlations of a case do not enter here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from tightrope.explore.problem import Draws, Floats, Problem, constant
from tightrope.explore.run import Flags, Session, solve_rows
from tightrope.explore.screening import derivatives, morris, salib_problem, salib_seed, strongest
from tightrope.treaty import InputError, Where

REST = "all others"
#: Inputs or groups that need no screening; those that get an index of their own after it.
DIRECT, KEPT = 12, 10
#: Base samples below which no index is given, and worlds of a table below which none is.
LEAST, LEAST_ROWS = 32, 100
#: Half-width of the 95 % interval that is aimed at when samples needed are told.
WANTED = 0.05
#: Half-widths of 95 % that a finding must be away from zero: 1 in 1,000 by chance.
CLEAR = 1.68
#: Chance of any finding, over all inputs and options, where there is nothing.
BY_CHANCE = 0.001
#: Slices of an input's range in which PAWN looks at outcomes.
SLICES = 10
Row = dict[str, Any]


def sensitivity(
    problem: Problem,
    session: Session,
    outcome: str,
    samples: int,
    seed: int,
    screen: str = "morris",
) -> dict[str, Any]:
    """Indices of every option and of differences from the first, after screening where needed.

    samples  N of Saltelli's design, a power of two
    screen   morris or derivative
    Returns  {indices, screening, samples, evaluations, failed, constant}; failed counts the cells
             of the design and of the screening, constant names the options that no world moves
    Errors   InputError for too few samples, with the number needed
    """
    check_samples(samples)
    groups = [one.group or one.id for one in problem.inputs]
    effects: dict[str, dict[str, float]] = {}
    lost: dict[str, int] = {}
    if len(set(groups)) > DIRECT:
        if screen == "derivative":
            groups = [one.id for one in problem.inputs]
            effects, lost = derivatives(problem, session, outcome, seed)
        else:
            effects, lost = morris(problem, session, outcome, seed)
        kept = set(strongest(effects, KEPT))
        groups = [group if group in kept else REST for group in groups]
    found, failed, order, rows = _saltelli(problem, session, outcome, samples, seed, groups)
    names = {one.id: k for k, one in enumerate(problem.inputs)}
    indices: list[Row] = []
    cases = _with_differences(problem.options, found)
    for option, against, values in cases:
        made = _indices(values, order, samples, seed, len(cases))
        distances = _distances(rows, values, order, names, seed)
        indices += [
            {
                "option": option,
                "against": against,
                "outcome": outcome,
                **row,
                "pawn": distances.get(row["parameter"]),
            }
            for row in made
        ]
    screened = [
        {"option": option, "outcome": outcome, "parameter": name, "effect": size}
        for option, row in effects.items()
        for name, size in sorted(row.items(), key=lambda item: -item[1])
    ]
    return {
        "method": "saltelli",
        "screen": screen if effects else None,
        "indices": indices,
        "screening": screened,
        "samples": samples,
        "evaluations": samples * (len(order) + 2),
        "failed": {o: int(bad.sum()) + lost.get(o, 0) for o, bad in failed.items()},
        "needed": needed(indices, samples),
        "constant": [o for o in problem.options if constant(found[o])],
    }


def check_samples(samples: int) -> None:
    """Errors: InputError unless there are enough samples and their number is a power of two."""
    if samples < LEAST:
        raise InputError(
            f"{samples} base samples are too few for an index: its error would exceed its size",
            "TW204",
            Where(field="--draws"),
            remedy=f"ask for at least {LEAST}; an error of ±0.1 takes some 500, of ±0.05 some "
            "2,000, each times the number of inputs and groups plus two",
        )
    if samples & (samples - 1):
        raise InputError(
            f"{samples} is not a power of two, which Sobol' points need to stay balanced",
            "TW204",
            Where(field="--draws"),
            remedy=f"ask for {1 << (samples.bit_length() - 1)} or {1 << samples.bit_length()}",
        )


def _saltelli(
    problem: Problem,
    session: Session,
    outcome: str,
    samples: int,
    seed: int,
    groups: Sequence[str],
) -> tuple[Mapping[str, Floats], Mapping[str, Flags], list[str], Floats]:
    """Outcomes on Saltelli's design, option → (N·(k+2),), failed cells, groups in order, rows."""
    from SALib.sample import sobol as design

    told = salib_problem([one.id for one in problem.inputs], groups)
    rows = design.sample(told, samples, calc_second_order=False, seed=salib_seed(seed))
    rows = np.asarray(rows, dtype=float)
    order = list(dict.fromkeys(groups))
    found, failed = solve_rows(problem, session, "saltelli", rows, seed, outcome)
    return found, failed, order, rows


def _with_differences(
    options: Sequence[str], found: Mapping[str, Floats]
) -> list[tuple[str, str | None, Floats]]:
    """Each option alone, then each less each before it: what the choice between two hangs on."""
    alone: list[tuple[str, str | None, Floats]] = [(o, None, found[o]) for o in options]
    return alone + [(b, a, found[b] - found[a]) for a, b in combinations(options, 2)]


def _indices(
    values: Floats, order: Sequence[str], samples: int, seed: int, cases: int = 1
) -> list[Row]:
    """Indices of one outcome; none is a finding where all that is asked could be shuffled.

    cases  outcomes that are looked at in the same run
    """
    from SALib.analyze import sobol

    blocks = values.reshape(samples, len(order) + 2)
    sound = blocks[np.isfinite(blocks).all(axis=1)]
    empty = {"first": None, "total": None, "conf": None, "total_conf": None, "matters": False}
    if len(sound) < LEAST // 2 or np.ptp(sound) <= 1e-12:
        return [{"parameter": name, **empty} for name in order]
    told = salib_problem(order)
    made = sobol.analyze(told, sound.ravel(), calc_second_order=False, seed=salib_seed(seed))
    shaped = _shaped(sound, made["S1"], made["ST"], cases)
    rows = []
    for k, name in enumerate(order):
        first, total = float(made["S1"][k]), float(made["ST"][k])
        conf, wide = float(made["S1_conf"][k]), float(made["ST_conf"][k])
        clear = shaped and (first - CLEAR * conf > 0.0 or total - CLEAR * wide > 0.0)
        rows.append(
            {
                "parameter": name,
                "first": first,
                "total": total,
                "conf": conf,
                "total_conf": wide,
                "matters": clear,
            }
        )
    return rows


def _shaped(blocks: Floats, first: Floats, total: Floats, cases: int) -> bool:
    """Whether shuffled outcomes would rarely show a total so far below 1, or a first so high.

    The chance is `BY_CHANCE` over all indices of all cases. Errors by bootstrap will not do here:
    where a total is low by luck, so is its error. Of N blocks of outcomes without any order, of
    kurtosis κ, a total has mean 1 and variance (κ + 1) / 2N and is near a Gamma law; a first index
    has mean 0, variance 2 / N and excess kurtosis (κ (κ + 3) / 2 − 3) / N, and is near a normal law
    widened by that excess (Cornish and Fisher 1938).
    """
    from scipy.stats import gamma, kurtosis, norm

    each = BY_CHANCE / (2.0 * len(first) * cases)
    peaked, count = float(kurtosis(blocks.ravel(), fisher=False)), len(blocks)
    spread = (peaked + 1.0) / (2.0 * count)
    low = gamma.ppf(each, 1.0 / spread, scale=spread)
    z, excess = norm.isf(each), (peaked * (peaked + 3.0) / 2.0 - 3.0) / count
    high = (z + (z**3 - 3.0 * z) * excess / 24.0) * np.sqrt(2.0 / count)
    return bool(np.min(total) < low or np.max(first) > high)


def _distances(
    rows: Floats, values: Floats, order: Sequence[str], names: Mapping[str, int], seed: int
) -> dict[str, float]:
    """PAWN of each single input over the independent rows of the design, A and B."""
    each = len(order) + 2
    place = np.arange(len(values)) % each
    chosen = np.flatnonzero(((place == 0) | (place == each - 1)) & np.isfinite(values))
    single = [name for name in order if name in names]
    return pawn(rows[chosen][:, [names[s] for s in single]], values[chosen], single, seed)


def pawn(inputs: Floats, values: Floats, names: Sequence[str], seed: int) -> dict[str, float]:
    """PAWN of each input, in [0, 1], from any draws; empty where there is too little to see.

    Where an input does not matter it is not 0 but of the order of √(slices / draws).
    """
    from SALib.analyze import pawn as distances

    if not names or len(values) < LEAST_ROWS or np.ptp(values) <= 1e-12:
        return {}
    made = distances.analyze(salib_problem(names), inputs, values, S=SLICES, seed=salib_seed(seed))
    return {n: float(d) for n, d in zip(names, made["median"], strict=True) if np.isfinite(d)}


def from_draws(draws: Draws, outcome: str, seed: int) -> dict[str, Any]:
    """First-order indices and PAWN from given draws, where new worlds cannot be solved.

    First-order by random balance designs (Tarantola, Gatelli and Mara 2006) with the correction of
    Tissot and Prieur (2012). Where an input does not matter, the share of a spectrum in its first M
    of n/2 places follows a Beta(M, n/2 − M) law, which gives the chance of the index found.
    Errors  InputError for too few worlds
    """
    from SALib.analyze import rbd_fast
    from scipy.stats import beta

    if draws.count < LEAST_ROWS:
        raise InputError(
            f"{draws.count} worlds are too few for an index",
            "TW204",
            remedy=f"give at least {LEAST_ROWS}; an error of ±0.05 takes some 1,000",
        )
    names = [one.id for one in draws.inputs]
    free = [k for k, n in enumerate(names) if np.ptp(draws.values[:, k]) > 0]
    indices: list[Row] = []
    cases = _with_differences(draws.options, {o: draws.result(o, outcome) for o in draws.options})
    for option, against, values in cases:
        known = np.isfinite(values)
        y, x = values[known], draws.values[known][:, free]
        single = [names[k] for k in free]
        if y.size < LEAST_ROWS or np.ptp(y) <= 1e-12:
            continue
        waves = 10 if y.size >= 1000 else 4
        made = rbd_fast.analyze(salib_problem(single), x, y, M=waves, seed=salib_seed(seed))
        bias = 2.0 * waves / y.size
        raw = np.clip(np.asarray(made["S1"]) * (1.0 - bias) + bias, 0.0, 1.0)
        chance = beta.sf(raw, waves, max(y.size / 2.0 - waves, 1.0))
        distances = pawn(x, y, single, seed)
        for k, name in enumerate(single):
            indices.append(
                {
                    "option": option,
                    "against": against,
                    "outcome": outcome,
                    "parameter": name,
                    "first": float(made["S1"][k]),
                    "total": None,
                    "conf": float(made["S1_conf"][k]),
                    "total_conf": None,
                    "matters": bool(chance[k] * len(free) * len(cases) < BY_CHANCE),
                    "pawn": distances.get(name),
                }
            )
    return {
        "method": "given draws",
        "screen": None,
        "indices": indices,
        "screening": [],
        "samples": draws.count,
        "evaluations": 0,
        "needed": needed(indices, draws.count),
        "constant": [o for o in draws.options if constant(draws.result(o, outcome))],
    }


def needed(indices: Sequence[Row], samples: int) -> int | None:
    """Samples that bring every 95 % interval to ±`WANTED`: errors fall with their square root."""
    wide = [row[k] for row in indices for k in ("conf", "total_conf") if row[k] is not None]
    if not wide or max(wide) <= WANTED:
        return None
    target = samples * (max(wide) / WANTED) ** 2
    return 1 << int(np.ceil(np.log2(target)))
