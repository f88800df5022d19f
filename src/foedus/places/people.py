"""People of states and units on a day: official figures where there are any, else estimates with an interval."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from foedus.csvfile import data_rows
from foedus.errors import InputError

if TYPE_CHECKING:
    from foedus.places.model import State

ESTIMATED = dt.date(2025, 7, 1)  # the day of the estimates in units.tsv
# by which the share of a unit in its state's people drifts in a year: the logarithm within which 80 % of the regions
# of Kazakhstan stayed over spans of 1 to 13 years, 2000 to 2023 (docs/places.md)
_DRIFT = 0.022


class Counted(NamedTuple):
    """People, the interval of 80 %, the day, and who counted them (None: an estimate)."""

    people: int
    low: int
    high: int
    day: dt.date
    source: str | None


def nearest_counted(state: State, day: dt.date) -> dt.date:
    """Return the day with figures on a state's people that is nearest to a day."""
    years = state.populations
    return max(dt.date(years[0][0], 7, 1), min(day, dt.date(years[-1][0], 7, 1)))


def total(state: State, day: dt.date) -> int:
    """Return the people of a state on a day: geometric between the mid-year figures of every fifth year.

    Raises:
        InputError: the day is before July 1950 or after July 2030.

    """
    years = state.populations
    at = day.year + (day - dt.date(day.year, 7, 1)).days / 365.25
    if not years[0][0] <= at <= years[-1][0]:
        raise InputError(
            "no figures on population cover this day", found=day, expected="a day from 1950-07-01 to 2030-07-01",
            cure="only the people are missing: leave out the day to see the units",
        )  # fmt: skip
    before = max(n for n, (year, _) in enumerate(years[:-1]) if year <= at)
    (year, people), (_, later) = years[before : before + 2]
    return round(people * math.exp(math.log(later / people) * (at - year) / 5))


def counted(state: State, unit: str, estimate: tuple[int, int, int], day: dt.date | None) -> Counted:
    """Return the people of a unit on a day, or without one the latest official figure, else the estimate."""
    official = _official().get(unit, ())
    if not official:
        people, low, high = estimate
        if day is None:
            return Counted(people, low, high, ESTIMATED, None)
        return _carried(state, Counted(people, low, high, ESTIMATED, None), day)
    if day is None:
        return official[-1]
    nearest = min(official, key=lambda one: abs((one.day - day).days))
    return _carried(state, nearest, day)


def _carried(state: State, one: Counted, day: dt.date) -> Counted:
    """Carry a figure to another day: it grows as its state does, and its interval with the years."""
    if day == one.day:
        return one
    grown = total(state, day) / total(state, one.day)
    wider = math.exp(_DRIFT * abs((day - one.day).days) / 365.25)
    source = one.source and f"{one.source}; carried to {day} as the state grew"
    low, high = one.low * grown / wider, one.high * grown * wider
    return Counted(round(one.people * grown), round(low), round(high), day, source)


@lru_cache(maxsize=1)
def _official() -> dict[str, tuple[Counted, ...]]:
    found: dict[str, list[Counted]] = {}
    for row in data_rows("foedus.places", "data/official.csv"):
        people, day = int(row["people"]), dt.date.fromisoformat(row["day"])
        found.setdefault(row["unit"], []).append(Counted(people, people, people, day, row["source"]))
    return {unit: tuple(sorted(rows, key=lambda one: one.day)) for unit, rows in found.items()}
