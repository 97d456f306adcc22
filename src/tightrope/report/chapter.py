"""A page of the report: its number and name, what it finds, and its parts in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tightrope.report.chart import Figure


@dataclass(frozen=True)
class Chapter:
    """One page.

    number   0 to 7 in the report of a run; 8 to 11 are the pages of explore, design and claims
    name     what it is about, in a few words
    asks     the question it answers, in one sentence
    parts    figures, and pieces of HTML that are already escaped, in order
    """

    number: int
    name: str
    asks: str
    parts: Sequence[Figure | str]

    @property
    def figures(self) -> list[Figure]:
        """The charts of the page."""
        return [part for part in self.parts if isinstance(part, Figure)]

    def html(self) -> str:
        """The page as an HTML section."""
        body = "\n".join(_html(part) for part in self.parts)
        return (
            f'<section class="page" id="page-{self.number}">'
            f'<h2><span class="no">{self.number}</span> {escape(self.name)}</h2>'
            f'<p class="asks">{escape(self.asks)}</p>\n{body}\n</section>'
        )


def _html(part: Figure | str) -> str:
    return part if isinstance(part, str) else part.html()
