"""Runs the Python of the pages on history and writes what it prints into them.

    TIGHTROPE_DATA=… python tests/docs/history_pages.py

Blocks of a page run in order, in one namespace. A `text` block straight after a `python` block is
what that block prints; a table after `<!-- replication: NAME -->` lays a published estimate beside
ours.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path
from typing import Any

from tightrope.history.fit import fit
from tightrope.history.panels import read_panel
from tightrope.history.published import published

HISTORY = Path(__file__).resolve().parents[2] / "docs" / "history"
SLOW = ("bayes.md",)
_BLOCK = re.compile(
    r"^```python\n(?P<code>.*?)^```\n(?P<out>\n```text\n(?P<text>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_TABLE = re.compile(
    r"^(?P<mark><!-- replication: (?P<name>\w+) -->\n)(?P<table>(?:.*\n)*?)(?=\n|\Z)", re.MULTILINE
)


def pages() -> list[str]:
    """The pages on history."""
    return sorted(page.name for page in HISTORY.glob("*.md"))


def rewritten(page: str) -> str:
    """The page with what its blocks print now, and its tables as they come out now."""
    space: dict[str, Any] = {"__name__": page}

    def run(block: re.Match[str]) -> str:
        heard = io.StringIO()
        with contextlib.redirect_stdout(heard):
            exec(compile(block["code"], page, "exec"), space)  # the page's own text
        said = "\n".join(line.rstrip() for line in heard.getvalue().splitlines())
        out = f"\n```text\n{said}\n```\n" if said else ""
        return f"```python\n{block['code']}```\n{out}"

    text = _BLOCK.sub(run, (HISTORY / page).read_text(encoding="utf-8"))
    return _TABLE.sub(lambda found: found["mark"] + replication(found["name"]), text)


def replication(name: str) -> str:
    """The table of a published estimate beside ours, in Markdown."""
    known = published(name)
    found = fit(
        known["game"], known["formula"], read_panel(known["data"]), starts=0, **known["settings"]
    )
    lines = [
        "| | published | obtained | difference in SEs | SE published | SE obtained |",
        "|---|---|---|---|---|---|",
    ]
    for row in found.compare(known).itertuples():
        gap = abs(row.difference_in_se)
        lines.append(
            f"| `{row.Index}` | {row.published:.4f} | {row.obtained:.4f} | "
            f"{'< 0.00001' if gap < 1e-5 else f'{gap:.5f}'} | "
            f"{row.published_se:.4f} | {row.obtained_se:.4f} |"
        )
    lines.append(f"| log-likelihood | {known['loglik']:.5f} | {found.loglik:.5f} | | | |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("TIGHTROPE_DATA", str(HISTORY.parents[2] / "shared" / "data"))
    for name in pages():
        (HISTORY / name).write_text(rewritten(name), encoding="utf-8")
