"""Whom a treaty binds on a day, and where it applies: yes, no, or unknown while dates are in doubt."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from foedus.csvfile import data_rows
from foedus.states import state_of
from foedus.treaties.logic import Truth, any_of

if TYPE_CHECKING:
    import datetime as dt

    from foedus.dates import DateInterval
    from foedus.treaties.incident import Location
    from foedus.treaties.model import Area, Party, Sea, Treaty, Version, Zone


def in_force(treaty: Treaty, day: dt.date) -> Truth:
    """Return whether the treaty was in force on a day; unknown if that was never established."""
    ended = Truth.NO if treaty.ended is None else reached(treaty.ended, day)
    began = reached(treaty.signed, day) & Truth.UNKNOWN if treaty.in_force is None else reached(treaty.in_force, day)
    return began & ~ended


def bound_on(treaty: Treaty, state: str, day: dt.date) -> Truth:
    """Return whether the treaty bound a state on a day.

    Unknown while its dates are in doubt, and while the state was suspended: whether a suspended party still owes
    and is owed help is what lawyers dispute.
    """
    party = treaty.party(state)
    if party is None:
        return Truth.NO if treaty.parties_incomplete is None else Truth.UNKNOWN & in_force(treaty, day)
    return party_bound(treaty, party, day)


def party_bound(treaty: Treaty, party: Party, day: dt.date) -> Truth:
    """Return whether the treaty bound one of its parties on a day (see ``bound_on``)."""
    bound = Truth.NO
    for stretch in party.memberships:
        held = during(stretch.entry, stretch.exit, day)
        bound |= held if stretch.contested is None else held & Truth.UNKNOWN
    if party.unknown is not None and bound is Truth.NO:
        return Truth.UNKNOWN & in_force(treaty, day)
    if treaty.ended is not None:
        bound &= ~reached(treaty.ended, day)
    return bound & Truth.UNKNOWN if party.events and _in_doubt(party, day) else bound


def reached(date: DateInterval, day: dt.date) -> Truth:
    """Return whether a date had come by a day."""
    if day >= date.latest:
        return Truth.YES
    return Truth.NO if day < date.earliest else Truth.UNKNOWN


def during(start: DateInterval, until: DateInterval | None, day: dt.date) -> Truth:
    """Return whether a day lies from one date on and before another."""
    begun = reached(start, day)
    return begun if until is None else begun & ~reached(until, day)


def between(treaty: Treaty, one: str, other: str, day: dt.date) -> Truth:
    """Return whether the obligations ran between two parties, as far as suspensions of a pair go."""
    return ~any_of(
        during(event.date, event.until, day)
        for party in treaty.parties
        for event in party.events
        if event.weight == "treaty" and set(event.between) == {one, other}
    )


def barred_since(party: Party, day: dt.date) -> DateInterval | None:
    """Return since when a party has surely been kept out of the organs on a day, or None.

    It then has no seat and no part in what they decide. A party that is suspended from the organs alone stays bound.
    """
    dates = [
        event.date
        for event in party.events
        if event.weight in ("treaty", "organs", "rights")
        and not event.between
        and event.date.latest <= day
        and (event.until is None or day < event.until.earliest)
    ]
    return max(dates, key=lambda date: date.latest, default=None)


def _in_doubt(party: Party, day: dt.date) -> bool:
    return any(
        event.weight == "treaty" and not event.between and during(event.date, event.until, day) is not Truth.NO
        for event in party.events
    )


def protected_on(treaty: Treaty, state: str, day: dt.date) -> Truth:
    """Return whether the parties promised on a day to protect a state that is none of them."""
    return any_of(during(item.since, item.until, day) for item in treaty.protected if item.state == state)


def in_area(treaty: Treaty, day: dt.date, where: Location, on_forces: Truth = Truth.UNKNOWN) -> Truth:
    """Return whether a place lies in the area to which a treaty was limited on a day; unknown without an area."""
    return placed(treaty, None, day, where, on_forces)[0]


def placed(
    treaty: Treaty, version: Version | None, day: dt.date, where: Location, on_forces: Truth = Truth.UNKNOWN
) -> tuple[Truth, str]:
    """Return whether a place lies in the area of a provision on a day, and what is to be known about that.

    ``on_forces``: whether the attack was one on forces, vessels or aircraft, which alone counts in parts of some areas.

    The area is the version's own, else that of the treaty's article on its area; unknown without one.
    """
    area = None if version is None else version.geometry
    if area is None:
        held = (provision.version_on(day) for provision in treaty.provisions)
        area = next((one.geometry for one in held if one is not None and one.geometry is not None), None)
    return (Truth.UNKNOWN, "") if area is None else _inside(treaty, area, day, where, on_forces)


def _inside(treaty: Treaty, area: Area, day: dt.date, where: Location, on_forces: Truth) -> tuple[Truth, str]:
    if area.south_of is not None and where.lat is not None and where.lat >= area.south_of:
        return Truth.NO, f"north of latitude {area.south_of:g}"
    if where.territory is None:
        inside, why = _at_sea(area, where.lat, where.lon)
        if not area.vessels_only or inside & on_forces is inside:
            return inside, why
        return inside & on_forces, "at sea only forces, vessels and aircraft are protected"
    own = spellings(where.territory)
    state = state_of(own[0])
    for codes in (own, (state,)):
        listed = [code for code in codes if code in area.doubtful]
        if listed:
            return Truth.UNKNOWN, area.doubtful[listed[0]]
        if not set(codes).isdisjoint(area.without):
            return Truth.NO, ""
        if not set(codes).isdisjoint(area.territories):
            return Truth.YES, ""
    part = state not in own  # of a state: Berlin is listed apart from Germany
    forces = on_forces, "there only forces, vessels and aircraft are protected"
    if part and not set(own).isdisjoint(area.forces):
        return forces
    if area.parties and (bound := bound_on(treaty, state, day)) is not Truth.NO:
        return bound, ""
    if not {*own, state}.isdisjoint(area.forces):
        return forces
    if where.lat is not None and where.lon is not None and area.zones:
        return _at_sea(area, where.lat, where.lon)
    return (Truth.NO, "") if area.parties or area.territories or area.forces else (Truth.UNKNOWN, "")


def spellings(territory: str) -> tuple[str, ...]:
    """Return all codes of a territory, that of its own first: ISO 3166 has Guam as ``GUM`` and as ``US-GU``.

    >>> spellings("US-GU"), spellings("BES"), spellings("US-HI")
    (('GUM', 'US-GU'), ('BES', 'NL-BQ1', 'NL-BQ2', 'NL-BQ3'), ('US-HI',))
    """
    same = _same_as()
    own = same.get(territory, territory)
    return (own, *(code for code, other in same.items() if other == own))


@cache
def _same_as() -> dict[str, str]:
    return {row["code"]: row["same_as"] for row in data_rows("foedus.treaties", "territories.csv")}


def _at_sea(area: Area, lat: float | None, lon: float | None) -> tuple[Truth, str]:
    if lat is None or lon is None or not (area.seas or area.zones):
        return Truth.UNKNOWN, ""
    parts: list[Sea | Zone] = [*area.seas, *area.zones]
    held = [part for part in parts if part.holds(lat, lon)]
    if any(part.doubtful is None for part in held):
        return Truth.YES, ""
    return (Truth.UNKNOWN, held[0].doubtful or "") if held else (Truth.NO, "")


def rights_in_doubt(treaty: Treaty, state: str, day: dt.date) -> bool:
    """Return whether a party's claims were suspended on a day, or may have been, while its obligations went on."""
    party = treaty.party(state)
    return party is not None and any(
        event.weight == "rights" and during(event.date, event.until, day) is not Truth.NO for event in party.events
    )
