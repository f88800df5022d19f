"""Rings of areas on a sphere: which way they turn, and the longitudes in which they lie in one piece."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def turned(ring: Sequence[Sequence[float]], *, clockwise: bool) -> list[Any]:
    """Return a closed ring of positions (lon, lat, ...) that turns as asked, seen with north above.

    A ring across the antimeridian counts as the small area, whichever way its longitudes are written.

    >>> turned([[0, 0], [1, 0], [1, 1], [0, 0]], clockwise=True)
    [[0, 0], [1, 1], [1, 0], [0, 0]]
    """
    return list(ring) if (_area(ring) < 0) is clockwise else list(ring[::-1])


def wound(geometry: dict[str, Any], *, clockwise: bool) -> dict[str, Any]:
    """Return a Polygon or MultiPolygon of GeoJSON whose outer rings turn as asked and whose holes turn the other way.

    Maps drawn with d3 need outer rings clockwise; RFC 7946 asks for the opposite.
    """
    if geometry["type"] == "Polygon":
        return {**geometry, "coordinates": _polygon(geometry["coordinates"], clockwise=clockwise)}
    return {**geometry, "coordinates": [_polygon(part, clockwise=clockwise) for part in geometry["coordinates"]]}


def framed(lon: float, west: float) -> float:
    """Return a longitude within the 360 degrees east of an edge.

    >>> framed(-179.5, -1.8), framed(178.4, -1.8)
    (180.5, 178.4)
    """
    return lon if west <= lon < west + 360 else round((lon - west) % 360 + west, 6)


def _polygon(rings: Sequence[Any], *, clockwise: bool) -> list[Any]:
    return [turned(ring, clockwise=clockwise is (number == 0)) for number, ring in enumerate(rings)]


def _area(ring: Sequence[Sequence[float]]) -> float:
    """Return twice the area in square degrees, positive against the clock, each step taken the short way round."""
    area, x = 0.0, 0.0
    for (lon, lat, *_), (next_lon, next_lat, *_) in pairwise(ring):
        step = (next_lon - lon + 180) % 360 - 180
        area += x * next_lat - (x + step) * lat
        x += step
    return area
