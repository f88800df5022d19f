"""What a scenario file says: places, events, contingents, questions of law, priors; each part checked by itself."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from foedus.crisis.parameters import BY_NAME, NAMES, Prior
from foedus.crisis.rules import Rule
from foedus.errors import closest
from foedus.faults import refuse
from foedus.models import (
    Count,
    Day,
    Frozen,
    Latitude,
    Longitude,
    Moment,
    NotFlag,
    NotNegative,
    Positive,
    Share,
    Text,
)
from foedus.shown import brief
from foedus.states import known_codes
from foedus.states.given import GivenState, dated

MOST_PEOPLE = 2_000_000_000
MOST_SOLDIERS = 10_000_000
Soldiers = Annotated[Count, Field(le=MOST_SOLDIERS)]
SiteCount = Annotated[int, Field(ge=1, le=8), NotFlag]
Weight = Annotated[Positive, Field(le=1e6)]
EventKind = Literal[
    "trigger", "shutdown", "concession", "armed", "lethal", "emergency", "split", "stand_down", "reinforcement",
    "amnesty", "appeal", "decision", "note",
]  # fmt: skip
# kinds that are moments of the alliance, or of nobody: they set no level by themselves
MOMENTS = frozenset({"appeal", "decision", "note"})
SiteKind = Literal["square", "city_hall", "police", "airport", "broadcaster", "residence", "power", "prison"]
SITE_KINDS: tuple[SiteKind, ...] = get_args(SiteKind)


_SIZES = {  # what 'size' counts, and the most of it; a share for the other kinds
    "trigger": (1000, "people made aware per 1,000 of those who could take part, and hour"),
    "reinforcement": (MOST_SOLDIERS, "a number of officers"),
}
_CODE = "an ISO 3166-1 alpha-3 code"


class _Part(Frozen):
    __repr__ = __str__ = brief


class Place(_Part):
    """A place with its people; ``shock`` is how fully the price shock hits there, 0 to 1.

    ``sites`` are where crowds gather, each with an own crowd: their kinds, or a number for the first so many of
    ``SITE_KINDS``. ``officers`` are police and guards there at the start (default: the scenario's rate).
    ``remote``: it lies far from all others on purpose.
    """

    code: Text
    name: Text
    population: Annotated[int, Field(gt=0, le=MOST_PEOPLE), NotFlag]
    lon: Longitude
    lat: Latitude
    utc_offset: Annotated[float, Field(ge=-12, le=14, allow_inf_nan=False), NotFlag]
    sites: SiteCount | Annotated[tuple[SiteKind, ...], Field(min_length=1, max_length=8)] = 4
    shock: Share = 0.3
    remote: bool = False
    officers: Annotated[NotNegative, Field(le=MOST_PEOPLE)] | None = None

    @property
    def site_kinds(self) -> tuple[SiteKind, ...]:
        """The kinds of the sites."""
        return SITE_KINDS[: self.sites] if isinstance(self.sites, int) else self.sites


class Event(_Part):
    """Something recorded, from a moment until another, in some places or everywhere.

    ``size`` is people made aware per 1,000 of those who could take part (``pool``), and hour (trigger), officers
    (reinforcement), or a share (the rest). ``appeal`` and ``decision`` are the moments at which the alliance was asked
    and decided.
    Harsh measures enter only as they were recorded; there is no way to search over them.
    """

    kind: EventKind
    label: Text
    start: Moment
    end: Moment | None = None
    places: tuple[str, ...] = ()
    size: NotNegative = 1.0
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> Event:
        if self.end is not None and self.end <= self.start:
            refuse(
                "end",
                "the event ends before it starts",
                self.end,
                f"a time after {self.start}",
                "correct 'start' or 'end'",
            )
        most, unit = _SIZES.get(self.kind, (1, "a share between 0 and 1"))
        if self.size > most and self.kind not in MOMENTS:
            what = f"the size of an event of kind '{self.kind}' is {unit}, at most {most:,}"
            refuse("size", what, self.size, f"0 to {most:,}", f"write a number between 0 and {most:,}")
        return self


class Contingent(_Part):
    """What one member sent: soldiers as an interval, consent, arrival, departure, where.

    Every draw takes a size from the interval ``soldiers``, every whole number equally likely; equal ends fix it.
    ``hypothetical``: nobody came; the contingent stands for the question "and if they had?". ``places``: weights by
    which the soldiers are shared out; they need not add up to 1.
    """

    state: GivenState
    hypothetical: bool = False
    soldiers: tuple[Soldiers, Soldiers]
    consent: Text
    arrival: Moment
    complete: Moment
    departure: Moment
    gone: Moment
    places: Annotated[dict[str, Weight], Field(min_length=1)]
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> Contingent:
        moments = ("arrival", "complete", "departure", "gone")
        for earlier, later in pairwise(moments):
            if getattr(self, later) < getattr(self, earlier):
                what = f"a contingent arrives, is complete, departs and is gone in this order; '{later}' is too early"
                refuse(
                    later,
                    what,
                    getattr(self, later),
                    f"not before {getattr(self, earlier)}, the '{earlier}'",
                    f"correct '{later}' or '{earlier}'",
                )
        if self.soldiers[0] > self.soldiers[1]:
            refuse(
                "soldiers",
                "'soldiers' is an interval: low, high",
                list(self.soldiers),
                "the lower number first",
                "swap the two numbers",
            )
        if self.state not in known_codes():
            refuse(
                "state",
                f"no state has the code '{self.state}'",
                self.state,
                _CODE,
                closest(self.state, known_codes()) or "write the code of a state",
            )
        return self


class Perspective(_Part):
    """A way to look at the same clause: whose word is taken, and what was known by when."""

    label: Text
    according_to: str | None = None
    known_by: Day | None = None
    on: Day | None = None


class LawQuestion(_Part):
    """Which provision the request relied on, and the incident file with the facts."""

    incident: Text
    on: Day
    treaty: Text
    provision: Text
    perspectives: tuple[Perspective, ...] = ()


class Limit(_Part):
    """Something that the scenario cannot tell."""

    title: Text
    text: Text


class Prediction(_Part):
    """What the predictive check may not count: claims that set the scenario's inputs."""

    used: tuple[str, ...] = ()
    note: Text


class ScenarioShape(_Part):
    """The keys of a scenario file; ``Scenario`` says what they mean and sees that they fit together."""

    name: Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    title: Text
    target: GivenState
    target_name: Text
    start: Moment
    end: Moment
    clock_utc_offset: Annotated[float, Field(ge=-12, le=14, allow_inf_nan=False), NotFlag]
    calibration: Text
    caveat: Text
    law: LawQuestion
    record_case: Text | None = None
    claims: Text
    claims_place: Text
    also_named: dict[str, str | None] = Field(default_factory=dict)
    geometry: Text | None = None
    officers_per_1000: Annotated[Positive, Field(le=1000)]
    officers_source: Text
    places: Annotated[tuple[Place, ...], Field(min_length=1)]
    parameters: dict[str, Prior]
    events: tuple[Event, ...]
    contingents: tuple[Contingent, ...] = ()
    rules: tuple[Rule, ...] = ()
    risk_ratio: Literal["literal", "floor", "round"] = "literal"
    limits: tuple[Limit, ...] = ()
    prediction: Prediction | None = None
    tuned_to: tuple[Text, ...] = ()
    invented: bool = False

    _names_of_the_day = dated("start")

    @property
    def priors(self) -> dict[str, Prior]:
        """The prior of every parameter: the scenario's own, else the model's default."""
        return {name: self.parameters.get(name, BY_NAME[name].prior) for name in NAMES}

    @property
    def help_is_hypothetical(self) -> bool:
        """Whether the contingents never came and stand for a question."""
        return any(contingent.hypothetical for contingent in self.contingents)
