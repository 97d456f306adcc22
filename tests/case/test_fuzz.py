"""Whatever stands in its files, a case is read or refused with an input error."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from case_files import copy_of_the_case
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tightrope.case import Case, check_sources, load_case, override, read_parameter_csv
from tightrope.case.new import case_texts
from tightrope.treaty import InputError

TEXTS = case_texts("ukraine")
CASE = load_case("ukraine")
SNIPPETS = st.sampled_from(
    ["", ":", "- ", "{", "}", "[", "]", '"', "'", "\n", "  ", "\t", "&a ", "*a", "!!python/none ",
     "null", ".nan", ".inf", "-1", "1e999", "9" * 40, "yes", "no", "é", "\0", "% ", "@", "|", ">",
     "<<: *a", "US", "2026-02-30", "#"]
)  # fmt: skip
few = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, str]:
    """One file of the case with a few pieces cut out or put in."""
    name = draw(st.sampled_from(sorted(TEXTS)))
    text = TEXTS[name]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 30))
        text = text[:at] + draw(SNIPPETS) + text[at + cut :]
    return name, text


def load_with(name: str, text: str | bytes) -> None:
    """Load a copy of the case with one file replaced; pass over input errors only."""
    with tempfile.TemporaryDirectory() as folder:
        case = copy_of_the_case(Path(folder))
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        (case / name).write_bytes(raw)
        with contextlib.suppress(InputError):
            check_sources(load_case(case))


@few
@given(damaged())
def test_a_damaged_file_is_read_or_refused(change: tuple[str, str]) -> None:
    """Cuts and insertions must never raise anything but an input error."""
    load_with(*change)


@few
@given(st.sampled_from(sorted(TEXTS)), st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_any_text_in_a_file_is_read_or_refused(name: str, text: str | bytes) -> None:
    """Arbitrary text or bytes must never raise anything but an input error."""
    load_with(name, text)


@few
@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_any_table_is_read_or_refused(table: str | bytes) -> None:
    """Arbitrary text or bytes must never raise anything but an input error."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(
            table if isinstance(table, bytes) else table.encode("utf-8", "surrogatepass")
        )
        with contextlib.suppress(InputError):
            read_parameter_csv(CASE, path)


@few
@given(st.lists(st.text(max_size=20), min_size=4, max_size=4))
def test_any_row_is_read_or_refused(cells: list[str]) -> None:
    """A row of odd cells under a good header must never raise anything but an input error."""
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in ["audience", *cells[1:]])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(f"id,value,low,high\n{row}\n".encode("utf-8", "surrogatepass"))
        with contextlib.suppress(InputError):
            read_parameter_csv(CASE, path)


@few
@given(st.lists(st.text(max_size=30), max_size=3))
def test_any_setting_is_read_or_refused(words: list[str]) -> None:
    """Arbitrary settings must never raise anything but an input error."""
    with contextlib.suppress(InputError):
        override(CASE, words)


@few
@given(
    st.sampled_from([parameter.id for parameter in CASE.parameters]),
    st.floats(),
    st.floats(),
)
def test_a_setting_gives_a_sound_range_or_is_refused(name: str, low: float, high: float) -> None:
    """What is accepted must have low <= centre <= high, all finite."""
    with contextlib.suppress(InputError):
        changed: Case = override(CASE, [f"{name}={low!r}:{high!r}"])
        one = changed.parameter(name)
        assert float("-inf") < one.low <= one.value <= one.high < float("inf")
