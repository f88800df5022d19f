"""States and places by name and code, and the frames of a study."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import mutators
from runner import Outcome, Target, Wrong

from foedus import places, states, treaties
from foedus.dates import parse_day
from foedus.errors import InputError

if TYPE_CHECKING:
    from random import Random

_SYSTEMS = ("iso3", "cow", "gw")
_HELD = (*_SYSTEMS, "iso3n", "cow_abbreviation")


@cache
def _names() -> list[str]:
    return [*sorted(states.known_codes()), *(states.name_of(code) for code in sorted(states.known_codes()))]


def _make_code(rng: Random) -> tuple[str, Any, str]:
    name: Any = rng.choice(_names()) if rng.random() < 0.8 else rng.choice((2, 365, 255, 710, 9999, -1, 0, 2.0))
    if rng.random() < 0.4:
        name = mutators.value(rng, name)
    year = rng.choice((1816, 1900, 1945, 1960, 1990, 2000, 2022, 2100))
    day = (
        f"{year}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}" if rng.random() < 0.85 else rng.choice(mutators.ODD_DAYS)
    )
    return rng.choice(("convert", "code_of", "state_of", "states_in", "check_then", "codes_on")), name, day


def _use_code(given: tuple[str, Any, str]) -> Outcome:
    what, name, on = given
    day = parse_day(on)
    if what == "convert":
        for source in _SYSTEMS:
            for to in _SYSTEMS:
                if isinstance(name, str) == (source == "iso3"):
                    found = states.convert(name, source, to, day)
                    if to == source and states.convert(found, source, to, day) != found:
                        raise Wrong("a code that is translated into itself as another")
        return "accepted"
    text = str(name)
    if what == "code_of":
        for code in (states.code_of(text), states.code_of(text, day)):
            if code not in states.known_codes() or states.code_of(code) != code:
                raise Wrong("a code that no state has")
        if not states.exists(states.code_of(text, day), day):
            raise Wrong("a state on a day when there was none")
    elif what == "states_in":
        for mention in states.states_in(text):
            if not set(mention.states) <= states.known_codes():
                raise Wrong("a mention of a state that there is not")
    else:
        {
            "state_of": states.state_of,
            "check_then": lambda one: states.check_then(one, day),
            "codes_on": lambda one: states.codes_on(one, day),
        }[what](text)
    return "accepted"


def _make_frame(rng: Random) -> tuple[dict[str, list[Any]], str, tuple[str, ...]]:
    size, year = rng.randrange(0, 6), rng.randrange(1930, 2030)
    system = rng.choice(_HELD)
    codes: list[Any] = {
        "iso3": ["FIN", "USA", "KAZ", "RUS", "TWN", "SUN", "ZZZ", "Russia", "Finland"],
        "iso3n": [246, 840, 398, 643, 158, 810, 0, "246"],
        "cow_abbreviation": ["FIN", "USA", "KZK", "RUS", "TAW", "zzz"],
    }.get(system, [2, 375, 705, 365, 713, 9999])
    columns: dict[str, list[Any]] = {
        "a": [rng.choice(codes) for _ in range(size)], "b": [rng.choice(codes) for _ in range(size)], "year": [year + rng.randrange(3) for _ in range(size)],
    }  # fmt: skip
    if rng.random() < 0.5 and size:
        name = rng.choice(list(columns))
        columns[name][rng.randrange(size)] = mutators.value(rng, columns[name][0])
    if rng.random() < 0.2:
        columns[rng.choice(("defence", "treaties", "x", "year2"))] = list(range(size))
    names = rng.choice(
        (("a", "b", "year"),) * 8
        + (("a", "year"),) * 3
        + (("b", "a"), ("a",), ("year", "a", "b"), ("a", "a", "year"), ("x", "b", "year"), ())
    )
    return columns, system if rng.random() < 0.95 else rng.choice(("x", "")), names


def _use_frame(given: tuple[dict[str, list[Any]], str, tuple[str, ...]]) -> Outcome:
    import pandas as pd

    columns, system, names = given
    try:
        frame = pd.DataFrame(columns)
    except (ValueError, OverflowError):
        return "unread"
    if names and names[0] == "x":
        frame = frame.rename(columns={"a": "ccode1", "b": "ccode2"})
        joined = treaties.join(frame)
    else:
        joined = treaties.join(frame, system, names)  # type: ignore[arg-type]
    if len(joined) != len(frame) or not joined.index.equals(frame.index):
        raise Wrong("a join that changes the rows")
    for name in ("defence", "consultation", "non_aggression"):
        if len(names) == 3 and not joined[name].dropna().isin([0, 1]).all():
            raise Wrong("a promise that is neither 0 nor 1")
    return "accepted"


def _make_years(rng: Random) -> tuple[Any, ...]:
    start = rng.randrange(1810, 2030)
    years = [start, start + rng.choice((0, 0, 1, 2, -1))]
    if rng.random() < 0.3:
        years[rng.randrange(2)] = mutators.value(rng, start)
    return (
        rng.choice(("dyad_years", "state_years", "panel", "members")),
        *years,
        rng.choice(("cow", "gw", "iso3", "", None)),
    )


def _use_years(given: tuple[Any, ...]) -> Outcome:
    what, start, end, system = given
    if what == "panel":
        frame = treaties.panel(start, end, "dyad-year" if system == "cow" else "state-year")
        if not frame["year"].between(start, end).all():
            raise Wrong("a panel of other years")
        return "accepted"
    if what == "members":
        frame = states.members(system, through=start)
    elif what == "state_years":
        frame = states.state_years(start, end, system)
    else:
        frame = states.dyad_years(start, end, True, system)
        if len(frame) % 2 or frame.duplicated().any():
            raise Wrong("a directed pair without its other half, or twice")
    return "accepted"


_PLACE_WORDS = (
    "almaty",
    "алматы",
    "ALA",
    "KZ-75",
    "Osh",
    "Paris",
    "Georgia",
    "Aktobe",
    "São",
    "Иссык-Куль",
    "قم",
    "MLI.05",
    "",
)


@cache
def _units(state: str) -> list[str]:
    return [word for unit in places.units(state) for word in (unit.code, unit.unit, unit.name, *unit.aliases[:2])]


def _make_place(rng: Random) -> tuple[str, Any, Any, str]:
    what = rng.choice(("state", "find", "find", "find", "units", "population", "airport", "outlines", "towns"))
    state: Any = rng.choice(("KAZ", "KGZ", "FJI", "LUX", "MLI", "Mali", "kz", "HTI", "SLB", "BHR"))
    place: Any = rng.choice(_PLACE_WORDS)
    if rng.random() < 0.7:
        place = rng.choice(_units(state) or [""])
    if rng.random() < 0.3:
        place = mutators.value(rng, place)
    if rng.random() < 0.12:
        state = mutators.value(rng, state)
    year = rng.choice((1950, 1960, 1992, 2000, 2010, 2022, 2022, 2029))
    day = f"{year}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}"
    return what, state, place, day if rng.random() < 0.85 else rng.choice(mutators.ODD_DAYS)


def _use_place(given: tuple[str, Any, Any, str]) -> Outcome:
    what, name, place, on = given
    state, place = str(name), str(place)
    if what == "state":
        if places.state(places.state(state).iso3).iso2 != places.state(state).iso2:
            raise Wrong("a state whose code means another")
    elif what == "find":
        found = places.find(state, place, None if len(place) % 2 else on)
        code = found.code if isinstance(found, places.Unit) else found.unit
        if not code:
            raise Wrong("a place without a code")
    elif what == "units":
        for unit in places.units(state, on):
            if not 0 <= unit.population_low <= unit.population <= unit.population_high:
                raise Wrong("people outside of their interval")
    elif what == "population":
        if not 0 < places.population(state, on) < 2e9:
            raise Wrong("a state of nobody, or of all")
    elif what == "airport":
        near = places.nearest_airport(state, float(len(place)), 1.0, len(place) * 100)
        if near is not None and not 0 <= near[1] <= 20_100:
            raise Wrong("a distance longer than half the earth")
    elif what == "outlines":
        json.dumps(places.outlines(state, on), allow_nan=False)
    elif not all(-180 <= town.lon <= 180 and -90 <= town.lat <= 90 for town in places.towns(state)):
        raise Wrong("a town off the earth")
    return "accepted"


def _use_years_with_data(given: tuple[Any, ...]) -> Outcome:
    try:
        return _use_years(given)
    except InputError as error:
        if "external data" in error.message:
            return "refused"
        raise


TARGETS = (
    Target("code", _make_code, _use_code, 8.0),
    Target("join", _make_frame, _use_frame, 0.5),
    Target("years", _make_years, _use_years_with_data, 0.5),
    Target("place", _make_place, _use_place, 1.0),
)
