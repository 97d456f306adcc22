"""A run cut short goes on where it stopped, to the same bits; what is not whole is not used."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from small_case import SmallCase

from tightrope.case import override
from tightrope.guarantee import solve_options, unfinished
from tightrope.guarantee.assess import Result

OPTIONS = ("budapest-1994", "bare-ceasefire")
DRAWS, CHUNK = 6, 4


class Cut(Exception):
    """The run is cut short."""


def arrays(result: Result) -> list[np.ndarray]:
    """All numbers of a result."""
    parts = (result.scalars, result.equal, result.accept, result.respond, result.time)
    return [np.asarray(leaf) for leaf in jax.tree.leaves(parts)]


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each option that is solved in a chunk of worlds, and not recalled."""
    calls: list[int] = []
    under_test = sys.modules[solve_options.__module__]  # its name is that of a function too
    evaluate = under_test.evaluate_option  # type: ignore[attr-defined]

    def counted(*given: Any) -> Any:
        calls.append(len(calls))
        return evaluate(*given)

    monkeypatch.setattr(under_test, "evaluate_option", counted)
    return calls


def run(
    small: SmallCase,
    keep: Path | None,
    seed: int = 1,
    stop: int = 0,
    counts: list[tuple[int, int]] | None = None,
) -> list[Result]:
    """The options in two chunks of worlds, cut short once `stop` of the four are done."""

    def progress(what: str, done: int, total: int) -> None:
        if counts is not None:
            counts.append((done, total))
        if done == stop:
            raise Cut

    options = [small.case.option(name) for name in OPTIONS]
    return solve_options(
        small.case, options, DRAWS, seed, chunk=CHUNK, keep=keep, progress=progress
    )


def test_goes_on_where_it_stopped(small: SmallCase, tmp_path: Path, solved: list[int]) -> None:
    """Cut after some of four pieces, a run solves only the others, and all bits are the same."""
    whole = run(small, None)
    assert len(solved) == 4
    with pytest.raises(Cut):
        run(small, tmp_path, stop=2)
    kept = len(list(tmp_path.iterdir()))
    assert 2 <= kept < 4
    solved.clear()
    counts: list[tuple[int, int]] = []
    again = run(small, tmp_path, counts=counts)
    assert len(solved) == 4 - kept
    # Only what is left is counted, so that the time left is told by work and not by reading.
    assert sorted(counts) == [(k + 1, 4 - kept) for k in range(4 - kept)]
    for one, two in zip(whole, again, strict=True):
        for a, b in zip(arrays(one), arrays(two), strict=True):
            np.testing.assert_array_equal(a, b)
    assert run(small, tmp_path) and len(solved) == 4 - kept, "nothing is solved a second time"


def test_what_differs_or_is_not_whole_is_solved_anew(
    small: SmallCase, tmp_path: Path, solved: list[int]
) -> None:
    """Another seed, another number of the case, or a file cut in half: nothing old is used."""
    run(small, tmp_path)
    solved.clear()
    run(small, tmp_path, seed=2)
    assert len(solved) == 4
    moved = override(small.case, {"audience": "0.3"})
    first = moved.option(OPTIONS[0])
    solve_options(moved, [first], DRAWS, 1, chunk=CHUNK, keep=tmp_path)
    assert len(solved) == 6
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    solved.clear()
    run(small, tmp_path)
    assert len(solved) == 4


def test_a_folder_stays_until_the_run_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut short, the folder stays and is found by the same run; then it goes, and old ones too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(Cut), unfinished.going_on("assess a") as first:
        unfinished.keep(first / "x.npz", {"a": np.ones(2), "group": {"b": np.zeros(1)}})
        raise Cut
    assert first.is_dir()
    with unfinished.going_on("assess b") as other:
        assert other != first
    found = unfinished.recall(first / "x.npz")
    assert found is not None and found["group"]["b"].shape == (1,) and found["a"].sum() == 2
    with unfinished.going_on("assess a") as again:
        assert again == first
    assert not first.exists()
    old = first.parent / "old"
    old.mkdir()
    os.utime(old, times=(time.time() - 8 * 86_400,) * 2)
    with unfinished.going_on("assess c"):
        assert not old.exists()


def test_a_disk_that_refuses_does_not_end_the_run(tmp_path: Path) -> None:
    """What cannot be kept is not kept, and what is not there is not recalled."""
    (tmp_path / "file").touch()
    unfinished.keep(tmp_path / "file" / "x.npz", {"a": np.ones(2)})
    assert unfinished.recall(tmp_path / "file" / "x.npz") is None
