"""Change a case for one run: set parameters by hand, or leave a guarantor out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tightrope.case.load import unknown_parameter
from tightrope.case.models import Case
from tightrope.case.parameter import JUDGEMENT, Parameter
from tightrope.case.table import with_parameters
from tightrope.treaty.errors import InputError, Where, raise_all
from tightrope.treaty.yamltext import NUMBER

_BY_HAND = f"{JUDGEMENT}set by hand for this run"
_FORM = ("PARAM=VALUE", "PARAM=LOW:HIGH")


def override(case: Case, settings: Sequence[str] | Mapping[str, str]) -> Case:
    """The case with parameters set by hand, each as `PARAM=VALUE` or `PARAM=LOW:HIGH`.

    settings  such texts, or a mapping of PARAM to VALUE or LOW:HIGH

    A value fixes the parameter. A range keeps its distribution (uniform where it was fixed) and
    its centre where that lies inside, and else takes the middle of the range (of the logarithms
    for loguniform). The kind becomes judgement. The last of two settings of one parameter counts.
    Errors: InputError for a setting that cannot be read, an unknown id or a range that cannot be.
    """
    known = {parameter.id: parameter for parameter in case.parameters}
    changed: dict[str, Parameter] = {}
    problems: list[InputError] = []
    if isinstance(settings, Mapping):
        settings = [f"{name}={value}" for name, value in settings.items()]
    for setting in settings:
        where = Where(field=f"--set {setting[:80]}")
        try:
            name, low, high = _parse(setting, where)
            if name not in known:
                raise unknown_parameter(name, tuple(known), where)
            changed[name] = _set(known[name], low, high, where)
        except InputError as error:
            problems += error.problems()
    raise_all(problems)
    return with_parameters(case, changed)


def without(case: Case, guarantor: str) -> Case:
    """The case without one guarantor, its parameters and its part in the record.

    If it was the lead, the case has none. Errors: InputError with the ids allowed.
    """
    if guarantor not in case.guarantor_ids:
        raise InputError(
            f"'{guarantor[:60]}' is not a guarantor of case '{case.id}'",
            "TW157",
            Where(field=f"--without {guarantor[:60]}"),
            case.guarantor_ids,
            "name one of its guarantors",
            guarantor[:60],
        )
    return case.model_copy(
        update={
            "guarantors": tuple(actor for actor in case.guarantors if actor.id != guarantor),
            "parameters": tuple(one for one in case.parameters if one.actor != guarantor),
            "correlations": tuple(
                pair
                for pair in case.correlations
                if guarantor not in (case.parameter(pair.a).actor, case.parameter(pair.b).actor)
            ),
            "friends_of_challenger": tuple(
                friend for friend in case.friends_of_challenger if friend != guarantor
            ),
            "lead": None if case.lead == guarantor else case.lead,
            "record": tuple(
                entry.model_copy(
                    update={
                        "responses": {
                            actor: seen
                            for actor, seen in entry.responses.items()
                            if actor != guarantor
                        }
                    }
                )
                for entry in case.record
            ),
        }
    )


def _parse(setting: str, where: Where) -> tuple[str, float, float]:
    name, equals, written = setting.partition("=")
    ends = written.split(":")
    if not equals or not name.strip() or not 1 <= len(ends) <= 2:
        raise _unreadable("the setting is not of the form PARAM=VALUE or PARAM=LOW:HIGH", where)
    low, high = _number(ends[0], where), _number(ends[-1], where)
    if low > high:
        raise InputError(
            f"low {low:g} is above high {high:g}", "TW155", where, None, "swap the two"
        )
    return name.strip(), low, high


def _number(text: str, where: Where) -> float:
    if NUMBER.match(text.strip()) is None:
        raise _unreadable(f"'{text.strip()[:40]}' is not a number", where)
    value = float(text)
    if not math.isfinite(value):
        raise _unreadable(f"'{text.strip()[:40]}' is not a finite number", where)
    return value


def _unreadable(what: str, where: Where) -> InputError:
    return InputError(what, "TW159", where, _FORM, "write, for example, audience=1.5:3")


def _set(parameter: Parameter, low: float, high: float, where: Where) -> Parameter:
    distribution = parameter.distribution
    if low == high:
        distribution = "fixed"
    elif distribution == "fixed":
        distribution = "uniform"
    value = parameter.value
    if not low <= value <= high:
        positive = distribution == "loguniform" and low > 0
        value = math.sqrt(low * high) if positive else (low + high) / 2
    values = {
        **parameter.model_dump(),
        "value": min(max(value, low), high),
        "low": low,
        "high": high,
        "distribution": distribution,
        "source": _BY_HAND,
        "kind": "judgement",
        "note": "",
    }
    try:
        return Parameter(**values)
    except InputError as error:
        raise error.placed(where) from None
