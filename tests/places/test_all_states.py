"""Every state of today has places, and its outlines lie in one piece, turn as maps need them and hold its towns."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise
from typing import Any

import pytest

from foedus import places
from foedus.places.svgmap import framed
from foedus.states import known_codes
from foedus.states.codes import codes

STATES = sorted(places.atlas())
TODAY = {code.iso3 for code in codes() if code.iso3 in known_codes() and code.until is None} | {"PSE", "VAT"}


def _rings(feature: dict[str, Any]) -> list[tuple[int, list[list[float]]]]:
    return [(n, ring) for part in feature["geometry"]["coordinates"] for n, ring in enumerate(part)]


def _steradians(ring: list[list[float]]) -> float:
    """Return the area of a ring on the unit sphere, positive clockwise, by the sum over its trapezia."""
    total = 0.0
    for (lon, lat), (to_lon, to_lat) in pairwise(ring):
        total += math.radians(to_lon - lon) * (math.sin(math.radians(lat)) + math.sin(math.radians(to_lat))) / 2
    return total


def _inside(lon: float, lat: float, ring: list[list[float]]) -> bool:
    crossings = 0
    for (x, y), (to_x, to_y) in pairwise(ring):
        if (y > lat) != (to_y > lat) and lon < x + (lat - y) / (to_y - y) * (to_x - x):
            crossings += 1
    return crossings % 2 == 1


def _gap(lon: float, lat: float, rings: list[tuple[int, list[list[float]]]]) -> float:
    """Return the degrees between a point and the nearest vertex of rings, 0 if it lies in one."""
    if sum(_inside(lon, lat, ring) for _, ring in rings) % 2:
        return 0.0
    squeeze = math.cos(math.radians(lat))
    return min(math.hypot((x - lon) * squeeze, y - lat) for _, ring in rings for x, y in ring)


def test_every_state_of_today_has_units_people_and_a_capital_in_one_of_them() -> None:
    assert set(STATES) == TODAY
    seen: set[str] = set()
    for iso3 in STATES:
        units = places.units(iso3)
        assert units, iso3
        assert not seen & {unit.unit for unit in units}
        seen |= {unit.unit for unit in units}
        capital = places.capital(iso3)
        assert capital.unit in {unit.unit for unit in units}, iso3
        for unit in units:
            assert 0 <= unit.population_low <= unit.population <= unit.population_high, unit
            assert -180 <= unit.lon <= 180, unit
            assert -90 <= unit.lat <= 90, unit
        if all(unit.population_source is None for unit in units):
            assert sum(unit.population for unit in units) == places.population(iso3, "2025-07-01"), iso3
        ahead = (capital.utc_offset(places.units(iso3)[0].population_day) - capital.lon / 15 + 12) % 24 - 12
        assert abs(ahead) < 3.6, iso3  # the clock is that of the place


@pytest.mark.parametrize("iso3", STATES)
def test_the_outlines_of_a_state_lie_in_one_piece_and_turn_clockwise(iso3: str) -> None:
    features = places.outlines(iso3)["features"]
    assert features, iso3
    for feature in features:
        for number, ring in _rings(feature):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert (_steradians(ring) > 0) is (number == 0), (iso3, feature["id"])
    lons = [x for feature in features for _, ring in _rings(feature) for x, _ in ring]
    lats = [y for feature in features for _, ring in _rings(feature) for _, y in ring]
    assert max(lons) - min(lons) < 180, iso3
    assert -90 <= min(lats) <= max(lats) <= 90
    covered = sum(_steradians(ring) for feature in features for _, ring in _rings(feature))
    assert 0 < covered < 0.05 * 4 * math.pi, iso3  # Russia has 3.3 % of the world


def test_towns_lie_in_the_outline_of_their_unit_or_near_it() -> None:
    gaps = []
    for iso3 in STATES[::3]:
        west = places.state(iso3).west
        by_unit = {f["properties"]["unit"]: f for f in places.outlines(iso3)["features"]}
        exact = {unit.unit for unit in places.units(iso3) if unit.outline in ("exact", "merged")}
        gaps += [
            _gap(framed(town.lon, west), town.lat, _rings(by_unit[town.unit]))
            for town in places.towns(iso3)[::9]
            if town.unit in exact
        ]
    assert len(gaps) > 800
    assert sum(gap == 0 for gap in gaps) > 0.93 * len(gaps)
    assert statistics.quantiles(gaps, n=100)[97] < 0.05  # a harbour on a coast with fewer points
    assert statistics.quantiles(gaps, n=1000)[994] < 0.3


@pytest.mark.parametrize("iso3", ["FJI", "KIR", "NZL", "RUS", "USA"])
def test_a_state_across_the_antimeridian_is_one_country(iso3: str) -> None:
    lons = [x for feature in places.outlines(iso3)["features"] for _, ring in _rings(feature) for x, _ in ring]
    assert min(lons) < -180 or max(lons) > 180
    west = places.state(iso3).west
    assert all(west <= lon < west + 360 for lon in lons)


def test_rfc_7946_gets_its_own_winding() -> None:
    for feature in places.outlines("LUX", clockwise=False)["features"]:
        for number, ring in _rings(feature):
            assert (_steradians(ring) < 0) is (number == 0)
