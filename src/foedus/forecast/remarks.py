"""What to know beside a chance: that the organisation is no more, the target is no member, a foe was not read."""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from foedus.csvfile import data_rows
from foedus.record.capability import has_members, shares
from foedus.states import codes_on, irregulars, states_in
from foedus.treaties import Truth, bound_on, kept_out, treaties_of
from foedus.treaties.membership import in_force

if TYPE_CHECKING:
    from foedus.forecast.call import Call

_KEPT_OUT = {
    "left on": "left {} on",
    "suspended since": "has been suspended from {} since",
    "participation frozen since": "has had its participation in {} frozen since",
}
_NOBODY = {"", "-", "?", "n/a", "nobody", "none", "unidentified", "unknown"}


def remarks(call: Call, *, new: bool = True) -> tuple[str, ...]:
    """Return what a reader should know of a call, in words.

    Args:
        call: a call.
        new: the record lacks it. Of its own cases the adversaries are coded by hand, and nothing is said of them.

    """
    found = (_membership(call), _adversary(call) if new else None)
    return tuple(filter(None, found))


def _membership(call: Call) -> str | None:
    """Return what is amiss with the organisation on the day of the call, or else with the target's membership."""
    if call.organisation is None or not call.is_organisation or call.when is None:
        return None
    name, day = call.organisation, call.when.earliest
    return _over(name, day) or (call.target_iso3 and _outside(name, call.target_iso3, day)) or None


@lru_cache(maxsize=4096)
def _over(organisation: str, day: dt.date) -> str | None:
    """Return since when an organisation has had no members; None while it has some, or where that is unknown."""
    ended, note = _ended().get(organisation, (day, ""))
    if ended < day:
        return f"the organisation has had no members since {ended}: {note}"
    treaties = treaties_of(organisation)
    if not treaties or any(
        in_force(treaty, day) is not Truth.NO
        and (
            treaty.parties_incomplete or any(bound_on(treaty, state, day) is not Truth.NO for state in treaty.states())
        )
        for treaty in treaties
    ):
        return None
    ends = [treaty.ended for treaty in treaties] + [
        stretch.exit for treaty in treaties for party in treaty.parties for stretch in party.memberships
    ]
    past = [date for date in ends if date is not None and date.latest <= day]
    if past:
        return f"the organisation has had no members since {max(past, key=lambda date: date.latest)}"
    return f"no treaty of the organisation in the library is in force on {day}"


@lru_cache(maxsize=4096)
def _outside(organisation: str, state: str, day: dt.date) -> str | None:
    """Return that a state has left, is suspended, has frozen its part or is no member, or None."""
    codes, treaties = codes_on(state, day) | {state}, treaties_of(organisation)
    for code, why in kept_out(organisation, day).items():
        if code in codes:
            what, since = why.rsplit(" ", 1)
            return f"{state} {_KEPT_OUT[what].format(organisation)} {since}"
    listed = has_members(organisation) and bool(codes & set(shares(organisation, day.year)))
    # an organisation has members that are not bound by each of the treaties that the library holds of it
    if listed or any(bound_on(treaty, code, day) is not Truth.NO for treaty in treaties for code in codes):
        return None
    if not treaties and not has_members(organisation):
        return None
    entries = [
        stretch.entry
        for treaty in treaties
        for party in treaty.parties
        if party.state in codes
        for stretch in party.memberships
        if stretch.entry.earliest > day
    ]
    joins = f" (it joins on {min(entries, key=lambda date: date.earliest)})" if entries else ""
    return f"{state} is no member of {organisation} on {day}{joins}"


def _adversary(call: Call) -> str | None:
    text = (call.adversary or "").strip()
    mentions, read = states_in(text), call.adversary_states | {call.target_iso3}
    if passed := [m for m in mentions if not m.meant and not read.intersection(m.states)]:
        names = "; ".join(f"{m.words}: {' or '.join(m.states)}" for m in passed)
        return f"the adversary '{text}' is not taken as a state; give its code if one is meant ({names})"
    if mentions or irregulars(text) or text.casefold() in _NOBODY:
        return None
    return f"no state was recognised in the adversary '{text}'; give its code if one is meant"


@cache
def _ended() -> dict[str, tuple[dt.date, str]]:
    """Return organisations whose end the treaty library does not tell."""
    return {
        row["organisation"]: (dt.date.fromisoformat(row["ended"]), row["note"])
        for row in data_rows("foedus.forecast", "ended.csv")
    }
