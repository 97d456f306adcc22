"""Draws kept on disk in chunks, so that nothing solved is ever lost or solved twice.

    STORE/manifest.json                what the draws are of: design, seed, inputs, outcomes
    STORE/inputs/00000.parquet         inputs of the worlds of a chunk, in their own units
    STORE/OPTION@DIGEST/00000.parquet  every outcome of an option in them, and which cells failed
    STORE/record@DIGEST/00000.parquet  log-likelihood of the record

A chunk file is written under another name, flushed to the disk and then renamed: it is there whole
or not at all. Each carries what it depends on; one that does not fit, or cannot be read, is solved
again and replaced. One of more worlds than are asked for is read in part. An option whose text,
terms or case has changed has another digest.
"""

from __future__ import annotations

import contextlib
import errno
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tightrope import __version__
from tightrope.explore.problem import Floats, Problem, Solved, digest
from tightrope.treaty import InputError, Where
from tightrope.whole import write_whole

MANIFEST = "manifest.json"
INPUTS, RECORD, LIKELIHOOD, FAILED = "inputs", "record", "log_likelihood", "failed"
FORMAT = 1
#: Worlds solved and stored together.
CHUNK = 64
#: Seconds after which a file that was not finished belongs to no run that is alive.
STALE = 3600.0
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Plan:
    """Which worlds are wanted.

    name    what they are for: `draws`, `saltelli`, `morris`
    draws   number of worlds;  design, seed  how they are laid out
    shares  the rows themselves, where a method lays out its own (then design names it)
    growing whether more draws go on from fewer, so that a store can be extended
    """

    name: str
    draws: int
    seed: int
    design: str
    chunk: int = CHUNK
    shares: Floats | None = None

    @property
    def growing(self) -> bool:
        """Whether fewer draws are the beginning of more."""
        return self.shares is None and self.design != "lhs"

    @property
    def chunks(self) -> int:
        """Number of chunks, the last of which may be short."""
        return -(-self.draws // self.chunk)

    def span(self, chunk: int) -> tuple[int, int]:
        """First world of a chunk, and the first after it."""
        return chunk * self.chunk, min(self.draws, (chunk + 1) * self.chunk)

    def rows(self, problem: Problem, chunk: int) -> Floats:
        """Shares of a chunk's worlds: by its number alone, whoever asks."""
        start, stop = self.span(chunk)
        if self.shares is not None:
            return self.shares[start:stop]
        return problem.rows(self.draws, self.seed, self.design, start, stop)

    def key(self, problem: Problem) -> str:
        """Digest of what decides the worlds."""
        whole = None if self.growing else self.draws
        laid = None if self.shares is None else digest(self.shares.tobytes().hex())
        ranges = [(one.id, one.low, one.high, one.value) for one in problem.inputs]
        return digest(FORMAT, self.name, self.seed, self.design, self.chunk, whole, laid, ranges)


@dataclass
class Store:
    """The chunks of one plan in a folder; made on the first write.

    mended  chunk files found broken or with too few worlds, to be solved again
    """

    folder: Path
    problem: Problem
    plan: Plan
    mended: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, root: Path, problem: Problem, plan: Plan) -> Store:
        """The store of a plan under ``root``, with its manifest written.

        Errors  InputError if the place cannot be written to
        """
        store = cls(root / f"{plan.name}-{plan.key(problem)}", problem, plan)
        with _told(store.folder, "nothing was solved yet"):
            (store.folder / INPUTS).mkdir(parents=True, exist_ok=True)
            for stray in store.folder.glob("*/.*.parquet.*"):  # of a run that was killed
                with contextlib.suppress(OSError):
                    if time.time() - stray.stat().st_mtime > STALE:
                        stray.unlink()
            write_whole(store.folder / MANIFEST, json.dumps(store._manifest(), indent=1).encode())
        return store

    def _manifest(self) -> dict[str, Any]:
        inputs = [
            {"id": i.id, "low": i.low, "high": i.high, "unit": i.unit, "meaning": i.meaning}
            for i in self.problem.inputs
        ]
        return {
            "format": FORMAT,
            "tightrope_version": __version__,
            "problem": self.problem.id,
            "title": self.problem.title,
            "plan": self.plan.name,
            "design": self.plan.design,
            "seed": self.plan.seed,
            "draws": self.plan.draws,
            "chunk": self.plan.chunk,
            "inputs": inputs,
            "outcomes": {
                name: {"unit": o.unit, "meaning": o.meaning, "better": o.better}
                for name, o in self.problem.outcomes.items()
            },
            "default_outcome": self.problem.default,
            "options": {name: self.problem.key(name) for name in self.problem.options},
            "titles": dict(self.problem.titles),
        }

    def place(self, option: str | None) -> Path:
        """Folder of an option's chunks (None: of the record's)."""
        return self.folder / f"{option or RECORD}@{self.problem.key(option)}"

    def missing(self, chunk: int, options: Sequence[str], *, record: bool) -> Task | None:
        """What of a chunk is still to be solved; None if nothing is."""
        wanted = tuple(o for o in options if not self._sound(self.place(o), chunk))
        likelihood = record and not self._sound(self.place(None), chunk)
        if self._sound(self.folder / INPUTS, chunk) and not wanted and not likelihood:
            return None
        return Task(chunk, wanted, likelihood)

    def _sound(self, place: Path, chunk: int) -> bool:
        """Whether a chunk is there and fits; one that does not is replaced once it is solved."""
        path = place / f"{chunk:05d}.parquet"
        if not path.exists():
            return False
        if self._fits(path, chunk):
            return True
        self.mended.append(f"{place.name}/{path.name}")
        return False

    def _fits(self, path: Path, chunk: int) -> bool:
        """Whether a file can be read through, is what its name says, and has worlds enough."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        start, stop = self.plan.span(chunk)
        place = path.parent.name
        try:
            # A footer may be whole where a page is not: only reading every page tells.
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                table = file.read()
        except (OSError, pa.ArrowException):
            return False
        told = table.schema.metadata or {}
        return (
            table.num_rows >= stop - start
            and self._columns(place) <= set(table.column_names)
            and all(told.get(k.encode()) == v.encode() for k, v in self._told(place, chunk).items())
        )

    def _columns(self, place: str) -> set[str]:
        """Columns that a chunk of a folder must have."""
        if place == INPUTS:
            return {one.id for one in self.problem.inputs}
        if place == self.place(None).name:
            return {LIKELIHOOD}
        return {*self.problem.outcomes, FAILED}

    def _told(self, place: str, chunk: int) -> dict[str, str]:
        """What a chunk file says of itself."""
        return {
            "problem": self.problem.id,
            "of": place,
            "seed": str(self.plan.seed),
            "design": self.plan.design,
            "chunk": str(chunk),
        }

    def save(self, task: Task, solved: Solved) -> None:
        """Write what a task has solved, each file whole or not at all.

        Errors  InputError if the disk is full or cannot be written to; what is there stays
        """
        with _told(self.folder, "what was solved before is kept"):
            values = self.problem.values(self.plan.rows(self.problem, task.chunk))
            names = [one.id for one in self.problem.inputs]
            self._write(INPUTS, task.chunk, dict(zip(names, values.T, strict=True)))
            for option in task.options:
                columns = {**solved.outcomes[option], FAILED: solved.failed[option]}
                self._write(self.place(option).name, task.chunk, columns)
            if task.record:
                told = {LIKELIHOOD: solved.likelihood}
                self._write(self.place(None).name, task.chunk, told)

    def _write(self, place: str, chunk: int, columns: Mapping[str, Any]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / place / f"{chunk:05d}.parquet"
        if path.exists() and self._fits(path, chunk):
            return  # of more worlds, or of another run meanwhile: nothing solved is lost
        told = {"tightrope_version": __version__, **self._told(place, chunk)}
        table = pa.table({k: np.asarray(v) for k, v in columns.items()})
        sink = pa.BufferOutputStream()
        pq.write_table(
            table.replace_schema_metadata(told), sink, compression="zstd", write_page_checksum=True
        )
        path.parent.mkdir(exist_ok=True)
        write_whole(path, sink.getvalue().to_pybytes())

    def read(self, place: str, columns: Sequence[str] | None = None) -> dict[str, Any]:
        """Columns of all chunks of a folder, joined in the order of the worlds."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        wanted = None if columns is None else list(columns)
        parts = []
        for chunk in range(self.plan.chunks):
            start, stop = self.plan.span(chunk)
            read = pq.read_table(self.folder / place / f"{chunk:05d}.parquet", columns=wanted)
            parts.append(read.slice(0, stop - start))
        table = pa.concat_tables(parts)
        return {name: table[name].to_numpy() for name in table.column_names}

    def matrix(self, place: str, columns: Sequence[str]) -> Floats:
        """Columns of all chunks of a folder as one array, (worlds, columns), held only once."""
        import pyarrow.parquet as pq

        whole = np.empty((self.plan.draws, len(columns)))
        for chunk in range(self.plan.chunks if columns else 0):
            start, stop = self.plan.span(chunk)
            read = pq.read_table(
                self.folder / place / f"{chunk:05d}.parquet", columns=list(columns)
            )
            for k, name in enumerate(columns):
                whole[start:stop, k] = read[name].to_numpy()[: stop - start]
        return whole


@dataclass(frozen=True)
class Task:
    """One chunk to be solved: its number, the options wanted, and whether the record is."""

    chunk: int
    options: tuple[str, ...]
    record: bool


@contextlib.contextmanager
def _told(folder: Path, kept: str) -> Any:
    """Turn the system's errors into ones that say what is kept and how to go on."""
    try:
        yield
    except OSError as error:
        full = error.errno in FULL
        what = "the disk is full" if full else f"'{folder}' cannot be written ({error.strerror})"
        raise InputError(
            f"{what}; {kept}",
            "TW203",
            Where(str(folder)),
            remedy=("free some space" if full else "give a place where you may write")
            + " and give the same command again: it goes on from there",
        ) from error
