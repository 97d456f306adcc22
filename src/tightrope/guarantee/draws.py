"""From declared parameters to arrays: central values and draws.

Every draw is one plausible world; all options are judged in the same worlds, so differences are
paired. Draws come from a design in the unit cube over all parameters that are not fixed: a
scrambled Sobol' sequence (Owen 1998), a Latin hypercube (McKay, Beckman and Conover 1979) or plain
Monte Carlo. The same seed gives the same worlds whatever the chunk size or number of workers.

Where a case declares rank correlations, the shares are tied together by a Gaussian copula: with
z = Φ⁻¹(u), u' = Φ(L z) and L Lᵀ = R, a normal correlation R_ab = 2 sin(π ρ_ab / 6) gives the rank
correlation ρ_ab (Pearson 1907). Ranges and shapes stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from tightrope.case import Case, Parameter
from tightrope.treaty import InputError, Where

Floats = NDArray[np.float64]
#: Name of a parameter (per-guarantor ones without the guarantor) → values, draws first.
Worlds = dict[str, Floats]
Design = Literal["sobol", "lhs", "random"]
DESIGNS: tuple[str, ...] = get_args(Design)
#: Numbers of a Latin hypercube, which is laid out whole: 1.6 GB.
LARGEST_HYPERCUBE = 200_000_000
#: Shares are kept this far from 0 and 1 where they are turned into normal scores.
EDGE = 1e-12


def quantile(parameter: Parameter, share: Floats) -> Floats:
    """Value below which ``share`` of the parameter's distribution lies; share in [0, 1]."""
    low, high, centre = parameter.low, parameter.high, parameter.value
    if parameter.distribution == "fixed" or low == high:
        return np.full_like(share, centre)
    if parameter.distribution == "loguniform":
        return np.asarray(low * (high / low) ** share)
    if parameter.distribution == "triangular":
        split = (centre - low) / (high - low)
        rise = low + np.sqrt(share * (high - low) * (centre - low))
        fall = high - np.sqrt((1.0 - share) * (high - low) * (high - centre))
        return np.where(share < split, rise, fall)
    return np.asarray(low + (high - low) * share)


def as_design(word: str) -> Design:
    """The design a word names. Errors: InputError with those allowed."""
    for design in get_args(Design):
        if word == design:
            found: Design = design
            return found
    raise InputError(
        f"'{word[:40]}' is not a design of draws", "TW104", Where(field="--design"), DESIGNS,
        "name one of these", word[:40],
    )  # fmt: skip


def free_parameters(case: Case) -> list[Parameter]:
    """The parameters that are drawn, in the order of the columns of a design."""
    return [p for p in case.parameters if p.distribution != "fixed" and p.low < p.high]


def design_rows(
    count: int, draws: int, seed: int, design: Design, start: int = 0, stop: int | None = None
) -> Floats:
    """Rows ``start`` to ``stop`` of a design in the unit cube, (stop − start, count).

    count   columns;  draws  rows of the whole design, on which a Latin hypercube depends
    Rows depend on the seed and their number alone, whoever computes them.
    Errors  InputError for a Latin hypercube too large to be laid out
    """
    stop = draws if stop is None else stop
    rng = np.random.default_rng(seed)
    if count == 0:
        return np.empty((stop - start, 0))
    if design == "random":
        assert isinstance(rng.bit_generator, np.random.PCG64)
        rng.bit_generator.advance(start * count)
        return rng.random((stop - start, count))
    if design == "lhs":
        if draws * count > LARGEST_HYPERCUBE:
            raise InputError(
                f"a Latin hypercube of {draws} draws of {count} parameters is laid out whole and "
                "does not fit",
                "TW108",
                Where(field="--design"),
                remedy=f"ask for at most {LARGEST_HYPERCUBE // count} draws, or use 'sobol'",
            )
        return _hypercube(count, draws, seed)[start:stop]
    engine = qmc.Sobol(count, scramble=True, rng=rng)
    if start == 0:  # a whole power of two keeps the balance that Sobol' points have
        return np.asarray(engine.random_base2(max(stop - 1, 1).bit_length())[:stop])
    engine.fast_forward(start)
    return np.asarray(engine.random(stop - start))


@lru_cache(maxsize=1)
def _hypercube(count: int, draws: int, seed: int) -> Floats:
    """A whole Latin hypercube, kept while its chunks are asked for."""
    return np.asarray(qmc.LatinHypercube(count, rng=np.random.default_rng(seed)).random(draws))


def correlated(case: Case, shares: Floats) -> Floats:
    """The shares with the case's rank correlations, (D, free parameters).

    Errors  InputError if no joint distribution has all these correlations at once
    """
    if not case.correlations:
        return shares
    column = {p.id: k for k, p in enumerate(free_parameters(case))}
    # A parameter that was fixed for one run has nothing left to be correlated.
    pairs = [c for c in case.correlations if c.a in column and c.b in column]
    names = sorted({name for c in pairs for name in (c.a, c.b)})
    normal = np.eye(len(names))
    for c in pairs:
        i, j = names.index(c.a), names.index(c.b)
        normal[i, j] = normal[j, i] = 2.0 * np.sin(np.pi * c.rank / 6.0)
    try:
        root = np.linalg.cholesky(normal)
    except np.linalg.LinAlgError:
        raise InputError(
            f"the rank correlations of {', '.join(names[:6])} contradict each other",
            "TW169",
            Where(field="correlations"),
            remedy="bring them nearer to 0, or give the pairs between them as well",
        ) from None
    tied = shares.copy()
    places = [column[name] for name in names]
    scores = ndtri(np.clip(shares[:, places], EDGE, 1.0 - EDGE))
    tied[:, places] = ndtr(scores @ root.T)
    return tied


def worlds_at(case: Case, shares: Floats) -> Worlds:
    """Worlds at given shares of each free parameter's distribution, (D, free parameters)."""
    column = {p.id: k for k, p in enumerate(free_parameters(case))}
    draws = shares.shape[0]
    values = {
        p.id: quantile(p, shares[:, column[p.id]]) if p.id in column else np.full(draws, p.value)
        for p in case.parameters
    }
    return stack(case, values)


def sample(
    case: Case,
    draws: int,
    seed: int,
    design: Design = "sobol",
    start: int = 0,
    stop: int | None = None,
) -> Worlds:
    """Values of every parameter in a run of ``draws`` worlds, (draws,) or (draws, guarantors).

    draws  at least 1;  seed  any non-negative integer; 0 is a seed like any other
    start, stop  the worlds of the run that are wanted, all by default
    """
    shares = design_rows(len(free_parameters(case)), draws, seed, design, start, stop)
    return worlds_at(case, correlated(case, shares))


def central(case: Case) -> Worlds:
    """One world with every parameter at its central value, shapes (1,) and (1, guarantors)."""
    return stack(case, {p.id: np.array([p.value]) for p in case.parameters})


def stack(case: Case, values: Mapping[str, Floats]) -> Worlds:
    """Gather per-guarantor parameters ('stake.US') under one name, last axis as in the case."""
    ids: Sequence[str] = [g.id for g in case.guarantors]
    worlds: Worlds = {}
    for parameter in case.parameters:
        if parameter.actor is None:
            worlds[parameter.id] = np.asarray(values[parameter.id], dtype=float)
    names = {p.id.rsplit(".", 1)[0] for p in case.parameters if p.actor is not None}
    for name in sorted(names):
        worlds[name] = np.stack([values[f"{name}.{i}"] for i in ids], axis=-1)
    return worlds


def of_parameter(case: Case, gathered: Mapping[str, Floats], parameter: Parameter) -> Floats:
    """What is gathered as by `stack` of one parameter: its own number in each world, (D,)."""
    if parameter.actor is None:
        return gathered[parameter.id]
    family = parameter.id.rsplit(".", 1)[0]
    return gathered[family][:, case.guarantor_ids.index(parameter.actor)]


def parameter_draws(case: Case, draws: int, seed: int) -> dict[str, Floats]:
    """Each parameter that is not fixed, by its id, in every world of a run, (draws,)."""
    worlds = sample(case, draws, seed)
    return {one.id: of_parameter(case, worlds, one) for one in free_parameters(case)}


def chunk_of(
    case: Case, draws: int, seed: int, start: int, size: int, given: Worlds | None = None
) -> Worlds:
    """The worlds from ``start`` on that a run solves together, ``size`` of them.

    They are drawn when they are asked for, so that a long run does not hold all its worlds; or they
    are taken from those ``given``. Where fewer are left, they are repeated up to that number, so
    that one compiled program serves every chunk.
    """
    stop = min(start + size, draws)
    if given is None:
        part = sample(case, draws, seed, start=start, stop=stop)
    else:
        part = {name: value[start:stop] for name, value in given.items()}
    return {name: np.resize(value, (size, *value.shape[1:])) for name, value in part.items()}
