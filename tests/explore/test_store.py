"""What is solved is kept: after a kill, a broken file, a full disk; and never solved twice."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from doubles import CHUNK, DRAWS, Failing, Slow, ask, drawn, same

from tightrope.explore import Session, TestProblem, draw
from tightrope.explore.store import FAILED, Plan, Store
from tightrope.treaty import InputError

HERE = Path(__file__).resolve().parent


def chunks(root: Path) -> list[Path]:
    """Chunk files of the option."""
    return sorted(root.glob("draws-*/firm@*/*.parquet"))


def test_after_a_kill_it_goes_on_and_gives_the_same(tmp_path: Path) -> None:
    """A killed run leaves whole chunks; the next solves only the others and nothing differs."""
    root, log = tmp_path / "store", tmp_path / "log"
    log.mkdir()
    run = subprocess.Popen([sys.executable, HERE / "doubles.py", root], cwd=HERE)
    while len(chunks(root)) < 3:
        assert run.poll() is None, "the run ended before it could be killed"
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    kept = len(chunks(root))
    assert 3 <= kept < DRAWS // CHUNK
    went_on = drawn(Slow("crossing", str(log)), root)
    assert len(list(log.iterdir())) in (DRAWS // CHUNK - kept, DRAWS // CHUNK - kept + 1)
    assert same(went_on, drawn(TestProblem("crossing"), tmp_path / "other"))


BROKEN = ["half", "empty", "rubbish", "short", "removed", "zeros", "bit", "column", "other"]


@pytest.mark.parametrize("break_it", BROKEN)
def test_a_broken_chunk_is_recognised_and_solved_again(tmp_path: Path, break_it: str) -> None:
    """Half a file, a bad page, another's or one of too few worlds: found, solved, the same."""
    whole = drawn(TestProblem("crossing"), tmp_path / "s")
    path = chunks(tmp_path / "s")[4]
    content = path.read_bytes()
    if break_it == "short":
        pq.write_table(pq.read_table(path).slice(0, 3), path)
    elif break_it == "column":
        pq.write_table(pq.read_table(path).drop_columns(["y"]), path)
    elif break_it == "other":
        path.write_bytes(chunks(tmp_path / "s")[5].read_bytes())
    elif break_it == "removed":
        path.unlink()
    elif break_it in ("zeros", "bit"):
        column = pq.read_metadata(path).row_group(0).column(0)
        end = column.dictionary_page_offset + column.total_compressed_size
        bad = bytes(16) if break_it == "zeros" else bytes([content[end - 1] ^ 1])
        path.write_bytes(content[: end - len(bad)] + bad + content[end:])
        assert pq.read_metadata(path).num_rows == CHUNK, "the footer is whole"
    else:
        path.write_bytes({"half": content[: len(content) // 2], "empty": b""}.get(break_it, b"x"))
    log = tmp_path / "log"
    log.mkdir()
    mended = drawn(Slow("crossing", str(log)), tmp_path / "s")
    assert same(whole, mended)
    assert mended.notes["mended"] == (0 if break_it == "removed" else 1)
    assert len(list(log.iterdir())) == 1, "only the broken chunk is solved again"


def test_nothing_is_solved_twice_and_more_draws_go_on(tmp_path: Path) -> None:
    """The same draws again cost nothing; more of them solve only what is new."""
    log = tmp_path / "log"
    log.mkdir()
    problem = Slow("crossing", str(log))
    drawn(problem, tmp_path / "s")
    first = len(list(log.iterdir()))
    drawn(problem, tmp_path / "s")
    assert len(list(log.iterdir())) == first == DRAWS // CHUNK
    more = draw(problem, Session(tmp_path / "s", chunk=CHUNK), DRAWS + 2 * CHUNK, 3)
    assert len(list(log.iterdir())) == first + 2
    assert same(more, draw(problem, Session(tmp_path / "o", chunk=CHUNK), DRAWS + 2 * CHUNK, 3))


def test_fewer_draws_lose_nothing(tmp_path: Path) -> None:
    """Fewer draws are read from what more have left, and more find it as it was."""
    log = tmp_path / "log"
    log.mkdir()
    problem = Slow("crossing", str(log))
    whole = drawn(problem, tmp_path / "s")
    solved = len(list(log.iterdir()))
    few = draw(problem, Session(tmp_path / "s", chunk=CHUNK), 3 * CHUNK - 3, 3)
    assert same(few, draw(TestProblem("crossing"), Session(tmp_path / "o", chunk=CHUNK), 21, 3))
    chunks(tmp_path / "s")[2].unlink()  # solved for fewer worlds beside inputs of more
    draw(problem, Session(tmp_path / "s", chunk=CHUNK), 3 * CHUNK - 3, 3)
    inputs = next(tmp_path.glob("s/draws-*/inputs/00002.parquet"))
    assert pq.read_metadata(inputs).num_rows == CHUNK
    assert len(list(log.iterdir())) == solved + 1
    assert same(whole, drawn(problem, tmp_path / "s"))
    assert len(list(log.iterdir())) == solved + 2


def test_a_full_disk_is_told_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says so, no half file is left, and the same command goes on afterwards."""
    written, real = [], os.replace

    def full(source: str, target: str) -> None:
        written.append(target)
        if len(written) > 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(
        InputError, match="the disk is full; what was solved before is kept"
    ) as told:
        drawn(TestProblem("crossing"), tmp_path / "s")
    assert "it goes on from there" in str(told.value) and told.value.code == "TW203"
    monkeypatch.undo()
    left = [path.name for path in (tmp_path / "s").rglob("*") if path.is_file()]
    assert left and all(not name.startswith(".") for name in left), left
    assert same(
        drawn(TestProblem("crossing"), tmp_path / "s"),
        drawn(TestProblem("crossing"), tmp_path / "o"),
    )


def test_failed_cells_are_counted_and_never_used(tmp_path: Path) -> None:
    """A cell said to have failed is missing in what is read, though its number was stored."""
    draws = drawn(Failing("crossing"), tmp_path)
    y = draws.result("firm", "y")
    assert 0 < draws.failed["firm"] == np.isnan(y).sum() < DRAWS / 4
    assert np.nanmax(y) < 1.0
    stored = np.concatenate([pq.read_table(p)["y"].to_numpy() for p in chunks(tmp_path)])
    assert stored.max() == 1e9
    assert FAILED in pq.read_schema(chunks(tmp_path)[0]).names


def test_a_store_tells_what_it_is_of(tmp_path: Path) -> None:
    """Each file carries version, problem, seed, design and chunk; inputs stand beside outcomes."""
    drawn(TestProblem("crossing"), tmp_path)
    told = pq.read_schema(chunks(tmp_path)[2]).metadata
    assert {k: told[k] for k in (b"problem", b"seed", b"design", b"chunk")} == {
        b"problem": b"crossing", b"seed": b"3", b"design": b"sobol", b"chunk": b"2",
    }  # fmt: skip
    inputs = pq.read_table(next(tmp_path.glob("draws-*/inputs/00002.parquet")))
    assert inputs.column_names == ["talks", "trust"] and inputs.num_rows == CHUNK


def test_another_text_or_seed_has_another_place(tmp_path: Path, small_problem: object) -> None:
    """What outcomes depend on decides where they lie: seed, design, ranges, text and terms."""
    problem = TestProblem("crossing")
    base = Plan("draws", 64, 0, "sobol", 8)
    for other in (replace(base, seed=1), replace(base, design="lhs"), replace(base, chunk=16)):
        assert other.key(problem) != base.key(problem)
    assert replace(base, draws=128).key(problem) == base.key(problem)
    case_problem = small_problem
    case = case_problem.case  # type: ignore[attr-defined]
    first, second = case_problem.options  # type: ignore[attr-defined]
    assert case_problem.key(first) != case_problem.key(second)  # type: ignore[attr-defined]
    option = case.option(first)
    other_terms = option.settlement.model_copy(update={"relief": 0.123})
    changed = case.model_copy(
        update={
            "options": tuple(
                o.model_copy(update={"settlement": other_terms}) if o.id == first else o
                for o in case.options
            )
        }
    )
    moved = replace(case_problem, case=changed)  # type: ignore[type-var]
    assert moved.key(first) != case_problem.key(first)  # type: ignore[attr-defined]
    assert moved.key(second) == case_problem.key(second)  # type: ignore[attr-defined]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file in the way is no traceback."""
    (tmp_path / "s").write_text("here")
    with pytest.raises(InputError, match="cannot be written"):
        Store.open(tmp_path / "s", TestProblem("crossing"), Plan("draws", 8, 0, "sobol"))


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    """A file that was not finished goes when it is old; one that may be in use stays."""
    plan, problem = Plan("draws", 8, 0, "sobol"), TestProblem("crossing")
    store = Store.open(tmp_path, problem, plan)
    old, new = (store.folder / "inputs" / f".00000.parquet.{name}" for name in ("old", "new"))
    for place in (old, new):
        place.touch()
    os.utime(old, (0, 0))
    Store.open(tmp_path, problem, plan)
    assert not old.exists() and new.exists()


def test_inputs_that_nobody_looks_at_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order of options, which looks at outcomes only, holds no inputs of its worlds."""
    whole = drawn(TestProblem("crossing"), tmp_path)
    bare = draw(TestProblem("crossing"), Session(tmp_path, chunk=CHUNK), DRAWS, 3, inputs=())
    assert bare.inputs == () and bare.values.shape == (DRAWS, 0)
    np.testing.assert_array_equal(bare.result("firm", "y"), whole.result("firm", "y"))
    asked: list[int] = []
    matrix = Store.matrix

    def kept(store: Store, place: str, columns: Sequence[str]) -> Any:
        asked.append(len(columns))
        return matrix(store, place, columns)

    monkeypatch.setattr(Store, "matrix", kept)
    for kind, read in (("robust", 0), ("discovery", len(whole.inputs))):
        ask("crossing", kind, tmp_path, draws=256)
        assert asked.pop() == read
