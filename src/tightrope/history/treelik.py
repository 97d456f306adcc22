"""The likelihood of a tree: utilities linear in regressors, outcomes from the equilibrium.

Row i gives η_j = x_ij β_j for each free payoff j (and for the logarithm of each estimated scale),
the tree gives log P(outcome | η), and the log-likelihood is Σ w_i log P(y_i | η_i).

Derivatives in β come by the chain rule from those in η, of which there are few:

    ∂ℓ/∂β_j = Σ w_i x_ij ∂ℓ_i/∂η_j        ∂²ℓ/∂β_j∂β_l = Σ w_i x_ijᵀ x_il ∂²ℓ_i/∂η_j∂η_l

so that a Hessian costs little more than a few evaluations, whatever the number of regressors.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from tightrope.game.trees import Error, Link, Tree, solve
from tightrope.game.trees.jets import has_jets, log_likelihood, routes
from tightrope.history.likelihood import Derivatives, Likelihood
from tightrope.history.maximise import climb_many

Floats = NDArray[np.float64]
Scaled = Literal["", "common", "player"]
"""Whether scales are ones, one for all players, or one for each."""

_STAGE_STEPS = 25
_FAR = 5.0
_CELLS = 8_192
_ROWS = 2_048


@dataclass(frozen=True)
class TreeProgram:
    """The JAX functions of one specification of a tree; get it from `tree_program`.

    widths  columns of each free payoff, then of each scale
    Data are pairs (tuple of matrices (n, width), one for each predictor with columns; (n,) index of
    the outcome seen).
    """

    tree: Tree
    link: Link
    error: Error
    widths: tuple[int, ...]
    scaled: Scaled

    @property
    def present(self) -> tuple[int, ...]:
        """Predictors that have columns, by position."""
        return tuple(j for j, width in enumerate(self.widths) if width)

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where the coefficients of each present predictor stand in θ."""
        ends = np.cumsum(self.widths)
        return tuple(slice(int(ends[j]) - self.widths[j], int(ends[j])) for j in self.present)

    @property
    def places(self) -> tuple[int | None, ...]:
        """For each player the position of its log scale among the predictors."""
        first = len(self.tree.free)
        steps = {"": None, "common": 0, "player": 1}[self.scaled]
        return tuple(
            None if steps is None else first + steps * i for i in range(len(self.tree.players))
        )

    def log_probabilities(self, theta: Array, data: Any) -> Array:
        """(n, m) log-probability of each outcome."""
        matrices, outcome = data
        size = outcome.shape
        eta = {
            j: matrix @ theta[part]
            for j, part, matrix in zip(self.present, self.slices, matrices, strict=True)
        }
        zero = jnp.zeros(size)
        payoffs = {
            (p.player, p.outcome): jnp.full(size, p.value)
            for p in self.tree.payoffs
            if p.value is not None
        }
        for j, payoff in enumerate(self.tree.free):
            payoffs[payoff.player, payoff.outcome] = eta.get(j, zero)
        one = jnp.ones(size)
        scales = [one if j is None else jnp.exp(eta.get(j, zero)) for j in self.places]
        found = solve(self.tree, payoffs, error=self.error, link=self.link, scales=scales)
        return jnp.stack([jnp.broadcast_to(o, size) for o in found.log_outcomes], axis=1)

    def log_rows(self, theta: Array, data: Any) -> Array:
        """(n,) log-probability of the outcome seen."""
        logs = self.log_probabilities(theta, data)
        return jnp.take_along_axis(logs, data[1][:, None], axis=1)[:, 0]


@lru_cache(maxsize=256)
def tree_program(
    tree: Tree, link: Link, error: Error, widths: tuple[int, ...], scaled: Scaled
) -> TreeProgram:
    """The one program of a specification, so that what is compiled once is used again."""
    return TreeProgram(tree, link, error, widths, scaled)


@lru_cache(maxsize=256)
def functions(program: TreeProgram) -> tuple[Any, Any]:
    """Row and probability functions of a program, the same objects every time."""
    return program.log_rows, program.log_probabilities


@dataclass(frozen=True)
class TreeExact:
    """Derivatives of a tree's likelihood by jets, for given rows; see `Exact`.

    matrices  (n, width) of each present predictor
    outcome   (n,) index of the outcome seen
    node      the one node whose choices count, or "" for all (see `backward_start`)
    """

    program: TreeProgram
    matrices: tuple[Floats, ...]
    outcome: NDArray[np.int64]
    node: str = ""

    @cached_property
    def _sides(self) -> dict[str, Floats]:
        return {
            name: side[self.outcome] * (self.node in ("", name))
            for name, side in routes(self.program.tree).items()
        }

    @cached_property
    def _products(self) -> dict[tuple[int, int], Floats]:
        """Row by row, the products of the columns of two predictors (n, width·width)."""
        count = range(len(self.matrices))
        return {
            (j, k): np.einsum("ni,nj->nij", self.matrices[j], self.matrices[k]).reshape(
                len(self.outcome), -1
            )
            for j in count
            for k in count[j:]
        }

    def derivatives(self, thetas: Floats, weights: Floats) -> Derivatives:
        """At points (b, k), with weights (n,) or (b, n)."""
        batch, size = thetas.shape
        # replicates that begin at one point share what the game says there
        apart = batch == 1 or weights.ndim == 1 or bool((thetas != thetas[0]).any())
        points = thetas if apart else thetas[:1]
        blocks = list(self._blocks(batch))
        workers = min(len(blocks), len(os.sched_getaffinity(0)))
        value, gradient = np.zeros(batch), np.zeros((batch, size))
        hessian = np.zeros((batch, size, size))

        def one(block: tuple[slice, slice]) -> tuple[slice, Derivatives]:
            some, rows = block
            own = weights[some, rows] if weights.ndim == 2 else weights[None, rows]
            return some, self._block(points[some] if apart else points, rows, own)

        def add(found: tuple[slice, Derivatives]) -> None:
            some, part = found
            value[some] += part.value
            gradient[some] += part.gradient
            hessian[some] += part.hessian

        if workers <= 1:
            for block in blocks:
                add(one(block))
        else:
            with ThreadPoolExecutor(workers) as pool:
                for found in pool.map(one, blocks):
                    add(found)
        return Derivatives(value, gradient, hessian)

    def scores(self, theta: Floats) -> Floats:
        """Gradient of each row (n, k)."""
        found = np.zeros((len(self.outcome), len(theta)))
        for _, rows in self._blocks(1):
            _, first, _ = self._rows(theta[None], rows)
            for place, part in enumerate(self.program.slices):
                slope = first.get(self.program.present[place])
                if slope is not None:
                    found[rows, part] = slope[0][:, None] * self.matrices[place][rows]
        return found

    def _blocks(self, batch: int) -> Iterator[tuple[slice, slice]]:
        """Pieces of points and rows that fit the cache."""
        size = len(self.outcome)
        length = min(size, _CELLS if batch == 1 else _ROWS)
        height = max(1, _CELLS // max(length, 1))
        for low in range(0, batch, height):
            for begin in range(0, size, length):
                yield slice(low, min(low + height, batch)), slice(begin, min(begin + length, size))

    def _rows(self, thetas: Floats, rows: slice) -> Any:
        """Log-likelihood (b, rows) and its derivatives in the predictors."""
        program = self.program
        eta: list[Floats | None] = [None] * len(program.widths)
        for place, j in enumerate(program.present):
            eta[j] = thetas[:, program.slices[place]] @ self.matrices[place][rows].T
        shape = (len(thetas), len(self.outcome[rows]))
        sides = {name: np.broadcast_to(s[rows], shape) for name, s in self._sides.items()}
        return log_likelihood(
            program.tree,
            eta,
            sides,
            error=program.error,
            link=program.link,
            scaled=program.places,
        )

    def _block(self, thetas: Floats, rows: slice, weights: Floats) -> Derivatives:
        """Derivatives over a piece; a row of weight zero counts nothing, whatever it says."""

        def weighed(part: Floats) -> Floats:
            product = weights * part
            if np.isfinite(product.sum()):
                return product
            return np.where(weights > 0.0, product, 0.0)

        with np.errstate(all="ignore"):
            found = self._rows(thetas, rows)
            batch, size = max(len(thetas), len(weights)), thetas.shape[1]
            value = np.sum(weighed(found.value), axis=1)
            gradient = np.zeros((batch, size))
            hessian = np.zeros((batch, size, size))
            parts = self.program.slices
            for place, j in enumerate(self.program.present):
                if j not in found.first:
                    continue
                gradient[:, parts[place]] = weighed(found.first[j]) @ self.matrices[place][rows]
                for other in range(place, len(parts)):
                    bend = found.second.get((j, self.program.present[other]))
                    if bend is None:
                        continue
                    block = self._product(weighed(bend), place, other, rows)
                    hessian[:, parts[place], parts[other]] = block
                    if other > place:
                        hessian[:, parts[other], parts[place]] = block.swapaxes(1, 2)
        return Derivatives(value, gradient, hessian)

    def _product(self, bent: Floats, place: int, other: int, rows: slice) -> Floats:
        """Σ_i h_bi x_ij x_il, shape (b, width, width)."""
        left, right = self.matrices[place][rows], self.matrices[other][rows]
        if len(bent) == 1:
            return np.asarray((left * bent[0][:, None]).T[None] @ right)
        flat = bent @ self._products[place, other][rows]
        return np.asarray(flat).reshape(len(bent), left.shape[1], right.shape[1])


def slopes(likelihood: Likelihood, theta: Floats, rows: NDArray[np.int64]) -> Iterator[Floats]:
    """For each outcome of a tree the derivatives (rows, k) of its log-probability in some rows."""
    matrices = tuple(np.asarray(matrix)[rows] for matrix in likelihood.data[0])
    whole = likelihood.exact
    for place in range(len(likelihood.outcomes)):
        seen = np.full(len(rows), place)
        some = replace(likelihood, data=(matrices, seen))
        if isinstance(whole, TreeExact):
            some = replace(some, exact=replace(whole, matrices=matrices, outcome=seen))
        yield some.scores(theta)


def backward_start(likelihood: Likelihood) -> Floats:
    """Where to begin: statistical backward induction (Bas, Signorino & Walker 2008).

    From the last nodes to the first, the choices at one node alone are fitted with the payoffs of
    its player below it, all others as they are by then.
    """
    theta = np.asarray(likelihood.start, dtype=float)
    whole = likelihood.exact
    if not isinstance(whole, TreeExact):
        return theta
    program, tree = whole.program, whole.program.tree
    for node in tree.order:
        free = np.zeros(len(theta))
        for j, part in zip(program.present, program.slices, strict=True):
            if j < len(tree.free):
                payoff = tree.free[j]
                if payoff.player == node.player and payoff.outcome in tree.below[node.name]:
                    free[part] = 1.0
        if free.any():
            stage = replace(likelihood, exact=replace(whole, node=node.name))
            found = climb_many(stage, theta[None], free=free, steps=_STAGE_STEPS).theta[0]
            theta = np.clip(found, -_FAR * likelihood.scales, _FAR * likelihood.scales)
    return theta


def exact(program: TreeProgram, data: Any) -> TreeExact | None:
    """The derivatives by jets, or None for a tree that has none."""
    if not has_jets(program.tree):
        return None
    matrices = tuple(np.ascontiguousarray(matrix, dtype=float) for matrix in data[0])
    return TreeExact(program, matrices, np.asarray(data[1]))
