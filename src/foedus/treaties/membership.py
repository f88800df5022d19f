"""Whom a treaty binds on a day, and where it applies: yes, no, or unknown while dates are in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def in_area(treaty: Treaty, day: dt.date, where: Location) -> Truth:
    """Return whether a place lies in the area to which a treaty was limited on a day; unknown without an area."""
    return placed(treaty, None, day, where)[0]


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
        if area.vessels_only and on_forces is Truth.NO:
            return Truth.NO, "at sea only forces, vessels and aircraft are protected"
        return _at_sea(area, where.lat, where.lon)
    state = state_of(where.territory)
    for code in (where.territory, state):
        if code in area.doubtful:
            return Truth.UNKNOWN, area.doubtful[code]
        if code in area.without:
            return Truth.NO, ""
        if code in area.territories:
            return Truth.YES, ""
    if area.parties and (bound := bound_on(treaty, state, day)) is not Truth.NO:
        return bound, ""
    if where.territory in area.forces or state in area.forces:
        return on_forces, "there only forces, vessels and aircraft are protected"
    if where.lat is not None and where.lon is not None and area.zones:
        return _at_sea(area, where.lat, where.lon)
    return (Truth.NO, "") if area.parties or area.territories or area.forces else (Truth.UNKNOWN, "")


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
