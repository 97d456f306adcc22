"""Pages that stand apart from the report of a run: better drafts, what the experts say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from tightrope.report.chapter import Chapter
from tightrope.report.folder import whole_folder
from tightrope.report.minister import CAUTION
from tightrope.report.page import document


def apart(title: str, chapters: Sequence[Chapter], meta: str) -> str:
    """Pages as one HTML text of their own, with the caution and the line that names the run."""
    body = "\n".join(chapter.html() for chapter in chapters)
    return document(
        f"{title}: {' and '.join(chapter.name.lower() for chapter in chapters)}",
        f'<section class="page"><p class="kicker">{escape(title)}</p>'
        f'<p class="caution">{escape(CAUTION)}</p></section>\n{body}\n'
        f'<p class="meta">{escape(meta)}</p>',
    )


def write_apart(
    title: str,
    chapters: Sequence[Chapter],
    folder: Path,
    file: str,
    meta: str,
    *,
    seal: str | None = None,
    more: Callable[[Path], None] = lambda _: None,
) -> None:
    """Write the pages as ``file`` with data/*.csv behind each chart, or nothing.

    seal   file by which a folder of ours is known, ``file`` if not given
    more   called with the folder that will take the place, to write other files into it
    Errors: as for `write_report`.
    """
    with whole_folder(folder, seal or file) as place:
        (place / "data").mkdir()
        for chapter in chapters:
            for figure in chapter.figures:
                figure.data.to_csv(place / "data" / f"{figure.name}.csv", index=False)
                side = place / "data" / f"{figure.name}.meta.txt"
                side.write_text(f"{figure.name}.csv; {meta}\n", encoding="utf-8")
        (place / file).write_text(apart(title, chapters, meta), encoding="utf-8")
        more(place)
