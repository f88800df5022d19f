"""Small made-up countries for the tests: everything switched on, few people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import crisis
from foedus.crisis.inputs import Inputs, compile_inputs
from foedus.crisis.layout import EVENTS, STATES, VARIABLES
from foedus.crisis.parameters import DTYPE, NAMES
from foedus.crisis.shape import Contingent, Event, Place

if TYPE_CHECKING:
    from foedus.crisis import Scenario

REAL = crisis.load_scenario("kazakhstan-2022")
START = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
# values that make every process happen often among a few hundred people
BUSY = {
    "legitimacy": 0.55, "price_shock": 0.4, "anger_days": 5, "contact_local": 40, "contact_media": 30, "media_left": 0.3,
    "shutdown_push": 0.4, "street_days": 0.8, "escalation": 1.0, "escalation_repression": 3, "escalation_armed": 3,
    "arrests": 0.5, "round_ups": 0.6, "deadliness": 1.2, "lethal_order": 4, "wounded_per_dead": 3,
    "security_wounded": 2.5, "security_dead": 0.3, "force_scale": 1, "exhaustion": 0.4, "stand_aside": 0.6,
    "repression_cost": 5, "concession_effect": 0.5, "curfew": 0.3, "severity": 0.5, "site_loss": 10,
    "freed_officers": 1.5, "deterrence": 0.5, "signal": 0.6, "foreign_cost": 0.02, "loyalty_loss": 0.5, "call_up": 0.3,
    "reinforce": 2, "inspiration": 0.8, "concession_legitimacy": 0.1, "decision_base": 0.01, "decision_pressure": 0.5,
    "council_hours": 6, "follow": 0.6, "herding": 0.6, "term_days": 2, "pool": 0.5, "saturation": 0.1,
    "decision_hours": 3, "noise": 0.05, "return_days": 0.5, "legitimacy_return": 0.1, "bystanders": 0.3,
}  # fmt: skip


def hour(value: float) -> dt.datetime:
    return START + dt.timedelta(hours=value)


def event(kind: str, start: float, end: float, size: float = 1.0, places: tuple[str, ...] = ()) -> Event:
    return Event(
        kind=kind, label=f"{kind} {start}", start=hour(start), end=hour(end), size=size, places=places, source="test"
    )


def place(code: str, population: int, **more: Any) -> Place:
    given = {"lon": 70.0, "lat": 50.0, "utc_offset": 0, "sites": 1, "shock": 1.0} | more
    return Place(code=code, name=code, population=population, **given)


def country(
    places: tuple[Place, ...], events: tuple[Event, ...], contingents: tuple[Contingent, ...] = (), days: int = 3,
    **more: Any,
) -> Scenario:  # fmt: skip
    return REAL.model_copy(
        update={
            "places": places, "events": events, "contingents": contingents, "rules": (), "start": START,
            "end": START + dt.timedelta(days=days), "clock_utc_offset": 0, "parameters": {}, **more,
        }
    )  # fmt: skip


def one_place(population: int = 300, **more: Any) -> Scenario:
    return country((place("A", population, officers=12, **more),), (event("trigger", 6, 12, 30),))


def three_places(scale: float = 1.0) -> Scenario:
    """Everything at once: shutdown, split, armed, lethal, emergency and round-ups, reinforcement, help, amnesty."""
    places = (
        place("A", round(300 * scale), officers=9 * scale, sites=4, shock=1.0),
        place("B", round(200 * scale), officers=14 * scale, sites=("square", "city_hall"), shock=0.6, lon=72.0),
        place("C", round(160 * scale), officers=12 * scale, sites=4, shock=0.2, lat=53.0),
    )
    events = (
        event("trigger", 6, 12, 40, ("A",)),
        event("trigger", 8, 14, 20, ("B",)),
        event("shutdown", 10.5, 30, 0.8),
        event("concession", 40, 72, 0.7, ("A", "B")),
        event("armed", 16, 40, 0.5, ("A",)),
        event("emergency", 18.25, 72),
        event("split", 14, 26, 1.0, ("A",)),
        event("lethal", 24, 44, 1.0, ("A",)),
        event("stand_down", 10, 20, 0.4, ("B",)),
        event("reinforcement", 30, 72, 6 * scale, ("A", "B")),
        event("amnesty", 60, 72, 0.5),
    )
    helper = Contingent(
        state="RUS", soldiers=(round(20 * scale), round(20 * scale)), consent="test", arrival=hour(20), complete=hour(28),
        departure=hour(60), gone=hour(70), places={"A": 0.7, "C": 0.3}, source="test",
    )  # fmt: skip
    return country(places, events, (helper,))


def parameters(**changes: float) -> dict[str, float]:
    values = {**BUSY, **changes}
    assert set(values) == set(NAMES)
    return values


def play(
    engine: str, inputs: Inputs, values: dict[str, float], runs: int, *, seed: int = 1, trace: bool = False
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Return totals by name [run, arm], daily figures and the trace of people by state."""
    import importlib

    simulate = importlib.import_module(f"foedus.crisis.{engine}").simulate
    records = np.array([tuple(values[name] for name in NAMES)] * runs, dtype=DTYPE)
    places = len(inputs.world.population)
    out = np.zeros((runs, 2, len(inputs.days), places, len(VARIABLES)))
    starts = np.zeros((runs, 2, len(inputs.measures)))
    seen = np.zeros((runs, 2, inputs.steps, places, len(STATES)) if trace else (0,) * 5, dtype=np.int64)
    simulate(seed, 0, records, inputs.world, inputs.plan, out, starts, seen)
    totals = {name: out[..., k].sum(axis=(2, 3)) for k, name in enumerate(EVENTS)}
    if trace:
        totals["peak"] = seen[..., 2:4].sum(axis=(-1, -2)).max(axis=-1)
    return totals, out, seen


def inputs_of(scenario: Scenario, **options: Any) -> Inputs:
    return compile_inputs(scenario, (4, 4), **options)
