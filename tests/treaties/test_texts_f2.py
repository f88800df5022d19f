"""Where the treaties of the Atlantic, the Pacific and the Americas apply, place by place and code by code."""

from __future__ import annotations

import datetime as dt

import pytest

from foedus.treaties import Truth, library
from foedus.treaties.incident import Location
from foedus.treaties.membership import placed, spellings

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def inside(provision: str, on: str, where: dict[str, object], on_forces: Truth) -> Truth:
    name, number = provision.split()
    version = next(one for one in library()[name].provisions if one.id == number).version_on(dt.date.fromisoformat(on))
    place = Location.model_validate({"source": "map", **where})
    return placed(library()[name], version, dt.date.fromisoformat(on), place, on_forces)[0]


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        (25, -90, NO),  # Gulf of Mexico
        (22, -97.6, NO),
        (15, -75, NO),  # Caribbean
        (60, -85, NO),  # Hudson Bay
        (-40, 149.5, YES),  # Tasman Sea
        (-40, 146, UNKNOWN),  # Bass Strait
        (-15, 148, YES),  # Coral Sea
        (-13, -78, YES),  # off Peru
        (7.5, -79.5, YES),  # Gulf of Panama
        (-34, -73, YES),  # off Chile
        (-38, -57, NO),  # off Argentina
        (15, 135, YES),  # Philippine Sea
        (5, 115, UNKNOWN),  # South China Sea
        (30, 160, YES),
    ],
)
def test_what_sea_is_the_pacific(lat: float, lon: float, expected: Truth) -> None:
    assert inside("anzus-1951 anzus.art4", "1990-01-01", {"lat": lat, "lon": lon}, YES) is expected


@pytest.mark.parametrize(
    ("provision", "on", "code", "land", "forces"),
    [
        ("anzus-1951 anzus.art4", "1961-12-31", "WSM", YES, YES),
        ("anzus-1951 anzus.art4", "1962-01-01", "WSM", NO, YES),
        ("anzus-1951 anzus.art4", "1968-01-30", "NRU", YES, YES),
        ("anzus-1951 anzus.art4", "1968-01-31", "NRU", NO, YES),
        ("anzus-1951 anzus.art4", "1972-05-14", "JP-47", YES, YES),
        ("anzus-1951 anzus.art4", "1972-05-15", "JP-47", NO, YES),
        ("anzus-1951 anzus.art4", "1975-09-15", "PNG", YES, YES),
        ("anzus-1951 anzus.art4", "1975-09-16", "PNG", NO, YES),
        ("anzus-1951 anzus.art4", "1986-10-21", "MHL", NO, YES),
        ("anzus-1951 anzus.art4", "1986-11-02", "FSM", YES, YES),
        ("anzus-1951 anzus.art4", "1994-09-30", "PLW", YES, YES),
        ("anzus-1951 anzus.art4", "1994-10-01", "PLW", NO, YES),
        ("anzus-1951 anzus.art4", "1990-01-01", "NIU", UNKNOWN, UNKNOWN),
        ("anzus-1951 anzus.art4", "1990-01-01", "KOR", NO, YES),
        ("anzus-1951 anzus.art4", "1990-01-01", "TWN", UNKNOWN, UNKNOWN),
        ("anzus-1951 anzus.art4", "1990-01-01", "US-NY", YES, YES),
        ("anzus-1951 anzus.art4", "1990-01-01", "US-PR", NO, NO),
        ("anzus-1951 anzus.art4", "1990-01-01", "US-GU", YES, YES),
        ("anzus-1951 anzus.art3", "1990-01-01", "US-NY", UNKNOWN, UNKNOWN),
        ("anzus-1951 anzus.art3", "1990-01-01", "US-HI", YES, YES),
        ("nato-1949 nato.art5", "1957-01-01", "DE-BE", NO, YES),
        ("nato-1949 nato.art5", "1957-01-01", "DE-SN", NO, NO),
        ("nato-1949 nato.art5", "1957-01-01", "DE-BY", YES, YES),
        ("nato-1949 nato.art5", "1953-01-01", "DE-SN", NO, NO),
        ("nato-1949 nato.art5", "1990-10-03", "DE-BE", YES, YES),
        ("nato-1949 nato.art5", "1990-10-03", "DE-SN", YES, YES),
        ("nato-1949 nato.art5", "2024-01-01", "FR-973", NO, NO),
        ("nato-1949 nato.art5", "2024-01-01", "FR-PM", YES, YES),
        ("nato-1949 nato.art5", "2024-01-01", "FI-01", YES, YES),
        ("rio-1947 rio.art3", "1990-01-01", "FR-GF", YES, YES),
        ("rio-1947 rio.art3", "1990-01-01", "NL-BQ2", YES, YES),
    ],
)
def test_land_and_the_forces_on_it(provision: str, on: str, code: str, land: Truth, forces: Truth) -> None:
    assert inside(provision, on, {"territory": code}, NO) is land
    assert inside(provision, on, {"territory": code}, YES) is forces
    for other in spellings(code):
        assert inside(provision, on, {"territory": other}, NO) is land


@pytest.mark.parametrize("provision", ["anzus-1951 anzus.art4", "nato-1949 nato.art5"])
def test_at_sea_the_answer_waits_for_what_was_attacked(provision: str) -> None:
    where: dict[str, object] = {"lat": 40, "lon": -150} if "anzus" in provision else {"lat": 40, "lon": -40}
    assert [inside(provision, "1990-01-01", where, one) for one in (YES, NO, UNKNOWN)] == [YES, NO, UNKNOWN]


def test_the_mediterranean_ends_before_the_red_sea() -> None:
    assert inside("nato-1949 nato.art5", "1990-01-01", {"lat": 33, "lon": 34}, YES) is YES
    assert inside("nato-1949 nato.art5", "1990-01-01", {"lat": 30.2, "lon": 32.5}, YES) is NO
