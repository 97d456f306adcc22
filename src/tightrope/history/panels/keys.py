"""Keys of a panel: there, whole numbers, unique, and alike in both directions of a dyad."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tightrope.history.formula_words import check_columns
from tightrope.treaty import InputError

DYAD = ("ccode1", "ccode2", "year")
STATE = ("ccode", "year")


def keys_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """The key columns of a frame: ccode1, ccode2, year of dyads, or ccode, year of states.

    Raises InputError (TW197) where neither is there, or a key is missing, text or no whole number.
    """
    keys = next((keys for keys in (DYAD, STATE) if set(keys) <= set(frame.columns)), None)
    if keys is None:
        raise InputError(
            "the frame has no keys of a panel",
            "TW197",
            allowed=(", ".join(DYAD), ", ".join(STATE)),
            remedy="name the columns so; begin with create_dyad_years or create_state_years",
        )
    for key in keys:
        if pd.api.types.infer_dtype(frame[key], skipna=True) in ("string", "mixed-integer"):
            raise InputError(
                f"'{key}' holds text",
                "TW197",
                remedy=f"make it a number: frame.assign({key}=frame['{key}'].astype(int))",
            )
        values = pd.to_numeric(frame[key], errors="coerce").to_numpy(float)
        wrong = ~(np.isfinite(values) & (values == np.floor(values)))
        if wrong.any():
            raise InputError(
                f"'{key}' is missing or no whole number in {wrong.sum():,} of {len(frame):,} rows",
                "TW197",
                remedy="drop those rows, or fill in the code; codes and years are whole numbers",
            )
    return keys


def dyad_keys(frame: pd.DataFrame) -> None:
    """Check that a frame is one of dyad-years. Raises InputError (TW197)."""
    if keys_of(frame) != DYAD:
        raise InputError(
            "the frame is one of states, and this source speaks of pairs of states",
            "TW197",
            remedy="begin with create_dyad_years",
        )
    same = frame["ccode1"] == frame["ccode2"]
    if same.any():
        raise InputError(
            f"{int(same.sum()):,} rows pair a state with itself, such as "
            f"{frame.loc[same, 'ccode1'].iloc[0]}",
            "TW197",
            remedy="leave those rows out",
        )


def check_keys(frame: pd.DataFrame, keys: Sequence[str]) -> None:
    """Check that `keys` name at most one row.

    Raises InputError (TW198) with the first keys that name several.
    """
    twice = frame.duplicated(list(keys), keep=False)
    if twice.any():
        shown = frame.loc[twice, list(keys)].drop_duplicates().head(3)
        rows = "; ".join(
            ", ".join(f"{k} {v}" for k, v in zip(keys, row, strict=True))
            for row in shown.itertuples(index=False)
        )
        raise InputError(
            f"{twice.sum():,} rows share their keys ({', '.join(keys)}), such as {rows}",
            "TW198",
            remedy="keep one row for each key before you go on",
        )


def check_symmetric(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Check that `columns` are the same seen from either state of a dyad.

    frame    directed dyad-years, unique by ccode1, ccode2, year
    columns  what must agree, such as a distance; missing agrees with missing

    Raises InputError: TW197 or TW198 for the keys; TW184 for a column that is not there;
    TW199 with the first dyads of which only one direction is there, or whose two directions differ.
    """
    dyad_keys(frame)
    check_keys(frame, DYAD)
    check_columns(columns, frame, "the frame")
    there = frame[[*DYAD, *columns]]
    back = there.rename(columns={"ccode1": "ccode2", "ccode2": "ccode1"})
    both = there.merge(back, on=list(DYAD), how="left", suffixes=("", " back"), indicator=True)
    alone = (both["_merge"] == "left_only").to_numpy()
    differs = np.zeros(len(both), dtype=bool)
    for column in columns:
        one, other = both[column], both[f"{column} back"]
        differs |= ((one != other) & ~(one.isna() & other.isna())).to_numpy()
    for wrong, what in ((alone, "have no row the other way"), (differs & ~alone, "differ")):
        if wrong.any():
            shown = "; ".join(
                f"{row.ccode1} and {row.ccode2} in {row.year}"
                for row in both[wrong].head(3).itertuples()
            )
            raise InputError(
                f"{wrong.sum():,} directed dyad-years {what} ({', '.join(columns)}), "
                f"such as {shown}",
                "TW199",
                remedy="use directed dyad-years with both directions, or mend the source",
            )
