"""From law and facts to findings: is a provision triggered, on which reading, and who then owes what.

How the facts of an incident count: see ``view``. The law is that of the day asked for (``on``): the version in
force and the parties bound that day. Membership dates that are intervals give *unknown* in between; unknown
membership never yields yes.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from foedus.dates import parse_day
from foedus.errors import InputError, closest
from foedus.states import code_then
from foedus.treaties.findings import Finding, Obligations, OwedDuty
from foedus.treaties.incident import Incident
from foedus.treaties.load import library, load_incident, resolve, vocabulary
from foedus.treaties.logic import Condition, Truth, all_of, could_change, decide
from foedus.treaties.membership import between, bound_on, party_bound, protected_on
from foedus.treaties.view import View, claimant_of, located, look

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from foedus.treaties.model import Duty, Provision, Treaty, Version


_TROOPS = 3  # level of an action from which on armed force is possible


def obligations(
    target: str,
    on: str | dt.date,
    facts: str | Path | Incident,
    *,
    known_by: str | dt.date | None = None,
    according_to: str | None = None,
    reading: str | None = None,
    treaty: str | None = None,
) -> Obligations:
    """Return who is bound to do what for ``target`` under every treaty that bound it on a day.

    Args:
        target: ISO 3166-1 alpha-3 code of the state that needs help.
        on: the day whose law applies.
        facts: an incident, the name of one that comes with Foedus, or a YAML file.
        known_by: leave out what became known later.
        according_to: take this claimant's word (its key or name in the incident file).
        reading: use this reading wherever a provision has it.
        treaty: only this treaty or family.

    Raises:
        InputError: unknown state, incident, claimant or reading; a date that is none.

    """
    day = parse_day(on)
    known = None if known_by is None else parse_day(known_by)
    incident = facts if isinstance(facts, Incident) else load_incident(facts)
    treaties = list(library().values()) if treaty is None else resolve(treaty)
    state = target.upper()
    check_state(target, day, treaties)
    _check_coverage(day)
    _check_reading(reading, treaties)
    claimed = None if according_to is None else claimant_of(incident, according_to)
    view = look(incident, known, claimed)
    scopes = {fact.treaty for fact in incident.facts} - {None}
    common = incident.model_copy(update={"facts": tuple(fact for fact in incident.facts if fact.treaty is None)})
    shared = look(common, known, claimed) if scopes else view
    findings = []
    for item in treaties:
        bound = bound_on(item, state, day) | protected_on(item, state, day)
        if bound is Truth.NO:
            continue
        own = item.id in scopes or item.family in scopes
        seen = located(item, day, incident, look(incident, known, claimed, item) if own else shared)
        for provision in item.provisions:
            version = provision.version_on(day)
            if version is not None and version.all_readings:
                findings.append(_evaluate(item, provision, version, state, day, bound, incident, seen, reading))
    name = None if claimed is None else incident.claimants[claimed]
    conflicts = (*view.conflicts, *_rival_duties(findings))
    return Obligations(state, day, incident, known, name, tuple(findings), conflicts)


def _evaluate(
    treaty: Treaty,
    provision: Provision,
    version: Version,
    target: str,
    day: dt.date,
    bound: Truth,
    incident: Incident,
    view: View,
    reading: str | None,
) -> Finding:
    defeat = version.unless
    spared = () if defeat is None else (Condition("not", children=(defeat,)),)
    conditions = {
        name: Condition("all", children=(condition, *spared)) if spared else condition
        for name, condition in version.all_readings.items()
    }
    reached = Truth.YES if not version.targets or target in version.targets else Truth.NO
    readings = {name: decide(condition, view.values) & bound & reached for name, condition in conditions.items()}
    main = reading if reading in readings else version.main_reading
    assert main is not None  # noqa: S101 (a version with readings has a default, see the model)
    return Finding(
        treaty=treaty,
        provision=provision,
        version=version,
        status=readings[main],
        readings=readings,
        duties=tuple(_duties(treaty, version, target, day, readings[main], incident, view)),
        bound=bound,
        reading=main,
        view=view,
        could_change=tuple(_could_change(version, conditions[main], view)) if reached is Truth.YES else (),
    )


def _could_change(version: Version, trigger: Condition, view: View) -> list[str]:
    """Return the open facts that can still change the trigger, then those that can change what is owed."""
    found = could_change(trigger, view.values)
    if decide(trigger, view.values) is not Truth.NO:
        steps = [duty.condition for duty in version.duties if duty.condition is not None]
        steps += [Condition("fact", atom=fact) for fact in version.requires]
        found += [fact for step in steps for fact in could_change(step, view.values)]
    return list(dict.fromkeys(found))


def _duties(
    treaty: Treaty, version: Version, target: str, day: dt.date, status: Truth, incident: Incident, view: View
) -> Iterator[OwedDuty]:
    required = all_of(view.values.get(fact, Truth.UNKNOWN) for fact in version.requires)
    homes = _approvals(treaty.family)
    levels = vocabulary().actions
    bearers: dict[str, list[tuple[str, Truth]]] = {}
    for duty in version.duties:
        if duty.who not in bearers:
            bearers[duty.who] = list(_bearers(treaty, duty.who, target, day, incident))
        condition = Truth.YES if duty.condition is None else decide(duty.condition, view.values)
        owed = status & condition & required
        for bearer, bound in bearers[duty.who]:
            yield OwedDuty(
                bearer=bearer,
                modality=duty.modality,
                action=duty.action,
                level=levels[duty.action].level,
                owed=owed & bound,
                discretion=duty.discretion,
                deadline=duty.deadline,
                basis=duty.basis,
                due=_due(duty, incident),
                state=_state(duty, bearer, owed & bound, incident),
                home=homes.get(bearer) if levels[duty.action].level >= _TROOPS else None,
            )


def _due(duty: Duty, incident: Incident) -> dt.date | None:
    return None if duty.within_days is None else incident.date + dt.timedelta(days=duty.within_days)


def _state(duty: Duty, bearer: str, owed: Truth, incident: Incident) -> str | None:
    """Return what became of an owed must: met, late, open, or breached; None where no deeds are recorded."""
    if duty.modality != "must" or owed is not Truth.YES:
        return None
    done = [deed.on for deed in incident.performed if (deed.bearer, deed.action) == (bearer, duty.action)]
    due = _due(duty, incident)
    if done:
        return "late" if due is not None and min(done) > due else "met"
    if incident.recorded_until is None:
        return None
    return "breached" if due is not None and incident.recorded_until > due else "open"


@cache
def _approvals(family: str) -> dict[str, str]:
    """Return whose approval a state of a family of treaties needs at home before its troops leave."""
    return {
        consent.state: consent.body + (f" (used {consent.date_used})" if consent.date_used else "")
        for treaty in library().values()
        if treaty.family == family
        for consent in treaty.national_consent
    }


def _bearers(treaty: Treaty, who: str, target: str, day: dt.date, incident: Incident) -> Iterator[tuple[str, Truth]]:
    """Yield who bears a duty, and whether it is certain that the treaty binds it towards the target."""
    if who == "target" or who.startswith("organ:"):
        yield target if who == "target" else who, Truth.YES
        return
    if treaty.universal is not None and not who.startswith("state:"):
        yield f"every {'other ' if who == 'others' else ''}member", Truth.YES
        return
    for party in treaty.parties:
        if who == "others" and (party.state == target or party.state in incident.attackers):
            continue
        if who.startswith("state:") and who != f"state:{party.state}":
            continue
        bound = party_bound(treaty, party, day) & between(treaty, party.state, target, day)
        if bound is not Truth.NO:
            yield party.state, bound


def _rival_duties(findings: list[Finding]) -> Iterator[str]:
    """Say where one treaty asks for what another forbids, and which of them prevails."""
    forbidden = {
        duty.action: finding
        for finding in findings
        for duty in finding.duties
        if duty.modality == "must_not" and duty.owed is Truth.YES and duty.level > 0
    }
    told = set()
    for finding in findings:
        for duty in finding.duties:
            other = forbidden.get(duty.action)
            if other is None or duty.modality == "must_not" or duty.owed is Truth.NO:
                continue
            if (finding.provision.id, other.provision.id) in told or finding.treaty.id == other.treaty.id:
                continue
            told.add((finding.provision.id, other.provision.id))
            first = other.treaty if other.treaty.prevails else finding.treaty if finding.treaty.prevails else None
            order = f"{first.short} prevails ({first.prevails})" if first else "neither says which prevails"
            yield (
                f"{finding.treaty.short} art. {finding.provision.article} ({duty.modality} {duty.action}) against "
                f"{other.treaty.short} art. {other.provision.article} (must not): {order}"
            )


def check_state(state: str, day: dt.date, among: Iterable[Treaty] = ()) -> None:
    """Raise InputError unless a treaty of the library, or of those given, names the state, and it had that code."""
    treaties = [*library().values(), *among]
    parties = {party.state for treaty in treaties for party in treaty.parties}
    parties |= {item.state for treaty in treaties for item in treaty.protected}
    if state.upper() not in parties:
        raise InputError(
            f"no treaty of the library has the state '{state}' as a party",
            expected="an ISO 3166-1 alpha-3 code",
            cure=closest(state.upper(), parties),
        )
    if then := code_then(state.upper(), day):
        raise InputError(f"no state had the code '{state.upper()}' on {day}", cure=f"did you mean '{then}'?")


def _check_coverage(day: dt.date) -> None:
    first = min(treaty.signed.earliest for treaty in library().values())
    last = dt.date(2026, 12, 31)
    if not first <= day <= last:
        raise InputError("this day is outside what the treaty library covers", found=day, expected=f"{first} to {last}")


def _check_reading(reading: str | None, treaties: list[Treaty]) -> None:
    known = {
        name
        for treaty in treaties
        for provision in treaty.provisions
        for version in provision.versions
        for name in version.all_readings
    }
    if reading is not None and reading not in known:
        raise InputError(
            f"no provision has a reading called '{reading}'",
            expected=", ".join(sorted(known)),
            cure=closest(reading, known),
        )
