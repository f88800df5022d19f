"""Whom the data on places comes from; a map or table made with it carries these lines."""

from __future__ import annotations

CREDIT = (
    "Outlines: made with Natural Earth. Units and towns: © GeoNames (geonames.org), CC BY 4.0, changed. "
    "People: United Nations, DESA, Population Division (2024), World Population Prospects 2024, CC BY 3.0 IGO, "
    "changed; no endorsement implied. Airfields: OurAirports, October 2022."
)
MAP_CREDIT = "Outlines: made with Natural Earth. Units: © GeoNames (geonames.org), CC BY 4.0, changed"


def credits() -> str:  # noqa: A001 - the plain word for it
    """Return the line that names the sources of all data on places.

    >>> "Natural Earth" in credits() and "GeoNames" in credits()
    True
    """
    return CREDIT
