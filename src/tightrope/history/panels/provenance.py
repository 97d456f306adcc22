"""Version and citation of each column, kept in the attributes of a frame."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tightrope.history.panels.source import SOURCES

ATTRIBUTE = "provenance"
"""Key of `frame.attrs` under which column names map to what they come from."""


def credit(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Note in `frame.attrs` which source each of `columns` comes from; returns the frame.

    What is noted can be written as JSON, so pandas keeps it in a Parquet file.
    """
    noted = dict(frame.attrs.get(ATTRIBUTE, {}))
    for column, name in columns.items():
        source = SOURCES[name]
        noted[column] = {
            "source": name,
            "version": source.version,
            "citation": source.citation,
            "first": source.first,
            "last": source.last,
        }
    frame.attrs[ATTRIBUTE] = noted
    return frame


def cite(frame: pd.DataFrame) -> str:
    """Where the columns of a frame come from: one paragraph a source, to be printed.

    Columns without a noted source are listed at the end, so that none passes unseen.
    """
    noted = frame.attrs.get(ATTRIBUTE, {})
    groups: dict[str, list[str]] = {}
    for column in map(str, frame.columns):
        groups.setdefault(noted.get(column, {}).get("source", ""), []).append(column)
    lines = []
    for name, columns in groups.items():
        if name:
            first = noted[columns[0]]
            years = "" if first["first"] is None else f", {first['first']}-{first['last']}"
            lines.append(f"{first['version']}{years}: {', '.join(columns)}")
            lines.append(f"    {first['citation']}")
    if "" in groups:
        lines.append(f"no source noted: {', '.join(groups[''])}")
    return "\n".join(lines)
