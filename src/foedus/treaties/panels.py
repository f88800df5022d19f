"""Panels: which pairs of states, or which states, were bound by what kind of promise in which year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from foedus.errors import InputError, told
from foedus.states.columns import Read, System, held, read_states, read_years, recognised, state_in
from foedus.states.frames import whole_year
from foedus.treaties.edition import up_to_date
from foedus.treaties.load import library

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from foedus.treaties.model import Party, Treaty

KINDS = ("defence", "consultation", "non_aggression")
COVERAGE = (1945, up_to_date().year)
"""Years that the library speaks of; a 0 means that no treaty of the library says so."""
_SHELTER = ("defence", "consultation")  # what parties promise about a state that they protect; it promises nothing
_FAR = dt.date(2100, 1, 1).toordinal()
_NO, _UNKNOWN, _YES = 0, 1, 2


def panel(start: int, end: int, kind: Literal["dyad-year", "state-year"] = "dyad-year") -> pd.DataFrame:
    """Return who was bound by which kind of promise in which year, on at least one day.

    ``dyad-year``: ``state1``, ``state2`` (ISO alpha-3, directed: the first is bound towards the second), ``year``, one
    column a kind (``KINDS``) with 1, 0 or missing (unknown), ``treaties`` (how many do so for certain), ``protected``
    (1 where the first promised to protect the second, which is no party and promised nothing back). Only pairs that
    some treaty may bind have rows; ``join`` brings them to a base frame. ``state-year``: ``state``, ``year``, the
    number of states towards which it is bound by each kind for certain.

    >>> frame = panel(2022, 2023)
    >>> frame[(frame.state1 == "FIN") & (frame.state2 == "USA")][["year", "defence"]].values.tolist()
    [[2023, 1]]

    Raises:
        InputError: years outside ``COVERAGE`` or an unknown kind of panel.

    """
    import pandas as pd

    start, end = whole_year(start, "start"), whole_year(end, "end")
    if not COVERAGE[0] <= start <= end <= COVERAGE[1]:
        raise InputError(
            "these years are outside what the treaty library covers",
            found=f"{told(start, 80)} to {told(end, 80)}",
            expected=f"{COVERAGE[0]} to {COVERAGE[1]}",
        )
    if kind not in ("dyad-year", "state-year"):
        raise InputError(f"unknown kind of panel '{kind}'", expected="dyad-year or state-year")
    cube = _cube(start, end)
    names, years = np.array(cube.states), np.arange(start, end + 1)
    if kind == "state-year":
        when, who = np.divmod(np.arange(len(years) * len(names)), len(names))
        frame = pd.DataFrame({"state": names[who], "year": years[when]})
        return frame.assign(**{name: cube.allies(position)[when, who] for position, name in enumerate(KINDS)})
    when, a, b = np.nonzero(cube.bound.max(axis=0) > _NO)
    frame = pd.DataFrame({"state1": names[a], "state2": names[b], "year": years[when]})
    for position, name in enumerate(KINDS):
        frame[name] = _nullable(cube.bound[position, when, a, b])
    frame["treaties"] = cube.count[when, a, b]
    frame["protected"] = _nullable(cube.sheltered[when, a, b])
    return frame


@dataclass(frozen=True, slots=True)
class _Cube:
    """Who is bound towards whom: ``bound`` [kind, year, state, state] as no, unknown, yes; ``count`` of treaties.

    ``sheltered`` [year, state, state]: whether the second is no party and protected by the first.
    """

    states: list[str]
    bound: NDArray[np.int8]
    count: NDArray[np.int16]
    sheltered: NDArray[np.int8]

    def allies(self, position: int) -> NDArray[np.int64]:
        """Return [year, state] towards how many states it is bound by a kind for certain."""
        return np.asarray((self.bound[position] == _YES).sum(axis=2), dtype=np.int64)


def _cube(start: int, end: int) -> _Cube:
    treaties = [treaty for treaty in library().values() if treaty.universal is None]
    states = sorted(set().union(*(treaty.states() for treaty in treaties)))
    where = {state: i for i, state in enumerate(states)}
    firsts, lasts = ([dt.date(year + more, 1, 1).toordinal() for year in range(start, end + 1)] for more in (0, 1))
    bound = np.zeros((len(KINDS), len(firsts), len(states), len(states)), dtype=np.int8)
    count = np.zeros(bound.shape[1:], dtype=np.int16)
    sheltered = np.zeros(bound.shape[1:], dtype=np.int8)
    for treaty in treaties:
        one, certain, possible = _stretches(treaty)
        guests, guests_certain, guests_possible = _protected(treaty)
        at = np.array([where[party] for party in one])
        to = np.array([where[state] for state in (*one, *guests)])
        apart = _pairs_apart(treaty, where)
        certainly = np.zeros(bound.shape[1:], dtype=bool)
        for position, name in enumerate(KINDS):
            for began, ended in _spans(treaty, name):
                for level, days, more in ((_UNKNOWN, possible, guests_possible), (_YES, certain, guests_certain)):
                    towards = np.concatenate([days, more]) if name in _SHELTER else days
                    low = np.maximum(np.maximum(days[:, None, 0], towards[None, :, 0]), began)
                    high = np.minimum(np.minimum(days[:, None, 1], towards[None, :, 1]), ended)
                    for y, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
                        i, j = np.nonzero(np.maximum(low, first) < np.minimum(high, last))
                        a, b, guest = at[i], to[j], j >= len(one)
                        keep = a != b
                        for x, z, since, until in apart:
                            if since <= first and last <= until:
                                keep &= ~(((a == x) & (b == z)) | ((a == z) & (b == x)))
                        a, b, guest = a[keep], b[keep], guest[keep]
                        bound[position, y, a, b] = np.maximum(bound[position, y, a, b], level)
                        sheltered[y, a[guest], b[guest]] = np.maximum(sheltered[y, a[guest], b[guest]], level)
                        if level == _YES:
                            certainly[y, a, b] = True
        count += certainly
    return _Cube(states, bound, count, sheltered)


def _nullable(levels: NDArray[np.int8]) -> pd.arrays.IntegerArray:
    """Return 1 for yes, 0 for no and missing for unknown."""
    import pandas as pd

    return pd.arrays.IntegerArray((levels == _YES).astype(np.int8), levels == _UNKNOWN)


def join(frame: pd.DataFrame, system: System | None = None, columns: tuple[str, ...] | None = None) -> pd.DataFrame:
    """Return a dyad-year or state-year frame with the library's columns added; its rows and their order stay.

    Inside coverage a pair without a treaty has 0; outside (years, or states that no treaty of the library names, as
    Taiwan), and where a cell is missing, the columns are missing, never 0; ``attrs["without_treaty"]`` lists those
    states. Use it with ``pipe``: ``states.dyad_years(1946, 2024).pipe(treaties.join)``.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"state1": ["FIN", "Finland"], "state2": ["USA", None], "year": [2023, 2023]})
    >>> join(frame)["defence"].tolist()
    [1, <NA>]

    Args:
        frame: one row for each pair of states, or state, and year; a date counts as its year.
        system: what the columns of states hold (default: what their names say, else numbers of Correlates of War).
        columns: two states and the year, or one state and the year (default: those that are recognised by their names,
            as ``ccode1, ccode2, year`` or ``country, date``; see ``foedus.states.columns``).

    Raises:
        InputError: the frame lacks a column or has it twice, the columns are not two or three, or a cell is neither
            code, name, year nor date. Codes and names of no state are told in a ``FoedusWarning``.

    """
    columns, system = _columns(frame, system, columns)
    *states, year = columns
    years = read_years(frame[year])
    inside = (years >= COVERAGE[0]) & (years <= COVERAGE[1])
    first = int(years[inside].min()) if inside.any() else COVERAGE[0]
    cube = _cube(first, int(years[inside].max()) if inside.any() else first)
    place = {state: i for i, state in enumerate(cube.states)}
    whom, nameless = zip(
        *(_places(read_states(frame[state], system), years, inside, system, place) for state in states), strict=True
    )
    known = np.logical_and.reduce([inside, *(spots >= 0 for spots in whom)])
    spot = (years[known] - first, *(spots[known] for spots in whom))
    added: dict[str, pd.arrays.IntegerArray] = {}
    for position, name in enumerate(KINDS):
        if len(states) == 1:
            added[name] = _spread(known, cube.allies(position)[spot], np.zeros(known.sum(), dtype=bool))
        else:
            levels = cube.bound[position][spot]
            added[name] = _spread(known, levels == _YES, levels == _UNKNOWN)
    if len(states) > 1:
        added["treaties"] = _spread(known, cube.count[spot], np.zeros(known.sum(), dtype=bool))
        levels = cube.sheltered[spot]
        added["protected"] = _spread(known, levels == _YES, levels == _UNKNOWN)
    joined = frame.assign(**added)
    joined.attrs["without_treaty"] = sorted(set().union(*nameless))
    return joined


def _columns(
    frame: pd.DataFrame, system: System | None, columns: tuple[str, ...] | None
) -> tuple[tuple[str, ...], System]:
    if system is not None and system not in get_args(System):
        raise InputError(f"unknown kind of codes '{system}'", expected=", ".join(get_args(System)))
    if columns is None:
        return recognised(frame.columns, system)
    if missing := [name for name in columns if name not in frame.columns]:
        raise InputError(
            f"the frame has no column '{missing[0]}'",
            expected=", ".join(columns),
            found=", ".join(map(str, frame.columns)),
        )
    if len(columns) not in (2, 3):
        raise InputError("name two states and the year, or one state and the year", found=", ".join(columns))
    return columns, system or held(columns[0])


def _spread(known: NDArray[np.bool_], values: NDArray[Any], missing: NDArray[np.bool_]) -> pd.arrays.IntegerArray:
    """Return a column in which all rows but the known ones are missing."""
    import pandas as pd

    data, gaps = np.zeros(len(known), dtype=np.int16), np.ones(len(known), dtype=bool)
    data[known], gaps[known] = values, missing
    return pd.arrays.IntegerArray(data, gaps)


def _places(
    read: Read, years: NDArray[np.int64], inside: NDArray[np.bool_], system: System, place: dict[str, int]
) -> tuple[NDArray[np.int64], set[str]]:
    """Return where each row's state stands in the library (-1: in no treaty of it, or outside), and who is in none."""
    here = inside & (read.which >= 0)
    spots, back = np.unique(np.where(here, read.which * 10_000 + years, -1), return_inverse=True)
    isos = ["" if spot < 0 else state_in(read.states[spot // 10_000], int(spot % 10_000), system) for spot in spots]
    found = np.array([place.get(iso, -1) for iso in isos], dtype=np.int64)
    return found[back], {iso for iso in isos if iso and iso not in place}


def _stretches(treaty: Treaty) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Return parties and their stretches [stretch, (first day, first day after)], certain and possible."""
    names, certain, possible = [], [], []
    ended = treaty.ended
    for party in treaty.parties:
        if party.unknown is not None and not party.memberships:
            begin = treaty.in_force or treaty.signed
            names.append(party.state)
            certain.append((0, 0))
            possible.append((begin.earliest.toordinal(), _FAR if ended is None else ended.latest.toordinal()))
        for stretch in party.memberships:
            out = stretch.exit
            last = min(d.latest.toordinal() for d in (out, ended) if d) if out or ended else _FAR
            sure = min(d.earliest.toordinal() for d in (out, ended) if d) if out or ended else _FAR
            for low, high in _without_suspensions(party, stretch.entry.latest.toordinal(), sure):
                names.append(party.state)
                certain.append((low, high))
                possible.append((stretch.entry.earliest.toordinal(), last))
    return names, np.array(certain, dtype=np.int64).reshape(-1, 2), np.array(possible, dtype=np.int64).reshape(-1, 2)


def _protected(treaty: Treaty) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Return the states that a treaty's parties protect and when, as ``_stretches`` does."""
    names = [item.state for item in treaty.protected]
    certain, possible = [], []
    for item in treaty.protected:
        ends = [day for day in (item.until, treaty.ended) if day is not None]
        sure = min((day.earliest.toordinal() for day in ends), default=_FAR)
        last = min((day.latest.toordinal() for day in ends), default=_FAR)
        certain.append((item.since.latest.toordinal(), sure))
        possible.append((item.since.earliest.toordinal(), last))
    return names, np.array(certain, dtype=np.int64).reshape(-1, 2), np.array(possible, dtype=np.int64).reshape(-1, 2)


def _without_suspensions(party: Party, low: int, high: int) -> list[tuple[int, int]]:
    pieces = [(low, high)]
    for event in party.events:
        if event.kind != "suspended" or event.between:
            continue
        a, b = event.date.earliest.toordinal(), _FAR if event.until is None else event.until.latest.toordinal()
        pieces = [piece for s, e in pieces for piece in ((s, min(e, a)), (max(s, b), e)) if piece[0] < piece[1]]
    return pieces or [(0, 0)]


def _spans(treaty: Treaty, kind: str) -> list[tuple[int, int]]:
    return [
        (version.start.earliest.toordinal(), _FAR if version.until is None else version.until.latest.toordinal())
        for provision in treaty.provisions
        if provision.kind == kind
        for version in provision.versions
        if version.all_readings
    ]


def _pairs_apart(treaty: Treaty, where: dict[str, int]) -> list[tuple[int, int, int, int]]:
    """Return pairs between which the obligations were suspended: two states, first day, first day after."""
    return [
        (
            where[event.between[0]],
            where[event.between[1]],
            event.date.latest.toordinal(),
            _FAR if event.until is None else event.until.earliest.toordinal(),
        )
        for party in treaty.parties
        for event in party.events
        if event.kind == "suspended" and event.between
    ]
