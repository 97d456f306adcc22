"""What an assessment says: the results of all options as tables, JSON and one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.case import Case
from tightrope.game import ACTIONS
from tightrope.guarantee.assess import CHUNK, Progress, Result, solve_options
from tightrope.guarantee.backstop import BACKSTOP
from tightrope.guarantee.limiting import limiting
from tightrope.guarantee.outcomes import BY_ACTOR, EQUAL, PATHS, SCALARS
from tightrope.guarantee.record import Stats, effective, log_likelihoods, stats, weights_of
from tightrope.treaty import LEVELS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Floats = NDArray[np.float64]

#: Outcomes shown before and after the draws are weighted by the record.
HEADLINES = ("durable", "settled", "held", "deterrence", "honoured", "direct_clash")


def _points(gain: float) -> str:
    """A difference between two chances in words."""
    return f"{100 * gain:+.0f} percentage points"


@dataclass(frozen=True)
class Assessment:
    """Outcomes of every option in the same worlds; print it for a table."""

    case: Case
    results: tuple[Result, ...]
    draws: int
    seed: int
    likelihood: Floats  # (D, facts) log-likelihood of each fact of the case's record

    @cached_property
    def weights(self) -> Floats:
        """Weights of the draws by the record, summing to one; equal where there is no record."""
        return weights_of(self.likelihood)

    @property
    def equal_weights(self) -> Floats:
        """Weights of the draws before the record."""
        return np.full(self.draws, 1.0 / self.draws)

    def stats(self, values: Floats) -> Stats:
        """Mean and percentiles of an outcome over the draws, weighted by the record."""
        return stats(values, self.weights)

    @property
    def actors(self) -> tuple[str, ...]:
        """Challenger, protégé and guarantors: the order of ``Result.accept``."""
        return (self.case.challenger, self.case.protege, *self.case.guarantor_ids)

    @property
    def not_converged(self) -> int:
        """Option-draws that were not solved or not certified, and are left out."""
        return int(sum(r.failed.sum() for r in self.results))

    @property
    def effective_draws(self) -> float:
        """Effective number of draws in which every option was solved, (Σw)²/Σw² (Kish 1965)."""
        failed = [np.zeros(self.draws, dtype=bool), *(r.failed for r in self.results)]
        return effective(self.weights[~np.any(failed, axis=0)])

    @property
    def parameters_used(self) -> dict[str, dict[str, Any]]:
        """Value, range, distribution, unit, source and kind of each parameter that was drawn."""
        return {
            p.id: {
                "value": p.value,
                "low": p.low,
                "high": p.high,
                "distribution": p.distribution,
                "unit": p.unit,
                "source": str(p.source),
                "kind": p.kind,
            }
            for p in self.case.parameters
        }

    @property
    def aside(self) -> set[str]:
        """Options that are there for comparison alone."""
        return {r.option.id for r in self.results if r.option.comparator}

    def binding_constraint(self, result: Result) -> dict[str, float]:
        """In what share of worlds each actor's acceptance is the lowest among those needed."""
        if not result.agreement:
            return {}
        solved = ~result.failed
        parties, named = (np.isin(self.actors, list(g)) for g in (result.parties, result.named))
        accept, weights = result.accept[solved], self.weights[solved]
        counts = limiting(accept, weights, parties, named, result.quorum)
        return {a: float(c) for a, c in zip(self.actors, counts, strict=True) if c > 0}

    def option_json(self, result: Result) -> dict[str, Any]:
        """The contract's record of one option."""
        ids = self.case.guarantor_ids
        accept = {
            a: self.stats(result.accept[:, k])
            for k, a in enumerate(self.actors)
            if result.agreement and (k < 2 or a in result.parties)
        }
        return {
            **{name: self.stats(v) for name, v in sorted(result.scalars.items())},
            "accept": accept,
            "respond": {
                g: {
                    level: {
                        action: self.stats(result.respond[:, i, a, r])
                        for r, action in enumerate(ACTIONS)
                    }
                    for a, level in enumerate(LEVELS)
                }
                for i, g in enumerate(ids)
            },
            "value_guarantor": {
                g: self.stats(result.value_guarantor[:, i])
                for i, g in enumerate(ids)
                if g in result.parties
            },
            "binding_constraint": self.binding_constraint(result),
            "unweighted": {k: stats(result.scalars[k], self.equal_weights) for k in HEADLINES},
            "equal_terms": {k: self.stats(v) for k, v in result.equal.items()},
            "weakest_clause": result.weakest or None,
            "certificate": result.certificate,
        }

    def to_json(self) -> dict[str, Any]:
        """The document of ``assess --json``, without its header."""
        return {
            "case": self.case.id,
            "seed": self.seed,
            "draws": self.draws,
            "effective_draws": self.effective_draws,
            "record": self.record(),
            "options": {r.option.id: self.option_json(r) for r in self.results},
            "not_converged": self.not_converged,
            "parameters_used": self.parameters_used,
            "finding": self.finding(),
        }

    def record(self) -> list[dict[str, Any]]:
        """The case's record with the mean likelihood of each fact over the draws."""
        means = np.exp(self.likelihood).mean(axis=0)
        return [
            {
                "id": fact.id,
                "date": fact.date.isoformat(),
                "says": fact.says,
                "source": fact.source,
                "likelihood": float(mean),
            }
            for fact, mean in zip(self.case.record, means, strict=True)
        ]

    def ranking(self) -> list[dict[str, Any]]:
        """Rows of the one-screen table, most durable first; what only serves comparison last."""
        rows = []
        for r in self.results:
            limits = self.binding_constraint(r)
            rows.append(
                {
                    "option": r.option.id,
                    "title": r.option.title,
                    "durable": self.stats(r.scalars["durable"]),
                    "deterrence_equal_terms": self.stats(
                        r.equal["deterrence"] if r.agreement else np.full(self.draws, np.nan)
                    ),
                    "blocked_by": max(limits, key=lambda a: limits[a]) if limits else None,
                    "weakest_clause": r.weakest or None,
                }
            )
        return sorted(
            rows, key=lambda row: (row["option"] in self.aside, -(row["durable"]["mean"] or 0.0))
        )

    def finding(self) -> str:
        """One sentence computed from the results."""
        rows = self.ranking()
        rows = [row for row in rows if row["option"] not in self.aside] or rows
        best = rows[0]
        d = best["durable"]
        if d["mean"] is None:
            return "No option could be solved in any world."
        first = (
            f"{best['title']} is the most durable option: settled and held in "
            f"{d['mean']:.0%} of cases on average ({d['p05']:.0%} to {d['p95']:.0%} across worlds)"
        )
        if len(rows) == 1:
            return first + "; no other option was assessed."
        by_id = {r.option.id: r for r in self.results}
        wins = self._first_share(best["option"])
        deterring = [r for r in rows if r["deterrence_equal_terms"]["mean"] is not None]
        text = f"{first}, ahead of all others in {wins:.0%} of worlds"
        if deterring:
            strong = max(deterring, key=lambda r: r["deterrence_equal_terms"]["mean"])
            gain = strong["deterrence_equal_terms"]["mean"]
            if strong["option"] == best["option"]:
                text += f"; at equal terms its duties also deter most ({_points(gain)})"
            elif gain > 0:
                who = strong["blocked_by"]
                held = self.stats(by_id[strong["option"]].scalars["durable"])["mean"]
                text += (
                    f"; at equal terms the duties of {strong['title']} deter most "
                    f"({_points(gain)}), but it is durable in {held:.0%}, limited most often by "
                    f"one acceptance ({self.case.actor(who).name})"
                )
        return text + "."

    def _first_share(self, option: str) -> float:
        """In what share of worlds an option is the most durable, comparators set aside."""
        judged = [r for r in self.results if r.option.id not in self.aside - {option}]
        values = np.stack([r.scalars["durable"] for r in judged])
        index = [r.option.id for r in judged].index(option)
        known = np.all(np.isfinite(values), axis=0)
        weights = self.weights[known]
        first = np.argmax(values[:, known], axis=0) == index
        return float(weights @ first / max(weights.sum(), 1e-300))

    @cached_property
    def dataset(self) -> xr.Dataset:
        """All outcomes as xarray, dims option, draw, actor, level, action, time; NaN = missing."""
        import xarray as xr

        rs, ids = self.results, self.case.guarantor_ids
        data: dict[str, tuple[tuple[str, ...], Floats]] = {}
        for name in rs[0].scalars:
            data[name] = (("option", "draw"), np.stack([r.scalars[name] for r in rs]))
        for name in rs[0].equal:
            data[f"equal_{name}"] = (("option", "draw"), np.stack([r.equal[name] for r in rs]))
        for name in rs[0].time:
            data[f"path_{name}"] = (
                ("option", "draw", "time"),
                np.stack([r.time[name] for r in rs]),
            )
        asked = np.stack([self._asked(r) for r in rs])
        data["accept"] = (
            ("option", "draw", "actor"),
            np.where(asked[:, None, :], np.stack([r.accept for r in rs]), np.nan),
        )
        wide = np.full((len(rs), self.draws, len(self.actors), 3, 3), np.nan)
        wide[:, :, 2:] = np.stack([r.respond for r in rs])
        data["respond"] = (("option", "draw", "actor", "level", "action"), wide)
        worth = np.full((len(rs), self.draws, len(self.actors)), np.nan)
        worth[:, :, 2:] = np.stack([r.value_guarantor for r in rs])
        data["value_guarantor"] = (
            ("option", "draw", "actor"),
            np.where(asked[:, None], worth, np.nan),
        )
        data["weight"] = (("draw",), self.weights)
        steps = next(iter(rs[0].time.values())).shape[1]
        dataset = xr.Dataset(
            data,
            coords={
                "option": [r.option.id for r in rs],
                "draw": np.arange(self.draws),
                "actor": list(self.actors),
                "level": list(LEVELS),
                "action": list(ACTIONS),
                "time": (np.arange(steps) + 0.5) * self.case.horizon_years / max(1, steps),
            },
            attrs={
                "case": self.case.id,
                "seed": self.seed,
                "guarantors": " ".join(ids),
                "draws": self.draws,
                "effective_draws": self.effective_draws,
                "not_converged": self.not_converged,
                "finding": self.finding(),
            },
        )
        for name, (unit, meaning) in (SCALARS | BACKSTOP).items():
            if name in dataset:
                dataset[name].attrs = {"units": unit, "long_name": meaning}
        for name, (unit, meaning) in EQUAL.items():
            dataset[f"equal_{name}"].attrs = {"units": unit, "long_name": meaning}
        for name, (unit, meaning) in PATHS.items():
            dataset[f"path_{name}"].attrs = {"units": unit, "long_name": meaning}
        for name, (unit, meaning) in BY_ACTOR.items():
            dataset[name].attrs = {"units": unit, "long_name": meaning}
        meaning = "how much the draw counts, by the record"
        dataset["weight"].attrs = {"units": "share", "long_name": meaning}
        return dataset

    def _asked(self, result: Result) -> NDArray[np.bool_]:
        return np.array(
            [result.agreement and (k < 2 or a in result.parties) for k, a in enumerate(self.actors)]
        )

    def summary(self) -> pd.DataFrame:
        """Tidy table: option, outcome, actor, level, action, mean, p05, p50, p95."""
        import pandas as pd

        rows = []
        for r in self.results:
            record = self.option_json(r)
            for name in r.scalars:
                rows.append((r.option.id, name, "", "", "", record[name]))
            for name, value in record["equal_terms"].items():
                rows.append((r.option.id, f"equal_{name}", "", "", "", value))
            for name in ("accept", "value_guarantor"):
                rows += [(r.option.id, name, a, "", "", v) for a, v in record[name].items()]
            for a, levels in record["respond"].items():
                for level, actions in levels.items():
                    rows += [(r.option.id, "respond", a, level, x, v) for x, v in actions.items()]
            rows += [
                (r.option.id, "binding_constraint", a, "", "", {"mean": v})
                for a, v in record["binding_constraint"].items()
            ]
        columns = ["option", "outcome", "actor", "level", "action"]
        frame = pd.DataFrame([row[:5] for row in rows], columns=columns)
        for name in ("mean", "p05", "p50", "p95"):
            frame[name] = pd.array([row[5].get(name) for row in rows], dtype="Float64")
        return frame

    def draws_table(self) -> pd.DataFrame:
        """Tidy table of every draw: option, draw, outcome, actor, value.

        The rows of `weight`, without an option, say how much each draw counts; they sum to 1.
        """
        import pandas as pd

        parts = [self._rows("", "weight", "", self.weights)]
        for r in self.results:
            named: list[tuple[str, str, Floats]] = [(k, "", v) for k, v in r.scalars.items()]
            named += [(f"equal_{k}", "", v) for k, v in r.equal.items()]
            named += [
                ("accept", a, r.accept[:, k])
                for k, a in enumerate(self.actors)
                if self._asked(r)[k]
            ]
            parts += [self._rows(r.option.id, *one) for one in named]
        return pd.concat(parts, ignore_index=True)

    def _rows(self, option: str, outcome: str, actor: str, value: Floats) -> pd.DataFrame:
        import pandas as pd

        names = {"option": option, "draw": np.arange(self.draws), "outcome": outcome}
        return pd.DataFrame(names | {"actor": actor, "value": value})

    def __str__(self) -> str:
        lines = [f"{self.case.title}: {self.draws} draws, seed {self.seed}"]
        for row in self.ranking():
            d, e = row["durable"], row["deterrence_equal_terms"]
            if d["mean"] is None:
                lines.append(f"  {row['option']}: not solved")
                continue
            gain = "—" if e["mean"] is None else f"{e['mean']:+.2f}"
            lines.append(
                f"  {row['option']:<26} durable {d['mean']:.2f} [{d['p05']:.2f}, {d['p95']:.2f}]"
                f"  deterrence at equal terms {gain}  limited by {row['blocked_by'] or '—'}"
            )
        return "\n".join([*lines, self.finding()])


def assess(
    case: Case,
    option_ids: Sequence[str] | None = None,
    draws: int = 200,
    seed: int = 0,
    *,
    progress: Progress | None = None,
    preview: Callable[[Assessment], None] | None = None,
    chunk: int = CHUNK,
    keep: Path | None = None,
) -> Assessment:
    """Assess options of a case (all if None are named) in the same worlds.

    progress    called with (option, done, total) as chunks of worlds are solved
    preview     called with what is known so far, after each option in the first chunk of worlds;
                those options only, in those worlds only, not yet weighed by the record
    keep        as in `solve_options`
    Errors      InputError for an unknown option or fewer than one draw
    """
    options = case.options if option_ids is None else [case.option(o) for o in option_ids]
    unweighed = case.model_copy(update={"record": ()})

    def known(results: list[Result], worlds: int) -> None:
        assert preview is not None
        preview(Assessment(unweighed, tuple(results), worlds, seed, np.zeros((worlds, 0))))

    results = solve_options(
        case, options, draws, seed,
        progress=progress, preview=preview and known, chunk=chunk, keep=keep,
    )  # fmt: skip
    return Assessment(case, tuple(results), draws, seed, log_likelihoods(case, draws, seed, chunk))
