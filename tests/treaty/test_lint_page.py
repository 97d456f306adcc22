"""The page on lint and input errors says what the code does."""

from __future__ import annotations

import re

from lint_page import PAGE, page

from tightrope.treaty import INPUT_CODES, LINT_CODES


def test_the_page_is_that_of_the_code() -> None:
    """docs/lint.md must list every code as the code has it (run tests/treaty/lint_page.py)."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_code_has_its_anchor() -> None:
    """The address in a message must lead to the row of its code."""
    anchors = re.findall(r'<a id="(tw\d{3})">', page())
    assert len(anchors) == len(set(anchors))
    assert {code.lower() for code in (*LINT_CODES, *INPUT_CODES)} <= set(anchors)


def test_codes_have_their_form_and_room() -> None:
    """Lint codes stand below TW100 and input errors above, so that they cannot be confused."""
    assert all(re.fullmatch(r"TW0\d\d", code) for code in LINT_CODES)
    assert all(re.fullmatch(r"TW1\d\d", code) for code in INPUT_CODES)
    assert [rule.code for rule in LINT_CODES.values()] == list(LINT_CODES)
