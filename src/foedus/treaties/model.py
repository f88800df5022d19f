"""What a treaty file and an incident file may say; anything else is refused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from foedus.dates import DateInterval, parse_day
from foedus.errors import InputError
from foedus.treaties.logic import Condition, Truth, parse

Text = Annotated[str, Field(min_length=1)]
State = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Confidence = Literal["seen", "mixed", "memory"]
Modality = Literal["must", "may", "must_not"]


def _date(value: Any) -> Any:
    try:
        return DateInterval.parse(value)
    except InputError as error:
        raise ValueError(error.message) from error


def _day(value: Any) -> Any:
    try:
        return parse_day(value)
    except InputError as error:
        raise ValueError(error.message) from error


def _truth(value: Any) -> Any:
    words = {"yes": Truth.YES, "no": Truth.NO, "unknown": Truth.UNKNOWN, True: Truth.YES, False: Truth.NO}
    if isinstance(value, Truth):
        return value
    if value not in words:
        raise ValueError("expected yes, no or unknown")
    return words[value]


Interval = Annotated[DateInterval, BeforeValidator(_date)]
Day = Annotated[dt.date, BeforeValidator(_day)]
When = Annotated[Condition, BeforeValidator(lambda data: data if isinstance(data, Condition) else parse(data))]
TruthValue = Annotated[Truth, BeforeValidator(_truth)]


class Record(BaseModel):
    """Base of all records: frozen, and no key that the schema does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)


class Membership(Record):
    """One stretch of being bound; without an exit it lasts."""

    entry: Interval
    exit: Interval | None = None


class PartyEvent(Record):
    """Something that happened to a party's membership: suspended, frozen, contested, left a command ..."""

    kind: Text
    date: Interval
    until: Interval | None = None
    between: tuple[State, ...] = ()
    note: str | None = None
    sources: tuple[str, ...] = ()


class Party(Record):
    """A state and when the treaty bound it; an empty list of memberships means that it never did, or unknown."""

    state: State
    signed: Interval | None = None
    memberships: tuple[Membership, ...] = ()
    unknown: str | None = None
    events: tuple[PartyEvent, ...] = ()
    note: str | None = None
    sources: tuple[str, ...] = ()


class Duty(Record):
    """Who must, may or must not do what once the provision is triggered."""

    who: Text
    modality: Modality
    action: Text
    discretion: Literal["none", "own_means", "own_judgement", "organ"] | None = None
    deadline: str | None = None
    condition: When | None = Field(default=None, alias="if")
    basis: str | None = None
    note: str | None = None


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
    area: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _one_trigger(self) -> Version:
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
    note: str | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


class Rule(Record):
    """How an organ decides between two days."""

    start: Interval | None = Field(default=None, alias="from")
    until: Interval | None = None
    rule: Text
    scope: str | None = None
    limited_format: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


class Organ(Record):
    """A body of the treaty and its dated decision rules."""

    id: Text
    name: Text
    members: str | None = None
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
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


class Treaty(Record):
    """One treaty file."""

    id: Annotated[str, Field(pattern="^[a-z0-9-]+$")]
    name: Text
    short: Text
    family: Text
    signed: Interval
    place: str | None = None
    in_force: Interval | None
    ended: Interval | None = None
    parties: Annotated[tuple[Party, ...], Field(min_length=2)]
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
    note: str | None = None
    sources: tuple[str, ...]
    confidence: Confidence

    def party(self, state: str) -> Party | None:
        """Return the record of one state."""
        return next((party for party in self.parties if party.state == state), None)


class Fact(Record):
    """What is said or seen about one fact of an incident: its value, on whose word, known from when."""

    fact: Text
    value: TruthValue
    basis: Literal["observed", "claimed", "assumed"]
    claimant: str | None = None
    known_from: Day
    source: Text
    note: str | None = None

    @model_validator(mode="after")
    def _someone_said_it(self) -> Fact:
        if (self.basis == "claimed") != (self.claimant is not None):
            raise ValueError("a claimed fact names its 'claimant', and only a claimed fact does")
        return self


class Incident(Record):
    """The facts of one incident, each with its source."""

    name: Text
    title: Text
    target: State
    date: Day
    claimants: dict[str, str] = Field(default_factory=dict)
    attackers: tuple[State, ...] = ()
    facts: tuple[Fact, ...]

    @model_validator(mode="after")
    def _claimants_listed(self) -> Incident:
        for fact in self.facts:
            if fact.claimant is not None and fact.claimant not in self.claimants:
                raise ValueError(f"the claimant '{fact.claimant}' of '{fact.fact}' is not listed under 'claimants'")
        return self
