"""What both engines share of a step: before people move, what surrounds them; afterwards, what it did to the country.

Rates are taken at the middle of the step: crowds are extrapolated half a step ahead from the step before.
"""

from __future__ import annotations

import math

import numpy as np

from foedus.crisis.compiled import maker, part
from foedus.crisis.forces import aftermath, muster, receive, reinforce
from foedus.crisis.keyed import mix, subkey
from foedus.crisis.layout import (
    ALL_DEAD,
    ALL_DETAINED,
    ALL_WOUNDED,
    AMNESTY,
    ANGER,
    APPEALED,
    ARMED,
    ARREST,
    ARRESTED,
    AWAKE,
    AWARE,
    CALM_HOURS,
    CHOICE,
    CONCESSION,
    CROWD,
    DEAD,
    DECIDE,
    DECIDED,
    DIE,
    DIED,
    EMERGENCY,
    ESCALATE,
    EVENTS,
    FORCES,
    GO_HOME,
    GUARDS,
    HELD,
    HERE,
    HOME,
    HURT,
    JOINED,
    KINDS,
    LEGIT,
    LEGITIMACY,
    LETHAL,
    LOYAL,
    OFFICERS,
    OWN,
    PEAK,
    PERSON_HOURS,
    PRESENT,
    QUIET,
    RELEASE,
    RETURN,
    RISK,
    ROUND_UP,
    ROUNDED,
    SEC_DIED,
    SEC_HURT,
    SEEN,
    SHUTDOWN,
    SITES,
    SOLDIERS,
    TRIGGER,
    TROOPS,
    VIOLENT_MIDDLE,
    WITHDRAWN,
    WOUND,
    WOUNDED,
    State,
    Surroundings,
)
from foedus.crisis.rates import (
    HOURS,
    arrest_rate,
    clash_intensity,
    perceived_risk,
    round_up_rate,
    saturating,
)
from foedus.crisis.regime import (
    CALM_CROWD,
    HANDOVER_HOURS,
    LARGE_FORCE,
    decide,
    land,
    set_levels,
    soldiers_due,
    take_note,
)

MEMORY_HOURS = 6.0  # how long repression that was seen angers (assumed)
EXCHANGE_RATE = 25.0  # arrests that cost as much legitimacy as one death (assumed)


@maker
def new_state(p, world, plan):
    """Return the state at the start: everybody who could take part is quiet."""
    places, sites = world.population.size, world.value.shape[1]
    ring = math.ceil(world.by_road.max() / world.step) + 2
    state = State(
        np.zeros((places, 6), dtype=np.int64),
        np.zeros((places, sites, 2), dtype=np.int64),
        np.zeros((places, sites, 2)),
        np.zeros((places, sites), dtype=np.int64),
        np.zeros((places, 10)),
        np.zeros((ring, places)),
        np.zeros((max(1, round(HANDOVER_HOURS / world.step)), places)),
        plan.start.copy(),
        plan.start + plan.length,
        np.zeros(8),
    )
    for i in range(places):
        state.pools[i, QUIET] = int(world.population[i] * p.pool)
        state.slow[i, LEGIT] = p.legitimacy
        state.slow[i, LOYAL] = 1.0
    state.nation[APPEALED] = math.inf
    state.nation[DECIDED] = math.inf
    state.nation[WITHDRAWN] = math.inf
    return state


@maker
def copy_state(state):
    """Return an independent copy."""
    return State(
        state.pools.copy(),
        state.street.copy(),
        state.before.copy(),
        state.held.copy(),
        state.slow.copy(),
        state.transit.copy(),
        state.handover.copy(),
        state.start.copy(),
        state.stop.copy(),
        state.nation.copy(),
    )


@part
def divide(pool, share, out):
    """Divide the people of a pool into types by their ``share``: fill ``out`` [type], which sums to ``pool``."""
    upto = 0.0
    given = 0
    for g in range(share.size):
        upto += share[g]
        end = pool if g == share.size - 1 else min(pool, int(upto * pool + 0.5))
        out[g] = end - given
        given = end


@part
def both_arms(first, second):
    """Copy arm 0 of a run's figures [day, ...] into arm 1: until help comes they are one course."""
    target, source = second.reshape(-1), first.reshape(-1)
    for k in range(target.size):
        target[k] = source[k]


@part
def record(state, row):
    """Fill ``row`` [place, state] with the people in each of ``layout.STATES``."""
    for i in range(row.shape[0]):
        row[i, 0], row[i, 1] = state.pools[i, QUIET], state.pools[i, AWARE]
        row[i, 2], row[i, 3] = state.street[i, :, 0].sum(), state.street[i, :, 1].sum()
        row[i, 4], row[i, 5] = state.pools[i, HOME], state.pools[i, HELD]
        row[i, 6], row[i, 7] = state.pools[i, WOUNDED], state.pools[i, DEAD]


@maker
def new_surroundings(world, longest_program):
    """Return the arrays that every step fills anew."""
    places = world.population.size
    return Surroundings(
        np.zeros((len(KINDS), places)),
        np.zeros((places, 11)),
        np.zeros((places, world.value.shape[1], 8)),
        np.zeros((places, len(EVENTS)), dtype=np.int64),
        np.zeros((places, 2)),
        np.zeros(places),
        np.zeros(places),
        np.zeros(places),
        np.zeros(14),
        np.zeros(longest_program + 1),
    )


@part
def help_begins(t, p, world, plan, state, around):
    """Return whether the first foreign soldier is due in this step; until then both arms are one course."""
    take_note(t * world.step, p, plan, state)  # a decision of this very step may bring soldiers in it
    soldiers_due(t, world, plan, state.nation, around.due)
    return around.due[:, 0].sum() > 0.0


@part
def step_key(run_key, t):
    """Return the key of a step."""
    return subkey(run_key, t)


@part
def place_key(key, place):
    """Return the key of a place (by its code's number) in a step."""
    return mix(key ^ place)


@part
def surround(t, key, p, world, plan, with_alliance, state, around):
    """Fill ``around`` with what the step means for the people of every place."""
    rates, levels = around.rates, around.levels
    places = world.population.size
    around.happened[:] = 0
    set_levels(t, world, plan, state, levels)
    if decide(t, key, p, world, plan, state, around):
        set_levels(t, world, plan, state, levels)
    due, pull = around.due, around.pull
    due[:] = 0.0
    foreign = 0.0
    rates[:, SOLDIERS] = 0.0
    if with_alliance:
        soldiers_due(t, world, plan, state.nation, due)
        land(t, world, state, due, rates)
        foreign = rates[:, SOLDIERS].sum()
    presence = foreign / (foreign + LARGE_FORCE)
    receive(t, state)
    for i in range(places):
        state.slow[i, HERE] = rates[i, SOLDIERS]
        rates[i, CROWD] = _extrapolate(i, world, state, around.sites)
        pull[i] = saturating(rates[i, CROWD] / world.population[i], p.saturation)
        muster(i, p, world, state, levels, rates, presence, due[i, 1])
    reinforce(t, p, world, state, around)
    fresh = math.exp(-t * world.step / (HOURS * p.anger_days))
    for i in range(places):
        _place_rates(i, t, p, world, state, levels, rates, pull, fresh)
        _site_rates(i, p, world, state, levels, rates, around.sites)
    return presence


@part
def _extrapolate(i, world, state, sites):
    """Set the violent expected at each site in the middle of the step (in VIOLENT_MIDDLE) and return the crowd.

    Leaves the crowd of each site in GUARDS, which ``_site_rates`` then replaces.
    """
    crowd = 0.0
    for s in range(world.sites[i]):
        middle = 0.0
        for side in range(2):
            now = float(state.street[i, s, side])
            expected = max(0.0, now + 0.5 * (now - state.before[i, s, side]))
            state.before[i, s, side] = now
            middle += expected
            sites[i, s, VIOLENT_MIDDLE] = expected  # side 1 comes last and stays
        sites[i, s, GUARDS] = middle
        crowd += middle
    return crowd


@part
def _place_rates(i, t, p, world, state, levels, rates, pull, fresh):
    slow = state.slow[i]
    shut = levels[SHUTDOWN, i]
    held = state.held[i].sum() / world.sites[i]
    contacts = p.contact_local * (1.0 + p.shutdown_push * shut) * (1.0 + p.inspiration * held) * pull[i]
    media = 0.0
    for j in range(pull.size):
        media += world.coupling[i, j] * pull[j]
    contacts += p.contact_media * (1.0 - shut * (1.0 - p.media_left)) * media
    contacts *= 1.0 - p.curfew * levels[EMERGENCY, i]
    concession = levels[CONCESSION, i] * p.concession_effect
    officers, crowd = rates[i, OFFICERS], rates[i, CROWD]
    busy = min(1.0, crowd / (officers + 1.0))
    rates[i, AWAKE] = world.daylight[t, i] * contacts / HOURS + levels[TRIGGER, i]
    rates[i, GO_HOME] = (1.0 + concession) / (p.street_days * HOURS)
    rates[i, DECIDE] = 1.0 / p.decision_hours
    rates[i, ROUND_UP] = levels[EMERGENCY, i] * round_up_rate(officers, busy, float(state.pools[i, HOME]), p.round_ups)
    rates[i, RETURN] = 1.0 / (p.return_days * HOURS)
    rates[i, RELEASE] = 1.0 / (p.term_days * HOURS) + levels[AMNESTY, i] / HOURS  # an amnesty takes about a day
    rates[i, ANGER] = (1.0 - slow[LEGIT]) + world.shock[i] * p.price_shock * fresh * (1.0 - concession)


@part
def _site_rates(i, p, world, state, levels, rates, sites):
    officers, crowd = rates[i, OFFICERS], rates[i, CROWD]
    lethal = 1.0 + (p.lethal_order - 1.0) * levels[LETHAL, i]
    deterrence = p.deterrence * rates[i, SOLDIERS] / (rates[i, SOLDIERS] + LARGE_FORCE)
    escalate = p.escalation + p.escalation_repression * state.slow[i, SEEN] + p.escalation_armed * levels[ARMED, i]
    wounded = p.wounded_per_dead / math.sqrt(lethal)
    total = 0.0
    for s in range(world.sites[i]):
        here = sites[i, s, GUARDS]
        follow = here / crowd if crowd > 0.0 else world.value[i, s]
        guards = officers * ((1.0 - p.follow) * world.value[i, s] + p.follow * follow)
        violent = sites[i, s, VIOLENT_MIDDLE]
        peaceful_now, violent_now = float(state.street[i, s, 0]), float(state.street[i, s, 1])
        risk = perceived_risk(guards, here, world.ratio, deterrence)
        sites[i, s, RISK] = risk * (1.0 + p.severity * levels[LETHAL, i])  # what is risked weighs more (Epstein's J)
        # arrests and harm of the mid-step crowd, shared among those who are there now
        now = peaceful_now + violent_now
        sites[i, s, ARREST] = arrest_rate(guards, here, p.arrests) * (here / now if now > 0.0 else 0.0)
        exposed = violent_now + p.bystanders * peaceful_now
        die = p.deadliness * lethal * clash_intensity(guards, violent) / HOURS / exposed if exposed > 0.0 else 0.0
        sites[i, s, DIE] = die
        sites[i, s, WOUND] = die * wounded
        sites[i, s, ESCALATE] = escalate / HOURS
        sites[i, s, GUARDS] = guards
        herd = math.exp(p.herding * math.log1p(here)) if here > 0.0 else 1.0
        sites[i, s, CHOICE] = world.value[i, s] * herd
        total += sites[i, s, CHOICE]
    for s in range(world.sites[i]):
        sites[i, s, CHOICE] /= total


@part
def conclude(key, p, world, presence, state, around, day, new_day):
    """Settle what the step did to forces, sites, legitimacy and the country; add it to the day's figures."""
    crowd = 0.0
    nation = state.nation
    keep = math.exp(-0.5 * world.step / MEMORY_HOURS)
    for i in range(world.population.size):
        count, rates, slow = around.happened[i], around.rates[i], state.slow[i]
        now = state.before[i, : world.sites[i]].sum()
        after = float(state.street[i, : world.sites[i]].sum())
        aftermath(i, place_key(key, world.keys[i]), p, world, state, around)
        harm = count[DIED] + count[ARRESTED] / EXCHANGE_RATE
        slow[SEEN] = (slow[SEEN] * keep + min(world.step, 5.0 * harm / (now + 1.0))) * keep
        harm += count[ROUNDED] / EXCHANGE_RATE
        target = p.legitimacy + p.concession_legitimacy * around.levels[CONCESSION, i]
        slow[LEGIT] += (
            p.legitimacy_return * world.step / HOURS * (target - slow[LEGIT])
            - p.repression_cost * 5.0 * harm / world.population[i]
            - p.foreign_cost * world.step / HOURS * presence
        )
        slow[LEGIT] = min(1.0, max(0.0, slow[LEGIT]))
        for event in range(7):
            day[i, event] += count[event]
        if new_day:  # who is still out from the day before takes part today too
            day[i, JOINED] += now
        day[i, PEAK] = max(day[i, PEAK], after)
        day[i, SITES] = max(day[i, SITES], float(state.held[i].sum()))
        day[i, FORCES] = rates[OFFICERS]
        day[i, TROOPS] = rates[SOLDIERS]
        day[i, LEGITIMACY] = slow[LEGIT]
        day[i, PERSON_HOURS] += 0.5 * (now + after) * world.step
        day[i, PRESENT] = rates[OWN]
        nation[ALL_DEAD] += count[DIED] + count[SEC_DIED]
        nation[ALL_WOUNDED] += count[HURT] + count[SEC_HURT]
        nation[ALL_DETAINED] += count[ARRESTED] + count[ROUNDED]
        crowd += after
    nation[CALM_HOURS] = nation[CALM_HOURS] + world.step if crowd < CALM_CROWD else 0.0
