"""``foedus places``: the units of a state with their people, towns, airfields and outlines."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foedus.cli.console import columns, json_option, print_json, print_table, write_text

if TYPE_CHECKING:
    from foedus.places import Airport, State, Territory, Town, Unit

_RUNWAYS = (1500, 2400)  # metres: medium and heavy transport aircraft
_OUTLINES = {"exact": "", "merged": "", "approximate": "approximate", "none": "none"}


@click.command()
@click.argument("state")
@click.option("--on", "day", metavar="DAY", help="The division and the people of a day, as 2022-01-05.")
@click.option("--towns", "with_towns", is_flag=True, help="List the towns.")
@click.option("--airports", "with_airports", is_flag=True, help="List the airfields.")
@click.option(
    "--map", "map_file", type=click.Path(path_type=Path), metavar="FILE.svg", help="Draw the units into FILE."
)
@json_option
def places(
    state: str, day: str | None, with_towns: bool, with_airports: bool, map_file: Path | None, as_json: bool
) -> None:
    """Show the first-level units of STATE: people, clock, outline, and the way to the next long runway.

    STATE is a code (KAZ, KZ) or an English name. A population marked ~ is an estimate; the interval beside it is
    that of 80 %. An outline marked approximate was cut along towns, because the map is older than the division.
    Runways are paved ones that were known in October 2022: 'medium' is 1,500 m or more, 'heavy' 2,400 m or more.
    The list cannot say whether an aircraft can use one today.

    \b
    Examples:
      foedus places Kazakhstan
      foedus places KAZ --on 2022-01-05 --map kazakhstan.svg
      foedus places FJI --airports
      foedus places NER --towns --json

    Sources, accuracy and what not to use it for: docs/places.md.
    """
    from foedus.places import CREDIT, airports, capital, territory, towns, units
    from foedus.places import state as state_of
    from foedus.places.svgmap import svg_map

    one = state_of(state, day)
    held = units(one.iso3, day)
    then = None if day is None else territory(one.iso3, day)
    listed_towns = towns(one.iso3) if with_towns else ()
    listed_fields = airports(one.iso3) if with_airports else ()
    if map_file is not None:
        write_text(map_file, svg_map(one.iso3, day), "the map")
    if as_json:
        data: dict[str, Any] = {
            "state": one.iso3,
            "capital": _plain(capital(one.iso3)),
            "note": one.note,
            "territory": None if then is None else then._asdict(),
            "units": [
                _plain(unit) | {"code": unit.code, "people_known": unit.people_known, "next_runway": _ways(one, unit)}
                for unit in held
            ],
        }
        data |= {"towns": [_plain(town) for town in listed_towns]} if with_towns else {}
        data |= {"airports": [_plain(field) for field in listed_fields]} if with_airports else {}
        print_json(data | {"credits": CREDIT})
        return
    _tell(one, held, day, then)
    if with_towns:
        _tell_towns(listed_towns)
    if with_airports:
        _tell_airports(listed_fields)
    if map_file is not None:
        click.echo(f"\nWrote {map_file}")
    click.echo()
    click.echo(click.wrap_text(f"Sources: {CREDIT}", columns()))


def _tell(one: State, held: tuple[Unit, ...], day: str | None, then: Territory | None) -> None:
    from foedus.states import name_of

    rows = []
    for unit in held:
        same = unit.population_low == unit.population_high
        estimate = unit.population_source is None or not same
        interval = "" if same or not unit.people_known else f"{unit.population_low:,} to {unit.population_high:,}"
        people = f"{'~' if estimate else ''}{unit.population:,}" if unit.people_known else "not known"
        ways = _ways(one, unit)
        rows.append(
            [
                unit.code, unit.name, people, interval, unit.timezone,
                _OUTLINES[unit.outline], *(_way(ways[str(metres)]) for metres in _RUNWAYS),
            ]
        )  # fmt: skip
    title = f"{name_of(one.iso3)}: {len(held)} unit{'' if len(held) == 1 else 's'}, capital {one.capital}"
    print_table(
        title + (f", on {day}" if day else ""),
        ["code", "name", "people", "80 % interval", "clock", "outline", "medium runway", "heavy runway"],
        rows,
    )
    click.echo()
    if then is not None:
        source = f" ({then.source})" if then.source else ""
        what = "These are the units of today's territory, and its people; that of the day differed"
        click.echo(click.wrap_text(f"Territory: on {day}, {then.then}{source}. {what}.", columns()))
    for line in _remarks(one, held):
        click.echo(click.wrap_text(line, columns()))


def _remarks(one: State, held: tuple[Unit, ...]) -> list[str]:
    """Return what is to be known about the figures and the outlines: a sentence each."""
    found = []
    days = sorted({unit.population_day for unit in held if unit.population_source is None})
    if days:
        found.append(f"~ estimated for {days[0]}: the state's total, shared by its towns (docs/places.md).")
    sources = sorted({unit.population_source for unit in held if unit.population_source})
    found += [f"People: {source}." for source in sources]
    if any(unit.outline == "approximate" for unit in held):
        found.append("Approximate outlines tell which unit a place is in; on a map, draw them dashed and say so.")
    found += [f"Note: {one.note}"] if one.note else []
    return found + [f"Note on {unit.name}: {unit.note}" for unit in held if unit.note and unit.note != one.note]


def _tell_towns(listed: tuple[Town, ...]) -> None:
    print_table(
        f"\n{len(listed)} town{'' if len(listed) == 1 else 's'}",
        ["town", "unit", "people", "lon", "lat", "clock", "kind"],
        [[t.name, t.unit, f"{t.population:,}", t.lon, t.lat, t.timezone, t.kind] for t in listed],
    )


def _tell_airports(listed: tuple[Airport, ...]) -> None:
    def metres(length: int | None) -> str:
        return "unknown" if length is None else f"{length:,} m"

    print_table(
        f"\n{len(listed)} airfield{'' if len(listed) == 1 else 's'}, October 2022",
        ["code", "IATA", "name", "unit", "size", "longest runway", "longest paved", "elevation", "airlines"],
        [
            [
                f.code, f.iata or "", f.name, f.unit, f.size, metres(f.runway_m), metres(f.paved_runway_m),
                "" if f.elevation_ft is None else f"{f.elevation_ft:,} ft", "yes" if f.scheduled else "no",
            ]
            for f in listed
        ],
    )  # fmt: skip


def _ways(one: State, unit: Unit) -> dict[str, dict[str, Any] | None]:
    """Return the next paved runway of each length from a unit's seat, in kilometres; None if none is known."""
    from foedus.places import nearest_airport

    found: dict[str, dict[str, Any] | None] = {}
    for metres in _RUNWAYS:
        near = nearest_airport(one.iso3, unit.lon, unit.lat, metres)
        found[str(metres)] = None if near is None else {"code": near[0].code, "km": round(near[1])}
    return found


def _way(way: dict[str, Any] | None) -> str:
    return "none known" if way is None else f"{way['code']} {way['km']:,} km"


def _plain(one: Unit | Town | Airport) -> dict[str, Any]:
    return {key: _text(value) for key, value in dataclasses.asdict(one).items()}


def _text(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
