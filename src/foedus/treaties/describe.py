"""A treaty file in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.dates import DateInterval
from foedus.states import name_of
from foedus.treaties.load import resolve
from foedus.treaties.logic import Condition, Truth
from foedus.treaties.naming import capital, state_name
from foedus.treaties.records import Record
from foedus.treaties.words import basis_words, written_duty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foedus.treaties.model import Organ, Party, Provision, Treaty, Version, Words


def show(name: str) -> str:
    """Return what the file of a treaty, or the files of a family, say, as an indented text.

    >>> print(show("fpda-1971").splitlines()[0])
    Five Power Defence Arrangements (fpda-1971)

    Raises:
        InputError: there is no such treaty.

    """
    return "\n\n".join(describe(treaty) for treaty in resolve(name))


def describe(treaty: Treaty) -> str:
    """Return the treaty as an indented text: parties, provisions by version, organs, forces, links, sources."""
    return "\n".join(_lines(treaty))


def describe_data(treaty: Treaty) -> dict[str, Any]:
    """Return everything that the treaty's file says as plain data: its keys, dates as text, conditions as formulas."""
    found: dict[str, Any] = _plain(treaty)
    return found


def in_words(condition: Condition) -> str:
    """Return a condition as a formula.

    >>> from foedus.treaties.logic import parse
    >>> in_words(parse({"all": ["act.coup", {"any": ["threat.security", "threat.stability"]}]}))
    'act.coup and (threat.security or threat.stability)'
    """
    if condition.atom is not None:
        return condition.atom
    if condition.op == "always":
        return "always"
    parts = [f"({in_words(c)})" if c.op in ("all", "any") else in_words(c) for c in condition.children]
    if condition.op == "not":
        return f"not {parts[0]}"
    return (" and " if condition.op == "all" else " or ").join(parts)


def facts_of(treaty: Treaty) -> Iterator[tuple[str, str]]:
    """Yield what is said of a treaty as a whole, as label and text."""
    for label, text in (
        ("legal nature", treaty.legal_nature),
        ("duration", treaty.duration),
        ("leaving", treaty.withdrawal),
        ("area", treaty.geography),
        ("replaces", treaty.replaces),
        ("related", treaty.related),
        ("depositary", treaty.depositary),
        ("registered as", treaty.registration),
        ("before other treaties", treaty.prevails),
        ("parties not known", treaty.parties_incomplete),
        ("note", treaty.note),
    ):
        if text:
            yield label, text


def strength(low: int | None, high: int | None) -> str:
    """Return a size of forces in words; nothing if it is not known.

    >>> strength(4000, 5000), strength(26000, None), strength(None, None)
    ('4,000 to 5,000', '26,000 and more', '')
    """
    if low is None:
        return "" if high is None else f"up to {high:,}"
    return f"{low:,}" + ("" if low == high else f" to {high:,}" if high is not None else " and more")


def span(start: DateInterval | None, until: DateInterval | None) -> str:
    """Return a stretch of time in words."""
    return f"from {start or 'an unknown day'}" + (f" until {until}" if until else "")


def _lines(treaty: Treaty) -> Iterator[str]:
    yield f"{treaty.name} ({treaty.id})"
    yield (
        f"  signed {treaty.signed}"
        + (f", in force {treaty.in_force}" if treaty.in_force else ", entry into force not established")
        + (f", ended {treaty.ended}" if treaty.ended else "")
    )
    unchecked = sum(item.basis(item.versions[-1]) == "memory" for item in treaty.provisions)
    yield (
        f"  confidence: {treaty.confidence}; {unchecked} of {len(treaty.provisions)} provisions rest on memory "
        "or a paraphrase"
    )
    note = f" ({treaty.acts_inside_note})" if treaty.acts_inside_note else ""
    yield f"  may act inside a member: {treaty.acts_inside_members}{note}"
    yield from (f"  {label}: {text}" for label, text in facts_of(treaty))
    yield "  parties: " + "; ".join(_party(party) for party in treaty.parties)
    for item in treaty.protected:
        yield f"  protected without being a party: {state_name(item.state)} {span(item.since, item.until)}"
    for instrument in treaty.instruments:
        signed = f", signed {instrument.signed}" if instrument.signed else ""
        yield f"  {instrument.name}{signed}" + (f", in force {instrument.in_force}" if instrument.in_force else "")
    for name, meaning in treaty.definitions.items():
        yield f"  under this treaty {name} means: {in_words(meaning)}"
    for organ in treaty.organs:
        yield from _organ(organ)
    for provision in treaty.provisions:
        yield f"  art. {provision.article} ({provision.kind.replace('_', ' ')})"
        for version in provision.versions:
            yield from _version(treaty, provision, version)
    for consent in treaty.national_consent:
        used = f", used {consent.date_used}" if consent.date_used else ""
        note = f" ({consent.note})" if consent.note else ""
        yield f"  approval at home, {state_name(consent.state)}: {consent.body}{used}{note}"
    for chair in treaty.chairs:
        holder = f", {chair.holder}" if chair.holder else ""
        yield f"  chair: {state_name(chair.state)} {span(chair.start, chair.until)}{holder}"
    for force in treaty.forces:
        size = strength(force.low, force.high)
        yield f"  forces: {force.name}{f', {size}' if size else ''}, {span(force.since, force.until)}"
    for link in treaty.integration:
        note = f" ({link.note})" if link.note else ""
        yield f"  {link.kind}: {link.what}, {span(link.since, link.until)}{note}, {link.confidence}"
    yield "  sources: " + ", ".join(treaty.sources)


def _organ(organ: Organ) -> Iterator[str]:
    yield f"  organ {organ.id}: {organ.name}" + (f", {organ.members}" if organ.members else "")
    for seats in organ.seats:
        who = " or ".join(office.replace("_", " ") for office in seats.offices)
        yield f"    may sit and chair {span(seats.start, seats.until)}: {who}"
    for rule in organ.rules:
        limited = ", a limited format allowed" if rule.vote is not None and rule.vote.limited_format else ""
        yield f"    decides {span(rule.start, rule.until)} by {rule.rule}{limited}"
    if organ.chair_rule:
        yield f"    chair: {organ.chair_rule}"


def _version(treaty: Treaty, provision: Provision, version: Version) -> Iterator[str]:
    sure = basis_words(provision.basis(version))
    yield f"    {span(version.start, version.until)}{f'; {sure}' if sure else ''}"
    if version.says is not None:
        yield f"      says: {version.says}"
    if version.text is not None:
        yield f"      words at: {locator(version.text)}"
    if version.area:
        yield f"      area: {version.area}"
    for name, condition in version.all_readings.items():
        mark = " (default)" if version.readings and name == version.main_reading else ""
        yield f"      {name}{mark}: {in_words(condition)}"
    if version.unless is not None:
        yield f"      unless: {in_words(version.unless)}"
    if version.terminated_by is not None:
        yield f"      help ends when: {in_words(version.terminated_by)}"
    if version.requires:
        yield f"      its duties require: {', '.join(version.requires)}"
    if version.targets:
        yield f"      only for {', '.join(map(state_name, version.targets))}"
    for duty in version.duties:
        when = f", if {in_words(duty.condition)}" if duty.condition is not None else ""
        yield f"      {capital(written_duty(treaty, duty))}{when}"


def _party(party: Party) -> str:
    stretches = [
        f"{m.entry}" + (f" to {m.exit}" if m.exit else "") + (" assumed" if m.assumed else "")
        for m in party.memberships
    ]
    events = "".join(f", {event.kind.replace('_', ' ')} {event.date}" for event in party.events)
    return f"{name_of(party.state)} ({', '.join(stretches) or 'unknown'}{events})"


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        fields = type(value).model_fields
        pairs = ((field.alias or name, getattr(value, name)) for name, field in fields.items())
        return {name: _plain(one) for name, one in pairs if one is not None and one != ()}
    if isinstance(value, Condition):
        return in_words(value)
    if isinstance(value, DateInterval | Truth):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def locator(text: Words) -> str:
    """Return where the words of a provision stand: the article, the copy, its language."""
    parts = [text.instrument, f"art. {text.article}", text.paragraph and f"par. {text.paragraph}"]
    parts += [text.sentence and f"sentence {text.sentence}", f"in {text.language}", text.address]
    return ", ".join(part for part in parts if part)
