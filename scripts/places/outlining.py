"""Outlines small enough to ship: simplified together, on a grid, turned as maps want them, as TopoJSON."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FINENESS = 0.004  # tolerance of a state, as a share of the root of its area in degrees
_FINEST, _COARSEST = 0.0004, 0.03
_GRID = 5  # steps of the grid in one tolerance
_GAP = 0.0005  # degrees: gaps and overlaps between neighbours up to this width are closed

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """Whole steps from a corner: degrees = origin + step * whole."""

    step: float
    west: float
    south: float


def simplified(outlines: Mapping[str, Any]) -> tuple[dict[str, Any], Grid]:
    """Return outlines of one state with fewer points, in whole steps of a grid; neighbours keep the same border."""
    keys = list(outlines)
    whole = [outlines[key] for key in keys]
    area = sum(float(geometry.area) for geometry in whole)
    tolerance = min(_COARSEST, max(_FINEST, _FINENESS * math.sqrt(area)))
    if not shapely.coverage_is_valid(whole):
        whole = list(shapely.coverage_clean(whole, gap_width=_GAP))
    fewer = [_areas(shapely.make_valid(one)) for one in shapely.coverage_simplify(whole, tolerance)]
    fewer = [_without_islets(one, tolerance) for one in fewer]
    west, south = np.floor(shapely.total_bounds(fewer)[:2] * 100) / 100
    grid = Grid(round(tolerance / _GRID, 6), float(west), float(south))
    corner = np.array([grid.west, grid.south])

    def to_grid(spots: Any) -> Any:
        return (spots - corner) / grid.step

    placed = [shapely.set_precision(shapely.transform(one, to_grid), 1.0) for one in fewer]
    return {
        key: _areas(shapely.make_valid(one)) if not one.is_empty else _square(outlines[key], grid)
        for key, one in zip(keys, placed, strict=True)
    }, grid


def _areas(geometry: Any) -> Any:
    parts = [p for one in shapely.get_parts(geometry).tolist() for p in shapely.get_parts(one).tolist()]
    return shapely.MultiPolygon([p for p in parts if p.geom_type == "Polygon" and p.area > 0])


def _without_islets(geometry: Any, tolerance: float) -> Any:
    """Drop what a map would not show, but never all of a unit."""
    parts = sorted(shapely.get_parts(geometry).tolist(), key=lambda part: -part.area)
    return shapely.MultiPolygon([p for n, p in enumerate(parts) if n == 0 or p.area > 4 * tolerance**2])


def _square(geometry: Any, grid: Grid) -> Any:
    """Stand in for a unit that is smaller than a step of the grid."""
    x, y = geometry.centroid.coords[0]
    x, y = round((x - grid.west) / grid.step), round((y - grid.south) / grid.step)
    return shapely.MultiPolygon([shapely.box(x, y, x + 1, y + 1)])


def topology(outlines: Mapping[str, Any], grid: Grid) -> dict[str, Any]:
    """Return TopoJSON of outlines in steps of a grid: outer rings clockwise, holes against the clock."""
    polygons = {
        unit: [
            [_ring(part.exterior, clockwise=True), *(_ring(hole, clockwise=False) for hole in part.interiors)]
            for part in sorted(shapely.get_parts(geometry).tolist(), key=lambda part: part.bounds)
        ]
        for unit, geometry in outlines.items()
    }
    nodes = _nodes([ring for parts in polygons.values() for part in parts for ring in part])
    arcs: dict[tuple[Spot, ...], int] = {}
    objects = []
    for unit, parts in polygons.items():
        numbered = [[_numbered(ring, nodes, arcs) for ring in part] for part in parts]
        objects.append({"type": "MultiPolygon", "id": unit, "arcs": numbered})
    return {
        "type": "Topology",
        "transform": {"scale": [grid.step, grid.step], "translate": [grid.west, grid.south]},
        "objects": {"units": {"type": "GeometryCollection", "geometries": objects}},
        "arcs": [_delta(arc) for arc in arcs],
    }


def _ring(ring: Any, *, clockwise: bool) -> list[Spot]:
    """Return a ring without its last point, which is the first."""
    spots = [(round(x), round(y)) for x, y in ring.coords[:-1]]
    return spots[::-1] if bool(ring.is_ccw) is clockwise else spots


def _nodes(rings: Sequence[list[Spot]]) -> set[Spot]:
    """Return the points at which rings part or meet: those with other neighbours in one ring than in another."""
    beside: dict[Spot, set[frozenset[Spot]]] = defaultdict(set)
    for ring in rings:
        for before, spot, after in zip([ring[-1], *ring], ring, [*ring[1:], ring[0]], strict=False):
            beside[spot].add(frozenset((before, after)))
    return {spot for spot, pairs in beside.items() if len(pairs) > 1}


def _numbered(ring: list[Spot], nodes: set[Spot], arcs: dict[tuple[Spot, ...], int]) -> list[int]:
    """Return a ring as numbers of arcs (of those run backwards the complement), and add the arcs that are new."""
    start = next((n for n, spot in enumerate(ring) if spot in nodes), ring.index(min(ring)))
    turned = [*ring[start:], *ring[: start + 1]]
    numbers, arc = [], [turned[0]]
    for at, spot in enumerate(turned[1:], 1):
        arc.append(spot)
        if spot in nodes or at == len(turned) - 1:
            forward = tuple(arc)
            if forward[::-1] in arcs:
                numbers.append(~arcs[forward[::-1]])
            else:
                numbers.append(arcs.setdefault(forward, len(arcs)))
            arc = [spot]
    return numbers


def _delta(arc: Sequence[Spot]) -> list[list[int]]:
    return [
        list(arc[0]),
        *([x - before_x, y - before_y] for (before_x, before_y), (x, y) in pairwise(arc)),
    ]
