"""Treaties over time: who is allied with whom on a day, what changed between two days, and a timeline."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from foedus.dates import DateInterval, parse_day
from foedus.errors import InputError
from foedus.treaties.describe import in_words
from foedus.treaties.evaluate import check_state
from foedus.treaties.load import library, resolve
from foedus.treaties.logic import Truth
from foedus.treaties.membership import bound_on

if TYPE_CHECKING:
    import datetime as dt

    from foedus.treaties.model import Treaty, Version

DEFENCE = frozenset({"defence", "enforcement", "assistance"})
"""Kinds of provision that promise help."""


@dataclass(frozen=True, slots=True)
class Ally:
    """A state bound by the same treaty: ``bound`` says whether that is certain for both."""

    state: str
    treaty: str
    bound: str
    kinds: tuple[str, ...]
    strongest: int


@dataclass(frozen=True, slots=True)
class Change:
    """One dated thing: ``date`` is a day or an interval."""

    date: str
    treaty: str
    what: str
    kind: str


def allies(state: str, on: str | dt.date) -> list[Ally]:
    """Return who is bound with a state that day by each treaty, the strongest promise first.

    Treaties that bind nearly every state are left out: they make nobody an ally.

    Raises:
        InputError: an unknown state, or a date that is none.

    """
    from foedus.treaties.load import vocabulary

    check_state(state)
    day, own = parse_day(on), state.upper()
    levels = {name: action.level for name, action in vocabulary().actions.items()}
    found = []
    for treaty in library().values():
        mine = bound_on(treaty, own, day)
        if treaty.universal is not None or mine is Truth.NO:
            continue
        versions = [v for p in treaty.provisions if (v := p.version_on(day)) is not None]
        strongest = max((levels[d.action] for v in versions for d in v.duties if d.modality == "must"), default=0)
        kinds = tuple(sorted({p.kind for p in treaty.provisions if p.version_on(day) is not None}))
        for party in treaty.parties:
            both = mine & bound_on(treaty, party.state, day)
            if party.state != own and both is not Truth.NO:
                found.append(Ally(party.state, treaty.id, str(both), kinds, strongest))
    return sorted(found, key=lambda ally: (-ally.strongest, ally.treaty, ally.state))


def timeline(name: str) -> list[Change]:
    """Return everything dated about a treaty or family, in order."""
    changes = [change for treaty in resolve(name) for change in _changes(treaty)]
    return [change for _, change in sorted(changes, key=lambda item: (item[0].earliest, item[1].treaty, item[1].what))]


def diff(name: str, start: str | dt.date, end: str | dt.date) -> list[Change]:
    """Return what changed in a treaty or family after ``start`` and up to ``end``; texts are shown before and after.

    Raises:
        InputError: the second day is not after the first.

    """
    first, last = parse_day(start), parse_day(end)
    if last <= first:
        raise InputError("the second day must be later than the first", found=f"{first} and {last}")
    changes = [
        (date, change)
        for treaty in resolve(name)
        for date, change in _changes(treaty)
        if date.latest > first and date.earliest <= last
    ]
    return [change for _, change in sorted(changes, key=lambda item: (item[0].earliest, item[1].treaty, item[1].what))]


def to_rows(items: list[Any]) -> list[dict[str, Any]]:
    """Return dataclasses as plain rows."""
    return [asdict(item) for item in items]


def _changes(treaty: Treaty) -> list[tuple[DateInterval, Change]]:
    found: list[tuple[DateInterval, Change]] = []

    def add(date: DateInterval | None, what: str, kind: str) -> None:
        if date is not None:
            found.append((date, Change(str(date), treaty.id, what, kind)))

    add(treaty.signed, "signed", "treaty")
    add(treaty.in_force, "in force", "treaty")
    add(treaty.ended, "ended", "treaty")
    for party in treaty.parties:
        for stretch in party.memberships:
            if treaty.universal is None:
                add(stretch.entry, f"{party.state} bound", "party")
            add(stretch.exit, f"{party.state} no longer bound", "party")
        add(party.notice, f"{party.state} gave notice of leaving", "party")
        for event in party.events:
            pair = f" (between {' and '.join(event.between)})" if event.between else ""
            add(event.date, f"{party.state} {event.kind.replace('_', ' ')}{pair}", "party")
            add(event.until, f"{party.state} no longer {event.kind.replace('_', ' ')}{pair}", "party")
    for item in treaty.instruments:
        add(item.signed, f"{item.name} signed", "instrument")
        add(item.in_force or item.effect_from, f"{item.name} in force", "instrument")
    for organ in treaty.organs:
        for rule in organ.rules:
            if rule.start is not None:
                add(rule.start, f"{organ.name} decides by: {rule.rule}", "organ")
    for provision in treaty.provisions:
        for number, version in enumerate(provision.versions):
            if number == 0:
                if treaty.in_force is None or version.start != treaty.in_force:
                    add(version.start, f"art. {provision.article} applies", "provision")
                continue
            before = provision.versions[number - 1]
            add(version.start, f"art. {provision.article} changed: {_rewritten(before, version)}", "provision")
    for chair in treaty.chairs:
        add(chair.start, f"{chair.state} takes the chair" + (f" ({chair.holder})" if chair.holder else ""), "chair")
    for link in treaty.integration:
        add(link.since, link.what, link.kind)
        add(link.until, f"{link.what} ends", link.kind)
    return found


def _rewritten(before: Version, after: Version) -> str:
    old = {name: in_words(reading) for name, reading in before.all_readings.items()}
    new = {name: in_words(reading) for name, reading in after.all_readings.items()}
    parts = [
        f"{name}: {old.get(name, 'absent')} -> {new.get(name, 'absent')}"
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]
    if before.requires != after.requires:
        parts.append(f"requires {', '.join(before.requires) or 'nothing'} -> {', '.join(after.requires) or 'nothing'}")
    duties = [{f"{d.who} {d.modality} {d.action}" for d in version.duties} for version in (before, after)]
    if duties[0] != duties[1]:
        parts.append("duties: " + "; ".join(sorted(duties[0])) + " -> " + "; ".join(sorted(duties[1])))
    if before.area != after.area:
        parts.append(f"area: {before.area} -> {after.area}")
    return " | ".join(parts) or "same trigger and duties"
