"""Adapters for ATOP (Leeds, Ritter, Mitchell and Long 2002), and where its coding and ours differ.

ATOP is not part of Foedus: users bring the files. Members come one row a phase; ``endyr`` 0 means in force.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foedus.csvfile import data_rows
from foedus.errors import InputError
from foedus.models import Day, Text
from foedus.states import convert
from foedus.states.frames import data_folder, read_rda
from foedus.treaties.load import library
from foedus.treaties.logic import Truth
from foedus.treaties.records import Record
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    import pandas as pd

    from foedus.treaties.model import Party, Treaty

OBLIGATIONS = ("defense", "offense", "neutral", "nonagg", "consul")
_OURS = {"defense": "defence", "nonagg": "non_aggression", "consul": "consultation"}
_DAYS_APART = 31  # differences up to a month are counted as the same date


class Edition(Record):
    """What Foedus knows of the edition of ATOP that differences are told from."""

    edition: Text
    source: Text
    members_until: Day


@cache
def _last_day() -> dt.date:
    """Return the last day of the data at the level of members."""
    return load_model(Edition, Path(str(resources.files("foedus.treaties").joinpath("atop.yaml")))).members_until


def alliances(data: Path | str | None = None) -> pd.DataFrame:
    """Return one row an alliance: ``atopid``, ``begin``, ``end`` (missing = in force), the obligations, ``interv``.

    ``interv``: 1 rules out action inside a member, 2 and 3 allow it, 0 says nothing (ATOP codebook).
    """
    table = _csv(data, "atop-alliance-level.csv", ("atopid", "begyr", "endyr"))
    return _dated(table, ("begyr", "begmo", "begday"), ("endyr", "endmo", "endday"))[
        ["atopid", "begin", "end", *OBLIGATIONS, "interv"]
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
    inside = alliances(data).set_index("atopid")["interv"]
    known = _reasons()
    for treaty in library().values():
        if treaty.atop_id is None:
            continue
        theirs = {int(row["member"]): row for row in coded[coded["atopid"] == treaty.atop_id].to_dict("records")}
        if not theirs:
            continue
        rows += _party_differences(treaty, theirs)
        rows += _obligation_differences(treaty, list(theirs.values()))
        rows += _inside_differences(treaty, inside.get(treaty.atop_id))
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
        codes = _cow_codes(party, treaty)
        seen |= codes
        rows = [theirs[code] for code in sorted(codes) if code in theirs]
        first = _first(party)
        if rows:
            found += _date_differences(treaty, party, _joined(rows))
        elif first is None or first < _last_day():
            found.append(Difference(treaty.id, party.state, "member", "yes", "no", ""))
    found += [Difference(treaty.id, str(code), "member", "no", "yes", "") for code in sorted(set(theirs) - seen)]
    return found


def _joined(rows: list[dict[Any, Any]]) -> dict[Any, Any]:
    """Return one row for a state that ATOP lists under its successor's code as well."""
    ends = [row["end"] for row in rows]
    still = any(_missing(end) for end in ends)
    return {"begin": min(row["begin"] for row in rows), "end": None if still else max(ends)}


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
    end = None if _missing(row["end"]) else row["end"].date()
    if end is None and last is not None and last.earliest < _last_day():
        found.append(Difference(treaty.id, party.state, "exit", str(last), "in force", ""))
    elif end is not None and last is None and end < _last_day():
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


def _inside_differences(treaty: Treaty, code: float | None) -> list[Difference]:
    """Compare whether the alliance may act inside a member, where both say something."""
    ours = treaty.acts_inside_members
    if _missing(code) or ours is Truth.UNKNOWN or (ours is Truth.YES) == (code in (2, 3)):
        return []
    return [Difference(treaty.id, "", "inside", str(ours), f"{code:.0f}", "")]


def _missing(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))


def _near(day: dt.date, earliest: dt.date, latest: dt.date) -> bool:
    slack = dt.timedelta(days=_DAYS_APART)
    return earliest - slack <= day <= latest + slack


def _first(party: Party) -> dt.date | None:
    return party.memberships[0].entry.earliest if party.memberships else None


def _cow_codes(party: Party, treaty: Treaty) -> set[int]:
    """Return the COW codes that a party had from its entry on: united Germany and Yemen have others than before."""
    start = _first(party) or treaty.signed.latest
    last = party.memberships[-1].exit if party.memberships else None
    found = set()
    for day in (start, dt.date(start.year, 12, 31), last.latest if last else _last_day()):
        with contextlib.suppress(InputError):
            found.add(int(convert(party.state, "iso3", "cow", day)))
    return found


def _reasons() -> dict[tuple[str, str, str], str]:

    return {
        (row["treaty"], row["state"], row["field"]): row["reason"]
        for row in data_rows("foedus.treaties", "atop_differences.csv")
    }


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
