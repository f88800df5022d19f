"""What an incident file may say: facts, each with its value, on whose word, known from when."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationError, model_validator

from foedus.errors import closest
from foedus.faults import fault, refuse
from foedus.models import Day, Latitude, Longitude, Text
from foedus.states.given import GivenState, dated
from foedus.treaties.records import Record, TruthValue


class Fact(Record):
    """What is said or seen about one fact of an incident: its value, on whose word, known from when.

    ``treaty``: id or family of the treaty under which alone it counts (a decision of one organ is not a decision
    of another's); without it, the fact counts under all.
    """

    fact: Text
    value: TruthValue
    basis: Literal["observed", "claimed", "assumed", "derived"]
    claimant: str | None = None
    treaty: str | None = None
    known_from: Day
    source: Text
    note: str | None = None

    @model_validator(mode="after")
    def _someone_said_it(self) -> Fact:
        if (self.basis == "claimed") != (self.claimant is not None):
            refuse(
                "claimant", "a claimed fact names its 'claimant', and only a claimed fact does", self.claimant,
                "a 'claimant' with 'basis: claimed', none otherwise", "add or leave out 'claimant', or correct 'basis'",
            )  # fmt: skip
        return self


class Performance(Record):
    """What a bearer of duties is reported to have done, and when."""

    bearer: Text
    action: Text
    on: Day
    source: Text


class Request(Record):
    """A dated request: ``to`` is the treaty or family under which it was made (None: no particular one).

    ``written``: formal, and addressed to the organ or its chair.
    """

    by: Text
    to: str | None = None
    on: Day
    kind: Literal["assistance", "consultation"] = "assistance"
    written: bool = False
    source: Text


class OrganDecision(Record):
    """A dated decision of an organ to act; ``summit``: of the organ of heads of state."""

    treaty: Text
    organ: Text
    on: Day
    summit: bool = False
    source: Text


class Location(Record):
    """Where it happened: an ISO 3166 code (``USA``, or ``US-HI`` for a part), or a point at sea.

    A point alone counts as at sea or in the air; for a place on land name the territory.
    """

    territory: str | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    source: Text


class Incident(Record):
    """The facts of one incident, each with its source.

    ``hypothetical``: it never happened, and is told as a question to the law. ``argument``: why the law answers it as
    it does, in a line. ``requests`` and ``decisions`` give facts with their days (see ``derived``). ``performed`` lists
    what bearers of duties did, complete up to ``recorded_until``; without that day nothing is said about a duty of
    which no deed is listed.
    """

    name: Text
    title: Text
    target: GivenState
    date: Day
    claimants: dict[str, str] = Field(default_factory=dict)
    attackers: tuple[GivenState, ...] = ()
    location: Location | None = None
    hypothetical: bool = False
    argument: Text | None = None
    requests: tuple[Request, ...] = ()
    decisions: tuple[OrganDecision, ...] = ()
    performed: tuple[Performance, ...] = ()
    recorded_until: Day | None = None
    facts: tuple[Fact, ...]

    _names_of_the_day = dated("date")

    @model_validator(mode="after")
    def _claimants_listed(self) -> Incident:
        unknown = [
            fault(
                ("facts", number, "claimant"),
                f"the claimant '{fact.claimant}' of '{fact.fact}' is not listed under 'claimants'",
                fact.claimant,
                "one of " + (", ".join(self.claimants) or "'claimants', which is empty"),
                closest(fact.claimant, self.claimants) or "add it to 'claimants', with who that is",
            )
            for number, fact in enumerate(self.facts)
            if fact.claimant is not None and fact.claimant not in self.claimants
        ]
        if unknown:
            raise ValidationError.from_exception_data("Incident", unknown)
        return self
