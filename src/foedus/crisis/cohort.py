"""The cohort engine: exact counts of exchangeable people, step by step, for a whole country.

People of the same place, type (hardship x risk aversion), state and, in the street, site are exchangeable, so the
vector of counts is itself a Markov chain with the law of the individual-based model: a draw on counts replaces
millions of coin tosses. Within a step all ways out of a state compete; how many leave, and by which way, are exact
binomials with keyed random numbers (``keyed``). Who is killed or wounded leaves the model, so their types are not
kept.

The kernel knows no country, date or alliance: everything recorded comes in as arrays (``layout``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from foedus.crisis.compiled import highest, kernel, maker, part
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
from foedus.crisis.keyed import binomial, leavers, leavers_each, mix, subkey, uniform, unit
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
from foedus.crisis.rates import THRESHOLD, join_probability

if TYPE_CHECKING:
    from foedus.crisis.layout import Counts, Floats

_FEW = 40.0  # up to this many expected, people are picked one by one
_FEW_JOIN = 8  # up to this many, those who join choose a site one by one
_BLOCK = 8  # types looked at together
_BEYOND = 2**62  # more than any number of people
_LARGEST_EXPONENT = 300.0  # exp of it, and of twice it, is still a number


class Workspace(NamedTuple):
    """Scratch that every place uses anew."""

    woken: Counts  # [type]
    decided: Counts  # [type]
    back: Counts  # [type]
    freed: Counts  # [type]
    caught: Counts  # [type]
    upto: Counts  # [type, in whole blocks] running sum of people
    ends: Counts  # [block, in whole blocks] the same at the end of each block of types
    climb: Floats  # [4, type]
    who: Counts  # [type]
    stay: Floats  # [site, type] chance to be out there for who makes up their mind
    chance: Floats  # [site]
    by_hardship: Floats  # [level]
    by_aversion: Floats  # [level]


@maker
def _workspace(world):
    kinds, sites = world.hardship.size, world.value.shape[1]
    blocks = math.ceil(kinds / _BLOCK)
    return Workspace(
        np.zeros(kinds, dtype=np.int64),
        np.zeros(kinds, dtype=np.int64),
        np.zeros(kinds, dtype=np.int64),
        np.zeros(kinds, dtype=np.int64),
        np.zeros(kinds, dtype=np.int64),
        np.full(blocks * _BLOCK, _BEYOND),
        np.full(math.ceil(blocks / _BLOCK) * _BLOCK, _BEYOND),
        np.zeros((4, kinds)),
        np.zeros(kinds, dtype=np.int64),
        np.zeros((sites, kinds)),
        np.zeros(sites),
        np.zeros(kinds // world.width),
        np.zeros(world.width),
    )


@part
def _shift(people, source, target):
    """Move ``people`` [type] from one state to another."""
    for g in range(people.size):
        source[g] -= people[g]
        target[g] += people[g]


@part
def _pick(source, total, hazard, key, work, out):
    """Let each of the people ``source`` [type] go with probability 1 - exp(-hazard).

    Fill ``out`` [type], if any go, and return how many. Few are drawn as one number and shared out one by one, which
    has the same law as a binomial for every type.
    """
    if total == 0 or not hazard > 0.0:
        return 0
    if total * hazard >= _FEW:
        return leavers_each(source, hazard, key, work.climb, work.who, out)
    went = leavers(total, hazard, subkey(key, 0))
    if went > 0:
        _share_out(source, total, went, key, work, out)
    return went


@part
def _share_out(source, total, went, key, work, out):
    """Pick ``went`` of the people ``source`` [type], without replacement; count them in ``out``."""
    upto, ends = work.upto, work.ends
    some = min(went, total - went)
    out[:] = 0
    if some > 0:
        reach = 0
        for g in range(source.size):
            reach += source[g]
            upto[g] = reach
        for block in range(upto.size // _BLOCK):
            ends[block] = upto[block * _BLOCK + _BLOCK - 1]
    counter = 0
    for _ in range(some):
        again = True
        while again:
            counter += 1
            person = int(uniform(key, counter) * total)
            # the type whose people reach beyond this one: counting needs no branch and is done for several at once
            block = 0
            for start in range(0, ends.size, _BLOCK):
                for k in range(_BLOCK):
                    block += ends[start + k] <= person
            g = block * _BLOCK
            for k in range(_BLOCK):
                g += upto[block * _BLOCK + k] <= person
            again = person < upto[g] - source[g] + out[g]  # the first of a type stand for those picked before
        out[g] += 1
    if some < went:  # it was those who stay
        for g in range(source.size):
            out[g] = source[g] - out[g]


@part
def _weigh(anger, noise, there, world, work):
    """Fill ``work.stay`` [site, type]; ``there`` [site, rate].

    Both sides of a site and those who join ask for the same chances, so they are taken once. On the grid of types
    exp(-net / noise) is a product, so exponentials are needed for its margins only.
    """
    hardship, aversion, stay = world.hardship, world.aversion, work.stay
    by_hardship, by_aversion, width = work.by_hardship, work.by_aversion, work.by_aversion.size
    if noise * _LARGEST_EXPONENT <= anger + highest(there[:, RISK]) + THRESHOLD:  # nearly Epstein's sharp threshold
        for s in range(there.shape[0]):
            for g in range(hardship.size):
                stay[s, g] = join_probability(hardship[g] * anger, aversion[g], there[s, RISK], noise)
        return
    for h in range(by_hardship.size):
        by_hardship[h] = math.exp((THRESHOLD - hardship[h * width] * anger) / noise)
    for s in range(there.shape[0]):
        for a in range(width):
            by_aversion[a] = math.exp(aversion[a] * there[s, RISK] / noise)
        for h in range(by_hardship.size):
            for a in range(width):
                stay[s, h * width + a] = 1.0 / (1.0 + by_hardship[h] * by_aversion[a])


@part
def _join(key, there, work, types, street):
    """Let those who decided choose a site and join it or not; replace ``work.decided`` by how many joined.

    ``there`` [site, rate], ``types`` [site, side, type], ``street`` [site, side]. Returns how many joined in all.
    """
    sites = there.shape[0]
    decided, stay, chance = work.decided, work.stay, work.chance
    safest = there[:, RISK].argmin()
    joined = 0
    for g in range(decided.size):
        if decided[g] == 0:
            continue
        type_key = subkey(key, g)
        most = decided[g] * stay[safest, g]  # expected, if all chose the safest site
        if most <= 0.49 and unit(type_key) <= 1.0 - most:  # ``binomial`` would end with none, as p < .5
            decided[g] = 0
            continue
        total = 0.0
        for s in range(sites):
            chance[s] = there[s, CHOICE] * stay[s, g]
            total += chance[s]
        rest = binomial(decided[g], total, type_key)
        decided[g] = rest
        joined += rest
        if rest <= _FEW_JOIN:
            for k in range(rest):
                u = uniform(type_key, k) * total
                s = 0
                while s < sites - 1 and u >= chance[s]:
                    u -= chance[s]
                    s += 1
                types[s, 0, g] += 1
                street[s, 0] += 1
            continue
        for s in range(sites):
            if rest == 0:
                break
            part = rest if s == sites - 1 else binomial(rest, chance[s] / total, subkey(type_key, 1 + s))
            types[s, 0, g] += part
            street[s, 0] += part
            rest -= part
            total -= chance[s]
    return joined


@part
def _leave(key, step, side, exposure, rates, there, stay, count, pools, present, calm, violent):
    """Move the participants of one site and side: home, into detention, hurt, killed, or to violence.

    ``there`` [rate] and ``stay`` [type] of the site, ``present`` [type] are the participants, ``violent`` [type]
    those of the same site who are violent. Returns how many left, and how many of them turned violent.
    """
    die, wound = there[DIE] * exposure, there[WOUND] * exposure
    escalate = there[ESCALATE] if side == 0 else 0.0
    others = escalate + there[ARREST]
    danger = die + (wound + others)
    gone = 0
    turned = 0
    for g in range(present.size):
        if present[g] == 0:
            continue
        rate = danger + rates[GO_HOME] + rates[DECIDE] * (1.0 - stay[g])
        type_key = subkey(key, g)
        left = leavers(present[g], rate * step, type_key)
        if left == 0:
            continue
        present[g] -= left
        gone += left
        harmed = binomial(left, danger / rate, subkey(type_key, 1))
        calm[HOME, g] += left - harmed
        pools[HOME] += left - harmed
        if harmed == 0:
            continue
        # the ways share out what is left; each share is written so that the last one with a rate takes all
        part = binomial(harmed, die / (die + (wound + others)), subkey(type_key, 2))
        pools[DEAD] += part
        count[DIED] += part
        harmed -= part
        part = harmed if others <= 0.0 else binomial(harmed, wound / (wound + others), subkey(type_key, 3))
        pools[WOUNDED] += part
        count[HURT] += part
        harmed -= part
        part = harmed
        if harmed > 0 and escalate > 0.0:
            part = binomial(harmed, there[ARREST] / others, subkey(type_key, 4))
            violent[g] += harmed - part
            turned += harmed - part
        calm[HELD, g] += part
        pools[HELD] += part
        count[ARRESTED] += part
    return gone, turned


@part
def _move(key, p, world, rates, there, count, pools, street, calm, types, work):
    """Move the people of one place for one step.

    ``there`` [site, rate], ``street`` [site, side], ``calm`` [4, type], ``types`` [site, side, type].
    """
    step = world.step
    woken, decided, back, freed = work.woken, work.decided, work.back, work.freed
    leave_home = rates[ROUND_UP] + rates[RETURN]
    all_woken = _pick(calm[QUIET], pools[QUIET], rates[AWAKE] * step, subkey(key, 1), work, woken)
    all_decided = _pick(calm[AWARE], pools[AWARE], rates[DECIDE] * step, subkey(key, 2), work, decided)
    all_back = _pick(calm[HOME], pools[HOME], leave_home * step, subkey(key, 3), work, back)
    all_freed = _pick(calm[HELD], pools[HELD], rates[RELEASE] * step, subkey(key, 4), work, freed)
    if all_decided > 0 or street.any():
        _weigh(rates[ANGER], p.noise, there, world, work)
    # violent first: whoever turns violent in this step is not moved twice
    for side in (1, 0):
        exposure = 1.0 if side == 1 else p.bystanders
        for s in range(there.shape[0]):
            if street[s, side] > 0:
                gone, turned = _leave(
                    subkey(key, 100 + 2 * s + side), step, side, exposure, rates, there[s], work.stay[s],
                    count, pools, types[s, side], calm, types[s, 1],
                )  # fmt: skip
                street[s, side] -= gone
                street[s, 1] += turned
    if all_woken > 0:
        _shift(woken, calm[QUIET], calm[AWARE])
        pools[QUIET] -= all_woken
        pools[AWARE] += all_woken
    if all_decided > 0:
        _shift(decided, calm[AWARE], calm[QUIET])
        joined = _join(subkey(key, 5), there, work, types, street)
        for g in range(decided.size):
            calm[QUIET, g] -= decided[g]
        pools[AWARE] -= all_decided
        pools[QUIET] += all_decided - joined
        count[JOINED] += joined
    if all_back > 0:
        caught = 0
        if rates[ROUND_UP] > 0.0:
            among = math.log(leave_home / rates[RETURN])  # so that exp(-among) is the share who go back unharmed
            caught = _pick(back, all_back, among, subkey(key, 6), work, work.caught)
            if caught > 0:
                _shift(work.caught, calm[QUIET], calm[HELD])
        _shift(back, calm[HOME], calm[QUIET])
        pools[HOME] -= all_back
        pools[QUIET] += all_back - caught
        pools[HELD] += caught
        count[ROUNDED] += caught
    if all_freed > 0:
        _shift(freed, calm[HELD], calm[HOME])
        pools[HELD] -= all_freed
        pools[HOME] += all_freed


@kernel
def simulate(seed, first_run, parameters, world, plan, out, starts, trace):
    """Simulate runs in both arms.

    Args:
        seed: of the ensemble.
        first_run: number of the first run; run i depends on (seed, i) only.
        parameters: one record (``parameters.DTYPE``) a run.
        world: what is given (``layout.World``).
        plan: what is recorded or may happen (``layout.Plan``).
        out: zeros, [run, arm, day, place, variable]; arm 0 has the alliance's help, arm 1 has not.
        starts: to fill, [run, arm, measure]: when each measure began, in hours (infinite: never).
        trace: people by state, [run, arm, step, place, state of ``layout.STATES``], filled if it is not empty.

    """
    places, kinds, steps = world.population.size, world.hardship.size, world.steps
    ensemble_key = mix(np.uint64(seed) ^ np.uint64(0x5EED5EED5EED5EED))
    around = new_surroundings(world, plan.program.shape[1])
    work = _workspace(world)
    for run in range(parameters.size):
        p = parameters[run]
        run_key = subkey(ensemble_key, first_run + run)
        state = new_state(p, world, plan)
        calm = np.zeros((places, 4, kinds), dtype=np.int64)
        types = np.zeros((places, world.value.shape[1], 2, kinds), dtype=np.int64)
        for i in range(places):
            divide(state.pools[i, QUIET], world.share, calm[i, QUIET])
        fork = -1
        state_there, calm_there, types_there = state, calm, types
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
                state, calm, types = state_there, calm_there, types_there
            for t in range(first, steps):
                if arm == 0 and fork < 0 and help_begins(t, p, world, plan, state, around):
                    fork = t
                    state_there, calm_there, types_there = copy_state(state), calm.copy(), types.copy()
                    both_arms(out[run, 0], out[run, 1])
                    if trace.size > 0:
                        both_arms(trace[run, 0], trace[run, 1])
                key = step_key(run_key, t)
                presence = surround(t, key, p, world, plan, arm == 0, state, around)
                for i in range(places):
                    rates, pools, street = around.rates[i], state.pools[i], state.street[i]
                    if rates[AWAKE] > 0.0 or pools[AWARE] + pools[HOME] + pools[HELD] > 0 or street.any():
                        _move(
                            place_key(key, world.keys[i]), p, world, rates, around.sites[i, : world.sites[i]],
                            around.happened[i], pools, street, calm[i], types[i], work,
                        )  # fmt: skip
                day = world.day[t]
                new_day = t == 0 or day != world.day[t - 1]
                conclude(key, p, world, presence, state, around, out[run, arm, day], new_day)
                if trace.size > 0:
                    record(state, trace[run, arm, t])
            both_arms(state.start, starts[run, arm])
