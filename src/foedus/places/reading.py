"""Units, towns and airfields of a state, read when they are asked for."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from foedus.csvfile import data_rows
from foedus.dates import parse_day
from foedus.errors import InputError, closest
from foedus.places.model import Airport, State, Town, Unit
from foedus.places.people import counted, total
from foedus.places.tables import lines
from foedus.states import code_of, name_of, spoken_name_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from foedus.places.model import Outlined


@lru_cache(maxsize=1)
def atlas() -> Mapping[str, State]:
    """Return the states whose places are known, by their ISO 3166-1 alpha-3 codes."""
    notes, found = _notes(), {}
    for row in lines("states.tsv"):
        years = tuple((int(year), int(people)) for year, people in row.items() if year.isdigit())
        found[row["iso3"]] = State(
            row["iso3"], row["iso2"], row["capital_name"], int(row["capital"]), row["second_name"],
            int(row["second_people"] or 0), float(row["west"]), years, notes.get(row["iso3"], ""),
        )  # fmt: skip
    return found


def state(name: str, on: str | dt.date | None = None) -> State:
    """Return a state by its code of two or three letters, or its English name; with a day, as it was called then.

    >>> state("KAZ").capital, state("kz").iso3, state("Luxembourg").iso2
    ('Astana', 'KAZ', 'LU')

    Raises:
        InputError: no state has this name, or had it on that day, or nothing is known of its places.

    """
    iso3 = _today().get(str(name).upper()) if on is None else None
    if iso3 is None:
        try:
            iso3 = code_of(name, on)
        except InputError as error:
            raise InputError(
                error.message, found=error.found, expected=error.expected, cure=_of_the_atlas(error.cure, str(name), on)
            ) from error
    if iso3 not in atlas():
        when = "" if on is None else f" on {parse_day(on)}"
        raise InputError(
            f"no places of {spoken_name_of(iso3)} are known",
            found=iso3 if iso3 == name else f"'{name}', which means {iso3}{when}",
            expected="one of the 197 states of today", cure="name a state of today",
        )  # fmt: skip
    return atlas()[iso3]


@lru_cache(maxsize=1)
def _today() -> dict[str, str]:
    return {one.iso2: one.iso3 for one in atlas().values()}


def _of_the_atlas(cure: str | None, name: str, on: str | dt.date | None) -> str | None:
    """Return a hint in which only states stand whose places are known."""
    hints = re.findall(r"'([^']*(?:'[^']+)*)'", cure or "") if cure and cure.startswith("did you mean") else []
    known = []
    for hint in hints:
        with suppress(InputError):
            known.append(hint) if code_of(hint, on) in atlas() else None
    if not hints or len(known) == len(hints):
        return cure
    if known:
        return "did you mean " + " or ".join(repr(hint) for hint in known) + "?"
    near = closest(name.title(), [name_of(iso3) for iso3 in atlas()]) if on is None else None
    return near or "name a state of today, on a day when it was one"


def capital(name: str) -> Town:
    """Return the capital of a state.

    >>> capital("FJI").name
    'Suva'
    """
    one = state(name)
    return next(town for town in towns(one.iso3) if town.id == one.capital_id)


def population(name: str, on: str | dt.date) -> int:
    """Return the people of today's territory of a state on a day, from 1950 to 2030.

    They are the United Nations' figures, of the medium variant; they reach back to before a state was one.

    >>> population("LUX", "2020-07-01")
    630596
    """
    return total(state(name), parse_day(on))


def units(name: str, on: str | dt.date | None = None, *, people_on: str | dt.date | None = None) -> tuple[Unit, ...]:
    """Return the first-level units of a state, today's or those of a day, with their people then.

    Divisions of earlier days are known for a few states (docs/places.md); of all others today's are returned, also
    where the state's territory was another one (``territory``).

    Args:
        name: the state; with a day, whom the name meant on it.
        on: a day whose division and people are meant.
        people_on: the day of the people, if it is another.

    >>> len(units("KAZ")), len(units("KAZ", "2022-01-05"))
    (21, 18)

    Raises:
        InputError: an unknown state, a day on which it did not exist, or one for which no people are known.

    """
    one = state(name, on)
    day = None if on is None else parse_day(on)
    people_day = day if people_on is None else parse_day(people_on)
    return tuple(sorted(_units(one.iso3, day, people_day), key=lambda unit: unit.unit))


@lru_cache(maxsize=64)
def _units(iso3: str, day: dt.date | None, people_day: dt.date | None) -> tuple[Unit, ...]:
    one, notes = atlas()[iso3], _notes()
    found = []
    for row in lines("units.tsv", one.iso2):
        since, until = (dt.date.fromisoformat(row[key]) if row[key] else None for key in ("since", "until"))
        if (until is not None) if day is None else ((since and day < since) or (until and day >= until)):
            continue
        people = counted(one, row["unit"], (int(row["population"]), int(row["low"]), int(row["high"])), people_day)
        found.append(
            Unit(
                row["unit"], row["iso_3166_2"] or None, row["name"], _parts(row["aliases"]), row["kind"],
                float(row["lon"]), float(row["lat"]), people.people, people.low, people.high, people.day, people.source,
                _parts(row["timezones"]), cast("Outlined", row["outline"]), _parts(row["natural_earth"]),
                _whole(row["seat"]), since, until, _parts(row["heirs"]), notes.get(row["unit"], ""),
            )
        )  # fmt: skip
    return tuple(found)


def towns(name: str) -> tuple[Town, ...]:
    """Return the towns of a state: those of 15,000 people and more, seats, and the five largest of each unit.

    They are in the order of their units, the largest first. Their units are today's.
    """
    return _towns(state(name).iso3)


@lru_cache(maxsize=64)
def _towns(iso3: str) -> tuple[Town, ...]:
    return tuple(
        Town(
            int(row["id"]), row["name"], _parts(row["aliases"]), row["unit"], float(row["lon"]), float(row["lat"]),
            int(row["population"]), row["timezone"], row["kind"],
        )
        for row in lines("towns.tsv", atlas()[iso3].iso2)
    )  # fmt: skip


def airports(name: str) -> tuple[Airport, ...]:
    """Return the airfields of a state: all large and medium ones, and small ones with 1,000 m of open runway."""
    return _airports(state(name).iso3)


@lru_cache(maxsize=64)
def _airports(iso3: str) -> tuple[Airport, ...]:
    return tuple(
        Airport(
            row["code"], row["iata"] or None, row["name"], row["unit"], float(row["lon"]), float(row["lat"]),
            _whole(row["elevation_ft"]), cast("Literal['small', 'medium', 'large']", row["size"]),
            _whole(row["runway_m"]), _whole(row["paved_runway_m"]), row["scheduled"] == "yes",
        )
        for row in lines("airports.tsv", atlas()[iso3].iso2)
    )  # fmt: skip


@lru_cache(maxsize=1)
def _notes() -> dict[str, str]:
    return {row["place"]: row["note"] for row in data_rows("foedus.places", "data/notes.csv")}


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None
