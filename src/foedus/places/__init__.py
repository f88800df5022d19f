"""Places: first-level units of the states of today with their people, towns, airfields, clocks and outlines.

How they were made, how exact they are, and what they may not be used for: docs/places.md.
"""

from __future__ import annotations

from foedus.places.credit import CREDIT, MAP_CREDIT, credits  # noqa: A004 - the plain word for it
from foedus.places.distance import distance_km
from foedus.places.drawing import outlines
from foedus.places.finding import find, nearest_airport
from foedus.places.model import Airport, State, Town, Unit
from foedus.places.reading import airports, atlas, capital, population, state, towns, units
from foedus.places.territories import Territory, territory

__all__ = [
    "CREDIT",
    "MAP_CREDIT",
    "Airport",
    "State",
    "Territory",
    "Town",
    "Unit",
    "airports",
    "atlas",
    "capital",
    "credits",
    "distance_km",
    "find",
    "nearest_airport",
    "outlines",
    "population",
    "state",
    "territory",
    "towns",
    "units",
]
