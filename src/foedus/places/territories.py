"""States whose territory was another one: on such days the units of today are not those of the state."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

from foedus.csvfile import data_rows
from foedus.dates import parse_day
from foedus.places.reading import state

_KNOWN_FROM = dt.date(1945, 1, 1)


class Territory(NamedTuple):
    """How a state's territory differed from today's on a day, by which source.

    ``another``: its code meant another state, of which no places are known.
    """

    then: str
    source: str
    another: bool


def territory(name: str, on: str | dt.date) -> Territory | None:
    """Return how a state's territory of a day differed from today's; None where it did not markedly, as far as known.

    Differences are known from 1945 on.

    >>> territory("SDN", "2005-01-01").then, territory("SDN", "2012-01-01")
    ('South Sudan was part of it', None)
    >>> territory("VNM", "1970-01-01").another
    True

    Raises:
        InputError: an unknown state, or one that did not exist on that day.

    """
    day = parse_day(on)
    iso3 = state(name, day).iso3
    held = [row for row in _rows().get(iso3, ()) if (not row[0] or row[0] <= day) and day < row[1]]
    if held:
        parts = [row[2] for row in held]
        return Territory(
            "; ".join(part.then for part in parts),
            "; ".join(dict.fromkeys(part.source for part in parts)),
            any(part.another for part in parts),
        )
    if day < _KNOWN_FROM:
        return Territory("Foedus knows no borders from before 1945", "", another=False)
    return None


@lru_cache(maxsize=1)
def _rows() -> dict[str, list[tuple[dt.date | None, dt.date, Territory]]]:
    found: dict[str, list[tuple[dt.date | None, dt.date, Territory]]] = {}
    for row in data_rows("foedus.places", "data/territories.csv"):
        start = dt.date.fromisoformat(row["from"]) if row["from"] else None
        one = Territory(row["then"], row["source"], row["other"] == "yes")
        found.setdefault(row["state"], []).append((start, dt.date.fromisoformat(row["until"]), one))
    return found
