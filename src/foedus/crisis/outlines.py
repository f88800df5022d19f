"""The outlines of a scenario's places: a GeoJSON file that the report draws, so that it is checked first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.places.rings import framed, wound
from foedus.textfile import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from foedus.crisis.shape import Place

MOST_BYTES = 20_000_000
_DEPTH = {"Polygon": 1, "MultiPolygon": 2}  # lists around a ring
_BESIDE = ("Point", "MultiPoint", "LineString", "MultiLineString")
_NEAR = 0.05  # degrees around simplified outlines in which a place may lie
_DEGREES = ((-270, 270), (-90, 90))  # a country across the antimeridian may be written in one piece


def read(raw: bytes, file: Path, places: Sequence[Place]) -> dict[str, Any]:
    """Return the outlines in the content of a file as GeoJSON, outer rings turned clockwise, as maps need them.

    RFC 7946 asks for the opposite, and most programs follow neither rule; drawn as it is, such a ring fills the world.

    Raises:
        InputError: unreadable, empty, no areas, or nowhere near the places.

    """
    data = _json(raw, file)
    features = data.get("features") if isinstance(data, dict) and data.get("type") == "FeatureCollection" else None
    areas = [f for f in enumerate(features) if not _no_area(f[1])] if isinstance(features, list) else []
    if not areas:
        raise InputError(
            "there are no outlines in this file", file=file, key="features", expected="a FeatureCollection with areas",
            cure="export the areas as GeoJSON, or leave out 'geometry'",
        )  # fmt: skip
    spots = [spot for number, feature in areas for spot in _spots(feature, number, file)]
    (west, east), (south, north) = ((min(values), max(values)) for values in zip(*spots, strict=True))
    west, east, south, north = west - _NEAR, east + _NEAR, south - _NEAR, north + _NEAR
    if not any(west <= framed(place.lon, west) <= east and south <= place.lat <= north for place in places):
        raise InputError(
            "none of the places lies in these outlines", file=file, key="features",
            found=f"lon {west:g} to {east:g}, lat {south:g} to {north:g}", expected="outlines of the scenario's places",
            cure="write lon first, then lat, in degrees",
        )  # fmt: skip
    turned = [{**feature, "geometry": wound(feature["geometry"], clockwise=True)} for _, feature in areas]
    return {**data, "features": turned}


def _no_area(feature: Any) -> bool:
    """Return whether GeoJSON allows this feature and no area is to be seen in it: nothing, points or lines."""
    geometry = feature.get("geometry", "") if isinstance(feature, dict) else ""
    return geometry is None or (isinstance(geometry, dict) and geometry.get("type") in _BESIDE)


def _json(raw: bytes, file: Path) -> Any:
    try:
        return json.loads(text_of(raw, file), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise InputError(
            "the outlines file is not valid JSON",
            file=file,
            line=error.lineno,
            found=error.msg,
            expected="a GeoJSON file",
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError("the outlines cannot be read", file=file, found=error, expected="a GeoJSON file") from error


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def _spots(feature: Any, number: int, file: Path) -> Iterator[tuple[float, float]]:
    """Yield the positions of one area; refuse what is none."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = str(geometry.get("type")) if isinstance(geometry, dict) else None
    rings: list[Any] = [geometry.get("coordinates")] if isinstance(geometry, dict) and kind in _DEPTH else []
    for _ in range(_DEPTH.get(kind or "", 0)):
        rings = [inner for outer in rings for inner in (outer if isinstance(outer, list) else [None])]
    if not rings or not all(_closed(ring) for ring in rings):
        raise InputError(
            "this outline is not an area", file=file, key=f"features.{number}.geometry", found=kind,
            expected="a Polygon or MultiPolygon whose rings end where they start: four positions [lon, lat] at least",
            cure="repair the area in a map editor, or leave it out",
        )  # fmt: skip
    for ring in rings:
        yield from ((lon, lat) for lon, lat, *_ in ring)


def _closed(ring: Any) -> bool:
    return isinstance(ring, list) and len(ring) >= 4 and all(map(_position, ring)) and ring[0] == ring[-1]


def _position(spot: Any) -> bool:
    return (
        isinstance(spot, list)
        and len(spot) >= 2
        and all(type(n) in (int, float) and a <= n <= b for n, (a, b) in zip(spot, _DEGREES, strict=False))
    )
