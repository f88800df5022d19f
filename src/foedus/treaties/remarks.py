"""What is to be known beside a finding: what happened to a party's membership, and who invoked the provision."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from foedus.treaties.logic import Truth
from foedus.treaties.membership import during
from foedus.treaties.naming import capital, state_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foedus.treaties.evaluated import OwedDuty
    from foedus.treaties.incident import Incident
    from foedus.treaties.model import Invocation, Party, PartyEvent, Provision, Treaty

_NEAR = dt.timedelta(days=60)  # of an invocation


def remarks(
    treaty: Treaty, provision: Provision, incident: Incident, target: str, day: dt.date, duties: Iterable[OwedDuty]
) -> Iterator[str]:
    """Yield a sentence for each event of a party that the finding speaks of, and for each invocation around the day.

    Of the bearers of duties only events with an ``effect`` of their own in the file are told.
    """
    concerned = {target, *incident.attackers}
    bearers = {duty.bearer for duty in duties}
    for party in treaty.parties:
        if party.state in concerned or party.state in bearers:
            for event in party.events:
                told = party.state in concerned or event.effect is not None
                if told and during(event.date, event.until, day) is not Truth.NO:
                    yield event_sentence(party, event)
            for stretch in party.memberships if party.state in concerned else ():
                if stretch.contested is not None and during(stretch.entry, stretch.exit, day) is not Truth.NO:
                    yield f"{capital(state_name(party.state))}: membership contested; {stretch.contested}."
    for call in treaty.invocations:
        if call.provision == provision.id and call.target in (None, target) and _near(call, day):
            yield invocation_sentence(call)


def event_sentence(party: Party, event: PartyEvent) -> str:
    """Return what happened to a party's membership, as a sentence."""
    until = "" if event.until is None else f" to {event.until}"
    what = event.says or event.kind.replace("_", " ")
    with_whom = next((f" (towards {state_name(other)})" for other in event.between if other != party.state), "")
    return f"{capital(state_name(party.state))}: {what}{with_whom}, from {event.date}{until}."


def invocation_sentence(call: Invocation) -> str:
    """Return who called on a provision, when, and what came of it, as a sentence."""
    return f"Invoked on {call.on} by {call.by}: {call.outcome}."


def _near(call: Invocation, day: dt.date) -> bool:
    return call.on.earliest - _NEAR <= day <= call.on.latest + _NEAR
