"""The files that are shipped: tables parted by tabs, sorted, rounded, so that two builds are equal byte for byte."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from naming import folded
from people import YEARS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from airfields import Field
    from gathering import Gathered
    from people import People
    from sources import Listed

_SCRIPTS = ((0x0000, 0x024F), (0x1E00, 0x1EFF), (0x0400, 0x052F), (0x0600, 0x06FF), (0x0750, 0x077F))


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A line of ``units.tsv``."""

    unit: str
    iso_3166_2: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    outline: str
    drawn: tuple[str, ...]
    lon: float
    lat: float
    people: People
    timezones: tuple[str, ...]
    seat: str
    since: str = ""
    until: str = ""
    heirs: tuple[str, ...] = ()


def unit_row(one: Gathered, unit: str, english: str, counted: People, since: str = "") -> UnitRow:
    """Return the line of a unit; ``english`` is the name that the CLDR gives to its code."""
    outline, seat = one.outlines[unit], one.seats.get(unit)
    inside = [town for town in one.people_towns if town.unit == unit] or [t for t in one.towns if t.unit == unit]
    middle = seat or max(inside, key=lambda town: (town.people, -town.id))
    zones: Counter[str] = Counter()
    for town in inside:
        zones[town.timezone] += town.people + 1
    name, *aliases = one.names(unit)
    known = {folded(other) for other in (name, *aliases)}
    aliases += [english] if english and folded(english) not in known else []
    kind = outline.drawn[0].properties["type_en"] if outline.how == "exact" and outline.drawn else ""
    return UnitRow(
        unit,
        one.iso.get(unit, ""),
        name,
        tuple(aliases),
        " ".join(str(kind or "").split()),
        outline.how,
        tuple(sorted(p.id for p in outline.drawn)),
        round(middle.lon, 4),
        round(middle.lat, 4),
        counted,
        tuple(zone for zone, _ in sorted(zones.items(), key=lambda item: (-item[1], item[0]))),
        str(seat.id) if seat else "",
        since,
    )


def write(
    out: Path,
    gathered: Mapping[str, Gathered],
    rows: Sequence[UnitRow],
    fields: Sequence[Field],
    iso2: Mapping[str, str],
) -> None:
    """Write states, units, towns, airfields and time zones."""
    states = []
    for iso3 in sorted(iso2):
        one = gathered[iso2[iso3]]
        spots = [_town(town) for town in (one.capital, one.second)]
        states.append(
            (iso3, one.state, *spots[0], *spots[1], round(one.edge, 1), *(one.people[year] for year in YEARS))
        )
    town_columns = ("", "_name", "_people")
    _table(
        out / "states.tsv",
        ("iso3", "iso2", *(f"capital{c}" for c in town_columns), *(f"second{c}" for c in town_columns), "west", *YEARS),
        states,
    )
    _table(
        out / "units.tsv",
        (
            "unit",
            "iso_3166_2",
            "name",
            "aliases",
            "kind",
            "outline",
            "natural_earth",
            "lon",
            "lat",
            "population",
            "low",
            "high",
            "timezones",
            "seat",
            "since",
            "until",
            "heirs",
        ),
        [
            (
                r.unit,
                r.iso_3166_2,
                r.name,
                "|".join(r.aliases),
                r.kind,
                r.outline,
                "|".join(r.drawn),
                r.lon,
                r.lat,
                r.people.people,
                r.people.low,
                r.people.high,
                "|".join(r.timezones),
                r.seat,
                r.since,
                r.until,
                "|".join(r.heirs),
            )
            for r in sorted(rows, key=lambda row: row.unit)
        ],
    )
    towns = sorted((t for one in gathered.values() for t in one.kept()), key=lambda t: (t.unit, -t.people, t.id))
    _table(
        out / "towns.tsv",
        ("unit", "id", "name", "aliases", "lon", "lat", "population", "timezone", "kind"),
        [
            (
                t.unit,
                t.id,
                t.name,
                "|".join(_aliases(t)),
                round(t.lon, 4),
                round(t.lat, 4),
                t.people,
                t.timezone,
                t.kind,
            )
            for t in towns
        ],
    )
    _table(
        out / "airports.tsv",
        (
            "unit",
            "code",
            "iata",
            "name",
            "lon",
            "lat",
            "elevation_ft",
            "size",
            "runway_m",
            "paved_runway_m",
            "scheduled",
        ),
        [
            (
                f.unit,
                f.code,
                f.iata,
                f.name,
                f.lon,
                f.lat,
                f.elevation_ft,
                f.size,
                f.runway_m,
                f.paved_runway_m,
                "yes" if f.scheduled else "no",
            )
            for f in fields
        ],
    )
    zones = {zone for row in rows for zone in row.timezones} | {town.timezone for town in towns}
    _table(out / "timezones.tsv", ("timezone", "standard"), [(zone, _standard(zone)) for zone in sorted(zones)])


def write_outlines(out: Path, name: str, topology: Mapping[str, Any]) -> None:
    """Write the outlines of a state, named by its code, and those of an earlier day by the day on which they ended."""
    (out / "outlines").mkdir(parents=True, exist_ok=True)
    text = json.dumps(topology, separators=(",", ":"), ensure_ascii=False)
    (out / "outlines" / f"{name}.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _town(town: Listed | None) -> tuple[object, object, object]:
    return (town.id, town.name, town.people) if town else ("", "", "")


def _aliases(town: Listed) -> Iterable[str]:
    """Return other names in Latin, Cyrillic and Arabic letters, each spelling once."""
    unique = {folded(town.name): town.name}
    for name in (" ".join(alias.split()) for alias in town.aliases):
        if "|" not in name and "http" not in name and all(_read(letter) for letter in name):
            unique.setdefault(folded(name), name)
    # three capital letters are the code of an airport
    return [name for fold, name in list(unique.items())[1:] if fold and not re.fullmatch("[A-Z]{3}", name)]


def _read(letter: str) -> bool:
    return any(low <= ord(letter) <= high for low, high in _SCRIPTS) or letter in "\u2019\u2018\u02bb\u02bc-"


def _standard(zone: str) -> str:
    """Return the hours by which a zone's standard time of 2024 is ahead of UTC."""
    moments = (dt.datetime(2024, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return f"{min(m.utcoffset() or dt.timedelta() for m in moments) / dt.timedelta(hours=1):g}"


def _table(file: Path, columns: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join("" if cell is None else str(cell) for cell in row) for row in (columns, *rows)]
    if bad := [line for line in lines if line.count("\t") != len(columns) - 1 or "\n" in line or "\r" in line]:
        raise SystemExit(f"{file.name}: a cell holds a tab or a line end: {bad[0]}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
