"""A call that is not in the record: what is given, what follows from it, and what stays unknown."""

from __future__ import annotations

import datetime as dt
from typing import get_args

from foedus import record
from foedus.dates import DateInterval, parse_day
from foedus.errors import InputError, closest
from foedus.forecast.call import INTERNAL, Call
from foedus.forecast.organisations import lead_share, organisations
from foedus.record.capability import has_members, shares
from foedus.record.model import Trigger
from foedus.states import code_of, codes_on
from foedus.treaties import Truth, bound_on, coverage, library

TRIGGERS: tuple[str, ...] = get_args(Trigger)
_SAME_CRISIS = dt.timedelta(days=60)
_SIZE_HOLDS = dt.timedelta(days=15 * 366)


def new_call(
    organisation: str,
    target: str,
    trigger: str,
    *,
    on: str | dt.date | None = None,
    request: bool | None = None,
    adversary: str | None = None,
    adversary_is_member: bool | None = None,
    target_cinc: float | None = None,
    record_path: record.AnyRecord = None,
) -> tuple[Call, tuple[str, ...]]:
    """Return a call and, in words, what was filled in for it.

    Args:
        organisation: name as in the record; an unknown one is forecast with the pooled effect.
        target: state in trouble, by ISO 3166-1 alpha-3 code or any name of it.
        trigger: kind of trouble, as in the codebook.
        on: the day of the call (default: today).
        request: whether somebody entitled to ask did ask; None = unknown.
        adversary: against whom; states in it are recognised by code, name, former name or adjective.
        adversary_is_member: None = from the treaties, if the adversary is a state; no, if the trouble is internal.
        target_cinc: share of world capability, 0 to 1; None = as in the record's nearest case of that state, else from
            its share among the members of an organisation.
        record_path: a record of your own.

    Raises:
        InputError: an unknown state or kind of trouble, an impossible day, a share outside 0 to 1.

    """
    name = organisation.strip().lower()
    day = dt.date.today() if on is None else parse_day(on)
    state = code_of(target, day)
    if trigger not in TRIGGERS:
        raise InputError(
            f"unknown kind of trouble '{trigger}'", expected=", ".join(TRIGGERS), cure=closest(trigger, TRIGGERS)
        )
    if target_cinc is not None and not 0 < target_cinc <= 1:
        raise InputError("a share of world capability lies between 0 and 1", found=target_cinc)
    if not 1900 <= day.year <= 2100:
        raise InputError("this day cannot be forecast", found=day, expected="1900 to 2100")
    said = []
    everyone = record.cases(record_path)
    if target_cinc is None:
        target_cinc, source = _size(state, name, day, everyone)
        said.append(source)
    when = DateInterval(day, day)
    draft = Call(name, name, state, when, adversary=adversary)
    against = sorted(code for code in draft.adversary_states if code in codes_on(code, day))
    if any(code not in (adversary or "") for code in against):
        said.append(f"adversary '{adversary}' read as {', '.join(against)}")
    if adversary_is_member is None:
        adversary_is_member = _membership(draft, trigger, day)
        if adversary_is_member is not None:
            said.append(f"adversary taken as {'a' if adversary_is_member else 'no'} member")
    group = next(
        (
            case.group
            for case in everyone
            if case.target_iso3 == state and abs(case.crisis_start.earliest - day) <= _SAME_CRISIS
        ),
        None,
    )
    if group:
        said.append(f"the record has this crisis ({group}): the forecast comes from a fit without it")
    call = Call(
        f"new-{name}-{state.lower()}-{day}",
        name,
        state,
        when,
        trigger,
        adversary,
        adversary_is_member,
        request,
        when if request else None,
        target_cinc,
        group,
    )
    return call, tuple(said)


def _size(state: str, organisation: str, day: dt.date, everyone: tuple[record.Case, ...]) -> tuple[float | None, str]:
    known = [
        case
        for case in everyone
        if case.target_iso3 == state and case.target_cinc and abs(case.crisis_start.earliest - day) <= _SIZE_HOLDS
    ]
    if known:
        nearest = min(known, key=lambda case: abs(case.crisis_start.earliest - day))
        return nearest.target_cinc, f"size of {state} as in the record's case {nearest.case_id}"
    for name in dict.fromkeys((organisation, *organisations())):
        if (share := _share_as_member(state, name, day.year)) is not None:
            return (
                share,
                f"size of {state} from its share among the members of {name} ({100 * share:.2g} % of the world)",
            )
    return None, f"size of {state} unknown (give --target-cinc)"


def _share_as_member(state: str, organisation: str, year: int) -> float | None:
    """Return a member's share of world capability, measured by the leading state's, or None."""
    coded = organisations().get(organisation)
    if coded is None or not has_members(organisation):
        return None
    members, lead = shares(organisation, year), coded.lead(year)
    world = lead_share(lead, year)
    if world is None or not members.get(state) or not members.get(lead):
        return None
    return members[state] / members[lead] * world


def _membership(call: Call, trigger: str, day: dt.date) -> bool | None:
    """Return whether the adversary belongs to the organisation: by its treaties if it is a state, no if internal."""
    if not call.adversary_states:
        return False if trigger in INTERNAL else None
    bound = [
        bound_on(library()[name], state, day)
        for name in coverage(call.organisation or "", trigger, day).treaties
        for state in call.adversary_states
    ]
    if not bound:
        return None
    return True if Truth.YES in bound else None if Truth.UNKNOWN in bound else False
