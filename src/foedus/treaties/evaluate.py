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
from foedus.states import code_of
from foedus.treaties.edition import note_on
from foedus.treaties.evaluated import OwedDuty
from foedus.treaties.findings import Finding, Obligations
from foedus.treaties.incident import Incident
from foedus.treaties.load import library, load_incident, resolve, vocabulary
from foedus.treaties.logic import Condition, Truth, all_of, could_change, decide
from foedus.treaties.membership import between, bound_on, during, party_bound, protected_on
from foedus.treaties.view import View, claimant_of, located, look
from foedus.treaties.words import capital, clause, duty_sentence, listed, state_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from foedus.treaties.model import Duty, Provision, Treaty, Version


_SAME_CRISIS = 60  # days
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

    A day after the library was last brought up to date is answered by what it knows, with a note. A state without a
    treaty has no findings, and a note that says so.

    Args:
        target: the state that needs help, by its ISO 3166-1 alpha-3 code or any name of it.
        on: the day whose law applies.
        facts: an incident, the name of one that comes with Foedus, or a YAML file.
        known_by: leave out what became known later.
        according_to: take this claimant's word (its key or name in the incident file).
        reading: use this reading wherever a provision has it.
        treaty: only this treaty or family.

    >>> found = obligations("KAZ", on="2022-01-05", facts="kazakhstan-2022")
    >>> found["csto"].provision("4").readings
    {'textual': <Truth.UNKNOWN: 'unknown'>, 'broad': <Truth.YES: 'yes'>, 'external_only': <Truth.UNKNOWN: 'unknown'>}

    Raises:
        InputError: unknown state, incident, claimant or reading; a date that is none.

    """
    day = parse_day(on)
    known = None if known_by is None else parse_day(known_by)
    incident = facts if isinstance(facts, Incident) else load_incident(facts)
    among = None if treaty is None else resolve(treaty)
    state = check_state(target, day, among or ())
    treaties = _naming(state) if among is None else among
    own = [item for item in treaties if is_own(item)]
    if not own:
        check_covered(day, "name a day from then on; for earlier law, a treaty file of your own (--treaty FILE)")
    _check_reading(reading, treaties if treaty is not None else library().values())
    claimed = None if according_to is None else claimant_of(incident, according_to)
    view = look(incident, known, claimed)
    views: dict[frozenset[str], View] = {}
    scopes = {fact.treaty for fact in incident.facts if fact.treaty is not None}
    findings: list[Finding] = []
    for item in treaties:
        bound = bound_on(item, state, day) | protected_on(item, state, day)
        if bound is Truth.NO:
            continue
        named = frozenset(scopes & {item.id, item.family})  # treaties with the same scopes see the same facts
        if named not in views:
            views[named] = look(incident, known, claimed, item) if scopes else view
        case = _Case(item, state, day, bound, incident, located(item, day, incident, views[named]))
        findings += case.findings(reading)
    name = None if claimed is None else incident.claimants[claimed]
    conflicts = (*view.conflicts, *_rival_duties(findings))
    notes = [] if findings else [unbound(state, day, None if treaty is None else treaties)]
    if len(own) < len(treaties) and (late := note_on(day)):
        notes.append(late)
    return Obligations(state, day, incident, known, name, tuple(findings), conflicts, tuple(notes))


class _Case:
    """One treaty before one incident: what it needs to know for each of its provisions."""

    def __init__(self, treaty: Treaty, target: str, day: dt.date, bound: Truth, incident: Incident, view: View) -> None:
        self.treaty, self.target, self.day = treaty, target, day
        self.bound, self.incident, self.view = bound, incident, view
        self.homes = _approvals(treaty.family, day)
        self.pairs = any(event.between for party in treaty.parties for event in party.events)
        self._bearers: dict[str, list[tuple[str, Truth]]] = {}

    def findings(self, reading: str | None) -> Iterator[Finding]:
        """Yield a finding for every provision that was in force that day, or may have been."""
        for provision in self.treaty.provisions:
            held = [(version, during(version.start, version.until, self.day)) for version in provision.versions]
            possible = [(version, holds) for version, holds in held if holds is not Truth.NO and version.all_readings]
            if possible:
                yield self._evaluate(provision, possible, reading)

    def _readings(self, version: Version) -> dict[str, Truth]:
        """Return what each reading of a version comes to, on the facts alone."""
        reached = Truth.YES if not version.targets or self.target in version.targets else Truth.NO
        return {name: decide(one, self.view.values) & reached for name, one in _conditions(version).items()}

    def _evaluate(
        self, provision: Provision, possible: Sequence[tuple[Version, Truth]], reading: str | None
    ) -> Finding:
        version, holds = possible[-1]
        decided = self._readings(version)
        readings = {name: value & self.bound for name, value in decided.items()}
        if holds is not Truth.YES:  # on a disputed day of change the answer is certain only if the old text agrees
            before = [self._readings(old)[old.main_reading] & self.bound for old, _ in possible[:-1]] or [Truth.NO]
            readings = {
                name: value if all(old is value for old in before) else Truth.UNKNOWN
                for name, value in readings.items()
            }
        main = reading if reading is not None and reading in readings else version.main_reading
        reached = not version.targets or self.target in version.targets
        change = _could_change(version, _conditions(version)[main], decided[main], self.view) if reached else []
        return Finding(
            treaty=self.treaty,
            provision=provision,
            version=version,
            status=readings[main],
            readings=readings,
            duties=tuple(self._duties(version, readings[main])),
            bound=self.bound,
            reading=main,
            view=self.view,
            could_change=tuple(change),
        )

    def _duties(self, version: Version, status: Truth) -> Iterator[OwedDuty]:
        required = all_of(self.view.values.get(fact, Truth.UNKNOWN) for fact in version.requires)
        for duty in version.duties:
            condition = Truth.YES if duty.condition is None else decide(duty.condition, self.view.values)
            would = status & condition & required
            action, due = vocabulary().actions[duty.action], _due(duty, self.incident)
            level = action.level
            spared = set(self.incident.attackers) if action.help and duty.modality != "must_not" else set()
            for bearer, bound in self._who(duty.who):
                if bearer in spared:  # who attacks does not help the state that it attacks; its other duties stay
                    continue
                owed = would & bound
                state = _state(duty, bearer, due, self.incident) if owed is Truth.YES else None
                home = self.homes.get(bearer) if level >= _TROOPS else None
                yield OwedDuty(
                    bearer, duty.modality, duty.action, level, owed, duty.discretion, duty.deadline, duty.basis,
                    due, state, home,
                )  # fmt: skip

    def _who(self, who: str) -> list[tuple[str, Truth]]:
        """Return who bears a duty, and whether it is certain that the treaty binds it towards the target."""
        if who not in self._bearers:
            self._bearers[who] = list(self._find(who))
        return self._bearers[who]

    def _find(self, who: str) -> Iterator[tuple[str, Truth]]:
        if who == "target" or who.startswith("organ:"):
            yield self.target if who == "target" else who, Truth.YES
        elif who == "others" and self.treaty.universal is None:
            spared = {self.target, *self.incident.attackers}
            yield from ((state, bound) for state, bound in self._who("all") if state not in spared)
        elif who == "all" and self.treaty.universal is None:
            for party in self.treaty.parties:
                bound = party_bound(self.treaty, party, self.day)
                if bound is not Truth.NO and self.pairs:
                    bound &= between(self.treaty, party.state, self.target, self.day)
                if bound is not Truth.NO:
                    yield party.state, bound
        elif who.startswith("state:"):
            state = who.removeprefix("state:")
            yield state, bound_on(self.treaty, state, self.day) & between(self.treaty, state, self.target, self.day)
        else:
            yield f"every {'other ' if who == 'others' else ''}member", Truth.YES


def _conditions(version: Version) -> dict[str, Condition]:
    """Return the readings of a version with what defeats them."""
    if version.unless is None:
        return version.all_readings
    spared = Condition("not", children=(version.unless,))
    return {name: Condition("all", children=(one, spared)) for name, one in version.all_readings.items()}


def _could_change(version: Version, trigger: Condition, decided: Truth, view: View) -> list[str]:
    """Return the open facts that can still change the trigger, then those that can change what is owed."""
    found = could_change(trigger, view.values) if decided is Truth.UNKNOWN else []
    if decided is not Truth.NO:
        steps = [duty.condition for duty in version.duties if duty.condition is not None]
        steps += [Condition("fact", atom=fact) for fact in version.requires]
        found += [fact for step in steps for fact in could_change(step, view.values)]
    return list(dict.fromkeys(found))


def _due(duty: Duty, incident: Incident) -> dt.date | None:
    return None if duty.within_days is None else incident.date + dt.timedelta(days=duty.within_days)


def _state(duty: Duty, bearer: str, due: dt.date | None, incident: Incident) -> str | None:
    """Return what became of an owed must: met, late, open, or breached; None where no deeds are recorded."""
    if duty.modality != "must":
        return None
    done = [deed.on for deed in incident.performed if (deed.bearer, deed.action) == (bearer, duty.action)]
    if done:
        return "late" if due is not None and min(done) > due else "met"
    if incident.recorded_until is None:
        return None
    return "breached" if due is not None and incident.recorded_until > due else "open"


@cache
def _approvals(family: str, day: dt.date) -> dict[str, str]:
    """Return whose approval a state of a family of treaties needs at home before its troops leave.

    When it was last used is told in the crisis in which it was.
    """
    near = dt.timedelta(days=_SAME_CRISIS)
    return {
        consent.state: consent.body
        + (
            f" (used {consent.date_used})"
            if consent.date_used and abs(consent.date_used.earliest - day) <= near
            else ""
        )
        for treaty in library().values()
        if treaty.family == family
        for consent in treaty.national_consent
    }


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
            barred = next(d for d in other.duties if (d.modality, d.action) == ("must_not", duty.action))
            asks, forbids = (duty_sentence(*one).rpartition(":")[0] for one in ((finding, duty), (other, barred)))
            yield f"{clause(finding)} ({asks}) against {clause(other)} ({forbids}): {order}"


def check_state(state: str, day: dt.date, among: Iterable[Treaty] = ()) -> str:
    """Return the code of a state given by code or name, as it was on a day.

    A state need not have a treaty; codes that only a treaty file of one's own uses are taken from there.

    Raises:
        InputError: no state has that code or name, or none had it that day.

    """
    own = str(state).strip().upper()
    if any(own in treaty.states() for treaty in among if is_own(treaty)):
        return own
    return code_of(state, day)


def is_own(treaty: Treaty) -> bool:
    """Return whether a treaty comes from a file of one's own and not from the library."""
    return library().get(treaty.id) is not treaty


def unbound(state: str, day: dt.date, among: Sequence[Treaty] | None = None, *, with_others: bool = False) -> str:
    """Return that nothing binds a state: no treaty of the library at all, none that day, or none of those asked about.

    ``with_others``: that no treaty makes it an ally of others.
    """
    name = capital(state_name(state))
    if among is not None:
        return f"{name}: {listed((treaty.short for treaty in among), 'or')} did not bind it on {day}."
    if state not in _library_states():
        return f"{name}: no treaty in the library binds it; the library does not hold every treaty."
    return f"{name}: no treaty in the library bound it{' with another state' if with_others else ''} on {day}."


@cache
def _naming(state: str) -> tuple[Treaty, ...]:
    """Return the treaties of the library that name a state, or whose list of parties is not whole."""
    treaties = library().values()
    return tuple(treaty for treaty in treaties if treaty.parties_incomplete or state in treaty.states())


@cache
def _library_states() -> frozenset[str]:
    return frozenset().union(*(treaty.states() for treaty in library().values()))


def check_covered(day: dt.date, cure: str = "name a day from then on") -> None:
    """Refuse a day before the first treaty of the library: it can say nothing about it.

    Raises:
        InputError: the day lies before what the library covers.

    """
    if day < _first_day():
        raise InputError(
            "this day is outside what the treaty library covers", found=day, expected=f"{_first_day()} or later",
            cure=cure,
        )  # fmt: skip


@cache
def _first_day() -> dt.date:
    return min(treaty.signed.earliest for treaty in library().values())


def _check_reading(reading: str | None, treaties: Iterable[Treaty]) -> None:
    if reading is None:
        return
    known = {
        name
        for treaty in treaties
        for provision in treaty.provisions
        for version in provision.versions
        for name in version.all_readings
    }
    if reading not in known:
        raise InputError(
            f"no provision has a reading called '{reading}'",
            expected=", ".join(sorted(known)),
            cure=closest(reading, known),
        )
