"""Value types shared by the models: texts, ids, numbers in their ranges, dates."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class Model(BaseModel):
    """Base of every model read from YAML: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _date(value: object) -> object:
    """Accept an ISO date as text or date; leave words to the rest of the type."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date) or value is None:
        return value
    if isinstance(value, str):
        if not value[:1].isdigit():
            return value
        if _ISO.match(value):
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                pass
    raise PydanticCustomError("iso_date", "not a date written as 2025-03-01")


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
ActorId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9-]{1,30}$")]
SourceKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_:-]{0,79}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")]

Amount = Annotated[float, Field(strict=True, ge=0, le=1e6, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
Flag = Annotated[bool, Field(strict=True)]

Day = Annotated[datetime.date | Literal["expected"], BeforeValidator(_date)]
DeliveryDay = Annotated[datetime.date | Literal["expected", "on-ceasefire"], BeforeValidator(_date)]
