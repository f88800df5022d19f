"""ISO 3166-2 codes of units: by names of the CLDR, by Natural Earth's pairs only to break a tie, by hand above all."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from naming import bare, folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


def by_hand(file: Path) -> dict[str, str]:
    """Return the codes that names do not give, by unit; "" for a unit that has none."""
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["unit"]: row["iso_3166_2"] for row in csv.DictReader(rows)}


def aliases_by_hand(file: Path) -> dict[str, list[str]]:
    """Return further names and older codes, by unit."""
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["unit"]: row["aliases"].split("|") for row in csv.DictReader(rows)}


def codes(
    units: Mapping[str, Iterable[str]],
    levels: Iterable[Mapping[str, str]],
    pairs: Mapping[str, str],
    hand: Mapping[str, str],
) -> dict[str, str]:
    """Return the code of each unit of a state that has one.

    Args:
        units: the units with their names, the best first.
        levels: English names of the state's codes, those of the first level first.
        pairs: the code that Natural Earth gives to the polygon of a unit.
        hand: codes settled by hand, which stand above all.

    """
    found = {unit: hand[unit] for unit in units if unit in hand}
    for named in levels:
        free = dict.fromkeys(code for code in named if code not in found.values())
        for how in (_whole, folded, bare):
            _match(units, named, pairs, found, free, how)
        for unit in units:
            if unit not in found and (code := pairs.get(unit)) in free:
                found[unit] = str(code)
                del free[str(code)]
    return {unit: code for unit, code in found.items() if code}


def _whole(name: str) -> str:
    return name.casefold()


def _match(
    units: Mapping[str, Iterable[str]],
    named: Mapping[str, str],
    pairs: Mapping[str, str],
    found: dict[str, str],
    free: dict[str, None],
    how: Callable[[str], str],
) -> None:
    """Pair units and codes that have one name in common, where only one can be meant."""
    for first_only in (True, False):
        of_name: dict[str, list[str]] = {}
        for unit, names in units.items():
            if unit not in found:
                wanted = list(names)[:1] if first_only else list(names)
                for name in dict.fromkeys(how(name) for name in wanted):
                    of_name.setdefault(name, []).append(unit)
        by_code: dict[str, list[str]] = {}
        for code in free:
            for unit in of_name.get(how(named[code]), ()):
                by_code.setdefault(code, []).append(unit)
        for code, candidates in by_code.items():
            others = [other for other in by_code if other != code and set(by_code[other]) & set(candidates)]
            if len(candidates) > 1 or others:
                meant = [unit for unit in candidates if pairs.get(unit) == code]
            else:
                meant = candidates
            if len(meant) == 1 and meant[0] not in found and code in free:
                found[meant[0]] = code
                del free[code]
