"""What a treaty file says of a provision: where its words stand, its versions over time, triggers, duties and area."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from foedus.models import Latitude, Longitude, Text
from foedus.treaties.parties import Party
from foedus.treaties.records import Confidence, Interval, Record, State, When, in_order

if TYPE_CHECKING:
    import datetime as dt

    from foedus.treaties.logic import Condition

Modality = Literal["must", "may", "must_not"]
Basis = Literal["read", "quoted", "memory"]
_BASES: dict[Confidence, Basis] = {"seen": "read", "mixed": "memory", "memory": "memory"}


class Words(Record):
    """Where the words of a provision stand, so that a reviewer finds them.

    ``instrument``: id of the treaty's instrument, if not the treaty itself; ``address``: of the copy that was used, and
    ``sha256`` of that copy as it was kept; ``language``: of the copy, with a mark if it is authentic.
    """

    instrument: Text | None = None
    article: Text
    paragraph: Text | None = None
    sentence: Text | None = None
    address: Text
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    language: Text


class Duty(Record):
    """Who must, may or must not do what once the provision is triggered.

    ``reading``: only on this reading of the provision does it exist; where that is not the default one, what it asks
    for is disputed and at most unknown. ``at``: the sentence that gives it.
    """

    who: Annotated[str, Field(pattern="^(all|others|target|organ:[a-z0-9-]+|state:[A-Z]{3})$")]
    modality: Modality
    action: Text
    discretion: Literal["none", "own_means", "own_judgement", "organ"] | None = None
    deadline: str | None = None
    within_days: int | None = Field(default=None, ge=0)
    condition: When | None = Field(default=None, alias="if")
    reading: str | None = None
    at: Text | None = None
    basis: str | None = None
    note: str | None = None


class Sea(Record):
    """A sea area as a box of degrees: vessels, aircraft and islands in it; ``east`` below ``west`` crosses 180.

    ``doubtful``: why it is not established that the area holds it.
    """

    name: Text
    south: Latitude
    north: Latitude
    west: Longitude
    east: Longitude
    doubtful: Text | None = None

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies in it."""
        across = self.west <= lon <= self.east if self.west <= self.east else lon >= self.west or lon <= self.east
        return self.south <= lat <= self.north and across


class Zone(Record):
    """A named polygon of positions [lon, lat] in degrees; longitudes may run on past 180."""

    name: Text
    ring: Annotated[tuple[tuple[float, Latitude], ...], Field(min_length=3)]
    doubtful: Text | None = None

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies in it, its sides taken straight in degrees."""
        return any(_in_ring(self.ring, lat, lon + turn) for turn in (-360, 0, 360))


def _in_ring(ring: tuple[tuple[float, float], ...], lat: float, lon: float) -> bool:
    inside = False
    for (x, y), (next_x, next_y) in itertools.pairwise((*ring, ring[0])):
        if (y > lat) != (next_y > lat) and lon < x + (lat - y) * (next_x - x) / (next_y - y):
            inside = not inside
    return inside


class Area(Record):
    """Where a provision applies, for incidents that name a territory or a point at sea.

    ``parties``: the territory of the parties, unless listed under ``without``; ``territories``: further ones (ISO
    3166 codes of states, or of subdivisions as ``US-HI``); ``seas``: named boxes; ``zones``: named polygons;
    ``doubtful``: territories of which lawyers disagree, with the reason; ``south_of``: nothing north of this parallel
    belongs to it, whatever else is listed; ``forces``: territories in which only forces, vessels and aircraft are
    protected; ``vessels_only``: the same of everything at sea.
    """

    parties: bool = False
    territories: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    doubtful: dict[str, Text] = Field(default_factory=dict)
    seas: tuple[Sea, ...] = ()
    zones: tuple[Zone, ...] = ()
    south_of: Latitude | None = None
    forces: tuple[str, ...] = ()
    vessels_only: bool = False


class Version(Record):
    """A provision's text as in force between two days (``until`` is the first day it no longer is).

    ``text``: where its words stand; ``says``: what they say, in our own words; ``basis``: whether the encoder read the
    article, had a quotation or translation of it, or went by memory or a paraphrase.

    ``unless``: what defeats the trigger once it is established; as long as nobody states it, it is presumed absent.
    ``terminated_by``: what ends the measures of help and leaves the trigger, and all other duties, as they are; it is
    presumed absent in the same way.
    """

    start: Interval = Field(alias="from")
    until: Interval | None = None
    text: Words | None = None
    says: Text | None = None
    basis: Basis | None = None
    readings: dict[str, When] = Field(default_factory=dict)
    default_reading: str | None = None
    when: When | None = None
    requires: tuple[str, ...] = ()
    unless: When | None = None
    terminated_by: When | None = None
    duties: tuple[Duty, ...] = ()
    decided_by: str | None = None
    rule: str | None = None
    targets: tuple[State, ...] = ()
    area: str | None = None
    geometry: Area | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _one_trigger(self) -> Version:
        in_order("a version", self.start, self.until)
        if (self.when is None) == (not self.readings) and self.area is None:
            raise ValueError("a version needs either 'when' or 'readings'")
        if self.readings and self.default_reading not in self.readings:
            raise ValueError("'default_reading' must name one of the readings: " + ", ".join(self.readings))
        for duty in self.duties:
            if duty.reading is not None and duty.reading not in self.readings:
                raise ValueError(f"a duty names the reading '{duty.reading}', which this version does not have")
        if self.basis in ("read", "quoted") and (self.text is None or self.says is None):
            raise ValueError(f"basis '{self.basis}' needs 'text' (where the words stand) and 'says' (what they say)")
        return self

    @property
    def facts(self) -> frozenset[str]:
        """All facts that the version asks for: its triggers, exceptions, requirements and conditions of duties."""
        conditions = [*self.all_readings.values(), self.unless, self.terminated_by, *(d.condition for d in self.duties)]
        return frozenset(self.requires).union(*(one.atoms() for one in conditions if one is not None))

    @property
    def all_readings(self) -> dict[str, Condition]:
        """The readings by name; a text that nobody reads otherwise has one reading, ``text``."""
        return self.readings or ({"text": self.when} if self.when is not None else {})

    @property
    def main_reading(self) -> str:
        """The reading that decides the status."""
        return self.default_reading or "text"


class Provision(Record):
    """An article or a part of one, with its versions over time.

    ``parties``: those that it binds, where they are not the treaty's; ``protects``: whom it protects beyond the
    parties: any state, or those of a group of the treaty.
    """

    id: Text
    article: Text
    kind: Text
    title: str | None = None
    claimant: str | None = None
    parties: tuple[Party, ...] = ()
    protects: Annotated[str, Field(pattern="^(any_state|group:[a-z0-9-]+)$")] | None = None
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

    def basis(self, version: Version) -> Basis:
        """Return how the encoder had the words of a version; files without that mark go by their confidence."""
        return version.basis or _BASES[self.confidence]
