"""An instrument is an option of a case only if its parties are the case's actors in their roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tightrope.case import Case, instrument_of, load_case, new_case, party_problems
from tightrope.treaty import InputError, load_instrument

CASE = load_case("ukraine")


@pytest.mark.parametrize("case", [CASE, load_case("czechoslovakia-1938")], ids=lambda one: one.id)
def test_the_library_fits(case: Case) -> None:
    """No option of a case that ships may name a stranger."""
    for option in case.options:
        assert not list(party_problems(case, instrument_of(case, option)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("UA", "MD", "'MD', a party of budapest-1994, is not the protege of ukraine"),
        ("RU", "BY", "'BY', a party of budapest-1994, is not the challenger of ukraine"),
        ("GB", "KZ", "'KZ', a party of budapest-1994, is not a guarantor of ukraine"),
    ],
)
def test_a_stranger_is_told(old: str, new: str, told: str) -> None:
    """A party in a role that the case does not give it must be told with who could be there."""
    text = load_instrument("budapest-1994")
    parties = [
        party.model_copy(update={"actor": new}) if party.actor == old else party
        for party in text.parties
    ]
    (problem,) = party_problems(CASE, text.model_copy(update={"parties": tuple(parties)}))
    assert (problem.code, problem.what) == ("TW157", told)
    assert old in (problem.allowed or ())


def test_a_case_with_a_foreign_option_does_not_load(tmp_path: Path) -> None:
    """An option of a case whose text protects another state must be refused where it is named."""
    new_case("czechoslovakia-1938", tmp_path / "copy")
    options = tmp_path / "copy" / "options.yaml"
    text = options.read_text()
    first = next(line for line in text.splitlines() if "instrument:" in line)
    options.write_text(text.replace(first, "    instrument: budapest-1994", 1))
    with pytest.raises(InputError, match="'UA', a party of budapest-1994") as caught:
        load_case(tmp_path / "copy")
    where = caught.value.problems()[0].where
    assert where.file == str(options) and where.line is not None
