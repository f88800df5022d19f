"""Dates as people report them: a day, or an interval of days with a reason."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from foedus.errors import InputError

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class DateInterval:
    """A date known to lie between ``earliest`` and ``latest``, both included.

    >>> DateInterval.parse("2022-01").latest
    datetime.date(2022, 1, 31)
    """

    earliest: dt.date
    latest: dt.date
    why: str | None = None

    def __post_init__(self) -> None:
        if self.earliest > self.latest:
            raise InputError(
                "a date interval ends before it begins",
                found=f"{self.earliest} .. {self.latest}",
                expected="earliest on or before latest",
            )

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.earliest == self.latest

    @classmethod
    def parse(cls, value: Any) -> DateInterval:
        """Read ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, a date, or ``{earliest, latest, why}``.

        Raises:
            InputError: for anything else, or a day that does not exist.

        """
        if isinstance(value, DateInterval):
            return value
        if isinstance(value, dt.datetime):
            return cls(value.date(), value.date())
        if isinstance(value, dt.date):
            return cls(value, value)
        if isinstance(value, dict):
            unknown = set(value) - {"earliest", "latest", "why", "note"}
            if unknown or not {"earliest", "latest"} <= set(value):
                raise InputError("a date interval needs 'earliest' and 'latest', and may say 'why'", found=dict(value))
            return cls(
                cls.parse(value["earliest"]).earliest,
                cls.parse(value["latest"]).latest,
                value.get("why") or value.get("note"),
            )
        text = str(value).strip()
        match = _PARTIAL.fullmatch(text)
        if match is None:
            raise InputError("not a date", found=text, expected="YYYY-MM-DD, YYYY-MM or YYYY")
        year = int(match[1])
        month, day = (int(part) if part else None for part in match.groups()[1:])
        try:
            if month is not None and day is not None:
                exact = dt.date(year, month, day)
                return cls(exact, exact)
            first, last = (month, month) if month else (1, 12)
            return cls(dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1]))
        except (ValueError, calendar.IllegalMonthError) as error:
            raise InputError("no such day", found=text, expected="a day of the calendar") from error

    def __str__(self) -> str:
        return str(self.earliest) if self.exact else f"{self.earliest}..{self.latest}"


def parse_day(value: Any) -> dt.date:
    """Read one exact day; raise InputError for a month, a year or nonsense."""
    interval = DateInterval.parse(value)
    if not interval.exact:
        raise InputError("this needs an exact day", found=value, expected="YYYY-MM-DD")
    return interval.earliest


def day_in_words(day: dt.date) -> str:
    """Return a day as a sentence has it.

    >>> day_in_words(dt.date(2022, 1, 6))
    '6 January 2022'
    """
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
