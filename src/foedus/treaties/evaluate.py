"""From law and facts to findings: is a provision triggered, on which reading, and who then owes what.

How facts count
---------------
An incident file holds statements: someone saw, claimed or assumed that a fact is so, known from a day on.

* **Default view.** What was *observed* (or is stated as *assumed*) decides. What is only *claimed* stays unknown:
  a claim is not a proof, in either direction. Two observations that contradict each other are a conflict, which
  is reported and leaves the fact unknown.
* **According to X.** X's own claims are taken as X makes them, also against observations; everything that X did
  not speak of counts as in the default view. So the same clause can be answered as the president saw it and as
  observers saw it.
* **Known by a day.** Statements that became known later are left out. Without it, all of them count.

The law is that of the day asked for (``on``): the version in force and the parties bound that day. Membership
dates that are intervals give *unknown* in between; unknown membership never yields yes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foedus.dates import DateInterval, parse_day
from foedus.errors import InputError, closest
from foedus.treaties.load import library, load_incident, resolve, vocabulary
from foedus.treaties.logic import Condition, Truth, all_of, any_of, could_change, decide
from foedus.treaties.model import Duty, Fact, Incident, Location, Party, Provision, Treaty, Version
from foedus.treaties.trace import explain_finding, trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class View:
    """The facts of an incident as one looks at them: values, the statements used, and conflicts."""

    values: Mapping[str, Truth]
    used: Mapping[str, tuple[Fact, ...]]
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwedDuty:
    """A duty of one bearer, and whether it is owed on the facts."""

    bearer: str
    modality: str
    action: str
    level: int
    owed: Truth
    discretion: str | None
    deadline: str | None
    basis: str | None
    state: str | None = None
    """Of a must that is owed: met, open, or breached (a dated deadline passed without it)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer for one provision."""

    treaty: Treaty
    provision: Provision
    version: Version
    status: Truth
    readings: Mapping[str, Truth]
    duties: tuple[OwedDuty, ...]
    bound: Truth
    reading: str
    view: View
    could_change: tuple[str, ...]

    @property
    def disputed(self) -> bool:
        """Whether the readings disagree."""
        return len(set(self.readings.values())) > 1

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return {
            "treaty": self.treaty.id,
            "treaty_name": self.treaty.name,
            "provision": self.provision.id,
            "article": self.provision.article,
            "kind": self.provision.kind,
            "title": self.provision.title,
            "version_from": str(self.version.start),
            "status": str(self.status),
            "disputed": self.disputed,
            "default_reading": self.reading,
            "readings": {name: str(value) for name, value in self.readings.items()},
            "target_bound": str(self.bound),
            "duties": [
                {
                    "bearer": duty.bearer,
                    "modality": duty.modality,
                    "action": duty.action,
                    "level": duty.level,
                    "owed": str(duty.owed),
                    "discretion": duty.discretion,
                    "deadline": duty.deadline,
                    "state": duty.state,
                }
                for duty in self.duties
            ],
            "trace": trace(self.version, self.view, self.readings),
            "could_change": list(self.could_change),
            "confidence": self.provision.confidence,
            "sources": list(self.provision.sources),
            "note": self.version.note,
        }


class Findings:
    """Findings of one treaty or family, found by article or provision id."""

    def __init__(self, name: str, findings: list[Finding]) -> None:
        self.name = name
        self._findings = findings

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    def __len__(self) -> int:
        return len(self._findings)

    def provision(self, name: str) -> Finding:
        """Return the finding on a provision, by its id or its article (``"4"``).

        Within a family the article of its founding treaty is meant.

        Raises:
            InputError: there is none.

        """
        for key in ("id", "article"):
            for finding in self._findings:
                if getattr(finding.provision, key) == str(name):
                    return finding
        known = [finding.provision.id for finding in self._findings]
        raise InputError(
            f"no finding on provision '{name}' of {self.name} that day", expected=", ".join(known) or "none in force",
            cure=closest(str(name), known),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Obligations:
    """All findings for one state, day and set of facts."""

    target: str
    on: dt.date
    incident: Incident
    known_by: dt.date | None
    according_to: str | None
    findings: tuple[Finding, ...]
    conflicts: tuple[str, ...]

    def __getitem__(self, name: str) -> Findings:
        treaties = {treaty.id for treaty in resolve(name)}
        return Findings(name, [finding for finding in self.findings if finding.treaty.id in treaties])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data (the ``--json`` form)."""
        return {
            "target": self.target,
            "on": str(self.on),
            "incident": self.incident.name,
            "known_by": None if self.known_by is None else str(self.known_by),
            "according_to": self.according_to,
            "conflicts": list(self.conflicts),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def explain(self) -> str:
        """Return the reasoning as an indented text."""
        view = f", according to {self.according_to}" if self.according_to else ""
        view += f", known by {self.known_by}" if self.known_by else ""
        lines = [f"{self.target} on {self.on}: {self.incident.title}{view}", ""]
        for finding in self.findings:
            lines += [*explain_finding(finding), ""]
        for conflict in self.conflicts:
            lines.append(f"conflict: {conflict}")
        return "\n".join(lines).rstrip() + "\n"


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
    check_state(target)
    _check_coverage(day)
    _check_reading(reading, treaties)
    claimed = None if according_to is None else _claimant(incident, according_to)
    view = look(incident, known, claimed)
    scopes = {fact.treaty for fact in incident.facts} - {None}
    common = incident.model_copy(update={"facts": tuple(fact for fact in incident.facts if fact.treaty is None)})
    shared = look(common, known, claimed) if scopes else view
    findings = []
    for item in treaties:
        bound = bound_on(item, state, day)
        if bound is Truth.NO:
            continue
        own = item.id in scopes or item.family in scopes
        seen = _located(item, day, incident, look(incident, known, claimed, item) if own else shared)
        for provision in item.provisions:
            version = provision.version_on(day)
            if version is not None and version.all_readings:
                findings.append(_evaluate(item, provision, version, state, day, bound, incident, seen, reading))
    name = None if claimed is None else incident.claimants[claimed]
    conflicts = (*view.conflicts, *_rival_duties(findings))
    return Obligations(state, day, incident, known, name, tuple(findings), conflicts)


def look(
    incident: Incident,
    known_by: dt.date | None = None,
    according_to: str | None = None,
    treaty: Treaty | None = None,
) -> View:
    """Return the facts as known by a day, according to someone and as they count under a treaty (see above)."""
    claimant = None if according_to is None else _claimant(incident, according_to)
    values: dict[str, Truth] = {}
    used: dict[str, tuple[Fact, ...]] = {}
    conflicts = []
    statements: dict[str, list[Fact]] = {}
    for fact in incident.facts:
        if treaty is not None and fact.treaty not in (None, treaty.id, treaty.family):
            continue
        if known_by is None or fact.known_from <= known_by:
            statements.setdefault(fact.fact, []).append(fact)
    for name, said in statements.items():
        own = [fact for fact in said if claimant is not None and fact.claimant == claimant]
        if own:
            # the claimant's latest word
            decisive = [fact for fact in own if fact.known_from == max(f.known_from for f in own)]
        else:
            decisive = [fact for fact in said if fact.basis != "claimed"]
        answers = {fact.value for fact in decisive} - {Truth.UNKNOWN}
        values[name] = answers.pop() if len(answers) == 1 else Truth.UNKNOWN
        if answers:
            values[name] = Truth.UNKNOWN
            conflicts.append(f"{vocabulary().facts[name]}: observations contradict each other")
        claims = {fact.value for fact in said} - {Truth.UNKNOWN}
        if claimant is None and len(claims) > 1 and not answers:
            conflicts.append(f"{vocabulary().facts[name]}: " + "; ".join(_said(fact, incident) for fact in said))
        used[name] = tuple(said)
    return View(values, used, tuple(conflicts))


def bound_on(treaty: Treaty, state: str, day: dt.date) -> Truth:
    """Return whether the treaty bound a state on a day; unknown while its dates are in doubt."""
    party = treaty.party(state)
    if party is None:
        return Truth.NO if treaty.parties_incomplete is None else Truth.UNKNOWN
    return _party_bound(treaty, party, day)


def _party_bound(treaty: Treaty, party: Party, day: dt.date) -> Truth:
    if treaty.ended is not None and _reached(treaty.ended, day) is Truth.YES:
        return Truth.NO
    bound = any_of(
        _reached(stretch.entry, day) & ~(Truth.NO if stretch.exit is None else _reached(stretch.exit, day))
        for stretch in party.memberships
    )
    if party.unknown is not None and bound is Truth.NO:
        return Truth.UNKNOWN if treaty.in_force is None or _reached(treaty.in_force, day) is not Truth.NO else Truth.NO
    if bound is Truth.YES and _suspended(party, day):
        return Truth.UNKNOWN
    return bound


def _reached(date: DateInterval, day: dt.date) -> Truth:
    if day >= date.latest:
        return Truth.YES
    return Truth.NO if day < date.earliest else Truth.UNKNOWN


def _suspended(party: Party, day: dt.date) -> bool:
    return any(
        event.kind == "suspended" and not event.between and _during(event.date, event.until, day) is not Truth.NO
        for event in party.events
    )


def _during(start: DateInterval, until: DateInterval | None, day: dt.date) -> Truth:
    return _reached(start, day) & ~(Truth.NO if until is None else _reached(until, day))


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
        could_change=tuple(could_change(conditions[main], view.values)) if reached is Truth.YES else (),
    )


def _duties(
    treaty: Treaty, version: Version, target: str, day: dt.date, status: Truth, incident: Incident, view: View
) -> Iterator[OwedDuty]:
    required = all_of(view.values.get(fact, Truth.UNKNOWN) for fact in version.requires)
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
                level=vocabulary().actions[duty.action].level,
                owed=owed & bound,
                discretion=duty.discretion,
                deadline=duty.deadline,
                basis=duty.basis,
                state=_state(duty, bearer, owed & bound, incident),
            )


def _state(duty: Duty, bearer: str, owed: Truth, incident: Incident) -> str | None:
    """Return whether an owed must is met, still open, or breached by a dated deadline."""
    if duty.modality != "must" or owed is not Truth.YES or not incident.performed:
        return None
    if any(done.bearer == bearer and done.action == duty.action for done in incident.performed):
        return "met"
    last = max([done.on for done in incident.performed] + [fact.known_from for fact in incident.facts])
    late = duty.within_days is not None and last > incident.date + dt.timedelta(days=duty.within_days)
    return "breached" if late else "open"


def _bearers(treaty: Treaty, who: str, target: str, day: dt.date, incident: Incident) -> Iterator[tuple[str, Truth]]:
    if who not in ("all", "others"):
        yield target if who == "target" else who.removeprefix("state:"), Truth.YES
        return
    if treaty.universal is not None:
        yield f"every {'other ' if who == 'others' else ''}member", Truth.YES
        return
    apart = _suspended_pairs(treaty, day)
    for party in treaty.parties:
        if who == "others" and (party.state == target or party.state in incident.attackers):
            continue
        bound = _party_bound(treaty, party, day)
        if bound is not Truth.NO and frozenset({party.state, target}) not in apart:
            yield party.state, bound


def _suspended_pairs(treaty: Treaty, day: dt.date) -> set[frozenset[str]]:
    """Return the pairs of parties between which the obligations were suspended that day."""
    return {
        frozenset(event.between)
        for party in treaty.parties
        for event in party.events
        if event.kind == "suspended" and event.between and _during(event.date, event.until, day) is Truth.YES
    }


def in_area(treaty: Treaty, day: dt.date, where: Location) -> Truth:
    """Return whether a place lies in the area to which a treaty was limited on a day; unknown without an area."""
    for provision in treaty.provisions:
        version = provision.version_on(day)
        if version is None or version.geometry is None:
            continue
        area = version.geometry
        if where.territory is not None:
            if where.territory in area.without:
                return Truth.NO
            state = where.territory.split("-")[0]
            inside = where.territory in area.territories or state in area.territories
            home = area.parties and any(
                bound_on(treaty, party.state, day) is Truth.YES
                for party in treaty.parties
                if party.state == state or party.state[:2] == state
            )
            return Truth.YES if inside or home else Truth.NO
        if where.lat is not None and where.lon is not None and area.north_of is not None:
            inside = where.lat > area.north_of and area.west <= where.lon <= area.east
            return Truth.YES if inside else Truth.NO
    return Truth.UNKNOWN


def _located(treaty: Treaty, day: dt.date, incident: Incident, view: View) -> View:
    """Return the view with the treaty's area decided from the incident's place, if nobody stated it."""
    if incident.location is None or "area.treaty" in view.values:
        return view
    inside = in_area(treaty, day, incident.location)
    if inside is Truth.UNKNOWN:
        return view
    place = incident.location.territory or f"{incident.location.lat}, {incident.location.lon}"
    derived = Fact(
        fact="area.treaty",
        value=inside,
        basis="assumed",
        known_from=incident.date,
        source=incident.location.source,
        note=f"from the place of the incident, {place}, and the treaty's area that day",
    )
    values = {**view.values, "area.treaty": inside}
    return View(values, {**view.used, "area.treaty": (derived,)}, view.conflicts)


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


def check_state(state: str) -> None:
    """Raise InputError unless a treaty of the library names the state as a party."""
    parties = {party.state for treaty in library().values() for party in treaty.parties}
    if state.upper() not in parties:
        raise InputError(
            f"no treaty of the library has the state '{state}' as a party",
            expected="an ISO 3166-1 alpha-3 code",
            cure=closest(state.upper(), parties),
        )


def _said(fact: Fact, incident: Incident) -> str:
    who = incident.claimants[fact.claimant] if fact.claimant else fact.basis
    return f"{fact.value} ({who}, {fact.known_from})"


def _claimant(incident: Incident, name: str) -> str:
    wanted = name.strip().lower()
    for key, title in incident.claimants.items():
        if wanted in (key.lower(), title.lower()):
            return key
    known = [*incident.claimants, *incident.claimants.values()]
    raise InputError(
        f"nobody called '{name}' claims anything in '{incident.name}'",
        expected="one of " + ", ".join(f"{key} ({title})" for key, title in incident.claimants.items()),
        cure=closest(name, known),
    )


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
