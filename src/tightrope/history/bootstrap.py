"""Bootstrap: the same fit on rows drawn anew, many replicates at once.

A replicate is a vector of weights (how often each row, or each cluster, was drawn), so no data are
copied. All replicates start from the estimates; those of one batch climb together. Replicate r of
seed s draws from its own stream (s, r): the answer depends neither on the size of a batch nor on
where a run was interrupted. Replicates that do not converge are counted and left out, as in R's
package; a count above a few in a hundred says that the data hardly bear the model.

(Efron 1979; by clusters: Field & Welsh 2007.)
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from tightrope.history.codes import SETTING, UNWRITABLE, refuse
from tightrope.history.likelihood import Likelihood
from tightrope.history.maximise import Penalty, climb_many
from tightrope.whole import write_whole

Floats = NDArray[np.float64]
Report = Callable[[str, int, int], None]
BATCH = 250
_FEW = 10
_VALUES = 4_000_000
_STEPS = 60


@dataclass(frozen=True)
class Bootstrap:
    """Replicates of the estimates.

    thetas   (r, k) those that converged
    failed   how many did not
    """

    thetas: Floats
    failed: int

    @property
    def lack(self) -> tuple[str, ...]:
        """What to say where too few replicates are left for standard errors."""
        if len(self.thetas) > 1:
            return ()
        return (
            "Too few replicates are left for standard errors: ask for more, or take another "
            "--vcov.",
        )

    @property
    def covariance(self) -> Floats:
        """Covariance (k, k) of the replicates."""
        if len(self.thetas) < 2:
            size = self.thetas.shape[1]
            return np.full((size, size), np.nan)
        return np.atleast_2d(np.cov(self.thetas, rowvar=False))


def bootstrap(
    likelihood: Likelihood,
    theta: Any,
    replicates: int,
    seed: int,
    *,
    clusters: Sequence[Any] | NDArray[Any] | None = None,
    penalty: Penalty | None = None,
    refit: Callable[[Floats], Floats] | None = None,
    resume: str | Path | None = None,
    report: Report | None = None,
) -> Bootstrap:
    """Refit on `replicates` samples of the rows (or of whole clusters).

    theta    estimates on all rows, from which each replicate starts
    refit    weights (n,) -> estimates (k,), NaN where there are none: for estimators that are more
             than one climb
    resume   file that keeps finished replicates (.npz); one of another question is refused
    report   called after each batch with (stage, done, total)
    Errors   InputError if `resume` belongs to other data, game or seed, or cannot be written
    """
    start = np.asarray(theta, dtype=float)
    groups = _groups(likelihood.size, clusters)
    key = _key(likelihood, start, seed, groups)
    thetas = np.full((replicates, len(start)), np.nan)
    done = 0
    path = Path(resume) if resume is not None else None
    if path is not None and not path.parent.is_dir():
        raise refuse(
            f"the folder of '{path}' does not exist",
            SETTING,
            field="--resume",
            remedy="make the folder, or name another",
        )
    if path is not None and (kept := _read(path, key)) is not None:
        done = min(len(kept), replicates)
        thetas[:done] = kept[:done]
    while done < replicates:
        most = _height(likelihood.size) if refit is None else _FEW
        batch = min(most, replicates - done)
        weights = np.stack([draw(likelihood, groups, seed, done + r) for r in range(batch)])
        if refit is None:
            starts = np.repeat(start[None], batch, axis=0)
            found = climb_many(likelihood, starts, weights, penalty=penalty, steps=_STEPS)
            thetas[done : done + batch] = np.where(found.converged[:, None], found.theta, np.nan)
        else:
            thetas[done : done + batch] = [refit(each) for each in weights]
        done += batch
        if path is not None:
            _write(path, key, thetas[:done])
        if report is not None:
            report("bootstrap", done, replicates)
    good = np.isfinite(thetas).all(axis=1)
    return Bootstrap(thetas[good], int((~good).sum()))


def _height(rows: int) -> int:
    """Replicates in a batch: many, as long as their weights stay small."""
    return max(1, min(BATCH, _VALUES // max(rows, 1)))


def draw(likelihood: Likelihood, groups: NDArray[np.int64], seed: int, replicate: int) -> Floats:
    """Weights (n,) of one replicate: those of the likelihood times the draws of each group."""
    count = int(groups.max()) + 1
    stream = np.random.default_rng([seed, replicate])
    times = np.bincount(stream.integers(0, count, count), minlength=count)
    return np.asarray(likelihood.weights) * times[groups]


def _groups(size: int, clusters: Any) -> NDArray[np.int64]:
    if clusters is None:
        return np.arange(size)
    return np.asarray(np.unique(np.asarray(clusters), return_inverse=True)[1])


def _key(likelihood: Likelihood, start: Floats, seed: int, groups: NDArray[np.int64]) -> str:
    """A fingerprint of the question, so that no replicates of another are taken for its own."""
    digest = hashlib.sha256()
    words = (likelihood.game, *likelihood.names, str(seed), str(likelihood.size))
    digest.update("\n".join(words).encode())
    for array in (np.round(start, 6), np.asarray(likelihood.weights), groups):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _read(path: Path, key: str) -> Floats | None:
    """The replicates kept in a file, None where there is no such file yet. Errors: InputError."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            known, thetas = str(kept["key"]), np.asarray(kept["thetas"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise refuse(
            f"'{path}' does not hold replicates of a bootstrap",
            SETTING,
            field="--resume",
            remedy="name a file that an earlier run wrote, or a new one",
        ) from error
    if known != key:
        raise refuse(
            f"'{path}' holds replicates of another question (data, formula or seed differ)",
            SETTING,
            field="--resume",
            remedy="name another file, or ask the same question",
        )
    return thetas


def _write(path: Path, key: str, thetas: Floats) -> None:
    """Keep the replicates, whole or as they were before. Errors: InputError."""
    stream = io.BytesIO()
    np.savez(stream, key=np.asarray(key), thetas=thetas)
    try:
        write_whole(path, stream.getvalue())
    except OSError as error:
        raise refuse(
            f"'{path}' cannot be written ({error.strerror or error})",
            UNWRITABLE,
            field="--resume",
            remedy="give a place where you may write",
        ) from error
