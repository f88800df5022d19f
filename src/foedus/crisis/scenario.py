"""Scenario files: places, what is recorded, parameters with priors, and the alliance's contingents.

A scenario is a directory with ``scenario.yaml`` and the claims that it cites. Everything that names a country
is in these files; the engine knows none.
"""

from __future__ import annotations

import contextlib
import hashlib
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from foedus.crisis import outlines
from foedus.crisis.consistency import faults_of
from foedus.crisis.parameters import BY_NAME, NAMES, Prior
from foedus.crisis.rules import Rule
from foedus.errors import InputError, closest
from foedus.shown import brief
from foedus.states import known_codes
from foedus.yamlfile import Day, Moment, NotFlag, is_file, is_folder, line_in, load_model, refuse

MOST_PEOPLE = 2_000_000_000
MOST_SOLDIERS = 10_000_000
Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), NotFlag]
Soldiers = Annotated[int, Field(ge=0, le=MOST_SOLDIERS), NotFlag]
SiteCount = Annotated[int, Field(ge=1, le=8), NotFlag]
Weight = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False), NotFlag]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False), NotFlag]
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
_FILES = {"claims": "claims file", "law.incident": "incident file", "geometry": "file of outlines"}
_CODE = "an ISO 3166-1 alpha-3 code"
# keys that a later version added: a scenario without them keeps the fingerprint that an earlier one gave it
_LATER = ("tuned_to", "invented")


class _Record(BaseModel):
    __repr__ = __str__ = brief
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Record):
    """A place with its people; ``shock`` is how fully the price shock hits there, 0 to 1.

    ``sites`` are where crowds gather, each with an own crowd: their kinds, or a number for the first so many of
    ``SITE_KINDS``. ``officers`` are police and guards there at the start (default: the scenario's rate).
    ``remote``: it lies far from all others on purpose.
    """

    code: Text
    name: Text
    population: Annotated[int, Field(gt=0, le=MOST_PEOPLE), NotFlag]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), NotFlag]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), NotFlag]
    utc_offset: Annotated[float, Field(ge=-12, le=14, allow_inf_nan=False), NotFlag]
    sites: SiteCount | Annotated[tuple[SiteKind, ...], Field(min_length=1, max_length=8)] = 4
    shock: Share = 0.3
    remote: bool = False
    officers: Annotated[float, Field(ge=0, le=MOST_PEOPLE, allow_inf_nan=False), NotFlag] | None = None

    @property
    def site_kinds(self) -> tuple[SiteKind, ...]:
        """The kinds of the sites."""
        return SITE_KINDS[: self.sites] if isinstance(self.sites, int) else self.sites


class Event(_Record):
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


class Contingent(_Record):
    """What one member sent: soldiers as an interval, consent, arrival, departure, where.

    Every draw takes a size from the interval ``soldiers``, every whole number equally likely; equal ends fix it.
    ``hypothetical``: nobody came; the contingent stands for the question "and if they had?". ``places``: weights by
    which the soldiers are shared out; they need not add up to 1.
    """

    state: Annotated[str, Field(pattern="^[A-Z]{3}$")]
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


class Perspective(_Record):
    """A way to look at the same clause: whose word is taken, and what was known by when."""

    label: Text
    according_to: str | None = None
    known_by: Day | None = None
    on: Day | None = None


class LawQuestion(_Record):
    """Which provision the request relied on, and the incident file with the facts."""

    incident: Text
    on: Day
    treaty: Text
    provision: Text
    perspectives: tuple[Perspective, ...] = ()


class Limit(_Record):
    """Something that the scenario cannot tell."""

    title: Text
    text: Text


class Prediction(_Record):
    """What the predictive check may not count: claims that set the scenario's inputs."""

    used: tuple[str, ...] = ()
    note: Text


class Scenario(_Record):
    """A crisis as a file; see the fields for what it must say.

    ``also_named``: places that claims name and the model does not have, with the place of the model in which each
    lies (None: in several). ``record_case``: the call in the record of past calls, if it holds it. ``tuned_to``: the
    reported quantities on which the priors were tuned, so that agreement with them is no test. ``invented``: the
    crisis never happened.
    """

    name: Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    title: Text
    target: Annotated[str, Field(pattern="^[A-Z]{3}$")]
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
    officers_per_1000: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False), NotFlag]
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
    _file: Path | None = PrivateAttr(None)  # that it was loaded from; the reader sets it
    _kept: dict[str, Path] = PrivateAttr(default_factory=dict)  # files of a stored run's own; its reader sets them

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        found = faults_of(self)
        if found:
            raise ValidationError.from_exception_data("Scenario", found)
        return self

    @property
    def priors(self) -> dict[str, Prior]:
        """The prior of every parameter: the scenario's own, else the model's default."""
        return {name: self.parameters.get(name, BY_NAME[name].prior) for name in NAMES}

    @property
    def help_is_hypothetical(self) -> bool:
        """Whether the contingents never came and stand for a question."""
        return any(contingent.hypothetical for contingent in self.contingents)

    @property
    def directory(self) -> Path:
        """Where the files lie that it names."""
        return self._file.parent if self._file else Path()

    @property
    def file(self) -> Path | None:
        """The file that says just what this scenario says; None if it was made or changed in Python."""
        with contextlib.suppress(InputError):
            if self._file and load_scenario(self._file).sha256() == self.sha256():
                return self._file
        return None

    @property
    def claims_path(self) -> Path:
        """Where the claims file is."""
        return self._kept.get("claims") or self.directory / self.claims

    @property
    def incident(self) -> str | Path:
        """The incident: a name of the library, or a file beside the scenario."""
        name = self.law.incident
        if kept := self._kept.get("incident"):
            return kept
        return self.directory / name if name.endswith((".yaml", ".yml")) else name

    def outlines(self) -> dict[str, Any] | None:
        """Return the outlines of the places as GeoJSON, if the scenario has any."""
        if self.geometry is None:
            return None
        return outlines.read(self._kept.get("geometry") or self.directory / self.geometry, self.places)

    @property
    def files(self) -> dict[str, Path]:
        """The files beside the scenario: ``claims``, and ``incident`` and ``geometry`` if it has them of its own."""
        found = {"claims": self.claims_path}
        if isinstance(self.incident, Path):
            found["incident"] = self.incident
        if self.geometry is not None:
            found["geometry"] = self._kept.get("geometry") or self.directory / self.geometry
        return found

    @property
    def is_kept(self) -> bool:
        """Whether it is a stored run's own copy, since the scenario that was run is gone or changed."""
        return bool(self._kept)

    def kept_as(self, files: dict[str, Path]) -> Scenario:
        """Return the same scenario with the files of a stored run's own in place of those beside it."""
        copy = self.model_copy()
        copy._kept = dict(files)
        return copy

    def sha256(self) -> str:
        """Return the fingerprint of what was loaded (not of the file's layout)."""
        usual = {name for name in _LATER if getattr(self, name) == type(self).model_fields[name].default}
        return hashlib.sha256(self.model_dump_json(exclude=usual).encode()).hexdigest()


def scenario_names() -> list[str]:
    """Return the names of the scenarios that come with Foedus."""
    folder = Path(str(resources.files("foedus.crisis") / "scenarios"))
    return sorted(path.parent.name for path in folder.glob("*/scenario.yaml"))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Load a scenario by name, by its directory or by its YAML file.

    Raises:
        InputError: unknown, malformed or inconsistent; says file, line and key.

    """
    path = scenario_file(name_or_path)
    scenario = load_model(Scenario, path)
    scenario._file = path
    named = {"claims": scenario.claims, "law.incident": scenario.law.incident, "geometry": scenario.geometry}
    if not isinstance(scenario.incident, Path):
        del named["law.incident"]
    for key, name in named.items():
        if name is not None and not is_file(path.parent / name):
            raise InputError(
                f"the {_FILES[key]} does not exist", file=path, line=line_in(path, key.split(".")), key=key,
                found=name, expected="a file beside the scenario", cure="correct the name, or put the file there",
            )  # fmt: skip
    return scenario


def scenario_file(name_or_path: str | Path) -> Path:
    """Return the YAML file of a scenario given by name, directory or file.

    Raises:
        InputError: there is none.

    """
    path = Path(str(name_or_path))
    if str(name_or_path) in scenario_names():
        path = Path(str(resources.files("foedus.crisis") / "scenarios" / str(name_or_path)))
    path = path / "scenario.yaml" if is_folder(path) else path
    if not is_file(path):
        raise InputError(
            f"unknown scenario '{name_or_path}'",
            expected="one of " + ", ".join(scenario_names()) + ", or the path of a scenario.yaml",
            cure=closest(str(name_or_path), scenario_names()) or "'foedus scenario new' starts one of your own",
        )
    return path
