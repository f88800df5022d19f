"""How many names of states are found, beside country_converter: ``python benchmarks/names.py`` where it is installed.

Names are those of Correlates of War and of Gleditsch and Ward (external data, ``FOEDUS_DATA``), the aliases that come
with the tests, and country_converter's own short and official names; each in several spellings. A number counts names,
not states. Needs country-converter, pandas below 3 and pyreadr; Foedus itself needs none of them for its names.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import country_converter

from foedus.errors import InputError
from foedus.states import code_of, convert, known_codes
from foedus.states.frames import data_folder, read_rda

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NONE = "none"  # of its own: without it, country_converter gives back what it was asked
ALIASES = Path(__file__).parents[1] / "tests" / "states" / "aliases.txt"
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "small letters": str.lower,
    "no accents": lambda name: "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)),
    "& for and": lambda name: name.replace(" and ", " & "),
    "and for &": lambda name: name.replace(" & ", " and "),
    "St. for Saint": lambda name: re.sub(r"\bSaint\b", "St.", name),
    "Saint for St.": lambda name: re.sub(r"\bSt\b\.?", "Saint", name),
    "with the": lambda name: f"The {name}",
    "typographic": lambda name: name.replace("'", "\u2019").replace("-", "\u2013"),
    "no hyphens": lambda name: name.replace("-", " "),
    "no points": lambda name: name.replace(".", ""),
    "inverted": lambda name: re.sub(
        r"^(?:The )?(.*(?:Republic|Kingdom|States|State|Union)) of (?:the )?(.+)$", r"\2, \1 of", name
    ),
    "in brackets": lambda name: re.sub(r"^(.+), (.+)$", r"\1 (\2)", name),
}


def listed() -> Iterator[tuple[str, str, str]]:
    """Yield list, name and code of every name; of state systems those that are current at the end of the list."""
    for system, number, name, end in (
        ("cow", "ccode", "statenme", "endyear"),
        ("gw", "gwcode", "statename", "enddate"),
    ):
        table = read_rda(data_folder() / "states" / f"{system}_states.rda")
        last = table[end].astype(str).max()
        day = f"{last[:4]}-12-31"
        for row in table[table[end].astype(str) == last].to_dict("records"):
            yield system, row[name], str(convert(int(row[number]), system, "iso3", day))
    for line in ALIASES.read_text(encoding="utf-8").splitlines():
        code, _, names = line.partition(": ")
        yield from (("aliases", name.strip(), code) for name in names.split(";") if not line.startswith("#"))
    data = country_converter.CountryConverter().data
    for column in ("name_short", "name_official"):
        for row in data[[column, "ISO3"]].dropna().to_dict("records"):
            if row["ISO3"] in known_codes():
                yield f"its own {column}", row[column], row["ISO3"]


def main() -> None:
    """Print what each finds of each list, and every name that only one of them gets right."""
    logging.disable(logging.CRITICAL)
    peer = country_converter.CountryConverter()
    cases = {
        (source, SPELLINGS[spelling](name), code, spelling): None
        for source, name, code in listed()
        for spelling in SPELLINGS
    }
    texts = list(dict.fromkeys(text for _, text, _, _ in cases))
    theirs = {text: peer.convert(text, to="ISO3", not_found=NONE) for text in texts}
    theirs = {
        text: found if isinstance(found, str) and found in known_codes() else "" for text, found in theirs.items()
    }
    counts: dict[str, Counter[str]] = {}
    better, worse = [], []
    seen = set()
    for source, text, code, _ in cases:
        if (source, text, code) in seen:
            continue
        seen.add((source, text, code))
        try:
            ours = code_of(text)
        except InputError:
            ours = ""
        count = counts.setdefault(source, Counter())
        count["names"] += 1
        for who, found in (("ours", ours), ("theirs", theirs[text])):
            count[f"{who} {'right' if found == code else 'missing' if found == '' else 'wrong'}"] += 1
        if (ours == code) != (theirs[text] == code):
            (better if ours == code else worse).append((source, text, code, ours, theirs[text]))
    columns = ["names", *(f"{who} {what}" for who in ("ours", "theirs") for what in ("right", "wrong", "missing"))]
    print(f"{'':24}" + "".join(f"{column:>16}" for column in columns))
    for source, count in counts.items():
        print(f"{source:24}" + "".join(f"{count[column]:16,}" for column in columns))
    print(f"\nright here only: {len(better)}; right there only: {len(worse)}")
    for source, text, code, ours, other in worse:
        print(f"  {source}: {text!r} is {code}, here {ours or 'not found'}, there {other or 'not found'}")


if __name__ == "__main__":
    main()
