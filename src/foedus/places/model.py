"""What is known of places: states, their units, towns and airfields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from foedus.places.clocks import utc_offset

if TYPE_CHECKING:
    import datetime as dt

Outlined = Literal["exact", "merged", "approximate", "none"]


@dataclass(frozen=True, slots=True)
class State:
    """A state of today.

    ``second`` is the largest town more than 30 km from the capital ("" if there is none), ``west`` the western edge of
    the 360 degrees in which its outlines lie in one piece, ``note`` what is disputed or not as one would expect.
    """

    iso3: str
    iso2: str
    capital: str
    capital_id: int
    second: str
    second_population: int
    west: float
    populations: tuple[tuple[int, int], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A first-level unit of a state: a region, a province, a county.

    Attributes:
        unit: GeoNames' code of its state and of it (KZ.01); of a former one with the year in which it ended.
        iso_3166_2: its ISO code, None if it has none.
        name: its name; ``aliases`` are other spellings and languages, and older codes.
        kind: what it is called (Region, Province), "" if that is not known.
        lon, lat: of its seat, else of its largest town, in degrees.
        population: people on ``population_day``.
        population_low, population_high: the interval of 80 %; from 0 to the state's people where nothing is known.
        population_source: who counted them; None: the figure is an estimate of ours.
        timezones: IANA names, that of most of its people first.
        outline: how its outline was found. ``exact`` and ``merged`` are Natural Earth's; ``approximate`` was cut
            along its towns and is to be drawn with a mark; ``none``: there is none.
        seat: GeoNames' id of the town from which it is governed, None if that is not known.
        since, until: the days on which it began and ended (None: long ago, or still there).
        heirs: the units of today that took a former one's place.
        note: what is disputed about it, and what each source draws.

    """

    unit: str
    iso_3166_2: str | None
    name: str
    aliases: tuple[str, ...]
    kind: str
    lon: float
    lat: float
    population: int
    population_low: int
    population_high: int
    population_day: dt.date
    population_source: str | None
    timezones: tuple[str, ...]
    outline: Outlined
    natural_earth: tuple[str, ...]
    seat: int | None
    since: dt.date | None
    until: dt.date | None
    heirs: tuple[str, ...]
    note: str

    @property
    def code(self) -> str:
        """Its ISO code, or GeoNames' if it has none."""
        return self.iso_3166_2 or self.unit

    @property
    def people_known(self) -> bool:
        """Whether anything is known of its people: no town of some units has a figure."""
        return self.population > 0

    @property
    def timezone(self) -> str:
        """The time zone of most of its people."""
        return self.timezones[0]

    def utc_offset(self, day: dt.date) -> float:
        """Return the hours by which its clock is ahead of UTC at noon of a day; without a table, in standard time."""
        return utc_offset(self.timezone, day)


@dataclass(frozen=True, slots=True)
class Town:
    """A town: GeoNames' id, its unit, degrees, people (GeoNames has no date for them), IANA time zone.

    ``kind`` is GeoNames' feature code: PPLC a capital, PPLA a seat of a unit; "" if it is not known.
    """

    id: int
    name: str
    aliases: tuple[str, ...]
    unit: str
    lon: float
    lat: float
    population: int
    timezone: str
    kind: str

    def utc_offset(self, day: dt.date) -> float:
        """Return the hours by which its clock is ahead of UTC at noon of a day; without a table, in standard time."""
        return utc_offset(self.timezone, day)


@dataclass(frozen=True, slots=True)
class Airport:
    """An airfield as OurAirports had it in October 2022.

    ``runway_m`` is the longest open runway in metres, ``paved_runway_m`` the longest that is known to be paved. None
    says that nothing is known, not that there is none. Whether an aircraft can use it depends on what no list holds:
    strength of the pavement, apron, fuel, damage, closure since.
    """

    code: str
    iata: str | None
    name: str
    unit: str
    lon: float
    lat: float
    elevation_ft: int | None
    size: Literal["small", "medium", "large"]
    runway_m: int | None
    paved_runway_m: int | None
    scheduled: bool
