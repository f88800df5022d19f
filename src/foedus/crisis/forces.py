"""Security forces: who is there and acts, who is sent where, whether sites hold, what the fighting costs them."""

from __future__ import annotations

import math

from foedus.crisis.compiled import part
from foedus.crisis.keyed import binomial, subkey
from foedus.crisis.layout import (
    CALLED,
    CROWD,
    EMERGENCY,
    FALLEN,
    GUARDS,
    LOYAL,
    MOVED,
    OFFICERS,
    OWN,
    READY,
    REINFORCED,
    SEC_DIED,
    SEC_HURT,
    SOLDIERS,
    SPLIT,
    STAND_DOWN,
    TIRED,
    VIOLENT_MIDDLE,
)
from foedus.crisis.rates import HOURS, clash_intensity

RECOVERY = 0.15  # of exhaustion and loyalty, per day (assumed)
HOLD = 0.2  # violent people a guard can hold off at a site (assumed)
HOME_GUARD = 0.6  # share of a place's officers that is never sent away (assumed)


@part
def receive(t, state):
    """Let officers arrive whose journey ends with this step."""
    slot = t % state.transit.shape[0]
    for i in range(state.transit.shape[1]):
        state.slow[i, MOVED] += state.transit[slot, i]
        state.transit[slot, i] = 0.0


@part
def muster(i, p, world, state, levels, rates, presence, departed):
    """Set who is there (OWN) and who acts (OFFICERS) at a place; ``departed``: foreign soldiers gone home."""
    slow = state.slow[i]
    base = world.base[i] * p.force_scale
    whole = max(0.0, base + slow[MOVED] + slow[CALLED] + levels[REINFORCED, i])
    slow[FALLEN] = min(slow[FALLEN], whole)  # where a reinforcement has ended, the others were of it
    alive = whole - slow[FALLEN]
    off = min(levels[STAND_DOWN, i] * base, base + min(0.0, slow[MOVED]))  # the place's own, and at home
    own = alive - off * alive / whole if whole > 0.0 else 0.0
    aside = p.stand_aside * levels[SPLIT, i] * (1.0 - p.signal * presence)
    able = own * (1.0 - slow[TIRED]) * (1.0 - aside) * slow[LOYAL]
    ready = min(rates[i, SOLDIERS], max(0.0, slow[READY] - departed))
    rates[i, OWN] = own
    rates[i, OFFICERS] = able + min(p.freed_officers * ready, able)  # no more can be freed than there are


@part
def reinforce(t, p, world, state, around):
    """Send officers from places that can spare them to places in need; those called up or recorded stay."""
    ring = state.transit.shape[0]
    places = world.population.size
    wanted = 0.0
    rates, need, spare = around.rates, around.need, around.spare
    for i in range(places):
        faced = rates[i, CROWD] * (1.0 - around.levels[STAND_DOWN, i])  # who is ordered off is not replaced
        need[i] = max(0.0, faced - rates[i, OFFICERS] - state.transit[:, i].sum())
        staying = HOME_GUARD * world.base[i] * p.force_scale
        movable = rates[i, OWN] - state.slow[i, CALLED] - around.levels[REINFORCED, i]
        spare[i] = max(0.0, min(rates[i, OFFICERS] - rates[i, CROWD], movable) - staying)
        wanted += need[i]
    available = spare.sum()
    if wanted <= 0.0 or available <= 0.0 or p.reinforce <= 0.0:
        return
    part = min(-math.expm1(-p.reinforce * world.step / HOURS), wanted / available)  # no more than wanted set out
    for j in range(places):
        if spare[j] <= 0.0:
            continue
        for i in range(places):
            if need[i] <= 0.0 or i == j:
                continue
            sent = spare[j] * part * need[i] / wanted
            hours = world.by_road[j, i]
            if not _closed(j, world, state) and not _closed(i, world, state):
                hours = min(hours, world.by_air[j, i])
            lag = min(ring - 1, max(1, math.ceil(hours / world.step)))
            state.transit[(t + lag) % ring, i] += sent
            state.slow[j, MOVED] -= sent


@part
def _closed(i, world, state):
    """Return whether nothing can fly from or to a place: it has no airport, or the crowd holds it."""
    field = world.airport[i]
    return field < 0 or state.held[i, field] == 1


@part
def aftermath(i, key, p, world, state, around):
    """Casualties of the forces, sites lost and retaken, exhaustion, loyalty and call-up at the end of a step."""
    slow = state.slow[i]
    rates, sites, happened = around.rates, around.sites, around.happened
    hours = world.step
    officers = rates[i, OFFICERS]
    strain = 0.0
    crowd = 0.0
    violent = 0.0
    for s in range(world.sites[i]):
        # the mean of the crowd expected at the middle of the step and of the one at its end
        fighting = 0.5 * (sites[i, s, VIOLENT_MIDDLE] + state.street[i, s, 1])
        strain += clash_intensity(sites[i, s, GUARDS], fighting)
        crowd += state.street[i, s, 0] + state.street[i, s, 1]
        violent += state.street[i, s, 1]
    if strain > 0.0:
        strain *= hours / HOURS / (officers + 1.0)
        standing = int(min(officers, rates[i, OWN]))  # those freed by others are the same people
        hurt = -math.expm1(-p.security_wounded * strain)
        die = -math.expm1(-p.security_wounded * p.security_dead * strain)
        happened[i, SEC_HURT] = binomial(standing, hurt, subkey(key, 1_000_001))
        happened[i, SEC_DIED] = binomial(standing - happened[i, SEC_HURT], die, subkey(key, 1_000_002))
        slow[FALLEN] += happened[i, SEC_HURT] + happened[i, SEC_DIED]
    for s in range(world.sites[i]):
        # a site falls to more violent people than its guards hold off, and is retaken where guards outnumber
        guards, attackers = sites[i, s, GUARDS], float(state.street[i, s, 1])
        if state.held[i, s] == 0:
            rate = max(0.0, attackers / (guards + 1.0) - HOLD)
        else:
            rate = max(0.0, guards / (attackers + 1.0) - 1.0)
        if rate > 0.0 and binomial(1, -math.expm1(-p.site_loss * hours / HOURS * rate), subkey(key, 1_000_010 + s)):
            state.held[i, s] = 1 - state.held[i, s]
    load = min(1.0, crowd / (officers + 1.0))
    slow[TIRED] += (p.exhaustion * load - RECOVERY * slow[TIRED]) * hours / HOURS
    slow[TIRED] = min(0.9, max(0.0, slow[TIRED]))
    overrun = violent / (violent + officers + 1.0)
    slow[LOYAL] += (RECOVERY * (1.0 - slow[LOYAL]) - p.loyalty_loss * overrun) * hours / HOURS
    slow[LOYAL] = min(1.0, max(0.1, slow[LOYAL]))
    reserve = p.call_up * world.base[i] * p.force_scale * around.levels[EMERGENCY, i]
    slow[CALLED] += (reserve - slow[CALLED]) * -math.expm1(-hours / HOURS)  # called up within about a day
