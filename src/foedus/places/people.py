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
_OLD = 3 * 366  # days after which an official figure is not today's


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
    """Return the people of a unit on a day: the nearest official figure carried to it, else the estimate.

    Without a day, the latest official figure stands if it is not old, else it is carried to the day of the estimates.
    """
    official = _official().get(unit, ())
    if not official:
        one = _within(state, Counted(*estimate, ESTIMATED, None))
        return one if day is None else _carried(state, one, day)
    if day is None and abs((ESTIMATED - official[-1].day).days) <= _OLD:
        return official[-1]
    wanted = day or ESTIMATED
    return _carried(state, min(official, key=lambda one: abs((one.day - wanted).days)), wanted)


def _within(state: State, one: Counted) -> Counted:
    """Return a figure whose interval holds it and no more people than the state has; one that is all of them, alone."""
    everyone = total(state, one.day)
    if one.people == 0 and one.source is None:  # no town of the unit has figures: nothing is known
        return one._replace(low=0, high=everyone)
    if abs(one.people - everyone) <= 1:
        return one._replace(low=one.people, high=one.people)
    return one._replace(low=min(one.low, one.people), high=max(one.people, min(one.high, everyone)))


def _carried(state: State, one: Counted, day: dt.date) -> Counted:
    """Carry a figure to another day: it grows as its state does, and its interval with the years."""
    if day == one.day:
        return one
    grown = total(state, day) / total(state, one.day)
    wider = math.exp(_DRIFT * abs((day - one.day).days) / 365.25)
    source = one.source and f"{one.source}; carried to {day} as the state grew"
    low, high = one.low * grown / wider, one.high * grown * wider
    return _within(state, Counted(round(one.people * grown), round(low), round(high), day, source))


@lru_cache(maxsize=1)
def _official() -> dict[str, tuple[Counted, ...]]:
    found: dict[str, list[Counted]] = {}
    for row in data_rows("foedus.places", "data/official.csv"):
        people, day = int(row["people"]), dt.date.fromisoformat(row["day"])
        found.setdefault(row["unit"], []).append(Counted(people, people, people, day, row["source"]))
    return {unit: tuple(sorted(rows, key=lambda one: one.day)) for unit, rows in found.items()}
