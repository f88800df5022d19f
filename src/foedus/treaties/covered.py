"""Whether an organisation's law reaches a kind of trouble, before anything else is known of the case."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from foedus.dates import parse_day
from foedus.errors import InputError, closest
from foedus.treaties.load import library
from foedus.treaties.logic import Condition, Truth, any_of, decide
from foedus.treaties.membership import barred_since, during, in_force, party_bound
from foedus.treaties.records import Record
from foedus.treaties.terms import vocabulary
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    import datetime as dt

    from foedus.dates import DateInterval
    from foedus.treaties.model import Treaty, Version


class Given(Record):
    """Facts that are yes and facts that are no; all others are open."""

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


class _Table(Record):
    kinds: dict[str, Given]
    steps: Given
    organisations: dict[str, tuple[str, ...]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether an organisation's treaties reach a kind of trouble on a day.

    ``covers``: yes if some provision in force lets or makes members help with it whatever else is true, no if none
    can, unknown if that depends on facts that the kind leaves open. ``acts_inside``: whether a treaty in force lets
    the organisation act inside a member. ``provisions``: those that ``covers`` rests on. ``treaties``: those in force.
    """

    covers: Truth
    acts_inside: Truth
    provisions: tuple[str, ...]
    treaties: tuple[str, ...]


def coverage(organisation: str, trigger_kind: str, on: str | dt.date, *, level: int = 3) -> Coverage:
    """Return whether an organisation's law reaches a kind of trouble, and whether it may act inside a member.

    Only the trigger counts: requests, decisions and mandates are taken as obtainable, and each provision counts in
    its default reading. An organisation of which the library has no treaty in force gives unknown twice.

    >>> coverage("csto", "domestic_unrest", "2008-01-01").covers
    <Truth.NO: 'no'>
    >>> coverage("csto", "domestic_unrest", "2010-06-10").provisions  # the agreement on peacekeeping of 2007
    ('csto-pk.art3a',)

    Args:
        organisation: its name in the record, as ``csto`` or ``warsaw-pact``.
        trigger_kind: kind of trouble as in the record's codebook.
        on: the day whose law applies.
        level: how strong an action must be to count (3: armed force is possible; see ``vocabulary``).

    Raises:
        InputError: an unknown kind of trouble, or a date that is none.

    """
    day = parse_day(on)
    if trigger_kind not in _table().kinds:
        raise InputError(
            f"unknown kind of trouble '{trigger_kind}'",
            expected=", ".join(_table().kinds),
            cure=closest(trigger_kind, _table().kinds),
        )
    return _coverage(organisation, trigger_kind, day, level)


def treaties_of(organisation: str) -> tuple[Treaty, ...]:
    """Return the treaties of an organisation in the library, in force or not; none of an organisation it lacks.

    >>> [treaty.id for treaty in treaties_of("gcc")]
    ['gcc-charter-1981', 'gcc-jda-2000']
    """
    return tuple(library()[name] for name in _table().organisations.get(organisation, ()))


def kept_out(organisation: str, on: str | dt.date) -> dict[str, str]:
    """Return which states had surely left an organisation, were suspended, or had frozen their part, and since when.

    >>> kept_out("ecowas", "2023-08-10")["MLI"]
    'suspended since 2021-05-30'
    >>> kept_out("csto", "2022-01-05")["UZB"]
    'left on 2012-12-19'
    """
    return dict(_kept_out(organisation, parse_day(on)))


@cache
def _kept_out(organisation: str, day: dt.date) -> dict[str, str]:
    bound: set[str] = set()
    left: dict[str, DateInterval] = {}
    barred: dict[str, str] = {}
    for treaty in treaties_of(organisation):
        for party in treaty.parties:
            if (since := barred_since(party, day)) is not None:
                barred.setdefault(party.state, f"suspended since {since}")
            for event in party.events:
                if event.kind.startswith("participation_frozen") and during(event.date, event.until, day) is Truth.YES:
                    barred.setdefault(party.state, f"participation frozen since {event.date}")
            if party_bound(treaty, party, day) is not Truth.NO:
                bound.add(party.state)
            exits = [stretch.exit for stretch in party.memberships if stretch.exit and stretch.exit.latest <= day]
            if exits:
                left[party.state] = max(exits, key=lambda date: date.latest)
    found = {state: f"left on {date}" for state, date in left.items() if state not in bound}
    return {state: why for state, why in barred.items() if state in bound} | found


@cache
def _coverage(organisation: str, kind: str, day: dt.date, level: int) -> Coverage:
    treaties = treaties_of(organisation)
    valid = {treaty.id: in_force(treaty, day) for treaty in treaties}
    treaties = tuple(treaty for treaty in treaties if valid[treaty.id] is not Truth.NO)
    if not treaties:
        return Coverage(Truth.UNKNOWN, Truth.UNKNOWN, (), ())
    reached = {
        provision.id: valid[treaty.id] & _reaches(version, kind)
        for treaty in treaties
        for provision in treaty.provisions
        if (version := provision.version_on(day)) is not None and _helps(version, level)
    }
    covers = any_of(reached.values())
    return Coverage(
        covers=covers,
        acts_inside=any_of(valid[treaty.id] & treaty.acts_inside_members for treaty in treaties),
        provisions=tuple(name for name, value in reached.items() if value is covers and covers is not Truth.NO),
        treaties=tuple(treaty.id for treaty in treaties),
    )


def _helps(version: Version, level: int) -> bool:
    actions = vocabulary().actions
    return any(d.modality in ("must", "may") and actions[d.action].level >= level for d in version.duties)


def _reaches(version: Version, kind: str) -> Truth:
    given = {name: Truth.YES for part in (_table().steps, _table().kinds[kind]) for name in part.yes}
    given |= {name: Truth.NO for part in (_table().steps, _table().kinds[kind]) for name in part.no}
    condition = version.all_readings.get(version.main_reading)
    if condition is None:
        return Truth.NO
    if version.unless is not None:
        condition = Condition("all", children=(condition, Condition("not", children=(version.unless,))))
    quiet = dict.fromkeys(condition.atoms(), Truth.NO)
    if decide(condition, quiet) is Truth.YES:  # it holds at all times: it does not speak of this trouble
        return Truth.NO
    steps = _table().steps.yes
    if decide(condition, quiet | dict.fromkeys(steps, Truth.YES)) is Truth.YES:
        return decide(condition, given | dict.fromkeys(steps, Truth.NO))  # steps alone set it off: what else would?
    return decide(condition, given)


@cache
def _table() -> _Table:
    table = load_model(_Table, Path(str(resources.files("foedus.treaties").joinpath("coverage.yaml"))))
    named = {name for given in (*table.kinds.values(), table.steps) for name in (*given.yes, *given.no)}
    if unknown := named - set(vocabulary().facts):
        raise InputError(f"unknown fact '{min(unknown)}'", file="coverage.yaml")
    return table
