"""Adapters for ATOP (Leeds, Ritter, Mitchell and Long 2002), and where its coding and ours differ.

ATOP is not part of Foedus: users bring the files. Members come one row a phase; ``endyr`` 0 means in force.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.states import convert
from foedus.states.frames import data_folder, read_rda
from foedus.treaties.load import library

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from foedus.treaties.model import Party, Treaty

OBLIGATIONS = ("defense", "offense", "neutral", "nonagg", "consul")
_OURS = {"defense": "defence", "nonagg": "non_aggression", "consul": "consultation"}
_DAYS_APART = 31  # differences up to a month are counted as the same date


def alliances(data: Path | str | None = None) -> pd.DataFrame:
    """Return one row an alliance: ``atopid``, ``begin``, ``end`` (missing = in force) and the obligations."""
    table = _csv(data, "atop-alliance-level.csv", ("atopid", "begyr", "endyr"))
    return _dated(table, ("begyr", "begmo", "begday"), ("endyr", "endmo", "endday"))[
        ["atopid", "begin", "end", *OBLIGATIONS]
    ]


def members(data: Path | str | None = None) -> pd.DataFrame:
    """Return one row an alliance and member, phases joined: ``atopid``, ``member`` (COW), ``begin``, ``end``."""
    table = _csv(data, "atop-member-level.csv", ("atopid", "member", "yrent", "yrexit"))
    dated = _dated(table, ("yrent", "moent", "dayent"), ("yrexit", "moexit", "dayexit"))
    dated["open"] = dated["end"].isna()
    grouped = dated.groupby(["atopid", "member"], as_index=False).agg(
        begin=("begin", "min"), end=("end", "max"), open=("open", "any"), **{n: (n, "max") for n in OBLIGATIONS}
    )
    grouped.loc[grouped["open"], "end"] = None
    return grouped.drop(columns="open")


def dyad_years(data: Path | str | None = None) -> pd.DataFrame:
    """Return ATOP's directed dyad-years: ``code1``, ``code2`` (COW), ``year`` and the obligations."""
    table = read_rda(data_folder(data) / "atop" / "atop_dyadyear_v5_1.rda")
    renamed = table.rename(columns={"ccode1": "code1", "ccode2": "code2"} | {f"atop_{n}": n for n in OBLIGATIONS})
    return renamed.astype({"code1": int, "code2": int, "year": int})


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One thing that ATOP and the library code differently, with the reason where one is known."""

    treaty: str
    state: str
    field: str
    ours: str
    atop: str
    reason: str

    def key(self) -> tuple[str, str, str]:
        """Return what the list of explained differences goes by."""
        return self.treaty, self.state, self.field


def differences(data: Path | str | None = None) -> list[Difference]:
    """Return every difference between ATOP's members and obligations and ours, for treaties that both code.

    Dates within 31 days of each other count as equal. The reason is derived where a rule explains it (ATOP starts
    membership at signature, its data end in 2016 to 2018), else taken from ``atop_differences.csv``.
    """
    coded, rows = members(data), []
    known = _reasons()
    for treaty in library().values():
        if treaty.atop_id is None:
            continue
        theirs = {int(row["member"]): row for row in coded[coded["atopid"] == treaty.atop_id].to_dict("records")}
        if not theirs:
            continue
        rows += _party_differences(treaty, theirs)
        rows += _obligation_differences(treaty, list(theirs.values()))
    return sorted(Difference(d.treaty, d.state, d.field, d.ours, d.atop, d.reason or _reason(d, known)) for d in rows)


def _reason(found: Difference, known: dict[tuple[str, str, str], str]) -> str:
    for treaty in (found.treaty, "*"):
        for state in (found.state, "*"):
            if (treaty, state, found.field) in known:
                return known[treaty, state, found.field]
    return ""


def _party_differences(treaty: Treaty, theirs: dict[int, dict[Any, Any]]) -> list[Difference]:
    found, seen = [], set()
    for party in treaty.parties:
        code = _cow(party, treaty)
        row = theirs.get(code) if code is not None else None
        if code is not None:
            seen.add(code)
        first = _first(party)
        if row is None:
            if first is None or first < dt.date(2017, 1, 1):
                found.append(Difference(treaty.id, party.state, "member", "yes", "no", ""))
            continue
        found += _date_differences(treaty, party, row)
    found += [Difference(treaty.id, str(code), "member", "no", "yes", "") for code in sorted(set(theirs) - seen)]
    return found


def _date_differences(treaty: Treaty, party: Party, row: dict[Any, Any]) -> list[Difference]:
    found = []
    begin = row["begin"].date()
    entry = party.memberships[0].entry if party.memberships else None
    if entry is None:
        found.append(Difference(treaty.id, party.state, "entry", "unknown", str(begin), "our date is not established"))
    elif not _near(begin, entry.earliest, entry.latest):
        signed = party.signed or treaty.signed
        at_signature = _near(begin, signed.earliest, signed.latest)
        reason = "ATOP starts membership at signature" if at_signature else ""
        found.append(Difference(treaty.id, party.state, "entry", str(entry), str(begin), reason))
    last = party.memberships[-1].exit if party.memberships else None
    last = last or treaty.ended
    end = None if row["end"] is None or row["end"] != row["end"] else row["end"].date()
    if end is None and last is not None and last.earliest < dt.date(2016, 12, 31):
        found.append(Difference(treaty.id, party.state, "exit", str(last), "in force", ""))
    elif end is not None and last is None and end < dt.date(2016, 12, 31):
        found.append(Difference(treaty.id, party.state, "exit", "in force", str(end), ""))
    elif end is not None and last is not None and not _near(end, last.earliest, last.latest):
        notice = party.notice
        at_notice = notice is not None and _near(end, notice.earliest, notice.latest)
        reason = "ATOP takes the notice as the exit" if at_notice else ""
        found.append(Difference(treaty.id, party.state, "exit", str(last), str(end), reason))
    return found


def _obligation_differences(treaty: Treaty, theirs: list[dict[Any, Any]]) -> list[Difference]:
    kinds = {provision.kind for provision in treaty.provisions if any(v.all_readings for v in provision.versions)}
    found = []
    for name, own in _OURS.items():
        coded, ours = any(row[name] == 1 for row in theirs), own in kinds
        if coded != ours:
            found.append(Difference(treaty.id, "", name, str(int(ours)), str(int(coded)), ""))
    return found


def _near(day: dt.date, earliest: dt.date, latest: dt.date) -> bool:
    slack = dt.timedelta(days=_DAYS_APART)
    return earliest - slack <= day <= latest + slack


def _first(party: Party) -> dt.date | None:
    return party.memberships[0].entry.earliest if party.memberships else None


def _cow(party: Party, treaty: Treaty) -> int | None:
    day = _first(party) or treaty.signed.latest
    for when in (day, dt.date(day.year, 12, 31), dt.date(2000, 1, 1)):
        try:
            return int(convert(party.state, "iso3", "cow", when))
        except InputError:
            continue
    return None


def _reasons() -> dict[tuple[str, str, str], str]:
    import csv
    from importlib import resources

    text = resources.files("foedus.treaties").joinpath("atop_differences.csv").read_text(encoding="utf-8")
    return {(row["treaty"], row["state"], row["field"]): row["reason"] for row in csv.DictReader(text.splitlines())}


def _csv(data: Path | str | None, name: str, needed: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    path = data_folder(data) / "atop" / name
    if not path.is_file():
        raise InputError("an external data file is missing", file=path)
    table = pd.read_csv(path, encoding="latin-1", low_memory=False)
    if missing := [column for column in needed if column not in table.columns]:
        raise InputError(f"this is not the ATOP file it should be: column '{missing[0]}' is missing", file=path)
    return table


def _dated(table: pd.DataFrame, begin: tuple[str, str, str], end: tuple[str, str, str]) -> pd.DataFrame:
    """Return the table with ``begin`` and ``end`` as days; months and days that are not known count as the first."""
    import pandas as pd

    table = table.copy()
    for name, (year, month, day) in (("begin", begin), ("end", end)):
        parts = pd.DataFrame({"year": table[year], "month": table[month], "day": table[day]})
        parts = parts.apply(pd.to_numeric, errors="coerce")
        in_force = ~(parts["year"] > 0)
        parts["month"] = parts["month"].where(parts["month"].between(1, 12), 1)
        parts["day"] = parts["day"].where(parts["day"].between(1, 31), 1)
        table[name] = pd.to_datetime(parts.where(~in_force, 1900), errors="coerce").where(~in_force)
    return table
