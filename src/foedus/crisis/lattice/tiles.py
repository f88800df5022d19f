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

from foedus.crisis.compiled import inlined, kernel, part
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


class Buffer(NamedTuple):
    """A tile with its margins, row by row, and what is needed to play it."""

    cell: np.ndarray  # uint16, a site each
    cops: np.ndarray  # uint8, officers in sight
    acts: np.ndarray  # uint8, active people in sight
    order: np.ndarray  # uint16, the cells of those who wait for their turn
    jump: np.ndarray  # [256] what leads from a cell to those in sight, as ``Plan.near``


@part
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


@part
def _copy(back, top, left, rows, cols, line, grid, buffer):
    """Copy a tile with its margins from the grid into the buffer, or back; (top, left) may lie beyond an edge."""
    height, width = grid.site.shape
    before_edge = min(cols, width - left)
    for i in range(rows):
        y = (top + i) % height
        for half in range(2):  # the row before and after the edge of the torus
            at = U(i * line + (before_edge if half else 0))
            x = U(0 if half else left)
            many = U(cols - before_edge if half else before_edge)
            if back:
                for j in range(many):
                    grid.site[y, x + j] = buffer.cell[at + j]
                for j in range(many):
                    grid.officers[y, x + j] = buffer.cops[at + j]
                for j in range(many):
                    grid.active[y, x + j] = buffer.acts[at + j]
            else:
                for j in range(many):
                    buffer.cell[at + j] = grid.site[y, x + j]
                for j in range(many):
                    buffer.cops[at + j] = grid.officers[y, x + j]
                for j in range(many):
                    buffer.acts[at + j] = grid.active[y, x + j]


@part
def _list_waiting(parity, margin, rows, cols, line, buffer):
    """List everybody on a tile who had no turn yet; returns how many they are."""
    waiting = 0
    for i in range(margin, margin + rows):
        for j in range(margin, margin + cols):
            v = buffer.cell[U(i * line + j)]
            buffer.order[U(waiting)] = i * line + j
            waiting += 1 if (v & KIND) != EMPTY and (v & DONE) != parity else 0
    return waiting


@part
def _under(x, n):
    """Return a whole number from 0 to n - 1 made of the random bits of ``x``."""
    return np.int64(((mix(x) >> _S32) * U(n)) >> _S32)


@part
def _last_free_cell(x, p, line, spans, cell):
    """Count the free cells in sight of ``p``; returns a random one, or ``p`` if all are taken, and the new ``x``."""
    reach = spans.shape[0] // 2
    q, free = p, 0
    for look in range(2):
        x += _GOLDEN
        pick = _under(x, free)
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
    return q, x


@inlined
def _free_cell(x, p, line, spans, jump, cell):
    """Return a random free cell in sight of ``p``, or ``p`` if there is none, and the new ``x``."""
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
    if q < 0:  # hardly ever
        q, x = _last_free_cell(x, p, line, spans, cell)
    return q, x


@part
def _arrest(x, q, line, plan, buffer, change):
    """Let an officer on ``q`` arrest a random active person in sight, of whom there is one; returns the new ``x``."""
    spans, cell = plan.spans, buffer.cell
    reach = spans.shape[0] // 2
    x += _GOLDEN
    pick = _under(x, buffer.acts[U(q)])
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
    term = plan.shortest + _under(x, plan.span)
    held = np.int64(cell[U(caught)])
    cell[U(caught)] = (held & 0xF8) | JAILED | (term << LEFT)
    change[ACTIVE - 1] -= 1
    change[JAILED - 1] += 1
    _count(buffer.acts, caught, line, spans, _LESS)
    return x


@part
def _wants(v, was, p, q, line, plan, buffer):
    """Return whether a person who came from ``p`` wants to be active on ``q``: the rule."""
    near_p = 0
    if was and plan.move_first:  # still counted where it came from
        reach = plan.spans.shape[0] // 2
        dr, dc = q // line - p // line + reach, q % line - p % line + reach
        near_p = 1 if plan.spans[dr, 0] <= dc < plan.spans[dr, 1] else 0
    elif was:
        near_p = 1
    crowd = 1 + np.int64(buffer.acts[U(q)]) - near_p + (1 if was and plan.twice else 0)
    return 2048 * np.int64(buffer.cops[U(q)]) < plan.weight[U((v >> GRADE) & 15)] * crowd


@inlined
def _turn(x, p, line, plan, buffer, change):
    """Let whoever stands on ``p`` act and move, in either order, and tell those in sight; returns the new ``x``."""
    spans, cell, cops, acts = plan.spans, buffer.cell, buffer.cops, buffer.acts
    v = np.int64(cell[U(p)]) ^ DONE
    kind = v & KIND
    if kind == JAILED:
        if v >> LEFT > 0:
            cell[U(p)] = v - (1 << LEFT)
            return x
        change[JAILED - 1] -= 1
        change[QUIET - 1] += 1
        kind = QUIET
    officer = kind == OFFICER
    was = now = officer or kind == ACTIVE
    cell[U(p)] = v
    q = p  # where the turn ends
    for half in range(2):
        if (half == 0) == plan.move_first:
            if plan.officers_move if officer else plan.people_move:
                q, x = _free_cell(x, p, line, spans, buffer.jump, cell)
                cell[U(p)] = EMPTY
                cell[U(q)] = v
        elif not officer:
            now = _wants(v, was, p, q, line, plan, buffer)
        elif acts[U(q)] > 0:
            x = _arrest(x, q, line, plan, buffer, change)
    if not officer:
        cell[U(q)] = (v & 0xF8) | (ACTIVE if now else QUIET)
        if now != was:
            change[ACTIVE - 1] += 1 if now else -1
            change[QUIET - 1] -= 1 if now else -1
    if p == q and was == now:
        return x
    if officer:
        _count(cops, p, line, spans, _LESS)
        _count(cops, q, line, spans, _MORE)
        return x
    if was:
        _count(acts, p, line, spans, _LESS)
    if now:
        _count(acts, q, line, spans, _MORE)
    return x


@part
def _play_tile(x, waiting, line, plan, buffer, change):
    """Let all who wait have their turns, in random order."""
    order = buffer.order
    for i in range(waiting):
        x += _GOLDEN
        j = U(i + _under(x, waiting - i))
        order[U(i)], order[j] = order[j], order[U(i)]
    for i in range(waiting):
        x = _turn(x, np.int64(order[U(i)]), line, plan, buffer, change)


@part
def _widest(edges):
    """Return the longest distance between neighbouring edges."""
    widest = 0
    for i in range(edges.size - 1):
        widest = max(widest, edges[i + 1] - edges[i])
    return widest


@kernel
def play(step_key: np.uint64, parity: int, first: int, last: int, plan: Plan, grid: Grid, change: np.ndarray) -> None:
    """Play every second band from ``first`` to ``last``; adds to ``change`` [band, quiet active jailed]."""
    height, width = grid.site.shape
    margin = plan.margin
    origin_row, origin_col = below(step_key, 0, height), below(step_key, 1, width)
    tallest, widest = _widest(plan.rows), _widest(plan.cols)
    line = (widest + 2 * margin + 15) // 16 * 16
    size = (tallest + 2 * margin) * line  # less than 2 ** 16
    buffer = Buffer(
        np.zeros(size, dtype=np.uint16),
        np.zeros(size + 16, dtype=np.uint8),
        np.zeros(size + 16, dtype=np.uint8),
        np.empty(tallest * widest, dtype=np.uint16),
        np.empty(256, dtype=np.int32),
    )
    for i in range(256):
        buffer.jump[i] = plan.near[i, 0] * line + plan.near[i, 1]
    for band in range(first, last, 2):
        band_key = subkey(step_key, 2 + band)
        top = origin_row + plan.rows[band] - margin + height
        rows = plan.rows[band + 1] - plan.rows[band]
        for tile in range(plan.cols.size - 1):
            left = (origin_col + plan.cols[tile] - margin + width) % width
            cols = plan.cols[tile + 1] - plan.cols[tile]
            _copy(False, top, left, rows + 2 * margin, cols + 2 * margin, line, grid, buffer)
            waiting = _list_waiting(parity, margin, rows, cols, line, buffer)
            _play_tile(subkey(band_key, tile), waiting, line, plan, buffer, change[band])
            _copy(True, top, left, rows + 2 * margin, cols + 2 * margin, line, grid, buffer)


@part
def _grade(hardship, aversion, law):
    """Return the lowest whole ratio at which a person stays quiet, ``ALWAYS`` if there is none below it."""
    legitimacy, threshold, k = law
    net = hardship * (1.0 - legitimacy) - threshold
    if net <= 0.0:
        return 0
    if net >= aversion or k <= 0.0:
        return ALWAYS
    return min(ALWAYS, math.ceil(-math.log1p(-net / aversion) / k))


@kernel
def settle(
    key: np.uint64,
    people: float,
    officers: float,
    binomial: bool,
    numbers: np.ndarray,
    law: tuple[float, float, float],
    spans: np.ndarray,
    grid: Grid,
) -> None:
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
