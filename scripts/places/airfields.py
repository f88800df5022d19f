"""Airfields with their longest open runway, each in a unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SIZES = {"small_airport": "small", "medium_airport": "medium", "large_airport": "large"}
_PAVED = re.compile(r"\b(?:ASP|CON|PEM|BIT|TARMAC|PAVED|MACADAM)|ASPH|CONC|BITUM|ASFALT|BETON")
_UNPAVED = re.compile(r"UNPAVED|GRAVEL|GRASS|GRVL|TURF|DIRT|SAND|EARTH|WATER|SOIL|CLAY")
_FOOT = 0.3048
_SHORTEST = 1000  # metres of open runway from which a small airfield is kept
_FAR = 0.2  # degrees from its own state at which an airfield in another's outline counts as the other's
_COAST = 1.0  # degrees within which an airfield off the drawn coast counts as of the nearest unit


@dataclass(frozen=True, slots=True)
class Field:
    """An airfield: degrees, feet, metres (None: not known), whether airlines fly there."""

    code: str
    iata: str
    name: str
    unit: str
    lon: float
    lat: float
    elevation_ft: int | None
    size: str
    runway_m: int | None
    paved_runway_m: int | None
    scheduled: bool


def airfields(
    rows: Sequence[dict[str, str]],
    runways: Sequence[dict[str, str]],
    areas: Mapping[str, Any],
    edges: Mapping[str, float],
    iso: Mapping[str, str],
    single: Mapping[str, str],
) -> list[Field]:
    """Return the airfields worth keeping.

    Args:
        rows: airfields of OurAirports.
        runways: its runways.
        areas: geometry by unit, in the frame of its state.
        edges: western edge of the frame by state, two letters.
        iso: unit by ISO 3166-2 code.
        single: the only unit of states that have one.

    """
    longest = _longest(runways)
    units = list(areas)
    tree = shapely.STRtree([areas[unit] for unit in units])
    found = []
    for row in rows:
        state, size = row["iso_country"], _SIZES.get(row["type"])
        runway, paved = longest.get(row["ident"], (None, None))
        if size is None or state not in edges or (size == "small" and (runway or 0) < _SHORTEST):
            continue
        lon, lat = float(row["longitude_deg"]), float(row["latitude_deg"])
        unit = _unit(lon, lat, state, units, areas, tree, edges) or iso.get(row["iso_region"]) or single.get(state)
        if unit is None:
            continue
        height = row["elevation_ft"]
        found.append(
            Field(
                row["ident"],
                row["iata_code"] if len(row["iata_code"]) == 3 else "",
                " ".join(row["name"].split()),
                unit,
                round(lon, 4),
                round(lat, 4),
                int(height) if re.fullmatch(r"-?\d+", height) else None,
                size,
                runway,
                paved,
                row["scheduled_service"] == "yes",
            )
        )
    return sorted(found, key=lambda field: (field.unit, field.code))


def _longest(runways: Sequence[dict[str, str]]) -> dict[str, tuple[int | None, int | None]]:
    """Return the longest open runway, and the longest open one known to be paved, in metres, by airfield."""
    found: dict[str, tuple[int | None, int | None]] = {}
    for row in runways:
        if row["closed"] != "0" or not re.fullmatch(r"\d+", row["length_ft"]) or int(row["length_ft"]) == 0:
            continue
        metres, surface = round(int(row["length_ft"]) * _FOOT), row["surface"].upper()
        paved = metres if _PAVED.search(surface) and not _UNPAVED.search(surface) else None
        was, was_paved = found.get(row["airport_ident"], (None, None))
        found[row["airport_ident"]] = (
            max(was or 0, metres),
            None if was_paved is None and paved is None else max(was_paved or 0, paved or 0),
        )
    return found


def _unit(
    lon: float,
    lat: float,
    state: str,
    units: list[str],
    areas: Mapping[str, Any],
    tree: Any,
    edges: Mapping[str, float],
) -> str | None:
    """Return the unit of its own state that an airfield lies in or next to, or that of another state far inside."""
    for turn in (0, 360, -360):
        spot = shapely.Point(lon + turn, lat)
        inside = sorted(units[at] for at in tree.query(spot, predicate="intersects").tolist())
        if own := [unit for unit in inside if unit.split(".")[0] == state]:
            return own[0]
        if inside:
            nearest = _nearest(lon, lat, state, areas, edges)
            return nearest[0] if nearest is not None and nearest[1] <= _FAR else inside[0]
    nearest = _nearest(lon, lat, state, areas, edges)
    return nearest[0] if nearest is not None and nearest[1] <= _COAST else None


def _nearest(
    lon: float, lat: float, state: str, areas: Mapping[str, Any], edges: Mapping[str, float]
) -> tuple[str, float] | None:
    spot = shapely.Point((lon - edges[state]) % 360 + edges[state], lat)
    own = [(areas[unit].distance(spot), unit) for unit in areas if unit.split(".")[0] == state]
    return (min(own)[1], min(own)[0]) if own else None
