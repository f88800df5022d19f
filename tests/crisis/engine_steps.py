"""One course of the engine, kept step by step: what was before each step, around it, and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from foedus.crisis.cohort import _move, _workspace
from foedus.crisis.hour import conclude, divide, new_state, new_surroundings, place_key, step_key, surround
from foedus.crisis.keyed import binomial, subkey, uniform
from foedus.crisis.layout import VARIABLES, State
from foedus.crisis.parameters import DTYPE, NAMES

if TYPE_CHECKING:
    from foedus.crisis import inputs, layout


@njit
def begin(parameters, world, plan):
    return new_state(parameters[0], world, plan), new_surroundings(world, plan.program.shape[1]), _workspace(world)


@njit
def _people(world, state, calm):
    for i in range(world.population.size):
        divide(state.pools[i, 0], world.share, calm[i, 0])


@njit
def _key(run_key, t):
    return step_key(run_key, t)


@njit
def surround_all(t, key, parameters, world, plan, with_alliance, state, around):
    return surround(t, key, parameters[0], world, plan, with_alliance, state, around)


@njit
def _move_all(key, parameters, world, state, around, calm, types, work):
    for i in range(world.population.size):
        _move(
            place_key(key, world.keys[i]), parameters[0], world, around.rates[i], around.sites[i, : world.sites[i]],
            around.happened[i], state.pools[i], state.street[i], calm[i], types[i], work,
        )  # fmt: skip


@njit
def _conclude(key, parameters, world, presence, state, around, day, new_day):
    conclude(key, parameters[0], world, presence, state, around, day, new_day)


@njit
def drawn(n, p, place, number):
    return binomial(n, p, subkey(place, number))


@njit
def key_of_place(key, place):
    return place_key(key, place)


@njit
def number(key, process, index):
    return uniform(subkey(key, process), index)


def copied(state: State) -> State:
    return State(*(array.copy() for array in state))


@dataclass
class Step:
    """What was before a step, around it, and after it; ``day`` before and after."""

    t: int
    key: np.uint64
    before: State
    begun: State  # with surroundings set
    after: State
    around: layout.Surroundings
    presence: float
    day: np.ndarray
    day_after: np.ndarray
    new_day: bool


@dataclass
class Course:
    world: layout.World
    plan: layout.Plan
    helped: bool
    steps: list[Step]


def records(values: dict[str, float]) -> np.ndarray:
    return np.array([tuple(values[name] for name in NAMES)], dtype=DTYPE)


def play(given: inputs.Inputs, values: dict[str, float], *, helped: bool, seed: int = 1) -> Course:
    world, plan, parameters = given.world, given.plan, records(values)
    state, around, work = begin(parameters, world, plan)
    places, kinds = len(world.population), len(world.hardship)
    calm = np.zeros((places, 4, kinds), dtype=np.int64)
    types = np.zeros((places, world.value.shape[1], 2, kinds), dtype=np.int64)
    _people(world, state, calm)
    day = np.zeros((places, len(VARIABLES)))
    steps = []
    for t in range(world.steps):
        key = np.uint64(_key(np.uint64(seed), t))
        before = copied(state)
        presence = surround_all(t, key, parameters, world, plan, helped, state, around)
        begun = copied(state)
        _move_all(key, parameters, world, state, around, calm, types, work)
        new_day = t == 0 or world.day[t] != world.day[t - 1]
        if new_day:
            day[:] = 0
        day_before = day.copy()
        _conclude(key, parameters, world, presence, state, around, day, new_day)
        kept = type(around)(*(array.copy() for array in around))
        steps.append(Step(t, key, before, begun, copied(state), kept, presence, day_before, day.copy(), new_day))
    return Course(world, plan, helped, steps)
