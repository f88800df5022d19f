"""From a scenario to the arrays that the engines read: places, what is recorded or may happen, and the alliance."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from foedus import memory
from foedus.crisis import rules
from foedus.crisis.contingents import by_place
from foedus.crisis.layout import APPEAL, HAZARD, KINDS, LIFT, MOST_SITES, RECORDED, RULE, SET, WITHDRAW, Plan, World
from foedus.crisis.quadrature import gauss_legendre
from foedus.errors import InputError, closest
from foedus.places.distance import distance_km
from foedus.shown import brief

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from foedus.crisis.rules import Rule
    from foedus.crisis.scenario import Scenario
    from foedus.crisis.shape import Event

Mode = Literal["hindcast", "free"]
MODES: tuple[Mode, ...] = get_args(Mode)
HARDSHIP_LEVELS = AVERSION_LEVELS = 8
NEAR_KM = 300.0  # scale on which ties between places fade (assumed)
MEDIA_SHARE = 0.6  # of contagion between places that knows no distance (assumed)
ROAD_KM_H, AIR_KM_H, AIR_HOURS = 50.0, 400.0, 4.0  # speed of forces by rail or road, by air, and time to load (assumed)
# how much a site draws a crowd (assumed)
SITE_VALUE = {
    "square": 3.0, "city_hall": 3.0, "police": 1.5, "airport": 1.0, "broadcaster": 1.0, "residence": 1.0, "power": 0.5,
    "prison": 0.5,
}  # fmt: skip
# what happens to a state, as opposed to what it decides, stays as recorded in the free course
_NOT_DECIDED = frozenset({"trigger", "armed"})


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything an engine needs apart from parameters and seeds."""

    __repr__ = brief

    world: World
    plan: Plan
    measures: tuple[str, ...]
    days: list[dt.date]

    @property
    def steps(self) -> int:
        """Number of steps."""
        return self.world.steps


def compile_inputs(
    scenario: Scenario,
    levels: tuple[int, int] = (HARDSHIP_LEVELS, AVERSION_LEVELS),
    *,
    step_hours: float = 1.0,
    mode: Mode = "hindcast",
) -> Inputs:
    """Return the arrays of a scenario.

    Contingents have the middle of their intervals; a run puts the sizes of its draw in their place.

    Args:
        scenario: the crisis.
        levels: the grid of types, (hardship, risk aversion).
        step_hours: length of a step; a day must hold a whole number of them.
        mode: ``hindcast`` takes the state's decisions as recorded, ``free`` lets hazards of pressure take them.

    Raises:
        InputError: an unknown mode, or a step that does not fit the day or the period.

    """
    if mode not in MODES:
        raise InputError(
            f"unknown mode '{mode}'", key="mode", expected=", ".join(MODES), cure=closest(str(mode), MODES)
        )
    if not (1 / 12 <= step_hours <= 24) or abs(24 / step_hours - round(24 / step_hours)) > 1e-9:
        fault = "is too short" if step_hours < 1 / 12 else "does not divide a day"
        raise InputError(
            f"a step of {step_hours:g} hours {fault}", key="step_hours", found=step_hours, cure="choose one of these",
            expected="hours, of which a day holds a whole number (0.25, 0.5, 1, 2, 3, ...)",
        )  # fmt: skip
    steps = (scenario.end - scenario.start).total_seconds() / 3600 / step_hours
    if abs(steps - round(steps)) > 1e-9:
        raise InputError(
            "the scenario's time is not a whole number of steps", found=f"{scenario.start} .. {scenario.end}",
            expected=f"a multiple of {step_hours:g} h", cure="choose a step that divides the time, or move 'end'",
        )  # fmt: skip
    places = len(scenario.places)
    memory.require(
        120.0 * places * places + (100.0 + 40.0 * places) * steps, "the scenario", key="places, start, end",
        found=f"{places:,} places and {round(steps):,} steps", cure="fewer places, a shorter time or longer steps",
    )  # fmt: skip
    clock = scenario.start.astimezone(dt.UTC) + dt.timedelta(hours=scenario.clock_utc_offset)
    dates = [(clock + dt.timedelta(hours=t * step_hours)).date() for t in range(round(steps))]
    day = np.array([(date - dates[0]).days for date in dates], dtype=np.int64)
    measures, plan = _plan(scenario, mode)
    return Inputs(
        _world(scenario, levels, step_hours, day),
        plan,
        measures,
        [dates[0] + dt.timedelta(days=int(n)) for n in range(int(day[-1]) + 1)],
    )


def _world(scenario: Scenario, levels: tuple[int, int], step: float, day: NDArray[np.int64]) -> World:
    places = scenario.places
    value = np.zeros((len(places), MOST_SITES))
    airport = np.full(len(places), -1, dtype=np.int64)
    for i, place in enumerate(places):
        kinds = place.site_kinds
        value[i, : len(kinds)] = [SITE_VALUE[kind] for kind in kinds]
        if "airport" in kinds:
            airport[i] = kinds.index("airport")
    (hardship, more), (aversion, cautious) = map(_quadrature, levels)
    km = _distances(scenario)
    return World(
        step=float(step),
        steps=len(day),
        ratio=("literal", "floor", "round").index(scenario.risk_ratio),
        population=np.array([p.population for p in places], dtype=np.int64),
        keys=np.array([_key(p.code) for p in places], dtype=np.uint64),
        shock=np.array([p.shock for p in places]),
        base=np.array(
            [p.population * scenario.officers_per_1000 / 1000 if p.officers is None else p.officers for p in places]
        ),
        sites=np.array([len(p.site_kinds) for p in places], dtype=np.int64),
        value=np.ascontiguousarray(value / value.sum(axis=1, keepdims=True)),
        airport=airport,
        coupling=coupling(scenario),
        by_road=km / ROAD_KM_H,
        by_air=km / AIR_KM_H + AIR_HOURS,
        width=levels[1],
        share=np.outer(more, cautious).ravel(),
        hardship=np.repeat(hardship, levels[1]),
        aversion=np.tile(aversion, levels[0]),
        daylight=_daylight(scenario, len(day), step),
        day=day,
    )


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class _Measure:
    label: str
    kind: int
    deed: int
    cause: int
    start: float
    length: float
    share: NDArray[np.float64]
    program: NDArray[np.float64]


def _plan(scenario: Scenario, mode: Mode) -> tuple[tuple[str, ...], Plan]:
    measures = [_recorded(scenario, event, mode) for event in scenario.events if event.kind not in {"note", "decision"}]
    measures += [_ruled(scenario, rule) for rule in scenario.rules]
    program = np.full((len(measures), max([len(m.program) for m in measures], default=0) + 1, 2), -1.0)
    for room, measure in zip(program, measures, strict=True):
        room[: len(measure.program)] = measure.program
    moments = {
        name: np.array([_hours(scenario, getattr(c, name)) for c in scenario.contingents], dtype=float)
        for name in ("arrival", "complete", "departure", "gone")
    }
    plan = Plan(
        kind=np.array([m.kind for m in measures], dtype=np.int64),
        deed=np.array([m.deed for m in measures], dtype=np.int64),
        cause=np.array([m.cause for m in measures], dtype=np.int64),
        start=np.array([m.start for m in measures], dtype=float),
        length=np.array([m.length for m in measures], dtype=float),
        share=np.array([m.share for m in measures], dtype=float).reshape(len(measures), len(scenario.places)),
        keys=np.array([_key(f"{n}:{m.label}") for n, m in enumerate(measures)], dtype=np.uint64),
        program=program,
        soldiers=by_place(scenario, [sum(c.soldiers) / 2 for c in scenario.contingents]),
        **moments,
        free=mode == "free",
        decided=_decided(scenario),
    )
    return tuple(m.label for m in measures), plan


def _recorded(scenario: Scenario, event: Event, mode: Mode) -> _Measure:
    hazard = mode == "free" and event.kind not in _NOT_DECIDED
    start = _hours(scenario, event.start)
    length = math.inf if event.end is None else _hours(scenario, event.end) - start
    share = _where(scenario, event.places) * event.size
    if event.kind == "trigger":
        share /= 1000
    if event.kind == "reinforcement":  # officers are shared among the named places by population
        weights = np.array([p.population for p in scenario.places]) * _where(scenario, event.places)
        share = event.size * weights / weights.sum()
    appeal = event.kind == "appeal"
    return _Measure(
        event.label,
        0 if appeal else KINDS.index(event.kind),
        APPEAL if appeal else SET,
        HAZARD if hazard else RECORDED,
        math.inf if hazard else start,
        math.inf if hazard and event.kind == "split" else length,  # a split then ends when the elite resolves it
        share,
        np.empty((0, 2)),
    )


def _ruled(scenario: Scenario, rule: Rule) -> _Measure:
    deed, kind = SET, rule.do
    if rule.do.startswith("lift_"):
        deed, kind = LIFT, rule.do.removeprefix("lift_")  # type: ignore[assignment]
    elif rule.do in {"appeal", "withdrawal"}:
        deed, kind = (APPEAL if rule.do == "appeal" else WITHDRAW), "concession"
    moment = rule.moment
    return _Measure(
        rule.label,
        KINDS.index(kind),
        deed,
        RULE if moment is None else RECORDED,
        math.inf if moment is None else _hours(scenario, moment),
        math.inf if rule.hours is None else rule.hours,
        _where(scenario, rule.places) * rule.size,
        rules.compile_expression(rule.when) if isinstance(rule.when, str) else np.empty((0, 2)),
    )


def _decided(scenario: Scenario) -> float:
    """Return when the alliance decided: as recorded, else when it was asked, else when the first soldier came."""
    for kind in ("decision", "appeal"):
        moments = [event.start for event in scenario.events if event.kind == kind]
        if moments:
            return _hours(scenario, min(moments))
    return min((_hours(scenario, c.arrival) for c in scenario.contingents), default=0.0)


def _hours(scenario: Scenario, moment: dt.datetime) -> float:
    return (moment - scenario.start).total_seconds() / 3600


def _where(scenario: Scenario, codes: Iterable[str]) -> NDArray[np.float64]:
    named = set(codes)
    return np.array([float(not named or p.code in named) for p in scenario.places])


def _distances(scenario: Scenario) -> NDArray[np.float64]:
    places = scenario.places
    return np.array([[distance_km(a.lon, a.lat, b.lon, b.lat) for b in places] for a in places])


def coupling(scenario: Scenario) -> NDArray[np.float64]:
    """Return how strongly a crowd elsewhere is noticed, [place, place], rows summing to 1, zero on itself.

    A mixture of media, which know no distance (weights by population), and ties that fade with distance.
    """
    n = len(scenario.places)
    if n == 1:
        return np.zeros((1, 1))
    population = np.array([p.population for p in scenario.places], dtype=float)
    off = ~np.eye(n, dtype=bool)
    reach = 1.0 + _distances(scenario) / NEAR_KM
    media = _shares(np.where(off, population, 0.0))
    ties = _shares(np.where(off, 1.0 / (reach * reach), 0.0))
    return MEDIA_SHARE * media + (1.0 - MEDIA_SHARE) * ties


def _shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return every row divided by its sum, which is exact: numpy's powers and sums are free in their last digits."""
    totals: NDArray[np.float64] = np.array([[math.fsum(row)] for row in weights])
    return weights / totals


def _quadrature(levels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return levels of something uniform on 0 to 1, and the share of people at each.

    Gauss-Legendre points: few of them stand for all people far better than as many equal parts, because those most
    deprived and most daring begin the crowds (``docs/verification.md``).
    """
    points, weights = gauss_legendre(levels)
    return np.array(points), np.array(weights)


def _daylight(scenario: Scenario, steps: int, step: float) -> NDArray[np.float64]:
    """Return activity by local hour, [step, place]: high in the evening, low at night, mean 1, averaged over a step."""
    fine = max(1, round(12 * step))
    start = scenario.start.astimezone(dt.UTC)
    clock = start.hour + start.minute / 60

    def activity(hour: float) -> float:  # by `math`: the last digits of numpy's cosine vary by processor and version
        moments = (hour + (n + 0.5) * step / fine - 17.0 for n in range(fine))  # busiest at 17:00 (assumed)
        return math.fsum(1.0 + 0.9 * math.cos(moment / 24 * 2 * math.pi) for moment in moments) / fine

    offsets = np.array([p.utc_offset for p in scenario.places])
    local = (clock + np.arange(steps) * step)[:, None] + offsets[None, :]
    hours, which = np.unique(local % 24, return_inverse=True)
    return np.array([activity(hour) for hour in hours])[which.reshape(local.shape)]
