"""The cohort engine: exact counts of exchangeable people, hour by hour, for a whole country.

People of the same place, type (hardship x risk aversion) and state are exchangeable, so the vector of counts is
itself a Markov chain with the law of the individual-based model: a draw on counts replaces millions of coin
tosses. Within an hour all ways out of a state compete; how many leave, and by which way, are exact binomials
with keyed random numbers (``keyed``). Rates are taken at the middle of the hour: crowds are extrapolated half a
step ahead.

The kernel knows no country, date or alliance: everything recorded comes in as arrays [layer, hour, place].
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from foedus.crisis.keyed import binomial, mix, subkey
from foedus.crisis.rates import (
    HOURS,
    arrest_rate,
    clash_intensity,
    join_probability,
    perceived_risk,
    round_up_rate,
    saturating,
)

STATES = ("quiet", "aware", "active", "violent", "home", "held", "wounded", "dead")
QUIET, AWARE, ACTIVE, VIOLENT, HOME, HELD, WOUNDED, DEAD = range(8)

# What happened in an hour at a place, counted over its types; the first six are daily outputs.
EVENTS = (
    "dead_civilian",
    "dead_security",
    "wounded_civilian",
    "wounded_security",
    "detained_crowd",
    "detained_round_up",
    "participants",
)
_DEAD, _SEC_DEAD, _HURT, _SEC_HURT, _ARRESTED, _ROUNDED, _JOINED = range(7)
VARIABLES = (*EVENTS, "crowd_peak", "sites_held_by_crowd", "forces", "alliance_troops", "legitimacy")
_PEAK, _SITES, _FORCES, _TROOPS, _LEGITIMACY = range(7, 12)

LAYERS = (
    "daylight",  # activity by hour of day, mean 1
    "shutdown",  # 1 while the internet is cut
    "trigger",  # people made aware from outside the model, per inhabitant and hour
    "concession",  # 0 to 1
    "armed",  # 1 where organised armed groups are claimed to act
    "lethal",  # 1 while an order to shoot stands
    "emergency",  # 1 while round-ups are possible
    "split",  # 1 where officers may stand aside
    "reinforcement",  # officers present beyond the base
    "alliance",  # foreign soldiers present
    "alliance_ready",  # of them, those who have taken over their tasks
)
(_DAYLIGHT, _SHUTDOWN, _TRIGGER, _CONCESSION, _ARMED, _LETHAL, _EMERGENCY, _SPLIT, _REINFORCED, _ALLIED, _READY) = range(11)  # fmt: skip  # noqa: E501

# Slow quantities of a place, [place, 5]
_LEGIT, _TIRED, _FALLEN, _SEEN, _BEFORE = range(5)

_LARGE_FORCE = 1000.0  # soldiers at which deterrence and signal reach half their effect (assumed)
_HOLD = 0.2  # violent people a guard can hold off at a site (assumed)
_MEMORY_HOURS = 6.0  # how long repression that was seen angers (assumed)
_RECOVERY = 0.15  # of exhaustion, per day (assumed)
_EXCHANGE_RATE = 25.0  # arrests that cost as much legitimacy as one death (assumed)


@njit(cache=True)
def _move_people(people, key, p, aware, anger, risk, rates, hardship, aversion, count):
    """Move the people of one place for one hour; add what happened to ``count``.

    ``rates``: leave, arrest, hurt, die, escalate, round-up, return, decide (per person and hour).
    """
    leave, arrest, hurt, die, escalate, round_up, comeback, decide = rates
    wake = -math.expm1(-aware)
    make_up_mind = -math.expm1(-decide)
    go_back = -math.expm1(-(round_up + comeback))
    caught = round_up / (round_up + comeback)
    for g in range(people.shape[0]):
        n = people[g]
        kind_key = subkey(key, g)
        join = join_probability(hardship[g] * anger, aversion[g], risk, p.noise)
        woken = binomial(n[QUIET], wake, subkey(kind_key, 0))
        decided = binomial(n[AWARE], make_up_mind, subkey(kind_key, 1))
        joined = binomial(decided, join, subkey(kind_key, 2))
        back = binomial(n[HOME], go_back, subkey(kind_key, 3))
        taken = binomial(back, caught, subkey(kind_key, 4))
        for side in range(2):  # 0 peaceful, 1 violent
            present = n[ACTIVE + side]
            if present == 0:
                continue
            exposure = 1.0 if side == 1 else p.bystanders
            r_home = leave + decide * (1.0 - join)
            r_hurt, r_die = hurt * exposure, die * exposure
            r_violent = escalate if side == 0 else 0.0
            left = r_home + arrest + r_hurt + r_die + r_violent
            rest = binomial(present, -math.expm1(-left), subkey(kind_key, 5 + 5 * side))
            n[ACTIVE + side] -= rest
            for way in range(4):
                rate = (r_die, r_hurt, r_violent, arrest)[way]
                if rest == 0 or rate <= 0.0:
                    continue
                part = binomial(rest, rate / left, subkey(kind_key, 6 + 5 * side + way))
                n[(DEAD, WOUNDED, VIOLENT, HELD)[way]] += part
                if way != 2:
                    count[(_DEAD, _HURT, 0, _ARRESTED)[way]] += part
                rest -= part
                left -= rate
            n[HOME] += rest
        n[QUIET] += decided - joined + back - taken - woken
        n[AWARE] += woken - decided
        n[ACTIVE] += joined
        n[HOME] -= back
        n[HELD] += taken
        count[_JOINED] += joined
        count[_ROUNDED] += taken


@njit(cache=True)
def _hour(t, run_key, p, place, layers, clock_day, with_alliance, people, slow, held, out):
    """Advance every place by one hour; ``out`` [day, place, variable] collects the day's figures."""
    population, shock, base, sites, coupling, hardship, aversion = place
    places = population.size
    crowd = np.empty(places)
    pull = np.empty(places)
    foreign = 0.0
    day = out[clock_day[t]]
    new_day = t == 0 or clock_day[t] != clock_day[t - 1]
    for i in range(places):
        now = float(people[i, :, ACTIVE].sum() + people[i, :, VIOLENT].sum())
        crowd[i] = max(0.0, now + 0.5 * (now - slow[i, _BEFORE]))
        slow[i, _BEFORE] = now
        pull[i] = saturating(crowd[i] / population[i], p.saturation)
        if with_alliance:
            foreign += layers[_ALLIED, t, i]
    presence = foreign / (foreign + _LARGE_FORCE)
    fresh = math.exp(-t / (HOURS * p.anger_days))
    hour_key = subkey(run_key, t)
    for i in range(places):
        key = subkey(hour_key, i)
        now = slow[i, _BEFORE]
        shut = layers[_SHUTDOWN, t, i]
        contacts = p.contact_local * (1.0 + p.shutdown_push * shut) * pull[i]
        contacts += p.contact_media * (1.0 - shut * (1.0 - p.media_left)) * (coupling[i] * pull).sum()
        contacts *= 1.0 - p.curfew * layers[_EMERGENCY, t, i]
        aware = layers[_DAYLIGHT, t, i] * contacts / HOURS + layers[_TRIGGER, t, i]

        allied = layers[_ALLIED, t, i] if with_alliance else 0.0
        ready = layers[_READY, t, i] if with_alliance else 0.0
        aside = p.stand_aside * layers[_SPLIT, t, i] * (1.0 - p.signal * presence)
        own = max(0.0, base[i] * p.force_scale + layers[_REINFORCED, t, i] - slow[i, _FALLEN])
        able = own * (1.0 - slow[i, _TIRED]) * (1.0 - aside)
        officers = able + min(p.freed_officers * ready, able)  # no more can be freed than there are

        violent = float(people[i, :, VIOLENT].sum())
        gone = float(people[i, :, HOME].sum())
        concession = layers[_CONCESSION, t, i] * p.concession_effect
        anger = (1.0 - slow[i, _LEGIT]) + shock[i] * p.price_shock * fresh * (1.0 - concession)
        risk = perceived_risk(officers, crowd[i], p.deterrence * allied / (allied + _LARGE_FORCE))
        risk *= 1.0 + p.severity * layers[_LETHAL, t, i]  # what is risked weighs more (Epstein's J)
        lethal = 1.0 + (p.lethal_order - 1.0) * layers[_LETHAL, t, i]
        clash = clash_intensity(officers, violent)
        exposed = violent + p.bystanders * (now - violent)
        die = p.deadliness * lethal * clash / HOURS / exposed if exposed > 0.0 else 0.0
        hurt = die * p.wounded_per_dead / math.sqrt(lethal)
        escalation = p.escalation + p.escalation_repression * slow[i, _SEEN] + p.escalation_armed * layers[_ARMED, t, i]
        idle = 1.0 - min(1.0, crowd[i] / (officers + 1.0))
        rates = (
            (1.0 + concession) / (p.street_days * HOURS),
            arrest_rate(officers, crowd[i], p.arrests),
            hurt,
            die,
            escalation / HOURS,
            layers[_EMERGENCY, t, i] * round_up_rate(officers, 1.0 - idle, gone, p.round_ups),
            1.0 / (p.return_days * HOURS),
            1.0 / p.decision_hours,
        )
        count = np.zeros(7, dtype=np.int64)
        if aware > 0.0 or now > 0.0 or people[i, :, AWARE].sum() > 0 or gone > 0.0:
            _move_people(people[i], key, p, aware, anger, risk, rates, hardship, aversion, count)

        # the security forces' own casualties, at the mean of the old and the new crowd
        after = float(people[i, :, ACTIVE].sum() + people[i, :, VIOLENT].sum())
        violent_after = float(people[i, :, VIOLENT].sum())
        strain = clash_intensity(officers, 0.5 * (violent + violent_after)) / (officers + 1.0) / HOURS
        standing = int(officers)
        count[_SEC_HURT] = binomial(standing, min(1.0, p.security_wounded * strain), subkey(key, 1_000_001))
        count[_SEC_DEAD] = binomial(
            standing, min(1.0, p.security_wounded * p.security_dead * strain), subkey(key, 1_000_002)
        )
        # a site falls where more violent people come than its guards hold off, and is retaken where guards outnumber
        guards, attackers = officers / sites[i], violent_after / sites[i]
        fall = p.site_loss / HOURS * max(0.0, attackers / (guards + 1.0) - _HOLD)
        retake = p.site_loss / HOURS * max(0.0, guards / (attackers + 1.0) - 1.0)
        lost = binomial(sites[i] - held[i], -math.expm1(-fall), subkey(key, 1_000_003))
        won = binomial(held[i], -math.expm1(-retake), subkey(key, 1_000_004))
        held[i] += lost - won

        slow[i, _FALLEN] += count[_SEC_HURT] + count[_SEC_DEAD]
        load = min(1.0, after / (officers + 1.0))
        slow[i, _TIRED] += (p.exhaustion * load - _RECOVERY * slow[i, _TIRED]) / HOURS
        slow[i, _TIRED] = min(0.9, max(0.0, slow[i, _TIRED]))
        harm = count[_DEAD] + count[_ARRESTED] / _EXCHANGE_RATE
        slow[i, _SEEN] = slow[i, _SEEN] * math.exp(-1.0 / _MEMORY_HOURS) + min(1.0, 5.0 * harm / (now + 1.0))
        harm += count[_ROUNDED] / _EXCHANGE_RATE
        slow[i, _LEGIT] += (
            p.legitimacy_return / HOURS * (p.legitimacy - slow[i, _LEGIT])
            - p.repression_cost * 5.0 * harm / population[i]
            - p.foreign_cost / HOURS * presence
        )
        slow[i, _LEGIT] = min(1.0, max(0.0, slow[i, _LEGIT]))

        for event in range(7):
            day[i, event] += count[event]
        if new_day:  # who is still out from the day before takes part today too
            day[i, _JOINED] += now
        day[i, _PEAK] = max(day[i, _PEAK], after)
        day[i, _SITES] = max(day[i, _SITES], held[i])
        day[i, _FORCES] = officers
        day[i, _TROOPS] = allied
        day[i, _LEGITIMACY] = slow[i, _LEGIT]


@njit(cache=True, nogil=True)
def simulate(seed, first_run, parameters, place, layers, clock_day, fork, out):
    """Simulate runs in both arms; fills ``out`` [run, arm, day, place, variable].

    Args:
        seed: of the ensemble.
        first_run: number of the first run; run i depends on (seed, i) only.
        parameters: one record (``parameters.DTYPE``) a run.
        place: population, price shock, base officers, sites [place], coupling [place, place], and the types'
            hardship and risk aversion [type].
        layers: what is recorded, [layer, hour, place] in the order of ``LAYERS``.
        clock_day: index of the output day for each hour.
        fork: first hour in which the alliance is present; until then both arms are one course.
        out: zeros; arm 0 has the alliance's help, arm 1 has not.

    """
    population = place[0]
    places, kinds, hours = population.size, place[5].size, layers.shape[1]
    ensemble_key = mix(np.uint64(seed) ^ np.uint64(0x5EED5EED5EED5EED))
    for run in range(parameters.size):
        p = parameters[run]
        run_key = subkey(ensemble_key, first_run + run)
        people = np.zeros((places, kinds, 8), dtype=np.int64)
        slow = np.zeros((places, 5))
        held = np.zeros(places, dtype=np.int64)
        for i in range(places):
            pool = int(population[i] * p.pool)
            for g in range(kinds):
                people[i, g, QUIET] = pool // kinds + (1 if g < pool % kinds else 0)
            slow[i, _LEGIT] = p.legitimacy
        for t in range(fork):
            _hour(t, run_key, p, place, layers, clock_day, True, people, slow, held, out[run, 0])
        out[run, 1] = out[run, 0]
        people_there, slow_there, held_there = people.copy(), slow.copy(), held.copy()
        for t in range(fork, hours):
            _hour(t, run_key, p, place, layers, clock_day, True, people, slow, held, out[run, 0])
        for t in range(fork, hours):
            _hour(
                t,
                run_key,
                p,
                place,
                layers,
                clock_day,
                False,
                people_there,
                slow_there,
                held_there,
                out[run, 1],
            )
