"""How an input error reads, and what helps a reader of it."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.treaty import InputError, InputErrors, Where, did_you_mean
from tightrope.treaty.errors import field_path, path_parts, raise_all


def test_a_full_message_has_all_its_parts() -> None:
    """A message must give place, fault, what is allowed, what was meant, the remedy and help."""
    where = Where("drafts/coalition.yaml", 41, "clauses[3].rule")
    error = InputError(
        "'consensuss' is not a rule", "TW104", where, ("consensus", "majority"), "use one",
        "consensuss",
    )  # fmt: skip
    assert str(error) == (
        "drafts/coalition.yaml:41  clauses[3].rule: 'consensuss' is not a rule.\n"
        "  Allowed: consensus, majority.\n"
        "  Did you mean 'consensus'?\n"
        "  How to mend: use one.\n"
        "  Help: docs/lint.md#tw104"
    )


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        (Where(), "what."),
        (Where("a.yaml"), "a.yaml: what."),
        (Where("a.yaml", 3), "a.yaml:3: what."),
        (Where(None, 3, "id"), "line 3  id: what."),
        (Where(None, None, "id"), "id: what."),
    ],
)
def test_a_message_leaves_out_what_is_not_known(where: Where, shown: str) -> None:
    """A place known in part must be shown in part, without holes."""
    assert str(InputError("what", "TW101", where)).splitlines()[0] == shown


def test_a_long_list_of_words_is_cut() -> None:
    """A list of a hundred words must not fill the screen."""
    text = str(InputError("what", "TW104", allowed=tuple(f"word{n}" for n in range(100))))
    assert "and 76 more" in text and "word99" not in text


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("consensuss", "consensus"),
        ("Majority", "majority"),
        ("un_security_council", "un-security-council"),
        ("UN Security Council", "un-security-council"),
        ("banana", None),
        ("", None),
    ],
)
def test_the_word_meant(word: str, meant: str | None) -> None:
    """A slip of the pen must be guessed, a different word must not."""
    assert did_you_mean(word, ["consensus", "majority", "un-security-council"]) == meant


def test_errors_survive_a_process_boundary() -> None:
    """An error raised in a worker must arrive whole."""
    one = InputError("what", "TW104", Where("a", 1, "b"), ("x",), "mend", "y")
    for error in (one, InputErrors([one, InputError("other")])):
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is type(error) and str(copy) == str(error)


def test_several_problems_are_placed_each() -> None:
    """Placing several problems must keep them all, also where they are gathered with others."""
    here = Where("a.yaml", 3, "id")
    several = InputErrors([InputError("one", "TW104", Where(field="x")), InputError("two")])
    for error, fields in ((several.at(here), ["x", "id"]), (several.placed(here), ["id", "id"])):
        assert [one.what for one in error.problems()] == ["one", "two"]
        assert [one.where for one in error.problems()] == [
            Where("a.yaml", 3, field) for field in fields
        ]
        assert str(error).count("a.yaml:3") == 2
    with pytest.raises(InputErrors) as caught:
        raise_all([several.at(here), InputError("three")])
    assert [one.what for one in caught.value.problems()] == ["one", "two", "three"]


names = st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=8)


@given(names, st.lists(st.one_of(names, st.integers(0, 10**6))))
def test_paths_read_back(first: str, others: list[str | int]) -> None:
    """A path written in YAML terms must read back as its parts."""
    parts = [first, *others]
    assert list(path_parts(field_path(parts))) == parts
