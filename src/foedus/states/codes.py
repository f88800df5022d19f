"""State codes by date: ISO 3166 alpha-3, Correlates of War, Gleditsch and Ward, with successors.

Codes and days are those of the COW State System 2016 and of Gleditsch and Ward 1999 (later lists for microstates): a
state holds its code from the earlier of the two lists on, or from its independence or a treaty before it, with the gaps
that both lists have. A row without numbers is a member of an organisation that was in neither list yet.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from foedus.csvfile import data_rows
from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

System = Literal["iso3", "cow", "gw"]
_BESIDE = "a code that some files use"  # beside that of ISO 3166


@dataclass(frozen=True, slots=True)
class Code:
    """One state's codes between two days (None = no limit); None where a system has no code for it."""

    iso3: str | None
    cow: int | None
    gw: int | None
    start: dt.date | None
    until: dt.date | None
    note: str

    def holds(self, day: dt.date) -> bool:
        """Whether the row holds on a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day < self.until)


def exists(iso3: str, day: dt.date) -> bool:
    """Return whether a state held its code on a day; one without dates always did."""
    rows = _rows_of(iso3)
    return not rows or any(row.holds(day) for row in rows)


def stands_for(code: str, day: dt.date | None = None) -> tuple[str, ...]:
    """Return the codes that a state goes by which some files give another code, those of the day first.

    >>> stands_for("BRD", dt.date(1980, 1, 1))[0], stands_for("ZAR")[0], stands_for("KAZ")
    ('DEU', 'COD', ())
    """
    rows = _rows_of(code)
    if not rows or not rows[0].note.endswith(_BESIDE):
        return ()
    when = day or rows[0].start or dt.date.max
    same = [row for row in codes() if row.cow == rows[0].cow and row.iso3 and row.iso3 != code]
    return tuple(row.iso3 for row in sorted(same, key=lambda row: not row.holds(when)) if row.iso3)


@lru_cache(maxsize=4096)
def code_then(iso3: str, day: dt.date) -> str | None:
    """Return the alpha-3 code that a state's predecessor or successor had on a day when it did not have its own.

    >>> code_then("RUS", dt.date(1970, 1, 1)), code_then("RUS", dt.date(2000, 1, 1))
    ('SUN', None)
    """
    if exists(iso3, day):
        return None
    numbers = {row.cow for row in _rows_of(iso3)} - {None}
    return next((row.iso3 for row in codes() if row.cow in numbers and row.iso3 and row.holds(day)), None)


def check_then(iso3: str, day: dt.date) -> None:
    """Refuse the code of a state that did not exist on a day; a code without dates counts as one of all times.

    >>> check_then("SSD", dt.date(2012, 1, 1))

    Raises:
        InputError: no state had this code that day; says in which days one had it.

    """
    if exists(iso3, day):
        return
    raise InputError(
        f"no state had the code '{iso3}' on {day}",
        expected="a day on which one had it: " + days_of(_rows_of(iso3)), cure=_other_code(iso3, day),
    )  # fmt: skip


def _other_code(iso3: str, day: dt.date) -> str:
    """Return a hint to the code that a state had on a day, or to the state of which it was a part."""
    if then := sorted(codes_on(iso3, day) - {iso3}):
        return "did you mean " + " or ".join(f"'{code}'" for code in then) + "?"
    whole = [row["part_of"] for row in data_rows("foedus.states", "parts.csv") if row["iso3"] == iso3]
    if held := [code for code in whole if exists(code, day)]:
        return f"did you mean '{held[0]}', of which it was a part?"
    return "correct the code or the day"


def days_of(rows: Iterable[Code]) -> str:
    """Return in words the days on which rows hold, the last ones included; stretches that touch are one.

    >>> days_of(row for row in codes() if row.iso3 == "DEU")
    'until 1945-05-08, or from 1949-05-23'
    """
    stretches: list[tuple[dt.date, dt.date]] = []
    for start, until in sorted((row.start or dt.date.min, row.until or dt.date.max) for row in rows):
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(until, stretches[-1][1]))
        else:
            stretches.append((start, until))
    return ", or ".join(_stretch(*days) for days in stretches)


def _stretch(start: dt.date, until: dt.date) -> str:
    last = "" if until == dt.date.max else str(until - dt.timedelta(days=1))
    if start == dt.date.min:
        return f"until {last}" if last else "always"
    return f"from {start}" + (f" to {last}" if last else "")


@lru_cache(maxsize=4096)
def codes_on(iso3: str, day: dt.date) -> frozenset[str]:
    """Return the codes under which lists of a day know a state: its own, else those of its forerunner or its heirs.

    >>> [*codes_on("RUS", dt.date(1956, 11, 1)), *codes_on("DDR", dt.date(2020, 1, 1))]
    ['SUN', 'DEU']
    >>> sorted(codes_on("CSK", dt.date(2020, 1, 1)))
    ['CZE', 'SVK']
    """
    held = [row for row in _rows_of(iso3) if row.holds(day)]
    if held and held[0].note.endswith(_BESIDE):
        return frozenset(stands_for(iso3, day)[:1])
    if held:
        return frozenset({iso3})
    if (then := code_then(iso3, day)) is not None:
        return frozenset({then})
    tied = {b for a, b in _heirs() if a == iso3} | {a for a, b in _heirs() if b == iso3}
    return frozenset(row.iso3 for row in codes() if row.iso3 in tied and row.iso3 and row.holds(day)) or frozenset(
        {iso3}
    )


def independent_since(iso3: str) -> dt.date | None:
    """Return the day on which a state became independent, or None where it long was, or the list does not say.

    Days are those of Gleditsch and Ward from 1945 on, and for small states those of their independence.

    >>> independent_since("GNB"), independent_since("FRA")
    (datetime.date(1974, 9, 10), None)
    """
    return _independence().get(iso3)


@lru_cache(maxsize=1)
def _independence() -> dict[str, dt.date]:
    return {row["iso3"]: dt.date.fromisoformat(row["since"]) for row in data_rows("foedus.states", "independence.csv")}


@lru_cache(maxsize=1)
def _heirs() -> tuple[tuple[str, str], ...]:
    return tuple((row["iso3"], row["heir"]) for row in data_rows("foedus.states", "heirs.csv"))


def _rows_of(iso3: str) -> tuple[Code, ...]:
    return _by_iso3().get(iso3, ())


@lru_cache(maxsize=1)
def _by_iso3() -> dict[str, tuple[Code, ...]]:
    found: dict[str, tuple[Code, ...]] = {}
    for row in codes():
        if row.iso3:
            found[row.iso3] = (*found.get(row.iso3, ()), row)
    return found


@lru_cache(maxsize=1)
def codes() -> tuple[Code, ...]:
    """Return all rows of the mapping."""

    def day(value: str) -> dt.date | None:
        return dt.date.fromisoformat(value) if value else None

    return tuple(
        Code(
            row["iso3"] or None,
            int(row["cow"]) if row["cow"] else None,
            int(row["gw"]) if row["gw"] else None,
            day(row["from"]),
            day(row["until"]),
            row["note"],
        )
        for row in data_rows("foedus.states", "codes.csv")
    )
