"""Where one rule asks for what another forbids, and which of them goes before the other.

The Charter's ban on enforcement by regional bodies without the Council's authority (art. 53) is tested by what is owed:
armed measures by an organ or on its decision, to which the state concerned has not consented and which are not
collective self-defence. Not by the name of the action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foedus.treaties.logic import Truth
from foedus.treaties.terms import vocabulary
from foedus.treaties.words import clause, duty_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foedus.treaties.evaluated import Evaluated, OwedDuty
    from foedus.treaties.model import Treaty

_ARMED = 3  # level of an action from which on armed force is possible
_ENFORCE = "enforce"


def conflicts(findings: Sequence[Evaluated]) -> Iterator[str]:
    """Yield where one treaty asks for or allows what another forbids, and which of them prevails, each pair once."""
    forbidden = [
        (finding, duty)
        for finding in findings
        for duty in finding.duties
        if duty.modality == "must_not" and duty.owed is not Truth.NO and (duty.level > 0 or duty.action == _ENFORCE)
    ]
    told = set()
    for finding in findings:
        for duty in finding.duties:
            if duty.modality == "must_not" or duty.owed is Truth.NO:
                continue
            for other, barred in forbidden:
                pair = (finding.provision.id, other.provision.id)
                if finding.treaty.id == other.treaty.id or pair in told or not _collide(finding, duty, barred):
                    continue
                told.add(pair)
                asks, forbids = (duty_sentence(*one).rpartition(":")[0] for one in ((finding, duty), (other, barred)))
                doubt = "" if duty.owed is barred.owed is Truth.YES else "; whether both hold is open"
                order = _order(finding.treaty, other.treaty)
                yield f"{clause(finding)} ({asks}) against {clause(other)} ({forbids}): {order}{doubt}"


def _collide(finding: Evaluated, duty: OwedDuty, barred: OwedDuty) -> bool:
    if barred.action != _ENFORCE:
        return duty.action == barred.action
    armed = duty.level >= _ARMED and (duty.bearer.startswith("organ:") or vocabulary().actions[duty.action].collective)
    agreed = finding.view.values.get("consent.host") is Truth.YES
    return armed and not agreed and finding.provision.kind != "defence"


def _order(one: Treaty, other: Treaty) -> str:
    first = other if other.prevails else one if one.prevails else None
    return f"{first.short} prevails ({first.prevails})" if first else "neither says which prevails"
