"""Large grids on several threads: one particular sequential order, tile by tile, so nobody acts on stale sight.

In every step the rows are cut into bands from a random row on. A turn reaches two visions far (a move or an arrest,
then who sees it), or three if it begins with the move, and bands are more than twice as high: bands with even numbers
can be played at the same time, then the odd ones, and the result is that of playing them one after the other. A band
is played tile by tile, a tile in random order.

A site is two bytes: who stands there (3 bits), whether it had its turn (1), its grade (4), turns left in jail (8).
The grade m says everything about a person: active if the rounded ratio C / A stays below m. A tile and what is in
reach of it are copied into a small buffer that stays in a cache of the processor, played and copied back.
Random numbers are keyed by seed, step, band and tile: the bits do not depend on the number of threads.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from foedus.crisis.compiled import lattice_kernel
from foedus.crisis.keyed import mix, subkey, uniform
from foedus.crisis.lattice.serial import ACTIVE, EMPTY, JAILED, OFFICER, QUIET, U, below

KIND, DONE, GRADE, LEFT = 7, 8, 4, 8  # mask, bit, shift and shift within a site
ALWAYS = 15  # the highest grade: no ratio is too high
BAND, TILE = 64, 256  # least rows of a band and most columns of a tile, if the grid allows
MAX_REACH, MAX_TERM = 7, 255  # counts of a square of 15 x 15 and terms fit in a byte

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_S8, _S32, _S56 = np.uint64(8), np.uint64(32), np.uint64(56)
_LESS, _MORE = np.uint8(255), np.uint8(1)
_TRIES = 16  # times eight sites before the free ones are counted


class Grid(NamedTuple):
    """All sites, row by row."""

    site: np.ndarray  # uint16 [height, width]
    officers: np.ndarray  # uint8 [height, width], in sight, the own site included
    active: np.ndarray  # uint8 [height, width]


class Plan(NamedTuple):
    """The rules and the cut for the kernel."""

    rows: np.ndarray  # [band + 1] first row of each band, counted from the random origin
    cols: np.ndarray  # [tile + 1]
    margin: int  # how far beyond a tile its turns reach
    spans: np.ndarray  # [row in sight, 2]
    near: np.ndarray  # [256, 2] offsets of the sites in sight, each equally often, then (0, 0)
    weight: np.ndarray  # [grade] active if 2048 C < weight * A
    twice: bool
    move_first: bool
    people_move: bool
    officers_move: bool
    shortest: int
    span: int


@lattice_kernel
def _count(field, centre, line, spans, one):
    """Add ``one`` to a count at every site in sight of ``centre``; sixteen at once take the processor a single step."""
    # the length is worked out here because a fixed one would be unrolled, site by site
    reach = spans.shape[0] // 2
    whole = np.int64((spans.shape[0] + 15) // 16 * 16)
    for r in range(spans.shape[0]):
        first, end = np.uint8(spans[r, 0]), np.uint8(spans[r, 1])
        start = U(centre + (r - reach) * line - reach)
        for j in range(whole):
            field[start + U(j)] += one if first <= np.uint8(j) < end else np.uint8(0)


@lattice_kernel
def play(step_key, parity, first, last, plan, grid, change):
    """Play every second band from ``first`` to ``last``; adds to ``change`` [band, quiet active jailed]."""
    site, officers, active = grid.site, grid.officers, grid.active
    height, width = site.shape
    spans, weight = plan.spans, plan.weight
    reach = spans.shape[0] // 2
    margin = plan.margin
    origin_row, origin_col = below(step_key, 0, height), below(step_key, 1, width)
    tallest, widest = 0, 0
    for b in range(plan.rows.size - 1):
        tallest = max(tallest, plan.rows[b + 1] - plan.rows[b])
    for b in range(plan.cols.size - 1):
        widest = max(widest, plan.cols[b + 1] - plan.cols[b])
    line = (widest + 2 * margin + 15) // 16 * 16
    cell = np.zeros((tallest + 2 * margin) * line, dtype=np.uint16)
    cops = np.zeros(cell.size + 16, dtype=np.uint8)
    acts = np.zeros(cell.size + 16, dtype=np.uint8)
    order = np.empty(tallest * widest, dtype=np.uint16)  # a tile and its margins have less than 2 ** 16 sites
    jump = np.empty(256, dtype=np.int32)
    for i in range(256):
        jump[i] = plan.near[i, 0] * line + plan.near[i, 1]
    own = 0 if plan.twice else 1
    for band in range(first, last, 2):
        band_key = subkey(step_key, 2 + band)
        top = origin_row + plan.rows[band] - margin + height
        rows = plan.rows[band + 1] - plan.rows[band]
        for tile in range(plan.cols.size - 1):
            left_edge = (origin_col + plan.cols[tile] - margin + width) % width
            cols = plan.cols[tile + 1] - plan.cols[tile]
            whole = cols + 2 * margin
            before_edge = min(whole, width - left_edge)
            for back in range(2):  # copy in, play, copy back
                for i in range(rows + 2 * margin):
                    y = (top + i) % height
                    for part in range(2):  # the row before and after the edge of the torus
                        at = U(i * line + (before_edge if part else 0))
                        x = U(0 if part else left_edge)
                        many = U(whole - before_edge if part else before_edge)
                        if back:
                            for j in range(many):
                                site[y, x + j] = cell[at + j]
                            for j in range(many):
                                officers[y, x + j] = cops[at + j]
                            for j in range(many):
                                active[y, x + j] = acts[at + j]
                        else:
                            for j in range(many):
                                cell[at + j] = site[y, x + j]
                            for j in range(many):
                                cops[at + j] = officers[y, x + j]
                            for j in range(many):
                                acts[at + j] = active[y, x + j]
                if back:
                    break
                x = subkey(band_key, tile)
                waiting = 0
                for i in range(margin, margin + rows):
                    for j in range(margin, margin + cols):
                        v = cell[U(i * line + j)]
                        order[U(waiting)] = i * line + j
                        waiting += 1 if (v & KIND) != EMPTY and (v & DONE) != parity else 0
                for i in range(waiting):
                    x += _GOLDEN
                    j = U(i) + (((mix(x) >> _S32) * U(waiting - i)) >> _S32)
                    order[U(i)], order[j] = order[j], order[U(i)]
                for i in range(waiting):
                    p = np.int64(order[U(i)])
                    v = np.int64(cell[U(p)]) ^ DONE
                    kind = v & KIND
                    if kind == JAILED:
                        if v >> LEFT > 0:
                            cell[U(p)] = v - (1 << LEFT)
                            continue
                        change[band, JAILED - 1] -= 1
                        change[band, QUIET - 1] += 1
                        kind = QUIET
                    officer = kind == OFFICER
                    was = now = officer or kind == ACTIVE
                    cell[U(p)] = v
                    q = p  # where the turn ends
                    for half in range(2):
                        if (half == 0) == plan.move_first:
                            if not (plan.officers_move if officer else plan.people_move):
                                continue
                            q = np.int64(-1)
                            for _ in range(_TRIES):
                                x += _GOLDEN
                                bits = mix(x)
                                for _ in range(8):  # all eight, the first one last: no branch to guess wrong
                                    new = p + np.int64(jump[bits >> _S56])
                                    bits <<= _S8
                                    q = new if cell[U(new)] == EMPTY else q
                                if q >= 0:
                                    break
                            if q < 0:  # hardly ever: count the free sites
                                q = p
                                free = 0
                                for look in range(2):
                                    x += _GOLDEN
                                    pick = np.int64(((mix(x) >> _S32) * U(free)) >> _S32)
                                    for r in range(2 * reach + 1):
                                        for c in range(spans[r, 0], spans[r, 1]):
                                            new = p + (r - reach) * line + c - reach
                                            if cell[U(new)] != EMPTY:
                                                continue
                                            if look == 0:
                                                free += 1
                                            elif pick == 0:
                                                q = new
                                            pick -= 1
                                    if free == 0:
                                        break
                            cell[U(p)] = EMPTY
                            cell[U(q)] = v
                        elif officer:
                            if acts[U(q)] == 0:
                                continue
                            x += _GOLDEN
                            pick = np.int64(((mix(x) >> _S32) * U(acts[U(q)])) >> _S32)
                            caught = np.int64(-1)
                            for r in range(2 * reach + 1):
                                for c in range(spans[r, 0], spans[r, 1]):
                                    new = q + (r - reach) * line + c - reach
                                    if (cell[U(new)] & KIND) == ACTIVE:
                                        if pick == 0:
                                            caught = new
                                        pick -= 1
                                if caught >= 0:
                                    break
                            x += _GOLDEN
                            term = plan.shortest + np.int64(((mix(x) >> _S32) * U(plan.span)) >> _S32)
                            held = np.int64(cell[U(caught)])
                            cell[U(caught)] = (held & 0xF8) | JAILED | (term << LEFT)
                            change[band, ACTIVE - 1] -= 1
                            change[band, JAILED - 1] += 1
                            _count(acts, caught, line, spans, _LESS)
                        else:
                            near_p = 0
                            if was and plan.move_first:  # still counted where it came from
                                dr, dc = q // line - p // line + reach, q % line - p % line + reach
                                near_p = 1 if spans[dr, 0] <= dc < spans[dr, 1] else 0
                            elif was:
                                near_p = 1
                            others = np.int64(acts[U(q)]) - near_p
                            crowd = 1 + others + (1 if was and own == 0 else 0)
                            now = 2048 * np.int64(cops[U(q)]) < weight[U((v >> GRADE) & 15)] * crowd
                    if not officer and now != was:
                        change[band, ACTIVE - 1] += 1 if now else -1
                        change[band, QUIET - 1] -= 1 if now else -1
                    if not officer:
                        v = (v & 0xF8) | (ACTIVE if now else QUIET)
                        cell[U(q)] = v
                    if p == q and was == now:
                        continue
                    if officer:
                        _count(cops, p, line, spans, _LESS)
                        _count(cops, q, line, spans, _MORE)
                        continue
                    if was:
                        _count(acts, p, line, spans, _LESS)
                    if now:
                        _count(acts, q, line, spans, _MORE)


@lattice_kernel
def _grade(hardship, aversion, law):
    """Return the lowest whole ratio at which a person stays quiet, ``ALWAYS`` if there is none below it."""
    legitimacy, threshold, k = law
    net = hardship * (1.0 - legitimacy) - threshold
    if net <= 0.0:
        return 0
    if net >= aversion or k <= 0.0:
        return ALWAYS
    return min(ALWAYS, math.ceil(-math.log1p(-net / aversion) / k))


@lattice_kernel
def settle(key, people, officers, binomial, numbers, law, spans, grid):
    """Put people and officers on random sites; counts both into ``numbers``. Every arrangement is equally likely."""
    height, width = grid.site.shape
    reach = spans.shape[0] // 2
    left_people, left_officers = people, officers
    for y in range(height):
        for x in range(width):
            at = y * width + x
            left = height * width - (0 if binomial else at)
            u = uniform(key, 3 * at) * left
            if u < left_officers:
                grid.site[y, x] = OFFICER | DONE
                numbers[1] += 1
                left_officers -= 0 if binomial else 1
                for r in range(2 * reach + 1):
                    row = (y + r - reach + height) % height
                    for c in range(spans[r, 0], spans[r, 1]):
                        grid.officers[row, (x + c - reach + width) % width] += np.uint8(1)
            elif u < left_officers + left_people:
                grade = _grade(uniform(key, 3 * at + 1), uniform(key, 3 * at + 2), law)
                grid.site[y, x] = QUIET | DONE | (grade << GRADE)
                numbers[0] += 1
                left_people -= 0 if binomial else 1
