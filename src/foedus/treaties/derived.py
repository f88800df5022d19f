"""Facts that follow from what an incident says beside its facts: who attacked, where, who asked, which organ decided.

A fact that somebody observed or assumed goes before a derived one; a claim does not. Every derived fact carries the
reason for it, which the trace shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foedus.treaties.incident import Fact
from foedus.treaties.logic import Truth, any_of
from foedus.treaties.membership import bound_on, placed
from foedus.treaties.naming import listed, state_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from foedus.treaties.incident import Incident
    from foedus.treaties.model import Treaty, Version

_AMERICAN = "american"  # the group of a treaty that names the American states


def derived(incident: Incident) -> Iterator[Fact]:
    """Yield what follows whatever the treaty: from the attackers, from requests, from decisions of organs."""
    others = [state for state in incident.attackers if state != incident.target]
    if others:
        named = listed(state_name(state) for state in others)
        yield _fact("attacker.state", Truth.YES, incident, f"the attackers named are states: {named}")
        outside = f"the attackers named are other states: {named}"
        yield _fact("attacker.external", Truth.YES, incident, outside)
    for request in incident.requests:
        said = f"{request.by} asked on {request.on}"
        names = [f"request.{request.kind}", *(["request.written"] if request.written else [])]
        for name in names:
            yield Fact(
                fact=name, value=Truth.YES, basis="derived", treaty=request.to, known_from=request.on,
                source=request.source, note=f"from the request: {said}",
            )  # fmt: skip
    for decision in incident.decisions:
        yield Fact(
            fact="decision.summit" if decision.summit else "decision.organ", value=Truth.YES, basis="derived",
            treaty=decision.treaty, known_from=decision.on, source=decision.source,
            note=f"from the decision of {decision.organ} on {decision.on}",
        )  # fmt: skip


def derived_under(treaty: Treaty, day: dt.date, incident: Incident) -> Iterator[Fact]:
    """Yield what follows under a treaty on a day: whether the target, and an attacker, is a party to it or American."""
    if "target.party" in treaty.facts:
        why = f"the target ({state_name(incident.target)}) and the parties on {day}"
        yield _fact("target.party", bound_on(treaty, incident.target, day), incident, why)
    if not incident.attackers:
        return
    names = listed(state_name(state) for state in incident.attackers)
    if "attacker.party" in treaty.facts:
        value = any_of(bound_on(treaty, state, day) for state in incident.attackers)
        yield _fact("attacker.party", value, incident, f"the attackers ({names}) and the parties on {day}")
    if "attacker.american" in treaty.facts and _AMERICAN in treaty.groups:
        american = set(treaty.groups[_AMERICAN]) & set(incident.attackers)
        value = Truth.YES if american else Truth.NO
        yield _fact("attacker.american", value, incident, f"the attackers ({names}) and the American states")


def derived_for(treaty: Treaty, version: Version, day: dt.date, incident: Incident, on_forces: Truth) -> Iterator[Fact]:
    """Yield what follows for one provision: whether the incident's place lies in its area."""
    if incident.location is None:
        return
    inside, why = placed(treaty, version, day, incident.location, on_forces)
    if inside is Truth.UNKNOWN and not why:
        return
    place = incident.location.territory or f"{incident.location.lat}, {incident.location.lon}"
    reason = f"from the place of the incident, {place}, and the treaty's area that day"
    yield Fact(
        fact="area.treaty", value=inside, basis="derived", known_from=incident.date, source=incident.location.source,
        note=f"{reason}; {why}" if why else reason,
    )  # fmt: skip


def _fact(name: str, value: Truth, incident: Incident, why: str) -> Fact:
    return Fact(fact=name, value=value, basis="derived", known_from=incident.date, source=incident.title, note=why)
