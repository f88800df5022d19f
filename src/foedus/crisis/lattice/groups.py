"""Model II: two groups that can turn on each other, births, deaths, and peacekeepers between them.

To be active means to kill a random member of the other group in sight. People have children (same group, same
hardship, a new risk aversion) on a free site beside them and die at an age drawn when they are born. Officers arrest
active people of either group. The kernel looks around by counting: a few hundred people who see eight sites.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from foedus.crisis.compiled import kernel, part
from foedus.crisis.keyed import subkey, uniform
from foedus.crisis.lattice.serial import ACTIVE, FOR_EVER, JAILED, QUIET, below

NOBODY = 0
SERIES = ("quiet", "active", "jailed", "blue", "green", "killed")
ROW, COL, STATE, LEFT, GROUP, AGE, DEATH = range(7)
_MOVE, _TARGET, _TERM, _CLONE, _SITE, _AVERSION, _DEATH, _BACK, _SHUFFLE = range(9)
_BLUE, _GREEN, _KILLED = 3, 4, 5


class Rule(NamedTuple):
    """The parameters as numbers for the kernel."""

    legitimacy: float
    threshold: float
    k: float
    rounding: int  # 0 literal, 1 floor, 2 round
    move_first: bool
    people_move: bool
    officers_move: bool
    shortest: int
    span: int  # 0: for ever
    cloning: float
    max_age: int


class Crowd(NamedTuple):
    """Everybody: a person keeps its number for life, numbers of the dead are given out again."""

    who: np.ndarray  # [person, 7]
    hardship: np.ndarray
    aversion: np.ndarray
    officers: np.ndarray  # [officer, 2] row, column
    site: np.ndarray  # [row, column] 0 free, n > 0 person n - 1, n < 0 officer -n - 1
    near: np.ndarray  # [other site in sight, 2] offsets
    beside: np.ndarray  # [8, 2] offsets


@part
def _free(key, purpose, r, c, near, site):
    """Return row and column of a random free site among ``near``, or (-1, -1)."""
    height, width = site.shape
    free = 0
    for i in range(near.shape[0]):
        free += site[(r + near[i, 0]) % height, (c + near[i, 1]) % width] == 0
    if free > 0:
        pick = below(key, purpose, free)
        for i in range(near.shape[0]):
            y, x = (r + near[i, 0]) % height, (c + near[i, 1]) % width
            if site[y, x] == 0:
                if pick == 0:
                    return y, x
                pick -= 1
    return -1, -1


@part
def _target(key, r, c, group, crowd):
    """Return a random person in sight: of the other group, or active of any group for an officer (group -1)."""
    height, width = crowd.site.shape
    fitting = 0
    pick = -1
    for look in range(2):  # count, then find
        for i in range(crowd.near.shape[0]):
            a = crowd.site[(r + crowd.near[i, 0]) % height, (c + crowd.near[i, 1]) % width] - 1
            if a < 0:
                continue
            fits = crowd.who[a, STATE] == ACTIVE if group < 0 else crowd.who[a, GROUP] != group
            if fits and look == 0:
                fitting += 1
            elif fits:
                if pick == 0:
                    return a
                pick -= 1
        if fitting == 0:
            return -1
        pick = below(key, _TARGET, fitting)
    return -1


@part
def _is_active(a, rule, crowd):
    """Return whether a person is active on what it sees: the printed rule."""
    height, width = crowd.site.shape
    officers, actives = 0, 1
    for i in range(crowd.near.shape[0]):
        row, col = crowd.who[a, ROW] + crowd.near[i, 0], crowd.who[a, COL] + crowd.near[i, 1]
        b = crowd.site[row % height, col % width]
        officers += b < 0
        actives += b > 0 and crowd.who[b - 1, STATE] == ACTIVE
    ratio = officers / actives
    if rule.rounding == 1:
        ratio = math.floor(ratio)
    elif rule.rounding == 2:
        ratio = np.round(ratio)
    risk = crowd.aversion[a] * -math.expm1(-rule.k * ratio)
    return crowd.hardship[a] * (1.0 - rule.legitimacy) - risk > rule.threshold


@part
def _turn(key, n, people, rule, crowd):
    """Let person n, or officer n - people, move and act; returns how many were killed."""
    who, site = crowd.who, crowd.site
    officer = n >= people
    o = n - people
    if not officer and (who[n, STATE] == NOBODY or who[n, STATE] == JAILED):
        return 0
    killed = 0
    for half in range(2):
        r, c = (crowd.officers[o, 0], crowd.officers[o, 1]) if officer else (who[n, ROW], who[n, COL])
        if (half == 0) == rule.move_first:
            if rule.officers_move if officer else rule.people_move:
                y, x = _free(key, _MOVE, r, c, crowd.near, site)
                if y >= 0:
                    site[y, x] = site[r, c]
                    site[r, c] = 0
                    if officer:
                        crowd.officers[o, 0], crowd.officers[o, 1] = y, x
                    else:
                        who[n, ROW], who[n, COL] = y, x
        elif officer:
            a = _target(key, r, c, -1, crowd)
            if a >= 0:
                who[a, STATE] = JAILED
                who[a, LEFT] = FOR_EVER if rule.span == 0 else rule.shortest + below(key, _TERM, rule.span)
                site[who[a, ROW], who[a, COL]] = 0
        else:
            who[n, STATE] = ACTIVE if _is_active(n, rule, crowd) else QUIET
            if who[n, STATE] == ACTIVE:
                a = _target(key, r, c, who[n, GROUP], crowd)
                if a >= 0:
                    site[who[a, ROW], who[a, COL]] = 0
                    who[a, STATE] = NOBODY
                    killed += 1
    return killed


@part
def _release(key, a, crowd):
    """Free a jailed person near the arrest, on its site if nothing else is free, or not yet."""
    r, c = crowd.who[a, ROW], crowd.who[a, COL]
    y, x = _free(key, _BACK, r, c, crowd.near, crowd.site)
    if y < 0:
        if crowd.site[r, c] != 0:
            return
        y, x = r, c
    crowd.who[a, ROW], crowd.who[a, COL] = y, x
    crowd.site[y, x] = a + 1
    crowd.who[a, STATE] = QUIET


@part
def _births_and_deaths(step_key, order, people, rule, crowd):
    """Let free people have children in the order given, then let everybody but the children grow older."""
    who = crowd.who
    slot = 0
    for i in range(order.size):
        a = order[i]
        if a >= people or (who[a, STATE] != QUIET and who[a, STATE] != ACTIVE) or who[a, AGE] < 0:
            continue
        key = subkey(step_key, a)
        if uniform(key, _CLONE) >= rule.cloning:
            continue
        y, x = _free(key, _SITE, who[a, ROW], who[a, COL], crowd.beside, crowd.site)
        while slot < people and who[slot, STATE] != NOBODY:
            slot += 1
        if y < 0 or slot == people:
            continue
        who[slot, ROW], who[slot, COL], who[slot, STATE], who[slot, GROUP] = y, x, QUIET, who[a, GROUP]
        who[slot, AGE] = -1  # too young to have children, to age or to die this step
        who[slot, DEATH] = 1 + below(key, _DEATH, rule.max_age)
        crowd.hardship[slot], crowd.aversion[slot] = crowd.hardship[a], uniform(key, _AVERSION)
        crowd.site[y, x] = slot + 1
    for a in range(people):
        if who[a, STATE] == NOBODY:
            continue
        who[a, AGE] += 1
        if who[a, AGE] >= who[a, DEATH]:
            if who[a, STATE] != JAILED:
                crowd.site[who[a, ROW], who[a, COL]] = 0
            who[a, STATE] = NOBODY


@kernel
def advance(seed: np.uint64, first_step: int, rule: Rule, crowd: Crowd, out: np.ndarray) -> None:
    """Play ``out.shape[0]`` steps and write the figures of ``SERIES`` after each to ``out`` [step, 6]."""
    who = crowd.who
    people = who.shape[0]
    order = np.arange(people + crowd.officers.shape[0])
    for t in range(out.shape[0]):
        step_key = subkey(seed, first_step + t)
        order[:] = np.arange(order.size)
        for i in range(order.size - 1):
            j = i + below(subkey(step_key, i), _SHUFFLE, order.size - i)
            order[i], order[j] = order[j], order[i]
        killed = 0
        for i in range(order.size):
            killed += _turn(subkey(step_key, order.size + order[i]), order[i], people, rule, crowd)
        for a in range(people):
            if who[a, STATE] == JAILED and who[a, LEFT] != FOR_EVER:
                who[a, LEFT] -= 1
                if who[a, LEFT] <= 0:
                    _release(subkey(step_key, 2 * order.size + a), a, crowd)
        _births_and_deaths(subkey(step_key, 3 * order.size), order, people, rule, crowd)
        out[t] = 0
        for a in range(people):
            if who[a, STATE] != NOBODY:
                out[t, who[a, STATE] - QUIET] += 1
                out[t, _GREEN if who[a, GROUP] else _BLUE] += 1
        out[t, _KILLED] = killed
