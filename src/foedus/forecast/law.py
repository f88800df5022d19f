"""Does the organisation's treaty reach a call? The treaty engine's answer on the bare facts that the record codes."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING

from foedus.forecast.organisations import organisations
from foedus.treaties import Fact, Incident, Truth, bound_on, obligations, resolve, vocabulary

if TYPE_CHECKING:
    from foedus.forecast.call import Call

MILITARY = 3
"""Lowest level of an action that includes armed force (see the vocabulary of the treaties)."""

_STATE_ATTACK = (
    "act.armed_attack act.aggression attacker.state attacker.external threat.security threat.sovereignty "
    "threat.territorial_integrity threat.international_peace area.treaty"
)
_REBELLION = "act.internal_armed_conflict attacker.non_state threat.security threat.stability area.treaty"
_FACTS = {
    "interstate_attack": _STATE_ATTACK,
    "border_clash": "act.interstate_dispute act.armed_threat attacker.external threat.security area.treaty",
    "civil_war": _REBELLION,
    "insurgency": _REBELLION,
    "coup": "act.coup attacker.non_state threat.constitutional_order threat.stability area.treaty",
    "domestic_unrest": "act.internal_unrest attacker.non_state threat.stability area.treaty",
    "terror_attack": "act.terrorism attacker.non_state threat.security area.treaty",
    "other": "",
}
_ABSENT = {
    "interstate_attack": "act.internal_unrest act.coup act.terrorism act.internal_armed_conflict",
    "border_clash": "act.internal_unrest act.coup act.internal_armed_conflict",
    "civil_war": "attacker.state",
    "insurgency": "attacker.state",
    "coup": "attacker.state attacker.external act.armed_attack act.aggression",
    "domestic_unrest": "attacker.state attacker.external act.armed_attack act.aggression",
    "terror_attack": "attacker.state",
    "other": "act.armed_attack act.aggression",
}
_DECIDED = ("decision.organ", "decision.summit", "consent.host", "domestic.approval", "request.written")


def reach(call: Call) -> Truth | None:
    """Return whether the organisation's law would carry armed help for this call, if its organ so decided.

    Yes if a provision in force that day, binding the target, whose duties include armed force (must or may) is
    triggered by the facts that the record codes; unknown if the facts or the readings leave it open; None if the
    organisation's treaties are not in the library or the call is too vague to ask.
    """
    organisation = organisations().get(call.organisation or "")
    if organisation is None or organisation.treaties is None or call.when is None:
        return None
    if call.trigger is None or call.target is None:
        return None
    return _reach(
        organisation.treaties,
        call.target,
        call.when.earliest,
        call.trigger,
        bool(call.adversary_is_member),
        call.request,
    )


@lru_cache(maxsize=20_000)
def _reach(
    treaties: str, target: str, day: dt.date, trigger: str, member: bool, request: bool | None
) -> Truth | None:
    if all(bound_on(treaty, target, day) is Truth.NO for treaty in resolve(treaties)):
        return Truth.NO
    try:
        found = obligations(target, day, _incident(target, day, trigger, member, request), treaty=treaties)
    except ValueError:
        return None
    levels = vocabulary().actions
    answers = [
        finding.status
        for finding in found.findings
        if any(
            levels[duty.action].level >= MILITARY and duty.modality in ("must", "may") for duty in finding.version.duties
        )
    ]
    if Truth.YES in answers:
        return Truth.YES
    return Truth.UNKNOWN if Truth.UNKNOWN in answers else Truth.NO


def _incident(target: str, day: dt.date, trigger: str, member: bool, request: bool | None) -> Incident:
    values = dict.fromkeys(_FACTS[trigger].split(), Truth.YES) | dict.fromkeys(_ABSENT[trigger].split(), Truth.NO)
    values |= dict.fromkeys(_DECIDED, Truth.YES)
    values["unsc.acted"] = Truth.NO
    values["attacker.party"] = Truth.YES if member else Truth.NO
    if request is not None:
        asked = Truth.YES if request else Truth.NO
        values |= dict.fromkeys(("request.assistance", "request.consultation", "claim.party"), asked)
    facts = tuple(
        Fact(fact=name, value=value, basis="assumed", known_from=day, source="the row's own columns")
        for name, value in values.items()
    )
    return Incident(name="row", title="a row of the record", target=target, date=day, facts=facts)
