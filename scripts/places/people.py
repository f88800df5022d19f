"""People of units: the state's total, shared by towns and by the number of towns, with an interval."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sources import Listed

YEARS = range(1950, 2035, 5)
DAY = dt.date(2025, 7, 1)  # of the estimates: the day of one of the five-year figures
# by the share of a unit's people who live in its listed towns: the factor within which 80 % of 330 units of 17 states
# lay of their official figures (docs/places.md)
_FACTORS = ((0.1, 3.5), (0.3, 1.75), (0.6, 1.55), (0.85, 1.35), (1.01, 1.45))


@dataclass(frozen=True, slots=True)
class People:
    """People of a unit on the day of the estimates, and the interval of 80 %."""

    people: int
    low: int
    high: int


def estimated(total: int, towns: Iterable[Listed], units: Iterable[str]) -> dict[str, People]:
    """Return the people of each unit of a state, so that they add up to the total.

    Each unit has its towns; those who live in none are shared out by the number of towns. Where the towns have more
    people than the state they are scaled down.
    """
    towns = list(towns)
    in_towns: Counter[str] = Counter()
    listed = Counter(town.unit for town in towns)
    for town in towns:
        in_towns[town.unit] += town.people
    units = sorted(units)
    if not sum(listed.values()):
        return {unit: People(round(total / len(units)), 0, total) for unit in units}
    scale = min(1.0, total / max(1, sum(in_towns.values())))
    rest = total - scale * sum(in_towns.values())
    exact = {unit: scale * in_towns[unit] + rest * listed[unit] / sum(listed.values()) for unit in units}
    whole = _rounded(exact, total)
    found = {}
    for unit, people in whole.items():
        share = scale * in_towns[unit] / exact[unit] if exact[unit] else 0.0
        factor = next(factor for below, factor in _FACTORS if share < below)
        factor = 1.0 if len(units) == 1 else factor
        found[unit] = People(people, round(people / factor), min(total, round(people * factor)))
    return found


def _rounded(exact: Mapping[str, float], total: int) -> dict[str, int]:
    """Round so that the sum stays: what is left goes to the largest fractions."""
    whole = {unit: int(value) for unit, value in exact.items()}
    left = total - sum(whole.values())
    for unit in sorted(exact, key=lambda unit: (whole[unit] - exact[unit], unit))[:left]:
        whole[unit] += 1
    return whole
