"""How far places lie apart."""

from __future__ import annotations

import math

EARTH_KM = 6371.0


def distance_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return the great-circle distance of two points (degrees), in kilometres.

    >>> round(distance_km(76.93, 43.24, 71.43, 51.13))
    970
    """
    a1, a2 = math.radians(lat1), math.radians(lat2)
    h = math.sin((a2 - a1) / 2) ** 2
    h += math.cos(a1) * math.cos(a2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))
