"""What is known of each state: its units, the towns of each, the polygons, the capital."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import joining
import people
import sources
from capitals import CAPITALS, NUMBERS
from naming import bare, folded

from foedus.places.distance import distance_km
from foedus.states import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from joining import Drawn, Outline
    from sources import Listed

_LARGE = 15_000  # people from which a town is kept
_LARGEST = 5  # of each unit, whatever their size
_APART_KM = 30.0  # of the second town from the capital
_NO_PEOPLE = {"PPLX", "PPLH", "PPLQ", "PPLW"}  # sections of towns, and places that were
_LANGUAGES = (
    "en", "fr", "es", "de", "ru", "uk", "ar", "fa", "tr", "pt", "it", "pl", "nl", "sv", "hu", "el", "id", "vi", "hi",
    "bn", "ur", "he", "ja", "ko", "zh", "zht",
)  # fmt: skip
# Natural Earth's areas without a code of their own, by the state whose units GeoNames has there
_HELD = {"KAB": "KZ", "CYN": "CY", "SOL": "SO"}
_WHOLE = {"SG", "VA"}  # GeoNames has no units: one, the whole state
_AS_DRAWN = {"TW"}  # GeoNames has the four units of old: Natural Earth's are taken


@dataclass(slots=True)
class Gathered:
    """A state: two- and three-letter code, frame, names of units, towns, people by year, outlines, capital."""

    state: str
    iso3: str
    edge: float
    unit_names: dict[str, str]
    towns: list[Listed]
    people: Mapping[int, int]
    outlines: dict[str, Outline]
    capital: Listed | None = None
    second: Listed | None = None
    seats: dict[str, Listed] = field(default_factory=dict)
    iso: dict[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def units(self) -> list[str]:
        """The codes of its units."""
        return list(self.unit_names)

    @property
    def people_towns(self) -> list[Listed]:
        """The towns that people are counted in; sections of towns only where a unit has nothing else."""
        whole = [town for town in self.towns if town.kind not in _NO_PEOPLE]
        held = {town.unit for town in whole}
        return whole + [town for town in self.towns if town.kind == "PPLX" and town.unit not in held]

    def kept(self) -> list[Listed]:
        """Return the towns that are shipped: the large ones, seats, the five largest of each unit."""
        by_unit: dict[str, list[Listed]] = defaultdict(list)
        for town in sorted(self.people_towns, key=lambda town: (-town.people, town.id)):
            by_unit[town.unit].append(town)
        keep = {town.id for towns in by_unit.values() for town in towns[:_LARGEST]}
        keep |= {town.id for town in self.people_towns if town.people >= _LARGE}
        keep |= {town.id for town in (self.capital, self.second, *self.seats.values()) if town}
        return [town for town in self.towns if town.id in keep]

    def names(self, unit: str) -> list[str]:
        """Return a unit's names: GeoNames' first, then those of the polygon that is it."""
        first = self.unit_names[unit]
        found = [first]
        outline = self.outlines[unit]
        given = Counter(p.properties["iso_3166_2"] for o in self.outlines.values() for p in o.drawn)
        for one in outline.drawn:
            p = one.properties
            code = p["iso_3166_2"]
            alike = bare(first) in {bare(name) for name in one.names}
            if len(outline.drawn) == 1 and (outline.how == "exact" or alike):
                found += [p["name"], p["name_local"], *(p["name_alt"] or "").split("|")]
                found += [p["gn_name"], p["woe_name"], *(p[f"name_{language}"] for language in _LANGUAGES)]
                # a code that two polygons carry is wrong for one of them
                found += [code] if given[code] == 1 and not code.endswith("~") and code != self.iso.get(unit) else []
        found += self.aliases.get(unit, ())
        unique: dict[str, str] = {}
        for name in (" ".join(name.split()) for name in found if name):
            unique.setdefault(folded(name), name)
        return [name for fold, name in unique.items() if fold]


def gather(packages: Path, iso3: Mapping[str, str]) -> dict[str, Gathered]:
    """Return what is known of each state, by two-letter code; ``iso3`` has the states by it."""
    towns: dict[str, list[Listed]] = defaultdict(list)
    for town in sources.towns(packages):
        towns[town.state].append(town)

    def of_state(properties: dict[str, Any]) -> str:
        by_code = properties["gn_a1_code"].split(".")[0] if "." in properties["gn_a1_code"] else ""
        candidates = (by_code, properties["iso_a2"], _HELD.get(properties["adm0_a3"], ""))
        return next((str(code) for code in candidates if code in iso3), "")

    polygons: dict[str, list[Drawn]] = defaultdict(list)
    for one in joining.drawn(sources.natural_earth(packages), of_state):
        polygons[one.state].append(one)
    names, totals, listed = sources.unit_names(packages), sources.people(packages), sources.states(packages)
    found = {}
    for state in sorted(iso3):
        number = NUMBERS.get(iso3[state]) or int(listed[state]["isonumeric"])
        one = _gathered(state, iso3[state], towns[state], polygons[state], names, totals[number])
        _find_capital(one, CAPITALS.get(one.iso3, listed[state]["capital"]))
        found[state] = one
    return found


def _gathered(
    state: str, iso3: str, towns: list[Listed], polygons: list[Drawn], names: Mapping[str, str],
    totals: Mapping[int, int],
) -> Gathered:  # fmt: skip
    edge = joining.frame_of([t.lon for t in towns] + [x for p in polygons for x in joining.ends(p.geometry)])
    for polygon in polygons:
        polygon.geometry = joining.framed(polygon.geometry, edge)
    homes = joining.homes(polygons, towns, edge)
    if state in _WHOLE:
        names = {state: name_of(iso3)}
        towns = [replace(town, unit=state) for town in towns]
    elif state in _AS_DRAWN:
        codes = {p.id: p.properties["iso_3166_2"].replace("-", ".") for p in polygons}
        names = {codes[p.id]: p.properties["name_en"] or p.properties["name"] for p in polygons}
        towns = [replace(town, unit=codes[homes[town.id].id] if town.id in homes else "") for town in towns]
    towns = _settled(towns, names)
    units = sorted({town.unit for town in towns})
    for town in towns:
        if town.id in homes and not _drawn_elsewhere(town.unit):
            homes[town.id].towns.append(town)
    outlines = joining.join(polygons, towns, {unit: {folded(names[unit])} for unit in units})
    seats = {unit: seat for unit in units if (seat := _seat(unit, towns))}
    return Gathered(state, iso3, edge, {unit: names[unit] for unit in units}, towns, totals, outlines, seats=seats)


def _drawn_elsewhere(unit: str) -> bool:
    """Whether Natural Earth draws the area of a unit as another state's."""
    return unit == "IL.WE"


def _settled(towns: list[Listed], names: Mapping[str, str]) -> list[Listed]:
    """Give the towns whose code is that of no unit to the unit of the nearest town that has one."""
    known = [town for town in towns if town.unit in names]
    return [
        town if town.unit in names else replace(town, unit=min(known, key=lambda near: (_km(town, near), near.id)).unit)
        for town in towns
    ]


def _seat(unit: str, towns: Iterable[Listed]) -> Listed | None:
    """Return the town that a unit is governed from, where GeoNames says so."""
    seats = [town for town in towns if town.unit == unit and town.kind in {"PPLC", "PPLA"}]
    return max(seats, key=lambda town: (town.kind == "PPLC", town.people, -town.id), default=None)


def _find_capital(one: Gathered, name: str) -> None:
    """Find the capital, and the largest town more than 30 km from it."""
    one.capital = max((t for t in one.towns if t.name == name), key=lambda town: town.people)
    others = sorted((t for t in one.towns if t is not one.capital and t.people), key=lambda town: -town.people)
    second = next((t for t in others if _km(one.capital, t) > _APART_KM), None)
    if second is not None and one.capital.people + second.people < one.people[people.DAY.year]:
        one.second = second


def _km(one: Listed, other: Listed) -> float:
    return distance_km(one.lon, one.lat, other.lon, other.lat)
