"""A program that was laid out once is taken from the disk, and gives the same numbers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tightrope.game import kept as under_test
from tightrope.game.kept import kept, lasting_name, source_digest


class Answer(NamedTuple):
    """A form of answer that is neither tuple nor dict, with a gap."""

    total: Any
    parts: dict[str, Any]
    gap: None = None


class Counted:
    """A function of arrays that counts how often it is laid out."""

    def __init__(self) -> None:
        self.times = 0

    def run(self, name: str = "counted", power: Any = 2) -> Callable[..., Answer]:
        """The function as a process that has just begun would have it."""

        def body(values: dict[str, Any], *, power: Any) -> Answer:
            self.times += 1
            parts = {key: jnp.exp(value) ** 2 for key, value in values.items()}
            return Answer(sum(jnp.sum(part) for part in parts.values()), parts)

        fixed = jax.jit(kept(body, ("power",), name), static_argnames=("power",))
        return lambda values: fixed(values, power=power)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty compile cache, from which the one of the session is taken back afterwards."""
    before = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", str(tmp_path))
    yield tmp_path / "traced"
    jax.config.update("jax_compilation_cache_dir", before)


VALUES = {"a": jnp.arange(3.0), "b": jnp.array([[0.1, -0.2]])}


def same(one: Answer, two: Answer) -> None:
    """The two must agree in form and to the last bit."""
    assert jax.tree.structure(one) == jax.tree.structure(two)
    for left, right in zip(jax.tree.leaves(one), jax.tree.leaves(two), strict=True):
        np.testing.assert_array_equal(left, right)


def test_the_second_run_lays_nothing_out(folder: Path) -> None:
    """What one run stored must answer the next with the same form and the same bits."""
    counted = Counted()
    plain = counted.run(name="")(VALUES)
    assert counted.times == 1
    same(counted.run()(VALUES), plain)
    assert counted.times == 2
    same(counted.run()(VALUES), plain)
    assert counted.times == 2
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "power", "values"),
    [
        ("another", 2, VALUES),
        ("counted", 3, VALUES),
        ("counted", 2, {"a": VALUES["a"], "c": VALUES["b"]}),
        ("counted", 2, {"a": jnp.arange(4.0), "b": VALUES["b"]}),
        ("counted", 2, {"a": jnp.arange(3), "b": VALUES["b"]}),
    ],
    ids=["name", "fixed", "form", "shape", "kind"],
)
def test_what_differs_is_laid_out_anew(folder: Path, name: str, power: int, values: Any) -> None:
    """Another name, fixed argument, form, shape or kind of number must be another program."""
    counted = Counted()
    counted.run()(VALUES)
    counted.run(name, power)(values)
    assert counted.times == 2
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("harm", ["cut", "changed", "emptied"])
def test_a_damaged_file_is_not_believed(folder: Path, harm: str) -> None:
    """A file that is cut, changed or empty must be replaced by a sound one."""
    counted = Counted()
    first = counted.run()(VALUES)
    (file,) = folder.iterdir()
    sound = file.read_bytes()
    flipped = sound[:-1] + bytes([sound[-1] ^ 1])
    file.write_bytes({"cut": sound[:-9], "changed": flipped, "emptied": b""}[harm])
    same(counted.run()(VALUES), first)
    assert counted.times == 2
    same(counted.run()(VALUES), first)
    assert counted.times == 2


def test_where_nothing_can_be_stored_the_answer_is_the_same(folder: Path) -> None:
    """A file in the place of the folder must cost time and nothing else."""
    folder.write_text("in the way", encoding="utf-8")
    counted = Counted()
    same(counted.run()(VALUES), counted.run(name="")(VALUES))
    assert folder.read_text(encoding="utf-8") == "in the way"


def test_what_does_not_say_what_it_holds_is_not_kept(folder: Path) -> None:
    """A fixed argument known by its address, or a function without a name, must not be stored."""
    counted = Counted()
    counted.run(power=object())(VALUES)
    counted.run(name="")(VALUES)
    assert not folder.exists()
    assert lasting_name(Counted().run()) == ""
    assert lasting_name(shutil.copy) == ""
    assert lasting_name(source_digest) == "tightrope.game.kept.source_digest"
    for borrowed in (jax.jit(lasting_name), jax.grad(lasting_name), jax.vmap(lasting_name)):
        assert lasting_name(borrowed) == ""


def test_any_change_of_the_source_is_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One letter in one file, or a file's name, must change the digest of the source."""
    monkeypatch.setattr(under_test, "PACKAGE", tmp_path)
    seen = {source_digest()}
    assert seen == {""}
    for name, text in (("a.py", "x = 1"), ("a.py", "x = 2"), ("b.py", ""), ("c/b.py", "")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        seen.add(source_digest())
    assert len(seen) == 5


def test_a_source_changed_while_the_process_runs_stores_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the files say something else than what runs, programs must not be kept under either."""
    counted = Counted()
    monkeypatch.setattr(under_test, "source_digest", lambda: "another")
    first = counted.run()(VALUES)
    assert not folder.exists()
    same(counted.run()(VALUES), first)
    assert counted.times == 2


def test_a_full_disk_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file cannot take its place, no other file may be left."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    Counted().run()(VALUES)
    assert list(folder.iterdir()) == []
