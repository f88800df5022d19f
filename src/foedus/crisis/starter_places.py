"""Where a starter scenario plays: the state's own units and outlines where they are known, else invented places."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from foedus.crisis.fitting import NEIGHBOUR_KM
from foedus.places import Territory, Unit, atlas, capital, distance_km, outlines, territory, units
from foedus.places.clocks import zone_of
from foedus.places.people import nearest_counted
from foedus.states import name_of, spoken_name_of

if TYPE_CHECKING:
    import datetime as dt

_MOST = 24  # units that are places of their own; the smaller ones share one
_SITES = ("[square, city_hall, police, airport]", "3", "2")  # of the capital's unit, of the next largest, of the others
_SHOCKS = (0.6, 0.4, 0.2)
_ESTIMATED = "GeoNames, CC BY 4.0; United Nations, World Population Prospects 2024, CC BY 3.0 IGO"


class Setting(NamedTuple):
    """The places of a starter, their outlines (None: there are none), and a sentence on what of them is real."""

    places: list[dict[str, Any]]
    outlines: str | None
    told: str
    real: bool


def setting(state: str, day: dt.date) -> Setting:
    """Return where a starter of a state and a day plays."""
    then = territory(state, day) if state in atlas() else None
    if state not in atlas() or (then is not None and then.another):
        return _invented(state, day, then)
    return _real(state, units(state, day, people_on=nearest_counted(atlas()[state], day)), day)


def _real(state: str, held: tuple[Unit, ...], day: dt.date) -> Setting:
    seat = capital(state)
    first = _home(seat.unit, held)
    ranked = [first, *sorted((unit for unit in held if unit is not first), key=lambda u: (-u.population, u.unit))]
    own, rest = (ranked, []) if len(ranked) <= _MOST + 1 else (ranked[:_MOST], ranked[_MOST:])
    names = _names(own, state)
    rows = [
        _row(unit.code, name, max(1, unit.population), unit.lon, unit.lat, unit.utc_offset(day), _basis(unit))
        for unit, name in zip(own, names, strict=True)
    ]
    rows[0] |= {"lon": seat.lon, "lat": seat.lat, "utc_offset": seat.utc_offset(day)}
    if rest:
        lon, lat = _middle(rest)
        people, clock = sum(unit.population for unit in rest), rest[0].utc_offset(day)
        what = f"{len(rest)} smaller units together"
        rows.append(
            _row(f"{atlas()[state].iso2}-rest", f"Rest of {spoken_name_of(state)}", people, lon, lat, clock, what)
        )
    drawn = outlines(state, day)
    text = json.dumps(drawn, ensure_ascii=False, separators=(",", ":")) + "\n" if drawn["features"] else None
    return Setting(_finished(rows), text, _told(state, held, rest, drawn["features"], day), real=True)


def _home(unit: str, held: tuple[Unit, ...]) -> Unit:
    """Return the unit that the capital lies in, also where it is a former one."""
    return next((one for one in held if one.unit == unit), None) or next(one for one in held if unit in one.heirs)


def _names(own: list[Unit], state: str) -> list[str]:
    """Return a name for each unit that no other has, nor the state: claims know places by name."""
    plain = [unit.name for unit in own]
    taken = {name_of(state).casefold()}
    alone = {name for name in plain if plain.count(name) == 1 and name.casefold() not in taken}
    return [name if name in alone else f"{name} ({unit.code})" for name, unit in zip(plain, own, strict=True)]


def _basis(unit: Unit) -> str:
    if unit.population_source:
        return "official"
    if not unit.people_known:
        return "not known"
    return f"estimated, 80 %: {unit.population_low:,} to {unit.population_high:,}"


def _middle(rest: list[Unit]) -> tuple[float, float]:
    """Return the middle of units weighted by people, on the sphere, so that the date line does no harm."""
    x = y = z = 0.0
    for unit in rest:
        lon, lat = math.radians(unit.lon), math.radians(unit.lat)
        x += unit.population * math.cos(lat) * math.cos(lon)
        y += unit.population * math.cos(lat) * math.sin(lon)
        z += unit.population * math.sin(lat)
    return round(math.degrees(math.atan2(y, x)), 2), round(math.degrees(math.atan2(z, math.hypot(x, y))), 2)


def _invented(state: str, day: dt.date, then: Territory | None) -> Setting:
    sizes = (("Capital", 400_000, 0.0, 0.0), ("Second town", 150_000, 0.3, -0.2), ("Countryside", 250_000, 0.0, 0.4))
    rows = [_row(f"P{n + 1}", *size, 0.0, "invented") for n, size in enumerate(sizes)]
    told = (
        f"Invented: Foedus knows no places of {spoken_name_of(state)} on this day"
        + (f" (on {day}, {then.then})" if then else "")
        + ". Names, people and clocks of its places are made up, and their coordinates lie in the Gulf of Guinea; "
        "replace them with real ones."
    )
    return Setting(_finished(rows), None, told, real=False)


def _row(code: str, name: str, people: int, lon: float, lat: float, clock: float, basis: str) -> dict[str, Any]:
    found = {"code": code, "name": name, "population": people, "lon": lon, "lat": lat, "utc_offset": clock}
    return {**found, "basis": basis}


def _finished(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add what is invented of each place (sites, shock), and whether it lies far from all others."""
    for number, row in enumerate(rows):
        others = [distance_km(row["lon"], row["lat"], o["lon"], o["lat"]) for o in rows if o is not row]
        row |= {"sites": _SITES[min(number, 2)], "shock": _SHOCKS[min(number, 2)]}
        row["remote"] = min(others, default=0.0) > NEIGHBOUR_KM
    return rows


def _told(
    state: str, held: tuple[Unit, ...], rest: list[Unit], features: list[dict[str, Any]], day: dt.date
) -> str:  # fmt: skip
    one, count = atlas()[state], len(held)
    who = (
        f"the {count} first-level units of {spoken_name_of(state)}"
        if count > 1
        else f"{spoken_name_of(state)} as one place"
    )
    then = territory(state, day)
    if then is not None:
        some = f"the {count} units" if count > 1 else "one unit"
        who = f"{some} of today's territory of {spoken_name_of(state)}, which differs from that of the day: {then.then}"
    rough = sum(feature["properties"]["outline"] == "approximate" for feature in features)
    parts = [f"Real: {who}"]
    parts += [f"the {len(rest)} smallest as one place"] if rest else []
    parts += (
        [f"outlines (made with Natural Earth{f'; {rough} of them approximate' if rough else ''})"] if features else []
    )
    official = sorted({unit.population_source for unit in held if unit.population_source})
    estimated = sum(unit.population_source is None for unit in held)
    guess = "estimated" if estimated == count else f"estimated for {estimated}"
    people = [f"{guess} ({_ESTIMATED})"] if estimated else []
    people += [f"official ({'; '.join(official)})"] if official else []
    table = "" if zone_of(held[0].timezone) else " but for summer time"
    note = f" Note: {one.note}" if one.note else ""
    nearest = "" if held[0].population_day == day else ", the nearest day with figures"
    listed = f"{'; '.join(parts)}, and today's capital" if then else f"{', '.join(parts)}, and the capital"
    return (
        f"{listed}. People are those of {held[0].population_day}{nearest}: {', '.join(people)}. "
        f"Clocks are those of {day}{table}.{note}"
    )
