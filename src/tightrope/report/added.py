"""Pages added to a report that stands already, or that stand alone where there is none.

The report is text: pages of an earlier addition are taken out by the comments around them, the new
ones are put before the last line, and the list of pages is mended. Nothing else is touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from tightrope.report.chapter import Chapter
from tightrope.report.minister import CAUTION
from tightrope.report.page import document
from tightrope.whole import write_whole

REPORT = "report.html"
BEGIN, END = "<!-- added page {} -->", "<!-- end of added page {} -->"


def add_pages(folder: Path, title: str, pages: Sequence[Chapter], meta: str) -> None:
    """Put pages into report.html of a folder, with data/*.csv and charts/*.svg behind them.

    title  of the case;  meta  the line that says which run they are from
    Errors: OSError if the folder cannot be written to; ImportError without vl-convert-python.
    """
    path = folder / REPORT
    report = path.read_text(encoding="utf-8") if path.is_file() else _alone(title)
    for page in pages:
        report = with_page(report, page, meta)
    for name in ("data", "charts"):
        (folder / name).mkdir(exist_ok=True)
    for figure in (figure for page in pages for figure in page.figures):
        data = figure.data.to_csv(index=False)
        write_whole(folder / "data" / f"{figure.name}.csv", data)
        write_whole(folder / "data" / f"{figure.name}.meta.txt", f"{figure.name}.csv; {meta}\n")
        write_whole(folder / "charts" / f"{figure.name}.svg", figure.alone())
    write_whole(path, report)


def with_page(report: str, page: Chapter, meta: str) -> str:
    """The report's text with a page in the place of that of the same number, or at its end."""
    begin, end = BEGIN.format(page.number), END.format(page.number)
    report = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}\n?", "", report, flags=re.DOTALL)
    line = f'<p class="meta">{escape(meta)}</p>'
    body = f"{begin}\n{page.html().replace('</section>', f'{line}</section>')}\n{end}\n"
    link = (
        f'{begin}<li><a href="#page-{page.number}"><span class="no">{page.number}</span>'
        f"{escape(page.name)}</a></li>{end}"
    )
    head, contents, rest = report.partition("</ol></nav>")
    report = f"{head}{link}{contents}{rest}" if contents else report
    before, close, after = report.rpartition("</main>")
    return f"{before}{body}{close}{after}"


def _alone(title: str) -> str:
    """A report without pages, to which some are added."""
    return document(
        f"{title}: explored",
        f'<section class="page sheet"><p class="kicker">{escape(title)}</p>'
        f'<h1>{escape(title)}</h1><p class="caution">{escape(CAUTION)}</p></section>\n'
        '<nav aria-label="Pages"><h2>The pages</h2><ol></ol></nav>',
    )
