"""What the state and its allies do in a step: measures as recorded or by hazard, rules, contingents on their way."""

from __future__ import annotations

import math

import numpy as np

from foedus.crisis import rules
from foedus.crisis.compiled import highest, part
from foedus.crisis.keyed import subkey, uniform
from foedus.crisis.layout import (
    ALL_DEAD,
    ALL_DETAINED,
    ALL_WOUNDED,
    AMNESTY,
    APPEAL,
    APPEALED,
    CALM_HOURS,
    CONCESSION,
    DECIDED,
    DIVIDED,
    ELITE,
    EMERGENCY,
    HAZARD,
    HERE,
    INCUMBENT,
    LANDED,
    LEGIT,
    LETHAL,
    LIFT,
    LOYAL,
    READY,
    REINFORCED,
    RIVAL,
    RULE,
    SET,
    SHUTDOWN,
    SOLDIERS,
    SPLIT,
    TRIGGER,
    WITHDRAW,
    WITHDRAWN,
)
from foedus.crisis.rates import HOURS, pressure, ramp

CALM_CROWD = 500.0  # people in the street of the whole country below which an hour is calm
HANDOVER_HOURS = 12.0  # until foreign soldiers have taken over a guard (claimed: 12 to 24 h)
LARGE_FORCE = 1000.0  # soldiers at which deterrence and signal reach half their effect (assumed)
_RESOLVE_PER_DAY = 1.0  # a divided elite is united again, one way or the other, within about a day (assumed)
_LOAD, _ADD, _SUB, _MUL, _DIV = rules.LOAD, rules.ADD, rules.SUB, rules.MUL, rules.DIV
_PUSH, _NOT, _NEG, _AND, _OR = rules.PUSH, rules.NOT, rules.NEG, rules.AND, rules.OR
_LT, _LE, _GT, _GE, _EQ, _NE = rules.LT, rules.LE, rules.GT, rules.GE, rules.EQ, rules.NE


@part
def set_levels(t, world, plan, state, levels):
    """Fill ``levels`` [kind, place] with the mean over the step of what is in force."""
    levels[:] = 0.0
    begin = t * world.step
    places = world.population.size
    for deed in (SET, LIFT):
        for m in range(plan.kind.size):
            if plan.deed[m] != deed:
                continue
            part = min(begin + world.step, state.stop[m]) - max(begin, state.start[m])
            if part <= 0.0:
                continue
            part /= world.step
            kind = plan.kind[m]
            for i in range(places):
                level = part * plan.share[m, i]
                if deed == LIFT:
                    levels[kind, i] *= 1.0 - level
                elif kind in (TRIGGER, REINFORCED):
                    levels[kind, i] += level
                else:
                    levels[kind, i] = max(levels[kind, i], level)
    if state.nation[ELITE] == RIVAL:  # the government has fallen: what the crowd asked for is granted
        levels[CONCESSION] = 1.0
        levels[LETHAL] = 0.0
        levels[EMERGENCY] = 0.0


@part
def take_note(now, p, plan, state):
    """Note that the state has appealed or sent the alliance home and, in the free course, that the alliance decided."""
    nation = state.nation
    for m in range(plan.kind.size):
        if plan.deed[m] == APPEAL and state.start[m] <= now < nation[APPEALED]:
            nation[APPEALED] = now
        if plan.deed[m] == WITHDRAW and state.start[m] <= now < nation[WITHDRAWN]:
            nation[WITHDRAWN] = now
    if plan.free and nation[APPEALED] + p.council_hours <= now < nation[DECIDED]:
        nation[DECIDED] = nation[APPEALED] + p.council_hours


@part
def decide(t, key, p, world, plan, state, around):
    """Let hazards and rules start measures at the beginning of a step, and the alliance decide.

    Returns whether something changed what is in force.
    """
    nation = state.nation
    now = t * world.step
    changed = False
    take_note(now, p, plan, state)
    seen = around.seen
    looked = False
    for m in range(plan.kind.size):
        if plan.cause[m] == 0 or state.start[m] <= now:
            continue
        if not looked:
            observe(t, world, state, around.levels, seen)
            looked = True
        if plan.cause[m] == RULE:
            due = holds(plan.program[m], seen, around.stack)
        else:
            due = False
            if _possible(plan.kind[m], plan.deed[m], nation, seen):
                hazard = p.decision_base * math.exp(min(12.0, p.decision_pressure * seen[6]))
                u = uniform(subkey(key, 2_000_000), int(plan.keys[m] % np.uint64(1 << 40)))
                due = u < -math.expm1(-hazard * world.step / HOURS)
        if due:
            changed = True
            state.start[m] = now
            state.stop[m] = now + plan.length[m]
            if plan.cause[m] == HAZARD and plan.kind[m] == SPLIT and nation[ELITE] == 0.0:
                nation[ELITE] = DIVIDED
    if nation[ELITE] == DIVIDED:
        _resolve(now, key, p, world, plan, state)
        changed = True
    return changed


@part
def observe(t, world, state, levels, seen):
    """Fill ``seen`` with the quantities that rules may ask about, in the order of ``rules.QUANTITIES``."""
    seen[:] = 0.0
    people = 0.0
    for i in range(world.population.size):
        for s in range(world.sites[i]):
            seen[0] += state.street[i, s, 0] + state.street[i, s, 1]
            seen[1] += state.street[i, s, 1]
            seen[5] += state.held[i, s]
        seen[7] += state.slow[i, LEGIT] * world.population[i]
        seen[8] += state.slow[i, HERE]
        people += world.population[i]
    seen[2] = state.nation[ALL_DEAD]
    seen[3] = state.nation[ALL_WOUNDED]
    seen[4] = state.nation[ALL_DETAINED]
    seen[7] /= people
    seen[9] = 1.0 if highest(levels[SPLIT]) > 0.0 else 0.0
    seen[10] = 1.0 if highest(levels[EMERGENCY]) > 0.0 else 0.0
    seen[11] = highest(levels[SHUTDOWN])
    seen[12] = t * world.step / HOURS
    seen[13] = state.nation[CALM_HOURS]
    seen[6] = pressure(seen[0], seen[1], seen[5], seen[9])


@part
def holds(program, seen, stack):
    """Return whether a compiled expression is true of what is seen; false where it is no number."""
    top = -1
    for step in range(program.shape[0]):
        code, operand = int(program[step, 0]), program[step, 1]
        if code < 0:
            break
        if code in (_PUSH, _LOAD):
            top += 1
            stack[top] = operand if code == _PUSH else seen[int(operand)]
        elif code == _NOT:
            stack[top] = 1.0 if stack[top] == 0.0 else 0.0
        elif code == _NEG:
            stack[top] = -stack[top]
        else:
            right = stack[top]
            top -= 1
            stack[top] = _combined(code, stack[top], right)
    return top == 0 and stack[0] != 0.0 and not math.isnan(stack[0])


@part
def _combined(code, left, right):
    if code == _ADD:
        return left + right
    if code == _SUB:
        return left - right
    if code == _MUL:
        return left * right
    if code == _DIV:
        return left / right if right != 0.0 else math.nan
    if code == _AND:
        return 1.0 if left != 0.0 and right != 0.0 else 0.0
    if code == _OR:
        return 1.0 if left != 0.0 or right != 0.0 else 0.0
    if code == _LT:
        return 1.0 if left < right else 0.0
    if code == _LE:
        return 1.0 if left <= right else 0.0
    if code == _GT:
        return 1.0 if left > right else 0.0
    if code == _GE:
        return 1.0 if left >= right else 0.0
    if code == _EQ:
        return 1.0 if left == right else 0.0
    return 1.0 if left != right else 0.0


@part
def _possible(kind, deed, nation, seen):
    """Return what has to come first: no order to shoot or appeal without an emergency, no amnesty before calm."""
    if deed == APPEAL or kind in (LETHAL, REINFORCED):
        return seen[10] > 0.0
    if kind == AMNESTY:
        return seen[13] > 72.0 and seen[4] > 0.0
    if kind == SPLIT:
        return nation[ELITE] == 0.0 and (seen[5] > 0.0 or seen[2] > 0.0)
    return seen[0] > CALM_CROWD


@part
def _resolve(now, key, p, world, plan, state):
    """End the division of the elite at some time; the odds follow loyalty and the presence of foreign troops."""
    if uniform(subkey(key, 2_000_001), 0) >= -math.expm1(-_RESOLVE_PER_DAY * world.step / HOURS):
        return
    loyal = state.slow[:, LOYAL].mean()
    foreign = state.slow[:, HERE].sum()
    x = 4.0 * (loyal - 0.5) + 2.0 * p.signal * foreign / (foreign + LARGE_FORCE)
    if uniform(subkey(key, 2_000_002), 0) < 1.0 / (1.0 + math.exp(-x)):
        state.nation[ELITE] = INCUMBENT
    else:
        state.nation[ELITE] = RIVAL
    for m in range(plan.kind.size):
        if plan.kind[m] == SPLIT and plan.deed[m] == SET:
            state.stop[m] = min(state.stop[m], now)


@part
def soldiers_due(t, world, plan, nation, out):
    """Fill ``out`` [place, 2] with the soldiers who should have come and gone by the middle of the step."""
    out[:] = 0.0
    middle = (t + 0.5) * world.step
    moment = middle
    if plan.free:
        if middle < nation[DECIDED]:
            return
        moment = middle - nation[DECIDED] + plan.decided
    for c in range(plan.arrival.size):
        come = ramp(moment, plan.arrival[c], plan.complete[c])
        left = ramp(moment, plan.departure[c], plan.gone[c])
        if middle > nation[WITHDRAWN]:
            span = max(1.0, plan.gone[c] - plan.departure[c])
            left = max(left, ramp(middle, nation[WITHDRAWN], nation[WITHDRAWN] + span))
        for i in range(world.population.size):
            out[i, 0] += come * plan.soldiers[c, i]
            out[i, 1] += left * plan.soldiers[c, i]


@part
def land(t, world, state, due, rates):
    """Let soldiers land where the crowd does not hold the airport, and take over tasks after the hand-over."""
    slot = t % state.handover.shape[0]
    for i in range(world.population.size):
        slow = state.slow[i]
        slow[READY] += state.handover[slot, i]
        state.handover[slot, i] = 0.0
        field = world.airport[i]
        if due[i, 0] > slow[LANDED] and not (field >= 0 and state.held[i, field] == 1):
            # the slot just emptied comes round again after the hand-over
            state.handover[slot, i] = due[i, 0] - slow[LANDED]
            slow[LANDED] = due[i, 0]
        rates[i, SOLDIERS] = max(0.0, slow[LANDED] - due[i, 1])
