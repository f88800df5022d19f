"""The individual engine: one person per inhabitant who could take part, with an own type, state and site.

The law is that of the cohort engine, told person by person; whatever is not people (forces, state, alliance,
legitimacy) is the same code. Cost follows the crowd: people who are quiet, at home or detained share one rate, so
the number who move is drawn first and then who they are; only those in the street are visited one by one.
"""

from __future__ import annotations

import math

import numpy as np

from foedus.crisis.compiled import kernel, maker, part
from foedus.crisis.hour import (
    both_arms,
    conclude,
    copy_state,
    divide,
    help_begins,
    new_state,
    new_surroundings,
    place_key,
    record,
    step_key,
    surround,
)
from foedus.crisis.keyed import binomial, mix, subkey, uniform
from foedus.crisis.layout import (
    ANGER,
    ARREST,
    ARRESTED,
    AWAKE,
    AWARE,
    CHOICE,
    DEAD,
    DECIDE,
    DIE,
    DIED,
    ESCALATE,
    GO_HOME,
    HELD,
    HOME,
    HURT,
    JOINED,
    QUIET,
    RELEASE,
    RETURN,
    RISK,
    ROUND_UP,
    ROUNDED,
    WOUND,
    WOUNDED,
)
from foedus.crisis.rates import join_probability

# lists of people who are not quiet, by place; a person's entry in ``where`` is the list, or none
_AWARE, _HOME, _HELD, _STREET, _NOWHERE, _GONE = range(6)
_LISTS = 4


@maker
def _people(world, state):
    """Return the type of every person [person], and where each place's people begin [place + 1]."""
    places, kinds = world.population.size, world.hardship.size
    begin = np.zeros(places + 1, dtype=np.int64)
    for i in range(places):
        begin[i + 1] = begin[i] + state.pools[i, QUIET]
    kind = np.empty(begin[places], dtype=np.uint16)
    number = np.empty(kinds, dtype=np.int64)
    for i in range(places):
        divide(state.pools[i, QUIET], world.share, number)
        person = begin[i]
        for g in range(kinds):
            kind[person : person + number[g]] = g
            person += number[g]
    return kind, begin


@maker
def _copied(lists, length, begin):
    """Copy the used parts of the lists; what was never used stays untouched memory."""
    copy = np.empty_like(lists)
    for which in range(length.shape[0]):
        for i in range(length.shape[1]):
            for k in range(begin[i], begin[i] + length[which, i]):
                copy[which, k] = lists[which, k]
    return copy


@part
def _draw(members, size, went, key):
    """Move ``went`` of the ``size`` first members, picked at random, to the end of them."""
    for k in range(went):
        last = size - 1 - k
        chosen = int(uniform(key, k) * (last + 1))
        members[chosen], members[last] = members[last], members[chosen]


@part
def _wake(key, step, awake, pool, begin, end, where, members, size):
    """Make quiet people aware: how many is drawn first, then who; returns how many."""
    woken = binomial(pool, -math.expm1(-awake * step), subkey(key, 0))
    counter = 0
    found = 0
    while found < woken:
        person = begin + int(uniform(subkey(key, 1), counter) * (end - begin))
        counter += 1
        if where[person] == _NOWHERE:
            where[person] = _AWARE
            members[size + found] = person
            found += 1
    return woken


@part
def _goes(rest, there, exposure, side, home):
    """Return where one who leaves the street goes: 0 home, 1 detained, 2 wounded, 3 killed, 4 violent.

    ``rest``: a uniform number times the sum of all rates.
    """
    rest -= home
    if rest < 0.0:
        return 0
    rest -= there[DIE] * exposure
    if rest < 0.0:
        return 3
    rest -= there[WOUND] * exposure
    if rest < 0.0:
        return 2
    if side == 0:
        rest -= there[ESCALATE]
        if rest < 0.0:
            return 4
    return 1


@part
def _street(key, step, p, world, rates, there, count, pools, street, kind, where, spot, people, length):
    """Visit every participant of a place once.

    ``people`` [list, person of the place]; ``length`` [list]; ``spot`` of who stands there in the list of the street.
    """
    k = 0
    visit = 0
    while k < length[_STREET]:
        person = people[_STREET, k]
        person_key = subkey(key, visit)
        visit += 1
        site, side = spot[k] >> 1, spot[k] & 1
        exposure = 1.0 if side == 1 else p.bystanders
        danger = there[site, ARREST] + (there[site, DIE] + there[site, WOUND]) * exposure
        if side == 0:
            danger += there[site, ESCALATE]
        u = uniform(person_key, 0)
        if u >= (danger + rates[GO_HOME] + rates[DECIDE]) * step:  # stays whatever the type: spare looking it up
            k += 1
            continue
        g = kind[person]
        stay = join_probability(world.hardship[g] * rates[ANGER], world.aversion[g], there[site, RISK], p.noise)
        home = rates[GO_HOME] + rates[DECIDE] * (1.0 - stay)
        if u >= -math.expm1(-(danger + home) * step):
            k += 1
            continue
        to = _goes(uniform(person_key, 1) * (danger + home), there[site], exposure, side, home)
        street[site, side] -= 1
        if to == 4:
            spot[k] |= 1
            street[site, 1] += 1
            k += 1
            continue
        length[_STREET] -= 1
        people[_STREET, k], spot[k] = people[_STREET, length[_STREET]], spot[length[_STREET]]
        if to == 0:
            _enter(person, _HOME, where, people, length)
            pools[HOME] += 1
        elif to == 1:
            _enter(person, _HELD, where, people, length)
            pools[HELD] += 1
            count[ARRESTED] += 1
        else:
            where[person] = _GONE
            pools[WOUNDED if to == 2 else DEAD] += 1
            count[HURT if to == 2 else DIED] += 1


@part
def _enter(person, which, where, people, length):
    where[person] = which
    people[which, length[which]] = person
    length[which] += 1


@maker
def _move(key, p, world, rates, there, count, pools, street, kind, where, spot, people, length, begin, end):
    """Move the people of one place for one step; ``there`` [site, rate]."""
    step = world.step
    # who moves is settled from the state before the step, then everybody is moved
    decided = binomial(pools[AWARE], -math.expm1(-rates[DECIDE] * step), subkey(key, 2))
    _draw(people[_AWARE], length[_AWARE], decided, subkey(key, 12))
    leave_home = rates[ROUND_UP] + rates[RETURN]
    back = binomial(pools[HOME], -math.expm1(-leave_home * step), subkey(key, 3))
    _draw(people[_HOME], length[_HOME], back, subkey(key, 13))
    freed = binomial(pools[HELD], -math.expm1(-rates[RELEASE] * step), subkey(key, 4))
    _draw(people[_HELD], length[_HELD], freed, subkey(key, 14))
    length[_AWARE] -= decided
    length[_HOME] -= back
    length[_HELD] -= freed
    movers = np.empty(decided + back + freed, dtype=np.int32)
    for k in range(decided):
        movers[k] = people[_AWARE, length[_AWARE] + k]
    for k in range(back):
        movers[decided + k] = people[_HOME, length[_HOME] + k]
    for k in range(freed):
        movers[decided + back + k] = people[_HELD, length[_HELD] + k]
    woken = _wake(subkey(key, 1), step, rates[AWAKE], pools[QUIET], begin, end, where, people[_AWARE], length[_AWARE])
    length[_AWARE] += woken
    pools[QUIET] -= woken
    pools[AWARE] += woken - decided
    _street(subkey(key, 7), step, p, world, rates, there, count, pools, street, kind, where, spot, people, length)
    for k in range(decided):
        person = movers[k]
        person_key = subkey(subkey(key, 5), k)
        site = 0
        u = uniform(person_key, 0)
        while site < there.shape[0] - 1 and u >= there[site, CHOICE]:
            u -= there[site, CHOICE]
            site += 1
        g = kind[person]
        join = join_probability(world.hardship[g] * rates[ANGER], world.aversion[g], there[site, RISK], p.noise)
        if uniform(person_key, 1) < join:
            spot[length[_STREET]] = 2 * site
            _enter(person, _STREET, where, people, length)
            street[site, 0] += 1
            count[JOINED] += 1
        else:
            where[person] = _NOWHERE
            pools[QUIET] += 1
    for k in range(back):
        person = movers[decided + k]
        pools[HOME] -= 1
        if uniform(subkey(key, 6), k) < rates[ROUND_UP] / leave_home:
            _enter(person, _HELD, where, people, length)
            pools[HELD] += 1
            count[ROUNDED] += 1
        else:
            where[person] = _NOWHERE
            pools[QUIET] += 1
    for k in range(freed):
        _enter(movers[decided + back + k], _HOME, where, people, length)
        pools[HELD] -= 1
        pools[HOME] += 1


@kernel
def simulate(seed, first_run, parameters, world, plan, out, starts, trace):
    """Simulate runs in both arms; arguments and results as in ``cohort.simulate``."""
    places, steps = world.population.size, world.steps
    ensemble_key = mix(np.uint64(seed) ^ np.uint64(0xA6E275A6E275A6E2))
    around = new_surroundings(world, plan.program.shape[1])
    for run in range(parameters.size):
        p = parameters[run]
        run_key = subkey(ensemble_key, first_run + run)
        state = new_state(p, world, plan)
        kind, begin = _people(world, state)
        where = np.full(kind.size, _NOWHERE, dtype=np.uint8)
        spot = np.zeros(kind.size, dtype=np.uint8)  # site and side, in the order of the list of the street
        people = np.empty((_LISTS, kind.size), dtype=np.int32)  # untouched memory costs nothing
        length = np.zeros((_LISTS, places), dtype=np.int64)
        fork = -1
        state_there, where_there, spot_there, people_there, length_there = state, where, spot, people, length
        for arm in range(2):
            first = 0
            if arm == 1:
                if fork < 0:
                    both_arms(out[run, 0], out[run, 1])
                    both_arms(starts[run, 0], starts[run, 1])
                    if trace.size > 0:
                        both_arms(trace[run, 0], trace[run, 1])
                    break
                first = fork
                state, where, spot, people, length = state_there, where_there, spot_there, people_there, length_there
            for t in range(first, steps):
                if arm == 0 and fork < 0 and help_begins(t, p, world, plan, state, around):
                    fork = t
                    state_there, where_there, spot_there = copy_state(state), where.copy(), spot.copy()
                    people_there, length_there = _copied(people, length, begin), length.copy()
                    both_arms(out[run, 0], out[run, 1])
                    if trace.size > 0:
                        both_arms(trace[run, 0], trace[run, 1])
                key = step_key(run_key, t)
                presence = surround(t, key, p, world, plan, arm == 0, state, around)
                for i in range(places):
                    pools, street = state.pools[i], state.street[i]
                    if (
                        around.rates[i, AWAKE] > 0.0
                        or pools[AWARE] + pools[HOME] + pools[HELD] + length[_STREET, i] > 0
                    ):
                        _move(
                            place_key(key, world.keys[i]), p, world, around.rates[i],
                            around.sites[i, : world.sites[i]], around.happened[i], pools, street, kind, where,
                            spot[begin[i] : begin[i + 1]], people[:, begin[i] : begin[i + 1]], length[:, i],
                            begin[i], begin[i + 1],
                        )  # fmt: skip
                day = world.day[t]
                new_day = t == 0 or day != world.day[t - 1]
                conclude(key, p, world, presence, state, around, out[run, arm, day], new_day)
                if trace.size > 0:
                    record(state, trace[run, arm, t])
            both_arms(state.start, starts[run, arm])
