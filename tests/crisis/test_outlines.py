"""Outlines of a user's own are drawn right whichever way their rings run and wherever the map is cut."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.crisis import outlines, rings
from foedus.errors import InputError
from foedus.states.names import numeric_codes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]  # counter-clockwise, as RFC 7946 has outer rings
HOLE = [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]]  # clockwise, as it has holes


def collection(*areas: tuple[str, Any]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {"name": str(i)}, "geometry": {"type": kind, "coordinates": coordinates}}
        for i, (kind, coordinates) in enumerate(areas)
    ]
    return {"type": "FeatureCollection", "features": features}


def read(path: Path, data: object, lon: float, lat: float) -> dict[str, Any]:
    file = path / "places.geojson"
    file.write_text(json.dumps(data), encoding="utf-8")
    return outlines.read(file.read_bytes(), file, [SimpleNamespace(lon=lon, lat=lat)])


def polygons(data: dict[str, Any]) -> Iterator[list[list[list[float]]]]:
    for feature in data["features"]:
        geometry = feature["geometry"]
        yield from [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def area(ring: list[list[float]]) -> float:
    """Return twice the area, positive where the ring runs clockwise."""
    return sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))


def extent(data: dict[str, Any]) -> tuple[float, float]:
    lons = [spot[0] for polygon in polygons(data) for ring in polygon for spot in ring]
    return min(lons), max(lons)


def moved(ring: list[list[float]], by: float) -> list[list[float]]:
    return [[lon + by, lat] for lon, lat in ring]


def cut(ring: list[list[float]]) -> list[list[float]]:
    """Return a ring as a file has it that keeps longitudes between -180 and 180."""
    return [[(lon + 180) % 360 - 180, lat] for lon, lat in ring]


@pytest.mark.parametrize("outer", [SQUARE, SQUARE[::-1]])
@pytest.mark.parametrize("hole", [HOLE, HOLE[::-1]])
def test_outer_rings_run_clockwise_and_holes_the_other_way(tmp_path: Path, outer, hole) -> None:
    data = read(tmp_path, collection(("Polygon", [outer, hole]), ("MultiPolygon", [[outer, hole]])), 3, 3)
    for polygon in polygons(data):
        assert area(polygon[0]) == 32
        assert area(polygon[1]) == -2
        assert [sorted(ring) for ring in polygon] == [sorted(outer), sorted(hole)]


def test_outlines_that_a_map_can_draw_stay_as_they_are(tmp_path: Path) -> None:
    data = collection(("Polygon", [SQUARE[::-1], HOLE[::-1]]), ("MultiPolygon", [[moved(SQUARE, 5)[::-1]]]))
    data["features"][0]["properties"]["height"] = 3
    assert read(tmp_path, data, 3, 3) == data


@pytest.mark.parametrize(
    ("areas", "west", "east"),
    [
        ([[[178, 0], [-178, 0], [-178, 2], [178, 2], [178, 0]]], 178, 182),  # crosses
        ([[[178, 0], [182, 0], [182, 2], [178, 2], [178, 0]]], 178, 182),  # counts on
        ([[[-182, 0], [-178, 0], [-178, 2], [-182, 2], [-182, 0]]], 178, 182),
        ([[[178, 0], [180, 0], [180, 2], [178, 0]], [[-180, 0], [-179, 0], [-180, 2], [-180, 0]]], 178, 181),  # split
        ([[[-180, 0], [-177, 0], [-180, 2], [-180, 0]], [[179, 0], [180, 0], [180, 2], [179, 0]]], -181, -177),
        ([[[20, 0], [180, 0], [100, 60], [20, 0]], [[-180, 5], [-170, 5], [-180, 9], [-180, 5]]], 20, 190),
        ([[[-100, 0], [-60, 0], [-60, 9], [-100, 0]], [[170, 5], [172, 5], [172, 9], [170, 5]]], -190, -60),
        ([[[0, 0], [9, 0], [9, 9], [0, 0]], [[350, 5], [355, 5], [355, 9], [350, 5]]], -10, 9),
    ],
)
def test_areas_on_both_sides_of_the_antimeridian_lie_in_one_frame(tmp_path: Path, areas, west, east) -> None:
    place = areas[0][0]
    for way in (1, -1):
        data = read(tmp_path, collection(*(("Polygon", [ring[::way]]) for ring in areas)), place[0], place[1])
        assert extent(data) == (west, east)
        assert all(area(polygon[0]) > 0 for polygon in polygons(data))
    both = read(tmp_path, collection(("MultiPolygon", [[ring] for ring in areas])), place[0], place[1])
    assert extent(both) == (west, east)


def test_a_place_on_the_other_side_of_the_antimeridian_lies_in_the_outlines(tmp_path: Path) -> None:
    data = collection(("Polygon", [[[178, 0], [-178, 0], [-178, 2], [178, 2], [178, 0]]]))
    for lon in (179, -179):
        assert extent(read(tmp_path, data, lon, 1)) == (178, 182)
    with pytest.raises(InputError, match="none of the places"):
        read(tmp_path, data, 0, 1)


def test_a_hole_goes_with_its_ring(tmp_path: Path) -> None:
    outer, hole = moved(SQUARE, 178), cut(moved(HOLE, 178))  # 179 to 180, written as 179 to -180
    data = read(tmp_path, collection(("Polygon", [cut(outer), hole])), 179, 3)
    (polygon,) = polygons(data)
    assert extent(data) == (178, 182)
    assert {spot[0] for spot in polygon[1]} == {179, 180}


def test_a_ring_around_a_pole_is_closed_along_it(tmp_path: Path) -> None:
    coast = [[-180, -70], [-90, -65], [0, -70], [90, -65], [180, -70]]
    for ring in (coast, [*coast, [180, -90], [-180, -90], [-180, -70]], [*coast[:-1], coast[0]]):
        closed = ring if ring[0] == ring[-1] else [*ring, ring[0]]
        data = read(tmp_path, collection(("Polygon", [closed])), 0, -80)
        (polygon,) = polygons(data)
        assert area(polygon[0]) > 0
        assert min(spot[1] for spot in polygon[0]) == -90
        assert extent(data)[1] - extent(data)[0] == 360


WRONG = [
    ("Polygon", [SQUARE[:-1]], "features.1.geometry.coordinates.0", r"starts at \[0, 0\] and ends at \[0, 4\]"),
    ("Polygon", [[[0, 0], [1, 1], [0, 0]]], "features.1.geometry.coordinates.0", "3 positions"),
    (
        "Polygon",
        [SQUARE, [[1, 1], [1, 91], [2, 2], [1, 1]]],
        "features.1.geometry.coordinates.1",
        r"position 1: \[1, 91\]",
    ),
    ("Polygon", [[[0, 0], [True, 1], [1, 0], [0, 0]]], "features.1.geometry.coordinates.0", r"position 1: \[true, 1\]"),
    ("Polygon", [[[0, 0], [1, 1], [2, 2], [0, 0]]], "features.1.geometry.coordinates.0", "encloses no area"),
    ("Polygon", [SQUARE, moved(HOLE, 9)], "features.1.geometry.coordinates.1", "hole lies outside"),
    (
        "Polygon",
        [[[0, 0], [4, 0], [4, 4], [0, 0]], moved([[0, 3], [0.5, 3], [0.5, 3.5], [0, 3]], 0.2)],
        "features.1.geometry.coordinates.1",
        "hole lies outside",
    ),
    ("MultiPolygon", [[SQUARE], [SQUARE, "x"]], "features.1.geometry.coordinates.1.1", '"x"'),
    ("MultiPolygon", [SQUARE], "features.1.geometry.coordinates.0.0", r"position 0: 0"),
    ("MultiPolygon", [], "features.1.geometry.coordinates", "no rings"),
    ("MultiPolygon", [[]], "features.1.geometry.coordinates.0", "no rings"),
    ("MultiPolygon", {"a": 1}, "features.1.geometry.coordinates", "a"),
    ("Polygon", None, "features.1.geometry.coordinates", "no rings"),
    ("Curve", [], "features.1.geometry", "Curve"),
    (
        "Polygon",
        [[[0, 0], [100, 0], [-160, 0], [-60, 0], [60, 0], [160, 0], [-100, 1], [0, 0]]],
        "features.1.geometry.coordinates.0",
        "more than once",
    ),
]


@pytest.mark.parametrize(("kind", "coordinates", "key", "told"), WRONG)
def test_a_wrong_ring_is_told_with_file_feature_and_ring(tmp_path: Path, kind, coordinates, key, told) -> None:
    with pytest.raises(InputError, match=told) as error:
        read(tmp_path, collection(("Polygon", [SQUARE]), (kind, coordinates)), 3, 3)
    assert error.value.key == key
    assert error.value.file == str(tmp_path / "places.geojson")
    assert error.value.expected
    assert error.value.cure


def test_topojson_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="these outlines are TopoJSON"):
        read(tmp_path, {"type": "Topology", "arcs": [], "objects": {}}, 0, 0)


@given(
    west=st.integers(-540, 540), width=st.integers(1, 170), south=st.integers(-80, 70), turn=st.sampled_from([-360, 0, 360]),
    way=st.sampled_from([1, -1]),
)  # fmt: skip
def test_a_ring_is_the_same_wherever_the_file_cuts_the_globe(west, width, south, turn, way) -> None:
    ring = [[west, south], [west + width, south], [west + width, south + 9], [west, south + 9], [west, south]]
    ((made,),) = rings.settled([rings.polygon([cut(moved(ring, turn))[::way]])])
    lons = [spot[0] for spot in made]
    assert max(lons) - min(lons) == width
    assert (min(lons) - west) % 360 == 0
    assert -180 < (min(lons) + max(lons)) / 2 <= 180
    assert area(made) == 2 * 9 * width


# ---- real states


def decoded(file: Path, number: str = "") -> dict[str, Any]:
    """Return a TopoJSON file, or one of its geometries, as GeoJSON."""
    data = json.loads(file.read_text(encoding="utf-8"))
    scale, shift = data["transform"]["scale"], data["transform"]["translate"]
    arcs = []
    for arc in data["arcs"]:
        x = y = 0
        arcs.append([[(x := x + dx) * scale[0] + shift[0], (y := y + dy) * scale[1] + shift[1]] for dx, dy in arc])

    def ring(parts: list[int]) -> list[list[float]]:
        made: list[list[float]] = []
        for part in parts:
            made += (arcs[part] if part >= 0 else arcs[~part][::-1])[1 if made else 0 :]
        return made

    geometries = next(iter(data["objects"].values()))["geometries"]
    areas = []
    for item in geometries:
        if item["type"] in ("Polygon", "MultiPolygon") and (not number or item.get("id") == number):
            whole = [item["arcs"]] if item["type"] == "Polygon" else item["arcs"]
            areas.append(("MultiPolygon", [[ring(parts) for parts in polygon] for polygon in whole]))
    return collection(*areas)


@pytest.mark.external_data
@pytest.mark.parametrize(
    ("file", "number", "place", "west", "east"),
    [
        ("KAZ", "", (71.4, 51.1), 46, 88),
        ("RUS", "", (37.6, 55.8), 19, 192),
        ("countries-50m", "242", (178.4, -18.1), 174, 182),  # Fiji
        ("countries-50m", "840", (-77, 38.9), -188, -66),  # United States
        ("countries-50m", "554", (174.8, -41.3), 165, 189),  # New Zealand
        ("countries-50m", "296", (173, 1.3), -191, -151),  # Kiribati
    ],
)
def test_a_real_state_is_one_country_wound_for_maps(external_data, tmp_path, file, number, place, west, east) -> None:
    given = decoded(external_data / "geo" / f"{file}.json", number)
    for feature in given["features"]:
        for polygon in feature["geometry"]["coordinates"][::2]:
            for ring in polygon:
                ring.reverse()
    data = read(tmp_path, given, *place)
    low, high = extent(data)
    assert west <= low < high <= east
    for polygon in polygons(data):
        assert area(polygon[0]) > 0
        assert all(area(hole) < 0 for hole in polygon[1:])


@pytest.mark.external_data
def test_every_state_of_the_world_lies_in_less_than_half_of_it_or_is_russia(external_data, tmp_path) -> None:
    seen = 0
    for number, codes in numeric_codes().items():
        given = every_state(external_data / "geo" / "countries-50m.json").get(number)
        if given is None or codes == ("ATA",):
            continue
        lon, lat = given[0][0][0]
        data = read(tmp_path, collection(("MultiPolygon", given)), lon, lat)
        low, high = extent(data)
        assert high - low < (173 if codes == ("RUS",) else 123), codes
        assert all(area(polygon[0]) > 0 for polygon in polygons(data))
        seen += 1
    assert seen > 200


@cache
def every_state(file: Path) -> dict[str, Any]:
    """Return the polygons of every state by its ISO number."""
    items = next(iter(json.loads(file.read_text(encoding="utf-8"))["objects"].values()))["geometries"]
    found: dict[str, Any] = {}
    for item, feature in zip(items, decoded(file)["features"], strict=True):
        found.setdefault(item.get("id", ""), []).extend(feature["geometry"]["coordinates"])
    return found


@pytest.mark.parametrize("height", ["1e400", "-1e999", "9" * 400 + ".0"])
def test_a_number_beyond_all_bounds_is_refused_wherever_it_stands(height: str, tmp_path: Path) -> None:
    ring = f"[[70, 40], [75, 40, {height}], [75, 43], [70, 40]]"
    area = f'{{"type": "Feature", "properties": {{}}, "geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}'
    raw = f'{{"type": "FeatureCollection", "features": [{area}]}}'.encode()
    with pytest.raises(InputError, match="cannot be read") as error:
        outlines.read(raw, tmp_path / "a.json", [])
    assert "is not a number" in (error.value.found or "")
