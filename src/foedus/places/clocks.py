"""Clocks of time zones, on machines with and without a table of them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from foedus.places.tables import lines


def zone_of(timezone: str) -> ZoneInfo | None:
    """Return a time zone, or None on a machine without a table of them."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, OSError):
        return None


def utc_offset(timezone: str, day: dt.date) -> float:
    """Return the hours by which a clock is ahead of UTC at noon of a day; without a table, in standard time.

    >>> utc_offset("Asia/Almaty", dt.date(2022, 1, 5)), utc_offset("Asia/Almaty", dt.date(2025, 1, 5))
    (6.0, 5.0)
    """
    ahead = dt.datetime.combine(day, dt.time(12), zone_of(timezone)).utcoffset()
    # offsets of local mean time had seconds; a scenario has quarters of an hour
    return _standard()[timezone] if ahead is None else round(ahead / dt.timedelta(minutes=15)) / 4


@lru_cache(maxsize=1)
def _standard() -> dict[str, float]:
    return {row["timezone"]: float(row["standard"]) for row in lines("timezones.tsv")}
