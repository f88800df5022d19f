"""What is coded of an organisation before any crisis: its leading state, who could act alone, what its law allows.

``organisations.csv`` is coded by hand from treaties, without a look at what the organisation did, and says each value
with its source. ``leads.csv`` holds the leading states' shares of world capability (Correlates of War), rounded to two
digits, every fifth year; ``scripts/derive_members.py`` makes it. Who was a member is in ``record/members.csv`` alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from foedus.csvfile import data_rows

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation: ``able`` are members that can send and keep a brigade abroad by themselves.

    ``inside``: since when its law lets its organ send forces into a member for trouble inside that member, where the
    treaty library does not say so itself; "never", or None where no text answers.
    """

    name: str
    title: str
    leads: tuple[tuple[str, int], ...]
    able: frozenset[str]
    inside: dt.date | str | None
    note: str
    sources: str

    def lead(self, year: int) -> str:
        """Return the leading state in a year."""
        return next(state for state, until in self.leads if year < until)

    def may_act_inside(self, day: dt.date) -> bool | None:
        """Return whether its law lets it act inside a member on a day; None = no text answers."""
        if self.inside is None:
            return None
        return isinstance(self.inside, dt.date) and day >= self.inside


@cache
def organisations() -> Mapping[str, Organisation]:
    """Return the organisations that are coded, by name."""
    return {row["organisation"]: _read(row) for row in data_rows("foedus.forecast", "organisations.csv")}


def in_words(code: str) -> str:
    """Return an organisation's name as it stands inside a sentence.

    >>> in_words("nato"), in_words("anzus"), in_words("arab-league")
    ('the North Atlantic Treaty Organization (NATO)', 'ANZUS', 'the League of Arab States')
    """
    known = organisations().get(code)
    if known is None:
        return f"the organisation '{code}'"
    if " " not in known.title:
        return known.title
    return f"the {known.title}" + ("" if "-" in code else f" ({code.upper()})")  # codes are abbreviations, or names


@cache
def _shares() -> Mapping[str, tuple[tuple[int, float], ...]]:
    found: dict[str, list[tuple[int, float]]] = {}
    for row in data_rows("foedus.forecast", "leads.csv"):
        found.setdefault(row["state"], []).append((int(row["year"]), float(row["share"])))
    return {state: tuple(sorted(values)) for state, values in found.items()}


def lead_share(state: str, year: int) -> float | None:
    """Return a leading state's share of world capability in the nearest coded year, or None."""
    values = _shares().get(state)
    return None if values is None else min(values, key=lambda item: abs(item[0] - year))[1]


def _read(row: dict[str, str]) -> Organisation:
    leads = []
    for part in row["lead"].split(";"):
        state, _, until = part.partition(" until ")
        leads.append((state, int(until or 9999)))
    since = row["inside_since"]
    inside = dt.date(int(since), 1, 1) if len(since) == 4 else since if since in ("", "never") else None
    return Organisation(
        row["organisation"],
        row["name"],
        tuple(leads),
        frozenset(filter(None, row["able"].split(";"))),
        dt.date.fromisoformat(since) if inside is None else inside or None,
        row["note"],
        row["sources"],
    )
