"""Outlines of units as GeoJSON, from the TopoJSON that is shipped."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from foedus.dates import parse_day
from foedus.places.credit import MAP_CREDIT
from foedus.places.people import nearest_counted
from foedus.places.reading import state, units

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from foedus.places.model import Unit


def outlines(name: str, on: str | dt.date | None = None, *, clockwise: bool = True) -> dict[str, Any]:
    """Return the outlines of a state's units as a GeoJSON FeatureCollection.

    The properties of each feature are its ``code`` (ISO, else GeoNames'), ``unit``, ``name`` and ``outline``
    (approximate ones are to be drawn with a mark); ``credit`` beside the features names the sources. Units without an
    outline are left out. All of a state lies in one piece: longitudes of Fiji, Kiribati, New Zealand and Russia go
    beyond 180, and those of the United States below -180. Outlines are simplified, to a few hundred metres in small
    states and 3 km in the largest.

    Args:
        name: the state.
        on: a day whose division is asked for; today's if it is left out.
        clockwise: outer rings turn clockwise, as d3 needs them; if not, as RFC 7946 asks.

    >>> drawn = outlines("FJI")
    >>> sorted(feature["properties"]["code"] for feature in drawn["features"])
    ['FJ-C', 'FJ-E', 'FJ-N', 'FJ-R', 'FJ-W']

    """
    one = state(name, on)
    day = None if on is None else parse_day(on)
    held = units(one.iso3, day, people_on=day and nearest_counted(one, day))
    shapes = _shapes(one.iso2, _division(one.iso2, day))
    features = [_feature(unit, shapes[unit.unit], clockwise=clockwise) for unit in held if unit.unit in shapes]
    return {"type": "FeatureCollection", "credit": MAP_CREDIT, "features": features}


def _division(iso2: str, day: dt.date | None) -> str:
    """Return the day on which the division of a day ended, "" for today's."""
    folder = resources.files("foedus.places") / "data" / "outlines"
    ended = sorted(
        file.name.removesuffix(".json").split(".")[1]
        for file in folder.iterdir()
        if file.name.startswith(f"{iso2}.") and file.name.count(".") == 2
    )
    return next((until for until in ended if day is not None and str(day) < until), "")


def _feature(unit: Unit, parts: list[Any], *, clockwise: bool) -> dict[str, Any]:
    turned = parts if clockwise else [[ring[::-1] for ring in part] for part in parts]
    return {
        "type": "Feature",
        "id": unit.code,
        "properties": {"code": unit.code, "unit": unit.unit, "name": unit.name, "outline": unit.outline},
        "geometry": {"type": "MultiPolygon", "coordinates": turned},
    }


@lru_cache(maxsize=8)
def _shapes(iso2: str, until: str) -> dict[str, list[Any]]:
    """Return the polygons of each unit: outer rings clockwise, as they are shipped."""
    name = f"{iso2}.{until}.json" if until else f"{iso2}.json"
    file = resources.files("foedus.places") / "data" / "outlines" / name
    if not file.is_file():
        return {}
    topology = json.loads(file.read_text(encoding="utf-8"))
    step, (west, south) = topology["transform"]["scale"][0], topology["transform"]["translate"]
    arcs = [_positions(arc, step, west, south) for arc in topology["arcs"]]
    return {
        one["id"]: [[_joined(ring, arcs) for ring in part] for part in one["arcs"]]
        for one in topology["objects"]["units"]["geometries"]
    }


def _positions(arc: Sequence[Sequence[int]], step: float, west: float, south: float) -> list[list[float]]:
    xs, ys = (accumulate(values) for values in zip(*arc, strict=True))
    return [[round(west + step * x, 5), round(south + step * y, 5)] for x, y in zip(xs, ys, strict=True)]


def _joined(ring: Sequence[int], arcs: Sequence[list[list[float]]]) -> list[list[float]]:
    """Return a ring of numbered arcs; the complement of a number is its arc run backwards."""
    found: list[list[float]] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        found += arc if not found else arc[1:]
    return found
