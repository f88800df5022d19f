"""One treaty before one incident: what each of its provisions comes to, and who then owes what."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from foedus.treaties.defaults import presumed_absent, without_exception
from foedus.treaties.evaluated import OwedDuty
from foedus.treaties.findings import Finding
from foedus.treaties.load import library
from foedus.treaties.logic import Condition, Truth, all_of, any_of, could_change, decide
from foedus.treaties.membership import between, bound_on, during, in_force, party_bound, rights_in_doubt
from foedus.treaties.remarks import remarks
from foedus.treaties.terms import vocabulary
from foedus.treaties.view import View, inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from foedus.treaties.incident import Incident
    from foedus.treaties.model import Duty, Party, Provision, Treaty, Version

_SAME_CRISIS = 60  # days
_TROOPS = 3  # level of an action from which on armed force is possible
_FORCE = ("use_force", "use_force_against_any_state")
_TAKEN = "measures.taken"
_DEFENCE = Condition("fact", atom="act.self_defence")


class _Law(NamedTuple):
    """A version as it applies to an incident: readings with what defeats them, and what is presumed not to."""

    conditions: Mapping[str, Condition]
    presumed: frozenset[str]
    ended: Truth
    ended_presumed: frozenset[str]


class Case:
    """One treaty before one incident, on a day: what it needs to know for each of its provisions."""

    def __init__(
        self, treaty: Treaty, target: str, day: dt.date, bound: Truth, incident: Incident, view: View,
        known_by: dt.date | None = None,
    ) -> None:  # fmt: skip
        self.treaty, self.target, self.day = treaty, target, day
        self.bound, self.incident, self.view, self.known_by = bound, incident, view, known_by
        self.homes = _approvals(treaty.family, day)
        self.pairs = any(event.between for party in treaty.parties for event in party.events)
        self.declared = {party.state: party.reservations for party in treaty.parties if party.reservations}
        self._bearers: dict[tuple[str, str], list[tuple[str, Truth]]] = {}

    def findings(self, reading: str | None) -> Iterator[Finding]:
        """Yield a finding for every provision that was in force that day, or may have been, and reaches the state."""
        for provision in self.treaty.provisions:
            bound = self._bound(provision)
            if bound is Truth.NO:
                continue
            held = [(version, during(version.start, version.until, self.day)) for version in provision.versions]
            possible = [(version, holds) for version, holds in held if holds is not Truth.NO and version.all_readings]
            if possible:
                yield self._evaluate(provision, possible, reading, bound)

    def _bound(self, provision: Provision) -> Truth:
        """Return whether a provision protects the target: as a party, as one that the treaty names, or as any state."""
        bound = self.bound
        if provision.parties:
            bound = any_of(
                party_bound(self.treaty, one, self.day) for one in provision.parties if one.state == self.target
            )
        if bound is not Truth.NO and rights_in_doubt(self.treaty, self.target, self.day):
            bound &= Truth.UNKNOWN
        if provision.protects is not None:
            group = self.treaty.groups.get(provision.protects.removeprefix("group:"), ())
            if provision.protects == "any_state" or self.target in group:
                bound |= in_force(self.treaty, self.day)
        return bound

    def _readings(self, version: Version, view: View) -> dict[str, Truth]:
        """Return what each reading of a version comes to, on the facts alone."""
        reached = Truth.YES if not version.targets or self.target in version.targets else Truth.NO
        return {name: decide(one, view.values) & reached for name, one in _law(version, view).conditions.items()}

    def _evaluate(
        self, provision: Provision, possible: Sequence[tuple[Version, Truth]], reading: str | None, bound: Truth
    ) -> Finding:
        version, holds = possible[-1]
        view = inside(self.view, self.treaty, version, self.day, self.incident, self.known_by)
        law = _law(version, view)
        decided = self._readings(version, view)
        readings = {name: value & bound for name, value in decided.items()}
        if holds is not Truth.YES:  # on a disputed day of change the answer is certain only if the old text agrees
            before = [self._readings(old, view)[old.main_reading] & bound for old, _ in possible[:-1]] or [Truth.NO]
            readings = {
                name: value if all(old is value for old in before) else Truth.UNKNOWN
                for name, value in readings.items()
            }
        main = reading if reading is not None and reading in readings else version.main_reading
        reached = not version.targets or self.target in version.targets
        change = _could_change(version, law, main, decided[main], view) if reached else []
        new = frozenset() if holds is Truth.YES else _new_duties(version, [old for old, _ in possible[:-1]])
        duties = tuple(self._duties(provision, version, law, readings, main, view, new))
        presuming = set(law.presumed) if readings[main] is not Truth.NO else set()
        if any(duty.owed is not Truth.NO and vocabulary().actions[duty.action].help for duty in duties):
            presuming |= law.ended_presumed
        if any(duty.state == "presumed breached" for duty in duties):
            presuming |= presumed_absent(_DEFENCE, view.values)
        return Finding(
            treaty=self.treaty,
            provision=provision,
            version=version,
            status=readings[main],
            readings=readings,
            duties=duties,
            bound=bound,
            reading=main,
            view=view,
            could_change=tuple(change),
            presuming=tuple(sorted(presuming)),
            remarks=tuple(remarks(self.treaty, provision, self.incident, self.target, self.day, duties)),
        )

    def _duties(
        self, provision: Provision, version: Version, law: _Law, readings: Mapping[str, Truth], main: str, view: View,
        new: frozenset[tuple[str, str, str]],
    ) -> Iterator[OwedDuty]:  # fmt: skip
        required = all_of(view.values.get(fact, Truth.UNKNOWN) for fact in version.requires)
        for duty in version.duties:
            status = readings[main]
            if duty.reading is not None:
                status = readings[duty.reading] & (Truth.YES if duty.reading == main else Truth.UNKNOWN)
            if (duty.who, duty.modality, duty.action) in new:
                status &= Truth.UNKNOWN
            action = vocabulary().actions[duty.action]
            if action.help and duty.modality != "must_not":
                status &= ~law.ended
            yield from self._borne(provision, duty, status & required, view)

    def _borne(self, provision: Provision, duty: Duty, would: Truth, view: View) -> Iterator[OwedDuty]:
        """Yield a duty for each of its bearers."""
        action, due = vocabulary().actions[duty.action], _due(duty, self.incident)
        spared = set(self.incident.attackers) if action.help and duty.modality != "must_not" else set()
        plain = duty.condition is None
        bearers = self._who(duty.who, provision)
        if duty.who == "all" and self.treaty.universal is not None:  # of all members those that break it are named
            breakers = (state for state in self.incident.attackers if self._breaks(duty, state, view))
            bearers = [*bearers, *((state, bound_on(self.treaty, state, self.day)) for state in breakers)]
        for bearer, bound in bearers:
            if bearer in spared:  # who attacks does not help the state that it attacks; its other duties stay
                continue
            owed, reserved = (would & bound if plain else would & bound & self._condition(duty, bearer, view)), None
            if bearer in self.declared:
                reserved, allows = self._reserved(bearer, provision, view)
                owed &= allows
            state = self._state(duty, bearer, due) if owed is Truth.YES else None
            if owed is Truth.YES and self._breaks(duty, bearer, view):
                state = "breached" if "act.self_defence" in view.values else "presumed breached"
            yield OwedDuty(
                bearer, duty.modality, duty.action, action.level, owed, duty.discretion, duty.deadline, duty.basis,
                due, state, self.homes.get(bearer) if action.level >= _TROOPS else None, reserved,
            )  # fmt: skip

    def _condition(self, duty: Duty, bearer: str, view: View) -> Truth:
        if duty.condition is None:
            return Truth.YES
        if _TAKEN not in duty.condition.atoms() or _TAKEN in view.values:
            return decide(duty.condition, view.values)
        return decide(duty.condition, {**view.values, _TAKEN: self._has_acted(bearer)})

    def _has_acted(self, bearer: str) -> Truth:
        """Return whether a bearer has taken measures of help, as far as deeds are recorded."""
        helps = vocabulary().actions
        if any(
            deed.bearer == bearer and helps[deed.action].help
            for deed in self.incident.performed
            if deed.action in helps
        ):
            return Truth.YES
        return Truth.UNKNOWN if self.incident.recorded_until is None else Truth.NO

    def _reserved(self, bearer: str, provision: Provision, view: View) -> tuple[str | None, Truth]:
        """Return what a bearer declared about a provision, and whether its duty survives that."""
        said, allows = [], Truth.YES
        for one in self.declared.get(bearer, ()):
            held = during(one.made, one.until, self.day)
            if provision.id in one.provisions and held is not Truth.NO:
                said.append(one.says)
                allows &= Truth.YES if one.only_if is None else ~held | decide(one.only_if, view.values)
        return "; ".join(said) or None, allows

    def _breaks(self, duty: Duty, bearer: str, view: View) -> bool:
        """Return whether an attacker has done what it must not: used force, not shown to be in self-defence."""
        if duty.modality != "must_not" or duty.action not in _FORCE or bearer not in self.incident.attackers:
            return False
        used = any(view.values.get(fact) is Truth.YES for fact in ("act.armed_attack", "act.attack_on_forces"))
        defence = view.values.get("act.self_defence", Truth.NO)
        return used and defence is Truth.NO

    def _state(self, duty: Duty, bearer: str, due: dt.date | None) -> str | None:
        """Return what became of an owed must: met, late, open, or breached; None where no deeds are recorded."""
        if duty.modality != "must":
            return None
        done = [deed.on for deed in self.incident.performed if (deed.bearer, deed.action) == (bearer, duty.action)]
        if done:
            return "late" if due is not None and min(done) > due else "met"
        if self.incident.recorded_until is None:
            return None
        return "breached" if due is not None and self.incident.recorded_until > due else "open"

    def _who(self, who: str, provision: Provision) -> list[tuple[str, Truth]]:
        """Return who bears a duty, and whether it is certain that the treaty binds it towards the target."""
        key = (who, provision.id if provision.parties else "")
        if key not in self._bearers:
            self._bearers[key] = list(self._find(who, provision))
        return self._bearers[key]

    def _find(self, who: str, provision: Provision) -> Iterator[tuple[str, Truth]]:
        everybody = self.treaty.universal is not None and not provision.parties
        if who == "target" or who.startswith("organ:"):
            yield self.target if who == "target" else who, Truth.YES
        elif who == "others" and not everybody:
            spared = {self.target, *self.incident.attackers}
            yield from ((state, bound) for state, bound in self._who("all", provision) if state not in spared)
        elif who == "all" and not everybody:
            for party in provision.parties or self.treaty.parties:
                if (bound := self._binds(party)) is not Truth.NO:
                    yield party.state, bound
        elif who.startswith("state:"):
            state = who.removeprefix("state:")
            yield state, bound_on(self.treaty, state, self.day) & between(self.treaty, state, self.target, self.day)
        else:
            yield f"every {'other ' if who == 'others' else ''}member", Truth.YES

    def _binds(self, party: Party) -> Truth:
        bound = party_bound(self.treaty, party, self.day)
        if bound is not Truth.NO and self.pairs:
            bound &= between(self.treaty, party.state, self.target, self.day)
        return bound


def _law(version: Version, view: View) -> _Law:
    """Return a version's readings with what defeats them, unless that is presumed absent."""
    presumed = frozenset() if version.unless is None else presumed_absent(version.unless, view.values)
    conditions = version.all_readings
    if version.unless is not None and not presumed:
        conditions = {name: without_exception(one, version.unless) for name, one in conditions.items()}
    if version.terminated_by is None:
        return _Law(conditions, presumed, Truth.NO, frozenset())
    absent = presumed_absent(version.terminated_by, view.values)
    return _Law(conditions, presumed, Truth.NO if absent else decide(version.terminated_by, view.values), absent)


def _new_duties(version: Version, before: Sequence[Version]) -> frozenset[tuple[str, str, str]]:
    """Return the duties that not every earlier version has: on a disputed day of change they are not certain."""
    mine, *others = (
        frozenset((duty.who, str(duty.modality), duty.action) for duty in one.duties) for one in (version, *before)
    )
    return frozenset(duty for duty in mine if not all(duty in old for old in others))


def _could_change(version: Version, law: _Law, main: str, decided: Truth, view: View) -> list[str]:
    """Return the open facts that can still change the trigger, then those that can change what is owed."""
    found = could_change(law.conditions[main], view.values) if decided is Truth.UNKNOWN else []
    if decided is not Truth.NO:
        steps = [duty.condition for duty in version.duties if duty.condition is not None]
        steps += [Condition("fact", atom=fact) for fact in version.requires]
        if version.terminated_by is not None and not law.ended_presumed:
            steps.append(version.terminated_by)
        found += [fact for step in steps for fact in could_change(step, view.values)]
    return list(dict.fromkeys(found))


def _due(duty: Duty, incident: Incident) -> dt.date | None:
    return None if duty.within_days is None else incident.date + dt.timedelta(days=duty.within_days)


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
