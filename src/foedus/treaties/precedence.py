"""Where one rule asks for what another forbids, and which of them goes before the other.

The Charter's ban on enforcement by regional bodies without the Council's authority (art. 53) is tested by what is owed:
armed measures by an organ or on its decision, to which the state concerned has not consented and which are not
collective self-defence. Not by the name of the action. Collective self-defence (art. 51) answers an armed attack that
comes from a state or from abroad, and is spent once the Council has taken the measures necessary: what another treaty
still promises then yields to the Charter (art. 103), unless the Council authorises it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foedus.treaties.logic import Truth, decide
from foedus.treaties.terms import vocabulary
from foedus.treaties.words import clause, duty_sentence, presumption

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foedus.treaties.evaluated import Evaluated, OwedDuty
    from foedus.treaties.model import Treaty

_ARMED = 3  # level of an action from which on armed force is possible
_ENFORCE = "enforce"
_BY_DECISION = ("enforcement", "sanction")  # kinds of provision under which states act on an organ's decision


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
                if barred.action == _ENFORCE and finding.status is not Truth.YES:
                    continue  # a power that nothing has called up yet conflicts with nothing
                told.add(pair)
                asks, forbids = (duty_sentence(*one).rpartition(":")[0] for one in ((finding, duty), (other, barred)))
                doubt = "" if duty.owed is barred.owed is Truth.YES else "; whether both hold is open"
                doubt += f"; presuming that {presumption(other.presuming)}" if other.presuming else ""
                order = _order(finding.treaty, other.treaty)
                yield f"{clause(finding)} ({asks}) against {clause(other)} ({forbids}): {order}{doubt}"
    yield from _outlasts(findings)


def _collide(finding: Evaluated, duty: OwedDuty, barred: OwedDuty) -> bool:
    if barred.action != _ENFORCE:
        return duty.action == barred.action
    decided = duty.bearer.startswith("organ:") or finding.provision.kind in _BY_DECISION
    armed = duty.level >= _ARMED and (decided or vocabulary().actions[duty.action].collective)
    agreed = finding.view.values.get("consent.host") is Truth.YES
    return armed and not agreed and not _defends(finding)


def _defends(finding: Evaluated) -> bool:
    """Return whether what is owed is collective self-defence: a promise of defence, or an answer to such an attack."""
    if finding.provision.kind == "defence":
        return True
    holds = {fact for fact, value in finding.view.values.items() if value is Truth.YES}
    from_abroad = bool(holds & {"attacker.state", "attacker.external"})
    return "act.armed_attack" in holds and from_abroad and "unsc.acted" not in holds


def _outlasts(findings: Sequence[Evaluated]) -> Iterator[str]:
    """Yield which promises of defence go on although the right of self-defence that they rest on is spent."""
    for right in findings:
        ending = right.version.terminated_by
        spent = ending is not None and decide(ending, right.view.values) is Truth.YES
        if not (right.treaty.prevails and right.provision.kind == "right" and spent) or right.status is Truth.NO:
            continue
        for finding in findings:
            if finding.treaty.prevails or finding.provision.kind != "defence":
                continue
            if finding.view.values.get("unsc.mandate") is Truth.YES:
                continue
            for duty in finding.duties:
                if vocabulary().actions[duty.action].help and duty.level >= _ARMED and duty.owed is not Truth.NO:
                    asks = duty_sentence(finding, duty).rpartition(":")[0]
                    yield (
                        f"{clause(finding)} ({asks}) against {clause(right)} (self-defence is a right until the "
                        f"Security Council has taken the measures necessary): {_order(finding.treaty, right.treaty)}"
                    )
                    break


def _order(one: Treaty, other: Treaty) -> str:
    first = other if other.prevails else one if one.prevails else None
    return f"{first.short} prevails ({first.prevails})" if first else "neither says which prevails"
