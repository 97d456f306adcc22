"""Writes docs/lint.md from the code: `python tests/treaty/lint_page.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tightrope.case.codes import CASE_CODES, CLAIM_CODES, LEVER_CODES
from tightrope.cli.codes import CLI_CODES
from tightrope.explore.codes import EXPLORE_CODES
from tightrope.history.codes import HISTORY_CODES
from tightrope.history.panels import PANEL_CODES
from tightrope.treaty import INPUT_CODES, LINT_CODES, library_ids, lint, load_instrument

PAGE = Path(__file__).resolve().parents[2] / "docs" / "lint.md"

HEAD = """\
# Lint and input errors

<!-- Written by tests/treaty/lint_page.py; a test holds this page to the code. -->

`tightrope lint` reads the text of a guarantee and says where its promise leaks: the article, why it
is a leak, and wording that would mend it. A finding is no failure of the program; an *input error*
(codes from TW101) is a file that cannot be used at all.

```console
$ tightrope lint budapest-1994
...TW001...security-council...
```

Codes are stable: one that is published never gets another meaning. `error` marks what voids the
promise, `warning` what weakens it, `note` what is worth knowing.

## What lint finds

| code | severity | name | meaning | seen in |
|---|---|---|---|---|
"""

MIDDLE = """
Who counts as a friend of the challenger is a fact of the case, not of the text; give the friends
where you ask, and TW001 looks for them too. How long the threat lasts is taken as ten years.

## What cannot be read

Every message names file, line and field, what is wrong, what is allowed, what was probably meant
and how to mend it. Files are YAML 1.2 without aliases and tags, so `no`, `yes` and `on` are words;
put them in quotes if other programs read the file too, as the library does.

"""


def row(code: str, *cells: str) -> str:
    """Write a row of a table with an anchor for links to the code."""
    return f'| <a id="{code.lower()}"></a>{code} | ' + " | ".join(cells) + " |"


def seen() -> dict[str, list[str]]:
    """List for each lint code the library instruments that show it."""
    found: dict[str, list[str]] = {code: [] for code in LINT_CODES}
    for name in library_ids():
        for code in sorted({one.code for one in lint(load_instrument(name))}):
            found[code].append(f"`{name}`")
    return found


def lines() -> Iterator[str]:
    """Write the page line by line."""
    examples = seen()
    yield HEAD.rstrip("\n")
    for rule in LINT_CODES.values():
        where = ", ".join(examples[rule.code]) or "no library text"
        yield row(rule.code, rule.severity, rule.name, rule.meaning, where)
    yield MIDDLE.rstrip("\n")
    for title, codes in (
        ("Instruments and drafts", INPUT_CODES),
        ("Cases", CASE_CODES),
        ("Claims of experts", CLAIM_CODES),
        ("Levers and searches", LEVER_CODES),
        ("The command line", CLI_CODES),
        ("Exploring", EXPLORE_CODES),
        ("Estimation", HISTORY_CODES),
        ("Panels of data", PANEL_CODES),
    ):
        yield f"\n### {title}\n\n| code | meaning |\n|---|---|"
        for code, meaning in codes.items():
            yield row(code, meaning)


def page() -> str:
    """Return the whole page."""
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
