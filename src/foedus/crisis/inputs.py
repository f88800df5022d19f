"""From a scenario to the arrays that the engines read: what is recorded, by hour and place."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from foedus.crisis.cohort import LAYERS
from foedus.crisis.scenario import MOMENTS
from foedus.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from foedus.crisis.scenario import Event, Scenario

HARDSHIP_LEVELS = AVERSION_LEVELS = 8
HANDOVER = dt.timedelta(hours=12)  # until foreign soldiers have taken over a guard (claimed: 12 to 24 h)
NEAR_KM = 300.0  # scale on which ties between places fade (assumed)
MEDIA_SHARE = 0.6  # of contagion between places that knows no distance (assumed)
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the kernel needs apart from parameters and seeds; shapes as in ``cohort.simulate``."""

    place: tuple[NDArray[np.generic], ...]
    layers: NDArray[np.float64]
    clock_day: NDArray[np.int64]
    fork: int
    days: list[dt.date]

    @property
    def hours(self) -> int:
        """Number of hourly steps."""
        return int(self.layers.shape[1])


def compile_inputs(scenario: Scenario, levels: tuple[int, int] = (HARDSHIP_LEVELS, AVERSION_LEVELS)) -> Inputs:
    """Return the arrays of a scenario; ``levels`` is the grid of (hardship, risk aversion) types.

    Raises:
        InputError: the period is not a whole number of hours.

    """
    hours, rest = divmod((scenario.end - scenario.start).total_seconds(), 3600)
    if rest:
        raise InputError("a scenario covers whole hours", found=f"{scenario.start} .. {scenario.end}")
    n_hours = int(hours)
    layers = np.zeros((len(LAYERS), n_hours, len(scenario.places)))
    layers[LAYERS.index("daylight")] = _daylight(scenario, n_hours)
    for event in scenario.events:
        _add_event(layers, scenario, event)
    _add_alliance(layers, scenario)
    present = np.flatnonzero(layers[LAYERS.index("alliance")].sum(axis=1))
    clock = scenario.start + dt.timedelta(hours=scenario.clock_utc_offset)
    first = clock.astimezone(dt.UTC)
    dates = [(first + dt.timedelta(hours=t)).date() for t in range(n_hours)]
    days = sorted(set(dates))
    hardship, aversion = (_grid.ravel() for _grid in np.meshgrid(*map(_midpoints, levels), indexing="ij"))
    place = (
        np.array([p.population for p in scenario.places], dtype=np.int64),
        np.array([p.shock for p in scenario.places]),
        np.array([p.population * scenario.officers_per_1000 / 1000 for p in scenario.places]),
        np.array([len(p.site_kinds) for p in scenario.places], dtype=np.int64),
        coupling(scenario),
        np.ascontiguousarray(hardship),
        np.ascontiguousarray(aversion),
    )
    return Inputs(
        place=place,
        layers=layers,
        clock_day=np.array([(date - days[0]).days for date in dates], dtype=np.int64),
        fork=int(present[0]) if present.size else n_hours,
        days=days,
    )


def coupling(scenario: Scenario) -> NDArray[np.float64]:
    """Return how strongly a crowd elsewhere is noticed, [place, place], rows summing to 1, zero on itself.

    A mixture of media, which know no distance (weights by population), and ties that fade with distance.
    """
    n = len(scenario.places)
    if n == 1:
        return np.zeros((1, 1))
    population = np.array([p.population for p in scenario.places], dtype=float)
    off = ~np.eye(n, dtype=bool)
    media = np.where(off, population, 0.0)
    ties = np.zeros((n, n))
    for i, here in enumerate(scenario.places):
        for j, there in enumerate(scenario.places):
            if i != j:
                km = _distance_km(here.lon, here.lat, there.lon, there.lat)
                ties[i, j] = (1.0 + km / NEAR_KM) ** -2
    media /= media.sum(axis=1, keepdims=True)
    ties /= ties.sum(axis=1, keepdims=True)
    return MEDIA_SHARE * media + (1.0 - MEDIA_SHARE) * ties


def _midpoints(levels: int) -> NDArray[np.float64]:
    return (np.arange(levels) + 0.5) / levels


def _daylight(scenario: Scenario, hours: int) -> NDArray[np.float64]:
    """Return activity by local hour: low at night, high in the evening, mean 1, averaged over the step."""
    fine = 12
    offsets = np.array([p.utc_offset for p in scenario.places])
    start = scenario.start.astimezone(dt.UTC)
    clock = start.hour + start.minute / 60
    moments = clock + (np.arange(hours * fine) + 0.5) / fine
    local = (moments[:, None] + offsets[None, :]) % 24
    profile = 1.0 + 0.9 * np.cos((local - 17.0) / 24 * 2 * math.pi)  # busiest at 17:00 (assumed)
    averaged: NDArray[np.float64] = profile.reshape(hours, fine, -1).mean(axis=1)
    return averaged


def _add_event(layers: NDArray[np.float64], scenario: Scenario, event: Event) -> None:
    if event.kind in {*MOMENTS, "amnesty"}:
        return
    if event.kind == "stand_down":  # officers ordered off the streets: a reinforcement below zero
        ordered = event.model_copy(update={"kind": "reinforcement"})
        for place in scenario.places:
            if not event.places or place.code in event.places:
                officers = place.population * scenario.officers_per_1000 / 1000
                one = ordered.model_copy(update={"places": (place.code,), "size": -event.size * officers})
                _add_event(layers, scenario, one)
        return
    covered = _cover(scenario, event.start, event.end or scenario.end)
    where = np.array([not event.places or p.code in event.places for p in scenario.places])
    size = event.size / 1000 if event.kind == "trigger" else event.size
    layer = layers[LAYERS.index(event.kind)]
    part = covered[:, None] * where[None, :] * size
    if event.kind == "reinforcement":
        # officers are shared among the named places by population
        population = np.array([p.population for p in scenario.places], dtype=float) * where
        layer += covered[:, None] * event.size * (population / population.sum())[None, :]
    elif event.kind == "trigger":
        layer += part
    else:
        np.maximum(layer, part, out=layer)


def _add_alliance(layers: NDArray[np.float64], scenario: Scenario) -> None:
    codes = [p.code for p in scenario.places]
    hours = layers.shape[1]
    moments = [scenario.start + dt.timedelta(hours=t + 0.5) for t in range(hours)]
    for contingent in scenario.contingents:
        total = sum(contingent.places.values())
        size = sum(contingent.soldiers) / 2
        for t, moment in enumerate(moments):
            for layer, delay in (("alliance", dt.timedelta()), ("alliance_ready", HANDOVER)):
                share = _ramp(moment - delay, contingent.arrival, contingent.complete)
                share -= _ramp(moment, contingent.departure, contingent.gone)
                for code, weight in contingent.places.items():
                    layers[LAYERS.index(layer), t, codes.index(code)] += max(0.0, share) * size * weight / total


def _ramp(moment: dt.datetime, start: dt.datetime, end: dt.datetime) -> float:
    if moment < start:
        return 0.0
    if moment >= end:
        return 1.0
    return (moment - start) / (end - start)


def _cover(scenario: Scenario, start: dt.datetime, end: dt.datetime) -> NDArray[np.float64]:
    """Return which part of each hour lies between two moments, 0 to 1."""
    hours = int((scenario.end - scenario.start).total_seconds() // 3600)
    edges = np.arange(hours + 1, dtype=float)
    low = (start - scenario.start).total_seconds() / 3600
    high = (end - scenario.start).total_seconds() / 3600
    shares: NDArray[np.float64] = np.clip(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0.0, 1.0)
    return shares


def _distance_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    a1, a2 = math.radians(lat1), math.radians(lat2)
    h = math.sin((a2 - a1) / 2) ** 2
    h += math.cos(a1) * math.cos(a2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(h)))
