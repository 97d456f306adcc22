"""Numbers and lists in plain words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

MISSING = "–"
"""Shown where a number has no meaning; never zero."""
UNIT = "\u00a0%"
"""Per cent, never parted from its number by the end of a line."""
LEAST_POWER = 7
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth"),
)


def percent(value: float | None, digits: int = 0) -> str:
    """A share in per cent, such as `34 %`; below one per cent with one more digit."""
    if value is None or not math.isfinite(value):
        return MISSING
    if 0.0 < value < 0.0005 and digits == 0:
        return f"below 0.1{UNIT}"
    small = 0.0005 <= abs(value) < 0.0095 and digits == 0
    number = f"{100 * value:.{1 if small else digits}f}"
    return ("0" if number == "-0" else number.replace("-", "−")) + UNIT


def ranged(spread: Mapping[str, Any] | None) -> str:
    """A chance with its 5–95 % range, such as `62 % [10–95]`."""
    if spread is None or spread.get("mean") is None:
        return MISSING
    mean, low, high = (round(100 * float(spread[key])) for key in ("mean", "p05", "p95"))
    return f"{mean}{UNIT} [{low}–{high}]".replace("-", "−")


def plain_range(spread: Mapping[str, Any] | None, digits: int = 1) -> str:
    """A number with its 5–95 % range in its own unit, such as `4.2 [1.0–9.6]`."""
    if spread is None or spread.get("mean") is None:
        return MISSING
    mean, low, high = (f"{float(spread[key]):,.{digits}f}" for key in ("mean", "p05", "p95"))
    return f"{mean} [{low}–{high}]"


def points(value: float | None) -> str:
    """A difference of chances in percentage points with its sign, such as `+12 points`."""
    if value is None or not math.isfinite(value):
        return MISSING
    number = round(100 * value)
    if not number:
        return "0\u00a0points"
    return f"{number:+d}\u00a0point{'s' * (abs(number) != 1)}".replace("-", "−")


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign, such as `−0.41`."""
    return f"{value:+.{digits}f}".replace("-", "−")


def frequency(chance: float | None) -> str:
    """A chance as a natural frequency: `about 3 in 10`, `about 2 in 1,000`."""
    if chance is None or not math.isfinite(chance):
        return MISSING
    if chance <= 0:
        return "0"
    if chance > 0.95:
        return "nearly always"
    for power in range(1, LEAST_POWER):
        times = chance * 10**power
        if times >= 0.95:  # 0.06 is 6 in 100; 1 in 10 would be twice as much
            return f"about {times:.0f} in {10**power:,}"
    return f"fewer than 1 in {10 ** (LEAST_POWER - 1):,}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """`A, B and C`."""
    *first, end = parts or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def counted(number: int, noun: str, nouns: str | None = None) -> str:
    """`1 option`, `3 options`."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def ordinal(number: int) -> str:
    """`first`, `twelfth`, `21st`."""
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    teen = 10 < number % 100 < 20
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def with_article(name: str) -> str:
    """The name of a state as it stands in a sentence."""
    return f"the {name}" if name.startswith("United ") or name == "Netherlands" else name


def short(title: str, width: int = 30) -> str:
    """A title cut at a word, with an ellipsis where something is left out."""
    if len(title) <= width:
        return title
    cut = title[: width - 1]
    whole = title[width - 1] == " " or " " not in cut[width // 2 :]
    head = cut if whole else cut.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:") + "…"


def first_upper(words: str) -> str:
    """The words with a capital at their start."""
    return words[:1].upper() + words[1:]
