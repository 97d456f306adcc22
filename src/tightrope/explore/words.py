"""Inputs, limits and changes in plain words and units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tightrope.explore.problem import Input

#: Of many options or states, how many are named in a sentence.
SAID = 3


def number(value: float) -> str:
    """A number as a person writes it: three figures, no needless zeros, no powers of ten."""
    if 1e-9 < abs(value) < 1e-4:
        return np.format_float_positional(value, precision=2, fractional=False)
    text = f"{value:.3g}"
    return f"{float(text):,.0f}" if "e+" in text else text


def name(one: Input) -> str:
    """What an input is, and its id: `strength of the protégé (capability.protege)`."""
    return f"{one.meaning} ({one.id})" if one.meaning and one.meaning != one.id else one.id


def limit(one: Input, low: float | None, high: float | None) -> str:
    """A limit in words; None where an end is not restricted."""
    unit = f" {one.unit}" if one.unit else ""
    if low is not None and high is not None:
        return f"{name(one)} is between {number(low)} and {number(high)}{unit}"
    if low is not None:
        return f"{name(one)} is above {number(low)}{unit}"
    assert high is not None, "a limit has an end"
    return f"{name(one)} is below {number(high)}{unit}"


def moved(one: Input, start: float, end: float) -> str:
    """A change in words, with its size as a share of the plausible range."""
    unit = f" {one.unit}" if one.unit else ""
    return f"{name(one)} goes from {number(start)} to {number(end)}{unit}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """`A, B and C`."""
    *first, end = parts or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def few(parts: Sequence[str], between: str = ", ") -> str:
    """The first three of many, and how many more there are."""
    more = f"{between}and {len(parts) - SAID} more" if len(parts) > SAID else ""
    return between.join(parts[:SAID]) + more
