"""Rings of outlines: made continuous across the antimeridian, brought into one frame, and wound as maps need them.

A ring is a list of positions, [longitude, latitude] in degrees and whatever follows, that ends where it starts. Map
projections on a sphere take the inside of a ring to lie to the right of its way: outer rings run clockwise, holes the
other way. GeoJSON (RFC 7946) has it the other way round, and a map that takes it at its word fills the whole world.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Ring = list[list[Any]]
Polygon = list[Ring]

_POLE = 89.999  # degrees of latitude from which on a step leads along a pole, whatever its length
_HALF, _TURN = 180.0, 360.0
_LOOKED_AT = 8  # corners of a hole, and as many middles of sides: they may lie on the outer ring
_MOST_LOOKS = 20_000_000  # corners of an outer ring times its holes up to which it is seen to hold them


class RingError(ValueError):
    """A ring that no map can draw: ``found`` says what it has, ``cure`` what to do, ``ring`` which it is."""

    def __init__(self, message: str, found: str, cure: str) -> None:
        super().__init__(message)
        self.found, self.cure, self.ring = found, cure, 0


def polygon(rings: list[Ring]) -> Polygon:
    """Return an outer ring and its holes, each continuous and wound as maps need it, the holes inside the outer one.

    Raises:
        RingError: one goes around the globe more than once, encloses no area, or is a hole outside.

    """
    made: Polygon = []
    corners: NDArray[np.float64] | None = None
    for number, ring in enumerate(rings):
        try:
            whole = continuous(ring)
            if number == 1 and (len(rings) - 1) * len(made[0]) < _MOST_LOOKS:
                corners = np.array([spot[:2] for spot in made[0]], dtype=np.float64)
            made.append(wound(_beside(whole, made[0], corners) if made else whole, clockwise=not made))
        except RingError as error:
            error.ring = number
            raise
    return made


def settled(polygons: list[Polygon]) -> list[Polygon]:
    """Return polygons of continuous rings in one frame: as near to each other as they lie on the globe.

    They stay as they are if they span at most half the globe; else they are moved by whole turns, so that the widest
    stretch of longitude without a polygon lies outside. The middle of the frame lies from -180 to 180 degrees.
    """
    spans = [_span(polygon[0]) for polygon in polygons]
    west, east = min(low for low, _ in spans), max(high for _, high in spans)
    moves = [0.0] * len(spans)
    if east - west > _HALF:
        cut = _widest_gap(spans)
        moves = [_TURN * -((low - cut) // _TURN) for low, _ in spans]
        west = min(low + move for (low, _), move in zip(spans, moves, strict=True))
        east = max(high + move for (_, high), move in zip(spans, moves, strict=True))
    back = -_TURN * math.ceil(((west + east) / 2 - _HALF) / _TURN)
    return [[_moved(ring, move + back) for ring in polygon] for polygon, move in zip(polygons, moves, strict=True)]


def continuous(ring: Ring) -> Ring:
    """Return a ring whose longitudes run on past 180 degrees instead of jumping to the other edge of the map.

    One that goes around a pole is closed along that pole.

    Raises:
        RingError: it goes around the globe more than once.

    """
    turns, moved = 0.0, [ring[0]]
    for before, spot in pairwise(ring):
        step = spot[0] - before[0]
        if abs(step) > _HALF and not (abs(before[1]) > _POLE and abs(spot[1]) > _POLE):
            turns -= _TURN if step > 0 else -_TURN
        moved.append([spot[0] + turns, *spot[1:]] if turns else spot)
    if abs(turns) > _TURN:
        raise RingError(
            "this ring goes around the globe more than once", f"longitudes from {_west(moved):g} to {_east(moved):g}",
            "draw it again, or leave it out",
        )  # fmt: skip
    if turns:
        pole = 90.0 if sum(spot[1] for spot in ring) > 0 else -90.0
        moved += [[moved[-1][0], pole], [moved[0][0], pole], moved[0]]
    return moved


def wound(ring: Ring, *, clockwise: bool) -> Ring:
    """Return a ring that runs clockwise, or the other way.

    >>> wound([[0, 0], [1, 0], [1, 1], [0, 0]], clockwise=True)
    [[0, 0], [1, 1], [1, 0], [0, 0]]

    Raises:
        RingError: it encloses no area.

    """
    x, y = ring[0][:2]  # near it the products lose no digits
    area = sum((a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y) for a, b in pairwise(ring))
    if area == 0:
        raise RingError(
            "this ring encloses no area", f"{len(ring)} positions on a line", "draw it anew, or leave it out"
        )
    return ring if (area < 0) == clockwise else ring[::-1]


def _beside(hole: Ring, outer: Ring, corners: NDArray[np.float64] | None) -> Ring:
    """Return a hole moved by whole turns to where its outer ring lies; ``corners`` None: only near it is looked at."""
    low, high = _span(outer)
    for move in (0.0, -_TURN, _TURN):
        moved = _moved(hole, move)
        if low <= _west(moved) and _east(moved) <= high and (corners is None or _touches(moved, corners)):
            return moved
    raise RingError(
        "this hole lies outside the ring that it should be a hole of", f"it starts at {hole[0][:2]}",
        "give an area of its own a polygon of its own: make it a MultiPolygon",
    )  # fmt: skip


def _widest_gap(spans: list[tuple[float, float]]) -> float:
    """Return the middle of the widest stretch of longitude that no span covers, from 0 to 360 and more."""
    ordered = sorted((low % _TURN, low % _TURN + high - low) for low, high in spans)
    reached, widest, middle = ordered[0][1], -_TURN, ordered[0][0]
    for low, high in (*ordered[1:], (ordered[0][0] + _TURN, 0.0)):
        if low - reached > widest:
            widest, middle = low - reached, (low + reached) / 2
        reached = max(reached, high)
    return middle if widest > 0 else -_HALF


def _touches(hole: Ring, corners: NDArray[np.float64]) -> bool:
    """Return whether some of the first corners of a hole, or middles of its sides, lie inside a ring."""
    first = [spot[:2] for spot in hole[: _LOOKED_AT + 1]]
    middles = [[(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] for a, b in pairwise(first)]
    (ax, ay), (bx, by) = corners[:-1].T, corners[1:].T
    for x, y in (*first, *middles):
        across = (ay > y) != (by > y)
        ahead = x < (bx[across] - ax[across]) * (y - ay[across]) / (by[across] - ay[across]) + ax[across]
        if np.count_nonzero(ahead) % 2:
            return True
    return False


def _moved(ring: Ring, by: float) -> Ring:
    return [[spot[0] + by, *spot[1:]] for spot in ring] if by else ring


def _span(ring: Ring) -> tuple[float, float]:
    return _west(ring), _east(ring)


def _west(ring: Ring) -> float:
    return float(min(spot[0] for spot in ring))


def _east(ring: Ring) -> float:
    return float(max(spot[0] for spot in ring))
