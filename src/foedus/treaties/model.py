"""What a treaty file and an incident file may say; anything else is refused."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from foedus.dates import DateInterval
from foedus.errors import InputError
from foedus.models import FrozenByName, FrozenOfAny, Text
from foedus.shown import brief
from foedus.treaties.logic import Condition, Truth, parse

if TYPE_CHECKING:
    import datetime as dt

State = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Confidence = Literal["seen", "mixed", "memory"]
Modality = Literal["must", "may", "must_not"]


def _date(value: Any) -> Any:
    try:
        return DateInterval.parse(value)
    except InputError as error:
        raise ValueError(error.message) from error


def _truth(value: Any) -> Any:
    words = {"yes": Truth.YES, "no": Truth.NO, "unknown": Truth.UNKNOWN, True: Truth.YES, False: Truth.NO}
    if isinstance(value, Truth):
        return value
    if not isinstance(value, str | int) or value not in words:
        raise ValueError("expected yes, no or unknown")
    return words[value]


def _in_order(what: str, start: DateInterval, until: DateInterval | None) -> None:
    if until is not None and until.latest <= start.earliest:
        raise ValueError(f"{what} ends ({until}) before it begins ({start})")


Interval = Annotated[DateInterval, BeforeValidator(_date), WithJsonSchema({"const": "@Interval"})]
When = Annotated[
    Condition,
    BeforeValidator(lambda data: data if isinstance(data, Condition) else parse(data)),
    WithJsonSchema({"const": "@Condition"}),
]
TruthValue = Annotated[Truth, BeforeValidator(_truth), WithJsonSchema({"enum": ["yes", "no", "unknown", True, False]})]


class Record(FrozenOfAny, FrozenByName):
    """Base of all records: frozen, and no key that the schema does not know."""

    __repr__ = __str__ = brief


class Membership(Record):
    """One stretch of being bound; without an exit it lasts.

    ``assumed``: why the entry is taken to be what it is, where no source gives this party's own.
    """

    entry: Interval
    exit: Interval | None = None
    assumed: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Membership:
        _in_order("a membership", self.entry, self.exit)
        return self


class PartyEvent(Record):
    """Something that happened to a party's membership: suspended, frozen, contested, left a command ...

    ``suspended`` puts the obligations in doubt; ``suspended_from_organs`` takes the seats and leaves them in force.
    """

    kind: Text
    date: Interval
    until: Interval | None = None
    between: tuple[State, ...] = ()
    note: str | None = None
    sources: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _a_pair_or_none(self) -> PartyEvent:
        _in_order("an event", self.date, self.until)
        if len(self.between) not in (0, 2):
            raise ValueError("'between' names the two states between which it holds")
        return self


class Party(Record):
    """A state and when the treaty bound it; an empty list of memberships means that it never did, or unknown.

    ``notice``: the day a party gave notice of leaving; ``exit`` of its membership is when that took effect.
    """

    state: State
    signed: Interval | None = None
    notice: Interval | None = None
    memberships: tuple[Membership, ...] = ()
    unknown: str | None = None
    events: tuple[PartyEvent, ...] = ()
    note: str | None = None
    sources: tuple[str, ...] = ()


class Duty(Record):
    """Who must, may or must not do what once the provision is triggered."""

    who: Annotated[str, Field(pattern="^(all|others|target|organ:[a-z0-9-]+|state:[A-Z]{3})$")]
    modality: Modality
    action: Text
    discretion: Literal["none", "own_means", "own_judgement", "organ"] | None = None
    deadline: str | None = None
    within_days: int | None = Field(default=None, ge=0)
    condition: When | None = Field(default=None, alias="if")
    basis: str | None = None
    note: str | None = None


class Sea(Record):
    """A sea area as a box of degrees: vessels, aircraft and islands in it; ``east`` below ``west`` crosses 180."""

    name: Text
    south: float = Field(ge=-90, le=90)
    north: float = Field(ge=-90, le=90)
    west: float = Field(ge=-180, le=180)
    east: float = Field(ge=-180, le=180)

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies in it."""
        across = self.west <= lon <= self.east if self.west <= self.east else lon >= self.west or lon <= self.east
        return self.south <= lat <= self.north and across


class Area(Record):
    """Where a provision applies, for incidents that name a territory or a point at sea.

    ``parties``: the territory of the parties, unless listed under ``without``; ``territories``: further ones (ISO
    3166 codes of states, or of subdivisions as ``US-HI``); ``seas``: named boxes.
    """

    parties: bool = False
    territories: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    seas: tuple[Sea, ...] = ()


class Version(Record):
    """A provision's text as in force between two days (``until`` is the first day it no longer is)."""

    start: Interval = Field(alias="from")
    until: Interval | None = None
    readings: dict[str, When] = Field(default_factory=dict)
    default_reading: str | None = None
    when: When | None = None
    requires: tuple[str, ...] = ()
    unless: When | None = None
    duties: tuple[Duty, ...] = ()
    decided_by: str | None = None
    rule: str | None = None
    targets: tuple[State, ...] = ()
    area: str | None = None
    geometry: Area | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _one_trigger(self) -> Version:
        _in_order("a version", self.start, self.until)
        if (self.when is None) == (not self.readings) and self.area is None:
            raise ValueError("a version needs either 'when' or 'readings'")
        if self.readings and self.default_reading not in self.readings:
            raise ValueError("'default_reading' must name one of the readings: " + ", ".join(self.readings))
        return self

    @property
    def all_readings(self) -> dict[str, Condition]:
        """The readings by name; a text that nobody reads otherwise has one reading, ``text``."""
        return self.readings or ({"text": self.when} if self.when is not None else {})

    @property
    def main_reading(self) -> str:
        """The reading that decides the status."""
        return self.default_reading or "text"


class Provision(Record):
    """An article or a part of one, with its versions over time."""

    id: Text
    article: Text
    kind: Text
    title: str | None = None
    claimant: str | None = None
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]
    confidence: Confidence
    sources: tuple[str, ...] = ()
    note: str | None = None

    @model_validator(mode="after")
    def _one_after_the_other(self) -> Provision:
        for before, after in itertools.pairwise(self.versions):
            if before.until is None or before.until.latest > after.start.latest:
                raise ValueError(f"the version from {before.start} must end before that from {after.start} begins")
        return self

    def version_on(self, day: dt.date) -> Version | None:
        """Return the version in force that day; on a disputed day of change, the later one."""
        for version in reversed(self.versions):
            if version.start.earliest <= day and (version.until is None or day < version.until.latest):
                return version
        return None


class Instrument(Record):
    """A protocol that amended or extended the treaty."""

    id: Text
    name: Text
    signed: Interval | None = None
    in_force: Interval | None = None
    effect_from: Interval | None = None
    changes: tuple[str, ...] = ()
    parties: tuple[State, ...] = ()
    note: str | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


class Vote(Record):
    """A decision rule that can be counted.

    ``needs``: consensus (nobody objects), unanimity (all vote yes), two_thirds, majority, or ``count`` votes;
    ``of`` the members, those present, or those present and voting; ``fallback`` where consensus fails; ``veto``:
    members whose no defeats; ``excluded``: who does not vote; ``quorum``: share of members that must be present;
    ``seats``: size of a body that not every party sits in; ``limited_format``: those who do not object may go
    ahead without the others; ``force_optout``: nobody must use armed force without its consent.
    """

    needs: Literal["consensus", "unanimity", "two_thirds", "majority", "count"]
    of: Literal["members", "present", "voting"] = "members"
    count: int | None = Field(default=None, ge=1)
    fallback: Literal["two_thirds", "majority"] | None = None
    veto: tuple[State, ...] = ()
    excluded: tuple[Literal["target", "attackers", "disputants"], ...] = ()
    quorum: float | None = Field(default=None, gt=0, le=1)
    seats: int | None = Field(default=None, ge=2)
    limited_format: bool = False
    force_optout: bool = False

    @model_validator(mode="after")
    def _countable(self) -> Vote:
        if (self.needs == "count") != (self.count is not None):
            raise ValueError("'count' goes with needs: count, and only with it")
        return self


class Rule(Record):
    """How an organ decides between two days, in words and, where it can be counted, as a vote."""

    start: Interval | None = Field(default=None, alias="from")
    until: Interval | None = None
    rule: Text
    vote: Vote | None = None
    scope: str | None = None
    limited_format: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


Office = Literal["head_of_state", "head_of_government", "minister"]


class Seats(Record):
    """Who may sit in an organ, and chair it, between two days."""

    start: Interval = Field(alias="from")
    until: Interval | None = None
    offices: Annotated[tuple[Office, ...], Field(min_length=1)]
    note: str | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


class Organ(Record):
    """A body of the treaty: who sits in it, who chairs it, its dated decision rules."""

    id: Text
    name: Text
    since: Interval | None = None
    members: str | None = None
    seats: tuple[Seats, ...] = ()
    chair_rule: str | None = None
    sessions: str | None = None
    rules: tuple[Rule, ...] = ()
    note: str | None = None


class Force(Record):
    """Forces that the organisation can call on, as dated intervals."""

    id: Text
    name: Text
    since: Interval | None = None
    until: Interval | None = None
    low: int | None = Field(default=None, ge=0)
    high: int | None = Field(default=None, ge=0)
    scope: tuple[State, ...] = ()
    agreement: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


class NationalConsent(Record):
    """Whose approval a state needs at home before its troops leave."""

    state: State
    body: Text
    date_used: Interval | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


class Chair(Record):
    """Who chairs the main organ, from when to when."""

    state: State
    start: Interval = Field(alias="from")
    until: Interval | None = None
    holder: str | None = None
    office: Office | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


class Link(Record):
    """Integration short of war: an exercise, a base, terms of arms sales, a headquarters, an observer status."""

    kind: Literal["exercise", "base", "arms", "headquarters", "observer", "other"]
    what: Text
    states: tuple[State, ...] = ()
    since: Interval | None = None
    until: Interval | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence


class Protected(Record):
    """A state that the parties promised to protect though it is none of them."""

    state: State
    since: Interval
    until: Interval | None = None
    note: str | None = None
    confidence: Confidence


class Treaty(Record):
    """One treaty file.

    ``universal``: nearly every state is a party, so duties of all are given once and not state by state.
    ``parties_incomplete``: why the list of parties is not whole; a state that is not on it is then unknown.
    ``definitions``: what a fact means under this treaty beyond itself. ``prevails``: its duties go before those of
    the other treaties.
    """

    id: Annotated[str, Field(pattern="^[a-z0-9-]+$")]
    name: Text
    short: Text
    family: Text
    signed: Interval
    place: str | None = None
    in_force: Interval | None
    ended: Interval | None = None
    universal: str | None = None
    parties_incomplete: str | None = None
    parties: tuple[Party, ...] = ()
    protected: tuple[Protected, ...] = ()
    definitions: dict[str, When] = Field(default_factory=dict)
    prevails: str | None = None
    integration: tuple[Link, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    organs: tuple[Organ, ...] = ()
    chairs: tuple[Chair, ...] = ()
    provisions: tuple[Provision, ...]
    national_consent: tuple[NationalConsent, ...] = ()
    forces: tuple[Force, ...] = ()
    withdrawal: str | None = None
    duration: str | None = None
    geography: str | None = None
    acts_inside_members: TruthValue = Truth.UNKNOWN
    acts_inside_note: str | None = None
    atop_id: int | None = None
    atop_note: str | None = None
    legal_nature: str | None = None
    depositary: str | None = None
    registration: str | None = None
    replaces: str | None = None
    related: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    confidence: Confidence

    @model_validator(mode="after")
    def _bound_states(self) -> Treaty:
        if len(self.parties) < 2:
            raise ValueError("a treaty needs at least two parties")
        states = [party.state for party in self.parties]
        if len(set(states)) != len(states):
            twice = next(state for state in states if states.count(state) > 1)
            raise ValueError(f"the party {twice} appears twice")
        return self

    @model_validator(mode="after")
    def _chairs_may_chair(self) -> Treaty:
        seats = [row for organ in self.organs for row in organ.seats]
        for chair in self.chairs:
            row = next((row for row in reversed(seats) if row.start.latest <= chair.start.earliest), None)
            if chair.office is not None and row is not None and chair.office not in row.offices:
                raise ValueError(f"on {chair.start} a {chair.office.replace('_', ' ')} could not take the chair")
        return self

    @model_validator(mode="after")
    def _no_circle(self) -> Treaty:
        for start in self.definitions:
            seen, front = {start}, self.definitions[start].atoms() - {start}
            while front:
                if start in front:
                    raise ValueError(f"the definition of '{start}' leads back to itself")
                seen |= front
                defined = [self.definitions[atom].atoms() for atom in front if atom in self.definitions]
                front = frozenset().union(*defined) - (seen - {start})
        return self

    def states(self) -> set[str]:
        """Return all states that the file names, as parties or as protected."""
        return {party.state for party in self.parties} | {item.state for item in self.protected}

    def party(self, state: str) -> Party | None:
        """Return the record of one state."""
        return next((party for party in self.parties if party.state == state), None)
