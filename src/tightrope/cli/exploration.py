"""From answers of `explore` to a folder: a document by kind, and the pages made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tightrope import __version__
from tightrope.cli.added import KINDS, document_name, save_pages
from tightrope.cli.files import write_whole
from tightrope.cli.output import plain


def save_exploration(answer: Mapping[str, Any], folder: Path) -> None:
    """Write the document, and the pages of all kinds asked of the same case there.

    A document of another case or version that lies there is left out of the pages.
    Errors: InputError if the folder cannot be written to.
    """
    from tightrope.report.fails import when_it_fails_page
    from tightrope.report.matters import what_matters_page

    told = {"tightrope_version": __version__, **answer}
    text = json.dumps(plain(told), ensure_ascii=False, allow_nan=False, indent=1)
    write_whole(folder / document_name(str(answer["kind"])), text + "\n")
    answers = {
        kind: found
        for kind in KINDS
        if (found := _read(folder / document_name(kind), str(answer["case"]), kind))
    }
    meta = "; ".join(
        [
            f"tightrope {__version__}; case {answer['case']}",
            *(
                f"{kind}: from the centre"
                if kind == "flip"
                else f"{kind}: {found['draws']} draws, seed {found['seed']}"
                for kind, found in answers.items()
            ),
        ]
    )
    made = (what_matters_page(answers), when_it_fails_page(answers))
    save_pages(folder, str(answer["title"]), [page for page in made if page is not None], meta)


def _read(path: Path, case: str, kind: str) -> dict[str, Any] | None:
    """A document written before; None unless it is of this version, case and kind."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    wanted = {"tightrope_version": __version__, "case": case, "kind": kind}
    if not isinstance(found, dict) or {key: found.get(key) for key in wanted} != wanted:
        return None
    return found
