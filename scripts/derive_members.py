"""Derive ``record/members.csv``, ``record/near.csv`` and ``forecast/leads.csv`` from external data.

Run once; the results are committed.

members.csv: each organisation's members at the end of a year and their share of its total capability, from the
composite index of national capability (COW National Material Capabilities 6 to 2012, extended to 2022 in
peacesciencer). Years: every fifth, 2022, and each year in which the members changed. Members come from the treaty
library, or from SUPPLEMENT where the library has no treaty for those years.
near.csv: pairs of states that were ever in one organisation together and lie near each other: ``border`` (land, or
up to 24 miles of water: COW Direct Contiguity 3.2, types 1 to 3) or ``near`` (shortest distance between borders at
most 1,000 km: Schvitz et al. 2022, Cshapes 2.0, through peacesciencer), in a year in which both were members.
leads.csv: share of world capability of each state that leads an organisation (``forecast/organisations.csv``), the
same index every fifth year, rounded to two digits.

Usage: FOEDUS_DATA=... python scripts/derive_members.py
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pandas as pd

from foedus.errors import InputError
from foedus.states import convert
from foedus.states.frames import data_folder, read_rda
from foedus.treaties import Truth, bound_on, library

OUT = Path(__file__).parents[1] / "src" / "foedus"
FIRST, LAST = 1948, 2022
NEAR_KM = 1000.0
BORDERS_UNTIL = 2016  # the last year of the file of borders; what stood then is taken to stand on
LEADS = "USA GBR FRA SUN RUS EGY NGA ZAF SAU AUS CMR AGO KEN ETH CHN TTO MLI"

TREATIES = {  # organisation -> treaties, later ones first; a state is a member if one of them binds it
    "anzus": ["anzus-1951"],
    "arab-league": ["arab-league-1945"],
    "au": ["au-act-2000"],
    "cento": ["baghdad-1955"],
    "cis": ["cis-charter-1993"],
    "csto": ["csto-charter-2002", "cst-1992"],
    "eccas": ["eccas-copax-2000"],
    "ecowas": ["ecowas-mechanism-1999", "ecowas-pmad-1981"],
    "eu": ["eu-teu-42-7"],
    "gcc": ["gcc-charter-1981"],
    "nato": ["nato-1949"],
    "oas": ["rio-1947", "oas-charter-1948"],
    "pif": ["biketawa-2000"],
    "sco": ["sco-charter-2002"],
    "seato": ["seato-1954"],
    "warsaw-pact": ["warsaw-1955"],
    "weu": ["brussels-1948"],
    "western-union": ["brussels-1948"],
}
AFRICA_1980 = (
    "AGO BEN BWA BFA BDI CMR CPV CAF TCD COM COG COD DJI EGY GNQ ETH GAB GMB GHA GIN GNB CIV KEN LSO LBR LBY MDG MWI "
    "MLI MRT MUS MAR MOZ NER NGA RWA STP SEN SYC SLE SOM SDN SWZ TZA TGO TUN UGA ZMB ZWE DZA"
)
SUPPLEMENT = {  # organisation -> [(states, first year, last year)]: members as listed by the organisations
    "cemac": [("CMR CAF TCD COG GNQ GAB", 1999, LAST)],
    "lcbc": [("CMR TCD NER NGA", 1964, LAST), ("CAF", 1996, LAST), ("LBY", 2008, LAST)],
    "oau": [(AFRICA_1980, 1980, 2001), ("NAM", 1990, 2001), ("ERI", 1993, 2001), ("ZAF", 1994, 2001)],
    "sadc": [
        ("AGO BWA LSO MWI MOZ NAM SWZ TZA ZMB ZWE", 1992, LAST),
        ("ZAF", 1994, LAST),
        ("MUS", 1995, LAST),
        ("COD", 1997, LAST),
        ("MDG", 2005, LAST),
    ],
    # before the mechanism of 1999 and the protocol of 1981 took effect: members of the community (Lagos 1975)
    "ecowas": [("BEN BFA CIV GHA GIN GMB GNB LBR MLI NER NGA SEN SLE TGO MRT CPV", 1977, 1999)],
}


def members(organisation: str, year: int) -> set[str]:
    """Return the members at the end of a year."""
    day, found = dt.date(year, 12, 31), set()
    known = library()
    for name in TREATIES.get(organisation, []):
        treaty = known[name]
        found |= {party.state for party in treaty.parties if bound_on(treaty, party.state, day) is not Truth.NO}
    for states, first, last in SUPPLEMENT.get(organisation, []):
        if first <= year <= last:
            found |= set(states.split())
    return found


def cow(state: str, year: int) -> int | None:
    """Return the COW code of a state at the end of a year, or None."""
    try:
        return int(convert(state, "iso3", "cow", dt.date(year, 12, 31)))
    except InputError:
        return None


def tables(data: Path | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Return the lines of each file, its header first."""
    folder = data_folder(data) / "states"
    nmc = read_rda(folder / "cow_nmc.rda")
    cinc = {(int(c), int(y)): float(v) for c, y, v in zip(nmc["ccode"], nmc["year"], nmc["cinc"], strict=True) if v > 0}
    rows, together = [], set()
    for organisation in sorted({*TREATIES, *SUPPLEMENT}):
        before: set[str] = set()
        for year in range(FIRST, LAST + 1):
            now = {s for s in members(organisation, year) if (cow(s, year), year) in cinc}
            if len(now) < 2 or not (year % 5 == 0 or year == LAST or now != before):
                continue
            before = now
            size = {state: cinc[cow(state, year), year] for state in now}
            whole = sum(size.values())
            rows += [(organisation, year, state, f"{size[state] / whole:.4g}") for state in sorted(now)]
            together |= {(a, b, year) for a in now for b in now if a < b}
    pairs: dict[tuple[str, str], list[int]] = {}
    for a, b, year in together:
        pairs.setdefault((a, b), []).append(year)
    leads = [
        (state, year, f"{cinc[code, year]:.2g}")
        for state in LEADS.split()
        for year in range(1945, 2021, 5)
        if (code := cow(state, year)) is not None and (code, year) in cinc
    ]
    return {
        "record/members.csv": [("organisation", "year", "state", "share"), *rows],
        "record/near.csv": [("a", "b", "how"), *neighbours(folder, pairs)],
        "forecast/leads.csv": [("state", "year", "share"), *leads],
    }


def main() -> None:
    """Write the files."""
    for name, lines in tables().items():
        with (OUT / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)
        print(f"{name}: {len(lines) - 1} rows")


def neighbours(folder: Path, pairs: dict[tuple[str, str], list[int]]) -> list[tuple[str, str, str]]:
    """Return the pairs that lie near each other in some year in which they were members together."""
    touching = read_rda(folder / "cow_contdir.rda")
    touching = touching[touching["conttype"].between(1, 3)]
    ends = (pd.to_datetime(touching[name]).dt.year for name in ("stdate", "enddate"))
    borders = {
        (int(a), int(b), year)
        for a, b, first, final in zip(touching["ccode1"], touching["ccode2"], *ends, strict=True)
        for year in range(first, (LAST if final == BORDERS_UNTIL else final) + 1)
    }
    table = read_rda(folder / "cow_mindist.rda")
    table = table[table["mindist"] <= NEAR_KM]
    last = int(table["year"].max())
    close = {(int(a), int(b), int(y)) for a, b, y in zip(table["ccode1"], table["ccode2"], table["year"], strict=True)}
    found = []
    for (a, b), years in sorted(pairs.items()):
        codes = {(cow(a, y), cow(b, y), y) for y in years}
        if any((i, j, y) in borders or (j, i, y) in borders for i, j, y in codes):
            found.append((a, b, "border"))
        elif any((i, j, min(y, last)) in close or (j, i, min(y, last)) in close for i, j, y in codes):
            found.append((a, b, "near"))
    return found


if __name__ == "__main__":
    main()
