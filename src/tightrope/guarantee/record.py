"""Draws weighted by the record: how likely a world makes what is known to have happened.

A fact says that the challenger attacked at some level while a text was in force (or no text), what
each state then did, and whether the agreed procedure was blocked. Its log-likelihood in a world is

    log P(first attack in the horizon, at this level or above) + log P(procedure blocked, or not)
      + m/n · log Σ_c w_c Π_i P_i(what i did | c)

c runs over the contingencies that nobody observed: the common shock, the state of common will (at
its long-run odds) and the reading. The n states consulted one another and had causes in common
that the model does not hold, so their responses count as m ≤ 4 independent ones and not as n: a
power likelihood (Holmes and Walker 2017; Miller and Dunson 2019). The attack is judged on the line
and with the sanctions of its time; everything else is as the case has it today, which is a limit.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax

from tightrope.case import Case, Option, Record, Settlement, instrument_of
from tightrope.game import QUICK, jit_with
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee import evaluate, timeline
from tightrope.guarantee.calls import build, by_pair, solve_games
from tightrope.guarantee.contingency import block_chances, block_parameters
from tightrope.guarantee.crisis import UNITY, UNITY_WEIGHTS, WILLS
from tightrope.guarantee.evaluate import Clock
from tightrope.guarantee.forces import World
from tightrope.guarantee.profile import Profile, compile_profile
from tightrope.guarantee.program import (
    FINE,
    BareTables,
    Compiled,
    Model,
    Pieces,
    Structure,
    arrays_of,
    basis_for,
    first_guess,
    in_calls,
    profile_of,
    setting_of,
    solve_pieces,
    structure_of,
)
from tightrope.treaty import LEVELS, InputError, Where

Floats = NDArray[np.float64]
Stats = dict[str, float | None]
#: Responses that count as independent evidence in one fact, at most.
INDEPENDENT = 4.0
#: A chance below this counts as this: no fact alone rules a world out.
LEAST = 1e-6


def log_likelihoods(
    case: Case, draws: int, seed: int, chunk: int, worlds: worlds_of.Worlds | None = None
) -> Floats:
    """Log-likelihood of each fact of the case's record in each world, (D, facts).

    draws, seed  the worlds, see `draws.sample`;  chunk  worlds solved together
    worlds       judged in the place of sampled ones, ``draws`` of them
    """
    if not case.record:
        return np.zeros((draws, 0))
    model = Model(setting_of(case), Clock(case.horizon_years, FINE.step))
    size = min(chunk, draws)
    rows = []
    for start in range(0, draws, size):
        part = worlds_of.chunk_of(case, draws, seed, start, size, worlds)
        count = min(size, draws - start)
        filled = {k: jnp.asarray(v) for k, v in part.items()}
        facts = [_log_likelihood(case, fact, filled, model) for fact in case.record]
        rows.append(np.stack([f[:count] for f in facts], axis=1))
    return np.concatenate(rows)


def weights_of(log_likelihood: Floats) -> Floats:
    """Weights of the worlds, summing to one, from log-likelihoods by fact (D, facts)."""
    total = log_likelihood.sum(axis=1)
    raw = np.exp(total - total.max())
    return np.asarray(raw / raw.sum())


def effective(weights: Floats) -> float:
    """Effective number of draws, (Σw)²/Σw² (Kish 1965)."""
    return float(weights.sum() ** 2 / max(float(weights @ weights), 1e-300))


def stats(values: Floats, weights: Floats) -> Stats:
    """Weighted mean and 5th, 50th and 95th percentile of the values that are not missing.

    Percentiles interpolate between sorted values at the places (S_k − S_1)/(S_n − S_1), with
    S_k = k·w_k + (n − 1)·Σ_{i<k} w_i: with equal weights, the usual ones.
    """
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return {"mean": None, "p05": None, "p50": None, "p95": None}
    order = np.argsort(values[known], kind="stable")
    value, weight = values[known][order], weights[known][order]
    count = np.arange(value.size)
    place = count * weight + (value.size - 1) * (np.cumsum(weight) - weight)
    place = place / place[-1] if value.size > 1 else place
    low, middle, high = np.interp([0.05, 0.5, 0.95], place, value)
    return {
        # The mean of numbers in [0, 1] stays there: rounding must not carry it outside.
        "mean": float(np.clip(value @ (weight / weight.sum()), value[0], value[-1])),
        "p05": float(low),
        "p50": float(middle),
        "p95": float(high),
    }


def _log_likelihood(case: Case, fact: Record, worlds: World, model: Model) -> Floats:
    option = _at_the_time(case, fact)
    profile = compile_profile(case, instrument_of(case, option))
    compiled = Compiled(option.id, profile, option.settlement)
    here = {**worlds, "line.held": timeline.held_line(worlds, option.settlement)}
    # At this level or above: which of two attacks comes first hangs on today's strengths.
    lowest = LEVELS.index(fact.level) - 1
    attacked = np.asarray(_attack_chance(here, compiled, model))[:, lowest:].sum(axis=1)
    chance = attacked if fact.attacked else 1.0 - attacked
    known: Floats = np.log(np.maximum(chance, LEAST))
    return known + _responses(case, fact, profile, here, model)


def _at_the_time(case: Case, fact: Record) -> Option:
    """The option in force when the fact happened, on the terms of that time."""
    option = in_force(case, fact)
    terms: Settlement = option.settlement.model_copy(
        update={
            "line": fact.line or option.settlement.line,
            "relief": 1.0 if fact.unsanctioned else option.settlement.relief,
        }
    )
    return option.model_copy(update={"settlement": terms})


def in_force(case: Case, fact: Record) -> Option:
    """The option under which a fact happened; for a time without any text, one without duties.

    Errors: InputError if there is none such.
    """
    if fact.option:
        return case.option(fact.option)
    for option in case.options:
        if instrument_of(case, option).form == "none":
            return option
    raise InputError(
        f"the fact '{fact.id}' names no option, and the case has none without an agreement",
        "TW162",
        Where(field=f"record.{fact.id}.option"),
        tuple(option.id for option in case.options),
        "name the option that was in force, or add one whose instrument has the form none",
    )


def _attack_chance(worlds: World, option: Compiled, model: Model) -> Array:
    """Chance that the first attack within the horizon is limited, and full, (D, 2)."""
    profile, draws = option.profile, worlds["line.held"].shape[0]
    odds, parties = first_guess(profile, draws)
    rough = model._replace(grid=model.grid.coarse)
    bare: BareTables = {}
    pieces = solve_pieces(worlds, option, parties, rough, bare)
    chance: Array = _attacks(
        worlds, pieces, odds, timeline.terms_of(option.settlement), arrays_of(profile),
        shape=structure_of(profile, rough),
    )  # fmt: skip
    return chance


@in_calls
@jit_with(QUICK, static=("shape",))
def _attacks(
    worlds: World,
    pieces: Pieces,
    branches: Array,
    terms: timeline.Terms,
    arrays: tuple[Any, ...],
    *,
    shape: Structure,
) -> Array:
    profile, model = profile_of(arrays, shape), shape.model

    def one(world: World, mine: Pieces, odds: Array) -> Array:
        lives = evaluate.live(
            world, profile, terms, mine.own, mine.now, odds, model.clock, model.grid.points,
            full=False,
        )  # fmt: skip
        return jnp.einsum("bswaq,q,b->a", lives.own.attack, lives.types, odds)

    chance: Array = jax.vmap(one)(worlds, pieces, branches)
    return chance


def _responses(case: Case, fact: Record, profile: Profile, worlds: World, model: Model) -> Floats:
    """Log-likelihood of what the states did and of the procedure's fate, (D,)."""
    stage, draws = profile.in_force if fact.option else profile.expired, worlds["alpha"].shape[0]
    readings, blocks = stage.readings, stage.blocks
    parties = jnp.broadcast_to(jnp.asarray(stage.party), (draws, len(profile.guarantors)))
    basis = basis_for(model.grid)
    built = build(
        worlds, stage, np.zeros((draws, 1)), parties, basis,
        setting=model.setting, readings=readings, blocks=blocks,
    )  # fmt: skip
    solved = solve_games([b.cells.game for b in built], model.setting, basis)
    shape = (len(UNITY), len(WILLS), readings, blocks, len(LEVELS), -1)
    laid = [np.asarray(s.probability) for s in solved]
    acts = by_pair([p.reshape(*p.shape[:2], *shape) for p in laid], draws, 1)
    acts = acts[..., LEVELS.index(fact.level), :, 0]  # (n, action, ξ, w, r, b, D)

    each = [_chance_of(fact, case, acts, i) for i in range(len(profile.guarantors))]
    seen = [np.log(np.maximum(p, LEAST)) for p in each if p is not None]
    responses = sum(seen, start=np.zeros(acts.shape[2:]))
    chance = np.asarray(_block_chances(block_parameters(worlds), profile.life.block))
    by_block = np.stack([1.0 - chance, chance]) if blocks == 2 else np.ones((1, draws))
    if blocks == 2 and fact.blocked is not None:
        kept = np.arange(2) == int(fact.blocked)
        fate = np.log(np.maximum(by_block[int(fact.blocked)], LEAST))
        by_block = np.where(kept[:, None], 1.0, 0.0) + np.zeros_like(by_block)
    else:
        # A procedure that the text does not have cannot have been blocked.
        fate = np.full(draws, np.log(LEAST) if blocks == 1 and fact.blocked else 0.0)
    strict = np.asarray(worlds["odds.nature"])
    by_reading = np.stack([strict, 1.0 - strict]) if readings == 2 else np.ones((1, draws))
    weight = np.einsum(
        "s,wd,rd,bd->swrbd", UNITY_WEIGHTS, long_run_will(worlds), by_reading, by_block
    )
    marginal = logsumexp(responses, axis=(0, 1, 2, 3), b=weight)
    share = min(1.0, INDEPENDENT / max(1, len(seen)))
    return np.asarray(share * marginal + fate)


_block_chances = jit_with(QUICK)(block_chances)


def _chance_of(fact: Record, case: Case, acts: Floats, i: int) -> Floats | None:
    """Chance of what state i did, by contingency; None where nothing is recorded."""
    did = fact.responses.get(case.guarantor_ids[i])
    if did is None:
        return None
    if did == "no-fight":
        return np.asarray(1.0 - acts[i, 2])
    return np.asarray(acts[i, ("abstain", "support", "fight").index(did)])


def long_run_will(worlds: World) -> Floats:
    """Long-run odds of the states of common will, (w, D): a chain that moves one state at a time.

    In the long run as many moves go up as down between two states: odds_{k+1}/odds_k =
    rise_k/fall_{k+1}, with rates as in `horizon.will_moves`.
    """
    place = np.linspace(-1.0, 1.0, len(WILLS))[:, None]
    back = np.asarray(worlds["will.reversion"])[None]
    rise, fall = 1.0 - back * place[:-1], 1.0 + back * place[1:]
    steps = np.log(np.maximum(rise, LEAST)) - np.log(np.maximum(fall, LEAST))
    height = np.concatenate([np.zeros_like(steps[:1]), np.cumsum(steps, axis=0)])
    return softmax(height, axis=0)
