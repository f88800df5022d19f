"""What the data models have in common: frozen bases that refuse unknown keys, and the types that several rooms use."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from foedus.dates import parse_day
from foedus.errors import InputError
from foedus.faults import wrong


class Frozen(BaseModel):
    """Base of data that never change once read; a key that the model does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FrozenByName(Frozen):
    """The same for models whose keys in a file are no Python names; code may use the field's name."""

    model_config = ConfigDict(populate_by_name=True)


class FrozenOfAny(Frozen):
    """The same for models with fields of our own types, such as intervals of days."""

    model_config = ConfigDict(arbitrary_types_allowed=True)


def blank_as_none(given: Any) -> Any:
    """Return None for a cell that holds nothing but spaces."""
    return None if isinstance(given, str) and not given.strip() else given


def _no_flag(given: object) -> object:
    if isinstance(given, bool):
        raise wrong("true and false are not numbers", "a number", "write a number")
    return given


def _no_seconds(given: object, like: str) -> object:
    if isinstance(given, int | float) or (isinstance(given, str) and re.fullmatch(r"\s*[-+]?[\d._]+\s*", given)):
        raise wrong("a number is not a date", f"a date such as {like}", f"write a date, such as {like}")
    return given


def _day(given: object) -> object:
    if not isinstance(_no_seconds(given, "2022-01-05"), str):
        return given
    try:
        return parse_day(given)
    except InputError as error:
        raise wrong(error.message, "a day, such as 2022-01-05", "write a day, such as 2022-01-05") from error


def _moment(given: object) -> object:
    return _no_seconds(given, "2022-01-05T16:30:00+06:00")


# pydantic takes true for 1, and a number for the seconds since 1970; in a file either is a slip of the pen
NotFlag = BeforeValidator(_no_flag)
Blank = BeforeValidator(blank_as_none)

Text = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Number = Annotated[float, Field(allow_inf_nan=False), NotFlag]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), NotFlag]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False), NotFlag]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), NotFlag]
Count = Annotated[int, Field(ge=0), NotFlag]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), NotFlag]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), NotFlag]
Day = Annotated[dt.date, BeforeValidator(_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
