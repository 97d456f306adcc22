"""What the texts say, before any number is drawn: the first thing to read while a run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape

from tightrope.report.leaks import findings_list, severity_counts
from tightrope.report.page import document
from tightrope.report.responses import promises
from tightrope.report.results import Text
from tightrope.report.tables import folded, paragraph, table
from tightrope.report.words import MISSING


def reading(title: str, texts: Mapping[str, Text], words: str) -> str:
    """A page of what each option promises and where its text leaks, under `words` on the run.

    title  of the case
    texts  title of each option → what it says, in the order of the case
    """
    rows = [
        (name, _form(text), *_who(text), *severity_counts(text.findings))
        for name, text in texts.items()
    ]
    head = (
        "Option", "Form", "States whose promise includes force", "States that promise help only",
        "Errors", "Warnings", "Notes",
    )  # fmt: skip
    note = (
        "What is promised against a full attack once the text is in force, and for a text that "
        "promises membership once the state is a member; the words may leave the choice. Then the "
        "leaks in the words; no number of the model is in this table"
    )
    told = "".join(_option(name, text) for name, text in texts.items())
    lead = paragraph(
        "Read from the clauses alone. A leak is a place where the words let the promise run out: "
        "an error voids the promise there, a warning weakens it, a note is worth knowing. Who "
        "would sign, who would come and whether peace would hold is being worked out."
    )
    body = f"""<p class="preview">{escape(words)}</p>
<section class="page" id="texts"><h1>{escape(_headline(len(texts)))}</h1>
{lead}
{table(head, rows, note)}
{told}</section>"""
    return document(f"Preview: {title}, what the texts say", body)


def _headline(number: int) -> str:
    return f"What {number} texts say" if number > 1 else "What the text says"


def _form(text: Text) -> str:
    return text.form.replace("-", " ") or MISSING


def _who(text: Text) -> tuple[str, str]:
    """How many states promise force, and how many help only, against a full attack."""
    if not text.profile:
        return MISSING, MISSING
    kinds = Counter(kind for (_, level), kind in promises(text.profile).items() if level == "full")
    return str(kinds["force"]), str(kinds["help"])


def _option(name: str, text: Text) -> str:
    """One option's promise and leaks, to be opened by the reader; empty where it has neither."""
    promise = paragraph(text.promise) if text.promise else ""
    found = findings_list(text.findings) if text.findings else ""
    return folded(name, promise + found) if promise or found else ""
