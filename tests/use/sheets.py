"""The words of a report's pages, as its tests read them."""

from __future__ import annotations

import re
from html import unescape

from tightrope.report.minister import sheet
from tightrope.report.results import Results


def words(html: str) -> str:
    """The text of a piece of HTML."""
    return unescape(re.sub(r"<[^>]+>", " ", html))


def front(run: Results) -> str:
    """The words of page 0."""
    return " ".join(words(sheet(run)[0]).split())
