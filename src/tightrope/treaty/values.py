"""Value types shared by the models: texts, ids, numbers in their ranges, dates."""

from __future__ import annotations

import contextlib
import datetime
import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class Model(BaseModel):
    """Base of every model read from YAML: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _date(value: object) -> object:
    """Read text such as 2025-03-01 as a date; leave anything else for the type to refuse."""
    if isinstance(value, str) and _ISO.match(value):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(value)
    return value


FORMS: dict[str, str] = {
    r"^[a-z0-9][a-z0-9-]{0,79}$": "a name of small letters, digits and hyphens",
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$": "a name of letters, digits, hyphens and dots",
    r"^[A-Z][A-Za-z0-9-]{1,30}$": "the id of an actor, beginning with a capital, such as US",
    r"^[A-Za-z][A-Za-z0-9_:-]{0,79}$": "a citation key, such as budapest1994",
    r"\S": "a text that is not blank",
}
"""What each pattern asks for, in words for a message."""

_SLUG, _CLAUSE, _ACTOR, _SOURCE, _TEXT = FORMS

Slug = Annotated[str, StringConstraints(pattern=_SLUG)]
ClauseId = Annotated[str, StringConstraints(pattern=_CLAUSE)]
ActorId = Annotated[str, StringConstraints(pattern=_ACTOR)]
SourceKey = Annotated[str, StringConstraints(pattern=_SOURCE)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=_TEXT)]

Amount = Annotated[float, Field(strict=True, ge=0, le=1e6, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
Flag = Annotated[bool, Field(strict=True)]

_StrictDate = Annotated[datetime.date, Field(strict=True)]
Day = Annotated[_StrictDate | Literal["expected"], BeforeValidator(_date)]
DeliveryDay = Annotated[_StrictDate | Literal["expected", "on-ceasefire"], BeforeValidator(_date)]
