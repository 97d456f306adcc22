"""The row of a table in which a number is largest or smallest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def most(data: pd.DataFrame, column: str) -> dict[str, Any]:
    """The row with the largest number, by column name; the first of equals."""
    return _row(data, int(np.nanargmax(data[column].to_numpy(dtype=float))))


def least(data: pd.DataFrame, column: str) -> dict[str, Any]:
    """The row with the smallest number, by column name; the first of equals."""
    return _row(data, int(np.nanargmin(data[column].to_numpy(dtype=float))))


def _row(data: pd.DataFrame, place: int) -> dict[str, Any]:
    return {str(name): value for name, value in data.iloc[place].to_dict().items()}
