"""Panels: which pairs of states, or which states, were bound by what kind of promise in which year."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import numpy as np

from foedus.errors import InputError
from foedus.states import convert
from foedus.treaties.load import library

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from foedus.states.codes import System
    from foedus.treaties.model import Party, Treaty

KINDS = ("defence", "consultation", "non_aggression")
COVERAGE = (1945, 2026)
"""Years that the library speaks of; a 0 means that no treaty of the library says so."""
_FAR = dt.date(2100, 1, 1).toordinal()
_NO, _UNKNOWN, _YES = 0, 1, 2


def panel(start: int, end: int, kind: Literal["dyad-year", "state-year"] = "dyad-year") -> pd.DataFrame:
    """Return who was bound by which kind of promise in which year, on at least one day.

    ``dyad-year``: ``state1``, ``state2`` (ISO alpha-3, directed), ``year``, one column a kind (``KINDS``) with 1,
    0 or missing (unknown), ``treaties`` (how many bind both for certain). Only pairs that some treaty may bind have
    rows; ``join`` brings them to a base frame. ``state-year``: ``state``, ``year``, the number of states bound with it
    by each kind for certain.

    Raises:
        InputError: years outside ``COVERAGE`` or an unknown kind of panel.

    """
    import pandas as pd

    if not COVERAGE[0] <= start <= end <= COVERAGE[1]:
        raise InputError(
            "these years are outside the library", found=f"{start} to {end}", expected=f"{COVERAGE[0]} to {COVERAGE[1]}"
        )
    if kind not in ("dyad-year", "state-year"):
        raise InputError(f"unknown kind of panel '{kind}'", expected="dyad-year or state-year")
    treaties = [treaty for treaty in library().values() if treaty.universal is None]
    states = sorted({party.state for treaty in treaties for party in treaty.parties})
    where = {state: i for i, state in enumerate(states)}
    years = np.arange(start, end + 1)
    firsts = np.array([dt.date(year, 1, 1).toordinal() for year in years])
    lasts = np.array([dt.date(year + 1, 1, 1).toordinal() for year in years])
    bound = np.zeros((len(KINDS), len(years), len(states), len(states)), dtype=np.int8)
    count = np.zeros((len(years), len(states), len(states)), dtype=np.int16)
    for treaty in treaties:
        one, certain, possible = _stretches(treaty)
        at = np.array([where[party] for party in one])
        apart = _pairs_apart(treaty, where)
        certainly = np.zeros((len(years), len(states), len(states)), dtype=bool)
        for position, name in enumerate(KINDS):
            for began, ended in _spans(treaty, name):
                for level, days in ((_UNKNOWN, possible), (_YES, certain)):
                    low = np.maximum(np.maximum(days[:, None, 0], days[None, :, 0]), began)
                    high = np.minimum(np.minimum(days[:, None, 1], days[None, :, 1]), ended)
                    for y in range(len(years)):
                        together = np.maximum(low, firsts[y]) < np.minimum(high, lasts[y])
                        i, j = np.nonzero(together)
                        a, b = at[i], at[j]
                        keep = a != b
                        for x, z, since, until in apart:
                            if since <= firsts[y] and lasts[y] <= until:
                                keep &= ~(((a == x) & (b == z)) | ((a == z) & (b == x)))
                        a, b = a[keep], b[keep]
                        bound[position, y, a, b] = np.maximum(bound[position, y, a, b], level)
                        if level == _YES:
                            certainly[y, a, b] = True
        count += certainly
    if kind == "state-year":
        rows = [(s, int(year)) for year in years for s in states]
        frame = pd.DataFrame(rows, columns=["state", "year"])
        for position, name in enumerate(KINDS):
            frame[name] = (bound[position] == _YES).sum(axis=2).reshape(-1)
        return frame
    when, a, b = np.nonzero(bound.max(axis=0) > _NO)
    names = np.array(states)
    frame = pd.DataFrame({"state1": names[a], "state2": names[b], "year": years[when]})
    for position, name in enumerate(KINDS):
        levels = bound[position, when, a, b]
        frame[name] = pd.array(np.where(levels == _YES, 1, 0), dtype="Int8")
        frame.loc[levels == _UNKNOWN, name] = pd.NA
    frame["treaties"] = count[when, a, b]
    return frame


def join(
    frame: pd.DataFrame, system: System = "cow", columns: tuple[str, str, str] = ("code1", "code2", "year")
) -> pd.DataFrame:
    """Return a dyad-year frame with the library's columns added; its rows and their order stay as they are.

    Inside coverage a pair without a treaty has 0; outside (years, or states that the library does not know) the
    columns are missing.

    Raises:
        InputError: the frame lacks a column.

    """
    import pandas as pd

    if missing := [name for name in columns if name not in frame.columns]:
        raise InputError(
            f"the frame has no column '{missing[0]}'",
            expected=", ".join(columns),
            found=", ".join(map(str, frame.columns)),
        )
    one, two, year = columns
    years = frame[year].to_numpy()
    inside = (years >= COVERAGE[0]) & (years <= COVERAGE[1])
    added = [*KINDS, "treaties"]
    result = frame.copy()
    for name in added:
        result[name] = pd.array([pd.NA] * len(frame), dtype="Int16")
    if not inside.any():
        return result
    own = panel(int(years[inside].min()), int(years[inside].max()))
    known = {p.state for t in library().values() if t.universal is None for p in t.parties}
    keys = pd.DataFrame(
        {
            "state1": _iso(frame.loc[inside, one], frame.loc[inside, year], system),
            "state2": _iso(frame.loc[inside, two], frame.loc[inside, year], system),
            "year": years[inside],
        }
    )
    merged = keys.merge(own.assign(found=True), on=["state1", "state2", "year"], how="left", validate="many_to_one")
    covered = keys["state1"].isin(known) & keys["state2"].isin(known)
    for name in added:
        values = merged[name].astype("Int16")
        values[covered & merged["found"].isna()] = 0
        result.loc[inside, name] = values.to_numpy(dtype=object)
        result[name] = result[name].astype("Int16")
    return result


def _iso(codes: pd.Series[int], years: pd.Series[int], system: System) -> NDArray[np.object_]:
    """Return ISO codes as of the end of each year (its middle where the state ended in it); None if there is none."""
    memory: dict[tuple[object, int], str | None] = {}
    out = np.empty(len(codes), dtype=object)
    for i, (code, year) in enumerate(zip(codes.to_numpy(), years.to_numpy(), strict=True)):
        key = (code, int(year))
        if key not in memory:
            memory[key] = None
            for month, day in ((12, 31), (7, 1), (1, 1)):
                try:
                    memory[key] = str(
                        convert(
                            str(code) if system == "iso3" else int(code), system, "iso3", dt.date(int(year), month, day)
                        )
                    )
                    break
                except InputError:
                    continue
        out[i] = memory[key]
    return out


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
