"""One turn after the other on one grid: the compiled kernel of Model I, with every switch.

Nobody looks around by counting. Each site knows how many officers and how many active people are in sight of it;
only officers who move and people who are active change that, by adding to the sites around them, row by row. A
person's rule is then one comparison: active if C < limit * A (``theory.limits``).

The counts have a margin on every side, so that no row wraps: what lies near an edge is added once more on the far
side. Random numbers are keyed by seed, step, turn and purpose.

One habit keeps the kernel fast: indices are cast to unsigned numbers (``U``), for which Numba leaves out the check for
negative ones.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from foedus.crisis.compiled import inlined, kernel, part
from foedus.crisis.keyed import subkey

EMPTY, QUIET, ACTIVE, JAILED, OFFICER = range(5)
FOR_EVER = 2**31 - 1
SERIES = ("quiet", "active", "jailed")

_S32 = np.uint64(32)
U = np.uint64
_TRIES = 64  # random sites tried before the free ones are counted; which way is taken changes no probability
_WHO, _PICK, _TERM, _LAST, _FIRST_TRY = 0, 1, 2, 3, 16  # purposes of a turn's random numbers


class Switches(NamedTuple):
    """The rules as numbers for the kernel."""

    twice: bool
    move_first: bool
    replacement: bool
    leave: bool
    share: bool
    turns: bool  # terms run down at the jailed person's own turn
    step_on: bool
    people_move: bool
    officers_move: bool
    shortest: int  # jail terms: shortest + a draw below span
    span: int  # 0: for ever


ROW, COL, STATE, LEFT, NEXT = range(5)  # columns of ``World.who``: left in jail, next active on the same site


class World(NamedTuple):
    """The grid and everybody on it; people come first, then officers."""

    who: np.ndarray  # [person, 5]
    limit: np.ndarray  # [person]
    order: np.ndarray  # everybody, shuffled anew each step
    taken: np.ndarray  # [site] how many stand in the way
    first: np.ndarray  # [site] the first active person there, -1 for none
    seen: np.ndarray  # officers in sight [site with margins], then active people in sight [site with margins]
    spans: np.ndarray  # [row in sight, 2] first column in sight and the one after the last
    near: np.ndarray  # [2, other site in sight] offsets plus reach
    rows: np.ndarray  # [row + reach] first site of the row, around the torus
    cols: np.ndarray  # [column + reach] the column, around the torus
    tally: np.ndarray  # quiet, active, jailed


@part
def below(key, purpose, n):
    """Return a keyed whole number from 0 to n - 1, of 32 random bits: even to n in 4e9."""
    return np.int64(((subkey(key, purpose) >> _S32) * U(n)) >> _S32)


@part
def _around(seen, start, r, c, sign, spans, height, width):
    """Let everybody around (r, c) see one more (1) or one fewer (-1); ``start`` is where the counts start."""
    reach = spans.shape[0] // 2
    one = np.int16(sign)
    stride = width + 4 * reach
    far_r = r + height if r < reach else (r - height if r >= height - reach else r)
    far_c = c + width if c < reach else (c - width if c >= width - reach else c)
    for image in range(4):
        if (image & 1 and far_r == r) or (image & 2 and far_c == c):
            continue
        line = far_r if image & 1 else r
        place = far_c if image & 2 else c
        corner = start + (line + reach) * stride + place + reach
        for i in range(2 * reach + 1):  # not the length itself: a fixed one would be unrolled
            left = U(corner + i * stride + spans[U(i), 0])
            for j in range(U(spans[U(i), 1] - spans[U(i), 0])):
                seen[left + j] += one


@part
def _last_free_site(key, r, c, near, rows, cols, taken):
    """Return a random free site in sight of (r, c) by counting them, or -1 if all are taken."""
    free = 0
    for k in range(near.shape[1]):
        free += taken[rows[r + near[0, k]] + cols[c + near[1, k]]] == 0
    if free == 0:
        return -1
    pick = below(key, _LAST, free)
    for k in range(near.shape[1]):
        site = rows[r + near[0, k]] + cols[c + near[1, k]]
        if taken[site] == 0:
            if pick == 0:
                return np.int64(site)
            pick -= 1
    return -1


@inlined
def _free_site(key, r, c, near, rows, cols, taken):
    """Return a random free site in sight of (r, c), each equally likely, or -1 if all are taken."""
    found = -2
    for attempt in range(_TRIES):
        k = U(below(key, _FIRST_TRY + attempt, near.shape[1]))
        site = rows[U(r + near[0, k])] + cols[U(c + near[1, k])]
        if taken[U(site)] == 0:
            found = np.int64(site)
            break
    if found == -2:
        found = _last_free_site(key, r, c, near, rows, cols, taken)
    return found


@part
def _hide(a, site, who, first):
    """Take ``a`` off the list of the active on its site."""
    b = first[site]
    if b == a:
        first[site] = who[a, NEXT]
        return
    while who[b, NEXT] != a:
        b = who[b, NEXT]
    who[b, NEXT] = who[a, NEXT]


@part
def _nth_active(pick, r, c, who, first, spans, rows, cols):
    """Return the active person number ``pick`` in sight of (r, c), sites taken row by row."""
    for i in range(spans.shape[0]):
        for j in range(spans[i, 0], spans[i, 1]):
            a = first[U(rows[U(r + i)] + cols[U(c + j)])]
            while a >= 0:
                if pick == 0:
                    return np.int64(a)
                pick -= 1
                a = who[U(a), NEXT]
    return -1


@part
def _release(key, a, s, w):
    """Free a jailed person; one who left the lattice comes back near the arrest, or waits if no site is free."""
    width = w.cols.size - w.spans.shape[0] + 1
    site = w.who[a, ROW] * width + w.who[a, COL]
    if s.leave:
        back = _free_site(key, w.who[a, ROW], w.who[a, COL], w.near, w.rows, w.cols, w.taken)
        if back < 0:
            back = site
            if w.taken[site]:
                return
        w.who[a, ROW] = back // width
        w.who[a, COL] = back % width
        w.taken[back] += 1
    elif s.share:
        w.taken[site] += 1
    w.who[a, STATE] = QUIET
    w.tally[JAILED - 1] -= 1
    w.tally[QUIET - 1] += 1


@part
def _arrest(key, officer, actives, s, w):
    """Let an officer, whom the counts leave out for the moment, arrest one of the ``actives`` in sight."""
    who = w.who
    height, width = w.rows.size - w.spans.shape[0] + 1, w.cols.size - w.spans.shape[0] + 1
    pick = below(key, _PICK, actives)
    a = _nth_active(pick, who[officer, ROW], who[officer, COL], who, w.first, w.spans, w.rows, w.cols)
    site = who[a, ROW] * width + who[a, COL]
    _hide(a, site, who, w.first)
    _around(w.seen, w.seen.size // 2, who[a, ROW], who[a, COL], -1, w.spans, height, width)
    w.tally[ACTIVE - 1] -= 1
    term = FOR_EVER if s.span == 0 else s.shortest + below(key, _TERM, s.span)
    if term == 0 and not s.turns:  # set free on the spot
        who[a, STATE] = QUIET
        w.tally[QUIET - 1] += 1
    else:
        who[a, STATE] = JAILED
        who[a, LEFT] = term
        w.tally[JAILED - 1] += 1
        if s.leave or s.share:
            w.taken[site] -= 1
    if s.step_on:
        w.taken[who[officer, ROW] * width + who[officer, COL]] -= 1
        w.taken[site] += 1
        who[officer, ROW] = who[a, ROW]
        who[officer, COL] = who[a, COL]


@part
def _end_of_step(key, people, s, w):
    """Let the terms of all jailed run down by one step."""
    who = w.who
    for a in range(people):
        if who[a, STATE] == JAILED and who[a, LEFT] != FOR_EVER:
            who[a, LEFT] -= 1
            if who[a, LEFT] <= 0:
                _release(subkey(key, a), a, s, w)


@part
def _sign_up(a, sign, start, w):
    """Let ``a`` appear among those in sight (1) or vanish (-1)."""
    height, width = w.rows.size - w.spans.shape[0] + 1, w.cols.size - w.spans.shape[0] + 1
    r, c = w.who[a, ROW], w.who[a, COL]
    if start > 0:  # an active person
        if sign < 0:
            _hide(a, r * width + c, w.who, w.first)
        else:
            w.who[a, NEXT] = w.first[r * width + c]
            w.first[r * width + c] = a
    _around(w.seen, start, r, c, sign, w.spans, height, width)


@part
def _set_active(a, active, w):
    """Change a free person's mind."""
    sign = 1 if active else -1
    w.who[a, STATE] = ACTIVE if active else QUIET
    w.tally[ACTIVE - 1] += sign
    w.tally[QUIET - 1] -= sign
    _sign_up(a, sign, w.seen.size // 2, w)


@part
def _wander(key, a, w):
    """Move to a random free site in sight, if there is one."""
    width = w.cols.size - w.spans.shape[0] + 1
    r, c = np.int64(w.who[U(a), ROW]), np.int64(w.who[U(a), COL])
    site = _free_site(key, r, c, w.near, w.rows, w.cols, w.taken)
    if site >= 0:
        w.taken[U(r * width + c)] -= 1
        w.taken[U(site)] += 1
        row = np.int32(site) // np.int32(width)
        w.who[U(a), ROW] = row
        w.who[U(a), COL] = site - row * width


@part
def _place(a, w):
    """Return where the counts of one's own site are, within those of officers or those of active people."""
    reach = w.spans.shape[0] // 2
    r, c = np.int64(w.who[U(a), ROW]), np.int64(w.who[U(a), COL])
    return (r + 2 * reach) * (w.cols.size + 2 * reach) + c + 2 * reach


@part
def _wants(a, others, twice, w):
    """Return whether a free person wants to be active: the rule, given how many others in sight are."""
    return w.seen[U(_place(a, w))] < w.limit[U(a)] * (1 + others + twice)


@inlined
def _turn(key, a, people, s, w):
    """Let a person or officer act and move, in either order; meanwhile nobody sees it."""
    who = w.who
    me = U(a)
    officer = a >= people
    if who[me, STATE] == JAILED:
        if not s.turns:
            return
        if who[me, LEFT] > 0:
            who[me, LEFT] -= who[me, LEFT] != FOR_EVER
            return
        _release(subkey(key, 0), a, s, w)
        if who[me, STATE] == JAILED:
            return
    start = 0 if officer else w.seen.size // 2
    was = now = officer or who[me, STATE] == ACTIVE
    if was:
        _sign_up(a, -1, start, w)
    for half in range(2):
        if (half == 0) == s.move_first:
            if s.officers_move if officer else s.people_move:
                _wander(key, a, w)
        elif officer:
            in_sight = w.seen[U(w.seen.size // 2 + _place(a, w))]
            if in_sight > 0:
                _arrest(key, a, in_sight, s, w)
        else:
            now = _wants(a, w.seen[U(w.seen.size // 2 + _place(a, w))], was and s.twice, w)
    if now:
        _sign_up(a, 1, start, w)
    if now != was:
        who[me, STATE] = ACTIVE if now else QUIET
        w.tally[ACTIVE - 1] += 1 if now else -1
        w.tally[QUIET - 1] -= 1 if now else -1


@part
def _step(step_key, people, s, w):
    """Let everybody have a turn in random order, or as many turns as that with everybody drawn each time."""
    order = w.order
    everybody = order.size
    for i in range(everybody):
        key = subkey(step_key, i)
        if s.replacement:
            a = below(key, _WHO, everybody)
        else:
            j = U(i + below(key, _WHO, everybody - i))
            a = np.int64(order[j])
            order[j] = order[U(i)]
            order[U(i)] = a
        _turn(key, a, people, s, w)
    if not s.turns:
        _end_of_step(subkey(step_key, everybody), people, s, w)


@kernel
def advance(seed: np.uint64, first_step: int, people: int, s: Switches, w: World, out: np.ndarray) -> None:
    """Play ``out.shape[0]`` steps and write quiet, active, jailed after each to ``out`` [step, 3].

    ``people`` is the number of people; everybody beyond is an officer. The course depends on the world, the seed
    and the number of the step only, so that a run can stop and go on.
    """
    for t in range(out.shape[0]):
        _step(subkey(seed, first_step + t), people, s, w)
        out[t] = w.tally


@kernel
def advance_together(seed: np.uint64, first_step: int, people: int, s: Switches, w: World, out: np.ndarray) -> None:
    """Play steps synchronously: all decide on one picture, then all officers arrest, then all move."""
    who = w.who
    everybody = w.order.size
    actives = w.seen.size // 2
    wants = np.zeros(people, dtype=np.bool_)
    for t in range(out.shape[0]):
        step_key = subkey(seed, first_step + t)
        for i in range(everybody):
            j = i + below(subkey(step_key, i), _WHO, everybody - i)
            w.order[i], w.order[j] = w.order[j], w.order[i]
        for a in range(people):
            if who[a, STATE] == JAILED and s.turns:
                if who[a, LEFT] == 0:
                    _release(subkey(step_key, a), a, s, w)
                elif who[a, LEFT] != FOR_EVER:
                    who[a, LEFT] -= 1
            was = who[a, STATE] == ACTIVE
            wants[a] = _wants(a, w.seen[actives + _place(a, w)] - was, was and s.twice, w)
        for a in range(people):
            if who[a, STATE] != JAILED and wants[a] != (who[a, STATE] == ACTIVE):
                _set_active(a, wants[a], w)
        for i in range(everybody):
            a = w.order[i]
            if a >= people:
                _sign_up(a, -1, 0, w)
                in_sight = w.seen[actives + _place(a, w)]
                if in_sight > 0:
                    _arrest(subkey(step_key, a), a, in_sight, s, w)
                _sign_up(a, 1, 0, w)
        for i in range(everybody):
            a = w.order[i]
            officer = a >= people
            if who[a, STATE] == JAILED or not (s.officers_move if officer else s.people_move):
                continue
            seen = officer or who[a, STATE] == ACTIVE
            if seen:
                _sign_up(a, -1, 0 if officer else actives, w)
            _wander(subkey(step_key, a), a, w)
            if seen:
                _sign_up(a, 1, 0 if officer else actives, w)
        if not s.turns:
            _end_of_step(subkey(step_key, everybody), people, s, w)
        out[t] = w.tally


@kernel
def enlist(people: int, w: World) -> None:
    """Let everybody see the officers, who are all beyond ``people``."""
    height, width = w.rows.size - w.spans.shape[0] + 1, w.cols.size - w.spans.shape[0] + 1
    for a in range(people, w.order.size):
        _around(w.seen, 0, w.who[a, ROW], w.who[a, COL], 1, w.spans, height, width)


@kernel
def dismiss(officer: int, w: World) -> None:
    """Take an officer off the grid."""
    height, width = w.rows.size - w.spans.shape[0] + 1, w.cols.size - w.spans.shape[0] + 1
    r, c = w.who[officer, ROW], w.who[officer, COL]
    w.taken[r * width + c] -= 1
    _around(w.seen, 0, r, c, -1, w.spans, height, width)


@kernel
def take_log1p(numbers: np.ndarray) -> None:
    """Replace every number x by log(1 + x); the last digits of numpy's own function vary by processor and version."""
    for i in range(numbers.size):
        numbers[i] = math.log1p(numbers[i])
