"""Which members could help: not the state in trouble, no adversary, none suspended, frozen, gone or yet to come."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from foedus.forecast.call import Call
from foedus.record.capability import has_members, shares
from foedus.states import independent_since
from foedus.treaties import kept_out

if TYPE_CHECKING:
    from foedus.record import Case


@dataclass(frozen=True, slots=True)
class Excluded:
    """A member that cannot be among the helpers, and why, in words."""

    state: str
    reason: str

    def to_dict(self) -> dict[str, str]:
        """Return plain data."""
        return asdict(self)


def candidates(case: Case | Call) -> tuple[str, ...]:
    """Return the members that could take part, in alphabetical order; none where the members are not known."""
    left_out = {member.state for member in excluded(case)}
    return tuple(state for state in _others(as_call(case)) if state not in left_out)


def excluded(case: Case | Call) -> tuple[Excluded, ...]:
    """Return the members other than the state in trouble that could not take part, in alphabetical order."""
    call = as_call(case)
    reasons = kept_out(call.organisation, call.when.earliest) if call.organisation and call.when else {}
    reasons |= _not_yet(call)
    reasons |= dict.fromkeys(call.adversary_states, "named as an adversary")
    return tuple(Excluded(state, reasons[state]) for state in _others(call) if state in reasons)


def _not_yet(call: Call) -> dict[str, str]:
    """Return which states became independent only after the call: the table of members begins too late for some."""
    if call.when is None:
        return {}
    since = {state: independent_since(state) for state in _others(call)}
    return {
        state: f"not yet independent (until {day})" for state, day in since.items() if day and day > call.when.latest
    }


def as_call(case: Case | Call) -> Call:
    """Return what is known of a case before it is answered."""
    return case if isinstance(case, Call) else Call.of(case)


def _others(call: Call) -> tuple[str, ...]:
    """Return the members other than the state in trouble."""
    if call.organisation is None or call.crisis_start is None or not has_members(call.organisation):
        return ()
    members = shares(call.organisation, call.crisis_start.earliest.year)
    return tuple(sorted(state for state in members if state != call.target_iso3))
