"""Writes the README's picture, answer and reading from the model: `make readme`."""

from __future__ import annotations

import io
import re
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from tightrope.case import load_case
from tightrope.cli.reporting import results_of
from tightrope.cli.screens import assessment_screen
from tightrope.guarantee import Assessment, assess
from tightrope.report.tightrope import tightrope

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "img" / "tightrope.svg"
SEED, COLUMNS, LINE = 0, 80, 98


def readme(draws: int) -> tuple[str, str]:
    """The README as it must read, and its picture, for a run of so many draws."""
    case = load_case("ukraine")
    assessment = assess(case, None, draws, SEED)
    picture = tightrope(results_of(case, assessment, ""), equal_terms=True)
    text = README.read_text(encoding="utf-8")
    text = between(text, "answer", f"```console\n$ make assess\n{screen(assessment, draws)}```\n")
    text = between(
        text, "aloud", f"{picture.title}: that is the picture above. {aloud(assessment)}"
    )
    return text, picture.alone()


def between(text: str, name: str, body: str) -> str:
    """The text with what stands between the two comments of this name replaced."""
    pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)"
    return re.sub(pattern, lambda match: match[1] + body + match[2], text, flags=re.DOTALL)


def screen(assessment: Assessment, draws: int) -> str:
    """What `make assess` prints at the end."""
    out = io.StringIO()
    console = Console(file=out, width=COLUMNS, highlight=False, markup=False)
    for part in assessment_screen(assessment.case, assessment, draws, SEED):
        console.print(part)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    return "\n".join([*lines, "Open out/ukraine/report.html in a browser.", ""])


def aloud(assessment: Assessment) -> str:
    """The first row of the ranking, and the row that deters most, in sentences."""
    rows = assessment.ranking()
    first = rows[0]
    signed = [row for row in rows if row["deterrence_equal_terms"]["mean"] is not None]
    strong = max(signed, key=lambda row: row["deterrence_equal_terms"]["mean"])
    told = [
        f"The first row says: *{first['title']}* is settled and then holds for ten years in "
        f"{percent(first['durable'], '% of cases')}.{limits(assessment, first)}"
    ]
    if strong is not first:
        told.append(
            f"The duties that deter most are those of *{strong['title']}*: on the same terms for "
            f"all, they raise the chance that no attack comes by "
            f"{percent(strong['deterrence_equal_terms'], 'percentage points')}."
            f"{limits(assessment, strong)} As a package, with its own terms, it is "
            f"durable in {percent(strong['durable'], '% of cases')}."
        )
    told.append("The ranges are wide because the inputs are; each input is listed with its source.")
    # The name of a clause must not be broken at its hyphen.
    lines = [textwrap.fill(part, LINE, break_on_hyphens=False) for part in told]
    return "\n\n".join(lines) + "\n"


def percent(spread: Mapping[str, Any], unit: str) -> str:
    """A mean with its range, in words."""
    mean, low, high = (round(100 * spread[key]) + 0 for key in ("mean", "p05", "p95"))
    return f"{mean} {unit} (between {low} and {high} in nine draws of ten)"


def limits(assessment: Assessment, row: Mapping[str, Any]) -> str:
    """Who limits an option and where it is weakest, in a sentence."""
    if not row["blocked_by"]:
        return ""
    name = assessment.case.actor(row["blocked_by"]).name
    clause = f"; its weakest clause: `{row['weakest_clause']}`" if row["weakest_clause"] else ""
    return f" Of those whose yes it needs, {name} is the least willing most often{clause}."


if __name__ == "__main__":
    new, drawing = readme(int(sys.argv[1]))
    README.write_text(new, encoding="utf-8")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawing, encoding="utf-8")
