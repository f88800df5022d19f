"""Units, towns and airfields by name, code or nearness."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, SupportsFloat, overload

from foedus.errors import InputError, closest, told
from foedus.places.distance import distance_km
from foedus.places.names import folded
from foedus.places.reading import airports, state, towns, units
from foedus.states import spoken_name_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from foedus.places.model import Airport, Town, Unit

# words for a unit's kind, in the languages of most names
_KINDS = frozenset(
    folded(
        "region province oblast oblysy governorate city district state department county prefecture division republic "
        "gouvernement muhafazat wilaya wilayat eyaleti ili provincia provincie departement departamento estado "
        "область области облысы провинция провінція край республика штат محافظة ولاية استان صوبہ محافظہ"
    ).split()
)


@overload
def find(name: str, place: str, on: str | dt.date | None = ..., *, kind: Literal["unit"]) -> Unit: ...
@overload
def find(name: str, place: str, on: str | dt.date | None = ..., *, kind: Literal["town"]) -> Town: ...
@overload
def find(name: str, place: str, on: str | dt.date | None = ..., *, kind: None = ...) -> Unit | Town: ...
def find(
    name: str, place: str, on: str | dt.date | None = None, *, kind: Literal["unit", "town"] | None = None
) -> Unit | Town:
    """Return the unit or the town of a state that a name means: by code, name or alias, in any case and spelling.

    Units come before towns, names before aliases, and of towns the largest first.

    Args:
        name: the state.
        place: GeoNames' or ISO code, name or alias, in Latin, Cyrillic, Arabic or some other letters.
        on: a day whose units are meant.
        kind: look among units or towns only.

    >>> find("KAZ", "kz-75").name, find("KAZ", "алматы", kind="town").name, find("TUR", "Canakkale").name
    ('Almaty', 'Almaty', 'Canakkale')

    Raises:
        InputError: nothing has this name, or several units have.

    """
    one = state(name, on)
    if not isinstance(place, str):
        raise InputError(
            "the name of a place is text", found=told(place, 80, repr), expected="a name or code, as 'KZ-75'",
            cure=f"see: foedus places {one.iso3} --towns",
        )  # fmt: skip
    wanted = folded(place)
    if kind != "town":
        held = units(one.iso3, on)
        for of in (_codes, _names, _bare, _aliases):
            meant = [unit for unit in held if wanted and wanted in of(unit)]
            if len(meant) == 1:
                return meant[0]
            if meant:
                raise InputError(
                    f"several units of {spoken_name_of(one.iso3)} are called '{place}'",
                    found=", ".join(f"{unit.code} ({unit.name})" for unit in meant),
                    cure="give the code of one of them",
                )  # fmt: skip
    if kind != "unit":
        for of_town in (_town_name, _town_aliases):
            known = [town for town in towns(one.iso3) if wanted and wanted in of_town(town)]
            if known:
                return max(known, key=lambda town: (town.population, -town.id))
    held = () if kind == "town" else units(one.iso3, on)
    called = [folded(unit.name) for unit in held]
    listed = [word for unit in held for word in (unit.name, unit.code) if called.count(folded(word)) <= 1]
    listed += [] if kind == "unit" else [town.name for town in towns(one.iso3)]
    raise InputError(
        f"no {kind or 'unit or town'} of {spoken_name_of(one.iso3)} has the name or code '{place}'",
        expected="a name or code that 'foedus places' lists",
        cure=closest(place, listed) or f"see: foedus places {one.iso3} --towns",
    )


def nearest_airport(name: str, lon: float, lat: float, runway_m: int = 1500) -> tuple[Airport, float] | None:
    """Return the nearest airfield of a state with a paved runway known to be so long, and its distance in km, or None.

    A paved runway of 1,500 m or more makes medium transport aircraft likely, one of 2,400 m heavy ones; pavement
    strength, fuel, damage and closure since October 2022 are not known. Airfields of other states are not looked at.

    >>> field, km = nearest_airport("KAZ", 76.93, 43.24)
    >>> field.code, round(km)
    ('UAAA', 16)

    Raises:
        InputError: an unknown state, or no numbers in degrees and metres.

    """
    given: tuple[tuple[str, object, float], ...] = (("lon", lon, 360), ("lat", lat, 90), ("runway_m", runway_m, 1e5))
    for what, value, most in given:
        if not abs(_number(value)) <= most:  # NaN is within no limits
            raise InputError(
                f"'{what}' is not a number that it can be", key=what, found=told(value, 80, repr),
                expected=f"a number from -{most:g} to {most:g}",
            )  # fmt: skip
    fit = [field for field in airports(name) if (field.paved_runway_m or 0) >= runway_m]
    if not fit:
        return None
    return min(((field, distance_km(lon, lat, field.lon, field.lat)) for field in fit), key=lambda pair: pair[1])


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, SupportsFloat) and not isinstance(value, bool) else math.nan
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _codes(unit: Unit) -> Iterable[str]:
    return {folded(unit.unit), folded(unit.code)}


def _names(unit: Unit) -> Iterable[str]:
    return {folded(unit.name)}


def _bare(unit: Unit) -> Iterable[str]:
    """Return its name without the word for its kind, as in "Osh" for "Osh Region"."""
    return {_without_kind(unit.name)} - {""}


def _aliases(unit: Unit) -> Iterable[str]:
    return {form for alias in unit.aliases for form in (folded(alias), _without_kind(alias))} - {""}


def _without_kind(name: str) -> str:
    return " ".join(word for word in folded(name).split() if word not in _KINDS)


def _town_name(town: Town) -> Iterable[str]:
    return {folded(town.name)}


def _town_aliases(town: Town) -> Iterable[str]:
    return {folded(alias) for alias in town.aliases}
