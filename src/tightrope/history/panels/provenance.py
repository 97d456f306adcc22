"""Version and citation of each column, kept in the attributes of a frame."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tightrope.history.panels.source import SOURCES

ATTRIBUTE = "provenance"
"""Key of `frame.attrs` with `columns`, the source of each column, and `sources`, what they are."""

CITATION = "citation"
"""Key of `frame.attrs` with all that a fit of the frame must cite, on one line."""


def credit(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Note in `frame.attrs` which source each of `columns` comes from; returns the frame.

    What is noted can be written as JSON, so pandas keeps it in a Parquet file.
    """
    noted = frame.attrs.get(ATTRIBUTE, {"columns": {}, "sources": {}})
    described = {
        name: {
            "version": SOURCES[name].version,
            "citation": SOURCES[name].citation,
            "first": SOURCES[name].first,
            "last": SOURCES[name].last,
        }
        for name in dict.fromkeys(columns.values())
    }
    sources = {**noted["sources"], **described}
    frame.attrs[ATTRIBUTE] = {"columns": {**noted["columns"], **columns}, "sources": sources}
    frame.attrs[CITATION] = "; ".join(
        dict.fromkeys(f"{source['version']} ({source['citation']})" for source in sources.values())
    )
    return frame


def cite(frame: pd.DataFrame) -> str:
    """Where the columns of a frame come from: a paragraph for each source, to be printed.

    Columns without a noted source are listed at the end, so that none passes unseen.
    """
    noted = frame.attrs.get(ATTRIBUTE, {"columns": {}, "sources": {}})
    groups: dict[str, list[str]] = {}
    for column in map(str, frame.columns):
        groups.setdefault(noted["columns"].get(column, ""), []).append(column)
    unknown = groups.pop("", [])
    lines = []
    for name, columns in groups.items():
        source = noted["sources"][name]
        years = "" if source["first"] is None else f", {source['first']}-{source['last']}"
        lines.append(f"{source['version']}{years}: {', '.join(columns)}")
        lines.append(f"    {source['citation']}")
    if unknown:
        lines.append(f"no source noted: {', '.join(unknown)}")
    return "\n".join(lines)
