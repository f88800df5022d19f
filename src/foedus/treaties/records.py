"""What every record of the law is made of: a frozen base, dates that may be intervals, conditions, truth values."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from foedus.dates import DateInterval
from foedus.errors import InputError
from foedus.models import FrozenByName, FrozenOfAny
from foedus.shown import brief
from foedus.treaties.logic import Condition, Truth, parse

State = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Confidence = Literal["seen", "mixed", "memory"]


def _date(value: Any) -> Any:
    try:
        return DateInterval.parse(value)
    except InputError as error:
        raise ValueError(error.message) from error


def _truth(value: Any) -> Any:
    words = {"yes": Truth.YES, "no": Truth.NO, "unknown": Truth.UNKNOWN, True: Truth.YES, False: Truth.NO}
    if isinstance(value, Truth):
        return value
    if not isinstance(value, str | int) or value not in words:
        raise ValueError("expected yes, no or unknown")
    return words[value]


def in_order(what: str, start: DateInterval, until: DateInterval | None) -> None:
    """Refuse what ends before it begins.

    Raises:
        ValueError: it does.

    """
    if until is not None and until.latest <= start.earliest:
        raise ValueError(f"{what} ends ({until}) before it begins ({start})")


Interval = Annotated[DateInterval, BeforeValidator(_date), WithJsonSchema({"const": "@Interval"})]
When = Annotated[
    Condition,
    BeforeValidator(lambda data: data if isinstance(data, Condition) else parse(data)),
    WithJsonSchema({"const": "@Condition"}),
]
TruthValue = Annotated[Truth, BeforeValidator(_truth), WithJsonSchema({"enum": ["yes", "no", "unknown", True, False]})]


class Record(FrozenOfAny, FrozenByName):
    """Base of all records: frozen, and no key that the schema does not know."""

    __repr__ = __str__ = brief
