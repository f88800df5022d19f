"""What a treaty file may say; anything else is refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from foedus.models import Text
from foedus.treaties.logic import Truth
from foedus.treaties.parties import Membership, Party, PartyEvent, Reservation
from foedus.treaties.provision import Area, Duty, Provision, Sea, Version, Words, Zone
from foedus.treaties.records import Confidence, Interval, Record, State, TruthValue, When

__all__ = [
    "Area",
    "Chair",
    "Confidence",
    "Duty",
    "Force",
    "Instrument",
    "Interval",
    "Invocation",
    "Link",
    "Membership",
    "NationalConsent",
    "Organ",
    "Party",
    "PartyEvent",
    "Protected",
    "Provision",
    "Record",
    "Reservation",
    "Rule",
    "Sea",
    "Seats",
    "State",
    "Treaty",
    "TruthValue",
    "Version",
    "Vote",
    "When",
    "Words",
    "Zone",
]


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
    ``excluded_among``: those are excluded only in disputes among the states of this group of the treaty;
    ``seats``: size of a body that not every party sits in; ``limited_format``: those who do not object may go
    ahead without the others; ``force_optout``: nobody must use armed force without its consent.
    """

    needs: Literal["consensus", "unanimity", "two_thirds", "majority", "count"]
    of: Literal["members", "present", "voting"] = "members"
    count: int | None = Field(default=None, ge=1)
    fallback: Literal["two_thirds", "majority"] | None = None
    veto: tuple[State, ...] = ()
    excluded: tuple[Literal["target", "attackers", "disputants"], ...] = ()
    excluded_among: str | None = None
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
    """How an organ decides between two days, in words and, where it can be counted, as a vote.

    ``matter``: the class of questions to which it applies; a rule without one applies to all others.
    """

    start: Interval | None = Field(default=None, alias="from")
    until: Interval | None = None
    rule: Text
    vote: Vote | None = None
    matter: Annotated[str, Field(pattern="^[a-z0-9-]+$")] | None = None
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


class Invocation(Record):
    """A day on which a provision was called upon, by whom, for whom, and what came of it."""

    provision: Text
    on: Interval
    by: Text
    target: State | None = None
    outcome: Text
    incident: str | None = None
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
    ``groups``: named sets of states that its rules speak of, as the American states. ``definitions``: what a fact means
    under this treaty beyond itself. ``prevails``: its duties go before those of the other treaties.
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
    groups: dict[str, tuple[State, ...]] = Field(default_factory=dict)
    definitions: dict[str, When] = Field(default_factory=dict)
    prevails: str | None = None
    integration: tuple[Link, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    organs: tuple[Organ, ...] = ()
    chairs: tuple[Chair, ...] = ()
    invocations: tuple[Invocation, ...] = ()
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

    @property
    def facts(self) -> frozenset[str]:
        """All facts that its provisions ask for."""
        return frozenset().union(*(version.facts for one in self.provisions for version in one.versions))

    def states(self) -> set[str]:
        """Return all states that the file names, as parties or as protected."""
        return {party.state for party in self.parties} | {item.state for item in self.protected}

    def protects(self, state: str) -> bool:
        """Return whether a provision protects a state whether or not it is a party."""
        named = {one.protects for one in self.provisions if one.protects is not None}
        return "any_state" in named or any(state in self.groups.get(name.removeprefix("group:"), ()) for name in named)

    def party(self, state: str) -> Party | None:
        """Return the record of one state."""
        return next((party for party in self.parties if party.state == state), None)
