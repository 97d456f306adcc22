"""The report as one HTML file that asks nothing of the network and works with scripts off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from tightrope.report.balance import balance_page
from tightrope.report.chapter import Chapter
from tightrope.report.chart import Figure
from tightrope.report.costs import costs_page
from tightrope.report.folder import GENERATOR
from tightrope.report.horizon import when_it_breaks_page
from tightrope.report.leaks import leaks_page
from tightrope.report.metadata import metadata_line
from tightrope.report.minister import BETTER_WORDS, CAUTION, answer, sheet
from tightrope.report.responses import who_comes_page
from tightrope.report.results import Results
from tightrope.report.style import STYLE
from tightrope.report.tables import ranking_table
from tightrope.report.tightrope import tightrope_page
from tightrope.report.trust import how_sure_page

__all__ = ["CAUTION", "Report", "page", "report"]

PAGES = (
    tightrope_page,
    who_comes_page,
    when_it_breaks_page,
    costs_page,
    balance_page,
    leaks_page,
    how_sure_page,
)


NOTHING = "default-src 'none'; style-src 'unsafe-inline'"
"""What the file may load: its own look and nothing else, so that a browser refuses the rest."""


class Report:
    """Page 0 and pages 1 to 7 of a run, drawn once."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.front, self.strip = sheet(results)
        self.chapters: list[Chapter] = [make(results) for make in PAGES]

    @property
    def figures(self) -> list[Figure]:
        """Every chart of the report, in order."""
        first = [] if self.strip is None else [self.strip]
        return [*first, *(figure for one in self.chapters for figure in one.figures)]

    def html(self) -> str:
        """The whole report as HTML text."""
        results = self.results
        meta = f'<p class="meta">{escape(metadata_line(results))}</p>'
        front = self.front.replace("</section>", f"{meta}</section>")
        body = "\n".join(chapter.html() for chapter in self.chapters)
        return document(
            f"{results.title}: {answer(results)}",
            f"{front}\n{_contents(results, self.chapters)}\n{body}\n{meta}",
        )


def report(results: Results) -> Report:
    """The report of a run, its charts described but not yet drawn."""
    return Report(results)


def page(results: Results) -> str:
    """The whole report as HTML text."""
    return report(results).html()


def preview(results: Results, words: str) -> str:
    """Page 0 and the table of options of a run that goes on, under `words` that say so."""
    results = replace(results, so_far=True)
    # The data behind charts and the other pages come with the report.
    front = re.sub(rf" Data: <code>.*?</code>\.| {BETTER_WORDS}", "", sheet(results)[0])
    told = f'<p class="preview">{escape(words)}</p>'
    meta = f'<p class="meta">{escape(metadata_line(results))}</p>'
    return document(f"Preview: {results.title}", f"{told}\n{front}\n{_options(results)}\n{meta}")


def document(title: str, body: str) -> str:
    """A page of our look around `body`, which is HTML; nothing is loaded from anywhere."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{GENERATOR}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{NOTHING}">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _contents(results: Results, chapters: Sequence[Chapter]) -> str:
    links = "".join(
        f'<li><a href="#page-{one.number}"><span class="no">{one.number}</span>'
        f"{escape(one.name)}</a></li>"
        for one in chapters
    )
    return f'<nav aria-label="Pages"><h2>The pages</h2><ol>{links}</ol></nav>\n{_options(results)}'


def _options(results: Results) -> str:
    return (
        '<section class="page" id="options"><h2>The options and their numbers</h2>'
        '<p class="asks">Every chart calls an option by the number it has here.</p>'
        f"{ranking_table(results)}{_promises(results)}</section>"
    )


def _aside(why: str) -> str:
    return f" <strong>For comparison only, not ranked:</strong> {escape(why)}" if why else ""


def _promises(results: Results) -> str:
    rows = "".join(
        f"<dt><strong>{escape(results.number(o))} · {escape(results.titles[o])}</strong></dt>"
        f"<dd>{escape(results.text(o).promise)}{_aside(results.text(o).aside)}</dd>"
        for o in results.options
        if results.text(o).promise
    )
    if not rows:
        return ""
    return f"<details><summary>Show what each option promises</summary><dl>{rows}</dl></details>"
