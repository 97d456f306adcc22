"""Whatever stands in a file, the answer is an instrument or an input error, never a traceback."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tightrope.treaty import (
    InputError,
    Instrument,
    library_ids,
    library_text,
    load_instrument,
    loads_instrument,
)

often = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
long = settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))

TEXTS = {name: library_text(name) for name in library_ids()}
SHARDS = [
    "[", "]", "{", "}", "&a ", "*a", "!!str ", "? ", "- ", ": ", "\t", "\n", "  ", "#", "'", '"',
    "|", ">", "%YAML 9.9\n", "---\n", "...\n", "<<: ", "null", "~", "true", ".nan", ".inf", "-1",
    "1e999", "0x1F", "9" * 400, "2024-13-45", "\x00", "\ufeff", "\u2028", "\x85", "é", "🦊",
    "kind: ", "id: ", "base: nato-membership\n", "all-guarantors", "[]", "{}", "''",
]  # fmt: skip


def take(text: str) -> None:
    """Load a text; anything but an instrument or a well-formed input error is a failure."""
    try:
        assert isinstance(loads_instrument(text, "some.yaml"), Instrument)
    except InputError as error:
        message = str(error)
        assert error.code.startswith("TW1")
        assert "Help: docs/lint.md#tw1" in message
        assert len(message) < 60_000
        assert all(one.code.startswith("TW1") for one in error.problems())


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Take a library text and cut, copy, swap or insert pieces of it."""
    text = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    for _ in range(draw(st.integers(1, 4))):
        first, second = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        second = min(second, first + draw(st.sampled_from([0, 1, 5, 40, 400])))
        piece = text[first:second]
        insert = draw(st.one_of(st.sampled_from(SHARDS), st.text(max_size=8), st.just(piece)))
        way = draw(st.sampled_from(["cut", "insert", "replace", "copy", "line"]))
        if way == "cut":
            text = text[:first] + text[second:]
        elif way == "insert":
            text = text[:first] + insert + text[first:]
        elif way == "replace":
            text = text[:first] + insert + text[second:]
        elif way == "copy":
            text = text[:second] + piece + text[second:]
        else:
            lines = text.split("\n")
            here, there = draw(st.tuples(*[st.integers(0, len(lines) - 1)] * 2))
            lines[here], lines[there] = lines[there], lines[here]
            text = "\n".join(lines)
    return text


@st.composite
def with_value_replaced(draw: st.DrawFn) -> str:
    """Replace the value of one line of a library text: the YAML stays whole, the value does not."""
    lines = TEXTS[draw(st.sampled_from(sorted(TEXTS)))].split("\n")
    keyed = [number for number, line in enumerate(lines) if ": " in line and "#" not in line]
    number = draw(st.sampled_from(keyed))
    key, _, _ = lines[number].partition(": ")
    value = draw(st.one_of(st.sampled_from(SHARDS), st.integers().map(str), st.floats().map(repr)))
    lines[number] = f"{key}: {value}"
    return "\n".join(lines)


def arbitrary() -> st.SearchStrategy[str]:
    """Write any text: letters, or shards of YAML in any order."""
    return st.one_of(st.text(), st.lists(st.sampled_from(SHARDS)).map("".join))


@often
@given(st.one_of(mutated(), with_value_replaced()))
def test_a_mutated_library_text_never_crashes(text: str) -> None:
    """A damaged library text must be read or refused, never crash the loader."""
    take(text)


@pytest.mark.soak
@long
@given(
    st.one_of(
        mutated(), with_value_replaced(), st.text(), st.lists(st.sampled_from(SHARDS)).map("".join)
    )
)
def test_many_damaged_texts_never_crash(text: str) -> None:
    """The same over many more texts."""
    take(text)


@often
@given(arbitrary())
def test_an_arbitrary_text_never_crashes(text: str) -> None:
    """Any text at all must be read or refused."""
    take(text)


@often
@given(st.binary(max_size=200), st.sampled_from(sorted(TEXTS)), st.integers(0, 3000))
def test_arbitrary_bytes_never_crash(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, name: str, at: int
) -> None:
    """A file with arbitrary bytes in it must be read or refused."""
    path = tmp_path_factory.getbasetemp() / "noise.yaml"
    raw = TEXTS[name].encode()
    path.write_bytes(raw[:at] + noise + raw[at:])
    try:
        load_instrument(path)
    except InputError as error:
        assert error.problems()


NASTY = {
    "deep lists": "a: " + "[" * 100_000,
    "deep blocks": "{a: " * 50_000,
    "deep indents": "\n".join(" " * n + "a:" for n in range(400)),
    "deep dashes": "- " * 20_000,
    "alias bomb": "a: &a [x,x]\n" + "\n".join(f"b{n}: &b{n} [*a,*a]" for n in range(99)),
    "recursive alias": "a: &a [*a]",
    "merge key": "<<: {id: x}",
    "huge integer": f"schema_version: {'9' * 100_000}",
    "huge exponent": "schema_version: 1e999999999",
    "huge hex": f"schema_version: 0x{'F' * 50_000}",
    "sixty": "schema_version: 190:20:30",
    "long key": f"{'k' * 5000}: 1",
    "long text": "a: " + "x" * 2_000_000,
    "many values": "a: [" + "1," * 60_000 + "1]",
    "empty": "",
    "blank": " \n \n",
    "comment": "# nothing",
    "null": "null",
    "mark": "\ufeff",
    "directive": "%YAML 3.0\n---\na: 1",
    "tag": "!!python/object/apply:os.system ['true']",
    "tag on key": "!!int a: 1",
    "surrogate": "a: \ud800",
    "nul": "a: \x00",
    "null key": "? \n: 1",
    "list key": "[a]: 1",
    "number key": "1: 2",
    "timestamp": "dates: 2001-12-14t21:59:43.10-05:00",
    "binary": "a: !!binary R0lGODlhDAAMAIQAAP",
    "base is a list": "base: [a]\nid: x\ntitle: x\nchanges: []",
    "base is a folder": "base: /\nid: x\ntitle: x\nchanges: []",
    "base has a nul": 'base: "a\\0b.yaml"\nid: x\ntitle: x\nchanges: []',
    "base is long": f"base: {'x/' * 5000}.yaml\nid: x\ntitle: x\nchanges: []",
}


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_text_is_refused_quickly(name: str) -> None:
    """A text made to crash or to stall a reader must be refused, within two seconds."""
    begin = time.perf_counter()
    with pytest.raises(InputError):
        loads_instrument(NASTY[name], "nasty.yaml")
    assert time.perf_counter() - begin < 2


def test_a_chain_of_drafts_ends(tmp_path: Path) -> None:
    """Drafts based on drafts must resolve, and two that rest on each other must be refused."""
    head = "id: {0}\ntitle: Draft {0}\nchanges: []\n"
    (tmp_path / "a.yaml").write_text("base: budapest-1994\n" + head.format("a"))
    (tmp_path / "b.yaml").write_text("base: a.yaml\n" + head.format("b"))
    assert load_instrument(tmp_path / "b.yaml").clauses == load_instrument("budapest-1994").clauses
    (tmp_path / "a.yaml").write_text("base: b.yaml\n" + head.format("a"))
    with pytest.raises(InputError, match="circle"):
        load_instrument(tmp_path / "a.yaml")
