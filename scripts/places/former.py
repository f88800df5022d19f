"""Divisions of earlier days: units that were merged, split or redrawn since, by hand in ``hand/changes.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from joining import Outline, area_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gathering import Gathered
    from joining import Drawn
    from sources import Listed


@dataclass(frozen=True, slots=True)
class Change:
    """A former unit: its first day ("": long before), the day it ended on, its polygons, its heirs of today.

    Without polygons its outline is that of its heirs.
    """

    unit: str
    iso_3166_2: str
    name: str
    aliases: tuple[str, ...]
    since: str
    until: str
    drawn: tuple[str, ...]
    heirs: tuple[str, ...]


def changes(file: Path) -> list[Change]:
    """Return the former units."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = []
    for row in rows:
        aliases, drawn, heirs = (
            tuple(part for part in row[key].split("|") if part) for key in ("aliases", "drawn", "instead_of")
        )
        earlier = [
            r["until"] for r in rows if set(heirs) & set(r["instead_of"].split("|")) and r["until"] < row["until"]
        ]
        since = max(earlier, default="")
        found.append(Change(row["unit"], row["iso_3166_2"], row["name"], aliases, since, row["until"], drawn, heirs))
    return found


def first_days(known: Iterable[Change]) -> dict[str, str]:
    """Return the day on which each unit of today took the place of former ones."""
    found: dict[str, str] = {}
    for change in known:
        for unit in change.heirs:
            found[unit] = max(found.get(unit, ""), change.until)
    return found


def division(one: Gathered, known: Iterable[Change], until: str) -> tuple[Gathered, list[Change]]:
    """Return a state as it was divided on the last days before a day, and the former units in it."""
    held = [c for c in known if c.unit.split(".")[0] == one.state and c.since < until <= c.until]
    gone = {unit for change in held for unit in change.heirs}
    drawn = {p.id: p for outline in one.outlines.values() for p in outline.drawn}
    outlines = {unit: outline for unit, outline in one.outlines.items() if unit not in gone}
    names = {unit: name for unit, name in one.unit_names.items() if unit not in gone}
    for change in held:
        outlines[change.unit] = _outline(one, change, [drawn[polygon] for polygon in change.drawn])
        names[change.unit] = change.name
    home = {town.id: p.id for p in drawn.values() for town in p.towns}
    towns = [replace(town, unit=_unit_then(town, held, home)) if town.unit in gone else town for town in one.towns]
    were = {seat.id for seat in one.seats.values()}
    seats = {}
    for unit in names:
        if inside := [town for town in towns if town.unit == unit and town.id in were]:
            seats[unit] = max(inside, key=lambda town: (town.kind == "PPLC", town.people))
    return replace(one, unit_names=dict(sorted(names.items())), towns=towns, outlines=outlines, seats=seats), held


def _outline(one: Gathered, change: Change, drawn: Sequence[Drawn]) -> Outline:
    if drawn:
        return Outline("exact" if len(drawn) == 1 else "merged", area_of([p.geometry for p in drawn]), tuple(drawn))
    parts = [one.outlines[unit] for unit in change.heirs]
    mine = {p.id for part in parts for p in part.drawn}
    others = {p.id for unit, o in one.outlines.items() if unit not in change.heirs for p in o.drawn}
    # pieces of one polygon make it whole again, unless a neighbour has a piece of it as well
    how = "approximate" if mine & others else "exact" if len(mine) == 1 else "merged"
    return Outline(how, area_of([part.geometry for part in parts if part.geometry is not None]), ())


def _unit_then(town: Listed, held: Iterable[Change], home: dict[int, str]) -> str:
    """Return the former unit of a town: by the polygon it lies in, else the first whose heir its unit is."""
    candidates = [change for change in held if town.unit in change.heirs]
    return next((c.unit for c in candidates if home.get(town.id) in c.drawn), candidates[0].unit)
