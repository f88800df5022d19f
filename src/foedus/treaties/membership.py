"""Whom a treaty binds on a day, and where it applies: yes, no, or unknown while dates are in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foedus.states import state_of
from foedus.treaties.logic import Truth, any_of

if TYPE_CHECKING:
    import datetime as dt

    from foedus.dates import DateInterval
    from foedus.treaties.incident import Location
    from foedus.treaties.model import Area, Party, Treaty


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
        bound |= during(stretch.entry, stretch.exit, day)
    if party.unknown is not None and bound is Truth.NO:
        return Truth.UNKNOWN & in_force(treaty, day)
    if treaty.ended is not None:
        bound &= ~reached(treaty.ended, day)
    return bound & Truth.UNKNOWN if party.events and _suspended(party, day) else bound


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
        if event.kind == "suspended" and set(event.between) == {one, other}
    )


def barred_since(party: Party, day: dt.date) -> DateInterval | None:
    """Return since when a party has surely been kept out of the organs on a day, or None.

    It then has no seat and no part in what they decide. A party that is suspended from the organs alone stays bound.
    """
    dates = [
        event.date
        for event in party.events
        if event.kind in ("suspended", "suspended_from_organs")
        and not event.between
        and event.date.latest <= day
        and (event.until is None or day < event.until.earliest)
    ]
    return max(dates, key=lambda date: date.latest, default=None)


def _suspended(party: Party, day: dt.date) -> bool:
    return any(
        event.kind == "suspended" and not event.between and during(event.date, event.until, day) is not Truth.NO
        for event in party.events
    )


def protected_on(treaty: Treaty, state: str, day: dt.date) -> Truth:
    """Return whether the parties promised on a day to protect a state that is none of them."""
    return any_of(during(item.since, item.until, day) for item in treaty.protected if item.state == state)


def in_area(treaty: Treaty, day: dt.date, where: Location) -> Truth:
    """Return whether a place lies in the area to which a treaty was limited on a day; unknown without an area."""
    for provision in treaty.provisions:
        version = provision.version_on(day)
        if version is not None and version.geometry is not None:
            return _inside(treaty, version.geometry, day, where)
    return Truth.UNKNOWN


def _inside(treaty: Treaty, area: Area, day: dt.date, where: Location) -> Truth:
    if where.territory is not None:
        state = state_of(where.territory)
        if area.without and {where.territory, state} & set(area.without):
            return Truth.NO
        if {where.territory, state} & set(area.territories):
            return Truth.YES
        return bound_on(treaty, state, day) if area.parties else Truth.NO
    if where.lat is None or where.lon is None or not area.seas:
        return Truth.UNKNOWN
    return Truth.YES if any(sea.holds(where.lat, where.lon) for sea in area.seas) else Truth.NO
