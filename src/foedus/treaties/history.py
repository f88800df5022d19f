"""Treaties over time: who is allied with whom on a day, what changed between two days, and a timeline."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from foedus.dates import DateInterval, parse_day
from foedus.errors import InputError
from foedus.shown import Rows
from foedus.treaties.asked import check_covered, check_state, is_own
from foedus.treaties.describe import in_words, strength
from foedus.treaties.load import library, resolve
from foedus.treaties.logic import Truth
from foedus.treaties.membership import between, bound_on, during, party_bound, protected_on
from foedus.treaties.words import written_duty

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from foedus.treaties.model import Treaty, Version

Role = Literal["ally", "protector", "protected"]


@dataclass(frozen=True, slots=True)
class Ally:
    """A state bound by the same treaty, or protected by it.

    ``bound``: whether that is certain for both; ``strongest``: the level of the strongest thing that the treaty makes
    its parties do (0 refrain to 5 all means); ``confidence``: how far the treaty's file was checked against sources;
    ``role``: ``ally`` where both are parties, ``protector`` where this state promised to protect the one asked about,
    which is no party, ``protected`` the other way round.
    """

    state: str
    treaty: str
    bound: str
    kinds: tuple[str, ...]
    strongest: int
    confidence: str
    role: Role = "ally"


@dataclass(frozen=True, slots=True)
class Change:
    """One dated thing: ``date`` is a day or an interval, ``confidence`` as in the file."""

    date: str
    treaty: str
    what: str
    kind: str
    confidence: str


def allies(state: str, on: str | dt.date) -> list[Ally]:
    """Return who is bound with a state that day by each treaty, the strongest promise first.

    Treaties that bind nearly every state are left out: they make nobody an ally. Pairs between which the obligations
    were suspended are left out as well. A state that the parties promised to protect without its being a party stands
    beside them as protected, and they beside it as protectors. A state that no treaty names has no allies.

    >>> [ally.state for ally in allies("KAZ", "2022-01-05") if ally.treaty == "cst-1992"]
    ['ARM', 'BLR', 'KGZ', 'RUS', 'TJK']

    Raises:
        InputError: an unknown state, a date that is none, or a day before what the library covers.

    """
    from foedus.treaties.terms import vocabulary

    day = parse_day(on)
    own = check_state(state, day)
    check_covered(day)
    levels = {name: action.level for name, action in vocabulary().actions.items()}
    found = []
    for treaty in library().values():
        if treaty.universal is not None:
            continue
        versions = [v for p in treaty.provisions if (v := p.version_on(day)) is not None]
        strongest = max((levels[d.action] for v in versions for d in v.duties if d.modality == "must"), default=0)
        kinds = tuple(sorted({p.kind for p in treaty.provisions if p.version_on(day) is not None}))
        found += [
            Ally(other, treaty.id, str(both), kinds, strongest, treaty.confidence, role)
            for other, both, role in _partners(treaty, own, day)
            if other != own and both is not Truth.NO
        ]
    return Rows(sorted(found, key=lambda ally: (-ally.strongest, ally.treaty, ally.state)))


def _partners(treaty: Treaty, own: str, day: dt.date) -> Iterator[tuple[str, Truth, Role]]:
    """Yield every state of a treaty with whether the two are bound that day, and as what it stands to the first."""
    mine, sheltered = bound_on(treaty, own, day), protected_on(treaty, own, day)
    for party in treaty.parties if mine | sheltered is not Truth.NO else ():
        theirs = party_bound(treaty, party, day)
        if mine is Truth.NO:
            yield party.state, sheltered & theirs, "protector"
        else:
            yield party.state, mine & theirs & between(treaty, own, party.state, day), "ally"
    for item in treaty.protected if mine is not Truth.NO else ():
        yield item.state, mine & during(item.since, item.until, day), "protected"


def timeline(name: str) -> list[Change]:
    """Return everything dated about a treaty or family, in order.

    >>> timeline("csto-pk-2007")[0].what
    'signed'
    """
    changes = [change for treaty in resolve(name) for change in _changes(treaty)]
    return _in_order(changes)


def diff(name: str, start: str | dt.date, end: str | dt.date) -> list[Change]:
    """Return what changed in a treaty or family after ``start`` and up to ``end``; texts are shown before and after.

    >>> [change.date for change in diff("cst-1992", "2012-01-01", "2013-01-01") if "art. 4" in change.what]
    ['2012-12-19']

    Raises:
        InputError: the second day is not after the first, or lies before what the library covers.

    """
    first, last = parse_day(start), parse_day(end)
    if last <= first:
        raise InputError("the second day must be later than the first", found=f"{first} and {last}")
    treaties = resolve(name)
    if not any(is_own(treaty) for treaty in treaties):
        check_covered(last)
    changes = [
        (date, change)
        for treaty in treaties
        for date, change in _changes(treaty)
        if date.latest > first and date.earliest <= last
    ]
    return _in_order(changes)


def _in_order(changes: list[tuple[DateInterval, Change]]) -> list[Change]:
    ranked = sorted(changes, key=lambda item: (item[0].earliest, item[1].treaty, item[1].what))
    return Rows(change for _, change in ranked)


def to_rows(items: list[Any]) -> list[dict[str, Any]]:
    """Return dataclasses as plain rows."""
    return [asdict(item) for item in items]


def _changes(treaty: Treaty) -> list[tuple[DateInterval, Change]]:
    found: list[tuple[DateInterval, Change]] = []

    def add(date: DateInterval | None, what: str, kind: str, confidence: str | None = None) -> None:
        if date is not None:
            found.append((date, Change(str(date), treaty.id, what, kind, confidence or treaty.confidence)))

    add(treaty.signed, "signed", "treaty")
    add(treaty.in_force, "in force", "treaty")
    add(treaty.ended, "ended", "treaty")
    for party in treaty.parties:
        for stretch in party.memberships:
            if treaty.universal is None:
                add(stretch.entry, f"{party.state} bound", "party", "assumed" if stretch.assumed else None)
            add(stretch.exit, f"{party.state} no longer bound", "party")
        add(party.notice, f"{party.state} gave notice of leaving", "party")
        for event in party.events:
            pair = f" (between {' and '.join(event.between)})" if event.between else ""
            add(event.date, f"{party.state} {event.kind.replace('_', ' ')}{pair}", "party")
            add(event.until, f"{party.state} no longer {event.kind.replace('_', ' ')}{pair}", "party")
    for state in treaty.protected:
        add(state.since, f"{state.state} under the parties' protection", "protected", state.confidence)
        add(state.until, f"{state.state} no longer under it", "protected", state.confidence)
    for item in treaty.instruments:
        add(item.signed, f"{item.name} signed", "instrument", item.confidence)
        add(item.in_force or item.effect_from, f"{item.name} in force", "instrument", item.confidence)
    for organ in treaty.organs:
        for rule in organ.rules:
            limited = ", a limited format allowed" if rule.vote is not None and rule.vote.limited_format else ""
            add(rule.start, f"{organ.name} decides by: {rule.rule}{limited}", "organ", rule.confidence)
        for seats in organ.seats:
            who = " or ".join(office.replace("_", " ") for office in seats.offices)
            add(seats.start, f"{organ.name}: may sit and chair: {who}", "organ", seats.confidence)
    for provision in treaty.provisions:
        name, sure = f"art. {provision.article}", provision.confidence
        for number, version in enumerate(provision.versions):
            if number == 0:
                if treaty.in_force is None or version.start != treaty.in_force:
                    add(version.start, f"{name} applies", "provision", sure)
                continue
            before = provision.versions[number - 1]
            add(version.start, f"{name} changed: {_rewritten(treaty, before, version)}", "provision", sure)
        add(provision.versions[-1].until, f"{name} no longer applies", "provision", sure)
    for chair in treaty.chairs:
        who = f" ({chair.holder})" if chair.holder else ""
        add(chair.start, f"{chair.state} takes the chair{who}", "chair", chair.confidence)
    for consent in treaty.national_consent:
        add(consent.date_used, f"{consent.state}: approval at home by {consent.body}", "consent", consent.confidence)
    for force in treaty.forces:
        size = strength(force.low, force.high)
        add(force.since, f"{force.name}{f': {size}' if size else ''}", "force", force.confidence)
        add(force.until, f"{force.name} no longer there", "force", force.confidence)
    for link in treaty.integration:
        add(link.since, link.what, link.kind, link.confidence)
        add(link.until, f"{link.what} ends", link.kind, link.confidence)
    return found


def _rewritten(treaty: Treaty, before: Version, after: Version) -> str:
    old = {name: in_words(reading) for name, reading in before.all_readings.items()}
    new = {name: in_words(reading) for name, reading in after.all_readings.items()}
    parts = [
        f"{name}: {old.get(name, 'absent')} -> {new.get(name, 'absent')}"
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]
    if before.requires != after.requires:
        parts.append(f"requires {', '.join(before.requires) or 'nothing'} -> {', '.join(after.requires) or 'nothing'}")
    duties = [{written_duty(treaty, duty) for duty in version.duties} for version in (before, after)]
    if duties[0] != duties[1]:
        parts.append("duties: " + "; ".join(sorted(duties[0])) + " -> " + "; ".join(sorted(duties[1])))
    if before.area != after.area:
        parts.append(f"area: {before.area} -> {after.area}")
    return " | ".join(parts) or "same trigger and duties"
