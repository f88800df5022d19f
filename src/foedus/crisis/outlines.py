"""The outlines of a scenario's places: a GeoJSON file checked and framed before the report draws it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from foedus.crisis import rings
from foedus.errors import InputError, told
from foedus.textfile import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from foedus.crisis.shape import Place

MOST_BYTES = 20_000_000
_AREAS = ("Polygon", "MultiPolygon")
_BESIDE = ("Point", "MultiPoint", "LineString", "MultiLineString")
_NUMBERS = (int, float)  # of which true and false are none
_MOST_LON = 360  # some files count longitudes on past the antimeridian
_NEAR = 0.05  # degrees around simplified outlines in which a place may lie
_FEWEST = 4  # positions of a ring
_SHOWN = 80  # characters of what was found


def read(raw: bytes, file: Path, places: Sequence[Place]) -> dict[str, Any]:
    """Return the outlines in the content of a file as GeoJSON that a map can draw.

    Rings are wound as map projections need them, whichever way the file has them, and areas on both sides of the
    antimeridian lie in one frame: longitudes may pass 180 degrees there.

    Raises:
        InputError: unreadable, empty, no areas, or nowhere near the places.

    """
    data = _json(raw, file)
    if isinstance(data, dict) and data.get("type") == "Topology":
        raise InputError(
            "these outlines are TopoJSON", file=file, key="type", found="Topology", expected="GeoJSON",
            cure="export them as GeoJSON, for example with mapshaper or `topo2geo`",
        )  # fmt: skip
    features = data.get("features") if isinstance(data, dict) and data.get("type") == "FeatureCollection" else None
    areas = [f for f in enumerate(features) if not _no_area(f[1])] if isinstance(features, list) else []
    if not areas:
        raise InputError(
            "there are no outlines in this file", file=file, key="features", expected="a FeatureCollection with areas",
            cure="export the areas as GeoJSON, or leave out 'geometry'",
        )  # fmt: skip
    polygons = [_polygons(feature, number, file) for number, feature in areas]
    framed = iter(rings.settled([polygon for area in polygons for polygon in area]))
    drawn = [[next(framed) for _ in area] for area in polygons]
    _check_around(places, drawn, file)
    return {**data, "features": [_feature(feature, area) for (_, feature), area in zip(areas, drawn, strict=True)]}


def _feature(feature: dict[str, Any], polygons: list[rings.Polygon]) -> dict[str, Any]:
    geometry = feature["geometry"]
    coordinates = polygons if geometry["type"] == "MultiPolygon" else polygons[0]
    kept = {key: value for key, value in feature.items() if key != "bbox"}  # a box in the file's own frame
    return {**kept, "geometry": {**geometry, "coordinates": coordinates}}


def _check_around(places: Sequence[Place], drawn: list[list[rings.Polygon]], file: Path) -> None:
    spots = [spot for area in drawn for polygon in area for spot in polygon[0]]
    west, east = min(spot[0] for spot in spots) - _NEAR, max(spot[0] for spot in spots) + _NEAR
    south, north = min(spot[1] for spot in spots) - _NEAR, max(spot[1] for spot in spots) + _NEAR
    if not any(
        west <= place.lon + turn <= east and south <= place.lat <= north for place in places for turn in (0, -360, 360)
    ):
        raise InputError(
            "none of the places lies in these outlines", file=file, key="features",
            found=f"lon {west:g} to {east:g}, lat {south:g} to {north:g}", expected="outlines of the scenario's places",
            cure="write lon first, then lat, in degrees",
        )  # fmt: skip


def _no_area(feature: Any) -> bool:
    """Return whether GeoJSON allows this feature and no area is to be seen in it: nothing, points or lines."""
    geometry = feature.get("geometry", "") if isinstance(feature, dict) else ""
    return geometry is None or (isinstance(geometry, dict) and geometry.get("type") in _BESIDE)


def _json(raw: bytes, file: Path) -> Any:
    try:
        return json.loads(text_of(raw, file), parse_constant=_refuse_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise InputError(
            "the outlines are not valid JSON", file=file, line=error.lineno, found=error.msg, expected="a GeoJSON file"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError("the outlines cannot be read", file=file, found=error, expected="a GeoJSON file") from error


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def _finite(word: str) -> float:
    number = float(word)
    return number if math.isfinite(number) else _refuse_constant(told(word, _SHOWN))


def _polygons(feature: Any, number: int, file: Path) -> list[rings.Polygon]:
    """Return the polygons of one area, each ring continuous and wound for maps; refuse what is no area."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else feature
    where = f"features.{number}.geometry"
    if not isinstance(geometry, dict) or geometry.get("type") not in _AREAS:
        raise _not_an_area(file, where, _shown(geometry.get("type") if isinstance(geometry, dict) else geometry))
    where += ".coordinates"
    given = geometry.get("coordinates")
    if geometry["type"] == "Polygon":
        return [_polygon(given, where, file)]
    return [_polygon(part, f"{where}.{i}", file) for i, part in enumerate(_filled(given, file, where))]


def _polygon(given: Any, where: str, file: Path) -> rings.Polygon:
    for number, ring in enumerate(_filled(given, file, where)):
        if fault := _fault(ring):
            raise _not_an_area(file, f"{where}.{number}", fault)
    try:
        return rings.polygon(given)
    except rings.RingError as error:
        raise InputError(
            str(error), file=file, key=f"{where}.{error.ring}", found=error.found, expected="a ring around an area",
            cure=error.cure,
        ) from error  # fmt: skip


def _filled(given: Any, file: Path, where: str) -> list[Any]:
    if not isinstance(given, list) or not given:
        raise _not_an_area(file, where, "no rings" if given in (None, []) else _shown(given))
    return given


def _fault(ring: Any) -> str:
    """Return what keeps a list from being a ring, nothing for a ring."""
    if not isinstance(ring, list):
        return _shown(ring)
    for number, spot in enumerate(ring):
        if not _position(spot):
            return f"position {number}: {_shown(spot)}"
    if len(ring) < _FEWEST:
        return f"{len(ring)} positions"
    return "" if ring[0] == ring[-1] else f"it starts at {ring[0]} and ends at {ring[-1]}"


def _position(spot: Any) -> bool:
    if not isinstance(spot, list) or len(spot) < 2:
        return False
    lon, lat = spot[0], spot[1]
    return type(lon) in _NUMBERS and type(lat) in _NUMBERS and -_MOST_LON <= lon <= _MOST_LON and -90 <= lat <= 90


def _not_an_area(file: Path, where: str, found: str) -> InputError:
    return InputError(
        "this outline is not an area", file=file, key=where, found=found,
        expected="a Polygon or MultiPolygon whose rings end where they start: four positions [lon, lat] at least",
        cure="correct the area in a map editor, or leave it out",
    )  # fmt: skip


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + " ..."
