"""What would a council decide? Positions as intervals, five models of the bargain, the dated rule of the treaty.

Nobody knows what ministers would really accept, so positions, saliences and costs are intervals in a file, each with
its evidence; every draw from them is bargained to a level, and the level is put to the vote under the rule in force.
A member agrees to a level if it lies no farther from what it wants than doing nothing does, plus what doing nothing
would cost it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from foedus import memory, treaties
from foedus.errors import InputError, closest
from foedus.forecast.bargaining import MODELS, Actors, Outcome, bargain
from foedus.given import whole
from foedus.models import Day, Text
from foedus.progress import Event, Listener, silent
from foedus.record.capability import has_members, shares
from foedus.shown import brief
from foedus.treaties.records import Record, State
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FOLDER = Path(str(resources.files("foedus.forecast").joinpath("councils")))
DRAWS = 500
_MOST_DRAWS = 1_000_000
SEED = 20220105
_NO_CHANGE = 0.01
_STEPS = 11  # levels at which acceptance is shown


def _interval(value: Any) -> Any:
    return (value, value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Interval = Annotated[tuple[float, float], BeforeValidator(_interval)]


class Issue(Record):
    """The scale: its ends, the level if nothing is agreed, and the level from which troops go."""

    what: Text
    low: float
    high: float
    reference: float
    force_from: float | None = None
    labels: dict[float, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ordered(self) -> Issue:
        if not self.low < self.high:
            raise ValueError("'low' is below 'high'")
        for name, value in (("reference", self.reference), ("force_from", self.force_from), *self.labels.items()):
            if isinstance(name, str) and value is not None and not self.low <= float(value) <= self.high:
                raise ValueError(f"'{name}' lies outside the scale {self.low:g} to {self.high:g}")
        return self


class Member(Record):
    """One member: what it wants, how much it cares, what doing nothing would cost it (points of the scale)."""

    position: Interval
    salience: Interval
    cost: Interval = (0.0, 0.0)
    capability: Interval | None = None
    basis: Literal["observed", "claimed", "assumed"]
    source: Text

    @model_validator(mode="after")
    def _ordered(self) -> Member:
        for name in ("position", "salience", "cost", "capability"):
            value = getattr(self, name)
            if value is not None and not value[0] <= value[1]:
                raise ValueError(f"'{name}' is an interval [low, high] with low up to high")
        if not 0 <= self.salience[0] <= self.salience[1] <= 1:
            raise ValueError("'salience' lies between 0 and 1")
        if self.cost[0] < 0 or (self.capability is not None and self.capability[0] < 0):
            raise ValueError("'cost' and 'capability' are at least 0")
        return self


class Council(Record):
    """A file of positions. ``treaty``, ``organ``, ``on``, ``target``: whose rule counts; without them nobody votes."""

    name: Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Text
    issue: Issue
    treaty: str | None = None
    organ: str | None = None
    on: Day | None = None
    target: State | None = None
    organisation: str | None = None
    members: Annotated[dict[State, Member], Field(min_length=2)]

    @model_validator(mode="after")
    def _complete(self) -> Council:
        if self.treaty is not None and (self.on is None or self.issue.force_from is None):
            raise ValueError("a vote under a treaty needs 'on' and, in the issue, 'force_from'")
        for state, member in self.members.items():
            low, high = member.position
            if not self.issue.low <= low <= high <= self.issue.high:
                raise ValueError(f"the position of {state} lies outside the scale")
            if member.capability is None and state not in self.held:
                raise ValueError(f"{state} has no 'capability', and 'organisation' has no such member to take it from")
        return self

    @property
    def held(self) -> Mapping[str, float]:
        """Shares of the organisation's capability, for members that give none of their own."""
        if self.organisation is None or not has_members(self.organisation):
            return {}
        return shares(self.organisation, self.on.year if self.on else dt.date.max.year)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one model says: chance to pass, expected level with its 90 % interval, who was pivotal how often."""

    model: str
    p_pass: float | None
    level: float
    interval: tuple[float, float]
    pivotal: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "model": self.model,
            "p_pass": None if self.p_pass is None else round(self.p_pass, 4),
            "level": self.level,
            "interval": list(self.interval),
            "pivotal": {state: round(share, 4) for state, share in self.pivotal.items()},
        }


@dataclass(frozen=True, slots=True)
class Deliberation:
    """The verdicts of the models, how agreeable each level is, and what would flip the outcome (first model)."""

    __repr__ = brief

    council: Council
    needed: str | None
    verdicts: tuple[Verdict, ...]
    acceptance: tuple[tuple[float, float], ...]
    flips: tuple[tuple[str, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json`` and the report."""
        return {
            "name": self.council.name,
            "title": self.council.title,
            "what": self.council.issue.what,
            "scale": [self.council.issue.low, self.council.issue.high],
            "force_from": self.council.issue.force_from,
            "labels": {f"{level:g}": text for level, text in self.council.issue.labels.items()},
            "needed": self.needed,
            "models": [verdict.to_dict() for verdict in self.verdicts],
            "acceptance": [{"level": level, "p_pass": round(p, 4)} for level, p in self.acceptance],
            "flips": [{"what": what, "p_pass": round(p, 4)} for what, p in self.flips],
            "members": {
                state: {
                    "position": list(member.position),
                    "salience": list(member.salience),
                    "cost": list(member.cost),
                    "basis": member.basis,
                    "source": member.source,
                }
                for state, member in self.council.members.items()
            },
        }


def names() -> list[str]:
    """Return the names of the files of positions that come with Foedus."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(name_or_path: str | Path) -> Council:
    """Read a file of positions by name (those that come with Foedus) or path.

    Raises:
        InputError: unknown, malformed, or contradicting itself.

    """
    path = Path(name_or_path)
    if not path.suffix:
        path = FOLDER / f"{name_or_path}.yaml"
        if not path.is_file():
            raise InputError(
                f"unknown council '{name_or_path}'",
                expected="one of " + ", ".join(names()) + ", or the path of a YAML file",
                cure=closest(str(name_or_path), names()),
            )
    return load_model(Council, path)


def deliberate(
    council: Council | str | Path,
    models: Sequence[str] = tuple(MODELS),
    draws: int = DRAWS,
    seed: int = SEED,
    on_event: Listener = silent,
) -> Deliberation:
    """Bargain and vote.

    Args:
        council: a file of positions, its name or path.
        models: names of models (see ``bargaining.MODELS``); the first is examined for what would flip it.
        draws: how often positions, saliences and costs are drawn from their intervals.
        seed: of the draws.
        on_event: told of progress.

    Raises:
        InputError: an unknown model, a member without a vote, or a voter without a position.

    """
    case = council if isinstance(council, Council) else load(council)
    for name in models:
        if name not in MODELS:
            raise InputError(f"unknown model '{name}'", expected=", ".join(MODELS), cure=closest(name, MODELS))
    if not models:
        raise InputError("at least one model is needed", key="models", expected=", ".join(MODELS))
    draws = whole("draws", draws, 1, _MOST_DRAWS)
    seed = whole("seed", seed, 0, 2**63 - 1)
    members = len(case.members)
    memory.require(
        40.0 * draws * members**3, "the council's bargaining", key="draws", cure="fewer draws",
        found=f"{draws:,} draws of {members} members",
    )  # fmt: skip
    sample = _Sample.of(case, draws, seed)
    vote = _Vote(case)
    verdicts = []
    for done, name in enumerate(models):
        verdicts.append(_verdict(name, case, sample, vote, bargain(name, sample.actors(case))))
        on_event(Event("progress", "council", done + 1, len(models) + 1))
    if not vote.counts:
        return Deliberation(case, None, tuple(verdicts), (), ())
    levels = np.linspace(case.issue.low, case.issue.high, _STEPS)
    actors = sample.actors(case)
    acceptance = tuple((float(level), vote.share(actors.slack(level))) for level in levels)
    return Deliberation(case, vote.needed, tuple(verdicts), acceptance, _flips(case, sample, vote, models[0]))


@dataclass(frozen=True, slots=True)
class _Sample:
    """Draws from the intervals [draw, member]."""

    states: tuple[str, ...]
    position: Array
    salience: Array
    cost: Array
    capability: Array

    @classmethod
    def of(cls, case: Council, draws: int, seed: int) -> _Sample:
        rng = np.random.default_rng(seed)
        states = tuple(case.members)
        parts = {}
        for name in ("position", "salience", "cost", "capability"):
            ends = [getattr(member, name) or (case.held[state],) * 2 for state, member in case.members.items()]
            low, high = np.array(ends, dtype=float).T
            parts[name] = low + (high - low) * rng.random((draws, len(states)))
        return cls(states, **parts)

    def actors(self, case: Council, draws: slice | list[int] = slice(None)) -> Actors:
        ends = (case.issue.low, case.issue.high, case.issue.reference)
        return Actors(self.position[draws], self.capability[draws], self.salience[draws], self.cost[draws], *ends)


class _Vote:
    """The rule of the treaty, asked once for every pattern of yes and no."""

    def __init__(self, case: Council) -> None:
        self.case = case
        self.counts = case.treaty is not None
        self.needed: str | None = None
        self._known: dict[tuple[bool, ...], treaties.Decision] = {}
        if self.counts:
            first = self.decide((True,) * len(case.members))
            self.needed = first.needed
            if missing := [state for state in first.voters if state not in case.members]:
                raise InputError(
                    f"no position of {missing[0]}, which has a vote",
                    cure="if it is not known, give the whole scale as its interval",
                )

    def decide(self, agreed: tuple[bool, ...]) -> treaties.Decision:
        if agreed not in self._known:
            assert self.case.treaty is not None  # noqa: S101 (asked only if there is one)
            words = {s: "yes" if yes else "no" for s, yes in zip(self.case.members, agreed, strict=True)}
            positions = treaties.Positions.model_validate(
                {"proposal": self.case.title, "positions": words, "target": self.case.target}
            )
            self._known[agreed] = treaties.council(self.case.treaty, positions, self.case.on, self.case.organ)
        return self._known[agreed]

    def passes(self, slack: Array) -> tuple[bool, str | None]:
        """Return whether a level passes and who was pivotal: of those who could turn it, the nearest to doing so."""
        decision = self.decide(tuple((slack >= 0).tolist()))
        states = list(self.case.members)
        turning = [i for i, state in enumerate(states) if state in decision.pivotal]
        pivot = min(turning, key=lambda i: abs(slack[i]), default=None)
        return decision.passes is treaties.Truth.YES, None if pivot is None else states[pivot]

    def share(self, slack: Array) -> float:
        """Return the share of draws in which a level passes."""
        patterns, counts = np.unique(slack >= 0, axis=0, return_counts=True)
        passed = [self.decide(tuple(pattern.tolist())).passes is treaties.Truth.YES for pattern in patterns]
        return float(counts @ np.array(passed) / counts.sum())


def _verdict(name: str, case: Council, sample: _Sample, vote: _Vote, outcomes: Sequence[Outcome]) -> Verdict:
    expected = np.array([outcome.level for outcome in outcomes])
    low, high = np.quantile(expected, [0.05, 0.95])
    if not vote.counts:
        return Verdict(name, None, float(expected.mean()), (float(low), float(high)), {})
    chance, pivotal = 0.0, dict.fromkeys(case.members, 0.0)
    possible = [
        (draw, level, weight)
        for draw, outcome in enumerate(outcomes)
        for level, weight in zip(outcome.levels.tolist(), outcome.chances.tolist(), strict=True)
        if weight >= 1e-9
    ]
    draws, levels, _ = zip(*possible, strict=True)
    slack = sample.actors(case, list(draws)).slack(np.array(levels)[:, None])
    for (_, level, weight), gains in zip(possible, slack, strict=True):
        passed, pivot = vote.passes(gains)
        chance += weight * (passed and level >= _force_from(case)) / len(outcomes)
        if pivot is not None:
            pivotal[pivot] += weight / len(outcomes)
    ranked = dict(sorted(((s, p) for s, p in pivotal.items() if p > 0), key=lambda item: -item[1]))
    return Verdict(name, float(min(chance, 1.0)), float(expected.mean()), (float(low), float(high)), ranked)


def _force_from(case: Council) -> float:
    return case.issue.low if case.issue.force_from is None else case.issue.force_from


def _flips(case: Council, sample: _Sample, vote: _Vote, model: str) -> tuple[tuple[str, float], ...]:
    """Return what the chance to pass becomes under changes of one thing each, the largest change first."""
    from foedus.states import name_of

    reference = np.full(len(sample.position), case.issue.reference)

    def chance(changed: _Sample) -> float:
        actors = changed.actors(case)
        outcomes = bargain(model, actors)
        if any(len(outcome.levels) > 1 for outcome in outcomes):
            return _verdict(model, case, changed, vote, outcomes).p_pass or 0.0
        level = np.array([outcome.level for outcome in outcomes])
        # a level below the first with troops decides nothing, whoever agrees to it
        slack = np.where((level >= _force_from(case))[:, None], actors.slack(level[:, None]), -1.0)
        return vote.share(slack)

    before = chance(sample)
    found = [("doing nothing costs nobody anything", chance(replace(sample, cost=np.zeros_like(sample.cost))))]
    for i, state in enumerate(sample.states):
        position, cost, most = sample.position.copy(), sample.cost.copy(), sample.cost.copy()
        position[:, i], cost[:, i] = reference, 0.0
        found.append(
            (
                f"{name_of(state)} wants nothing done and loses nothing by it",
                chance(replace(sample, position=position, cost=cost)),
            )
        )
        most[:, i] = case.issue.high - case.issue.low
        found.append((f"{name_of(state)} cannot afford that nothing is done", chance(replace(sample, cost=most))))
    found = [item for item in found if abs(item[1] - before) > _NO_CHANGE]
    return tuple(sorted(found, key=lambda item: -abs(item[1] - before)))
