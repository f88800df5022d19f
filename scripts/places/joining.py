"""Which unit each of Natural Earth's polygons belongs to: the one that most of the towns in it carry.

Codes are no help: of Natural Earth's a third are missing or belong to another unit. Where a polygon is older than
today's division it is cut along the Voronoi cells of its towns, and what comes out is marked as approximate.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from naming import folded
from shapely import affinity
from shapely.geometry import shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sources import Listed

_NEAR = 0.3  # degrees from a polygon within which a town still counts as of it
_HOME = 0.5  # share of a unit's towns that must lie in its polygons, else it is cut out of those they lie in
_SHARE = 0.3  # share of a unit's towns in one polygon that gives the unit a part of it
_OWN = 3  # towns that a match of names is worth


@dataclass(slots=True)
class Drawn:
    """A polygon of Natural Earth: its own id, its names, its geometry in the frame of its state."""

    id: str
    state: str
    properties: dict[str, Any]
    geometry: Any
    towns: list[Listed] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Its names, folded."""
        keys = ("name", "name_alt", "name_local", "gn_name", "woe_name", "name_en")
        return {folded(part) for key in keys for part in (self.properties[key] or "").split("|") if part}


@dataclass(slots=True)
class Outline:
    """A unit's geometry, how it was found (exact, merged, approximate, none), and the polygons that it came from."""

    how: str
    geometry: Any
    drawn: tuple[Drawn, ...]


def drawn(features: list[dict[str, Any]], of_state: Callable[[dict[str, Any]], str]) -> list[Drawn]:
    """Return the polygons, valid, with the state whose code or area they carry ("" where none does)."""
    return [
        Drawn(p["adm1_code"], of_state(p), p, _polygons(shapely.make_valid(shape(feature["geometry"]))))
        for feature in features
        for p in (feature["properties"],)
    ]


def frame_of(lons: Iterable[float]) -> float:
    """Return the western edge of the 360 degrees in which a state lies in one piece.

    It is the middle of the widest empty stretch, so that nothing of the state crosses it.
    """
    east = sorted({round(lon % 360, 3) for lon in lons})
    gaps = [(after - before, before) for before, after in zip(east, [*east[1:], east[0] + 360], strict=True)]
    width, start = max(gaps)
    edge = (start + width / 2) % 360
    # most of the state keeps its usual longitudes, between -180 and 180
    usual = Counter(round(((lon - edge) % 360 + edge) / 360) for lon in lons)
    return edge - 360 * usual.most_common(1)[0][0]


def framed(geometry: Any, edge: float) -> Any:
    """Return a geometry with all longitudes within 360 degrees east of an edge that it does not cross.

    Parts that were split at the antimeridian grow together again.
    """
    parts, turns = [], set()
    for part in _parts(geometry):
        west = part.bounds[0]
        turn = round(((west - edge) % 360 + edge - west) / 360) * 360
        turns.add(turn)
        parts.append(affinity.translate(part, xoff=turn))
    if len(turns) < 2:
        return geometry_of(parts)
    return _polygons(shapely.union_all(parts, grid_size=1e-9))


def ends(geometry: Any) -> list[float]:
    """Return the western and eastern ends of each part of a geometry."""
    return [lon for part in _parts(geometry) for lon in part.bounds[::2]]


def area_of(geometries: Sequence[Any]) -> Any:
    """Return geometries as one area."""
    return _polygons(shapely.union_all(list(geometries)))


def geometry_of(parts: Sequence[Any]) -> Any:
    """Return polygons as one geometry."""
    return shapely.MultiPolygon(list(parts))


def _parts(geometry: Any) -> list[Any]:
    return [part for part in shapely.get_parts(geometry).tolist() if part.geom_type == "Polygon" and not part.is_empty]


def _polygons(geometry: Any) -> Any:
    """Return what of a geometry is area."""
    parts = [inner for part in shapely.get_parts(geometry).tolist() for inner in _parts(part)]
    return geometry_of(parts)


def homes(polygons: Sequence[Drawn], towns: Sequence[Listed], edge: float) -> dict[int, Drawn]:
    """Return the polygon that each town lies in or near, by the town's id."""
    if not polygons or not towns:
        return {}
    tree = shapely.STRtree([p.geometry for p in polygons])
    spots = shapely.points([[(t.lon - edge) % 360 + edge, t.lat] for t in towns])
    where, inside = tree.query(spots, predicate="intersects")
    home = dict(zip(where[::-1].tolist(), inside[::-1].tolist(), strict=True))
    lost = [n for n in range(len(towns)) if n not in home]
    if lost:
        near = tree.query_nearest(spots[lost], max_distance=_NEAR, all_matches=False)
        home |= {lost[at]: polygon for at, polygon in zip(*near.tolist(), strict=True)}
    return {towns[n].id: polygons[at] for n, at in sorted(home.items())}


def join(polygons: Sequence[Drawn], towns: Sequence[Listed], names: dict[str, set[str]]) -> dict[str, Outline]:
    """Return the outline of each unit of a state.

    Args:
        polygons: Natural Earth's of the state, with their towns.
        towns: of the state, each of a unit that ``names`` knows.
        names: the units, with their names, folded.

    """
    all_of = Counter(t.unit for t in towns)
    votes = {p.id: Counter(t.unit for t in p.towns if t.unit in names) for p in polygons}
    held: dict[str, Counter[str]] = defaultdict(Counter)  # unit -> polygon -> towns
    for polygon in polygons:
        for unit, count in votes[polygon.id].items():
            held[unit][polygon.id] += count
    owner: dict[str, str] = {}
    for polygon in polygons:
        tally = Counter(votes[polygon.id])
        for unit, known in names.items():
            if known & polygon.names and (not tally or unit in tally):
                tally[unit] += _OWN
        if not tally and polygon.properties["gn_a1_code"] in names:
            tally[polygon.properties["gn_a1_code"]] += 1
        if tally:
            owner[polygon.id] = min(tally, key=lambda unit: (-tally[unit], unit))
    shares = _shares(polygons, all_of, held, owner)
    found: dict[str, list[Any]] = defaultdict(list)
    from_: dict[str, list[Drawn]] = defaultdict(list)
    approximate: set[str] = set()
    for polygon in polygons:
        units = shares.get(polygon.id, set()) | ({owner[polygon.id]} if polygon.id in owner else set())
        if len(units) > 1:
            approximate |= units
            pieces = _cut(polygon, [t for t in polygon.towns if t.unit in units])
        else:
            pieces = dict.fromkeys(units, polygon.geometry)
        for unit, geometry in pieces.items():
            found[unit].append(geometry)
            from_[unit].append(polygon)
    outlines = {}
    for unit in names:
        geometry = area_of(found[unit]) if found[unit] else None
        how = "none" if not found[unit] else "exact" if len(found[unit]) == 1 else "merged"
        outlines[unit] = Outline("approximate" if unit in approximate else how, geometry, tuple(from_[unit]))
    return outlines


def _shares(
    polygons: Sequence[Drawn], all_of: Counter[str], held: dict[str, Counter[str]], owner: dict[str, str]
) -> dict[str, set[str]]:
    """Return the further units that get a part of each polygon: those whose towns mostly lie in others' polygons."""
    known = {p.id for p in polygons}
    shares: dict[str, set[str]] = defaultdict(set)
    for unit, count in all_of.items():
        at_home = sum(n for polygon, n in held[unit].items() if owner.get(polygon) == unit)
        if at_home >= _HOME * count:
            continue
        for polygon, n in held[unit].items():
            if polygon in known and owner.get(polygon) != unit and n >= _SHARE * count:
                shares[polygon].add(unit)
    return shares


def _cut(polygon: Drawn, towns: Sequence[Listed]) -> dict[str, Any]:
    """Cut a polygon along the cells of its towns, each to the town's unit."""
    squeeze = float(np.cos(np.radians(polygon.geometry.centroid.y)))
    west = polygon.geometry.bounds[0]
    spots: dict[tuple[float, float], str] = {}
    for town in towns:
        spots.setdefault((((town.lon - west + 180) % 360 + west - 180) * squeeze, town.lat), town.unit)
    flat = affinity.scale(polygon.geometry, xfact=squeeze, yfact=1, origin=(0, 0))
    cells = shapely.voronoi_polygons(shapely.MultiPoint(list(spots)), extend_to=flat.envelope, ordered=True)
    by_unit: dict[str, list[Any]] = defaultdict(list)
    for cell, unit in zip(shapely.get_parts(cells).tolist(), spots.values(), strict=True):
        by_unit[unit].append(cell)
    pieces = {unit: shapely.intersection(flat, shapely.union_all(cells)) for unit, cells in sorted(by_unit.items())}
    return {
        unit: _polygons(affinity.scale(piece, xfact=1 / squeeze, yfact=1, origin=(0, 0)))
        for unit, piece in pieces.items()
        if not piece.is_empty
    }
